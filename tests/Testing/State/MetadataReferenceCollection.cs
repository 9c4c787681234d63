using System.Reflection;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>References to assemblies.</summary>
public class MetadataReferenceCollection : List<MetadataReference>
{
    /// <summary>Adds the file an assembly was loaded from.</summary>
    public void Add(Assembly assembly) => Add(assembly.Location);

    /// <summary>Adds a file.</summary>
    public void Add(string path) => Add(MetadataReference.CreateFromFile(path));
}
