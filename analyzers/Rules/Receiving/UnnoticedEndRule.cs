using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Rules.Receiving;

/// <summary>
/// Reports: a loop that reads a stream or socket and has no way out when the read gives 0 bytes, which it does for ever once the peer has ended the stream.
/// Ignores: counts that are handed to other code, conditions that a turn without data may fulfil, reads that were asked about first, datagrams.
/// </summary>
internal sealed class UnnoticedEndRule : ConnectionRule
{
    /// <summary>WSA5010.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA5010", Categories.Receiving, DiagnosticSeverity.Warning);

    /// <summary>The property of diagnostics about reads of which each stands for itself: nothing is half done when the loop is left behind one.</summary>
    public const string HasWholeReads = "hasWholeReads";

    private static readonly ImmutableDictionary<string, string?> WholeReads = ImmutableDictionary<string, string?>.Empty.Add(HasWholeReads, null);

    public UnnoticedEndRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnReceive(static (context, receive) =>
    {
        if (context.Connections.StreamEnds.At(receive, context.CancellationToken) is { } end)
            context.Report(Descriptor, receive.Call, Array.Empty<Evidence>(), end.HasWholeReads ? WholeReads : null, receive.Call.TargetMethod.ShortName());
    });
}
