using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>Sends of one message to many peers, and whether a peer that does not read holds up the others.</summary>
internal sealed class Broadcasts
{
    private readonly Apis _apis;
    private readonly ConnectionTypes _types;
    private readonly Summaries _summaries;
    private readonly Tokens _tokens;
    private readonly ConnectionUses _uses;

    public Broadcasts(Apis apis, ConnectionTypes types, Summaries summaries, Tokens tokens, ConnectionUses uses)
    {
        _apis = apis;
        _types = types;
        _summaries = summaries;
        _tokens = tokens;
        _uses = uses;
    }

    /// <summary>Why the send to one of many peers holds up the others for as long as that peer likes, or null when it does not, or has a limit of its own.</summary>
    public Evidence? HeldUpBy(IInvocationOperation send, CancellationToken cancellationToken)
    {
        if (!send.TargetMethod.ReturnType.IsTaskLike() || send.SemanticModel is not { } model || AroundAll(send, cancellationToken) is not { } around
            || _uses.UsedBy(send, ApiKind.Send, model, cancellationToken) is not { Root: ILocalSymbol or IParameterSymbol } name
            || !IsOfItem(name.Root, around.Scope, cancellationToken) || MayHaveLimit(send, cancellationToken))
        {
            return null;
        }

        // Together they all have the time that the caller gives; in turn, those behind the slow one have none left.
        return around.Because.Key == "AllTogether" && (_tokens.EndsOf(send, cancellationToken) & TokenEnds.Caller) != 0 ? null : around.Because;
    }

    /// <summary>What goes through the peers around the send and waits for it: a loop with an await, or <c>WhenAll</c> over them; null when there is none.</summary>
    private static (SyntaxNode Scope, Evidence Because)? AroundAll(IInvocationOperation send, CancellationToken cancellationToken)
    {
        var value = (IOperation)send;
        while (value.Parent is IConversionOperation or IParenthesizedOperation || (value.Parent is IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "AsTask" } form && form.Receiver() == value))
            value = value.Parent;
        if (value.Parent is IAwaitOperation wait && LoopAround(wait) is { } loop)
            return (loop.Syntax, new Evidence("EachInTurn", loop.Collection.Syntax.GetLocation(), null, loop.Collection.Syntax.ToString()));
        if (value.Parent is IArgumentOperation { Parent: IInvocationOperation { TargetMethod.Name: "Add", Instance: ILocalReferenceOperation { Local: var tasks } } added }
            && LoopAround(added) is { } starting && WhenAllOf(tasks, starting, cancellationToken) is { } all)
        {
            return (starting.Syntax, All(all, starting.Collection));
        }

