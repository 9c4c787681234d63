namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Further projects by name; asking for one that is not there makes it.</summary>
/// <param name="defaultLanguage">The language of a project named without one.</param>
/// <param name="defaultExtension">The extension of the projects' sources, without the dot.</param>
public class ProjectCollection(string defaultLanguage, string defaultExtension) : Dictionary<string, ProjectState>
{
    /// <summary>The project of that name.</summary>
    public new ProjectState this[string projectName] => this[projectName, defaultLanguage];

    /// <summary>The project of that name, made in the language if it is not there.</summary>
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
