using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Rules.Locking;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Locking;

/// <summary>WSA1002: waits above the <c>try</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UntakenReleaseCodeFix))]
public sealed class UntakenReleaseCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(UntakenReleaseRule.Descriptor.Id);

    /// <inheritdoc/>
    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(new FixAction("WaitAboveTry", "WaitAboveTry", PlanAsync));

    private static Task<Planned> PlanAsync(FixSite site, CancellationToken cancellationToken)
    {
        var connections = ConnectionModel.For(site.Model.Compilation, site.Document.Project.AnalyzerOptions, cancellationToken);
        return Task.FromResult(LockWait.At(site.Model, connections, site.Node, cancellationToken) is { } wait
            ? WaitAboveTry.Plan(wait, null, cancellationToken)
            : new ConversionRefusal(RefusalKind.NotThisShape, site.Node.GetLocation(), null));
    }
}
