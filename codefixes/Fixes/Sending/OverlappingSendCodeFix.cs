using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using WebSocketAnalyzers.Rules.Sending;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Sending;

/// <summary>WSA4008: awaits the sends of one function one after the other, and gives a connection that several functions send on a lock for its sends.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(OverlappingSendCodeFix))]
public sealed class OverlappingSendCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(OverlappingSendRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(SendsInOrder.Action, SendGate.Action);
}
