using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Rules.Sending;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Sending;

/// <summary>
/// WSA4012: the close waits for the lock of the sends. Offered for an awaited close, where the model says that nobody who holds the lock comes to the close; the wait for the lock ends with the close's own token.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RacingCloseCodeFix))]
public sealed class RacingCloseCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(RacingCloseRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(new FixAction("CloseUnderLock", "CloseUnderLock", PlanAsync));

    private static Task<Planned> PlanAsync(FixSite site, CancellationToken cancellationToken) => Task.FromResult(Plan(site, cancellationToken));

    private static Planned Plan(FixSite site, CancellationToken cancellationToken)
    {
        if (!site.Diagnostic.Properties.TryGetValue(RacingCloseRule.Gate, out var gate) || gate is null
            || PassToken.CallAt(site.Node) is not { Expression: MemberAccessExpressionSyntax { Expression: var connection } } close || GateBeside(connection, gate) is not { } named
            || PassToken.TokenArgument(site.Model, close, cancellationToken) is not { } token || UnderGate.Of(close) is not { } under)
        {
            return new ConversionRefusal(RefusalKind.NotThisShape, site.Node.GetLocation(), null);
        }
        // The name must mean the lock here: a local may hide it.
        if (site.Model.GetSpeculativeSymbolInfo(close.SpanStart, named, SpeculativeBindingOption.BindAsExpression).Symbol is not (IFieldSymbol or IPropertySymbol))
            return new ConversionRefusal(RefusalKind.DoesNotBind, site.Node.GetLocation(), gate);
        return under.Plan(named, TokenInScope.IsNone(token.Expression) ? null : token.Expression);
    }

    /// <summary>The lock, named as the connection is: <c>_gate</c> beside <c>_socket</c>, <c>client.Gate</c> beside <c>client.Socket</c>.</summary>
    private static ExpressionSyntax? GateBeside(ExpressionSyntax connection, string gate) => connection switch
    {
        IdentifierNameSyntax => SyntaxFactory.IdentifierName(SyntaxShapes.Identifier(gate)),
        MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax or IdentifierNameSyntax } access => SyntaxShapes.Member(access.Expression.WithoutTrivia(), gate),
        _ => null,
    };
}
