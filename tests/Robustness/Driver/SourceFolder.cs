using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace WebSocketAnalyzers.Driver;

/// <summary>
/// A folder of loose C# as a solution, without restore or build: one project for each nearest <c>.csproj</c>, and one for the files that have none. What does not bind for
/// want of a package is left unbound, as it is in an editor before the restore.
/// </summary>
internal static partial class SourceFolder
{
    private static readonly string[] SdkUsings =
        ["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks"];

    private static readonly string[] WebUsings =
    [
        "System.Net.Http.Json", "Microsoft.AspNetCore.Builder", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Http", "Microsoft.AspNetCore.Routing",
        "Microsoft.Extensions.Configuration", "Microsoft.Extensions.DependencyInjection", "Microsoft.Extensions.Hosting", "Microsoft.Extensions.Logging",
    ];

    /// <summary>How everything is parsed: as the newest language, with the symbols of .NET 10.</summary>
    public static CSharpParseOptions ParseOptions { get; } = new(LanguageVersion.Preview, DocumentationMode.Parse, preprocessorSymbols: Symbols());

    /// <summary>The solution of a folder.</summary>
    public static Solution Open(string folder, IReadOnlyList<MetadataReference> references)
    {
        var root = Path.GetFullPath(folder);
        var projects = Directory.EnumerateFiles(root, "*.csproj", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        var files = Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Where(file => !LeftOut().IsMatch(file[root.Length..]))
            .Order(StringComparer.Ordinal)
            .ToLookup(file => Nearest(file, projects) ?? root);

        var solution = new AdhocWorkspace().CurrentSolution;
        var ids = files.ToDictionary(group => group.Key, group => ProjectId.CreateNewId(group.Key));
        foreach (var group in files)
            solution = Add(solution, ids[group.Key], group.Key, Path.GetRelativePath(Path.GetDirectoryName(root)!, group.Key), group, references);
        foreach (var (project, id) in ids)
        {
            // As the SDK does: what a referenced project references is seen as well.
            foreach (var referenced in Referenced(project).Where(ids.ContainsKey).Select(path => ids[path]).Where(other => other != id))
                solution = solution.AddProjectReference(id, new ProjectReference(referenced));
        }

        return solution;
    }

    private static Solution Add(Solution solution, ProjectId id, string project, string name, IEnumerable<string> files, IReadOnlyList<MetadataReference> references)
    {
        var settings = Settings(project);
        var texts = files.Select(file => (Path: file, Text: SourceText.From(File.ReadAllText(file), System.Text.Encoding.UTF8)))
            .Append((Path: Path.Combine(Path.GetDirectoryName(project)!, "GlobalUsings.g.cs"), Text: SourceText.From(Usings(settings))))
            .ToList();
        var isProgram = texts.Any(file => CSharpSyntaxTree.ParseText(file.Text, ParseOptions).GetCompilationUnitRoot().Members.Any(SyntaxKind.GlobalStatement));
        return solution.AddProject(ProjectInfo.Create(
            id, VersionStamp.Default, name, NotInNames().Replace(name, "_"), LanguageNames.CSharp, project,
            compilationOptions: new CSharpCompilationOptions(
                isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary,
                allowUnsafe: true,
                nullableContextOptions: Nullable().IsMatch(settings) ? NullableContextOptions.Enable : NullableContextOptions.Disable,
                specificDiagnosticOptions: Package.AllOn),
            parseOptions: ParseOptions,
            documents: texts.Select(file => DocumentInfo.Create(
                DocumentId.CreateNewId(id), Path.GetFileName(file.Path), loader: TextLoader.From(TextAndVersion.Create(file.Text, VersionStamp.Default, file.Path)), filePath: file.Path)),
            metadataReferences: references));
    }

    private static string? Nearest(string file, List<string> projects) => projects
        .Where(project => file.StartsWith(Path.GetDirectoryName(project) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        .MaxBy(project => Path.GetDirectoryName(project)!.Length);

    private static HashSet<string> Referenced(string project)
    {
        var seen = new HashSet<string>();
        var open = new Stack<string>([project]);
        while (open.TryPop(out var next))
        {
            if (!File.Exists(next))
                continue;
            foreach (Match match in Reference().Matches(File.ReadAllText(next)))
            {
                var path = Path.GetFullPath(match.Groups[1].Value.Replace('\\', '/'), Path.GetDirectoryName(next)!);
                if (seen.Add(path))
                    open.Push(path);
            }
        }

        return seen;
    }

    // The project file and every Directory.Build.props above it; nothing for loose files.
    private static string Settings(string project)
    {
        if (!File.Exists(project))
            return "";
        var text = File.ReadAllText(project);
        for (var folder = Path.GetDirectoryName(project); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var props = Path.Combine(folder, "Directory.Build.props");
            text += File.Exists(props) ? File.ReadAllText(props) : "";
        }

        return text;
    }

    // Projects that do not enable implicit usings may well break with them (ambiguous names); loose files say nothing of it, and mostly need them.
    private static string Usings(string settings)
    {
        var implicitly = settings.Length == 0 || ImplicitUsings().IsMatch(settings);
        var web = settings.Length == 0 || settings.Contains("Microsoft.NET.Sdk.Web", StringComparison.Ordinal);
        return "// <auto-generated/>\n" + string.Concat(
            (implicitly ? web ? SdkUsings.Concat(WebUsings) : SdkUsings : []).Concat(Using().Matches(settings).Select(match => match.Groups[1].Value)).Distinct()
                .Select(name => $"global using {name};\n"));
    }

    private static IEnumerable<string> Symbols() =>
    [
        "TRACE", "NET", "NET10_0", "NETCOREAPP", "NETSTANDARD2_0_OR_GREATER", "NETSTANDARD2_1_OR_GREATER",
        .. Enumerable.Range(5, 6).Select(version => $"NET{version}_0_OR_GREATER"),
        .. new[] { "2_0", "2_1", "3_0", "3_1" }.Select(version => $"NETCOREAPP{version}_OR_GREATER"),
    ];

    // Build output, and what generators and designers write.
    [GeneratedRegex(@"[\\/](bin|obj)[\\/]|\.(designer|g|g\.i|generated|AssemblyAttributes)\.cs$", RegexOptions.IgnoreCase)]
    private static partial Regex LeftOut();

    [GeneratedRegex("<ProjectReference\\s+Include=\"([^\"]+)\"")]
    private static partial Regex Reference();

    [GeneratedRegex("<Using\\s+Include=\"([\\w.]+)\"\\s*/>")]
    private static partial Regex Using();

    [GeneratedRegex(@"<ImplicitUsings>\s*(enable|true)", RegexOptions.IgnoreCase)]
    private static partial Regex ImplicitUsings();

    [GeneratedRegex(@"<Nullable>\s*enable", RegexOptions.IgnoreCase)]
    private static partial Regex Nullable();

    [GeneratedRegex(@"[^\w.]")]
    private static partial Regex NotInNames();
}
