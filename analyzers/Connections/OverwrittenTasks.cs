using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>Which tasks are kept in a local that gets another value before anybody has looked at them.</summary>
internal static class OverwrittenTasks
{
    /// <summary>How the task of the call is dropped, or null when somebody may look at it, or it goes elsewhere than into a local.</summary>
    public static DropForm? FormOf(IInvocationOperation call, CancellationToken cancellationToken)
    {
        if (LocalOf(call) is not var (local, own) || Bodies.Around(call.Syntax) is not { } body || DeclaratorOf(local, cancellationToken) is not { } declarator
            || Bodies.Around(declarator) != body)
        {
            return null;
        }

        // Cheap: a local that is written once keeps its task.
        if (!IsWrittenAgain(local.Name, body, own, declarator, out var isRead))
            return null;
        if (!isRead)
            return DropForm.UnusedLocal;
        return IsNeverRead(call, local, own, cancellationToken) || IsReplacedEachTurn(call, local, own, declarator, cancellationToken) ? DropForm.Overwritten : null;
    }

    /// <summary>Whether nobody looks at the task of the call, in whatever way it is dropped.</summary>
    public static bool IsLost(IInvocationOperation call, CancellationToken cancellationToken) => DroppedTasks.FormOf(call) is not null || FormOf(call, cancellationToken) is not null;

    /// <summary>The local that the task is put into, and the node that puts it there.</summary>
    private static (ILocalSymbol Local, SyntaxNode Own)? LocalOf(IInvocationOperation call)
    {
        if (!call.TargetMethod.ReturnType.IsTaskLike())
            return null;
        IOperation value = call;
        while (value.Parent is { } parent)
        {
            switch (parent)
            {
                case IConversionOperation or IParenthesizedOperation:
                case IConditionalAccessOperation access when access.WhenNotNull == value:
                case IInvocationOperation { TargetMethod.Name: "AsTask" } form when form.Instance == value:
                    value = parent;
                    continue;
                case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol.RefKind: RefKind.None } declarator }:
                    return (declarator.Symbol, declarator.Syntax);
                case ISimpleAssignmentOperation { IsRef: false, Target: ILocalReferenceOperation { Local.RefKind: RefKind.None } target, Parent: IExpressionStatementOperation } assignment
                    when assignment.Value == value:
                    return (target.Local, assignment.Syntax);
                default:
                    return null;
            }
        }

        return null;
    }

    private static SyntaxNode? DeclaratorOf(ILocalSymbol local, CancellationToken cancellationToken) =>
        local.DeclaringSyntaxReferences.Length == 1
        && local.DeclaringSyntaxReferences[0].GetSyntax(cancellationToken) is VariableDeclaratorSyntax { Parent.Parent: LocalDeclarationStatementSyntax { UsingKeyword.RawKind: 0 } } declarator
            ? declarator
            : null;

    /// <summary>
    /// Whether the local gets a task at another place as well, or at this one in each turn of a loop. False when a function in the body names it, or it is handed over by reference: then it
    /// is read or written where no way shows it.
    /// </summary>
    private static bool IsWrittenAgain(string name, SyntaxNode body, SyntaxNode own, SyntaxNode declarator, out bool isRead)
    {
        isRead = false;
        var isWritten = own is AssignmentExpressionSyntax;
        foreach (var node in body.DescendantNodes())
        {
            if (node is not IdentifierNameSyntax identifier || identifier.Identifier.ValueText != name)
                continue;
            if (identifier.Parent is RefExpressionSyntax or ArgumentSyntax { RefKindKeyword.RawKind: not 0 } || Bodies.Around(identifier) != body)
                return false;
            var isTarget = IsTarget(identifier);
            isRead |= !isTarget;
            isWritten |= isTarget;
        }

        return isWritten;
    }

    /// <summary>Whether no way from the call comes to a use of the local before its next value, also not through a handler.</summary>
    private static bool IsNeverRead(IInvocationOperation call, ILocalSymbol local, SyntaxNode own, CancellationToken cancellationToken) =>
        Reachability.NeverComesTo(
            call,
            operation => IsRead(operation, local),
            operation => IsWrite(operation, local) && operation.Syntax != own,
            cancellationToken);

    /// <summary>Whether the call puts its task into the local in each turn of a loop that says nothing else of it: all but the last are gone.</summary>
    private static bool IsReplacedEachTurn(IInvocationOperation call, ILocalSymbol local, SyntaxNode own, SyntaxNode declarator, CancellationToken cancellationToken)
    {
        if (LoopOfEachTurn(call) is not { } loop || Bodies.Contains(loop, declarator))
            return false;
        foreach (var node in loop.DescendantNodes())
        {
            if (node is IdentifierNameSyntax identifier && identifier.Identifier.ValueText == local.Name && identifier.Parent != own)
                return false;
        }

        return Reachability.FirstWithoutException(
            call, operation => operation is IInvocationOperation && operation.Syntax == call.Syntax, static _ => false, static _ => null, cancellationToken) is not null;
    }

    /// <summary>The loop that runs the call's statement in each turn, unless it leaves the turn before; null when the statement stands under a condition.</summary>
    private static SyntaxNode? LoopOfEachTurn(IOperation call)
    {
        for (var parent = call.Parent; parent is not null; parent = parent.Parent)
        {
            switch (parent)
            {
                case ILoopOperation loop:
                    return loop.Syntax;
                case IConditionalOperation or ISwitchCaseOperation or ICatchClauseOperation or IAnonymousFunctionOperation or ILocalFunctionOperation:
                    return null;
            }
        }

        return null;
    }

    private static bool IsRead(IOperation operation, ILocalSymbol local) =>
        operation is ILocalReferenceOperation { IsDeclaration: false } reference && SymbolEqualityComparer.Default.Equals(reference.Local, local) && !IsTarget(reference.Syntax);

    /// <summary>Whether the operation of a graph puts something into the local. Where the value has branches the graph names the local by a place holder.</summary>
    private static bool IsWrite(IOperation operation, ILocalSymbol local) =>
        operation is ISimpleAssignmentOperation { Target: var target }
        && (target is ILocalReferenceOperation reference
            ? SymbolEqualityComparer.Default.Equals(reference.Local, local)
            : target.Syntax is IdentifierNameSyntax identifier && identifier.Identifier.ValueText == local.Name);

    private static bool IsTarget(SyntaxNode name) => name.Parent is AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } assignment && assignment.Left == name;
}
