using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>Something that a send still needs when it is given back or disposed.</summary>
/// <param name="What">The variable: a buffer, the owner of one, the connection, the source of the token.</param>
/// <param name="Because">Where it goes.</param>
internal sealed record GoneTooEarly(ISymbol What, Evidence Because);

/// <summary>
/// What sends need until their tasks end, and whether it is there that long: the bytes, the connection, the source of their token. A task that is not waited for
/// on the spot goes on while the code goes on, also behind a return out of a using.
/// </summary>
internal sealed class OutstandingSends
{
    private readonly Apis _apis;
    private readonly Summaries _summaries;

    public OutstandingSends(Apis apis, Summaries summaries)
    {
        _apis = apis;
        _summaries = summaries;
    }

    /// <summary>What the send loses before its task is waited for, or null when it keeps everything, or its task goes where it cannot be followed.</summary>
    public GoneTooEarly? LostBy(IInvocationOperation send, CancellationToken cancellationToken)
    {
        if (!send.TargetMethod.ReturnType.IsTaskLike() || !TryFindTask(send, out var task))
            return null;
        var needed = NeededBy(send);
        if (needed.IsEmpty || !(_apis.Of(send).Is(ApiKind.Send) || _summaries.Does(send, ApiKind.Send, cancellationToken) is not null))
            return null;

        ISymbol? lost = null;
        var end = Reachability.FirstWithoutException(
            send,
            operation => (lost = EndedBy(operation, needed)) is not null,
            operation => task is not null && IsWaitFor(operation, task),
            static _ => null,
            cancellationToken);
        return end is null || lost is null ? null : new GoneTooEarly(lost, new Evidence("GivenBack", end.Syntax.GetLocation(), null, lost.Name));
    }

    /// <summary>Whether the task can be followed; false when it is waited for at once or goes elsewhere.</summary>
    /// <param name="send">The call.</param>
    /// <param name="task">The local that holds it, or null when it is returned or dropped.</param>
    private static bool TryFindTask(IInvocationOperation send, out ISymbol? task)
    {
        task = null;
        IOperation value = send;
        while (value.Parent is { } parent)
        {
            switch (parent)
            {
                case IConversionOperation or IParenthesizedOperation:
                case IConditionalAccessOperation access when access.WhenNotNull == value:
                case IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "AsTask" } wrapped when wrapped.Receiver() == value:
                // "return new ValueTask(socket.SendAsync(..))"
                case IArgumentOperation { Parent: IObjectCreationOperation creation } when creation.Type.IsTaskLike():
                case IObjectCreationOperation created when created.Type.IsTaskLike():
                    value = parent;
                    continue;
                case IReturnOperation or IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation }:
                    return true;
                case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator }:
                    task = declarator.Symbol;
                    return true;
                case ISimpleAssignmentOperation { Target: ILocalReferenceOperation target } assignment when assignment.Value == value:
                    task = target.Local;
                    return true;
                default:
                    return false;
            }
        }

        return false;
    }

    /// <summary>The locals and parameters that have to live as long as the send. What lives in fields has an owner that is not seen from here.</summary>
    private static ImmutableArray<ISymbol> NeededBy(IInvocationOperation send)
    {
        var needed = ImmutableArray.CreateBuilder<ISymbol>();
        Add(send.Receiver().ReferencedSymbol());
        foreach (var argument in send.Arguments)
        {
            if (argument.Parameter is not { Type: var type })
                continue;
            if (type.Name == nameof(CancellationToken) && argument.Value.WithoutConversions() is IPropertyReferenceOperation { Property.Name: "Token", Instance: { } source })
                Add(source.ReferencedSymbol());
            else if (type is IArrayTypeSymbol || type.Name is "ArraySegment" or "Memory" or "ReadOnlyMemory")
            {
                foreach (var variable in ReceivedMessage.VariablesOf(argument.Value))
                    Add(variable);
            }
        }

        return needed.ToImmutable();

        void Add(ISymbol? variable)
        {
            if (variable is ILocalSymbol or IParameterSymbol && !needed.Contains(variable, SymbolEqualityComparer.Default))
                needed.Add(variable);
        }
    }

    /// <summary>The needed variable that the operation disposes or gives back, or null. The graph shows the end of a using as a call of Dispose.</summary>
    private static ISymbol? EndedBy(IOperation operation, ImmutableArray<ISymbol> needed)
    {
        if (operation is not IInvocationOperation call)
            return null;
        var ended = call.TargetMethod.Name switch
        {
            "Dispose" or "DisposeAsync" when call.Arguments.IsEmpty => call.Receiver().ReferencedSymbol(),
            "Return" when call.TargetMethod.ContainingType is { Name: "ArrayPool", ContainingNamespace.Name: "Buffers" } && call.Arguments.Length > 0 => call.ArgumentFor(0).ReferencedSymbol(),
            _ => null,
        };
        return ended is not null && needed.Contains(ended, SymbolEqualityComparer.Default) ? ended : null;
    }

    /// <summary>Whether the operation waits for the task, or hands it to somebody who may.</summary>
    private static bool IsWaitFor(IOperation operation, ISymbol task) => operation switch
    {
        ILocalReferenceOperation reference => SymbolEqualityComparer.Default.Equals(reference.Local, task) && !(reference.Parent is ISimpleAssignmentOperation assignment && assignment.Target == reference),
        // A function that mentions it waits for it when it runs, for all that is known.
        IFlowAnonymousFunctionOperation function => Mentions(function.Syntax, task.Name),
        _ => false,
    };

    private static bool Mentions(SyntaxNode node, string name)
    {
        foreach (var descendant in node.DescendantNodes())
        {
            if (descendant is IdentifierNameSyntax identifier && identifier.Identifier.ValueText == name)
                return true;
        }

        return false;
    }
}
