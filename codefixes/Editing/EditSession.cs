using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.FindSymbols;
using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>
/// Collects the intents of one fix, or of all fixes of a Fix All, against one solution and applies them together. Everything is
/// planned against the original solution; an intent that is already there is not added again, so overlapping fixes compose.
/// </summary>
internal sealed class EditSession(Solution solution)
{
    private readonly Dictionary<DocumentId, DocumentEdits> _documents = [];
    private readonly Dictionary<DocumentId, SemanticModel> _models = [];
    private readonly Dictionary<ISymbol, IReadOnlyList<ReferencedSymbol>> _references = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<SyntaxNode, FunctionConversion> _conversions = [];
    private readonly Dictionary<(SyntaxNode, string), string> _namesOf = [];

    /// <summary>The solution as it was before any edit.</summary>
    public Solution Solution { get; } = solution;

    /// <summary>The document's model, kept for the session; null when the document has none.</summary>
    public async Task<SemanticModel?> ModelAsync(Document document, CancellationToken cancellationToken)
    {
        if (_models.TryGetValue(document.Id, out var model))
            return model;
        model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        if (model is not null)
            _models[document.Id] = model;
        return model;
    }

    /// <summary>Every use of a symbol in the solution, found once a session.</summary>
    public async Task<IReadOnlyList<ReferencedSymbol>> ReferencesAsync(ISymbol symbol, CancellationToken cancellationToken)
    {
        if (_references.TryGetValue(symbol, out var references))
            return references;
        references = [.. await SymbolFinder.FindReferencesAsync(symbol, Solution, cancellationToken).ConfigureAwait(false)];
        _references[symbol] = references;
        return references;
    }

    /// <summary>Adds a transform of a node; false if it already has one under that key.</summary>
    public bool Edit(SyntaxNode original, EditOrder order, string key, Func<SyntaxNode, SyntaxNode> transform) =>
        EditsOf(original).Add(original, order, key, transform);

    /// <summary>Whether a node has an edit under that key.</summary>
    public bool HasEdit(SyntaxNode original, string key) => EditsOf(original).Has(original, key);

    /// <summary>Replaces a statement by several; an embedded one becomes a block. None removes it, or leaves an empty block.</summary>
    public void Expand(StatementSyntax original, Func<StatementSyntax, IReadOnlyList<StatementSyntax>> expansion)
    {
        if (StatementLists.OwnerOf(original) is { } owner)
        {
            EditsOf(original).List(owner).Expand(original, expansion);
            return;
        }
        Edit(original, EditOrder.Statement, "expand", current => SyntaxShapes.AsEmbedded((StatementSyntax)current, expansion((StatementSyntax)current)));
    }

    /// <summary>The edit of the list that a statement stands in, or null for an embedded statement.</summary>
    public StatementListEdit? ListOf(StatementSyntax statement) =>
        StatementLists.OwnerOf(statement) is { } owner ? EditsOf(owner).List(owner) : null;

    /// <summary>The edit of a block's own statements.</summary>
    public StatementListEdit ListIn(BlockSyntax block) => EditsOf(block).List(block);

    /// <summary>A local name that the member around <paramref name="node"/> does not use yet.</summary>
    public string FreshName(SyntaxNode node, string wanted)
    {
        var scope = node.FirstAncestorOrSelf<MemberDeclarationSyntax>(static member => member is not GlobalStatementSyntax)
            ?? node.SyntaxTree.GetRoot();
        return EditsOf(node).FreshName(scope, wanted);
    }

    /// <summary>A local name that the member around <paramref name="node"/> does not use yet, the same one however often it is asked for this node.</summary>
    public string NameFor(SyntaxNode node, string wanted)
    {
        if (!_namesOf.TryGetValue((node, wanted), out var name))
            _namesOf.Add((node, wanted), name = FreshName(node, wanted));
        return name;
    }

    /// <summary>Changes a function's return to a task. When both forms are asked for, async beats a returned completed task.</summary>
    public void Convert(FunctionConversion conversion)
    {
        if (!_conversions.TryGetValue(conversion.Function, out var earlier) || (!earlier.IsAsync && conversion.IsAsync))
            _conversions[conversion.Function] = conversion;
    }

    /// <summary>The solution with everything applied; shortening names and adding imports is left to <see cref="EditAction"/>.</summary>
    public async Task<Solution> ApplyAsync(CancellationToken cancellationToken)
    {
        foreach (var conversion in _conversions.Values)
            conversion.AddEdits(this);
        var result = Solution;
        foreach (var pair in _documents)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await ModelAsync(Solution.GetDocument(pair.Key)!, cancellationToken).ConfigureAwait(false) is { } model)
                result = result.WithDocumentSyntaxRoot(pair.Key, pair.Value.Apply(model));
        }
        return result;
    }

    private DocumentEdits EditsOf(SyntaxNode node)
    {
        var tree = node.SyntaxTree;
        var id = Solution.GetDocumentId(tree) ?? throw new ArgumentException("The node is not part of this solution.", nameof(node));
        if (!_documents.TryGetValue(id, out var edits))
            _documents.Add(id, edits = new DocumentEdits(tree.GetRoot()));
        return edits;
    }
}
