using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Tests.Connections.Catalogue;
using Xunit;

namespace WebSocketAnalyzers.Tests.Architecture;

/// <summary>Every analyzer over everything: valid code is silent, broken and recursive code never makes one throw, one mistake is one diagnostic.</summary>
public class CorpusTests
{
    public static TheoryData<string> Valid => [.. Repository.Sources("tests/Corpus/Valid")];

    public static TheoryData<string> Unfinished => [.. Repository.Sources("tests/Corpus/Broken").Concat(Repository.Sources("tests/Corpus/Recursive"))];

    [Theory, MemberData(nameof(Valid))]
    public async Task Valid_code_is_silent(string file)
    {
        var text = Repository.Read(file);
        CSharpFactAttribute.SkipUnlessKnown(text);
        var compilation = Verify.Compile(text);
        Assert.Empty(compilation.GetDiagnostics(TestContext.Current.CancellationToken).Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        Assert.Empty(await AnalyzeAsync(compilation));
    }

    [Theory, MemberData(nameof(Unfinished))]
    public async Task Unfinished_code_makes_nothing_throw(string file) => await AnalyzeAsync(Verify.Compile(Repository.Read(file)));

    [Theory, MemberData(nameof(Valid))]
    public async Task Valid_code_cut_off_anywhere_makes_nothing_throw(string file)
    {
        var text = Repository.Read(file);
        // An editor sees every prefix of a file while it is typed: a spread of them.
        for (var part = 1; part < 12; part++)
            await AnalyzeAsync(Verify.Compile(text[..(text.Length * part / 12)]));
    }

    [Theory, MemberData(nameof(Valid))]
    public async Task Code_without_its_references_makes_nothing_throw(string file) =>
        await AnalyzeAsync(Verify.Compile(Repository.Read(file)).WithReferences());

    [Fact]
    public async Task Empty_file_is_silent() => Assert.Empty(await AnalyzeAsync(Verify.Compile("")));

    [Fact]
    public async Task Own_sources_are_silent()
    {
        var own = Repository.Sources("analyzers").Concat(Repository.Sources("codefixes"))
            .Select(path => CSharpSyntaxTree.ParseText(Repository.Read(path), path: path));
        var compilation = CSharpCompilation.Create("Own", own, LibraryReferences.Packs.Add(MetadataReference.CreateFromFile(typeof(Compilation).Assembly.Location)));
        Assert.Empty(await AnalyzeAsync(compilation));
    }

    [Fact]
    public async Task One_mistake_is_one_diagnostic()
    {
        var trees = Repository.Sources("samples/ChatServer").Select(path => CSharpSyntaxTree.ParseText(Repository.Read(path), path: path)).ToList();
        var compilation = Verify.Compile("global using Microsoft.AspNetCore.Builder; global using Microsoft.AspNetCore.Http; global using Microsoft.Extensions.DependencyInjection; global using Microsoft.Extensions.Hosting; global using Microsoft.Extensions.Logging;")
            .AddSyntaxTrees(trees)
            .WithOptions(new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));

        var diagnostics = await AnalyzeAsync(compilation);

        Assert.True(diagnostics.Length > 15, "the sample has more mistakes than " + diagnostics.Length);
        var doubled = diagnostics.GroupBy(diagnostic => (diagnostic.Location.SourceTree!.FilePath, diagnostic.Location.SourceSpan)).Where(group => group.Count() > 1);
        Assert.Empty(doubled.Select(group => string.Join(" and ", group.Select(diagnostic => diagnostic.ToString()))));
    }

    [Fact]
    public async Task Category_with_all_rules_off_registers_nothing()
    {
        var compilation = Verify.Compile(Repository.Read("tests/Corpus/Valid/ChatEndpoint.cs"));
        var on = await OperationActionsAsync(new BlockingAnalyzer(), compilation);
        var off = await OperationActionsAsync(new BlockingAnalyzer(), compilation.WithOptions(compilation.Options.WithSyntaxTreeOptionsProvider(new AllOff())));

        Assert.True(on > 0);
        Assert.Equal(0, off);
    }

    private static async Task<int> OperationActionsAsync(DiagnosticAnalyzer analyzer, Compilation compilation)
    {
        var run = compilation.WithAnalyzers([analyzer]);
        await run.GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
        return (await run.GetAnalyzerTelemetryInfoAsync(analyzer, TestContext.Current.CancellationToken)).OperationActionsCount;
    }

    /// <summary>The diagnostics of every analyzer; an exception in one fails the test.</summary>
    private static async Task<ImmutableArray<Diagnostic>> AnalyzeAsync(Compilation compilation)
    {
        var crashes = new ConcurrentQueue<string>();
        var options = new CompilationWithAnalyzersOptions(
            new AnalyzerOptions([]), (exception, analyzer, _) => crashes.Enqueue(analyzer + ": " + exception), concurrentAnalysis: true, logAnalyzerExecutionTime: false);
        var diagnostics = await new CompilationWithAnalyzers(compilation, Verify.AllAnalyzers(), options).GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
        Assert.Empty(crashes);
        return diagnostics;
    }

    private sealed class AllOff : SyntaxTreeOptionsProvider
    {
        public override GeneratedKind IsGenerated(SyntaxTree tree, CancellationToken cancellationToken) => GeneratedKind.NotGenerated;

        public override bool TryGetDiagnosticValue(SyntaxTree tree, string diagnosticId, CancellationToken cancellationToken, out ReportDiagnostic severity)
        {
            severity = ReportDiagnostic.Suppress;
            return true;
        }

        public override bool TryGetGlobalDiagnosticValue(string diagnosticId, CancellationToken cancellationToken, out ReportDiagnostic severity)
        {
            severity = ReportDiagnostic.Default;
            return false;
        }
    }
}
