using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Xunit;

namespace WebSocketAnalyzers.Tests.Architecture;

/// <summary>One rule is four places with one stem, and its descriptor, page, release entry and texts agree.</summary>
public class RuleTests
{
    public static TheoryData<string> Rules => [.. Repository.Rules.Keys];

    [Theory, MemberData(nameof(Rules))]
    public void Category_folder_and_id_range_are_the_same_thing(string rule)
    {
        var descriptor = Repository.Rules[rule];
        Assert.Equal("WebSocket." + Repository.FolderOf(rule), descriptor.Category);
        Assert.Matches("^WSA[0-9]{4}$", descriptor.Id);
        Assert.True(File.Exists(Path.Combine(Repository.Root, "analyzers", "Rules", Repository.FolderOf(rule), Repository.StemOf(rule) + "Rule.cs")));
    }

    [Theory, MemberData(nameof(Rules))]
    public void Texts_are_there_and_well_formed(string rule)
    {
        var descriptor = Repository.Rules[rule];
        foreach (var text in new[] { descriptor.Title, descriptor.MessageFormat, descriptor.Description })
        {
            var words = text.ToString(System.Globalization.CultureInfo.InvariantCulture);
            Assert.NotEmpty(words);
            Assert.DoesNotContain(descriptor.Id, words);
        }

        Assert.False(descriptor.Title.ToString().EndsWith('.'), "a title is no sentence");
        Assert.False(descriptor.MessageFormat.ToString().EndsWith('.'), "a message is one sentence without a full stop");
        Assert.EndsWith("#" + descriptor.Id.ToLowerInvariant(), descriptor.HelpLinkUri);
    }

    [Theory, MemberData(nameof(Rules))]
    public void Rule_is_hosted_by_exactly_one_analyzer(string rule) =>
        Assert.Single(Verify.AllAnalyzers(), analyzer => analyzer.SupportedDiagnostics.Contains(Repository.Rules[rule]));

    [Theory, MemberData(nameof(Rules))]
    public void Release_entry_agrees(string rule)
    {
        var descriptor = Repository.Rules[rule];
        var entries = Repository.Read("analyzers/AnalyzerReleases.Unshipped.md") + Repository.Read("analyzers/AnalyzerReleases.Shipped.md");
        Assert.Contains($"{descriptor.Id} | {descriptor.Category} | {descriptor.DefaultSeverity} | {Repository.StemOf(rule)}Rule", entries);
    }

    [Theory, MemberData(nameof(Rules))]
    public void Page_has_a_section(string rule)
    {
        var descriptor = Repository.Rules[rule];
        Assert.Contains($"\n### {descriptor.Id} {descriptor.Title}\n", Repository.Read("rules.md").ReplaceLineEndings("\n"));
    }

    [Theory, MemberData(nameof(Rules))]
    public void Tests_report_and_ignore(string rule)
    {
        var tests = typeof(RuleTests).Assembly.GetType($"WebSocketAnalyzers.Tests.Rules.{Repository.FolderOf(rule)}.{Repository.StemOf(rule)}Tests");
        Assert.NotNull(tests);
        var cases = tests.GetMethods().Where(method => method.GetCustomAttributes<FactAttribute>().Any()).Select(method => method.Name).ToList();
        var reports = cases.Count(name => name.StartsWith("Reports_", StringComparison.Ordinal));
        var ignores = cases.Count(name => name.StartsWith("Ignores_", StringComparison.Ordinal));
        Assert.True(reports + ignores >= 12, $"{reports} Reports and {ignores} Ignores are fewer than 12 cases");
        Assert.True(reports > 0 && ignores >= reports, $"{ignores} Ignores stand against {reports} Reports");
    }

    [Fact]
    public void Page_has_no_section_without_a_rule()
    {
        var sections = Regex.Matches(Repository.Read("rules.md"), @"^### (WSA\d{4}) ", RegexOptions.Multiline).Select(match => match.Groups[1].Value);
        Assert.Equal(Repository.Rules.Values.Select(descriptor => descriptor.Id).Order(), sections.Order());
    }

    [Fact]
    public void Every_key_of_the_options_is_on_the_page()
    {
        var page = Repository.Read("rules.md");
        var keys = typeof(WebSocketAnalyzers.Options.ConnectionOptions).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.Name.EndsWith("Key", StringComparison.Ordinal))
            .Select(field => (string)field.GetRawConstantValue()!)
            .ToList();
        Assert.NotEmpty(keys);
        Assert.All(keys, key => Assert.Contains("`" + key + "`", page));
    }

    [Fact]
    public void Ids_are_unique() => Assert.Equal(Repository.Rules.Count, Repository.Rules.Values.Select(descriptor => descriptor.Id).Distinct().Count());
}
