using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>A place where a result is asked something: <c>result.EndOfMessage</c>, or a pattern that names the property.</summary>
/// <param name="Member">The property.</param>
/// <param name="Operation">The reference or pattern.</param>
/// <param name="Variable">The variable that held the result, or null.</param>
internal sealed record Consultation(string Member, IOperation Operation, ISymbol? Variable);

/// <summary>What is done with the received bytes at one place.</summary>
internal enum DataUseKind
{
    /// <summary>They are taken for a whole text or object.</summary>
    Decoded,

    /// <summary>They are sent on, in their turn, as a whole message.</summary>
    SentAsWhole,

    /// <summary>They are sent on with the flag of the result or as a part of a message.</summary>
    Forwarded,

    /// <summary>They are copied, read byte by byte, or looked at in some other way that stays in sight.</summary>
    Read,

    /// <summary>They go where they cannot be followed.</summary>
    Leaves,

    /// <summary>They are overwritten: another receive is given the same buffer.</summary>
    Filled,
}

/// <summary>One use of the received bytes.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Operation">The call, or other operation, that does it.</param>
/// <param name="Value">The bytes, as they are given to it.</param>
/// <param name="IsLimited">Whether they are cut to a length first, or the call takes one.</param>
internal sealed record DataUse(DataUseKind Kind, IOperation Operation, IOperation Value, bool IsLimited);

/// <summary>What becomes of the result and of the bytes of one receive, as far as can be seen.</summary>
internal sealed class ReceivedMessage
{
    /// <summary>The member under which a plain number of bytes is consulted, as that of a fragment is.</summary>
    public const string CountMember = "Count";

    private ReceivedMessage(Receive receive, ImmutableArray<Consultation> consultations, bool isIgnored, bool leaves, ImmutableArray<ISymbol> buffers, ImmutableArray<DataUse> data)
    {
        Receive = receive;
        Consultations = consultations;
        IsIgnored = isIgnored;
        Leaves = leaves;
        Buffers = buffers;
        Data = data;
    }

    /// <summary>The receive.</summary>
    public Receive Receive { get; }

    /// <summary>Where the result is asked something, in its own body and where it was handed to.</summary>
    public ImmutableArray<Consultation> Consultations { get; }

    /// <summary>Whether nobody looks at the result at all.</summary>
    public bool IsIgnored { get; }

    /// <summary>Whether the result also goes where it cannot be followed: returned, stored, handed to unknown code. Nothing that is missing here is proven then.</summary>
    public bool Leaves { get; }

    /// <summary>The variables over the bytes that the receive fills: the array, and segments and memories over it.</summary>
    public ImmutableArray<ISymbol> Buffers { get; }

    /// <summary>What is done with the bytes.</summary>
    public ImmutableArray<DataUse> Data { get; }

    /// <summary>
    /// Whether the result of this very receive may be asked for the member: a question behind the next assignment to the variable is about another result.
    /// </summary>
    public bool Consults(string member, CancellationToken cancellationToken)
    {
        foreach (var consultation in Consultations)
        {
            if (consultation.Member == member && IsAboutThis(consultation, cancellationToken))
                return true;
        }

        return false;
    }

    /// <summary>Whether the number of received bytes is asked for anything but whether it is 0.</summary>
    public bool UsesCount
    {
        get
        {
            foreach (var consultation in Consultations)
            {
                if (consultation.Member == CountMember && !IsComparedWithZero(consultation.Operation))
                    return true;
            }

            return false;
        }
    }

    /// <summary>The uses of the bytes that this very receive has put there: those that it comes to before the buffer is filled again.</summary>
    public IEnumerable<DataUse> UsesOfItsData(CancellationToken cancellationToken)
    {
        foreach (var use in Data)
        {
            if (use.Kind != DataUseKind.Filled && IsComeTo(use, cancellationToken))
                yield return use;
        }
    }

    /// <summary>The first receive in the source that fills the same buffer and whose data comes to the use as well; this one when there is no other.</summary>
    public bool IsFirstToFill(DataUse use, Receives receives, CancellationToken cancellationToken)
    {
        foreach (var other in Data)
        {
            if (other is { Kind: DataUseKind.Filled, Operation: IInvocationOperation call }
                // In the method that this call hands on the result of, it is this receive itself.
                && (Receive.IsCatalogued || Bodies.Around(call.Syntax) == Bodies.Around(Receive.Call.Syntax))
                && call.Syntax.SyntaxTree == Receive.Call.Syntax.SyntaxTree && call.Syntax.SpanStart < Receive.Call.Syntax.SpanStart
                && receives.At(call, cancellationToken) is { } earlier
                && receives.MessageOf(earlier, cancellationToken).IsComeTo(use, cancellationToken))
            {
                return false;
            }
        }

        return true;
    }

