using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace WebSocketAnalyzers.Flow;

/// <summary>What becomes of one lock after one wait for it.</summary>
internal sealed class HeldLock
{
    private readonly LockSteps _steps;
    private readonly Acquisition _acquisition;
    private readonly LockFlow _whole;
    private readonly LockFlow _single;
    private readonly bool _leaks;
    private readonly bool _isTakenAgain;
    private readonly (BasicBlock Block, LockStep Step)? _wait;

    // Where ways with the lock come to: each block with its context and the states there.
    private readonly List<(BasicBlock Block, int Context, ulong Before)> _held = new();

    /// <summary>Follows a lock.</summary>
    /// <param name="steps">The function.</param>
    /// <param name="acquisition">The wait.</param>
    /// <param name="whole">The run over the whole function.</param>
    /// <param name="single">Room for runs.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public HeldLock(LockSteps steps, Acquisition acquisition, LockFlow whole, LockFlow single, CancellationToken cancellationToken)
    {
        (_steps, _acquisition, _whole, _single) = (steps, acquisition, whole, single);
        if (!whole.IsComplete || FindWait() is not var (block, step))
            return;
        _wait = (block, step);
        lock (single)
        {
            single.FromWait(acquisition, step, block, whole, isUntaken: false, cancellationToken);
            (IsKnown, IsReleased, _leaks, _isTakenAgain) = (single.IsComplete, single.IsReleased, single.Leaks, single.IsTakenAgain);
            HandOvers = single.HandOvers.ToImmutableArray();
            _held.AddRange(single.Reached());
        }
    }

    /// <summary>Whether the function is followed to its end; when it is too entangled for that, nothing is known.</summary>
    public bool IsKnown { get; }

    /// <summary>Whether some way gives the lock back in this function.</summary>
    public bool IsReleased { get; }

    /// <summary>Whether the lock is handed to somebody else while it is held: returned, stored, given to a call or known to a nested function.</summary>
    public bool IsHandedOver => !HandOvers.IsEmpty;

    /// <summary>What hands it over.</summary>
    public ImmutableArray<IOperation> HandOvers { get; } = ImmutableArray<IOperation>.Empty;

    /// <summary>What becomes of the lock in a function that it is handed to, when that runs once and at once: as if the wait stood at its beginning.</summary>
    public HeldLock Inside(IFlowAnonymousFunctionOperation function, CancellationToken cancellationToken)
    {
        var steps = LockSteps.OfHeld(_steps.Graph.GetAnonymousFunctionControlFlowGraph(function, cancellationToken), _steps.Calls, _acquisition, cancellationToken);
        var whole = new LockFlow(steps, 0, cancellationToken);
        return new HeldLock(steps, steps.Acquisitions[0], whole, new LockFlow(whole), cancellationToken);
    }

    /// <summary>Whether the lock is held when a call, an await or a creation of the function's source runs; no for code that is not the function's own.</summary>
    public Held At(SyntaxNode operation)
    {
        if (!IsKnown || _wait is not var (start, step) || _steps.PlaceOf(operation) is not var (ordinal, position))
            return Held.No;
        var block = _steps.Graph.Blocks[ordinal];
        var isHeld = block == start && position > step.Position && IsHeldAt(block, _whole.Behind(_acquisition, step, block), step.Position + 1, position);
        foreach (var (reached, _, before) in _held)
            isHeld |= reached == block && IsHeldAt(block, before, 0, position);
        if (!isHeld)
            return Held.No;
        var all = _whole.Between(block, _whole.Before(block), int.MinValue, position);
        return LockFlow.OnlyHeld(all) == all ? Held.Surely : Held.Maybe;
    }

    /// <summary>Whether a node is a call, an await or a creation of the function itself: only of those <see cref="At"/> knows.</summary>
    public bool Shows(SyntaxNode operation) => _steps.PlaceOf(operation) is not null;

    /// <summary>
    /// Where some way leaves without giving the lock back, the first in the source; null when all give it back. Ask <see cref="IsReleased"/> and <see cref="IsHandedOver"/> first: what the function
    /// never gives back, or hands over, somebody else does.
    /// </summary>
    public Leak? FirstLeak(CancellationToken cancellationToken)
    {
        if (!IsKnown || !_leaks || _wait is not var (start, step))
            return null;
        lock (_single)
        {
            Leak? first = null;
            foreach (var (context, _) in _whole.Reached(start))
                FindLeak(start, context, _whole.Behind(_acquisition, step, start), step.Position + 1, ref first, cancellationToken);
            foreach (var (block, context, before) in _held)
                FindLeak(block, context, before, 0, ref first, cancellationToken);
            return first ?? new Leak(_isTakenAgain ? LeakKind.Again : LeakKind.End, _acquisition.Call.Syntax);
        }
    }

