using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
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
    /// <summary>What needs its token, and its connection, until its task ends, as a send does; a receive its buffer too.</summary>
    private const ApiKind Others = ApiKind.Connect | ApiKind.Receive | ApiKind.Close;

    private readonly Apis _apis;
    private readonly ConnectionTypes _types;
    private readonly Summaries _summaries;
    private readonly ConnectionUses _uses;
    private readonly AbandonedSockets _abandoned;

    public OutstandingSends(Apis apis, ConnectionTypes types, Summaries summaries, ConnectionUses uses, AbandonedSockets abandoned)
    {
        _apis = apis;
        _types = types;
        _summaries = summaries;
        _uses = uses;
        _abandoned = abandoned;
    }

    /// <summary>What the send loses before its task is waited for, or null when it keeps everything, or its task goes where it cannot be followed.</summary>
    public GoneTooEarly? LostBy(IInvocationOperation send, CancellationToken cancellationToken)
    {
        if (!send.TargetMethod.ReturnType.IsTaskLike() || !TryFindTask(send, out var task) || !EndsSomething(send.Syntax) || send.SemanticModel is not { } model)
            return null;
        var needed = NeededBy(send, model, cancellationToken);
        // That a handler returns meanwhile, and its socket with it, is the greater mistake.
        if (needed.IsEmpty || _abandoned.IsHandOver(send, cancellationToken))
            return null;

        ISymbol? lost = null;
        var end = Reachability.FirstWithoutException(
            send,
            operation => (lost = EndedBy(operation, needed, model)) is not null,
            operation => IsWaitFor(operation, task) || IsWriteTo(operation, needed),
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
                case IReturnOperation { Kind: OperationKind.Return } or IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation }:
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

    /// <summary>Whether the body around gives anything back or disposes anything, as far as the text tells.</summary>
    private static bool EndsSomething(SyntaxNode send)
    {
        if (Bodies.Around(send) is not { } body)
            return false;
        foreach (var node in Bodies.NodesOf(body))
        {
            if (node is UsingStatementSyntax or LocalDeclarationStatementSyntax { UsingKeyword.RawKind: (int)SyntaxKind.UsingKeyword }
                or SimpleNameSyntax { Identifier.ValueText: "Return" or "Dispose" or "DisposeAsync" })
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The locals and parameters that have to live as long as the send. What lives in fields has an owner that is not seen from here.</summary>
    private ImmutableArray<ISymbol> NeededBy(IInvocationOperation send, SemanticModel model, CancellationToken cancellationToken)
    {
        var needed = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        var kinds = ApiKind.Send;
        if (_apis.Of(send) is var facts && facts.Is(ApiKind.Send | Others))
        {
            kinds = facts.Is(ApiKind.Send) ? ApiKind.Send : Others;
            AddArguments(send, static _ => true, needed);
        }
        else if (facts != ApiFacts.None || Reached(send, ref kinds, cancellationToken) is not { } reached || _summaries.RunsUntilEnd(send.TargetMethod, cancellationToken) is not null)
        {
            return ImmutableArray<ISymbol>.Empty;
        }
        else
        {
            AddArguments(reached.Leaf.Call, static _ => true, needed);
            for (var i = reached.Path.Length - 1; i >= 0; i--)
                needed = reached.Path[i].Operation is IInvocationOperation step ? AtCaller(needed, step) : new HashSet<ISymbol>(SymbolEqualityComparer.Default);
            needed = AtCaller(needed, send);
        }

        if (_uses.UsedBy(send, kinds, model, cancellationToken) is { Root: var connection } && EndsWith(connection, cancellationToken))
            needed.Add(connection);
        // Who drops a task at some time before the connection ends has dropped it in the first place; a buffer goes at once.
        var isDropped = DroppedTasks.FormOf(send) is not null;
        needed.RemoveWhere(variable => variable is not (ILocalSymbol or IParameterSymbol) || (isDropped && !HoldsBytes(variable)));
        return needed.ToImmutableArray();
    }

    private ReachedIO? Reached(IInvocationOperation call, ref ApiKind kinds, CancellationToken cancellationToken)
    {
        if (_summaries.Does(call, ApiKind.Send, cancellationToken) is { } send)
            return send;
        kinds = Others;
        return _summaries.Does(call, Others, cancellationToken);
    }

    /// <summary>What the callee needs, as the caller names it; what the callee made itself is left out.</summary>
    private static HashSet<ISymbol> AtCaller(HashSet<ISymbol> needed, IInvocationOperation call)
    {
        var named = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        AddArguments(call, parameter => Contains(needed, parameter), named);
        if (call.TargetMethod.MethodKind != MethodKind.LocalFunction)
            return named;
        foreach (var variable in needed)
        {
            if (!SymbolEqualityComparer.Default.Equals(variable.ContainingSymbol, call.TargetMethod.OriginalDefinition))
                named.Add(variable);
        }

        return named;
    }

    /// <summary>Whether the parameter of the called method is among them; the callee may implement the method of an interface, which has parameters of its own.</summary>
    private static bool Contains(HashSet<ISymbol> needed, IParameterSymbol parameter)
    {
        if (needed.Contains(parameter.OriginalDefinition))
            return true;
        if (parameter.ContainingSymbol is not IMethodSymbol { IsAbstract: true } contract)
            return false;
        foreach (var variable in needed)
        {
            if (variable is IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Ordinary or MethodKind.ExplicitInterfaceImplementation } method } own && own.Ordinal == parameter.Ordinal
                && method.Parameters.Length == contract.Parameters.Length)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Adds the variables behind the bytes and the token that a call is given.</summary>
    private static void AddArguments(IInvocationOperation call, Func<IParameterSymbol, bool> isNeeded, HashSet<ISymbol> variables)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter is not { Type: var type } parameter || !isNeeded(parameter))
                continue;
            if (Tokens.IsToken(type))
            {
                if (Tokens.Identity(argument.Value) is { } source)
                    variables.Add(source);
            }
            else if (type is IArrayTypeSymbol || type.Name is "ArraySegment" or "Memory" or "ReadOnlyMemory")
            {
                foreach (var variable in ReceivedMessage.VariablesOf(WithoutSlice(argument.Value)))
                {
                    if (HoldsBytes(variable))
                        variables.Add(variable);
                }
            }
        }
    }

    /// <summary><c>memory</c> for <c>memory[..count]</c>; a range of an array is a copy, and stays.</summary>
    private static IOperation WithoutSlice(IOperation value)
    {
        while (true)
        {
            switch (value)
            {
                case IConversionOperation conversion:
                    value = conversion.Operand;
                    continue;
                case IObjectCreationOperation { Arguments: { IsEmpty: false } arguments, Type.Name: "ArraySegment" or "Memory" or "ReadOnlyMemory" }:
                    value = arguments[0].Value;
                    continue;
                case IInvocationOperation call when call.Receiver() is { } receiver && BufferSteps.IsOver(call):
                    value = receiver;
                    continue;
                case IImplicitIndexerReferenceOperation slice:
                    value = slice.Instance;
                    continue;
                case IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } instance }:
                    value = instance;
                    continue;
                // The stream hands out its pooled buffer; a plain stream keeps its own when it is disposed.
                case IInvocationOperation { TargetMethod: { Name: "GetBuffer", ContainingType.Name: "RecyclableMemoryStream" }, Instance: { } stream }:
                    value = stream;
                    continue;
                default:
                    return value;
            }
        }
    }

    private static bool HoldsBytes(ISymbol variable)
    {
        var type = variable switch
        {
            ILocalSymbol local => local.Type,
            IParameterSymbol parameter => parameter.Type,
            _ => null,
        };
        if (type is IArrayTypeSymbol || type?.Name is "ArraySegment" or "Memory" or "ReadOnlyMemory" or "RecyclableMemoryStream" || IsOwner(type))
            return true;
        foreach (var contract in type?.AllInterfaces ?? ImmutableArray<INamedTypeSymbol>.Empty)
        {
            if (IsOwner(contract))
                return true;
        }

        return false;
    }

    private static bool IsOwner(ITypeSymbol? type) => type is { Name: "IMemoryOwner", ContainingNamespace: { Name: "Buffers", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } } };

    /// <summary>Whether the connection ends when the variable is disposed: it is the connection itself, or an object of this program whose own dispose ends the one it has.</summary>
    private bool EndsWith(ISymbol variable, CancellationToken cancellationToken)
    {
        var type = variable switch
        {
            ILocalSymbol local => local.Type,
            IParameterSymbol parameter => parameter.Type,
            _ => null,
        };
        // A writer waits, when it is disposed, for nothing that it still writes.
        if (type is null || !_types.IsConnection(type))
            return type is not null && (_apis.Of(type) & ApiKind.OneWriter) != 0;
        if (_types.OwnedConnection(type) is not { } owned)
            return true;
        foreach (var current in type.SelfAndBaseTypes())
        {
            foreach (var member in current.GetMembers())
            {
                if (member is IMethodSymbol { Name: "Dispose" or "DisposeAsync" or "DisposeAsyncCore" } dispose && Bodies.Of(dispose, cancellationToken) is { } body && Mentions(body, owned.Name))
                    return true;
            }
        }

        return false;
    }

    /// <summary>The needed variable that the operation disposes or gives back, or null. The graph shows the end of a using as a call of Dispose.</summary>
    private static ISymbol? EndedBy(IOperation operation, ImmutableArray<ISymbol> needed, SemanticModel model)
    {
        if (operation is not IInvocationOperation call)
            return null;
        var value = call.TargetMethod.Name switch
        {
            "Dispose" or "DisposeAsync" when call.Arguments.IsEmpty => call.Receiver(),
            "Return" when IsPool(call.TargetMethod.ContainingType) && call.Arguments.Length > 0 => call.ArgumentFor(0),
            _ => null,
        };
        return value is not null && ConnectionName.Written(value, model).ReferencedSymbol() is { } ended && needed.Contains(ended, SymbolEqualityComparer.Default) ? ended : null;
    }

    private static bool IsPool(INamedTypeSymbol type)
    {
        foreach (var current in type.SelfAndBaseTypes())
        {
            if (current is { Name: "ArrayPool", ContainingNamespace: { Name: "Buffers", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } } })
                return true;
        }

        return false;
    }

    /// <summary>Whether the operation waits for the task, or hands it to somebody who may.</summary>
    private static bool IsWaitFor(IOperation operation, ISymbol? task) => task is not null && operation switch
    {
        ILocalReferenceOperation reference => SymbolEqualityComparer.Default.Equals(reference.Local, task) && !(reference.Parent is ISimpleAssignmentOperation assignment && assignment.Target == reference),
        // A function that mentions it waits for it when it runs, for all that is known.
        IFlowAnonymousFunctionOperation => Mentions(operation.Syntax, task.Name),
        _ => false,
    };

    /// <summary>Whether a needed variable gets another value: what ends from there on is something else.</summary>
    private static bool IsWriteTo(IOperation operation, ImmutableArray<ISymbol> needed) =>
        operation is ISimpleAssignmentOperation { Target: var target } && target.ReferencedSymbol() is { } written && needed.Contains(written, SymbolEqualityComparer.Default);

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
