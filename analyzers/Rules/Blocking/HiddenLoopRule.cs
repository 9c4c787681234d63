using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Rules.Blocking;

/// <summary>
/// Reports: StartNew with a delegate that works on a connection and hands back its task, where only the outer task is awaited or kept, or a thread of its own is asked for in vain.
/// Ignores: results that are unwrapped, or get out of sight as a task of a task; synchronous delegates; what a handler leaves behind with its socket, and loops whose task is dropped,
/// of which other rules speak.
/// </summary>
internal sealed class HiddenLoopRule : ConnectionRule
{
    /// <summary>WSA2008.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA2008", Categories.Blocking, DiagnosticSeverity.Warning);

    /// <summary>The property of diagnostics about work that goes on until the connection ends: to await it is to wait as long.</summary>
    public const string IsEndless = "isEndless";

    /// <summary>The property of diagnostics about work that Task.Run would lose as well.</summary>
    public const string IsLost = "isLost";

    public HiddenLoopRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnOffload(static (context, call) =>
    {
        var connections = context.Connections;
        if (connections.Hidden.At(call, context.CancellationToken) is not { } hidden || connections.AbandonedSockets.IsHandOver(call, context.CancellationToken)
            || connections.Sends.At(call, context.CancellationToken) is { Work: DroppedWork.ConnectionLoop })
        {
            return;
        }

        var properties = ImmutableDictionary<string, string?>.Empty;
        if (hidden.IsEndless)
            properties = properties.Add(IsEndless, null);
        if (hidden.IsLost)
            properties = properties.Add(IsLost, null);
        context.Report(Descriptor, call, [hidden.Because], properties, call.TargetMethod.ShortName(), hidden.Because);
    });
}
