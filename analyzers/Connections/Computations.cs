using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>Which catalogued computations are over soon after all.</summary>
internal static class Computations
{
    /// <summary>Rounds of a key derivation that take less than a millisecond.</summary>
    private const int FewRounds = 1000;

    /// <summary>Bytes or items that are dealt with in less than a millisecond.</summary>
    private const int SmallInput = 1024;

    /// <summary>Whether the input is a small constant, or the call only starts asynchronous functions.</summary>
    public static bool IsShort(IInvocationOperation call)
    {
        var isDerivation = false;
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter is not { } parameter)
                continue;
            var value = argument.Value.WithoutConversions();
            if (parameter.Name.StartsWith("iteration", StringComparison.Ordinal))
            {
                isDerivation = true;
                if (value.ConstantValue is { HasValue: true, Value: < FewRounds })
                    return true;
            }

            if (value is IDelegateCreationOperation { Target: IAnonymousFunctionOperation { Symbol.IsAsync: true } })
                return true;
        }

        return !isDerivation && (IsSmallRange(call) || IsSmall(Data(call)));
    }

    /// <summary>Parallel.For over a few numbers.</summary>
    private static bool IsSmallRange(IInvocationOperation call) =>
        call.TargetMethod.Name == "For" && call.Arguments.Length >= 2
        && call.ArgumentFor(0)?.WithoutConversions().ConstantValue is { HasValue: true, Value: int from }
        && call.ArgumentFor(1)?.WithoutConversions().ConstantValue is { HasValue: true, Value: int to }
        && (long)to - from <= SmallInput / 64;

    /// <summary>The data that is worked on: the source of a parallel query or loop, or the first bytes given.</summary>
    private static IOperation? Data(IInvocationOperation call)
    {
        if (call.TargetMethod.IsExtensionMethod)
        {
            IOperation? source = call;
            while (source is IInvocationOperation { TargetMethod.IsExtensionMethod: true } query)
                source = query.Receiver();
            return source;
        }

        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter?.Type is IArrayTypeSymbol or INamedTypeSymbol { Name: "Span" or "ReadOnlySpan" or "Memory" or "ReadOnlyMemory" or "IEnumerable" })
                return argument.Value;
        }

        return null;
    }

    /// <summary>Whether the value is an array, or bytes, whose constant length is small.</summary>
    private static bool IsSmall(IOperation? data)
    {
        while (data is IConversionOperation conversion)
            data = conversion.Operand;
        return data switch
        {
            IArrayCreationOperation { DimensionSizes: var sizes } => sizes.Length == 1 && sizes[0].ConstantValue is { HasValue: true, Value: <= SmallInput },
            IUtf8StringOperation text => text.Value.Length <= SmallInput,
            IInvocationOperation { TargetMethod.Name: "GetBytes", Arguments: { Length: > 0 } arguments } => arguments[0].Value.ConstantValue is { HasValue: true, Value: string { Length: <= SmallInput } },
            _ => false,
        };
    }
}
