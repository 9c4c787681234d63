using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers;

/// <summary>
/// Turns operations into facts. The first test of each is the catalogue's set of member names, a set of strings; symbols are looked at only behind it,
/// but for calls of source methods, which have names of their own.
/// </summary>
internal sealed class FactDispatcher
{
    private readonly ConnectionModel _connections;
    private readonly FactSubscriptions _facts;

    public FactDispatcher(ConnectionModel connections, FactSubscriptions facts)
    {
        _connections = connections;
        _facts = facts;
    }

    /// <summary>Registers the operations that can be a fact somebody listens to, and no others.</summary>
    /// <param name="context">The compilation.</param>
    /// <param name="reportsBesideFacts">Whether some rule reports at another place of the block than the operation that its fact is.</param>
    public void Register(CompilationStartAnalysisContext context, bool reportsBesideFacts)
    {
        if (!reportsBesideFacts)
        {
            Register((action, kind) => context.RegisterOperationAction(action, kind), null);
            return;
        }

        context.RegisterOperationBlockStartAction(block =>
        {
            var member = new MemberReports(block.OperationBlocks.IsEmpty ? null : Bodies.OutermostAround(block.OperationBlocks[0].Syntax));
            Register((action, kind) => block.RegisterOperationAction(action, kind), member);
            block.RegisterOperationBlockEndAction(end =>
            {
                PublishTravelling(end, member);
                foreach (var diagnostic in member.Diagnostics)
                    end.ReportDiagnostic(diagnostic);
            });
        });
    }

    private void Register(Action<Action<OperationAnalysisContext>, OperationKind> register, MemberReports? member)
    {
        if (_facts.HearsOfCalls)
            register(context => OnInvocation(context, member), OperationKind.Invocation);
        if (_facts.BlockingCalls.Count + _facts.Creations.Count + _facts.HubReads.Count > 0)
            register(context => OnPropertyReference(context, member), OperationKind.PropertyReference);
        if (_facts.Creations.Count + _facts.SemaphoreCreations.Count + _facts.TokenSources.Count > 0)
            register(context => OnObjectCreation(context, member), OperationKind.ObjectCreation);
        if (_facts.Settings.Count + _facts.Additions.Count > 0)
            register(context => OnAssignment(context, member), OperationKind.SimpleAssignment);
        if (_facts.AsyncVoids.Count == 0)
            return;
        register(context => OnFunction(context, member), OperationKind.MethodBody);
        register(context => OnFunction(context, member), OperationKind.LocalFunction);
        register(context => OnFunction(context, member), OperationKind.AnonymousFunction);
    }

    private void OnInvocation(OperationAnalysisContext context, MemberReports? member)
    {
        var call = (IInvocationOperation)context.Operation;
        var method = call.TargetMethod;
        var facts = new FactContext(context, _connections, member);
        if (_facts.Disposals.Count > 0 && method is { Name: "Dispose" or "DisposeAsync", Parameters.IsEmpty: true } && _connections.Types.IsConnection(call.Receiver()?.Type))
            Publish(_facts.Disposals, facts, call);
        if (_facts.SemaphoreDisposals.Count > 0 && method.Name == "Dispose" && Semaphores.IsSemaphore(call.Receiver()?.Type))
            Publish(_facts.SemaphoreDisposals, facts, call);
        if (_facts.Additions.Count > 0 && call is { Instance: IFieldReferenceOperation or IPropertyReferenceOperation, Arguments.Length: > 0 } && Registries.Adds(method.Name))
            Publish(_facts.Additions, facts, new Addition(call, call.Instance, call.Arguments[call.Arguments.Length - 1].Value));
        if (_facts.TokenSources.Count > 0 && TimeoutSources.IsCreation(call))
            Publish(_facts.TokenSources, facts, call);
        if (_connections.Apis.Catalogue.Knows(method.Name) && _connections.Apis.Of(method) is { Kind: not ApiKind.None } known && (!known.DependsOnReceiver || _connections.Apis.Of(call) != ApiFacts.None))
        {
            if (known.Is(ApiKind.AnyBlocking) && _facts.BlockingCalls.Count > 0 && _connections.Blocking.At(call, context.CancellationToken) is { } blocking)
                Publish(_facts.BlockingCalls, facts, blocking);
            if (known.Is(ApiKind.Acquires) && _connections.Apis.Of(call) is var wait && wait.Is(ApiKind.Acquires))
                Publish(wait.Has(ApiKind.Acquires, ApiEntry.ThreadWord) ? _facts.ThreadLockWaits : _facts.LockWaits, facts, call);
            if (known.Is(ApiKind.Send | ApiKind.Close | ApiKind.Connect | ApiKind.Offload))
                PublishDropped(facts, call);
            if (known.Is(ApiKind.Creates) && _connections.Fates.IsCreation(call))
                Publish(_facts.Creations, facts, call);
            if (known.Is(ApiKind.AnyConnectionIO) && _facts.ConnectionCalls.Count > 0 && _connections.Apis.Of(call) is { } onThisReceiver && onThisReceiver.Is(ApiKind.AnyConnectionIO))
                Publish(_facts.ConnectionCalls, facts, new ConnectionCall(onThisReceiver, call));
            if (known.Is(ApiKind.Receive))
                PublishReceive(context, member, call);
            if (known.Is(ApiKind.Offload))
                Publish(_facts.Offloads, facts, call);
            // What blocks as well is reported for that.
            if (known.Is(ApiKind.Cpu) && _facts.Computations.Count > 0 && _connections.Apis.Of(call).Is(ApiKind.Cpu) && _connections.Blocking.At(call, context.CancellationToken) is null)
                Publish(_facts.Computations, facts, call);
            return;
        }

        PublishReceive(context, member, call);
        // A lock of the program's own: a wrapper around one that the catalogue knows.
        if (_facts.LockWaits.Count > 0 && _connections.Locks.Of(call, context.CancellationToken) is { Acquires: true })
            Publish(_facts.LockWaits, facts, call);

        if (_facts.Creations.Count > 0 && _connections.Apis.Catalogue.Knows(method.ReturnType.Name) && _connections.Fates.IsCreation(call))
            Publish(_facts.Creations, facts, call);
        if (_connections.Apis.IsDeclaredHere(method))
            Publish(_facts.SourceCalls, facts, call);
        else if (!DelegateTargets.IsCall(call) && !_connections.Apis.IsOnTypedProxy(call))
            return;
        PublishDropped(facts, call);
    }

