using System.Collections.Immutable;

namespace WebSocketAnalyzers.Connections;

/// <summary>All catalogue entries that match one member.</summary>
internal sealed class ApiFacts
{
    /// <summary>Nothing is known.</summary>
    public static readonly ApiFacts None = new(ImmutableArray<ApiEntry>.Empty);

    /// <param name="entries">The matching lines.</param>
    public ApiFacts(ImmutableArray<ApiEntry> entries)
    {
        Entries = entries;
        foreach (var entry in entries)
            Kind |= entry.Kind;
    }

    /// <summary>The matching lines.</summary>
    public ImmutableArray<ApiEntry> Entries { get; }

    /// <summary>Everything the member does.</summary>
    public ApiKind Kind { get; }

    /// <summary>Whether the member does any of <paramref name="kinds"/>.</summary>
    public bool Is(ApiKind kinds) => (Kind & kinds) != 0;

    /// <summary>The first line of the kind that satisfies the condition, or null.</summary>
    public ApiEntry? Entry(ApiKind kind)
    {
        foreach (var entry in Entries)
        {
            if ((entry.Kind & kind) != 0)
                return entry;
        }

        return null;
    }
}
