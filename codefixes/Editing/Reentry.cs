using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>Whether code that holds a lock may come to take it again. Whatever cannot be followed counts as if it did.</summary>
internal static class Reentry
{
    /// <summary>A place where the lock may be taken again while it is held, or null when there is none.</summary>
    public static SyntaxNode? Find(List<LockUse> uses, ConnectionModel connections, CancellationToken cancellationToken)
    {
        var bodies = new HashSet<SyntaxNode>();
        var isInAccessor = false;
        foreach (var use in uses)
        {
            if (use.Kind == LockUseKind.Exit)
                continue;
            if (Bodies.Around(use.Expression) is not { } body)
                return use.Expression;
            bodies.Add(body);
            isInAccessor |= body is not (MethodDeclarationSyntax or LocalFunctionStatementSyntax or ConstructorDeclarationSyntax);
        }

        foreach (var use in uses)
        {
            if (use.Kind != LockUseKind.Exit && Again(use, bodies, isInAccessor, connections, cancellationToken) is { } again)
                return again;
        }

        return null;
    }

    private static SyntaxNode? Again(LockUse use, HashSet<SyntaxNode> bodies, bool isInAccessor, ConnectionModel connections, CancellationToken cancellationToken)
    {
        // Between two calls everything up to the end of the function may be held.
        SyntaxNode held = use.Statement is { } statement ? statement.Statement : Bodies.Around(use.Expression)!;
        if (use.Model.GetOperation(held, cancellationToken) is not { } root)
            return held;
        foreach (var node in held.DescendantNodes())
        {
            // A lock statement inside, also in a lambda that somebody runs meanwhile.
            if (node is LockStatementSyntax inner && use.Model.GetSymbolInfo(inner.Expression, cancellationToken).Symbol is { } symbol && SymbolEqualityComparer.Default.Equals(symbol, use.Owner))
                return inner;
        }

        foreach (var operation in BodyFacts.InPlace(root, connections.Apis))
        {
            if (CalledBy(operation) is { } method && MayTakeAgain(operation, method, bodies, isInAccessor, connections, cancellationToken))
                return operation.Syntax;
        }

        return null;
    }

    private static IMethodSymbol? CalledBy(IOperation operation) => operation switch
    {
        IInvocationOperation call => call.TargetMethod,
        IObjectCreationOperation creation => creation.Constructor,
        IPropertyReferenceOperation { Property: var property, Parent: IAssignmentOperation assignment } reference when assignment.Target == reference => property.SetMethod ?? property.GetMethod,
        IPropertyReferenceOperation { Property: var property } => property.GetMethod,
        _ => null,
    };

    private static bool MayTakeAgain(IOperation operation, IMethodSymbol method, HashSet<SyntaxNode> bodies, bool isInAccessor, ConnectionModel connections, CancellationToken cancellationToken)
    {
        if (method.MethodKind == MethodKind.DelegateInvoke)
            return true;
        if (!method.IsInSource())
            return false;
        var target = operation is IInvocationOperation call ? connections.Methods.Target(call, cancellationToken) : method;
        // An auto-property has no body that could take anything.
        if (target is null || (Bodies.Of(target, cancellationToken) is null && (target.IsAbstract || target.IsVirtual)))
            return true;
        if (isInAccessor && Bodies.Of(target, cancellationToken) is not null)
            return true;
        foreach (var body in bodies)
        {
            if (connections.Summaries.Reaches(target, body, cancellationToken))
                return true;
        }

        return false;
    }
}
