using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Rules.Blocking;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Blocking;

/// <summary>WSA2001: awaits the task.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(TaskWaitCodeFix))]
public sealed class TaskWaitCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create(TaskWaitRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(
        new FixAction("Await", "Await", static (site, cancellationToken) => AwaitExpression.PlanAsync(site.Session, site.Document, site.Node, cancellationToken)));
}
