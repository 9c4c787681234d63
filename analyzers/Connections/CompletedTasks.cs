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
    /// <summary>Whether the task behind <paramref name="task"/> was awaited before, is guarded by IsCompleted, is the antecedent of a continuation, or was made complete.</summary>
    public static bool IsKnownComplete(IOperation task, CancellationToken cancellationToken)
    {
        var read = task.WithoutConversions();
        while (read is IInvocationOperation { TargetMethod.Name: "GetAwaiter" or "ConfigureAwait" or "AsTask" } step && (step.Instance ?? step.ArgumentFor(0)) is { } inner)
            read = inner.WithoutConversions();

        if (read is IAwaitOperation || IsMadeComplete(read))
            return true;
        // task is { IsCompletedSuccessfully: true, Result: .. }
        if (read is IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.PatternInput })
            return read.Syntax.AncestorsAndSelf().OfType<RecursivePatternSyntax>().Any(NamesCompletion);

        // "source.Task" goes by the name of its source.
        var source = read is IPropertyReferenceOperation { Property: { Name: "Task", ContainingType.Name: "TaskCompletionSource" }, Instance: { } owner } ? owner.ReferencedSymbol() : null;
        var isElement = CollectionOf(read) is not null;
        if ((source ?? CollectionOf(read) ?? read.ReferencedSymbol()) is not { } symbol)
            return false;
        if (symbol is IParameterSymbol parameter && IsContinuationParameter(parameter, read.Syntax))
            return true;
        return IsSettledBefore(read.Syntax, symbol, isElement, source is not null, cancellationToken);
    }

    /// <summary>Task.CompletedTask, Task.FromResult(..), new ValueTask(value): never waited for.</summary>
    private static bool IsMadeComplete(IOperation read) => read switch
    {
        IPropertyReferenceOperation property => property.Property is { Name: "CompletedTask", IsStatic: true } && property.Type.IsTaskLike(),
        IInvocationOperation call => call.TargetMethod is { Name: "FromResult" or "FromException" or "FromCanceled", IsStatic: true } && call.Type.IsTaskLike(),
        IObjectCreationOperation creation => creation.Type.IsTaskLike()
            && creation.Type is { Name: "ValueTask" }
            && creation.Arguments.All(argument => !argument.Value.Type.IsTaskLike() && argument.Value.Type?.TypeKind != TypeKind.Interface),
        _ => false,
    };

    /// <summary>The variable behind <c>tasks[0]</c>, <c>named["x"]</c> or <c>tasks.First()</c>, or null.</summary>
    private static ISymbol? CollectionOf(IOperation element) => element switch
    {
        IArrayElementReferenceOperation array => array.ArrayReference.ReferencedSymbol(),
        IPropertyReferenceOperation { Property.IsIndexer: true } indexer => indexer.Instance.ReferencedSymbol(),
        IInvocationOperation { TargetMethod.ContainingType.Name: "Enumerable" } call => call.Receiver().ReferencedSymbol(),
        _ => null,
    };

    /// <summary>The parameter of a lambda given to ContinueWith is the finished antecedent.</summary>
    private static bool IsContinuationParameter(IParameterSymbol parameter, SyntaxNode read)
    {
        if (parameter.ContainingSymbol is not IMethodSymbol { MethodKind: MethodKind.AnonymousFunction })
            return false;
        for (var node = read.Parent; node is not null; node = node.Parent)
        {
            if (node is AnonymousFunctionExpressionSyntax { Parent: ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call } }
                && call.Expression.RightmostName() is "ContinueWith" or "ContinueWhenAll" or "ContinueWhenAny")
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsSettledBefore(SyntaxNode read, ISymbol symbol, bool isElement, bool isOfSource, CancellationToken cancellationToken)
    {
        var name = symbol.Name;
        var oneOfMany = symbol is ILocalSymbol { DeclaringSyntaxReferences: { Length: 1 } declarations } && IsLoopVariable(declarations[0].GetSyntax(cancellationToken))
            || symbol is IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.AnonymousFunction } };

        for (var node = read; node.Parent is { } parent; node = parent)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (IsGuard(node, parent, name))
                return true;

            // Earlier statements of the same block, which run before this one: the nearest that says something decides.
            if (node is StatementSyntax statement)
            {
                foreach (var sibling in StatementLists.SiblingsOf(statement).TakeWhile(sibling => sibling != statement).Reverse())
                {
                    if (Settles(sibling, read, name, isElement, isOfSource, oneOfMany))
                        return true;
                    if (Assigns(sibling, name))
                        return false;
                }
            }

            if (parent is LocalFunctionStatementSyntax or BaseMethodDeclarationSyntax or AccessorDeclarationSyntax)
                return false;
            // A lambda sees what its surroundings awaited before it was made, unless it is about its own parameter.
        }

        return false;
    }

    /// <summary>foreach (var t in tasks), foreach (var (key, t) in named)</summary>
    private static bool IsLoopVariable(SyntaxNode declaration) =>
        declaration is ForEachStatementSyntax
        || (declaration is SingleVariableDesignationSyntax && declaration.FirstAncestorOrSelf<StatementSyntax>() is ForEachVariableStatementSyntax loop && loop.Variable.Span.Contains(declaration.Span));

    /// <summary>Whether <paramref name="node"/> runs only after its parent has looked at the task.</summary>
    private static bool IsGuard(SyntaxNode node, SyntaxNode parent, string name)
    {
        if (BranchConditions.Before(node, parent) is { } condition)
            return ProvesCompletion(condition, name);
        switch (parent)
        {
            case SwitchSectionSyntax { Parent: SwitchStatementSyntax @switch } section:
                return ProvesCompletion(@switch.Expression, name) || section.Labels.Any(label => NamesCompletion(label));
            case SwitchExpressionArmSyntax { Parent: SwitchExpressionSyntax @switch } arm when node != arm.Pattern:
                return ProvesCompletion(@switch.GoverningExpression, name) || NamesCompletion(arm.Pattern);
            default:
                return false;
        }
    }

    private static bool ProvesCompletion(ExpressionSyntax condition, string name) =>
        ChecksCompletion(condition, name) || (MentionsName(condition, "WhenAny") && MentionsName(condition, name));

    private static bool Settles(StatementSyntax statement, SyntaxNode read, string name, bool isElement, bool isOfSource, bool oneOfMany)
    {
        foreach (var node in statement.DescendantNodesAndSelf(node => !Bodies.IsNested(node)))
        {
            switch (node)
            {
                // Awaiting a member of a collection says nothing about another one.
                case AwaitExpressionSyntax awaited when isElement && !MentionsName(awaited.Expression, "WhenAll"):
                    if (awaited.DescendantNodes().Any(part => part.RawKind == read.RawKind && SyntaxFactory.AreEquivalent(part, read)))
                        return true;
                    break;
                case AwaitExpressionSyntax awaited when MentionsName(awaited.Expression, name) || (oneOfMany && MentionsName(awaited.Expression, "WhenAll")):
                    return true;
                case InvocationExpressionSyntax call when call.Expression.RightmostName() is "WaitAll" or "WhenAll" && (oneOfMany || MentionsName(call.ArgumentList, name)):
                    return true;
                case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "Wait", Expression: IdentifierNameSyntax waited } } when waited.Identifier.Text == name:
                    return true;
                // var done = await Task.WhenAny(a, b);
                case VariableDeclaratorSyntax { Initializer.Value: AwaitExpressionSyntax any } declarator when declarator.Identifier.Text == name && MentionsName(any.Expression, "WhenAny"):
                    return true;
                // var done = Task.FromResult(1);
                case VariableDeclaratorSyntax { Initializer.Value: InvocationExpressionSyntax made } declarator when declarator.Identifier.Text == name && made.Expression.RightmostName() == "FromResult":
                    return true;
                // source.Task.Wait(), source.SetResult(1)
                case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "Wait", Expression: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax owner } }, ArgumentList.Arguments.Count: 0 }
                    when isOfSource && owner.Identifier.Text == name:
                case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "SetResult" or "TrySetResult" or "SetException" or "TrySetException", Expression: IdentifierNameSyntax setter } }
                    when isOfSource && setter.Identifier.Text == name:
                    return true;
                case IfStatementSyntax @if when ChecksCompletion(@if.Condition, name) && !(isOfSource && OnlyAsksForFailure(@if.Condition)):
                    return true;
                case WhileStatementSyntax @while when ChecksCompletion(@while.Condition, name):
                    return true;
            }
        }

        return false;
    }

    /// <summary>Whether the statement gives the variable another task.</summary>
    private static bool Assigns(StatementSyntax statement, string name)
    {
        foreach (var node in statement.DescendantNodesAndSelf(node => !Bodies.IsNested(node)))
        {
            var target = node switch
            {
                AssignmentExpressionSyntax { Left: IdentifierNameSyntax identifier } => identifier.Identifier,
                AssignmentExpressionSyntax { Left: MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } access } => access.Name.Identifier,
                VariableDeclaratorSyntax declarator => declarator.Identifier,
                _ => default,
            };
            if (target.ValueText == name)
                return true;
        }

        return false;
    }

    private static bool ChecksCompletion(ExpressionSyntax condition, string name)
    {
        foreach (var node in condition.DescendantNodesAndSelf())
        {
            switch (node)
            {
                case MemberAccessExpressionSyntax access when IsCompletion(access.Name.Identifier) && MentionsName(access.Expression, name):
                // task is { IsCompleted: true }, task is { IsCompleted: true } done
                case IsPatternExpressionSyntax pattern when MentionsName(pattern, name) && NamesCompletion(pattern.Pattern):
                // if (t.Wait(timeout)) { .. t.Result .. }
                case InvocationExpressionSyntax call when call.Expression.RightmostName() is "Wait" or "WaitAll" && MentionsName(call, name):
                    return true;
            }
        }

        return false;
    }

    /// <summary>That a task has not failed, or was not cancelled, is no proof that it is complete.</summary>
    private static bool OnlyAsksForFailure(ExpressionSyntax condition)
    {
        foreach (var token in condition.DescendantTokens())
        {
            if (token.Text is "IsCompleted" or "IsCompletedSuccessfully" or "Status" or "Wait" or "WaitAll")
                return false;
        }

        return true;
    }

    private static bool NamesCompletion(SyntaxNode node)
    {
        foreach (var token in node.DescendantTokens())
        {
            if (IsCompletion(token))
                return true;
        }

        return false;
    }

    private static bool IsCompletion(SyntaxToken token) => token.Text is "IsCompleted" or "IsCompletedSuccessfully" or "IsFaulted" or "IsCanceled" or "Status";

    private static bool MentionsName(SyntaxNode node, string name)
    {
        foreach (var token in node.DescendantTokens())
        {
            if (token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText == name)
                return true;
        }

        return false;
    }
}
