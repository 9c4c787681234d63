using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>A send on a connection that several bodies of one type send on while each of them runs for itself.</summary>
/// <param name="Send">The send: the one of several that is spoken of.</param>
/// <param name="IsForbidden">Whether the connection takes one at a time and breaks otherwise; false where that is only documented.</param>
/// <param name="Because">Who sends on it as well, or how often this one runs.</param>
internal sealed record UngatedSend(IInvocationOperation Send, bool IsForbidden, Evidence Because)
{
    /// <summary>The member that the connection is kept in, or that leads to it; null for an item of a collection.</summary>
    public ISymbol? Member { get; init; }

    /// <summary>All sends of the type on the connection of the member, parts of messages and those that were handed in among them.</summary>
    public ImmutableArray<IInvocationOperation> All { get; init; } = ImmutableArray<IInvocationOperation>.Empty;
}

/// <summary>
/// Connections that several bodies of a type send on, where no lock and no queue lies on any way to a send: members of the object, and items of a collection that many connections share. One send speaks for
/// all on its connection.
/// </summary>
internal sealed class UngatedSends
{
    /// <summary>How many methods may hand a connection on before it is sent on.</summary>
    private const int MaxHandOvers = 3;

    private readonly Apis _apis;
    private readonly SourceMethods _methods;
    private readonly Summaries _summaries;
    private readonly Handlers _handlers;
    private readonly Sharing _sharing;
    private readonly Locks _locks;
    private readonly CollectedConnections _collected;
    private readonly ConcurrentDictionary<SyntaxNode, bool> _turns = new();
    private readonly ConcurrentDictionary<INamedTypeSymbol, ImmutableArray<UngatedSend>> _found = new(SymbolEqualityComparer.Default);

    public UngatedSends(Apis apis, SourceMethods methods, Summaries summaries, Handlers handlers, Sharing sharing, Locks locks, CollectedConnections collected)
    {
        _apis = apis;
        _methods = methods;
        _summaries = summaries;
        _handlers = handlers;
        _sharing = sharing;
        _locks = locks;
        _collected = collected;
    }

    /// <summary>What else may send on the connection of the send while it runs; null when nothing is seen to, or another send speaks for this connection.</summary>
    public UngatedSend? At(IInvocationOperation send, ISymbol containingSymbol, CancellationToken cancellationToken)
    {
        if (!IsExclusive(send, out _) || containingSymbol.OutermostType() is not { } type)
            return null;
        foreach (var ungated in In(type, cancellationToken))
        {
            if (ungated.Send.Syntax == send.Syntax)
                return ungated;
        }

        return null;
    }

    private ImmutableArray<UngatedSend> In(INamedTypeSymbol type, CancellationToken cancellationToken) =>
        _found.TryGetValue(type, out var known) ? known : _found.GetOrAdd(type, Find(type, cancellationToken));

    private ImmutableArray<UngatedSend> Find(INamedTypeSymbol type, CancellationToken cancellationToken)
    {
        var runs = new TypeRuns(type, _apis, _methods, _summaries, cancellationToken);
        var byName = new List<(ConnectionName Name, List<SendSite> Sites)>();
        var byCollection = new Dictionary<ISymbol, List<SendSite>>(SymbolEqualityComparer.Default);
        var seen = new HashSet<SyntaxNode>();
        foreach (var body in runs.All)
        {
            foreach (var io in _summaries.FactsOf(body, cancellationToken).IO)
            {
                // A lambda that runs in place belongs to the body around it, which comes first.
                if ((io.Kind & ApiKind.Send) == 0 || !IsExclusive(io.Call, out _) || !seen.Add(io.Call.Syntax))
                    continue;
                var site = new SendSite(io, new CallStep(body, io.Call.Syntax), seen.Count);
                if (NameOf(io.Call, cancellationToken) is { } name && IsKept(name, type))
                    AddByName(name, site);
                else if (TakenFrom(io.Call.Receiver(), site.Step, runs, 0, cancellationToken) is { } taken && _sharing.Of(taken.Collection, taken.At.Place, cancellationToken) is not null)
                    AddByCollection(taken.Collection, site with { Taken = taken });
            }
        }

        var found = ImmutableArray.CreateBuilder<UngatedSend>();
        foreach (var (name, sites) in byName)
        {
            if (OnMember(sites, runs, cancellationToken) is { } ungated)
                found.Add(ungated with { Member = name.Root, All = sites.Select(static site => site.IO.Call).ToImmutableArray() });
        }

        foreach (var pair in byCollection)
        {
            if (OnItem(pair.Key, pair.Value, type, runs, cancellationToken) is { } ungated)
                found.Add(ungated);
        }

        return found.ToImmutable();

        void AddByName(ConnectionName name, SendSite site)
        {
            foreach (var (known, sites) in byName)
            {
                if (known.Is(name))
                {
                    sites.Add(site);
                    return;
                }
            }

            byName.Add((name, new List<SendSite> { site }));
        }

        void AddByCollection(ISymbol collection, SendSite site)
        {
            if (!byCollection.TryGetValue(collection, out var sites))
                byCollection.Add(collection, sites = new List<SendSite>());
            sites.Add(site);
        }
    }

