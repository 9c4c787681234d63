using System.Collections.Immutable;
using BenchmarkDotNet.Attributes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace WebSocketAnalyzers.Benchmarks;

/// <summary>The chat server of the samples, compiled alone and with all rules. The ratio of the two is what a build pays where nearly every file has a connection.</summary>
[MemoryDiagnoser]
public class AnalysisBenchmark
{
    private static readonly ImmutableArray<DiagnosticAnalyzer> Rules =
    [
        .. from type in typeof(ConnectionAnalyzer).Assembly.GetTypes()
           where type is { IsAbstract: false, IsPublic: true } && type.IsSubclassOf(typeof(DiagnosticAnalyzer)) && !type.IsSubclassOf(typeof(DiagnosticSuppressor))
           select (DiagnosticAnalyzer)Activator.CreateInstance(type)!,
    ];

    private static readonly ImmutableArray<DiagnosticAnalyzer> Nothing = [new IdleAnalyzer()];

    private CSharpCompilation _compilation = null!;

    [GlobalSetup]
    public void Setup() => _compilation = Sources.ChatServer();

    [Benchmark(Baseline = true)]
    public int Compile() => Analyze(Nothing);

    [Benchmark]
    public int CompileWithAllRules() => Analyze(Rules);

    // A copy has bound nothing yet.
    private int Analyze(ImmutableArray<DiagnosticAnalyzer> analyzers) =>
        _compilation.Clone().WithAnalyzers(analyzers).GetAllDiagnosticsAsync().GetAwaiter().GetResult().Length;

    /// <summary>An analyzer that asks for nothing: the driver's own cost belongs to the baseline.</summary>
#pragma warning disable RS1001 // It is handed over by hand.
    private sealed class IdleAnalyzer : DiagnosticAnalyzer
#pragma warning restore RS1001
    {
        private static readonly DiagnosticDescriptor Never = new("IDLE", "Idle", "Idle", "Idle", DiagnosticSeverity.Hidden, isEnabledByDefault: true);

        public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Never];

        public override void Initialize(AnalysisContext context)
        {
            context.EnableConcurrentExecution();
            context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        }
    }
}
