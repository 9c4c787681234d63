using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.CodeFixes.Editing;

namespace WebSocketAnalyzers.CodeFixes;

/// <summary>The place of one diagnostic in the original solution.</summary>
/// <param name="Session">The session whose models and searches are shared.</param>
/// <param name="Document">The document of the primary location.</param>
/// <param name="Model">Its model.</param>
/// <param name="Diagnostic">The diagnostic.</param>
/// <param name="Node">The innermost node that covers exactly the primary location, or the smallest around it.</param>
internal sealed record FixSite(EditSession Session, Document Document, SemanticModel Model, Diagnostic Diagnostic, SyntaxNode Node)
{
    /// <summary>The site of a diagnostic, or null when its place is not ordinary source of this solution.</summary>
    public static async Task<FixSite?> OfAsync(EditSession session, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        if (diagnostic.Location.SourceTree is not { } tree
            || DocumentOf(session.Solution, tree) is not { } document || document is SourceGeneratedDocument
            || await session.ModelAsync(document, cancellationToken).ConfigureAwait(false) is not { } model)
        {
            return null;
        }
        var node = NodeAt(await model.SyntaxTree.GetRootAsync(cancellationToken).ConfigureAwait(false), diagnostic.Location);
        return node is null ? null : new FixSite(session, document, model, diagnostic, node);
    }

    // A driver may have parsed the same text into another tree.
    private static Document? DocumentOf(Solution solution, SyntaxTree tree)
    {
        if (solution.GetDocument(tree) is { } document)
            return document;
        foreach (var id in solution.GetDocumentIdsWithFilePath(tree.FilePath))
        {
            if (solution.GetDocument(id) is { } candidate && candidate.TryGetText(out var text) && text.ContentEquals(tree.GetText()))
                return candidate;
        }
        return null;
    }

    private static SyntaxNode? NodeAt(SyntaxNode root, Location location) =>
        root.FullSpan.Contains(location.SourceSpan) ? root.FindNode(location.SourceSpan, getInnermostNodeForTie: true) : null;
}
