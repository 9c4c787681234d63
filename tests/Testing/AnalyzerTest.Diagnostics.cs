using System.Collections.Concurrent;

namespace Microsoft.CodeAnalysis.Testing;

// Collects the diagnostics of a solution and verifies them.
public abstract partial class AnalyzerTest<TVerifier>
{
    private readonly ConcurrentDictionary<Diagnostic, byte> nonLocal = new();

    /// <summary>Whether a diagnostic of the compiler is verified.</summary>
    protected virtual bool IsCompilerDiagnosticIncluded(Diagnostic diagnostic, CompilerDiagnostics compilerDiagnostics) => compilerDiagnostics switch
    {
        CompilerDiagnostics.None => false,
        CompilerDiagnostics.Errors => diagnostic.Severity >= DiagnosticSeverity.Error,
        CompilerDiagnostics.Warnings => diagnostic.Severity >= DiagnosticSeverity.Warning,
        CompilerDiagnostics.Suggestions => diagnostic.Severity >= DiagnosticSeverity.Info,
        _ => true,
    };

    protected virtual AnalyzerOptions GetAnalyzerOptions(Project project) => project.AnalyzerOptions;

    /// <summary>The compilation of a project; there are no source generators here.</summary>
    protected virtual async Task<(Compilation compilation, ImmutableArray<Diagnostic> generatorDiagnostics)> GetProjectCompilationAsync(Project project, IVerifier verifier, CancellationToken cancellationToken) =>
        ((await project.GetCompilationAsync(cancellationToken))!, []);

    protected virtual CompilationWithAnalyzers CreateCompilationWithAnalyzers(Compilation compilation, ImmutableArray<DiagnosticAnalyzer> analyzers, AnalyzerOptions options, CancellationToken cancellationToken) =>
        compilation.WithAnalyzers(analyzers, new CompilationWithAnalyzersOptions(options, onAnalyzerException: null, concurrentAnalysis: true, logAnalyzerExecutionTime: false, reportSuppressedDiagnostics: true));

    /// <summary>Leaves diagnostics out of the comparison; by default none.</summary>
    protected virtual ImmutableArray<(Project project, Diagnostic diagnostic)> FilterDiagnostics(ImmutableArray<(Project project, Diagnostic diagnostic)> diagnostics) => diagnostics;

    /// <summary>Orders diagnostics by place and ID. Equal ones all stay: reporting twice is a mistake to be seen.</summary>
    protected virtual ImmutableArray<(Project project, Diagnostic diagnostic)> SortDistinctDiagnostics(ImmutableArray<(Project project, Diagnostic diagnostic)> diagnostics) =>
    [
        .. diagnostics
            .OrderBy(item => item.diagnostic.Location.GetLineSpan().Path, StringComparer.Ordinal)
            .ThenBy(item => item.diagnostic.Location.SourceSpan.Start)
            .ThenBy(item => item.diagnostic.Location.SourceSpan.End)
            .ThenBy(item => item.diagnostic.Id, StringComparer.Ordinal)
            .ThenBy(item => string.Join('\n', DiagnosticArguments.Of(item.diagnostic)), StringComparer.Ordinal),
    ];

    /// <summary>All diagnostics of a solution that the test verifies, in order.</summary>
    private protected async Task<ImmutableArray<(Project project, Diagnostic diagnostic)>> GetSortedDiagnosticsAsync(Solution solution, ImmutableArray<DiagnosticAnalyzer> analyzers, CompilerDiagnostics compilerDiagnostics, IVerifier verifier, CancellationToken cancellationToken)
    {
        var result = ImmutableArray.CreateBuilder<(Project, Diagnostic)>();
        foreach (var project in solution.Projects)
        {
            var (compilation, _) = await GetProjectCompilationAsync(project, verifier, cancellationToken);
            var analysis = CreateCompilationWithAnalyzers(compilation, analyzers, GetAnalyzerOptions(project), cancellationToken);
            var reported = await analysis.GetAnalysisResultAsync(cancellationToken);
            foreach (var diagnostic in reported.CompilationDiagnostics.Values.SelectMany(diagnostics => diagnostics))
                nonLocal.TryAdd(diagnostic, 0);

            foreach (var diagnostic in (await GetCompilerDiagnosticsAsync(project, compilation, analyzers, cancellationToken)).AddRange(reported.GetAllDiagnostics()))
            {
                var included = !diagnostic.Descriptor.CustomTags.Contains(WellKnownDiagnosticTags.Compiler) || IsCompilerDiagnosticIncluded(diagnostic, compilerDiagnostics);
                if (included && !IsSuppressedInSource(diagnostic, compilation))
                    result.Add((project, diagnostic));
            }
        }

        return SortDistinctDiagnostics(FilterDiagnostics(result.ToImmutable()));
    }

