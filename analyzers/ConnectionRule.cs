using Microsoft.CodeAnalysis;

namespace WebSocketAnalyzers;

/// <summary>One rule: its descriptor, and the facts it wants to hear of. Holds nothing per compilation.</summary>
internal abstract class ConnectionRule
{
    /// <param name="descriptor">What the rule reports.</param>
    protected ConnectionRule(DiagnosticDescriptor descriptor) => Rule = descriptor;

    /// <summary>What the rule reports.</summary>
    public DiagnosticDescriptor Rule { get; }

    /// <summary>Subscribes to facts. Called once a compilation, and only when the rule is on.</summary>
    public abstract void Register(FactSubscriptions facts);
}
