using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>Which conditions prove that the peer has sent its close, or that the connection is open no longer: closing it then waits for nobody.</summary>
internal static class ReceivedClose
{
    /// <summary>Whether the condition's outcome proves it.</summary>
    public static bool IsProvenBy(PassedCondition condition)
    {
        // Conditions that the graph does not take apart are those put into a local first.
        var pending = new Stack<(IOperation Condition, bool Came)>();
        pending.Push((condition.Value, condition.Came));
        while (pending.Count > 0)
        {
            var (current, came) = pending.Pop();
            switch (condition.Resolve(current))
            {
                case IParenthesizedOperation parenthesized:
                    pending.Push((parenthesized.Operand, came));
                    break;
                case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } negation:
                    pending.Push((negation.Operand, !came));
                    break;
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd } both when came:
                    pending.Push((both.LeftOperand, true));
                    pending.Push((both.RightOperand, true));
                    break;
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalOr } either when !came:
                    pending.Push((either.LeftOperand, false));
                    pending.Push((either.RightOperand, false));
                    break;
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } comparison:
                    var equal = came == (comparison.OperatorKind == BinaryOperatorKind.Equals);
                    if (IsComparison(condition.Resolve(comparison.LeftOperand), condition.Resolve(comparison.RightOperand), equal) || IsComparison(condition.Resolve(comparison.RightOperand), condition.Resolve(comparison.LeftOperand), equal))
                        return true;
                    break;
                case IPropertyReferenceOperation { Property.Name: "HasValue", Instance: { } instance }:
                    if (came && IsStatus(condition.Resolve(instance)))
                        return true;
                    break;
                case IIsNullOperation isNull:
                    if (!came && IsStatus(condition.Resolve(isNull.Operand)))
                        return true;
                    break;
                case IIsPatternOperation pattern:
                    if (IsPattern(condition.Resolve(pattern.Value), pattern.Pattern, came))
                        return true;
                    break;
                case ILocalReferenceOperation local when ConditionIn(local, condition.Model) is { } held:
                    pending.Push((held, came));
                    break;
            }
        }

        return false;
    }

    /// <summary>Whether the operation mentions the status that the peer's close carries: what is built with it is the answer.</summary>
    public static bool IsMentioned(IOperation operation)
    {
        foreach (var part in operation.SelfAndDescendantsInBody())
        {
            if (part is IPropertyReferenceOperation { Property.Name: "CloseStatus" })
                return true;
        }

        return false;
    }

    private static bool IsComparison(IOperation value, IOperation constant, bool equal) => MemberOf(constant) switch
    {
        "WebSocketMessageType.Close" or "WebSocketState.CloseReceived" => equal,
        "WebSocketState.Open" => !equal,
        _ => !equal && IsStatus(value) && constant is { ConstantValue: { HasValue: true, Value: null } } or IDefaultValueOperation,
    };

    private static bool IsPattern(IOperation value, IPatternOperation pattern, bool matched) => pattern switch
    {
        INegatedPatternOperation negated => IsPattern(value, negated.Pattern, !matched),
        IConstantPatternOperation constant => IsComparison(value, constant.Value.WithoutConversions(), matched),
        IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.Or } either => matched
            ? IsPattern(value, either.LeftPattern, true) && IsPattern(value, either.RightPattern, true)
            : IsPattern(value, either.LeftPattern, false) || IsPattern(value, either.RightPattern, false),
        IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.And } both => matched && (IsPattern(value, both.LeftPattern, true) || IsPattern(value, both.RightPattern, true)),
        IRecursivePatternOperation { PropertySubpatterns.IsEmpty: true, DeconstructionSubpatterns.IsEmpty: true } => matched && IsStatus(value),
        IRecursivePatternOperation recursive => matched && HasProvingProperty(recursive),
        IDeclarationPatternOperation => matched && IsStatus(value),
        _ => false,
    };

    private static bool HasProvingProperty(IRecursivePatternOperation pattern)
    {
        foreach (var property in pattern.PropertySubpatterns)
        {
            if (IsPattern(property.Member, property.Pattern, true))
                return true;
        }

        return false;
    }

    private static bool IsStatus(IOperation value) => value is IPropertyReferenceOperation { Property.Name: "CloseStatus" };

    private static string? MemberOf(IOperation constant) => constant is IFieldReferenceOperation { Field: { ContainingType: { TypeKind: TypeKind.Enum } type } member } ? type.Name + "." + member.Name : null;

    /// <summary>What a truth value in a local stands for.</summary>
    private static IOperation? ConditionIn(ILocalReferenceOperation local, SemanticModel? model) =>
        local.Local is { Type.SpecialType: SpecialType.System_Boolean, DeclaringSyntaxReferences: { Length: 1 } declarations }
        && model?.GetOperation(declarations[0].GetSyntax()) is IVariableDeclaratorOperation { Initializer.Value: { } value }
            ? value
            : null;
}
