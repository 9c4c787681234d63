using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Rules.Locking;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Locking;

/// <summary>WSA1011: gives the semaphore the maximum count 1, so that one release too many throws where it happens.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UnlimitedLockCodeFix))]
public sealed class UnlimitedLockCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create(UnlimitedLockRule.Descriptor.Id);

    /// <inheritdoc/>
    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(new FixAction("LimitLock", "LimitLock", PlanAsync));

    private static Task<Planned> PlanAsync(FixSite site, CancellationToken cancellationToken)
    {
        if (site.Node.FirstAncestorOrSelf<BaseObjectCreationExpressionSyntax>() is not { ArgumentList: { Arguments: { Count: 1 } arguments } list })
            return Task.FromResult<Planned>(new ConversionRefusal(RefusalKind.NotThisShape, site.Node.GetLocation(), null));
        var name = arguments[0].NameColon is null ? null : SyntaxFactory.NameColon(SyntaxFactory.IdentifierName(SyntaxShapes.Identifier("maxCount")), SyntaxShapes.Spaced(SyntaxKind.ColonToken));
        var one = SyntaxFactory.LiteralExpression(SyntaxKind.NumericLiteralExpression, SyntaxFactory.Literal(1));
        var maximum = SyntaxFactory.Argument(name, default, one);
        return Task.FromResult<Planned>(EditPlan.Of(session => session.Edit(list, EditOrder.Content, "maximum", current => PassToken.Append((ArgumentListSyntax)current, maximum))));
    }
}
