using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>The statement that a function ends with: nothing has to wait for it but the function's own callers.</summary>
internal static class LastAct
{
    /// <summary>Whether nothing but returns stands behind the statement, in its function.</summary>
    public static bool Is(StatementSyntax statement)
    {
        for (SyntaxNode node = statement; node.Parent is { } parent; node = parent)
        {
            switch (parent)
            {
                case BlockSyntax or SwitchSectionSyntax:
                    if (!StatementLists.StatementsOf(parent).SkipWhile(sibling => sibling != node).Skip(1).All(static sibling => sibling is ReturnStatementSyntax or BreakStatementSyntax or LocalFunctionStatementSyntax))
                        return false;
                    continue;
                case IfStatementSyntax or ElseClauseSyntax or TryStatementSyntax or UsingStatementSyntax or SwitchStatementSyntax:
                    continue;
                default:
                    return SyntaxShapes.IsFunction(parent) || parent is MethodDeclarationSyntax;
            }
        }
        return false;
    }
}
