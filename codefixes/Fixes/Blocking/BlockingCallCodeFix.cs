using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Rules.Blocking;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Blocking;

/// <summary>WSA2004: moves the call to another thread.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(BlockingCallCodeFix))]
public sealed class BlockingCallCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create(BlockingCallRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(Unless(BlockingActions.OffloadToPool), Unless(BlockingActions.OffloadToThread));

    /// <summary>What runs on another thread already gains nothing from a third.</summary>
    private static FixAction Unless(FixAction offload) => new(offload.EquivalenceKey, offload.EquivalenceKey, (site, cancellationToken) =>
        site.Diagnostic.Properties.ContainsKey(BlockingCallRule.IsOffloaded)
            ? Task.FromResult<Planned>(new ConversionRefusal(RefusalKind.NotThisShape, site.Diagnostic.Location, null))
            : offload.PlanAsync(site, cancellationToken));
}
