using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Rules.Locking;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Locking;

/// <summary>WSA1004: looks at the answer of the wait.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(IgnoredTimeoutCodeFix))]
public sealed class IgnoredTimeoutCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(IgnoredTimeoutRule.Descriptor.Id);

    /// <inheritdoc/>
    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(new FixAction("CheckTimeout", "CheckTimeout", PlanAsync));

    private static Task<Planned> PlanAsync(FixSite site, CancellationToken cancellationToken)
    {
        var connections = ConnectionModel.For(site.Model.Compilation, site.Document.Project.AnalyzerOptions, cancellationToken);
        return Task.FromResult(LockWait.At(site.Model, connections, site.Node, cancellationToken) is { } wait
            ? CheckedTimeout.Plan(wait, cancellationToken)
            : new ConversionRefusal(RefusalKind.NotThisShape, site.Node.GetLocation(), null));
    }
}
