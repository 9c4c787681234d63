using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace WebSocketAnalyzers.Tests.Architecture;

/// <summary>What a failing test prints for pasting can be pasted.</summary>
public class ScaffoldTests
{
    // One with all its tests in one file, whose place the printed class can take.
    private static readonly RulePlaces Fixable = Repository.Rules.First(rule => rule.Fix is not null && Repository.Sources("tests/Rules/" + rule.Folder).Count(path => path.Contains("/" + rule.Stem, StringComparison.Ordinal)) == 1);

    private static readonly RulePlaces NotFixable = Repository.Rules.First(rule => rule.Fix is null);

    [CSharpFact(OwnSources.Language)]
    public void Fix_class_compiles() => AssertCompiles(OwnSources.CodeFixes, Fixable.FixFile, Scaffold.FixClass(Fixable));

    [CSharpFact(OwnSources.Language)]
    public void Test_class_compiles()
    {
        AssertCompiles(OwnSources.Tests, Fixable.TestFile, Scaffold.TestClass(Fixable));
        AssertCompiles(OwnSources.Tests, NotFixable.TestFile, Scaffold.TestClass(NotFixable));
    }

    [Fact]
    public void Page_section_is_read_as_one()
    {
        var section = Assert.Single(RulePage.Read("## Category\n\n" + Scaffold.PageSection(Fixable)));
        Assert.Equal((Fixable.Id, Fixable.Title), (section.Id, section.Title));
        Assert.NotNull(section.Violation);
        Assert.NotNull(section.Fix);
        Assert.True(section.SaysThereIsNoFix);
    }

    /// <summary>The printed file in the place of the one that is there.</summary>
    private static void AssertCompiles(string project, string file, string printed)
    {
        // The first paragraph says where it belongs.
        var text = printed[printed.IndexOf("using ", StringComparison.Ordinal)..];
        var compilation = OwnSources.Of(project);
        var old = compilation.SyntaxTrees.Single(tree => tree.FilePath == file);
        var tree = CSharpSyntaxTree.ParseText(text, (CSharpParseOptions)old.Options, file, cancellationToken: TestContext.Current.CancellationToken);
        var errors = compilation.ReplaceSyntaxTree(old, tree).GetSemanticModel(tree).GetDiagnostics(cancellationToken: TestContext.Current.CancellationToken)
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        Verify.None(errors.Select(error => error.ToString()), $"correct {nameof(Scaffold)}, which prints\n\n{text}");
    }
}
