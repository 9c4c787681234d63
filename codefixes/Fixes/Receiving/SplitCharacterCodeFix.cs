using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Rules.Receiving;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Receiving;

/// <summary>
/// WSA5012: gathers the bytes of the fragments and decodes them where the text is read. Nothing is offered where the text is used in any other way than to add a
/// fragment, to read the whole and to start anew, or where fragments are sent on one by one.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SplitCharacterCodeFix))]
public sealed class SplitCharacterCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(SplitCharacterRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(
        new FixAction("DecodeOnce", "DecodeOnce", static (site, cancellationToken) => Task.FromResult(Plan(site, cancellationToken))));

    private static Planned Plan(FixSite site, CancellationToken cancellationToken) =>
        site.Node is InvocationExpressionSyntax decode && LateDecoding.Plan(site.Model, decode, cancellationToken) is { } plan
            ? plan
            : new ConversionRefusal(RefusalKind.NotThisShape, site.Node.GetLocation(), null);
}
