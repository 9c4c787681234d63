using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis.Text;

namespace WebSocketAnalyzers.Connections;

/// <summary>
/// Which API does what to a connection: data, looked up by member name. Holds strings only, so the built-in part is shared by the whole process.
/// </summary>
internal sealed class ApiCatalogue
{
    private readonly Dictionary<string, ImmutableArray<ApiEntry>> _byName;

    private ApiCatalogue(IEnumerable<ApiEntry> entries)
    {
        Entries = entries.ToImmutableArray();
        _byName = Entries.GroupBy(entry => entry.MemberName).ToDictionary(group => group.Key, group => group.ToImmutableArray(), StringComparer.Ordinal);
    }

    /// <summary>The facts that ship with the package.</summary>
    public static ApiCatalogue BuiltIn { get; } = new(BuiltInFiles().SelectMany(file => CatalogueFormat.Parse(file.Text).Entries));

    /// <summary>All facts, in the order of the files.</summary>
    public ImmutableArray<ApiEntry> Entries { get; }

    /// <summary>The built-in facts and the user's.</summary>
    public ApiCatalogue With(ImmutableArray<ApiEntry> userEntries) => userEntries.IsEmpty ? this : new(Entries.Concat(userEntries));

    /// <summary>Whether any fact is about a member or type of this name: the first question about every operation.</summary>
    public bool Knows(string name) => _byName.ContainsKey(name);

    /// <summary>Whether a body that mentions the name may run for a connection, or hand over a delegate that does.</summary>
    public bool MakesHandlers(string name) => Has(name, ApiKind.Upgrade | ApiKind.Callback | ApiKind.Request);

    /// <summary>Whether some member of this name turns a request into a connection.</summary>
    public bool Upgrades(string name) => Has(name, ApiKind.Upgrade);

    /// <summary>Whether some member of this name does something on a connection, waiting for the peer or blocking for it.</summary>
    public bool Operates(string name) => Has(name, ApiKind.AnyConnectionIO | ApiKind.AnyBlocking | ApiKind.Disposes);

    /// <summary>Whether some member of this name receives.</summary>
    public bool Receives(string name) => Has(name, ApiKind.Receive);

    /// <summary>Whether some setting of this name says how long a connection waits for the peer's sign of life.</summary>
    public bool LimitsPongs(string name) => Has(name, ApiKind.Pongs);

    /// <summary>The facts about members and types of this name, whatever they belong to.</summary>
    public ImmutableArray<ApiEntry> About(string name) => _byName.TryGetValue(name, out var entries) ? entries : ImmutableArray<ApiEntry>.Empty;

    private bool Has(string name, ApiKind kinds)
    {
        foreach (var entry in About(name))
        {
            if ((entry.Kind & kinds) != 0)
                return true;
        }

        return false;
    }

    /// <summary>The texts embedded in this assembly, one a library.</summary>
    internal static IEnumerable<(string Name, SourceText Text)> BuiltInFiles()
    {
        var assembly = typeof(ApiCatalogue).GetTypeInfo().Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith("Catalogue/", StringComparison.Ordinal)).OrderBy(name => name, StringComparer.Ordinal))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            using var reader = new StreamReader(stream);
            yield return (name.Substring("Catalogue/".Length), SourceText.From(reader.ReadToEnd()));
        }
    }
}
