using Microsoft.CodeAnalysis;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>Allows an await at a place: makes the function around it asynchronous, and then its callers, as far as they reach.</summary>
internal static class MakeAsync
{
    /// <summary>What has to change so that <paramref name="awaited"/> may be awaited where it stands, or why it cannot be.</summary>
    /// <param name="session">The session that the plan is for.</param>
    /// <param name="document">The document of the expression.</param>
    /// <param name="awaited">The expression that will be awaited. The plan does not contain that await itself.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static async Task<Planned> PlanAsync(EditSession session, Document document, SyntaxNode awaited, CancellationToken cancellationToken)
    {
        var planner = new AsyncPlanner(session, cancellationToken);
        var refusal = await planner.AllowAwaitAsync(document, awaited).ConfigureAwait(false);
        return refusal is null ? planner.ToPlan() : refusal;
    }

    /// <summary>What has to change so that an async function that returns nothing returns its task, which its callers await, or why it cannot.</summary>
    /// <param name="session">The session that the plan is for.</param>
    /// <param name="document">The document of the function.</param>
    /// <param name="function">The method or local function.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static async Task<Planned> PlanReturnAsync(EditSession session, Document document, SyntaxNode function, CancellationToken cancellationToken)
    {
        var planner = new AsyncPlanner(session, cancellationToken);
        var refusal = await planner.ReturnTaskAsync(document, function).ConfigureAwait(false);
        return refusal is null ? planner.ToPlan() : refusal;
    }
}
