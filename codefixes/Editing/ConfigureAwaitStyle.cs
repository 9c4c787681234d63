using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>Whether code around a place writes <c>.ConfigureAwait(false)</c>: the nearest awaits decide.</summary>
internal static class ConfigureAwaitStyle
{
    /// <summary>
    /// Whether a new await at <paramref name="node"/> should carry <c>.ConfigureAwait(false)</c>. The awaits of the same function
    /// are asked first, then those of the type, then those of the document; a tie, like no await at all, means no.
    /// </summary>
    public static bool AppliesAt(SyntaxNode node)
    {
        SyntaxNode? function = node.FirstAncestorOrSelf<SyntaxNode>(static ancestor =>
            SyntaxShapes.IsFunction(ancestor) || ancestor is BaseMethodDeclarationSyntax or GlobalStatementSyntax);
        return Majority(function)
            ?? Majority(node.FirstAncestorOrSelf<BaseTypeDeclarationSyntax>())
            ?? Majority(node.SyntaxTree.GetRoot())
            ?? false;
    }

    /// <summary>Whether an expression already ends in <c>.ConfigureAwait(..)</c>.</summary>
    public static bool IsConfigured(ExpressionSyntax expression) =>
        SyntaxShapes.Unwrap(expression) is InvocationExpressionSyntax
        {
            Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait" }
                or MemberBindingExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait" },
        };

    // Null when there is no await to learn from.
    private static bool? Majority(SyntaxNode? scope)
    {
        if (scope is null)
            return null;
        var configured = 0;
        var plain = 0;
        foreach (var node in scope.DescendantNodes())
        {
            if (node is not AwaitExpressionSyntax await || IsNeverConfigured(await.Expression))
                continue;
            if (SyntaxShapes.Unwrap(await.Expression) is InvocationExpressionSyntax call && IsConfigured(call)
                && call.ArgumentList.Arguments.Only()?.Expression is { } argument && argument.IsKind(SyntaxKind.FalseLiteralExpression))
            {
                configured++;
            }
            else
            {
                plain++;
            }
        }
        return configured + plain == 0 ? null : configured > plain;
    }

    // Task.Yield() has no ConfigureAwait: an await of it says nothing about the style.
    private static bool IsNeverConfigured(ExpressionSyntax awaited) => awaited is InvocationExpressionSyntax
    {
        Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Yield" },
    };
}
