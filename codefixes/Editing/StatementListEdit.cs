using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>
/// What happens to the statements of one list, by their place in the original: inner edits never change how many there are, so
/// the places still hold when this is applied.
/// </summary>
internal sealed class StatementListEdit(SyntaxNode owner)
{
    private readonly Dictionary<int, Func<StatementSyntax, IReadOnlyList<StatementSyntax>>> _expansions = [];
    private readonly SortedDictionary<int, List<(string Key, Func<IReadOnlyList<StatementSyntax>, StatementSyntax> Wrap)>> _wraps = [];
    private readonly Dictionary<int, (int Last, Func<IReadOnlyList<StatementSyntax>, StatementSyntax> Wrap)> _ranges = [];
    private Func<StatementSyntax>? _last;

    /// <summary>Replaces a statement by several (none removes it). The first request for a statement wins.</summary>
    public void Expand(StatementSyntax original, Func<StatementSyntax, IReadOnlyList<StatementSyntax>> expansion)
    {
        var index = IndexOf(original);
        if (!_expansions.ContainsKey(index))
            _expansions.Add(index, expansion);
    }

    /// <summary>Puts everything after <paramref name="original"/> to the end of the list into one statement, once for each key.</summary>
    public void WrapFollowing(StatementSyntax original, string key, Func<IReadOnlyList<StatementSyntax>, StatementSyntax> wrap)
    {
        var index = IndexOf(original);
        if (!_wraps.TryGetValue(index, out var list))
            _wraps.Add(index, list = []);
        if (!list.Exists(entry => entry.Key == key))
            list.Add((key, wrap));
    }

    /// <summary>Puts the statements from <paramref name="first"/> to <paramref name="last"/> into one. The first request for a range wins.</summary>
    public void WrapRange(StatementSyntax first, StatementSyntax last, Func<IReadOnlyList<StatementSyntax>, StatementSyntax> wrap)
    {
        var (from, to) = (IndexOf(first), IndexOf(last));
        foreach (var range in _ranges)
        {
            if (range.Key <= to && range.Value.Last >= from)
                return;
        }
        _ranges.Add(from, (to, wrap));
    }

    /// <summary>Adds a last statement to the list; the first request wins.</summary>
    public void Append(Func<StatementSyntax> make) => _last ??= make;

    /// <summary>The owner as its edited descendants left it, with the list edited.</summary>
    public SyntaxNode Apply(SyntaxNode current)
    {
        var statements = StatementLists.StatementsOf(current);
        var groups = new List<List<StatementSyntax>>(statements.Count);
        for (var index = 0; index < statements.Count; index++)
        {
            groups.Add(_expansions.TryGetValue(index, out var expansion) ? [.. expansion(statements[index])] : [statements[index]]);
        }
        foreach (var range in _ranges)
        {
            var (last, wrap) = range.Value;
            var inside = groups.Skip(range.Key).Take(last - range.Key + 1).SelectMany(static group => group).ToList();
            for (var index = range.Key; index <= last; index++)
                groups[index] = [];
            groups[range.Key] = [wrap(inside)];
        }
        if (_last is not null)
            groups.Add([_last()]);

        // The later declaration is the inner wrap, so that its own wrap goes into the earlier one.
        foreach (var (index, wraps) in _wraps.Reverse().Select(static pair => (pair.Key, pair.Value)))
        {
            foreach (var (_, wrap) in wraps)
            {
                var following = groups.Skip(index + 1).SelectMany(static group => group).ToList();
                groups.RemoveRange(index + 1, groups.Count - index - 1);
                groups.Add([wrap(following)]);
            }
        }
        return WithStatements(current, [.. groups.SelectMany(static group => group)]);
    }

    private static SyntaxNode WithStatements(SyntaxNode current, List<StatementSyntax> statements)
    {
        switch (current)
        {
            case BlockSyntax block:
                return block.WithStatements(SyntaxFactory.List(statements));
            case SwitchSectionSyntax section:
                return section.WithStatements(SyntaxFactory.List(statements));
            case CompilationUnitSyntax unit:
                var first = unit.Members.IndexOf(static member => member is GlobalStatementSyntax);
                var others = unit.Members.Where(static member => member is not GlobalStatementSyntax);
                var globals = statements.Select(SyntaxFactory.GlobalStatement);
                return unit.WithMembers(SyntaxFactory.List(unit.Members.Take(first).Concat(globals).Concat(others.Skip(first))));
            default:
                return current;
        }
    }

    private int IndexOf(StatementSyntax original)
    {
        var statements = StatementLists.StatementsOf(owner);
        for (var index = 0; index < statements.Count; index++)
        {
            if (statements[index] == original)
                return index;
        }
        throw new ArgumentException("The statement is not in this list.", nameof(original));
    }
}
