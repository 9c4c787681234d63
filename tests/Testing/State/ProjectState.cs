namespace Microsoft.CodeAnalysis.Testing;

/// <summary>What a project of a test is made of.</summary>
/// <param name="name">The name of the project and its assembly.</param>
/// <param name="language">Its language.</param>
/// <param name="defaultPrefix">What the paths of sources without one begin with.</param>
/// <param name="defaultExtension">What they end with, without the dot.</param>
public class ProjectState(string name, string language, string defaultPrefix, string defaultExtension)
{
    public string Name { get; } = name;
    public string AssemblyName => Name;
    public string Language { get; } = language;

    /// <summary>The platform it is compiled against; null for that of the test.</summary>
    public ReferenceAssemblies? ReferenceAssemblies { get; set; }

    /// <summary>What it is compiled to; null for a library.</summary>
    public OutputKind? OutputKind { get; set; }

    /// <summary>How documentation comments are read; null for with diagnostics.</summary>
    public DocumentationMode? DocumentationMode { get; set; }

    public SourceFileList Sources { get; } = new(defaultPrefix, defaultExtension);
    public SourceFileCollection AdditionalFiles { get; } = [];
    public SourceFileCollection AnalyzerConfigFiles { get; } = [];

    /// <summary>Make further additional files when the project is made.</summary>
    public List<Func<IEnumerable<(string filename, SourceText content)>>> AdditionalFilesFactories { get; } = [];

    /// <summary>Names of projects this one refers to.</summary>
    public List<string> AdditionalProjectReferences { get; } = [];

    public MetadataReferenceCollection AdditionalReferences { get; } = [];
    internal string DefaultPrefix { get; } = defaultPrefix;
    internal string DefaultExtension { get; } = defaultExtension;

    /// <summary>True when it has files, or something that makes them.</summary>
    internal virtual bool HasAnyContent => AdditionalFilesFactories.Count > 0 || FileCollections.Any(files => files.Count > 0);

    /// <summary>The kinds of files that markup is read in.</summary>
    internal IEnumerable<SourceFileCollection> FileCollections => [Sources, AdditionalFiles, AnalyzerConfigFiles];

    /// <summary>Takes from another state whatever this one does not set; of a collection all or nothing.</summary>
    internal void FillFrom(ProjectState source)
    {
        ReferenceAssemblies ??= source.ReferenceAssemblies;
        OutputKind ??= source.OutputKind;
        DocumentationMode ??= source.DocumentationMode;
        Fill(AdditionalFilesFactories, source.AdditionalFilesFactories);
        Fill(AdditionalProjectReferences, source.AdditionalProjectReferences);
        Fill(AdditionalReferences, source.AdditionalReferences);
        foreach (var (target, files) in FileCollections.Zip(source.FileCollections))
            Fill(target, files);
    }

    /// <summary>True when both have the same files: paths, texts and encodings.</summary>
    internal bool HasSameFilesAs(ProjectState other) => FileCollections.Zip(other.FileCollections).All(pair => SameFiles(pair.First, pair.Second));

    /// <summary>True when it sets files of some kind and they are not those of the base state.</summary>
    internal bool SetsFilesOtherThan(ProjectState baseState) => FileCollections.Zip(baseState.FileCollections).Any(pair => pair.First.Count > 0 && !SameFiles(pair.First, pair.Second));

    private protected static void Fill<T>(List<T> target, List<T> source)
    {
        if (target.Count == 0)
            target.AddRange(source);
    }

    private static bool SameFiles(SourceFileCollection first, SourceFileCollection second) =>
        first.Select(Facts).SequenceEqual(second.Select(Facts));

    private static (string, string, System.Text.Encoding?) Facts((string filename, SourceText content) file) => (file.filename, file.content.ToString(), file.content.Encoding);
}
