using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Tests.Connections.Catalogue;
using Xunit;

namespace WebSocketAnalyzers.Tests.Architecture;

/// <summary>The snippets of rules.md are run: the violation reports its rule and nothing else, and the fix shown is what the code fix makes of it.</summary>
public partial class PageTests
{
    public static TheoryData<string> Ids => [.. Sections().Keys];

    [Fact]
    public void Every_rule_with_a_fix_shows_it()
    {
        var fixable = Repository.Fixes.SelectMany(fix => ((CodeFixProvider)Activator.CreateInstance(fix)!).FixableDiagnosticIds).Distinct();
        Assert.Equal(fixable.Order(), Sections().Keys.Order());
    }

    [Theory, MemberData(nameof(Ids))]
    public async Task Violation_reports_its_rule_alone(string id)
    {
        var document = Open(Sections()[id].Violation);
        await CompilesAsync(document);

        var diagnostics = await AnalyzeAsync(document);

        Assert.NotEmpty(diagnostics);
        Assert.All(diagnostics, diagnostic => Assert.Equal(id, diagnostic.Id));
    }

    [Theory, MemberData(nameof(Ids))]
    public async Task Fix_shown_is_what_the_code_fix_makes(string id)
    {
        var document = Open(Sections()[id].Violation);
        var fix = Repository.Fixes.Select(type => (CodeFixProvider)Activator.CreateInstance(type)!).Single(fix => fix.FixableDiagnosticIds.Contains(id));
        while (await AnalyzeAsync(document) is [var first, ..])
        {
            CodeAction? offered = null;
            await fix.RegisterCodeFixesAsync(new CodeFixContext(document, first, (action, _) => offered ??= action, TestContext.Current.CancellationToken));
            Assert.NotNull(offered);
            var operations = await offered.GetOperationsAsync(TestContext.Current.CancellationToken);
            document = operations.OfType<ApplyChangesOperation>().Single().ChangedSolution.GetDocument(document.Id)!;
        }

        await CompilesAsync(document);
        var text = (await document.GetTextAsync(TestContext.Current.CancellationToken)).ToString();
        Assert.Equal(Sections()[id].Fix.ReplaceLineEndings("\n"), text.ReplaceLineEndings("\n"));
    }

    private static ImmutableSortedDictionary<string, (string Violation, string Fix)> Sections() =>
        Section().Matches(Repository.Read("rules.md").ReplaceLineEndings("\n"))
            .Select(section => (Id: section.Groups[1].Value, Violation: Snippet(section.Value, "Violation"), Fix: Snippet(section.Value, "Fix")))
            .Where(section => section.Violation is not null)
            .ToImmutableSortedDictionary(section => section.Id, section => (section.Violation!, section.Fix!));

    private static string? Snippet(string section, string heading) =>
        Regex.Match(section, @"\*\*" + heading + @"\*\*\n\n```csharp\n(.*?)```", RegexOptions.Singleline) is { Success: true } match ? match.Groups[1].Value : null;

    private static Document Open(string text)
    {
        var workspace = new AdhocWorkspace();
        var isProgram = CSharpSyntaxTree.ParseText(text).GetRoot().ChildNodes().OfType<Microsoft.CodeAnalysis.CSharp.Syntax.GlobalStatementSyntax>().Any();
        var project = workspace.AddProject("Page", LanguageNames.CSharp)
            .WithCompilationOptions(new CSharpCompilationOptions(isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary))
            .WithMetadataReferences(LibraryReferences.Packs)
            .AddDocument("Usings.cs", Verify.GlobalUsings).Project;
        return project.AddDocument("Page.cs", text);
    }

    private static async Task CompilesAsync(Document document)
    {
        var compilation = await document.Project.GetCompilationAsync(TestContext.Current.CancellationToken);
        Assert.Empty(compilation!.GetDiagnostics(TestContext.Current.CancellationToken).Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
    }

    private static async Task<ImmutableArray<Diagnostic>> AnalyzeAsync(Document document)
    {
        var compilation = await document.Project.GetCompilationAsync(TestContext.Current.CancellationToken);
        return await compilation!.WithAnalyzers(Verify.AllAnalyzers()).GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
    }

    [GeneratedRegex(@"^### (WSA\d{4}) .*?(?=^##)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Section();
}
