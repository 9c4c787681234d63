using System.Text;
using BenchmarkDotNet.Attributes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Flow;

namespace WebSocketAnalyzers.Benchmarks;

/// <summary>Which locks are held where in a method of 5,000 lines with 100 waits, each followed by itself. Budget: 50 ms.</summary>
public class HeldLocksBenchmark
{
    private const int Waits = 100;
    private const int BranchesPerWait = 11;

    private ControlFlowGraph _graph = null!;
    private Locks _locks = null!;

    [GlobalSetup]
    public void Setup()
    {
        var text = new StringBuilder("class Session { SemaphoreSlim _gate = new(1, 1); bool _flag; void Step() { } async Task RunAsync() {\n");
        for (var wait = 0; wait < Waits; wait++)
        {
            text.Append("if (!await _gate.WaitAsync(100)) return;\ntry\n{\n");
            for (var branch = 0; branch < BranchesPerWait; branch++)
                text.Append("if (_flag)\n{\nStep();\n}\n");
            text.Append("}\nfinally\n{\n_gate.Release();\n}\n");
        }

        var compilation = Sources.Compile(text.Append("} }").ToString());
        var tree = compilation.SyntaxTrees[1];
        var declaration = tree.GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>().Single(method => method.Identifier.ValueText == "RunAsync");
        _graph = ControlFlowGraph.Create((IMethodBodyOperation)compilation.GetSemanticModel(tree).GetOperation(declaration)!);
        _locks = ConnectionModel.For(compilation, new AnalyzerOptions([]), CancellationToken.None).Locks;
    }

    [Benchmark]
    public int Leaks()
    {
        var leaks = 0;
        var held = HeldLocks.In(_graph, _locks, CancellationToken.None)!;
        foreach (var acquisition in held.Acquisitions)
            leaks += held.Of(acquisition, CancellationToken.None).FirstLeak(CancellationToken.None) is null ? 0 : 1;
        return leaks;
    }
}
