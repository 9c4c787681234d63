using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>Where offloaded work runs.</summary>
internal enum OffloadTo
{
    /// <summary><c>Task.Run</c>: a thread of the pool.</summary>
    Pool,
    /// <summary><c>Task.Factory.StartNew</c> with <c>LongRunning</c>: a thread of its own.</summary>
    Thread,
}

/// <summary>Runs an expression elsewhere and awaits it.</summary>
internal static class Offload
{
    private const string Key = "offload";

    /// <summary>The plan for the expression or statement at <paramref name="node"/>, or why it cannot run elsewhere.</summary>
    public static async Task<Planned> PlanAsync(
        EditSession session, Document document, SyntaxNode node, OffloadTo where, CancellationToken cancellationToken)
    {
        if (await session.ModelAsync(document, cancellationToken).ConfigureAwait(false) is not { } model || ExpressionAt(node) is not { } expression)
            return new ConversionRefusal(RefusalKind.NotThisShape, node.GetLocation(), null);
        if (OffloadObstacles.Find(model, expression, cancellationToken) is { } refusal)
            return refusal;
        var planned = await MakeAsync.PlanAsync(session, document, expression, cancellationToken).ConfigureAwait(false);
        var configure = ConfigureAwaitStyle.AppliesAt(expression);
        return planned.Then(target => target.Edit(expression, EditOrder.Offload, Key, current => Wrap(target, expression, (ExpressionSyntax)current, where, configure)));
    }

    private static ExpressionSyntax Wrap(EditSession session, ExpressionSyntax original, ExpressionSyntax current, OffloadTo where, bool configure)
    {
        // An await, here or further in, has come from another fix and is the better one; what runs elsewhere already is not moved twice.
        if (SyntaxShapes.OwnNodes(current).Any(static node => node is AwaitExpressionSyntax) || IsInsideOffload(session, original))
            return current;
        var lambda = SyntaxFactory.ParenthesizedLambdaExpression(
            SyntaxFactory.ParameterList().WithTrailingTrivia(SyntaxFactory.Space),
            current.WithoutTrivia())
            .WithArrowToken(SyntaxShapes.Spaced(SyntaxKind.EqualsGreaterThanToken));
        ExpressionSyntax work = where == OffloadTo.Pool
            ? SyntaxFactory.InvocationExpression(SyntaxShapes.Member(TaskTypes.Task(), "Run"), SyntaxShapes.Arguments(lambda))
            : SyntaxFactory.InvocationExpression(
                SyntaxShapes.Member(SyntaxShapes.Member(TaskTypes.Task(), "Factory"), "StartNew"),
                SyntaxShapes.Arguments(
                    lambda,
                    TaskTypes.FrameworkMember("System.Threading.CancellationToken", "None"),
                    TaskTypes.FrameworkMember("System.Threading.Tasks.TaskCreationOptions", "LongRunning"),
                    TaskTypes.FrameworkMember("System.Threading.Tasks.TaskScheduler", "Default")));
        if (configure)
            work = SyntaxShapes.ConfigureAwaitFalse(work);
        var awaited = SyntaxShapes.Await(work).WithTriviaFrom(current);
        return SyntaxShapes.NeedsParentheses(original) ? SyntaxShapes.Parenthesise(awaited) : awaited;
    }

    private static bool IsInsideOffload(EditSession session, ExpressionSyntax original)
    {
        for (var node = original.Parent; node is not null && !SyntaxShapes.IsFunction(node) && node is not MemberDeclarationSyntax; node = node.Parent)
        {
            if (session.HasEdit(node, Key))
                return true;
        }
        return false;
    }

    // The whole `?.` chain when the blocking member is a part of it.
    private static ExpressionSyntax? ExpressionAt(SyntaxNode node)
    {
        var expression = node switch
        {
            ExpressionStatementSyntax statement => statement.Expression,
            ArgumentSyntax argument => argument.Expression,
            EqualsValueClauseSyntax initializer => initializer.Value,
            ArrowExpressionClauseSyntax arrow => arrow.Expression,
            _ => node as ExpressionSyntax,
        };
        while (true)
        {
            switch (expression?.Parent)
            {
                case MemberAccessExpressionSyntax access when access.Name == expression:
                    expression = access;
                    continue;
                case MemberBindingExpressionSyntax binding when binding.Name == expression:
                    expression = binding;
                    continue;
                case InvocationExpressionSyntax call when call.Expression == expression:
                    expression = call;
                    continue;
            }
            return expression is null ? null : ConditionalChain.Outermost(expression) ?? expression;
        }
    }
}
