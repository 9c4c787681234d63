using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Rules.Blocking;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Blocking;

/// <summary>WSA2005: makes the method asynchronous from the call that blocks up to this one, or else moves this one to another thread.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(BlockingMethodCodeFix))]
public sealed class BlockingMethodCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create(BlockingMethodRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(
        new FixAction("MakeAsynchronous", "MakeAsynchronous", MakeAsynchronousAsync),
        BlockingActions.OffloadToPool,
        BlockingActions.OffloadToThread);

    private static async Task<Planned> MakeAsynchronousAsync(FixSite site, CancellationToken cancellationToken)
    {
        if (await BlockingActions.LeafAsync(site, cancellationToken).ConfigureAwait(false) is not var (document, blocking))
            return new ConversionRefusal(RefusalKind.NotThisShape, site.Diagnostic.Location, null);
        return site.Diagnostic.Properties.TryGetValue(Counterparts.Key, out var counterpart) && counterpart is not null
            ? await Counterpart.PlanAsync(site.Session, document, blocking, counterpart, cancellationToken).ConfigureAwait(false)
            : await AwaitExpression.PlanAsync(site.Session, document, blocking, cancellationToken).ConfigureAwait(false);
    }
}
