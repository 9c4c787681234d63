using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>What expressions do with bytes: which only give them another form, which cut them, which use them.</summary>
internal static class BufferSteps
{
    /// <summary>Whether the call gives the bytes of its receiver in another form, all of them or a part.</summary>
    public static bool IsOver(IInvocationOperation call) => call.TargetMethod.Name is "AsMemory" or "AsSpan" or "Slice" or "AsArraySegment";

    /// <summary>Whether the call gives the array behind a memory in its out argument.</summary>
    public static bool IsArrayBehind(IInvocationOperation call) =>
        call is { TargetMethod: { Name: "TryGetArray", ContainingType.Name: "MemoryMarshal" or "SequenceMarshal" }, Arguments.Length: 2 };

    /// <summary>The step that bytes take through the expression around them, or null when that uses them.</summary>
    public static ValueStep? Pass(IOperation value)
    {
        switch (value.Parent)
        {
            // An operator of Memory, ArraySegment and the spans.
            case IConversionOperation conversion:
                return new ValueStep(conversion, false);
            case IArgumentOperation { Parameter.Ordinal: 0, Parent: IObjectCreationOperation { Type.Name: "ArraySegment" or "Memory" or "ReadOnlyMemory" or "Span" or "ReadOnlySpan" or "ReadOnlySequence" } creation }:
                return new ValueStep(creation, creation.Arguments.Length > 1);
            case IInvocationOperation call when call.Receiver() == value && IsOver(call):
                return new ValueStep(call, HasLengths(call));
            case IArgumentOperation { Parameter.Ordinal: 0, Parent: IInvocationOperation { TargetMethod.IsExtensionMethod: true } call } when IsOver(call):
                return new ValueStep(call, HasLengths(call));
            case IArgumentOperation { Parameter.Ordinal: 0, Parent: IInvocationOperation { TargetMethod: { Name: "Take", ContainingType.Name: "Enumerable" } } call }:
                return new ValueStep(call, true);
            case IArgumentOperation { Parameter.Ordinal: 0, Parent: IInvocationOperation { TargetMethod: { Name: "ToArray" or "ToList", ContainingType.Name: "Enumerable" } } call }:
                return new ValueStep(call, false);
            case IInvocationOperation { TargetMethod.Name: "ToArray", Instance: { } instance } call when instance == value:
                return new ValueStep(call, false);
            case IPropertyReferenceOperation { Property.Name: "Array" or "Span" or "Memory" } property when property.Instance == value:
                return new ValueStep(property, false);
            // memory[..count]: spans, memories and segments have no indexer for ranges, the compiler calls Slice.
            case IImplicitIndexerReferenceOperation slice when slice.Instance == value && slice.Argument.WithoutConversions().Type?.Name == "Range":
                return new ValueStep(slice, true);
            case IPropertyReferenceOperation { Property.IsIndexer: true, Arguments: { Length: 1 } arguments } slice when slice.Instance == value && arguments[0].Value.Type?.Name == "Range":
                return new ValueStep(slice, true);
            default:
                return value.Parent is { Kind: OperationKind.None } or IArrayElementReferenceOperation ? RangeOf(value) : null;
        }
    }

