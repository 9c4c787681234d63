using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>Statements written as text, in which some names stand for syntax that is already there.</summary>
internal static class StatementTemplate
{
    /// <summary>The statement of the text, marked for the formatter; it ends its line.</summary>
    /// <param name="text">The statement.</param>
    /// <param name="parts">What the names in it stand for.</param>
    public static StatementSyntax Parse(string text, params (string Name, ExpressionSyntax Syntax)[] parts)
    {
        // Only in an asynchronous function is "await" a keyword.
        var function = (LocalFunctionStatementSyntax)SyntaxFactory.ParseStatement("async void F() {" + text + "\n}");
        var statement = function.Body!.Statements[0];
        var names = statement.DescendantNodes().OfType<IdentifierNameSyntax>().Where(name => Array.Exists(parts, part => part.Name == name.Identifier.ValueText));
        return statement
            .ReplaceNodes(names, (name, _) => Array.Find(parts, part => part.Name == name.Identifier.ValueText).Syntax.WithTriviaFrom(name))
            .WithAdditionalAnnotations(Formatter.Annotation);
    }

    /// <summary><c>var name = value;</c></summary>
    public static StatementSyntax Declaration(string name, ExpressionSyntax value)
    {
        var declarator = SyntaxFactory.VariableDeclarator(SyntaxShapes.Identifier(name).WithTrailingTrivia(SyntaxFactory.Space))
            .WithInitializer(SyntaxFactory.EqualsValueClause(SyntaxShapes.Spaced(SyntaxKind.EqualsToken), value));
        var type = SyntaxFactory.IdentifierName(SyntaxFactory.Identifier(SyntaxTriviaList.Empty, SyntaxKind.VarKeyword, "var", "var", SyntaxFactory.TriviaList(SyntaxFactory.Space)));
        return SyntaxFactory.LocalDeclarationStatement(SyntaxFactory.VariableDeclaration(type, SyntaxFactory.SingletonSeparatedList(declarator)))
            .WithSemicolonToken(SyntaxFactory.Token(SyntaxTriviaList.Empty, SyntaxKind.SemicolonToken, SyntaxTriviaList.Empty));
    }

    /// <summary>Several statements in the place of one: its comments and its indentation lead the first, its end of line and the comment there end the last.</summary>
    public static IReadOnlyList<StatementSyntax> InPlaceOf(StatementSyntax original, params StatementSyntax[] statements)
    {
        var last = statements.Length - 1;
        statements[0] = statements[0].WithLeadingTrivia(original.GetLeadingTrivia());
        statements[last] = statements[last].WithTrailingTrivia(original.GetTrailingTrivia());
        return statements;
    }
}
