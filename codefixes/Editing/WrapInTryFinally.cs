using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>
/// Disposes a local in a <c>finally</c> around everything after its declaration: for locals that a using cannot hold, because they are
/// declared without a value or get another one. Whether the value outlives its scope is the caller's question.
/// </summary>
internal static class WrapInTryFinally
{
    /// <summary>The plan for the local declared at <paramref name="node"/>, or why its scope cannot be wrapped.</summary>
    public static async Task<Planned> PlanAsync(EditSession session, Document document, SyntaxNode node, CancellationToken cancellationToken)
    {
        if (await session.ModelAsync(document, cancellationToken).ConfigureAwait(false) is not { } model
            || node.FirstAncestorOrSelf<LocalDeclarationStatementSyntax>() is not { } declaration
            || declaration.UsingKeyword != default || declaration.IsConst
            || declaration.Declaration.Variables.Only() is not { } variable
            || model.GetDeclaredSymbol(variable, cancellationToken) is not ILocalSymbol { RefKind: RefKind.None } local
            || Disposal.Of(model, declaration.SpanStart, local.Type) is not { } disposal)
        {
            return Refuse(RefusalKind.NotThisShape, node);
        }
        if (StatementLists.OwnerOf(declaration) is not { } owner || owner is SwitchSectionSyntax || UsingDeclaration.HasJumps(owner))
            return Refuse(RefusalKind.Jumps, declaration);
        var statements = StatementLists.StatementsOf(owner);
        var following = statements.SkipWhile(statement => statement != declaration).Skip(1).ToList();
        if (following.Count == 0)
            return Refuse(RefusalKind.NotThisShape, declaration);
        if (UsedBefore(model, following, owner, cancellationToken) is { } use)
            return Refuse(RefusalKind.MovesVariables, use);

        Planned planned = EditPlan.Of([]);
        if (disposal.IsAsync)
            planned = await MakeAsync.PlanAsync(session, document, variable, cancellationToken).ConfigureAwait(false);
        var mayBeNull = variable.Initializer is null || MayBeNull(model, local, variable, owner, cancellationToken);
        var configure = disposal.IsAsync && ConfigureAwaitStyle.AppliesAt(declaration);
        return planned.Then(target =>
        {
            target.ListOf(declaration)!.WrapFollowing(
                declaration, "dispose " + local.Name, body => Wrap(body, Dispose(local, disposal, mayBeNull, configure)));
            if (variable.Initializer is null)
                target.Edit(declaration, EditOrder.Statement, "no value", current => WithNull((LocalDeclarationStatementSyntax)current, local, model));
        });
    }

    private static TryStatementSyntax Wrap(IReadOnlyList<StatementSyntax> body, StatementSyntax dispose) =>
        SyntaxFactory.TryStatement(
            SyntaxFactory.Block(body),
            default,
            SyntaxFactory.FinallyClause(SyntaxFactory.Block(dispose)))
            .WithAdditionalAnnotations(Formatter.Annotation);

    private static StatementSyntax Dispose(ILocalSymbol local, Disposal disposal, bool mayBeNull, bool configure)
    {
        var method = disposal.IsAsync ? "DisposeAsync" : "Dispose";
        var name = SyntaxFactory.IdentifierName(SyntaxShapes.Identifier(local.Name));
        ExpressionSyntax receiver = name;
        if (disposal.NeedsCast)
        {
            receiver = SyntaxFactory.ParenthesizedExpression(SyntaxFactory.CastExpression(
                TaskTypes.FrameworkType(disposal.IsAsync ? "System.IAsyncDisposable" : "System.IDisposable"), name));
        }
        if (!disposal.IsAsync)
        {
            return SyntaxFactory.ExpressionStatement(mayBeNull
                ? SyntaxFactory.ConditionalAccessExpression(receiver, SyntaxFactory.InvocationExpression(
                    SyntaxFactory.MemberBindingExpression(SyntaxFactory.IdentifierName(method)), SyntaxShapes.Arguments()))
                : SyntaxShapes.Call(receiver, method));
        }
        ExpressionSyntax call = SyntaxShapes.Call(receiver, method);
        if (configure)
            call = SyntaxShapes.ConfigureAwaitFalse(call);
        StatementSyntax statement = SyntaxFactory.ExpressionStatement(SyntaxShapes.Await(call));
        return mayBeNull
            ? SyntaxFactory.IfStatement(
                SyntaxFactory.IsPatternExpression(name, SyntaxFactory.UnaryPattern(
                    SyntaxFactory.ConstantPattern(SyntaxFactory.LiteralExpression(SyntaxKind.NullLiteralExpression)))),
                statement)
            : statement;
    }

    // `T x;` becomes `T? x = null;`: the finally block must see a value.
    private static SyntaxNode WithNull(LocalDeclarationStatementSyntax declaration, ILocalSymbol local, SemanticModel model)
    {
        var variable = declaration.Declaration.Variables[0];
        var type = declaration.Declaration.Type;
        if (local.Type.IsReferenceType && type is not NullableTypeSyntax && model.GetNullableContext(local.Locations[0].SourceSpan.Start).AnnotationsEnabled())
            type = SyntaxFactory.NullableType(type.WithoutTrailingTrivia()).WithTrailingTrivia(type.GetTrailingTrivia());
        var value = SyntaxFactory.LiteralExpression(local.Type.IsReferenceType ? SyntaxKind.NullLiteralExpression : SyntaxKind.DefaultLiteralExpression);
        var initialised = variable.WithIdentifier(variable.Identifier.WithTrailingTrivia(SyntaxFactory.Space)).WithInitializer(
            SyntaxFactory.EqualsValueClause(SyntaxShapes.Spaced(SyntaxKind.EqualsToken), value)).WithTrailingTrivia(variable.GetTrailingTrivia());
        return declaration.WithDeclaration(declaration.Declaration.WithType(type).WithVariables(SyntaxFactory.SingletonSeparatedList(initialised)));
    }

    // Null can only come in through something else than a creation.
    private static bool MayBeNull(SemanticModel model, ILocalSymbol local, VariableDeclaratorSyntax variable, SyntaxNode owner, CancellationToken cancellationToken)
    {
        if (local.Type.IsValueType)
            return false;
        static bool IsCreation(ExpressionSyntax? value) => value is not null && SyntaxShapes.Unwrap(value) is BaseObjectCreationExpressionSyntax;
        return !IsCreation(variable.Initializer?.Value) || LocalWrites.All(model, local, owner, cancellationToken)
            .Any(write => write.Parent is not AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } assignment || !IsCreation(assignment.Right));
    }

    // A local function may be called above its declaration; wrapped, it would be out of reach.
    private static SyntaxNode? UsedBefore(SemanticModel model, List<StatementSyntax> following, SyntaxNode owner, CancellationToken cancellationToken)
    {
        foreach (var function in following.OfType<LocalFunctionStatementSyntax>())
        {
            var symbol = model.GetDeclaredSymbol(function, cancellationToken);
            foreach (var name in owner.DescendantNodes().OfType<SimpleNameSyntax>())
            {
                if (name.Identifier.ValueText == function.Identifier.ValueText && name.SpanStart < following[0].SpanStart
                    && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name, cancellationToken).Symbol?.OriginalDefinition, symbol))
                {
                    return name;
                }
            }
        }
        return null;
    }

    private static ConversionRefusal Refuse(RefusalKind kind, SyntaxNode node) => new(kind, node.GetLocation(), null);
}
