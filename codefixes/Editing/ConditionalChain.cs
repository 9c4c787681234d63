using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>Chains of <c>a?.b?.c()</c>: their spine is what each next member is called on, in contrast to arguments along the way.</summary>
internal static class ConditionalChain
{
    /// <summary>The outermost <c>?.</c> that <paramref name="node"/> is on the spine of, behind the question mark; null when there is none.</summary>
    public static ConditionalAccessExpressionSyntax? Outermost(ExpressionSyntax node)
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

    /// <summary>Whether <paramref name="node"/> is the last member of the chain, so that the chain's value is its value.</summary>
    public static bool IsEnd(ExpressionSyntax node, ConditionalAccessExpressionSyntax conditional) => End(conditional) == node;

    /// <summary>The last member of the chain.</summary>
    public static ExpressionSyntax End(ConditionalAccessExpressionSyntax conditional)
    {
        var end = conditional.WhenNotNull;
        while (end is ConditionalAccessExpressionSyntax inner)
            end = inner.WhenNotNull;
        return end;
    }

    /// <summary>The <c>.member</c> or <c>[index]</c> right behind the question mark; without one the leftmost expression.</summary>
    public static ExpressionSyntax LeftmostBinding(ExpressionSyntax expression)
    {
        while (true)
        {
            ExpressionSyntax? next = expression switch
            {
                MemberAccessExpressionSyntax access => access.Expression,
                InvocationExpressionSyntax call => call.Expression,
                ElementAccessExpressionSyntax access => access.Expression,
                ConditionalAccessExpressionSyntax access => access.Expression,
                PostfixUnaryExpressionSyntax unary => unary.Operand,
                AssignmentExpressionSyntax assignment => assignment.Left,
                _ => null,
            };
            if (next is null)
                return expression;
            expression = next;
        }
    }

    /// <summary>The binding as an ordinary member of <paramref name="target"/>.</summary>
    public static ExpressionSyntax Bind(ExpressionSyntax binding, ExpressionSyntax target) => binding switch
    {
        MemberBindingExpressionSyntax member => SyntaxFactory.MemberAccessExpression(
            SyntaxKind.SimpleMemberAccessExpression, target, member.OperatorToken, member.Name).WithTriviaFrom(member),
        ElementBindingExpressionSyntax element => SyntaxFactory.ElementAccessExpression(target, element.ArgumentList).WithTriviaFrom(element),
        _ => binding,
    };

    /// <summary>
    /// <paramref name="rewritten"/>, which stands for <paramref name="original"/>, with every <c>?.</c> before it as a plain dot: what a
    /// speculative binding can be asked about. The same expression when there is no <c>?.</c>.
    /// </summary>
    public static ExpressionSyntax Unconditional(ExpressionSyntax original, ExpressionSyntax rewritten)
    {
        var binding = LeftmostBinding(rewritten);
        if (binding is not (MemberBindingExpressionSyntax or ElementBindingExpressionSyntax)
            || LeftmostBinding(original).Ancestors().OfType<ConditionalAccessExpressionSyntax>().FirstOrDefault() is not { } owner)
        {
            return rewritten;
        }
        var receiver = Unconditional(owner.Expression, owner.Expression).WithoutTrivia();
        return rewritten.ReplaceNode(binding, Bind(binding, receiver));
    }
}
