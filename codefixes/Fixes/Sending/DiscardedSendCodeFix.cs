using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using WebSocketAnalyzers.Rules.Sending;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Sending;

/// <summary>WSA4002: awaits the discarded task of a send or close.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DiscardedSendCodeFix))]
public sealed class DiscardedSendCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(DiscardedSendRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions => AwaitSend.Actions;
}
