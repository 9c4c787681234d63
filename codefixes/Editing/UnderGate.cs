using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>
/// An awaited call that is all its statement does, or all its asynchronous function does, and what it looks like under a lock that can be awaited:
/// <c>await gate.WaitAsync(token); try { await call; } finally { gate.Release(); }</c>.
/// </summary>
internal sealed class UnderGate
{
    private readonly InvocationExpressionSyntax _call;
    private readonly SyntaxNode _place;
    private readonly bool _isConfigured;

    private UnderGate(InvocationExpressionSyntax call, SyntaxNode place, bool isConfigured)
    {
        _call = call;
        _place = place;
        _isConfigured = isConfigured;
    }

    /// <summary>
    /// The call with what awaits it, or null when something else is done with its task, or there is no room for statements around it, or its arguments wait for something themselves, which would be done under
    /// the lock then.
    /// </summary>
    public static UnderGate? Of(InvocationExpressionSyntax call)
    {
        if (call.DescendantNodes().Any(static node => node is AwaitExpressionSyntax))
            return null;
        ExpressionSyntax awaited = call;
        var isConfigured = false;
        while (true)
        {
            switch (awaited.Parent)
            {
                case ParenthesizedExpressionSyntax parenthesized:
                    awaited = parenthesized;
                    continue;
                case MemberAccessExpressionSyntax { Name.Identifier.ValueText: "AsTask", Parent: InvocationExpressionSyntax asTask } access when access.Expression == awaited:
                    awaited = asTask;
                    continue;
                case MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait", Parent: InvocationExpressionSyntax configured } access when access.Expression == awaited:
                    isConfigured = configured.ArgumentList.Arguments.Only()?.Expression.IsKind(SyntaxKind.FalseLiteralExpression) == true;
                    awaited = configured;
                    continue;
                case AwaitExpressionSyntax { Parent: { } parent } await:
                    return PlaceOf(await, parent) is { } place ? new UnderGate(call, place, isConfigured) : null;
                default:
                    return null;
            }
        }
    }

    /// <summary>The edit.</summary>
    /// <param name="gate">What names the lock here.</param>
    /// <param name="token">The token that ends the wait for the lock, or null.</param>
    public EditPlan Plan(ExpressionSyntax gate, ExpressionSyntax? token)
    {
        var wait = token is null ? SyntaxShapes.Call(gate, "WaitAsync") : SyntaxShapes.Call(gate, "WaitAsync", token.WithoutTrivia());
        var waiting = SyntaxFactory.ExpressionStatement(SyntaxShapes.Await(_isConfigured ? SyntaxShapes.ConfigureAwaitFalse(wait) : wait)).WithAdditionalAnnotations(Formatter.Annotation);
        var endOfLine = GateSyntax.EndOfLine(_call);
        if (_place is StatementSyntax statement and not LocalFunctionStatementSyntax)
        {
            return EditPlan.Of(target => target.Expand(statement, current =>
            {
                var trailing = current.GetTrailingTrivia();
                // A comment behind the call is about the call.
                var guarded = current.WithoutLeadingTrivia().WithTrailingTrivia(SyntaxShapes.IsWorthKeeping(trailing) ? trailing : SyntaxFactory.TriviaList(endOfLine));
                return [waiting.WithLeadingTrivia(current.GetLeadingTrivia()).WithTrailingTrivia(endOfLine), Try(gate, guarded).WithTrailingTrivia(endOfLine)];
            }));
        }

        return EditPlan.Of(target => target.Edit(_place, EditOrder.Statement, "under gate", current =>
        {
            var body = current switch
            {
                MethodDeclarationSyntax method => method.ExpressionBody!.Expression,
                LocalFunctionStatementSyntax local => local.ExpressionBody!.Expression,
                _ => ((LambdaExpressionSyntax)current).ExpressionBody!,
            };
            var block = SyntaxFactory.Block(waiting.WithTrailingTrivia(endOfLine), Try(gate, SyntaxFactory.ExpressionStatement(body.WithoutTrivia())).WithoutTrailingTrivia()).WithAdditionalAnnotations(Formatter.Annotation);
            return current switch
            {
                MethodDeclarationSyntax method => method.WithExpressionBody(null).WithSemicolonToken(default).WithBody(block.WithTrailingTrivia(method.SemicolonToken.TrailingTrivia)),
                LocalFunctionStatementSyntax local => local.WithExpressionBody(null).WithSemicolonToken(default).WithBody(block.WithTrailingTrivia(local.SemicolonToken.TrailingTrivia)),
                LambdaExpressionSyntax lambda => lambda.WithArrowToken(lambda.ArrowToken.WithTrailingTrivia(endOfLine)).WithExpressionBody(null).WithBlock(SyntaxShapes.OnItsOwnLines(block, endOfLine).WithTrailingTrivia(current.GetTrailingTrivia())),
                _ => current,
            };
        }));
    }

    private static StatementSyntax Try(ExpressionSyntax gate, StatementSyntax guarded) =>
        ((TryStatementSyntax)StatementTemplate.Parse("try\n{\n}\nfinally\n{\nGate.Release();\n}", ("Gate", gate)))
            .WithBlock(SyntaxFactory.Block(guarded).WithAdditionalAnnotations(Formatter.Annotation));

    /// <summary>The statement that is nothing but the await, or the function whose expression it is.</summary>
    private static SyntaxNode? PlaceOf(AwaitExpressionSyntax await, SyntaxNode parent) => parent switch
    {
        ExpressionStatementSyntax statement => statement,
        ArrowExpressionClauseSyntax { Parent: MethodDeclarationSyntax or LocalFunctionStatementSyntax } arrow when IsPlain(arrow.ArrowToken, await) => arrow.Parent,
        LambdaExpressionSyntax lambda when IsPlain(lambda.ArrowToken, await) => lambda,
        _ => null,
    };

    /// <summary>Whether nothing that has to be kept stands between the arrow and the await, or behind it.</summary>
    private static bool IsPlain(SyntaxToken arrow, AwaitExpressionSyntax await) =>
        !SyntaxShapes.IsWorthKeeping(arrow.LeadingTrivia) && !SyntaxShapes.IsWorthKeeping(arrow.TrailingTrivia) && !SyntaxShapes.IsWorthKeeping(await.GetLeadingTrivia()) && !SyntaxShapes.IsWorthKeeping(await.GetTrailingTrivia());
}
