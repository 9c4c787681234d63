using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Files of a project, each with its path.</summary>
public class SourceFileCollection : List<(string filename, SourceText content)>
{
    /// <summary>Adds a file; its text has no encoding.</summary>
    public void Add((string filename, string content) file) => Add((file.filename, SourceText.From(file.content)));

    /// <summary>Adds a file as a source generator would name it.</summary>
    public void Add((Type sourceGeneratorType, string filename, string content) file) => Add((file.sourceGeneratorType, file.filename, SourceText.From(file.content)));

    /// <summary>Adds a file as a source generator would name it: in a folder of the generator's assembly and name.</summary>
    public void Add((Type sourceGeneratorType, string filename, SourceText content) file) =>
        Add((Path.Combine(file.sourceGeneratorType.Assembly.GetName().Name ?? "", file.sourceGeneratorType.FullName ?? "", file.filename), file.content));
}
