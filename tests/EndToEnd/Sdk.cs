using System.Diagnostics;
using System.Reflection;
using System.Text;

namespace WebSocketAnalyzers.EndToEnd;

/// <summary>What a run of the dotnet command line left behind.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Standard output and error, line by line as they came.</param>
internal sealed record SdkResult(int ExitCode, string Output)
{
    /// <summary>The result itself, when the command succeeded; otherwise throws with the whole output.</summary>
    public SdkResult EnsureSuccess() =>
        ExitCode == 0 ? this : throw new InvalidOperationException("dotnet failed with exit code " + ExitCode + ":" + Environment.NewLine + Output);
}

/// <summary>The dotnet command line, as a user's shell or build server starts it.</summary>
internal static class Sdk
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>The root of this repository.</summary>
    public static string RepositoryRoot { get; } =
        typeof(Sdk).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "RepositoryRoot").Value!;

    /// <summary>Runs dotnet with the arguments in a folder; kills it after five minutes.</summary>
    public static async Task<SdkResult> RunAsync(string folder, CancellationToken cancellationToken, params string[] arguments)
    {
        using var process = Start(folder, arguments);
        var output = new StringBuilder();
        process.OutputDataReceived += (_, line) => Append(output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(output, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Limit);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException("dotnet " + string.Join(' ', arguments) + " did not end:" + Environment.NewLine + output);
        }

        lock (output)
            return new SdkResult(process.ExitCode, output.ToString());
    }

    /// <summary>Starts dotnet with redirected output, for programs that go on running.</summary>
    public static Process Start(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_NOLOGO"] = "1";
        // What the test host was started with must not steer the builds under test.
        start.Environment.Remove("MSBUILD_EXE_PATH");
        start.Environment.Remove("MSBuildSDKsPath");
        start.Environment.Remove("MSBuildExtensionsPath");
        return Process.Start(start) ?? throw new InvalidOperationException("dotnet cannot be started");
    }

    private static void Append(StringBuilder output, string? line)
    {
        if (line is null)
            return;
        lock (output)
            output.AppendLine(line);
    }
}
