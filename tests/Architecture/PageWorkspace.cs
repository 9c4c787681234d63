using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WebSocketAnalyzers.Tests.Connections.Catalogue;
using Xunit;

namespace WebSocketAnalyzers.Tests.Architecture;

/// <summary>Snippets of the page as projects of a workspace.</summary>
internal static class PageWorkspace
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A project with one snippet.</summary>
    public static Document Open(string snippet)
    {
        var id = ProjectId.CreateNewId();
        var solution = AddProject(new AdhocWorkspace().CurrentSolution, id, "Page", [snippet]);
        return solution.GetProject(id)!.Documents.Last();
    }

    /// <summary>Two projects with two copies of a snippet each, every copy in a namespace of its own; programs and snippets that have a namespace cannot be doubled.</summary>
    public static Solution OpenInTwoProjects(string snippet)
    {
        var copies = InNamespace(snippet, "Copy1") is { } first && InNamespace(snippet, "Copy2") is { } second ? new[] { first, second } : [snippet];
        var solution = new AdhocWorkspace().CurrentSolution;
        foreach (var name in new[] { "First", "Second" })
            solution = AddProject(solution, ProjectId.CreateNewId(), name, copies);
        return solution;
    }

    /// <summary>A snippet in a namespace, or null for programs and snippets that have one.</summary>
    public static string? InNamespace(string snippet, string name)
    {
        var root = (CompilationUnitSyntax)CSharpSyntaxTree.ParseText(snippet, cancellationToken: Cancel).GetRoot(Cancel);
        if (root.Members.Any(member => member is GlobalStatementSyntax or BaseNamespaceDeclarationSyntax))
            return null;
        var afterUsings = root.Usings.Count == 0 ? 0 : root.Usings.FullSpan.End;
        return $"{snippet[..afterUsings]}namespace {name};\n\n{snippet[afterUsings..].TrimStart('\n')}";
    }

    /// <summary>The documents of a solution that are copies of a snippet.</summary>
    public static IEnumerable<Document> Copies(Solution solution) =>
        solution.Projects.OrderBy(project => project.Name).SelectMany(project => project.Documents.Where(document => document.Name != "Usings.cs").OrderBy(document => document.Name));

    /// <summary>The text of a document.</summary>
    public static async Task<string> TextAsync(Document document) => (await document.GetTextAsync(Cancel)).ToString();

    /// <summary>What all analyzers of the package say about a project, in order.</summary>
    public static async Task<ImmutableArray<Diagnostic>> AnalyzeAsync(Project project)
    {
        var diagnostics = await Verify.AnalyzeAsync((await project.GetCompilationAsync(Cancel))!);
        return [.. diagnostics.OrderBy(diagnostic => diagnostic.Location.SourceTree?.FilePath, StringComparer.Ordinal).ThenBy(diagnostic => diagnostic.Location.SourceSpan)];
    }

    /// <summary>Fails when the project does not compile.</summary>
    public static async Task CompilesAsync(Project project, string what)
    {
        var compilation = (await project.GetCompilationAsync(Cancel))!;
        var errors = compilation.GetDiagnostics(Cancel).Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ToList();
        Assert.True(errors.Count == 0, $"{what} does not compile:\n{string.Join("\n", errors)}\n\n{string.Join("\n----\n", compilation.SyntaxTrees.Skip(1))}");
    }

    /// <summary>The first action that the fix offers for a diagnostic, or null.</summary>
    public static async Task<CodeAction?> FirstActionAsync(CodeFixProvider fix, Document document, Diagnostic diagnostic)
    {
        CodeAction? first = null;
        await fix.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => first ??= action, Cancel));
        return first;
    }

    /// <summary>The solution after an action.</summary>
    public static async Task<Solution> ApplyAsync(CodeAction action)
    {
        var operations = await action.GetOperationsAsync(Cancel);
        return operations.OfType<ApplyChangesOperation>().Single().ChangedSolution;
    }

    private static Solution AddProject(Solution solution, ProjectId id, string name, string[] sources)
    {
        var isProgram = sources.Any(text => CSharpSyntaxTree.ParseText(text, cancellationToken: Cancel).GetRoot(Cancel).ChildNodes().OfType<GlobalStatementSyntax>().Any());
        solution = solution.AddProject(ProjectInfo.Create(
            id, VersionStamp.Default, name, name, LanguageNames.CSharp,
            compilationOptions: new CSharpCompilationOptions(isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary),
            metadataReferences: LibraryReferences.Packs));
        solution = Add(solution, "Usings.cs", Verify.GlobalUsings);
        for (var index = 0; index < sources.Length; index++)
            solution = Add(solution, $"Page{index}.cs", sources[index]);
        return solution;

        Solution Add(Solution solution, string file, string text) => solution.AddDocument(DocumentId.CreateNewId(id), file, text, filePath: $"/{name}/{file}");
    }
}
