using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace WebSocketAnalyzers.Options;

/// <summary>The keys of .editorconfig and .globalconfig that all rules share, typed.</summary>
internal sealed class ConnectionOptions
{
    /// <summary>Documentation-comment ids of methods and types in which nothing is reported, separated by <c>|</c>, as the CA rules write them.</summary>
    public const string ExcludedSymbolsKey = "websocket_analyzers.excluded_symbols";

    /// <summary>Names or documentation-comment ids of types in which nothing is reported, separated by <c>|</c>.</summary>
    public const string ExcludedTypesKey = "websocket_analyzers.excluded_types";

    /// <summary>Documentation-comment ids (<c>M:</c>) of further methods that run for one connection, separated by <c>|</c>.</summary>
    public const string HandlersKey = "websocket_analyzers.handlers";

    /// <summary>How many calls are followed from a handler or a dropped task; a number from 0 to 16.</summary>
    public const string CallDepthKey = "websocket_analyzers.call_depth";

    /// <summary>The default of <see cref="CallDepthKey"/>.</summary>
    public const int DefaultCallDepth = 4;

    private const int MaxCallDepth = 16;

    private readonly AnalyzerConfigOptionsProvider _provider;
    private readonly ConcurrentDictionary<(SyntaxTree, string), ImmutableHashSet<string>> _lists = new();

    public ConnectionOptions(AnalyzerConfigOptionsProvider provider) => _provider = provider;

    /// <summary>A malformed value.</summary>
    /// <param name="Key">The key it stands behind.</param>
    /// <param name="Value">The offending part.</param>
    public readonly record struct BadValue(string Key, string Value);

    /// <summary>How many calls are followed, for the whole compilation: summaries are shared by all its files.</summary>
    public int CallDepth(Compilation compilation) => TryFirst(compilation, CallDepthKey, out var text) && TryDepth(text, out var depth) ? depth : DefaultCallDepth;

    /// <summary>Whether the user made the method a handler.</summary>
    public bool IsHandler(IMethodSymbol method, SyntaxTree tree) =>
        List(tree, HandlersKey) is { IsEmpty: false } handlers && method.GetDocumentationCommentId() is { } id && Contains(handlers, id);

    /// <summary>Whether the user made any method a handler in the files of the type.</summary>
    public bool NameHandlers(INamedTypeSymbol type)
    {
        foreach (var reference in type.DeclaringSyntaxReferences)
        {
            if (!List(reference.SyntaxTree, HandlersKey).IsEmpty)
                return true;
        }

        return false;
    }

    /// <summary>Whether the user excluded the symbol or something that contains it.</summary>
    public bool IsExcluded(ISymbol? symbol, SyntaxTree tree)
    {
        var symbols = List(tree, ExcludedSymbolsKey);
        var types = List(tree, ExcludedTypesKey);
        if (symbols.IsEmpty && types.IsEmpty)
            return false;
        for (var current = symbol; current is not null and not INamespaceSymbol; current = current.ContainingSymbol)
        {
            var id = current.OriginalDefinition.GetDocumentationCommentId();
            if (id is not null && Contains(symbols, id))
                return true;
            if (current is INamedTypeSymbol && (types.Contains(current.Name) || (id is not null && Contains(types, id))))
                return true;
        }

        return false;
    }

    /// <summary>All malformed values of one file's options.</summary>
    public IEnumerable<BadValue> Malformed(SyntaxTree tree)
    {
        var options = _provider.GetOptions(tree);
        if (options.TryGetValue(CallDepthKey, out var depth) && !TryDepth(depth, out _))
            yield return new BadValue(CallDepthKey, depth);
        foreach (var part in List(tree, HandlersKey))
        {
            if (!part.StartsWith("M:", StringComparison.Ordinal))
                yield return new BadValue(HandlersKey, part);
        }

        foreach (var part in List(tree, ExcludedSymbolsKey))
        {
            if (part.Length < 3 || part[1] != ':' || part[0] is not ('T' or 'M' or 'P' or 'F' or 'E'))
                yield return new BadValue(ExcludedSymbolsKey, part);
        }
    }

    private static bool Contains(ImmutableHashSet<string> ids, string id)
    {
        if (ids.Contains(id))
            return true;
        // An M: id without parameters means every overload, as in the catalogue.
        var end = id.IndexOf('(');
        return end > 0 && ids.Contains(id.Substring(0, end));
    }

    private static bool TryDepth(string text, out int depth) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out depth) && depth <= MaxCallDepth;

    private bool TryFirst(Compilation compilation, string key, out string value)
    {
        if (_provider.GlobalOptions.TryGetValue(key, out value!))
            return true;
        foreach (var tree in compilation.SyntaxTrees)
        {
            if (_provider.GetOptions(tree).TryGetValue(key, out value!))
                return true;
        }

        return false;
    }

    private ImmutableHashSet<string> List(SyntaxTree tree, string key) =>
        _lists.TryGetValue((tree, key), out var known) ? known : _lists.GetOrAdd((tree, key), Read(_provider.GetOptions(tree), key));

    private static ImmutableHashSet<string> Read(AnalyzerConfigOptions options, string key)
    {
        if (!options.TryGetValue(key, out var text) || string.IsNullOrWhiteSpace(text))
            return ImmutableHashSet<string>.Empty;
        // .editorconfig cuts values at '#', so constructors are written ".ctor".
        return text.Split(['|'], StringSplitOptions.RemoveEmptyEntries).Select(part => part.Trim().Replace("..ctor", ".#ctor")).Where(part => part.Length > 0).ToImmutableHashSet(StringComparer.Ordinal);
    }
}
