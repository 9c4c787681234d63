using System.Reflection;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Files of a project, each with its path. A text given as a string has no encoding.</summary>
public class SourceFileCollection : List<(string filename, SourceText content)>
{
    public void Add((string filename, string content) file) => Add((file.filename, SourceText.From(file.content)));
}

/// <summary>The sources of a project. A text without a path is named after the number of files before it.</summary>
/// <param name="defaultPrefix">What the names begin with, as <c>/0/Test</c>.</param>
/// <param name="defaultExtension">What the names end with, without the dot.</param>
public class SourceFileList(string defaultPrefix, string defaultExtension) : SourceFileCollection
{
    public void Add(string content) => Add(SourceText.From(content));
    public void Add(SourceText content) => Add((FormattableString.Invariant($"{defaultPrefix}{Count}.{defaultExtension}"), content));
}

/// <summary>References to assemblies, which may be given by the file.</summary>
public class MetadataReferenceCollection : List<MetadataReference>
{
    public void Add(Assembly assembly) => Add(assembly.Location);
    public void Add(string path) => Add(MetadataReference.CreateFromFile(path));
}

/// <summary>Further projects by name; asking for one that is not there makes it.</summary>
/// <param name="defaultLanguage">The language of a project named without one.</param>
/// <param name="defaultExtension">The extension of the projects' sources, without the dot.</param>
public class ProjectCollection(string defaultLanguage, string defaultExtension) : Dictionary<string, ProjectState>
{
    public new ProjectState this[string projectName] => this[projectName, defaultLanguage];

    public ProjectState this[string projectName, string language]
    {
        get
        {
            if (!TryGetValue(projectName, out var project))
                Add(projectName, project = new ProjectState(projectName, language, $"/{projectName}/Test", defaultExtension));
            return project;
        }
    }
}
