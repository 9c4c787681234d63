using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Testing;
using Microsoft.CodeAnalysis.Text;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;
using WebSocketAnalyzers.Tests.Connections.Catalogue;
using Xunit;

namespace WebSocketAnalyzers.Tests.Connections;

/// <summary>
/// Sources that say themselves what the connection model must find in them: <c>{|kind:code|}</c>. What is marked must be found and what is not marked must not.
/// </summary>
internal sealed class ModelMarkup
{
    /// <summary>A body that runs for a connection: marked on its name, or on the arrow (or the parameter list, or <c>delegate</c>) of a lambda.</summary>
    public const string Handler = "handler";

    // The references are bound once; every test only adds its own files.
    private static readonly Lazy<CSharpCompilation> References = new(() => Verify.Compile().AddReferences(LibraryReferences.Libraries));

    // Stubs become assemblies: a library is never in source.
    private static readonly ConcurrentDictionary<string, MetadataReference> Libraries = new(StringComparer.Ordinal);

    private readonly ImmutableArray<ImmutableDictionary<string, ImmutableArray<TextSpan>>> _marks;

    private ModelMarkup(CSharpCompilation compilation, ImmutableArray<SyntaxTree> trees, ImmutableArray<ImmutableDictionary<string, ImmutableArray<TextSpan>>> marks)
    {
        Compilation = compilation;
        Trees = trees;
        _marks = marks;
    }

    /// <summary>The marked files, and what they are compiled against.</summary>
    public CSharpCompilation Compilation { get; private init; }

    /// <summary>The marked files alone, called <c>File0.cs</c>, <c>File1.cs</c> and so on.</summary>
    public ImmutableArray<SyntaxTree> Trees { get; }

    /// <summary>What the analyzers are given beside the sources.</summary>
    public AnalyzerOptions Options { get; private init; } = new([], new OneSetOfOptions(ImmutableDictionary<string, string>.Empty));

    /// <summary>The model of these sources.</summary>
    public ConnectionModel Model => ConnectionModel.For(Compilation, Options, Cancel);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Sources that compile.</summary>
    public static ModelMarkup Of(params string[] markedSources) => Checked(OfBroken(markedSources));

    /// <summary>Sources that compile together with a library of <see cref="LibraryStubs"/>.</summary>
    public static ModelMarkup OfLibrary(string library, params string[] markedSources)
    {
        var markup = OfBroken(markedSources);
        return Checked(new ModelMarkup(markup.Compilation.AddReferences(Libraries.GetOrAdd(library, CompiledStub)), markup.Trees, markup._marks));
    }

    private static ModelMarkup Checked(ModelMarkup markup)
    {
        var errors = markup.Compilation.GetDiagnostics(Cancel).Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        Assert.True(!errors.Any(), string.Join(Environment.NewLine, errors));
        return markup;
    }

