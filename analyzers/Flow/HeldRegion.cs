using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Flow;

/// <summary>
/// The statements that run between a wait for a lock and its release, read off the structure of the code: what follows the wait up to the release,
/// or up to and with the try whose finally releases.
/// </summary>
internal static class HeldRegion
{
    /// <summary>
    /// The statements that run while the lock is held; empty when the release is not in sight (the lock is handed over, or another member gives it back).
    /// </summary>
    /// <param name="wait">The call that waits for the lock.</param>
    /// <param name="isRelease">Whether a call releases that same lock.</param>
    public static ImmutableArray<StatementSyntax> After(SyntaxNode wait, Func<InvocationExpressionSyntax, bool> isRelease)
    {
        if (wait.FirstAncestorOrSelf<StatementSyntax>() is not { } statement)
            return ImmutableArray<StatementSyntax>.Empty;

        // if (await gate.WaitAsync(t)) { held } ; in "if (!await ..) return;" what follows is held.
        if (statement is IfStatementSyntax @if && @if.Condition.Span.Contains(wait.Span) && !IsNegated(@if.Condition, wait))
        {
            var inside = @if.Statement is BlockSyntax block ? block.Statements : SyntaxFactory.SingletonList(@if.Statement);
            return UpToRelease(inside, isRelease) is { IsEmpty: false } held ? held : ImmutableArray<StatementSyntax>.Empty;
        }

        var following = StatementLists.SiblingsOf(statement).SkipWhile(sibling => sibling != statement).Skip(1).ToImmutableArray();
        if (UpToRelease(following, isRelease) is { IsEmpty: false } region)
            return region;

        // The wait stands inside the try whose finally releases.
        return statement.Parent is BlockSyntax { Parent: TryStatementSyntax { Finally: { } @finally } @try } && @try.Block == statement.Parent && Releases(@finally, isRelease)
            ? following
            : ImmutableArray<StatementSyntax>.Empty;
    }

    /// <summary>The statements from the first to the one that releases; empty when none does.</summary>
    private static ImmutableArray<StatementSyntax> UpToRelease(IEnumerable<StatementSyntax> statements, Func<InvocationExpressionSyntax, bool> isRelease)
    {
        var held = ImmutableArray.CreateBuilder<StatementSyntax>();
        var released = false;
        foreach (var statement in statements)
        {
            if (statement is ExpressionStatementSyntax { Expression: InvocationExpressionSyntax call } && isRelease(call))
            {
                released = true;
                break;
            }

            if (statement is TryStatementSyntax { Finally: { } @finally } @try && Releases(@finally, isRelease))
            {
                held.Add(@try.Block);
                foreach (var clause in @try.Catches)
                    held.Add(clause.Block);
                released = true;
                break;
            }

            held.Add(statement);
            released |= Releases(statement, isRelease);
        }

        return released ? held.ToImmutable() : ImmutableArray<StatementSyntax>.Empty;
    }

    private static bool Releases(SyntaxNode node, Func<InvocationExpressionSyntax, bool> isRelease)
    {
        // What a nested function releases, it releases when somebody calls it.
        foreach (var descendant in node.DescendantNodes(static inner => inner is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)))
        {
            if (descendant is InvocationExpressionSyntax call && isRelease(call))
                return true;
        }

        return false;
    }

    private static bool IsNegated(ExpressionSyntax condition, SyntaxNode wait)
    {
        for (SyntaxNode? node = wait; node is not null && node != condition.Parent; node = node.Parent)
        {
            if (node.IsKind(SyntaxKind.LogicalNotExpression) || IsComparedWithFalse(node))
                return true;
        }

        return false;
    }

    private static bool IsComparedWithFalse(SyntaxNode node) => node switch
    {
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.EqualsExpression } comparison => comparison.Left.IsKind(SyntaxKind.FalseLiteralExpression) || comparison.Right.IsKind(SyntaxKind.FalseLiteralExpression),
        IsPatternExpressionSyntax { Pattern: ConstantPatternSyntax { Expression.RawKind: (int)SyntaxKind.FalseLiteralExpression } } => true,
        _ => false,
    };
}
