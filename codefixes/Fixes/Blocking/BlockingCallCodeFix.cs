using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using WebSocketAnalyzers.Rules.Blocking;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Blocking;

/// <summary>WSA2004: moves the call to another thread.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(BlockingCallCodeFix))]
public sealed class BlockingCallCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create(BlockingCallRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(BlockingActions.OffloadToPool, BlockingActions.OffloadToThread);
}
