using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Rules.Sending;

/// <summary>
/// Reports: a send in work that is handed to Task.Run, StartNew or ContinueWith, whose own task is dropped.
/// Ignores: work that catches everything inside, or tells its end by a TaskCompletionSource; tasks that are stored and awaited later.
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
        if (send.Work == DroppedWork.BackgroundSend)
            context.Report(Descriptor, send.Call, [send.Because], null, send.Call.TargetMethod.ShortName(), send.Because);
    });
}
