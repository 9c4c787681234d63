using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Rules.Receiving;

/// <summary>
/// Reports: a receive, or the start of a receive loop, behind the start of a loop that nobody has waited for and that reads the same connection.
/// Ignores: receives before the loop is started; loops of which one or the other is started; loops that are awaited, cancelled or locked in between; a connection that is replaced.
/// </summary>
internal sealed class ConcurrentReceiveRule : ConnectionRule
{
    /// <summary>WSA5008.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA5008", Categories.Receiving, DiagnosticSeverity.Warning);

    public ConcurrentReceiveRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts)
    {
        facts.OnConnectionCall(static (context, call) =>
        {
            if (call.Facts.Is(ApiKind.Receive))
                Report(context, call.Call);
        });
        facts.OnSourceCall(Report);
        facts.OnOffload(Report);
    }

    private static void Report(FactContext context, IInvocationOperation receive)
    {
        if (context.Connections.Concurrent.Beside(receive, context.CancellationToken) is not { } loop)
            return;
        var started = new Evidence("ReceiveLoopStarted", loop.Call.Syntax.GetLocation(), null, loop.Call.TargetMethod.ShortName());
        // The wait, where there is one: the call itself may have other mistakes.
        var place = ValueFlow.AwaitOf(receive) ?? (IOperation)receive;
        context.Report(Descriptor, place, new[] { started }, null, receive.TargetMethod.ShortName(), started);
    }
}
