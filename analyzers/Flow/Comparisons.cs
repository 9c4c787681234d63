using Microsoft.CodeAnalysis.Operations;

namespace WebSocketAnalyzers.Flow;

/// <summary>Comparisons of numbers that are known.</summary>
internal static class Comparisons
{
    /// <summary>How a comparison of two numbers comes out.</summary>
    public static Outcome Of(BinaryOperatorKind kind, int left, int right) => kind switch
    {
        BinaryOperatorKind.Equals => From(left == right),
        BinaryOperatorKind.NotEquals => From(left != right),
        BinaryOperatorKind.LessThan => From(left < right),
        BinaryOperatorKind.LessThanOrEqual => From(left <= right),
        BinaryOperatorKind.GreaterThan => From(left > right),
        BinaryOperatorKind.GreaterThanOrEqual => From(left >= right),
        _ => Outcome.Unknown,
    };

    /// <summary>A truth as an outcome.</summary>
    public static Outcome From(bool holds) => holds ? Outcome.True : Outcome.False;
}
