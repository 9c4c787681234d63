using System.Text.RegularExpressions;
using Xunit;

namespace WebSocketAnalyzers.Tests.Architecture;

/// <summary>Who may know what, read off the sources.</summary>
public partial class LayeringTests
{
    public static TheoryData<string> SharedLayers => [.. Repository.Sources("analyzers/Connections").Concat(Repository.Sources("analyzers/Flow")).Concat(Repository.Sources("analyzers/Roslyn"))];

    public static TheoryData<string> RoslynLayer => [.. Repository.Sources("analyzers/Roslyn")];

    public static TheoryData<string> RuleFiles => [.. Repository.Sources("analyzers/Rules")];

    [Theory, MemberData(nameof(SharedLayers))]
    public void Shared_layers_make_no_diagnostics(string file) =>
        Assert.DoesNotMatch(DiagnosticWord(), Code(file));

    [Theory, MemberData(nameof(RoslynLayer))]
    public void Roslyn_extensions_know_no_word_of_the_domain(string file) =>
        Assert.DoesNotMatch(DomainWord(), Code(file).Replace("WebSocketAnalyzers", "", StringComparison.Ordinal));

    [Theory, MemberData(nameof(RuleFiles))]
    public void Rules_do_not_know_each_other(string file)
    {
        var code = Code(file);
        var own = Path.GetFileNameWithoutExtension(file);
        var others = Repository.Rules.Keys.Select(rule => Repository.StemOf(rule) + "Rule").Where(rule => rule != own);
        Assert.All(others, other => Assert.DoesNotContain(other, code));
    }

    [Fact]
    public void Shipped_projects_depend_on_Roslyn_alone()
    {
        foreach (var project in new[] { "analyzers/WebSocketAnalyzers.csproj", "codefixes/WebSocketAnalyzers.CodeFixes.csproj" })
        {
            var packages = Regex.Matches(Repository.Read(project), "PackageReference Include=\"([^\"]+)\"").Select(match => match.Groups[1].Value);
            Assert.All(packages, package => Assert.StartsWith("Microsoft.CodeAnalysis.", package));
        }

        Assert.DoesNotContain(typeof(ConnectionAnalyzer).Assembly.GetReferencedAssemblies(), name => name.Name!.Contains("Workspaces", StringComparison.Ordinal));
    }

    /// <summary>A file without its comments, which may name anything.</summary>
    private static string Code(string file) => Comment().Replace(Repository.Read(file), "");

    [GeneratedRegex(@"\bDiagnostic(Descriptor|Severity)?\b")]
    private static partial Regex DiagnosticWord();

    [GeneratedRegex(@"WebSocket|SignalR|Hub|Socket|Connection\b", RegexOptions.CultureInvariant)]
    private static partial Regex DomainWord();

    [GeneratedRegex(@"//[^\n]*")]
    private static partial Regex Comment();
}
