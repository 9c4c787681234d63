using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Driver;

namespace WebSocketAnalyzers.Tests.Connections.Catalogue;

/// <summary>The real assemblies that this machine has: the reference packs of .NET and ASP.NET Core, and the libraries that the test project downloads.</summary>
public static class LibraryReferences
{
    private static readonly Lazy<ImmutableArray<MetadataReference>> LazyLibraries = new(
        () => [.. Metadata("LibraryAssemblies").Split(';').Select(path => MetadataReference.CreateFromFile(path))]);

    /// <summary>.NET and ASP.NET Core.</summary>
    public static ImmutableArray<MetadataReference> Packs => ReferencePacks.All;

    /// <summary>SignalR's client, EF Core, Dapper, Npgsql, SqlClient, Sqlite, StackExchange.Redis, StreamJsonRpc and System.Reactive, without their dependencies.</summary>
    public static ImmutableArray<MetadataReference> Libraries => LazyLibraries.Value;

    private static string Metadata(string key) =>
        typeof(LibraryReferences).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value ?? "";
}
