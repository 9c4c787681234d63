using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using WebSocketAnalyzers.Rules.Sending;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Sending;

/// <summary>WSA4005: the hub method or action returns its task. Its name stays, clients call it by that.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AsyncVoidEndpointCodeFix))]
public sealed class AsyncVoidEndpointCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(AsyncVoidEndpointRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(ReturnTask.EndpointAction);
}