    private bool IsComeTo(DataUse use, CancellationToken cancellationToken)
    {
        var call = Receive.Call;
        var body = Bodies.Around(call.Syntax);
        if (Bodies.Around(use.Operation.Syntax) != body)
        {
            // Handed on to a method or function; or a buffer that lives longer than this body, of which other code makes use at its own time.
            foreach (var buffer in Buffers)
            {
                if (buffer is not (ILocalSymbol or IParameterSymbol))
                    return false;
            }

            return true;
        }

        return use.Operation.Syntax.Span.Contains(call.Syntax.Span) || Reachability.First(
            call,
            operation => operation.Syntax == use.Operation.Syntax,
            operation => operation is IInvocationOperation other && other.Syntax != call.Syntax && Fills(other),
            cancellationToken) is not null;
    }

    private bool Fills(IInvocationOperation call)
    {
        foreach (var use in Data)
        {
            if (use.Kind == DataUseKind.Filled && use.Operation.Syntax == call.Syntax)
                return true;
        }

        return false;
    }

    /// <summary>Whether a number is only asked whether it is 0, or not.</summary>
    public static bool IsComparedWithZero(IOperation count) =>
        count.ParentIgnoringConversions() is IBinaryOperation comparison && (IsZero(comparison.LeftOperand) || IsZero(comparison.RightOperand));

    private static bool IsZero(IOperation operand) => operand.WithoutConversions().ConstantValue is { HasValue: true, Value: 0 };

    /// <summary>Reads what becomes of a receive.</summary>
    public static ReceivedMessage Read(Receive receive, ValueUses uses, Apis apis, CancellationToken cancellationToken)
    {
        var consultations = ImmutableArray.CreateBuilder<Consultation>();
        var leaves = false;
        var isUsed = false;
        foreach (var use in uses.Of(receive.Call, static _ => null, cancellationToken))
        {
            if (use.Variable is null && use.User is IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation })
                continue;
            isUsed = true;
            if (receive.Unit == ReceivedUnit.Bytes && use.Value.Type?.SpecialType == SpecialType.System_Int32)
                consultations.Add(new Consultation(CountMember, use.Value, use.Variable));
            else
                leaves |= !Interpret(use, consultations);
        }

