using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace WebSocketAnalyzers.Tests.Architecture;

/// <summary>Who may know what, read off the sources as the compiler understands them.</summary>
public partial class LayeringTests
{
    /// <summary>What the files of a folder may use besides their own folder. The first line that fits a file counts; what a line does not name is forbidden.</summary>
    private static readonly (string Folder, string[] MayUse)[] Layers =
    [
        ("analyzers/Roslyn/", []),
        ("analyzers/Flow/", ["analyzers/Roslyn/"]),
        ("analyzers/Options/", ["analyzers/Roslyn/"]),
        ("analyzers/Connections/", ["analyzers/Flow/", "analyzers/Options/", "analyzers/Roslyn/", "analyzers/Texts.cs"]),
        ("analyzers/Rules/", [
            "analyzers/Connections/", "analyzers/Flow/", "analyzers/Options/", "analyzers/Roslyn/", "analyzers/Texts.cs",
            "analyzers/Categories.cs", "analyzers/ConnectionRule.cs", "analyzers/FactContext.cs", "analyzers/FactSubscriptions.cs", "analyzers/Rule.cs",
        ]),
        ("analyzers/", ["analyzers/"]),
        // Below Fixes also what the rules of the same folder hand over: descriptors, and names of properties.
        ("codefixes/Fixes/", ["codefixes/", "analyzers/Connections/", "analyzers/Flow/", "analyzers/Roslyn/"]),
        ("codefixes/Editing/", ["analyzers/Connections/", "analyzers/Flow/", "analyzers/Roslyn/"]),
        ("codefixes/", ["codefixes/"]),
    ];

    // Also words that other domains have: Roslyn's has none of them.
    private static readonly string[] DomainWords =
        ["web", "socket", "signal", "hub", "connection", "peer", "client", "server", "send", "sends", "receive", "handler", "gate", "frame", "keepalive", "ping", "pong"];

    private static readonly Lazy<List<Use>> LazyUses = new(() => [.. UsesOf(OwnSources.Analyzers), .. UsesOf(OwnSources.CodeFixes)]);

    [CSharpFact(OwnSources.Language)]
    public void Own_sources_are_understood()
    {
        foreach (var project in OwnSources.Projects.Where(project => !project.Contains("/Benchmarks/", StringComparison.Ordinal)))
        {
            // Generators do not run here, so parts of methods that they write are missing.
            var errors = OwnSources.Of(project).GetDeclarationDiagnostics(TestContext.Current.CancellationToken)
                .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error && diagnostic.Id != "CS8795");
            Verify.None(errors.Select(error => error.ToString()), $"{project} is not compiled here as in its build: complete {nameof(OwnSources)}, or raise {nameof(OwnSources)}.{nameof(OwnSources.Language)} to the version of C# it uses");
        }

