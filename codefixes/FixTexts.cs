using System.Resources;
using Microsoft.CodeAnalysis;

namespace WebSocketAnalyzers.CodeFixes;

/// <summary>The titles of the fixes, from FixTexts.resx and its translations.</summary>
internal static class FixTexts
{
    /// <summary>Where the texts are.</summary>
    public static ResourceManager Resources { get; } = new(typeof(FixTexts));

    /// <summary>The text named <paramref name="name"/> in the user's language; the name itself when there is none.</summary>
    public static string Text(string name)
    {
        // A LocalizableResourceString asks the host for the language; an analyzer must not read the current culture itself.
        var text = new LocalizableResourceString(name, Resources, typeof(FixTexts)).ToString();
        return text.Length == 0 ? name : text;
    }
}
