using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using WebSocketAnalyzers.Connections;
using Xunit;

namespace WebSocketAnalyzers.Tests.Connections.Catalogue;

/// <summary>Every fact of the built-in catalogue is about something that exists. A misspelt id would be skipped in silence, for ever.</summary>
public class CatalogueResolvesTests
{
    // System.Reactive is here for real, so its stub would only make the extension ambiguous.
    private static readonly Lazy<Compilation> Universe = new(() => CSharpCompilation.Create(
        "Universe",
        LibraryStubs.All.Where(stub => stub.Key != nameof(LibraryStubs.Reactive)).Select(stub => CSharpSyntaxTree.ParseText(stub.Value, path: stub.Key)),
        LibraryReferences.Packs.AddRange(LibraryReferences.Libraries),
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary)));

    public static TheoryData<string> Files => [.. ApiCatalogue.BuiltInFiles().Select(file => file.Name)];

    public static TheoryData<string> Stubs => [.. LibraryStubs.All.Keys];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_line_can_be_read(string file)
    {
        var text = ApiCatalogue.BuiltInFiles().Single(candidate => candidate.Name == file).Text;
        var bad = CatalogueFormat.Parse(text).BadLines.Select(line => $"{file}({text.Lines.GetLinePosition(line.Span.Start).Line + 1}): {line.Error} '{line.Text}'");
        AssertNone(bad);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_id_resolves(string file)
    {
        var unresolved =
            from line in Lines(file)
            from id in IdsOf(line.Entry)
            where Resolve(id).Count == 0
            select $"{file}({line.Number}): {id}";
        AssertNone(unresolved);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_counterpart_can_be_awaited(string file)
    {
        var wrong =
            from line in Lines(file)
            where line.Entry.Counterpart is not null
            where !Resolve(line.Entry.Counterpart!).Any(symbol => symbol is IMethodSymbol method && IsAwaitable(method.ReturnType))
            select $"{file}({line.Number}): {line.Entry.Counterpart}";
        AssertNone(wrong);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_named_parameter_is_a_delegate_of_some_overload(string file)
    {
        var wrong =
            from line in Lines(file)
            where line.Entry.Kind is ApiKind.Callback or ApiKind.Request or ApiKind.Offload or ApiKind.Inline
            from name in line.Entry.Parameters
            where !Resolve(line.Entry.Id).OfType<IMethodSymbol>().Any(method => method.Parameters.Any(parameter => parameter.Name == name && IsDelegate(parameter.Type)))
            select $"{file}({line.Number}): {name}";
        AssertNone(wrong);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_callback_takes_a_delegate(string file)
    {
        var wrong =
            from line in Lines(file)
            where line.Entry.Kind is ApiKind.Callback or ApiKind.Request or ApiKind.Offload or ApiKind.Inline && !line.Entry.IsType
            where !Resolve(line.Entry.Id).Any(TakesDelegate)
            select $"{file}({line.Number}): {line.Entry.Id}";
        AssertNone(wrong);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_handler_can_be_overridden_or_implemented(string file)
    {
        var wrong =
            from line in Lines(file)
            where line.Entry.Kind == ApiKind.Handler
            where !Resolve(line.Entry.Id).All(symbol => symbol.IsVirtual || symbol.IsAbstract)
            select $"{file}({line.Number}): {line.Entry.Id}";
        AssertNone(wrong);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Everything_that_must_be_disposed_can_be(string file)
    {
        var wrong =
            from line in Lines(file)
            where line.Entry.Kind == ApiKind.Creates
            where !Resolve(line.Entry.Id).Select(symbol => symbol switch { IMethodSymbol method => Awaited(method.ReturnType), IPropertySymbol property => property.Type, _ => symbol as ITypeSymbol })
                .Any(created => created is not null && created.AllInterfaces.Any(i => i.Name is "IDisposable" or "IAsyncDisposable"))
            select $"{file}({line.Number}): {line.Entry.Id}";
        AssertNone(wrong);
    }

    [Fact]
    public void No_fact_stands_twice()
    {
        var twice = ApiCatalogue.BuiltIn.Entries
            .GroupBy(entry => (entry.Kind, entry.Id, entry.RequiredReceiver))
            .Where(group => group.Count() > 1)
            .Select(group => group.Key.ToString());
        AssertNone(twice);
    }

    [Fact]
    public void Every_kind_of_fact_occurs()
    {
        var kinds = Enum.GetValues<ApiKind>().Where(kind => System.Numerics.BitOperations.PopCount((uint)kind) == 1);
        Assert.Empty(kinds.Except(ApiCatalogue.BuiltIn.Entries.Select(entry => entry.Kind)));
    }

    [Theory]
    [MemberData(nameof(Stubs))]
    public void Every_stub_compiles_on_its_own(string stub)
    {
        var compilation = CSharpCompilation.Create(
            stub,
            [CSharpSyntaxTree.ParseText(LibraryStubs.All[stub], cancellationToken: TestContext.Current.CancellationToken)],
            LibraryReferences.Packs,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        Assert.Empty(compilation.GetDiagnostics(TestContext.Current.CancellationToken).Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
    }

    // The comparing assertions cut what they show.
    private static void AssertNone(IEnumerable<string> wrong)
    {
        var lines = string.Join(Environment.NewLine, wrong);
        Assert.True(lines.Length == 0, lines);
    }

    private static IEnumerable<(int Number, ApiEntry Entry)> Lines(string file)
    {
        foreach (var line in ApiCatalogue.BuiltInFiles().Single(candidate => candidate.Name == file).Text.Lines)
        {
            var text = Microsoft.CodeAnalysis.Text.SourceText.From(line.ToString());
            foreach (var entry in CatalogueFormat.Parse(text).Entries)
                yield return (line.LineNumber + 1, entry);
        }
    }

    private static IEnumerable<string> IdsOf(ApiEntry entry)
    {
        yield return entry.Id;
        if (entry.Counterpart is not null)
            yield return entry.Counterpart;
        if (entry.RequiredReceiver is not null)
            yield return entry.RequiredReceiver;
    }

    private static IReadOnlyList<ISymbol> Resolve(string id)
    {
        if (id[0] == 'T')
            return DocumentationCommentId.GetSymbolsForDeclarationId(id, Universe.Value);
        // Roslyn's resolver knows no id without parameters: find the type, then let the entry decide on its members, as the product does.
        var entry = new ApiEntry(ApiKind.Blocks, id, null, []);
        var end = id.IndexOf('(');
        var typeId = "T:" + id[2..id.LastIndexOf('.', (end < 0 ? id.Length : end) - 1)];
        return DocumentationCommentId.GetSymbolsForDeclarationId(typeId, Universe.Value)
            .OfType<INamedTypeSymbol>()
            .SelectMany(type => type.GetMembers(entry.MemberName))
            .Where(member => entry.Matches(member.GetDocumentationCommentId() ?? ""))
            .ToList();
    }

    private static bool TakesDelegate(ISymbol symbol) => symbol switch
    {
        IMethodSymbol method => method.Parameters.Any(parameter => IsDelegate(parameter.Type)),
        IPropertySymbol property => IsDelegate(property.Type) && property.SetMethod is not null,
        IEventSymbol => true,
        _ => false,
    };

    // System.Delegate itself is what minimal APIs take.
    private static bool IsDelegate(ITypeSymbol type) =>
        type is IArrayTypeSymbol array ? IsDelegate(array.ElementType) : type.TypeKind == TypeKind.Delegate || type.SpecialType is SpecialType.System_Delegate or SpecialType.System_MulticastDelegate;

    private static bool IsAwaitable(ITypeSymbol type) => type.GetMembers("GetAwaiter").Any();

    private static INamedTypeSymbol? Awaited(ITypeSymbol type) =>
        type is INamedTypeSymbol { Name: "Task" or "ValueTask", TypeArguments: [INamedTypeSymbol result] } ? result : type as INamedTypeSymbol;
}
