using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>A token source with a timer, or linked to another token, that nobody disposes.</summary>
/// <param name="Local">The variable that holds it, or null when nothing does.</param>
/// <param name="MayOutliveScope">Whether its token may still be watched when the variable's scope ends.</param>
internal sealed record LeftTokenSource(ILocalSymbol? Local, bool MayOutliveScope);

/// <summary>What becomes of token sources that hold something: a timer, or a registration with a token that lives longer.</summary>
internal static class TimeoutSources
{
    /// <summary>Whether the operation makes a token source.</summary>
    public static bool IsCreation(IOperation operation) => operation switch
    {
        IObjectCreationOperation { Type: { } type } => IsSource(type),
        IInvocationOperation { TargetMethod: { Name: nameof(CancellationTokenSource.CreateLinkedTokenSource), ContainingType: { } type } } => IsSource(type),
        _ => false,
    };

    /// <summary>What is left of the source, or null when it is disposed, gets out of sight, or holds nothing.</summary>
    public static LeftTokenSource? At(IOperation creation, CancellationToken cancellationToken)
    {
        if (creation.Parent is IPropertyReferenceOperation { Property.Name: nameof(CancellationTokenSource.Token) })
            return Holds(creation) ? new LeftTokenSource(null, true) : null;
        if (ValueFlow.LocalHolding(creation) is not var (local, declarator) || IsUsing(declarator) || Bodies.Around(declarator) is not { } body || creation.SemanticModel is not { } model)
            return null;

        var holds = Holds(creation);
        var outlives = false;
        if (!Follow(local, body, model, 0, ref holds, ref outlives, cancellationToken) || !holds)
            return null;
        return new LeftTokenSource(local, outlives);
    }

    private static bool IsSource(ITypeSymbol type) =>
        type is { Name: nameof(CancellationTokenSource), ContainingNamespace: { Name: nameof(System.Threading), ContainingNamespace.Name: nameof(System) } };

    /// <summary>Whether the operation gives the source a timer, or links it to a token that can be cancelled.</summary>
    public static bool Holds(IOperation creation)
    {
        var arguments = creation is IInvocationOperation linked ? linked.Arguments : ((IObjectCreationOperation)creation).Arguments;
        foreach (var argument in arguments)
        {
            foreach (var value in argument.Value.SelfAndDescendantsInBody())
            {
                if (argument.ArgumentKind != ArgumentKind.ParamArray ? value == argument.Value && !IsNever(value.WithoutConversions()) : value is ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation or IPropertyReferenceOperation && !IsNever(value))
                    return true;
            }
        }

        return false;
    }

    private static bool IsNever(IOperation value) =>
        value is IDefaultValueOperation or IPropertyReferenceOperation { Property: { Name: nameof(CancellationToken.None), IsStatic: true } } or IFieldReferenceOperation { Field.Name: nameof(Timeout.InfiniteTimeSpan) }
        || value.ConstantValue is { HasValue: true, Value: -1 };

    private static bool IsUsing(SyntaxNode declarator) =>
        declarator.Parent?.Parent is LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not 0 } or UsingStatementSyntax;

    /// <summary>Goes through the uses of a source, or of its token, in a variable; false when somebody else may own it.</summary>
    private static bool Follow(ILocalSymbol local, SyntaxNode body, SemanticModel model, int depth, ref bool holds, ref bool outlives, CancellationToken cancellationToken)
    {
        foreach (var reference in ValueFlow.ReferencesTo(local, body, model, cancellationToken))
        {
            // What a function keeps may run when this is over.
            if (Bodies.Around(reference.Syntax) != body)
                return false;
            var value = reference.InConversions();
            switch (value.Parent)
            {
                case IPropertyReferenceOperation { Property.Name: nameof(CancellationTokenSource.Token) } token:
                    if (!FollowToken(token, body, model, depth, ref holds, ref outlives, cancellationToken))
                        return false;
                    break;
                case IPropertyReferenceOperation:
                    break;
                case IInvocationOperation call when call.Instance == value:
                    if (call.TargetMethod.Name is nameof(IDisposable.Dispose))
                        return false;
                    holds |= call.TargetMethod.Name == nameof(CancellationTokenSource.CancelAfter);
                    break;
                case ISimpleAssignmentOperation assignment when assignment.Target == value && assignment.Parent is IExpressionStatementOperation:
                    break;
                default:
                    return depth > 0 && FollowToken(value, body, model, depth, ref holds, ref outlives, cancellationToken);
            }
        }

        return true;
    }

    /// <summary>Where a token goes: into calls that are awaited it goes for their time only.</summary>
    private static bool FollowToken(IOperation token, SyntaxNode body, SemanticModel model, int depth, ref bool holds, ref bool outlives, CancellationToken cancellationToken)
    {
        var value = token.InConversions();
        switch (value.Parent)
        {
            case IPropertyReferenceOperation or IBinaryOperation:
                return true;
            case IInvocationOperation call when call.Instance == value:
                outlives |= call.TargetMethod.Name is "Register" or "UnsafeRegister";
                return true;
            case IArgumentOperation { Parent: IInvocationOperation call }:
                outlives |= call.TargetMethod.ReturnsAwaitable() && !IsAwaited(call);
                return true;
            case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } when depth == 0:
                return Follow(declarator.Symbol, body, model, depth + 1, ref holds, ref outlives, cancellationToken);
            default:
                return false;
        }
    }

    private static bool IsAwaited(IInvocationOperation call)
    {
        IOperation value = call;
        while (value.Parent is IConversionOperation or IParenthesizedOperation || (value.Parent is IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "AsTask" or "WaitAsync" or "WithCancellation" } wrapper && wrapper.Receiver() == value))
            value = value.Parent;
        return value.Parent is IAwaitOperation or IForEachLoopOperation;
    }
}
