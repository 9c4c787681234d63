using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Connections;

namespace WebSocketAnalyzers.Rules.Receiving;

/// <summary>
/// Reports: a receive that is followed by another although nobody asks whether the first one gave a close; as a suggestion, a close taken for an empty message
/// where the state of the connection ends the loop, and a close that is noticed in a program which never closes a WebSocket, and so leaves it unanswered.
/// Ignores: any question about <c>MessageType</c> or <c>CloseStatus</c>; the state of the connection looked at before the data is used; adapters that fill the
/// caller's buffer; results that leave what can be seen.
/// </summary>
internal sealed class UnseenCloseRule : ConnectionRule
{
    /// <summary>WSA5003.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA5003", Categories.Receiving, DiagnosticSeverity.Warning);

    public UnseenCloseRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnReceive(static (context, receive) =>
    {
        if (receive.Unit != ReceivedUnit.Fragment)
            return;
        var message = context.Connections.Receives.MessageOf(receive, context.CancellationToken);
        var closes = context.Connections.Closes;
        if (closes.FollowedByReceive(message, context.CancellationToken) is { } again)
        {
            context.Report(Descriptor, receive.Call, [again], null, again);
        }
        else if (closes.TakenForData(message, context.CancellationToken) is { } taken)
        {
            context.Report(Descriptor, receive.Call.Syntax, DiagnosticSeverity.Info, [taken], null, taken);
        }
        else if (closes.NoticedButUnanswered(message) is { } place && !IsNamedBefore(place, message, context))
        {
            var unanswered = new Evidence("NobodyCloses", receive.Call.Syntax.GetLocation(), null, CloseChecks.Closes);
            context.Report(Descriptor, place.Syntax, DiagnosticSeverity.Info, [unanswered], null, unanswered);
        }
    });

    /// <summary>Whether an earlier receive into the same buffer comes to the same question.</summary>
    private static bool IsNamedBefore(IOperation place, ReceivedMessage message, FactContext context)
    {
        foreach (var use in message.Data)
        {
            if (use is { Kind: DataUseKind.Filled, Operation: IInvocationOperation call } && call.Syntax.SpanStart < message.Receive.Call.Syntax.SpanStart
                && context.Connections.Receives.At(call, context.CancellationToken) is { } earlier
                && context.Connections.Closes.NoticedButUnanswered(context.Connections.Receives.MessageOf(earlier, context.CancellationToken))?.Syntax == place.Syntax)
            {
                return true;
            }
        }

        return false;
    }
}
