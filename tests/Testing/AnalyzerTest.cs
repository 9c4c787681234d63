using System.Collections.Concurrent;
using Microsoft.CodeAnalysis.Options;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Runs analyzers over a solution and compares what they report with what is expected.</summary>
/// <typeparam name="TVerifier">How the test fails.</typeparam>
public abstract partial class AnalyzerTest<TVerifier>
    where TVerifier : IVerifier, new()
{
    private readonly ConcurrentBag<Workspace> workspaces = [];

    protected AnalyzerTest() => TestState = NewState();

    /// <summary>Adds a source to the test state.</summary>
    public string? TestCode { set => AddSource(TestState, value); }

    public SolutionState TestState { get; }
    public List<DiagnosticResult> ExpectedDiagnostics => TestState.ExpectedDiagnostics;
    public CompilerDiagnostics CompilerDiagnostics { get; set; } = CompilerDiagnostics.Errors;
    public MarkupOptions MarkupOptions { get; set; }
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

    public abstract string Language { get; }
    protected static TVerifier Verify { get; } = new();
    protected virtual string DefaultFilePathPrefix => "/0/Test";
    protected abstract string DefaultFileExt { get; }
    protected virtual string DefaultFilePath => $"{DefaultFilePathPrefix}0.{DefaultFileExt}";
    protected virtual string DefaultTestProjectName => "TestProject";

    /// <summary>Runs the test; the workspaces it makes live as long.</summary>
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

    public async Task<Workspace> CreateWorkspaceAsync()
    {
        var workspace = await CreateWorkspaceImplAsync();
        workspaces.Add(workspace);
        return workspace;
    }

    protected virtual async Task RunImplAsync(CancellationToken cancellationToken)
    {
        Verify.NotEmpty($"{nameof(TestState)}.{nameof(SolutionState.Sources)}", TestState.Sources);
        var state = CreateMarkup([]).Process(TestState.WithInheritedValues(baseState: null, []), DefaultFilePath);
        await VerifyDiagnosticsAsync(state, Verify, cancellationToken);
    }

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