        var buffers = receive.Buffer is { } buffer ? VariablesOf(buffer) : ImmutableArray<ISymbol>.Empty;
        return new ReceivedMessage(receive, consultations.ToImmutable(), !isUsed, leaves, buffers, DataOf(receive, buffers, uses, apis, cancellationToken));
    }

    private bool IsAboutThis(Consultation consultation, CancellationToken cancellationToken)
    {
        var call = Receive.Call;
        if (consultation.Variable is not { } variable || Bodies.Around(consultation.Operation.Syntax) != Bodies.Around(call.Syntax))
            return true;
        // In the statement of the receive itself: while (!(result = await ReceiveAsync()).EndOfMessage).
        if (consultation.Operation.Syntax.Span.Contains(call.Syntax.Span))
            return true;
        return Reachability.First(
            call,
            operation => operation.Syntax == consultation.Operation.Syntax,
            // "result = await pending" hands this result on to another variable.
            operation => operation is ISimpleAssignmentOperation { Target: var target, Value: var value } && SymbolEqualityComparer.Default.Equals(target.ReferencedSymbol(), variable) && value.Unwrapped().ReferencedSymbol() is null,
            cancellationToken) is not null;
    }

    /// <summary>Adds what the use asks the result; false when it lets the result out of sight.</summary>
    private static bool Interpret(ValueUse use, ImmutableArray<Consultation>.Builder consultations)
    {
        switch (use.User)
        {
            case IPropertyReferenceOperation property when property.Instance == use.Value:
                consultations.Add(new Consultation(property.Property.Name, property, use.Variable));
                return true;
            case IFieldReferenceOperation field when field.Instance == use.Value:
                consultations.Add(new Consultation(field.Field.Name, field, use.Variable));
                return true;
            case IIsPatternOperation test when test.Value == use.Value:
                return AddPattern(test.Pattern, use, consultations);
            case ISwitchOperation @switch when @switch.Value == use.Value:
                return AddPattern(@switch, use, consultations);
            case ISwitchExpressionOperation @switch when @switch.Value == use.Value:
                return AddPattern(@switch, use, consultations);
            case IExpressionStatementOperation or IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } or INameOfOperation or IIsTypeOperation:
                return true;
            // "_ = await ReceiveAsync()".
            case ISimpleAssignmentOperation { Target: IDiscardOperation, Parent: IExpressionStatementOperation }:
                return true;
            // A task that is waited for beside others is looked at where it is awaited.
            case IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { Name: "WhenAny", ContainingType.Name: "Task" } } } or IArrayInitializerOperation when use.Value.Type.IsTaskLike():
            case IInvocationOperation { TargetMethod.Name: "Wait" } or IPropertyReferenceOperation { Property.Name: "IsCompleted" or "IsFaulted" or "IsCanceled" or "IsCompletedSuccessfully" } when use.Value.Type.IsTaskLike():
                return true;
            default:
                return false;
        }
    }

    private static bool AddPattern(IOperation pattern, ValueUse use, ImmutableArray<Consultation>.Builder consultations)
    {
        var staysInSight = true;
        foreach (var operation in pattern.SelfAndDescendantsInBody())
        {
            switch (operation)
            {
                case IPropertySubpatternOperation { Member: IMemberReferenceOperation member }:
                    consultations.Add(new Consultation(member.Member.Name, pattern, use.Variable));
                    break;
                case IDeclarationPatternOperation { DeclaredSymbol: not null } or IRecursivePatternOperation { DeclaredSymbol: not null }:
                    // Another name for the result.
                    staysInSight = false;
                    break;
            }
        }

        return staysInSight;
    }

    /// <summary>The variables that an expression for bytes stands for: the segment, and the array that it is over.</summary>
    public static ImmutableArray<ISymbol> VariablesOf(IOperation buffer)
    {
        var variables = ImmutableArray.CreateBuilder<ISymbol>();
        IOperation? current = buffer;
        while (current is not null)
        {
            current = current.WithoutConversions();
            switch (current)
            {
                case IObjectCreationOperation { Arguments: { IsEmpty: false } arguments }:
                    current = arguments[0].Value;
                    continue;
                // The implicit conversion of an array to a segment or memory is an operator.
                case IConversionOperation conversion:
                    current = conversion.Operand;
                    continue;
                case IInvocationOperation call when call.Receiver() is { } receiver && BufferSteps.IsOver(call):
                    current = receiver;
                    continue;
                case IPropertyReferenceOperation { Property.Name: "Memory" or "Array" or "Span", Instance: { } instance }:
                    current = instance;
                    continue;
            }

            if (current.ReferencedSymbol() is not { } variable || variables.Contains(variable))
                break;
            variables.Add(variable);
            current = variable is ILocalSymbol ? InitialiserOf(current) : null;
        }

        return variables.ToImmutable();
    }

    private static IOperation? InitialiserOf(IOperation reference)
    {
        if (reference is not ILocalReferenceOperation { Local.DeclaringSyntaxReferences: { Length: 1 } declarations } || reference.SemanticModel is not { } model)
            return null;
        return declarations[0].GetSyntax() switch
        {
            // "MemoryMarshal.TryGetArray(memory, out var segment)"
            SingleVariableDesignationSyntax { Parent: DeclarationExpressionSyntax { Parent: ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call } } } =>
                model.GetOperation(call) is IInvocationOperation over && BufferSteps.IsArrayBehind(over) ? over.Arguments[0].Value : null,
            var declaration => model.GetOperation(declaration) is IVariableDeclaratorOperation { Initializer.Value: { } value } ? value : null,
        };
    }

    private static ImmutableArray<DataUse> DataOf(Receive receive, ImmutableArray<ISymbol> buffers, ValueUses uses, Apis apis, CancellationToken cancellationToken)
    {
        var data = ImmutableArray.CreateBuilder<DataUse>();
        var seen = new HashSet<SyntaxNode>();
        foreach (var buffer in buffers)
        {
            foreach (var use in uses.Of(buffer, receive.Call.Syntax, BufferSteps.Pass, cancellationToken))
            {
                if (use.User is not { } user || !seen.Add(use.Value.Syntax) || BufferSteps.Interpret(use, user, apis) is not { } found)
                    continue;
                data.Add(found);
            }
        }

        return data.ToImmutable();
    }
}
