using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using WebSocketAnalyzers.Connections;
using Xunit;

namespace WebSocketAnalyzers.Tests.Architecture;

/// <summary>The model is built once for all analyzers of a compilation, and goes with its compilation although the analyzers and their diagnostics stay.</summary>
public class ModelLifetimeTests
{
    /// <summary>All violations of the page in one program, so that every category has something to ask the model.</summary>
    private static readonly string[] Violations =
[.. RulePage.Sections.Select(section => section.Violation is { } violation ? PageWorkspace.InNamespace(violation, section.Id) : null).OfType<string>()];

    [Fact]
    public async Task Model_is_built_once_for_all_analyzers()
    {
        // Each model reads the user's files when it is built. The analyzer of the configuration reads them as well, but needs no model.
        var file = new CountedText();
        var analyzers = Verify.AllAnalyzers().RemoveAll(analyzer => analyzer is not ConnectionAnalyzer);
        var diagnostics = await Verify.AnalyzeAsync(Verify.Compile(Violations), analyzers, new AnalyzerOptions([file]));

        var silent = analyzers.Where(analyzer => !analyzer.SupportedDiagnostics.Any(rule => diagnostics.Any(diagnostic => diagnostic.Id == rule.Id)));
        Verify.None(silent.Select(analyzer => analyzer.ToString()), "reported nothing here, so may not have asked the model");
        Assert.Equal(1, file.Reads);
    }

    [Fact]
    public void Compilation_and_model_are_collected_while_analyzers_and_diagnostics_stay()
    {
        // As in an editor, where the analyzers, the options and the error list outlive every version of the code.
        var analyzers = Verify.AllAnalyzers();
        var options = new AnalyzerOptions([]);
        var (compilation, model, diagnostics) = Analyze(analyzers, options);
        Assert.NotEmpty(diagnostics);

        for (var i = 0; i < 20 && (compilation.IsAlive || model.IsAlive); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            // Threads of the pool that took part may still hold what they worked on last.
            Thread.Sleep(i);
        }

        Assert.False(compilation.IsAlive, "something that outlives the compilation keeps it: look for symbols, operations or semantic models in diagnostics, in fields of rules and analyzers, and in statics");
        Assert.False(model.IsAlive, "something that outlives the compilation keeps the model");
        GC.KeepAlive(analyzers);
        GC.KeepAlive(options);
        GC.KeepAlive(diagnostics);
    }

    // Not inlined, so that no local of the caller holds the compilation.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (WeakReference Compilation, WeakReference Model, ImmutableArray<Diagnostic> Diagnostics) Analyze(ImmutableArray<DiagnosticAnalyzer> analyzers, AnalyzerOptions options)
    {
        var compilation = Verify.Compile(Violations);
        var diagnostics = Verify.AnalyzeAsync(compilation, analyzers, options).GetAwaiter().GetResult();
        var model = ConnectionModel.For(compilation, options, TestContext.Current.CancellationToken);
        return (new WeakReference(compilation), new WeakReference(model), diagnostics);
    }

    /// <summary>A file of the user that counts how often it is read.</summary>
    private sealed class CountedText : AdditionalText
    {
        private int _reads;

        public int Reads => _reads;

        public override string Path => "/src/WebSocketAnalyzers.txt";

        public override SourceText GetText(CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _reads);
            return SourceText.From("connection T:Acme.Link");
        }
    }
}
