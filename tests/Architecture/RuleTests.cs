using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Xunit;

namespace WebSocketAnalyzers.Tests.Architecture;

/// <summary>Every rule has its places, and they agree with its descriptor. A test that fails prints what is missing.</summary>
public class RuleTests
{
    public static TheoryData<string> Ids => [.. Repository.Rules.Select(rule => rule.Id).Distinct()];

    [Fact]
    public void Ids_are_unique()
    {
        var shared = Repository.Rules.GroupBy(rule => rule.Id).Where(group => group.Count() > 1).Select(group => $"{group.Key}: {string.Join(", ", group.Select(rule => rule.Type.Name))}");
        Verify.None(shared, "give one of the rules another id");
    }

    [Fact]
    public void Every_rule_class_has_its_descriptor_and_an_analyzer_that_hosts_it()
    {
        var known = Repository.Rules.Select(rule => rule.Type).ToHashSet();
        var classes = typeof(ConnectionRule).Assembly.GetTypes().Where(type => !type.IsAbstract && typeof(ConnectionRule).IsAssignableFrom(type));
        Verify.None(classes.Where(type => !known.Contains(type)).Select(type => type.Name), "name the class …Rule and its descriptor 'public static readonly DiagnosticDescriptor Descriptor'");

        var hosted = Verify.AllAnalyzers().SelectMany(analyzer => analyzer.SupportedDiagnostics);
        Verify.None(hosted.Except(Repository.Rules.Select(rule => rule.Descriptor)).Select(descriptor => descriptor.Id), "let the analyzers support only descriptors that a class …Rule holds");
    }

    [Theory, MemberData(nameof(Ids))]
    public void Rule_is_hosted_by_the_analyzer_of_its_category(string id)
    {
        var rule = Repository.Rule(id);
        var hosts = Verify.AllAnalyzers().Where(analyzer => analyzer.SupportedDiagnostics.Contains(rule.Descriptor)).Select(analyzer => analyzer.GetType().Name);
        Assert.True(hosts.SequenceEqual([rule.Folder + "Analyzer"]), $"add 'new {rule.Type.Name}()' to analyzers/{rule.Folder}Analyzer.cs, and to no other; now it is hosted by: {string.Join(", ", hosts)}");
    }

    [Theory, MemberData(nameof(Ids))]
    public void Category_folder_and_id_range_are_the_same_thing(string id)
    {
        var rule = Repository.Rule(id);
        Assert.True(Repository.Has(rule.RuleFile), $"move {rule.Type.FullName} to {rule.RuleFile}, a file of its own below the folder of its category");
        Assert.True(rule.Descriptor.Category == "WebSocket." + rule.Folder, $"{rule.RuleFile} stands in the folder {rule.Folder} and its category is {rule.Descriptor.Category}: make them one");

        const string Ranges = "analyzers/DiagnosticCategoryAndIdRanges.txt";
        var range = Regex.Match(Repository.Read(Ranges), $"^{Regex.Escape(rule.Descriptor.Category)}: (WSA[0-9]{{4}})-(WSA[0-9]{{4}})$", RegexOptions.Multiline);
        Assert.True(range.Success, $"add a line '{rule.Descriptor.Category}: WSAnnnn-WSAnnnn' to {Ranges}");
        Assert.True(
            Regex.IsMatch(id, "^WSA[0-9]{4}$") && string.CompareOrdinal(range.Groups[1].Value, id) <= 0 && string.CompareOrdinal(id, range.Groups[2].Value) <= 0,
            $"give {rule.Type.Name} an id from {range.Groups[1].Value} to {range.Groups[2].Value}, the range of {rule.Descriptor.Category} in {Ranges}, or move it to the category of {id}");
    }

    [Theory, MemberData(nameof(Ids))]
    public void Texts_are_there_and_well_formed(string id)
    {
        var rule = Repository.Rule(id);
        foreach (var name in new[] { "Title", "Message", "Description" })
        {
            var text = Texts.Manager.GetString($"{id}_{name}", CultureInfo.InvariantCulture);
            Assert.True(!string.IsNullOrWhiteSpace(text), Scaffold.Texts(rule));
            Assert.True(!text.Contains(id, StringComparison.Ordinal), $"leave the id out of {id}_{name}: it is shown anyway");
            Assert.True(text.EndsWith('.') == (name == "Description"), $"{id}_{name}: a title and a message end without a full stop, a description is made of sentences");
        }

        Assert.Equal(Texts.Manager.GetString(id + "_Title", CultureInfo.InvariantCulture), rule.Title);
        Assert.True(rule.Descriptor.HelpLinkUri == Rule.HelpPage + id.ToLowerInvariant() && rule.Descriptor.IsEnabledByDefault, $"make the descriptor of {id} with Rule.Create");
    }

