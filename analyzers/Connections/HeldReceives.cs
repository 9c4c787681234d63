using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>Locks that are held until the next message comes, and that sends on the same connection wait for.</summary>
internal sealed class HeldReceives
{
    private const ApiKind Opening = ApiKind.Connect | ApiKind.Accept;

    private readonly Apis _apis;
    private readonly Summaries _summaries;
    private readonly GuardedConnections _guarded;
    private readonly Handlers _handlers;

    public HeldReceives(Apis apis, Summaries summaries, GuardedConnections guarded, Handlers handlers)
    {
        _apis = apis;
        _summaries = summaries;
        _guarded = guarded;
        _handlers = handlers;
    }

    /// <summary>The receive that is awaited under the lock of a wait, again and again, and a send elsewhere that waits for the lock; or null.</summary>
    public (Evidence Receive, Evidence Send)? Under(IInvocationOperation wait, CancellationToken cancellationToken)
    {
        if (wait.Receiver().ReferencedSymbol() is not { } gate || wait.SemanticModel is not { } model || !IsRepeated(wait, cancellationToken)
            || !Gates.AdmitsOne(gate, model.Compilation, cancellationToken)
            || Only(wait, gate, ApiKind.Receive, ApiKind.Send | Opening, cancellationToken) is not { } receive)
        {
            return null;
        }

        foreach (var other in SemaphoreUses.Of(gate, wait.Syntax, _apis, _summaries, cancellationToken).Waits)
        {
            if (other.Syntax != wait.Syntax && Only(other, gate, ApiKind.Send, ApiKind.Receive | Opening, cancellationToken) is { } send && IsSameConnection(receive.Connection, send.Connection))
            {
                return (new Evidence("ReceivesUnder", receive.Operation.Syntax.GetLocation(), null, receive.Operation.TargetMethod.ShortName()),
                    new Evidence("WaitsToSend", send.Operation.Syntax.GetLocation(), null, send.Operation.TargetMethod.ShortName()));
            }
        }

        return null;
    }

    /// <summary>The first operation of one kind under a lock under which nothing is done of the other kinds: a request and its answer belong together.</summary>
    private GuardedIO? Only(IInvocationOperation wait, ISymbol gate, ApiKind wanted, ApiKind others, CancellationToken cancellationToken)
    {
        GuardedIO? found = null;
        foreach (var io in _guarded.Under(wait, gate, cancellationToken))
        {
            if (Does(io.Operation, others, cancellationToken))
                return null;
            if (found is null && IsAwaited(io.Operation) && Does(io.Operation, wanted, cancellationToken))
                found = io;
        }

        return found;
    }

    private static bool IsAwaited(IOperation call)
    {
        var value = call;
        while (value.Parent is { } parent && parent is not IAwaitOperation && ValueFlow.IsHandedOn(value, parent))
            value = parent;
        return value.Parent is IAwaitOperation;
    }

    private bool Does(IInvocationOperation call, ApiKind kinds, CancellationToken cancellationToken) =>
        _apis.Of(call) is var facts && (facts.Is(kinds) || (facts == ApiFacts.None && _summaries.Does(call, kinds, cancellationToken) is not null));

    /// <summary>Whether the wait comes again for as long as the connection lasts: one receive of a handshake holds up nobody.</summary>
    private bool IsRepeated(IInvocationOperation wait, CancellationToken cancellationToken) =>
        Loops.Outermost(wait.Syntax) is not null
        || (wait.SemanticModel!.GetEnclosingSymbol(wait.Syntax.SpanStart, cancellationToken) is { } around && _handlers.Around(wait.Syntax, around, cancellationToken) is not null);

    private static bool IsSameConnection(IOperation? first, IOperation? second) => (first, second) switch
    {
        (IMemberReferenceOperation one, IMemberReferenceOperation other) => SymbolEqualityComparer.Default.Equals(one.Member.OriginalDefinition, other.Member.OriginalDefinition),
        (ILocalReferenceOperation one, ILocalReferenceOperation other) => SymbolEqualityComparer.Default.Equals(one.Local, other.Local),
        (IParameterReferenceOperation one, IParameterReferenceOperation other) => SymbolEqualityComparer.Default.Equals(one.Parameter, other.Parameter),
        (IInstanceReferenceOperation, IInstanceReferenceOperation) => true,
        _ => false,
    };
}
