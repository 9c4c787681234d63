using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Rules.Locking;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Locking;

/// <summary>WSA1005: awaits the wait.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UnawaitedLockCodeFix))]
public sealed class UnawaitedLockCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(UnawaitedLockRule.Descriptor.Id);

    /// <inheritdoc/>
    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(new FixAction("AwaitLock", "AwaitLock", PlanAsync));

    private static Task<Planned> PlanAsync(FixSite site, CancellationToken cancellationToken) =>
        AwaitExpression.PlanAsync(site.Session, site.Document, site.Node, cancellationToken);
}
