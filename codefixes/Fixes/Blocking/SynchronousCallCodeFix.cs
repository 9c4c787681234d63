using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using WebSocketAnalyzers.Rules.Blocking;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Blocking;

/// <summary>WSA2003: awaits the asynchronous counterpart, with the token in scope.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SynchronousCallCodeFix))]
public sealed class SynchronousCallCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create(SynchronousCallRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(BlockingActions.Counterpart("Counterpart", "Counterpart"));
}
