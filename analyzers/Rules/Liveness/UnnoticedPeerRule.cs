using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;

namespace WebSocketAnalyzers.Rules.Liveness;

/// <summary>
/// Reports: pings that are switched off, and pings whose answers nobody waits for, so that a peer that is frozen or cut off is never noticed.
/// Ignores: options whose other half is set elsewhere or may be: on the same object, by code that is given it and cannot be seen, by the caller of a public method;
/// an interval that is set one way or another; frameworks without a limit, as far as the interval is not switched off.
/// </summary>
internal sealed class UnnoticedPeerRule : ConnectionRule
{
    /// <summary>WSA6002.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA6002", Categories.Liveness, DiagnosticSeverity.Info);

    /// <summary>The property that names the limit to the wait for a pong, for the fix to set; absent where it is set already, or does not exist.</summary>
    public const string MissingTimeout = "missingTimeout";

    /// <summary>The property of diagnostics whose own value switches something off; it is <c>KeepAliveGap.PingsOff</c> or <c>KeepAliveGap.PongsOff</c>.</summary>
    public const string OwnValue = "ownValue";

    public UnnoticedPeerRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnSetting(static (context, setting) =>
    {
        if (context.Connections.KeepAlive.FlawOf(setting, context.CancellationToken) is not { } flaw)
            return;
        var name = setting.Property.Name;
        var because = flaw.Gap switch
        {
            KeepAliveGap.PingsOff => new Evidence("PingsOff", Location.None, null, name),
            KeepAliveGap.PongsOff => new Evidence("PongsOff", Location.None, null, name),
            _ => new Evidence("PongsMissing", Location.None, null, name, flaw.Timeout!.Name),
        };
        context.Report(Descriptor, setting.Assignment, [because], PropertiesOf(flaw), because);
    });

    private static ImmutableDictionary<string, string?> PropertiesOf(KeepAliveFlaw flaw)
    {
        var properties = ImmutableDictionary<string, string?>.Empty;
        // Pings alone cure nothing: where their answers cannot be waited for the fix has nothing to offer.
        if (flaw.Gap != KeepAliveGap.PongsMissing && flaw.Timeout is not null)
            properties = properties.Add(OwnValue, flaw.Gap.ToString());
        return flaw is { Timeout: { } timeout, IsTimeoutSet: false } ? properties.Add(MissingTimeout, timeout.Name) : properties;
    }
}
