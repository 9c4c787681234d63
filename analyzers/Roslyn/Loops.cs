using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WebSocketAnalyzers.Roslyn;

/// <summary>Loops around code.</summary>
internal static class Loops
{
    /// <summary>Whether the node is a loop.</summary>
    public static bool IsLoop(SyntaxNode node) => node is WhileStatementSyntax or DoStatementSyntax or ForStatementSyntax or CommonForEachStatementSyntax;

    /// <summary>The outermost loop around a node within its function, or null.</summary>
    public static StatementSyntax? Outermost(SyntaxNode node)
    {
        StatementSyntax? loop = null;
        for (var current = node.Parent; current is not null && !Bodies.IsBody(current); current = current.Parent)
        {
            if (IsLoop(current))
                loop = (StatementSyntax)current;
        }

        return loop;
    }
}
