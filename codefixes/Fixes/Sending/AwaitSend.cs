using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Connections;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Sending;

/// <summary>
/// The await that both rules about dropped sends offer. It is refused in a loop over connections, also when that loop is in a caller that would have to
/// await in its turn: one slow peer would then hold up all the others.
/// </summary>
internal static class AwaitSend
{
    /// <summary>The one action of both fixes.</summary>
    public static ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(new FixAction("Await", "Await", PlanAsync));

    private static async Task<Planned> PlanAsync(FixSite site, CancellationToken cancellationToken)
    {
        if (site.Model.GetOperation(site.Node, cancellationToken) is not IInvocationOperation call)
            return new ConversionRefusal(RefusalKind.NotThisShape, site.Node.GetLocation(), null);
        var connections = ConnectionModel.For(site.Model.Compilation, site.Document.Project.AnalyzerOptions, cancellationToken);
        var planned = await AwaitExpression.PlanAsync(site.Session, site.Document, site.Node, cancellationToken).ConfigureAwait(false);
        if (!planned.IsPossible)
            return planned;
        return await LoopOverConnectionsAsync(site.Session, connections, site.Model, call, cancellationToken).ConfigureAwait(false) is { } loop
            ? new ConversionRefusal(RefusalKind.LoopOverConnections, loop, null)
            : planned;
    }

    /// <summary>The call, or a call that has to be awaited because of it, that stands in a loop over connections; null when none does.</summary>
    private static async Task<Location?> LoopOverConnectionsAsync(
        EditSession session, ConnectionModel connections, SemanticModel model, IInvocationOperation call, CancellationToken cancellationToken)
    {
        var seen = new HashSet<SyntaxNode>();
        var pending = new Queue<(SemanticModel Model, IInvocationOperation Call)>();
        pending.Enqueue((model, call));
        while (pending.Count > 0)
        {
            var (current, operation) = pending.Dequeue();
            // Loops of other projects are asked of this project's model as well: it answers from the operation, and follows what it can see.
            if (connections.Sends.IsTurnAboutAnotherConnection(operation, cancellationToken))
                return operation.Syntax.GetLocation();
            if (AwaitPosition.Of(operation.Syntax).Function is not { } function || !seen.Add(function) || FunctionShape.IsAsync(function)
                || FunctionShape.SymbolOf(current, function, cancellationToken) is not { MethodKind: not MethodKind.AnonymousFunction } symbol
                || TaskTypes.IsTask(symbol.ReturnType))
            {
                continue;
            }
            foreach (var references in await session.ReferencesAsync(symbol, cancellationToken).ConfigureAwait(false))
            {
                foreach (var reference in references.Locations)
                {
                    var use = await CallSite.OfAsync(session, symbol, reference, cancellationToken).ConfigureAwait(false);
                    if (use is { Call: { } caller, Model: { } callerModel } && callerModel.GetOperation(caller, cancellationToken) is IInvocationOperation next)
                        pending.Enqueue((callerModel, next));
                }
            }
        }

        return null;
    }
}
