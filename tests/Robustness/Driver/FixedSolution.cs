using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WebSocketAnalyzers.Driver;

/// <summary>What a fix made of a solution, and what is wrong with it.</summary>
internal sealed class FixedSolution(Findings before, Findings after)
{
    private readonly List<DocumentId> _changed =
        [.. after.Solution.GetChanges(before.Solution).GetProjectChanges().SelectMany(project => project.GetChangedDocuments(onlyGetDocumentsWithTextChanges: true))];

    private List<DocumentId>? _touched;

    /// <summary>The documents whose text changed.</summary>
    public IReadOnlyList<DocumentId> Changed => _changed;

    /// <summary>Everything wrong, one line each.</summary>
    public async Task<List<string>> ComplaintsAsync()
    {
        var complaints = new List<string>();
        if (_changed.Count == 0)
            complaints.Add("nothing: the fix changes nothing");
        foreach (var id in await TouchedAsync())
            await CompileAsync(id, complaints);
        foreach (var id in _changed)
        {
            await CommentsAsync(id, complaints);
            await LineEndsAsync(id, complaints);
        }

        foreach (var id in await TouchedAsync())
            await FreshAsync(id, complaints);
        complaints.AddRange(after.Crashes.Select(crash => "crash: " + crash));
        return complaints;
    }

    /// <summary>How many diagnostics of a rule the fixed documents carry less than before.</summary>
    public async Task<int> GoneAsync(string rule)
    {
        var gone = 0;
        foreach (var id in await TouchedAsync())
            gone += await CountAsync(before, id, rule) - await CountAsync(after, id, rule);
        return gone;
    }

    private static async Task<int> CountAsync(Findings findings, DocumentId id, string rule) => (await findings.OfPackageAsync(id)).Count(diagnostic => diagnostic.Id == rule);

    // A compile error is the same one wherever its line has moved, and so is one repeated with a name that never bound.
    private async Task CompileAsync(DocumentId id, List<string> complaints)
    {
        var known = (await before.OfCompilerAsync(id)).Select(Text).ToHashSet();
        // CS4014 speaks only in async functions: of a task that was dropped before as well.
        foreach (var fresh in (await after.OfCompilerAsync(id)).Where(diagnostic => diagnostic.Id != "CS4014" && !known.Contains(Text(diagnostic))))
            complaints.Add($"{(fresh.Severity == DiagnosticSeverity.Error ? "error" : "warning")}: {fresh}");

        static string Text(Diagnostic diagnostic) => diagnostic.Id + diagnostic.GetMessage();
    }

    private async Task CommentsAsync(DocumentId id, List<string> complaints)
    {
        var left = Comments((await after.Solution.GetDocument(id)!.GetSyntaxRootAsync())!).GroupBy(text => text).ToDictionary(group => group.Key, group => group.Count());
        foreach (var group in Comments((await before.Solution.GetDocument(id)!.GetSyntaxRootAsync())!).GroupBy(text => text))
        {
            if (left.GetValueOrDefault(group.Key) < group.Count())
                complaints.Add("comment: lost " + group.Key);
        }
    }

    // Comments, directives and text that a directive switches off, line by line: where a line begins does not matter.
    private static IEnumerable<string> Comments(SyntaxNode root) => root.DescendantTrivia()
        .Where(trivia => !trivia.IsKind(SyntaxKind.WhitespaceTrivia) && !trivia.IsKind(SyntaxKind.EndOfLineTrivia) && !trivia.IsKind(SyntaxKind.SkippedTokensTrivia))
        .SelectMany(trivia => trivia.ToFullString().Split('\n'))
        .Select(line => line.Trim())
        .Where(line => line.Length > 0);

    private async Task LineEndsAsync(DocumentId id, List<string> complaints)
    {
        var (was, isNow) = (Text(before), Text(after));
        if (IsMixed(await isNow) && !IsMixed(await was))
            complaints.Add("lines: two kinds of line ends");

        async Task<string> Text(Findings findings) => (await findings.Solution.GetDocument(id)!.GetTextAsync()).ToString();
        static bool IsMixed(string text) => text.Contains("\r\n", StringComparison.Ordinal) && text.Replace("\r\n", "", StringComparison.Ordinal).Contains('\n');
    }

    // A rule that speaks in a member where it was silent, unless the member is new and so may have taken the mistake along.
    private async Task FreshAsync(DocumentId id, List<string> complaints)
    {
        var was = await before.OfPackageAsync(id);
        var known = was.Select(diagnostic => (diagnostic.Id, Findings.MemberOf(diagnostic))).ToHashSet();
        foreach (var fresh in (await after.OfPackageAsync(id)).Where(diagnostic => !known.Contains((diagnostic.Id, Findings.MemberOf(diagnostic)))))
        {
            if (await CountAsync(after, id, fresh.Id) > await CountAsync(before, id, fresh.Id))
                complaints.Add("new: " + fresh);
        }
    }

    // Changed documents, and those that name a member whose declaration changed beside its body: the others cannot tell the difference.
    private async Task<List<DocumentId>> TouchedAsync()
    {
        if (_touched is not null)
            return _touched;
        var names = new HashSet<string>();
        foreach (var id in _changed)
        {
            var (was, isNow) = (Headers(await before.Solution.GetDocument(id)!.GetSyntaxRootAsync()), Headers(await after.Solution.GetDocument(id)!.GetSyntaxRootAsync()));
            was.SymmetricExceptWith(isNow);
            names.UnionWith(was.Select(header => header.Name));
        }

        _touched = [.. _changed];
        if (names.Count > 0)
        {
            foreach (var document in after.Solution.Projects.SelectMany(project => project.Documents).Where(document => !_changed.Contains(document.Id)))
            {
                var text = (await document.GetTextAsync()).ToString();
                if (names.Any(name => text.Contains(name, StringComparison.Ordinal)) && Words((await document.GetSyntaxRootAsync())!).Any(names.Contains))
                    _touched.Add(document.Id);
            }
        }

        return _touched;
    }

    private static IEnumerable<string> Words(SyntaxNode root) => root.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken)).Select(token => token.ValueText);

    private static HashSet<(string Name, string Header)> Headers(SyntaxNode? root) => root!.DescendantNodes(node => node is not (BlockSyntax or ArrowExpressionClauseSyntax))
        .Select(node => node switch
        {
            MethodDeclarationSyntax method => (method.Identifier.ValueText, method.ReturnType + " " + method.ParameterList + method.Modifiers),
            PropertyDeclarationSyntax property => (property.Identifier.ValueText, property.Type + " " + property.Modifiers),
            VariableDeclaratorSyntax { Parent.Parent: BaseFieldDeclarationSyntax declaration } field => (field.Identifier.ValueText, declaration.Declaration.Type + " " + declaration.Modifiers),
            ConstructorDeclarationSyntax constructor => (constructor.Identifier.ValueText, constructor.ParameterList.ToString()),
            TypeDeclarationSyntax type => (type.Identifier.ValueText, type.BaseList + " " + type.Modifiers),
            _ => ("", ""),
        })
        .Where(header => header.Item1.Length > 0)
        .ToHashSet();
}
