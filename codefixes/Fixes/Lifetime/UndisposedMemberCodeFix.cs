using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Roslyn;
using WebSocketAnalyzers.Rules.Lifetime;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Lifetime;

/// <summary>
/// WSA3002: completes the type's <c>Dispose</c> or <c>DisposeAsync</c>, overrides that of its base, or makes the type disposable; a dispose that only runs while the connection is open
/// is moved behind its <c>if</c>.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UndisposedMemberCodeFix))]
public sealed class UndisposedMemberCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(UndisposedMemberRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(new FixAction("DisposeWithType", "DisposeWithType", PlanAsync));

    private static Task<Planned> PlanAsync(FixSite site, CancellationToken cancellationToken) =>
        Task.FromResult(site.Diagnostic.Properties.ContainsKey(UndisposedMemberRule.SkippedDispose) ? PlanMove(site) : PlanPattern(site, cancellationToken));

    private static Planned PlanPattern(FixSite site, CancellationToken cancellationToken)
    {
        if (!site.Diagnostic.Properties.TryGetValue(UndisposedMemberRule.Member, out var name) || name is null
            || site.Node.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } declaration
            || site.Model.GetDeclaredSymbol(declaration, cancellationToken) is not INamedTypeSymbol type
            || type.GetMembers(name).FirstOrDefault(static member => member is IFieldSymbol or IPropertySymbol) is not { } member
            || Disposal.Of(site.Model, site.Node.SpanStart, TypeOf(member)) is not { } disposal
            || DisposePattern.Of(type, declaration, disposal.IsAsync, cancellationToken) is not { } pattern)
        {
            return Refuse(site);
        }

        var variable = Microsoft.CodeAnalysis.CSharp.SyntaxFactory.IdentifierName(SyntaxShapes.Identifier(name));
        return EditPlan.Of(pattern.Step(name, DisposeStatement.Of(variable, disposal, !IsAlwaysSet(member), pattern.Declaration)));
    }

    private static ITypeSymbol TypeOf(ISymbol member) => member is IFieldSymbol field ? field.Type : ((IPropertySymbol)member).Type;

    private static bool IsAlwaysSet(ISymbol member) => member is IFieldSymbol { IsReadOnly: true } or IPropertySymbol { SetMethod: null };

    private static Planned PlanMove(FixSite site)
    {
        if (site.Node.FirstAncestorOrSelf<ExpressionStatementSyntax>() is not { } statement
            || statement.FirstAncestorOrSelf<IfStatementSyntax>() is not { Else: null } test
            || SyntaxShapes.HasComments(statement))
        {
            return Refuse(site);
        }

        // An if around the dispose alone goes with its test.
        if (test.Statement == statement || (test.Statement is BlockSyntax { Statements.Count: 1 } single && single.Statements[0] == statement))
        {
            return SyntaxShapes.HasComments(test.Condition) || (test.Statement is BlockSyntax && SyntaxShapes.HasComments(test.Statement))
                ? Refuse(site)
                : EditPlan.Of(session => session.Edit(test, EditOrder.Statement, "always dispose", current => Moved(statement).WithTriviaFrom(current)));
        }

        if (test.Statement is not BlockSyntax block || block.Statements[block.Statements.Count - 1] != statement || StatementLists.OwnerOf(test) is null)
            return Refuse(site);
        return EditPlan.Of(session =>
        {
            session.Expand(statement, static _ => []);
            session.Expand(test, current => [current, Moved(statement).WithTrailingTrivia(GateSyntax.EndOfLine(statement))]);
        });
    }

    /// <summary>The statement for a place where nothing has looked at the connection before.</summary>
    private static StatementSyntax Moved(ExpressionStatementSyntax statement) =>
        statement.Expression is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Dispose" } access }
            ? StatementTemplate.Parse("Connection?.Dispose();", ("Connection", access.Expression.WithoutTrivia()))
            : statement.WithoutTrivia().WithAdditionalAnnotations(Microsoft.CodeAnalysis.Formatting.Formatter.Annotation);

    private static ConversionRefusal Refuse(FixSite site) => new(RefusalKind.NotThisShape, site.Node.GetLocation(), null);
}
