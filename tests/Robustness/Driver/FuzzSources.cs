using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace WebSocketAnalyzers.Driver;

/// <summary>What is mutated: the snippets of the page of rules, the corpus and the samples, each a project of its own.</summary>
internal sealed partial class FuzzSources
{
    private const string Usings = """
        global using System; global using System.Collections.Concurrent; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Net; global using System.Net.Sockets; global using System.Net.WebSockets; global using System.Text; global using System.Threading; global using System.Threading.Tasks;
        global using Microsoft.AspNetCore.Builder; global using Microsoft.AspNetCore.Http; global using Microsoft.Extensions.DependencyInjection; global using Microsoft.Extensions.Hosting; global using Microsoft.Extensions.Logging;
        """;

    /// <summary>The name of the document that is never mutated.</summary>
    public const string UsingsFile = "Usings.cs";

    /// <summary>The name of the project with the mistakes in it.</summary>
    public const string Sample = "ChatServer";

    private FuzzSources(string root)
    {
        var page = Snippet().Matches(File.ReadAllText(Path.Combine(root, "rules.md"))).Select((match, at) => Project($"page{at}", [($"page{at}.cs", match.Groups[1].Value)]));
        var corpus = Sources(Path.Combine(root, "tests", "Corpus")).Select(file => Project(file.Name, [file]));
        var samples = new[] { Sample, "ChatServer.Fixed" }.Select(name => Project(name, [.. Sources(Path.Combine(root, "samples", name))]));
        All = [.. page, .. corpus, .. samples];
    }

    /// <summary>The sources below a root folder of this repository.</summary>
    public static FuzzSources Open(string root) => new(root);

    /// <summary>One project for each source.</summary>
    public IReadOnlyList<Project> All { get; }

    private static Project Project(string name, (string Name, string Text)[] files)
    {
        var id = ProjectId.CreateNewId();
        var isProgram = files.Any(file => CSharpSyntaxTree.ParseText(file.Text, SourceFolder.ParseOptions).GetCompilationUnitRoot().Members.Any(SyntaxKind.GlobalStatement));
        var solution = new AdhocWorkspace().CurrentSolution.AddProject(ProjectInfo.Create(
            id, VersionStamp.Default, name, "Fuzz", LanguageNames.CSharp,
            compilationOptions: new CSharpCompilationOptions(
                isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, specificDiagnosticOptions: Package.AllOn),
            parseOptions: SourceFolder.ParseOptions,
            metadataReferences: ReferencePacks.All));
        foreach (var (file, text) in files.Append((UsingsFile, Usings)))
            solution = solution.AddDocument(DocumentId.CreateNewId(id), file, text, filePath: "/" + file);
        return solution.GetProject(id)!;
    }

    private static IEnumerable<(string Name, string Text)> Sources(string folder) => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
        .Where(path => !path[folder.Length..].Contains("/obj/", StringComparison.Ordinal) && !path[folder.Length..].Contains("/bin/", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal)
        .Select(path => (Path.GetRelativePath(folder, path).Replace('\\', '/'), File.ReadAllText(path).ReplaceLineEndings("\n")));

    [GeneratedRegex(@"^```csharp\r?\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Snippet();
}
