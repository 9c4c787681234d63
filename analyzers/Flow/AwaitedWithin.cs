using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Flow;

/// <summary>Whether a piece of code is still running when the task of a call in it ends: only then is what the code holds held across the call.</summary>
internal static class AwaitedWithin
{
    /// <summary>
    /// Whether the statements wait for the call: it is synchronous, or its task is awaited (or blocked on) there, directly, through a combinator, or out of
    /// the variable it was put into.
    /// </summary>
    /// <param name="call">The call, somewhere in <paramref name="statements"/>.</param>
    /// <param name="statements">The code.</param>
    /// <param name="model">The model of the code's file.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static bool IsAwaited(IInvocationOperation call, ImmutableArray<StatementSyntax> statements, SemanticModel model, CancellationToken cancellationToken)
    {
        if (!call.TargetMethod.ReturnType.IsTaskLike())
            return true;
        IOperation value = call;
        while (value.Parent is { } parent)
        {
            switch (parent)
            {
                case IAwaitOperation:
                    return true;
                case IInvocationOperation { TargetMethod.Name: "Wait" or "GetResult" }:
                case IPropertyReferenceOperation { Property.Name: "Result" }:
                    return true;
                case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator }:
                    return IsAwaitedVariable(declarator.Symbol, statements, model, cancellationToken);
                case IAssignmentOperation { Target: var target } assignment when assignment.Value == value && target is not IArrayElementReferenceOperation:
                    return target.ReferencedSymbol() is { } variable && IsAwaitedVariable(variable, statements, model, cancellationToken);
                case IAssignmentOperation { Target: IArrayElementReferenceOperation element }:
                    return element.ArrayReference.ReferencedSymbol() is { } array && IsAwaitedVariable(array, statements, model, cancellationToken);
                case IInvocationOperation { TargetMethod.ReturnsVoid: true } added when added.Receiver().ReferencedSymbol() is { } list:
                    return IsAwaitedVariable(list, statements, model, cancellationToken);
                // The task goes up through a lambda's result into whoever runs the lambda, and through arguments into what combines them.
                case IReturnOperation when !IsInNestedFunction(parent, statements):
                case IExpressionStatementOperation:
                    return false;
                default:
                    value = parent;
                    continue;
            }
        }

        return false;
    }

    private static bool IsAwaitedVariable(ISymbol variable, ImmutableArray<StatementSyntax> statements, SemanticModel model, CancellationToken cancellationToken)
    {
        foreach (var statement in statements)
        {
            if (model.GetOperation(statement, cancellationToken) is not { } root)
                continue;
            foreach (var operation in root.SelfAndDescendantsInBody())
            {
                if (operation is not (IAwaitOperation or IInvocationOperation { TargetMethod.Name: "Wait" or "GetResult" or "WaitAll" } or IPropertyReferenceOperation { Property.Name: "Result" }))
                    continue;
                foreach (var part in operation.SelfAndDescendantsInBody())
                {
                    if (SymbolEqualityComparer.Default.Equals(part.ReferencedSymbol(), variable))
                        return true;
                }
            }
        }

        return false;
    }

    private static bool IsInNestedFunction(IOperation operation, ImmutableArray<StatementSyntax> statements)
    {
        for (var node = operation.Syntax.Parent; node is not null; node = node.Parent)
        {
            if (node is AnonymousFunctionExpressionSyntax)
                return true;
            if (node is StatementSyntax statement && statements.Contains(statement))
                return false;
        }

        return false;
    }
}
