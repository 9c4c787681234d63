using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>
/// Which waits block until a connection is open, closed or has sent, in a place where nothing can be awaited. One place, because a wait that is reported for this is reported
/// for nothing else.
/// </summary>
internal sealed class BlockedConnections
{
    private const ApiKind Ends = ApiKind.Connect | ApiKind.Close;

    /// <summary>How many wrappers around a task are seen through.</summary>
    private const int MaxWrappers = 8;

    private readonly Apis _apis;
    private readonly ConnectionTypes _types;
    private readonly Summaries _summaries;
    private readonly SourceMethods _methods;
    private readonly Handlers _handlers;

    public BlockedConnections(Apis apis, ConnectionTypes types, Summaries summaries, SourceMethods methods, Handlers handlers)
    {
        _apis = apis;
        _types = types;
        _summaries = summaries;
        _methods = methods;
        _handlers = handlers;
    }

    /// <summary>What happens on the connection meanwhile, or null when the wait is for something else, or stands where it could be an await.</summary>
    /// <param name="call">A call or property read that waits for a task.</param>
    /// <param name="member">The member around it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Evidence? At(BlockingCall call, ISymbol member, CancellationToken cancellationToken)
    {
        if (call.Kind != BlockingKind.Task || member is not IMethodSymbol method || IsElsewhere(call.Operation, method, cancellationToken) || IsForTests(method.ContainingType))
            return null;
        if (CannotAwait(method))
            return Waited(call, ApiKind.Send | Ends, false, cancellationToken);
        if (MayBeCallback(method))
            return _handlers.Of(method, cancellationToken) is null && Waited(call, ApiKind.Send, false, cancellationToken) is { } sent && IsCallback(method, cancellationToken) ? sent : null;
        return OpensOrCloses(method) && _handlers.Of(method, cancellationToken) is null ? Waited(call, Ends, true, cancellationToken) : null;
    }

