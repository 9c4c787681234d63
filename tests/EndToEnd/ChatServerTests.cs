using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using WebSocketAnalyzers.EndToEnd.Chat;
using Xunit;

namespace WebSocketAnalyzers.EndToEnd;

/// <summary>The sample, copied out of the repository: it warns, the fixes make it clean, and what they make of it runs.</summary>
public partial class ChatServerTests
{
    private static readonly string[] NineIds = ["WSA1001", "WSA2001", "WSA2002", "WSA2003", "WSA2004", "WSA2005", "WSA3001", "WSA4001", "WSA4002"];

    private readonly PackedPackage _package;

    public ChatServerTests(PackedPackage package) => _package = package;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sample_shows_all_nine_rules()
    {
        var folder = CopySample();

        var build = (await BuildAsync(folder)).EnsureSuccess();

        Assert.Equal(NineIds, IdsIn(build.Output));
    }

    [Fact]
    public async Task Fixed_sample_builds_clean_and_its_members_talk_while_others_stop_reading()
    {
        var folder = CopySample();
        (await BuildAsync(folder)).EnsureSuccess();

        // One fix may make room for the next (a method becomes asynchronous, and its caller's call can be awaited): until nothing changes.
        for (var round = 0; round < 3; round++)
        {
            (await Sdk.RunAsync(folder, Cancellation, ["format", "analyzers", "--diagnostics", .. NineIds, "--severity", "info", "--no-restore"])).EnsureSuccess();
            var build = (await BuildAsync(folder)).EnsureSuccess();
            if (IdsIn(build.Output).Length == 0)
                break;
        }

        var clean = (await BuildAsync(folder)).EnsureSuccess();
        Assert.Empty(IdsIn(clean.Output));
        AssertIsTheFixedSample(folder);
        await RunAndTalkAsync(folder);
    }

    private string CopySample()
    {
        var folder = _package.NewFolder("chat");
        var source = Path.Combine(Sdk.RepositoryRoot, "samples", "ChatServer");
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(folder, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }

        // The sample's own settings, made the root: nothing above the copy is ours.
        File.WriteAllText(Path.Combine(folder, ".editorconfig"), "root = true\n" + File.ReadAllText(Path.Combine(source, ".editorconfig")));
        File.WriteAllText(Path.Combine(folder, "Directory.Build.props"), $"<Project><PropertyGroup><WebSocketAnalyzersVersion>{_package.Version}</WebSocketAnalyzersVersion><UseAppHost>false</UseAppHost></PropertyGroup></Project>");
        return folder;
    }

    /// <summary>samples/ChatServer.Fixed shows what the fixes make of the sample, so it is just that.</summary>
    private static void AssertIsTheFixedSample(string folder)
    {
        var shown = Path.Combine(Sdk.RepositoryRoot, "samples", "ChatServer.Fixed");
        var files = Directory.GetFiles(shown, "*.cs", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(shown, file)).Where(file => !file.StartsWith("obj", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.Equal(File.ReadAllText(Path.Combine(shown, file)).ReplaceLineEndings("\n"), File.ReadAllText(Path.Combine(folder, file)).ReplaceLineEndings("\n")));
    }

    private static Task<SdkResult> BuildAsync(string folder) => Sdk.RunAsync(folder, Cancellation, "build", "--no-incremental", "-tl:off", "-nologo");

    private static string[] IdsIn(string output) => Id().Matches(output).Select(match => match.Groups[1].Value).Distinct().Order().ToArray();

    private static async Task RunAndTalkAsync(string folder)
    {
        var sendTimeout = TimeSpan.FromSeconds(4);
        var program = Path.Combine(folder, "bin", "Debug", "net10.0", "ChatServer.dll");
        using var server = Sdk.Start(
            folder, program, "--urls", "http://127.0.0.1:0", "--Chat:DataFolder", Path.Combine(folder, "data"), "--Chat:SendTimeout", sendTimeout.ToString("c", CultureInfo.InvariantCulture));
        try
        {
            var address = await AddressOfAsync(server);
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            deadline.CancelAfter(TimeSpan.FromMinutes(3));
            var log = TestContext.Current.TestOutputHelper;
            // A lock shared by all would make everybody wait for the send timeout of the silent ones: the limit lies well below it.
            await new Scenario(address, sendTimeout, TimeSpan.FromSeconds(3), line => log?.WriteLine(line), deadline.Token).RunAsync();
        }
        finally
        {
            server.Kill(entireProcessTree: true);
            await server.WaitForExitAsync(CancellationToken.None);
        }
    }

    /// <summary>Waits until the server says where it listens, and goes on reading what it prints so that it never waits for us.</summary>
    private static async Task<Uri> AddressOfAsync(Process server)
    {
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        server.OutputDataReceived += (_, line) =>
        {
            if (line.Data is not null && Listening().Match(line.Data) is { Success: true } match)
                listening.TrySetResult(new Uri(match.Groups[1].Value));
        };
        server.ErrorDataReceived += (_, _) => { };
        server.BeginOutputReadLine();
        server.BeginErrorReadLine();
        return await listening.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
    }

    [GeneratedRegex(@": (?:warning|error) (WSA\d{4}):")]
    private static partial Regex Id();

    [GeneratedRegex(@"Now listening on: (http://[0-9.:]+)")]
    private static partial Regex Listening();
}
