using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WebSocketAnalyzers.Roslyn;

/// <summary>Methods that never come back. A flow graph does not know them: behind a call of one it goes on.</summary>
internal static class ThrowHelpers
{
    /// <summary>
    /// Whether the method says so by <c>[DoesNotReturn]</c>, or is seen to do nothing but throw.
    /// See https://learn.microsoft.com/dotnet/api/system.diagnostics.codeanalysis.doesnotreturnattribute.
    /// </summary>
    public static bool NeverReturns(this IMethodSymbol method)
    {
        // What gives something back does come back, but for the helpers that stand in an expression; to ask all others for their attributes is dear.
        if (!method.ReturnsVoid && !method.Name.StartsWith("Throw", StringComparison.Ordinal))
            return false;
        foreach (var attribute in method.OriginalDefinition.GetAttributes())
        {
            if (attribute.AttributeClass?.Name == "DoesNotReturnAttribute")
                return true;
        }

        return method is { IsAsync: false, IsVirtual: false, IsAbstract: false, IsOverride: false } && Bodies.Of(method, CancellationToken.None) is { } body && OnlyThrows(body);
    }

    private static bool OnlyThrows(SyntaxNode body) => body switch
    {
        BaseMethodDeclarationSyntax { ExpressionBody.Expression: ThrowExpressionSyntax } => true,
        BaseMethodDeclarationSyntax { Body.Statements: { Count: 1 } statements } => statements[0] is ThrowStatementSyntax,
        LocalFunctionStatementSyntax { ExpressionBody.Expression: ThrowExpressionSyntax } => true,
        LocalFunctionStatementSyntax { Body.Statements: { Count: 1 } statements } => statements[0] is ThrowStatementSyntax,
        _ => false,
    };
}
