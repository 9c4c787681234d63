using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>Where the failure of a call comes up that hands back a task or sequence, and whether something there catches it.</summary>
internal static class Failures
{
    /// <summary>
    /// Whether the failure of the call leaves the body it stands in: by an await, or with a task that the body returns, past every try on the way. A task that is dropped, stored or
    /// handed on fails elsewhere.
    /// </summary>
    /// <param name="call">The call.</param>
    /// <param name="body">The body, of which lambdas that it runs in place are a part.</param>
    public static bool Leave(IInvocationOperation call, SyntaxNode body) => Leave(call, body, BodyFacts.CatchesEverything);

    /// <summary>
    /// Whether the failure of the call leaves the body without anybody inside having seen it: also that of a synchronous call, and one that the body blocks on. What is
    /// caught, logged and thrown again has been seen; that work which was cancelled ends as cancelled is no failure.
    /// </summary>
    /// <param name="call">The call.</param>
    /// <param name="body">The body, of which lambdas that it runs in place are a part.</param>
    public static bool LeaveUnseen(IInvocationOperation call, SyntaxNode body)
    {
        // The failure of an async void method ends the process: nobody can miss that.
        if (!call.TargetMethod.ReturnType.IsTaskLike() && !call.TargetMethod.ReturnsAwaitable())
            return !(call.TargetMethod is { IsAsync: true, ReturnsVoid: true }) && !IsCaught(call, Sees);
        IOperation value = call;
        while (value.Parent is IConversionOperation or IParenthesizedOperation || (value.Parent is IInvocationOperation wrapper && Wraps(wrapper, value)))
            value = value.Parent;
        return value.Parent is IInvocationOperation { TargetMethod.Name: "Wait" or "GetAwaiter" } or IPropertyReferenceOperation { Property.Name: "Result" }
            ? !IsCaught(value.Parent, Sees)
            : Leave(call, body, Sees);
    }

