using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>
/// Releases a lock in a <c>finally</c> around everything between its wait and its release. Releases on the way, right before a jump out, go: the <c>finally</c> does what they did.
/// </summary>
internal static class ReleaseInFinally
{
    /// <summary>The plan for a wait, or why the release cannot be moved.</summary>
    public static Planned Plan(LockWait wait, CancellationToken cancellationToken)
    {
        if (StatementLists.OwnerOf(wait.Statement) is null)
            return Refuse(RefusalKind.NotThisShape, wait.Statement);
        var following = StatementLists.SiblingsOf(wait.Statement).SkipWhile(statement => statement != wait.Statement).Skip(1).ToList();
        var end = following.FindIndex(statement => wait.IsRelease(statement, cancellationToken) || statement is TryStatementSyntax @try && ReleasesItself(wait, @try, cancellationToken));
        if (end < 0)
            return Refuse(RefusalKind.NotThisShape, wait.Statement);
        var (between, rest) = (following.Take(end).ToList(), following.Skip(end + 1).ToList());
        if (Obstacle(wait, between, rest, cancellationToken) is { } obstacle)
            return Refuse(RefusalKind.MovesVariables, obstacle);
        return following[end] is TryStatementSyntax existing
            ? IntoTry(wait, between, existing, cancellationToken)
            : AroundStatements(wait, between, following[end], cancellationToken);
    }

    private static bool ReleasesItself(LockWait wait, TryStatementSyntax @try, CancellationToken cancellationToken) =>
        @try.Finally is { } clause ? clause.Block.Statements.Any(statement => wait.IsRelease(statement, cancellationToken))
            : @try.Block.Statements.LastOrDefault() is { } last && wait.IsRelease(last, cancellationToken);

    /// <summary>What stands behind the wait goes into the try that releases: into its finally, or with its last statement.</summary>
    private static Planned IntoTry(LockWait wait, List<StatementSyntax> between, TryStatementSyntax existing, CancellationToken cancellationToken)
    {
        if (existing.Finally is not null)
        {
            if (between.Count == 0 || existing.Catches.Count > 0)
                return Refuse(RefusalKind.NotThisShape, existing);
            return EditPlan.Of(session => session.ListOf(wait.Statement)!.WrapRange(between[0], existing, static statements =>
            {
                var @try = (TryStatementSyntax)statements[statements.Count - 1];
                var inside = statements.Take(statements.Count - 1).Concat(@try.Block.Statements);
                return @try.WithBlock(@try.Block.WithStatements(SyntaxFactory.List(Led(inside)))).WithLeadingTrivia().WithAdditionalAnnotations(Formatter.Annotation);
            }));
        }

        // try { ..; gate.Release(); } catch { .. }: the release becomes the finally.
        if (between.Count > 0 || Removable(wait, existing.Catches, cancellationToken) is not { } removed || Removable(wait, [existing.Block], cancellationToken) is not { } more)
            return Refuse(RefusalKind.Jumps, existing);
        var release = existing.Block.Statements.Last();
        return EditPlan.Of(session =>
        {
            foreach (var statement in removed.Concat(more))
                session.Expand(statement, static _ => []);
            session.Edit(existing, EditOrder.Statement, "release in finally", current =>
                ((TryStatementSyntax)current).WithFinally(Finally(release)).WithAdditionalAnnotations(Formatter.Annotation));
        });
    }

    private static Planned AroundStatements(LockWait wait, List<StatementSyntax> between, StatementSyntax release, CancellationToken cancellationToken)
    {
        if (between.Count == 0 || Removable(wait, between, cancellationToken) is not { } removed)
            return Refuse(RefusalKind.Jumps, release);
        return EditPlan.Of(session =>
        {
            foreach (var statement in removed)
                session.Expand(statement, static _ => []);
            session.ListOf(wait.Statement)!.WrapRange(between[0], release, static statements =>
            {
                var last = statements[statements.Count - 1];
                return SyntaxFactory.TryStatement(SyntaxFactory.Block(Led(statements.Take(statements.Count - 1))), default, Finally(last))
                    .WithTrailingTrivia(last.GetTrailingTrivia().Where(static trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia)))
                    .WithAdditionalAnnotations(Formatter.Annotation);
            });
        });
    }

    private static FinallyClauseSyntax Finally(StatementSyntax release) => SyntaxFactory.FinallyClause(SyntaxFactory.Block(WithoutBlankLines(release)));

    /// <summary>The releases below the nodes, which go; null when one of them is followed by more than a jump out, so that the code behind it runs without the lock.</summary>
    private static List<StatementSyntax>? Removable(LockWait wait, IEnumerable<SyntaxNode> nodes, CancellationToken cancellationToken)
    {
        var removed = new List<StatementSyntax>();
        foreach (var call in nodes.SelectMany(node => wait.CallsIn(node, acquires: false, cancellationToken)))
        {
            if (call.FirstAncestorOrSelf<StatementSyntax>() is not { } statement || !wait.IsRelease(statement, cancellationToken) || SyntaxShapes.HasComments(statement))
                return null;
            var siblings = StatementLists.SiblingsOf(statement);
            var isLast = siblings.Count > 0 && siblings[siblings.Count - 1] == statement;
            var leaves = siblings.SkipWhile(sibling => sibling != statement).Skip(1).FirstOrDefault() is { } next ? LockWait.IsJump(next) : isLast && statement.Parent?.Parent is CatchClauseSyntax or TryStatementSyntax;
            if (!leaves)
                return null;
            removed.Add(statement);
        }

        return removed;
    }

    /// <summary>What cannot go into a try: what is declared there and used behind it, other waits for the lock, labels, and what is disposed at the end of the list.</summary>
    private static SyntaxNode? Obstacle(LockWait wait, List<StatementSyntax> between, List<StatementSyntax> rest, CancellationToken cancellationToken)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var statement in between)
        {
            if (statement is LocalFunctionStatementSyntax or LabeledStatementSyntax or LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not 0 } || wait.CallsIn(statement, acquires: true, cancellationToken).Any())
                return statement;
            foreach (var node in statement.DescendantNodesAndSelf())
            {
                if (node is VariableDeclaratorSyntax variable)
                    names.Add(variable.Identifier.ValueText);
                else if (node is SingleVariableDesignationSyntax designation)
                    names.Add(designation.Identifier.ValueText);
                else if (node is GotoStatementSyntax)
                    return node;
            }
        }

        foreach (var name in rest.SelectMany(static statement => statement.DescendantNodes()).OfType<IdentifierNameSyntax>())
        {
            if (names.Contains(name.Identifier.ValueText))
                return name;
        }

        return null;
    }

    /// <summary>The statements, without the empty lines before the first.</summary>
    private static IEnumerable<StatementSyntax> Led(IEnumerable<StatementSyntax> statements) =>
        statements.Select(static (statement, index) => index == 0 ? WithoutBlankLines(statement) : statement);

    private static StatementSyntax WithoutBlankLines(StatementSyntax statement) =>
        statement.WithLeadingTrivia(statement.GetLeadingTrivia().SkipWhile(static trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia)));

    private static ConversionRefusal Refuse(RefusalKind kind, SyntaxNode node) => new(kind, node.GetLocation(), null);
}
