using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers;

/// <summary>
/// What is reported of one member when all of it has been looked at. What the action of an operation reports elsewhere counts as a diagnostic of no document: an editor
/// shows it late and offers no fix; what the end of a member's block reports within the member does not.
/// </summary>
internal sealed class MemberReports
{
    private readonly ConcurrentQueue<Diagnostic> _diagnostics = new();

    /// <param name="body">The outermost body of the member, or null for what has none (field initialisers, attributes).</param>
    public MemberReports(SyntaxNode? body) => Body = body;

    /// <summary>The outermost body of the member, or null.</summary>
    public SyntaxNode? Body { get; }

    /// <summary>The diagnostics so far.</summary>
    public IEnumerable<Diagnostic> Diagnostics => _diagnostics;

    /// <summary>Takes a diagnostic.</summary>
    public void Add(Diagnostic diagnostic) => _diagnostics.Enqueue(diagnostic);

    /// <summary>Whether the place lies in another member of the type.</summary>
    public bool IsElsewhereIn(INamedTypeSymbol? type, Location place, CancellationToken cancellationToken)
    {
        if (Body is null || type is null || (place.SourceTree == Body.SyntaxTree && Body.Span.Contains(place.SourceSpan)))
            return false;
        foreach (var declaration in type.DeclaringSyntaxReferences)
        {
            if (declaration.SyntaxTree == place.SourceTree && declaration.GetSyntax(cancellationToken).Span.Contains(place.SourceSpan))
                return true;
        }

        return false;
    }
}
