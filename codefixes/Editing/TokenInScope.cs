using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>The cancellation token that code at a place ought to pass on.</summary>
internal static class TokenInScope
{
    /// <summary>The expression of the best token that the place can name (see <see cref="TokensInReach"/>); null when there is none.</summary>
    public static ExpressionSyntax? Find(SemanticModel model, SyntaxNode node, CancellationToken cancellationToken) =>
        TokensInReach.At(model, node, withinFunction: false, cancellationToken) is { IsEmpty: false } tokens ? Written(tokens[0].Path) : null;

    /// <summary>Whether a type is <c>System.Threading.CancellationToken</c>.</summary>
    public static bool IsToken(ITypeSymbol? type) => Tokens.IsToken(type);

    /// <summary>Whether an expression is a token that can never be cancelled: <c>CancellationToken.None</c> or a default.</summary>
    public static bool IsNone(ExpressionSyntax expression) => TokensInReach.IsNone(expression);

    /// <summary>The names as an expression.</summary>
    public static ExpressionSyntax Written(IEnumerable<string> path)
    {
        ExpressionSyntax? expression = null;
        foreach (var name in path)
            expression = expression is null ? SyntaxFactory.IdentifierName(SyntaxShapes.Identifier(name)) : SyntaxShapes.Member(expression, name);
        return expression!;
    }
}
