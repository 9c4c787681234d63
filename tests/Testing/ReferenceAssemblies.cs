namespace Microsoft.CodeAnalysis.Testing;

/// <summary>The name and version of a package.</summary>
public sealed class PackageIdentity(string id, string version)
{
    public string Id { get; } = id;
    public string Version { get; } = version;
}

/// <summary>The platform a test's code is compiled against. Its package is found among the targeting packs of the running .NET; nothing is downloaded.</summary>
public sealed class ReferenceAssemblies
{
    /// <summary>A platform without references of its own.</summary>
    /// <param name="targetFramework">The short name of the framework, as <c>net10.0</c>.</param>
    public ReferenceAssemblies(string targetFramework) => TargetFramework = targetFramework;

    /// <summary>A platform in a package, of which the newest installed version is taken; the installed pack has its own path.</summary>
    public ReferenceAssemblies(string targetFramework, PackageIdentity referenceAssemblyPackage, string referenceAssemblyPath) : this(targetFramework) =>
        (ReferenceAssemblyPackage, ReferenceAssemblyPath) = (referenceAssemblyPackage, referenceAssemblyPath);

    public static ReferenceAssemblies Default => Net.Net80;
    public string TargetFramework { get; }
    public PackageIdentity? ReferenceAssemblyPackage { get; }
    public string? ReferenceAssemblyPath { get; }

    /// <summary>The references to compile against.</summary>
    /// <exception cref="KeyNotFoundException">The package is not among the installed targeting packs.</exception>
    public Task<ImmutableArray<MetadataReference>> ResolveAsync(string? language, CancellationToken cancellationToken) =>
        Task.FromResult(ReferenceAssemblyPackage is { } package ? TargetingPack(package) : []);

    private static ImmutableArray<MetadataReference> TargetingPack(PackageIdentity package)
    {
        // <root>/shared/Microsoft.NETCore.App/<version>/System.Private.CoreLib.dll
        var root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));
        var packs = new DirectoryInfo(Path.Combine(root, "packs", package.Id));
        var newest = packs.Exists ? packs.GetDirectories().MaxBy(version => Version.TryParse(version.Name.Split('-')[0], out var parsed) ? parsed : new Version()) : null;
        var folder = newest?.GetDirectories("ref/net*").FirstOrDefault()
            ?? throw new KeyNotFoundException($"'{package.Id}.{package.Version}' is not among the targeting packs in '{root}'.");
        return [.. folder.GetFiles("*.dll").Select(file => MetadataReference.CreateFromFile(file.FullName))];
    }

    /// <summary>.NET 5 and later.</summary>
    public static class Net
    {
        public static ReferenceAssemblies Net80 { get; } = Core("8.0", "8.0.0");
        public static ReferenceAssemblies Net90 { get; } = Core("9.0", "9.0.0");
        public static ReferenceAssemblies Net100 { get; } = Core("10.0", "10.0.1");

        private static ReferenceAssemblies Core(string version, string packageVersion) =>
            new($"net{version}", new PackageIdentity("Microsoft.NETCore.App.Ref", packageVersion), Path.Combine("ref", $"net{version}"));
    }
}
