using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using WebSocketAnalyzers.CodeFixes;
using WebSocketAnalyzers.CodeFixes.Editing;
using Xunit;

namespace WebSocketAnalyzers.Tests.Editing;

public class ConnectionCodeFixTests
{
    private const string Id = "TEST0001";

#pragma warning disable RS2008, RS1033 // Not a shipped rule.
    private static readonly DiagnosticDescriptor s_rule = new(Id, "Test", "Test", "Test", DiagnosticSeverity.Warning, isEnabledByDefault: true);
#pragma warning restore RS2008, RS1033

    private sealed class TestFix : ConnectionCodeFix
    {
        public override ImmutableArray<string> FixableDiagnosticIds => [Id];

        private protected override ImmutableArray<FixAction> Actions { get; } =
        [
            new("Await", "Await", static (site, cancellationToken) => AwaitExpression.PlanAsync(site.Session, site.Document, site.Node, cancellationToken)),
            new("Offload", "OffloadToPool", static (site, cancellationToken) => Offload.PlanAsync(site.Session, site.Document, site.Node, OffloadTo.Pool, cancellationToken)),
        ];
    }

    private sealed class Diagnostics(IReadOnlyList<(DocumentId Document, Diagnostic Diagnostic)> all, Solution solution) : FixAllContext.DiagnosticProvider
    {
        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Task.FromResult(all.Where(entry => entry.Document.ProjectId == project.Id).Select(static entry => entry.Diagnostic));

        public override Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken) =>
            Task.FromResult(all.Where(entry => entry.Document == document.Id).Select(static entry => entry.Diagnostic));

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Task.FromResult(Enumerable.Empty<Diagnostic>());