    private static bool Leave(IInvocationOperation call, SyntaxNode body, Func<ITryOperation, bool> takes)
    {
        IOperation value = call;
        while (value.Parent is { } parent)
        {
            switch (parent)
            {
                case IAwaitOperation:
                case IForEachLoopOperation { IsAsynchronous: true }:
                case IReturnOperation when value.Type.IsTaskLike():
                    if (IsCaught(parent, takes))
                        return false;
                    var function = FunctionAround(parent);
                    if (function.Parent is null || function.Syntax == body)
                        return true;
                    // What the lambda of "Select(async member => await ..)" fails with comes up where its task does.
                    if (function is not IAnonymousFunctionOperation { Symbol.ReturnsVoid: false })
                        return false;
                    value = function;
                    continue;
                case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator }:
                    return LeaveThrough(declarator.Symbol, value, body, takes);
                case ISimpleAssignmentOperation { Target: ILocalReferenceOperation target } assignment when assignment.Value == value:
                    return LeaveThrough(target.Local, value, body, takes);
                // "tasks.Add(member.SendAsync(..))"
                case IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { Name: "Add", ReturnsVoid: true } } added } when added.Receiver() is ILocalReferenceOperation list:
                    return LeaveThrough(list.Local, value, body, takes);
                case IArgumentOperation { Parent: IInvocationOperation combined } when Combines(combined.TargetMethod):
                    value = combined;
                    continue;
                case IInvocationOperation wrapper when Wraps(wrapper, value):
                    value = wrapper;
                    continue;
                case IArgumentOperation { Parent: IInvocationOperation wrapper } when Wraps(wrapper, value):
                    value = wrapper;
                    continue;
                case not null when ValueFlow.IsList(parent):
                case IConversionOperation or IParenthesizedOperation or IDelegateCreationOperation:
                case ICoalesceOperation or ISwitchExpressionOperation:
                case ISwitchExpressionArmOperation arm when arm.Value == value:
                case IConditionalOperation choice when choice.Condition != value:
                case IConditionalAccessOperation access when access.WhenNotNull == value:
                    value = parent;
                    continue;
                default:
                    return false;
            }
        }

        return false;
    }

    /// <summary>Whether an await of the variable's task, or of the tasks in it, lets their failure out of the body.</summary>
    private static bool LeaveThrough(ILocalSymbol variable, IOperation from, SyntaxNode body, Func<ITryOperation, bool> takes)
    {
        var function = FunctionAround(from);
        if (function.Parent is not null && function.Syntax != body)
            return false;
        foreach (var operation in function.SelfAndDescendantsInBody())
        {
            if (operation is IAwaitOperation wait && IsOf(wait.Operation.Unwrapped(), variable) && !IsCaught(wait, takes))
                return true;
        }

        return false;
    }

    private static bool IsOf(IOperation awaited, ILocalSymbol variable)
    {
        if (awaited is not IInvocationOperation { TargetMethod: var method } call)
            return SymbolEqualityComparer.Default.Equals(awaited.ReferencedSymbol(), variable);
        if (!Combines(method))
            return false;
        foreach (var operation in call.SelfAndDescendantsInBody())
        {
            if (operation is ILocalReferenceOperation reference && SymbolEqualityComparer.Default.Equals(reference.Local, variable))
                return true;
        }

        return false;
    }

    /// <summary>Whether the method's result fails with what it is given: <c>Task.WhenAll</c>, and the LINQ operators in front of it.</summary>
    private static bool Combines(IMethodSymbol method) =>
        method is { Name: "WhenAll", ContainingType.Name: "Task" } || method.ContainingType is { Name: "Enumerable", ContainingNamespace.Name: "Linq" };

    private static bool Wraps(IInvocationOperation wrapper, IOperation value) =>
        wrapper.TargetMethod.Name is "ConfigureAwait" or "AsTask" or "Preserve" or "WaitAsync" or "WithCancellation" && wrapper.Receiver() == value.WithoutConversions();

    /// <summary>
    /// Whether the catches of the try see every failure of a connection: they take all but cancellations, or the exceptions that connections fail with; and they do not just throw on.
    /// </summary>
    private static bool Sees(ITryOperation @try)
    {
        var seesCancellation = false;
        var seesConnection = false;
        foreach (var clause in @try.Catches)
        {
            if (clause.Filter is not null && !LetsOnlyCancellationsPass(clause.Filter) || OnlyThrowsOn(clause))
                continue;
            var type = clause.ExceptionType;
            if (type is null or { SpecialType: SpecialType.System_Object } || type is { Name: nameof(Exception), ContainingNamespace: { Name: nameof(System), ContainingNamespace.IsGlobalNamespace: true } })
                return true;
            seesCancellation |= type.Name == nameof(OperationCanceledException);
            seesConnection |= type.Name is "WebSocketException" or "SocketException" or "IOException" or "RpcException" or "HubException";
        }

        return seesCancellation && seesConnection;
    }

    /// <summary>"when (e is not OperationCanceledException)", "when (!token.IsCancellationRequested)".</summary>
    private static bool LetsOnlyCancellationsPass(IOperation filter) => filter switch
    {
        IUnaryOperation { OperatorKind: UnaryOperatorKind.Not, Operand: IPropertyReferenceOperation { Property.Name: nameof(CancellationToken.IsCancellationRequested) } } => true,
        IUnaryOperation { OperatorKind: UnaryOperatorKind.Not, Operand: IIsTypeOperation { TypeOperand.Name: nameof(OperationCanceledException) or nameof(TaskCanceledException) } } => true,
        IIsPatternOperation { Pattern: INegatedPatternOperation { Pattern: ITypePatternOperation { MatchedType.Name: nameof(OperationCanceledException) or nameof(TaskCanceledException) } } } => true,
        IIsPatternOperation { Pattern: INegatedPatternOperation { Pattern: IDeclarationPatternOperation { MatchedType.Name: nameof(OperationCanceledException) or nameof(TaskCanceledException) } } } => true,
        _ => false,
    };

    /// <summary>Whether the catch does nothing but throw, in the same or another exception: for what it takes it may as well not be there.</summary>
    private static bool OnlyThrowsOn(ICatchClauseOperation clause)
    {
        var throws = false;
        foreach (var operation in clause.Handler.SelfAndDescendantsInBody())
        {
            if (operation is IInvocationOperation)
                return false;
            throws |= operation is IThrowOperation;
        }

        return throws;
    }

    /// <summary>Whether a try around the operation, within its function, takes whatever is thrown there.</summary>
    private static bool IsCaught(IOperation operation, Func<ITryOperation, bool> takes)
    {
        for (var child = operation; child.Parent is { } parent and not (IAnonymousFunctionOperation or ILocalFunctionOperation); child = parent)
        {
            if (parent is ITryOperation @try && @try.Body == child && takes(@try) && operation is not IReturnOperation)
                return true;
        }

        return false;
    }

    private static IOperation FunctionAround(IOperation operation)
    {
        var current = operation;
        while (current.Parent is { } parent)
        {
            current = parent;
            if (current is IAnonymousFunctionOperation or ILocalFunctionOperation)
                break;
        }

        return current;
    }
}