    /// <summary>What is done with the bytes at a place, or null when that is nothing: they are filled, asked for their length, given back to a pool.</summary>
    public static DataUse? Interpret(ValueUse use, IOperation user, Apis apis)
    {
        switch (user)
        {
            case IArgumentOperation { Parent: IInvocationOperation call }:
                if (IsArrayBehind(call))
                    return null;
                var facts = apis.Of(call);
                if (facts.Is(ApiKind.Receive))
                    return new DataUse(DataUseKind.Filled, call, use.Value, use.IsPart);
                if (facts.Is(ApiKind.Send))
                    return new DataUse(SendsWhole(call) ? DataUseKind.SentAsWhole : DataUseKind.Forwarded, call, use.Value, use.IsPart || TakesLength(call));
                if (facts.Is(ApiKind.Decodes))
                    return new DataUse(DataUseKind.Decoded, call, use.Value, use.IsPart || TakesLength(call));
                return call.TargetMethod.Name switch
                {
                    "Return" or "Clear" => null,
                    // A copy: what becomes of it is not followed.
                    _ when IsCopy(call) => new DataUse(DataUseKind.Read, call, use.Value, use.IsPart || TakesLength(call)),
                    _ => new DataUse(DataUseKind.Leaves, call, use.Value, use.IsPart || TakesLength(call)),
                };
            case IArgumentOperation { Parent: IObjectCreationOperation creation }:
                return creation.Constructor is { } constructor && apis.Of(constructor).Is(ApiKind.Decodes)
                    ? new DataUse(DataUseKind.Decoded, creation, use.Value, use.IsPart || creation.Arguments.Length > 1)
                    : new DataUse(DataUseKind.Leaves, creation, use.Value, use.IsPart || creation.Arguments.Length > 1);
            case IPropertyReferenceOperation { Property.Name: "Length" or "Count" or "LongLength" or "Offset" or "IsEmpty" }:
            case INameOfOperation:
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals }:
                return null;
            case IInvocationOperation { TargetMethod.Name: "CopyTo" or "TryCopyTo" } copy:
                return new DataUse(DataUseKind.Read, copy, use.Value, use.IsPart);
            case IInvocationOperation { TargetMethod.Name: "Dispose" }:
            case IExpressionStatementOperation:
                return null;
            case IArrayElementReferenceOperation or IPropertyReferenceOperation { Property.IsIndexer: true }:
                return new DataUse(DataUseKind.Read, user, use.Value, true);
            default:
                return new DataUse(DataUseKind.Leaves, user, use.Value, use.IsPart);
        }
    }

    /// <summary>Whether the send ends its message whatever the result said: its flag is the constant true.</summary>
    public static bool SendsWhole(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter is { Name: "endOfMessage", Type.SpecialType: SpecialType.System_Boolean })
                return argument.Value.ConstantValue is { HasValue: true, Value: true };
            // WebSocketMessageFlags.EndOfMessage is 1.
            if (argument.Parameter?.Type.Name == "WebSocketMessageFlags")
                return argument.Value.ConstantValue is { HasValue: true, Value: int flags } && (flags & 1) != 0;
        }

        return false;
    }

    private static bool IsCopy(IInvocationOperation call) => call.TargetMethod.Name switch
    {
        "Write" or "WriteAsync" or "AddRange" or "BlockCopy" or "Copy" or "CopyTo" or "Append" or "Resize" => !call.TargetMethod.IsInSource(),
        _ => false,
    };

    /// <summary>Whether the call takes a number of bytes that is more than the length of the whole buffer.</summary>
    private static bool TakesLength(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter is { Name: "count" or "length" or "byteCount" or "size", Type.SpecialType: SpecialType.System_Int32 or SpecialType.System_Int64 } && !IsLengthOfWhole(argument.Value))
                return true;
        }

        return false;
    }

    private static bool HasLengths(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter is { Type.SpecialType: SpecialType.System_Int32 } or { Type.Name: "Range" or "Index" } && !IsLengthOfWhole(argument.Value))
                return true;
        }

        return false;
    }

    private static bool IsLengthOfWhole(IOperation length) => length.WithoutConversions() is IPropertyReferenceOperation { Property: { Name: "Length", ContainingType.SpecialType: SpecialType.System_Array } };

    private static ValueStep? RangeOf(IOperation value)
    {
        // array[..count] is an array element reference with a range for index.
        if (value.Parent is IArrayElementReferenceOperation { Indices: { Length: 1 } indices } element && element.ArrayReference == value && indices[0].WithoutConversions().Type?.Name == "Range")
            return new ValueStep(element, true);
        return null;
    }
}
