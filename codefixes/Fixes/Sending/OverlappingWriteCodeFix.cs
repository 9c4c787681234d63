using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using WebSocketAnalyzers.Rules.Sending;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Sending;

/// <summary>WSA4007: awaits the sends of one function one after the other, and gives a connection that several functions send on a lock for its sends.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(OverlappingWriteCodeFix))]
public sealed class OverlappingWriteCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(OverlappingWriteRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(SendsInOrder.Action, SendGate.Action);
}
