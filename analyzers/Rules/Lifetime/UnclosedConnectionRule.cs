using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;

namespace WebSocketAnalyzers.Rules.Lifetime;

/// <summary>
/// Reports: a WebSocket in a local whose scope the code leaves, without an exception, while nothing closes it; one that was accepted only where a <c>using</c> disposes it.
/// Ignores: connections that are closed, aborted or given away anywhere; code that looks for the peer's close; clients that are never connected.
/// </summary>
internal sealed class UnclosedConnectionRule : ConnectionRule
{
    /// <summary>WSA3008.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA3008", Categories.Lifetime, DiagnosticSeverity.Info);

    public UnclosedConnectionRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts)
    {
        facts.OnCreation(static (context, creation) => Look(context, creation));
        facts.OnConnectionCall(static (context, connectionCall) =>
        {
            if (connectionCall.Facts.Is(ApiKind.Upgrade))
                Look(context, connectionCall.Call);
        });
    }

    private static void Look(FactContext context, IOperation made)
    {
        if (context.Connections.Unclosed.By(made, context.CancellationToken) is { } unclosed)
            context.Report(Descriptor, unclosed.Name, Descriptor.DefaultSeverity, [unclosed.Because], null, unclosed.Local.Name, unclosed.Because);
    }
}
