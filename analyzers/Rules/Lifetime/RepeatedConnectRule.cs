using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;

namespace WebSocketAnalyzers.Rules.Lifetime;

/// <summary>
/// Reports: a connect of a <c>ClientWebSocket</c> to which the code comes with an instance that has been connected before: behind a catch, in a loop, after a close, in a delegate that is retried.
/// Ignores: an instance for each attempt; conditions that a successful connect ends; variables that something else may set on the way.
/// </summary>
internal sealed class RepeatedConnectRule : ConnectionRule
{
    /// <summary>WSA3004.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA3004", Categories.Lifetime, DiagnosticSeverity.Warning);

    public RepeatedConnectRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnConnectionCall(static (context, connect) =>
    {
        if (context.Connections.Reconnects.At(connect, context.CancellationToken) is { } before && RepeatedConnects.VariableOf(connect.Call) is { } variable)
            context.Report(Descriptor, connect.Call, [before], null, variable.Name, before);
    });
}
