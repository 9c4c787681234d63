using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;

namespace WebSocketAnalyzers.Connections;

/// <summary>
/// Why the model believes something: a phrase for the message, and the place that proves it. Holds text and places only, no symbols,
/// because diagnostics live longer than compilations. Formatted when shown, in the language of the reader.
/// </summary>
internal sealed class Evidence : IFormattable
{
    private readonly string _key;
    private readonly ImmutableArray<string> _arguments;
    private readonly Evidence? _cause;

    /// <param name="key">The phrase: <c>Evidence_</c> + this names a text of Texts.resx, whose {0} is the place and whose {1}.. are <paramref name="arguments"/>.</param>
    /// <param name="location">The place that proves it; <see cref="Microsoft.CodeAnalysis.Location.None"/> when the proof is in metadata.</param>
    /// <param name="cause">What this follows from, or null when it stands by itself.</param>
    /// <param name="arguments">Names for the phrase.</param>
    public Evidence(string key, Location location, Evidence? cause, params string[] arguments)
    {
        _key = key;
        Location = location;
        _cause = cause;
        _arguments = arguments.ToImmutableArray();
    }

    /// <summary>The place that proves it.</summary>
    public Location Location { get; }

    /// <summary>This place and those of the causes, nearest first, without those that are not in source.</summary>
    public IEnumerable<Location> Locations
    {
        get
        {
            for (var evidence = this; evidence is not null; evidence = evidence._cause)
            {
                if (evidence.Location.IsInSource)
                    yield return evidence.Location;
            }
        }
    }

    /// <summary>The same phrase about another place.</summary>
    public Evidence At(Location location) => new(_key, location, _cause, _arguments.ToArray());

    /// <summary>The name of the phrase, for tests.</summary>
    internal string Key => _key;

    /// <summary>What this follows from.</summary>
    internal Evidence? Cause => _cause;

    /// <inheritdoc/>
    public string ToString(string? format, IFormatProvider? formatProvider)
    {
        var arguments = new object[_arguments.Length + 1];
        arguments[0] = Place(Location);
        for (var i = 0; i < _arguments.Length; i++)
            arguments[i + 1] = _arguments[i];
        var text = Texts.Format("Evidence_" + _key, formatProvider, arguments);
        return _cause is null ? text : Texts.Format("Evidence_Which", formatProvider, text, _cause.ToString(format, formatProvider));
    }

    /// <inheritdoc/>
    public override string ToString() => ToString(null, null);

    /// <summary>A place as messages name it, such as <c>Program.cs:31</c> (line, counted from 1); empty when it is not in source.</summary>
    public static string Place(Location location)
    {
        if (!location.IsInSource)
            return "";
        var span = location.GetLineSpan();
        return Path.GetFileName(span.Path) + ":" + (span.StartLinePosition.Line + 1).ToString(CultureInfo.InvariantCulture);
    }
}
