using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>Small pieces of syntax with exact trivia, so that nothing around them is formatted anew.</summary>
internal static class SyntaxShapes
{
    /// <summary><c>await operand</c>; what led the operand now leads the keyword.</summary>
    public static AwaitExpressionSyntax Await(ExpressionSyntax operand) =>
        SyntaxFactory.AwaitExpression(
            SyntaxFactory.Token(operand.GetLeadingTrivia(), SyntaxKind.AwaitKeyword, SyntaxFactory.TriviaList(SyntaxFactory.Space)),
            IsUnaryOrTighter(operand) ? operand.WithoutLeadingTrivia() : Parenthesise(operand.WithoutLeadingTrivia()));

    /// <summary><c>operand.ConfigureAwait(false)</c>, with the operand's trailing trivia at the end.</summary>
    public static ExpressionSyntax ConfigureAwaitFalse(ExpressionSyntax operand) =>
        Call(operand, "ConfigureAwait", SyntaxFactory.LiteralExpression(SyntaxKind.FalseLiteralExpression));

    /// <summary><c>receiver.name(arguments)</c>, with the receiver's trivia around it.</summary>
    public static InvocationExpressionSyntax Call(ExpressionSyntax receiver, string name, params ExpressionSyntax[] arguments)
    {
        var target = AsPrimary(receiver.WithoutTrailingTrivia());
        return SyntaxFactory.InvocationExpression(Member(target, name), Arguments(arguments)).WithTrailingTrivia(receiver.GetTrailingTrivia());
    }

    /// <summary><c>receiver?.name()</c>, with the receiver's trivia around it.</summary>
    public static ExpressionSyntax Conditionally(ExpressionSyntax receiver, string name) =>
        SyntaxFactory.ConditionalAccessExpression(
            AsPrimary(receiver.WithoutTrailingTrivia()),
            SyntaxFactory.InvocationExpression(SyntaxFactory.MemberBindingExpression(SyntaxFactory.IdentifierName(Identifier(name))), Arguments()))
            .WithTrailingTrivia(receiver.GetTrailingTrivia());

    /// <summary><c>(a, b)</c> with one space after each comma.</summary>
    public static ArgumentListSyntax Arguments(params ExpressionSyntax[] arguments) =>
        SyntaxFactory.ArgumentList(
            SyntaxFactory.Token(SyntaxTriviaList.Empty, SyntaxKind.OpenParenToken, SyntaxTriviaList.Empty),
            SyntaxFactory.SeparatedList(
                arguments.Select(SyntaxFactory.Argument),
                Enumerable.Repeat(Comma, Math.Max(0, arguments.Length - 1))),
            SyntaxFactory.Token(SyntaxTriviaList.Empty, SyntaxKind.CloseParenToken, SyntaxTriviaList.Empty));

    /// <summary>A comma and a space.</summary>
    public static SyntaxToken Comma =>
        SyntaxFactory.Token(SyntaxTriviaList.Empty, SyntaxKind.CommaToken, SyntaxFactory.TriviaList(SyntaxFactory.Space));

    /// <summary><c>receiver.name</c>.</summary>
    public static MemberAccessExpressionSyntax Member(ExpressionSyntax receiver, string name) =>
        SyntaxFactory.MemberAccessExpression(
            SyntaxKind.SimpleMemberAccessExpression,
            AsExpression(receiver),
            SyntaxFactory.Token(SyntaxTriviaList.Empty, SyntaxKind.DotToken, SyntaxTriviaList.Empty),
            SyntaxFactory.IdentifierName(Identifier(name)));

    // The full name of a type is another node where a member of the type follows.
    private static ExpressionSyntax AsExpression(ExpressionSyntax receiver) =>
        receiver is QualifiedNameSyntax name ? name.CopyAnnotationsTo(SyntaxFactory.ParseExpression(name.ToString()).WithTriviaFrom(name)) : receiver;

    /// <summary>An identifier without trivia; a name that is a keyword gets its <c>@</c>.</summary>
    public static SyntaxToken Identifier(string name) =>
        SyntaxFacts.IsReservedKeyword(SyntaxFacts.GetKeywordKind(name))
            ? SyntaxFactory.VerbatimIdentifier(SyntaxTriviaList.Empty, name, name, SyntaxTriviaList.Empty)
            : SyntaxFactory.Identifier(SyntaxTriviaList.Empty, name, SyntaxTriviaList.Empty);

    /// <summary>A keyword or punctuation followed by one space.</summary>
    public static SyntaxToken Spaced(SyntaxKind kind) =>
        SyntaxFactory.Token(SyntaxTriviaList.Empty, kind, SyntaxFactory.TriviaList(SyntaxFactory.Space));

    /// <summary>The expression in parentheses, its trivia outside.</summary>
    public static ParenthesizedExpressionSyntax Parenthesise(ExpressionSyntax expression) =>
        SyntaxFactory.ParenthesizedExpression(
            SyntaxFactory.Token(expression.GetLeadingTrivia(), SyntaxKind.OpenParenToken, SyntaxTriviaList.Empty),
            expression.WithoutTrivia(),
            SyntaxFactory.Token(SyntaxTriviaList.Empty, SyntaxKind.CloseParenToken, expression.GetTrailingTrivia()));

