using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>The number of received bytes as code names it: <c>result.Count</c>, or a local that was made of it and never changes.</summary>
internal sealed class ReceivedCount(SemanticModel model, ISymbol result, SyntaxNode body)
{
    /// <summary>Whether the expression is that number.</summary>
    public bool Is(ExpressionSyntax expression, CancellationToken cancellationToken)
    {
        switch (SyntaxShapes.Unwrap(expression))
        {
            case MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Count", Expression: IdentifierNameSyntax name }:
                return SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name, cancellationToken).Symbol, result);
            case IdentifierNameSyntax name when model.GetSymbolInfo(name, cancellationToken).Symbol is ILocalSymbol { DeclaringSyntaxReferences: { Length: 1 } declarations } local:
                return declarations[0].GetSyntax(cancellationToken) is VariableDeclaratorSyntax { Initializer.Value: MemberAccessExpressionSyntax value }
                    && Is(value, cancellationToken) && LocalWrites.Find(model, local, body, cancellationToken) is null;
            default:
                return false;
        }
    }

    /// <summary>Whether arguments cut to that number of bytes from the first on: <c>(buffer, 0, result.Count)</c>, <c>(0, result.Count)</c>, <c>[..result.Count]</c>.</summary>
    /// <param name="arguments">All arguments of the call, creation or index.</param>
    /// <param name="buffer">The argument that is the buffer; null when the buffer is what the call is made on.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public bool Limits(SeparatedSyntaxList<ArgumentSyntax> arguments, ArgumentSyntax? buffer, CancellationToken cancellationToken)
    {
        if (arguments.Count == 1 && buffer is null && arguments[0].Expression is RangeExpressionSyntax { RightOperand: { } end, LeftOperand: var start })
            return (start is null || IsZero(start)) && Is(end, cancellationToken);
        if (!arguments.Any(argument => argument != buffer && Is(argument.Expression, cancellationToken)))
            return false;
        // What stands behind the buffer and is a number is its offset, or the count itself.
        var next = buffer is null ? 0 : arguments.IndexOf(buffer) + 1;
        return next < arguments.Count
            && (Is(arguments[next].Expression, cancellationToken) || IsStart(arguments[next].Expression)
                || model.GetTypeInfo(arguments[next].Expression, cancellationToken).Type is { SpecialType: not (SpecialType.System_Int32 or SpecialType.System_Int64) });
    }

    /// <summary>Whether the expression is the literal 0.</summary>
    public static bool IsZero(ExpressionSyntax expression) => expression is LiteralExpressionSyntax { Token.Value: 0 };

    private static bool IsStart(ExpressionSyntax expression) => IsZero(expression) || expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Offset" };
}
