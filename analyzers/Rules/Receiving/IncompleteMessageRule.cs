using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Rules.Receiving;

/// <summary>
/// Reports: data of a receive that is decoded, or sent on as a whole message, although <c>EndOfMessage</c> of its result is never asked for.
/// Ignores: chunks forwarded with the flag; text that is collected from receive to receive; adapters that fill the caller's buffer; results that leave what can be seen; receives of whole messages.
/// </summary>
internal sealed class IncompleteMessageRule : ConnectionRule
{
    /// <summary>WSA5001.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA5001", Categories.Receiving, DiagnosticSeverity.Warning);

    public IncompleteMessageRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnReceive(static (context, receive) =>
    {
        if (receive.Unit != ReceivedUnit.Fragment)
            return;
        var message = context.Connections.Receives.MessageOf(receive, context.CancellationToken);
        if (message.Leaves || message.IsIgnored || message.Consults("EndOfMessage", context.CancellationToken))
            return;
        foreach (var use in message.UsesOfItsData(context.CancellationToken))
        {
            if (use.Kind is not (DataUseKind.Decoded or DataUseKind.SentAsWhole) || !message.IsFirstToFill(use, context.Connections.Receives, context.CancellationToken))
                continue;
            // Text that grows from receive to receive: the program knows by itself when it has enough.
            if (use.Operation is IInvocationOperation decode && context.Connections.Receives.JoinedAt(decode, context.CancellationToken) is not null)
                continue;
            var received = new Evidence("ReceivedBy", receive.Call.Syntax.GetLocation(), null, receive.Call.TargetMethod.ShortName());
            context.Report(Descriptor, use.Operation, [received], null, use.Operation.ShortName(), received);
            return;
        }
    });
}
