using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Rules.Receiving;

/// <summary>
/// Reports: the whole buffer of a receive decoded, copied or sent on, and the number of received bytes never asked for.
/// Ignores: buffers cut by the count on any path; text cut at its first zero in a buffer that is new for each receive; fields that other code reads.
/// </summary>
internal sealed class WholeBufferRule : ConnectionRule
{
    /// <summary>WSA5002.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA5002", Categories.Receiving, DiagnosticSeverity.Warning);

    public WholeBufferRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnReceive(static (context, receive) =>
    {
        if (receive.Unit == ReceivedUnit.Whole)
            return;
        var message = context.Connections.Receives.MessageOf(receive, context.CancellationToken);
        if (message.Leaves || message.UsesCount || (message.IsIgnored && receive.Unit == ReceivedUnit.Fragment))
            return;
        foreach (var use in message.UsesOfItsData(context.CancellationToken))
        {
            if (use.IsLimited || use.Kind == DataUseKind.Leaves || !message.IsFirstToFill(use, context.Connections.Receives, context.CancellationToken))
                continue;
            var received = new Evidence("ReceivedBy", receive.Call.Syntax.GetLocation(), null, receive.Call.TargetMethod.ShortName());
            context.Report(Descriptor, use.Value, [received], null, use.Operation.ShortName(), received);
            return;
        }
    });
}
