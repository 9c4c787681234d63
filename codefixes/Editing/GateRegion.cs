using System.Collections.Immutable;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>One stretch of code that holds a lock, from the wait to the last release that belongs to it.</summary>
/// <param name="Document">Its document.</param>
/// <param name="Model">The document's model.</param>
/// <param name="Body">The function around it.</param>
/// <param name="Wait">The call that waits.</param>
/// <param name="Gates">The expressions that name the lock: that of the wait first, then those of the releases.</param>
/// <param name="Held">The statements that run while the lock is held.</param>
/// <param name="Anchor">The statement of a list before which a variable must be declared to be known to the wait and to every release.</param>
/// <param name="Guarded">From the anchor to the last release.</param>
/// <param name="Operations">What is done on connections meanwhile; never empty.</param>
internal sealed record GateRegion(
    Document Document,
    SemanticModel Model,
    SyntaxNode Body,
    InvocationExpressionSyntax Wait,
    ImmutableArray<ExpressionSyntax> Gates,
    ImmutableArray<StatementSyntax> Held,
    StatementSyntax Anchor,
    TextSpan Guarded,
    ImmutableArray<GuardedIO> Operations)
{
    /// <summary>
    /// The try and the loop in it when the region is nothing but a loop over connections: <c>await gate.WaitAsync(); try { foreach (..) .. } finally { gate.Release(); }</c>;
    /// otherwise null.
    /// </summary>
    public (ExpressionStatementSyntax Wait, TryStatementSyntax Try, CommonForEachStatementSyntax Loop)? AsLoop()
    {
        if (Anchor is not ExpressionStatementSyntax wait || StatementLists.OwnerOf(wait) is not { } owner)
            return null;
        var statements = StatementLists.StatementsOf(owner);
        var next = statements.SkipWhile(statement => statement != wait).Skip(1).FirstOrDefault();
        return next is TryStatementSyntax { Catches.Count: 0, ContainsDirectives: false, Block.Statements: { Count: 1 } inner, Finally.Block.Statements.Count: 1 } @try
            && inner[0] is CommonForEachStatementSyntax { AwaitKeyword.RawKind: 0 } loop
            && !wait.ContainsDirectives
            && Gates.Length == 2 && @try.Finally.Span.Contains(Gates[1].Span)
                ? (wait, @try, loop)
                : null;
    }
}
