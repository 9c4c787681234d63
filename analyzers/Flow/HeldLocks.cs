using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace WebSocketAnalyzers.Flow;

/// <summary>Whether a lock is held at some place.</summary>
internal enum Held
{
    /// <summary>On no way.</summary>
    No,

    /// <summary>On some ways.</summary>
    Maybe,

    /// <summary>On every way.</summary>
    Surely,
}

/// <summary>A way on which a lock is not given back.</summary>
/// <param name="Kind">How the way leaves.</param>
/// <param name="Place">Where it leaves: what may throw, the last thing before the end, or the wait that comes again.</param>
internal sealed record Leak(LeakKind Kind, SyntaxNode Place);

/// <summary>How a way leaves without giving a lock back.</summary>
internal enum LeakKind
{
    /// <summary>By an exception.</summary>
    Failure,

    /// <summary>By a return, or at the end of the function.</summary>
    End,

    /// <summary>By coming to the same wait again, in a loop.</summary>
    Again,
}

/// <summary>
/// Which locks are held at each operation of a function. A lock is a variable, by the path that leads to it; it is held from where a wait for it ends to where it is given back, on each way through
/// <c>try</c>, <c>finally</c>, returns, loops and exceptions. Timed waits and flags (<c>taken</c>) are followed: where the code knows that it did not get the lock, it is not held.
/// </summary>
internal sealed class HeldLocks
{
    private readonly LockSteps _steps;
    private readonly HeldLock?[] _solved;

    private HeldLocks(LockSteps steps)
    {
        _steps = steps;
        _solved = new HeldLock?[steps.Acquisitions.Count];
    }

    /// <summary>The waits for locks that end in the function, in the order of the flow graph.</summary>
    public IReadOnlyList<Acquisition> Acquisitions => _steps.Acquisitions;

    /// <summary>The locks of a function; null when none is taken in it.</summary>
    /// <param name="graph">The function's own graph: see <see cref="BodyGraph.Around"/>.</param>
    /// <param name="calls">What takes and releases, and what may throw.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static HeldLocks? In(ControlFlowGraph graph, ILockCalls calls, CancellationToken cancellationToken) =>
        LockSteps.Of(graph, calls, cancellationToken) is { } steps ? new HeldLocks(steps) : null;

    /// <summary>What becomes of the lock after a wait.</summary>
    public HeldLock Of(Acquisition acquisition, CancellationToken cancellationToken) =>
        _solved[acquisition.Number] ??= HeldLock.Of(_steps, acquisition, cancellationToken);

    /// <summary>The wait that a call of the source is, or null.</summary>
    public Acquisition? At(SyntaxNode wait)
    {
        foreach (var acquisition in Acquisitions)
        {
            if (acquisition.Call.Syntax == wait)
                return acquisition;
        }

        return null;
    }

    /// <summary>The locks that are held where a call, an await or a creation of the function's source runs: the wait for each, and whether every way holds it.</summary>
    public IEnumerable<(Acquisition Acquisition, Held Held)> HeldAt(SyntaxNode operation, CancellationToken cancellationToken)
    {
        foreach (var acquisition in Acquisitions)
        {
            if (Of(acquisition, cancellationToken).At(operation) is not Held.No and var held)
                yield return (acquisition, held);
        }
    }
}

/// <summary>What becomes of one lock after one wait for it.</summary>
internal sealed class HeldLock
{
    private readonly LockSteps _steps;
    private readonly Acquisition _acquisition;
    private readonly LockFlow _flow;

    private HeldLock(LockSteps steps, Acquisition acquisition, LockFlow flow)
    {
        _steps = steps;
        _acquisition = acquisition;
        _flow = flow;
    }

    /// <summary>Whether the function is followed to its end; when it is too entangled for that, nothing is known.</summary>
    public bool IsKnown => _flow.IsComplete;

    /// <summary>Whether some way gives the lock back in this function.</summary>
    public bool IsReleased => _flow.IsReleased;

    /// <summary>Whether the lock is handed to somebody else while it is held: returned, stored, given to a call or known to a nested function.</summary>
    public bool IsHandedOver => _flow.IsHandedOver;

    /// <summary>Follows a lock.</summary>
    internal static HeldLock Of(LockSteps steps, Acquisition acquisition, CancellationToken cancellationToken)
    {
        var flow = new LockFlow(steps, acquisition);
        flow.FromStart(cancellationToken);
        return new HeldLock(steps, acquisition, flow);
    }