    private static MetadataReference CompiledStub(string library)
    {
        using var image = new MemoryStream();
        var stub = CSharpCompilation.Create(library, [CSharpSyntaxTree.ParseText(LibraryStubs.All[library], cancellationToken: Cancel)], LibraryReferences.Packs, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        Assert.True(stub.Emit(image, cancellationToken: Cancel).Success);
        return MetadataReference.CreateFromImage(image.ToArray());
    }

    /// <summary>Sources that need not compile.</summary>
    public static ModelMarkup OfBroken(params string[] markedSources)
    {
        var trees = ImmutableArray.CreateBuilder<SyntaxTree>();
        var marks = ImmutableArray.CreateBuilder<ImmutableDictionary<string, ImmutableArray<TextSpan>>>();
        foreach (var source in markedSources)
        {
            TestFileMarkupParser.GetPositionsAndSpans(source, out var text, out _, out var spans);
            trees.Add(CSharpSyntaxTree.ParseText(text, path: $"/0/File{trees.Count}.cs", cancellationToken: Cancel));
            marks.Add(spans);
        }

        var compilation = References.Value.AddSyntaxTrees(trees);
        if (trees.Any(tree => tree.GetRoot(Cancel).ChildNodes().OfType<GlobalStatementSyntax>().Any()))
            compilation = compilation.WithOptions(compilation.Options.WithOutputKind(OutputKind.ConsoleApplication));
        return new ModelMarkup(compilation, trees.ToImmutable(), marks.ToImmutable());
    }

    /// <summary>The same sources under an option of <c>.globalconfig</c>.</summary>
    public ModelMarkup WithOption(string key, string value) => new(Compilation, Trees, _marks)
    {
        Options = new AnalyzerOptions(Options.AdditionalFiles, new OneSetOfOptions(ImmutableDictionary<string, string>.Empty.Add(key, value))),
    };

    /// <summary>The same sources with an additional file.</summary>
    public ModelMarkup WithFile(string path, string text) => new(Compilation, Trees, _marks)
    {
        Options = new AnalyzerOptions(Options.AdditionalFiles.Add(new LooseText(path, text)), Options.AnalyzerConfigOptionsProvider),
    };

    /// <summary>The handlers are the marked bodies and no others, and every way of asking says so.</summary>
    public void AssertHandlers()
    {
        var model = Model;
        var found = new List<Location>();
        foreach (var tree in Trees)
        {
            var semantics = Compilation.GetSemanticModel(tree);
            foreach (var body in BodiesIn(tree))
            {
                var symbol = MemberOf(body, semantics);
                var inside = body.DescendantNodes().FirstOrDefault(node => Bodies.Around(node) == body);
                var around = inside is null ? null : model.Handlers.Around(inside, symbol, Cancel);
                var listed = symbol.OutermostType() is { } type ? model.Handlers.In(type, Cancel).GetValueOrDefault(body) : null;
                // What stands before an accept loop sets the server up: its body is a handler, that place is not.
                Assert.True(inside is null || (around is null) == (listed is null) || (around is null && listed!.Key == "AcceptLoop"), "two answers about " + body);
                if (symbol is IMethodSymbol method && Bodies.Of(method, Cancel) == body)
                    Assert.Equal(listed is null, model.Handlers.Of(method, Cancel) is null);
                if (listed is not null)
                    found.Add(NameOf(body, Marks(tree, Handler)));
            }
        }

        AssertMarked(Handler, found);
        foreach (var type in Types())
            Assert.All(model.Handlers.In(type, Cancel).Keys, body => Assert.Contains(body, BodiesIn(body.SyntaxTree)));
    }

    /// <summary>The calls that the question is true of are the marked ones and no others.</summary>
    public void AssertCalls(string kind, Func<IInvocationOperation, bool> question) =>
        AssertMarked(kind, Calls().Where(question).Select(call => call.Syntax.GetLocation()));

    /// <summary>The declared methods and local functions that the question is true of are the marked ones and no others; marked on their names.</summary>
    public void AssertMethods(string kind, Func<IMethodSymbol, bool> question) =>
        AssertMarked(kind, Methods().Where(question).Select(method => method.Locations[0]));

    /// <summary>The declared types that the question is true of are the marked ones and no others; marked on their names.</summary>
    public void AssertTypes(string kind, Func<INamedTypeSymbol, bool> question) =>
        AssertMarked(kind, Types().Where(question).SelectMany(type => type.Locations));

    /// <summary>The places are the marked ones and no others.</summary>
    public void AssertMarked(string kind, IEnumerable<Location> found)
    {
        var marked = Trees.SelectMany(tree => Marks(tree, kind).Select(span => Location.Create(tree, span))).ToHashSet();
        var said = found.ToHashSet();
        var missing = marked.Except(said).Select(location => "not found:  " + Show(location));
        var unexpected = said.Except(marked).Select(location => "unexpected: " + Show(location));
        var differences = string.Join(Environment.NewLine, missing.Concat(unexpected).Order(StringComparer.Ordinal));
        Assert.True(differences.Length == 0, kind + Environment.NewLine + differences);
    }

    /// <summary>All invocations of the marked files.</summary>
    public IEnumerable<IInvocationOperation> Calls() =>
        from tree in Trees
        let semantics = Compilation.GetSemanticModel(tree)
        from node in tree.GetRoot(Cancel).DescendantNodes().OfType<InvocationExpressionSyntax>()
        let call = semantics.GetOperation(node, Cancel) as IInvocationOperation
        where call is not null
        select call;

    /// <summary>All declared methods and local functions of the marked files.</summary>
    public IEnumerable<IMethodSymbol> Methods() =>
        from tree in Trees
        let semantics = Compilation.GetSemanticModel(tree)
        from node in tree.GetRoot(Cancel).DescendantNodes()
        where node is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax
        let method = semantics.GetDeclaredSymbol(node, Cancel) as IMethodSymbol
        where method is not null
        select method;

    /// <summary>The only declared method of the name.</summary>
    public IMethodSymbol Method(string name) => Methods().Single(method => method.Name == name);

    /// <summary>All declared types of the marked files.</summary>
    public IEnumerable<INamedTypeSymbol> Types() =>
        (from tree in Trees
         let semantics = Compilation.GetSemanticModel(tree)
         from node in tree.GetRoot(Cancel).DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
         let type = semantics.GetDeclaredSymbol(node, Cancel)
         where type is not null
         select type).Distinct<INamedTypeSymbol>(SymbolEqualityComparer.Default);

    private static IEnumerable<SyntaxNode> BodiesIn(SyntaxTree tree) => tree.GetRoot(Cancel).DescendantNodesAndSelf().Where(Bodies.IsBody);

    /// <summary>The member that an analyzer names as containing symbol when it stands in the body.</summary>
    private static ISymbol MemberOf(SyntaxNode body, SemanticModel semantics)
    {
        foreach (var node in body.AncestorsAndSelf())
        {
            if (node is MemberDeclarationSyntax and not (GlobalStatementSyntax or BaseFieldDeclarationSyntax) or VariableDeclaratorSyntax { Parent.Parent: BaseFieldDeclarationSyntax } or AccessorDeclarationSyntax
                && semantics.GetDeclaredSymbol(node, Cancel) is { } symbol)
            {
                return symbol;
            }

            if (node is CompilationUnitSyntax && semantics.GetDeclaredSymbol(node, Cancel) is { } program)
                return program;
        }

        throw new InvalidOperationException("no member around " + body);
    }

    private static Location NameOf(SyntaxNode body, ImmutableArray<TextSpan> marks)
    {
        SyntaxNodeOrToken[] names = body switch
        {
            MethodDeclarationSyntax method => [method.Identifier],
            LocalFunctionStatementSyntax local => [local.Identifier],
            ConstructorDeclarationSyntax constructor => [constructor.Identifier],
            OperatorDeclarationSyntax @operator => [@operator.OperatorToken],
            AccessorDeclarationSyntax accessor => [accessor.Keyword],
            PropertyDeclarationSyntax property => [property.Identifier],
            ParenthesizedLambdaExpressionSyntax lambda => [lambda.ArrowToken, lambda.ParameterList],
            SimpleLambdaExpressionSyntax lambda => [lambda.ArrowToken, lambda.Parameter],
            AnonymousMethodExpressionSyntax function => [function.DelegateKeyword],
            _ => [body.GetFirstToken()],
        };
        return names.FirstOrDefault(name => marks.Contains(name.Span), names[0]).GetLocation()!;
    }

    private static string Show(Location location) => Evidence.Place(location) + ": " + location.SourceTree!.GetText(Cancel).ToString(location.SourceSpan);

    private ImmutableArray<TextSpan> Marks(SyntaxTree tree, string kind) => _marks[Trees.IndexOf(tree)].GetValueOrDefault(kind, []);

    /// <summary>The same options for every file.</summary>
    private sealed class OneSetOfOptions(ImmutableDictionary<string, string> values) : AnalyzerConfigOptionsProvider
    {
        private readonly Values _values = new(values);

        public override AnalyzerConfigOptions GlobalOptions => _values;

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => _values;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => _values;

        private sealed class Values(ImmutableDictionary<string, string> values) : AnalyzerConfigOptions
        {
            public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value) => values.TryGetValue(key, out value);
        }
    }

    /// <summary>A file in memory.</summary>
    private sealed class LooseText(string path, string text) : AdditionalText
    {
        public override string Path => path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);
    }
}
