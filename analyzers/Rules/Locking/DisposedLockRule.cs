using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Rules.Locking;

/// <summary>
/// Reports: a semaphore that is disposed before the connection is ended whose sends wait for it in other methods.
/// Ignores: semaphores disposed behind a close, an abort, a cancellation or a wait of any kind; those that nobody awaits; those that guard anything but connections.
/// </summary>
internal sealed class DisposedLockRule : ConnectionRule
{
    /// <summary>WSA1012.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA1012", Categories.Locking, DiagnosticSeverity.Info);

    public DisposedLockRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnSemaphoreDisposal(static (context, disposal) =>
    {
        if (context.Connections.DisposedLocks.At(disposal, context.CancellationToken) is var (waiter, end))
            context.Report(Descriptor, disposal, [waiter, end], null, disposal.Receiver().ReferencedSymbol()?.Name ?? "", waiter, end);
    });
}
