using System.Text.RegularExpressions;

namespace WebSocketAnalyzers.Tests.Architecture;

/// <summary>The lists of releases, read as data.</summary>
internal static partial class ReleaseEntries
{
    /// <summary>The rules as the lists say they are now: what was changed counts as changed, what was removed is gone.</summary>
    public static IReadOnlyList<Entry> All { get; } = Read();

    private static List<Entry> Read()
    {
        var entries = new List<Entry>();
        var section = "";
        foreach (var line in (Repository.Read("analyzers/AnalyzerReleases.Shipped.md") + Repository.Read("analyzers/AnalyzerReleases.Unshipped.md")).Split('\n'))
        {
            if (line.StartsWith("### ", StringComparison.Ordinal))
                section = line[4..].Trim();
            var cells = line.Split('|', StringSplitOptions.TrimEntries);
            if (cells.Length < 4 || !Id().IsMatch(cells[0]))
                continue;
            if (section != "New Rules")
                entries.RemoveAll(entry => entry.Id == cells[0]);
            if (section != "Removed Rules")
                entries.Add(new Entry(cells[0], cells[1], cells[2], cells[^1]));
        }

        return entries;
    }

    [GeneratedRegex(@"^[A-Z]+\d+$")]
    private static partial Regex Id();

    /// <summary>What the lists say of a rule.</summary>
    public sealed record Entry(string Id, string Category, string Severity, string Notes);
}
