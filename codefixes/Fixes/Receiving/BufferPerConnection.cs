using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Receiving;

/// <summary>Replaces one buffer for many connections by one for each, where every use of it can be seen.</summary>
internal static class BufferPerConnection
{
    /// <summary>The plan, or null when the buffer is made of something that means another thing elsewhere, is written, or is used by several functions.</summary>
    /// <param name="session">The session.</param>
    /// <param name="model">The model of the receive's file.</param>
    /// <param name="receive">The argument that the receive fills.</param>
    /// <param name="buffer">The shared variable.</param>
    /// <param name="connections">The questions about connections in that project.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<Planned?> PlanAsync(
        EditSession session, SemanticModel model, SyntaxNode receive, ISymbol buffer, ConnectionModel connections, CancellationToken cancellationToken)
    {
        if (buffer.DeclaringSyntaxReferences.Length != 1
            || await buffer.DeclaringSyntaxReferences[0].GetSyntaxAsync(cancellationToken).ConfigureAwait(false) is not VariableDeclaratorSyntax { Initializer.Value: { } value } variable
            || variable.SyntaxTree != model.SyntaxTree
            || variable.Parent is not VariableDeclarationSyntax { Variables.Count: 1 } declaration
            || !MeansTheSameEverywhere(value, model, cancellationToken)
            || Bodies.Around(receive) is not { } function)
        {
            return null;
        }

        var uses = await UsesAsync(session, buffer, cancellationToken).ConfigureAwait(false);
        if (uses.Count == 0 || uses.Exists(use => LocalWrites.IsWritten(use) || use.SyntaxTree != variable.SyntaxTree))
            return null;
        var isLocal = uses.TrueForAll(use => Bodies.Contains(function, use));
        switch (declaration.Parent)
        {
            case LocalDeclarationStatementSyntax local when isLocal && AnchorIn(function, uses) is { } anchor && StatementLists.OwnerOf(local) is not null and not SwitchSectionSyntax && !local.ContainsDirectives:
                return MovedDeclaration.Before(local, anchor);
            case FieldDeclarationSyntax field when isLocal && buffer.DeclaredAccessibility == Accessibility.Private && !field.ContainsDirectives && field.AttributeLists.Count == 0 && !HasDocumentation(field)
                && AnchorIn(function, uses) is { } anchor:
                return AsLocal(field, value, anchor, uses, model, cancellationToken);
            case FieldDeclarationSyntax field when buffer.IsStatic && buffer.ContainingType is { TypeKind: TypeKind.Class, IsRecord: false } owner && connections.Types.IsConnection(owner)
                && uses.TrueForAll(use => IsOwn(use, field)):
                return EditPlan.Of(target => target.Edit(field, EditOrder.Content, "static", static current => GateSyntax.WithoutStatic((MemberDeclarationSyntax)current)));
            default:
                return null;
        }
    }

    private static Planned AsLocal(FieldDeclarationSyntax field, ExpressionSyntax value, StatementSyntax anchor, List<IdentifierNameSyntax> uses, SemanticModel model, CancellationToken cancellationToken)
    {
        var type = model.GetTypeInfo(value, cancellationToken).Type;
        var declared = model.GetTypeInfo(field.Declaration.Type, cancellationToken).Type;
        var isVar = SymbolEqualityComparer.Default.Equals(type, declared);
        return EditPlan.Of(session =>
        {
            var name = session.FreshName(anchor, GateSyntax.LocalName(field.Declaration.Variables[0].Identifier.ValueText));
            foreach (var use in uses)
            {
                ExpressionSyntax whole = use.Parent is MemberAccessExpressionSyntax access && access.Name == use ? access : use;
                session.Edit(whole, EditOrder.Content, "buffer", current => SyntaxFactory.IdentifierName(SyntaxShapes.Identifier(name)).WithTriviaFrom(current));
            }

            TypeSyntax local = isVar
                ? SyntaxFactory.IdentifierName(SyntaxFactory.Identifier(SyntaxTriviaList.Empty, SyntaxKind.VarKeyword, "var", "var", SyntaxTriviaList.Empty))
                : field.Declaration.Type.WithoutTrivia();
            var declarator = SyntaxFactory.VariableDeclarator(SyntaxShapes.Identifier(name).WithTrailingTrivia(SyntaxFactory.Space))
                .WithInitializer(SyntaxFactory.EqualsValueClause(SyntaxShapes.Spaced(SyntaxKind.EqualsToken), value.WithoutTrivia()));
            var statement = SyntaxFactory.LocalDeclarationStatement(SyntaxFactory.VariableDeclaration(local.WithTrailingTrivia(SyntaxFactory.Space), SyntaxFactory.SingletonSeparatedList(declarator)))
                .WithSemicolonToken(SyntaxFactory.Token(SyntaxTriviaList.Empty, SyntaxKind.SemicolonToken, SyntaxTriviaList.Empty));
            session.Expand(anchor, current => MovedDeclaration.Before(current, statement, field));
            RemovedMember.AddTo(session, field);
        });
    }

    /// <summary>An array of constant size, or a segment or memory over one.</summary>
    private static bool MeansTheSameEverywhere(ExpressionSyntax value, SemanticModel model, CancellationToken cancellationToken)
    {
        switch (value)
        {
            case ArrayCreationExpressionSyntax { Initializer: null, Type.RankSpecifiers: { Count: 1 } ranks } when ranks[0].Sizes is { Count: 1 } sizes:
                return model.GetConstantValue(sizes[0], cancellationToken).HasValue;
            case ObjectCreationExpressionSyntax { Initializer: null, ArgumentList.Arguments: { Count: > 0 } arguments }:
                foreach (var argument in arguments)
                {
                    if (!MeansTheSameEverywhere(argument.Expression, model, cancellationToken) && !model.GetConstantValue(argument.Expression, cancellationToken).HasValue)
                        return false;
                }

                return true;
            default:
                return false;
        }
    }

    private static async Task<List<IdentifierNameSyntax>> UsesAsync(EditSession session, ISymbol buffer, CancellationToken cancellationToken)
    {
        var uses = new List<IdentifierNameSyntax>();
        foreach (var reference in await session.ReferencesAsync(buffer, cancellationToken).ConfigureAwait(false))
        {
            foreach (var location in reference.Locations)
            {
                var root = await location.Location.SourceTree!.GetRootAsync(cancellationToken).ConfigureAwait(false);
                if (location.IsImplicit || root.FindNode(location.Location.SourceSpan, getInnermostNodeForTie: true) is not IdentifierNameSyntax name)
                    return [];
                uses.Add(name);
            }
        }

        return uses;
    }

    /// <summary>The statement of the function's own block that uses the buffer first.</summary>
    private static StatementSyntax? AnchorIn(SyntaxNode function, List<IdentifierNameSyntax> uses)
    {
        var owner = function switch
        {
            AnonymousFunctionExpressionSyntax lambda => lambda.Block,
            LocalFunctionStatementSyntax local => local.Body,
            BaseMethodDeclarationSyntax method => method.Body,
            AccessorDeclarationSyntax accessor => accessor.Body,
            _ => null,
        };
        foreach (var statement in owner?.Statements ?? default)
        {
            if (uses.Exists(use => statement.Span.Contains(use.Span)))
                return statement is LabeledStatementSyntax ? null : statement;
        }

        return null;
    }

    private static bool HasDocumentation(SyntaxNode node) => node.GetLeadingTrivia().Any(static trivia => trivia.HasStructure);

    /// <summary>Whether the use stands in an instance member of the field's own class, on its own object.</summary>
    private static bool IsOwn(IdentifierNameSyntax use, FieldDeclarationSyntax field)
    {
        if (use.Parent is MemberAccessExpressionSyntax access && access.Name == use && access.Expression is not ThisExpressionSyntax)
            return false;
        var member = use.FirstAncestorOrSelf<MemberDeclarationSyntax>();
        return member is MethodDeclarationSyntax or PropertyDeclarationSyntax or ConstructorDeclarationSyntax
            && member.Parent == field.Parent && !member.Modifiers.Any(SyntaxKind.StaticKeyword)
            && !use.Ancestors().Any(static ancestor => ancestor is LocalFunctionStatementSyntax { Modifiers: var modifiers } && modifiers.Any(SyntaxKind.StaticKeyword)
                || ancestor is AnonymousFunctionExpressionSyntax { Modifiers: var others } && others.Any(SyntaxKind.StaticKeyword));
    }
}
