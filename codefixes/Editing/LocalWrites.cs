using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>Where a local or parameter gets another value after its declaration.</summary>
internal static class LocalWrites
{
    /// <summary>The first assignment or by-reference use of <paramref name="local"/> below <paramref name="scope"/>, or null.</summary>
    public static ExpressionSyntax? Find(SemanticModel model, ISymbol local, SyntaxNode scope, CancellationToken cancellationToken) =>
        All(model, local, scope, cancellationToken).FirstOrDefault();

    /// <summary>Every assignment or by-reference use.</summary>
    public static IEnumerable<ExpressionSyntax> All(SemanticModel model, ISymbol local, SyntaxNode scope, CancellationToken cancellationToken)
    {
        foreach (var node in scope.DescendantNodes())
        {
            if (node is IdentifierNameSyntax name && name.Identifier.ValueText == local.Name && IsWritten(name)
                && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name, cancellationToken).Symbol, local))
            {
                yield return name;
            }
        }
    }

    /// <summary>Whether the name is assigned or handed over by reference where it stands.</summary>
    public static bool IsWritten(IdentifierNameSyntax name)
    {
        var expression = SyntaxShapes.Outermost(name);
        return expression.Parent switch
        {
            AssignmentExpressionSyntax assignment => assignment.Left == expression,
            ArgumentSyntax { RefKindKeyword.RawKind: (int)SyntaxKind.RefKeyword or (int)SyntaxKind.OutKeyword } => true,
            // An element of a deconstruction: `(x, y) = f();`.
            ArgumentSyntax { Parent: TupleExpressionSyntax { Parent: AssignmentExpressionSyntax assignment } tuple } => assignment.Left == tuple,
            RefExpressionSyntax => true,
            PrefixUnaryExpressionSyntax unary => unary.IsKind(SyntaxKind.AddressOfExpression),
            _ => false,
        };
    }
}