    /// <summary>Sends on a connection that the object keeps: two runs that come to them and do not wait for each other.</summary>
    private UngatedSend? OnMember(List<SendSite> all, TypeRuns runs, CancellationToken cancellationToken)
    {
        var sites = new List<(SendSite Site, List<Run> Runs)>();
        foreach (var site in all)
        {
            // One that takes turns may mean that all do.
            if (TakesTurns(site, runs, cancellationToken))
                return null;
            if (IsOwnMessage(site.IO))
                sites.Add((site, runs.RunsTo(site.Step).ToList()));
        }

        sites.Sort((first, second) => Rank(first.Site, runs).CompareTo(Rank(second.Site, runs)));
        foreach (var (site, mine) in sites)
        {
            var isForbidden = IsExclusive(site.IO.Call, out var forbidden) && forbidden;
            foreach (var run in mine)
            {
                foreach (var (otherSite, others) in sites)
                {
                    foreach (var other in others)
                    {
                        if (other.Body == run.Body || !AreSeparate(run, other, site == otherSite, isForbidden) || runs.WaitsFor(run, other) || runs.WaitsFor(other, run))
                            continue;
                        var place = otherSite == site ? other.Body.GetFirstToken().GetLocation() : otherSite.IO.Call.Syntax.GetLocation();
                        return new UngatedSend(site.IO.Call, isForbidden, new Evidence("SendsBeside", place, null, other.Name));
                    }
                }
            }
        }

        return null;
    }

    /// <summary>Whether the two runs are seen to go on beside each other: where it breaks, both have to be started; where it is only documented, two methods that send each by themselves are enough.</summary>
    private static bool AreSeparate(Run run, Run other, bool isOneSite, bool isForbidden) => (run.Kind, other.Kind) switch
    {
        (RunKind.Called, RunKind.Called) => !isForbidden && !isOneSite,
        (RunKind.Called, _) or (_, RunKind.Called) => !isForbidden,
        _ => true,
    };

    /// <summary>Sends on items of a collection: code that every connection runs, or that anyone may call while it still runs.</summary>
    private UngatedSend? OnItem(ISymbol collection, List<SendSite> all, INamedTypeSymbol type, TypeRuns runs, CancellationToken cancellationToken)
    {
        UngatedSend? found = null;
        foreach (var site in all)
        {
            if (TakesTurns(site, runs, cancellationToken))
                return null;
            if (found is not null || !IsOwnMessage(site.IO))
                continue;
            var isForbidden = IsExclusive(site.IO.Call, out var forbidden) && forbidden;
            // The way up begins where the connection is taken out of the collection: who only hands one on is a handler because of that very connection.
            foreach (var step in runs.Up(site.Taken!.At))
            {
                if (_handlers.In(type, cancellationToken).TryGetValue(step.Body, out var handler) && IsPerConnection(handler, step, runs, isForbidden) && (site.Taken.IsEach || !isForbidden))
                {
                    found = new UngatedSend(site.IO.Call, isForbidden, new Evidence("RelayedByAll", collection.SourceLocation(), handler, collection.Name));
                    break;
                }
            }

            if (found is not null || isForbidden)
                continue;
            foreach (var run in runs.RunsTo(site.Taken.At))
            {
                if (run.Kind == RunKind.Called)
                {
                    found = new UngatedSend(site.IO.Call, false, new Evidence("CalledAgain", collection.SourceLocation(), null, run.Name, collection.Name));
                    break;
                }
            }
        }

        return found;
    }

    /// <summary>Whether the code runs for each connection, however many there are; of a loop that receives from the connection it is given that is likely, not certain.</summary>
    private static bool IsPerConnection(Evidence handler, CallStep step, TypeRuns runs, bool isForbidden)
    {
        var root = handler;
        while (root.Cause is { } cause)
            root = cause;
        return root.Key switch
        {
            "PerConnectionDelegate" or "Upgrade" or "Callback" or "HubMethod" => true,
            "ConnectionParameter" => !isForbidden && runs.Of(step.Body) is { Kind: RunKind.Receives, Within: { } loop } && Bodies.Contains(loop, step.Place),
            _ => false,
        };
    }

    /// <summary>Where a connection is taken out of a collection: at the send, or where a method of the type is given it.</summary>
    private TakenConnection? TakenFrom(IOperation? connection, CallStep step, TypeRuns runs, int depth, CancellationToken cancellationToken)
    {
        if (_collected.OriginOf(connection, cancellationToken) is not { } origin)
            return null;
        if (origin.Variable is not IParameterSymbol { ContainingSymbol: IMethodSymbol method } parameter)
            return new TakenConnection(origin.Variable, origin.IsEach, step);
        if (depth == MaxHandOvers || Bodies.Of(method, cancellationToken) is not { } body)
            return null;
        foreach (var caller in runs.CallersOf(body))
        {
            if (_summaries.ModelOf(caller.Place).GetOperation(caller.Place, cancellationToken) is IInvocationOperation call
                && TakenFrom(call.ArgumentFor(parameter.Ordinal), caller, runs, depth + 1, cancellationToken) is { } taken)
            {
                return taken;
            }
        }

        return null;
    }

