using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>
/// Which connects of a <c>ClientWebSocket</c> are not the first of their instance: the code comes to them after a connect that failed, after one that succeeded, after a close, and the
/// variable still holds the same instance. Variables that others may set on the way are left alone.
/// </summary>
internal sealed class RepeatedConnects
{
    private readonly Apis _apis;
    private readonly SourceMethods _methods;
    private readonly Summaries _summaries;

    public RepeatedConnects(Apis apis, SourceMethods methods, Summaries summaries)
    {
        _apis = apis;
        _methods = methods;
        _summaries = summaries;
    }

    /// <summary>Why the connect always throws, or null.</summary>
    public Evidence? At(ConnectionCall connect, CancellationToken cancellationToken)
    {
        var call = connect.Call;
        if (!connect.Facts.Is(ApiKind.Connect) || !IsClientWebSocket(call.Receiver()?.Type) || VariableOf(call) is not { } variable || Bodies.Around(call.Syntax) is not { } body)
            return null;
        var writes = WritesOf(variable, body, cancellationToken);
        if (writes is null)
            return null;
        if (RetriedBy(call, variable, cancellationToken) is { } retry)
            return new Evidence("RunsAgain", retry.Syntax.GetLocation(), null, retry.TargetMethod.ShortName());

        var question = new Question(this, variable, writes.Value, cancellationToken);
        foreach (var io in _summaries.FactsOf(body, cancellationToken).IO)
        {
            if ((io.Kind & (ApiKind.Connect | ApiKind.Close)) == 0 || !SymbolEqualityComparer.Default.Equals(VariableOf(io.Call), variable))
                continue;
            var isConnect = (io.Kind & ApiKind.Connect) != 0;
            if (isConnect && !IsMadeInLoop(call, writes.Value) && question.Paths(call, SocketStates.Closed, false).FirstOnFailure(io.Call, cancellationToken) is not null)
                return new Evidence("ConnectFailedBefore", io.Call.Syntax.GetLocation(), null, io.Call.TargetMethod.ShortName());
            if (question.Paths(call, isConnect ? SocketStates.Open : SocketStates.Closed, isConnect).FirstAfter(io.Call, cancellationToken) is not null)
                return new Evidence("ConnectedBefore", io.Call.Syntax.GetLocation(), null, io.Call.TargetMethod.ShortName());
        }

        return null;
    }

