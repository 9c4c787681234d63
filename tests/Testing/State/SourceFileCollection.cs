namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Files of a project, each with its path.</summary>
public class SourceFileCollection : List<(string filename, SourceText content)>
{
    /// <summary>Adds a file; its text has no encoding.</summary>
    public void Add((string filename, string content) file) => Add((file.filename, SourceText.From(file.content)));
}
