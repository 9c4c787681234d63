using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Rules.Lifetime;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Lifetime;

/// <summary>
/// WSA3003: disposes the old connection right before the new one takes its place, or what an exchange hands back. A type that can only be disposed asynchronously is disposed so, and the
/// method becomes asynchronous.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ReplacedConnectionCodeFix))]
public sealed class ReplacedConnectionCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(ReplacedConnectionRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(new FixAction("DisposeOld", "DisposeOld", PlanAsync));

    private static async Task<Planned> PlanAsync(FixSite site, CancellationToken cancellationToken)
    {
        var exchange = site.Node as InvocationExpressionSyntax;
        var member = exchange is { ArgumentList.Arguments: { Count: 2 } arguments } ? arguments[0].Expression : (site.Node as AssignmentExpressionSyntax)?.Left;
        if (member is null
            || site.Node.Parent is not ExpressionStatementSyntax statement
            || site.Model.GetTypeInfo(member, cancellationToken).Type is not { } type
            || Disposal.Of(site.Model, site.Node.SpanStart, type) is not { } disposal
            || (exchange is not null && (disposal.IsAsync || disposal.NeedsCast)))
        {
            return Refuse(site);
        }

        if (exchange is not null)
            return EditPlan.Of(session => session.Edit(exchange, EditOrder.Content, "dispose what comes out", static current => SyntaxShapes.Conditionally((ExpressionSyntax)current, "Dispose")));
        Planned planned = EditPlan.Of([]);
        if (disposal.IsAsync)
            planned = await MakeAsync.PlanAsync(site.Session, site.Document, statement, cancellationToken).ConfigureAwait(false);
        return planned.Then(session => session.Expand(statement, current => GateSyntax.Before(current, DisposeStatement.Of(member, disposal, mayBeNull: true, statement))));
    }

    private static ConversionRefusal Refuse(FixSite site) => new(RefusalKind.NotThisShape, site.Node.GetLocation(), null);
}
