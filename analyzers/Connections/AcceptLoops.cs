using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>A place where an accept loop waits for the end of the connection it has accepted.</summary>
/// <param name="Call">The awaited call that serves the connection to its end, or the receive of a loop that does so on the spot.</param>
/// <param name="Until">The loop that goes on until the connection ends.</param>
/// <param name="Loop">The accept loop.</param>
internal sealed record ServedInTurn(IInvocationOperation Call, Location Until, ILoopOperation Loop);

/// <summary>What accept loops do with the connections they accept.</summary>
internal sealed class AcceptLoops
{
    private readonly Apis _apis;
    private readonly SourceMethods _methods;
    private readonly Summaries _summaries;

    public AcceptLoops(Apis apis, SourceMethods methods, Summaries summaries)
    {
        _apis = apis;
        _methods = methods;
        _summaries = summaries;
    }

    /// <summary>
    /// Where the loop around an accept waits for the end of what it accepted; nothing when the loop ends by itself, when several such loops run at once, and when
    /// the connection goes where it cannot be followed.
    /// </summary>
    public ImmutableArray<ServedInTurn> WaitsIn(ConnectionCall accept, CancellationToken cancellationToken)
    {
        var none = ImmutableArray<ServedInTurn>.Empty;
        if ((accept.Facts.Kind & (ApiKind.Accept | ApiKind.Upgrade)) != ApiKind.Accept || LoopAround(accept.Call) is not { } loop || !BodyFacts.IsEndless(loop, _apis)
            || accept.Call.TargetMethod.ReturnType is not INamedTypeSymbol { TypeArguments.Length: 1 } || IsOneOfSeveral(accept.Call, cancellationToken))
        {
            return none;
        }

        var isRequest = accept.Facts.Has(ApiKind.Accept, ApiEntry.RequestWord);
        var connections = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        if (HolderOf(accept.Call) is { } holder)
            connections.Add(holder);
        var found = ImmutableArray.CreateBuilder<ServedInTurn>();
        foreach (var operation in loop.Body.SelfAndDescendantsInBody())
        {
            cancellationToken.ThrowIfCancellationRequested();
            switch (operation)
            {
                case IVariableDeclaratorOperation { Initializer.Value: { } value, Symbol: var local } when Mentions(value, connections):
                    connections.Add(local);
                    break;
                case ISimpleAssignmentOperation { Target: ILocalReferenceOperation target, Value: var value } when Mentions(value, connections):
                    connections.Add(target.Local);
                    break;
                case IInvocationOperation upgrade when isRequest && _apis.Of(upgrade).Is(ApiKind.Upgrade):
                    // From here on the request is a connection.
                    isRequest = false;
                    break;
                case IAwaitOperation wait when wait.Operation.Unwrapped() is IInvocationOperation call && LoopAround(call) == loop:
                    if ((Mentions(call, connections) || Contains(call, accept.Call)) && EndOf(call, isRequest, cancellationToken) is { } end)
                        found.Add(new ServedInTurn(call, end, loop));
                    break;
                case IAwaitOperation wait when !isRequest && wait.Operation.Unwrapped() is IInvocationOperation receive && EndlessLoopWithin(loop, receive) is { } inner && IsReceiveOn(receive, connections, cancellationToken):
                    found.Add(new ServedInTurn(receive, inner.Syntax.GetLocation(), loop));
                    return found.ToImmutable();
            }
        }

        return found.ToImmutable();
    }

    /// <summary>The loop in which the called method receives until the connection ends, or null.</summary>
    private Location? EndOf(IInvocationOperation call, bool isRequest, CancellationToken cancellationToken)
    {
        if (_methods.Target(call, cancellationToken) is not { } target || _summaries.RunsUntilEnd(target, cancellationToken) is not { } end || _summaries.Does(target, ApiKind.Receive, cancellationToken) is null)
            return null;
        return isRequest && _summaries.Does(target, ApiKind.Upgrade, cancellationToken) is null ? null : end;
    }

