using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Roslyn;
using WebSocketAnalyzers.Rules.Lifetime;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Lifetime;

/// <summary>
/// WSA3004: makes the instance inside of the loop, with its options, when nothing behind the loop needs it; else makes a new one in the catch that leads to the next attempt. Instances whose
/// making is not in sight are left alone.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RepeatedConnectCodeFix))]
public sealed class RepeatedConnectCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(RepeatedConnectRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(new FixAction("NewInstancePerAttempt", "NewInstancePerAttempt", PlanAsync));

    private static async Task<Planned> PlanAsync(FixSite site, CancellationToken cancellationToken)
    {
        if (site.Node is not InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax name } } call
            || site.Model.GetSymbolInfo(name, cancellationToken).Symbol is not ILocalSymbol { DeclaringSyntaxReferences: { Length: 1 } references } local
            || await references[0].GetSyntaxAsync(cancellationToken).ConfigureAwait(false) is not VariableDeclaratorSyntax { Initializer.Value: BaseObjectCreationExpressionSyntax, Parent.Parent: LocalDeclarationStatementSyntax { Declaration.Variables.Count: 1 } declaration }
            || StatementLists.OwnerOf(declaration) is not { } owner
            || LocalWrites.Find(site.Model, local, owner, cancellationToken) is not null
            || LoopAround(call) is not { } loop || BodyOf(loop) is not { Statements.Count: > 0 } body)
        {
            return Refuse(site);
        }

        var following = StatementLists.StatementsOf(owner).SkipWhile(statement => statement != declaration).Skip(1).ToList();
        var options = following.TakeWhile(statement => IsOption(statement, local.Name)).ToList();
        var outer = following.FirstOrDefault(statement => statement.Span.Contains(loop.Span));
        if (outer is null)
            return Refuse(site);
        // The statement with the loop is the only other one that knows the variable, and the loop is that statement or stands directly in its try.
        var others = following.Skip(options.Count).Where(statement => statement != outer && Mentions(statement, local.Name)).ToList();
        var isOnlyInLoop = others.Count == 0 && CountIn(outer, local.Name) == CountIn(body, local.Name);
        if (isOnlyInLoop && (declaration.UsingKeyword != default || IsOnlyCalled(body, local.Name)))
            return MoveInto(body, declaration, options);
        return declaration.UsingKeyword == default && CatchAround(call, loop) is { } clause ? Renew(clause, declaration, options) : Refuse(site);
    }

    private static Planned MoveInto(BlockSyntax body, LocalDeclarationStatementSyntax declaration, List<StatementSyntax> options)
    {
        var moved = declaration.UsingKeyword != default ? declaration : declaration.WithoutLeadingTrivia().WithUsingKeyword(SyntaxShapes.Spaced(SyntaxKind.UsingKeyword)).WithLeadingTrivia(declaration.GetLeadingTrivia());
        var first = body.Statements[0];
        return EditPlan.Of(session =>
        {
            session.Expand(declaration, static _ => []);
            foreach (var option in options)
                session.Expand(option, static _ => []);
            session.Expand(first, current => [.. options.Prepend<StatementSyntax>(moved).Select(Inside), current]);
        });

        static StatementSyntax Inside(StatementSyntax statement) => statement
            .WithLeadingTrivia(statement.GetLeadingTrivia().SkipWhile(static trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia)))
            .WithAdditionalAnnotations(Microsoft.CodeAnalysis.Formatting.Formatter.Annotation);
    }

    /// <summary>Disposes the failed instance and makes the next one, with its options, where the failure is caught.</summary>
    private static Planned Renew(CatchClauseSyntax clause, LocalDeclarationStatementSyntax declaration, List<StatementSyntax> options)
    {
        var variable = declaration.Declaration.Variables[0];
        var name = SyntaxFactory.IdentifierName(SyntaxShapes.Identifier(variable.Identifier.ValueText));
        var endOfLine = GateSyntax.EndOfLine(declaration);
        var dispose = StatementTemplate.Parse("Connection.Dispose();", ("Connection", name)).WithTrailingTrivia(endOfLine);
        var renew = StatementTemplate.Parse("Connection = Value;", ("Connection", name), ("Value", variable.Initializer!.Value.WithoutTrivia())).WithTrailingTrivia(endOfLine);
        var configure = options.Select(option => option.WithoutTrivia().WithTrailingTrivia(endOfLine).WithAdditionalAnnotations(Microsoft.CodeAnalysis.Formatting.Formatter.Annotation));
        return EditPlan.Of(session => session.Edit(
            clause.Block,
            EditOrder.Statement,
            "new instance",
            current => ((BlockSyntax)current).WithStatements(((BlockSyntax)current).Statements.InsertRange(0, configure.Prepend(renew).Prepend(dispose)))));
    }

    private static StatementSyntax? LoopAround(SyntaxNode node)
    {
        for (var current = node.Parent; current is not null && !SyntaxShapes.IsFunction(current) && current is not MemberDeclarationSyntax { RawKind: not (int)SyntaxKind.GlobalStatement }; current = current.Parent)
        {
            if (current is WhileStatementSyntax or DoStatementSyntax or ForStatementSyntax or CommonForEachStatementSyntax)
                return (StatementSyntax)current;
        }

        return null;
    }

    private static BlockSyntax? BodyOf(StatementSyntax loop) => loop switch
    {
        WhileStatementSyntax { Statement: BlockSyntax block } => block,
        DoStatementSyntax { Statement: BlockSyntax block } => block,
        ForStatementSyntax { Statement: BlockSyntax block } => block,
        CommonForEachStatementSyntax { Statement: BlockSyntax block } => block,
        _ => null,
    };

    /// <summary>The one catch around the call, inside of the loop.</summary>
    private static CatchClauseSyntax? CatchAround(SyntaxNode call, StatementSyntax loop)
    {
        for (SyntaxNode node = call; node.Parent is { } parent && parent != loop; node = parent)
        {
            if (parent is TryStatementSyntax { Catches.Count: > 0 } @try && @try.Block == node)
                return @try.Catches.Count == 1 ? @try.Catches[0] : null;
        }

        return null;
    }

    /// <summary>Whether the statement sets an option of the instance, and does nothing else.</summary>
    private static bool IsOption(StatementSyntax statement, string name)
    {
        if (statement is not ExpressionStatementSyntax { Expression: var expression })
            return false;
        var target = expression switch
        {
            AssignmentExpressionSyntax assignment => assignment.Left,
            InvocationExpressionSyntax call => call.Expression,
            _ => null,
        };
        while (target is MemberAccessExpressionSyntax access)
        {
            if (access is { Name.Identifier.ValueText: "Options", Expression: IdentifierNameSyntax owner } && owner.Identifier.ValueText == name)
                return true;
            target = access.Expression;
        }

        return false;
    }

    private static bool Mentions(SyntaxNode node, string name) => CountIn(node, name) > 0;

    private static int CountIn(SyntaxNode node, string name) =>
        node.DescendantNodesAndSelf().Count(inner => inner is IdentifierNameSyntax identifier && identifier.Identifier.ValueText == name);

    /// <summary>Whether the variable is only asked and called: a using may end it with the turn.</summary>
    private static bool IsOnlyCalled(SyntaxNode body, string name) =>
        body.DescendantNodes().All(inner => inner is not IdentifierNameSyntax identifier || identifier.Identifier.ValueText != name
            || (inner.Parent is MemberAccessExpressionSyntax access && access.Expression == inner && !inner.Ancestors().TakeWhile(ancestor => ancestor != body).Any(SyntaxShapes.IsFunction)));

    private static ConversionRefusal Refuse(FixSite site) => new(RefusalKind.NotThisShape, site.Node.GetLocation(), null);
}
