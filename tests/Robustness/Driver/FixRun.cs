using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace WebSocketAnalyzers.Driver;

/// <summary>Every action that the package offers for every diagnostic of a solution, one by one and by Fix All, and what is wrong with the outcome.</summary>
internal sealed class FixRun(Solution solution)
{
    private readonly Findings _before = new(solution);
    private readonly List<Offer> _offers = [];

    /// <summary>How many diagnostics there are.</summary>
    public int Diagnostics { get; private set; }

    /// <summary>The fixes that were tried.</summary>
    public List<Trial> Trials { get; } = [];

    /// <summary>Analyzers that threw.</summary>
    public IReadOnlyList<string> Crashes => _before.Crashes;

    /// <summary>Applies everything and tells of each as it is done; <paramref name="rules"/> chooses among the rules, empty for all.</summary>
    public async Task RunAsync(IReadOnlyCollection<string> rules, Action<Trial> done)
    {
        foreach (var project in solution.Projects)
        {
            foreach (var diagnostic in (await _before.OfProjectAsync(project.Id)).Where(diagnostic => rules.Count == 0 || rules.Contains(diagnostic.Id)))
            {
                Diagnostics++;
                await CollectAsync(solution.GetDocument(diagnostic.Location.SourceTree!)!, diagnostic, done);
            }
        }

        foreach (var offer in _offers)
            Done(await SingleAsync(offer), done);
        foreach (var group in _offers.GroupBy(offer => (offer.Fix, offer.Diagnostic.Id, offer.Key, offer.Document.Project.Id)))
        {
            var perDocument = group.GroupBy(offer => offer.Document.Id).ToList();
            foreach (var document in perDocument)
                Done(await AllAsync([.. document], FixAllScope.Document), done);
            // In one document only it is the same.
            if (perDocument.Count > 1)
                Done(await AllAsync([.. group], FixAllScope.Project), done);
        }
    }

    private void Done(Trial trial, Action<Trial> done)
    {
        Trials.Add(trial);
        done(trial);
    }

    private async Task CollectAsync(Document document, Diagnostic diagnostic, Action<Trial> done)
    {
        foreach (var fix in Package.Fixes.Where(fix => fix.FixableDiagnosticIds.Contains(diagnostic.Id)))
        {
            try
            {
                _offers.AddRange(await Offer.AllAsync(document, diagnostic, fix));
            }
            catch (Exception exception)
            {
                Done(new Trial(diagnostic.Id, "offer", Trial.Single, diagnostic.Location.GetLineSpan().ToString(), ["exception: " + exception], ""), done);
            }
        }
    }

    private Task<Trial> SingleAsync(Offer offer) =>
        TryAsync(offer, Trial.Single, offer.Diagnostic.Location.GetLineSpan().ToString(), gone: 1, async _ => await offer.ApplyAsync());

    private Task<Trial> AllAsync(List<Offer> offers, FixAllScope scope)
    {
        var (offer, isDocument) = (offers[0], scope == FixAllScope.Document);
        return TryAsync(
            offer, isDocument ? Trial.Document : Trial.Project, isDocument ? offer.Document.FilePath! : offer.Document.Project.Name, gone: offers.Count,
            findings => offer.ApplyAllAsync(scope, findings));
    }

    private async Task<Trial> TryAsync(Offer offer, string kind, string place, int gone, Func<Findings, Task<Solution?>> apply)
    {
        Trial Tried(IReadOnlyList<string> complaints, string diff) => new(offer.Diagnostic.Id, offer.Key, kind, place, complaints, diff);
        try
        {
            if (await apply(_before) is not { } changed)
                return Tried(["nothing: Fix All fixes nothing"], "");
            var after = new Findings(changed);
            var outcome = new FixedSolution(_before, after);
            var complaints = await outcome.ComplaintsAsync();
            if (await outcome.GoneAsync(offer.Diagnostic.Id) is var went && went < gone)
                complaints.Add($"stays: {went} of {gone} {offer.Diagnostic.Id} are gone");
            if (kind != Trial.Single && await apply(after) is { } again && new FixedSolution(after, new Findings(again)).Changed.Count > 0)
                complaints.Add("again: a second Fix All finds more to change");
            return Tried(complaints, complaints.Count == 0 ? "" : await DiffAsync(outcome.Changed, changed));
        }
        catch (Exception exception)
        {
            return Tried(["exception: " + exception], "");
        }
    }

    private async Task<string> DiffAsync(IEnumerable<DocumentId> documents, Solution changed)
    {
        var diffs = new List<string>();
        foreach (var id in documents)
            diffs.Add(UnifiedDiff.Of(solution.GetDocument(id)!.FilePath!, await TextAsync(solution, id), await TextAsync(changed, id)));
        return string.Concat(diffs);

        static async Task<string> TextAsync(Solution of, DocumentId id) => (await of.GetDocument(id)!.GetTextAsync()).ToString();
    }
}

/// <summary>One fix that was tried.</summary>
/// <param name="Rule">The rule's id.</param>
/// <param name="Action">The action's equivalence key.</param>
/// <param name="Kind">For one diagnostic, or in which scope for all.</param>
/// <param name="Place">Where.</param>
/// <param name="Complaints">What is wrong with the outcome; nothing for a good fix.</param>
/// <param name="Diff">What it changed, when something is wrong.</param>
internal sealed record Trial(string Rule, string Action, string Kind, string Place, IReadOnlyList<string> Complaints, string Diff)
{
    public const string Single = "single";
    public const string Document = "document";
    public const string Project = "project";
}
