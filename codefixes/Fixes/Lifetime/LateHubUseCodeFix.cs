using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Roslyn;
using WebSocketAnalyzers.Rules.Lifetime;
using TaskTypes = WebSocketAnalyzers.CodeFixes.Editing.TaskTypes;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Lifetime;

/// <summary>
/// WSA3009: puts the proxy, or the value that is read of the context, into a local while the hub lives: before the statement that starts the work, or at the beginning of the method
/// whose task is dropped.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LateHubUseCodeFix))]
public sealed class LateHubUseCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create(LateHubUseRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(
        new FixAction("CaptureProxy", "CaptureProxy", static (site, cancellationToken) => Task.FromResult(Plan(site, cancellationToken))));

    private static Planned Plan(FixSite site, CancellationToken cancellationToken)
    {
        var refusal = new ConversionRefusal(RefusalKind.NotThisShape, site.Diagnostic.Location, null);
        if (!site.Diagnostic.Properties.ContainsKey(LateHubUseRule.CanCapture) || site.Node is not ExpressionSyntax read || Anchor(read) is not { } anchor
            || Captured(site.Model, read, anchor, cancellationToken) is not { } captured)
        {
            return refusal;
        }

        if (Earlier(site.Model, anchor, captured, cancellationToken) is { } local)
            return EditPlan.Of(target => target.Edit(captured, EditOrder.Content, "capture", current => SyntaxFactory.IdentifierName(SyntaxShapes.Identifier(local)).WithTriviaFrom(current)));

        // The same value is captured once, however often it is used behind the anchor.
        var first = anchor.Ancestors().OfType<MemberDeclarationSyntax>().First().DescendantNodes().OfType<ExpressionSyntax>()
            .First(other => SyntaxFactory.AreEquivalent(other, captured) && Anchor(other) == anchor);
        var value = captured.WithoutTrivia();
        return EditPlan.Of(target =>
        {
            var name = target.NameFor(first, NameOf(captured));
            target.Edit(captured, EditOrder.Content, "capture", current => SyntaxFactory.IdentifierName(SyntaxShapes.Identifier(name)).WithTriviaFrom(current));
            target.ListOf(anchor)!.InsertBefore(anchor, name, () => StatementTemplate.Declaration(name, value));
        });
    }

    /// <summary>The local before the anchor that holds the value already, or null.</summary>
    private static string? Earlier(SemanticModel model, StatementSyntax anchor, ExpressionSyntax captured, CancellationToken cancellationToken)
    {
        foreach (var statement in StatementLists.SiblingsOf(anchor))
        {
            if (statement.SpanStart > anchor.SpanStart)
                break;
            if (statement is LocalDeclarationStatementSyntax { Declaration.Variables: var variables } && variables.Only() is { Initializer.Value: var held } variable && SyntaxFactory.AreEquivalent(held, captured)
                && model.GetDeclaredSymbol(variable, cancellationToken) is { } symbol && !LocalWrites.All(model, symbol, statement.Parent!, cancellationToken).Any())
            {
                return variable.Identifier.ValueText;
            }
        }

        return null;
    }

    /// <summary>The statement of the member's own body that the work is started in, or its first one; null where none can stand before it.</summary>
    private static StatementSyntax? Anchor(SyntaxNode read)
    {
        StatementSyntax? anchor = null;
        var isInFunction = false;
        foreach (var node in read.Ancestors())
        {
            switch (node)
            {
                // A local function may be called from anywhere.
                case LocalFunctionStatementSyntax:
                    return null;
                case AnonymousFunctionExpressionSyntax:
                    isInFunction = true;
                    anchor = null;
                    break;
                case StatementSyntax statement when anchor is null && statement is not BlockSyntax:
                    anchor = statement;
                    break;
                case MethodDeclarationSyntax method:
                    anchor = isInFunction ? anchor : method.Body?.Statements.FirstOrDefault();
                    return anchor is not null && StatementLists.OwnerOf(anchor) is not null ? anchor : null;
                case MemberDeclarationSyntax:
                    return null;
            }
        }

        return null;
    }

    /// <summary>The proxy or value that the read is the beginning of; null when it cannot be evaluated earlier.</summary>
    private static ExpressionSyntax? Captured(SemanticModel model, ExpressionSyntax read, StatementSyntax anchor, CancellationToken cancellationToken)
    {
        if (read.Parent is not MemberAccessExpressionSyntax access || access.Expression != read)
            return null;
        var isContext = read.RightmostName() == "Context";
        ExpressionSyntax? captured = model.GetSymbolInfo(access, cancellationToken).Symbol switch
        {
            IPropertySymbol => access,
            // Groups is a service, its methods are calls to make later.
            IMethodSymbol { ReturnType: var result } when TaskTypes.IsTask(result) => isContext ? null : read,
            IMethodSymbol when !isContext && access.Parent is InvocationExpressionSyntax call && AreStable(model, call.ArgumentList, anchor, cancellationToken) => call,
            _ => null,
        };
        // Clients.Client(Context.ConnectionId) is captured as a whole.
        if (captured?.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: var outer } } around }
            && outer.RightmostName() == "Clients" && AreStable(model, around.ArgumentList, anchor, cancellationToken))
        {
            return around;
        }

        return captured;
    }

    /// <summary>Whether the arguments mean the same at the anchor: constants, the connection's id, parameters and locals that are there already and never change.</summary>
    private static bool AreStable(SemanticModel model, ArgumentListSyntax arguments, StatementSyntax anchor, CancellationToken cancellationToken)
    {
        foreach (var argument in arguments.Arguments)
        {
            if (model.GetConstantValue(argument.Expression, cancellationToken).HasValue)
                continue;
            switch (argument.Expression)
            {
                case MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConnectionId" or "UserIdentifier", Expression: var context } when context.RightmostName() == "Context":
                    continue;
                case IdentifierNameSyntax name when model.GetSymbolInfo(name, cancellationToken).Symbol is (ILocalSymbol or IParameterSymbol) and var variable
                    && variable.DeclaringSyntaxReferences is { Length: 1 } declarations && declarations[0].Span.End <= anchor.SpanStart
                    && anchor.FirstAncestorOrSelf<MethodDeclarationSyntax>() is { } method && !LocalWrites.All(model, variable, method, cancellationToken).Any():
                    continue;
                default:
                    return false;
            }
        }

        return true;
    }

    private static string NameOf(ExpressionSyntax captured) =>
        GateSyntax.LocalName((captured is InvocationExpressionSyntax call ? call.Expression : captured).RightmostName()!);
}
