using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>A place where a body gives a connection to something that goes on with it, and does not wait.</summary>
/// <param name="Operation">The call, creation or assignment.</param>
/// <param name="To">What it is given to, as messages name it.</param>
/// <param name="IsLoop">Whether that surely works on the connection: it receives. Otherwise the connection is only kept.</param>
internal sealed record HandOver(IOperation Operation, string To, bool IsLoop);

/// <summary>What becomes of a connection that a body holds: to whom it is given without waiting, and whether it gets out of sight.</summary>
internal sealed class HandOvers
{
    /// <summary>How many calls the connection is followed into.</summary>
    private const int MaxDepth = 4;

    private readonly Apis _apis;
    private readonly Summaries _summaries;
    private readonly SourceMethods _methods;

    public HandOvers(Apis apis, Summaries summaries, SourceMethods methods)
    {
        _apis = apis;
        _summaries = summaries;
        _methods = methods;
    }

    /// <summary>All hand-overs of a value in the body it is made in.</summary>
    /// <param name="value">The expression that gives the connection.</param>
    /// <param name="body">The body.</param>
    /// <param name="isLost">Whether the value also goes where it cannot be followed.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public ImmutableArray<HandOver> Of(IOperation value, SyntaxNode body, out bool isLost, CancellationToken cancellationToken)
    {
        var search = new Search(this, body, 0, cancellationToken);
        search.Follow(value);
        isLost = search.IsLost;
        return search.Found.ToImmutable();
    }

    /// <summary>Whether the function receives, or runs for as long as a connection lives and works on it.</summary>
    private bool IsLoop(SyntaxNode body, CancellationToken cancellationToken) => _summaries.Does(body, ApiKind.Receive, cancellationToken) is not null;

    private bool IsLoop(IMethodSymbol method, CancellationToken cancellationToken) =>
        _summaries.Does(method, ApiKind.Receive, cancellationToken) is not null
        || (_summaries.RunsUntilEnd(method, cancellationToken) is not null && _summaries.Does(method, ApiKind.AnyConnectionIO, cancellationToken) is not null);

    /// <summary>Whether the call puts its argument into a collection, queue or channel.</summary>
    private static bool Stores(IMethodSymbol method) =>
        method.Name is "Add" or "TryAdd" or "AddOrUpdate" or "GetOrAdd" or "AddFirst" or "AddLast" or "Insert" or "Enqueue" or "Push" or "TryWrite" or "SetItem"
        && IsFrameworkCollection(method);

    /// <summary>Whether the call only looks at its argument.</summary>
    private static bool OnlyLooks(IMethodSymbol method) =>
        (method.Name is "Contains" or "ContainsKey" or "ContainsValue" or "IndexOf" or "Remove" or "TryRemove" && IsFrameworkCollection(method))
        || method.Name is "ThrowIfNull" or "ReferenceEquals" or "Equals" or "GetHashCode"
        || method.ContainingNamespace is { Name: "Logging", ContainingNamespace.Name: "Extensions" };

    private static bool IsFrameworkCollection(IMethodSymbol method) =>
        !method.IsInSource() && method.ContainingNamespace is { } space
        && (space is { Name: "Channels" or "CompilerServices" } || space is { Name: "Collections" } || space.ContainingNamespace is { Name: "Collections" });

    /// <summary>One search in one body.</summary>
    private sealed class Search
    {
        private readonly HandOvers _owner;
        private readonly SyntaxNode _body;
        private readonly int _depth;
        private readonly CancellationToken _cancellationToken;
        private readonly HashSet<ISymbol> _variables = new(SymbolEqualityComparer.Default);
        private readonly HashSet<SyntaxNode> _functions = new();

        public Search(HandOvers owner, SyntaxNode body, int depth, CancellationToken cancellationToken)
        {
            _owner = owner;
            _body = body;
            _depth = depth;
            _cancellationToken = cancellationToken;
        }

        public ImmutableArray<HandOver>.Builder Found { get; } = ImmutableArray.CreateBuilder<HandOver>();

        public bool IsLost { get; private set; }

        public void FollowVariable(ISymbol variable)
        {
            if (!_variables.Add(variable))
                return;
            foreach (var reference in ValueFlow.ReferencesTo(variable, _body, _owner._summaries.ModelOf(_body), _cancellationToken))
            {
                if (Bodies.Around(reference.Syntax) is { } around && around != _body)
                    FollowCaptured(around);
                else
                    Follow(reference);
            }
        }

