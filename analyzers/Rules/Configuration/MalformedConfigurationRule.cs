using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Options;

namespace WebSocketAnalyzers.Rules.Configuration;

/// <summary>
/// Reports: a line of a user's catalogue file that cannot be read, at that line; an option with a value that cannot be read, once.
/// Ignores: ids of libraries that are not referenced; comments and empty lines; additional files of other names.
/// </summary>
internal static class MalformedConfigurationRule
{
    /// <summary>WSA0001.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Rule.Create("WSA0001", Categories.Configuration, DiagnosticSeverity.Warning);

    /// <summary>The diagnostic about a catalogue line.</summary>
    public static Diagnostic AtLine(Location location, CatalogueFormat.BadLine bad) =>
        Make(location, new Phrase("CatalogueError_" + bad.Error, bad.Text));

    /// <summary>The diagnostic about an option.</summary>
    public static Diagnostic OfOption(ConnectionOptions.BadValue bad) =>
        Make(Location.None, new Phrase("OptionError", bad.Key, bad.Value));

    private static Diagnostic Make(Location location, Phrase phrase) =>
        Diagnostic.Create(Descriptor, location, Descriptor.DefaultSeverity, additionalLocations: null, properties: null, phrase);

    /// <summary>A text of Texts.resx with its arguments, put into words in the reader's language.</summary>
    private sealed class Phrase : IFormattable
    {
        private readonly string _key;
        private readonly object[] _arguments;

        public Phrase(string key, params object[] arguments)
        {
            _key = key;
            _arguments = arguments;
        }

        public string ToString(string? format, IFormatProvider? formatProvider) => Texts.Format(_key, formatProvider, _arguments);

        public override string ToString() => ToString(null, null);
    }
}
