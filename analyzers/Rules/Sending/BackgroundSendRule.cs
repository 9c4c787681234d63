using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;

namespace WebSocketAnalyzers.Rules.Sending;

/// <summary>
/// Reports: a send in work that is handed to Task.Run, StartNew or ContinueWith, whose own task is dropped; a work item of the thread pool that starts a send and does not wait for it.
/// Sends through hub proxies are a suggestion: they arrive all the same.
/// Ignores: work out of which no failure gets unseen, or that tells its end by a TaskCompletionSource; tasks that are stored and awaited later; work that waits for the very task it is
/// started from.
/// </summary>
internal sealed class BackgroundSendRule : ConnectionRule
{
    /// <summary>WSA4003.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA4003", Categories.Sending, DiagnosticSeverity.Warning);

    public BackgroundSendRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnDroppedSend(static (context, send) =>
    {
        if (send.Work != DroppedWork.BackgroundSend)
            return;
        var severity = send.IsMinor ? DiagnosticSeverity.Info : DiagnosticSeverity.Warning;
        context.Report(Descriptor, send.Call.Syntax, severity, [send.Because], null, send.Name, send.Because);
    });
}
