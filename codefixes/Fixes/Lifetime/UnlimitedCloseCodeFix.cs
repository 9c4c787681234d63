using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Rules.Lifetime;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Lifetime;

/// <summary>WSA3007: a fresh token that times out; the connection of a peer that does not answer in time, or is gone, is aborted.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UnlimitedCloseCodeFix))]
public sealed class UnlimitedCloseCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(UnlimitedCloseRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(new FixAction("LimitClose", "LimitClose", PlanAsync));

    private static Task<Planned> PlanAsync(FixSite site, CancellationToken cancellationToken) =>
        BoundedToken.PlanAsync(site.Session, site.Document, site.Node, CloseBound.Fresh, cancellationToken);
}
