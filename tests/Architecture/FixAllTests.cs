using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Xunit;

namespace WebSocketAnalyzers.Tests.Architecture;

/// <summary>Fix All of every rule in every scope: the violation of the page stands twice in each of two projects; all of the scope is fixed, and nothing beside it.</summary>
public partial class FixAllTests
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<Input>>> Inputs = new();

    public static TheoryData<string, FixAllScope> Cases
    {
        get
        {
            var cases = new TheoryData<string, FixAllScope>();
            foreach (var rule in Repository.Rules.Where(rule => rule.Fix is not null && RulePage.Of(rule.Id)?.Violation is not null))
            {
                cases.Add(rule.Id, FixAllScope.Document);
                cases.Add(rule.Id, FixAllScope.Project);
                cases.Add(rule.Id, FixAllScope.Solution);
            }

            return cases;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public async Task Fix_all_fixes_its_scope_and_nothing_else(string id, FixAllScope scope)
    {
        var fix = Repository.Rule(id).CreateFix();
        var input = await Inputs.GetOrAdd(id, id => new(() => OpenAsync(RulePage.Of(id)!.Violation!))).Value;
        var trigger = PageWorkspace.Copies(input.Solution).First();
        var inScope = PageWorkspace.Copies(input.Solution)
            .Where(document => scope == FixAllScope.Solution || (scope == FixAllScope.Project ? document.Project.Id == trigger.Project.Id : document.Id == trigger.Id))
            .Select(document => document.Id)
            .ToHashSet();
        var first = await PageWorkspace.FirstActionAsync(fix, trigger, input.Of(trigger)[0]);
        Assert.True(first is not null, $"{fix.GetType().Name} offers nothing for the violation of {id} as soon as it stands in a namespace and beside a copy");

        var all = await fix.GetFixAllProvider()!.GetFixAsync(new FixAllContext(trigger, fix, scope, first.EquivalenceKey!, [id], input, TestContext.Current.CancellationToken));

        Assert.True(all is not null, $"{fix.GetType().Name} fixes the violation of {id} alone and not by Fix All");
        var changed = await PageWorkspace.ApplyAsync(all);
        Assert.Equal(input.Solution.ProjectIds, changed.ProjectIds);
        foreach (var project in changed.Projects)
        {
            Assert.Equal(input.Solution.GetProject(project.Id)!.DocumentIds, project.DocumentIds);
            await PageWorkspace.CompilesAsync(project, $"what Fix All makes of {id}");
        }

        var texts = new HashSet<string>();
        var left = new Input(changed, await DiagnosticsAsync(changed));
        foreach (var document in PageWorkspace.Copies(changed))
        {
            var before = input.Solution.GetDocument(document.Id)!;
            var (text, was) = (await PageWorkspace.TextAsync(document), await PageWorkspace.TextAsync(before));
            if (inScope.Contains(document.Id))
            {
                Assert.True(left.Of(document).IsEmpty, $"Fix All of {id} in the {scope} leaves {string.Join("\n", left.Of(document))}\n\n{text}");
                texts.Add(CopyNumber().Replace(text, "namespace Copy;"));
            }
            else
            {
                Assert.True(text == was, $"Fix All of {id} in the {scope} also changes {document.Project.Name}/{document.Name}, which lies outside:\n\n{text}");
            }
        }

        Assert.True(texts.Count == 1, $"Fix All of {id} makes different texts of the same code:\n{string.Join("\n----\n", texts)}");
    }

    private static async Task<Input> OpenAsync(string violation)
    {
        var solution = PageWorkspace.OpenInTwoProjects(violation);
        return new Input(solution, await DiagnosticsAsync(solution));
    }

    private static async Task<ImmutableArray<Diagnostic>> DiagnosticsAsync(Solution solution)
    {
        var all = ImmutableArray.CreateBuilder<Diagnostic>();
        foreach (var project in solution.Projects)
            all.AddRange(await PageWorkspace.AnalyzeAsync(project));
        return all.ToImmutable();
    }

    [GeneratedRegex(@"namespace Copy\d;")]
    private static partial Regex CopyNumber();

    /// <summary>A solution and what the analyzers say about it, as a host hands it to Fix All.</summary>
    private sealed class Input(Solution solution, ImmutableArray<Diagnostic> diagnostics) : FixAllContext.DiagnosticProvider
    {
        public Solution Solution => solution;

        public ImmutableArray<Diagnostic> Of(Document document) => diagnostics.Where(diagnostic => diagnostic.Location.SourceTree?.FilePath == document.FilePath).ToImmutableArray();

        public override Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<Diagnostic>>(Of(document));

        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) => Task.FromResult(project.Documents.SelectMany(document => Of(document)));

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) => Task.FromResult(Enumerable.Empty<Diagnostic>());
    }
}
