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
    public static bool Leave(IInvocationOperation call, SyntaxNode body)
    {
        IOperation value = call;
        while (value.Parent is { } parent)
        {
            switch (parent)
            {
                case IAwaitOperation:
                case IForEachLoopOperation { IsAsynchronous: true }:
                case IReturnOperation when value.Type.IsTaskLike():
                    if (IsCaught(parent))
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
                    return LeaveThrough(declarator.Symbol, value, body);
                case ISimpleAssignmentOperation { Target: ILocalReferenceOperation target } assignment when assignment.Value == value:
                    return LeaveThrough(target.Local, value, body);
                // "tasks.Add(member.SendAsync(..))"
                case IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { Name: "Add", ReturnsVoid: true } } added } when added.Receiver() is ILocalReferenceOperation list:
                    return LeaveThrough(list.Local, value, body);
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
    private static bool LeaveThrough(ILocalSymbol variable, IOperation from, SyntaxNode body)
    {
        var function = FunctionAround(from);
        if (function.Parent is not null && function.Syntax != body)
            return false;
        foreach (var operation in function.SelfAndDescendantsInBody())
        {
            if (operation is IAwaitOperation wait && IsOf(wait.Operation.Unwrapped(), variable) && !IsCaught(wait))
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

    /// <summary>Whether a try around the operation, within its function, takes whatever is thrown there.</summary>
    private static bool IsCaught(IOperation operation)
    {
        for (var child = operation; child.Parent is { } parent and not (IAnonymousFunctionOperation or ILocalFunctionOperation); child = parent)
        {
            if (parent is ITryOperation @try && @try.Body == child && BodyFacts.CatchesEverything(@try) && operation is not IReturnOperation)
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
