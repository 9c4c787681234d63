using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;
using WebSocketAnalyzers.Rules.Receiving;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Receiving;

/// <summary>
/// WSA5001: receives until <c>EndOfMessage</c> into a stream and decodes that once. Nothing is offered where the result or the buffer goes elsewhere, where several
/// receives share them, or where a use of the buffer is not cut to the count.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(IncompleteMessageCodeFix))]
public sealed class IncompleteMessageCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(IncompleteMessageRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(
        new FixAction("AccumulateMessage", "AccumulateMessage", static (site, cancellationToken) => Task.FromResult(Plan(site, cancellationToken))));

    private static Planned Plan(FixSite site, CancellationToken cancellationToken)
    {
        if (ReceiveSite.Of(site, cancellationToken) is { } received && Bodies.Around(received.Call.Syntax) == Bodies.Around(site.Node)
            && ReceiveStatement.Of(site.Model, (InvocationExpressionSyntax)received.Call.Syntax, cancellationToken) is { } statement
            && MessageAccumulation.Plan(site.Model, statement, received.Message, cancellationToken) is { } plan)
        {
            return plan;
        }

        return new ConversionRefusal(RefusalKind.NotThisShape, site.Node.GetLocation(), null);
    }
}
