using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;

namespace WebSocketAnalyzers.Rules.Locking;

/// <summary>
/// Reports: a send or close that is started inside a <c>lock</c> statement and dropped, so that it goes on when the lock is given back; and a connection operation that is
/// blocked on there, so that everybody who wants the lock waits for the peer.
/// Ignores: synchronous calls; tasks that are stored and awaited later; tasks known to be complete; what lambdas and local functions do that are only made inside the lock;
/// hub proxies and source methods whose tasks are dropped (WSA4001).
/// </summary>
internal sealed class UncoveredSendRule : ConnectionRule
{
    /// <summary>WSA1007.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA1007", Categories.Locking, DiagnosticSeverity.Warning);

    public UncoveredSendRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts)
    {
        facts.OnConnectionCall(static (context, connection) =>
        {
            if (LockStatements.DroppedAt(connection.Call, connection.Facts) is { } dropped && context.Connections.Outstanding.LostBy(connection.Call, context.CancellationToken) is null)
                Report(context, dropped);
        });
        facts.OnBlockingCall(static (context, blocking) =>
        {
            if (context.Connections.Locked.BlockedAt(blocking.Operation, context.CancellationToken) is { } blocked)
                Report(context, blocked);
        });
    }

    private static void Report(FactContext context, LockedOperation locked) => context.Report(Descriptor, locked.Place, [locked.Because], null, locked.Name, locked.Because);
}
