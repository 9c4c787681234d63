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

/// <summary>Why a wait did not take its lock.</summary>
internal enum UntakenReason
{
    /// <summary>The wait was cancelled, or failed otherwise.</summary>
    Failure,

    /// <summary>The wait ran out of time.</summary>
    Timeout,

    /// <summary>Something in front of the wait failed.</summary>
    FailureBefore,
}

/// <summary>What gives a lock back that was not taken.</summary>
/// <param name="Release">What gives it back.</param>
/// <param name="Reason">Why it was not taken.</param>
/// <param name="Place">The wait, or what fails in front of it.</param>
internal sealed record UntakenRelease(IOperation Release, UntakenReason Reason, SyntaxNode Place);

/// <summary>
/// Which locks are held at each operation of a function. A lock is a variable, by the path that leads to it; it is held from where a wait for it ends to where it is given back, on each way through
/// <c>try</c>, <c>finally</c>, returns, loops and exceptions. Timed waits and flags (<c>taken</c>) are followed: where the code knows that it did not get the lock, it is not held.
/// </summary>
internal sealed class HeldLocks
{
    private readonly LockSteps _steps;
    private readonly HeldLock?[] _solved;
    private readonly Dictionary<int, (LockFlow Whole, LockFlow Single)> _flows = new();

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
    public HeldLock Of(Acquisition acquisition, CancellationToken cancellationToken)
    {
        // Rules ask at the same time about the waits of one function.
        lock (_solved)
        {
            if (_solved[acquisition.Number] is { } known)
                return known;
            if (!_flows.TryGetValue(acquisition.LockNumber, out var flows))
            {
                var whole = new LockFlow(_steps, acquisition.LockNumber, cancellationToken);
                _flows.Add(acquisition.LockNumber, flows = (whole, new LockFlow(whole)));
            }

            return _solved[acquisition.Number] = new HeldLock(_steps, acquisition, flows.Whole, flows.Single, cancellationToken);
        }
    }

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