    /// <summary>A lambda or local function in the member may be made asynchronous; under a lock the lock is the graver mistake.</summary>
    private static bool IsElsewhere(IOperation operation, IMethodSymbol method, CancellationToken cancellationToken)
    {
        if (Bodies.Around(operation.Syntax) is not { } body || body != Bodies.Of(method, cancellationToken))
            return true;
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is ILockOperation)
                return true;
        }

        return false;
    }

    /// <summary>Constructors, finalizers, the accessors of properties and events, and Dispose.</summary>
    private static bool CannotAwait(IMethodSymbol method) => method.MethodKind switch
    {
        MethodKind.Constructor or MethodKind.StaticConstructor or MethodKind.Destructor => true,
        MethodKind.PropertyGet or MethodKind.PropertySet or MethodKind.EventAdd or MethodKind.EventRemove => !method.ReturnType.IsTaskLike(),
        MethodKind.Ordinary or MethodKind.ExplicitInterfaceImplementation => IsDispose(method),
        _ => false,
    };

    private static bool IsDispose(IMethodSymbol method) =>
        method.ReturnsVoid && !method.IsAsync && (method.Name is "Dispose" || method.Name.EndsWith(".Dispose", StringComparison.Ordinal))
        && (method.Parameters.IsEmpty || (method.Parameters.Length == 1 && method.Parameters[0].Type.SpecialType == SpecialType.System_Boolean))
        && method.ContainingType.IsDisposable();

    /// <summary>A synchronous method that others call: it cannot await without another signature. A program's own Main is the one that may.</summary>
    private static bool OpensOrCloses(IMethodSymbol method) =>
        method is { MethodKind: MethodKind.Ordinary or MethodKind.ExplicitInterfaceImplementation, IsStatic: false, IsAsync: false }
        && (method.DeclaredAccessibility != Accessibility.Private || method.MethodKind == MethodKind.ExplicitInterfaceImplementation)
        && !method.ReturnsAwaitable();

    /// <summary>A void method that is given something each time. What takes nothing is run once, at the end of a program say, where nobody minds the wait.</summary>
    private static bool MayBeCallback(IMethodSymbol method) =>
        method is { MethodKind: MethodKind.Ordinary, IsAsync: false, ReturnsVoid: true, DeclaredAccessibility: Accessibility.Private, Parameters.Length: > 0 };

    /// <summary>Whether the method is handed by name to a call, which then cannot wait for what it does otherwise than by its thread. What runs elsewhere may block there.</summary>
    private bool IsCallback(IMethodSymbol method, CancellationToken cancellationToken)
    {
        foreach (var scope in _summaries.DeclarationsOf(method.ContainingType, cancellationToken))
        {
            foreach (var node in scope.DescendantNodes())
            {
                if (node is not IdentifierNameSyntax name || name.Identifier.ValueText != method.Name)
                    continue;
                SyntaxNode mention = name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? access : name;
                if (mention.Parent is ArgumentSyntax && _summaries.ModelOf(scope).GetOperation(mention, cancellationToken) is IMethodReferenceOperation { Parent: IDelegateCreationOperation made } reference
                    && SymbolEqualityComparer.Default.Equals(reference.Method.OriginalDefinition, method.OriginalDefinition)
                    && made.ParentIgnoringConversions() is IArgumentOperation { Parent: IInvocationOperation call } && !Offloads(call, cancellationToken))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private bool Offloads(IInvocationOperation call, CancellationToken cancellationToken)
    {
        const ApiKind Elsewhere = ApiKind.Offload | ApiKind.Inline;
        if (_apis.Of(call).Is(Elsewhere))
            return true;
        if (_methods.Target(call, cancellationToken) is not { } target || Bodies.Of(target, cancellationToken) is not { } body)
            return false;
        foreach (var node in body.DescendantNodes())
        {
            if (node is InvocationExpressionSyntax inner && _summaries.ModelOf(body).GetSymbolInfo(inner, cancellationToken).Symbol is { } called && _apis.Of(called).Is(Elsewhere))
                return true;
        }

        return false;
    }

    private static bool IsForTests(INamedTypeSymbol type)
    {
        foreach (var member in type.GetMembers())
        {
            if (member is IMethodSymbol && member.IsTest())
                return true;
        }

        return false;
    }

    private Evidence? Waited(BlockingCall call, ApiKind kinds, bool onlyOwn, CancellationToken cancellationToken)
    {
        if (call.Operation is IInvocationOperation { TargetMethod.IsStatic: true } many)
        {
            foreach (var operation in many.Arguments.SelectMany(static argument => argument.Value.SelfAndDescendantsInBody()))
            {
                if (operation is IInvocationOperation one && operation.Type.IsTaskLike() && On(one, kinds, onlyOwn, cancellationToken) is { } evidence)
                    return evidence;
            }

            return null;
        }

        var task = call.Operation is IInvocationOperation wait ? wait.Receiver() : ((IPropertyReferenceOperation)call.Operation).Instance?.WithoutConditionalAccess();
        return Work(task, cancellationToken) is { } work ? On(work, kinds, onlyOwn, cancellationToken) : null;
    }

    /// <summary>The call that made the task: awaiters, conversions, continuations and locals that hold it are seen through.</summary>
    private static IInvocationOperation? Work(IOperation? task, CancellationToken cancellationToken)
    {
        for (var steps = 0; task is not null && steps < MaxWrappers; steps++)
        {
            switch (task.WithoutConditionalAccess())
            {
                case ILocalReferenceOperation local:
                    task = ValueFlow.InitialValue(local, cancellationToken);
                    continue;
                case IInvocationOperation { TargetMethod.Name: "GetAwaiter" or "ConfigureAwait" or "AsTask" or "WaitAsync" or "ContinueWith" or "Unwrap" or "Preserve" } wrapper:
                    task = wrapper.Receiver();
                    continue;
                case IInvocationOperation call:
                    return call;
                default:
                    return null;
            }
        }

        return null;
    }

    private Evidence? On(IInvocationOperation work, ApiKind kinds, bool onlyOwn, CancellationToken cancellationToken)
    {
        var facts = _apis.Of(work);
        // Task.Run(() => socket.ConnectAsync(..)).Wait()
        if (facts.Is(ApiKind.Offload))
        {
            foreach (var argument in work.Arguments)
            {
                if (!onlyOwn && _methods.FunctionIn(argument.Value, cancellationToken) is var (_, body) && _summaries.Does(body, kinds, cancellationToken) is { } inside)
                    return new Evidence("WaitsFor", work.Syntax.GetLocation(), Leaf(inside), work.TargetMethod.ShortName());
            }

            return null;
        }

        if (onlyOwn && !IsOwn(work.Receiver()))
            return null;
        if (facts.Is(kinds) || (work.TargetMethod.Name == "DisposeAsync" && _types.IsConnection(work.Receiver()?.Type) && facts == ApiFacts.None && !_apis.IsDeclaredHere(work.TargetMethod)))
            return new Evidence("WaitsFor", work.Syntax.GetLocation(), null, work.TargetMethod.ShortName());
        if ((_summaries.Does(work, kinds, cancellationToken) ?? _summaries.DoesAbstractly(work, kinds, cancellationToken)) is not { } reached)
            return null;
        return new Evidence("WaitsFor", work.Syntax.GetLocation(), reached.Leaf.Call.Syntax == work.Syntax ? null : Leaf(reached), work.TargetMethod.ShortName());
    }

    private static Evidence Leaf(ReachedIO reached) => new Evidence("ComesTo", reached.Leaf.Call.Syntax.GetLocation(), null, reached.Leaf.Call.TargetMethod.ShortName());

    /// <summary>Whether the object is the one whose member waits, or one that it holds.</summary>
    private static bool IsOwn(IOperation? receiver)
    {
        for (var steps = 0; receiver is not null && steps < MaxWrappers; steps++)
        {
            receiver = receiver.WithoutConditionalAccess();
            switch (receiver)
            {
                case IInstanceReferenceOperation:
                    return true;
                case IFieldReferenceOperation { Field.IsStatic: false } or IPropertyReferenceOperation { Property.IsStatic: false }:
                    receiver = ((IMemberReferenceOperation)receiver).Instance;
                    continue;
                default:
                    return false;
            }
        }

        return false;
    }
}
