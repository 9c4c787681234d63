using Xunit;

namespace WebSocketAnalyzers.Tests.Architecture;

/// <summary>The snippets of rules.md are run: the violation reports its rule and nothing else, and the fix shown is what the code fix makes of it.</summary>
public class PageTests
{
    /// <summary>One fix may make room for the next; a page whose fixes never end is wrong.</summary>
    private const int MaxRounds = 10;

    public static TheoryData<string> Violations => [.. RulePage.Sections.Where(section => section.Violation is not null).Select(section => section.Id)];

    public static TheoryData<string> Fixed => [.. RulePage.Sections.Where(section => section is { Violation: not null, Fix: not null } && Repository.Rules.Any(rule => rule.Id == section.Id && rule.Fix is not null)).Select(section => section.Id)];

    [Theory, MemberData(nameof(Violations))]
    public async Task Violation_reports_its_rule_alone(string id)
    {
        var document = PageWorkspace.Open(RulePage.Of(id)!.Violation!);
        await PageWorkspace.CompilesAsync(document.Project, $"the violation of {id}");

        var diagnostics = await PageWorkspace.AnalyzeAsync(document.Project);

        Assert.True(diagnostics.Length > 0, $"{id} does not report the violation that {RulePage.File} shows: show one, or complete the rule");
        Verify.None(diagnostics.Where(diagnostic => diagnostic.Id != id).Select(diagnostic => diagnostic.ToString()), $"the violation of {id} on {RulePage.File} makes further mistakes: show it without them");
        Verify.OneDiagnosticPerMistake(diagnostics);
    }

    [Theory, MemberData(nameof(Fixed))]
    public async Task Fix_shown_is_what_the_code_fix_makes(string id)
    {
        var rule = Repository.Rule(id);
        var fix = rule.CreateFix();
        var document = PageWorkspace.Open(RulePage.Of(id)!.Violation!);
        for (var round = 0; await PageWorkspace.AnalyzeAsync(document.Project) is [var first, ..]; round++)
        {
            Assert.True(round < MaxRounds && first.Id == id, $"after {round} fixes the violation of {id} still carries {first}:\n\n{await PageWorkspace.TextAsync(document)}");
            var action = await PageWorkspace.FirstActionAsync(fix, document, first);
            Assert.True(action is not null, $"{fix.GetType().Name} offers nothing for the violation that {RulePage.File} shows: {first}");
            document = (await PageWorkspace.ApplyAsync(action)).GetDocument(document.Id)!;
        }

        await PageWorkspace.CompilesAsync(document.Project, $"the fixed violation of {id}");
        var text = (await PageWorkspace.TextAsync(document)).ReplaceLineEndings("\n");
        Assert.True(text == RulePage.Of(id)!.Fix, $"show on {RulePage.File} as the fix of {id} what {fix.GetType().Name} makes of the violation:\n\n```csharp\n{text}```\n\nand not\n\n```csharp\n{RulePage.Of(id)!.Fix}```");
    }
}
