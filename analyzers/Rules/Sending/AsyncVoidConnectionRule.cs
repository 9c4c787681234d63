using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;

namespace WebSocketAnalyzers.Rules.Sending;

/// <summary>
/// Reports: an async void method, local function, or lambda for a void delegate, out of which the failure of a connection operation can get: it awaits one, itself or through
/// methods of the program, and no try takes everything. Sends through hub proxies are a suggestion: they seldom fail.
/// Ignores: operations inside a try that catches every exception and throws none again; tests; tasks that come up elsewhere; endpoints of clients (WSA4005).
/// </summary>
internal sealed class AsyncVoidConnectionRule : ConnectionRule
{
    /// <summary>WSA4004.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA4004", Categories.Sending, DiagnosticSeverity.Warning);

    public AsyncVoidConnectionRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnAsyncVoid(static (context, function) =>
    {
        if (function.IsEndpoint)
            return;
        var severity = function.IsMinor ? DiagnosticSeverity.Info : DiagnosticSeverity.Warning;
        context.Report(Descriptor, function.Place, severity, [function.Because], null, function.Name, function.Because);
    });
}
