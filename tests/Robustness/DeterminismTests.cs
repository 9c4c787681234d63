using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using WebSocketAnalyzers.Driver;
using WebSocketAnalyzers.Tests.Architecture;
using Xunit;

namespace WebSocketAnalyzers.Tests.Robustness;

/// <summary>The same code gets the same diagnostics: whichever thread is first, in whichever order the files come, in a build and in an editor, before and after an edit elsewhere.</summary>
public class DeterminismTests
{
    private static readonly Lazy<FuzzSources> LazySources = new(() => FuzzSources.Open(Repository.Root));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 6)];

    [CSharpFact(OwnSources.Language)]
    public async Task Twenty_runs_say_the_same()
    {
        var compilation = await SampleAsync();
        var first = await WholeAsync(compilation);
        Assert.True(first.Count > 15, "the sample has more mistakes than " + first.Count);
        for (var run = 2; run <= 20; run++)
            Equal(first, await WholeAsync(compilation.Clone()), $"run {run} differs from the first");
    }

    [CSharpFact(OwnSources.Language)]
    public async Task The_order_of_the_files_does_not_matter()
    {
        var compilation = await SampleAsync();
        var first = await WholeAsync(compilation);
        foreach (var seed in new[] { 1, 2, 3 })
        {
            var trees = compilation.SyntaxTrees.ToArray();
            new Random(seed).Shuffle(trees);
            Equal(first, await WholeAsync(compilation.RemoveAllSyntaxTrees().AddSyntaxTrees(trees)), $"with the files in another order (seed {seed})");
        }

        Equal(first, await WholeAsync(compilation.RemoveAllSyntaxTrees().AddSyntaxTrees(compilation.SyntaxTrees.Reverse())), "with the files from behind");
    }

    [CSharpFact(OwnSources.Language)]
    public async Task An_editor_that_asks_file_by_file_hears_what_a_build_says()
    {
        foreach (var project in LazySources.Value.All)
        {
            var compilation = (CSharpCompilation)(await project.GetCompilationAsync(Cancel))!;
            Equal(await WholeAsync(compilation), await ByFileAsync(compilation.Clone()), $"{project.Name} in an editor");
        }
    }

    [CSharpFact(OwnSources.Language)]
    public async Task An_editor_that_asks_member_by_member_hears_what_a_build_says()
    {
        var compilation = await SampleAsync();
        var driver = Drive(compilation.Clone());
        foreach (var diagnostic in await Drive(compilation).GetAnalyzerDiagnosticsAsync(Cancel))
        {
            var tree = diagnostic.Location.SourceTree!;
            var member = (await tree.GetRootAsync(Cancel)).FindNode(diagnostic.Location.SourceSpan).FirstAncestorOrSelf<MemberDeclarationSyntax>()!;
            var ofMember = await driver.GetAnalyzerSemanticDiagnosticsAsync(driver.Compilation.GetSemanticModel(tree), member.FullSpan, Cancel);
            Assert.Contains(Text(diagnostic), ofMember.Select(Text));
        }
    }

    [Theory, MemberData(nameof(Seeds))]
    public async Task After_an_edit_an_editor_hears_what_a_fresh_build_says(int seed)
    {
        Assert.SkipUnless(CSharpFactAttribute.IsKnown(OwnSources.Language), "the sample is written in a newer language");
        var before = await SampleAsync();
        await WholeAsync(before);
        var random = new Random(seed);
        var trees = before.SyntaxTrees.Where(tree => Path.GetFileName(tree.FilePath) != FuzzSources.UsingsFile).ToList();
        var (edited, other, log) = (trees[random.Next(trees.Count)], trees[random.Next(trees.Count)], new List<string>());
        var text = Mutations.Apply(random, edited.ToString(), other.ToString(), log);
        var after = before.ReplaceSyntaxTree(edited, CSharpSyntaxTree.ParseText(text, SourceFolder.ParseOptions, edited.FilePath, cancellationToken: Cancel));

        var fresh = before.RemoveAllSyntaxTrees()
            .AddSyntaxTrees(after.SyntaxTrees.Select(tree => CSharpSyntaxTree.ParseText(tree.ToString(), SourceFolder.ParseOptions, tree.FilePath, cancellationToken: Cancel)));

        Equal(await WholeAsync(fresh), await ByFileAsync(after), $"after {string.Join(", ", log)} in {edited.FilePath}");
    }

    private static async Task<CSharpCompilation> SampleAsync() =>
        (CSharpCompilation)(await LazySources.Value.All.Single(project => project.Name == FuzzSources.Sample).GetCompilationAsync(Cancel))!;

    private static CompilationWithAnalyzers Drive(CSharpCompilation compilation) => new(
        compilation, Package.Analyzers, new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), onAnalyzerException: null, concurrentAnalysis: true, logAnalyzerExecutionTime: false));

    private static async Task<List<string>> WholeAsync(CSharpCompilation compilation) => InOrder(await Drive(compilation).GetAnalyzerDiagnosticsAsync(Cancel));

    private static async Task<List<string>> ByFileAsync(CSharpCompilation compilation)
    {
        var driver = Drive(compilation);
        var all = new List<Diagnostic>();
        foreach (var tree in compilation.SyntaxTrees)
            all.AddRange(await driver.GetAnalyzerSemanticDiagnosticsAsync(compilation.GetSemanticModel(tree), null, Cancel));
        return InOrder(all);
    }

    // A build sorts by place; beyond that everything counts: the reasons, the further places, what the fix is told.
    private static List<string> InOrder(IEnumerable<Diagnostic> diagnostics) => [.. diagnostics
        .OrderBy(diagnostic => diagnostic.Location.SourceTree!.FilePath, StringComparer.Ordinal)
        .ThenBy(diagnostic => diagnostic.Location.SourceSpan)
        .ThenBy(diagnostic => diagnostic.Id, StringComparer.Ordinal)
        .Select(Text)];

    private static string Text(Diagnostic diagnostic) =>
        $"{diagnostic} at {string.Join(", ", diagnostic.AdditionalLocations)} with {string.Join(", ", diagnostic.Properties.OrderBy(pair => pair.Key, StringComparer.Ordinal))}";

    private static void Equal(List<string> expected, List<string> actual, string what)
    {
        Verify.None(expected.Except(actual), $"{what}: missing");
        Verify.None(actual.Except(expected), $"{what}: new");
        Assert.Equal(expected, actual);
    }
}
