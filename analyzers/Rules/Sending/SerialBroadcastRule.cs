using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Rules.Sending;

/// <summary>
/// Reports: a send to each of many connections that is awaited in the loop over them, or with all others by <c>WhenAll</c>, and that nothing limits in time.
/// Ignores: sends with a timeout of their own, also inside the method that sends; queues for each peer; connections that the turn itself opens; hub proxies, which buffer; datagrams; several messages to one connection.
/// </summary>
internal sealed class SerialBroadcastRule : ConnectionRule
{
    /// <summary>WSA4010.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA4010", Categories.Sending, DiagnosticSeverity.Info);

    public SerialBroadcastRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts)
    {
        facts.OnConnectionCall(static (context, call) =>
        {
            if (call.Facts.Is(ApiKind.Send))
                Report(context, call.Call);
        });
        facts.OnSourceCall(Report);
    }

    private static void Report(FactContext context, IInvocationOperation send)
    {
        if (context.Connections.Broadcasts.HeldUpBy(send, context.CancellationToken) is { } because)
            context.Report(Descriptor, send, [because], null, send.TargetMethod.ShortName(), because);
    }
}
