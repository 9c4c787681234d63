using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Rules.Liveness;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Liveness;

/// <summary>WSA6004: passes the token in reach.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UnpassedTokenCodeFix))]
public sealed class UnpassedTokenCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(UnpassedTokenRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(new FixAction("PassToken", "PassToken", PlanAsync));

    private static Task<Planned> PlanAsync(FixSite site, CancellationToken cancellationToken) =>
        Task.FromResult(WrittenToken.Plan(site.Node, site.Diagnostic.Properties.TryGetValue(UnpassedTokenRule.Token, out var token) ? token : null));
}