        public FixAllContext Context(FixAllScope scope, string? key)
        {
            var document = solution.GetDocument(all[0].Document)!;
            return scope == FixAllScope.Document
                ? new FixAllContext(document, new TestFix(), scope, key!, [Id], this, TestContext.Current.CancellationToken)
                : new FixAllContext(document.Project, new TestFix(), scope, key!, [Id], this, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Offers_the_possible_actions_in_order_with_titles()
    {
        Assert.Equal(
            [("Await", "Await the task"), ("Offload", "Offload to the thread pool (Task.Run)")],
            (await Offered("void M() { [|T.Wait()|]; }")).Select(static action => (action.EquivalenceKey, action.Title)));
    }

    [Theory]
    [InlineData("C() { [|T.Wait()|]; }", "")]
    [InlineData("void M() { try { [|T.Wait()|]; } catch (System.AggregateException) { } }", "Offload")]
    [InlineData("void M() { [|Go(1)|]; }", "Await")]
    [InlineData("void M() { int x = [|1|]; }", "")]
    public async Task Offers_only_what_can_be_made(string member, string keys)
    {
        Assert.Equal(keys, string.Join(",", (await Offered(member)).Select(static action => action.EquivalenceKey)));
    }

    [Fact]
    public async Task The_single_fix_touches_one_place()
    {
        using var workspace = EditingWorkspace.Of(InType("async Task M() { [|T.Wait()|]; T.Wait(); await T; }"));
        var action = (await Offered(workspace))[0];
        Assert.Equal(InType("async Task M() { await T; T.Wait(); await T; }"), await Text(action, workspace.Documents.First()));
        // Asked twice, an action gives the same answer twice.
        Assert.Equal(InType("async Task M() { await T; T.Wait(); await T; }"), await Text(action, workspace.Documents.First()));
    }

    [Theory]
    [InlineData("Await", "async Task M() { await T; await Go(await Go(1)); }\n    C() { T.Wait(); }\n    async Task N() { await M(); await T; }")]
    [InlineData(null, "async Task M() { await T; await Go(await Go(1)); }\n    C() { T.Wait(); }\n    async Task N() { await M(); await T; }")]
    [InlineData("Offload", "async Task M() { await Task.Run(() => T.Wait()); await Task.Run(() => Go(Go(1).Result).Wait()); }\n    C() { T.Wait(); }\n    async Task N() { await M(); await Task.Run(() => T.Wait()); }")]
    public async Task Fix_all_composes_and_skips_what_has_no_fix(string? key, string expected)
    {
        using var workspace = EditingWorkspace.Of(InType("void M() { [|T.Wait()|]; [|Go([|Go(1).Result|]).Wait()|]; }\n    C() { [|T.Wait()|]; }\n    void N() { M(); [|T.Wait()|]; }"));
        var action = await FixAll(workspace, FixAllScope.Document, key);
        Assert.Equal(InType(expected), await Text(action!, workspace.Documents.First()));
        await EditingWorkspace.AssertCompiles((await Changed(action!))!, "The outcome");
    }

    [Theory]
    [InlineData(FixAllScope.Document, "    void M() { P.T.Wait(); }\n")]
    [InlineData(FixAllScope.Project, "    void M() { P.T.Wait(); }\n")]
    [InlineData(FixAllScope.Solution, "    async Task M() { await P.T; }\n")]
    public async Task Fix_all_keeps_to_its_scope(FixAllScope scope, string second)
    {
        using var workspace = EditingWorkspace.OfTwoProjects(
            "using System.Threading.Tasks;\n\npublic class P\n{\n    public static Task T = null!;\n    void M() { [|T.Wait()|]; }\n}\n",
            "using System.Threading.Tasks;\n\nclass Q\n{\n    void M() { [|P.T.Wait()|]; }\n}\n");
        var action = (await FixAll(workspace, scope, "Await"))!;
        Assert.Contains("    async Task M() { await T; }\n", await Text(action, workspace.Documents.First()), StringComparison.Ordinal);
        Assert.Contains(second, await Text(action, workspace.Documents.Last()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Await")]
    [InlineData("NoSuchKey")]
    public async Task Fix_all_offers_nothing_where_nothing_can_be_fixed(string key)
    {
        using var workspace = EditingWorkspace.Of(InType("C() { [|T.Wait()|]; }"));
        Assert.Null(await FixAll(workspace, FixAllScope.Document, key));
    }

    [Fact]
    public void Fix_all_covers_document_project_and_solution() => Assert.Equal(
        [FixAllScope.Document, FixAllScope.Project, FixAllScope.Solution], new TestFix().GetFixAllProvider().GetSupportedFixAllScopes());

    private static async Task<List<CodeAction>> Offered(string member)
    {
        using var workspace = EditingWorkspace.Of(InType(member));
        return await Offered(workspace);
    }

    private static async Task<List<CodeAction>> Offered(EditingWorkspace workspace)
    {
        var (document, node) = (await workspace.MarkedNodes())[0];
        var actions = new List<CodeAction>();
        var context = new CodeFixContext(document, DiagnosticAt(node), (action, _) => actions.Add(action), TestContext.Current.CancellationToken);
        await new TestFix().RegisterCodeFixesAsync(context);
        return actions;
    }

    private static async Task<CodeAction?> FixAll(EditingWorkspace workspace, FixAllScope scope, string? key)
    {
        var marks = (await workspace.MarkedNodes()).Select(static mark => (mark.Document.Id, DiagnosticAt(mark.Node))).ToList();
        return await new TestFix().GetFixAllProvider().GetFixAsync(new Diagnostics(marks, workspace.Solution).Context(scope, key));
    }

    private static Diagnostic DiagnosticAt(SyntaxNode node) => Diagnostic.Create(s_rule, node.GetLocation());

    private static async Task<Solution?> Changed(CodeAction action) =>
        (await action.GetOperationsAsync(TestContext.Current.CancellationToken)).OfType<ApplyChangesOperation>().Single().ChangedSolution;

    private static async Task<string> Text(CodeAction action, Document document) =>
        (await (await Changed(action))!.GetDocument(document.Id)!.GetTextAsync(TestContext.Current.CancellationToken)).ToString();

    private static string InType(string member) => $$"""
        using System.Threading.Tasks;

        class C
        {
            static Task T = Task.CompletedTask;
            static Task<int> Go(int i) => Task.FromResult(i);

            {{member}}
        }
        """;
}
