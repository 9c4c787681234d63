using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;

namespace WebSocketAnalyzers.Rules.Blocking;

/// <summary>
/// Reports: Thread.Sleep and SpinWait.SpinUntil in a handler.
/// Ignores: Sleep(0), which only yields; offloaded code.
/// </summary>
internal sealed class SleepRule : ConnectionRule
{
    /// <summary>WSA2002.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA2002", Categories.Blocking, DiagnosticSeverity.Warning);

    public SleepRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnBlockingCall(static (context, call) =>
    {
        if (call.Kind == BlockingKind.Sleep && context.HandlerAround(call.Operation) is { } handler)
            context.Report(Descriptor, call.Operation, [handler], Counterparts.Property(call), call.Name, handler);
    });
}
