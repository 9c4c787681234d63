using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Rules.Sending;

/// <summary>
/// Reports: two writes at once on one network stream, pipe or gRPC stream: among the arguments of WhenAll, for each item of a sequence, before the task of the first
/// is looked at.
/// Ignores: different streams; writes one after the other, or under a lock; dropped writes (WSA4001).
/// </summary>
internal sealed class OverlappingWriteRule : ConnectionRule
{
    /// <summary>WSA4007.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA4007", Categories.Sending, DiagnosticSeverity.Warning);

    public OverlappingWriteRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnConnectionCall(static (context, call) =>
    {
        if (context.Connections.Overlaps.At(call.Call, context.CancellationToken) is { IsForbidden: true } overlap)
            context.Report(Descriptor, overlap.Send, [overlap.Because], null, overlap.Send.TargetMethod.ShortName(), overlap.Because);
    });
}
