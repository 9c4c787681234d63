using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Rules.Lifetime;

/// <summary>
/// Reports: a field or auto-property that gets a new connection while nobody disposes the one before: in a loop, behind code that uses the old one, in a method of a type that never disposes it.
/// Ignores: constructors and initialisers; ways on which the member is null, disposed, copied to a local that is disposed, or handled by a method that disposes it; members that others dispose.
/// </summary>
internal sealed class ReplacedConnectionRule : ConnectionRule
{
    /// <summary>WSA3003.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA3003", Categories.Lifetime, DiagnosticSeverity.Warning);

    public ReplacedConnectionRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnCreation(static (context, creation) =>
    {
        if (context.Connections.Replacements.By(creation, context.CancellationToken) is { } replacement)
            context.Report(Descriptor, replacement.Write, [replacement.Because], null, replacement.Member.Name, creation.Type!.Name, replacement.Because);
    });
}
