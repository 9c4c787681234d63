using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace WebSocketAnalyzers.Flow;

/// <summary>How a call says that it has taken a lock.</summary>
internal enum LockAnswer
{
    /// <summary>By returning, or by its task's end.</summary>
    Always,

    /// <summary>By true.</summary>
    True,

    /// <summary>By an object whose disposal releases the lock.</summary>
    Releaser,
}

/// <summary>A call that takes or gives back a lock.</summary>
/// <param name="Lock">The expression that names the lock.</param>
/// <param name="Acquires">Whether the call takes the lock; otherwise it gives it back.</param>
/// <param name="Answer">How it says that it has taken it.</param>
/// <param name="Flag">The variable that it sets to true when it has taken it, as <c>Monitor.Enter</c> does; null for others.</param>
/// <param name="IsLater">Whether it gives the lock back at some time of its own: under a condition, at the end of other work, when its task is over.</param>
internal sealed record LockCall(IOperation Lock, bool Acquires, LockAnswer Answer = LockAnswer.Always, IOperation? Flag = null, bool IsLater = false);

/// <summary>What the analyses of locks ask about calls: which lock is taken, and what may throw, is for the caller to know.</summary>
internal interface ILockCalls
{
    /// <summary>What the call does to a lock, or null.</summary>
    LockCall? Of(IInvocationOperation call, CancellationToken cancellationToken);

    /// <summary>Whether an operation may throw, for all that is known: a call, an await, a creation.</summary>
    bool MayFail(IOperation operation);
}
