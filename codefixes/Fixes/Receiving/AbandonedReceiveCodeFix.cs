using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;
using WebSocketAnalyzers.Rules.Receiving;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Receiving;

/// <summary>WSA5006: keeps the task of the receive and waits for it again in the next turn.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AbandonedReceiveCodeFix))]
public sealed class AbandonedReceiveCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(AbandonedReceiveRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(new FixAction("KeepReceive", "KeepReceive", PlanAsync));

    private static Task<Planned> PlanAsync(FixSite site, CancellationToken cancellationToken) => Task.FromResult(Plan(site, cancellationToken));

    private static Planned Plan(FixSite site, CancellationToken cancellationToken)
    {
        var connections = ConnectionModel.For(site.Model.Compilation, site.Document.Project.AnalyzerOptions, cancellationToken);
        if (Bodies.Around(site.Node) is not { } body)
            return Refuse(site);
        foreach (var node in body.DescendantNodes().OfType<InvocationExpressionSyntax>())
        {
            // Two receives may lose in one wait: each has its own diagnostic there, and the first fix keeps both tasks only if it is asked twice.
            if (site.Model.GetOperation(node, cancellationToken) is not IInvocationOperation receive || connections.AbandonedReceives.At(receive, cancellationToken) is not { } abandoned
                || abandoned.Wait.Syntax != site.Node || abandoned.Next.Syntax != receive.Syntax || PendingTask.Of(receive, site.Model, cancellationToken) is not { Waits.Length: 1 } task
                || AwaitOf(task, abandoned.Wait, site.Model, cancellationToken) is not { } awaiting)
            {
                continue;
            }

            var shape = PendingReceive.Of(
                connections, receive, task.Made, ImmutableArray.Create((ExpressionSyntax)receive.Syntax), awaiting,
                isSought => connections.AbandonedReceives.FirstWhilePending(receive, abandoned.Wait, isSought, cancellationToken), Timeouts.IsTimeoutOrBase, cancellationToken);
            if (shape is not null)
                return shape.Plan(site.Model, static start => start, static pending => pending);
        }

        return Refuse(site);
    }

    /// <summary>The only await of the task: that of its timed wait, or a later one of the local.</summary>
    private static IAwaitOperation? AwaitOf(PendingTask task, IInvocationOperation wait, SemanticModel model, CancellationToken cancellationToken)
    {
        if (wait.TargetMethod.Name == "WaitAsync")
            return AwaitAround(wait);
        if (task.Local is not { } local || Bodies.Around(wait.Syntax) is not { } body)
            return null;
        IAwaitOperation? only = null;
        foreach (var reference in ValueFlow.ReferencesTo(local, body, model, cancellationToken))
        {
            if (reference.Parent is IPropertyReferenceOperation { Property.Name: "Result" } || (AwaitAround(reference) is not null && only is not null))
                return null;
            only = AwaitAround(reference) ?? only;
        }

        return only;
    }

    private static IAwaitOperation? AwaitAround(IOperation task)
    {
        var value = task;
        while (value.Parent is IConversionOperation or IInvocationOperation { TargetMethod.Name: "ConfigureAwait" })
            value = value.Parent;
        return value.Parent as IAwaitOperation;
    }

    private static ConversionRefusal Refuse(FixSite site) => new(RefusalKind.NotThisShape, site.Node.GetLocation(), null);
}
