using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>What becomes of the number of bytes that a read gives.</summary>
/// <param name="Holders">The locals that hold it.</param>
/// <param name="Sums">The locals that it is only added to or taken from.</param>
/// <param name="IsAsked">Whether the body of the read compares it with a number.</param>
/// <param name="Leaves">Whether it goes where it cannot be followed, or another method looks at it.</param>
internal sealed record ReadCount(ImmutableHashSet<ISymbol> Holders, ImmutableHashSet<ISymbol> Sums, bool IsAsked, bool Leaves)
{
    /// <summary>Reads the uses of a count.</summary>
    /// <param name="uses">The uses.</param>
    /// <param name="body">The body of the read.</param>
    public static ReadCount Of(ImmutableArray<ValueUse> uses, SyntaxNode body)
    {
        var holders = ImmutableHashSet.CreateBuilder<ISymbol>(SymbolEqualityComparer.Default);
        var sums = ImmutableHashSet.CreateBuilder<ISymbol>(SymbolEqualityComparer.Default);
        var isAsked = false;
        var leaves = false;
        foreach (var use in uses)
        {
            if (use.Variable is ILocalSymbol local)
                holders.Add(local);
            leaves |= use.Variable is IFieldSymbol or IPropertySymbol;
            switch (use.User)
            {
                case IBinaryOperation { Type.SpecialType: SpecialType.System_Boolean } or IIsPatternOperation:
                    isAsked = true;
                    leaves |= Bodies.Around(use.Value.Syntax) != body;
                    break;
                case ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract, Target: ILocalReferenceOperation { Local: var sum } } addition when addition.Value == use.Value:
                    sums.Add(sum);
                    break;
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract, Parent: ISimpleAssignmentOperation { Target: ILocalReferenceOperation { Local: var total } } } addition
                    when SymbolEqualityComparer.Default.Equals(addition.LeftOperand.ReferencedSymbol(), total):
                    sums.Add(total);
                    break;
                case IExpressionStatementOperation or IInterpolationOperation or IRangeOperation or IArrayElementReferenceOperation or IArrayCreationOperation:
                case ISimpleAssignmentOperation { Target: IDiscardOperation }:
                // An index, or the end of a range.
                case IConversionOperation { Type.Name: "Index" }:
                case IArgumentOperation argument when IsLength(argument):
                case IArrayInitializerOperation { Parent: IArrayCreationOperation { IsImplicit: true } }:
                case IInvocationOperation { TargetMethod.Name: "ToString" }:
                    break;
                default:
                    leaves = true;
                    break;
            }
        }

        return new ReadCount(holders.ToImmutable(), sums.ToImmutable(), isAsked, leaves);
    }

    /// <summary>Whether the framework takes the number for a length, a position or something to print, and says nothing about it.</summary>
    private static bool IsLength(IArgumentOperation argument)
    {
        var method = argument.Parent switch
        {
            IInvocationOperation call => call.TargetMethod,
            IObjectCreationOperation { Constructor: { } constructor } => constructor,
            IPropertyReferenceOperation { Property: { IsIndexer: true, GetMethod: { } getter } } => getter,
            _ => null,
        };
        return method is { MethodKind: not MethodKind.DelegateInvoke, ContainingType: { Name: not ("Math" or "Convert" or "Interlocked" or "BitConverter") } type } && method.Name is not ("Equals" or "CompareTo") && !method.IsInSource()
            && type.ContainingNamespace.ToDisplayString() is var space && (space == "System" || space.StartsWith("System.", StringComparison.Ordinal) || space.StartsWith("Microsoft.Extensions.Logging", StringComparison.Ordinal));
    }
}
