using System.Reflection;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Testing;
using Xunit;

namespace WebSocketAnalyzers.Tests.Architecture;

/// <summary>The tests run on Microsoft.CodeAnalysis.Testing and on its stand-in alike: nothing can be reached that only the stand-in has.</summary>
public class TestingLibraryTests
{
    private static readonly SymbolDisplayFormat s_format = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypes,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeTypeConstraints,
        memberOptions: SymbolDisplayMemberOptions.IncludeAccessibility | SymbolDisplayMemberOptions.IncludeModifiers | SymbolDisplayMemberOptions.IncludeContainingType
            | SymbolDisplayMemberOptions.IncludeType | SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeRef | SymbolDisplayMemberOptions.IncludeConstantValue,
        parameterOptions: SymbolDisplayParameterOptions.IncludeParamsRefOut | SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName
            | SymbolDisplayParameterOptions.IncludeDefaultValue | SymbolDisplayParameterOptions.IncludeExtensionThis,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes);

    /// <summary>
    /// PublicApi.txt lists what is in the real library and in the stand-in, in a project of its own whose internals no test sees. On the stand-in this test holds the stand-in
    /// to the list, on the real library (UseMicrosoftTesting) the list to the library.
    /// </summary>
    [Fact]
    public void What_the_tests_can_reach_is_in_the_real_library()
    {
        var listed = Repository.Read("tests/Testing/PublicApi.txt").Split('\n').Where(line => line.Length > 0 && line[0] != '#').ToList();
        var reachable = Assemblies().SelectMany(PublicTypes).SelectMany(Describe).ToHashSet(StringComparer.Ordinal);

        Assert.NotEmpty(listed);
        Assert.Empty(listed.Except(reachable));
        var library = typeof(DefaultVerifier).Assembly;
        if (library.GetName().Name != "WebSocketAnalyzers.Testing")
            return;
        Assert.Empty(reachable.Except(listed));
        Assert.Empty(library.GetCustomAttributes<InternalsVisibleToAttribute>());
    }

    [Fact]
    public void Stand_in_knows_nothing_of_connections() =>
        Assert.All(Repository.Sources("tests/Testing").Where(file => !file.Contains("/Conformance/", StringComparison.Ordinal)), file => Assert.DoesNotMatch("(?i)socket|signalr|connection", Repository.Read(file)));

    /// <summary>The suite is right as it was run on the real library: a change to it would be a change of what the stand-in is measured by.</summary>
    [Theory]
    [InlineData("Analyzer.cs", "dee91ad3ff196e2e864b63824ee7a4ec665d4b0a4ea3899abceacec186fce86d")]
    [InlineData("More.cs", "7ed02777cf3d60f062d27ff33b4377f98d169115675711f535cbafe48af36d31")]
    [InlineData("Tests.cs", "d0e6d31b403f3c1daec5bab0084f812eb3d7e880ca9ce291151dda7ffc3d1c59")]
    public void Conformance_suite_is_unedited(string file, string hash) =>
        Assert.Equal(hash, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(Repository.Root, "tests", "Testing", "Conformance", file)))));

    /// <summary>The assemblies of the testing library: one on the stand-in, four on the real library.</summary>
    private static IEnumerable<IAssemblySymbol> Assemblies()
    {
        var loaded = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path)).ToList();
        var compilation = CSharpCompilation.Create("Api", references: loaded);
        return new[] { typeof(AnalyzerTest<>), typeof(CodeFixTest<>), typeof(CSharpAnalyzerTest<,>), typeof(CSharpCodeFixTest<,,>) }
            .Select(type => type.Assembly.Location)
            .Distinct()
            .Select(path => (IAssemblySymbol)compilation.GetAssemblyOrModuleSymbol(loaded.Single(reference => reference.FilePath == path))!);
    }

    private static IEnumerable<INamedTypeSymbol> PublicTypes(IAssemblySymbol assembly)
    {
        var open = new Stack<INamespaceOrTypeSymbol>([assembly.GlobalNamespace]);
        while (open.TryPop(out var symbol))
        {
            if (symbol is INamedTypeSymbol { DeclaredAccessibility: Accessibility.Public } type)
                yield return type;
            foreach (var member in symbol.GetMembers().OfType<INamespaceOrTypeSymbol>())
                open.Push(member);
        }
    }

    /// <summary>A type and the members of its own that a test or a derived class can use; an override adds none.</summary>
    private static IEnumerable<string> Describe(INamedTypeSymbol type)
    {
        var modifier = type.TypeKind != TypeKind.Class ? "" : type.IsStatic ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "";
        var bases = type.BaseType is { SpecialType: SpecialType.None } baseType ? " : " + baseType.ToDisplayString(s_format) : "";
        yield return $"{modifier}{type.TypeKind} {type.ContainingNamespace}: {type.ToDisplayString(s_format)}{bases}";
        foreach (var member in type.GetMembers())
            if (member is IMethodSymbol or IFieldSymbol && member is { IsOverride: false, IsImplicitlyDeclared: false }
                && member.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal)
                yield return member.ToDisplayString(s_format);
    }
}
