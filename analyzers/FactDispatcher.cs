using System.Collections.Concurrent;
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
            var later = new ConcurrentQueue<Diagnostic>();
            Register((action, kind) => block.RegisterOperationAction(action, kind), later);
            block.RegisterOperationBlockEndAction(end =>
            {
                foreach (var diagnostic in later)
                    end.ReportDiagnostic(diagnostic);
            });
        });
    }

    private void Register(Action<Action<OperationAnalysisContext>, OperationKind> register, ConcurrentQueue<Diagnostic>? later)
    {
        if (_facts.BlockingCalls.Count + _facts.SourceCalls.Count + _facts.DroppedSends.Count + _facts.Creations.Count + _facts.LockWaits.Count + _facts.ConnectionCalls.Count + _facts.Receives.Count + _facts.Offloads.Count + _facts.Computations.Count + _facts.TokenSources.Count + _facts.Additions.Count > 0)
            register(context => OnInvocation(context, later), OperationKind.Invocation);
        if (_facts.BlockingCalls.Count + _facts.HubReads.Count > 0)
            register(context => OnPropertyReference(context, later), OperationKind.PropertyReference);
        if (_facts.Creations.Count + _facts.TokenSources.Count > 0)
            register(context => OnObjectCreation(context, later), OperationKind.ObjectCreation);
        if (_facts.Settings.Count + _facts.Additions.Count > 0)
            register(context => OnAssignment(context, later), OperationKind.SimpleAssignment);
        if (_facts.AsyncVoids.Count == 0)
            return;
        register(context => OnFunction(context, later), OperationKind.MethodBody);
        register(context => OnFunction(context, later), OperationKind.LocalFunction);
        register(context => OnFunction(context, later), OperationKind.AnonymousFunction);
    }

    private void OnInvocation(OperationAnalysisContext context, ConcurrentQueue<Diagnostic>? later)
    {
        var call = (IInvocationOperation)context.Operation;
        var method = call.TargetMethod;
        var facts = new FactContext(context, _connections, later);
        if (_facts.Additions.Count > 0 && call is { Instance: IFieldReferenceOperation or IPropertyReferenceOperation, Arguments.Length: > 0 } && Registries.Adds(method.Name))
            Publish(_facts.Additions, facts, new Addition(call, call.Instance, call.Arguments[call.Arguments.Length - 1].Value));
        if (_facts.TokenSources.Count > 0 && TimeoutSources.IsCreation(call))
            Publish(_facts.TokenSources, facts, call);
        if (_connections.Apis.Catalogue.Knows(method.Name) && _connections.Apis.Of(method) is { Kind: not ApiKind.None } known && (!known.DependsOnReceiver || _connections.Apis.Of(call) != ApiFacts.None))
        {
            if (known.Is(ApiKind.AnyBlocking) && _facts.BlockingCalls.Count > 0 && _connections.Blocking.At(call, context.CancellationToken) is { } blocking)
                Publish(_facts.BlockingCalls, facts, blocking);
            if (known.Is(ApiKind.Acquires))
                Publish(_facts.LockWaits, facts, call);
            if (known.Is(ApiKind.Send | ApiKind.Close | ApiKind.Connect | ApiKind.Offload))
                PublishDropped(facts, call);
            if (known.Is(ApiKind.Creates) && _connections.Leaks.IsCreation(call))
                Publish(_facts.Creations, facts, call);
            if (known.Is(ApiKind.AnyConnectionIO) && _facts.ConnectionCalls.Count > 0 && _connections.Apis.Of(call) is { } onThisReceiver && onThisReceiver.Is(ApiKind.AnyConnectionIO))
                Publish(_facts.ConnectionCalls, facts, new ConnectionCall(onThisReceiver, call));
            if (known.Is(ApiKind.Receive))
                PublishReceive(facts, call);
            if (known.Is(ApiKind.Offload))
                Publish(_facts.Offloads, facts, call);
            // What blocks as well is reported for that.
            if (known.Is(ApiKind.Cpu) && _facts.Computations.Count > 0 && _connections.Apis.Of(call).Is(ApiKind.Cpu) && _connections.Blocking.At(call, context.CancellationToken) is null)
                Publish(_facts.Computations, facts, call);
            return;
        }

        PublishReceive(facts, call);

        if (_facts.Creations.Count > 0 && _connections.Apis.Catalogue.Knows(method.ReturnType.Name) && _connections.Leaks.IsCreation(call))
            Publish(_facts.Creations, facts, call);
        if (_connections.Apis.IsDeclaredHere(method))
            Publish(_facts.SourceCalls, facts, call);
        else if (!_connections.Apis.IsOnTypedProxy(call))
            return;
        PublishDropped(facts, call);
    }

    private void OnPropertyReference(OperationAnalysisContext context, ConcurrentQueue<Diagnostic>? later)
    {
        var property = (IPropertyReferenceOperation)context.Operation;
        if (_facts.HubReads.Count > 0 && _connections.HubUses.IsHubProperty(property))
            Publish(_facts.HubReads, new FactContext(context, _connections, later), property);
        if (_facts.BlockingCalls.Count > 0 && _connections.Apis.Catalogue.Knows(property.Property.Name) && _connections.Blocking.At(property, context.CancellationToken) is { } blocking)
            Publish(_facts.BlockingCalls, new FactContext(context, _connections, later), blocking);
    }

    private void OnObjectCreation(OperationAnalysisContext context, ConcurrentQueue<Diagnostic>? later)
    {
        if (_facts.TokenSources.Count > 0 && TimeoutSources.IsCreation(context.Operation))
            Publish(_facts.TokenSources, new FactContext(context, _connections, later), context.Operation);
        // ClientWebSocket and a program's own clients are known by the name of their base.
        var catalogue = _connections.Apis.Catalogue;
        if (context.Operation.Type is { } type && (catalogue.Knows(type.Name) || (type.BaseType is { } parent && catalogue.Knows(parent.Name))) && _connections.Leaks.IsCreation(context.Operation))
            Publish(_facts.Creations, new FactContext(context, _connections, later), context.Operation);
    }

    private void OnAssignment(OperationAnalysisContext context, ConcurrentQueue<Diagnostic>? later)
    {
        var assignment = (ISimpleAssignmentOperation)context.Operation;
        if (_facts.Additions.Count > 0 && assignment.Target is IPropertyReferenceOperation { Property.IsIndexer: true, Instance: IFieldReferenceOperation or IPropertyReferenceOperation } slot)
            Publish(_facts.Additions, new FactContext(context, _connections, later), new Addition(assignment, slot.Instance, assignment.Value));
        if (assignment.Target is IPropertyReferenceOperation { Property: var property } && _connections.Apis.Catalogue.Knows(property.Name) && _connections.Apis.Of(property).For(((IPropertyReferenceOperation)assignment.Target).Instance) is var facts && facts.Is(ApiKind.AnySetting))
            Publish(_facts.Settings, new FactContext(context, _connections, later), new ConnectionSetting(facts, property, assignment));
    }

    private void OnFunction(OperationAnalysisContext context, ConcurrentQueue<Diagnostic>? later)
    {
        var function = context.Operation switch
        {
            IAnonymousFunctionOperation lambda => lambda.Symbol,
            ILocalFunctionOperation local => local.Symbol,
            _ => context.ContainingSymbol as IMethodSymbol,
        };
        if (function is { IsAsync: true, ReturnsVoid: true } && _connections.AsyncVoids.At(function, context.Operation.Syntax, context.ContainingSymbol, context.CancellationToken) is { } asyncVoid)
            Publish(_facts.AsyncVoids, new FactContext(context, _connections, later), asyncVoid);
    }

    private void PublishReceive(FactContext context, IInvocationOperation call)
    {
        if (_facts.Receives.Count > 0 && _connections.Receives.At(call, context.CancellationToken) is { } receive)
            Publish(_facts.Receives, context, receive);
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
