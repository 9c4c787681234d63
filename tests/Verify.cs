using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;
using WebSocketAnalyzers.Tests.Connections.Catalogue;
using Xunit;

namespace WebSocketAnalyzers.Tests;

/// <summary>
/// The one seam between the rule tests and the testing library. Sources see the installed .NET and ASP.NET Core reference packs and the usual global usings;
/// diagnostics are marked in the source as <c>{|WSA4001:...|}</c>.
/// </summary>
internal static class Verify
{
    /// <summary>The global usings of every test source.</summary>
    public const string GlobalUsings = """
        global using System;
        global using System.Collections.Concurrent;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net;
        global using System.Net.Sockets;
        global using System.Net.WebSockets;
        global using System.Text;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    /// <summary>The category's rules report exactly what is marked.</summary>
    public static Task ReportsAsync<TAnalyzer>(string source, params string[] furtherFiles)
        where TAnalyzer : DiagnosticAnalyzer, new()
    {
        Assert.True(source.Contains("{|WSA", StringComparison.Ordinal), "nothing is marked as expected: use IgnoresAsync");
        return new Test<TAnalyzer, EmptyCodeFixProvider>(source, furtherFiles).RunAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The category's rules report what is marked, by <c>{|#0:..|}</c> and on, as suggestions of one rule, and nothing else.</summary>
    public static Task SuggestsAsync<TAnalyzer>(DiagnosticDescriptor rule, string source)
        where TAnalyzer : DiagnosticAnalyzer, new()
    {
        Assert.True(source.Contains("{|#0:", StringComparison.Ordinal), "nothing is marked as expected: use IgnoresAsync");
        var test = new Test<TAnalyzer, EmptyCodeFixProvider>(source);
        for (var i = 0; source.Contains($"{{|#{i}:", StringComparison.Ordinal); i++)
            test.ExpectedDiagnostics.Add(new DiagnosticResult(rule.Id, DiagnosticSeverity.Info).WithLocation(i).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The category's rules report nothing.</summary>
    public static Task IgnoresAsync<TAnalyzer>(string source, params string[] furtherFiles)
        where TAnalyzer : DiagnosticAnalyzer, new()
    {
        Assert.False(source.Contains("{|WSA", StringComparison.Ordinal), "something is marked as expected: use ReportsAsync");
        return new Test<TAnalyzer, EmptyCodeFixProvider>(source, furtherFiles).RunAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Half-typed code: nothing is reported, and nothing else is asked of it but that it is borne.</summary>
    public static Task BearsAsync<TAnalyzer>(string source)
        where TAnalyzer : DiagnosticAnalyzer, new() =>
        new Test<TAnalyzer, EmptyCodeFixProvider>(source) { CompilerDiagnostics = CompilerDiagnostics.None }.RunAsync(TestContext.Current.CancellationToken);

    /// <summary>
    /// The fix turns the source into the fixed text, one by one and in all three Fix All scopes; the fixed text compiles and carries no diagnostic
    /// of any rule of the package that the source lacked.
    /// </summary>
    /// <param name="source">The marked source.</param>
    /// <param name="fixedSource">The text after all fixes.</param>
    /// <param name="action">The equivalence key of the action; null takes the first one offered.</param>
    /// <param name="batchFixedSource">The text after Fix All, where it differs.</param>
    public static async Task FixesAsync<TAnalyzer, TFix>(string source, string fixedSource, string? action = null, string? batchFixedSource = null)
        where TAnalyzer : DiagnosticAnalyzer, new()
        where TFix : CodeFixProvider, new()
    {
        var test = new Test<TAnalyzer, TFix>(source) { CodeActionEquivalenceKey = action };
        test.AddFixed(fixedSource, batchFixedSource);
        await test.RunAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The marked diagnostics are reported, and no action is offered for them.</summary>
    public static Task OffersNoFixAsync<TAnalyzer, TFix>(string source, string? action = null)
        where TAnalyzer : DiagnosticAnalyzer, new()
        where TFix : CodeFixProvider, new()
    {
        var test = new Test<TAnalyzer, TFix>(source) { CodeActionEquivalenceKey = action };
        test.AddFixed(source, null);
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The precedence of rules: no two diagnostics have the same primary location, for about one operation only one rule speaks.</summary>
    public static void OneDiagnosticPerMistake(IEnumerable<Diagnostic> diagnostics)
    {
        var doubled = diagnostics.Where(diagnostic => diagnostic.Location.IsInSource)
            .GroupBy(diagnostic => (diagnostic.Location.SourceTree, diagnostic.Location.SourceSpan))
            .Where(group => group.Count() > 1)
            .Select(group => string.Join("\n  and ", group.Select(diagnostic => diagnostic.ToString())));
        None(doubled, "one mistake is one diagnostic: decide which of the rules speaks, and let the other stay silent by a question to the model");
    }

    /// <summary>Fails when anything was found, with what to do about it.</summary>
    public static void None(IEnumerable<string> found, string whatToDo)
    {
        var list = found.ToList();
        Assert.True(list.Count == 0, $"{whatToDo}:\n{string.Join("\n", list)}");
    }

    /// <summary>Every analyzer of the package, fresh instances.</summary>
    public static ImmutableArray<DiagnosticAnalyzer> AllAnalyzers() =>
        typeof(ConnectionAnalyzer).Assembly.GetTypes()
            .Where(type => !type.IsAbstract && typeof(DiagnosticAnalyzer).IsAssignableFrom(type))
            .Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!)
            .ToImmutableArray();

    /// <summary>What the analyzers, by default all of the package, report on a compilation.</summary>
    public static Task<ImmutableArray<Diagnostic>> AnalyzeAsync(Compilation compilation, ImmutableArray<DiagnosticAnalyzer>? analyzers = null, AnalyzerOptions? options = null) =>
        compilation.WithAnalyzers(analyzers ?? AllAnalyzers(), options).GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);

    /// <summary>A compilation of loose texts as the tests see them, for tests that do not need the testing library.</summary>
    public static CSharpCompilation Compile(params string[] sources) => CSharpCompilation.Create(
        "Test",
        sources.Append(GlobalUsings).Select((source, index) => CSharpSyntaxTree.ParseText(source, path: $"/0/Test{index}.cs")),
        LibraryReferences.Packs,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));

    /// <summary>
    /// A test with the references and global usings of all rule tests, for those that need more than the methods above. Beside what it asks of its own analyzer, all analyzers
    /// of the package bear its source without throwing, no two of them speak about one operation, and its fixed text carries no diagnostic of theirs that the source lacked.
    /// </summary>
    public sealed class Test<TAnalyzer, TFix> : CSharpCodeFixTest<TAnalyzer, TFix, DefaultVerifier>
        where TAnalyzer : DiagnosticAnalyzer, new()
        where TFix : CodeFixProvider, new()
    {
        private readonly string[] _furtherFiles;

        public Test(string source, params string[] furtherFiles)
        {
            _furtherFiles = furtherFiles;
            ReferenceAssemblies = new ReferenceAssemblies("net10.0");
            TestState.AdditionalReferences.AddRange(LibraryReferences.Packs);
            if (source.Contains("// top-level", StringComparison.Ordinal))
                TestState.OutputKind = OutputKind.ConsoleApplication;
            DisabledDiagnostics.AddRange(OthersThan(RuleUnderTest()));
            AddTo(TestState, source);
        }

        /// <summary>
        /// The id of the rule whose tests are running, by the name they share (<c>SleepTests</c>, <c>SleepRule</c>); null in tests of more than one rule. Each rule is
        /// tested alone: that they do not speak of one mistake twice is for the architecture tests, over all rules at once.
        /// </summary>
        private static string? RuleUnderTest()
        {
            if (TestContext.Current.TestClass?.TestClassName is not { } name || !name.EndsWith("Tests", StringComparison.Ordinal))
                return null;
            var rule = typeof(TAnalyzer).Assembly.GetType(name[..^"Tests".Length].Replace(".Tests.Rules.", ".Rules.", StringComparison.Ordinal) + "Rule");
            return (rule?.GetField("Descriptor")?.GetValue(null) as DiagnosticDescriptor)?.Id;
        }

        private static IEnumerable<string> OthersThan(string? id) =>
            id is null ? [] : new TAnalyzer().SupportedDiagnostics.Select(descriptor => descriptor.Id).Where(other => other != id);

        /// <summary>Sets what the fixes must make of the first file; the others stay as they are.</summary>
        public void AddFixed(string fixedSource, string? batchFixedSource)
        {
            AddTo(FixedState, fixedSource);
            if (batchFixedSource is not null)
                AddTo(BatchFixedState, batchFixedSource);
        }

        /// <inheritdoc/>
        protected override ParseOptions CreateParseOptions() => new CSharpParseOptions(LanguageVersion.Preview, DocumentationMode.Diagnose);

        /// <inheritdoc/>
        protected override async Task RunImplAsync(CancellationToken cancellationToken)
        {
            await base.RunImplAsync(cancellationToken);
            var before = await AnalyzeAllAsync(TestState);
            foreach (var state in new[] { FixedState, BatchFixedState }.Where(state => state.Sources.Count > 0))
            {
                var after = await AnalyzeAllAsync(state);
                var fresh = after.Where(diagnostic => after.Count(other => other.Id == diagnostic.Id) > before.Count(other => other.Id == diagnostic.Id));
                None(fresh.Select(diagnostic => diagnostic.ToString()), "the fixed text carries diagnostics that its input lacked");
            }
        }

        private async Task<ImmutableArray<Diagnostic>> AnalyzeAllAsync(SolutionState state)
        {
            var compilation = Compile(state.Sources.Select(source => WithoutMarkup(source.content.ToString())).ToArray());
            var diagnostics = await AnalyzeAsync(compilation.WithOptions(compilation.Options.WithOutputKind(TestState.OutputKind ?? OutputKind.DynamicallyLinkedLibrary)));
            None(diagnostics.Where(diagnostic => diagnostic.Id == "AD0001").Select(diagnostic => diagnostic.ToString()), "an analyzer never throws, whatever it is given");
            OneDiagnosticPerMistake(diagnostics);
            return diagnostics;
        }

        private static string WithoutMarkup(string source)
        {
            TestFileMarkupParser.GetPositionsAndSpans(source, out var text, out _, out _);
            return text;
        }

        private void AddTo(SolutionState state, string source)
        {
            // What is marked is expected, whichever rule it is of.
            DisabledDiagnostics.RemoveAll(id => source.Contains("{|" + id + ":", StringComparison.Ordinal));
            state.Sources.Add(source);
            foreach (var file in _furtherFiles)
                state.Sources.Add(file);
            state.Sources.Add(("/0/GlobalUsings.cs", GlobalUsings));
        }
    }
}
