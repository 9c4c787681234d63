using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Rules.Liveness;

/// <summary>
/// Reports: a connect that is waited for and that nothing but the peer ends: no token, <c>None</c>, or a source that nobody times out or cancels. Where the operating
/// system gives up after a while (TCP) it is a suggestion.
/// Ignores: tokens that come from the caller, time out, are linked to such ones, or cannot be told; WaitAsync and WhenAny; tasks handed to code that may limit them;
/// tests, whose peer is one of their own.
/// </summary>
internal sealed class UnlimitedConnectRule : ConnectionRule
{
    /// <summary>WSA6001.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA6001", Categories.Liveness, DiagnosticSeverity.Warning);

    public UnlimitedConnectRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnConnectionCall(static (context, connect) =>
    {
        if (context.Connections.Waits.ConnectsWithoutEnd(connect, context.CancellationToken) is not { } endless || context.ContainingSymbol.IsOfTests())
            return;
        var severity = connect.Facts.Has(ApiKind.Connect, ApiEntry.SystemWord) ? DiagnosticSeverity.Info : DiagnosticSeverity.Warning;
        context.Report(Descriptor, Tokens.WrittenFor(connect.Call).Syntax, severity, [endless], null, connect.Call.TargetMethod.ShortName(), endless);
    });
}
