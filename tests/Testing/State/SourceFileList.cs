namespace Microsoft.CodeAnalysis.Testing;

/// <summary>The sources of a project. A text without a path is named after the number of files before it.</summary>
/// <param name="defaultPrefix">What the names begin with, as <c>/0/Test</c>.</param>
/// <param name="defaultExtension">What the names end with, without the dot.</param>
public class SourceFileList(string defaultPrefix, string defaultExtension) : SourceFileCollection
{
    /// <summary>Adds a file; its text has no encoding.</summary>
    public void Add(string content) => Add(SourceText.From(content));

    /// <summary>Adds a file.</summary>
    public void Add(SourceText content) => Add((FormattableString.Invariant($"{defaultPrefix}{Count}.{defaultExtension}"), content));
}
