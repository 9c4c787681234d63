using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using WebSocketAnalyzers.Rules.Lifetime;

namespace WebSocketAnalyzers;

/// <summary>Hosts the rules of the category Lifetime.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LifetimeAnalyzer : ConnectionAnalyzer
{
    /// <summary>Makes the analyzer; called by the compiler.</summary>
    public LifetimeAnalyzer()
        : base(
            new UndisposedConnectionRule(),
            new UndisposedMemberRule(),
            new ReplacedConnectionRule(),
            new RepeatedConnectRule(),
            new UnclosedConnectionRule(),
            new UnlimitedCloseRule(),
            new AbandonedSocketRule(),
            new CancelledCloseRule())
    {
    }

    /// <inheritdoc/>
    private protected override bool ReportsBesideFacts => true;
}
