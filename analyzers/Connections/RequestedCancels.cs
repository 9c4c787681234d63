using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>Conditions that ask whether a token has been cancelled.</summary>
internal static class RequestedCancels
{
    /// <summary>Whether the condition has found the token, or a token at all, cancelled (<paramref name="isCancelled"/>) or not cancelled.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="token">What <see cref="Tokens.Identity"/> says of the token; null for any.</param>
    /// <param name="isCancelled">What it has found.</param>
    public static bool Finds(PassedCondition condition, ISymbol? token, bool isCancelled)
    {
        var value = condition.Value.WithoutConversions();
        var came = condition.Came;
        while (value is IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } negation)
        {
            value = negation.Operand.WithoutConversions();
            came = !came;
        }

        return came == isCancelled && IsQuestionAbout(value, token);
    }

    /// <summary>Whether the operation reads whether the token, or any token, has been cancelled.</summary>
    public static bool IsQuestionAbout(IOperation operation, ISymbol? token) =>
        operation is IPropertyReferenceOperation { Property.Name: "IsCancellationRequested", Instance: { } asked }
        && (token is null || SymbolEqualityComparer.Default.Equals(Tokens.Identity(asked), token) || SymbolEqualityComparer.Default.Equals(asked.WithoutConditionalAccess().ReferencedSymbol(), token));
}
