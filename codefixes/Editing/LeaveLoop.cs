using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>Leaves a loop with <c>break</c> where code went on with the next turn.</summary>
internal static class LeaveLoop
{
    /// <summary>A break as the last thing that a block does, in the place of a <c>continue</c> that stands there; refused where the block goes on elsewhere as well.</summary>
    public static Planned AtEndOf(SemanticModel model, BlockSyntax block)
    {
        if (!CanBreak(model, block))
            return Refuse(RefusalKind.Jumps, block);
        var last = block.Statements.LastOrDefault() as ContinueStatementSyntax;
        foreach (var node in SyntaxShapes.OwnNodes(block))
        {
            if (node is GotoStatementSyntax or LabeledStatementSyntax or YieldStatementSyntax || (node is ContinueStatementSyntax && node != last))
                return Refuse(RefusalKind.Jumps, node);
        }
        if (last is not null)
            return InsteadOf(last);
        return model.AnalyzeControlFlow(block) is { Succeeded: true, EndPointIsReachable: true }
            ? EditPlan.Of(session => session.ListIn(block).Append(Break))
            : Refuse(RefusalKind.Jumps, block);
    }

    /// <summary>A break in the place of a <c>continue</c>.</summary>
    public static Planned InsteadOf(SemanticModel model, ContinueStatementSyntax statement) =>
        CanBreak(model, statement) ? InsteadOf(statement) : Refuse(RefusalKind.Jumps, statement);

    /// <summary>A new break on a line of its own.</summary>
    public static StatementSyntax Break() =>
        SyntaxFactory.BreakStatement().WithTrailingTrivia(SyntaxFactory.CarriageReturnLineFeed).WithAdditionalAnnotations(Formatter.Annotation);

    /// <summary>
    /// Whether a break at the node leaves the only loop of its function, and the function still ends as it must: no outer loop starts the inner one again, no switch takes the
    /// break for itself, and no result would be missing behind the loop.
    /// </summary>
    public static bool CanBreak(SemanticModel model, SyntaxNode node)
    {
        StatementSyntax? loop = null;
        for (var current = node.Parent; current is not null && !SyntaxShapes.IsFunction(current) && current is not MemberDeclarationSyntax { RawKind: not (int)SyntaxKind.GlobalStatement }; current = current.Parent)
        {
            if (current is SwitchStatementSyntax or FinallyClauseSyntax && loop is null)
                return false;
            if (current is not (WhileStatementSyntax or DoStatementSyntax or ForStatementSyntax or CommonForEachStatementSyntax))
                continue;
            if (loop is not null)
                return false;
            loop = (StatementSyntax)current;
        }
        if (loop is null)
            return false;
        return model.AnalyzeControlFlow(loop) is { Succeeded: true, EndPointIsReachable: true } || (ReturnsNothing(model.GetEnclosingSymbol(loop.SpanStart)) && IsLast(loop));
    }

    private static bool ReturnsNothing(ISymbol? function) =>
        function is IMethodSymbol { ReturnsVoid: true } or IMethodSymbol { IsAsync: true, ReturnType: INamedTypeSymbol { IsGenericType: false } } or IMethodSymbol { Name: "<Main>$" };

    /// <summary>Whether nothing stands behind the loop that could not be come to before.</summary>
    private static bool IsLast(StatementSyntax loop) => loop.Parent is not BlockSyntax block || block.Statements.Last() == loop;

    private static Planned InsteadOf(ContinueStatementSyntax statement) => EditPlan.Of(session => session.Edit(statement, EditOrder.Statement, "leave", static current =>
    {
        var next = (ContinueStatementSyntax)current;
        var keyword = SyntaxFactory.Token(next.ContinueKeyword.LeadingTrivia, SyntaxKind.BreakKeyword, next.ContinueKeyword.TrailingTrivia);
        return SyntaxFactory.BreakStatement(next.AttributeLists, keyword, next.SemicolonToken);
    }));

    private static ConversionRefusal Refuse(RefusalKind kind, SyntaxNode node) => new(kind, node.GetLocation(), null);
}
