using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Rules.Liveness;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Liveness;

/// <summary>WSA6001: a token that times out, linked to the one in reach.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UnlimitedConnectCodeFix))]
public sealed class UnlimitedConnectCodeFix : ConnectionCodeFix
{
    /// <summary>TCP repeats its first packet after 1, 2, 4 and 8 seconds: a network that loses a few still connects within half a minute.</summary>
    private static readonly TokenBound Bound = new("connectCts", Seconds: 30, IsLinked: true, AbortsWhenLate: false);

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(UnlimitedConnectRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(new FixAction("LimitConnect", "LimitConnect", PlanAsync));

    private static Task<Planned> PlanAsync(FixSite site, CancellationToken cancellationToken) =>
        BoundedToken.PlanAsync(site.Session, site.Document, CallAt(site.Node), Bound, cancellationToken);

    /// <summary>The call that the token at the node is written for; the node itself where none is written.</summary>
    private static SyntaxNode CallAt(SyntaxNode node) =>
        node is not InvocationExpressionSyntax && node.FirstAncestorOrSelf<ArgumentSyntax>() is { Parent.Parent: InvocationExpressionSyntax call } ? call : node;
}
