namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Runs analyzers over a solution, applies code fixes one by one and all at once, and compares what comes out with what is expected.</summary>
/// <typeparam name="TVerifier">How the test fails.</typeparam>
public abstract partial class CodeFixTest<TVerifier> : CodeActionTest<TVerifier>
    where TVerifier : IVerifier, new()
{
    protected CodeFixTest() => (FixedState, BatchFixedState) = (NewState(), NewState());

    /// <summary>Adds a source to the fixed state.</summary>
    public string? FixedCode { set => AddSource(FixedState, value); }

    /// <summary>Adds a source to the state that Fix All makes.</summary>
    public string? BatchFixedCode { set => AddSource(BatchFixedState, value); }

    /// <summary>What the fixes make of the test state one by one. While nothing is set here, no fix is run.</summary>
    public SolutionState FixedState { get; }

    /// <summary>What Fix All makes of it, as far as that differs from <see cref="FixedState"/>.</summary>
    public SolutionState BatchFixedState { get; }

    // How many rounds it takes: exactly as many or, negative, at most. Null one by one: at most one for each fixable diagnostic; in a document: for each document
    // with one; in a project: for each project that changes; in the solution: one, and its number goes for those of the other two scopes that are null.
    public int? NumberOfIncrementalIterations { get; set; }
    public int? NumberOfFixAllInDocumentIterations { get; set; }
    public int? NumberOfFixAllInProjectIterations { get; set; }
    public int? NumberOfFixAllIterations { get; set; }

    public CodeFixTestBehaviors CodeFixTestBehaviors { get; set; }

    protected abstract IEnumerable<CodeFixProvider> GetCodeFixProviders();

    /// <summary>With <see cref="CodeFixTestBehaviors.FixOne"/>, the diagnostic to fix: the first, or null for none.</summary>
    protected virtual Diagnostic? TrySelectDiagnosticToFix(ImmutableArray<Diagnostic> fixableDiagnostics) => fixableDiagnostics.FirstOrDefault();

    protected virtual CodeFixContext CreateCodeFixContext(Document document, TextSpan span, ImmutableArray<Diagnostic> diagnostics, Action<CodeAction, ImmutableArray<Diagnostic>> registerCodeFix, CancellationToken cancellationToken) =>
        new(document, span, diagnostics, registerCodeFix, cancellationToken);

    /// <summary>What a code fix handles is verified even where other diagnostics of the compiler are not.</summary>
    protected override bool IsCompilerDiagnosticIncluded(Diagnostic diagnostic, CompilerDiagnostics compilerDiagnostics) =>
        GetCodeFixProviders().Any(provider => provider.FixableDiagnosticIds.Contains(diagnostic.Id)) || base.IsCompilerDiagnosticIncluded(diagnostic, compilerDiagnostics);

    /// <summary>Verifies the test state, the fixes and what they leave.</summary>
    protected override async Task RunImplAsync(CancellationToken cancellationToken)
    {
        Verify.NotEmpty($"{nameof(TestState)}.{nameof(SolutionState.Sources)}", TestState.Sources);

        CodeFixProvider[] providers = [.. GetCodeFixProviders()];
        ImmutableArray<string> fixableIds = [.. providers.SelectMany(provider => provider.FixableDiagnosticIds)];
        var markup = CreateMarkup(fixableIds);
        var test = TestState.WithInheritedValues(baseState: null, fixableIds);
        var fixedState = FixedState.WithInheritedValues(test, fixableIds);
        var batchFixed = BatchFixedState.WithInheritedValues(fixedState, fixableIds);
        test = markup.Process(test, DefaultFilePath);
        fixedState = markup.Process(fixedState, DefaultFilePath);
        batchFixed = markup.Process(batchFixed, DefaultFilePath);

        await VerifyDiagnosticsAsync(test, Verify.PushContext("Diagnostics of test state"), cancellationToken);
        if (!FixedState.HasAnyContent && !BatchFixedState.HasAnyContent)
            return;

        var canFixAll = providers.Any(provider => provider.GetFixAllProvider() is not null);
        var runs = FixRuns(test, fixedState, batchFixed, fixableIds, canFixAll).Select(run => Task.Run(() => ApplyFixesAsync(run, cancellationToken), cancellationToken)).ToList();

        // All of them end before the first failure is reported: the workspaces are disposed right after it.
        await ((Task)Task.WhenAll(runs)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var run in runs)
            await run;

        await VerifyDiagnosticsAsync(fixedState, Verify.PushContext("Diagnostics of fixed state"), cancellationToken);
        if (BatchFixedState.HasAnyContent && !CodeFixTestBehaviors.HasFlag(CodeFixTestBehaviors.SkipFixAllCheck))
            await VerifyDiagnosticsAsync(batchFixed, Verify.PushContext("Diagnostics of batch fixed state"), cancellationToken);
    }

    /// <summary>The ways in which the fixes are applied, in the order in which their failures are reported.</summary>
    private IEnumerable<FixRun> FixRuns(SolutionState test, SolutionState fixedState, SolutionState batchFixed, ImmutableArray<string> fixableIds, bool canFixAll)
    {
        var changedProjects = test.CountProjectsThatDiffer(batchFixed);
        var fixable = test.ExpectedDiagnostics.FindAll(expected => fixableIds.Contains(expected.Id));
        var fixableDocuments = fixable.Where(expected => expected.HasLocation).Select(expected => expected.Spans[0].Span.Path).Distinct().Count();
        var languages = test.Projects.Select(project => project.Language).Distinct().Count();

        yield return Run("Iterative code fix application", scope: null, fixedState, NumberOfIncrementalIterations, test.CountProjectsThatDiffer(fixedState) == 0 ? 0 : fixable.Count);
        if (!canFixAll)
            yield break;

        if (!CodeFixTestBehaviors.HasFlag(CodeFixTestBehaviors.SkipFixAllInDocumentCheck))
            yield return Run("Fix all in document", FixAllScope.Document, batchFixed, NumberOfFixAllInDocumentIterations ?? NumberOfFixAllIterations, changedProjects == 0 ? 0 : fixableDocuments);
        if (!CodeFixTestBehaviors.HasFlag(CodeFixTestBehaviors.SkipFixAllInProjectCheck))
            yield return Run("Fix all in project", FixAllScope.Project, batchFixed, NumberOfFixAllInProjectIterations ?? NumberOfFixAllIterations, changedProjects);
        if (!CodeFixTestBehaviors.HasFlag(CodeFixTestBehaviors.SkipFixAllInSolutionCheck))
            yield return Run("Fix all in solution", FixAllScope.Solution, batchFixed, NumberOfFixAllIterations, changedProjects == 0 ? 0 : languages);

        // "At most one" would let a fix through that does nothing, so it means one.
        FixRun Run(string name, FixAllScope? scope, SolutionState expected, int? rounds, int mostRounds) =>
            new(name, scope, Evaluate(test), Evaluate(expected), (rounds ?? -mostRounds) is var number && number == -1 ? 1 : number);
    }
}
