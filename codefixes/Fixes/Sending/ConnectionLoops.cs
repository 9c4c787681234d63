using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Connections;
using Bodies = WebSocketAnalyzers.Roslyn.Bodies;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Sending;

/// <summary>A call and the model of its file.</summary>
/// <param name="Model">The model.</param>
/// <param name="Operation">The call.</param>
internal readonly record struct ModelledCall(SemanticModel Model, IInvocationOperation Operation);

/// <summary>Loops over connections, in which an await makes each peer wait for the one before.</summary>
internal static class ConnectionLoops
{
    /// <summary>One of the calls, or a call that has to be awaited because of them, that stands in a loop over connections; null when none does.</summary>
    public static async Task<Location?> AroundAsync(EditSession session, ConnectionModel connections, IEnumerable<ModelledCall> calls, CancellationToken cancellationToken)
    {
        var seen = new HashSet<SyntaxNode>();
        var pending = new Queue<ModelledCall>(calls);
        while (pending.Count > 0)
        {
            var (current, operation) = pending.Dequeue();
            // Loops of other projects are asked of this project's model as well: it answers from the operation, and follows what it can see.
            if (connections.Sends.IsTurnAboutAnotherConnection(operation, cancellationToken))
                return operation.Syntax.GetLocation();
            if (AwaitPosition.Of(operation.Syntax).Function is not { } function || !seen.Add(function) || Bodies.IsAsync(function)
                || FunctionShape.SymbolOf(current, function, cancellationToken) is not { MethodKind: not MethodKind.AnonymousFunction } symbol
                || TaskTypes.IsTask(symbol.ReturnType))
            {
                continue;
            }
            foreach (var caller in await CallsOfAsync(session, symbol, cancellationToken).ConfigureAwait(false))
                pending.Enqueue(caller);
        }

        return null;
    }

    /// <summary>The calls of a method in the solution.</summary>
    public static async Task<IReadOnlyList<ModelledCall>> CallsOfAsync(EditSession session, IMethodSymbol method, CancellationToken cancellationToken)
    {
        var calls = new List<ModelledCall>();
        foreach (var references in await session.ReferencesAsync(method, cancellationToken).ConfigureAwait(false))
        {
            foreach (var reference in references.Locations)
            {
                var use = await CallSite.OfAsync(session, method, reference, cancellationToken).ConfigureAwait(false);
                if (use is { Call: { } call, Model: { } model } && model.GetOperation(call, cancellationToken) is IInvocationOperation operation)
                    calls.Add(new ModelledCall(model, operation));
            }
        }
        return calls;
    }
}