        Assert.True(LazyUses.Value.Count > 1000, "the tests of this class see hardly any code");
    }

    [CSharpFact(OwnSources.Language)]
    public void Layers_use_only_what_lies_below_them() => Verify.None(
        LazyUses.Value.Where(use => !MayUse(use.File, use.Used)).Select(use => $"{use}: {use.File} uses {use.Used}"),
        "move what is used into a layer that may be used, hand it over as an argument, or, when the house changes, change the table of this test");

    [CSharpFact(OwnSources.Language)]
    public void Rules_and_fixes_do_not_know_each_other()
    {
        // What several fixes share may know the rules of its folder; a fix knows its own rule.
        var known = LazyUses.Value.Where(use => use.File != use.Used && IsRuleOrFix(use.Used) && (use.File.StartsWith("analyzers/Rules/", StringComparison.Ordinal) || IsRuleOrFix(use.File))
            && StemOf(use.File) != StemOf(use.Used));
        Verify.None(known.Select(use => $"{use}: {use.File} uses {use.Used}"), "move what several rules or fixes need into a file of its own beside them");
    }

    [CSharpFact(OwnSources.Language)]
    public void Shared_layers_make_no_diagnostics()
    {
        var shared = new[] { "analyzers/Connections/", "analyzers/Flow/", "analyzers/Roslyn/" };
        var compilation = OwnSources.Of(OwnSources.Analyzers);
        var found = new List<string>();
        foreach (var tree in compilation.SyntaxTrees.Where(tree => shared.Any(folder => tree.FilePath.StartsWith(folder, StringComparison.Ordinal))))
        {
            var model = compilation.GetSemanticModel(tree);
            foreach (var node in tree.GetRoot(TestContext.Current.CancellationToken).DescendantNodes().OfType<ExpressionSyntax>())
            {
                var (symbol, type) = (model.GetSymbolInfo(node, TestContext.Current.CancellationToken).Symbol, model.GetTypeInfo(node, TestContext.Current.CancellationToken).Type);
                if (IsDiagnostic(symbol as ITypeSymbol) || IsDiagnostic(type) || symbol?.Name is "ReportDiagnostic")
                    found.Add($"{Place(node)}: {node}");
            }
        }

        Verify.None(found, "the shared layers answer questions with evidence or null, and only rules report: return an Evidence and let a rule report it");
    }

    [Fact]
    public void Roslyn_extensions_know_no_word_of_the_domain()
    {
        // Comments too: what they explain by the domain belongs to the domain.
        var found = Repository.Sources("analyzers/Roslyn").SelectMany(file => Repository.Read(file).Split('\n')
            .Select((line, index) => (Line: line.Replace("WebSocketAnalyzers", "", StringComparison.Ordinal), Place: $"{file}:{index + 1}"))
            .Where(line => Word().Matches(line.Line).Any(word => DomainWords.Contains(word.Value.ToLowerInvariant())))
            .Select(line => $"{line.Place}: {line.Line.Trim()}"));
        Verify.None(found, "move what knows the domain to analyzers/Connections, or name it by what it is for any C#");
    }

    [Fact]
    public void Shipped_projects_depend_on_Roslyn_alone()
    {
        foreach (var project in new[] { OwnSources.Analyzers, OwnSources.CodeFixes })
        {
            var packages = Regex.Matches(Repository.Read(project), "PackageReference Include=\"([^\"]+)\"").Select(match => match.Groups[1].Value);
            Verify.None(packages.Where(package => !package.StartsWith("Microsoft.CodeAnalysis.", StringComparison.Ordinal)), $"remove from {project}: a host has Roslyn and nothing else");
        }

        var workspaces = typeof(ConnectionAnalyzer).Assembly.GetReferencedAssemblies().Select(name => name.Name!).Where(name => name.Contains("Workspaces", StringComparison.Ordinal));
        Verify.None(workspaces, "the compiler has no workspaces: what needs them belongs to codefixes");
    }

    private static bool MayUse(string file, string used)
    {
        var (folder, mayUse) = Layers.First(layer => file.StartsWith(layer.Folder, StringComparison.Ordinal));
        return used.StartsWith(folder, StringComparison.Ordinal)
            || mayUse.Any(other => used.StartsWith(other, StringComparison.Ordinal))
            || (folder == "codefixes/Fixes/" && used.StartsWith($"analyzers/Rules/{file.Split('/')[2]}/", StringComparison.Ordinal));
    }

    private static bool IsRuleOrFix(string file) =>
        (file.StartsWith("analyzers/Rules/", StringComparison.Ordinal) && file.EndsWith("Rule.cs", StringComparison.Ordinal))
        || (file.StartsWith("codefixes/Fixes/", StringComparison.Ordinal) && file.EndsWith("CodeFix.cs", StringComparison.Ordinal));

    private static string StemOf(string file) => Suffix().Replace(Path.GetFileNameWithoutExtension(file), "");

    private static bool IsDiagnostic(ITypeSymbol? type) =>
        type is { Name: "Diagnostic" or "DiagnosticDescriptor" or "DiagnosticSeverity" or "ReportDiagnostic" } && type.ContainingNamespace.ToDisplayString() == "Microsoft.CodeAnalysis";

    /// <summary>Every name in the project's sources that means something declared in sources of ours, with the file that declares it.</summary>
    private static IEnumerable<Use> UsesOf(string project)
    {
        var compilation = OwnSources.Of(project);
        foreach (var tree in compilation.SyntaxTrees)
        {
            if (tree.FilePath == project)
                continue;
            var model = compilation.GetSemanticModel(tree);
            foreach (var name in tree.GetRoot(TestContext.Current.CancellationToken).DescendantNodes().OfType<SimpleNameSyntax>())
            {
                if (model.GetSymbolInfo(name, TestContext.Current.CancellationToken).Symbol?.OriginalDefinition is not { Kind: not SymbolKind.Namespace } symbol)
                    continue;
                foreach (var declaration in symbol.DeclaringSyntaxReferences)
                    yield return new Use(name, tree.FilePath, declaration.SyntaxTree.FilePath);
            }
        }
    }

    private static string Place(SyntaxNode node) => $"{node.SyntaxTree.FilePath}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}";

    /// <summary>The words of an identifier or a sentence: <c>ShortName</c> is two.</summary>
    [GeneratedRegex(@"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")]
    private static partial Regex Word();

    [GeneratedRegex("(Rule|CodeFix)$")]
    private static partial Regex Suffix();

    /// <summary>A name in a file of ours that means something declared in another, or the same, file of ours.</summary>
    private sealed record Use(SimpleNameSyntax Name, string File, string Used)
    {
        public override string ToString() => $"{Place(Name)} '{Name}'";
    }
}
