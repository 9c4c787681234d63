using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Rules.Locking;

/// <summary>
/// Reports: a lock that several connections share, held across an awaited send, receive, connect or close on a connection of their own.
/// Ignores: locks around anything but connections; locks whose only connection is as shared as they are; throttles, whose count is above one;
/// locks that another member releases.
/// </summary>
internal sealed class SharedLockRule : ConnectionRule
{
    /// <summary>WSA1001.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA1001", Categories.Locking, DiagnosticSeverity.Warning);

    public SharedLockRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnLockWait(static (context, wait) =>
    {
        var locks = context.Connections.Locks;
        if (locks.Of(wait, context.CancellationToken) is not { Lock: var named } || named.ReferencedSymbol() is not { } gate || wait.SemanticModel is not { } model)
            return;
        if (context.Connections.Sharing.Of(gate, wait.Syntax, context.CancellationToken) is not { } shared || !locks.AdmitsOne(gate, named.Type, model.Compilation, context.CancellationToken))
            return;
        var held = locks.StatementsUnder(wait, context.CancellationToken);
        if (context.Connections.Guarded.First(held, gate, shared, model, context.CancellationToken) is not { Operation: var operation })
            return;
        var guarded = new Evidence("HeldAcross", operation.Syntax.GetLocation(), null, operation.TargetMethod.ShortName());
        context.Report(Descriptor, wait, [guarded, shared], null, gate.Name, shared, guarded);
    });
}