    /// <summary>
    /// What gives the lock back although the wait did not take it: it was cancelled, ran out of time, or was not come to because something before it failed. Null when there is nothing like that.
    /// </summary>
    /// <param name="mayFail">Whether the wait itself may throw: it takes a token that may be cancelled.</param>
    /// <param name="before">The code that always comes by the wait when it does not fail, such as that of the same try in front of it; null for none.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public UntakenRelease? ReleasedUntaken(bool mayFail, TextSpan? before, CancellationToken cancellationToken)
    {
        if (!IsKnown || _wait is not var (block, step))
            return null;
        lock (_single)
        {
            if (mayFail)
            {
                _single.FromFailingWait(_acquisition, step, block, _whole, cancellationToken);
                if (_single.IsComplete && _single.ReleasedUntaken is { } release)
                    return new UntakenRelease(release, UntakenReason.Failure, _acquisition.Call.Syntax);
            }

            if (_acquisition.Answer == LockAnswer.True)
            {
                _single.FromWait(_acquisition, step, block, _whole, isUntaken: true, cancellationToken);
                if (_single.IsComplete && _single.ReleasedUntaken is { } release)
                    return new UntakenRelease(release, UntakenReason.Timeout, _acquisition.Call.Syntax);
            }

            return before is { } span ? ReleasedAfterFailureIn(span, cancellationToken) : null;
        }
    }

    private UntakenRelease? ReleasedAfterFailureIn(TextSpan before, CancellationToken cancellationToken)
    {
        foreach (var block in _steps.Graph.Blocks)
        {
            foreach (var step in _steps.Blocks[block.Ordinal])
            {
                if (step.Kind != LockStepKind.Fails || !before.Contains(step.Operation.Syntax.Span))
                    continue;
                foreach (var (context, states) in _whole.Reached(block))
                {
                    _single.FromFailure(_acquisition, block, context, LockFlow.OnlyFree(_whole.Between(block, states, 0, step.Position)), cancellationToken);
                    if (_single.IsComplete && _single.ReleasedUntaken is { } release)
                        return new UntakenRelease(release, UntakenReason.FailureBefore, step.Operation.Syntax);
                }
            }
        }

        return null;
    }

    private (BasicBlock Block, LockStep Step)? FindWait()
    {
        foreach (var block in _steps.Graph.Blocks)
        {
            foreach (var step in _steps.Blocks[block.Ordinal])
            {
                if (step.Kind == LockStepKind.Acquires && step.Target == _acquisition.Number)
                    return (block, step);
            }
        }

        return null;
    }

    private bool IsHeldAt(BasicBlock block, ulong states, int from, int to)
    {
        foreach (var step in _steps.Blocks[block.Ordinal])
        {
            if (step.Position >= from && step.Position < to && step.Kind == LockStepKind.Releases && step.Target == _acquisition.LockNumber)
                return false;
        }

        return states != 0;
    }

    /// <summary>Looks for the first way that leaves from a block, beginning at a position.</summary>
    private void FindLeak(BasicBlock block, int context, ulong states, int from, ref Leak? first, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var step in _steps.Blocks[block.Ordinal])
        {
            // The wait itself holds the lock only when it comes again.
            if (step.Position < from || step.Kind != LockStepKind.Fails || step.Operation.Syntax.Span.Contains(_acquisition.Call.Syntax.Span) || IsBehind(first, step.Operation.Syntax))
                continue;
            if (!IsHeldAt(block, states, from, step.Position))
                return;
            _single.FromFailure(_acquisition, block, context, _single.Between(block, states, from, step.Position), cancellationToken);
            if (_single.Leaks)
                first = new Leak(LeakKind.Failure, step.Operation.Syntax);
        }

        if (LastOf(block) is not { } last || !LeadsOut(block) || IsBehind(first, last) || !IsHeldAt(block, states, from, int.MaxValue))
            return;
        _single.FromEndOf(_acquisition, block, context, _single.Between(block, states, from, int.MaxValue), cancellationToken);
        if (_single.Leaks)
            first = new Leak(_single.IsTakenAgain ? LeakKind.Again : block.FallThroughSuccessor?.Semantics == ControlFlowBranchSemantics.Throw ? LeakKind.Failure : LeakKind.End, last);
    }

    /// <summary>Whether another place was found that comes first: what stands above the wait, in a loop, comes after all that stands below.</summary>
    private bool IsBehind(Leak? first, SyntaxNode place) => first is not null && OrderOf(first.Place).CompareTo(OrderOf(place)) <= 0;

    private (bool IsAbove, int Start) OrderOf(SyntaxNode place) => (place.SpanStart < _acquisition.Call.Syntax.SpanStart, place.SpanStart);

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
