using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Rules.Locking;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Locking;

/// <summary>WSA1006: puts a semaphore, which belongs to no thread, in the place of the lock.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ThreadAffineLockCodeFix))]
public sealed class ThreadAffineLockCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create(ThreadAffineLockRule.Descriptor.Id);

    /// <inheritdoc/>
    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(new FixAction("GateForLock", "GateForLock", PlanAsync));

    private static async Task<Planned> PlanAsync(FixSite site, CancellationToken cancellationToken)
    {
        if (PassToken.CallAt(site.Node) is not { } call || LockUse.LockOf(call) is not { } expression)
            return new ConversionRefusal(RefusalKind.NotThisShape, site.Node.GetLocation(), null);
        var connections = ConnectionModel.For(site.Model.Compilation, site.Document.Project.AnalyzerOptions, cancellationToken);
        return await GateForLock.PlanAsync(site.Session, site.Document, expression, connections, cancellationToken).ConfigureAwait(false);
    }
}
