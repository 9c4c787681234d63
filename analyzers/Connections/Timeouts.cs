using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>Where limits of time come from.</summary>
internal static class Timeouts
{
    /// <summary>Whether a handler for the type takes a <see cref="TimeoutException"/>.</summary>
    public static bool IsTimeoutOrBase(ITypeSymbol type) => type is { Name: "TimeoutException" or "SystemException" or "Exception", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } };

    /// <summary>Whether a handler for the type is about cancellation.</summary>
    public static bool IsCancellation(ITypeSymbol? type) => type is { Name: "OperationCanceledException" or "TaskCanceledException", ContainingNamespace.Name: "System" or "Tasks" };

    /// <summary>Whether a handler for the type takes an <see cref="OperationCanceledException"/>.</summary>
    public static bool IsCancellationOrBase(ITypeSymbol type) =>
        IsCancellation(type) || type is { Name: "SystemException" or "Exception", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } };

    /// <summary>Whether the time never passes: <c>Timeout.Infinite</c>, <c>Timeout.InfiniteTimeSpan</c>, -1.</summary>
    public static bool IsInfinite(IOperation time) => ConstantTime.OfTimeout(time) == Timeout.InfiniteTimeSpan;

    /// <summary>The source whose token the expression is, directly or through a local, when it is a local or made on the spot; else null.</summary>
    public static IOperation? SourceOf(IOperation token, SemanticModel model, CancellationToken cancellationToken)
    {
        var value = token.WithoutConversions();
        if (value is ILocalReferenceOperation { Local.DeclaringSyntaxReferences: { Length: 1 } declarations }
            && model.GetOperation(declarations[0].GetSyntax(cancellationToken), cancellationToken) is IVariableDeclaratorOperation { Initializer.Value: { } initial })
        {
            value = initial.WithoutConversions();
        }

        return value is IPropertyReferenceOperation { Property: { Name: "Token", ContainingType.Name: "CancellationTokenSource" }, Instance: { } source } && source is ILocalReferenceOperation or IObjectCreationOperation
            ? source
            : null;
    }

    /// <summary>Whether the source is cancelled when a time has passed: made with one, or given one by <c>CancelAfter</c> in the body.</summary>
    public static bool IsTimed(IOperation source, SyntaxNode body, SemanticModel model, CancellationToken cancellationToken)
    {
        if (source is not ILocalReferenceOperation { Local: var local })
            return IsTimedCreation(source);
        foreach (var declaration in local.DeclaringSyntaxReferences)
        {
            if (model.GetOperation(declaration.GetSyntax(cancellationToken), cancellationToken) is IVariableDeclaratorOperation { Initializer.Value: { } made } && IsTimedCreation(made))
                return true;
        }

        foreach (var reference in ValueFlow.ReferencesTo(local, body, model, cancellationToken))
        {
            if (reference.Parent is IInvocationOperation { TargetMethod.Name: "CancelAfter", Arguments: { Length: > 0 } arguments } && !IsInfinite(arguments[0].Value))
                return true;
            if (reference.Parent is ISimpleAssignmentOperation { Value: { } next } assignment && assignment.Target == reference && IsTimedCreation(next))
                return true;
        }

        return false;
    }

    private static bool IsTimedCreation(IOperation made) =>
        made.WithoutConversions() is IObjectCreationOperation { Type.Name: "CancellationTokenSource", Arguments: { IsEmpty: false } arguments } && !IsInfinite(arguments[0].Value);
}
