using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Sending;

/// <summary>
/// Locks that are held where a send is dropped. Under one that many connections share, an await makes all of them wait for this peer; under one that the callee
/// takes as well, it waits for ever.
/// </summary>
internal static class HeldLocks
{
    /// <summary>How many calls are followed to a lock that the callee takes.</summary>
    private const int Depth = 4;

    /// <summary>The wait for a lock that forbids to await the call, or null.</summary>
    public static IInvocationOperation? ForbidAwait(IInvocationOperation call, ConnectionModel connections, SemanticModel model, CancellationToken cancellationToken)
    {
        if (Bodies.Around(call.Syntax) is not { } body || BodyFacts.OperationOf(body, model, cancellationToken) is not { } root)
            return null;
        foreach (var operation in root.SelfAndDescendantsInBody())
        {
            if (operation is not IInvocationOperation wait || wait.Syntax.SpanStart > call.Syntax.SpanStart || Gate(wait, connections) is not { } gate)
                continue;
            var held = HeldRegion.After(wait.Syntax, release => Gates.IsReleaseOf(release, gate, model, connections.Apis, cancellationToken));
            if (!held.Any(statement => statement.Span.Contains(call.Syntax.Span)))
                continue;
            if (connections.Sharing.Of(gate, wait.Syntax, cancellationToken) is not null || Takes(call, gate, connections, cancellationToken))
                return wait;
        }

        return null;
    }

    private static ISymbol? Gate(IInvocationOperation wait, ConnectionModel connections) =>
        connections.Apis.Of(wait).Is(ApiKind.Acquires) ? wait.Receiver().ReferencedSymbol() : null;

    /// <summary>Whether the method that is called, or a function that it is given, waits for the lock.</summary>
    private static bool Takes(IInvocationOperation call, ISymbol gate, ConnectionModel connections, CancellationToken cancellationToken)
    {
        var seen = new HashSet<SyntaxNode>();
        var pending = new Queue<(SyntaxNode Body, int Depth)>();
        if (BodyOf(call.TargetMethod) is { } callee)
            pending.Enqueue((callee, 0));
        foreach (var target in connections.Delegates.Of(call, cancellationToken))
        {
            if (target.Body is { } code)
                pending.Enqueue((code, 0));
        }

        foreach (var argument in call.Arguments)
        {
            if (connections.Delegates.CodeOf(argument.Value, cancellationToken) is { } function)
                pending.Enqueue((function, 0));
        }

        while (pending.Count > 0)
        {
            var (body, depth) = pending.Dequeue();
            if (!seen.Add(body))
                continue;
            if (BodyFacts.OperationOf(body, connections.Summaries.ModelOf(body), cancellationToken) is not { } root)
                continue;
            foreach (var operation in root.SelfAndDescendantsInBody())
            {
                if (operation is IInvocationOperation wait && SymbolEqualityComparer.Default.Equals(Gate(wait, connections)?.OriginalDefinition, gate.OriginalDefinition))
                    return true;
            }

            if (depth == Depth)
                continue;
            foreach (var next in connections.Summaries.FactsOf(body, cancellationToken).Calls)
            {
                if (BodyOf(next.Target) is { } inner)
                    pending.Enqueue((inner, depth + 1));
            }
        }

        return false;

        SyntaxNode? BodyOf(IMethodSymbol method) => connections.Methods.Target(method, cancellationToken) is { } target ? Bodies.Of(target, cancellationToken) : null;
    }
}
