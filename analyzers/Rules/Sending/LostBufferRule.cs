using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Rules.Sending;

/// <summary>
/// Reports: a send whose buffer goes back to its pool, or whose buffer owner, connection or token source is disposed, before its task is waited for; also
/// <c>return socket.SendAsync(..)</c> out of a using. A receive, connect or close that loses the source of its token, or its buffer, as well.
/// Ignores: sends that are awaited first; what lives in fields; tasks handed to somebody else.
/// </summary>
internal sealed class LostBufferRule : ConnectionRule
{
    /// <summary>WSA4009.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA4009", Categories.Sending, DiagnosticSeverity.Warning);

    public LostBufferRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts)
    {
        facts.OnConnectionCall(static (context, call) =>
        {
            if (call.Facts.Is(ApiKind.Send | ApiKind.Connect | ApiKind.Receive | ApiKind.Close))
                Report(context, call.Call);
        });
        facts.OnSourceCall(Report);
    }

    private static void Report(FactContext context, IInvocationOperation send)
    {
        if (context.Connections.Outstanding.LostBy(send, context.CancellationToken) is { } lost)
            context.Report(Descriptor, send, [lost.Because], null, lost.What.Name, send.TargetMethod.ShortName(), lost.Because);
    }
}
