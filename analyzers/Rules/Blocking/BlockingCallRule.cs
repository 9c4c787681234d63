using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Connections;

namespace WebSocketAnalyzers.Rules.Blocking;

/// <summary>
/// Reports: in a handler, a catalogued blocking call that has no asynchronous counterpart (wait handles, events, BlockingCollection, Thread.Join, the console); in any asynchronous function,
/// the wait for an event behind a send that it awaits, which is the wait for the peer's answer.
/// Ignores: zero timeouts; offloaded code, but for those waits; events in Main and in tests.
/// </summary>
internal sealed class BlockingCallRule : ConnectionRule
{
    /// <summary>WSA2004.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA2004", Categories.Blocking, DiagnosticSeverity.Warning);

    /// <summary>The property of diagnostics about code that runs on another thread already.</summary>
    public const string IsOffloaded = "isOffloaded";

    private static readonly ImmutableDictionary<string, string?> Offloaded = ImmutableDictionary<string, string?>.Empty.Add(IsOffloaded, null);

    public BlockingCallRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnBlockingCall(static (context, call) =>
    {
        if (call.Kind != BlockingKind.NoCounterpart)
            return;
        var answers = context.Connections.BlockedAnswers;
        if ((context.HandlerAround(call.Operation) ?? answers.At(call, context.ContainingSymbol, context.CancellationToken)) is not { } because)
            return;
        if (!(call.Operation is IInvocationOperation wait && context.Connections.HeldAwaits.Of(wait, context.CancellationToken) is not null))
            context.Report(Descriptor, call.Operation, [because], answers.IsOffloaded(call) ? Offloaded : null, call.Name, because);
    });
}
