using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace WebSocketAnalyzers.Driver;

/// <summary>What the compiler and the package say about the documents of one solution, each asked once.</summary>
internal sealed class Findings(Solution solution)
{
    private readonly Dictionary<DocumentId, ImmutableArray<Diagnostic>> _ofCompiler = [];
    private readonly Dictionary<DocumentId, ImmutableArray<Diagnostic>> _ofPackage = [];
    private readonly Dictionary<ProjectId, CompilationWithAnalyzers> _drivers = [];

    /// <summary>The solution they are about.</summary>
    public Solution Solution => solution;

    /// <summary>Analyzers that threw, with their exceptions.</summary>
    public List<string> Crashes { get; } = [];

    /// <summary>The compiler's errors and warnings in a document.</summary>
    public async Task<ImmutableArray<Diagnostic>> OfCompilerAsync(DocumentId id)
    {
        if (!_ofCompiler.TryGetValue(id, out var found))
        {
            var model = await solution.GetDocument(id)!.GetSemanticModelAsync();
            found = [.. model!.GetDiagnostics().Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)];
            _ofCompiler.Add(id, found);
        }

        return found;
    }

    /// <summary>What the package reports in a document, in the order of the text, asked for this document alone as an editor does.</summary>
    public async Task<ImmutableArray<Diagnostic>> OfPackageAsync(DocumentId id)
    {
        if (!_ofPackage.TryGetValue(id, out var found))
        {
            var driver = await DriverAsync(id.ProjectId);
            var tree = await solution.GetDocument(id)!.GetSyntaxTreeAsync();
            found = InOrder(await driver.GetAnalyzerSemanticDiagnosticsAsync(driver.Compilation.GetSemanticModel(tree!), null, CancellationToken.None));
            _ofPackage.Add(id, found);
        }

        return found;
    }

    /// <summary>What the package reports in a whole project.</summary>
    public async Task<ImmutableArray<Diagnostic>> OfProjectAsync(ProjectId id)
    {
        var byTree = (await (await DriverAsync(id)).GetAnalyzerDiagnosticsAsync()).ToLookup(diagnostic => diagnostic.Location.SourceTree);
        foreach (var document in solution.GetProject(id)!.Documents)
            _ofPackage[document.Id] = InOrder(byTree[await document.GetSyntaxTreeAsync()]);
        return [.. solution.GetProject(id)!.DocumentIds.SelectMany(document => _ofPackage[document])];
    }

    /// <summary>The member around a diagnostic, by the names that lead to it: what stays the same when its text moves.</summary>
    public static string MemberOf(Diagnostic diagnostic)
    {
        var node = diagnostic.Location.SourceTree!.GetRoot().FindNode(diagnostic.Location.SourceSpan);
        return string.Join(".", node.AncestorsAndSelf().Select(NameOf).Where(name => name is not null).Reverse());
    }

    private static string? NameOf(SyntaxNode node) => node switch
    {
        BaseTypeDeclarationSyntax type => type.Identifier.ValueText,
        MethodDeclarationSyntax method => method.Identifier.ValueText,
        PropertyDeclarationSyntax property => property.Identifier.ValueText,
        ConstructorDeclarationSyntax => "ctor",
        VariableDeclaratorSyntax { Parent.Parent: BaseFieldDeclarationSyntax } field => field.Identifier.ValueText,
        BaseMethodDeclarationSyntax or BasePropertyDeclarationSyntax => node.Kind().ToString(),
        _ => null,
    };

    private async Task<CompilationWithAnalyzers> DriverAsync(ProjectId id)
    {
        if (!_drivers.TryGetValue(id, out var driver))
        {
            var compilation = await solution.GetProject(id)!.GetCompilationAsync();
            var options = new CompilationWithAnalyzersOptions(
                new AnalyzerOptions([]), (exception, analyzer, _) => { lock (Crashes) Crashes.Add($"{analyzer}: {exception}"); }, concurrentAnalysis: true, logAnalyzerExecutionTime: false);
            _drivers.Add(id, driver = new CompilationWithAnalyzers(compilation!, Package.Analyzers, options));
        }

        return driver;
    }

    private static ImmutableArray<Diagnostic> InOrder(IEnumerable<Diagnostic> diagnostics) =>
        [.. diagnostics.OrderBy(diagnostic => diagnostic.Location.SourceSpan).ThenBy(diagnostic => diagnostic.Id, StringComparer.Ordinal)];
}
