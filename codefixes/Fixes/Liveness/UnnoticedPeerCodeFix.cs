using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Rules.Liveness;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Liveness;

/// <summary>
/// WSA6002: sets the ping interval and the wait for the answer where they are off, and adds the wait where it is missing, to the statement or initialiser of the interval.
/// The interval is the default of <c>ClientWebSocket</c>, the wait that of the framework's HTTP/2 pings.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UnnoticedPeerCodeFix))]
public sealed class UnnoticedPeerCodeFix : ConnectionCodeFix
{
    private const int IntervalSeconds = 30;
    private const int TimeoutSeconds = 20;

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(UnnoticedPeerRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(new FixAction("SetKeepAlive", "SetKeepAlive", PlanAsync));

    private static Task<Planned> PlanAsync(FixSite site, CancellationToken cancellationToken)
    {
        if (site.Node.FirstAncestorOrSelf<AssignmentExpressionSyntax>() is not { } assignment)
            return Refuse(site);
        var steps = new List<Action<EditSession>>();
        var properties = site.Diagnostic.Properties;
        if (properties.TryGetValue(UnnoticedPeerRule.OwnValue, out var gap))
        {
            var seconds = gap == nameof(KeepAliveGap.PingsOff) ? IntervalSeconds : TimeoutSeconds;
            steps.Add(session => session.Edit(assignment.Right, EditOrder.Content, "seconds", current => Seconds(seconds).WithTriviaFrom(current)));
        }

        if (properties.TryGetValue(UnnoticedPeerRule.MissingTimeout, out var name) && name is not null)
        {
            if (SiblingAssignment.After(assignment, name, Seconds(TimeoutSeconds)) is not { } sibling)
                return Refuse(site);
            steps.Add(sibling);
        }

        return Task.FromResult<Planned>(steps.Count == 0 ? Refusal(site) : EditPlan.Of(steps));
    }

    private static ExpressionSyntax Seconds(int number) => SyntaxFactory.InvocationExpression(
        TaskTypes.FrameworkMember("System.TimeSpan", "FromSeconds"),
        SyntaxShapes.Arguments(SyntaxFactory.LiteralExpression(SyntaxKind.NumericLiteralExpression, SyntaxFactory.Literal(number))));

    private static Task<Planned> Refuse(FixSite site) => Task.FromResult<Planned>(Refusal(site));

    private static ConversionRefusal Refusal(FixSite site) => new(RefusalKind.NotThisShape, site.Node.GetLocation(), null);
}
