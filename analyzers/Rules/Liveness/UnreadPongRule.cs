using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Rules.Liveness;

/// <summary>
/// Reports: a receive loop each of whose turns awaits a delay as long as <c>KeepAliveTimeout</c> allows the answer to a ping to take.
/// Ignores: delays beside a pending receive; shorter ones; those of some turns only, which may belong to a lost connection; work of unknown length.
/// </summary>
internal sealed class UnreadPongRule : ConnectionRule
{
    /// <summary>WSA6006.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA6006", Categories.Liveness, DiagnosticSeverity.Info);

    public UnreadPongRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnReceive(static (context, receive) =>
    {
        if (context.Connections.Pauses.Around(receive, context.CancellationToken) is not { } pause)
            return;
        var because = new Evidence("LimitsPongs", pause.Limit, null);
        context.Report(Descriptor, pause.Wait, [because], null, pause.Wait.TargetMethod.ShortName(), because);
    });
}
