using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using WebSocketAnalyzers.Rules.Sending;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Sending;

/// <summary>WSA4001: awaits the task of a send or close.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DroppedSendCodeFix))]
public sealed class DroppedSendCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(DroppedSendRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions => AwaitSend.Actions;
}
