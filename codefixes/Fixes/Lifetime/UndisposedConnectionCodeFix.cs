using System.Collections.Immutable;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Roslyn;
using WebSocketAnalyzers.Rules.Lifetime;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Lifetime;

/// <summary>
/// WSA3001: <c>using</c> on the declaration, or a <c>finally</c> where the variable is declared before it gets its connection.
/// Nothing is offered where work that nobody awaits may still use the connection when its scope ends.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UndisposedConnectionCodeFix))]
public sealed class UndisposedConnectionCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(UndisposedConnectionRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(
        new FixAction("Using", "Using", PlanUsingAsync),
        new FixAction("DisposeInFinally", "DisposeInFinally", PlanFinallyAsync));

    private static async Task<Planned> PlanUsingAsync(FixSite site, CancellationToken cancellationToken)
    {
        if (MayOutliveScope(site) || site.Node.FirstAncestorOrSelf<EqualsValueClauseSyntax>() is not { Parent: VariableDeclaratorSyntax variable })
            return Refuse(site);
        var planned = await UsingDeclaration.PlanAsync(site.Session, site.Document, variable, cancellationToken).ConfigureAwait(false);
        return planned.Then(target => RemoveLastDispose(target, variable));
    }

    private static async Task<Planned> PlanFinallyAsync(FixSite site, CancellationToken cancellationToken)
    {
        if (MayOutliveScope(site)
            || site.Node.FirstAncestorOrSelf<AssignmentExpressionSyntax>() is not { Left: IdentifierNameSyntax name, Parent: ExpressionStatementSyntax } assignment
            || site.Model.GetSymbolInfo(name, cancellationToken).Symbol is not ILocalSymbol { DeclaringSyntaxReferences: { Length: 1 } declarations } local
            || await declarations[0].GetSyntaxAsync(cancellationToken).ConfigureAwait(false) is not VariableDeclaratorSyntax { Parent.Parent: LocalDeclarationStatementSyntax declaration } variable
            || !HasNoValue(variable)
            || StatementLists.OwnerOf(declaration) is not { } owner)
        {
            return Refuse(site);
        }
        // A connection that a loop makes anew, or that a second assignment replaces, would leave the one before it open.
        foreach (var write in LocalWrites.All(site.Model, local, owner, cancellationToken))
        {
            if (write != name)
                return Refuse(site);
        }
        if (assignment.Ancestors().TakeWhile(ancestor => ancestor != owner).Any(static ancestor => IsRepeatedOrLater(ancestor)))
            return Refuse(site);
        var planned = await WrapInTryFinally.PlanAsync(site.Session, site.Document, variable, cancellationToken).ConfigureAwait(false);
        return planned.Then(target => RemoveLastDispose(target, variable));
    }

    private static bool MayOutliveScope(FixSite site) => site.Diagnostic.Properties.ContainsKey(UndisposedConnectionRule.MayOutliveScope);

    private static bool HasNoValue(VariableDeclaratorSyntax variable) =>
        variable.Initializer is null || variable.Initializer.Value.IsKind(SyntaxKind.NullLiteralExpression) || variable.Initializer.Value.IsKind(SyntaxKind.DefaultLiteralExpression);

    private static bool IsRepeatedOrLater(SyntaxNode node) =>
        SyntaxShapes.IsFunction(node) || node is WhileStatementSyntax or DoStatementSyntax or ForStatementSyntax or CommonForEachStatementSyntax;

    /// <summary>Takes away a dispose that is the last statement of the scope: the using or the finally does the same a moment later. Others stay, they do no harm.</summary>
    private static void RemoveLastDispose(EditSession target, VariableDeclaratorSyntax variable)
    {
        if (variable.Parent?.Parent is not LocalDeclarationStatementSyntax declaration || StatementLists.OwnerOf(declaration) is not { } owner)
            return;
        var statements = StatementLists.StatementsOf(owner);
        // A finally around nothing would remain.
        if (statements.Count < 3 || statements[statements.Count - 1] is not ExpressionStatementSyntax last || SyntaxShapes.HasComments(last))
            return;
        var call = last.Expression is AwaitExpressionSyntax wait ? wait.Expression : last.Expression;
        if (call is ConditionalAccessExpressionSyntax { Expression: IdentifierNameSyntax conditional, WhenNotNull: InvocationExpressionSyntax { Expression: MemberBindingExpressionSyntax binding, ArgumentList.Arguments.Count: 0 } })
        {
            if (conditional.Identifier.ValueText == variable.Identifier.ValueText && IsDispose(binding.Name))
                target.Expand(last, static _ => []);
            return;
        }
        if (call is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax name } access, ArgumentList.Arguments.Count: 0 }
            && name.Identifier.ValueText == variable.Identifier.ValueText && IsDispose(access.Name))
        {
            target.Expand(last, static _ => []);
        }
    }

    private static bool IsDispose(SimpleNameSyntax method) => method.Identifier.ValueText is "Dispose" or "DisposeAsync" or "Close";

    private static ConversionRefusal Refuse(FixSite site) => new(RefusalKind.NotThisShape, site.Node.GetLocation(), null);
}
