using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using WebSocketAnalyzers.Rules.Sending;

namespace WebSocketAnalyzers;

/// <summary>Hosts the rules of the category Sending.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SendingAnalyzer : ConnectionAnalyzer
{
    /// <summary>Makes the analyzer; called by the compiler.</summary>
    public SendingAnalyzer()
        : base(
            new DroppedSendRule(),
            new DiscardedSendRule(),
            new BackgroundSendRule(),
            new AsyncVoidConnectionRule(),
            new AsyncVoidEndpointRule(),
            new OverlappingWriteRule(),
            new OverlappingSendRule(),
            new LostBufferRule(),
            new SerialBroadcastRule(),
            new BlindPushRule(),
            new ForgottenLoopRule())
    {
    }
}
