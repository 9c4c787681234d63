using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>All catalogue entries that match one member.</summary>
internal sealed class ApiFacts
{
    /// <summary>Nothing is known.</summary>
    public static readonly ApiFacts None = new(ImmutableArray<ApiEntry>.Empty);

    /// <summary>What holds for every member of an interface that stands for remote clients; the id is that of the base of all such interfaces.</summary>
    public static readonly ApiFacts SendThroughProxy = new(ImmutableArray.Create(
        new ApiEntry(ApiKind.Send, "M:Microsoft.AspNetCore.SignalR.IClientProxy.SendCoreAsync", null, ImmutableArray.Create(ApiEntry.ProxyWord))));

    /// <param name="entries">The matching lines.</param>
    public ApiFacts(ImmutableArray<ApiEntry> entries)
    {
        Entries = entries;
        foreach (var entry in entries)
        {
            Kind |= entry.Kind;
            DependsOnReceiver |= entry.RequiredReceiver is not null || entry.IsOfWrapper;
        }
    }

    /// <summary>The matching lines.</summary>
    public ImmutableArray<ApiEntry> Entries { get; }

    /// <summary>Everything the member does.</summary>
    public ApiKind Kind { get; }

    /// <summary>Whether the member does any of <paramref name="kinds"/>.</summary>
    public bool Is(ApiKind kinds) => (Kind & kinds) != 0;

    /// <summary>Whether some line holds only for certain receivers.</summary>
    public bool DependsOnReceiver { get; }

    /// <summary>The lines that hold for a member of <paramref name="receiver"/>.</summary>
    /// <param name="receiver">The object that the member is called on.</param>
    /// <param name="wrappers">Tells of wrappers what is behind them.</param>
    public ApiFacts For(IOperation? receiver, Wrappers wrappers)
    {
        var holding = Entries.RemoveAll(entry =>
            (entry.RequiredReceiver is { } required && !(required[0] == 'P' ? IsReadFrom(receiver, required) : StartsAt(receiver, required)))
            || (entry.IsOfWrapper && !wrappers.IsOverConnection(receiver)));
        return holding.IsEmpty ? None : holding.Length == Entries.Length ? this : new ApiFacts(holding);
    }

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

    /// <summary>Whether a line of the kind carries the word.</summary>
    public bool Has(ApiKind kind, string word)
    {
        foreach (var entry in Entries)
        {
            if ((entry.Kind & kind) != 0 && entry.Words.Contains(word))
                return true;
        }

        return false;
    }

    /// <summary>Whether a chain of calls (a query, a wrapped stream) begins at an object of the given type.</summary>
    private static bool StartsAt(IOperation? receiver, string typeId)
    {
        for (var current = receiver?.WithoutConversions(); current is not null;)
        {
            if (current.Type is { } type && IsOrDerives(type, typeId))
                return true;
            current = current switch
            {
                IInvocationOperation call => call.Receiver()?.WithoutConversions(),
                ITranslatedQueryOperation query => query.Operation.WithoutConversions(),
                _ => null,
            };
        }

        return false;
    }

    /// <summary>Whether the object is the value of the property, read on the spot or into a variable that holds nothing else.</summary>
    private static bool IsReadFrom(IOperation? receiver, string propertyId)
    {
        var value = receiver?.WithoutConversions();
        return IsProperty(value) || (value is not null && IsProperty(ValueFlow.OnlyValue(value)?.WithoutConversions()));

        bool IsProperty(IOperation? read) => read is IPropertyReferenceOperation { Property: var property } && property.OriginalDefinition.GetDocumentationCommentId() == propertyId;
    }

    private static bool IsOrDerives(ITypeSymbol type, string typeId)
    {
        foreach (var candidate in type.SelfAndBaseTypes())
        {
            if (candidate.OriginalDefinition.GetDocumentationCommentId() == typeId)
                return true;
        }

        foreach (var contract in type.AllInterfaces)
        {
            if (contract.OriginalDefinition.GetDocumentationCommentId() == typeId)
                return true;
        }

        return false;
    }
}
