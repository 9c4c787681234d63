using System.Collections.Immutable;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.Text;
using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Tests.Connections.Catalogue;
using Xunit;

namespace WebSocketAnalyzers.Tests.Editing;

/// <summary>How an edit is planned for one marked node.</summary>
internal delegate Task<Planned> PlanEdit(EditSession session, Document document, SyntaxNode node, CancellationToken cancellationToken);

/// <summary>
/// A workspace of source texts in which <c>[|..|]</c> marks the nodes an edit is planned for. Every mark goes into one session, as in
/// a Fix All; the outcome is cleaned up the way a code action is.
/// </summary>
internal sealed class EditingWorkspace : IDisposable
{
    private readonly AdhocWorkspace _workspace = new();
    private readonly List<(DocumentId Document, TextSpan Span)> _marks = [];

    // Sources from the index "split" on belong to a second project that references the first.
    private EditingWorkspace(string[] sources, OutputKind kind, LanguageVersion version, int split = int.MaxValue)
    {
        ProjectInfo Project(string name, params ProjectReference[] projects) => ProjectInfo.Create(
            ProjectId.CreateNewId(), VersionStamp.Create(), name, name, LanguageNames.CSharp,
            projectReferences: projects,
            compilationOptions: new CSharpCompilationOptions(kind, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable),
            parseOptions: new CSharpParseOptions(version),
            metadataReferences: LibraryReferences.Packs);

        var first = Project("First");
        var second = Project("Second", new ProjectReference(first.Id));
        var solution = _workspace.CurrentSolution.AddProject(first);
        if (split < sources.Length)
            solution = solution.AddProject(second);
        for (var index = 0; index < sources.Length; index++)
        {
            var document = DocumentId.CreateNewId(index < split ? first.Id : second.Id);
            var text = Unmark(sources[index], document);
            solution = solution.AddDocument(document, $"File{index}.cs", SourceText.From(text), filePath: $"/0/File{index}.cs");
        }
        Solution = solution;
    }

    /// <summary>The unmarked input.</summary>
    public Solution Solution { get; }

    /// <summary>The documents in the order of the sources.</summary>
    public IEnumerable<Document> Documents => Solution.Projects.OrderBy(static project => project.Name).SelectMany(static project => project.Documents);

    /// <summary>The input with every marked node edited equals the expected texts, and input and outcome compile.</summary>
    public static async Task Becomes(PlanEdit plan, string[] before, string[] after, OutputKind kind = OutputKind.DynamicallyLinkedLibrary, LanguageVersion version = LanguageVersion.Preview, int split = int.MaxValue)
    {
        using var workspace = new EditingWorkspace(before, kind, version, split);
        await AssertCompiles(workspace.Solution, "The input");
        var session = new EditSession(workspace.Solution);
        foreach (var (document, node) in await workspace.MarkedNodes())
        {
            var planned = await plan(session, document, node, TestContext.Current.CancellationToken);
            Assert.True(planned.Plan is not null, $"Refused: {planned.Refusal}");
            planned.Plan.Apply(session);
        }
        var changed = await Cleaned(workspace.Solution, await session.ApplyAsync(TestContext.Current.CancellationToken));
        var texts = new List<string>();
        foreach (var document in workspace.Documents)
            texts.Add((await changed.GetDocument(document.Id)!.GetTextAsync(TestContext.Current.CancellationToken)).ToString());
        Assert.Equal(string.Join("\n-----\n", after), string.Join("\n-----\n", texts), ignoreLineEndingDifferences: false);
        await AssertCompiles(changed, "The outcome");
    }

    /// <inheritdoc cref="Becomes(PlanEdit, string[], string[], OutputKind, LanguageVersion, int)"/>
    public static Task Becomes(PlanEdit plan, string before, string after) => Becomes(plan, [before], [after]);

