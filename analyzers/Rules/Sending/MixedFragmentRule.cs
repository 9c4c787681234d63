using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Rules.Sending;

/// <summary>
/// Reports: what says that a send is not the end of its message, when another function sends on the same connection, or each of many connections relays to all of them, and no lock is held around the whole message.
/// Ignores: whole messages; a flag that the caller decides about; locks around the loop over the parts, also those of a caller; functions that one caller runs one after the other; connections that nobody else sends on.
/// </summary>
internal sealed class MixedFragmentRule : ConnectionRule
{
    /// <summary>WSA4006.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA4006", Categories.Sending, DiagnosticSeverity.Warning);

    public MixedFragmentRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnConnectionCall(static (context, call) =>
    {
        if (context.Connections.Fragments.At(call, context.ContainingSymbol, context.CancellationToken) is { } mixed)
            // A spread would copy through spans, which the oldest host has no assembly for.
            context.Report(Descriptor, mixed.Flag, mixed.Parts.Insert(0, mixed.Because).ToArray(), null, call.Call.TargetMethod.ShortName(), mixed.Because);
    });
}
