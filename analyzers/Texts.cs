using System.Globalization;
using System.Reflection;
using System.Resources;
using Microsoft.CodeAnalysis;

namespace WebSocketAnalyzers;

/// <summary>Every sentence a user reads, from Texts.resx. Another language is another Texts.&lt;culture&gt;.resx beside it; no code changes.</summary>
internal static class Texts
{
    /// <summary>The texts of this assembly.</summary>
    public static ResourceManager Manager { get; } = new("WebSocketAnalyzers.Texts", typeof(Texts).GetTypeInfo().Assembly);

    /// <summary>The text of <paramref name="key"/>, chosen when it is shown.</summary>
    public static LocalizableString Localizable(string key) => new LocalizableResourceString(key, Manager, typeof(Texts));

    /// <summary>The text of <paramref name="key"/> with its placeholders filled, in the language of <paramref name="provider"/>.</summary>
    public static string Format(string key, IFormatProvider? provider, params object[] arguments)
    {
        var format = Manager.GetString(key, provider as CultureInfo) ?? key;
        return string.Format(provider, format, arguments);
    }
}
