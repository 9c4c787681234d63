using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Rules.Locking;

/// <summary>
/// Reports: a wait for a lock whose task is dropped: the code goes on without the lock.
/// Ignores: tasks that are awaited, returned, stored and awaited later, or combined; locks that have nothing to do with a connection.
/// </summary>
internal sealed class UnawaitedLockRule : ConnectionRule
{
    /// <summary>WSA1005.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA1005", Categories.Locking, DiagnosticSeverity.Warning);

    public UnawaitedLockRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnLockWait(static (context, wait) =>
    {
        if (DroppedTasks.FormOf(wait) is null || context.Connections.Locks.WhyOfConnection(wait, context.CancellationToken) is not { } because)
            return;
        context.Report(Descriptor, wait, [because], null, wait.Receiver()?.ReferencedSymbol()?.Name ?? wait.TargetMethod.Name, because);
    });
}
