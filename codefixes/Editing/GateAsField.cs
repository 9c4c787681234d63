using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>Turns the lock that every call of a method makes for itself into one of the object, where that object is the connection the lock is for.</summary>
internal static class GateAsField
{
    /// <summary>The plan for a local lock, or why it cannot be made.</summary>
    /// <param name="site">The creation of the lock.</param>
    /// <param name="model">Its model.</param>
    /// <param name="connections">The questions about connections.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static Planned Plan(SyntaxNode site, SemanticModel model, ConnectionModel connections, CancellationToken cancellationToken)
    {
        if (site.FirstAncestorOrSelf<LocalDeclarationStatementSyntax>() is not { Declaration.Variables.Count: 1, ContainsDirectives: false } declaration
            || declaration.Declaration.Variables[0] is not { Initializer.Value: BaseObjectCreationExpressionSyntax { Initializer: null } creation } variable
            || SyntaxShapes.HasComments(declaration) || StatementLists.OwnerOf(declaration) is null
            || Bodies.Around(declaration) is not MethodDeclarationSyntax { Parent: ClassDeclarationSyntax type } method || method.Modifiers.Any(SyntaxKind.StaticKeyword)
            || model.GetDeclaredSymbol(variable, cancellationToken) is not ILocalSymbol local
            || model.GetDeclaredSymbol(method, cancellationToken) is not { } symbol
            || model.GetOperation(creation, cancellationToken) is not IObjectCreationOperation made
            || connections.Semaphores.MutexMadeBy(made, cancellationToken) is not { Uses.Disposals.IsEmpty: true } mutex)
        {
            return new ConversionRefusal(RefusalKind.NotThisShape, site.GetLocation(), null);
        }

        if (connections.Types.OwnedConnection(symbol.ContainingType) is null || connections.Sharing.Serving(symbol.ContainingType, cancellationToken) is not null
            || !IsForOwnConnection(mutex, connections, cancellationToken))
        {
            return new ConversionRefusal(RefusalKind.NothingInScope, site.GetLocation(), local.Name);
        }

        if (ComesBack(method, model, connections, cancellationToken) is { } call)
            return new ConversionRefusal(RefusalKind.Lock, call.GetLocation(), local.Name);
        var fieldType = creation is ObjectCreationExpressionSyntax { Type: var written } ? written : declaration.Declaration.Type;
        var name = AddedField.NameFor(model, type, local.Name);
        return EditPlan.Of(target =>
        {
            foreach (var use in ValueFlow.ReferencesTo(local, method, model, cancellationToken))
                target.Edit(use.Syntax, EditOrder.Content, "gate", current => SyntaxFactory.IdentifierName(SyntaxShapes.Identifier(name)).WithTriviaFrom(current));
            target.Expand(declaration, static _ => []);
            if (FollowingWithBlankLine(declaration) is { } following)
                target.Edit(following, EditOrder.Statement, "blank line", static current => current.WithLeadingTrivia(current.GetLeadingTrivia().RemoveAt(0)));
            AddedField.AddTo(target, type, fieldType, name, creation);
        });
    }

    /// <summary>Whether everything done under the lock is done on the connection that the object itself owns.</summary>
    private static bool IsForOwnConnection(SemaphoreLock mutex, ConnectionModel connections, CancellationToken cancellationToken)
    {
        foreach (var wait in mutex.Uses.Waits)
        {
            foreach (var (_, connection) in connections.Guarded.Under(wait, mutex.Variable, cancellationToken))
            {
                if (connection is not (null or IInstanceReferenceOperation or IMemberReferenceOperation { Instance: IInstanceReferenceOperation }
                    or IParameterReferenceOperation { Parameter.ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } }))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>A call in the method that may come to the method again, and would then wait for itself; also one of a function that nobody sees.</summary>
    private static SyntaxNode? ComesBack(MethodDeclarationSyntax method, SemanticModel model, ConnectionModel connections, CancellationToken cancellationToken)
    {
        if (BodyFacts.OperationOf(method, model, cancellationToken) is not { } root)
            return method;
        foreach (var operation in root.SelfAndDescendantsInBody())
        {
            if (operation is IInvocationOperation call
                && (call.TargetMethod.MethodKind == MethodKind.DelegateInvoke || connections.Summaries.Reaches(call.TargetMethod, method, cancellationToken)))
            {
                return call.Syntax;
            }
        }

        return null;
    }

    /// <summary>The statement behind the first one of a list, when a blank line sets it off.</summary>
    private static StatementSyntax? FollowingWithBlankLine(StatementSyntax statement)
    {
        var siblings = StatementLists.SiblingsOf(statement);
        return siblings.Count > 1 && siblings[0] == statement && siblings[1].GetLeadingTrivia() is { Count: > 0 } leading && leading[0].IsKind(SyntaxKind.EndOfLineTrivia) ? siblings[1] : null;
    }
}
