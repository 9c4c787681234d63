using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;

namespace WebSocketAnalyzers.Rules.Sending;

/// <summary>
/// Reports: the task of a send, a close, or of a source method that sends, dropped as a statement, behind <c>?.</c> or ConfigureAwait, in an unused local,
/// by an expression-bodied void member or a lambda for a void delegate, or overwritten in its local; the call may be that of a delegate whose every function sends. Sends through hub
/// proxies are a suggestion: they arrive all the same.
/// Ignores: explicit discards (WSA4002); loops that end with their connection (WSA4013); work in the background (WSA4003); callees that wait for the very task they are called from.
/// </summary>
internal sealed class DroppedSendRule : ConnectionRule
{
    /// <summary>WSA4001.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA4001", Categories.Sending, DiagnosticSeverity.Warning);

    public DroppedSendRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnDroppedSend(static (context, send) =>
    {
        if (send.Work != DroppedWork.Send || send.Form == DropForm.Discard)
            return;
        var severity = send.IsMinor ? DiagnosticSeverity.Info : DiagnosticSeverity.Warning;
        context.Report(Descriptor, send.Call.Syntax, severity, [send.Because], null, send.Name, send.Because);
    });
}
