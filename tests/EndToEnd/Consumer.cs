using System.Text.RegularExpressions;
using Xunit;

namespace WebSocketAnalyzers.EndToEnd;

/// <summary>A fresh console project that references the package from the feed. Lines that must be reported end with <c>// expect WSAnnnn</c>.</summary>
internal sealed partial class Consumer
{
    private readonly string _folder;

    public Consumer(PackedPackage package, string code, string editorConfig = "")
    {
        _folder = package.NewFolder("consumer");
        File.WriteAllText(ProjectFile, $"""
            <Project Sdk="Microsoft.NET.Sdk.Web">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <UseAppHost>false</UseAppHost>
                <NoWarn>CS4014;CS1998</NoWarn>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="WebSocketAnalyzers" Version="{package.Version}" PrivateAssets="all" />
                <AdditionalFiles Include="WebSocketAnalyzers*.txt" />
              </ItemGroup>
            </Project>
            """);
        File.WriteAllText(CodeFile, code);
        File.WriteAllText(Path.Combine(_folder, ".editorconfig"), "root = true\n[*.cs]\n" + editorConfig);
    }

    /// <summary>The project.</summary>
    public string ProjectFile => Path.Combine(_folder, "Consumer.csproj");

    /// <summary>Its one source file.</summary>
    public string CodeFile => Path.Combine(_folder, "Program.cs");

    /// <summary>Adds a file beside the source.</summary>
    public void Add(string name, string content) => File.WriteAllText(Path.Combine(_folder, name), content);

    /// <summary>Where a file of that name stands.</summary>
    public string PathOf(string name) => Path.Combine(_folder, name);

    /// <summary>Builds afresh.</summary>
    public Task<SdkResult> BuildAsync(params string[] arguments) =>
        Sdk.RunAsync(_folder, TestContext.Current.CancellationToken, ["build", "--no-incremental", "-tl:off", "-nologo", .. arguments]);

    /// <summary>Runs another command of the SDK in the project's folder.</summary>
    public Task<SdkResult> RunAsync(params string[] arguments) => Sdk.RunAsync(_folder, TestContext.Current.CancellationToken, arguments);

    /// <summary>The (line, id) pairs that the source says are to be reported, in order.</summary>
    public (int Line, string Id)[] Expected() =>
        File.ReadLines(CodeFile)
            .SelectMany((line, index) => Expectation().Matches(line).Select(match => (index + 1, match.Groups[1].Value)))
            .Order()
            .ToArray();

    /// <summary>The (line, id) pairs of our rules in a build's output, in order and without repetition.</summary>
    public static (int Line, string Id)[] Reported(string output) =>
        Diagnostic().Matches(output)
            .Select(match => (int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), match.Groups[2].Value))
            .Distinct()
            .Order()
            .ToArray();

    [GeneratedRegex(@"// expect (WSA\d{4})")]
    private static partial Regex Expectation();

    [GeneratedRegex(@"\.(?:cs|txt)\((\d+),\d+\): (?:warning|error) (WSA\d{4}):")]
    private static partial Regex Diagnostic();
}
