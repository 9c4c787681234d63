using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Rules.Blocking;

/// <summary>
/// Reports: a constructor, property, finalizer or Dispose that blocks until a connection is open, is closed or has sent, and a synchronous method that opens or closes
/// its object's own connection so.
/// Ignores: tasks that are known to be complete; functions inside, which may be made asynchronous; Main; tests; waits under a lock, of which that is the graver mistake.
/// </summary>
internal sealed class BlockedConnectionRule : ConnectionRule
{
    /// <summary>WSA2009.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA2009", Categories.Blocking, DiagnosticSeverity.Warning);

    public BlockedConnectionRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnBlockingCall(static (context, call) =>
    {
        if (context.Connections.BlockedConnections.At(call, context.ContainingSymbol, context.CancellationToken) is not { } because)
            return;
        var member = context.ContainingSymbol is IMethodSymbol { AssociatedSymbol: { } property } ? property : context.ContainingSymbol;
        context.Report(Descriptor, call.Operation, [because], null, call.Name, member.ShortName(), because);
    });
}
