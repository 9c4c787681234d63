namespace Microsoft.CodeAnalysis.Testing.Model;

/// <summary>A project of a test with everything decided: inheritance, markup and the files that factories make.</summary>
public sealed record EvaluatedProjectState
{
    /// <summary>Evaluates a state.</summary>
    /// <param name="state">The state, without markup.</param>
    /// <param name="defaultReferenceAssemblies">The platform for a state that names none.</param>
    public EvaluatedProjectState(ProjectState state, ReferenceAssemblies defaultReferenceAssemblies)
    {
        Name = state.Name;
        AssemblyName = state.AssemblyName;
        Language = state.Language;
        ReferenceAssemblies = state.ReferenceAssemblies ?? defaultReferenceAssemblies;
        OutputKind = state.OutputKind;
        DocumentationMode = state.DocumentationMode;
        Sources = [.. state.Sources];
        AdditionalFiles = [.. state.AdditionalFiles, .. state.AdditionalFilesFactories.SelectMany(factory => factory())];
        AnalyzerConfigFiles = [.. state.AnalyzerConfigFiles];
        AdditionalProjectReferences = [.. state.AdditionalProjectReferences];
        AdditionalReferences = [.. state.AdditionalReferences];

        // "/0/" of "/0/Test": the folder of the project, which is no folder of its documents.
        Root = state.DefaultPrefix[..(state.DefaultPrefix.LastIndexOf('/') + 1)];
    }

    /// <summary>The name of the project.</summary>
    public string Name { get; }

    /// <summary>The name of its assembly.</summary>
    public string AssemblyName { get; }

    /// <summary>Its language.</summary>
    public string Language { get; }

    /// <summary>The platform it is compiled against.</summary>
    public ReferenceAssemblies ReferenceAssemblies { get; }

    /// <summary>What it is compiled to; null for what the test's compilation options say.</summary>
    public OutputKind? OutputKind { get; }

    /// <summary>How documentation comments are read; null for what the test's parse options say.</summary>
    public DocumentationMode? DocumentationMode { get; }

    /// <summary>The sources.</summary>
    public ImmutableArray<(string filename, SourceText content)> Sources { get; private init; }

    /// <summary>The additional files.</summary>
    public ImmutableArray<(string filename, SourceText content)> AdditionalFiles { get; }

    /// <summary>The analyzer configuration files.</summary>
    public ImmutableArray<(string filename, SourceText content)> AnalyzerConfigFiles { get; }

    /// <summary>Names of the projects it refers to.</summary>
    public ImmutableArray<string> AdditionalProjectReferences { get; }

    /// <summary>References beside those of the platform.</summary>
    public ImmutableArray<MetadataReference> AdditionalReferences { get; }

    private string Root { get; }

    /// <summary>The same project with other sources.</summary>
    public EvaluatedProjectState WithSources(ImmutableArray<(string filename, SourceText content)> sources) => this with { Sources = sources };

    /// <summary>The name and the folders a document with that path has in the project.</summary>
    internal (string Name, ImmutableArray<string> Folders) DocumentName(string path)
    {
        var relative = path.StartsWith(Root, StringComparison.Ordinal) ? path[Root.Length..] : path;
        var parts = relative.Split(['/', '\\'], StringSplitOptions.RemoveEmptyEntries);
        return (parts[^1], [.. parts[..^1]]);
    }
}
