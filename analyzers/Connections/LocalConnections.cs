using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>A connection that its method has to dispose and does not, on some path.</summary>
/// <param name="Local">The variable that holds it.</param>
/// <param name="Because">What happens instead.</param>
/// <param name="MayOutliveScope">Whether something may still use it when the variable's scope ends: work that nobody awaits, a lambda that runs at another time.</param>
internal sealed record LeakedConnection(ILocalSymbol Local, Evidence Because, bool MayOutliveScope);

/// <summary>What becomes of connections that a method creates and holds in a local. Only what stays inside the method is judged.</summary>
internal sealed class LocalConnections
{
    private readonly Apis _apis;
    private readonly ConnectionTypes _types;
    private readonly Summaries _summaries;
    private readonly ConnectionFates _fates;

    public LocalConnections(Apis apis, ConnectionTypes types, Summaries summaries, ConnectionFates fates)
    {
        _apis = apis;
        _types = types;
        _summaries = summaries;
        _fates = fates;
    }

    /// <summary>The leak of a created connection, or null when it is disposed, escapes, or is not held in a local.</summary>
    public LeakedConnection? LeakOf(IOperation creation, CancellationToken cancellationToken)
    {
        if (ValueFlow.LocalHolding(creation) is not var (local, declarator) || !_types.IsConnection(local.Type) || ConnectionFates.IsUsingDeclarator(declarator))
            return null;
        if (Bodies.Around(declarator) is not { } body || creation.SemanticModel is not { } model)
            return null;

        var uses = new List<ConnectionUse>();
        _fates.AddUses(local, body, model, 0, uses, cancellationToken);
        var ends = new HashSet<SyntaxNode>();
        var mayOutlive = false;
        foreach (var use in uses)
        {
            if (use.Fate is Fate.Escaped or Fate.DisposedAlways)
                return null;
            if (use.Fate == Fate.Disposed)
                ends.Add(use.Node);
            mayOutlive |= MayRunLater(use.Operation, local, body, model, cancellationToken);
        }

        if (ends.Count == 0)
            return new LeakedConnection(local, new Evidence("NeverDisposed", declarator.GetLocation(), null, local.Name), mayOutlive);
        return OpenPaths.FirstExit(local, creation, ends.Contains, operation => MayFail(operation, cancellationToken), static _ => null, cancellationToken) is { } exit
            ? new LeakedConnection(local, new Evidence("DisposeSkipped", exit.GetLocation(), null, local.Name), mayOutlive)
            : null;
    }

    /// <summary>An awaited operation on a connection, itself or in a source method. A failed connect is left out: there is no connection to leak then.</summary>
    private bool MayFail(IOperation operation, CancellationToken cancellationToken)
    {
        const ApiKind Failing = ApiKind.Send | ApiKind.Receive | ApiKind.Close;
        if (operation is not IAwaitOperation { Operation: { } awaited } || awaited.Unwrapped() is not IInvocationOperation call)
            return false;
        return _apis.Of(call).Is(Failing)
            || (_summaries.Does(call.TargetMethod, Failing, cancellationToken) is not null && !_summaries.FactsOf(call.TargetMethod, cancellationToken).GuardsEverything);
    }

    /// <summary>Whether the use may go on after the scope of the variable has ended.</summary>
    private static bool MayRunLater(IOperation use, ILocalSymbol local, SyntaxNode body, SemanticModel model, CancellationToken cancellationToken)
    {
        for (var operation = use; operation.Parent is { } parent; operation = parent)
        {
            if (parent.Syntax == body)
                return false;
            switch (parent)
            {
                // A task that comes out of this use, directly or by way of a lambda.
                case IInvocationOperation call when call.TargetMethod.ReturnType.IsTaskLike() && !IsWaitedFor(call, body, model, cancellationToken):
                    return true;
                case ILocalFunctionOperation:
                    return true;
                case IAnonymousFunctionOperation lambda when !IsHandedToItself(lambda, local):
                    if (!IsArgumentOfAwaited(lambda, body, model, cancellationToken))
                        return true;
                    break;
                case IAnonymousFunctionOperation:
                    return false;
            }
        }

        return false;
    }

    /// <summary>A listener of the connection itself: it is called no more once the connection is disposed.</summary>
    private static bool IsHandedToItself(IAnonymousFunctionOperation lambda, ILocalSymbol local)
    {
        IOperation? parent = lambda.Parent;
        while (parent is IDelegateCreationOperation or IConversionOperation or IArgumentOperation)
            parent = parent.Parent;
        var owner = parent switch
        {
            IEventAssignmentOperation { EventReference: IEventReferenceOperation { Instance: { } instance } } => instance,
            IInvocationOperation call => call.Receiver(),
            _ => null,
        };
        return SymbolEqualityComparer.Default.Equals(owner?.WithoutConversions().ReferencedSymbol(), local);
    }

    private static bool IsArgumentOfAwaited(IAnonymousFunctionOperation lambda, SyntaxNode body, SemanticModel model, CancellationToken cancellationToken)
    {
        IOperation? parent = lambda.Parent;
        while (parent is IDelegateCreationOperation or IConversionOperation or IArgumentOperation)
            parent = parent.Parent;
        return parent is IInvocationOperation call && call.TargetMethod.ReturnType.IsTaskLike() && IsWaitedFor(call, body, model, cancellationToken);
    }

    /// <summary>Whether the task is awaited on the spot, or put into a local that an await of the same body mentions.</summary>
    private static bool IsWaitedFor(IInvocationOperation call, SyntaxNode body, SemanticModel model, CancellationToken cancellationToken)
    {
        for (IOperation current = call; current.Parent is { } parent; current = parent)
        {
            switch (parent)
            {
                case IAwaitOperation:
                case IInvocationOperation { TargetMethod.Name: "Wait" or "GetResult" } or IPropertyReferenceOperation { Property.Name: "Result" }:
                    return true;
                // The value of a lambda's last expression: whoever is given the lambda waits, or does not.
                case IReturnOperation or IAnonymousFunctionOperation:
                    return Bodies.Around(call.Syntax) != body;
                case IExpressionStatementOperation:
                    return false;
                case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator }:
                    return IsAwaitedLater(declarator.Symbol, body, model, cancellationToken);
                case ISimpleAssignmentOperation { Target: ILocalReferenceOperation target }:
                    return IsAwaitedLater(target.Local, body, model, cancellationToken);
            }
        }

        return false;
    }

    private static bool IsAwaitedLater(ILocalSymbol task, SyntaxNode body, SemanticModel model, CancellationToken cancellationToken)
    {
        foreach (var node in Bodies.NodesOf(body))
        {
            if (node is IdentifierNameSyntax identifier
                && identifier.Identifier.ValueText == task.Name
                && identifier.FirstAncestorOrSelf<AwaitExpressionSyntax>() is not null
                && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(identifier, cancellationToken).Symbol, task))
            {
                return true;
            }
        }

        return false;
    }
}