    /// <summary>The text of a failure about a diagnostic: what differs, then both as a test would write them.</summary>
    protected string FormatVerifierMessage(ImmutableArray<DiagnosticAnalyzer> analyzers, Diagnostic actual, DiagnosticResult expected, string message) =>
        $"""
        {message}

        Expected diagnostic:
            {DiagnosticText.Of(expected)}
        Actual diagnostic:
            {DiagnosticText.Of(actual)}

        """;

    /// <summary>Those of the compiler; suppressors see them only if they are run over them.</summary>
    private async Task<ImmutableArray<Diagnostic>> GetCompilerDiagnosticsAsync(Project project, Compilation compilation, ImmutableArray<DiagnosticAnalyzer> analyzers, CancellationToken cancellationToken)
    {
        var suppressors = analyzers.RemoveAll(analyzer => analyzer is not DiagnosticSuppressor);
        return suppressors.IsEmpty
            ? compilation.GetDiagnostics(cancellationToken)
            : await CreateCompilationWithAnalyzers(compilation, suppressors, GetAnalyzerOptions(project), cancellationToken).GetAllDiagnosticsAsync(cancellationToken);
    }

    /// <summary>True when an analyzer reported it while it looked at something else than its document, or at the end of the compilation: no editor would show it in time.</summary>
    private protected bool IsNonLocal(Diagnostic diagnostic) => nonLocal.ContainsKey(diagnostic);

    /// <summary>True for a pragma or an attribute, false for a suppressor: those are tested by expecting the suppressed diagnostic.</summary>
    private static bool IsSuppressedInSource(Diagnostic diagnostic, Compilation compilation)
    {
        if (!diagnostic.IsSuppressed)
            return false;

        // The same diagnostic without the suppression: what the source alone makes of it.
        var fresh = Diagnostic.Create(diagnostic.Descriptor, diagnostic.Location);
        return CompilationWithAnalyzers.GetEffectiveDiagnostics([fresh], compilation).All(effective => effective.IsSuppressed);
    }

    private async Task VerifyProjectsAsync(ImmutableArray<EvaluatedProjectState> projects, DiagnosticResult[] expected, IVerifier verifier, CancellationToken cancellationToken)
    {
        var analyzers = GetDiagnosticAnalyzers().ToImmutableArray();
        var project = await CreateProjectAsync(projects[0], projects[1..], cancellationToken);
        var diagnostics = await GetSortedDiagnosticsAsync(project.Solution, analyzers, CompilerDiagnostics, verifier, cancellationToken);
        ImmutableArray<Diagnostic> actual = [.. diagnostics.Select(item => item.diagnostic)];
        verifier.True(
            actual.Length == expected.Length,
            $"""
            Mismatch between number of diagnostics returned, expected "{expected.Length}" actual "{actual.Length}"

            Diagnostics:
            {DiagnosticText.List(actual)}

            """);

        foreach (var (diagnostic, result) in DiagnosticMatching.Pair(actual, expected))
        {
            if (DiagnosticComparison.Differences(diagnostic, result).FirstOrDefault() is { } difference)
                verifier.Fail(FormatVerifierMessage(analyzers, diagnostic, result, difference));
            DiagnosticVerifier?.Invoke(diagnostic, result, verifier);
        }
    }
}
