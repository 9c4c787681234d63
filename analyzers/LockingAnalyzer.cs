using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using WebSocketAnalyzers.Rules.Locking;

namespace WebSocketAnalyzers;

/// <summary>Hosts the rules of the category Locking.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LockingAnalyzer : ConnectionAnalyzer
{
    /// <summary>Makes the analyzer; called by the compiler.</summary>
    public LockingAnalyzer()
        : base(
            new SharedLockRule(),
            new UntakenReleaseRule(),
            new UnreleasedLockRule(),
            new IgnoredTimeoutRule(),
            new UnawaitedLockRule(),
            new ThreadAffineLockRule(),
            new UncoveredSendRule(),
            new ReenteredLockRule(),
            new UnsharedLockRule(),
            new HeldReceiveRule(),
            new UnlimitedLockRule(),
            new DisposedLockRule())
    {
    }

    /// <inheritdoc/>
    private protected override bool ReportsBesideFacts => true;
}
