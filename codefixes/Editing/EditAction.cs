using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.Text;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>A code action that hands out a session's outcome and keeps each document's line ends.</summary>
/// <param name="title">What the user reads.</param>
/// <param name="equivalenceKey">The constant name of the action.</param>
/// <param name="original">The solution before the change.</param>
/// <param name="change">Makes the changed solution; may be asked more than once.</param>
internal sealed class EditAction(string title, string equivalenceKey, Solution original, Func<CancellationToken, Solution> change) : CodeAction
{
    /// <inheritdoc/>
    public override string Title { get; } = title;

    /// <inheritdoc/>
    public override string EquivalenceKey { get; } = equivalenceKey;

    /// <inheritdoc/>
    protected override Task<Solution?> GetChangedSolutionAsync(CancellationToken cancellationToken) =>
        Task.FromResult<Solution?>(change(cancellationToken));

    /// <inheritdoc/>
    protected override async Task<Document> PostProcessChangesAsync(Document document, CancellationToken cancellationToken)
    {
        document = await base.PostProcessChangesAsync(document, cancellationToken).ConfigureAwait(false);
        if (original.GetDocument(document.Id) is not { } before)
            return document;

        // The clean-up breaks lines as the machine does; the file may do it the other way.
        var lineEnd = LineEnd(await before.GetTextAsync(cancellationToken).ConfigureAwait(false));
        var text = await document.GetTextAsync(cancellationToken).ConfigureAwait(false);
        if (lineEnd is null || LineEnd(text) == lineEnd)
            return document;
        var changes = text.Lines
            .Where(line => line.EndIncludingLineBreak > line.End && text.ToString(BreakOf(line)) != lineEnd)
            .Select(line => new TextChange(BreakOf(line), lineEnd));
        return document.WithText(text.WithChanges(changes));
    }

    private static TextSpan BreakOf(TextLine line) => TextSpan.FromBounds(line.End, line.EndIncludingLineBreak);

    // How every line of a text ends; null when the text has one line only or mixes them.
    private static string? LineEnd(SourceText text)
    {
        string? all = null;
        foreach (var line in text.Lines)
        {
            if (line.EndIncludingLineBreak == line.End)
                continue;
            var end = text.ToString(BreakOf(line));
            if (all is not null && all != end)
                return null;
            all = end;
        }
        return all;
    }
}
