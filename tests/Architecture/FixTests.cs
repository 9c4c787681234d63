using System.Collections.Immutable;
using System.Composition.Hosting;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using WebSocketAnalyzers.CodeFixes;
using Xunit;

namespace WebSocketAnalyzers.Tests.Architecture;

/// <summary>Every fix is found the way an editor finds it, belongs to a rule, offers actions that are named once and for all, and works in bulk.</summary>
public class FixTests
{
    public static TheoryData<string> Fixes => [.. Repository.Fixes.Select(fix => fix.FullName!)];

    [Fact]
    public void Fixes_are_found_through_their_exports()
    {
        using var host = new ContainerConfiguration().WithAssembly(typeof(ConnectionCodeFix).Assembly).CreateContainer();
        var found = host.GetExports<CodeFixProvider>().Select(fix => fix.GetType()).ToList();
        Verify.None(Repository.Fixes.Except(found).Select(fix => fix.FullName!), "a host that composes its parts does not find these fixes: export them, and let nothing stand in the way of their creation");
        Assert.Equal(Repository.Fixes.Count, found.Count);
    }

    [Theory, MemberData(nameof(Fixes))]
    public void Fix_is_exported_under_its_own_name(string fix)
    {
        var type = Type(fix);
        var export = type.GetCustomAttribute<ExportCodeFixProviderAttribute>();
        Assert.True(
            export is not null && export.Name == type.Name && export.Languages.SequenceEqual([LanguageNames.CSharp]),
            $"put [ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof({type.Name}))] on {fix}");
        Assert.True(type.IsPublic && type.IsSealed && type.GetConstructor(System.Type.EmptyTypes) is not null, $"make {fix} public and sealed, with a public constructor without parameters: a host creates it");
        Assert.True(type.GetCustomAttributes().All(attribute => attribute.GetType().Name != "SharedAttribute"), $"take [Shared] off {fix}: it binds the dll to one version of System.Composition");
    }

    [Theory, MemberData(nameof(Fixes))]
    public void Fix_belongs_to_a_rule_of_its_folder(string fix)
    {
        var ids = Create(fix).FixableDiagnosticIds;
        Assert.NotEmpty(ids);
        Verify.None(ids.Where(id => !Repository.Rules.Any(rule => rule.Id == id && rule.Folder == Type(fix).Namespace!.Split('.')[^1])), $"{fix} fixes ids that no rule of its folder has");
    }

    [Theory, MemberData(nameof(Fixes))]
    public void Actions_have_constant_keys_of_their_own_and_titles(string fix)
    {
        var (actions, again) = (ActionsOf(Create(fix)), ActionsOf(Create(fix)));
        Assert.NotEmpty(actions);
        Assert.Equal(actions.Select(action => action.EquivalenceKey), again.Select(action => action.EquivalenceKey));
        Verify.None(actions.GroupBy(action => action.EquivalenceKey).Where(group => group.Count() > 1).Select(group => group.Key), $"give the actions of {fix} keys of their own: Fix All repeats an action by its key");
        // A key of letters alone holds nothing of the code that is fixed.
        Verify.None(actions.Select(action => action.EquivalenceKey).Where(key => key.Length == 0 || !key.All(char.IsAsciiLetter)), $"give the actions of {fix} keys that are one word");
        var titles = FixTexts.Resources.GetResourceSet(System.Globalization.CultureInfo.InvariantCulture, createIfNotExists: true, tryParents: false)!.Cast<System.Collections.DictionaryEntry>().Select(entry => (string?)entry.Value).ToHashSet();
        Verify.None(actions.Select(action => action.Title).Where(title => !titles.Contains(title)), $"add to codefixes/FixTexts.resx the titles of {fix}");
        Assert.Equal(actions.Length, actions.Select(action => action.Title).Distinct().Count());
    }

    [Theory, MemberData(nameof(Fixes))]
    public async Task Offered_actions_are_the_listed_ones_in_their_order(string fix)
    {
        var provider = Create(fix);
        var violation = RulePage.Of(provider.FixableDiagnosticIds[0])?.Violation;
        Assert.True(violation is not null, $"show on {RulePage.File} what {provider.FixableDiagnosticIds[0]} reports");
        var document = PageWorkspace.Open(violation);
        var offered = new List<(string?, string)>();
        foreach (var diagnostic in (await PageWorkspace.AnalyzeAsync(document.Project)).Take(1))
            await provider.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => offered.Add((action.EquivalenceKey, action.Title)), TestContext.Current.CancellationToken));

        var listed = ActionsOf(provider).Select(action => ((string?)action.EquivalenceKey, action.Title)).ToList();
        Assert.NotEmpty(offered);
        Assert.Equal(listed.Where(offered.Contains), offered);
    }

    [Theory, MemberData(nameof(Fixes))]
    public void Fix_all_is_supported_in_document_project_and_solution(string fix)
    {
        var scopes = Create(fix).GetFixAllProvider()?.GetSupportedFixAllScopes().ToHashSet();
        Assert.NotNull(scopes);
        Assert.Superset(new HashSet<FixAllScope> { FixAllScope.Document, FixAllScope.Project, FixAllScope.Solution }, scopes);
    }

    private static Type Type(string name) => Repository.Fixes.Single(fix => fix.FullName == name);

    private static CodeFixProvider Create(string name) => (CodeFixProvider)Activator.CreateInstance(Type(name))!;

    // The list is for fixes alone; nobody else asks a fix for it.
    private static ImmutableArray<FixAction> ActionsOf(CodeFixProvider fix) =>
        (ImmutableArray<FixAction>)fix.GetType().GetProperty("Actions", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(fix)!;
}
