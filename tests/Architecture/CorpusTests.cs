using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using WebSocketAnalyzers.Tests.Connections.Catalogue;
using Xunit;

namespace WebSocketAnalyzers.Tests.Architecture;

/// <summary>Every analyzer over everything: valid code is silent, broken and recursive code never makes one throw, one mistake is one diagnostic.</summary>
public class CorpusTests
{
    private const string WebUsings =
        "global using Microsoft.AspNetCore.Builder; global using Microsoft.AspNetCore.Http; global using Microsoft.Extensions.DependencyInjection; global using Microsoft.Extensions.Hosting; global using Microsoft.Extensions.Logging;";

    public static TheoryData<string> Valid => [.. Repository.Sources("tests/Corpus/Valid")];

    public static TheoryData<string> Unfinished => [.. Repository.Sources("tests/Corpus/Broken").Concat(Repository.Sources("tests/Corpus/Recursive"))];

    public static TheoryData<string> Violations => [.. RulePage.Sections.Where(section => section.Violation is not null).Select(section => section.Id)];

    public static TheoryData<string> Projects => [.. OwnSources.Projects];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Valid))]
    public async Task Valid_code_is_silent(string file)
    {
        var text = Repository.Read(file);
        CSharpFactAttribute.SkipUnlessKnown(text);
        var compilation = Verify.Compile(text);
        Verify.None(compilation.GetDiagnostics(Cancel).Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(error => error.ToString()), $"{file} does not compile: correct it, or let its first line say '// C# n' when it needs a newer compiler");
        await IsSilentAsync(compilation);
    }

    [Theory, MemberData(nameof(Unfinished))]
    public async Task Unfinished_code_makes_nothing_throw(string file) => Verify.OneDiagnosticPerMistake(await AnalyzeAsync(Verify.Compile(Repository.Read(file))));

    [Theory, MemberData(nameof(Valid))]
    public async Task Valid_code_cut_off_anywhere_makes_nothing_throw(string file)
    {
        var text = Repository.Read(file);
        // An editor sees every prefix of a file while it is typed: a spread of them.
        for (var part = 1; part < 12; part++)
            await AnalyzeAsync(Verify.Compile(text[..(text.Length * part / 12)]));
    }

    [Theory, MemberData(nameof(Violations))]
    public async Task Mistakes_cut_off_or_with_a_hole_make_nothing_throw(string id)
    {
        var text = RulePage.Of(id)!.Violation!;
        for (var part = 1; part < 8; part++)
        {
            var at = text.Length * part / 8;
            await AnalyzeAsync(Verify.Compile(text[..at]));
            // A piece deleted in the middle: what is behind it is read in a state that nobody foresaw.
            await AnalyzeAsync(Verify.Compile(text.Remove(at, Math.Min(9, text.Length - at))));
        }

        await AnalyzeAsync(Verify.Compile(text).RemoveAllReferences());
    }

    [Theory, MemberData(nameof(Valid))]
    public async Task Code_without_its_references_makes_nothing_throw(string file) =>
        await AnalyzeAsync(Verify.Compile(Repository.Read(file)).RemoveAllReferences());

    [Fact]
    public Task Empty_file_is_silent() => IsSilentAsync(Verify.Compile(""));

    [Fact]
    public Task No_file_at_all_is_silent() => IsSilentAsync(CSharpCompilation.Create("Empty"));

    [Theory, MemberData(nameof(Projects))]
    public Task Own_sources_are_silent(string project) => IsSilentAsync(OwnSources.Of(project));

    [Fact]
    public async Task Sample_has_one_diagnostic_for_each_mistake()
    {
        var diagnostics = await AnalyzeAsync(Sample("samples/ChatServer"));
        Assert.True(diagnostics.Length > 15, "the sample has more mistakes than " + diagnostics.Length);
        Verify.OneDiagnosticPerMistake(diagnostics);
    }

    [Fact]
    public Task Fixed_sample_is_silent() => IsSilentAsync(Sample("samples/ChatServer.Fixed"));

    [Fact]
    public async Task Category_with_all_rules_off_registers_nothing()
    {
        var compilation = Verify.Compile(Repository.Read("tests/Corpus/Valid/ChatEndpoint.cs"));
        var off = compilation.WithOptions(compilation.Options.WithSyntaxTreeOptionsProvider(new AllOff()));
        foreach (var analyzer in Verify.AllAnalyzers().Where(analyzer => analyzer is ConnectionAnalyzer))
        {
            Assert.True(await OperationActionsAsync(analyzer, compilation) > 0, $"{analyzer} listens to nothing");
            Assert.True(await OperationActionsAsync(analyzer, off) == 0, $"{analyzer} listens although all its rules are off: a rule that is off costs nothing");
        }
    }

    private static CSharpCompilation Sample(string folder)
    {
        var options = new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable);
        return Verify.Compile([WebUsings, .. Repository.Sources(folder).Select(Repository.Read)]).AddReferences(LibraryReferences.Libraries).WithOptions(options);
    }

    private static async Task<int> OperationActionsAsync(DiagnosticAnalyzer analyzer, Compilation compilation)
    {
        var run = compilation.WithAnalyzers([analyzer]);
        await run.GetAnalyzerDiagnosticsAsync(Cancel);
        var counts = await run.GetAnalyzerTelemetryInfoAsync(analyzer, Cancel);
        return counts.OperationActionsCount + counts.OperationBlockActionsCount + counts.OperationBlockStartActionsCount + counts.SymbolActionsCount + counts.SymbolStartActionsCount + counts.SyntaxNodeActionsCount;
    }

    private static async Task IsSilentAsync(Compilation compilation) =>
        Verify.None((await AnalyzeAsync(compilation)).Select(diagnostic => diagnostic.ToString()), "a false warning costs more than a missed one: let the rule leave this code alone, or correct the code if the rule is right");

    /// <summary>The diagnostics of every analyzer; an exception in one fails the test.</summary>
    private static async Task<ImmutableArray<Diagnostic>> AnalyzeAsync(Compilation compilation)
    {
        var crashes = new ConcurrentQueue<string>();
        var options = new CompilationWithAnalyzersOptions(
            new AnalyzerOptions([]), (exception, analyzer, _) => crashes.Enqueue(analyzer + ": " + exception), concurrentAnalysis: true, logAnalyzerExecutionTime: false);
        var diagnostics = await new CompilationWithAnalyzers(compilation, Verify.AllAnalyzers(), options).GetAnalyzerDiagnosticsAsync(Cancel);
        Verify.None(crashes, $"an analyzer never throws, whatever it is given; here\n\n{string.Join("\n----\n", compilation.SyntaxTrees.Take(1))}\n\n");
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
