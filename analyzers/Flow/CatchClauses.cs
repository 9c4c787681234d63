using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Flow;

/// <summary>Which handler takes an exception.</summary>
internal static class CatchClauses
{
    /// <summary>The tries with handlers in whose guarded part the operation stands, the innermost first, up to the function around it.</summary>
    public static IEnumerable<ITryOperation> TriesAround(IOperation operation)
    {
        var inner = operation;
        for (var current = operation.Parent; current is not null and not (IAnonymousFunctionOperation or ILocalFunctionOperation); inner = current, current = current.Parent)
        {
            if (current is ITryOperation { Catches.IsEmpty: false } @try && @try.Body == inner)
                yield return @try;
        }
    }

    /// <summary>The handler that takes an exception when the operation throws it, or null when it leaves the function.</summary>
    /// <param name="operation">What throws.</param>
    /// <param name="takes">Whether a handler for the type takes the exception.</param>
    /// <param name="filterOf">The value of a filter; null when it is not known, which counts as true.</param>
    public static ICatchClauseOperation? First(IOperation operation, Func<ITypeSymbol, bool> takes, Func<ICatchClauseOperation, bool?> filterOf)
    {
        foreach (var @try in TriesAround(operation))
        {
            foreach (var clause in @try.Catches)
            {
                if ((clause.ExceptionType is null or { SpecialType: SpecialType.System_Object } || takes(clause.ExceptionType)) && (clause.Filter is null || filterOf(clause) != false))
                    return clause;
            }
        }

        return null;
    }

    /// <summary>Whether a handler for <paramref name="caught"/> (null: for everything) takes every exception of the type.</summary>
    public static bool Takes(ITypeSymbol? caught, ITypeSymbol? thrown)
    {
        if (caught is null or { SpecialType: SpecialType.System_Object })
            return true;
        if (thrown is null)
            return false;
        foreach (var type in thrown.SelfAndBaseTypes())
        {
            if (SymbolEqualityComparer.Default.Equals(type, caught))
                return true;
        }

        return false;
    }

    /// <summary>
    /// Whether the condition holds for a caught exception, as far as it asks for the type: <c>e is TimeoutException or OperationCanceledException</c>; null when it asks
    /// something else.
    /// </summary>
    public static bool? TypeTest(IOperation condition, Func<ITypeSymbol, bool> takes) => condition.WithoutConversions() switch
    {
        IIsTypeOperation { ValueOperand: var value } test when IsException(value) => takes(test.TypeOperand) != test.IsNegated,
        IIsPatternOperation { Value: var value } test when IsException(value) => Matches(test.Pattern, takes),
        _ => null,
    };

    private static bool IsException(IOperation value)
    {
        if (value.WithoutConversions() is not ILocalReferenceOperation { Local.Type: var type })
            return false;
        foreach (var current in type.SelfAndBaseTypes())
        {
            if (current is { Name: "Exception", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } })
                return true;
        }

        return false;
    }

    /// <summary>Whether a pattern of types (<c>A or B</c>, <c>not A</c>, <c>A e</c>) matches the exception; null for other patterns.</summary>
    private static bool? Matches(IPatternOperation pattern, Func<ITypeSymbol, bool> takes)
    {
        var isNegated = false;
        while (pattern is INegatedPatternOperation negated)
        {
            isNegated = !isNegated;
            pattern = negated.Pattern;
        }

        var pending = new Stack<IPatternOperation>();
        pending.Push(pattern);
        var isUnknown = false;
        while (pending.Count > 0)
        {
            switch (pending.Pop())
            {
                case IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.Or } either:
                    pending.Push(either.LeftPattern);
                    pending.Push(either.RightPattern);
                    continue;
                case ITypePatternOperation type when takes(type.MatchedType):
                case IDeclarationPatternOperation declaration when declaration.MatchedType is null || takes(declaration.MatchedType):
                    return !isNegated;
                case ITypePatternOperation or IDeclarationPatternOperation:
                    continue;
                default:
                    isUnknown = true;
                    continue;
            }
        }

        return isUnknown ? null : isNegated;
    }
}
