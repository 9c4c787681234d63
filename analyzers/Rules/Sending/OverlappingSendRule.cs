using Microsoft.CodeAnalysis;

namespace WebSocketAnalyzers.Rules.Sending;

/// <summary>
/// Reports: two sends at once on one WebSocket: among the arguments of WhenAll, for each item of a sequence, before the task of the first is looked at.
/// Also through methods of the program that send on a connection which the caller can name; and where several functions of a type send on its connection with neither lock nor queue.
/// Ignores: different sockets; sends one after the other, or under a lock; dropped sends (WSA4001).
/// </summary>
internal sealed class OverlappingSendRule : OverlapReports
{
    /// <summary>WSA4008.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA4008", Categories.Sending, DiagnosticSeverity.Info);

    public OverlappingSendRule()
        : base(Descriptor, isForbidden: false)
    {
    }
}
