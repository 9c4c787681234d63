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

    /// <summary>The classes that hold a descriptor, by name.</summary>
    public static IReadOnlyDictionary<string, DiagnosticDescriptor> Rules { get; } = typeof(ConnectionAnalyzer).Assembly.GetTypes()
        .Where(type => type.Name.EndsWith("Rule", StringComparison.Ordinal) && !type.IsNested && type.GetField("Descriptor") is not null)
        .ToDictionary(type => type.FullName!, type => (DiagnosticDescriptor)type.GetField("Descriptor")!.GetValue(null)!);

    /// <summary>Every fix of the package.</summary>
    public static IReadOnlyList<Type> Fixes { get; } = typeof(ConnectionCodeFix).Assembly.GetTypes()
        .Where(type => !type.IsAbstract && typeof(CodeFixProvider).IsAssignableFrom(type))
        .ToList();

    /// <summary>The text of a file, by its path from the root.</summary>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>The source files below a folder, build output left out, as paths from the root with forward slashes.</summary>
    public static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    /// <summary>The stem a rule shares with its fix and its tests.</summary>
    public static string StemOf(string rule) => rule[(rule.LastIndexOf('.') + 1)..^"Rule".Length];

    /// <summary>The folder of a rule, which is its category.</summary>
    public static string FolderOf(string rule) => rule.Split('.')[^2];
}
