using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Rules.Sending;

/// <summary>
/// Reports: the close of a WebSocket in a field or property without the lock that every send on it takes.
/// Ignores: connections of which some send takes no lock; closes under the lock, also that of a caller; closes behind the await of a task that the object keeps; dropped closes; semaphores that let several in.
/// </summary>
internal sealed class RacingCloseRule : ConnectionRule
{
    /// <summary>WSA4012.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA4012", Categories.Sending, DiagnosticSeverity.Info);

    /// <summary>The property that carries the name of the lock, when the close may take it.</summary>
    public const string Gate = "gate";

    public RacingCloseRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnConnectionCall(static (context, call) =>
    {
        if (context.Connections.RacingCloses.At(call, context.ContainingSymbol, context.CancellationToken) is not { } race)
            return;
        var properties = race.MayTakeGate ? ImmutableDictionary<string, string?>.Empty.Add(Gate, race.Gate.Name) : null;
        context.Report(Descriptor, call.Call, [race.Because], properties, call.Call.TargetMethod.ShortName(), race.Gate.Name, race.Because);
    });
}
