using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Rules.Locking;

/// <summary>
/// Reports: a call that, itself or through methods of the same object that it waits for, waits for a semaphore which the calling code holds on every way.
/// Ignores: calls behind the release; semaphores that admit more than one; waits with a timeout; methods that give the lock back first, or that a flag tells that it is held;
/// locks that have nothing to do with a connection.
/// </summary>
internal sealed class ReenteredLockRule : ConnectionRule
{
    /// <summary>WSA1008.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA1008", Categories.Locking, DiagnosticSeverity.Warning);

    public ReenteredLockRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnLockWait(static (context, wait) =>
    {
        if (context.Connections.Reentrances.After(wait, context.CancellationToken) is not { } reentrance)
            return;
        var held = new Evidence("TakenAt", wait.Syntax.GetLocation(), null);
        context.Report(Descriptor, reentrance.Call.Syntax, DiagnosticSeverity.Warning, [reentrance.Again, held], null, reentrance.Chain, reentrance.Again, held);
    });
}