    /// <summary>Whether the lock is held when a call, an await or a creation of the function's source runs; no for code that is not the function's own.</summary>
    public Held At(SyntaxNode operation)
    {
        if (!IsKnown || _steps.PlaceOf(operation) is not var (block, position))
            return Held.No;
        return _flow.HeldIn(_flow.Until(_steps.Graph.Blocks[block], position));
    }

    /// <summary>
    /// Where some way leaves without giving the lock back, the first in the source; null when all give it back. Ask <see cref="IsReleased"/> and <see cref="IsHandedOver"/> first: what the function
    /// never gives back, or hands over, somebody else does.
    /// </summary>
    public Leak? FirstLeak(CancellationToken cancellationToken)
    {
        if (!IsKnown || !_flow.Leaks)
            return null;
        Leak? first = null;
        foreach (var block in _steps.Graph.Blocks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var step in _steps.Blocks[block.Ordinal])
            {
                // The wait itself holds the lock only when it comes again.
                if (step.Kind != LockStepKind.Fails || step.Operation.Syntax.Span.Contains(_acquisition.Call.Syntax.Span) || IsBehind(first, step.Operation.Syntax) || _flow.OnlyHeld(_flow.Until(block, step.Position)) is not (not 0 and var held))
                    continue;
                var way = new LockFlow(_steps, _acquisition);
                way.FromFailure(block, held, cancellationToken);
                if (way.Leaks)
                    first = new Leak(LeakKind.Failure, step.Operation.Syntax);
            }

            if (LastOf(block) is not { } last || !LeadsOut(block) || IsBehind(first, last) || _flow.OnlyHeld(_flow.Until(block, int.MaxValue)) is not (not 0 and var left))
                continue;
            var end = new LockFlow(_steps, _acquisition);
            end.FromEndOf(block, left, cancellationToken);
            if (end.Leaks)
                first = new Leak(end.IsTakenAgain ? LeakKind.Again : block.FallThroughSuccessor?.Semantics == ControlFlowBranchSemantics.Throw ? LeakKind.Failure : LeakKind.End, last);
        }

        return first ?? new Leak(_flow.IsTakenAgain ? LeakKind.Again : LeakKind.End, _acquisition.Call.Syntax);
    }

    /// <summary>
    /// What gives the lock back although the wait did not take it: it was cancelled, failed, or ran out of time. Null when there is nothing like that.
    /// </summary>
    /// <param name="mayFail">Whether the wait itself may throw: it takes a token that may be cancelled.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public IOperation? ReleasedUntaken(bool mayFail, CancellationToken cancellationToken)
    {
        if (!IsKnown)
            return null;
        foreach (var block in _steps.Graph.Blocks)
        {
            foreach (var step in _steps.Blocks[block.Ordinal])
            {
                if (step.Kind != LockStepKind.Acquires || step.Target != _acquisition.Number)
                    continue;
                var untaken = new LockFlow(_steps, _acquisition);
                untaken.FromUntaken(block, _flow.Until(block, step.Position), step.Position, mayFail, cancellationToken);
                if (untaken.IsComplete && untaken.ReleasedUntaken is { } release)
                    return release;
            }
        }

        return null;
    }

    private static bool IsBehind(Leak? first, SyntaxNode place) => first is not null && first.Place.SpanStart <= place.SpanStart;

    /// <summary>The last thing that a block does; null when it does nothing, or decides nothing (<c>while (true)</c>).</summary>
    private static SyntaxNode? LastOf(BasicBlock block)
    {
        if (block.BranchValue is not { } value)
            return block.Operations.Length > 0 ? block.Operations[block.Operations.Length - 1].Syntax : null;
        if (value.ConstantValue.HasValue)
            return null;
        return value.Syntax.Parent is ThrowStatementSyntax or ThrowExpressionSyntax or ReturnStatementSyntax ? value.Syntax.Parent : value.Syntax;
    }

    private static bool LeadsOut(BasicBlock block) =>
        (block.FallThroughSuccessor is { } next && LeadsOut(next)) || (block.ConditionalSuccessor is { } conditional && LeadsOut(conditional));

    /// <summary>Whether a branch leaves the function, or leads back.</summary>
    private static bool LeadsOut(ControlFlowBranch branch) =>
        branch.Semantics is ControlFlowBranchSemantics.Throw or ControlFlowBranchSemantics.Rethrow
        || (branch.Destination is { } destination && (destination.Kind == BasicBlockKind.Exit || destination.Ordinal <= branch.Source.Ordinal));
}
