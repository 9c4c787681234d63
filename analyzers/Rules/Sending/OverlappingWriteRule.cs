using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Rules.Sending;

/// <summary>
/// Reports: two writes at once on one network stream, pipe or gRPC stream, or on one writer over such a stream: among the arguments of WhenAll, for each item of a sequence, before the task of the first
/// is looked at.
/// Also through methods of the program that send on a connection which the caller can name.
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
    public override void Register(FactSubscriptions facts)
    {
        facts.OnConnectionCall(static (context, call) =>
        {
            if (!call.Facts.Is(ApiKind.Send))
                return;
            Report(context, call.Call);
            // At the connection: what is said about one call of it, other rules say at the call.
            if (context.Connections.Ungated.At(call.Call, context.ContainingSymbol, context.CancellationToken) is { IsForbidden: true } ungated && call.Call.Receiver() is { } connection)
                context.Report(Descriptor, connection, [ungated.Because], null, call.Call.TargetMethod.ShortName(), ungated.Because);
        });
        facts.OnSourceCall(Report);
    }

    private static void Report(FactContext context, IInvocationOperation send)
    {
        if (context.Connections.Overlaps.At(send, context.CancellationToken) is { IsForbidden: true } overlap)
            context.Report(Descriptor, send, [overlap.Because], null, send.TargetMethod.ShortName(), overlap.Because);
    }
}
