using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>Assigns another property of an object right behind an assignment to one of its properties.</summary>
internal static class SiblingAssignment
{
    /// <summary>
    /// The step that adds <c>name = value</c> after the assignment: in an object initialiser, as a statement, or as the second statement of a lambda that was one
    /// expression. Null for an assignment whose value is used.
    /// </summary>
    public static Action<EditSession>? After(AssignmentExpressionSyntax assignment, string name, ExpressionSyntax value)
    {
        switch (assignment.Parent)
        {
            case InitializerExpressionSyntax initializer:
                var index = initializer.Expressions.IndexOf(assignment);
                return session => session.Edit(initializer, EditOrder.Content, "sibling " + name, current => Inserted((InitializerExpressionSyntax)current, index, name, value));
            case ExpressionStatementSyntax statement:
                return session => session.Expand(statement, current => AsStatements((ExpressionStatementSyntax)current, name, value));
            case AnonymousFunctionExpressionSyntax { ExpressionBody: { } body } lambda when body == assignment:
                return session => session.Edit(lambda, EditOrder.Content, "sibling " + name, current => AsBlock((LambdaExpressionSyntax)current, name, value, GateSyntax.EndOfLine(lambda)));
            default:
                return null;
        }
    }

    private static IReadOnlyList<StatementSyntax> AsStatements(ExpressionStatementSyntax statement, string name, ExpressionSyntax value)
    {
        var assignment = (AssignmentExpressionSyntax)statement.Expression;
        var leading = statement.GetLeadingTrivia();
        var indentation = leading.Count > 0 && leading[leading.Count - 1].IsKind(SyntaxKind.WhitespaceTrivia) ? SyntaxFactory.TriviaList(leading[leading.Count - 1]) : default;
        var trailing = statement.GetTrailingTrivia();
        // Two statements cannot share the line of the first, a comment at its end stays there.
        var end = trailing.Any(SyntaxKind.EndOfLineTrivia) ? SyntaxFactory.TriviaList(trailing.First(static trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia))) : SyntaxFactory.TriviaList(SyntaxFactory.Space);
        return
        [
            trailing.Any(SyntaxKind.EndOfLineTrivia) ? statement : statement.WithTrailingTrivia(end),
            SyntaxFactory.ExpressionStatement(Sibling(assignment, name, value))
                .WithSemicolonToken(SyntaxFactory.Token(SyntaxTriviaList.Empty, SyntaxKind.SemicolonToken, SyntaxTriviaList.Empty))
                .WithLeadingTrivia(indentation)
                .WithTrailingTrivia(trailing.Any(SyntaxKind.EndOfLineTrivia) ? end : trailing),
        ];
    }

    private static SyntaxNode AsBlock(LambdaExpressionSyntax lambda, string name, ExpressionSyntax value, SyntaxTrivia endOfLine)
    {
        var assignment = (AssignmentExpressionSyntax)lambda.ExpressionBody!;
        var block = SyntaxFactory.Block(
            SyntaxFactory.Token(SyntaxKind.OpenBraceToken).WithTrailingTrivia(endOfLine),
            SyntaxFactory.List<StatementSyntax>(
            [
                SyntaxFactory.ExpressionStatement(assignment.WithoutTrivia()).WithTrailingTrivia(endOfLine),
                SyntaxFactory.ExpressionStatement(Sibling(assignment, name, value)).WithTrailingTrivia(endOfLine),
            ]),
            SyntaxFactory.Token(SyntaxKind.CloseBraceToken).WithTrailingTrivia(assignment.GetTrailingTrivia()));
        return lambda.WithBody(block.WithAdditionalAnnotations(Formatter.Annotation));
    }

    private static InitializerExpressionSyntax Inserted(InitializerExpressionSyntax initializer, int index, string name, ExpressionSyntax value)
    {
        var parts = initializer.Expressions.GetWithSeparators().ToList();
        var at = index * 2;
        var assignment = (AssignmentExpressionSyntax)parts[at].AsNode()!;
        var sibling = Sibling(assignment, name, value).WithLeadingTrivia(IndentationOf(assignment));
        if (at + 1 < parts.Count)
        {
            // What follows the comma, a comment or the end of the line, belongs to the assignment before it.
            var comma = parts[at + 1].AsToken();
            var isLast = at + 2 == parts.Count;
            parts.Insert(at + 2, sibling);
            var next = SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(comma.TrailingTrivia.Where(static trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia) || trivia.IsKind(SyntaxKind.WhitespaceTrivia)));
            parts.Insert(at + 3, next);
            if (isLast && !comma.TrailingTrivia.Any(SyntaxKind.EndOfLineTrivia))
                parts[at + 1] = comma.WithTrailingTrivia(SyntaxFactory.Space);
        }
        else
        {
            var trailing = assignment.GetTrailingTrivia();
            var isLineEnd = trailing.Any(SyntaxKind.EndOfLineTrivia);
            parts[at] = assignment.WithoutTrailingTrivia();
            parts.Add(SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(isLineEnd ? trailing : SyntaxFactory.TriviaList(SyntaxFactory.Space)));
            parts.Add(sibling.WithTrailingTrivia(isLineEnd ? SyntaxFactory.TriviaList(trailing.First(static trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia))) : trailing));
        }

        return initializer.WithExpressions(SyntaxFactory.SeparatedList<ExpressionSyntax>(SyntaxFactory.NodeOrTokenList(parts)));
    }

    private static AssignmentExpressionSyntax Sibling(AssignmentExpressionSyntax assignment, string name, ExpressionSyntax value)
    {
        ExpressionSyntax left = assignment.Left.WithoutTrivia() switch
        {
            MemberAccessExpressionSyntax access => access.WithName(SyntaxFactory.IdentifierName(SyntaxShapes.Identifier(name))),
            _ => SyntaxFactory.IdentifierName(SyntaxShapes.Identifier(name)),
        };
        return SyntaxFactory.AssignmentExpression(SyntaxKind.SimpleAssignmentExpression, left.WithTrailingTrivia(SyntaxFactory.Space), SyntaxShapes.Spaced(SyntaxKind.EqualsToken), value);
    }

    private static SyntaxTriviaList IndentationOf(SyntaxNode node)
    {
        var leading = node.GetLeadingTrivia();
        return leading.Count > 0 && leading[leading.Count - 1].IsKind(SyntaxKind.WhitespaceTrivia) ? SyntaxFactory.TriviaList(leading[leading.Count - 1]) : default;
    }
}
