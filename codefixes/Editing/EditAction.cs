using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.Text;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>A code action that hands out a session's outcome and keeps each document's line ends.</summary>
/// <param name="title">What the user reads.</param>
/// <param name="equivalenceKey">The constant name of the action.</param>
/// <param name="original">The solution before the change.</param>
/// <param name="change">Makes the changed solution; may be asked more than once.</param>
internal sealed class EditAction(string title, string equivalenceKey, Solution original, Func<CancellationToken, Task<Solution>> change) : CodeAction
{
    /// <inheritdoc/>
    public override string Title { get; } = title;

    /// <inheritdoc/>
    public override string EquivalenceKey { get; } = equivalenceKey;

    /// <inheritdoc/>
    protected override async Task<Solution?> GetChangedSolutionAsync(CancellationToken cancellationToken)
    {
        var changed = await CleanUpAsync(await change(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        foreach (var id in changed.GetChanges(original).GetProjectChanges().SelectMany(static project => project.GetChangedDocuments()))
        {
            var before = await original.GetDocument(id)!.GetTextAsync(cancellationToken).ConfigureAwait(false);
            var after = await changed.GetDocument(id)!.GetTextAsync(cancellationToken).ConfigureAwait(false);
            // As text, without annotations: the host's own clean-up after this finds nothing to do.
            changed = changed.WithDocumentText(id, WithLineEnds(after, LineEnd(before)));
        }
        return changed;
    }

    // The clean-up of names, imports and layout belongs to CodeAction and is reached only through one; it breaks lines as the machine does.
    private static async Task<Solution> CleanUpAsync(Solution changed, CancellationToken cancellationToken)
    {
        var inner = Create(nameof(EditAction), _ => Task.FromResult(changed), nameof(EditAction));
        var operations = await inner.GetOperationsAsync(cancellationToken).ConfigureAwait(false);
        return operations.OfType<ApplyChangesOperation>().FirstOrDefault()?.ChangedSolution ?? changed;
    }

    private static SourceText WithLineEnds(SourceText text, string? lineEnd)
    {
        if (lineEnd is null || LineEnd(text) == lineEnd)
            return text;
        return text.WithChanges(text.Lines
            .Where(line => line.EndIncludingLineBreak > line.End && text.ToString(BreakOf(line)) != lineEnd)
            .Select(line => new TextChange(BreakOf(line), lineEnd)));
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
