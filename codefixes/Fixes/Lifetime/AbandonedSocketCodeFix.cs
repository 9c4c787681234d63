using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.CodeFixes.Fixes.Sending;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;
using WebSocketAnalyzers.Rules.Lifetime;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Lifetime;

/// <summary>
/// WSA3005: awaits the loop that was dropped, where that is the last act of the handler; what stands behind it would otherwise wait for the end of the connection.
/// A socket that is only stored has nothing to await.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AbandonedSocketCodeFix))]
public sealed class AbandonedSocketCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(AbandonedSocketRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(new FixAction("AwaitLoop", "Await", PlanAsync));

    private static async Task<Planned> PlanAsync(FixSite site, CancellationToken cancellationToken)
    {
        if (site.Model.GetOperation(site.Node, cancellationToken) is not IInvocationOperation call
            || DroppedTasks.FormOf(call) is null
            // Of StartNew with an async lambda only the start would be awaited.
            || Editing.TaskTypes.IsTask(Editing.TaskTypes.ResultOf(call.TargetMethod.ReturnType))
            || site.Node.FirstAncestorOrSelf<StatementSyntax>() is not { } statement || !LastAct.Is(statement))
        {
            return new ConversionRefusal(RefusalKind.NotThisShape, site.Node.GetLocation(), null);
        }
        var connections = ConnectionModel.For(site.Model.Compilation, site.Document.Project.AnalyzerOptions, cancellationToken);
        if (HeldLocks.ForbidAwait(call, connections, site.Model, cancellationToken) is { } wait)
            return new ConversionRefusal(RefusalKind.Lock, wait.Syntax.GetLocation(), null);
        return await AwaitExpression.PlanAsync(site.Session, site.Document, site.Node, cancellationToken).ConfigureAwait(false);
    }
}
