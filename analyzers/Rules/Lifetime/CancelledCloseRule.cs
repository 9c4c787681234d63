using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Rules.Lifetime;

/// <summary>
/// Reports: a close with the very token whose cancellation leads to it: in the catch of that cancellation, in the finally of a loop that ends by it, behind such a loop, behind <c>Cancel()</c>.
/// Ignores: fresh tokens; catches that another token may lead to; closes that are reached only while the token is not cancelled.
/// </summary>
internal sealed class CancelledCloseRule : ConnectionRule
{
    /// <summary>WSA3006.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA3006", Categories.Lifetime, DiagnosticSeverity.Warning);

    public CancelledCloseRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnConnectionCall(static (context, close) =>
    {
        if (context.Connections.CancelledCloses.At(close, context.CancellationToken) is { } cancelled)
            context.Report(Descriptor, close.Call, [cancelled], null, close.Call.TargetMethod.ShortName(), cancelled);
    });
}
