using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>A socket that a handler gives away before it returns, although the server ends it then.</summary>
/// <param name="HandOver">To whom.</param>
/// <param name="Because">Where it was accepted.</param>
internal sealed record AbandonedSocket(HandOver HandOver, Evidence Because);

/// <summary>
/// The decision which handlers return while their socket is in use. One place, because a loop that is reported for this is reported for nothing else.
/// </summary>
internal sealed class AbandonedSockets
{
    private readonly Apis _apis;
    private readonly Summaries _summaries;
    private readonly RequestHandlers _requests;
    private readonly HandOvers _handOvers;
    private readonly SourceMethods _methods;
    private readonly ConcurrentDictionary<SyntaxNode, ImmutableArray<AbandonedSocket>> _known = new();

    public AbandonedSockets(Apis apis, Summaries summaries, SourceMethods methods, Handlers handlers)
    {
        _apis = apis;
        _summaries = summaries;
        _methods = methods;
        _handOvers = new HandOvers(apis, summaries, methods);
        _requests = new RequestHandlers(summaries, handlers);
    }

    /// <summary>The last things that the handler does with the socket of an upgraded request, on ways on which it waits for nothing afterwards.</summary>
    public ImmutableArray<AbandonedSocket> Of(IInvocationOperation upgrade, CancellationToken cancellationToken) =>
        _known.TryGetValue(upgrade.Syntax, out var known) ? known : _known.GetOrAdd(upgrade.Syntax, Find(upgrade, cancellationToken));

    /// <summary>Whether the call is such a last thing.</summary>
    public bool IsHandOver(IOperation call, CancellationToken cancellationToken)
    {
        if (Bodies.Around(call.Syntax) is not { } body)
            return false;
        foreach (var io in _summaries.FactsOf(body, cancellationToken).IO)
        {
            if ((io.Kind & ApiKind.Upgrade) == 0)
                continue;
            foreach (var abandoned in Of(io.Call, cancellationToken))
            {
                if (abandoned.HandOver.Operation.Syntax == call.Syntax)
                    return true;
            }
        }

        return false;
    }

    private ImmutableArray<AbandonedSocket> Find(IInvocationOperation upgrade, CancellationToken cancellationToken)
    {
        var none = ImmutableArray<AbandonedSocket>.Empty;
        if (!_apis.Of(upgrade).Has(ApiKind.Upgrade, ApiEntry.RequestWord)
            || Bodies.Around(upgrade.Syntax) is not { } body || Accepted(upgrade) is not { } socket)
        {
            return none;
        }

        var handOvers = _handOvers.Of(socket, body, out var isLost, cancellationToken);
        var loops = handOvers.RemoveAll(static handOver => !handOver.IsLoop);
        // Who only keeps the socket proves nothing once others may have it: those may make the handler wait.
        var candidates = !loops.IsEmpty ? loops : isLost ? ImmutableArray<HandOver>.Empty : handOvers;
        if (candidates.IsEmpty || !_requests.Serves(body, !loops.IsEmpty, operation => Keeps(operation, cancellationToken), cancellationToken))
            return none;

        var found = ImmutableArray.CreateBuilder<AbandonedSocket>();
        var variable = socket.Parent switch
        {
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } => declarator.Symbol,
            ISimpleAssignmentOperation assignment => assignment.Target.ReferencedSymbol(),
            _ => null,
        };
        var because = new Evidence("AcceptedForRequest", upgrade.Syntax.GetLocation(), null);
        foreach (var candidate in candidates)
        {
            if (Bodies.Around(candidate.Operation.Syntax) == body
                && IsReached(upgrade, candidate, cancellationToken)
                && Reachability.ReachesEnd(candidate.Operation, operation => Keeps(operation, cancellationToken) || IsOther(operation, candidate, candidates), WhileOpen, cancellationToken))
            {
                found.Add(new AbandonedSocket(candidate, because));
            }
        }

        return found.ToImmutable();

        // A way out that is taken only when the socket has ended abandons nothing.
        bool? WhileOpen(IOperation condition) => variable is null ? null : SocketStates.WhileOpen(condition, variable);
    }

    /// <summary>The expression that gives the socket: the await of the upgrade.</summary>
    private static IOperation? Accepted(IInvocationOperation upgrade)
    {
        IOperation value = upgrade;
        while (value.Parent is { } parent && ValueFlow.IsHandedOn(value, parent))
        {
            value = parent;
            if (value is IAwaitOperation)
                return value;
        }

        return null;
    }

    /// <summary>Whether the handler comes from the upgrade to the hand-over; for one that only keeps the socket without a wait in between, which may have been for the socket's whole life.</summary>
    private bool IsReached(IInvocationOperation upgrade, HandOver handOver, CancellationToken cancellationToken) =>
        handOver.Operation.Syntax.Span.Contains(upgrade.Syntax.Span)
        || Reachability.First(
            upgrade,
            operation => IsSame(operation, handOver.Operation),
            operation => !handOver.IsLoop && Keeps(operation, cancellationToken),
            cancellationToken) is not null;

    private static bool IsOther(IOperation operation, HandOver candidate, ImmutableArray<HandOver> candidates)
    {
        foreach (var other in candidates)
        {
            if (other != candidate && IsSame(operation, other.Operation))
                return true;
        }

        return false;
    }

    /// <summary>Whether two operations, of which one may be the graph's copy, are the same code.</summary>
    private static bool IsSame(IOperation one, IOperation other) => one.Syntax == other.Syntax && one.Kind == other.Kind;

    /// <summary>Whether the handler waits at the operation, for whatever it may be; the rest of the pipeline is not the socket's business.</summary>
    private bool Keeps(IOperation operation, CancellationToken cancellationToken) => operation switch
    {
        IAwaitOperation wait => !RequestHandlers.IsRestOfPipeline(wait.Operation.Unwrapped()),
        IPropertyReferenceOperation property => _apis.Of(property.Property).Is(ApiKind.AnyBlocking),
        IInvocationOperation call => _apis.Of(call).Is(ApiKind.AnyBlocking)
            || (_methods.Target(call, cancellationToken) is { IsAsync: false } target && _summaries.Blocks(target, cancellationToken) is not null),
        _ => false,
    };
}
