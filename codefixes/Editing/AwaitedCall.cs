using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>A call that a statement awaits.</summary>
internal static class AwaitedCall
{
    /// <summary>The statement that awaits the call and does nothing else, or null.</summary>
    /// <param name="call">The call.</param>
    /// <param name="isConfigured">Whether its await leaves the context: <c>ConfigureAwait(false)</c>.</param>
    public static ExpressionStatementSyntax? StatementOf(InvocationExpressionSyntax call, out bool isConfigured)
    {
        ExpressionSyntax awaited = call;
        isConfigured = false;
        if (call.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait", Parent: InvocationExpressionSyntax configured })
        {
            awaited = configured;
            isConfigured = configured.ArgumentList.Arguments.Only()?.Expression.IsKind(SyntaxKind.FalseLiteralExpression) == true;
        }
        return awaited.Parent is AwaitExpressionSyntax { Parent: ExpressionStatementSyntax statement } ? statement : null;
    }
}
