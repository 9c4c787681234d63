using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>How code that receives is left for good, without skipping what it does after its receive loop.</summary>
internal static class LeaveReceive
{
    private const string EndOfMessage = "EndOfMessage";

    /// <summary><c>return;</c> or <c>break;</c> in place of a statement; null when neither is plain there.</summary>
    public static StatementSyntax? At(SemanticModel model, StatementSyntax statement, CancellationToken cancellationToken)
    {
        if (CanReturn(model, statement, cancellationToken))
            return StatementTemplate.Parse("return;");
        return CanBreak(model, statement, cancellationToken) ? StatementTemplate.Parse("break;") : null;
    }

    /// <summary>Whether a bare <c>return</c> may stand there and skips nothing but the rest of this turn.</summary>
    public static bool CanReturn(SemanticModel model, StatementSyntax statement, CancellationToken cancellationToken)
    {
        if (!ReturnsNothing(model, statement, cancellationToken))
            return false;
        SyntaxNode? loop = null;
        for (SyntaxNode current = statement; current.Parent is { } parent && !IsEnd(current); current = parent)
        {
            if (IsLoop(current) && !IsAccumulation(current))
            {
                // Another loop around the receive loop would go on, with the next connection for instance.
                if (loop is not null)
                    return false;
                loop = current;
            }

            if (loop is not null && current is StatementSyntax around && IsFollowed(around))
                return false;
        }

        return true;
    }

    /// <summary>Whether the function gives its caller nothing: <c>async void</c>, <c>Task</c>, <c>ValueTask</c>.</summary>
    public static bool ReturnsNothing(SemanticModel model, StatementSyntax statement, CancellationToken cancellationToken) =>
        model.GetEnclosingSymbol(statement.SpanStart, cancellationToken) is IMethodSymbol { IsAsync: true } method
        && (method.ReturnsVoid || (TaskTypes.IsTask(method.ReturnType) && TaskTypes.ResultOf(method.ReturnType) is null));

    /// <summary>Whether the function is <c>async void</c>: what it throws ends the process.</summary>
    public static bool IsAsyncVoid(SemanticModel model, StatementSyntax statement, CancellationToken cancellationToken) =>
        model.GetEnclosingSymbol(statement.SpanStart, cancellationToken) is IMethodSymbol { IsAsync: true, ReturnsVoid: true };

    /// <summary>Whether the statement stands in a loop of its function other than those that gather one message.</summary>
    public static bool IsInLoop(StatementSyntax statement)
    {
        for (SyntaxNode? current = statement; current is not null && !IsEnd(current); current = current.Parent)
        {
            if (IsLoop(current) && !IsAccumulation(current))
                return true;
        }

        return false;
    }

    private static bool CanBreak(SemanticModel model, StatementSyntax statement, CancellationToken cancellationToken)
    {
        var breakable = statement.Ancestors().TakeWhile(static ancestor => !IsEnd(ancestor)).FirstOrDefault(static ancestor => ancestor is SwitchStatementSyntax || IsLoop(ancestor));
        if (breakable is null or SwitchStatementSyntax || IsAccumulation(breakable))
            return false;
        // What the body of a do loop assigns may be taken for assigned behind it.
        if (breakable is DoStatementSyntax loop && IsFollowed(loop))
            return false;
        return ReturnsNothing(model, statement, cancellationToken) || model.AnalyzeControlFlow((StatementSyntax)breakable) is { Succeeded: true, EndPointIsReachable: true };
    }

    /// <summary>Whether a loop only gathers the pieces of one message: to leave it is to go on with the message.</summary>
    private static bool IsAccumulation(SyntaxNode loop)
    {
        var condition = loop switch
        {
            DoStatementSyntax { Condition: var value } => value,
            WhileStatementSyntax { Condition: var value } => value,
            ForStatementSyntax { Condition: { } value } => value,
            _ => null,
        };
        if (condition is not null && Asks(condition))
            return true;
        return SyntaxShapes.OwnNodes(loop).Any(node => node is IfStatementSyntax { Condition: var asked, Statement: var then } && Asks(asked)
            && then.DescendantNodesAndSelf().OfType<BreakStatementSyntax>().Any(leave => LeftBy(leave) == loop));
    }

    private static bool Asks(ExpressionSyntax condition) =>
        condition.DescendantNodesAndSelf().Any(static node => node is IdentifierNameSyntax { Identifier.ValueText: EndOfMessage });

    private static SyntaxNode? LeftBy(BreakStatementSyntax leave) => leave.Ancestors().FirstOrDefault(static ancestor => ancestor is SwitchStatementSyntax || IsLoop(ancestor));

    private static bool IsFollowed(StatementSyntax statement)
    {
        var siblings = StatementLists.SiblingsOf(statement);
        for (var index = siblings.Count - 1; index >= 0 && siblings[index] != statement; index--)
        {
            // The break of a switch section leads to what stands after the switch.
            if (siblings[index] is not (LocalFunctionStatementSyntax or EmptyStatementSyntax or BreakStatementSyntax or ReturnStatementSyntax { Expression: null }))
                return true;
        }

        return false;
    }

    /// <summary>Whether a node is a loop statement.</summary>
    public static bool IsLoop(SyntaxNode node) => node is WhileStatementSyntax or DoStatementSyntax or ForStatementSyntax or CommonForEachStatementSyntax;

    private static bool IsEnd(SyntaxNode node) => SyntaxShapes.IsFunction(node) || node is MemberDeclarationSyntax and not GlobalStatementSyntax or CompilationUnitSyntax;
}
