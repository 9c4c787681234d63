using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Xunit;

namespace WebSocketAnalyzers.Tests.Architecture;

/// <summary>Every fix is found the way an editor finds it, belongs to a rule, and works in bulk.</summary>
public class FixTests
{
    public static TheoryData<string> Fixes => [.. Repository.Fixes.Select(fix => fix.FullName!)];

    [Theory, MemberData(nameof(Fixes))]
    public void Fix_is_exported_under_its_own_name(string fix)
    {
        var export = Type(fix).GetCustomAttribute<ExportCodeFixProviderAttribute>();
        Assert.NotNull(export);
        Assert.Equal(Type(fix).Name, export.Name);
        Assert.Equal([LanguageNames.CSharp], export.Languages);
    }

    [Theory, MemberData(nameof(Fixes))]
    public void Fix_belongs_to_rules_of_its_folder(string fix)
    {
        var ids = Create(fix).FixableDiagnosticIds;
        Assert.NotEmpty(ids);
        Assert.All(ids, id => Assert.Contains(Repository.Rules, rule => rule.Value.Id == id && Repository.FolderOf(rule.Key) == Type(fix).Namespace!.Split('.')[^1]));
    }

    [Theory, MemberData(nameof(Fixes))]
    public void Fix_all_works_in_document_project_and_solution(string fix)
    {
        var scopes = Create(fix).GetFixAllProvider()?.GetSupportedFixAllScopes().ToList();
        Assert.NotNull(scopes);
        Assert.Contains(FixAllScope.Document, scopes);
        Assert.Contains(FixAllScope.Project, scopes);
        Assert.Contains(FixAllScope.Solution, scopes);
    }

    [Fact]
    public void Every_rule_with_an_offer_in_the_catalogue_has_a_fix()
    {
        string[] fixable = ["WSA1001", "WSA2001", "WSA2002", "WSA2003", "WSA2004", "WSA2005", "WSA3001", "WSA4001", "WSA4002", "WSA4004", "WSA4005", "WSA5005", "WSA5006"];
        var fixedIds = Repository.Fixes.SelectMany(fix => ((CodeFixProvider)Activator.CreateInstance(fix)!).FixableDiagnosticIds).ToHashSet();
        Assert.Superset(fixable.ToHashSet(), fixedIds);
    }

    private static Type Type(string name) => Repository.Fixes.Single(fix => fix.FullName == name);

    private static CodeFixProvider Create(string name) => (CodeFixProvider)Activator.CreateInstance(Type(name))!;
}
