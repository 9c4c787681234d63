using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WebSocketAnalyzers.Roslyn;

/// <summary>Conditions that code has passed, or failed, when it runs.</summary>
internal static class BranchConditions
{
    /// <summary>The condition that <paramref name="parent"/> looks at before <paramref name="node"/>, its child, runs; null when the child always runs, or is the condition.</summary>
    public static ExpressionSyntax? Before(SyntaxNode node, SyntaxNode parent) => parent switch
    {
        IfStatementSyntax @if when node != @if.Condition => @if.Condition,
        WhileStatementSyntax @while when node != @while.Condition => @while.Condition,
        ConditionalExpressionSyntax conditional when node != conditional.Condition => conditional.Condition,
        BinaryExpressionSyntax binary when node == binary.Right && binary.Kind() is SyntaxKind.LogicalAndExpression or SyntaxKind.LogicalOrExpression => binary.Left,
        _ => null,
    };
}
