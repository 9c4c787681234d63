using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>Moves the declaration of a local to where it is needed, its comments with it.</summary>
internal static class MovedDeclaration
{
    private const string Key = "moved";

    /// <summary>The plan that takes the declaration out of its list and puts it before another statement, without <c>using</c>.</summary>
    public static EditPlan Before(LocalDeclarationStatementSyntax declaration, StatementSyntax anchor)
    {
        var following = StatementLists.SiblingsOf(declaration).SkipWhile(statement => statement != declaration).Skip(1).FirstOrDefault();
        return EditPlan.Of(session =>
        {
            session.Expand(declaration, static _ => []);
            if (following is not null && StartsWithBlankLine(declaration) && !StartsWithBlankLine(following))
                session.Edit(following, EditOrder.Statement, Key, current => current.WithLeadingTrivia(current.GetLeadingTrivia().Insert(0, GateSyntax.EndOfLine(declaration))));
            session.Expand(anchor, current => Before(current, GateSyntax.WithoutUsing(declaration), declaration));
        });
    }

    /// <summary>The statement with another before it that carries the comments and the end of line of the node it comes from.</summary>
    public static IReadOnlyList<StatementSyntax> Before(StatementSyntax statement, StatementSyntax moved, SyntaxNode origin)
    {
        var comments = origin.GetLeadingTrivia().SkipWhile(static trivia => !SyntaxShapes.IsWorthKeeping(SyntaxFactory.TriviaList(trivia))).ToList();
        var statements = GateSyntax.Before(statement, moved);
        var first = statements[0].WithTrailingTrivia(origin.GetTrailingTrivia());
        if (comments.Count > 0)
            first = first.WithLeadingTrivia(statement.GetLeadingTrivia().Concat(comments)).WithAdditionalAnnotations(Formatter.Annotation);
        return [first, statements[1]];
    }

    private static bool StartsWithBlankLine(StatementSyntax statement) => statement.GetLeadingTrivia() is { Count: > 0 } leading && leading[0].IsKind(SyntaxKind.EndOfLineTrivia);
}
