using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Rules.Receiving;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Receiving;

/// <summary>WSA5007: <c>break</c> at the end of the catch, or in the place of the <c>continue</c>, where leaving is what the loss of the connection asks for.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SpinningLoopCodeFix))]
public sealed class SpinningLoopCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(SpinningLoopRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(new FixAction("LeaveLoop", "LeaveLoop", PlanAsync));

    private static Task<Planned> PlanAsync(FixSite site, CancellationToken cancellationToken) => Task.FromResult(Plan(site));

    private static Planned Plan(FixSite site)
    {
        if (site.Diagnostic.Properties.ContainsKey(SpinningLoopRule.EndsWithConnection))
        {
            if (site.Node is CatchClauseSyntax clause)
                return LeaveLoop.AtEndOf(site.Model, clause.Block);
            if (site.Node is ExpressionSyntax condition && SyntaxShapes.Outermost(condition).Parent is IfStatementSyntax @if && @if.Condition.Span.Contains(condition.Span))
            {
                var last = @if.Statement is BlockSyntax block ? block.Statements.LastOrDefault() : @if.Statement;
                if (last is ContinueStatementSyntax next)
                    return LeaveLoop.InsteadOf(site.Model, next);
            }
        }
        return new ConversionRefusal(RefusalKind.NotThisShape, site.Diagnostic.Location, null);
    }
}
