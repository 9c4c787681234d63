using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Rules.Receiving;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Receiving;

/// <summary>WSA5013: starts the handler of an accepted connection, keeps its task, and awaits all of them when the accept loop ends.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SerialAcceptCodeFix))]
public sealed class SerialAcceptCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(SerialAcceptRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(new FixAction("StartHandler", "StartHandler", PlanAsync));

    private static Task<Planned> PlanAsync(FixSite site, CancellationToken cancellationToken) => Task.FromResult<Planned>(
        site.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is { } call && StartedTask.Plan(call, site.Model, cancellationToken) is { } plan
            ? plan
            : new ConversionRefusal(RefusalKind.NotThisShape, site.Node.GetLocation(), null));
}
