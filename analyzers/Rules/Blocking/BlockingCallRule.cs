using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Connections;

namespace WebSocketAnalyzers.Rules.Blocking;

/// <summary>
/// Reports: in a handler, a catalogued blocking call that has no asynchronous counterpart (wait handles, events, BlockingCollection, Thread.Join, the console).
/// Ignores: zero timeouts; offloaded code.
/// </summary>
internal sealed class BlockingCallRule : ConnectionRule
{
    /// <summary>WSA2004.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA2004", Categories.Blocking, DiagnosticSeverity.Warning);

    public BlockingCallRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnBlockingCall(static (context, call) =>
    {
        if (call.Kind == BlockingKind.NoCounterpart && context.HandlerAround(call.Operation) is { } handler
            && !(call.Operation is IInvocationOperation wait && context.Connections.HeldAwaits.Of(wait, context.CancellationToken) is not null))
            context.Report(Descriptor, call.Operation, [handler], null, call.Name, handler);
    });
}