    /// <summary>Whether the object keeps the connection for itself: in a field, a property that nobody else sets, or a parameter of its primary constructor.</summary>
    private static bool IsKept(ConnectionName name, INamedTypeSymbol type) =>
        (name.IsOfPrimaryConstructor || name.Root is IFieldSymbol or IPropertySymbol { SetMethod: null or { DeclaredAccessibility: Accessibility.Private or Accessibility.Protected } })
        && SymbolEqualityComparer.Default.Equals(name.Root.OutermostType(), type);

    /// <summary>The name of the connection, of a local that only stands for a member as that member.</summary>
    private ConnectionName? NameOf(IInvocationOperation send, CancellationToken cancellationToken)
    {
        if (send.SemanticModel is not { } model)
            return null;
        var receiver = send.Receiver();
        if (receiver is ILocalReferenceOperation)
            receiver = ValueFlow.OnlyValue(receiver);
        return ConnectionName.Of(receiver, model);
    }

    /// <summary>Whether a lock, a queue or a flag may lie on some way to the send.</summary>
    private bool TakesTurns(SendSite site, TypeRuns runs, CancellationToken cancellationToken)
    {
        foreach (var step in runs.Up(site.Step))
        {
            if (TakesTurns(step.Body, cancellationToken))
                return true;
        }

        return false;
    }

    private bool TakesTurns(SyntaxNode body, CancellationToken cancellationToken) =>
        _turns.TryGetValue(body, out var known) ? known : _turns.GetOrAdd(body, MayTakeTurns(body, cancellationToken));

    private bool MayTakeTurns(SyntaxNode body, CancellationToken cancellationToken)
    {
        var model = _summaries.ModelOf(body);
        foreach (var node in body.DescendantNodes())
        {
            switch (node)
            {
                case LockStatementSyntax:
                case SimpleNameSyntax { Identifier.ValueText: var name } when Locks.SoundsLikeLock(name):
                case SimpleNameSyntax
                {
                    Identifier.ValueText: "CompareExchange" or "Exchange" or "ReadAllAsync" or "WaitToReadAsync" or "TryRead" or "TryDequeue" or "Dequeue" or "DequeueAsync" or "TryTake" or "GetConsumingEnumerable"
                }:
                    return true;
                case InvocationExpressionSyntax call when model.GetOperation(call, cancellationToken) is IInvocationOperation invocation
                    && (_apis.Of(invocation).Is(ApiKind.Acquires) || _locks.Of(invocation, cancellationToken) is { Acquires: true }):
                    return true;
            }
        }

        return false;
    }

    /// <summary>Whether the send is a message of the body's own: not a part, and not what a wrapper was given to pass on.</summary>
    private static bool IsOwnMessage(ConnectionIO io)
    {
        foreach (var argument in io.Call.Arguments)
        {
            var value = argument.Value.WithoutConversions();
            if (argument.Parameter is { Name: "endOfMessage" } or { Type.Name: "WebSocketMessageFlags" })
                return BufferSteps.SendsWhole(io.Call);
            if (argument.Parameter is { Type.Name: "WebSocketMessageType" } && value is IParameterReferenceOperation)
                return false;
        }

        return true;
    }

    private bool IsExclusive(IInvocationOperation send, out bool isForbidden)
    {
        isForbidden = false;
        if (send.Receiver() is not { Type: { } type } || (_apis.Of(type) & (ApiKind.OneWriter | ApiKind.OneSend)) is var kind && kind == ApiKind.None)
            return false;
        isForbidden = (kind & ApiKind.OneWriter) != 0;
        return true;
    }

    /// <summary>The send of a method that anyone may call comes first: that is where a lock belongs.</summary>
    private static int Rank(SendSite site, TypeRuns runs) => (runs.Of(site.Step.Body) is { Kind: RunKind.Called } ? 0 : 1 << 20) + site.Order;

    /// <param name="IO">The send.</param>
    /// <param name="Step">The body that it belongs to.</param>
    /// <param name="Order">Its place among the sends of the type.</param>
    private sealed record SendSite(ConnectionIO IO, CallStep Step, int Order)
    {
        /// <summary>Where its connection is taken out of a collection, or null.</summary>
        public TakenConnection? Taken { get; init; }
    }

    /// <param name="Collection">The variable of the collection.</param>
    /// <param name="IsEach">Whether each connection of it is sent to.</param>
    /// <param name="At">The body that takes it, and the place where it sends on it or hands it on.</param>
    private sealed record TakenConnection(ISymbol Collection, bool IsEach, CallStep At);
}
