using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>
/// Moves a wait above the <c>try</c> whose <c>finally</c> releases the lock. Where the try also catches, or does something before the wait, it stays as it is, and what comes behind the wait gets a
/// <c>try</c> of its own inside.
/// </summary>
internal static class WaitAboveTry
{
    /// <summary>The plan for a wait, or why it cannot be moved.</summary>
    /// <param name="wait">The wait.</param>
    /// <param name="rewrite">What becomes of its statement where it goes, or null.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static Planned Plan(LockWait wait, Func<StatementSyntax, StatementSyntax>? rewrite, CancellationToken cancellationToken)
    {
        if (CatchClauses.InnermostTry(wait.Statement) is not { Finally: { } clause } @try || wait.Statement.Parent != @try.Block || StatementLists.OwnerOf(@try) is null)
            return Refuse(RefusalKind.NotThisShape, wait.Statement);
        var at = @try.Block.Statements.IndexOf(wait.Statement);
        var releases = clause.Block.Statements.Where(statement => wait.IsRelease(statement, cancellationToken)).ToList();
        // A second release would give back what the first did already.
        if (releases.Count != 1 || at == @try.Block.Statements.Count - 1 || wait.CallsIn(@try.Block, acquires: false, cancellationToken).Any() || @try.Catches.Any(handler => wait.CallsIn(handler, acquires: false, cancellationToken).Any()))
            return Refuse(RefusalKind.NotThisShape, @try);
        rewrite ??= static statement => statement;
        if (at == 0 && @try.Catches.Count == 0)
        {
            return EditPlan.Of(session => session.Expand(@try, current =>
            {
                var edited = (TryStatementSyntax)current;
                var first = edited.Block.Statements[0];
                var rest = edited.Block.Statements.RemoveAt(0);
                var above = rewrite(first).WithLeadingTrivia(edited.GetLeadingTrivia().AddRange(Comments(first.GetLeadingTrivia())));
                return [above.WithAdditionalAnnotations(Formatter.Annotation), Without(edited, rest)];
            }));
        }

        if (ChangesState(@try.Catches))
            return Refuse(RefusalKind.ResultIsUsed, @try);
        var index = clause.Block.Statements.IndexOf(releases[0]);
        return EditPlan.Of(session => session.Edit(@try, EditOrder.Statement, "wait above try", current => Nested((TryStatementSyntax)current, at, index, rewrite)));
    }

    /// <summary>The try with an inner one around what comes behind the wait.</summary>
    private static TryStatementSyntax Nested(TryStatementSyntax @try, int at, int index, Func<StatementSyntax, StatementSyntax> rewrite)
    {
        var statements = @try.Block.Statements;
        var release = @try.Finally!.Block.Statements[index];
        var inner = SyntaxFactory.TryStatement(
            SyntaxFactory.Block(Led(statements.Skip(at + 1))), default, SyntaxFactory.FinallyClause(SyntaxFactory.Block(release.WithLeadingTrivia(Comments(release.GetLeadingTrivia())))));
        var outer = @try.WithBlock(@try.Block.WithStatements(SyntaxFactory.List(statements.Take(at).Append(rewrite(statements[at])).Append(inner))));
        var left = @try.Finally.Block.Statements.RemoveAt(index);
        var hasFinally = left.Count > 0 || @try.Catches.Count == 0;
        return outer.WithFinally(hasFinally ? @try.Finally.WithBlock(@try.Finally.Block.WithStatements(left)) : null)
            .WithTrailingTrivia(@try.GetTrailingTrivia()).WithAdditionalAnnotations(Formatter.Annotation);
    }

    private static TryStatementSyntax Without(TryStatementSyntax @try, SyntaxList<StatementSyntax> rest) =>
        @try.WithBlock(@try.Block.WithStatements(SyntaxFactory.List(Led(rest)))).WithLeadingTrivia().WithAdditionalAnnotations(Formatter.Annotation);

    /// <summary>Handlers would run after the release: those that change state stay under the lock, and the try with them.</summary>
    private static bool ChangesState(SyntaxList<CatchClauseSyntax> handlers) =>
        handlers.Any(static handler => handler.Block.DescendantNodes().Any(static node => node is AssignmentExpressionSyntax or AwaitExpressionSyntax or PostfixUnaryExpressionSyntax));

    private static IEnumerable<StatementSyntax> Led(IEnumerable<StatementSyntax> statements) => statements.Select(static (statement, index) =>
        index == 0 ? statement.WithLeadingTrivia(statement.GetLeadingTrivia().SkipWhile(static trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia))) : statement);

    /// <summary>The trivia when it holds comments, else none.</summary>
    private static SyntaxTriviaList Comments(SyntaxTriviaList trivia) => SyntaxShapes.IsWorthKeeping(trivia) ? trivia : SyntaxTriviaList.Empty;

    private static ConversionRefusal Refuse(RefusalKind kind, SyntaxNode node) => new(kind, node.GetLocation(), null);
}
