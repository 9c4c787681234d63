using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>A receive that code stops waiting for while it runs.</summary>
/// <param name="Wait">The wait that can be over before the receive: <c>Task.WhenAny(..)</c> or <c>.WaitAsync(..)</c>.</param>
/// <param name="Next">The receive that is started then: the same call in the next turn, or another one on the same connection.</param>
internal sealed record AbandonedReceive(IInvocationOperation Wait, IInvocationOperation Next);

/// <summary>Which receives are left running while the next one on the same connection is started.</summary>
internal sealed class AbandonedReceives
{
    private readonly Apis _apis;
    private readonly ConnectionUses _uses;

    public AbandonedReceives(Apis apis, ConnectionUses uses)
    {
        _apis = apis;
        _uses = uses;
    }

    /// <summary>What becomes of the receive that the call starts, when a wait for it ends early and the code goes on to the next receive; else null.</summary>
    public AbandonedReceive? At(IInvocationOperation receive, CancellationToken cancellationToken)
    {
        if (!receive.TargetMethod.ReturnType.IsTaskLike() || receive.SemanticModel is not { } model || PendingTask.Of(receive, model, cancellationToken) is not { } task)
            return null;
        if (_uses.UsedBy(receive, ApiKind.Receive, model, cancellationToken) is not { } name)
            return null;
        // The caller's token may end the receive together with the wait.
        if (IsEndedByToken(receive, model, cancellationToken))
            return null;
        bool IsNext(IOperation operation) => NextReceive(operation, receive, name, model, cancellationToken) is not null;
        foreach (var wait in task.Waits)
        {
            if (First(task, wait, name, model, IsNext, static _ => false, cancellationToken) is { } next && NextReceive(next, receive, name, model, cancellationToken) is { } started)
                return new AbandonedReceive(wait, started);
        }

        return null;
    }

    /// <summary>Whether the receive is the first of its body that the wait abandons: a wait for several ends once.</summary>
    public bool IsFirstOf(IInvocationOperation wait, IInvocationOperation receive, CancellationToken cancellationToken)
    {
        if (wait.SemanticModel is not { } model || Bodies.Around(wait.Syntax) is not { } body || BodyFacts.OperationOf(body, model, cancellationToken) is not { } root)
            return true;
        foreach (var operation in root.SelfAndDescendantsInBody())
        {
            if (operation.Syntax == receive.Syntax)
                return true;
            if (operation is IInvocationOperation earlier && At(earlier, cancellationToken) is { } abandoned && abandoned.Wait.Syntax == wait.Syntax)
                return false;
        }

        return true;
    }

    /// <summary>The first operation sought among those that run between the early end of the wait and the next start of the receive, or null.</summary>
    public IOperation? FirstWhilePending(IInvocationOperation receive, IInvocationOperation wait, Func<IOperation, bool> isSought, CancellationToken cancellationToken)
    {
        if (receive.SemanticModel is not { } model || PendingTask.Of(receive, model, cancellationToken) is not { } task || _uses.UsedBy(receive, ApiKind.Receive, model, cancellationToken) is not { } name)
            return null;
        return First(task, wait, name, model, isSought, operation => NextReceive(operation, receive, name, model, cancellationToken) is not null, cancellationToken);
    }

    /// <summary>The first operation sought that the code comes to when the wait is over before the task, or null.</summary>
    private IOperation? First(
        PendingTask task, IInvocationOperation wait, ConnectionName name, SemanticModel model, Func<IOperation, bool> isSought, Func<IOperation, bool> isStop, CancellationToken cancellationToken)
    {
        var early = new EarlyEnd(task, wait, model);
        var ways = new Continuation(
            isSought,
            operation => isStop(operation) || early.Touches(operation) || IsCancel(operation) || _uses.Ends(operation, name, model, cancellationToken),
            condition => early.ValueOf(condition) ?? CatchClauses.TypeTest(condition, Timeouts.IsTimeoutOrBase));
        return wait.TargetMethod.Name == "WaitAsync" ? AfterTimeout(wait, ways, cancellationToken)
            : early.MayComeAgain(_apis) ? ways.FirstAfter(wait, cancellationToken)
            : null;
    }

    private static IOperation? AfterTimeout(IInvocationOperation wait, Continuation ways, CancellationToken cancellationToken)
    {
        if (!IsTimed(wait))
            return null;
        var handler = CatchClauses.First(wait, Timeouts.IsTimeoutOrBase, static clause => Conditions.ValueOf(clause.Filter!, static part => CatchClauses.TypeTest(part, Timeouts.IsTimeoutOrBase)));
        return handler is null ? null : ways.FirstIn(handler, wait, cancellationToken);
    }

    /// <summary>Whether the wait has a limit of its own; a token alone ends most often with the loop.</summary>
    private static bool IsTimed(IInvocationOperation wait)
    {
        foreach (var argument in wait.Arguments)
        {
            if (argument.Parameter?.Type.Name == "TimeSpan")
                return !Timeouts.IsInfinite(argument.Value);
        }

        return false;
    }

    private IInvocationOperation? NextReceive(IOperation operation, IInvocationOperation receive, ConnectionName name, SemanticModel model, CancellationToken cancellationToken)
    {
        if (operation is not IInvocationOperation || ConnectionUses.CallOf(operation, model) is not { } call)
            return null;
        return call.Syntax == receive.Syntax || (_uses.UsedBy(call, ApiKind.Receive, model, cancellationToken) is { } used && used.Is(name)) ? call : null;
    }

    /// <summary>Whether the receive is given a token that its own body can cancel, so that it may end together with the wait.</summary>
    private static bool IsEndedByToken(IInvocationOperation receive, SemanticModel model, CancellationToken cancellationToken)
    {
        foreach (var argument in receive.Arguments)
        {
            if (argument.Parameter?.Type.Name == "CancellationToken" && Timeouts.SourceOf(argument.Value, model, cancellationToken) is not null)
                return true;
        }

        return false;
    }

    private static bool IsCancel(IOperation operation) =>
        operation is IInvocationOperation { TargetMethod: { Name: "Cancel" or "CancelAsync", ContainingType.Name: "CancellationTokenSource" } };
}
