using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WebSocketAnalyzers.Roslyn;

/// <summary>Names as they are written.</summary>
internal static class SyntaxNames
{
    /// <summary>The last simple name of an expression or type (<c>c</c> of <c>a.b.c</c>, <c>List</c> of <c>System.List&lt;T&gt;</c>), or null when it does not end with a name.</summary>
    public static string? RightmostName(this ExpressionSyntax expression) => expression switch
    {
        SimpleNameSyntax simple => simple.Identifier.ValueText,
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier.ValueText,
        QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
        AliasQualifiedNameSyntax alias => alias.Name.Identifier.ValueText,
        _ => null,
    };

    /// <summary>Whether the name is written anywhere below the node.</summary>
    public static bool Names(this SyntaxNode root, string name)
    {
        foreach (var node in root.DescendantNodes())
        {
            if (node is IdentifierNameSyntax identifier && identifier.Identifier.ValueText == name)
                return true;
        }

        return false;
    }
}
