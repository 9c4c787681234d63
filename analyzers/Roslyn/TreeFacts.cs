using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace WebSocketAnalyzers.Roslyn;

/// <summary>
/// A fact of syntax alone, read once a tree and kept as long as the tree: it stays the same from one compilation to the next, so that an edit in one file costs that file.
/// </summary>
internal sealed class TreeFacts<T>
{
    private readonly ConditionalWeakTable<SyntaxTree, StrongBox<T>> _facts = new();
    private readonly Func<SyntaxTree, CancellationToken, T> _read;

    /// <param name="read">Reads the fact; must depend on nothing but the tree.</param>
    public TreeFacts(Func<SyntaxTree, CancellationToken, T> read) => _read = read;

    /// <summary>The fact of a tree.</summary>
    public T Of(SyntaxTree tree, CancellationToken cancellationToken)
    {
        if (!_facts.TryGetValue(tree, out var fact))
            fact = _facts.GetValue(tree, tree => new StrongBox<T>(_read(tree, cancellationToken)));
        return fact.Value!;
    }
}
