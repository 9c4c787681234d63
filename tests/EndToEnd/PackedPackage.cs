using System.Globalization;
using WebSocketAnalyzers.EndToEnd;
using Xunit;

[assembly: AssemblyFixture(typeof(PackedPackage))]
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace WebSocketAnalyzers.EndToEnd;

/// <summary>The package as users get it, packed once for all tests into a feed of its own, and folders outside of the repository that consume it.</summary>
public sealed class PackedPackage : IAsyncLifetime
{
    private readonly string _root = Path.Combine(Path.GetTempPath(), "wsa-e2e-" + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture));

    /// <summary>A version nobody packed before: a repack under a known version would come from NuGet's cache.</summary>
    public string Version { get; } = "0.1.0-e2e." + DateTime.UtcNow.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);

    /// <summary>The folder with the nupkg.</summary>
    public string Feed => Path.Combine(_root, "feed");

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Feed);
        // Its own output folder, so that a build of the solution may run beside it.
        var packed = await Sdk.RunAsync(
            Path.Combine(Sdk.RepositoryRoot, "package"), TestContext.Current.CancellationToken,
            "pack", "-c", "Release", "-o", Feed, "-tl:off", "-p:Version=" + Version, "-p:ArtifactsPath=" + Path.Combine(_root, "artifacts"));
        packed.EnsureSuccess();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Directory.Delete(_root, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>A new folder in which nothing of this repository or machine is inherited but the SDK, restoring from <see cref="Feed"/> alone.</summary>
    public string NewFolder(string name)
    {
        var folder = Path.Combine(_root, name + "-" + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture)[..8]);
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "Directory.Build.props"), "<Project />");
        File.WriteAllText(Path.Combine(folder, "Directory.Build.targets"), "<Project />");
        File.WriteAllText(Path.Combine(folder, "Directory.Packages.props"), "<Project />");
        File.WriteAllText(Path.Combine(folder, ".editorconfig"), "root = true\n");
        File.WriteAllText(Path.Combine(folder, "nuget.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{Path.Combine(_root, "packages")}" /></config>
              <packageSources><clear /><add key="local" value="{Feed}" /></packageSources>
              <fallbackPackageFolders><clear /></fallbackPackageFolders>
            </configuration>
            """);
        return folder;
    }
}
