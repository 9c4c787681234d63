using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using WebSocketAnalyzers.Rules.Sending;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Sending;

/// <summary>WSA4007: awaits the sends one after the other.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(OverlappingWriteCodeFix))]
public sealed class OverlappingWriteCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(OverlappingWriteRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions => SendsInOrder.Actions;
}
