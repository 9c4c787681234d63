using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace WebSocketAnalyzers.Tests.Architecture;

/// <summary>The way back: no section, release entry, test, fix or text is left over from a rule that is gone or goes by another name.</summary>
public class NothingWithoutARuleTests
{
    private static readonly HashSet<string> Ids = Repository.Rules.Select(rule => rule.Id).ToHashSet();

    [Fact]
    public void Sections_of_the_page()
    {
        Verify.None(RulePage.Sections.Select(section => section.Id).Where(id => !Ids.Contains(id)), $"remove from {RulePage.File} the sections without a rule");
        Verify.None(RulePage.Sections.GroupBy(section => section.Id).Where(group => group.Count() > 1).Select(group => group.Key), $"keep one section of each rule on {RulePage.File}");
    }

    [Fact]
    public void Release_entries() => Verify.None(
        ReleaseEntries.All.Select(entry => entry.Id).Where(id => !Ids.Contains(id)), "remove from analyzers/AnalyzerReleases.Unshipped.md, or list among the removed rules if they were shipped");

    [Fact]
    public void Test_classes()
    {
        var orphans = RulePlaces.AllTestClasses().Where(type => RulePlaces.OwnerOf(type) is null).Select(type => type.FullName!);
        Verify.None(orphans, "a class below tests/Rules is named <stem of a rule>…Tests and stands in the folder of that rule; rename, move or remove");

        // What stands in no folder of a category is about all of them.
        var files = Repository.Sources("tests/Rules").Where(path => path.Split('/').Length > 3 && path.EndsWith("Tests.cs", StringComparison.Ordinal))
            .Where(path => !Repository.Rules.Any(rule => path.StartsWith(rule.TestFile[..^"Tests.cs".Length], StringComparison.Ordinal)));
        Verify.None(files, "a file …Tests.cs below tests/Rules begins with the stem of a rule of its folder; rename, move or remove");
    }

    [Fact]
    public void Fixes()
    {
        Verify.None(
            Repository.Fixes.Where(fix => Repository.Rules.All(rule => rule.Fix != fix)).Select(fix => fix.FullName!),
            "a fix is named <stem of a rule>CodeFix and stands below codefixes/Fixes in the folder of that rule; rename, move or remove");
        var other = Repository.Rules.Where(rule => rule.Fix is not null && (!rule.CreateFix().FixableDiagnosticIds.SequenceEqual([rule.Id]) || !Repository.Has(rule.FixFile)));
        Verify.None(other.Select(rule => rule.FixFile), "a fix stands in a file of its name and fixes the rule of its stem, and no other");
    }

    [Fact]
    public void Texts()
    {
        var keys = XDocument.Parse(Repository.Read("analyzers/Texts.resx")).Descendants("data").Select(data => (string)data.Attribute("name")!).ToList();
        var ofRules = keys.Where(key => Regex.IsMatch(key, @"^WSA\d{4}_")).ToList();
        Verify.None(ofRules.Where(key => !Ids.Contains(key[..7]) || key[7..] is not ("_Title" or "_Message" or "_Description")), "remove from analyzers/Texts.resx");

        // A phrase is named in the sources, without the part of its key that a factory puts in front.
        var words = Repository.Sources("analyzers").SelectMany(path => Regex.Matches(Repository.Read(path), @"\w+")).Select(word => word.Value).ToHashSet();
        Verify.None(keys.Except(ofRules).Where(key => !words.Contains(key) && !words.Contains(key[(key.IndexOf('_') + 1)..])), "no source below analyzers uses these phrases; remove from analyzers/Texts.resx");
        Verify.None(keys.GroupBy(key => key).Where(group => group.Count() > 1).Select(group => group.Key), "twice in analyzers/Texts.resx");
    }
}
