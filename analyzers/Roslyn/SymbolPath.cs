using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace WebSocketAnalyzers.Roslyn;

/// <summary>
/// A variable, by the members that lead to it: <c>_a</c>, <c>local.B</c>, <c>T.A.B</c>, <c>_a[i]</c>. Two expressions with the same path mean the same variable of one
/// function, as long as nothing on the path is assigned in between.
/// </summary>
internal sealed class SymbolPath : IEquatable<SymbolPath>
{
    private const int Longest = 16;

    // The variable itself first, the root last. An index stands before the sequence it goes into.
    private readonly ImmutableArray<ISymbol> _symbols;

    private SymbolPath(ImmutableArray<ISymbol> symbols) => _symbols = symbols;

    /// <summary>The variable itself, without the way to it; for an element the sequence.</summary>
    public ISymbol Symbol => _symbols[0];

    /// <summary>Whether the path is one variable of the own object, of the function, or of a type.</summary>
    public bool IsSimple => _symbols.Length == 1;

    /// <summary>The path of an expression, or null when it is more than a chain of variables.</summary>
    /// <param name="operation">The expression.</param>
    /// <param name="valueOf">What a temporary of the flow graph was given, or null when that is not one value.</param>
    public static SymbolPath? Of(IOperation? operation, Func<CaptureId, IOperation?>? valueOf = null)
    {
        var symbols = ImmutableArray.CreateBuilder<ISymbol>();
        for (var steps = 0; operation is not null && steps < Longest; steps++)
        {
            operation = operation.WithoutConditionalAccess();
            switch (operation)
            {
                case IParenthesizedOperation parenthesized:
                    operation = parenthesized.Operand;
                    continue;
                case IFlowCaptureReferenceOperation capture:
                    operation = valueOf?.Invoke(capture.Id);
                    continue;
                case ILocalReferenceOperation local:
                    symbols.Add(local.Local);
                    return new SymbolPath(symbols.ToImmutable());
                case IParameterReferenceOperation parameter:
                    symbols.Add(parameter.Parameter);
                    return new SymbolPath(symbols.ToImmutable());
                case IFieldReferenceOperation field:
                    symbols.Add(field.Field.OriginalDefinition);
                    if (field.Instance is null or IInstanceReferenceOperation)
                        return new SymbolPath(symbols.ToImmutable());
                    operation = field.Instance;
                    continue;
                case IPropertyReferenceOperation property:
                    symbols.Add(property.Property.OriginalDefinition);
                    foreach (var argument in property.Arguments)
                    {
                        if (argument.Value.ReferencedSymbol() is not { } index)
                            return null;
                        symbols.Add(index);
                    }

                    if (property.Instance is null or IInstanceReferenceOperation)
                        return new SymbolPath(symbols.ToImmutable());
                    operation = property.Instance;
                    continue;
                case IArrayElementReferenceOperation element:
                    // The array's own symbol goes first: it names the variable.
                    if (element.ArrayReference.ReferencedSymbol() is not { } array)
                        return null;
                    symbols.Add(array);
                    foreach (var position in element.Indices)
                    {
                        if (position.ReferencedSymbol() is not { } index)
                            return null;
                        symbols.Add(index);
                    }

                    return new SymbolPath(symbols.ToImmutable());
                default:
                    return null;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public bool Equals(SymbolPath? other) => other is not null && other._symbols.Length == _symbols.Length && LeadsTo(other);

    /// <summary>Whether the way to the other variable comes by this one, or is the same: <c>a</c> leads to <c>a.B</c>.</summary>
    public bool LeadsTo(SymbolPath other)
    {
        var skipped = other._symbols.Length - _symbols.Length;
        if (skipped < 0)
            return false;
        for (var i = 0; i < _symbols.Length; i++)
        {
            if (!SymbolEqualityComparer.Default.Equals(_symbols[i], other._symbols[i + skipped]))
                return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SymbolPath);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = 17;
        foreach (var symbol in _symbols)
            hash = unchecked((hash * 31) + SymbolEqualityComparer.Default.GetHashCode(symbol));
        return hash;
    }
}
