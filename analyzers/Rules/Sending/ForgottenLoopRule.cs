using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;

namespace WebSocketAnalyzers.Rules.Sending;

/// <summary>
/// Reports: the dropped or discarded task of a method that connects, or that serves a connection until it ends (a receive loop, a heartbeat, a reconnect).
/// Ignores: methods out of which no failure of a connection gets unseen; tasks that are stored and awaited later; ends told by a TaskCompletionSource; handlers that return while their
/// socket is in use (WSA3005), loops that read what another one reads (WSA5008).
/// </summary>
internal sealed class ForgottenLoopRule : ConnectionRule
{
    /// <summary>WSA4013.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA4013", Categories.Sending, DiagnosticSeverity.Warning);

    public ForgottenLoopRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnDroppedSend(static (context, send) =>
    {
        // A second loop on one connection is the graver mistake: WSA5008.
        if (send.Work == DroppedWork.ConnectionLoop && context.Connections.Concurrent.Beside(send.Call, context.CancellationToken) is null)
            context.Report(Descriptor, send.Call, [send.Because], null, send.Name, send.Because);
    });
}
