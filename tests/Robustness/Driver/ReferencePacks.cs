using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;

namespace WebSocketAnalyzers.Driver;

/// <summary>The reference assemblies of the installed SDK.</summary>
internal static class ReferencePacks
{
    private static readonly Lazy<ImmutableArray<MetadataReference>> LazyAll = new(() => [.. Dlls("Microsoft.NETCore.App.Ref"), .. Dlls("Microsoft.AspNetCore.App.Ref")]);

    /// <summary>.NET and ASP.NET Core.</summary>
    public static ImmutableArray<MetadataReference> All => LazyAll.Value;

    /// <summary>A value that the build of this project wrote down.</summary>
    public static string Metadata(string key) =>
        typeof(ReferencePacks).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value ?? "";

    private static IEnumerable<MetadataReference> Dlls(string pack) => Directory.GetFiles(NewestReferenceFolder(pack), "*.dll").Select(path => MetadataReference.CreateFromFile(path));

    private static string NewestReferenceFolder(string pack)
    {
        var version = Directory.GetDirectories(Path.Combine(PackRoot(), pack))
            .OrderByDescending(folder => Version.TryParse(Path.GetFileName(folder), out var parsed) ? parsed : new Version())
            .First();
        return Directory.GetDirectories(Path.Combine(version, "ref")).Single();
    }

    private static string PackRoot()
    {
        var root = Metadata("ReferencePacks");
        return Directory.Exists(root) ? root : Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", "..", "packs");
    }
}
