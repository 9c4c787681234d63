using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;

namespace WebSocketAnalyzers.Rules.Sending;

/// <summary>
/// Reports: a public async void method of a hub, or of a controller that accepts sockets.
/// Ignores: overrides of members that return nothing, and everything that no client calls (WSA4004).
/// </summary>
internal sealed class AsyncVoidEndpointRule : ConnectionRule
{
    /// <summary>WSA4005.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA4005", Categories.Sending, DiagnosticSeverity.Warning);

    public AsyncVoidEndpointRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnAsyncVoid(static (context, function) =>
    {
        if (function.IsEndpoint)
            context.Report(Descriptor, function.Place, Descriptor.DefaultSeverity, [function.Because], null, function.Name, function.Because);
    });
}
