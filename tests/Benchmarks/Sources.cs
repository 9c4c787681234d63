using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace WebSocketAnalyzers.Benchmarks;

/// <summary>What is measured: compilations against the reference packs of the installed SDK.</summary>
internal static class Sources
{
    private const string Usings = "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;"
        + "global using Microsoft.AspNetCore.Builder; global using Microsoft.AspNetCore.Hosting; global using Microsoft.AspNetCore.Http; global using Microsoft.AspNetCore.Routing; global using Microsoft.Extensions.Configuration;"
        + "global using Microsoft.Extensions.DependencyInjection; global using Microsoft.Extensions.Hosting; global using Microsoft.Extensions.Logging;";

    private static readonly Lazy<MetadataReference[]> References = new(() =>
    [
        .. from pack in new[] { "Microsoft.NETCore.App.Ref", "Microsoft.AspNetCore.App.Ref" }
           let newest = Directory.GetDirectories(Path.Combine(Metadata("ReferencePacks"), pack), "10.*").Order(StringComparer.Ordinal).Last()
           from path in Directory.GetFiles(Path.Combine(newest, "ref", "net10.0"), "*.dll")
           select MetadataReference.CreateFromFile(path),
    ]);

    /// <summary>A compilation of one text.</summary>
    public static CSharpCompilation Compile(string text) => Compile([("Code.cs", text)], OutputKind.DynamicallyLinkedLibrary);

    /// <summary>The chat server of the samples, which has connections in nearly every file.</summary>
    public static CSharpCompilation ChatServer() => Compile(
        Directory.GetFiles(Path.Combine(Metadata("RepositoryRoot"), "samples", "ChatServer"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Split(Path.DirectorySeparatorChar).Contains("obj"))
            .Order(StringComparer.Ordinal)
            .Select(path => (path, File.ReadAllText(path))),
        OutputKind.ConsoleApplication);

    private static CSharpCompilation Compile(IEnumerable<(string Path, string Text)> files, OutputKind kind) => CSharpCompilation.Create(
        "Measured",
        files.Prepend(("Usings.cs", Usings)).Select(file => CSharpSyntaxTree.ParseText(file.Item2, path: file.Item1)),
        References.Value,
        new CSharpCompilationOptions(kind, nullableContextOptions: NullableContextOptions.Enable));

    private static string Metadata(string key) => typeof(Sources).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(data => data.Key == key).Value!;
}
