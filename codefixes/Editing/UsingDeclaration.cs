using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>Turns <c>var x = creation;</c> into <c>using var x = creation;</c> or <c>await using</c>. Whether the value outlives its scope is the caller's question.</summary>
internal static class UsingDeclaration
{
    /// <summary>The plan for the local declared at <paramref name="node"/>, or why it cannot be a using.</summary>
    public static async Task<Planned> PlanAsync(EditSession session, Document document, SyntaxNode node, CancellationToken cancellationToken)
    {
        if (await session.ModelAsync(document, cancellationToken).ConfigureAwait(false) is not { } model
            || node.FirstAncestorOrSelf<LocalDeclarationStatementSyntax>() is not { } declaration
            || declaration.UsingKeyword != default || declaration.IsConst
            || declaration.Declaration.Variables.Only() is not { Initializer: not null } variable
            || model.GetDeclaredSymbol(variable, cancellationToken) is not ILocalSymbol { RefKind: RefKind.None } local
            || node.SyntaxTree.Options is not CSharpParseOptions { LanguageVersion: >= LanguageVersion.CSharp8 })
        {
            return Refuse(RefusalKind.NotThisShape, node);
        }
        var kind = Disposal.Of(model, declaration.SpanStart, local.Type);
        if (kind is null)
            return Refuse(RefusalKind.NotThisShape, variable);
        if (StatementLists.OwnerOf(declaration) is not { } owner || owner is SwitchSectionSyntax || HasJumps(owner))
            return Refuse(RefusalKind.Jumps, declaration);
        if (LocalWrites.Find(model, local, owner, cancellationToken) is { } write)
            return Refuse(RefusalKind.Reassigned, write);

        Planned planned = EditPlan.Of([]);
        if (kind is { IsAsync: true })
            planned = await MakeAsync.PlanAsync(session, document, variable, cancellationToken).ConfigureAwait(false);
        return planned.Then(target => target.Edit(declaration, EditOrder.Statement, "using", current => WithUsing((LocalDeclarationStatementSyntax)current, kind.IsAsync)));
    }

    /// <summary>Whether a statement list holds labels or gotos of its own, which may not jump into or over a new scope.</summary>
    public static bool HasJumps(SyntaxNode owner) =>
        SyntaxShapes.OwnNodes(owner).Any(static node => node is LabeledStatementSyntax || node.IsKind(SyntaxKind.GotoStatement));

    private static SyntaxNode WithUsing(LocalDeclarationStatementSyntax declaration, bool isAsync)
    {
        var leading = declaration.GetLeadingTrivia();
        var changed = declaration.WithoutLeadingTrivia().WithUsingKeyword(SyntaxShapes.Spaced(SyntaxKind.UsingKeyword));
        if (isAsync)
            changed = changed.WithAwaitKeyword(SyntaxShapes.Spaced(SyntaxKind.AwaitKeyword));
        return changed.WithLeadingTrivia(leading);
    }

    private static ConversionRefusal Refuse(RefusalKind kind, SyntaxNode node) => new(kind, node.GetLocation(), null);
}
