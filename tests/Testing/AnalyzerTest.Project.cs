namespace Microsoft.CodeAnalysis.Testing;

// Makes the solution that is analyzed.
public abstract partial class AnalyzerTest<TVerifier>
{
    protected abstract CompilationOptions CreateCompilationOptions();

    protected abstract ParseOptions CreateParseOptions();

    protected virtual Task<Workspace> CreateWorkspaceImplAsync() => Task.FromResult<Workspace>(new AdhocWorkspace());

    /// <summary>The primary project, in a new solution with the transforms applied.</summary>
    protected async Task<Project> CreateProjectAsync(EvaluatedProjectState primaryProject, ImmutableArray<EvaluatedProjectState> additionalProjects, CancellationToken cancellationToken)
    {
        var project = await CreateProjectImplAsync(primaryProject, additionalProjects, cancellationToken);
        var solution = SolutionTransforms.Aggregate(project.Solution, (current, transform) => transform(current, project.Id));
        return ApplyCompilationOptions(solution.GetProject(project.Id)!);
    }

    /// <summary>The primary project, in a new solution with all documents and references.</summary>
    protected virtual async Task<Project> CreateProjectImplAsync(EvaluatedProjectState primaryProject, ImmutableArray<EvaluatedProjectState> additionalProjects, CancellationToken cancellationToken)
    {
        var ids = additionalProjects.Prepend(primaryProject).ToDictionary(state => state.Name, state => ProjectId.CreateNewId(state.Name));
        var solution = await CreateSolutionAsync(ids[primaryProject.Name], primaryProject, cancellationToken);
        foreach (var state in additionalProjects)
            solution = await AddProjectAsync(solution, ids[state.Name], state, cancellationToken);

        foreach (var state in additionalProjects.Prepend(primaryProject))
        {
            foreach (var name in state.AdditionalProjectReferences)
                solution = solution.AddProjectReference(ids[state.Name], new ProjectReference(ids[name]));
            solution = AddDocuments(solution, ids[state.Name], state);
        }

        return solution.GetProject(ids[primaryProject.Name])!;
    }

    /// <summary>A new solution with the primary project, without documents.</summary>
    protected virtual async Task<Solution> CreateSolutionAsync(ProjectId projectId, EvaluatedProjectState projectState, CancellationToken cancellationToken)
    {
        var workspace = await CreateWorkspaceAsync();
        var options = OptionsTransforms.Aggregate(workspace.Options, (current, transform) => transform(current));
        return await AddProjectAsync(workspace.CurrentSolution.WithOptions(options), projectId, projectState, cancellationToken);
    }

    /// <summary>Sets the severities the test depends on, unless the project sets them itself: all supported IDs are on, even those off by default.</summary>
    protected virtual Project ApplyCompilationOptions(Project project)
    {
        var severities = ImmutableDictionary.CreateBuilder<string, ReportDiagnostic>();
        foreach (var descriptor in GetDiagnosticAnalyzers().SelectMany(analyzer => analyzer.SupportedDiagnostics))
            severities[descriptor.Id] = descriptor.IsEnabledByDefault ? ReportDiagnostic.Default : Report(descriptor.DefaultSeverity);

        // The ID of an exception in an analyzer.
        severities["AD0001"] = ReportDiagnostic.Error;
        foreach (var id in DisabledDiagnostics)
            severities[id] = ReportDiagnostic.Suppress;

        var options = project.CompilationOptions!;
        return project.Solution.WithProjectCompilationOptions(project.Id, options.WithSpecificDiagnosticOptions(severities.ToImmutable().SetItems(options.SpecificDiagnosticOptions))).GetProject(project.Id)!;
    }

    private static ReportDiagnostic Report(DiagnosticSeverity severity) => severity switch
    {
        DiagnosticSeverity.Error => ReportDiagnostic.Error,
        DiagnosticSeverity.Warning => ReportDiagnostic.Warn,
        DiagnosticSeverity.Info => ReportDiagnostic.Info,
        _ => ReportDiagnostic.Hidden,
    };

    private static Solution AddDocuments(Solution solution, ProjectId projectId, EvaluatedProjectState state)
    {
        Add(state.Sources, (id, name, text, folders, path) => solution.AddDocument(id, name, text, folders, path));
        Add(state.AdditionalFiles, (id, name, text, folders, path) => solution.AddAdditionalDocument(id, name, text, folders, path));
        Add(state.AnalyzerConfigFiles, (id, name, text, folders, path) => solution.AddAnalyzerConfigDocument(id, name, text, folders, path));
        return solution;

        void Add(ImmutableArray<(string filename, SourceText content)> files, Func<DocumentId, string, SourceText, string[], string, Solution> add)
        {
            foreach (var (path, content) in files)
            {
                var (name, folders) = state.DocumentName(path);
                solution = add(DocumentId.CreateNewId(projectId, path), name, content, folders, path);
            }
        }
    }

    private async Task<Solution> AddProjectAsync(Solution solution, ProjectId projectId, EvaluatedProjectState state, CancellationToken cancellationToken)
    {
        var references = await state.ReferenceAssemblies.ResolveAsync(state.Language, cancellationToken);
        return solution.AddProject(ProjectInfo.Create(
            projectId,
            VersionStamp.Default,
            state.Name,
            state.AssemblyName,
            state.Language,
            compilationOptions: CreateCompilationOptions().WithOutputKind(state.OutputKind),
            parseOptions: CreateParseOptions().WithDocumentationMode(state.DocumentationMode),
            metadataReferences: references.AddRange(state.AdditionalReferences)));
    }
}