    /// <summary>The expression as something that a dot may follow.</summary>
    public static ExpressionSyntax AsPrimary(ExpressionSyntax expression) => IsPrimary(expression) ? expression : Parenthesise(expression);

    /// <summary>Whether an await in the place of <paramref name="original"/> needs parentheses.</summary>
    public static bool NeedsParentheses(ExpressionSyntax original) => original.Parent switch
    {
        MemberAccessExpressionSyntax access => access.Expression == original,
        ElementAccessExpressionSyntax access => access.Expression == original,
        InvocationExpressionSyntax call => call.Expression == original,
        ConditionalAccessExpressionSyntax access => access.Expression == original,
        PostfixUnaryExpressionSyntax => true,
        _ => false,
    };

    /// <summary>The expression without the parentheses around it.</summary>
    public static ExpressionSyntax Unwrap(ExpressionSyntax expression)
    {
        while (expression is ParenthesizedExpressionSyntax inner)
            expression = inner.Expression;
        return expression;
    }

    /// <summary>The outermost parenthesised form of an expression: what its real parent sees.</summary>
    public static ExpressionSyntax Outermost(ExpressionSyntax expression)
    {
        while (expression.Parent is ParenthesizedExpressionSyntax outer)
            expression = outer;
        return expression;
    }

    /// <summary><c>expression;</c> that carries the trivia of the statement it stands for.</summary>
    public static ExpressionStatementSyntax Statement(ExpressionSyntax expression, StatementSyntax like) =>
        SyntaxFactory.ExpressionStatement(
            expression.WithLeadingTrivia(like.GetLeadingTrivia()).WithoutTrailingTrivia(),
            SyntaxFactory.Token(SyntaxTriviaList.Empty, SyntaxKind.SemicolonToken, like.GetTrailingTrivia()));

    /// <summary>Several statements in the place of an embedded one.</summary>
    public static StatementSyntax AsEmbedded(StatementSyntax original, IReadOnlyList<StatementSyntax> statements)
    {
        if (statements.Count == 1)
            return statements[0];
        // The statements keep the original's trivia; the block only ends its line.
        var block = SyntaxFactory.Block(statements).WithAdditionalAnnotations(Formatter.Annotation);
        return original.GetTrailingTrivia().Any(SyntaxKind.EndOfLineTrivia)
            ? block.WithTrailingTrivia(original.GetTrailingTrivia().Last())
            : block;
    }

    /// <summary>Whether trivia holds a comment or a directive, which no edit may lose.</summary>
    public static bool IsWorthKeeping(SyntaxTriviaList trivia) =>
        trivia.Any(static item => item.IsDirective || !(item.IsKind(SyntaxKind.WhitespaceTrivia) || item.IsKind(SyntaxKind.EndOfLineTrivia)));

    /// <summary>The block of a lambda with its braces on lines of their own: the formatter leaves one on a single line where it stands on one.</summary>
    public static BlockSyntax OnItsOwnLines(BlockSyntax block, SyntaxTrivia endOfLine) =>
        block.WithOpenBraceToken(block.OpenBraceToken.WithTrailingTrivia(endOfLine)).WithCloseBraceToken(block.CloseBraceToken.WithLeadingTrivia(endOfLine));

    /// <summary>Whether a node carries comments or directives around or inside it.</summary>
    public static bool HasComments(SyntaxNode node) => node.DescendantTrivia(descendIntoTrivia: false).Any(
        static item => item.IsDirective || !(item.IsKind(SyntaxKind.WhitespaceTrivia) || item.IsKind(SyntaxKind.EndOfLineTrivia)));

    /// <summary>The only element of a list, or null when it has none or several.</summary>
    public static T? Only<T>(this SeparatedSyntaxList<T> list) where T : SyntaxNode => list.Count == 1 ? list[0] : null;

    /// <summary>Whether a node is a nested function: what it contains does not run where it stands.</summary>
    public static bool IsFunction(SyntaxNode node) => node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax;

    /// <summary>The nodes below <paramref name="body"/> (itself included) without those of nested functions.</summary>
    public static IEnumerable<SyntaxNode> OwnNodes(SyntaxNode body) =>
        body.DescendantNodesAndSelf(node => node == body || !IsFunction(node));

    private static bool IsPrimary(ExpressionSyntax expression) => expression is
        TypeSyntax or MemberAccessExpressionSyntax or InvocationExpressionSyntax or ElementAccessExpressionSyntax or ParenthesizedExpressionSyntax
        or LiteralExpressionSyntax or InstanceExpressionSyntax or BaseObjectCreationExpressionSyntax or DefaultExpressionSyntax
        or MemberBindingExpressionSyntax or ElementBindingExpressionSyntax or PostfixUnaryExpressionSyntax or TypeOfExpressionSyntax
        or InterpolatedStringExpressionSyntax or TupleExpressionSyntax;

    private static bool IsUnaryOrTighter(ExpressionSyntax expression) =>
        IsPrimary(expression) || expression is AwaitExpressionSyntax or CastExpressionSyntax or PrefixUnaryExpressionSyntax;
}
