using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;

namespace WebSocketAnalyzers.Rules.Receiving;

/// <summary>
/// Reports: a buffer that several connections receive into: static, a field of an object that serves them all, a local that a function captures which runs for each.
/// Ignores: buffers of one connection, rented or made for each receive; empty ones; the one client of an object that lives once; receives that take turns.
/// </summary>
internal sealed class SharedBufferRule : ConnectionRule
{
    /// <summary>WSA5014.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA5014", Categories.Receiving, DiagnosticSeverity.Warning);

    /// <summary>The property that names the shared variable.</summary>
    public const string Buffer = "buffer";

    public SharedBufferRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnReceive(static (context, receive) =>
    {
        if (context.Connections.Buffers.SharedBy(receive, context.ContainingSymbol, context.CancellationToken) is { } shared)
            context.Report(Descriptor, receive.Buffer!, [shared.Because], ImmutableDictionary<string, string?>.Empty.Add(Buffer, shared.Buffer.Name), shared.Buffer.Name, shared.Because);
    });
}
