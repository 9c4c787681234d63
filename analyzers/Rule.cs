using Microsoft.CodeAnalysis;

namespace WebSocketAnalyzers;

/// <summary>The one factory of descriptors.</summary>
internal static class Rule
{
    /// <summary>Where the page of each rule stands, by lower-case id.</summary>
    public const string HelpPage = "https://github.com/websocket-analyzers/websocket-analyzers/blob/main/rules.md#";

    /// <summary>
    /// Makes the descriptor of a rule; title, message and description are the texts <c>id_Title</c>, <c>id_Message</c> and <c>id_Description</c>.
    /// Release tracking reads the parameters by these very names.
    /// </summary>
    public static DiagnosticDescriptor Create(string id, string category, DiagnosticSeverity defaultSeverity) => new(
        id,
        Texts.Localizable(id + "_Title"),
        Texts.Localizable(id + "_Message"),
        category,
        defaultSeverity,
        isEnabledByDefault: true,
        Texts.Localizable(id + "_Description"),
        HelpPage + id.ToLowerInvariant());
}
