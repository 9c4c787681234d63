using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Rules.Liveness;

/// <summary>
/// Reports: a timeout that only synchronous calls obey, on a connection whose every use in that direction is asynchronous.
/// Ignores: connections that are also used synchronously, or that go where not all their uses can be seen; a timeout that is switched off.
/// </summary>
internal sealed class SynchronousTimeoutRule : ConnectionRule
{
    /// <summary>WSA6005.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA6005", Categories.Liveness, DiagnosticSeverity.Warning);

    public SynchronousTimeoutRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnSetting(static (context, setting) =>
    {
        if (context.Connections.Timeouts.IgnoredBy(setting, context.CancellationToken) is not { } call)
            return;
        var because = new Evidence("CalledAsynchronously", call.Syntax.GetLocation(), null, call.TargetMethod.ShortName());
        context.Report(Descriptor, setting.Assignment, [because], null, setting.Property.Name, because);
    });
}
