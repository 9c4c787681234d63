using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using WebSocketAnalyzers.CodeFixes.Editing;

namespace WebSocketAnalyzers.CodeFixes;

/// <summary>Fix All as one session: every diagnostic of the scope is decided anew and contributes its edit, and overlaps compose.</summary>
internal sealed class ConnectionFixAll : FixAllProvider
{
    /// <summary>The only instance: it has no state.</summary>
    public static ConnectionFixAll Instance { get; } = new();

    private ConnectionFixAll()
    {
    }

    /// <inheritdoc/>
    public override IEnumerable<FixAllScope> GetSupportedFixAllScopes() => [FixAllScope.Document, FixAllScope.Project, FixAllScope.Solution];

    /// <inheritdoc/>
    public override async Task<CodeAction?> GetFixAsync(FixAllContext fixAllContext)
    {
        if (fixAllContext.CodeFixProvider is not ConnectionCodeFix fix)
            return null;
        var cancellationToken = fixAllContext.CancellationToken;
        var session = new EditSession(fixAllContext.Solution);
        var changes = false;
        foreach (var diagnostic in InOrder(await DiagnosticsAsync(fixAllContext).ConfigureAwait(false)))
            changes |= await fix.TryAddAsync(session, diagnostic, fixAllContext.CodeActionEquivalenceKey, cancellationToken).ConfigureAwait(false);
        if (!changes)
            return null;
        var changed = await session.ApplyAsync(cancellationToken).ConfigureAwait(false);
        var title = fix.TitleOf(fixAllContext.CodeActionEquivalenceKey);
        return new EditAction(title, fixAllContext.CodeActionEquivalenceKey ?? title, session.Solution, _ => Task.FromResult(changed));
    }

    private static async Task<IEnumerable<Diagnostic>> DiagnosticsAsync(FixAllContext context)
    {
        switch (context.Scope)
        {
            case FixAllScope.Document when context.Document is { } document:
                return await context.GetDocumentDiagnosticsAsync(document).ConfigureAwait(false);
            case FixAllScope.Project:
                return await context.GetAllDiagnosticsAsync(context.Project).ConfigureAwait(false);
            case FixAllScope.Solution:
                var all = new List<Diagnostic>();
                foreach (var project in context.Solution.Projects)
                    all.AddRange(await context.GetAllDiagnosticsAsync(project).ConfigureAwait(false));
                return all;
            default:
                return ImmutableArray<Diagnostic>.Empty;
        }
    }

    // The outcome must not depend on the order in which analyzers finished.
    private static IEnumerable<Diagnostic> InOrder(IEnumerable<Diagnostic> diagnostics) =>
        diagnostics
            .OrderBy(static diagnostic => diagnostic.Location.SourceTree?.FilePath, StringComparer.Ordinal)
            .ThenBy(static diagnostic => diagnostic.Location.SourceSpan.Start)
            .ThenBy(static diagnostic => diagnostic.Location.SourceSpan.Length)
            .ThenBy(static diagnostic => diagnostic.Id, StringComparer.Ordinal);
}
