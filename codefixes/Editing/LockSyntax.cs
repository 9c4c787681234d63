using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>The pieces of syntax that take the place of a lock which belongs to a thread.</summary>
internal static class LockSyntax
{
    /// <summary>The declaration of a lock as that of a semaphore that admits one.</summary>
    public static FieldDeclarationSyntax AsSemaphore(FieldDeclarationSyntax field)
    {
        var type = TaskTypes.FrameworkType("System.Threading.SemaphoreSlim");
        var variable = field.Declaration.Variables[0];
        var value = variable.Initializer!.Value;
        var one = SyntaxShapes.Arguments(One(), One());
        ExpressionSyntax made = value is ImplicitObjectCreationExpressionSyntax
            ? SyntaxFactory.ImplicitObjectCreationExpression(one, null)
            : SyntaxFactory.ObjectCreationExpression(SyntaxShapes.Spaced(SyntaxKind.NewKeyword), type, one, null);
        return field.WithDeclaration(field.Declaration
            .WithType(type.WithTriviaFrom(field.Declaration.Type))
            .WithVariables(SyntaxFactory.SingletonSeparatedList(variable.WithInitializer(variable.Initializer.WithValue(made.WithTriviaFrom(value))))));
    }

    /// <summary><c>await gate.WaitAsync()</c> or <c>gate.Wait()</c>.</summary>
    public static ExpressionSyntax Wait(ExpressionSyntax gate, bool isAwaited, bool configure)
    {
        if (!isAwaited)
            return SyntaxShapes.Call(gate.WithoutTrivia(), "Wait");
        ExpressionSyntax wait = SyntaxShapes.Call(gate.WithoutTrivia(), "WaitAsync");
        return SyntaxShapes.Await(configure ? SyntaxShapes.ConfigureAwaitFalse(wait) : wait);
    }

    /// <summary><c>gate.Release()</c>.</summary>
    public static ExpressionSyntax Release(ExpressionSyntax gate) => SyntaxShapes.Call(gate.WithoutTrivia(), "Release");

    /// <summary>The wait, and the statement's body in a <c>try</c> whose <c>finally</c> releases.</summary>
    /// <param name="current">The lock statement as inner edits left it.</param>
    /// <param name="original">The lock statement in its file.</param>
    /// <param name="isAwaited">Whether the wait is awaited.</param>
    /// <param name="configure">Whether with <c>ConfigureAwait(false)</c>.</param>
    public static IReadOnlyList<StatementSyntax> AsTry(LockStatementSyntax current, LockStatementSyntax original, bool isAwaited, bool configure)
    {
        var endOfLine = GateSyntax.EndOfLine(original);
        var indentation = GateSyntax.Indentation(current.GetLeadingTrivia());
        var afterHead = current.CloseParenToken.TrailingTrivia;
        var wait = SyntaxFactory.ExpressionStatement(Wait(current.Expression, isAwaited, configure), SyntaxFactory.Token(SyntaxTriviaList.Empty, SyntaxKind.SemicolonToken, SyntaxTriviaList.Empty))
            .WithLeadingTrivia(current.GetLeadingTrivia())
            .WithTrailingTrivia(afterHead.Any(SyntaxKind.EndOfLineTrivia) ? afterHead : SyntaxFactory.TriviaList(endOfLine));
        var release = SyntaxFactory.ExpressionStatement(Release(current.Expression));
        if (current.Statement is not BlockSyntax block)
        {
            var guarded = SyntaxFactory.TryStatement(SyntaxFactory.Block(current.Statement), default, SyntaxFactory.FinallyClause(SyntaxFactory.Block(release)));
            return [wait, guarded.WithLeadingTrivia(indentation).WithTrailingTrivia(endOfLine).WithAdditionalAnnotations(Formatter.Annotation)];
        }

        // The braces stand where they stood, those of the finally alike.
        var isOnOwnLine = afterHead.Any(SyntaxKind.EndOfLineTrivia);
        var open = isOnOwnLine ? SyntaxFactory.TriviaList(endOfLine) : SyntaxFactory.TriviaList(SyntaxFactory.Space);
        var inside = block.Statements.Count > 0 && GateSyntax.Indentation(block.Statements[0].GetLeadingTrivia()) is { Count: > 0 } first ? first : indentation.Add(SyntaxFactory.Whitespace("    "));
        var closing = block.CloseBraceToken.WithTrailingTrivia(endOfLine);
        var released = SyntaxFactory.Block(
            SyntaxFactory.Token(isOnOwnLine ? indentation : SyntaxTriviaList.Empty, SyntaxKind.OpenBraceToken, SyntaxFactory.TriviaList(endOfLine)),
            SyntaxFactory.SingletonList<StatementSyntax>(release.WithLeadingTrivia(inside).WithTrailingTrivia(endOfLine)),
            SyntaxFactory.Token(indentation, SyntaxKind.CloseBraceToken, current.GetTrailingTrivia()));
        return
        [
            wait,
            SyntaxFactory.TryStatement(
                SyntaxFactory.Token(indentation, SyntaxKind.TryKeyword, open),
                block.WithCloseBraceToken(closing),
                default,
                SyntaxFactory.FinallyClause(SyntaxFactory.Token(indentation, SyntaxKind.FinallyKeyword, open), released)),
        ];
    }

    private static ExpressionSyntax One() => SyntaxFactory.LiteralExpression(SyntaxKind.NumericLiteralExpression, SyntaxFactory.Literal(1));
}
