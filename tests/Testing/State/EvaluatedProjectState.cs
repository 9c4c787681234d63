namespace Microsoft.CodeAnalysis.Testing.Model;

/// <summary>A project of a test with everything decided: inheritance, markup and the files that factories make.</summary>
/// <param name="state">The state, without markup.</param>
/// <param name="defaultReferenceAssemblies">The platform for a state that names none.</param>
public sealed class EvaluatedProjectState(ProjectState state, ReferenceAssemblies defaultReferenceAssemblies)
{
    // "/0/" of "/0/Test": the folder of the project, which is no folder of its documents.
    private readonly string root = state.DefaultPrefix[..(state.DefaultPrefix.LastIndexOf('/') + 1)];

    public string Name { get; } = state.Name;
    public string AssemblyName { get; } = state.AssemblyName;
    public string Language { get; } = state.Language;
    public ReferenceAssemblies ReferenceAssemblies { get; } = state.ReferenceAssemblies ?? defaultReferenceAssemblies;
    public OutputKind OutputKind { get; } = state.OutputKind ?? OutputKind.DynamicallyLinkedLibrary;
    public DocumentationMode DocumentationMode { get; } = state.DocumentationMode ?? DocumentationMode.Diagnose;
    public ImmutableArray<(string filename, SourceText content)> Sources { get; private set; } = [.. state.Sources];
    public ImmutableArray<(string filename, SourceText content)> AdditionalFiles { get; } = [.. state.AdditionalFiles, .. state.AdditionalFilesFactories.SelectMany(factory => factory())];
    public ImmutableArray<(string filename, SourceText content)> AnalyzerConfigFiles { get; } = [.. state.AnalyzerConfigFiles];
    public ImmutableArray<string> AdditionalProjectReferences { get; } = [.. state.AdditionalProjectReferences];
    public ImmutableArray<MetadataReference> AdditionalReferences { get; } = [.. state.AdditionalReferences];

    /// <summary>The same project with other sources.</summary>
    public EvaluatedProjectState WithSources(ImmutableArray<(string filename, SourceText content)> sources)
    {
        var copy = (EvaluatedProjectState)MemberwiseClone();
        copy.Sources = sources;
        return copy;
    }

    /// <summary>The name and the folders a document with that path has in the project.</summary>
    internal (string Name, string[] Folders) DocumentName(string path)
    {
        var relative = path.StartsWith(root, StringComparison.Ordinal) ? path[root.Length..] : path;
        var parts = relative.Split(['/', '\\'], StringSplitOptions.RemoveEmptyEntries);
        return (parts[^1], parts[..^1]);
    }
}
