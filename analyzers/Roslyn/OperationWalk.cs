using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace WebSocketAnalyzers.Roslyn;

/// <summary>Walks over operations that neither recurse nor allocate per level.</summary>
internal static class OperationWalk
{
    /// <summary>
    /// The operation and everything below it that runs as part of it, in the order of the source. Lambdas and local functions are yielded, not entered.
    /// </summary>
    public static IEnumerable<IOperation> SelfAndDescendantsInBody(this IOperation root)
    {
        var stack = new Stack<IOperation>();
        stack.Push(root);
        var children = new List<IOperation>();
        while (stack.Count > 0)
        {
            var operation = stack.Pop();
            yield return operation;
            if (operation != root && operation is (IAnonymousFunctionOperation or ILocalFunctionOperation))
                continue;

            children.Clear();
            foreach (var child in operation.ChildOperations)
                children.Add(child);
            for (var i = children.Count - 1; i >= 0; i--)
                stack.Push(children[i]);
        }
    }

    /// <summary>The operation and everything below it that runs as part of it, in the order in which it is evaluated: parts before what they are part of. Lambdas and local functions are yielded, not entered.</summary>
    public static IEnumerable<IOperation> InOrderOfEvaluation(this IOperation root)
    {
        var stack = new Stack<(IOperation Operation, bool PartsAreDone)>();
        stack.Push((root, false));
        var children = new List<IOperation>();
        while (stack.Count > 0)
        {
            var (operation, partsAreDone) = stack.Pop();
            if (partsAreDone || (operation != root && operation is IAnonymousFunctionOperation or IFlowAnonymousFunctionOperation or ILocalFunctionOperation))
            {
                yield return operation;
                continue;
            }

            stack.Push((operation, true));
            children.Clear();
            foreach (var child in operation.ChildOperations)
                children.Add(child);
            for (var i = children.Count - 1; i >= 0; i--)
                stack.Push((children[i], false));
        }
    }

    /// <summary>The operation without the conversions around it: what was written.</summary>
    public static IOperation WithoutConversions(this IOperation operation)
    {
        while (operation is IConversionOperation { OperatorMethod: null } conversion)
            operation = conversion.Operand;
        return operation;
    }

    /// <summary>The operation as its user sees it: with the conversions and parentheses around it.</summary>
    public static IOperation InConversions(this IOperation operation)
    {
        while (operation.Parent is IConversionOperation or IParenthesizedOperation)
            operation = operation.Parent;
        return operation;
    }

    /// <summary>What uses the operation, behind the conversions and parentheses around it.</summary>
    public static IOperation? ParentIgnoringConversions(this IOperation operation) => operation.InConversions().Parent;

    /// <summary>The operation whose value decides: awaits, conversions, ConfigureAwait and the like removed.</summary>
    public static IOperation Unwrapped(this IOperation operation)
    {
        while (true)
        {
            switch (operation)
            {
                case IConversionOperation conversion:
                    operation = conversion.Operand;
                    continue;
                case IAwaitOperation awaiting:
                    operation = awaiting.Operation;
                    continue;
                case IParenthesizedOperation parenthesized:
                    operation = parenthesized.Operand;
                    continue;
                case IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "AsTask" or "WaitAsync" or "WithCancellation" } wrapper
                    when wrapper.Receiver() is { } wrapped && (wrapped.Type.IsTaskLike() || wrapped.Type.IsAsyncSequence()):
                    operation = wrapped;
                    continue;
                default:
                    return operation;
            }
        }
    }

    /// <summary>
    /// Whether the sequence that the call returns is gone through where the call stands: by foreach, or by LINQ operators down to one that returns no further sequence.
    /// </summary>
    public static bool IsEnumeratedInPlace(this IInvocationOperation call)
    {
        for (var parent = call.ParentIgnoringConversions(); parent is not null; parent = parent.ParentIgnoringConversions())
        {
            switch (parent)
            {
                case IForEachLoopOperation:
                    return true;
                case IArgumentOperation:
                    continue;
                case IInvocationOperation { TargetMethod: { ContainingType.Name: "Enumerable" } method }:
                    if (method.ReturnType is not INamedTypeSymbol { Name: "IEnumerable" or "IOrderedEnumerable" })
                        return true;
                    continue;
                default:
                    return false;
            }
        }

        return false;
    }

    /// <summary>What the operation reads, if that is a single variable: local, parameter, field or property.</summary>
    public static ISymbol? ReferencedSymbol(this IOperation? operation) => operation?.WithoutConversions() switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IFieldReferenceOperation field => field.Field,
        IPropertyReferenceOperation property => property.Property,
        IParenthesizedOperation parenthesized => parenthesized.Operand.ReferencedSymbol(),
        _ => null,
    };

    /// <summary>The object a call is made on: the instance, or the first argument of an extension method; a conditional access is followed to its receiver.</summary>
    public static IOperation? Receiver(this IInvocationOperation call)
    {
        var receiver = call.Instance
            ?? (call.TargetMethod.IsExtensionMethod && call.Arguments.Length > 0 ? ArgumentFor(call, 0) : null);
        return receiver?.WithoutConditionalAccess();
    }

    /// <summary>Replaces the placeholder inside <c>a?.B()</c> by <c>a</c>.</summary>
    public static IOperation WithoutConditionalAccess(this IOperation operation)
    {
        operation = operation.WithoutConversions();
        while (operation is IConditionalAccessInstanceOperation)
        {
            var child = operation;
            while (child.Parent is { } parent && !(parent is IConditionalAccessOperation around && around.WhenNotNull == child))
                child = parent;
            if (child.Parent is not IConditionalAccessOperation access)
                break;
            operation = access.Operation.WithoutConversions();
        }

        return operation;
    }

    /// <summary>The argument's value for the parameter at <paramref name="ordinal"/>, or null.</summary>
    public static IOperation? ArgumentFor(this IInvocationOperation call, int ordinal)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter?.Ordinal == ordinal)
                return argument.Value;
        }

        return null;
    }

    /// <summary>The call that the function, as a delegate, is an argument of, or null.</summary>
    public static IInvocationOperation? CallGiven(this IAnonymousFunctionOperation function)
    {
        IOperation value = function;
        while (value.Parent is IDelegateCreationOperation or IConversionOperation)
            value = value.Parent;
        return value.Parent is IArgumentOperation { Parent: IInvocationOperation call } ? call : null;
    }

    /// <summary>The call that the function around the operation is an argument of, or null.</summary>
    /// <param name="use">An operation inside of the function.</param>
    /// <param name="function">The lambda that is meant: one around the operation.</param>
    public static IInvocationOperation? CallGiven(this IOperation use, IMethodSymbol function)
    {
        for (var parent = use.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IAnonymousFunctionOperation around && SymbolEqualityComparer.Default.Equals(around.Symbol, function))
                return around.CallGiven();
        }

        return null;
    }

    /// <summary>What messages call the operation: the member of a call, the type of a creation, else what is written.</summary>
    public static string ShortName(this IOperation operation) => operation switch
    {
        IInvocationOperation call => call.TargetMethod.ShortName(),
        IObjectCreationOperation { Type: { } type } => type.ShortName(),
        _ => operation.Syntax.ToString(),
    };
}
