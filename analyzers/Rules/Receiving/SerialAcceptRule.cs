using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Rules.Receiving;

/// <summary>
/// Reports: an accept loop that awaits a call which receives until its connection ends, or that does so itself, before the next accept.
/// Ignores: handlers that are started and tracked; loops of which several run at once; what ends after a message or a request; connections put into a field or
/// handed to code that cannot be seen.
/// </summary>
internal sealed class SerialAcceptRule : ConnectionRule
{
    /// <summary>WSA5013.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA5013", Categories.Receiving, DiagnosticSeverity.Warning);

    public SerialAcceptRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnConnectionCall(static (context, accept) =>
    {
        foreach (var wait in context.Connections.Accepts.WaitsIn(accept, context.CancellationToken))
        {
            var because = new Evidence("ReceivesUntilEnd", wait.Until, null, wait.Call.TargetMethod.Name);
            context.Report(Descriptor, wait.Call, [because], null, accept.Call.TargetMethod.ShortName(), because);
        }
    });
}
