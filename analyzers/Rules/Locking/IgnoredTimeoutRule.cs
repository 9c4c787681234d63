using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;

namespace WebSocketAnalyzers.Rules.Locking;

/// <summary>
/// Reports: a wait for a limited time whose answer nobody looks at, before code that releases the lock.
/// Ignores: waits without a limit; locks that this function does not release, such as semaphores used as signals.
/// </summary>
internal sealed class IgnoredTimeoutRule : ConnectionRule
{
    /// <summary>WSA1004.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA1004", Categories.Locking, DiagnosticSeverity.Warning);

    public IgnoredTimeoutRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnLockWait(static (context, wait) =>
    {
        var locks = context.Connections.Locks;
        if (locks.IgnoresTimeout(wait, context.CancellationToken) && locks.TakenBy(wait, context.CancellationToken) is { Held.IsReleased: true } taken)
            context.Report(Descriptor, Locks.MethodIn(wait), Descriptor.DefaultSeverity, [taken.Because], null, taken.Acquisition.Lock.Symbol.Name, taken.Because);
    });
}
