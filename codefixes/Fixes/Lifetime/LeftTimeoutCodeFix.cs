using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Rules.Lifetime;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Lifetime;

/// <summary>WSA3011: <c>using</c> on the declaration, where nothing watches the token any more when its scope ends.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LeftTimeoutCodeFix))]
public sealed class LeftTimeoutCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create(LeftTimeoutRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(new FixAction("Using", "Using", PlanAsync));

    private static async Task<Planned> PlanAsync(FixSite site, CancellationToken cancellationToken) =>
        site.Diagnostic.Properties.ContainsKey(LeftTimeoutRule.MayOutliveScope) || site.Node.FirstAncestorOrSelf<EqualsValueClauseSyntax>() is not { Parent: VariableDeclaratorSyntax variable }
            ? new ConversionRefusal(RefusalKind.NotThisShape, site.Node.GetLocation(), null)
            : await UsingDeclaration.PlanAsync(site.Session, site.Document, variable, cancellationToken).ConfigureAwait(false);
}