    private bool IsReceiveOn(IInvocationOperation call, HashSet<ISymbol> connections, CancellationToken cancellationToken) =>
        Mentions(call, connections) && (_apis.Of(call).Is(ApiKind.Receive) || _summaries.Does(call, ApiKind.Receive, cancellationToken) is not null);

    private static ILoopOperation? LoopAround(IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null and not (IAnonymousFunctionOperation or ILocalFunctionOperation); parent = parent.Parent)
        {
            // The sequence of a foreach is made before it.
            if (parent is ILoopOperation and not IForEachLoopOperation { IsAsynchronous: false })
                return (ILoopOperation)parent;
        }

        return null;
    }

    /// <summary>The outermost loop inside the accept loop that the receive stands in and that goes on without an end of its own.</summary>
    private ILoopOperation? EndlessLoopWithin(ILoopOperation acceptLoop, IOperation receive)
    {
        ILoopOperation? endless = null;
        for (var parent = receive.Parent; parent is not null && parent != acceptLoop; parent = parent.Parent)
        {
            if (parent is ILoopOperation inner && BodyFacts.IsEndless(inner, _apis))
                endless = inner;
        }

        return endless;
    }

    /// <summary>The local that an accepted connection is put into, also by a pattern.</summary>
    private static ISymbol? HolderOf(IInvocationOperation accept)
    {
        if (ValueFlow.LocalHolding(accept) is var (local, _))
            return local;
        IOperation value = accept;
        while (value.Parent is { } parent && (ValueFlow.IsHandedOn(value, parent) || parent is ISimpleAssignmentOperation { Target: ILocalReferenceOperation }))
        {
            if (parent is ISimpleAssignmentOperation { Target: ILocalReferenceOperation target })
                return target.Local;
            value = parent;
        }

        if (value.Parent is not IIsPatternOperation test)
            return null;
        foreach (var operation in test.Pattern.SelfAndDescendantsInBody())
        {
            if (operation is IDeclarationPatternOperation { DeclaredSymbol: { } declared })
                return declared;
            if (operation is IRecursivePatternOperation { DeclaredSymbol: { } named })
                return named;
        }

        return null;
    }

    private static bool Mentions(IOperation operation, HashSet<ISymbol> connections)
    {
        foreach (var inner in operation.SelfAndDescendantsInBody())
        {
            if (inner is ILocalReferenceOperation { Local: var local } && connections.Contains(local))
                return true;
        }

        return false;
    }

    private static bool Contains(IOperation outer, IOperation inner) => outer != inner && outer.Syntax.Span.Contains(inner.Syntax.Span);

    /// <summary>Whether the function of the loop is started several times over, as workers are: then so many connections are served at once.</summary>
    private static bool IsOneOfSeveral(IInvocationOperation accept, CancellationToken cancellationToken)
    {
        var body = Bodies.Around(accept.Syntax);
        var name = body switch
        {
            MethodDeclarationSyntax method => method.Identifier.ValueText,
            LocalFunctionStatementSyntax local => local.Identifier.ValueText,
            AnonymousFunctionExpressionSyntax lambda when IsRepeated(lambda) => null,
            _ => "",
        };
        if (name is null or "")
            return name is null;
        var scope = body!.FirstAncestorOrSelf<TypeDeclarationSyntax>() ?? body.SyntaxTree.GetRoot(cancellationToken);
        foreach (var node in scope.DescendantNodes())
        {
            if (node is SimpleNameSyntax mention && mention.Identifier.ValueText == name && IsRepeated(mention))
                return true;
        }

        return false;
    }

    private static bool IsRepeated(SyntaxNode node)
    {
        for (var child = node; child.Parent is { } parent and not MemberDeclarationSyntax; child = parent)
        {
            // Awaited where it is called: one after the other.
            if (parent is AwaitExpressionSyntax)
                return false;
            if (parent is WhileStatementSyntax or DoStatementSyntax or ForStatementSyntax or CommonForEachStatementSyntax)
                return true;
            if (parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call } && call.Expression.RightmostName() is "Select" or "Repeat" or "ForEachAsync" or "ForAsync" or "ForEach" or "For")
                return true;
        }

        return false;
    }
}
