using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Rules.Receiving;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Receiving;

/// <summary>
/// WSA5009: <c>catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)</c>. Only where it is the last clause, so that it takes
/// nothing from another one, where what it does with the exception still compiles, and where a clause for cancellations does nothing on the connection.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(NarrowGuardCodeFix))]
public sealed class NarrowGuardCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(NarrowGuardRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(new FixAction("ExtendGuard", "ExtendGuard", PlanAsync));

    private static Task<Planned> PlanAsync(FixSite site, CancellationToken cancellationToken) => Task.FromResult(Plan(site, cancellationToken));

    private static Planned Plan(FixSite site, CancellationToken cancellationToken)
    {
        if (site.Node is not CatchDeclarationSyntax { Parent: CatchClauseSyntax { Parent: TryStatementSyntax @try } clause } declaration || @try.Catches.Last() != clause
            || clause.Filter is { } filter && (SyntaxShapes.HasComments(filter) || SyntaxShapes.OwnNodes(clause.Block).Any(static node => node is AwaitExpressionSyntax))
            || !CanBeAnyException(site.Model, declaration, clause.Block, cancellationToken))
        {
            return new ConversionRefusal(RefusalKind.NotThisShape, site.Diagnostic.Location, null);
        }
        var disconnects = Disconnects.At(site.Model, declaration);
        return EditPlan.Of(session =>
        {
            var name = declaration.Identifier.IsKind(SyntaxKind.None) ? session.FreshName(clause, "e") : declaration.Identifier.Text;
            session.Edit(clause, EditOrder.Statement, "guard", current => Extended((CatchClauseSyntax)current, disconnects, name));
        });
    }

    private static CatchClauseSyntax Extended(CatchClauseSyntax clause, Disconnects disconnects, string name)
    {
        var declaration = clause.Declaration!;
        var trailing = clause.Filter?.GetTrailingTrivia() ?? declaration.GetTrailingTrivia();
        var type = SyntaxFactory.ParseTypeName(disconnects.Exception).WithLeadingTrivia(declaration.Type.GetLeadingTrivia()).WithTrailingTrivia(SyntaxFactory.Space);
        var identifier = declaration.Identifier.IsKind(SyntaxKind.None) ? SyntaxShapes.Identifier(name) : declaration.Identifier;
        return clause
            .WithDeclaration(declaration.WithType(type).WithIdentifier(identifier).WithTrailingTrivia(SyntaxFactory.Space))
            .WithFilter(disconnects.Filter(name, trailing));
    }

    /// <summary>Whether all that is done with the caught exception can be done with any exception.</summary>
    private static bool CanBeAnyException(SemanticModel model, CatchDeclarationSyntax declaration, BlockSyntax block, CancellationToken cancellationToken)
    {
        if (model.GetDeclaredSymbol(declaration, cancellationToken) is not { } caught)
            return true;
        foreach (var node in block.DescendantNodes())
        {
            if (node is not IdentifierNameSyntax name || name.Identifier.ValueText != caught.Name || !SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name, cancellationToken).Symbol, caught))
                continue;
            var isAny = name.Parent switch
            {
                MemberAccessExpressionSyntax access when access.Expression == name => IsException(model.GetSymbolInfo(access, cancellationToken).Symbol?.ContainingType),
                ArgumentSyntax or InterpolationSyntax => IsException(model.GetTypeInfo(name, cancellationToken).ConvertedType) || name.Parent is InterpolationSyntax,
                _ => false,
            };
            if (!isAny)
                return false;
        }
        return true;
    }

    private static bool IsException(ITypeSymbol? type) => type is { SpecialType: SpecialType.System_Object } or { Name: "Exception", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } };
}
