using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Connections;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Sending;

/// <summary>
/// The await that both rules about dropped sends offer. It is refused in a loop over connections, also when that loop is in a caller that would have to
/// await in its turn: one slow peer would then hold up all the others. It is refused as well under a lock that forbids it, and for a
/// close that nothing ends but the peer's answer: dropped it harms nobody, awaited it may hang.
/// </summary>
internal static class AwaitSend
{
    /// <summary>The one action of both fixes.</summary>
    public static ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(new FixAction("Await", "Await", PlanAsync));

    /// <summary>The plan that awaits the dropped task, or why that must not be.</summary>
    public static async Task<Planned> PlanAsync(FixSite site, CancellationToken cancellationToken)
    {
        if (site.Model.GetOperation(site.Node, cancellationToken) is not IInvocationOperation call)
            return new ConversionRefusal(RefusalKind.NotThisShape, site.Node.GetLocation(), null);
        var connections = ConnectionModel.For(site.Model.Compilation, site.Document.Project.AnalyzerOptions, cancellationToken);
        if (HeldLocks.ForbidAwait(call, connections, site.Model, cancellationToken) is { } wait)
            return new ConversionRefusal(RefusalKind.Lock, wait.Syntax.GetLocation(), null);
        if (connections.Waits.WouldCloseWithoutEnd(call, cancellationToken) || DelegateClosesWithoutEnd(call, connections, cancellationToken))
            return new ConversionRefusal(RefusalKind.EndlessWait, call.Syntax.GetLocation(), null);
        var planned = await AwaitExpression.PlanAsync(site.Session, site.Document, site.Node, cancellationToken).ConfigureAwait(false);
        if (!planned.IsPossible)
            return planned;
        return await ConnectionLoops.AroundAsync(site.Session, connections, [new ModelledCall(site.Model, call)], cancellationToken).ConfigureAwait(false) is { } loop
            ? new ConversionRefusal(RefusalKind.LoopOverConnections, loop, null)
            : planned;
    }
    private static bool DelegateClosesWithoutEnd(IInvocationOperation call, ConnectionModel connections, CancellationToken cancellationToken)
    {
        foreach (var target in connections.Delegates.Of(call, cancellationToken))
        {
            if (target.Body is not { } body)
            {
                // Which token it is given is not followed.
                if (connections.Apis.Of(target.Method).Is(ApiKind.Close))
                    return true;
                continue;
            }
            foreach (var io in connections.Summaries.FactsOf(body, cancellationToken).IO)
            {
                if (connections.Waits.WouldCloseWithoutEnd(io.Call, cancellationToken))
                    return true;
            }
        }
        return false;
    }
}
