using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using WebSocketAnalyzers.CodeFixes;

namespace WebSocketAnalyzers.Tests.Architecture;

/// <summary>What the architecture tests look at: the rules and fixes by reflection, the files by path.</summary>
internal static class Repository
{
    /// <summary>The root folder.</summary>
    public static string Root { get; } =
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "RepositoryRoot").Value!;

    /// <summary>Every rule, by id.</summary>
    public static IReadOnlyList<RulePlaces> Rules { get; } = typeof(ConnectionAnalyzer).Assembly.GetTypes()
        .Where(type => type.Name.EndsWith("Rule", StringComparison.Ordinal) && !type.IsNested && type.GetField("Descriptor") is not null)
        .Select(type => new RulePlaces(type, (DiagnosticDescriptor)type.GetField("Descriptor")!.GetValue(null)!))
        .OrderBy(rule => rule.Id, StringComparer.Ordinal)
        .ToList();

    /// <summary>Every fix of the package.</summary>
    public static IReadOnlyList<Type> Fixes { get; } = typeof(ConnectionCodeFix).Assembly.GetTypes()
        .Where(type => !type.IsAbstract && typeof(CodeFixProvider).IsAssignableFrom(type))
        .ToList();

    /// <summary>The rule with an id.</summary>
    public static RulePlaces Rule(string id) => Rules.First(rule => rule.Id == id);

    /// <summary>The text of a file, by its path from the root, with <c>\n</c> at the ends of its lines.</summary>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path)).ReplaceLineEndings("\n");

    /// <summary>Whether there is a file with this path from the root.</summary>
    public static bool Has(string path) => File.Exists(Path.Combine(Root, path));

    /// <summary>The source files below a folder, build output left out, as paths from the root with forward slashes.</summary>
    public static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
}
