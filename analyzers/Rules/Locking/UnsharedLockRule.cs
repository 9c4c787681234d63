using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;

namespace WebSocketAnalyzers.Rules.Locking;

/// <summary>
/// Reports: a semaphore that is made in the body that waits for it and never leaves it, although it guards work on a connection: no two calls wait for the same one.
/// Ignores: semaphores that lambdas or local functions wait for, which may run several times at once; those that are passed on; throttles and signals; locks around
/// anything but connections outside of handlers.
/// </summary>
internal sealed class UnsharedLockRule : ConnectionRule
{
    /// <summary>WSA1009.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA1009", Categories.Locking, DiagnosticSeverity.Warning);

    public UnsharedLockRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnSemaphoreCreation(static (context, creation) =>
    {
        if (context.Connections.Semaphores.MutexMadeBy(creation, context.CancellationToken) is { } mutex && Semaphores.GuardsNothing(mutex))
            context.Report(Descriptor, creation, [mutex.Because], null, mutex.Variable.Name, mutex.Because);
    });
}
