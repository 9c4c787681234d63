using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Formatting;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Rules.Receiving;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Receiving;

/// <summary>WSA5010: leaves the loop behind a read that gave 0. Not where several reads fill one buffer: what stands behind such a loop takes the buffer for full.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UnnoticedEndCodeFix))]
public sealed class UnnoticedEndCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(UnnoticedEndRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(new FixAction("LeaveAtEnd", "LeaveAtEnd", PlanAsync));

    private static Task<Planned> PlanAsync(FixSite site, CancellationToken cancellationToken) => Task.FromResult(Plan(site));

    private static Planned Plan(FixSite site)
    {
        if (!site.Diagnostic.Properties.ContainsKey(UnnoticedEndRule.HasWholeReads) || site.Node.FirstAncestorOrSelf<StatementSyntax>() is not { } statement
            || CountOf(statement, site.Node) is not { } count || !LeaveLoop.CanBreak(site.Model, statement))
        {
            return new ConversionRefusal(RefusalKind.NotThisShape, site.Diagnostic.Location, null);
        }
        return EditPlan.Of(session => session.Expand(statement, current => [current, BreakAtEnd(count)]));
    }

    /// <summary>The local that the statement puts the read's result into and does nothing else with, or null.</summary>
    private static SyntaxToken? CountOf(StatementSyntax statement, SyntaxNode read)
    {
        var (name, value) = statement switch
        {
            LocalDeclarationStatementSyntax { Declaration.Variables: { Count: 1 } variables } => (variables[0].Identifier, variables[0].Initializer?.Value),
            ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Left: IdentifierNameSyntax target } assignment } => (target.Identifier, assignment.Right),
            _ => (default, null),
        };
        return value is not null && ReadIn(value) == read ? name.WithoutTrivia() : null;
    }

    private static ExpressionSyntax ReadIn(ExpressionSyntax value)
    {
        while (true)
        {
            value = SyntaxShapes.Unwrap(value);
            switch (value)
            {
                case AwaitExpressionSyntax awaiting:
                    value = awaiting.Expression;
                    continue;
                case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait" or "AsTask" } access }:
                    value = access.Expression;
                    continue;
                default:
                    return value;
            }
        }
    }

    private static StatementSyntax BreakAtEnd(SyntaxToken count) =>
        SyntaxFactory.IfStatement(
            SyntaxFactory.BinaryExpression(SyntaxKind.EqualsExpression, SyntaxFactory.IdentifierName(count), SyntaxFactory.LiteralExpression(SyntaxKind.NumericLiteralExpression, SyntaxFactory.Literal(0))),
            LeaveLoop.Break()).WithAdditionalAnnotations(Formatter.Annotation);
}
