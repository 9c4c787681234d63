using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;

namespace WebSocketAnalyzers.Rules.Sending;

/// <summary>
/// Reports: the task of a send, a close, or of a source method that sends, discarded with <c>_ =</c>.
/// Ignores: methods that catch everything inside; loops that end with their connection (WSA4013); callees that wait for the very task they are called from.
/// </summary>
internal sealed class DiscardedSendRule : ConnectionRule
{
    /// <summary>WSA4002.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA4002", Categories.Sending, DiagnosticSeverity.Info);

    public DiscardedSendRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnDroppedSend(static (context, send) =>
    {
        if (send.Work == DroppedWork.Send && send.Form == DropForm.Discard)
            context.Report(Descriptor, send.Call, [send.Because], null, send.Name, send.Because);
    });
}
