using Microsoft.CodeAnalysis;

namespace WebSocketAnalyzers.Roslyn;

/// <summary>Questions about task types.</summary>
internal static class TaskTypes
{
    /// <summary>Whether values of the type stand for work that is awaited: Task, ValueTask, their generic forms, types derived from Task, and own task types with a builder.</summary>
    public static bool IsTaskLike(this ITypeSymbol? type)
    {
        // void, string, int: most calls, and no base types or attributes to look at.
        if (type is null || type.SpecialType != SpecialType.None)
            return false;
        for (var current = type as INamedTypeSymbol; current is not null; current = current.BaseType)
        {
            if (current.Name is "Task" or "ValueTask" && current.ContainingNamespace.IsSystemThreadingTasks())
                return true;
        }

        return HasBuilder(type);
    }

    /// <summary>Whether a call of the method hands back work to await, or a sequence to await item by item.</summary>
    public static bool ReturnsAwaitable(this IMethodSymbol method) =>
        method.ReturnType.IsTaskLike() || method.ReturnType.IsAsyncSequence();

    /// <summary>Whether values of the type are awaited item by item.</summary>
    public static bool IsAsyncSequence(this ITypeSymbol? type) =>
        type is INamedTypeSymbol { Name: "IAsyncEnumerable" or "IAsyncEnumerator" or "ConfiguredCancelableAsyncEnumerable" };

    private static bool IsSystemThreadingTasks(this INamespaceSymbol? space) =>
        space is { Name: "Tasks", ContainingNamespace: { Name: "Threading", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } } };

    private static bool HasBuilder(ITypeSymbol type)
    {
        // Without an attribute list there is nothing to bind: the usual case costs nothing.
        foreach (var attribute in type.OriginalDefinition.GetAttributes())
        {
            if (attribute.AttributeClass?.Name == "AsyncMethodBuilderAttribute")
                return true;
        }

        return false;
    }
}
