using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace WebSocketAnalyzers.Flow;

/// <summary>
/// Follows one lock from one wait for it. A state is whether the lock is held, together with the truth of the few variables that decide whether the code takes it or gives it back.
/// </summary>
internal sealed class LockFlow : ForwardAnalysis
{
    /// <summary>A state has six bits, and a set of states a word: whether the lock is held, the wait's own answer, and four variables.</summary>
    private const int MostFlags = 5;

    private readonly LockSteps _steps;
    private readonly Acquisition _acquisition;

    // The variables that are followed; the place in the list is the bit, behind that for the lock.
    private readonly List<int> _flags = new(MostFlags);
    private bool _isUntaken;

    public LockFlow(LockSteps steps, Acquisition acquisition)
        : base(steps.Graph)
    {
        _steps = steps;
        _acquisition = acquisition;
        ChooseFlags();
    }

    /// <summary>Whether some way gives the lock back.</summary>
    public bool IsReleased { get; private set; }

    /// <summary>Whether the lock is handed to somebody else while it is held.</summary>
    public bool IsHandedOver { get; private set; }

    /// <summary>Whether some way comes to the wait again while the lock is held.</summary>
    public bool IsTakenAgain { get; private set; }

    /// <summary>What gives the lock back on a way that does not hold it, or null.</summary>
    public IOperation? ReleasedUntaken { get; private set; }

    /// <summary>Whether some way that was followed leaves with the lock.</summary>
    public bool Leaks => IsTakenAgain || OnlyHeld(AtEnd | AtFailure) != 0;

    /// <summary>Follows the whole function.</summary>
    public void FromStart(CancellationToken cancellationToken)
    {
        Start(_steps.Graph.Blocks[0], WithoutLock(ulong.MaxValue));
        Run(cancellationToken);
    }

    /// <summary>Follows an exception in a block.</summary>
    public void FromFailure(BasicBlock block, ulong states, CancellationToken cancellationToken)
    {
        StartFailing(block, states);
        Run(cancellationToken);
    }

    /// <summary>Follows what comes behind a block.</summary>
    public void FromEndOf(BasicBlock block, ulong states, CancellationToken cancellationToken)
    {
        StartBehind(block, states);
        Run(cancellationToken);
    }

    /// <summary>Follows a wait that does not take the lock.</summary>
    /// <param name="block">The wait's block.</param>
    /// <param name="states">The states before the wait.</param>
    /// <param name="position">The wait's position.</param>
    /// <param name="mayFail">Whether the wait may throw.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public void FromUntaken(BasicBlock block, ulong states, int position, bool mayFail, CancellationToken cancellationToken)
    {
        states = WithoutLock(states);
        _isUntaken = true;
        if (mayFail)
            StartFailing(block, states);
        if (_acquisition.Answer == LockAnswer.True)
        {
            var (after, failing) = Steps(block, Filter(Acquire(states), 0, false), position + 1, int.MaxValue);
            if (failing != 0)
                StartFailing(block, failing);
            StartBehind(block, after);
        }

        Run(cancellationToken);
    }

    /// <summary>The states at a position of a block, before what stands there.</summary>
    public ulong Until(BasicBlock block, int position) => Steps(block, Before(block), 0, position).After;

    /// <summary>Whether the states hold the lock.</summary>
    public Held HeldIn(ulong states)
    {
        var held = OnlyHeld(states);
        return held == 0 ? Held.No : held == states ? Held.Surely : Held.Maybe;
    }

    /// <summary>Those states that hold the lock.</summary>
    public ulong OnlyHeld(ulong states) => Filter(states, 0, true);

    /// <inheritdoc/>
    protected override (ulong After, ulong Failing) Through(BasicBlock block, ulong states) => Steps(block, states, 0, int.MaxValue, isRun: true);

