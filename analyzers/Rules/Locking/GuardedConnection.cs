using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace WebSocketAnalyzers.Rules.Locking;

/// <summary>How the rule hands its fix the expression of the connection that a lock guards.</summary>
internal static class GuardedConnection
{
    private const string Key = "connection";

    /// <summary>The properties of a diagnostic about a lock around <paramref name="connection"/>.</summary>
    public static ImmutableDictionary<string, string?> Property(IOperation connection) =>
        ImmutableDictionary<string, string?>.Empty.Add(Key, string.Format(CultureInfo.InvariantCulture, "{0}+{1}", connection.Syntax.SpanStart, connection.Syntax.Span.Length));

    /// <summary>The span of that expression, in the file of the diagnostic; null when there is none.</summary>
    public static TextSpan? Read(ImmutableDictionary<string, string?> properties) =>
        properties.TryGetValue(Key, out var text)
        && text?.Split('+') is { Length: 2 } parts
        && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var start)
        && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? new TextSpan(start, length)
            : null;
}
