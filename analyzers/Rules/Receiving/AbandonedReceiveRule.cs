using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Rules.Receiving;

/// <summary>
/// Reports: a wait with a limit (<c>Task.WhenAny</c>, <c>WaitAsync</c>) for a receive that goes on running when the wait is over, while the code starts the next receive on the same
/// connection: the one that was left behind takes the data.
/// Ignores: tasks that are kept and waited for again; connections that are left, closed or disposed when the time is over; receives whose own token ends them.
/// </summary>
internal sealed class AbandonedReceiveRule : ConnectionRule
{
    /// <summary>WSA5006.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA5006", Categories.Receiving, DiagnosticSeverity.Warning);

    public AbandonedReceiveRule()
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
    }

    private static void Report(FactContext context, IInvocationOperation receive)
    {
        if (context.Connections.AbandonedReceives.At(receive, context.CancellationToken) is not { } abandoned || !context.Connections.AbandonedReceives.IsFirstOf(abandoned.Wait, receive, context.CancellationToken))
            return;
        var next = new Evidence("NextReceive", abandoned.Next.Syntax.GetLocation(), null, abandoned.Next.TargetMethod.ShortName());
        context.Report(Descriptor, abandoned.Wait, new[] { next }, null, receive.TargetMethod.ShortName(), next);
    }
}
