using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Rules.Receiving;

/// <summary>
/// Reports: a receive on a WebSocket that a time limit cancels, when the cancellation is caught and the connection used again; and a close behind such a catch, whoever cancelled.
/// Ignores: catches that leave the connection, dispose or abort it, or ask for its state; reads of streams and sockets, which survive.
/// </summary>
internal sealed class CancelledReceiveRule : ConnectionRule
{
    /// <summary>WSA5005.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA5005", Categories.Receiving, DiagnosticSeverity.Warning);

    public CancelledReceiveRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts)
    {
        facts.OnConnectionCall(static (context, call) =>
        {
            if (call.Facts.Is(ApiKind.Receive))
                Report(context, call.Call);
        });
        facts.OnSourceCall(Report);
    }

    private static void Report(FactContext context, IInvocationOperation receive)
    {
        if (context.Connections.Cancelled.At(receive, context.CancellationToken) is not { } cancelled)
            return;
        if (cancelled.IsClose && !IsToSpeakOf(context, cancelled.Use, receive))
            return;
        var caught = new Evidence("CancellationCaught", cancelled.Handler.Syntax.GetLocation(), null);
        // The close is what fails; else the wait for the receive is what should end in its place.
        var (place, because) = cancelled.IsClose
            ? ((IOperation)cancelled.Use, new Evidence("CancelledAt", receive.Syntax.GetLocation(), caught, receive.TargetMethod.ShortName()))
            : (cancelled.Await, new Evidence("UsedAfterwards", cancelled.Use.Syntax.GetLocation(), caught, cancelled.Use.TargetMethod.ShortName()));
        context.Report(Descriptor, place, new[] { because }, null, receive.TargetMethod.ShortName(), because);
    }

    /// <summary>One receive speaks for all that lead to a close; and where the close's own token is cancelled by then, WSA3006 does.</summary>
    private static bool IsToSpeakOf(FactContext context, IInvocationOperation close, IInvocationOperation receive) =>
        context.Connections.Cancelled.LeadingTo(close, context.CancellationToken)?.Syntax == receive.Syntax
        && context.Connections.CancelledCloses.At(new ConnectionCall(context.Connections.Apis.Of(close), close), context.CancellationToken) is null;
}
