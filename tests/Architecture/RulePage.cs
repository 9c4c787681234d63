using System.Text.RegularExpressions;

namespace WebSocketAnalyzers.Tests.Architecture;

/// <summary>rules.md, read as data.</summary>
internal static partial class RulePage
{
    /// <summary>The path of the page.</summary>
    public const string File = "rules.md";

    private static readonly Lazy<string> LazyText = new(() => Repository.Read(File));

    /// <summary>The whole page.</summary>
    public static string Text => LazyText.Value;

    /// <summary>The sections of rules, in their order.</summary>
    public static IReadOnlyList<Section> Sections { get; } = [.. Read(Text)];

    /// <summary>The section of a rule, or null.</summary>
    public static Section? Of(string id) => Sections.FirstOrDefault(section => section.Id == id);

    /// <summary>The table of all rules at the head of the page, as it must stand there. The help links of the descriptors lead to its rows.</summary>
    public static string Overview() =>
        "| id | title | severity | fix |\n|---|---|---|---|\n"
        + string.Concat(Repository.Rules.Select(rule =>
            $"| <a id=\"{rule.Id.ToLowerInvariant()}\"></a>[{rule.Id}](#{Anchor(rule)}) | {rule.Title} | {rule.Severity} | {(rule.Fix is null ? "" : "yes")} |\n"));

    /// <summary>The sections of rules in a text.</summary>
    public static IEnumerable<Section> Read(string text)
    {
        var category = "";
        foreach (var part in Heading().Split(text))
        {
            if (part.StartsWith("## ", StringComparison.Ordinal))
                category = part[3..part.IndexOf('\n')].Trim();
            if (RuleHeading().Match(part) is { Success: true } heading)
                yield return new Section(heading.Groups[1].Value, heading.Groups[2].Value, category, part);
        }
    }

    /// <summary>The anchor that GitHub gives the heading of a rule's section.</summary>
    private static string Anchor(RulePlaces rule) => NotInAnchors().Replace($"{rule.Id} {rule.Title}".ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"^(?=###? )", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\A### (WSA\d{4}) ([^\n]*)\n")]
    private static partial Regex RuleHeading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();

    /// <summary>The section of one rule.</summary>
    /// <param name="Id">The id in its heading.</param>
    /// <param name="Title">The rest of its heading.</param>
    /// <param name="Category">The heading it stands below.</param>
    /// <param name="Text">All of it.</param>
    public sealed partial record Section(string Id, string Title, string Category, string Text)
    {
        /// <summary>The code that the rule reports, or null.</summary>
        public string? Violation => Snippet("Violation");

        /// <summary>What the fix makes of it, or null.</summary>
        public string? Fix => Snippet("Fix");

        /// <summary>Whether the section says that there is no fix.</summary>
        public bool SaysThereIsNoFix => NoFix().IsMatch(Text);

        private string? Snippet(string heading) =>
            Regex.Match(Text, @"^\*\*" + heading + @"\*\*\n\n```csharp\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline) is { Success: true } match ? match.Groups[1].Value : null;

        [GeneratedRegex(@"^\*\*Fix\.\*\* None\b", RegexOptions.Multiline)]
        private static partial Regex NoFix();
    }
}
