using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>Locks that are disposed before the connection is ended whose operations wait for them.</summary>
internal sealed class DisposedLocks
{
    private readonly Apis _apis;
    private readonly ConnectionTypes _types;
    private readonly Summaries _summaries;
    private readonly GuardedConnections _guarded;

    public DisposedLocks(Apis apis, ConnectionTypes types, Summaries summaries, GuardedConnections guarded)
    {
        _apis = apis;
        _types = types;
        _summaries = summaries;
        _guarded = guarded;
    }

    /// <summary>An asynchronous wait that may be parked when the lock is disposed, and where the connection is ended only afterwards; null when nothing of that is seen.</summary>
    public (Evidence Waiter, Evidence End)? At(IInvocationOperation disposal, CancellationToken cancellationToken)
    {
        if (disposal.Receiver() is not IMemberReferenceOperation { Instance: IInstanceReferenceOperation, Member: IFieldSymbol or IPropertySymbol } reference
            || EndBehind(disposal, cancellationToken) is not { } end)
        {
            return null;
        }

        var gate = reference.Member;
        foreach (var wait in SemaphoreUses.Of(gate, disposal.Syntax, _apis, _summaries, cancellationToken).Waits)
        {
            if (!wait.TargetMethod.ReturnType.IsTaskLike() || Bodies.Around(wait.Syntax) == Bodies.Around(disposal.Syntax))
                continue;
            foreach (var (operation, _) in _guarded.Under(wait, gate, cancellationToken))
                return (new Evidence("MayWait", wait.Syntax.GetLocation(), null, operation.TargetMethod.ShortName()), end);
        }

        return null;
    }

    /// <summary>Where the function ends its connection behind the disposal, when nothing before it ends, cancels, drains or waits for anything.</summary>
    private Evidence? EndBehind(IInvocationOperation disposal, CancellationToken cancellationToken)
    {
        if (disposal.SemanticModel is not { } model || Bodies.Around(disposal.Syntax) is not { } body || BodyFacts.OperationOf(body, model, cancellationToken) is not { } root)
            return null;
        foreach (var operation in root.SelfAndDescendantsInBody())
        {
            var isBehind = operation.Syntax.SpanStart >= disposal.Syntax.Span.End;
            if (operation is IAwaitOperation && !isBehind && !operation.Syntax.Span.Contains(disposal.Syntax.Span))
                return null;
            if (operation is not IInvocationOperation call || call.Syntax == disposal.Syntax)
                continue;
            if (isBehind && EndsConnection(call))
                return new Evidence("EndsConnection", call.Syntax.GetLocation(), null, call.TargetMethod.ShortName());
            if (!isBehind && MayMakeRoom(call))
                return null;
        }

        return null;
    }

    private bool EndsConnection(IInvocationOperation call) =>
        _apis.Of(call).Is(ApiKind.Close | ApiKind.Disposes)
        || (call.TargetMethod.Name is "Dispose" or "DisposeAsync" or "Abort" or "Close" && call.Receiver() is { } receiver && _types.IsConnection(receiver.Type));

    /// <summary>Whether the call may see to it that nobody waits any more: it cancels, drains, works on a connection, blocks, or is code of the program or of who knows whom.</summary>
    private bool MayMakeRoom(IInvocationOperation call) =>
        call.TargetMethod.MethodKind == MethodKind.DelegateInvoke
        || call.TargetMethod.IsInSource()
        || call.TargetMethod.Name is "Cancel" or "CancelAsync" or "CancelAfter" or "Complete" or "TryComplete" or "Stop" or "StopAsync"
        || _apis.Of(call).Is(ApiKind.AnyBlocking | ApiKind.Acquires | ApiKind.AnyConnectionIO | ApiKind.Disposes)
        || (call.Receiver() is { } receiver && _types.IsConnection(receiver.Type));
}
