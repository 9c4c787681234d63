using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace WebSocketAnalyzers.Flow;

/// <summary>
/// Follows one lock. A state is whether the lock is held, together with the truth of the few variables that decide whether the code takes it or gives it back.
/// </summary>
internal sealed class LockFlow : ForwardAnalysis
{
    /// <summary>A state has six bits, and a set of states a word: whether the lock is held, the answer of the last timed wait, and four variables.</summary>
    private const int MostFlags = 5;

    private static readonly FlagValue True = new(true, -1, false);
    private static readonly FlagValue False = new(false, -1, false);

    private readonly LockSteps _steps;
    private readonly int _lock;

    // The variables that are followed; the place in the list is the bit, behind that for the lock.
    private readonly List<int> _flags = new(MostFlags);

    // The wait from which this run follows the lock, or null for a run over the whole function.
    private Acquisition? _from;

    /// <summary>A run over the whole function, whoever takes the lock.</summary>
    public LockFlow(LockSteps steps, int @lock, CancellationToken cancellationToken)
        : base(steps.Graph, null)
    {
        _steps = steps;
        _lock = @lock;
        ChooseFlags();
        Start(steps.Graph.Blocks[0], WithoutLock(ulong.MaxValue));
        Run(cancellationToken);
    }

    /// <summary>Room for runs from single waits, once the whole function is known.</summary>
    public LockFlow(LockFlow whole)
        : base(whole._steps.Graph, whole)
    {
        _steps = whole._steps;
        _lock = whole._lock;
        _flags = whole._flags;
    }

    /// <summary>Whether some way gives the lock back.</summary>
    public bool IsReleased { get; private set; }

    /// <summary>What hands the lock to somebody else while it is held.</summary>
    public HashSet<IOperation> HandOvers { get; } = new();

    /// <summary>Whether some way comes to the wait again while the lock is held.</summary>
    public bool IsTakenAgain { get; private set; }

    /// <summary>What gives the lock back on a way that does not hold it, or null.</summary>
    public IOperation? ReleasedUntaken { get; private set; }

    /// <summary>Whether some way that was followed leaves with the lock.</summary>
    public bool Leaks => IsTakenAgain || OnlyHeld(AtEnd | AtFailure) != 0;

    /// <summary>Follows the lock from behind a wait that takes it, or, when it <paramref name="isUntaken"/>, from behind one that does not.</summary>
    /// <param name="acquisition">The wait.</param>
    /// <param name="step">Where it ends.</param>
    /// <param name="block">Its block.</param>
    /// <param name="whole">The run over the whole function.</param>
    /// <param name="isUntaken">Whether to follow the ways on which the timed wait ran out.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public void FromWait(Acquisition acquisition, LockStep step, BasicBlock block, LockFlow whole, bool isUntaken, CancellationToken cancellationToken)
    {
        Begin(acquisition);
        foreach (var (context, before) in whole.Reached(block))
        {
            var states = whole.Steps(block, before, 0, step.Position).After;
            var (after, failing) = Steps(block, Filter(Acquire(states, acquisition), 0, !isUntaken), step.Position + 1, int.MaxValue, isRun: true);
            StartFailing(block, context, failing);
            StartBehind(block, context, after);
        }

        Run(cancellationToken);
    }

    /// <summary>Follows a wait that fails.</summary>
    public void FromFailingWait(Acquisition acquisition, LockStep step, BasicBlock block, LockFlow whole, CancellationToken cancellationToken)
    {
        Begin(acquisition);
        foreach (var (context, before) in whole.Reached(block))
            StartFailing(block, context, WithoutLock(whole.Steps(block, before, 0, step.Position).After));
        Run(cancellationToken);
    }

    /// <summary>Follows an exception in a block, with the lock.</summary>
    public void FromFailure(Acquisition acquisition, BasicBlock block, int context, ulong states, CancellationToken cancellationToken)
    {
        Begin(acquisition);
        StartFailing(block, context, states);
        Run(cancellationToken);
    }

