using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>A wait for a lock, and the statement it is.</summary>
/// <param name="Model">The model of its document.</param>
/// <param name="Locks">What takes and releases locks.</param>
/// <param name="Call">The call that waits.</param>
/// <param name="Lock">The lock.</param>
/// <param name="Statement">The statement that is nothing but the wait, or nothing but a jump when it runs out of time.</param>
internal sealed record LockWait(SemanticModel Model, Locks Locks, IInvocationOperation Call, SymbolPath Lock, StatementSyntax Statement)
{
    /// <summary>The wait at a node, or null when it is not a statement of its own.</summary>
    public static LockWait? At(SemanticModel model, ConnectionModel connections, SyntaxNode node, CancellationToken cancellationToken)
    {
        if (node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } syntax || model.GetOperation(syntax, cancellationToken) is not IInvocationOperation call)
            return null;
        if (connections.Locks.Of(call, cancellationToken) is not { Acquires: true, Lock: var named } || SymbolPath.Of(named) is not { } path || syntax.FirstAncestorOrSelf<StatementSyntax>() is not { } statement)
            return null;
        var stands = statement switch
        {
            ExpressionStatementSyntax { Expression: not AssignmentExpressionSyntax } => true,
            IfStatementSyntax { Else: null } @if => @if.Condition.Span.Contains(syntax.Span) && EndsInJump(@if.Statement),
            _ => false,
        };
        return stands ? new LockWait(model, connections.Locks, call, path, statement) : null;
    }

    /// <summary>Whether the statement is nothing but a release of the lock.</summary>
    public bool IsRelease(StatementSyntax statement, CancellationToken cancellationToken)
    {
        if (statement is not ExpressionStatementSyntax { Expression: var expression })
            return false;
        if (expression is ConditionalAccessExpressionSyntax conditional)
            expression = conditional.WhenNotNull;
        return expression is InvocationExpressionSyntax && Touches(expression, acquires: false, cancellationToken);
    }

    /// <summary>The calls below a node that release the lock, or that wait for it.</summary>
    public IEnumerable<InvocationExpressionSyntax> CallsIn(SyntaxNode node, bool acquires, CancellationToken cancellationToken) =>
        node.DescendantNodesAndSelf().OfType<InvocationExpressionSyntax>().Where(call => Touches(call, acquires, cancellationToken));

    /// <summary>Whether the statement leaves the list it stands in.</summary>
    public static bool IsJump(StatementSyntax statement) =>
        statement is ReturnStatementSyntax or ThrowStatementSyntax or BreakStatementSyntax or ContinueStatementSyntax;

    private static bool EndsInJump(StatementSyntax statement) =>
        IsJump(statement) || (statement is BlockSyntax { Statements: { Count: > 0 } statements } && IsJump(statements[statements.Count - 1]));

    private bool Touches(SyntaxNode syntax, bool acquires, CancellationToken cancellationToken) =>
        Model.GetOperation(syntax, cancellationToken) is IInvocationOperation call
        && Locks.Of(call, cancellationToken) is { } known && known.Acquires == acquires && Lock.Equals(SymbolPath.Of(known.Lock));
}
