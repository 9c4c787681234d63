using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>Which guards around a receive loop let ordinary disconnects through: those come as several types of exception.</summary>
internal sealed class DisconnectGuards
{
    private readonly Handlers _handlers;
    private readonly SpinningLoops _spinning;

    public DisconnectGuards(Handlers handlers, SpinningLoops spinning)
    {
        _handlers = handlers;
        _spinning = spinning;
    }

    /// <summary>The guard around the receive through which a disconnect escapes to where nobody expects it, and why nobody does; null when there is none.</summary>
    public (CatchClauseSyntax Clause, Evidence Because)? LeakAround(Receive receive, ISymbol containingSymbol, CancellationToken cancellationToken)
    {
        var call = receive.Call;
        if (receive is not { Unit: ReceivedUnit.Fragment, IsCatalogued: true } || Loops.Outermost(call.Syntax) is null || call.SemanticModel is not { } model
            || NarrowClause(call, model, cancellationToken) is not { } clause
            || Unobserved(call, containingSymbol, model, cancellationToken) is not { } because
            // A guard that spins is a mistake of its own.
            || _spinning.AfterFailure(call, cancellationToken) is not null)
        {
            return null;
        }

        return (clause, because);
    }

    /// <summary>The first clause that is meant for a lost connection, when all clauses together take only some of what that throws; null when they may take all of it.</summary>
    private static CatchClauseSyntax? NarrowClause(IInvocationOperation call, SemanticModel model, CancellationToken cancellationToken)
    {
        CatchClauseSyntax? narrow = null;
        CatchClauseSyntax? ofToken = null;
        foreach (var clause in CatchClauses.Around(call.Syntax))
        {
            if (CatchClauses.OperationOf(clause, model, cancellationToken) is not { } handler)
                return null;
            switch (handler.ExceptionType)
            {
                case { Name: "WebSocketException", ContainingNamespace.Name: "WebSockets" } when handler.Filter is null:
                    narrow ??= clause;
                    break;
                case { Name: "OperationCanceledException", ContainingNamespace.Name: "System" } when handler.Filter is { } filter && IsOfToken(filter):
                    ofToken ??= clause;
                    break;
                // Every cancellation, everything, or what only the author knows.
                case { Name: "WebSocketException" or "OperationCanceledException" or "Exception" or "SystemException" or "ExternalException" or "Win32Exception" or "Object" }:
                case null:
                    return null;
            }
        }

        return narrow ?? ofToken;
    }

    /// <summary>Whether the filter holds only when somebody cancelled a token.</summary>
    private static bool IsOfToken(IOperation filter)
    {
        foreach (var operation in filter.SelfAndDescendantsInBody())
        {
            if (operation is IUnaryOperation or IInvocationOperation or IIsPatternOperation || (operation is IPropertyReferenceOperation { Type.SpecialType: SpecialType.System_Boolean, Property.Name: not "IsCancellationRequested" }))
                return false;
        }

        return filter.Type?.SpecialType == SpecialType.System_Boolean;
    }

    /// <summary>Why no caller of the receive's body is there to take its failures: a library calls it for each connection, or all that start it drop its task.</summary>
    private Evidence? Unobserved(IInvocationOperation call, ISymbol containingSymbol, SemanticModel model, CancellationToken cancellationToken)
    {
        if (Bodies.Around(call.Syntax) is not { } body)
            return null;
        if (_handlers.Around(call.Syntax, containingSymbol, cancellationToken) is { Key: "Upgrade" or "Callback" or "PerConnectionDelegate", Cause: null } root)
            return root;
        return body switch
        {
            MethodDeclarationSyntax { Parent: TypeDeclarationSyntax type, Identifier.ValueText: var name } method when model.GetDeclaredSymbol(method, cancellationToken) is IMethodSymbol { DeclaredAccessibility: Accessibility.Private } symbol && symbol.ReturnType.IsTaskLike() =>
                symbol.ContainingType.DeclaringSyntaxReferences.Length == 1 ? DroppedBy(type, name, symbol, model, cancellationToken) : null,
            LocalFunctionStatementSyntax { Identifier.ValueText: var name } function when model.GetDeclaredSymbol(function, cancellationToken) is IMethodSymbol symbol && symbol.ReturnType.IsTaskLike() && Bodies.Around(function) is { } outer =>
                DroppedBy(outer, name, symbol, model, cancellationToken),
            _ => null,
        };
    }

    /// <summary>The first of the calls of a function when all of them drop its task, else null.</summary>
    private static Evidence? DroppedBy(SyntaxNode scope, string name, IMethodSymbol function, SemanticModel model, CancellationToken cancellationToken)
    {
        Evidence? first = null;
        foreach (var node in scope.DescendantNodes())
        {
            if (node is not IdentifierNameSyntax identifier || identifier.Identifier.ValueText != name
                || model.GetSymbolInfo(identifier, cancellationToken).Symbol is not IMethodSymbol named || !SymbolEqualityComparer.Default.Equals(named.Definition(), function.Definition()))
            {
                continue;
            }

            var invocation = identifier.FirstAncestorOrSelf<InvocationExpressionSyntax>(candidate => candidate.Expression.RightmostName() == name);
            if (invocation is null || model.GetOperation(invocation, cancellationToken) is not IInvocationOperation start || DroppedTasks.FormOf(start) is null)
                return null;
            first ??= new Evidence("TaskDropped", invocation.GetLocation(), null, name);
        }

        return first;
    }
}
