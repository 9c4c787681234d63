using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace WebSocketAnalyzers.Driver;

/// <summary>Every action that the package offers for every diagnostic of a solution, one by one and by Fix All, and what is wrong with the outcome.</summary>
internal sealed class FixRun(Solution solution)
{
    private readonly Findings _before = new(solution);
    private readonly List<Offer> _offers = [];

    /// <summary>How many diagnostics there are.</summary>
    public int Diagnostics { get; private set; }

    /// <summary>How many fixes were tried.</summary>
    public List<Trial> Trials { get; } = [];

    /// <summary>Analyzers that threw.</summary>
    public IReadOnlyList<string> Crashes => _before.Crashes;

    /// <summary>Applies everything; <paramref name="rules"/> chooses among the rules, empty for all.</summary>
    public async Task RunAsync(IReadOnlyCollection<string> rules, Action<Trial> done)
    {
        foreach (var project in solution.Projects)
        {
            foreach (var diagnostic in (await _before.OfProjectAsync(project.Id)).Where(diagnostic => rules.Count == 0 || rules.Contains(diagnostic.Id)))
            {
                Diagnostics++;
                await OffersAsync(project.Solution.GetDocument(diagnostic.Location.SourceTree!)!, diagnostic, done);
            }
        }

        foreach (var offer in _offers)
            Done(await SingleAsync(offer), done);
        foreach (var group in _offers.GroupBy(offer => (offer.Fix, offer.Diagnostic.Id, offer.Key, offer.Document.Project.Id)))
        {
            var perDocument = group.GroupBy(offer => offer.Document.Id).ToList();
            foreach (var document in perDocument)
                Done(await AllAsync([.. document], FixAllScope.Document), done);
            if (perDocument.Count > 1)
                Done(await AllAsync([.. group], FixAllScope.Project), done);
        }
    }

    private void Done(Trial trial, Action<Trial> done)
    {
        Trials.Add(trial);
        done(trial);
    }

    private async Task OffersAsync(Document document, Diagnostic diagnostic, Action<Trial> done)
    {
        foreach (var fix in Package.Fixes.Where(fix => fix.FixableDiagnosticIds.Contains(diagnostic.Id)))
        {
            try
            {
                await fix.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => _offers.Add(new Offer(document, diagnostic, fix, action)), CancellationToken.None));
            }
            catch (Exception exception)
            {
                Done(new Trial(diagnostic.Id, "offer", "single", diagnostic.Location.GetLineSpan().ToString(), ["exception: " + exception], ""), done);
            }
        }
    }

    private async Task<Trial> SingleAsync(Offer offer)
    {
        var place = offer.Diagnostic.Location.GetLineSpan().ToString();
        return await TrialAsync(offer, "single", place, async () => await ChangedAsync(offer.Action), gone: 1, null);
    }

    private async Task<Trial> AllAsync(List<Offer> offers, FixAllScope scope)
    {
        var offer = offers[0];
        var place = scope == FixAllScope.Document ? offer.Document.FilePath! : offer.Document.Project.Name;
        return await TrialAsync(offer, scope.ToString().ToLowerInvariant(), place, () => FixAllAsync(offer, scope, _before), gone: offers.Count, scope);
    }

    private async Task<Trial> TrialAsync(Offer offer, string kind, string place, Func<Task<Solution?>> apply, int gone, FixAllScope? scope)
    {
        try
        {
            if (await apply() is not { } changed)
                return new Trial(offer.Diagnostic.Id, offer.Key, kind, place, ["nothing: Fix All fixes nothing"], "");
            var after = new Findings(changed);
            var outcome = new FixedSolution(_before, after);
            var complaints = await outcome.ComplaintsAsync();
            var went = await outcome.GoneAsync(offer.Diagnostic.Id);
            if (went < gone)
                complaints.Add($"stays: {went} of {gone} {offer.Diagnostic.Id} are gone");
            if (scope is { } all && await FixAllAsync(offer, all, after) is { } again && new FixedSolution(after, new Findings(again)).Changed.Count > 0)
                complaints.Add("again: a second Fix All finds more to change");
            return new Trial(offer.Diagnostic.Id, offer.Key, kind, place, complaints, complaints.Count == 0 ? "" : await DiffAsync(outcome.Changed, changed));
        }
        catch (Exception exception)
        {
            return new Trial(offer.Diagnostic.Id, offer.Key, kind, place, ["exception: " + exception], "");
        }
    }

    private static async Task<Solution?> FixAllAsync(Offer offer, FixAllScope scope, Findings findings)
    {
        var document = findings.Solution.GetDocument(offer.Document.Id)!;
        var context = new FixAllContext(document, offer.Fix, scope, offer.Key, [offer.Diagnostic.Id], new Provider(findings, offer.Diagnostic.Id), CancellationToken.None);
        return await offer.Fix.GetFixAllProvider()!.GetFixAsync(context) is { } action ? await ChangedAsync(action) : null;
    }

    private static async Task<Solution> ChangedAsync(CodeAction action) =>
        (await action.GetOperationsAsync(CancellationToken.None)).OfType<ApplyChangesOperation>().Single().ChangedSolution;

    private async Task<string> DiffAsync(IEnumerable<DocumentId> documents, Solution changed)
    {
        var diffs = new List<string>();
        foreach (var id in documents)
            diffs.Add(UnifiedDiff.Of(solution.GetDocument(id)!.FilePath!, (await solution.GetDocument(id)!.GetTextAsync()).ToString(), (await changed.GetDocument(id)!.GetTextAsync()).ToString()));
        return string.Concat(diffs);
    }

    /// <summary>An action that was offered.</summary>
    private sealed record Offer(Document Document, Diagnostic Diagnostic, CodeFixProvider Fix, CodeAction Action)
    {
        public string Key => Action.EquivalenceKey!;
    }

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

/// <summary>One fix that was tried.</summary>
/// <param name="Rule">The rule's id.</param>
/// <param name="Action">The action's equivalence key.</param>
/// <param name="Kind">Single, document or project.</param>
/// <param name="Place">Where.</param>
/// <param name="Complaints">What is wrong with the outcome; nothing for a good fix.</param>
/// <param name="Diff">What it changed, when something is wrong.</param>
internal sealed record Trial(string Rule, string Action, string Kind, string Place, IReadOnlyList<string> Complaints, string Diff);
