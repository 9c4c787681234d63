using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Rules.Receiving;

/// <summary>
/// Reports: fragments decoded to text one by one and joined, although a character may lie half in one and half in the next.
/// Ignores: a Decoder, which keeps the half; text that is only logged; one byte a character (ASCII, Latin-1); receives that never ask for EndOfMessage (WSA5001).
/// </summary>
internal sealed class SplitCharacterRule : ConnectionRule
{
    /// <summary>WSA5012.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA5012", Categories.Receiving, DiagnosticSeverity.Warning);

    public SplitCharacterRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnReceive(static (context, receive) =>
    {
        if (receive.Unit != ReceivedUnit.Fragment)
            return;
        var receives = context.Connections.Receives;
        var message = receives.MessageOf(receive, context.CancellationToken);
        if (!message.Consults("EndOfMessage", context.CancellationToken))
            return;
        foreach (var use in message.UsesOfItsData(context.CancellationToken))
        {
            if (use is not { Kind: DataUseKind.Decoded, Operation: IInvocationOperation decode } || !FragmentText.CanBeCut(decode) || !message.IsFirstToFill(use, receives, context.CancellationToken))
                continue;
            if (receives.JoinedAt(decode, context.CancellationToken) is not { } joined)
                continue;
            var received = new Evidence("ReceivedBy", receive.Call.Syntax.GetLocation(), null, receive.Call.TargetMethod.ShortName());
            context.Report(Descriptor, decode, [received, new Evidence("JoinedAt", joined.Syntax.GetLocation(), null)], null, decode.ShortName(), received);
        }
    });
}
