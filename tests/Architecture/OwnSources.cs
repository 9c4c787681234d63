using System.Collections.Concurrent;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace WebSocketAnalyzers.Tests.Architecture;

/// <summary>The project's own projects as compilations, each made once, over what this test run has loaded and, from source, over each other.</summary>
internal static class OwnSources
{
    /// <summary>The file of the analyzers' project.</summary>
    public const string Analyzers = "analyzers/WebSocketAnalyzers.csproj";

    /// <summary>The file of the fixes' project.</summary>
    public const string CodeFixes = "codefixes/WebSocketAnalyzers.CodeFixes.csproj";

    /// <summary>The file of the tests' project.</summary>
    public const string Tests = "tests/WebSocketAnalyzers.Tests.csproj";

    private static readonly CSharpParseOptions Parse = new(LanguageVersion.Latest);

    private static readonly ConcurrentDictionary<string, Lazy<CSharpCompilation>> Compilations = new();

    /// <summary>The version of C# that the sources are written in: an older compiler cannot read them.</summary>
    public const int Language = 12;

    /// <summary>All project files, as paths from the root with forward slashes.</summary>
    public static IReadOnlyList<string> Projects { get; } = new[] { "analyzers", "codefixes", "tests" }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.csproj", SearchOption.AllDirectories))
        .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
        .Order(StringComparer.Ordinal)
        .ToList();

    /// <summary>The compilation of a project; the paths of its trees are paths from the root.</summary>
    public static CSharpCompilation Of(string project) => Compilations.GetOrAdd(project, project => new(() => Compile(project))).Value;

    private static CSharpCompilation Compile(string project)
    {
        var items = XDocument.Parse(Repository.Read(project)).Descendants().Where(item => item.Attribute("Include") is not null).ToLookup(item => item.Name.LocalName);
        var folder = FolderOf(project);
        // As paths seen from the project's folder; what its compiler only runs is no reference.
        var references = items["ProjectReference"].Where(item => (string?)item.Attribute("ReferenceOutputAssembly") != "false")
            .Select(item => Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Combine(Repository.Root, folder, (string)item.Attribute("Include")!))).Replace('\\', '/'))
            .Where(Projects.Contains)
            .Select(Of)
            .ToList();
        var name = Path.GetFileNameWithoutExtension(project);
        var fromSource = references.Select(reference => reference.AssemblyName).Append(name).ToHashSet();
        var assemblies = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => !fromSource.Contains(Path.GetFileNameWithoutExtension(path)))
            .Select(MetadataReference (path) => MetadataReference.CreateFromFile(path));

        string[] usings = ["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks", .. items["Using"].Select(item => (string)item.Attribute("Include")!)];
        var fromProject = string.Concat(usings.Select(space => $"global using {space};\n"))
            + string.Concat(items["InternalsVisibleTo"].Select(item => $"[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"{(string)item.Attribute("Include")!}\")]\n"));
        return CSharpCompilation.Create(
            name,
            FilesOf(folder).Select(path => CSharpSyntaxTree.ParseText(Repository.Read(path), Parse, path)).Append(CSharpSyntaxTree.ParseText(fromProject, Parse, project)),
            assemblies.Concat(references.Select(reference => reference.ToMetadataReference())),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true));
    }

    /// <summary>The sources of a project: those below its folder that are not another project's, and not of the corpus, which is only read.</summary>
    private static IEnumerable<string> FilesOf(string folder)
    {
        var others = Projects.Select(FolderOf).Where(other => other.Length > folder.Length && other.StartsWith(folder, StringComparison.Ordinal)).Append("tests/Corpus/").ToList();
        return Repository.Sources(folder).Where(path => !others.Any(other => path.StartsWith(other, StringComparison.Ordinal)));
    }

    private static string FolderOf(string project) => project[..(project.LastIndexOf('/') + 1)];
}
