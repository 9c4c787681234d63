using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;

namespace WebSocketAnalyzers.Rules.Locking;

/// <summary>
/// Reports: a lock that the function releases, but not when something between the wait and the release fails, returns, or leaves the loop.
/// Ignores: locks that the function never releases or hands over; releases under a condition that may be that of the wait; code between the two that is not known to fail.
/// </summary>
internal sealed class UnreleasedLockRule : ConnectionRule
{
    /// <summary>WSA1003.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA1003", Categories.Locking, DiagnosticSeverity.Warning);

    public UnreleasedLockRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnLockWait(static (context, wait) =>
    {
        var locks = context.Connections.Locks;
        if (locks.TakenBy(wait, context.CancellationToken) is not { } taken || locks.NotReleased(taken, context.CancellationToken) is not { } leak)
            return;
        // A lock that is released without being taken is the graver mistake at the same place.
        if (locks.ReleasedUntaken(taken, context.CancellationToken) is null)
            context.Report(Descriptor, Locks.NameIn(wait), Descriptor.DefaultSeverity, [leak, taken.Because], null, taken.Acquisition.Lock.Symbol.Name, leak, taken.Because);
    });
}
