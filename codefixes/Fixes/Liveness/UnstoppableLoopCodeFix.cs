using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Rules.Liveness;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Liveness;

/// <summary>WSA6003: passes the token of the background service or of the application, where one is in reach and the call has none to lose.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UnstoppableLoopCodeFix))]
public sealed class UnstoppableLoopCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(UnstoppableLoopRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(new FixAction("PassStoppingToken", "PassStoppingToken", PlanAsync));

    private static Task<Planned> PlanAsync(FixSite site, CancellationToken cancellationToken) =>
        Task.FromResult(WrittenToken.Plan(site.Node, site.Diagnostic.Properties.TryGetValue(UnstoppableLoopRule.Token, out var token) ? token : null));
}
