using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;

namespace WebSocketAnalyzers.Rules.Receiving;

/// <summary>
/// Reports: a receive loop that is guarded against WebSocketException only, or against cancellations by its own token only, in a body whose failures nobody observes.
/// Ignores: loops with an outer guard, guards with a filter of their own, bodies that somebody may await, loops without any guard.
/// </summary>
internal sealed class NarrowGuardRule : ConnectionRule
{
    /// <summary>WSA5009.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA5009", Categories.Receiving, DiagnosticSeverity.Info);

    public NarrowGuardRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnReceive(static (context, receive) =>
    {
        if (context.Connections.Guards.LeakAround(receive, context.ContainingSymbol, context.CancellationToken) is not var (clause, because) || clause.Declaration is not { } declaration)
            return;
        context.Report(Descriptor, declaration, Descriptor.DefaultSeverity, [because], null, declaration.Type.ToString(), because);
    });
}
