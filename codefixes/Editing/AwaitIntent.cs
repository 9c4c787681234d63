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
        if (OutermostConditional(Node) is not { } conditional)
        {
            var parenthesise = SyntaxShapes.NeedsParentheses(Node);
            session.Edit(Node, EditOrder.Await, Key, current =>
            {
                var expression = (ExpressionSyntax)current;
                var awaited = AwaitOf(Operand(expression) ?? expression, Configure).WithTrailingTrivia(current.GetTrailingTrivia());
                return parenthesise ? SyntaxShapes.Parenthesise(awaited) : awaited;
            });
            return;
        }

        // Inside `a?.b` nothing can be awaited in place: the node is marked and the whole chain is rewritten around it.
        if (!session.Edit(Node, EditOrder.Await, Key, current => MarkOperand((ExpressionSyntax)current)))
            return;
        if (IsUsed)
            AddChoice(session, model, conditional);
        else if (IsEndOf(conditional))
            AddCoalesced(session, conditional);
        else
            AddGuard(session, conditional);
    }

    /// <summary>Whether <paramref name="node"/> stands on the spine of a <c>?.</c> that would have to be rewritten as more than one expression.</summary>
    public static bool CanStandAt(ExpressionSyntax node, bool isUsed)
    {
        if (isUsed || OutermostConditional(node) is not { } conditional || IsEnd(node, conditional))
            return true;
        return SyntaxShapes.Outermost(conditional).Parent is ExpressionStatementSyntax;
    }

    // `await (a?.F() ?? Task.CompletedTask)`: nothing uses the value.
    private void AddCoalesced(EditSession session, ConditionalAccessExpressionSyntax conditional) =>
        session.Edit(conditional, EditOrder.Await, Key, current =>
        {
            var chain = (ExpressionSyntax)current.WithoutTrivia();
            var marked = chain.GetAnnotatedNodes(Mark).OfType<ExpressionSyntax>().Last();
            var configured = ConfigureAwaitStyle.IsConfigured(marked);
            var operand = configured ? ReceiverOf(marked) : Operand0(marked);
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
        var binding = LeftmostBinding(whenNotNull);
        var marked = whenNotNull.GetAnnotatedNodes(Mark).ToList();
        var body = whenNotNull.ReplaceNodes(marked.Append(binding).Distinct(), (original, current) =>
        {
            var expression = (ExpressionSyntax)current;
            if (original == binding)
                expression = Bind(expression, target);
            if (!original.HasAnnotations(Mark))
                return expression;
            var data = original.GetAnnotations(Mark).First().Data!;
            var operand = data[0] == 'r' ? ReceiverOf(expression) ?? target : expression;
            // A receiver that was itself the binding is the target now.
            var awaited = AwaitOf(operand.WithoutAnnotations(Mark), data[1] == 'c');
            return original == whenNotNull ? awaited : SyntaxShapes.Parenthesise(awaited);
        });
        var condition = SyntaxFactory.IsPatternExpression(
            SyntaxShapes.AsPrimary(prefix.WithoutTrivia()).WithTrailingTrivia(SyntaxFactory.Space),
            SyntaxShapes.Spaced(SyntaxKind.IsKeyword),
            ((IsPatternExpressionSyntax)SyntaxFactory.ParseExpression("x is { } " + name)).Pattern);
        return (condition, body);
    }

    private ExpressionSyntax MarkOperand(ExpressionSyntax current)
    {
        var operand = Operand(current);
        // 'r': the chain awaits the receiver of the marked node, because the node itself is only a binding such as `.Result`.
        var kind = operand is null ? "r" : "o";
        return (operand ?? current).WithTriviaFrom(current).WithAdditionalAnnotations(new SyntaxAnnotation(Mark, kind + (Configure ? "c" : "-")));
    }

    private static ExpressionSyntax? Operand0(ExpressionSyntax marked) =>
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

    private static ExpressionSyntax Bind(ExpressionSyntax binding, IdentifierNameSyntax target) => binding switch
    {
        MemberBindingExpressionSyntax member => SyntaxFactory.MemberAccessExpression(
            SyntaxKind.SimpleMemberAccessExpression, target, member.OperatorToken, member.Name).WithTriviaFrom(member),
        ElementBindingExpressionSyntax element => SyntaxFactory.ElementAccessExpression(target, element.ArgumentList).WithTriviaFrom(element),
        _ => binding,
    };

    private static ExpressionSyntax LeftmostBinding(ExpressionSyntax expression)
    {
        while (true)
        {
            switch (expression)
            {
                case MemberAccessExpressionSyntax access:
                    expression = access.Expression;
                    break;
                case InvocationExpressionSyntax call:
                    expression = call.Expression;
                    break;
                case ElementAccessExpressionSyntax access:
                    expression = access.Expression;
                    break;
                case ConditionalAccessExpressionSyntax access:
                    expression = access.Expression;
                    break;
                case PostfixUnaryExpressionSyntax unary:
                    expression = unary.Operand;
                    break;
                case AssignmentExpressionSyntax assignment:
                    expression = assignment.Left;
                    break;
                default:
                    return expression;
            }
        }
    }

    private static AwaitExpressionSyntax AwaitOf(ExpressionSyntax operand, bool configure) =>
        SyntaxShapes.Await(configure && !ConfigureAwaitStyle.IsConfigured(operand) ? SyntaxShapes.ConfigureAwaitFalse(operand) : operand);

    private bool IsEndOf(ConditionalAccessExpressionSyntax conditional) => IsEnd(Node, conditional);

    private static bool IsEnd(ExpressionSyntax node, ConditionalAccessExpressionSyntax conditional)
    {
        var end = conditional.WhenNotNull;
        while (end is ConditionalAccessExpressionSyntax inner)
            end = inner.WhenNotNull;
        return end == node;
    }

    // The outermost `a?.b` that the node is the spine of, not merely an argument in; null when there is none.
    private static ConditionalAccessExpressionSyntax? OutermostConditional(ExpressionSyntax node)
    {
        ConditionalAccessExpressionSyntax? outermost = null;
        var isBehind = false;
        for (SyntaxNode child = node, parent = node.Parent!; ; child = parent, parent = parent.Parent!)
        {
            switch (parent)
            {
                case ConditionalAccessExpressionSyntax access:
                    isBehind |= access.WhenNotNull == child;
                    if (isBehind)
                        outermost = access;
                    continue;
                case MemberAccessExpressionSyntax access when access.Expression == child:
                case InvocationExpressionSyntax call when call.Expression == child:
                case ElementAccessExpressionSyntax element when element.Expression == child:
                case PostfixUnaryExpressionSyntax:
                    continue;
                default:
                    return outermost;
            }
        }
    }
}