    /// <summary>Follows what comes behind a block, with the lock.</summary>
    public void FromEndOf(Acquisition acquisition, BasicBlock block, int context, ulong states, CancellationToken cancellationToken)
    {
        Begin(acquisition);
        StartBehind(block, context, states);
        Run(cancellationToken);
    }

    /// <summary>The states at a position of a block, of those that are there at an earlier one.</summary>
    public ulong Between(BasicBlock block, ulong states, int from, int to) => Steps(block, states, from, to).After;

    /// <summary>The states right behind a wait that takes the lock.</summary>
    public ulong Behind(Acquisition acquisition, LockStep step, BasicBlock block) =>
        OnlyHeld(Acquire(Steps(block, Before(block), 0, step.Position).After, acquisition));

    /// <summary>Those states that hold the lock.</summary>
    public static ulong OnlyHeld(ulong states) => Filter(states, 0, true);

    /// <summary>Those states that do not hold the lock.</summary>
    public static ulong OnlyFree(ulong states) => Filter(states, 0, false);

    /// <inheritdoc/>
    protected override (ulong After, ulong Failing) Through(BasicBlock block, ulong states) => Steps(block, states, int.MinValue, int.MaxValue, isRun: true);

    /// <inheritdoc/>
    protected override ulong Where(BasicBlock block, ulong states, bool condition)
    {
        var tested = _steps.Conditions[block.Ordinal];
        if (tested.Known is { } known)
            return known == condition ? states : 0;
        // A lock that is held is there: "gate?.Release()".
        if (tested.Source == LockSteps.PresenceOf(_lock))
            return condition != tested.IsNegated ? states : states & ~OnlyHeld(states);
        var bit = tested.Source < 0 ? -1 : _flags.IndexOf(tested.Source);
        return bit < 0 ? states : Filter(states, bit + 1, condition != tested.IsNegated);
    }

    private void Begin(Acquisition acquisition)
    {
        Clear();
        _from = acquisition;
        IsReleased = IsTakenAgain = false;
        HandOvers.Clear();
        ReleasedUntaken = null;
    }

    private (ulong After, ulong Failing) Steps(BasicBlock block, ulong states, int from, int to, bool isRun = false)
    {
        ulong failing = 0;
        foreach (var step in _steps.Blocks[block.Ordinal])
        {
            if (step.Position < from)
                continue;
            if (step.Position >= to || states == 0)
                break;
            switch (step.Kind)
            {
                case LockStepKind.Fails:
                    failing |= states;
                    break;
                case LockStepKind.Ends:
                    states = 0;
                    break;
                case LockStepKind.Acquires when _steps.Acquisitions[step.Target] is { } acquisition && acquisition.LockNumber == _lock:
                    states = Acquire(states, acquisition, isRun);
                    break;
                case LockStepKind.Releases when step.Target == _lock:
                    states = Release(states, step, isRun);
                    break;
                case LockStepKind.HandsOver when step.Target == _lock && isRun && OnlyHeld(states) != 0:
                    HandOvers.Add(step.Operation);
                    break;
                case LockStepKind.Sets when _flags.IndexOf(step.Target) is >= 0 and var bit:
                    states = Set(states, bit + 1, step.Value);
                    break;
            }
        }

        return (states, failing);
    }

    private ulong Acquire(ulong states, Acquisition acquisition, bool isRun)
    {
        if (_from is null)
            return Acquire(states, acquisition);
        // Without the lock, it is taken here after all, and what gives it back belongs to this wait; with it, this is a way on which it was not given back.
        var held = OnlyHeld(states);
        if (acquisition != _from)
            return held;
        IsTakenAgain |= isRun && held != 0;
        return 0;
    }

    private ulong Release(ulong states, LockStep release, bool isRun)
    {
        var held = OnlyHeld(states);
        if (_from is null)
            return WithoutLock(states);
        if (isRun)
        {
            IsReleased |= held != 0;
            if (held != states)
                ReleasedUntaken ??= release.Operation;
        }

        return 0;
    }

