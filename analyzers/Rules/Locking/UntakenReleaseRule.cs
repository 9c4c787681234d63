using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;

namespace WebSocketAnalyzers.Rules.Locking;

/// <summary>
/// Reports: a wait for a lock that may be cancelled, run out of time or not be come to, and a release that runs all the same, as that of the finally around it does.
/// Ignores: waits before the try; flags that are set after the wait and tested before the release; releasers; waits that nothing can end, with nothing before them in the try.
/// </summary>
internal sealed class UntakenReleaseRule : ConnectionRule
{
    /// <summary>WSA1002.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA1002", Categories.Locking, DiagnosticSeverity.Warning);

    public UntakenReleaseRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnLockWait(static (context, wait) =>
    {
        if (context.Connections.Locks.TakenBy(wait, context.CancellationToken) is { } taken && context.Connections.Locks.ReleasedUntaken(taken, context.CancellationToken) is { } released)
            context.Report(Descriptor, Locks.NameIn(wait), Descriptor.DefaultSeverity, [released, taken.Because], null, taken.Acquisition.Lock.Symbol.Name, released, taken.Because);
    });
}
