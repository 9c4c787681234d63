using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using WebSocketAnalyzers.Rules.Blocking;

namespace WebSocketAnalyzers;

/// <summary>Hosts the rules of the category Blocking.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class BlockingAnalyzer : ConnectionAnalyzer
{
    /// <summary>Makes the analyzer; called by the compiler.</summary>
    public BlockingAnalyzer()
        : base(new TaskWaitRule(), new SleepRule(), new SynchronousCallRule(), new BlockingCallRule(), new BlockingMethodRule(), new ComputationRule(), new ConsoleReadRule(), new HiddenLoopRule(), new BlockedConnectionRule())
    {
    }
}
