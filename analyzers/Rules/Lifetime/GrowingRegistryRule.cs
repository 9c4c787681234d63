using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Rules.Lifetime;

/// <summary>
/// Reports: a connection that is added to a collection of a static or singleton, which nothing in sight ever takes it out of.
/// Ignores: collections that somebody removes from, clears, replaces or is given; weak tables; collections that others may see; connections that a program makes itself.
/// </summary>
internal sealed class GrowingRegistryRule : ConnectionRule
{
    /// <summary>WSA3010.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA3010", Categories.Lifetime, DiagnosticSeverity.Info);

    public GrowingRegistryRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnAddition(static (context, addition) =>
    {
        if (!context.Connections.Registries.IsRegistry(addition.Collection))
            return;
        // That a handler leaves its socket there and returns is the greater mistake.
        if (context.Connections.AbandonedSockets.IsHandOver(addition.Operation, context.CancellationToken))
            return;
        var isForConnection = context.HandlerAround(addition.Operation) is not null;
        if (context.Connections.Registries.At(addition.Collection, addition.Added, isForConnection, context.CancellationToken) is { } because)
            context.Report(Descriptor, addition.Operation, [because], null, addition.Collection.WithoutConversions().ReferencedSymbol()!.Name, because);
    });
}
