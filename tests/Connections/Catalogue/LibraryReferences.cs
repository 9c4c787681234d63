using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;

namespace WebSocketAnalyzers.Tests.Connections.Catalogue;

/// <summary>The real assemblies that this machine has: the reference packs of .NET and ASP.NET Core, and the libraries that the test project downloads.</summary>
public static class LibraryReferences
{
    private static readonly Lazy<ImmutableArray<MetadataReference>> LazyPacks = new(
        () => References(["Microsoft.NETCore.App.Ref", "Microsoft.AspNetCore.App.Ref"], pack => Directory.GetFiles(NewestReferenceFolder(pack), "*.dll")));

    private static readonly Lazy<ImmutableArray<MetadataReference>> LazyLibraries = new(
        () => References(Metadata("LibraryAssemblies").Split(';'), path => [path]));

    /// <summary>.NET and ASP.NET Core.</summary>
    public static ImmutableArray<MetadataReference> Packs => LazyPacks.Value;

    /// <summary>SignalR's client, EF Core, Dapper, Npgsql, SqlClient, Sqlite, StackExchange.Redis, StreamJsonRpc and System.Reactive, without their dependencies.</summary>
    public static ImmutableArray<MetadataReference> Libraries => LazyLibraries.Value;

    private static ImmutableArray<MetadataReference> References(IEnumerable<string> sources, Func<string, IEnumerable<string>> files) =>
        sources.SelectMany(files).Select(MetadataReference (file) => MetadataReference.CreateFromFile(file)).ToImmutableArray();

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

    private static string Metadata(string key) =>
        typeof(LibraryReferences).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value ?? "";
}
