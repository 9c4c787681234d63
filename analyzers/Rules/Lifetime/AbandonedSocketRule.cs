using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;

namespace WebSocketAnalyzers.Rules.Lifetime;

/// <summary>
/// Reports: an accepted socket that its handler gives to a loop nobody awaits, or only stores, and then returns.
/// Ignores: handlers that await anything afterwards (a loop, a TaskCompletionSource that was handed over as well); sockets that get out of sight; sockets of HttpListener,
/// which live on without their request.
/// </summary>
internal sealed class AbandonedSocketRule : ConnectionRule
{
    /// <summary>WSA3005.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA3005", Categories.Lifetime, DiagnosticSeverity.Warning);

    public AbandonedSocketRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnConnectionCall(static (context, connectionCall) =>
    {
        if (!connectionCall.Facts.Is(ApiKind.Upgrade))
            return;
        foreach (var abandoned in context.Connections.AbandonedSockets.Of(connectionCall.Call, context.CancellationToken))
            context.Report(Descriptor, abandoned.HandOver.Operation, [abandoned.Because], null, abandoned.HandOver.To, abandoned.Because);
    });
}
