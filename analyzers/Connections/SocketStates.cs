using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>Conditions about the state of a WebSocket, and which way they come out in a given one.</summary>
internal static class SocketStates
{
    /// <summary>WebSocketState.None: not yet connected.</summary>
    public const int None = 0;

    /// <summary>WebSocketState.Connecting.</summary>
    public const int Connecting = 1;

    /// <summary>WebSocketState.Open.</summary>
    public const int Open = 2;

    /// <summary>WebSocketState.Closed: the close handshake is done.</summary>
    public const int Closed = 5;

    /// <summary>WebSocketState.Aborted: the connection broke.</summary>
    public const int Aborted = 6;

    /// <summary>Whether the operation reads the state of a WebSocket.</summary>
    public static bool IsState(IOperation operation) =>
        operation.WithoutConversions() is IPropertyReferenceOperation { Property: { Name: "State", Type: { Name: "WebSocketState", TypeKind: TypeKind.Enum } } };

    /// <summary>How a condition comes out in a state; unknown when it is about something else.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="state">The state's number.</param>
    /// <param name="isState">Whether an operation is the state.</param>
    public static Outcome Of(IOperation condition, int state, Func<IOperation, bool> isState)
    {
        switch (condition.WithoutConversions())
        {
            case IBinaryOperation { OperatorKind: var kind } comparison when isState(comparison.LeftOperand) || isState(comparison.RightOperand):
                var isLeft = isState(comparison.LeftOperand);
                return NumberOf(isLeft ? comparison.RightOperand : comparison.LeftOperand) is { } number ? Comparisons.Of(kind, isLeft ? state : number, isLeft ? number : state) : Outcome.Unknown;
            case IIsPatternOperation { Value: { } value, Pattern: { } pattern } when isState(value):
                return Match(pattern, state);
            default:
                return Outcome.Unknown;
        }
    }

    /// <summary>How a condition about the state of the WebSocket in a variable comes out while it is open; null when it is about something else.</summary>
    public static bool? WhileOpen(IOperation condition, ISymbol variable) => Of(condition, Open, operation => IsStateOf(operation, variable)) switch
    {
        Outcome.True => true,
        Outcome.False => false,
        _ => null,
    };

    private static bool IsStateOf(IOperation operation, ISymbol variable) =>
        IsState(operation) && SymbolEqualityComparer.Default.Equals(((IPropertyReferenceOperation)operation.WithoutConversions()).Instance.ReferencedSymbol(), variable);

    private static Outcome Match(IPatternOperation pattern, int state)
    {
        var isNegated = false;
        while (pattern is INegatedPatternOperation negated)
        {
            isNegated = !isNegated;
            pattern = negated.Pattern;
        }

        // A or B or C leans to the left: each right side is a constant.
        var matches = false;
        while (pattern is IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.Or } or)
        {
            if (ConstantOf(or.RightPattern) is not { } right)
                return Outcome.Unknown;
            matches |= right == state;
            pattern = or.LeftPattern;
        }

        return ConstantOf(pattern) is { } last ? Comparisons.From((matches || last == state) != isNegated) : Outcome.Unknown;
    }

    private static int? ConstantOf(IPatternOperation pattern) => pattern is IConstantPatternOperation constant ? NumberOf(constant.Value) : null;

    private static int? NumberOf(IOperation operation) => operation.WithoutConversions().ConstantValue is { HasValue: true, Value: int number } ? number : null;
}