    private static bool IsClientWebSocket(ITypeSymbol? type) =>
        type is { Name: "ClientWebSocket", ContainingNamespace: { Name: "WebSockets", ContainingNamespace: { Name: "Net", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } } } };

    /// <summary>The local, parameter or member of the own object that the call is made on, or null.</summary>
    public static ISymbol? VariableOf(IInvocationOperation call) => call.Receiver() switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation } field => field.Field.OriginalDefinition,
        _ => null,
    };

    /// <summary>Where the variable is set; null when that is where the order of things cannot be told: in another function than the one that connects.</summary>
    private ImmutableArray<IOperation>? WritesOf(ISymbol variable, SyntaxNode body, CancellationToken cancellationToken)
    {
        var writes = ImmutableArray.CreateBuilder<IOperation>();
        if (variable is IFieldSymbol field)
        {
            // What others can see they may set.
            if (!field.IsReadOnly && field.DeclaredAccessibility != Accessibility.Private)
                return null;
            foreach (var declaration in _summaries.DeclarationsOf(field.ContainingType, cancellationToken))
                Add(declaration);

            return writes.ToImmutable();
        }

        if (Bodies.OutermostAround(body) is not { } outermost)
            return null;
        Add(outermost);
        foreach (var write in writes)
        {
            if (Bodies.Around(write.Syntax) != body)
                return null;
        }

        return writes.ToImmutable();

        void Add(SyntaxNode scope)
        {
            foreach (var reference in ValueFlow.ReferencesTo(variable, scope, _summaries.ModelOf(scope), cancellationToken))
            {
                if (reference.Parent is IAssignmentOperation assignment && assignment.Target == reference)
                    writes.Add(reference);
                else if (reference.Parent is IArgumentOperation { Parameter.RefKind: not RefKind.None })
                    writes.Add(reference);
            }
        }
    }

    /// <summary>Whether the variable is set somewhere in the loop around the call: when that happens is the loop's business.</summary>
    private static bool IsMadeInLoop(IOperation call, ImmutableArray<IOperation> writes)
    {
        for (var current = call.Parent; current is not null and not (IAnonymousFunctionOperation or ILocalFunctionOperation); current = current.Parent)
        {
            if (current is not ILoopOperation)
                continue;
            foreach (var write in writes)
            {
                if (Bodies.Contains(current.Syntax, write.Syntax))
                    return true;
            }
        }

        return false;
    }

    /// <summary>The call that runs the function around the connect again when it fails, with a variable from outside of it; or null.</summary>
    private IInvocationOperation? RetriedBy(IOperation connect, ISymbol variable, CancellationToken cancellationToken)
    {
        for (var current = connect.Parent; current is not null; current = current.Parent)
        {
            if (current is not IAnonymousFunctionOperation lambda)
                continue;
            if (variable is ILocalSymbol or IParameterSymbol && Declares(lambda.Syntax, variable, cancellationToken))
                return null;
            IOperation? parent = lambda.Parent;
            while (parent is IConversionOperation or IDelegateCreationOperation or IParenthesizedOperation)
                parent = parent.Parent;
            if (parent is not IArgumentOperation { Parent: IInvocationOperation call, Parameter: { } taken })
                continue;
            if (_apis.Of(call).Entry(ApiKind.Retries) is not { } entry)
            {
                if (RunsAgainAfterFailure(call, taken, cancellationToken))
                    return call;
                continue;
            }

            if (entry.RequiredReceiver is not null || entry.Words.IsEmpty || BuiltWith(call.Receiver(), entry.Words, cancellationToken))
                return call;
        }

        return null;
    }

    /// <summary>Whether a method in source runs the function that it is given once more when that has failed.</summary>
    private bool RunsAgainAfterFailure(IInvocationOperation call, IParameterSymbol taken, CancellationToken cancellationToken)
    {
        if (_methods.Target(call, cancellationToken) is not { } target || Bodies.Of(target, cancellationToken) is not { } body)
            return false;
        var ordinal = taken.Ordinal + (call.TargetMethod.ReducedFrom is null ? 0 : 1);
        if (ordinal >= target.Parameters.Length)
            return false;
        foreach (var mention in ValueFlow.ReferencesTo(target.Parameters[ordinal], body, _summaries.ModelOf(body), cancellationToken))
        {
            if (mention.Parent is not IInvocationOperation { TargetMethod.MethodKind: MethodKind.DelegateInvoke } run || run.Instance != mention || Bodies.Around(run.Syntax) != body)
                continue;
            var again = new PathsTo(operation => operation is IInvocationOperation && operation.Syntax == run.Syntax, static _ => false, static _ => null, static _ => false);
            if (again.FirstOnFailure(run, cancellationToken) is not null)
                return true;
        }

        return false;
    }

    private static bool Declares(SyntaxNode function, ISymbol variable, CancellationToken cancellationToken)
    {
        foreach (var declaration in variable.DeclaringSyntaxReferences)
        {
            if (Bodies.Contains(function, declaration.GetSyntax(cancellationToken)))
                return true;
        }

        return false;
    }

    /// <summary>Whether the object's initialiser calls one of the members.</summary>
    private static bool BuiltWith(IOperation? receiver, ImmutableArray<string> members, CancellationToken cancellationToken)
    {
        if (receiver.ReferencedSymbol() is not { } variable)
            return false;
        foreach (var declaration in variable.DeclaringSyntaxReferences)
        {
            if (declaration.GetSyntax(cancellationToken) is not VariableDeclaratorSyntax { Initializer: { } initializer })
                continue;
            foreach (var node in initializer.DescendantNodes())
            {
                if (node is SimpleNameSyntax name && members.Contains(name.Identifier.ValueText))
                    return true;
            }
        }

        return false;
    }

    /// <summary>The question about one variable.</summary>
    private sealed class Question
    {
        private readonly RepeatedConnects _owner;
        private readonly ISymbol _variable;
        private readonly HashSet<SyntaxNode> _writes = new();
        private readonly HashSet<SyntaxNode> _writingBodies = new();
        private readonly CancellationToken _cancellationToken;

        public Question(RepeatedConnects owner, ISymbol variable, ImmutableArray<IOperation> writes, CancellationToken cancellationToken)
        {
            _owner = owner;
            _variable = variable;
            _cancellationToken = cancellationToken;
            foreach (var write in writes)
            {
                _writes.Add(HeldConnections.NameOf(write.Syntax));
                if (variable is IFieldSymbol && Bodies.Around(write.Syntax) is { } body)
                    _writingBodies.Add(body);
            }
        }

        /// <summary>The ways to the connect on which the variable is not set, the instance being in a state.</summary>
        public PathsTo Paths(IInvocationOperation connect, int state, bool stopsAtUnknown) => new(
            operation => operation.Syntax == connect.Syntax && operation.Kind == connect.Kind,
            IsSet,
            condition => ValueIn(condition, state),
            static _ => false)
        {
            StopsAtUnknown = stopsAtUnknown,
        };

        private bool IsSet(IOperation operation)
        {
            switch (operation)
            {
                case ISimpleAssignmentOperation { Target: ILocalReferenceOperation target }:
                    return SymbolEqualityComparer.Default.Equals(target.Local, _variable);
                case ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation:
                    return _writes.Contains(HeldConnections.NameOf(operation.Syntax));
                case IFlowAnonymousFunctionOperation or IAnonymousFunctionOperation:
                    foreach (var write in _writes)
                    {
                        if (Bodies.Contains(operation.Syntax, write))
                            return true;
                    }

                    return false;
                case IInvocationOperation call when _writingBodies.Count > 0:
                    return Writes(call.TargetMethod);
                case IMethodReferenceOperation reference when _writingBodies.Count > 0:
                    return Writes(reference.Method);
                default:
                    return false;
            }
        }

        private bool Writes(IMethodSymbol method) => _owner._summaries.ReachesAny(method, _writingBodies, _cancellationToken);

        private bool? ValueIn(IOperation condition, int state)
        {
            if (condition is IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not)
                return !ValueIn(not.Operand.WithoutConversions(), state);
            // Nobody stops it, for the question.
            if (condition is IPropertyReferenceOperation { Property.Name: "IsCancellationRequested" })
                return false;
            return SocketStates.Of(condition, state, IsStateOfVariable) switch
            {
                Outcome.True => true,
                Outcome.False => false,
                _ => null,
            };
        }

        private bool IsStateOfVariable(IOperation operation) =>
            SocketStates.IsState(operation) && ((IPropertyReferenceOperation)operation.WithoutConversions()).Instance.ReferencedSymbol() is { } owner
            && SymbolEqualityComparer.Default.Equals(owner.OriginalDefinition, _variable);
    }
}
