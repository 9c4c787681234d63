using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace WebSocketAnalyzers.Driver;

/// <summary>An action that a fix offers for a diagnostic.</summary>
internal sealed record Offer(Document Document, Diagnostic Diagnostic, CodeFixProvider Fix, CodeAction Action)
{
    /// <summary>The action's name across diagnostics.</summary>
    public string Key => Action.EquivalenceKey!;

    /// <summary>All actions for one diagnostic.</summary>
    public static async Task<List<Offer>> AllAsync(Document document, Diagnostic diagnostic, CodeFixProvider fix)
    {
        var offers = new List<Offer>();
        await fix.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => offers.Add(new Offer(document, diagnostic, fix, action)), CancellationToken.None));
        return offers;
    }

    /// <summary>The solution after the action.</summary>
    public Task<Solution> ApplyAsync() => ChangedAsync(Action);

    /// <summary>The solution after the action on everything of its rule, as it is in <paramref name="findings"/>; null when it changes nothing.</summary>
    public async Task<Solution?> ApplyAllAsync(FixAllScope scope, Findings findings)
    {
        var document = findings.Solution.GetDocument(Document.Id)!;
        var context = new FixAllContext(document, Fix, scope, Key, [Diagnostic.Id], new Provider(findings, Diagnostic.Id), CancellationToken.None);
        return await Fix.GetFixAllProvider()!.GetFixAsync(context) is { } action ? await ChangedAsync(action) : null;
    }

    private static async Task<Solution> ChangedAsync(CodeAction action) =>
        (await action.GetOperationsAsync(CancellationToken.None)).OfType<ApplyChangesOperation>().Single().ChangedSolution;

    /// <summary>What a host hands to Fix All.</summary>
    private sealed class Provider(Findings findings, string rule) : FixAllContext.DiagnosticProvider
    {
        public override async Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken) =>
            (await findings.OfPackageAsync(document.Id)).Where(diagnostic => diagnostic.Id == rule);

        public override async Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken)
        {
            var all = new List<Diagnostic>();
            foreach (var id in project.DocumentIds)
                all.AddRange((await findings.OfPackageAsync(id)).Where(diagnostic => diagnostic.Id == rule));
            return all;
        }

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) => Task.FromResult(Enumerable.Empty<Diagnostic>());
    }
}