    /// <summary>The edit of the first marked node is refused for this reason; returns the refusal.</summary>
    public static async Task<ConversionRefusal> Refuses(PlanEdit plan, RefusalKind kind, string[] sources, OutputKind output = OutputKind.DynamicallyLinkedLibrary, LanguageVersion version = LanguageVersion.Preview)
    {
        using var workspace = new EditingWorkspace(sources, output, version);
        await AssertCompiles(workspace.Solution, "The input");
        var session = new EditSession(workspace.Solution);
        var (document, node) = (await workspace.MarkedNodes())[0];
        var planned = await plan(session, document, node, TestContext.Current.CancellationToken);
        Assert.True(planned.Refusal is not null, "A plan was made although the edit should have been refused.");
        Assert.True(kind == planned.Refusal.Kind, $"Refused, but because of {planned.Refusal} and not {kind}.");
        return planned.Refusal;
    }

    /// <inheritdoc cref="Refuses(PlanEdit, RefusalKind, string[], OutputKind, LanguageVersion)"/>
    public static Task<ConversionRefusal> Refuses(PlanEdit plan, RefusalKind kind, string source) => Refuses(plan, kind, [source]);

    /// <summary>A workspace without an assertion, for tests that drive a fix themselves.</summary>
    public static EditingWorkspace Of(params string[] sources) => new(sources, OutputKind.DynamicallyLinkedLibrary, LanguageVersion.Preview);

    /// <summary>The same with one source in each of two projects, the second of which references the first.</summary>
    public static EditingWorkspace OfTwoProjects(string first, string second) => new([first, second], OutputKind.DynamicallyLinkedLibrary, LanguageVersion.Preview, split: 1);

    /// <summary>The marked nodes in order.</summary>
    public async Task<List<(Document Document, SyntaxNode Node)>> MarkedNodes()
    {
        var nodes = new List<(Document, SyntaxNode)>();
        foreach (var (id, span) in _marks)
        {
            var document = Solution.GetDocument(id)!;
            var root = (await document.GetSyntaxRootAsync(TestContext.Current.CancellationToken))!;
            nodes.Add((document, root.FindNode(span, getInnermostNodeForTie: true)));
        }
        return nodes;
    }

    /// <summary>The solution as a code action hands it out: imports added, names shortened, marked parts formatted.</summary>
    public static async Task<Solution> Cleaned(Solution original, Solution changed)
    {
        var action = new EditAction("test", "test", original, _ => Task.FromResult(changed));
        var operations = await action.GetOperationsAsync(TestContext.Current.CancellationToken);
        return operations.OfType<ApplyChangesOperation>().Single().ChangedSolution;
    }

    /// <summary>No errors, no async without an await, no await forgotten.</summary>
    public static async Task AssertCompiles(Solution solution, string what)
    {
        foreach (var project in solution.Projects)
        {
            var compilation = (await project.GetCompilationAsync(TestContext.Current.CancellationToken))!;
            var wrong = compilation.GetDiagnostics(TestContext.Current.CancellationToken)
                .Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
                .Concat(what == "The outcome" ? compilation.GetDiagnostics(TestContext.Current.CancellationToken).Where(static diagnostic => diagnostic.Id is "CS1998" or "CS8600" or "CS8602") : [])
                .ToList();
            var text = wrong.Count == 0 ? "" : string.Join("\n", compilation.SyntaxTrees.Select(static tree => tree.ToString()));
            Assert.True(wrong.Count == 0, $"{what} does not compile:\n{string.Join("\n", wrong)}\n{text}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _workspace.Dispose();

    private string Unmark(string source, DocumentId document)
    {
        var text = new System.Text.StringBuilder();
        var starts = new Stack<int>();
        var marks = new List<TextSpan>();
        for (var index = 0; index < source.Length; index++)
        {
            if (string.CompareOrdinal(source, index, "[|", 0, 2) == 0)
            {
                starts.Push(text.Length);
                index++;
            }
            else if (string.CompareOrdinal(source, index, "|]", 0, 2) == 0)
            {
                marks.Add(TextSpan.FromBounds(starts.Pop(), text.Length));
                index++;
            }
            else
            {
                text.Append(source[index]);
            }
        }
        Assert.Empty(starts);
        _marks.AddRange(marks.OrderBy(static span => span.Start).Select(span => (document, span)));
        return text.ToString();
    }
}
