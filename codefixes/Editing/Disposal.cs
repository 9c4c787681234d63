using Microsoft.CodeAnalysis;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>How values of a type are disposed.</summary>
/// <param name="IsAsync">Whether with <c>await DisposeAsync()</c>; only where <c>Dispose()</c> does not exist.</param>
/// <param name="NeedsCast">Whether the method is implemented explicitly and must be called through the interface.</param>
internal sealed record Disposal(bool IsAsync, bool NeedsCast)
{
    /// <summary>How <paramref name="type"/> is disposed, or null when it is not disposable. Ordinary disposal is preferred.</summary>
    public static Disposal? Of(SemanticModel model, int position, ITypeSymbol type)
    {
        var isSync = Implements(type, "IDisposable");
        var isAsync = Implements(type, "IAsyncDisposable");
        if (!isSync && !isAsync && !(type.IsRefLikeType && HasMethod(model, position, type, "Dispose")))
            return null;
        var name = isSync || type.IsRefLikeType ? "Dispose" : "DisposeAsync";
        return new Disposal(name == "DisposeAsync", !HasMethod(model, position, type, name));
    }

    private static bool Implements(ITypeSymbol type, string name) =>
        IsSystem(type, name) || type.AllInterfaces.Any(candidate => IsSystem(candidate, name))
        || (type is ITypeParameterSymbol parameter && parameter.ConstraintTypes.Any(constraint => Implements(constraint, name)));

    private static bool IsSystem(ITypeSymbol type, string name) =>
        type.Name == name && type.ContainingNamespace is { Name: "System", ContainingNamespace.IsGlobalNamespace: true };

    private static bool HasMethod(SemanticModel model, int position, ITypeSymbol type, string name) =>
        model.LookupSymbols(position, type, name).Any(static symbol => symbol is IMethodSymbol { Parameters.Length: 0, IsStatic: false });
}
