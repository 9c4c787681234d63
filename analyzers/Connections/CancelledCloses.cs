using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>Closes that are given a token which is cancelled by the time they start.</summary>
internal sealed class CancelledCloses
{
    private readonly Tokens _tokens;

    public CancelledCloses(Tokens tokens) => _tokens = tokens;

    /// <summary>Why the close's token is cancelled when it starts, or null when that cannot be told.</summary>
    public Evidence? At(ConnectionCall close, CancellationToken cancellationToken)
    {
        var call = close.Call;
        if (!close.Facts.Is(ApiKind.Close) || !call.TargetMethod.ReturnType.IsTaskLike() || Tokens.ArgumentOf(call) is not { ArgumentKind: ArgumentKind.Explicit } argument
            || Tokens.Identity(argument.Value) is not { } token || _tokens.EndsOf(argument.Value, cancellationToken) == TokenEnds.None
            || Guards.AllWaysPass(call, condition => RequestedCancels.Finds(condition, token, false), cancellationToken))
        {
            return null;
        }

        var name = argument.Value.Syntax.ToString();
        return BehindCancel(call, token, name) ?? InHandler(call, token, name) ?? BehindQuestion(call, token, name, cancellationToken);
    }

    /// <summary><c>source.Cancel();</c> stands right before the close's statement.</summary>
    private static Evidence? BehindCancel(IInvocationOperation close, ISymbol token, string name)
    {
        IOperation statement = close;
        while (statement.Parent is { } parent and not IBlockOperation)
            statement = parent;
        var block = statement.Parent as IBlockOperation;
        var index = block?.Operations.IndexOf(statement) ?? -1;
        if (index < 1)
            return null;
        return block!.Operations[index - 1] is IExpressionStatementOperation { Operation: var before } && before.Unwrapped() is IInvocationOperation { TargetMethod.Name: "Cancel" or "CancelAsync" } cancel
            && SymbolEqualityComparer.Default.Equals(cancel.Receiver().ReferencedSymbol(), token)
                ? new Evidence("CancelledBefore", cancel.Syntax.GetLocation(), null, name)
                : null;
    }

    /// <summary>The close stands in a catch of a cancellation, or in a finally, of a try that ends when the token is cancelled.</summary>
    private static Evidence? InHandler(IInvocationOperation close, ISymbol token, string name)
    {
        IOperation child = close;
        for (var parent = close.Parent; parent is not null and not (IAnonymousFunctionOperation or ILocalFunctionOperation); child = parent, parent = parent.Parent)
        {
            switch (parent)
            {
                case ICatchClauseOperation { ExceptionType.Name: "OperationCanceledException" or "TaskCanceledException", Parent: ITryOperation @try } clause:
                    // A filter that asks about the token decides; any other says nothing about it.
                    if (clause.Filter is { } filter ? AsksWhetherCancelled(filter, token) : FirstWaitOn(@try.Body, token) is not null && !WaitsOnOther(@try.Body, token))
                        return new Evidence("CancelledCatch", clause.Syntax.GetFirstToken().GetLocation(), null, name);
                    return null;
                case ICatchClauseOperation:
                    return null;
                case ITryOperation @try when @try.Finally == child:
                    return FirstLoopUntil(@try.Body, token) is { } loop ? new Evidence("CancelledFinally", loop, null, name) : null;
            }
        }

        return null;
    }

    /// <summary>The close stands behind a loop, or in a branch, that the cancelled token leads to.</summary>
    private static Evidence? BehindQuestion(IInvocationOperation close, ISymbol token, string name, CancellationToken cancellationToken)
    {
        PassedCondition? found = null;
        return Guards.SomeWayPasses(close, Cancelled, condition => RequestedCancels.Finds(condition, token, false), cancellationToken) && found is { } passed
            ? new Evidence("CancelledLoop", passed.Value.Syntax.GetLocation(), null, name)
            : null;

        bool Cancelled(PassedCondition condition)
        {
            if (!RequestedCancels.Finds(condition, token, true))
                return false;
            found ??= condition;
            return true;
        }
    }

    private static bool AsksWhetherCancelled(IOperation filter, ISymbol token)
    {
        var value = filter.WithoutConversions();
        while (value is IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd } both)
        {
            if (RequestedCancels.IsQuestionAbout(both.RightOperand.WithoutConversions(), token))
                return true;
            value = both.LeftOperand.WithoutConversions();
        }

        return RequestedCancels.IsQuestionAbout(value, token);
    }

    /// <summary>The first call in the code that is given the token, or null.</summary>
    private static IOperation? FirstWaitOn(IOperation code, ISymbol token)
    {
        foreach (var operation in code.SelfAndDescendantsInBody())
        {
            if (operation is IArgumentOperation { Parent: IInvocationOperation, Value: var value } && Tokens.IsToken(value.Type) && SymbolEqualityComparer.Default.Equals(Tokens.Identity(value), token))
                return operation;
        }

        return null;
    }

    /// <summary>Whether some call in the code is given another token, whose cancellation may be what is caught.</summary>
    private static bool WaitsOnOther(IOperation code, ISymbol token)
    {
        foreach (var operation in code.SelfAndDescendantsInBody())
        {
            if (operation is IArgumentOperation { Parent: IInvocationOperation, Value: var value } && Tokens.IsToken(value.Type) && !Tokens.IsNone(value) && !SymbolEqualityComparer.Default.Equals(Tokens.Identity(value), token))
                return true;
        }

        return false;
    }

    /// <summary>The first loop that goes on until the token is cancelled: its condition asks, or what it awaits in each turn is given the token.</summary>
    private static Location? FirstLoopUntil(IOperation code, ISymbol token)
    {
        foreach (var operation in code.SelfAndDescendantsInBody())
        {
            if (operation is not IWhileLoopOperation and not IForEachLoopOperation { IsAsynchronous: true } and not IForLoopOperation { Condition: null })
                continue;
            if (operation is IWhileLoopOperation { Condition: { } condition } && Asks(condition, token))
                return condition.Syntax.GetLocation();
            if (FirstWaitOn(operation, token) is { } wait)
                return wait.Syntax.GetLocation();
        }

        return null;
    }

    private static bool Asks(IOperation condition, ISymbol token)
    {
        foreach (var operation in condition.SelfAndDescendantsInBody())
        {
            if (RequestedCancels.IsQuestionAbout(operation, token))
                return true;
        }

        return false;
    }
}

