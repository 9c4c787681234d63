using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Connections;

namespace WebSocketAnalyzers.Rules.Receiving;

/// <summary>
/// Reports: a catch inside a receive or accept loop that swallows what the lost connection throws, so that the next turn fails again at once; and a receive loop that
/// only steps over the receive when its WebSocket is closed.
/// Ignores: loops that are left, wait, count, make a new connection, or run code that may do so; conditions that the loss of the connection may change.
/// </summary>
internal sealed class SpinningLoopRule : ConnectionRule
{
    /// <summary>WSA5007.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA5007", Categories.Receiving, DiagnosticSeverity.Warning);

    /// <summary>The property of diagnostics about loops that have nothing to do without their connection: leaving them is the cure.</summary>
    public const string EndsWithConnection = "endsWithConnection";

    private static readonly ImmutableDictionary<string, string?> Ends = ImmutableDictionary<string, string?>.Empty.Add(EndsWithConnection, null);

    public SpinningLoopRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts)
    {
        facts.OnConnectionCall(static (context, call) =>
        {
            if (call.Facts.Is(ApiKind.Receive | ApiKind.Accept))
                Report(context, call.Call);
        });
        facts.OnSourceCall(Report);
    }

    private static void Report(FactContext context, IInvocationOperation call)
    {
        var loops = context.Connections.Spinning;
        Report(context, loops.AfterFailure(call, context.CancellationToken));
        Report(context, loops.WhileClosed(call, context.CancellationToken));
    }

    private static void Report(FactContext context, SpinningLoop? loop)
    {
        if (loop is not null)
            context.Report(Descriptor, loop.Place, Descriptor.DefaultSeverity, [loop.Because], loop.EndsWithConnection ? Ends : null, loop.Because);
    }
}
