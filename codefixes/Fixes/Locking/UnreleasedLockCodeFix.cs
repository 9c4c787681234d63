using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Rules.Locking;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Locking;

/// <summary>WSA1003: releases the lock in a <c>finally</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UnreleasedLockCodeFix))]
public sealed class UnreleasedLockCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(UnreleasedLockRule.Descriptor.Id);

    /// <inheritdoc/>
    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(new FixAction("ReleaseInFinally", "ReleaseInFinally", PlanAsync));

    private static Task<Planned> PlanAsync(FixSite site, CancellationToken cancellationToken)
    {
        var connections = ConnectionModel.For(site.Model.Compilation, site.Document.Project.AnalyzerOptions, cancellationToken);
        return Task.FromResult(LockWait.At(site.Model, connections, site.Node, cancellationToken) is { } wait
            ? ReleaseInFinally.Plan(wait, cancellationToken)
            : new ConversionRefusal(RefusalKind.NotThisShape, site.Node.GetLocation(), null));
    }
}
