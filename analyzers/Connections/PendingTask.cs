using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>The task of a call, when it stays in sight: in a local that is only awaited, asked and waited for, or straight in the wait.</summary>
/// <param name="Made">The call, with what gives its task another form.</param>
/// <param name="Local">The local that holds it, or null.</param>
/// <param name="Waits">The waits that can be over before it: <c>Task.WhenAny(..)</c>, <c>.WaitAsync(..)</c>.</param>
internal sealed record PendingTask(IOperation Made, ILocalSymbol? Local, ImmutableArray<IInvocationOperation> Waits)
{
    /// <summary>The task of the call, or null when it is awaited at once, or goes where it cannot be followed.</summary>
    public static PendingTask? Of(IInvocationOperation call, SemanticModel model, CancellationToken cancellationToken)
    {
        IOperation made = call;
        while (made.Parent is IConversionOperation or IInvocationOperation { TargetMethod.Name: "AsTask" } && made.Parent is var parent && (parent is IConversionOperation || ((IInvocationOperation)parent).Receiver() == made))
            made = parent;
        if (WaitFor(made) is { } wait)
            return new PendingTask(made, null, ImmutableArray.Create(wait));
        if (LocalOf(made) is not { } local || Bodies.Around(call.Syntax) is not { } body)
            return null;
        var waits = ImmutableArray.CreateBuilder<IInvocationOperation>();
        foreach (var reference in ValueFlow.ReferencesTo(local, body, model, cancellationToken))
        {
            if (Bodies.Around(reference.Syntax) != body)
                return null;
            if (WaitFor(reference) is { } later)
                waits.Add(later);
            else if (!IsInSight(reference))
                return null;
        }

        return waits.Count == 0 ? null : new PendingTask(made, local, waits.ToImmutable());
    }

    /// <summary>The wait that the task is given to, when its own end is awaited on the spot.</summary>
    private static IInvocationOperation? WaitFor(IOperation task)
    {
        var operation = task.Parent is IInvocationOperation { TargetMethod.Name: "AsTask" } form ? form : task;
        if (operation.Parent is IInvocationOperation { TargetMethod: { Name: "WaitAsync", ContainingType.Name: "Task" } } wait && wait.Instance == operation)
            return wait;
        while (operation.Parent is IConversionOperation or IArgumentOperation || ValueFlow.IsList(operation.Parent))
            operation = operation.Parent!;
        return operation.Parent is IInvocationOperation { TargetMethod: { Name: "WhenAny", ContainingType: { Name: "Task", IsStatic: false } } } any ? any : null;
    }

    private static ILocalSymbol? LocalOf(IOperation made) => made.Parent switch
    {
        IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } => declarator.Symbol,
        ISimpleAssignmentOperation { Target: ILocalReferenceOperation target, Parent: IExpressionStatementOperation } assignment when assignment.Value == made => target.Local,
        _ => null,
    };

    private static bool IsInSight(IOperation reference)
    {
        var value = reference;
        while (value.Parent is IConversionOperation)
            value = value.Parent;
        return value.Parent switch
        {
            IAwaitOperation or IPropertyReferenceOperation or IIsPatternOperation => true,
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } => true,
            ISimpleAssignmentOperation assignment => assignment.Target == value,
            IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "GetAwaiter" } => true,
            _ => false,
        };
    }
}

/// <summary>One wait that is over before the task it waits for: what is known then.</summary>
internal sealed class EarlyEnd
{
    private readonly PendingTask _task;
    private readonly IInvocationOperation _wait;
    private readonly SemanticModel _model;
    private readonly ILocalSymbol? _first;
    private readonly ImmutableArray<IOperation> _others;

    /// <param name="task">The task.</param>
    /// <param name="wait">The wait.</param>
    /// <param name="model">The model of their file.</param>
    public EarlyEnd(PendingTask task, IInvocationOperation wait, SemanticModel model)
    {
        _task = task;
        _wait = wait;
        _model = model;
        _first = ValueFlow.LocalHolding(wait)?.Local;
        _others = wait.TargetMethod.Name == "WhenAny" ? OthersIn(wait, task) : ImmutableArray<IOperation>.Empty;
    }

    /// <summary>
    /// Whether some other task of the <c>WhenAny</c> is started anew in its turn and ends while the connection goes on: a delay, the tick of a timer, the next item of a queue, a
    /// receive. A signal that stands outside of the loop may be the one that ends it.
    /// </summary>
    public bool MayComeAgain(Apis apis)
    {
        foreach (var other in _others)
        {
            if (StartOf(other) is IInvocationOperation { TargetMethod: var method } call && IsRecurring(call, method, apis))
                return true;
        }

        return false;
    }

    /// <summary>Whether the operation does something with the task, or with what the wait gave, but ask which of them it was.</summary>
    public bool Touches(IOperation operation)
    {
        if (ConnectionName.Written(operation, _model) is not ILocalReferenceOperation { Local: var local } reference)
            return false;
        if (!IsTask(local) && !SymbolEqualityComparer.Default.Equals(local, _first))
            return false;
        var value = (IOperation)reference;
        while (value.Parent is IConversionOperation)
            value = value.Parent;
        return value.Parent switch
        {
            IBinaryOperation comparison => !IsFirst(comparison.LeftOperand) && !IsFirst(comparison.RightOperand),
            // What begins the next turn is no use.
            ISimpleAssignmentOperation assignment => assignment.Target != value,
            _ => true,
        };
    }

    /// <summary>The value of a condition, given that the task has not ended; null when it is not known.</summary>
    public bool? ValueOf(IOperation condition) => Conditions.ValueOf(condition, ValueOfPart);

