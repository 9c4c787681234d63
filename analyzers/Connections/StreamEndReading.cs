using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>Reads a loop over a stream that has come to its end: every further read gives 0 bytes.</summary>
internal sealed class StreamEndReading : LoopReading
{
    private readonly SyntaxNode _read;
    private readonly ImmutableHashSet<ISymbol> _counts;
    private readonly ImmutableHashSet<ISymbol> _sums;
    private readonly bool _isAsked;
    private readonly CallEffects _effects;
    private readonly ConnectionTypes _types;

    /// <param name="read">The call.</param>
    /// <param name="counts">The locals that hold what it gave.</param>
    /// <param name="sums">The locals that it is only added to or taken from.</param>
    /// <param name="isAsked">Whether the loop compares the count: then code of the program may act upon the end, and nothing is taken for granted.</param>
    /// <param name="loop">The outermost loop of the body.</param>
    /// <param name="connection">The variable that holds the stream, or null.</param>
    /// <param name="effects">What calls mean.</param>
    /// <param name="types">What is a connection.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public StreamEndReading(
        SyntaxNode read, ImmutableHashSet<ISymbol> counts, ImmutableHashSet<ISymbol> sums, bool isAsked, IOperation loop, ISymbol? connection, CallEffects effects, ConnectionTypes types,
        CancellationToken cancellationToken)
        : base(loop, connection, true, cancellationToken)
    {
        _read = read;
        _counts = counts;
        _sums = sums;
        _isAsked = isAsked;
        _effects = effects;
        _types = types;
    }

    /// <inheritdoc/>
    protected override FlowStep StepOf(IOperation operation)
    {
        foreach (var inner in operation.SelfAndDescendantsInBody())
        {
            switch (inner)
            {
                case IThrowOperation or IDynamicInvocationOperation or IReturnOperation { Kind: OperationKind.YieldReturn }:
                case IObjectCreationOperation creation when _types.IsConnection(creation.Type):
                case IAssignmentOperation assignment when Renews(assignment):
                case IInvocationOperation call when call.Syntax != _read && Ends(call):
                    return FlowStep.Ends;
            }
        }

        return FlowStep.Passes;
    }

    /// <inheritdoc/>
    protected override Outcome ReadOwn(IOperation condition)
    {
        if (condition is IBinaryOperation { OperatorKind: var kind } comparison)
        {
            if (IsCount(comparison.LeftOperand) && NumberOf(comparison.RightOperand) is { } right)
                return Comparisons.Of(kind, 0, right);
            if (IsCount(comparison.RightOperand) && NumberOf(comparison.LeftOperand) is { } left)
                return Comparisons.Of(kind, left, 0);
            return IsAboutSums(comparison) || IsAboutText(comparison) ? Outcome.Unchanged : Outcome.Unknown;
        }

        return condition switch
        {
            IIsPatternOperation { Pattern: IConstantPatternOperation constant } test when IsCount(test.Value) && NumberOf(constant.Value) is { } number => Comparisons.Of(BinaryOperatorKind.Equals, 0, number),
            IInvocationOperation { TargetMethod: { Name: "Contains" or "StartsWith" or "EndsWith" or "Equals", ContainingType.SpecialType: SpecialType.System_String } } call when HasText(call) => Outcome.Unchanged,
            _ => Outcome.Unknown,
        };
    }

    /// <summary>Whether the call makes the read end otherwise. A loop that waits, or hands the bytes but not their number to code of the program, notices nothing by that.</summary>
    private bool Ends(IInvocationOperation call) =>
        (_effects.Of(call, CancellationToken) & (CallEffect.Relieves | CallEffect.Closes | (_isAsked ? CallEffect.MayChange : CallEffect.None))) != 0;

    private bool IsCount(IOperation operation)
    {
        operation = operation.Unwrapped();
        return operation switch
        {
            IInvocationOperation call => call.Syntax == _read,
            ISimpleAssignmentOperation assignment => assignment.Target.ReferencedSymbol() is { } target && _counts.Contains(target),
            _ => SymbolOf(operation) is { } symbol && _counts.Contains(symbol),
        };
    }

    /// <summary>Whether the comparison is of sums of counts, which stay the same from then on, with what the loop does not change.</summary>
    private bool IsAboutSums(IOperation comparison)
    {
        var isAboutSums = false;
        foreach (var operation in comparison.SelfAndDescendantsInBody())
        {
            switch (operation)
            {
                case ILocalReferenceOperation or IParameterReferenceOperation when operation.ReferencedSymbol() is { } variable:
                    if (_sums.Contains(variable))
                        isAboutSums = true;
                    else if (IsWrittenInLoop(variable))
                        return false;
                    break;
                case IFieldReferenceOperation when IsUnchanged(operation.ReferencedSymbol()):
                case IPropertyReferenceOperation { Property.Name: "Length" }:
                case IBinaryOperation or IConversionOperation or ILiteralOperation or IInstanceReferenceOperation:
                    break;
                default:
                    return false;
            }
        }

        return isAboutSums;
    }

    /// <summary>Whether a text is compared with one that is not empty: no bytes make no such text.</summary>
    private static bool IsAboutText(IBinaryOperation comparison) =>
        comparison is { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals, LeftOperand.Type.SpecialType: SpecialType.System_String } && (IsText(comparison.LeftOperand) || IsText(comparison.RightOperand));

    private static bool HasText(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (IsText(argument.Value))
                return true;
        }

        return false;
    }

    private static bool IsText(IOperation operation) => operation.ConstantValue is { HasValue: true, Value: string { Length: > 0 } };

    private static int? NumberOf(IOperation operation) => operation.WithoutConversions().ConstantValue is { HasValue: true, Value: int number } ? number : null;
}
