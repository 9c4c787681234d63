using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace WebSocketAnalyzers.Roslyn;

/// <summary>Values of conditions of which parts are known.</summary>
internal static class Conditions
{
    /// <summary>The value of <c>!a</c>, <c>a &amp;&amp; b</c>, <c>a || b</c>, when the values of the parts decide it; else null.</summary>
    public static bool? ValueOf(IOperation condition, Func<IOperation, bool?> valueOfPart)
    {
        var current = condition.WithoutConversions();
        var isNegated = false;
        while (current is IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not)
        {
            isNegated = !isNegated;
            current = not.Operand.WithoutConversions();
        }

        var value = current is IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.ConditionalOr } chain ? OfChain(chain, valueOfPart) : valueOfPart(current);
        return value is null ? null : value != isNegated;
    }

    /// <summary>A chain of one operator; parts with another operator inside are not looked into.</summary>
    private static bool? OfChain(IBinaryOperation chain, Func<IOperation, bool?> valueOfPart)
    {
        // What decides an "or" is a true part, an "and" a false one.
        var deciding = chain.OperatorKind == BinaryOperatorKind.ConditionalOr;
        var isUnknown = false;
        var pending = new Stack<IOperation>();
        pending.Push(chain);
        while (pending.Count > 0)
        {
            var part = pending.Pop().WithoutConversions();
            if (part is IBinaryOperation binary && binary.OperatorKind == chain.OperatorKind)
            {
                pending.Push(binary.LeftOperand);
                pending.Push(binary.RightOperand);
                continue;
            }

            var value = part is IUnaryOperation { OperatorKind: UnaryOperatorKind.Not, Operand: var operand } ? !valueOfPart(operand.WithoutConversions()) : valueOfPart(part);
            if (value == deciding)
                return deciding;
            isUnknown |= value is null;
        }

        return isUnknown ? null : !deciding;
    }
}
