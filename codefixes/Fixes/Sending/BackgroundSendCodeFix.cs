using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;
using WebSocketAnalyzers.Rules.Sending;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Sending;

/// <summary>
/// WSA4003: awaits the work in the background; a work item of the thread pool, which has no task, becomes <c>Task.Run</c>. Not offered where the await would mean something else: for work that
/// waits a while before it sends, a close that may never be answered, and StartNew with an async lambda, of which only the start would be awaited.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(BackgroundSendCodeFix))]
public sealed class BackgroundSendCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(BackgroundSendRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(new FixAction("Await", "Await", PlanAsync));

    private static async Task<Planned> PlanAsync(FixSite site, CancellationToken cancellationToken)
    {
        if (site.Model.GetOperation(site.Node, cancellationToken) is not IInvocationOperation call
            || (Editing.TaskTypes.IsTask(Editing.TaskTypes.ResultOf(call.TargetMethod.ReturnType)) && call.Parent is not IArgumentOperation))
        {
            return Refuse(site, RefusalKind.NotThisShape);
        }
        var connections = ConnectionModel.For(site.Model.Compilation, site.Document.Project.AnalyzerOptions, cancellationToken);
        foreach (var argument in call.Arguments)
        {
            if (connections.Delegates.CodeOf(argument.Value, cancellationToken) is { } body && WaitsBeside(body, connections, cancellationToken))
                return Refuse(site, RefusalKind.EndlessWait);
        }
        if (DroppedTasks.FormOf(call) is not null)
            return await AwaitSend.PlanAsync(site, cancellationToken).ConfigureAwait(false);

        if (site.Node is not InvocationExpressionSyntax { Parent: ExpressionStatementSyntax } item || WorkOf(item) is null
            || HeldLocks.ForbidAwait(call, connections, site.Model, cancellationToken) is not null
            || await ConnectionLoops.AroundAsync(site.Session, connections, [new ModelledCall(site.Model, call)], cancellationToken).ConfigureAwait(false) is not null)
        {
            return Refuse(site, RefusalKind.NotThisShape);
        }
        var planned = await MakeAsync.PlanAsync(site.Session, site.Document, item, cancellationToken).ConfigureAwait(false);
        var configure = ConfigureAwaitStyle.AppliesAt(item);
        return planned.Then(session => session.Edit(item, EditOrder.Await, "work item", current => AsTask((InvocationExpressionSyntax)current, configure)));
    }

    /// <summary>Whether the work lasts for another reason than its send: a delay, or a close that only the peer's answer ends.</summary>
    private static bool WaitsBeside(SyntaxNode body, ConnectionModel connections, CancellationToken cancellationToken)
    {
        if (BodyFacts.OperationOf(body, connections.Summaries.ModelOf(body), cancellationToken) is not { } root)
            return true;
        foreach (var operation in root.SelfAndDescendantsInBody())
        {
            if (operation is IInvocationOperation call
                && (call.TargetMethod is { Name: nameof(Task.Delay), ContainingType.Name: nameof(Task) } || connections.Apis.Of(call).Is(ApiKind.Sleeps) || connections.Waits.WouldCloseWithoutEnd(call, cancellationToken)))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The expression whose task the work item drops, when it does nothing else and has no use for a state.</summary>
    private static ExpressionSyntax? WorkOf(InvocationExpressionSyntax item)
    {
        if (item.ArgumentList.Arguments.Only()?.Expression is not LambdaExpressionSyntax lambda)
            return null;
        var parameter = lambda switch
        {
            SimpleLambdaExpressionSyntax simple => simple.Parameter,
            ParenthesizedLambdaExpressionSyntax several => several.ParameterList.Parameters.Only(),
            _ => null,
        };
        var work = lambda.Body switch
        {
            ExpressionSyntax expression => expression,
            BlockSyntax { Statements: { Count: 1 } statements } => (statements[0] as ExpressionStatementSyntax)?.Expression,
            _ => null,
        };
        // "_ = F()" in a lambda whose parameter is called "_" would be an assignment to it.
        if (work is AssignmentExpressionSyntax || parameter is null || SyntaxShapes.HasComments(lambda))
            return null;
        return work is null || work.DescendantNodesAndSelf().Any(node => node is IdentifierNameSyntax name && name.Identifier.ValueText == parameter.Identifier.ValueText) || work is ConditionalAccessExpressionSyntax ? null : work;
    }

    private static ExpressionSyntax AsTask(InvocationExpressionSyntax item, bool configure)
    {
        if (WorkOf(item) is not { } work)
            return item;
        var lambda = SyntaxFactory.ParenthesizedLambdaExpression(SyntaxFactory.ParameterList().WithTrailingTrivia(SyntaxFactory.Space), work.WithoutTrivia())
            .WithArrowToken(SyntaxShapes.Spaced(SyntaxKind.EqualsGreaterThanToken));
        ExpressionSyntax run = SyntaxFactory.InvocationExpression(SyntaxShapes.Member(Editing.TaskTypes.Task(), "Run"), SyntaxShapes.Arguments(lambda));
        return SyntaxShapes.Await(configure ? SyntaxShapes.ConfigureAwaitFalse(run) : run).WithTriviaFrom(item);
    }

    private static ConversionRefusal Refuse(FixSite site, RefusalKind kind) => new(kind, site.Node.GetLocation(), null);
}
