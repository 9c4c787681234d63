using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using Xunit;

namespace WebSocketAnalyzers.EndToEnd;

/// <summary>What is in the nupkg, and what its dlls ask of a host.</summary>
public class PackageTests
{
    private readonly PackedPackage _package;

    public PackageTests(PackedPackage package) => _package = package;

    private string Nupkg => Path.Combine(_package.Feed, $"WebSocketAnalyzers.{_package.Version}.nupkg");

    [Fact]
    public void Package_holds_both_dlls_and_the_readme_and_nothing_else()
    {
        using var archive = ZipFile.OpenRead(Nupkg);

        var entries = archive.Entries.Select(entry => entry.FullName)
            .Where(name => name != "[Content_Types].xml" && !name.StartsWith("_rels/", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

        Assert.Equal(
            ["README.md", "WebSocketAnalyzers.nuspec", "analyzers/dotnet/cs/WebSocketAnalyzers.CodeFixes.dll", "analyzers/dotnet/cs/WebSocketAnalyzers.dll"],
            entries);
    }

    [Fact]
    public void Package_is_a_development_dependency_without_dependencies()
    {
        using var archive = ZipFile.OpenRead(Nupkg);
        using var stream = archive.GetEntry("WebSocketAnalyzers.nuspec")!.Open();
        var metadata = XDocument.Load(stream).Root!.Elements().Single(element => element.Name.LocalName == "metadata");

        Assert.Equal("true", Value("developmentDependency"));
        Assert.Equal("README.md", Value("readme"));
        Assert.Equal("MIT", Value("license"));
        Assert.DoesNotContain(metadata.Descendants(), element => element.Name.LocalName == "dependency");

        string? Value(string name) => metadata.Elements().SingleOrDefault(element => element.Name.LocalName == name)?.Value;
    }

    [Fact]
    public void Dlls_ask_for_nothing_newer_than_the_oldest_host_has()
    {
        // The assembly versions that Roslyn 4.5 itself is built with (.NET SDK 7.0.200, Visual Studio 2022 17.5).
        var offered = new Dictionary<string, Version>
        {
            ["netstandard"] = new(2, 0, 0, 0),
            ["Microsoft.CodeAnalysis"] = new(4, 5, 0, 0),
            ["Microsoft.CodeAnalysis.CSharp"] = new(4, 5, 0, 0),
            ["Microsoft.CodeAnalysis.Workspaces"] = new(4, 5, 0, 0),
            ["Microsoft.CodeAnalysis.CSharp.Workspaces"] = new(4, 5, 0, 0),
            ["System.Collections.Immutable"] = new(6, 0, 0, 0),
            ["System.Reflection.Metadata"] = new(6, 0, 0, 0),
        };
        using var archive = ZipFile.OpenRead(Nupkg);
        var dlls = archive.Entries.Where(entry => entry.Name.EndsWith(".dll", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, dlls.Count);
        foreach (var dll in dlls)
        {
            foreach (var (name, version) in ReferencesOf(dll).Where(reference => !reference.Name.StartsWith("WebSocketAnalyzers", StringComparison.Ordinal)))
                Assert.True(offered.TryGetValue(name, out var known) && version <= known, $"{dll.Name} references {name} {version}");
        }
    }

    private static List<(string Name, Version Version)> ReferencesOf(ZipArchiveEntry dll)
    {
        using var stream = new MemoryStream();
        using (var entry = dll.Open())
            entry.CopyTo(stream);
        stream.Position = 0;
        using var image = new PEReader(stream);
        var reader = image.GetMetadataReader();
        return [.. reader.AssemblyReferences.Select(reader.GetAssemblyReference).Select(reference => (reader.GetString(reference.Name), reference.Version))];
    }
}
