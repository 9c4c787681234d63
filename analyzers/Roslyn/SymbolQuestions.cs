using Microsoft.CodeAnalysis;

namespace WebSocketAnalyzers.Roslyn;

/// <summary>Questions about symbols.</summary>
internal static class SymbolQuestions
{
    private static readonly SymbolDisplayFormat ShortFormat = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameOnly,
        memberOptions: SymbolDisplayMemberOptions.IncludeContainingType,
        genericsOptions: SymbolDisplayGenericsOptions.None,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes);

    /// <summary>The name as messages show it: <c>Type.Member</c>, without namespace and parameters; for types and locals the bare name.</summary>
    public static string ShortName(this ISymbol symbol) =>
        symbol is IMethodSymbol { MethodKind: MethodKind.LocalFunction } ? symbol.Name : symbol.ToDisplayString(ShortFormat);

    /// <summary>The type that is nested in no other, or null for symbols outside of types.</summary>
    public static INamedTypeSymbol? OutermostType(this ISymbol symbol)
    {
        var type = symbol as INamedTypeSymbol ?? symbol.ContainingType;
        while (type?.ContainingType is { } outer)
            type = outer;
        return type?.OriginalDefinition;
    }

    /// <summary>Whether the symbol is declared in source: that of this compilation, or that of a project it references.</summary>
    public static bool IsInSource(this ISymbol symbol) => !symbol.DeclaringSyntaxReferences.IsDefaultOrEmpty;

    /// <summary>The definition behind a call: not reduced from an extension, not constructed, the implementation part of a partial.</summary>
    public static IMethodSymbol Definition(this IMethodSymbol method)
    {
        var definition = (method.ReducedFrom ?? method).OriginalDefinition;
        return definition.PartialImplementationPart ?? definition;
    }

    /// <summary>The type itself and its base types.</summary>
    public static IEnumerable<INamedTypeSymbol> SelfAndBaseTypes(this ITypeSymbol type)
    {
        for (var current = type as INamedTypeSymbol; current is not null; current = current.BaseType)
            yield return current;
    }

    /// <summary>Whether the type has a public or explicitly implemented way to dispose it, asynchronous or not.</summary>
    public static bool IsDisposable(this ITypeSymbol type)
    {
        if (type.IsDisposableInterface())
            return true;
        foreach (var contract in type.AllInterfaces)
        {
            if (contract.IsDisposableInterface())
                return true;
        }

        return false;
    }

    /// <summary>The place where a symbol is declared in source, or <see cref="Location.None"/>.</summary>
    public static Location SourceLocation(this ISymbol symbol)
    {
        foreach (var location in symbol.Locations)
        {
            if (location.IsInSource)
                return location;
        }

        return Location.None;
    }

    /// <summary>Whether the symbol is a test of xUnit, NUnit or MSTest, by the name of an attribute or of one that it derives from.</summary>
    public static bool IsTest(this ISymbol symbol)
    {
        foreach (var attribute in symbol.GetAttributes())
        {
            for (var type = attribute.AttributeClass; type is not null; type = type.BaseType)
            {
                if (type.Name is "FactAttribute" or "TestAttribute" or "TestCaseAttribute" or "TestCaseSourceAttribute" or "TestMethodAttribute")
                    return true;
                // Of a framework that is not restored, only what is written is known.
                if (type.TypeKind == TypeKind.Error && type.Name is "Fact" or "Theory" or "TheoryAttribute" or "Test" or "TestCase" or "TestCaseSource" or "TestMethod" or "DataTestMethod")
                    return true;
            }
        }

        return false;
    }

    /// <summary>Whether the member is a test, or a helper in a class of tests.</summary>
    public static bool IsOfTests(this ISymbol member)
    {
        if (member.IsTest())
            return true;
        for (var type = member.ContainingType; type is not null; type = type.ContainingType)
        {
            foreach (var other in type.GetMembers())
            {
                if (other is IMethodSymbol && other.IsTest())
                    return true;
            }
        }

        return false;
    }

    private static bool IsDisposableInterface(this ITypeSymbol type) =>
        type is { Name: "IDisposable" or "IAsyncDisposable", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } };
}
