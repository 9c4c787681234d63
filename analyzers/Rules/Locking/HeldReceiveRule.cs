using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Rules.Locking;

/// <summary>
/// Reports: a semaphore that is held across an awaited receive, in a handler or a loop, and that sends on the same connection wait for elsewhere.
/// Ignores: a request and its answer under one lock; handshakes; sends and receives with a lock each; receives whose task is awaited behind the release.
/// </summary>
internal sealed class HeldReceiveRule : ConnectionRule
{
    /// <summary>WSA1010.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA1010", Categories.Locking, DiagnosticSeverity.Warning);

    public HeldReceiveRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnLockWait(static (context, wait) =>
    {
        // At the lock's name: of the wait as a whole the rule about shared locks may speak.
        if (wait.Receiver() is { } gate && context.Connections.HeldReceives.Under(wait, context.CancellationToken) is var (receive, send))
            context.Report(Descriptor, gate, [receive, send], null, gate.ReferencedSymbol()?.Name ?? gate.Syntax.ToString(), receive, send);
    });
}
