using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using WebSocketAnalyzers.Rules.Receiving;

namespace WebSocketAnalyzers;

/// <summary>Hosts the rules of the category Receiving.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ReceivingAnalyzer : ConnectionAnalyzer
{
    /// <summary>Makes the analyzer; called by the compiler.</summary>
    public ReceivingAnalyzer()
        : base(
            new IncompleteMessageRule(),
            new WholeBufferRule(),
            new UnseenCloseRule(),
            new IgnoredReceiveRule(),
            new CancelledReceiveRule(),
            new AbandonedReceiveRule(),
            new SplitCharacterRule(),
            new SharedBufferRule(),
            new SpinningLoopRule(),
            new SerialAcceptRule(),
            new UnnoticedEndRule(),
            new NarrowGuardRule(),
            new UnlimitedMessageRule(),
            new ConcurrentReceiveRule())
    {
    }

    /// <inheritdoc/>
    private protected override bool ReportsBesideFacts => true;
}
