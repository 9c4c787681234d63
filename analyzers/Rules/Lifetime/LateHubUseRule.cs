using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace WebSocketAnalyzers.Rules.Lifetime;

/// <summary>
/// Reports: Clients, Context or Groups of a hub in work that nobody waits for: a dropped Task.Run or ContinueWith, a timer, a thread, an event's listener, a method of the hub whose
/// task is dropped, behind its first await.
/// Ignores: what was put into a local before; work that is awaited or returned; IHubContext; what runs before the first await.
/// </summary>
internal sealed class LateHubUseRule : ConnectionRule
{
    /// <summary>WSA3009.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA3009", Categories.Lifetime, DiagnosticSeverity.Warning);

    /// <summary>The property of diagnostics about code before which the hub still lives.</summary>
    public const string CanCapture = "canCapture";

    private static readonly ImmutableDictionary<string, string?> Captures = ImmutableDictionary<string, string?>.Empty.Add(CanCapture, null);

    public LateHubUseRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnHubRead(static (context, read) =>
    {
        if (context.Connections.HubUses.At(read, context.ContainingSymbol, context.CancellationToken) is { } late)
            context.Report(Descriptor, read, [late.Because], late.IsStartedHere ? Captures : null, read.Property.Name, late.Because);
    });
}
