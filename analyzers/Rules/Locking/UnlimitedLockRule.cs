using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;

namespace WebSocketAnalyzers.Rules.Locking;

/// <summary>
/// Reports: a semaphore made with the initial count 1 and no maximum that is only used as a lock around work on a connection: one release too many lets two in for ever,
/// and nobody notices.
/// Ignores: semaphores that are passed on, visible outside of their type, released by another function or by several; throttles and signals; locks around anything but
/// connections outside of handlers; locks that guard nothing (WSA1009).
/// </summary>
internal sealed class UnlimitedLockRule : ConnectionRule
{
    /// <summary>WSA1011.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA1011", Categories.Locking, DiagnosticSeverity.Info);

    public UnlimitedLockRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnSemaphoreCreation(static (context, creation) =>
    {
        if (creation.Constructor is { Parameters.Length: 1 } && context.Connections.Semaphores.MutexMadeBy(creation, context.CancellationToken) is { } mutex && !Semaphores.GuardsNothing(mutex))
            context.Report(Descriptor, creation, [mutex.Because], null, mutex.Variable.Name, mutex.Because);
    });
}
