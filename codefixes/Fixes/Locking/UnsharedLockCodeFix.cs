using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Rules.Locking;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Locking;

/// <summary>WSA1009: makes the lock a field of the class that owns the connection.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UnsharedLockCodeFix))]
public sealed class UnsharedLockCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create(UnsharedLockRule.Descriptor.Id);

    /// <inheritdoc/>
    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(new FixAction("GateAsField", "GateAsField", PlanAsync));

    private static Task<Planned> PlanAsync(FixSite site, CancellationToken cancellationToken) => Task.FromResult(
        GateAsField.Plan(site.Node, site.Model, ConnectionModel.For(site.Model.Compilation, site.Document.Project.AnalyzerOptions, cancellationToken), cancellationToken));
}