        // Awaited or handed back by the function that is run for each peer.
        return value.Parent is IAwaitOperation or IReturnOperation && FunctionAround(value) is { } lambda && SelectOf(lambda) is { } select && WhenAllAround(select) is { } together
            ? (lambda.Syntax, All(together, select.Receiver() ?? together))
            : null;
    }

    private static Evidence All(IOperation whenAll, IOperation peers) => new Evidence("AllTogether", whenAll.Syntax.GetLocation(), null, peers.Syntax.ToString());

    private static IForEachLoopOperation? LoopAround(IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null and not (IAnonymousFunctionOperation or ILocalFunctionOperation); parent = parent.Parent)
        {
            if (parent is IForEachLoopOperation loop)
                return loop.IsAsynchronous ? null : loop;
            // What is repeated for one peer is another matter.
            if (parent is ILoopOperation)
                return null;
        }

        return null;
    }

    private static IOperation? WhenAllOf(ILocalSymbol tasks, IOperation loop, CancellationToken cancellationToken)
    {
        if (Bodies.Around(loop.Syntax) is not { } body || loop.SemanticModel is not { } model)
            return null;
        foreach (var reference in ValueFlow.ReferencesTo(tasks, body, model, cancellationToken))
        {
            if (reference.ParentIgnoringConversions() is IArgumentOperation { Parent: IInvocationOperation call } && IsAwaitedWhenAll(call))
                return call;
        }

        return null;
    }

    private static IAnonymousFunctionOperation? FunctionAround(IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            switch (parent)
            {
                case IAnonymousFunctionOperation lambda:
                    return lambda;
                case ILocalFunctionOperation or ILoopOperation:
                    return null;
            }
        }

        return null;
    }

    private static IInvocationOperation? SelectOf(IAnonymousFunctionOperation lambda)
    {
        var parent = lambda.Parent;
        while (parent is IDelegateCreationOperation or IConversionOperation or IArgumentOperation)
            parent = parent.Parent;
        return parent is IInvocationOperation { TargetMethod: { Name: "Select", ContainingType.Name: "Enumerable" or "ParallelEnumerable" } } select ? select : null;
    }

    private static IInvocationOperation? WhenAllAround(IInvocationOperation select)
    {
        var parent = select.Parent;
        while (parent is IConversionOperation or IArgumentOperation or IInvocationOperation { TargetMethod: { Name: "ToArray" or "ToList", ContainingType.Name: "Enumerable" } })
            parent = parent.Parent;
        if (parent is IInvocationOperation whenAll)
            return IsAwaitedWhenAll(whenAll) ? whenAll : null;
        return parent is IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var tasks } declarator } ? WhenAllOf(tasks, declarator, CancellationToken.None) as IInvocationOperation : null;
    }

    /// <summary>Whether the call is a <c>Task.WhenAll</c> that is awaited or handed back as it is.</summary>
    private static bool IsAwaitedWhenAll(IInvocationOperation call)
    {
        if (call.TargetMethod is not { Name: "WhenAll", ContainingType: { Name: "Task", IsStatic: false } })
            return false;
        var value = (IOperation)call;
        while (value.Parent is IConversionOperation || (value.Parent is IInvocationOperation { TargetMethod.Name: "ConfigureAwait" } form && form.Instance == value))
            value = value.Parent;
        return value.Parent is IAwaitOperation or IReturnOperation;
    }

    /// <summary>Whether the variable is, or holds, the connection that one turn is about: the item itself, or what was made of it without opening a connection.</summary>
    private bool IsOfItem(ISymbol variable, SyntaxNode scope, CancellationToken cancellationToken)
    {
        if (variable.DeclaringSyntaxReferences is not { Length: 1 } declarations || !Bodies.Contains(scope, declarations[0].GetSyntax(cancellationToken)))
            return false;
        var type = (variable as ILocalSymbol)?.Type ?? ((IParameterSymbol)variable).Type;
        if (!IsPeer(type) && !(type is INamedTypeSymbol { Name: "KeyValuePair", TypeArguments: { Length: 2 } pair } && IsPeer(pair[1])))
            return false;
        // A connection that the turn opens is closed with it, and is no peer of a broadcast.
        return _summaries.ModelOf(scope).GetOperation(declarations[0].GetSyntax(cancellationToken), cancellationToken) is not IVariableDeclaratorOperation { Initializer.Value: { } value } || !Opens(value.Unwrapped());
    }

    /// <summary>Whether what is sent on is the connection of one peer: of a writer that follows from the send, which is one only over a connection.</summary>
    private bool IsPeer(ITypeSymbol type) => _types.IsConnection(type) || (_apis.Of(type) & ApiKind.OneWriter) != 0;

    private bool Opens(IOperation value) => value switch
    {
        IObjectCreationOperation => true,
        IInvocationOperation call => _apis.Of(call).Is(ApiKind.Accept | ApiKind.Upgrade | ApiKind.Creates | ApiKind.Connect) || call.Parent is IAwaitOperation,
        _ => false,
    };

    /// <summary>Whether something may end the wait for this peer alone: its token, a wait with a limit, or what the method that sends does.</summary>
    private bool MayHaveLimit(IInvocationOperation send, CancellationToken cancellationToken)
    {
        const TokenEnds Limits = TokenEnds.Time | TokenEnds.Program | TokenEnds.Unknown;
        if ((_tokens.EndsOf(send, cancellationToken) & Limits) != 0)
            return true;
        var facts = _apis.Of(send);
        // Hubs buffer what their clients do not read, and datagrams wait for nobody.
        if (facts.Entry(ApiKind.Send) is { } itself)
            return itself.WaitsForNobody;
        // What also waits for answers, or goes on until its connection ends, serves the peer and is no broadcast.
        if (_summaries.Does(send, ApiKind.Send, cancellationToken) is not { } reached || _summaries.Does(send, ApiKind.Receive | ApiKind.Accept | ApiKind.Connect, cancellationToken) is not null
            || _summaries.RunsUntilEnd(send.TargetMethod, cancellationToken) is not null)
        {
            return true;
        }

        var leaf = reached.Leaf.Call;
        if ((_tokens.EndsOf(leaf, cancellationToken) & Limits) != 0 || _apis.Of(leaf).Entry(ApiKind.Send) is { WaitsForNobody: true } || HasLimitAround(leaf))
            return true;
        foreach (var step in reached.Path)
        {
            if (HasLimitAround(step.Operation))
                return true;
        }

        return false;
    }

    /// <summary>Whether the body around mentions anything that limits a wait.</summary>
    private static bool HasLimitAround(IOperation operation)
    {
        if (Bodies.Around(operation.Syntax) is not { } body)
            return true;
        return body.Names("CancelAfter") || body.Names("WhenAny") || body.Names("CancellationTokenSource") || operation.ParentIgnoringConversions() is IInvocationOperation { TargetMethod: { Name: "WaitAsync", ContainingType.Name: "Task" } };
    }
}
