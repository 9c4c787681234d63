using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>An await that shall stand where an expression stands now.</summary>
/// <param name="Node">The expression that is replaced.</param>
/// <param name="Operand">What is awaited, taken from the node as inner edits left it; null means the receiver of a <c>?.</c> itself.</param>
/// <param name="Configure">Whether <c>.ConfigureAwait(false)</c> is added.</param>
/// <param name="IsUsed">Whether the awaited value is used.</param>
/// <param name="IsValueTask">Whether the operand is a <c>ValueTask</c>, which has no <c>null</c>.</param>
internal sealed record AwaitIntent(
    ExpressionSyntax Node,
    Func<ExpressionSyntax, ExpressionSyntax?> Operand,
    bool Configure,
    bool IsUsed,
    bool IsValueTask)
{
    private const string Key = "await";
    private const string Mark = "WebSocketAnalyzers.Awaited";

    /// <summary>Adds the edits; <paramref name="model"/> is that of the node's document.</summary>
    public void AddTo(EditSession session, SemanticModel model)
    {
        if (ConditionalChain.Outermost(Node) is not { } conditional)
        {
            var parenthesise = SyntaxShapes.NeedsParentheses(Node);
            session.Edit(Node, EditOrder.Await, Key, current =>
            {
                var expression = (ExpressionSyntax)current;
                var awaited = AwaitOf(OperandOf(expression) ?? expression, Configure);
                return parenthesise ? SyntaxShapes.Parenthesise(awaited) : awaited;
            });
            return;
        }

        // Inside `a?.b` nothing can be awaited in place: the node is marked and the whole chain is rewritten around it.
        if (!session.Edit(Node, EditOrder.Await, Key, current => MarkOperand((ExpressionSyntax)current)))
            return;
        if (IsUsed)
            AddChoice(session, model, conditional);
        else if (ConditionalChain.IsEnd(Node, conditional))
            AddCoalesced(session, conditional);
        else
            AddGuard(session, conditional);
    }

    /// <summary>Whether the value of an expression, or of the <c>?.</c> chain that it is the spine of, is used.</summary>
    public static bool IsValueUsed(SemanticModel model, ExpressionSyntax node)
    {
        var whole = ConditionalChain.Outermost(node) ?? node;
        return SyntaxShapes.Outermost(whole).Parent is not (ExpressionStatementSyntax or ForStatementSyntax)
            && model.GetTypeInfo(whole).Type?.SpecialType != SpecialType.System_Void;
    }

    /// <summary>Whether an await can be written for <paramref name="node"/>: the middle of a <c>?.</c> chain without a value needs a statement of its own.</summary>
    public static bool CanStandAt(SemanticModel model, ExpressionSyntax node) =>
        ConditionalChain.Outermost(node) is not { } conditional
        || ConditionalChain.IsEnd(node, conditional)
        || IsValueUsed(model, node)
        || SyntaxShapes.Outermost(conditional).Parent is ExpressionStatementSyntax;

    // `await (a?.F() ?? Task.CompletedTask)`: nothing uses the value.
    private void AddCoalesced(EditSession session, ConditionalAccessExpressionSyntax conditional) =>
        session.Edit(conditional, EditOrder.Await, Key, current =>
        {
            var chain = (ExpressionSyntax)current.WithoutTrivia();
            var marked = chain.GetAnnotatedNodes(Mark).OfType<ExpressionSyntax>().Last();
            var configured = ConfigureAwaitStyle.IsConfigured(marked);
            var operand = configured ? ReceiverOf(marked) : MarkedOperand(marked);
            chain = operand is null ? WithoutMarked(chain, marked) : chain.ReplaceNode(marked, operand);
            ExpressionSyntax nothing = IsValueTask
                ? SyntaxFactory.LiteralExpression(SyntaxKind.DefaultLiteralExpression)
                : TaskTypes.CompletedTask();
            ExpressionSyntax task = SyntaxShapes.Parenthesise(SyntaxFactory.BinaryExpression(
                SyntaxKind.CoalesceExpression,
                chain.WithTrailingTrivia(SyntaxFactory.Space),
                SyntaxShapes.Spaced(SyntaxKind.QuestionQuestionToken),
                nothing));
            return AwaitOf(task, Configure || configured).WithTriviaFrom(current);
        });

    // `a is { } target ? await target.F() : default(T)`.
    private void AddChoice(EditSession session, SemanticModel model, ConditionalAccessExpressionSyntax conditional)
    {
        var type = model.GetTypeInfo(conditional).Type;
        if (type is { IsReferenceType: true } && model.GetNullableContext(conditional.SpanStart).AnnotationsEnabled())
            type = type.WithNullableAnnotation(NullableAnnotation.Annotated);
        var typeName = SyntaxFactory.ParseTypeName(type?.ToMinimalDisplayString(model, conditional.SpanStart) ?? "object");
        var name = session.FreshName(conditional, "target");
        var parenthesise = conditional.Parent is not (EqualsValueClauseSyntax or ArrowExpressionClauseSyntax or ReturnStatementSyntax
            or ParenthesizedExpressionSyntax or ArgumentSyntax or AssignmentExpressionSyntax or AnonymousFunctionExpressionSyntax);
        session.Edit(conditional, EditOrder.Await, Key, current =>
        {
            var (condition, body) = Split((ExpressionSyntax)current.WithoutTrivia(), name);
            var choice = SyntaxFactory.ConditionalExpression(
                condition.WithTrailingTrivia(SyntaxFactory.Space),
                SyntaxShapes.Spaced(SyntaxKind.QuestionToken),
                body.WithTrailingTrivia(SyntaxFactory.Space),
                SyntaxShapes.Spaced(SyntaxKind.ColonToken),
                SyntaxFactory.DefaultExpression(typeName)).WithTriviaFrom(current);
            return parenthesise ? SyntaxShapes.Parenthesise(choice) : choice;
        });
    }

    // `if (a is { } target) (await target.F()).G();`
    private void AddGuard(EditSession session, ConditionalAccessExpressionSyntax conditional)
    {
        var statement = conditional.FirstAncestorOrSelf<ExpressionStatementSyntax>();
        if (statement is null)
            return;
        var name = session.FreshName(conditional, "target");
        session.Edit(statement, EditOrder.Await, Key, current =>
        {
            var expression = SyntaxShapes.Unwrap(((ExpressionStatementSyntax)current).Expression);
            var (condition, body) = Split(expression.WithoutTrivia(), name);
            return SyntaxFactory.IfStatement(
                condition,
                SyntaxFactory.ExpressionStatement(body).WithLeadingTrivia(SyntaxFactory.ElasticCarriageReturnLineFeed))
                .WithTriviaFrom(current)
                .WithAdditionalAnnotations(Formatter.Annotation);
        });
    }

    // The condition `prefix is { } name`, and the rest of the chain on that name with every marked operand awaited.
    private static (ExpressionSyntax Condition, ExpressionSyntax Body) Split(ExpressionSyntax chain, string name)
    {
        var first = chain.GetAnnotatedNodes(Mark).OfType<ExpressionSyntax>().OrderBy(static node => node.Span.End).First();
        var inner = (ConditionalAccessExpressionSyntax)first.Ancestors().First(ancestor =>
            ancestor is ConditionalAccessExpressionSyntax access && access.WhenNotNull.Span.Contains(first.Span));
        var prefix = inner == chain ? inner.Expression : chain.ReplaceNode(inner, inner.Expression);
        var whenNotNull = inner.WhenNotNull;
        var target = SyntaxFactory.IdentifierName(SyntaxShapes.Identifier(name));
        var binding = ConditionalChain.LeftmostBinding(whenNotNull);
        var marked = whenNotNull.GetAnnotatedNodes(Mark).ToList();
        var body = whenNotNull.ReplaceNodes(marked.Append(binding).Distinct(), (original, current) =>
        {
            var expression = (ExpressionSyntax)current;
            if (original == binding)
                expression = ConditionalChain.Bind(expression, target);
            if (!original.HasAnnotations(Mark))
                return expression;
            var data = original.GetAnnotations(Mark).First().Data!;
            var operand = data[0] == 'r' ? ReceiverOf(expression) ?? target : expression;
            // A receiver that was itself the binding is the target now.
            var awaited = AwaitOf(operand.WithoutAnnotations(Mark), data[1] == 'c');
            return original == whenNotNull ? awaited : SyntaxShapes.Parenthesise(awaited);
        });
        var condition = SyntaxFactory.IsPatternExpression(
            prefix.WithoutTrivia().WithTrailingTrivia(SyntaxFactory.Space),
            SyntaxShapes.Spaced(SyntaxKind.IsKeyword),
            ((IsPatternExpressionSyntax)SyntaxFactory.ParseExpression("x is { } " + name)).Pattern);
        return (condition, body);
    }

    private ExpressionSyntax MarkOperand(ExpressionSyntax current)
    {
        var operand = OperandOf(current);
        // 'r': the chain awaits the receiver of the marked node, because the node itself is only a binding such as `.Result`.
        var kind = operand is null ? "r" : "o";
        return (operand ?? current).WithLeadingTrivia(current.GetLeadingTrivia()).WithAdditionalAnnotations(new SyntaxAnnotation(Mark, kind + (Configure ? "c" : "-")));
    }

    // The operand with the comments of what the await makes superfluous.
    private ExpressionSyntax? OperandOf(ExpressionSyntax current)
    {
        var operand = Operand(current);
        if (operand is null || !current.Contains(operand))
            return operand?.WithTrailingTrivia(current.GetTrailingTrivia());
        var between = SyntaxFactory.TriviaList(current.DescendantTrivia().Where(trivia =>
            trivia.SpanStart >= operand.Span.End && trivia.Span.End <= current.Span.End));
        var kept = SyntaxShapes.IsWorthKeeping(between) ? between : SyntaxTriviaList.Empty;
        return operand.WithTrailingTrivia(kept.AddRange(current.GetTrailingTrivia()));
    }

    private static ExpressionSyntax? MarkedOperand(ExpressionSyntax marked) =>
        marked.GetAnnotations(Mark).First().Data![0] == 'r' ? ReceiverOf(marked) : marked;

    // What stands before the last dot: null when that is the `?` of the conditional access.
    private static ExpressionSyntax? ReceiverOf(ExpressionSyntax expression) => expression switch
    {
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } => access.Expression,
        MemberAccessExpressionSyntax access => access.Expression,
        InvocationExpressionSyntax { Expression: InvocationExpressionSyntax inner } => ReceiverOf(inner),
        _ => null,
    };

    private static ExpressionSyntax WithoutMarked(ExpressionSyntax chain, ExpressionSyntax marked)
    {
        var owner = (ConditionalAccessExpressionSyntax)marked.Ancestors().First(static node => node is ConditionalAccessExpressionSyntax);
        return owner == chain ? owner.Expression : chain.ReplaceNode(owner, owner.Expression);
    }

    private static AwaitExpressionSyntax AwaitOf(ExpressionSyntax operand, bool configure) =>
        SyntaxShapes.Await(configure && !ConfigureAwaitStyle.IsConfigured(operand) ? SyntaxShapes.ConfigureAwaitFalse(operand) : operand);
}
