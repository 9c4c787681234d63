using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using WebSocketAnalyzers.Rules.Blocking;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Blocking;

/// <summary>WSA2002: awaits Task.Delay with the token in scope. Waiting for a condition has no such form.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SleepCodeFix))]
public sealed class SleepCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create(SleepRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(BlockingActions.Counterpart("Delay", "Delay"));
}