    [Theory, MemberData(nameof(Ids))]
    public void Release_entry_agrees(string id)
    {
        var rule = Repository.Rule(id);
        var entries = ReleaseEntries.All.Where(entry => entry.Id == id).ToList();
        Assert.True(
            entries is [var entry] && entry.Category == rule.Descriptor.Category && entry.Severity == rule.Descriptor.DefaultSeverity.ToString()
                && entry.Notes == $"{rule.Type.Name}, [Documentation]({rule.Descriptor.HelpLinkUri})",
            $"{Scaffold.ReleaseEntry(rule)}\nThere is now: {(entries.Count == 0 ? "none" : string.Join("; ", entries))}");
    }

    [Theory, MemberData(nameof(Ids))]
    public void Page_has_a_section_that_agrees(string id)
    {
        var rule = Repository.Rule(id);
        var section = RulePage.Of(id);
        Assert.True(section is not null, Scaffold.PageSection(rule));
        Assert.True(section.Title == rule.Title, $"the heading of {id} on {RulePage.File} says '{section.Title}', its title is '{rule.Title}': make them one");
        Assert.True(section.Category == rule.Folder, $"move the section of {id} on {RulePage.File} from '## {section.Category}' to '## {rule.Folder}', its category");
        Assert.True(section.Violation is not null || !rule.IsAboutCode, $"show on {RulePage.File} what {id} reports: '**Violation**', an empty line and a block ```csharp\n\n{Scaffold.PageSection(rule)}");
    }

    [Theory, MemberData(nameof(Ids))]
    public void Page_says_whether_there_is_a_fix(string id)
    {
        var rule = Repository.Rule(id);
        var section = RulePage.Of(id);
        Assert.True(section is not null, $"add the section of {id} to {RulePage.File}, see {nameof(Page_has_a_section_that_agrees)}");
        if (section.Fix is not null)
        {
            Assert.True(rule.Fix is not null, $"{RulePage.File} shows a fix of {id} and there is none: write '**Fix.** None: why' there, or {Scaffold.FixClass(rule)}");
            Assert.True(!section.SaysThereIsNoFix, $"{RulePage.File} shows a fix of {id} and says that there is none: remove one");
        }
        else
        {
            Assert.True(rule.Fix is null, $"show on {RulePage.File} what {rule.Stem}CodeFix makes of the violation of {id}: '**Fix**', an empty line and a block ```csharp");
            Assert.True(section.SaysThereIsNoFix, $"say on {RulePage.File} why {id} has no fix ('**Fix.** None: why'), or {Scaffold.FixClass(rule)}");
        }
    }

    [Theory, MemberData(nameof(Ids))]
    public void Tests_report_ignore_and_fix(string id)
    {
        var rule = Repository.Rule(id);
        Assert.True(rule.TestClasses.Any(type => type.Name == rule.Stem + "Tests") && Repository.Has(rule.TestFile), Scaffold.TestClass(rule));

        var (reports, ignores) = (rule.Cases("Reports_"), rule.Cases("Ignores_"));
        Assert.True(reports > 0 && reports + ignores >= 12, $"{rule.TestFile} has {reports} cases Reports_… and {ignores} Ignores_…: write at least 12");
        Assert.True(ignores >= reports, $"{rule.TestFile} has {reports} cases Reports_… and {ignores} Ignores_…: a rule is worth what it leaves alone, so write as many Ignores_…");
        Assert.True(rule.Fix is null || rule.Cases("Fixes_") + rule.Cases("FixesAll_") > 0, $"add to {rule.TestFile} what {rule.Stem}CodeFix makes of the mistake:\n\n{Scaffold.FixUsing(rule)}\n{Scaffold.FixCase(rule)}");
    }

    [Fact]
    public void Page_has_a_table_of_all_rules() =>
        Assert.True(RulePage.Text.Contains("\n" + RulePage.Overview() + "\n", StringComparison.Ordinal), $"the table at the head of {RulePage.File} is to be:\n\n{RulePage.Overview()}");
}
