using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Rules.Lifetime;

/// <summary>
/// Reports: a close that waits for the peer's answer and that nothing but the peer ends.
/// Ignores: <c>CloseOutputAsync</c>, which does not wait; a close that answers the peer's; tokens that can end it; WaitAsync and WhenAny; dropped closes, for which nobody waits; tests, whose peer is their own.
/// </summary>
internal sealed class UnlimitedCloseRule : ConnectionRule
{
    /// <summary>WSA3007.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA3007", Categories.Lifetime, DiagnosticSeverity.Info);

    public UnlimitedCloseRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnConnectionCall(static (context, close) =>
    {
        // Behind a cancelled receive the close does not wait, it fails: WSA5005.
        if (context.Connections.Waits.ClosesWithoutEnd(close, context.CancellationToken) is { } endless && !context.ContainingSymbol.IsOfTests() && context.Connections.Cancelled.LeadingTo(close.Call, context.CancellationToken) is null)
            context.Report(Descriptor, close.Call, [endless], null, close.Call.TargetMethod.ShortName(), endless);
    });
}
