using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using WebSocketAnalyzers.Rules.Liveness;

namespace WebSocketAnalyzers;

/// <summary>Hosts the rules of the category Liveness.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LivenessAnalyzer : ConnectionAnalyzer
{
    /// <summary>Makes the analyzer; called by the compiler.</summary>
    public LivenessAnalyzer()
        : base(
            new UnlimitedConnectRule(),
            new UnnoticedPeerRule(),
            new SynchronousTimeoutRule(),
            new UnstoppableLoopRule(),
            new UnpassedTokenRule(),
            new UnreadPongRule())
    {
    }

    /// <inheritdoc/>
    private protected override bool ReportsBesideFacts => true;
}
