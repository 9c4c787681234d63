using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>
/// Rewrites the returns of a function that has nothing to await but must return a task, because another implementation of the same
/// member does: async without an await would only draw a warning.
/// </summary>
internal static class TaskReturns
{
    /// <summary>The edits that make <paramref name="function"/> return completed tasks.</summary>
    public static IReadOnlyList<Action<EditSession>> Plan(SemanticModel model, SyntaxNode function, bool isVoid, CancellationToken cancellationToken)
    {
        switch (FunctionShape.BodyOf(function))
        {
            case ExpressionSyntax expression when !isVoid:
                return expression is ThrowExpressionSyntax ? [] : [WrapResult(expression)];
            case ExpressionSyntax expression:
                return expression is ThrowExpressionSyntax
                    ? []
                    : [session => session.Edit(function, EditOrder.Statement, "completed", ToBlock)];
            case BlockSyntax block:
                return InBlock(model, block, isVoid, cancellationToken);
            default:
                return [];
        }
    }

    private static List<Action<EditSession>> InBlock(SemanticModel model, BlockSyntax block, bool isVoid, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var edits = new List<Action<EditSession>>();
        foreach (var node in SyntaxShapes.OwnNodes(block))
        {
            if (node is not ReturnStatementSyntax statement)
                continue;
            if (statement.Expression is { } value)
                edits.Add(WrapResult(value));
            else
                edits.Add(session => session.Edit(statement, EditOrder.Statement, "completed", WithCompleted));
        }
        if (isVoid && (block.Statements.Count == 0 || model.AnalyzeControlFlow(block) is { Succeeded: true, EndPointIsReachable: true }))
            edits.Add(session => session.ListIn(block).Append(ReturnCompleted));
        return edits;
    }

    // Task.FromResult infers the wrong type for null, default, and values of a derived type: it is spelled out by the return type's own text.
    private static Action<EditSession> WrapResult(ExpressionSyntax value) =>
        session => session.Edit(value, EditOrder.Statement, "completed", current =>
        {
            var function = value.Ancestors().First(static node => node is MethodDeclarationSyntax || SyntaxShapes.IsFunction(node));
            var fromResult = SyntaxFactory.MemberAccessExpression(
                SyntaxKind.SimpleMemberAccessExpression,
                TaskTypes.Task(),
                SyntaxFactory.GenericName(
                    SyntaxShapes.Identifier("FromResult"),
                    SyntaxFactory.TypeArgumentList(SyntaxFactory.SingletonSeparatedList(FunctionShape.ReturnTypeOf(function)!.WithoutTrivia()))));
            return SyntaxFactory.InvocationExpression(fromResult, SyntaxShapes.Arguments((ExpressionSyntax)current.WithoutTrivia())).WithTriviaFrom(current);
        });

    private static SyntaxNode WithCompleted(SyntaxNode current)
    {
        var statement = (ReturnStatementSyntax)current;
        return statement.WithReturnKeyword(statement.ReturnKeyword.WithTrailingTrivia(SyntaxFactory.Space)).WithExpression(TaskTypes.CompletedTask());
    }

    private static StatementSyntax ReturnCompleted() =>
        SyntaxFactory.ReturnStatement(SyntaxShapes.Spaced(SyntaxKind.ReturnKeyword), TaskTypes.CompletedTask(), SyntaxFactory.Token(SyntaxKind.SemicolonToken))
            .WithTrailingTrivia(SyntaxFactory.ElasticCarriageReturnLineFeed)
            .WithAdditionalAnnotations(Formatter.Annotation);

    private static SyntaxNode ToBlock(SyntaxNode current)
    {
        BlockSyntax Block(ExpressionSyntax expression, SyntaxToken semicolon) =>
            SyntaxFactory.Block(SyntaxFactory.ExpressionStatement(expression.WithoutTrivia()), ReturnCompleted())
                .WithTrailingTrivia(semicolon.TrailingTrivia)
                .WithAdditionalAnnotations(Formatter.Annotation);

        return current switch
        {
            MethodDeclarationSyntax { ExpressionBody: { } body } method =>
                method.WithExpressionBody(null).WithSemicolonToken(default).WithBody(Block(body.Expression, method.SemicolonToken)),
            LocalFunctionStatementSyntax { ExpressionBody: { } body } local =>
                local.WithExpressionBody(null).WithSemicolonToken(default).WithBody(Block(body.Expression, local.SemicolonToken)),
            _ => current,
        };
    }
}
