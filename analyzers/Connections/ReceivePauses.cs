using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>A wait between two receives that is longer than the peer's answer to a ping may take.</summary>
/// <param name="Wait">The call that waits.</param>
/// <param name="Limit">Where the limit is set.</param>
internal sealed record ReceivePause(IInvocationOperation Wait, Location Limit);

/// <summary>What receive loops wait for while no receive is pending. Answers to pings are read by receives alone.</summary>
internal sealed class ReceivePauses
{
    private readonly Summaries _summaries;
    private readonly KeepAlive _keepAlive;

    public ReceivePauses(Summaries summaries, KeepAlive keepAlive)
    {
        _summaries = summaries;
        _keepAlive = keepAlive;
    }

    /// <summary>
    /// The delay that every turn of the receive's loop awaits and that is as long as the shortest limit of this compilation, or null: also when some receive of the
    /// body is not awaited where it is made, and may be pending meanwhile.
    /// </summary>
    public ReceivePause? Around(Receive receive, CancellationToken cancellationToken)
    {
        if (receive is not { Unit: ReceivedUnit.Fragment, IsCatalogued: true } || LoopAround(receive.Call) is not { } loop || Bodies.Around(receive.Call.Syntax) is not { } body)
            return null;
        foreach (var io in _summaries.FactsOf(body, cancellationToken).IO)
        {
            if ((io.Kind & ApiKind.Receive) == 0)
                continue;
            if (!IsAwaited(io.Call))
                return null;
            // Of several receives in a loop the first speaks for all.
            if (io.Call.Syntax.SpanStart < receive.Call.Syntax.SpanStart && loop.Syntax.Span.Contains(io.Call.Syntax.Span))
                return null;
        }

        foreach (var operation in loop.Body.SelfAndDescendantsInBody())
        {
            if (operation is IAwaitOperation { Parent: IExpressionStatementOperation statement } wait && wait.Operation.Unwrapped() is IInvocationOperation call
                && DelayOf(call) is { } time && IsInEveryTurn(statement, loop) && _keepAlive.TimeoutWithin(time, cancellationToken) is { } limit)
            {
                return new ReceivePause(call, limit);
            }
        }

        return null;
    }

    private static TimeSpan? DelayOf(IInvocationOperation call) =>
        call.TargetMethod is { Name: "Delay", ContainingType: { Name: "Task" } type } && type.IsTaskLike() && call.ArgumentFor(0) is { } time ? ConstantTime.OfTimeout(time) : null;

    private static bool IsAwaited(IInvocationOperation call)
    {
        IOperation value = call;
        while (value.Parent is { } parent)
        {
            if (parent is IAwaitOperation)
                return true;
            if (!ValueFlow.IsHandedOn(value, parent))
                return false;
            value = parent;
        }

        return false;
    }

    private static ILoopOperation? LoopAround(IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null and not (IAnonymousFunctionOperation or ILocalFunctionOperation); parent = parent.Parent)
        {
            if (parent is ILoopOperation loop)
                return loop is IForEachLoopOperation ? null : loop;
        }

        return null;
    }

    /// <summary>Whether nothing but blocks and tries stands between the statement and the loop: a delay behind a condition, or in a catch, may belong to a lost connection.</summary>
    private static bool IsInEveryTurn(IOperation statement, ILoopOperation loop)
    {
        for (var child = statement; child.Parent is { } parent; child = parent)
        {
            if (parent == loop)
                return true;
            if (parent is not (IBlockOperation or IUsingOperation) && !(parent is ITryOperation @try && @try.Body == child))
                return false;
        }

        return false;
    }
}
