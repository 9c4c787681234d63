using System.Collections.Concurrent;
using Microsoft.CodeAnalysis.Options;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Runs analyzers over a solution and compares what they report with what is expected.</summary>
/// <typeparam name="TVerifier">How the test fails.</typeparam>
public abstract partial class AnalyzerTest<TVerifier>
    where TVerifier : IVerifier, new()
{
    private readonly ConcurrentBag<Workspace> workspaces = [];

    /// <summary>A test without sources.</summary>
    protected AnalyzerTest() => TestState = NewState();

    /// <summary>Adds a source to the test state.</summary>
    public string? TestCode { set => AddSource(TestState, value); }

    /// <summary>The solution to analyze and what is expected in it.</summary>
    public SolutionState TestState { get; }

    /// <summary>The diagnostics expected in the test state.</summary>
    public List<DiagnosticResult> ExpectedDiagnostics => TestState.ExpectedDiagnostics;

    /// <summary>Which of the compiler's diagnostics are verified.</summary>
    public CompilerDiagnostics CompilerDiagnostics { get; set; } = CompilerDiagnostics.Errors;

    /// <summary>How markup is read.</summary>
    public MarkupOptions MarkupOptions { get; set; }

    /// <summary>What is left out.</summary>
    public TestBehaviors TestBehaviors { get; set; }

    /// <summary>IDs that are switched off.</summary>
    public List<string> DisabledDiagnostics { get; } = [];

    /// <summary>The platform of projects that name none.</summary>
    public ReferenceAssemblies ReferenceAssemblies { get; set; } = ReferenceAssemblies.Default;

    /// <summary>Verifies more about each diagnostic; null for nothing.</summary>
    public Action<Diagnostic, DiagnosticResult, IVerifier>? DiagnosticVerifier { get; set; }

    /// <summary>Change the options of the workspace, in order.</summary>
    public List<Func<OptionSet, OptionSet>> OptionsTransforms { get; } = [];

    /// <summary>Change the solution, in order; given the ID of the primary project.</summary>
    public List<Func<Solution, ProjectId, Solution>> SolutionTransforms { get; } = [];

    /// <summary>The language of the primary project.</summary>
    public abstract string Language { get; }

    /// <summary>Makes failures.</summary>
    protected static TVerifier Verify { get; } = new();

    /// <summary>What the paths of sources without one begin with.</summary>
    protected virtual string DefaultFilePathPrefix => "/0/Test";

    /// <summary>What they end with, without the dot.</summary>
    protected abstract string DefaultFileExt { get; }

    /// <summary>The path of the first of them.</summary>
    protected virtual string DefaultFilePath => $"{DefaultFilePathPrefix}0.{DefaultFileExt}";

    /// <summary>The name of the primary project.</summary>
    protected virtual string DefaultTestProjectName => "TestProject";

    /// <summary>Runs the test.</summary>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await RunImplAsync(cancellationToken);
        }
        finally
        {
            while (workspaces.TryTake(out var workspace))
                workspace.Dispose();
        }
    }

    /// <summary>A workspace that lives as long as the run of the test.</summary>
    public async Task<Workspace> CreateWorkspaceAsync()
    {
        var workspace = await CreateWorkspaceImplAsync();
        workspaces.Add(workspace);
        return workspace;
    }

    /// <summary>Verifies the diagnostics of the test state.</summary>
    protected virtual async Task RunImplAsync(CancellationToken cancellationToken)
    {
        Verify.NotEmpty($"{nameof(TestState)}.{nameof(SolutionState.Sources)}", TestState.Sources);
        var state = CreateMarkup([]).Process(TestState.WithInheritedValues(baseState: null, []), DefaultFilePath);
        await VerifyDiagnosticsAsync(state, Verify, cancellationToken);
    }

    /// <summary>The analyzers to run.</summary>
    protected abstract IEnumerable<DiagnosticAnalyzer> GetDiagnosticAnalyzers();

    /// <summary>What markup without an ID means: the only descriptor of the first analyzer; null when it has several.</summary>
    protected internal virtual DiagnosticDescriptor? GetDefaultDiagnostic(DiagnosticAnalyzer[] analyzers)
    {
        var descriptors = analyzers.FirstOrDefault()?.SupportedDiagnostics ?? [];
        return descriptors.Length == 1 || MarkupOptions.HasFlag(MarkupOptions.UseFirstDescriptor) ? descriptors.FirstOrDefault() : null;
    }

    private protected Task VerifyDiagnosticsAsync(SolutionState state, IVerifier verifier, CancellationToken cancellationToken)
    {
        var projects = Evaluate(state);
        return VerifyDiagnosticsAsync(projects[0], projects[1..], [.. state.ExpectedDiagnostics], verifier, cancellationToken);
    }

    /// <summary>A test may set null for "no such source".</summary>
    private protected static void AddSource(SolutionState state, string? code)
    {
        if (code is not null)
            state.Sources.Add(code);
    }

    private protected SolutionState NewState() => new(DefaultTestProjectName, Language, DefaultFilePathPrefix, DefaultFileExt);

    private protected StateMarkup CreateMarkup(ImmutableArray<string> fixableIds)
    {
        DiagnosticAnalyzer[] analyzers = [.. GetDiagnosticAnalyzers()];
        return new StateMarkup(MarkupOptions, GetDefaultDiagnostic(analyzers), [.. analyzers.SelectMany(analyzer => analyzer.SupportedDiagnostics)], fixableIds);
    }

    /// <summary>The projects of a state, the primary one first.</summary>
    private protected ImmutableArray<EvaluatedProjectState> Evaluate(SolutionState state) =>
        [.. state.Projects.Select(project => new EvaluatedProjectState(project, ReferenceAssemblies))];
}
