using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;

namespace WebSocketAnalyzers.Rules.Blocking;

/// <summary>
/// Reports: in a handler, a catalogued blocking call whose asynchronous counterpart is present in this compilation.
/// Ignores: streams and readers over memory; zero timeouts; counterparts that this target framework lacks; offloaded code.
/// </summary>
internal sealed class SynchronousCallRule : ConnectionRule
{
    /// <summary>WSA2003.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA2003", Categories.Blocking, DiagnosticSeverity.Warning);

    public SynchronousCallRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnBlockingCall(static (context, call) =>
    {
        if (call.Kind == BlockingKind.Counterpart && context.HandlerAround(call.Operation) is { } handler)
            context.Report(Descriptor, call.Operation, [handler], Counterparts.Property(call), call.Name, handler, Counterparts.ShortName(call.Entry.Counterpart!));
    });
}
