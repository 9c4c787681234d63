using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;

namespace WebSocketAnalyzers.Rules.Blocking;

/// <summary>
/// Reports: Wait, Result, GetAwaiter().GetResult(), WaitAll and WaitAny in a handler; anywhere, the wait for a TaskCompletionSource behind the send whose answer completes it.
/// Ignores: tasks that are known to be complete (awaited before, guarded by IsCompleted, antecedent of a continuation); zero timeouts; offloaded code;
/// connection operations inside a <c>lock</c> statement (WSA1007).
/// </summary>
internal sealed class TaskWaitRule : ConnectionRule
{
    /// <summary>WSA2001.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA2001", Categories.Blocking, DiagnosticSeverity.Warning);

    public TaskWaitRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnBlockingCall(static (context, call) =>
    {
        if (call.Kind != BlockingKind.Task
            || (context.HandlerAround(call.Operation) ?? context.Connections.BlockedAnswers.At(call, context.ContainingSymbol, context.CancellationToken)) is not { } because)
        {
            return;
        }

        // Where nothing can be awaited, or a lock is meant to cover the call, another rule says so.
        if (context.Connections.BlockedConnections.At(call, context.ContainingSymbol, context.CancellationToken) is null && context.Connections.Locked.BlockedAt(call.Operation, context.CancellationToken) is null)
            context.Report(Descriptor, call.Operation, [because], null, call.Name, because);
    });
}
