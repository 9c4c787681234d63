using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Roslyn;
using WebSocketAnalyzers.Rules.Sending;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Sending;

/// <summary>
/// WSA4009: waits for the send before what it needs goes: awaits a dropped or returned task, or moves the await of a kept one above the statement that gives the buffer back.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LostBufferCodeFix))]
public sealed class LostBufferCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(LostBufferRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(new FixAction("AwaitFirst", "AwaitFirst", PlanAsync));

    private static Task<Planned> PlanAsync(FixSite site, CancellationToken cancellationToken)
    {
        if (site.Node.FirstAncestorOrSelf<StatementSyntax>() is ReturnStatementSyntax { Expression: { } value } && value.Span.Contains(site.Node.Span) && Bodies.Around(site.Node) == Bodies.Around(value))
            return MakeAsync.PlanAsync(site.Session, site.Document, site.Node, cancellationToken);
        return LocalAt(site, cancellationToken) is { } local ? Task.FromResult(PlanMove(site, local, cancellationToken)) : AwaitSend.PlanAsync(site, cancellationToken);
    }

    /// <summary>The local that keeps the task and that the code reads, or null.</summary>
    private static ILocalSymbol? LocalAt(FixSite site, CancellationToken cancellationToken) =>
        site.Node.FirstAncestorOrSelf<VariableDeclaratorSyntax>() is { Initializer.Value: { } value } variable && value.Span.Contains(site.Node.Span)
        && site.Model.GetDeclaredSymbol(variable, cancellationToken) is ILocalSymbol local && !Uses(site, local, cancellationToken).IsEmpty
            ? local
            : null;

    /// <summary>Moves the one await of the local, a statement of its own, above the statement that gives back what the send needs.</summary>
    private static Planned PlanMove(FixSite site, ILocalSymbol local, CancellationToken cancellationToken)
    {
        if (Uses(site, local, cancellationToken) is not { Length: 1 } uses || AwaitOf(uses[0]) is not { } wait || SyntaxShapes.HasComments(wait) || StatementLists.OwnerOf(wait) is not { } owner
            || site.Diagnostic.AdditionalLocations.Count == 0 || site.Diagnostic.AdditionalLocations[0] is not { SourceTree: { } tree } place || tree != site.Node.SyntaxTree)
        {
            return Refuse(site);
        }
        foreach (var statement in StatementLists.StatementsOf(owner))
        {
            if (statement is not ExpressionStatementSyntax || !statement.Span.Contains(place.SourceSpan) || statement.SpanStart > wait.SpanStart || statement.SpanStart < site.Node.SpanStart)
                continue;
            return EditPlan.Of(target =>
            {
                target.Expand(wait, static _ => []);
                target.Expand(statement, current =>
                [
                    wait.WithLeadingTrivia(current.GetLeadingTrivia()).WithTrailingTrivia(GateSyntax.EndOfLine(statement)),
                    current.WithLeadingTrivia(GateSyntax.Indentation(current.GetLeadingTrivia())),
                ]);
            });
        }
        return Refuse(site);
    }

    private static ImmutableArray<IdentifierNameSyntax> Uses(FixSite site, ILocalSymbol local, CancellationToken cancellationToken)
    {
        var uses = ImmutableArray.CreateBuilder<IdentifierNameSyntax>();
        foreach (var node in Bodies.OutermostAround(site.Node)?.DescendantNodes() ?? [])
        {
            if (node is IdentifierNameSyntax name && name.Identifier.ValueText == local.Name && SymbolEqualityComparer.Default.Equals(site.Model.GetSymbolInfo(name, cancellationToken).Symbol, local))
                uses.Add(name);
        }
        return uses.ToImmutable();
    }

    /// <summary>The statement <c>await task;</c> of a mention of the task, with or without ConfigureAwait, or null.</summary>
    private static ExpressionStatementSyntax? AwaitOf(IdentifierNameSyntax task)
    {
        ExpressionSyntax awaited = task;
        if (task.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait", Parent: InvocationExpressionSyntax configured } access && access.Expression == task)
            awaited = configured;
        return awaited.Parent is AwaitExpressionSyntax { Parent: ExpressionStatementSyntax statement } ? statement : null;
    }

    private static ConversionRefusal Refuse(FixSite site) => new(RefusalKind.NotThisShape, site.Node.GetLocation(), null);
}
