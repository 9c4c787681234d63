using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;

namespace WebSocketAnalyzers.Rules.Receiving;

/// <summary>
/// Reports: a loop that gathers the pieces of a message in a local that grows with them, and never compares how much it has.
/// Ignores: locals that are compared or counted beside, handed to code of the program, or made over a buffer of a fixed size; fields.
/// </summary>
internal sealed class UnlimitedMessageRule : ConnectionRule
{
    /// <summary>WSA5011.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA5011", Categories.Receiving, DiagnosticSeverity.Info);

    public UnlimitedMessageRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnReceive(static (context, receive) =>
    {
        if (context.Connections.Limits.UnlimitedGrowth(receive, context.CancellationToken) is not { } growth)
            return;
        var received = new Evidence("ReceivedBy", receive.Call.Syntax.GetLocation(), null, receive.Call.TargetMethod.Name);
        context.Report(Descriptor, growth, [received], null);
    });
}
