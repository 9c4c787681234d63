using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Rules.Locking;

/// <summary>
/// Reports: Monitor, System.Threading.Lock, Mutex, SpinLock or ReaderWriterLockSlim taken before and given back behind an await on some way, around work on a connection or
/// in a handler.
/// Ignores: locks that are given back before every await; <c>lock</c> statements, in which the compiler forbids awaits; System.Threading.Semaphore, which any thread may
/// release; locks around anything but connections outside of handlers.
/// </summary>
internal sealed class ThreadAffineLockRule : ConnectionRule
{
    /// <summary>WSA1006.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA1006", Categories.Locking, DiagnosticSeverity.Warning);

    public ThreadAffineLockRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnThreadLockWait(static (context, wait) =>
    {
        if (context.Connections.HeldAwaits.Of(wait, context.CancellationToken) is not var (waiting, because))
            return;
        var across = new Evidence("AcrossAwait", waiting.Syntax.GetLocation(), null);
        context.Report(Descriptor, wait, [across, because], null, wait.TargetMethod.ShortName(), across, because);
    });
}
