using System.Text.Json;
using Xunit;

namespace WebSocketAnalyzers.EndToEnd;

/// <summary>One property decides whether the tests compile against Microsoft.CodeAnalysis.Testing or against its stand-in in tests/Testing.</summary>
public class TestingLibraryTests
{
    private const string StandIn = "WebSocketAnalyzers.Testing";

    public static TheoryData<string> Projects => ["tests/WebSocketAnalyzers.Tests.csproj", "tests/Testing/Conformance/WebSocketAnalyzers.Testing.Conformance.csproj"];

    private static string[] Packages => ["Microsoft.CodeAnalysis.CSharp.Analyzer.Testing", "Microsoft.CodeAnalysis.CSharp.CodeFix.Testing"];

    [Theory, MemberData(nameof(Projects))]
    public async Task Tests_use_the_stand_in(string project)
    {
        var evaluation = await EvaluateAsync(project);
        Assert.Empty(Packages.Intersect(evaluation.PackageReferences.Keys));
        Assert.Contains(StandIn, evaluation.ProjectReferences);
        Assert.All(evaluation.Sources, AssertOutsideTheStandIn);
    }

    [Theory, MemberData(nameof(Projects))]
    public async Task Tests_use_the_packages_if_told_so(string project)
    {
        var evaluation = await EvaluateAsync(project, "-p:UseMicrosoftTesting=true");
        Assert.Matches(@"^\d+\.\d+\.\d+$", evaluation.Version);
        Assert.All(Packages, package => Assert.Equal(evaluation.Version, evaluation.PackageReferences.GetValueOrDefault(package)));
        Assert.DoesNotContain(StandIn, evaluation.ProjectReferences);
        Assert.All(evaluation.Sources, AssertOutsideTheStandIn);
    }

    [Theory, MemberData(nameof(Projects))]
    public async Task Version_of_the_packages_can_be_chosen(string project)
    {
        var evaluation = await EvaluateAsync(project, "-p:UseMicrosoftTesting=true", "-p:MicrosoftTestingVersion=1.1.2");
        Assert.All(Packages, package => Assert.Equal("1.1.2", evaluation.PackageReferences.GetValueOrDefault(package)));
    }

    private static void AssertOutsideTheStandIn(string source) => Assert.DoesNotMatch("/tests/Testing/(?!Conformance/)", source);

    /// <summary>What the project refers to under the properties; nothing is restored or built.</summary>
    private static async Task<(string Version, IReadOnlyDictionary<string, string> PackageReferences, IReadOnlyList<string> ProjectReferences, IReadOnlyList<string> Sources)> EvaluateAsync(
        string project, params string[] properties)
    {
        var run = await Sdk.RunAsync(Sdk.RepositoryRoot, TestContext.Current.CancellationToken,
            ["msbuild", project, "-nologo", "-getProperty:MicrosoftTestingVersion", "-getItem:PackageReference,PackageVersion,ProjectReference,Compile", .. properties]);
        using var answer = JsonDocument.Parse(run.EnsureSuccess().Output);
        var items = answer.RootElement.GetProperty("Items");

        // Versions are kept in one place, away from the references.
        var versions = items.GetProperty("PackageVersion").EnumerateArray().ToLookup(item => Text(item, "Identity"), item => Text(item, "Version"));
        return (
            answer.RootElement.GetProperty("Properties").GetProperty("MicrosoftTestingVersion").GetString()!,
            items.GetProperty("PackageReference").EnumerateArray().Select(item => Text(item, "Identity")).ToDictionary(name => name, name => versions[name].LastOrDefault() ?? ""),
            [.. items.GetProperty("ProjectReference").EnumerateArray().Select(item => Text(item, "Filename"))],
            [.. items.GetProperty("Compile").EnumerateArray().Select(item => Text(item, "FullPath").Replace('\\', '/'))]);
    }

    private static string Text(JsonElement item, string metadata) => item.GetProperty(metadata).GetString()!;
}
