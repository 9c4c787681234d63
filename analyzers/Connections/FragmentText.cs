using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>Where the text of a single fragment goes.</summary>
internal static class FragmentText
{
    /// <summary>
    /// The place where text that a fragment was decoded to becomes part of a message: appended to that of other fragments, or sent on as a fragment in its turn.
    /// Null when it is only looked at, such as by a log.
    /// </summary>
    public static IOperation? JoinedAt(IInvocationOperation decode, ValueUses uses, Apis apis, CancellationToken cancellationToken)
    {
        if (!IsText(decode))
            return null;
        foreach (var use in uses.Of(decode, Pass, cancellationToken))
        {
            switch (use.User)
            {
                case ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add, Target.Type.SpecialType: SpecialType.System_String } append when append.Value == use.Value:
                    return append;
                case IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { Name: "Append" or "AppendFormat" or "Insert", ContainingType: { Name: "StringBuilder", ContainingNamespace.Name: "Text" } } } append }:
                    return append;
                case IArgumentOperation { Parent: IInvocationOperation call } when apis.Of(call).Is(ApiKind.Send) && !BufferSteps.SendsWhole(call):
                    return call;
            }
        }

        return null;
    }

    private static bool IsText(IInvocationOperation decode) => decode.TargetMethod.Name is "GetString" or "GetChars" && decode.Receiver() is not null;

    /// <summary>Whether a character may take more than one byte, and so be cut: not in ASCII and Latin-1.</summary>
    public static bool CanBeCut(IInvocationOperation decode) => decode.Receiver() is not IPropertyReferenceOperation { Property.Name: "ASCII" or "Latin1" };

    /// <summary>Text stays that text when it is joined with other, put into bytes, or given another form.</summary>
    private static ValueStep? Pass(IOperation value) => value.Parent switch
    {
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Add, Type.SpecialType: SpecialType.System_String } joined => new ValueStep(joined, false),
        IInterpolationOperation { Parent: IInterpolatedStringOperation text } => new ValueStep(text, false),
        IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { Name: "GetBytes", ContainingNamespace.Name: "Text" } } bytes } => new ValueStep(bytes, false),
        _ => BufferSteps.Pass(value),
    };
}
