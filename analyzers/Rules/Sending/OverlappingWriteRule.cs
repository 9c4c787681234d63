using Microsoft.CodeAnalysis;

namespace WebSocketAnalyzers.Rules.Sending;

/// <summary>
/// Reports: two writes at once on one network stream, pipe or gRPC stream, or on one writer over such a stream: among the arguments of WhenAll, for each item of a sequence, before the task of the first
/// is looked at.
/// Also through methods of the program that send on a connection which the caller can name; and where several functions of a type send on its connection with neither lock nor queue.
/// Ignores: different streams; writes one after the other, or under a lock; dropped writes (WSA4001).
/// </summary>
internal sealed class OverlappingWriteRule : OverlapReports
{
    /// <summary>WSA4007.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA4007", Categories.Sending, DiagnosticSeverity.Warning);

    public OverlappingWriteRule()
        : base(Descriptor, isForbidden: true)
    {
    }
}