    /// <summary>The states behind a wait, whether it takes the lock or not.</summary>
    private ulong Acquire(ulong states, Acquisition acquisition)
    {
        var flag = acquisition.SetFlag < 0 ? -1 : _flags.IndexOf(acquisition.SetFlag);
        var taken = Set(Set(states, 0, True), 1, True);
        if (flag >= 0)
            taken = Set(taken, flag + 1, True);
        if (acquisition.Answer != LockAnswer.True)
            return taken;
        var untaken = Set(WithoutLock(states), 1, False);
        return taken | (flag >= 0 ? Set(untaken, flag + 1, False) : untaken);
    }

    private ulong WithoutLock(ulong states) => Set(states, 0, False);

    /// <summary>The states in which a bit has a value.</summary>
    private static ulong Filter(ulong states, int bit, bool value)
    {
        // The states with the bit set: 0xAAAA.. for bit 0, 0xCCCC.. for bit 1, and so on.
        var set = bit switch
        {
            0 => 0xAAAAAAAAAAAAAAAAUL,
            1 => 0xCCCCCCCCCCCCCCCCUL,
            2 => 0xF0F0F0F0F0F0F0F0UL,
            3 => 0xFF00FF00FF00FF00UL,
            4 => 0xFFFF0000FFFF0000UL,
            _ => 0xFFFFFFFF00000000UL,
        };
        return states & (value ? set : ~set);
    }

    private ulong Set(ulong states, int bit, FlagValue value)
    {
        var shift = 1 << bit;
        var (without, with) = (Filter(states, bit, false), Filter(states, bit, true));
        if (value.Known is { } known)
            return known ? with | (without << shift) : without | (with >> shift);
        var source = value.Source < 0 ? -1 : _flags.IndexOf(value.Source);
        var either = without | (with >> shift);
        if (source < 0)
            return either | (either << shift);
        if (source + 1 == bit)
            return value.IsNegated ? (without << shift) | (with >> shift) : states;
        var isTrue = Filter(states, source + 1, !value.IsNegated);
        var isFalse = Filter(states, source + 1, value.IsNegated);
        return Set(isTrue, bit, True) | Set(isFalse, bit, False);
    }

    /// <summary>
    /// Chooses the variables to follow: the answer of timed waits, what waits set, what is tested right before the lock is taken or given back, and what those are copied from. What does not fit is
    /// not known.
    /// </summary>
    private void ChooseFlags()
    {
        _flags.Add(LockSteps.Answer);
        foreach (var acquisition in _steps.Acquisitions)
        {
            if (acquisition.LockNumber == _lock && acquisition.SetFlag >= 0)
                Choose(acquisition.SetFlag);
        }

        foreach (var block in _steps.Graph.Blocks)
        {
            if (_steps.Conditions[block.Ordinal] is { Source: > LockSteps.Answer and var tested } && (Concerns(block.FallThroughSuccessor) || Concerns(block.ConditionalSuccessor)))
                Choose(tested);
        }

        // Copies: "var ok = taken", and the temporaries of "a || await b".
        bool isChanged;
        do
        {
            isChanged = false;
            foreach (var steps in _steps.Blocks)
            {
                foreach (var step in steps)
                {
                    if (step is not { Kind: LockStepKind.Sets, Value.Source: >= 0 and var source })
                        continue;
                    var count = _flags.Count;
                    if (source == LockSteps.Answer)
                        Choose(step.Target);
                    else if (_flags.Contains(step.Target))
                        Choose(source);
                    isChanged |= _flags.Count > count;
                }
            }
        }
        while (isChanged);
    }

    private void Choose(int flag)
    {
        if (_flags.Count < MostFlags && !_flags.Contains(flag))
            _flags.Add(flag);
    }

    private bool Concerns(ControlFlowBranch? branch)
    {
        if (branch?.Destination is not { } destination)
            return false;
        foreach (var step in _steps.Blocks[destination.Ordinal])
        {
            if (step.Kind == LockStepKind.Releases ? step.Target == _lock : step.Kind == LockStepKind.Acquires && _steps.Acquisitions[step.Target].LockNumber == _lock)
                return true;
        }

        return false;
    }
}
