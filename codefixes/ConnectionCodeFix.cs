using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using WebSocketAnalyzers.CodeFixes.Editing;

namespace WebSocketAnalyzers.CodeFixes;

/// <summary>
/// Base of every fix. A fix lists its actions; each decides for one diagnostic whether it can be made, before it is offered, and
/// contributes its edit to a session. The single fix is a session of one diagnostic, Fix All one session of all of them.
/// </summary>
public abstract class ConnectionCodeFix : CodeFixProvider
{
    /// <summary>What can be done, in the order in which it is offered.</summary>
    private protected abstract ImmutableArray<FixAction> Actions { get; }

    /// <inheritdoc/>
    public sealed override FixAllProvider GetFixAllProvider() => ConnectionFixAll.Instance;

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        foreach (var diagnostic in context.Diagnostics)
        {
            var session = new EditSession(context.Document.Project.Solution);
            if (await FixSite.OfAsync(session, diagnostic, context.CancellationToken).ConfigureAwait(false) is not { } site)
                continue;
            foreach (var action in Actions)
            {
                var planned = await action.PlanAsync(site, context.CancellationToken).ConfigureAwait(false);
                if (planned.Plan is not { } plan)
                    continue;
                var solution = context.Document.Project.Solution;
                context.RegisterCodeFix(
                    new EditAction(action.Title, action.EquivalenceKey, solution, cancellationToken =>
                    {
                        // A session of its own: the action may be asked for its changes more than once.
                        var edits = new EditSession(solution);
                        plan.Apply(edits);
                        return edits.ApplyAsync(cancellationToken);
                    }),
                    diagnostic);
            }
        }
    }

    /// <summary>
    /// Makes the fix of one diagnostic part of <paramref name="session"/>; nothing if it has none under <paramref name="equivalenceKey"/>.
    /// A null key means the first action that can be made.
    /// </summary>
    internal async Task<bool> TryAddAsync(EditSession session, Diagnostic diagnostic, string? equivalenceKey, CancellationToken cancellationToken)
    {
        if (await FixSite.OfAsync(session, diagnostic, cancellationToken).ConfigureAwait(false) is not { } site)
            return false;
        foreach (var action in Actions)
        {
            if (equivalenceKey is not null && action.EquivalenceKey != equivalenceKey)
                continue;
            if ((await action.PlanAsync(site, cancellationToken).ConfigureAwait(false)).Plan is not { } plan)
                continue;
            plan.Apply(session);
            return true;
        }
        return false;
    }

    /// <summary>The title under which a Fix All stands: that of the action with the key, or of the first.</summary>
    internal string TitleOf(string? equivalenceKey)
    {
        foreach (var action in Actions)
        {
            if (equivalenceKey is null || action.EquivalenceKey == equivalenceKey)
                return action.Title;
        }
        return GetType().Name;
    }
}
