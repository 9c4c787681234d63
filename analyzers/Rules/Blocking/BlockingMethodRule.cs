using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Rules.Blocking;

/// <summary>
/// Reports: in a handler, a call of a synchronous source method that blocks, itself or through further calls. The message names the call that blocks.
/// Ignores: methods that are handlers themselves, where the blocking call is reported in its own place; asynchronous methods; sequences that are
/// not gone through here; what blocks only in offloaded code.
/// </summary>
internal sealed class BlockingMethodRule : ConnectionRule
{
    /// <summary>WSA2005.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA2005", Categories.Blocking, DiagnosticSeverity.Warning);

    public BlockingMethodRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnSourceCall(static (context, call) =>
    {
        var connections = context.Connections;
        if (call.TargetMethod.IsAsync || context.HandlerAround(call) is not { } handler)
            return;
        if (connections.Methods.Target(call, context.CancellationToken) is not { IsAsync: false } target || connections.Handlers.Of(target, context.CancellationToken) is not null)
            return;
        if (!Summaries.RunsHere(call, target, context.CancellationToken))
            return;
        if (connections.Summaries.Blocks(target, context.CancellationToken) is not { } reached || IsReportedInPlace(context, reached))
            return;
        var leaf = new Evidence("Blocks", reached.Leaf.Operation.Syntax.GetLocation(), null, reached.Leaf.Name);
        context.Report(Descriptor, call, [leaf, handler], Counterparts.Property(reached.Leaf), call.TargetMethod.ShortName(), leaf, handler);
    });

    /// <summary>Whether the path comes through a handler, in which the leaf, or the call towards it, has a diagnostic of its own.</summary>
    private static bool IsReportedInPlace(FactContext context, ReachedBlock reached)
    {
        foreach (var step in reached.Path)
        {
            if (context.Connections.Handlers.Of(step.Target, context.CancellationToken) is not null)
                return true;
        }

        return false;
    }
}
