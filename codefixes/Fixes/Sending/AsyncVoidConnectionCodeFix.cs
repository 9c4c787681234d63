using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Rules.Sending;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Sending;

/// <summary>
/// WSA4004, by shape: a loop method's lambda becomes an awaited loop; a method that need not return nothing returns its task; what must return nothing catches everything. Loops over
/// connections stay as they are, because an await for each item lets one slow peer hold up the others.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AsyncVoidConnectionCodeFix))]
public sealed class AsyncVoidConnectionCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(AsyncVoidConnectionRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(
        new FixAction("ForEachAsync", "ForEachAsync", PlanParallelAsync),
        new FixAction("AwaitInLoop", "AwaitInLoop", PlanLoopAsync),
        ReturnTask.Action,
        new FixAction("CatchAll", "CatchAll", PlanCatch));

    private static async Task<Planned> PlanParallelAsync(FixSite site, CancellationToken cancellationToken)
    {
        if (LoopLambda.Of(site.Model, site.Node, cancellationToken) is not { IsParallel: true } loop
            || !loop.IsSequenceStable(site.Model, cancellationToken)
            || loop.ToForEachAsync(site.Model) is not { } edit)
        {
            return Refuse(site);
        }
        return await PlanAwaitAsync(site, loop, edit, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<Planned> PlanLoopAsync(FixSite site, CancellationToken cancellationToken)
    {
        if (LoopLambda.Of(site.Model, site.Node, cancellationToken) is not { IsParallel: false } loop
            || !loop.IsSequenceStable(site.Model, cancellationToken)
            || site.Model.GetOperation(loop.Lambda, cancellationToken) is not IAnonymousFunctionOperation lambda
            || ConnectionModel.For(site.Model.Compilation, site.Document.Project.AnalyzerOptions, cancellationToken).Sends.IsRunAboutAnotherConnection(lambda, cancellationToken)
            || loop.ToForEach(site.Model) is not { } edit)
        {
            return Refuse(site);
        }
        return await PlanAwaitAsync(site, loop, edit, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The loop is awaited where it stands, as far as its function and those that call it may wait.</summary>
    private static async Task<Planned> PlanAwaitAsync(FixSite site, LoopLambda loop, Action<EditSession> edit, CancellationToken cancellationToken)
    {
        if (site.Model.GetOperation(loop.Call, cancellationToken) is not IInvocationOperation call)
            return Refuse(site);
        var connections = ConnectionModel.For(site.Model.Compilation, site.Document.Project.AnalyzerOptions, cancellationToken);
        if (HeldLocks.ForbidAwait(call, connections, site.Model, cancellationToken) is not null
            || await ConnectionLoops.AroundAsync(site.Session, connections, [new ModelledCall(site.Model, call)], cancellationToken).ConfigureAwait(false) is not null)
        {
            return Refuse(site);
        }
        var planned = await MakeAsync.PlanAsync(site.Session, site.Document, loop.Call, cancellationToken).ConfigureAwait(false);
        return planned.Then(edit);
    }

    private static Task<Planned> PlanCatch(FixSite site, CancellationToken cancellationToken)
    {
        // The keyword of a lambda is a part of it; nothing smaller has that span.
        Planned planned = CatchAll.Plan(site.Model, site.Node) is { } plan ? plan : Refuse(site);
        return Task.FromResult(planned);
    }

    private static ConversionRefusal Refuse(FixSite site) => new(RefusalKind.NotThisShape, site.Node.GetLocation(), null);
}
