namespace Microsoft.CodeAnalysis.Testing;

/// <summary>The name and version of a package.</summary>
public sealed record PackageIdentity(string Id, string Version);

/// <summary>The platform a test's code is compiled against. Packages are found among the targeting packs of the running .NET; nothing is downloaded.</summary>
public sealed class ReferenceAssemblies
{
    /// <summary>A platform without references of its own.</summary>
    public ReferenceAssemblies(string targetFramework) => TargetFramework = targetFramework;

    /// <summary>A platform in a package.</summary>
    /// <param name="targetFramework">The short name of the framework, as <c>net10.0</c>.</param>
    /// <param name="referenceAssemblyPackage">The package; its installed version is taken.</param>
    /// <param name="referenceAssemblyPath">The folder of the assemblies in the package the platform names; the installed pack has its own.</param>
    public ReferenceAssemblies(string targetFramework, PackageIdentity referenceAssemblyPackage, string referenceAssemblyPath) : this(targetFramework)
    {
        ReferenceAssemblyPackage = referenceAssemblyPackage;
        ReferenceAssemblyPath = referenceAssemblyPath;
    }

    /// <summary>The platform of a test that names none.</summary>
    public static ReferenceAssemblies Default => Net.Net80;

    /// <summary>The short name of the framework.</summary>
    public string TargetFramework { get; }

    /// <summary>The package with the platform's assemblies; null when there are none.</summary>
    public PackageIdentity? ReferenceAssemblyPackage { get; }

    /// <summary>The folder of the assemblies in that package; null when there is none.</summary>
    public string? ReferenceAssemblyPath { get; }

    /// <summary>The packages beside it.</summary>
    public ImmutableArray<PackageIdentity> Packages { get; private init; } = [];

    /// <summary>The same platform with these packages beside it.</summary>
    public ReferenceAssemblies WithPackages(ImmutableArray<PackageIdentity> packages) =>
        ReferenceAssemblyPackage is null || ReferenceAssemblyPath is null
            ? new ReferenceAssemblies(TargetFramework) { Packages = packages }
            : new ReferenceAssemblies(TargetFramework, ReferenceAssemblyPackage, ReferenceAssemblyPath) { Packages = packages };

    /// <summary>The same platform with further packages.</summary>
    public ReferenceAssemblies AddPackages(ImmutableArray<PackageIdentity> packages) => WithPackages(Packages.AddRange(packages));

    /// <summary>The references to compile against.</summary>
    /// <exception cref="KeyNotFoundException">A package is not among the installed targeting packs.</exception>
    public Task<ImmutableArray<MetadataReference>> ResolveAsync(string? language, CancellationToken cancellationToken)
    {
        var packages = ReferenceAssemblyPackage is null ? Packages : Packages.Insert(0, ReferenceAssemblyPackage);
        return Task.FromResult(packages.SelectMany(TargetingPack).ToImmutableArray());
    }

    private static IEnumerable<MetadataReference> TargetingPack(PackageIdentity package)
    {
        // <root>/shared/Microsoft.NETCore.App/<version>/System.Private.CoreLib.dll
        var root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));
        var packs = new DirectoryInfo(Path.Combine(root, "packs", package.Id));
        var newest = packs.Exists ? packs.GetDirectories().MaxBy(version => Version.TryParse(version.Name.Split('-')[0], out var parsed) ? parsed : new Version()) : null;
        var folder = newest?.GetDirectories("ref/net*").FirstOrDefault();
        return folder?.GetFiles("*.dll").Select(file => MetadataReference.CreateFromFile(file.FullName))
            ?? throw new KeyNotFoundException($"'{package.Id}.{package.Version}' is not among the targeting packs in '{root}'.");
    }

    /// <summary>.NET 5 and later.</summary>
    public static class Net
    {
        /// <summary>.NET 8.</summary>
        public static ReferenceAssemblies Net80 { get; } = Core("8.0", "8.0.0");

        /// <summary>.NET 9.</summary>
        public static ReferenceAssemblies Net90 { get; } = Core("9.0", "9.0.0");

        /// <summary>.NET 10.</summary>
        public static ReferenceAssemblies Net100 { get; } = Core("10.0", "10.0.1");

        private static ReferenceAssemblies Core(string version, string packageVersion) =>
            new($"net{version}", new PackageIdentity("Microsoft.NETCore.App.Ref", packageVersion), Path.Combine("ref", $"net{version}"));
    }
}
