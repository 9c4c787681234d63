using System.Collections.Immutable;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>
/// Whether a compilation mentions a connection at all: a question about identifiers only, read once a tree and kept as long as the tree, so that code without
/// connections pays for nothing else.
/// </summary>
internal sealed class Mentions
{
    private const ApiKind Types = ApiKind.Connection | ApiKind.Hub | ApiKind.PerConnection;
    private const ApiKind Members = ApiKind.Accept | ApiKind.Upgrade | ApiKind.Connect | ApiKind.Creates | ApiKind.Handler | ApiKind.Callback;

    private static readonly HashSet<string> BuiltInNames = NamesOf(ApiCatalogue.BuiltIn.Entries);
    private static readonly TreeFacts<bool> BuiltInMentions = new(static (tree, cancellationToken) => Names(tree, BuiltInNames, cancellationToken));

    private readonly Compilation _compilation;
    private readonly HashSet<string>? _userNames;
    private readonly Lazy<bool> _any;

    /// <param name="compilation">The compilation asked about.</param>
    /// <param name="userEntries">The user's facts, which name further types.</param>
    public Mentions(Compilation compilation, ImmutableArray<ApiEntry> userEntries)
    {
        _compilation = compilation;
        _userNames = userEntries.IsEmpty ? null : NamesOf(userEntries);
        _any = new Lazy<bool>(Search);
    }

    /// <summary>Whether some file names a connection type, or an API that makes or serves connections.</summary>
    public bool Any => _any.Value;

    private bool Search()
    {
        foreach (var tree in _compilation.SyntaxTrees)
        {
            if (BuiltInMentions.Of(tree, CancellationToken.None) || (_userNames is not null && Names(tree, _userNames, CancellationToken.None)))
                return true;
        }

        return false;
    }

    private static bool Names(SyntaxTree tree, HashSet<string> names, CancellationToken cancellationToken)
    {
        foreach (var token in tree.GetRoot(cancellationToken).DescendantTokens())
        {
            if (token.IsKind(SyntaxKind.IdentifierToken) && names.Contains(token.ValueText))
                return true;
        }

        return false;
    }

    private static HashSet<string> NamesOf(IEnumerable<ApiEntry> entries)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (entry.IsType && (entry.Kind & Types) != 0)
                names.Add(entry.MemberName);
            if (entry.IsType || (entry.Kind & Members) == 0)
                continue;
            // Members such as Start and On are everywhere: their types are not. An upgrade is found on an object whose type nobody writes.
            names.Add((entry.Kind & ApiKind.Upgrade) != 0 ? entry.MemberName : entry.ContainingTypeName);
        }

        return names;
    }
}
