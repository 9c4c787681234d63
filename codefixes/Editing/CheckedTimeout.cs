using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using WebSocketAnalyzers.Flow;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>
/// Looks at the answer of a timed wait: <c>if (!await gate.WaitAsync(t)) return;</c>, or a <c>TimeoutException</c> where a result is due or a loop would go on. A wait inside the
/// <c>try</c> whose <c>finally</c> releases the lock goes above it.
/// </summary>
internal static class CheckedTimeout
{
    /// <summary>The plan for a wait, or why there is none.</summary>
    public static Planned Plan(LockWait wait, CancellationToken cancellationToken)
    {
        if (wait.Statement is not ExpressionStatementSyntax { Expression: AwaitExpressionSyntax or InvocationExpressionSyntax } || wait.Model.GetEnclosingSymbol(wait.Statement.SpanStart, cancellationToken) is not IMethodSymbol function)
            return new ConversionRefusal(RefusalKind.NotThisShape, wait.Statement.GetLocation(), null);
        var returns = ReturnsNothing(function) && !IsInLoop(wait.Statement);
        if (ReleasesAround(wait, cancellationToken))
            return WaitAboveTry.Plan(wait, statement => Checked(statement, returns), cancellationToken);
        return EditPlan.Of(session => session.Expand(wait.Statement, current => [Checked(current, returns)]));
    }

    private static StatementSyntax Checked(StatementSyntax statement, bool returns)
    {
        var expression = ((ExpressionStatementSyntax)statement).Expression.WithoutTrivia();
        return SyntaxFactory.IfStatement(
                SyntaxFactory.PrefixUnaryExpression(SyntaxKind.LogicalNotExpression, expression),
                returns ? SyntaxFactory.ReturnStatement() : Throw())
            .WithLeadingTrivia(statement.GetLeadingTrivia())
            .WithTrailingTrivia(statement.GetTrailingTrivia())
            .WithAdditionalAnnotations(Formatter.Annotation);
    }

    private static ThrowStatementSyntax Throw() => SyntaxFactory.ThrowStatement(
        SyntaxShapes.Spaced(SyntaxKind.ThrowKeyword),
        SyntaxFactory.ObjectCreationExpression(SyntaxShapes.Spaced(SyntaxKind.NewKeyword), TaskTypes.FrameworkType("System.TimeoutException"), SyntaxShapes.Arguments(), null),
        SyntaxFactory.Token(SyntaxKind.SemicolonToken));

    private static bool ReturnsNothing(IMethodSymbol function) =>
        function.ReturnsVoid || function is { IsAsync: true, ReturnType: INamedTypeSymbol { IsGenericType: false } } || function.Name == "<Main>$";

    private static bool IsInLoop(SyntaxNode node)
    {
        for (var current = node.Parent; current is not null && !SyntaxShapes.IsFunction(current) && current is not MemberDeclarationSyntax { RawKind: not (int)SyntaxKind.GlobalStatement }; current = current.Parent)
        {
            if (current is WhileStatementSyntax or DoStatementSyntax or ForStatementSyntax or CommonForEachStatementSyntax)
                return true;
        }

        return false;
    }

    /// <summary>Whether a return at the wait would come by a release.</summary>
    private static bool ReleasesAround(LockWait wait, CancellationToken cancellationToken)
    {
        for (var @try = CatchClauses.InnermostTry(wait.Statement); @try is not null; @try = CatchClauses.InnermostTry(@try))
        {
            if ((@try.Finally is { } clause && wait.CallsIn(clause, acquires: false, cancellationToken).Any()) || @try.Catches.Any(handler => wait.CallsIn(handler, acquires: false, cancellationToken).Any()))
                return true;
        }

        return false;
    }
}
