using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Roslyn;
using WebSocketAnalyzers.Rules.Receiving;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Receiving;

/// <summary>
/// WSA5011: asks behind the statement that adds a piece how much there is, and closes with <c>MessageTooBig</c>. Only where that statement and the receive are statements of one list, on a
/// connection that is named.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UnlimitedMessageCodeFix))]
public sealed class UnlimitedMessageCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(UnlimitedMessageRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(
        new FixAction("LimitMessage", "LimitMessage", static (site, cancellationToken) => Task.FromResult(Plan(site, cancellationToken))));

    private static Planned Plan(FixSite site, CancellationToken cancellationToken)
    {
        if (ReceiveSite.Of(site, cancellationToken) is not { } received || site.Node.FirstAncestorOrSelf<ExpressionStatementSyntax>() is not { } addition
            || ReceiveStatement.Of(site.Model, (InvocationExpressionSyntax)received.Call.Syntax, cancellationToken) is not { } receive || !receive.CanClose(site.Model)
            || StatementLists.OwnerOf(addition) is not { } owner || StatementLists.OwnerOf(receive.Statement) != owner
            || LengthOf(site.Model, site.Node, cancellationToken) is not { } length)
        {
            return new ConversionRefusal(RefusalKind.NotThisShape, site.Node.GetLocation(), null);
        }

        var limit = SizeLimit.For(site.Model, receive, cancellationToken);
        return EditPlan.Of(target => target.Expand(addition, current => [current, limit.On(length)]));
    }

    /// <summary>How the text or container that is added to is asked for its length, or null.</summary>
    private static string? LengthOf(SemanticModel model, SyntaxNode addition, CancellationToken cancellationToken)
    {
        var store = addition switch
        {
            InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax container } } => container,
            AssignmentExpressionSyntax { Left: IdentifierNameSyntax text } => text,
            _ => null,
        };
        if (store is null)
            return null;
        return model.GetTypeInfo(store, cancellationToken).Type?.Name switch
        {
            "MemoryStream" or "StringBuilder" or "String" => $"{store.Identifier.Text}.Length",
            "List" => $"{store.Identifier.Text}.Count",
            "ArrayBufferWriter" => $"{store.Identifier.Text}.WrittenCount",
            _ => null,
        };
    }
}