    /// <inheritdoc/>
    protected override ulong Where(BasicBlock block, ulong states, bool condition)
    {
        var tested = _steps.Conditions[block.Ordinal];
        if (tested.Known is { } known)
            return known == condition ? states : 0;
        // A lock that is held is there: "gate?.Release()".
        if (tested.Source == LockSteps.PresenceOf(_acquisition.LockNumber))
            return condition != tested.IsNegated ? states : states & ~OnlyHeld(states);
        var bit = tested.Source < 0 ? -1 : _flags.IndexOf(tested.Source);
        return bit < 0 ? states : Filter(states, bit + 1, condition != tested.IsNegated);
    }

    private (ulong After, ulong Failing) Steps(BasicBlock block, ulong states, int from, int to, bool isRun = false)
    {
        ulong failing = 0;
        foreach (var step in _steps.Blocks[block.Ordinal])
        {
            if (step.Position < from)
                continue;
            if (step.Position >= to)
                break;
            switch (step.Kind)
            {
                case LockStepKind.Fails:
                    failing |= states;
                    break;
                // Here the lock is taken after all: what gives it back belongs to that wait.
                case LockStepKind.Acquires when _isUntaken && _steps.Acquisitions[step.Target].LockNumber == _acquisition.LockNumber:
                    return (0, failing);
                case LockStepKind.Acquires when step.Target == _acquisition.Number:
                    IsTakenAgain |= isRun && OnlyHeld(states) != 0;
                    states = Acquire(states);
                    break;
                case LockStepKind.Releases when step.Target == _acquisition.LockNumber:
                    if (isRun)
                        Note(step, states);
                    states = WithoutLock(states);
                    break;
                case LockStepKind.HandsOver when step.Target == _acquisition.LockNumber:
                    IsHandedOver |= isRun && OnlyHeld(states) != 0;
                    break;
                case LockStepKind.Sets when _flags.IndexOf(step.Target) is >= 0 and var bit:
                    states = Set(states, bit + 1, step.Value);
                    break;
            }
        }

        return (states, failing);
    }

    private void Note(LockStep release, ulong states)
    {
        var held = OnlyHeld(states);
        IsReleased |= held != 0;
        if (held != states)
            ReleasedUntaken ??= release.Operation;
    }

    /// <summary>The states behind the wait.</summary>
    private ulong Acquire(ulong states)
    {
        var taken = Set(Set(states, 0, new FlagValue(true, -1, false)), 1, new FlagValue(true, -1, false));
        var flag = _acquisition.SetFlag < 0 ? -1 : _flags.IndexOf(_acquisition.SetFlag);
        if (flag >= 0)
            taken = Set(taken, flag + 1, new FlagValue(true, -1, false));
        if (_acquisition.Answer != LockAnswer.True)
            return taken;
        var untaken = Set(WithoutLock(states), 1, new FlagValue(false, -1, false));
        return taken | (flag >= 0 ? Set(untaken, flag + 1, new FlagValue(false, -1, false)) : untaken);
    }

    private ulong WithoutLock(ulong states) => Set(states, 0, new FlagValue(false, -1, false));

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
        return Set(isTrue, bit, new FlagValue(true, -1, false)) | Set(isFalse, bit, new FlagValue(false, -1, false));
    }

    /// <summary>
    /// Chooses the variables to follow: the wait's own answer, what it sets, what is tested right before the lock is taken or given back, and what those are copied from. What does not fit is not known.
    /// </summary>
    private void ChooseFlags()
    {
        _flags.Add(_acquisition.ResultFlag);
        if (_acquisition.SetFlag >= 0)
            Choose(_acquisition.SetFlag);
        foreach (var block in _steps.Graph.Blocks)
        {
            if (_steps.Conditions[block.Ordinal] is { Source: >= 0 and var tested } && (Concerns(block.FallThroughSuccessor) || Concerns(block.ConditionalSuccessor)))
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
                    if (source == _acquisition.ResultFlag)
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
            if (step.Kind == LockStepKind.Releases ? step.Target == _acquisition.LockNumber : step.Kind == LockStepKind.Acquires && _steps.Acquisitions[step.Target].LockNumber == _acquisition.LockNumber)
                return true;
        }

        return false;
    }
}
