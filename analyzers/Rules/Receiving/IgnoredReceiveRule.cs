using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Rules.Receiving;

/// <summary>
/// Reports: a receive whose result nobody looks at, so that neither the length of the data, nor the end of the message, nor a close is noticed.
/// Ignores: drains, which throw the data away and look at the state of the connection instead.
/// </summary>
internal sealed class IgnoredReceiveRule : ConnectionRule
{
    /// <summary>WSA5004.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA5004", Categories.Receiving, DiagnosticSeverity.Warning);

    public IgnoredReceiveRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnReceive(static (context, receive) =>
    {
        if (receive.Unit != ReceivedUnit.Fragment || context.Connections.Receives.MessageOf(receive, context.CancellationToken) is not { IsIgnored: true, Leaves: false })
            return;
        if (!context.Connections.Closes.IsDrain(receive, context.CancellationToken))
            context.Report(Descriptor, receive.Call, Array.Empty<Evidence>(), null, receive.Call.TargetMethod.ShortName());
    });
}
