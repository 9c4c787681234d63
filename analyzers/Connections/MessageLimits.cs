using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>Which loops gather the pieces of a message without ever asking how many bytes they have.</summary>
internal sealed class MessageLimits
{
    private readonly Receives _receives;
    private readonly Apis _apis;

    public MessageLimits(Receives receives, Apis apis)
    {
        _receives = receives;
        _apis = apis;
    }

    /// <summary>The call that adds what the receive gave to a local that grows with it, when nothing in the loop limits it; else null.</summary>
    public IOperation? UnlimitedGrowth(Receive receive, CancellationToken cancellationToken)
    {
        if (receive is not { Unit: ReceivedUnit.Fragment, IsCatalogued: true, Call: { SemanticModel: { } model } call } || Loops.Outermost(call.Syntax) is not { } loop)
            return null;
        var message = _receives.MessageOf(receive, cancellationToken);
        if (message.Leaves || !message.Consults("EndOfMessage", cancellationToken))
            return null;
        foreach (var use in message.Data)
        {
            if ((AdditionOf(use.Operation) ?? JoinedBy(use, cancellationToken)) is not var (addition, store) || !loop.Span.Contains(addition.Syntax.Span) || !GrowsWithout(store, addition, cancellationToken)
                || model.GetOperation(loop, cancellationToken) is not { } loopOperation || IsLimited(store, loopOperation))
            {
                continue;
            }

            return addition;
        }

        return null;
    }

    /// <summary>The call or assignment that adds the bytes, or the text made of them, to a local, and that local.</summary>
    private static (IOperation Addition, ILocalSymbol Store)? AdditionOf(IOperation use)
    {
        for (var operation = use; operation is not null and not IExpressionStatementOperation; operation = operation.Parent)
        {
            switch (operation)
            {
                case IInvocationOperation { TargetMethod.Name: "Write" or "WriteAsync" or "AddRange" or "Append" } call when call.Receiver() is ILocalReferenceOperation { Local: var store } && IsGrowing(store.Type):
                    return (call, store);
                case ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add, Target: ILocalReferenceOperation { Local: { Type.SpecialType: SpecialType.System_String } text } } addition:
                    return (addition, text);
            }
        }

        return null;
    }

    /// <summary>The same for text that goes through other locals first.</summary>
    private (IOperation Addition, ILocalSymbol Store)? JoinedBy(DataUse use, CancellationToken cancellationToken) =>
        use is { Kind: DataUseKind.Decoded, Operation: IInvocationOperation decode } && _receives.JoinedAt(decode, cancellationToken) is { } joined ? AdditionOf(joined) : null;

    private static bool IsGrowing(ITypeSymbol type) =>
        type is { Name: "MemoryStream" or "List" or "StringBuilder" or "ArrayBufferWriter" } && type.ContainingNamespace?.ToDisplayString() is "System.IO" or "System.Collections.Generic" or "System.Text" or "System.Buffers";

    /// <summary>Whether the local is made outside of the innermost loop around the addition, and not over a buffer of a fixed size.</summary>
    private static bool GrowsWithout(ILocalSymbol store, IOperation addition, CancellationToken cancellationToken)
    {
        if (store.DeclaringSyntaxReferences is not { Length: 1 } references)
            return false;
        var declaration = references[0].GetSyntax(cancellationToken);
        for (var node = addition.Syntax.Parent; node is not null; node = node.Parent)
        {
            if (!Loops.IsLoop(node))
                continue;
            if (node.Span.Contains(declaration.Span))
                return false;
            return addition.SemanticModel?.GetOperation(declaration, cancellationToken) is IVariableDeclaratorOperation declarator
                && (declarator.GetVariableInitializer()?.Value.WithoutConversions() is not IObjectCreationOperation { Type.Name: "MemoryStream", Arguments: { Length: > 0 } arguments } || arguments[0].Value.Type is not IArrayTypeSymbol);
        }

        return false;
    }

    /// <summary>Whether something in the loop may limit the local: it is compared, or so is a number that is added up; or code of the program is given either.</summary>
    private bool IsLimited(ILocalSymbol store, IOperation loop)
    {
        var sums = new HashSet<ISymbol>(SymbolEqualityComparer.Default) { store };
        foreach (var operation in loop.SelfAndDescendantsInBody())
        {
            if (operation is ICompoundAssignmentOperation { Target: var target } && target.ReferencedSymbol() is { } sum)
                sums.Add(sum);
        }

        foreach (var operation in loop.SelfAndDescendantsInBody())
        {
            switch (operation)
            {
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual or BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual or BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } comparison when Mentions(comparison, sums):
                case IIsPatternOperation test when Mentions(test, sums):
                    return true;
                // Inside the very loop that gathers: what is given away behind it is the whole message.
                case IInvocationOperation call when _apis.IsDeclaredHere(call.TargetMethod) || call.TargetMethod.MethodKind == MethodKind.DelegateInvoke:
                    foreach (var argument in call.Arguments)
                    {
                        if (argument.Value.WithoutConversions() is ILocalReferenceOperation { Local: var given } && sums.Contains(given) && given.Type.SpecialType != SpecialType.System_String)
                            return true;
                        if (argument.Value.WithoutConversions() is IPropertyReferenceOperation { Property.Name: "Length" or "Count" or "WrittenCount" or "Position" })
                            return true;
                    }

                    break;
            }
        }

        return false;
    }

    private static bool Mentions(IOperation root, HashSet<ISymbol> variables)
    {
        foreach (var operation in root.SelfAndDescendantsInBody())
        {
            if (operation.ReferencedSymbol() is { } variable && variables.Contains(variable))
                return true;
        }

        return false;
    }
}
