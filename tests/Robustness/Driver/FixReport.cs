using System.Diagnostics;
using System.Text;

namespace WebSocketAnalyzers.Driver;

/// <summary>The bad fixes as they are found, and the table of all at the end.</summary>
internal sealed class FixReport(TextWriter output)
{
    private readonly List<Trial> _trials = [];
    private int _diagnostics;
    private int _crashes;

    /// <summary>Whether nothing was wrong.</summary>
    public bool IsGood => _crashes == 0 && _trials.All(trial => trial.Complaints.Count == 0);

    /// <summary>Runs the fixes of one folder.</summary>
    public async Task AddAsync(string name, FixRun run, IReadOnlyCollection<string> rules)
    {
        var watch = Stopwatch.StartNew();
        await run.RunAsync(rules, Print);
        foreach (var crash in run.Crashes)
            output.WriteLine("CRASH " + crash);
        output.WriteLine($"{name}: {run.Diagnostics} diagnostics, {run.Trials.Count} fixes, {run.Trials.Count(trial => trial.Complaints.Count > 0)} bad, {run.Crashes.Count} crashes, {watch.Elapsed.TotalSeconds:0} s");
        _trials.AddRange(run.Trials);
        _diagnostics += run.Diagnostics;
        _crashes += run.Crashes.Count;
    }

    /// <summary>How many fixes of each action were tried in each way, and how many of them are bad.</summary>
    public string Table()
    {
        var table = new StringBuilder("rule     action                                     single   bad  document   bad  project   bad\n");
        foreach (var action in _trials.GroupBy(trial => (trial.Rule, trial.Action)).OrderBy(group => group.Key))
        {
            table.Append($"{action.Key.Rule,-8} {action.Key.Action,-42} {Of(action, Trial.Single, 6)} {Of(action, Trial.Document, 9)} {Of(action, Trial.Project, 8)}\n");
        }

        var bad = _trials.Where(trial => trial.Complaints.Count > 0).SelectMany(trial => trial.Complaints.Select(complaint => complaint.Split(':')[0]).Distinct()).CountBy(kind => kind);
        return table.Append($"{_diagnostics} diagnostics, {_trials.Count} fixes, {_trials.Count(trial => trial.Complaints.Count > 0)} bad ({string.Join(", ", bad.Select(pair => $"{pair.Key} {pair.Value}"))}), {_crashes} crashes").ToString();

        static string Of(IEnumerable<Trial> trials, string kind, int width)
        {
            var ofKind = trials.Where(trial => trial.Kind == kind).ToList();
            return ofKind.Count.ToString().PadLeft(width) + ofKind.Count(trial => trial.Complaints.Count > 0).ToString().PadLeft(6);
        }
    }

    private void Print(Trial trial)
    {
        if (trial.Complaints.Count == 0)
            return;
        output.WriteLine($"BAD {trial.Rule} {trial.Action} {trial.Kind} {trial.Place}");
        foreach (var complaint in trial.Complaints)
            output.WriteLine("  " + complaint);
        output.WriteLine(trial.Diff);
    }
}