        /// <summary>Follows an expression that is the connection, or something made of it that holds it.</summary>
        public void Follow(IOperation value)
        {
            while (value.Parent is { } parent)
            {
                switch (parent)
                {
                    case IConversionOperation or IParenthesizedOperation or ICoalesceOperation or ITupleOperation or IArrayInitializerOperation or IArrayCreationOperation:
                    case IConditionalOperation choice when choice.Condition != value:
                    case IArgumentOperation { Parent: IObjectCreationOperation }:
                    case IObjectOrCollectionInitializerOperation:
                    case IObjectCreationOperation creation when creation.Initializer == value:
                        value = parent is IArgumentOperation ? parent.Parent! : parent;
                        continue;
                    // new Session { Socket = socket }
                    case ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Instance: IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ImplicitReceiver } } } set when set.Value == value:
                        value = set;
                        continue;
                    case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator }:
                        FollowVariable(declarator.Symbol);
                        return;
                    case ISimpleAssignmentOperation assignment when assignment.Value == value:
                        FollowAssigned(assignment);
                        return;
                    case IInvocationOperation call when call.Instance == value:
                        FollowReceiver(call);
                        return;
                    case IArgumentOperation { Parent: IInvocationOperation call, Parameter: { } parameter }:
                        FollowArgument(call, parameter);
                        return;
                    case IConditionalAccessOperation access when access.Operation == value:
                        FollowConditional(access);
                        return;
                    case IAssignmentOperation assignment when assignment.Target == value:
                    case IPropertyReferenceOperation or IFieldReferenceOperation or IEventReferenceOperation or IBinaryOperation or IIsTypeOperation or INameOfOperation or IInterpolationOperation or IUsingOperation:
                    case IIsPatternOperation { Pattern: IConstantPatternOperation or INegatedPatternOperation }:
                    case IExpressionStatementOperation:
                        return;
                    default:
                        IsLost = true;
                        return;
                }
            }
        }

        /// <summary>What is called behind <c>?.</c>; reading a property there does nothing.</summary>
        private void FollowConditional(IConditionalAccessOperation access)
        {
            foreach (var operation in access.WhenNotNull.SelfAndDescendantsInBody())
            {
                if (operation is IInvocationOperation { Instance: IConditionalAccessInstanceOperation } call)
                    FollowReceiver(call);
            }
        }

        private void FollowAssigned(ISimpleAssignmentOperation assignment)
        {
            switch (assignment.Target)
            {
                case ILocalReferenceOperation local:
                    FollowVariable(local.Local);
                    break;
                case IDiscardOperation:
                    break;
                // An indexer gives its name for the collection's.
                case IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } collection }:
                    Found.Add(new HandOver(assignment, collection.ReferencedSymbol()?.Name ?? collection.Syntax.ToString(), IsLoop: false));
                    break;
                case IFieldReferenceOperation or IPropertyReferenceOperation:
                    Found.Add(new HandOver(assignment, assignment.Target.ReferencedSymbol()!.Name, IsLoop: false));
                    break;
                default:
                    IsLost = true;
                    break;
            }
        }

        /// <summary>A call on the connection itself, or on what was made of it.</summary>
        private void FollowReceiver(IInvocationOperation call)
        {
            if (_owner._apis.Of(call) != ApiFacts.None)
                return;
            if (call.TargetMethod.ReturnType.IsTaskLike() || IsAsyncVoid(call))
                FollowLoop(call);
            else if (_owner._methods.Target(call, _cancellationToken) is { } target && Bodies.Of(target, _cancellationToken) is { } callee)
                FollowCallee(call, callee, null);
            else if (call.TargetMethod.Name is not ("Dispose" or "Abort" or "ToString" or "GetHashCode" or "Equals"))
                IsLost = true;
        }

        private void FollowArgument(IInvocationOperation call, IParameterSymbol parameter)
        {
            var method = call.TargetMethod;
            if (call.TargetMethod.ReturnType.IsTaskLike() || IsAsyncVoid(call))
            {
                FollowLoop(call);
            }
            // "QueueUserWorkItem(Serve, socket)" keeps it as a collection does.
            else if (Stores(method) || _owner._apis.Of(call).Is(ApiKind.Offload))
            {
                Found.Add(new HandOver(call, method.ShortName(), IsLoop: false));
            }
            else if (_owner._methods.Target(call, _cancellationToken) is { } target && Bodies.Of(target, _cancellationToken) is { } callee)
            {
                var ordinal = parameter.Ordinal + (method.ReducedFrom is null ? 0 : 1);
                if (ordinal < target.Parameters.Length && target.Parameters[ordinal] is { IsParams: false, RefKind: RefKind.None } taken)
                    FollowCallee(call, callee, taken);
                else
                    IsLost = true;
            }
            else if (!OnlyLooks(method) && _owner._apis.Of(call) == ApiFacts.None)
            {
                IsLost = true;
            }
        }

        /// <summary>A call that hands back a task, or nothing to wait for: it is a loop where it receives, and its task is dropped or put away.</summary>
        private void FollowLoop(IInvocationOperation call)
        {
            if (!IsAsyncVoid(call) && !IsLeftAlone(call))
                return;
            if (_owner._methods.Target(call, _cancellationToken) is { } target && _owner.IsLoop(target, _cancellationToken))
                Found.Add(new HandOver(call, call.TargetMethod.ShortName(), IsLoop: true));
        }

        /// <summary>What a method that returns at once does with it; <paramref name="parameter"/> is null for what the receiver holds.</summary>
        private void FollowCallee(IInvocationOperation call, SyntaxNode callee, IParameterSymbol? parameter)
        {
            if (_depth >= MaxDepth)
            {
                IsLost = true;
                return;
            }

            if (parameter is null)
            {
                foreach (var inner in _owner._summaries.FactsOf(callee, _cancellationToken).Calls)
                {
                    if ((inner.IsDropped || inner.StoredIn is not null || inner.Target is { IsAsync: true, ReturnsVoid: true }) && _owner.IsLoop(inner.Target, _cancellationToken))
                    {
                        Found.Add(new HandOver(call, call.TargetMethod.ShortName(), IsLoop: true));
                        return;
                    }
                }

                return;
            }

            var search = new Search(_owner, callee, _depth + 1, _cancellationToken);
            search.FollowVariable(parameter);
            if (search.Found.Count > 0)
                Found.Add(new HandOver(call, call.TargetMethod.ShortName(), search.Found.Any(static handOver => handOver.IsLoop)));
            else
                IsLost |= search.IsLost;
            // "var session = sessions.Create(socket);" may hand back what holds it.
            if (call.TargetMethod.ReturnType is { SpecialType: SpecialType.None, IsReferenceType: true })
                Follow(call);
        }

        /// <summary>A lambda or local function that uses the connection: what counts is who runs it.</summary>
        private void FollowCaptured(SyntaxNode function)
        {
            while (Bodies.Around(function) is { } around && around != _body)
                function = around;
            if (!_functions.Add(function))
                return;
            var model = _owner._summaries.ModelOf(_body);
            switch (model.GetOperation(function, _cancellationToken))
            {
                case IAnonymousFunctionOperation lambda:
                    FollowFunction(lambda, function);
                    break;
                case ILocalFunctionOperation local when BodyFacts.OperationOf(_body, model, _cancellationToken) is { } root:
                    foreach (var operation in root.SelfAndDescendantsInBody())
                    {
                        if (operation is IInvocationOperation call && SymbolEqualityComparer.Default.Equals(call.TargetMethod, local.Symbol))
                            FollowReceiver(call);
                        else if (operation is IMethodReferenceOperation group && SymbolEqualityComparer.Default.Equals(group.Method, local.Symbol))
                            FollowFunction(group, function);
                    }

                    break;
                default:
                    IsLost = true;
                    break;
            }
        }

        /// <summary>A function that uses the connection, as a value.</summary>
        private void FollowFunction(IOperation function, SyntaxNode code)
        {
            var value = function;
            while (value.Parent is IConversionOperation or IDelegateCreationOperation or IParenthesizedOperation)
                value = value.Parent;
            switch (value.Parent)
            {
                case IArgumentOperation { Parent: IInvocationOperation call } when _owner._apis.Of(call).Is(ApiKind.Offload):
                    if (_owner.IsLoop(code, _cancellationToken) && (!call.TargetMethod.ReturnType.IsTaskLike() || IsLeftAlone(call)))
                        Found.Add(new HandOver(call, call.TargetMethod.ShortName(), IsLoop: true));
                    break;
                case IArgumentOperation { Parent: IObjectCreationOperation { Constructor: { } constructor } creation } when _owner._apis.Of(constructor).Is(ApiKind.Offload):
                    if (_owner.IsLoop(code, _cancellationToken))
                        Found.Add(new HandOver(creation, constructor.ContainingType.Name, IsLoop: true));
                    break;
                default:
                    IsLost = true;
                    break;
            }
        }

        private static bool IsAsyncVoid(IInvocationOperation call) => call.TargetMethod.Definition() is { IsAsync: true, ReturnsVoid: true };

        /// <summary>Whether nobody waits for the call's task here: it is dropped, or put into a member or a collection.</summary>
        private static bool IsLeftAlone(IInvocationOperation call)
        {
            if (DroppedTasks.FormOf(call) is not null)
                return true;
            var value = call.InConversions();
            return value.Parent switch
            {
                ISimpleAssignmentOperation { Target: IFieldReferenceOperation or IPropertyReferenceOperation or IArrayElementReferenceOperation, Parent: IExpressionStatementOperation } assignment => assignment.Value == value,
                IArgumentOperation { Parent: IInvocationOperation added } => Stores(added.TargetMethod),
                _ => false,
            };
        }
    }
}
