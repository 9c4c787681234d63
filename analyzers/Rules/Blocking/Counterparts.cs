using System.Collections.Immutable;
using WebSocketAnalyzers.Connections;

namespace WebSocketAnalyzers.Rules.Blocking;

/// <summary>How a rule hands the asynchronous counterpart of a blocking call to its fix.</summary>
internal static class Counterparts
{
    /// <summary>The property that holds the counterpart's documentation-comment id.</summary>
    public const string Key = "counterpart";

    /// <summary>The properties of a diagnostic about the call; null when it has no counterpart.</summary>
    public static ImmutableDictionary<string, string?>? Property(BlockingCall call) =>
        call.Entry.Counterpart is { } counterpart ? ImmutableDictionary<string, string?>.Empty.Add(Key, counterpart) : null;

    /// <summary>A counterpart's name for messages, such as <c>File.ReadAllTextAsync</c>.</summary>
    public static string ShortName(string id)
    {
        var end = id.IndexOf('(');
        var name = end < 0 ? id.Substring(2) : id.Substring(2, end - 2);
        var member = name.LastIndexOf('.');
        var type = member > 0 ? name.LastIndexOf('.', member - 1) : -1;
        var shortName = name.Substring(type + 1);
        var tick = shortName.IndexOf('`');
        return tick < 0 ? shortName : shortName.Remove(tick, shortName.IndexOf('.', tick) is var dot and > 0 ? dot - tick : shortName.Length - tick);
    }
}
