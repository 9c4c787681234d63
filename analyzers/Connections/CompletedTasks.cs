using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>
/// Whether a task is known to be complete where it is read, so that reading its result does not block. Works on the text around the read,
/// which is enough for the idioms people use and errs on the side of silence.
/// </summary>
internal static class CompletedTasks
{
    /// <summary>Whether the task behind <paramref name="task"/> was awaited before, is guarded by IsCompleted, or is the antecedent of a continuation.</summary>
    public static bool IsKnownComplete(IOperation task, CancellationToken cancellationToken)
    {
        var read = task.WithoutConversions();
        while (read is IInvocationOperation { TargetMethod.Name: "GetAwaiter" or "ConfigureAwait" or "AsTask" } step && (step.Instance ?? step.ArgumentFor(0)) is { } inner)
            read = inner.WithoutConversions();

        if (read.ReferencedSymbol() is not { } symbol)
            return read is IAwaitOperation;
        if (symbol is IParameterSymbol parameter && IsContinuationParameter(parameter, read.Syntax))
            return true;
        return IsSettledBefore(read.Syntax, symbol, cancellationToken);
    }

    /// <summary>The parameter of a lambda given to ContinueWith is the finished antecedent.</summary>
    private static bool IsContinuationParameter(IParameterSymbol parameter, SyntaxNode read)
    {
        if (parameter.ContainingSymbol is not IMethodSymbol { MethodKind: MethodKind.AnonymousFunction })
            return false;
        for (var node = read.Parent; node is not null; node = node.Parent)
        {
            if (node is AnonymousFunctionExpressionSyntax { Parent: ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call } }
                && NameOf(call) is "ContinueWith" or "ContinueWhenAll" or "ContinueWhenAny")
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsSettledBefore(SyntaxNode read, ISymbol symbol, CancellationToken cancellationToken)
    {
        var oneOfMany = symbol is ILocalSymbol { DeclaringSyntaxReferences: { Length: 1 } declarations } && declarations[0].GetSyntax(cancellationToken) is ForEachStatementSyntax
            || symbol is IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.AnonymousFunction } };

        for (var node = read; node.Parent is { } parent; node = parent)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // A guard: the condition of the branch the read stands in.
            var condition = parent switch
            {
                IfStatementSyntax @if when node != @if.Condition => @if.Condition,
                WhileStatementSyntax @while when node != @while.Condition => @while.Condition,
                ConditionalExpressionSyntax conditional when node != conditional.Condition => conditional.Condition,
                BinaryExpressionSyntax binary when node == binary.Right && binary.Kind() is SyntaxKind.LogicalAndExpression or SyntaxKind.LogicalOrExpression => binary.Left,
                _ => null,
            };
            if (condition is not null && (ChecksCompletion(condition, symbol.Name) || Mentions(condition, "WhenAny", symbol.Name)))
                return true;

            // Earlier statements of the same block, which run before this one.
            if (node is StatementSyntax statement && Siblings(statement) is { } siblings)
            {
                foreach (var sibling in siblings)
                {
                    if (sibling == statement || sibling.SpanStart >= statement.SpanStart)
                        break;
                    if (Settles(sibling, symbol.Name, oneOfMany))
                        return true;
                }
            }

            if (parent is LocalFunctionStatementSyntax or BaseMethodDeclarationSyntax or AccessorDeclarationSyntax)
                return false;
            // A lambda sees what its surroundings awaited before it was made, unless it is about its own parameter.
        }

        return false;
    }

    private static IEnumerable<StatementSyntax>? Siblings(StatementSyntax statement) => statement.Parent switch
    {
        BlockSyntax block => block.Statements,
        SwitchSectionSyntax section => section.Statements,
        GlobalStatementSyntax { Parent: CompilationUnitSyntax unit } => unit.Members.OfType<GlobalStatementSyntax>().Select(global => global.Statement),
        _ => null,
    };

    private static bool Settles(StatementSyntax statement, string name, bool oneOfMany)
    {
        foreach (var node in statement.DescendantNodesAndSelf(node => !Bodies.IsNested(node)))
        {
            switch (node)
            {
                case AwaitExpressionSyntax awaited when MentionsName(awaited.Expression, name) || (oneOfMany && MentionsName(awaited.Expression, "WhenAll")):
                    return true;
                case InvocationExpressionSyntax call when NameOf(call) is "WaitAll" or "WhenAll" && (oneOfMany || MentionsName(call.ArgumentList, name)):
                    return true;
                case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "Wait", Expression: IdentifierNameSyntax waited } } when waited.Identifier.Text == name:
                    return true;
                // var done = await Task.WhenAny(a, b);
                case VariableDeclaratorSyntax { Initializer.Value: AwaitExpressionSyntax any } declarator when declarator.Identifier.Text == name && MentionsName(any.Expression, "WhenAny"):
                    return true;
                case IfStatementSyntax @if when ChecksCompletion(@if.Condition, name):
                    return true;
                case WhileStatementSyntax @while when ChecksCompletion(@while.Condition, name):
                    return true;
            }
        }

        return false;
    }

    private static bool ChecksCompletion(ExpressionSyntax condition, string name)
    {
        foreach (var access in condition.DescendantNodesAndSelf().OfType<MemberAccessExpressionSyntax>())
        {
            if (access.Name.Identifier.Text is "IsCompleted" or "IsCompletedSuccessfully" or "IsFaulted" or "IsCanceled" or "Status" && MentionsName(access.Expression, name))
                return true;
        }

        foreach (var pattern in condition.DescendantNodesAndSelf().OfType<IsPatternExpressionSyntax>())
        {
            if (MentionsName(pattern.Expression, name) && pattern.Pattern.DescendantTokens().Any(token => token.Text is "IsCompleted" or "IsCompletedSuccessfully" or "Status"))
                return true;
        }

        // if (t.Wait(timeout)) { .. t.Result .. }
        foreach (var call in condition.DescendantNodesAndSelf().OfType<InvocationExpressionSyntax>())
        {
            if (NameOf(call) is "Wait" or "WaitAll" && MentionsName(call, name))
                return true;
        }

        return false;
    }

    private static bool Mentions(SyntaxNode node, string first, string second) => MentionsName(node, first) && MentionsName(node, second);

    private static bool MentionsName(SyntaxNode node, string name)
    {
        foreach (var token in node.DescendantTokens())
        {
            if (token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText == name)
                return true;
        }

        return false;
    }

    private static string? NameOf(InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax access => access.Name.Identifier.Text,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier.Text,
        SimpleNameSyntax simple => simple.Identifier.Text,
        _ => null,
    };
}
