using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>What a call means for a loop whose connection is at its end.</summary>
[Flags]
internal enum CallEffect
{
    /// <summary>Nothing: it logs, counts somewhere else, computes.</summary>
    None = 0,

    /// <summary>It blocks the thread for a while.</summary>
    Waits = 1 << 0,

    /// <summary>It sends or receives.</summary>
    Transfers = 1 << 1,

    /// <summary>It runs code of the program that may change what the loop goes by: sets members, throws, runs what nobody can see.</summary>
    MayChange = 1 << 2,

    /// <summary>It closes, disposes or cancels something.</summary>
    Closes = 1 << 3,

    /// <summary>It ends the program, or makes a connection anew.</summary>
    Relieves = 1 << 4,
}

/// <summary>What calls mean for a loop whose connection is at its end.</summary>
internal sealed class CallEffects
{
    /// <summary>How many calls are followed.</summary>
    private const int MaxDepth = 4;

    private readonly Apis _apis;
    private readonly ConnectionTypes _types;
    private readonly Summaries _summaries;
    private readonly SourceMethods _methods;

    public CallEffects(Apis apis, ConnectionTypes types, Summaries summaries, SourceMethods methods)
    {
        _apis = apis;
        _types = types;
        _summaries = summaries;
        _methods = methods;
    }

    /// <summary>What the call means, with what it comes to in code of the program.</summary>
    public CallEffect Of(IInvocationOperation call, CancellationToken cancellationToken)
    {
        var effect = CallEffect.None;
        var seen = new HashSet<IMethodSymbol>(SymbolEqualityComparer.Default);
        var pending = new Queue<(IInvocationOperation Call, int Depth)>();
        pending.Enqueue((call, 0));
        while (pending.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (current, depth) = pending.Dequeue();
            effect |= OfItself(current, out var isSource);
            if (isSource)
                effect |= OfBody(current, depth, seen, pending, cancellationToken);
        }

        return effect;
    }

    /// <summary>What the call means as far as its name and types tell.</summary>
    private CallEffect OfItself(IInvocationOperation call, out bool isSource)
    {
        isSource = false;
        var method = call.TargetMethod;
        if (method.MethodKind == MethodKind.DelegateInvoke)
            return CallEffect.MayChange;
        var facts = _apis.Of(call);
        if (facts.Is(ApiKind.Connect | ApiKind.Accept | ApiKind.Upgrade | ApiKind.Creates))
            return CallEffect.Relieves;
        // What writes a log file or a row waits for the disk, not for the peer.
        if (facts.Is(ApiKind.Sleeps | ApiKind.Waits | ApiKind.Acquires) || method.ContainingType is { Name: "SpinWait" } || (facts.Is(ApiKind.Blocks) && !facts.Is(ApiKind.AnyConnectionIO) && !IsStorage(method.ContainingNamespace)))
            return CallEffect.Waits;
        if (method is { Name: "Exit" or "FailFast", ContainingType.Name: "Environment" or "Application" or "Process" })
            return CallEffect.Relieves;
        if (method.Name is "Cancel" or "CancelAsync" or "CancelAfter" or "StopApplication")
            return CallEffect.Closes;
        if (facts.Is(ApiKind.Send | ApiKind.Receive))
            return CallEffect.Transfers;
        if (call.Receiver() is { } receiver && receiver is not IInstanceReferenceOperation && _types.IsConnection(receiver.Type))
        {
            if (IsEnd(facts, method.Name))
                return CallEffect.Closes;
            if (IsHarmless(method.Name))
                return CallEffect.None;
            return _apis.IsDeclaredHere(method) ? Source(out isSource) : CallEffect.Relieves;
        }

        return _apis.IsDeclaredHere(method) ? Source(out isSource) : CallEffect.None;

        static CallEffect Source(out bool isSource)
        {
            isSource = true;
            return CallEffect.None;
        }
    }

    private CallEffect OfBody(IInvocationOperation call, int depth, HashSet<IMethodSymbol> seen, Queue<(IInvocationOperation, int)> pending, CancellationToken cancellationToken)
    {
        if (depth >= MaxDepth || _methods.Target(call, cancellationToken) is not { } target || Bodies.Of(target, cancellationToken) is not { } body)
            return CallEffect.MayChange;
        // A task that goes on beside the loop may do anything to it.
        if (target.ReturnsAwaitable())
            return CallEffect.MayChange | (_summaries.Does(target, ApiKind.Connect | ApiKind.Accept, cancellationToken) is null ? CallEffect.None : CallEffect.Relieves);
        if (!seen.Add(target))
            return CallEffect.None;
        if (BodyFacts.OperationOf(body, _summaries.ModelOf(body), cancellationToken) is not { } root)
            return CallEffect.MayChange;
        var effect = CallEffect.None;
        foreach (var operation in BodyFacts.InPlace(root, _apis))
        {
            switch (operation)
            {
                case IInvocationOperation inner:
                    pending.Enqueue((inner, depth + 1));
                    break;
                case IObjectCreationOperation creation when _types.IsConnection(creation.Type):
                    return CallEffect.Relieves;
                case IThrowOperation or IAwaitOperation or IDynamicInvocationOperation or IEventAssignmentOperation:
                    effect |= CallEffect.MayChange;
                    break;
                case IAssignmentOperation { Target: var written } when !IsOwn(written):
                    effect |= CallEffect.MayChange;
                    break;
                case IIncrementOrDecrementOperation { Target: var counted } when !IsOwn(counted):
                    effect |= CallEffect.MayChange;
                    break;
            }
        }

        return effect;
    }

    /// <summary>Whether the call ends the connection it is made on.</summary>
    private static bool IsEnd(ApiFacts facts, string name) =>
        facts.Is(ApiKind.Close | ApiKind.Disposes) || name is "Dispose" or "DisposeAsync" or "Close" or "Abort" or "Shutdown" or "Stop";

    /// <summary>Whether the call leaves a connection as it is.</summary>
    private static bool IsHarmless(string name) => name is "GetStream" or "Flush" or "FlushAsync" or "Poll" or "ToString" or "Equals" or "GetHashCode" or "ConfigureAwait";

    private static bool IsStorage(INamespaceSymbol? space) =>
        space is { Name: "IO", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } };

    /// <summary>Whether the place belongs to the method that writes it: a local, or a member of the object that it is just making.</summary>
    private static bool IsOwn(IOperation target) => target switch
    {
        ILocalReferenceOperation or IDiscardOperation => true,
        IMemberReferenceOperation { Instance: IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ImplicitReceiver } } => true,
        _ => false,
    };
}