    private void OnPropertyReference(OperationAnalysisContext context, MemberReports? member)
    {
        var property = (IPropertyReferenceOperation)context.Operation;
        if (_facts.HubReads.Count > 0 && _connections.HubUses.IsHubProperty(property))
            Publish(_facts.HubReads, new FactContext(context, _connections, member), property);
        if (_facts.Creations.Count > 0 && _connections.Apis.Catalogue.Knows(property.Property.Name) && _connections.Fates.IsCreation(property))
            Publish(_facts.Creations, new FactContext(context, _connections, member), property);
        if (_facts.BlockingCalls.Count > 0 && _connections.Apis.Catalogue.Knows(property.Property.Name) && _connections.Blocking.At(property, context.CancellationToken) is { } blocking)
            Publish(_facts.BlockingCalls, new FactContext(context, _connections, member), blocking);
    }

    private void OnObjectCreation(OperationAnalysisContext context, MemberReports? member)
    {
        if (_facts.TokenSources.Count > 0 && TimeoutSources.IsCreation(context.Operation))
            Publish(_facts.TokenSources, new FactContext(context, _connections, member), context.Operation);
        if (_facts.SemaphoreCreations.Count > 0 && Semaphores.IsSemaphore(context.Operation.Type))
            Publish(_facts.SemaphoreCreations, new FactContext(context, _connections, member), (IObjectCreationOperation)context.Operation);
        if (_facts.Creations.Count == 0)
            return;
        // ClientWebSocket and a program's own clients are known by the name of their base.
        var catalogue = _connections.Apis.Catalogue;
        if (context.Operation.Type is { } type && (catalogue.Knows(type.Name) || (type.BaseType is { } parent && catalogue.Knows(parent.Name))) && _connections.Fates.IsCreation(context.Operation))
            Publish(_facts.Creations, new FactContext(context, _connections, member), context.Operation);
    }

    private void OnAssignment(OperationAnalysisContext context, MemberReports? member)
    {
        var assignment = (ISimpleAssignmentOperation)context.Operation;
        if (_facts.Additions.Count > 0 && assignment.Target is IPropertyReferenceOperation { Property.IsIndexer: true, Instance: IFieldReferenceOperation or IPropertyReferenceOperation } slot)
            Publish(_facts.Additions, new FactContext(context, _connections, member), new Addition(assignment, slot.Instance, assignment.Value));
        if (assignment.Target is IPropertyReferenceOperation { Property: var property } reference && _connections.Apis.Catalogue.Knows(property.Name) && _connections.Apis.Of(reference) is var facts && facts.Is(ApiKind.AnySetting))
            Publish(_facts.Settings, new FactContext(context, _connections, member), new ConnectionSetting(facts, property, assignment));
    }

    private void OnFunction(OperationAnalysisContext context, MemberReports? member)
    {
        var function = context.Operation switch
        {
            IAnonymousFunctionOperation lambda => lambda.Symbol,
            ILocalFunctionOperation local => local.Symbol,
            _ => context.ContainingSymbol as IMethodSymbol,
        };
        if (function is { IsAsync: true, ReturnsVoid: true } && _connections.AsyncVoids.At(function, context.Operation.Syntax, context.ContainingSymbol, context.CancellationToken) is { } asyncVoid)
            Publish(_facts.AsyncVoids, new FactContext(context, _connections, member), asyncVoid);
    }

    private void PublishReceive(OperationAnalysisContext context, MemberReports? member, IInvocationOperation call)
    {
        if (_facts.Receives.Count > 0 && _connections.Receives.At(call, context.CancellationToken) is { } receive)
            Publish(_facts.Receives, new FactContext(context, _connections, member, travels: true), receive);
    }

    /// <summary>Publishes the receives of other members whose result or data comes to this one.</summary>
    private void PublishTravelling(OperationBlockAnalysisContext context, MemberReports member)
    {
        if (_facts.Receives.Count == 0 || member.Body is not { } body || context.OwningSymbol.OutermostType() is not { } type)
            return;
        foreach (var receive in _connections.TravellingReceives.To(type, body, context.CancellationToken))
            Publish(_facts.Receives, new FactContext(context, _connections, member), receive);
    }

    private void PublishDropped(FactContext context, IInvocationOperation call)
    {
        if (_facts.DroppedSends.Count > 0 && _connections.Sends.At(call, context.CancellationToken) is { } dropped)
            Publish(_facts.DroppedSends, context, dropped);
    }

    private static void Publish<T>(List<Action<FactContext, T>> listeners, FactContext context, T fact)
    {
        foreach (var listener in listeners)
            listener(context, fact);
    }
}