    private bool? ValueOfPart(IOperation part)
    {
        switch (part)
        {
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } comparison:
                var isEqual = IsFirst(comparison.LeftOperand) ? IsFirstThe(comparison.RightOperand) : IsFirst(comparison.RightOperand) ? IsFirstThe(comparison.LeftOperand) : null;
                return isEqual is null ? null : isEqual == (comparison.OperatorKind == BinaryOperatorKind.Equals);
            case IPropertyReferenceOperation { Property.Name: "IsCompleted" or "IsCompletedSuccessfully" or "IsFaulted" or "IsCanceled", Instance: { } instance } when Written(instance) is ILocalReferenceOperation { Local: var asked } && IsTask(asked):
                return false;
            // "first is Task<WebSocketReceiveResult>", when no other task is one.
            case IIsPatternOperation { Value: var value, Pattern: IDeclarationPatternOperation { MatchedType: var type } } when IsFirst(value) && IsOnlyTask(type):
            case IIsPatternOperation { Value: var typed, Pattern: ITypePatternOperation { MatchedType: var named } } when IsFirst(typed) && IsOnlyTask(named):
            case IIsTypeOperation { ValueOperand: var operand, TypeOperand: var tested, IsNegated: false } when IsFirst(operand) && IsOnlyTask(tested):
                return false;
            // "var timedOut = first != receive;"
            case ILocalReferenceOperation { Local: { Type.SpecialType: SpecialType.System_Boolean, DeclaringSyntaxReferences: { Length: 1 } declarations } }
                when _model.GetOperation(declarations[0].GetSyntax()) is IVariableDeclaratorOperation { Initializer.Value: IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } answer }:
                return ValueOfPart(answer);
            default:
                return null;
        }
    }

    private IOperation Written(IOperation operation) => ConnectionName.Written(operation, _model) ?? operation;

    private bool IsTask(ILocalSymbol local) => SymbolEqualityComparer.Default.Equals(local, _task.Local);

    /// <summary>Whether the expression is what the wait gave: which task ended first.</summary>
    private bool IsFirst(IOperation operation)
    {
        var value = Written(operation);
        if (value is ILocalReferenceOperation { Local: var local })
            return SymbolEqualityComparer.Default.Equals(local, _first);
        return value is IAwaitOperation { Operation: var awaited } && awaited.Unwrapped().Syntax == _wait.Syntax;
    }

    /// <summary>Whether the task that ended first is this one; null when it cannot be told.</summary>
    private bool? IsFirstThe(IOperation operation)
    {
        if (Written(operation) is not ILocalReferenceOperation { Local: var local })
            return null;
        if (IsTask(local))
            return false;
        return _others.Length == 1 && SymbolEqualityComparer.Default.Equals(_others[0].ReferencedSymbol(), local) ? true : null;
    }

    private bool IsOnlyTask(ITypeSymbol? type)
    {
        if (!SymbolEqualityComparer.Default.Equals(type, _task.Made.WithoutConversions().Type))
            return false;
        foreach (var other in _others)
        {
            if (SymbolEqualityComparer.Default.Equals(other.WithoutConversions().Type, type))
                return false;
        }

        return true;
    }

    private static ImmutableArray<IOperation> OthersIn(IInvocationOperation wait, PendingTask task)
    {
        var others = ImmutableArray.CreateBuilder<IOperation>();
        var pending = new Stack<IOperation>();
        foreach (var argument in wait.Arguments)
            pending.Push(argument.Value);
        while (pending.Count > 0)
        {
            var value = pending.Pop().WithoutConversions();
            if (value.Type.IsTaskLike())
            {
                if (value.Syntax != task.Made.WithoutConversions().Syntax && (task.Local is null || !SymbolEqualityComparer.Default.Equals(value.ReferencedSymbol(), task.Local)))
                    others.Add(value);
                continue;
            }

            foreach (var child in value.ChildOperations)
                pending.Push(child);
        }

        return others.ToImmutable();
    }

    /// <summary>The call that starts another task: the expression itself, or what its local gets.</summary>
    private IOperation StartOf(IOperation other)
    {
        var value = other;
        if (value is ILocalReferenceOperation { Local: { DeclaringSyntaxReferences: { Length: 1 } declarations } local } && Bodies.Around(value.Syntax) is { } body)
        {
            // Kept from turn to turn and started anew when it is over; or started in its turn.
            foreach (var reference in ValueFlow.ReferencesTo(local, body, _model, CancellationToken.None))
            {
                if (reference.Parent is IAssignmentOperation assignment && assignment.Target == reference && IsInLoopOf(assignment))
                    return assignment.Value.Unwrapped();
            }

            if (_model.GetOperation(declarations[0].GetSyntax()) is IVariableDeclaratorOperation { Initializer.Value: { } initial } declarator && IsInLoopOf(declarator))
                value = initial;
        }

        return value.Unwrapped();
    }

    /// <summary>Whether every loop around the wait is also around the operation: then it runs once a turn.</summary>
    private bool IsInLoopOf(IOperation operation)
    {
        for (var parent = _wait.Parent; parent is not null and not (IAnonymousFunctionOperation or ILocalFunctionOperation); parent = parent.Parent)
        {
            if (parent is ILoopOperation)
                return Bodies.Contains(parent.Syntax, operation.Syntax);
        }

        return true;
    }

    private static bool IsRecurring(IInvocationOperation call, IMethodSymbol method, Apis apis) => method.Name switch
    {
        "Delay" => call.Arguments.Length > 0 && !Timeouts.IsInfinite(call.Arguments[0].Value),
        "WaitForNextTickAsync" => true,
        "ReadAsync" or "WaitToReadAsync" or "DequeueAsync" or "TakeAsync" or "ReceiveAsync" => true,
        _ => apis.Of(call).Is(ApiKind.Receive | ApiKind.Accept),
    };
}
