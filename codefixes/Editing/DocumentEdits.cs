using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Simplification;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>In which order several edits of one node are folded together.</summary>
internal enum EditOrder
{
    /// <summary>The expression itself: another method, another argument.</summary>
    Content,
    /// <summary>The await around it.</summary>
    Await,
    /// <summary>The offload around it, which an await beats.</summary>
    Offload,
    /// <summary>The statement it stands in.</summary>
    Statement,
    /// <summary>The signature of a function.</summary>
    Function,
}

/// <summary>
/// The edits of one document, kept by original node and applied in one pass from the leaves up. A transform gets the node as its
/// already edited descendants left it and must find its parts in that, not in the original.
/// </summary>
internal sealed class DocumentEdits(SyntaxNode root)
{
    private readonly Dictionary<SyntaxNode, List<(EditOrder Order, string Key, Func<SyntaxNode, SyntaxNode> Transform)>> _edits = [];
    private readonly Dictionary<SyntaxNode, StatementListEdit> _lists = [];
    private readonly Dictionary<SyntaxNode, HashSet<string>> _names = [];

    /// <summary>Adds a transform of <paramref name="original"/>; false if it already has one under <paramref name="key"/>.</summary>
    public bool Add(SyntaxNode original, EditOrder order, string key, Func<SyntaxNode, SyntaxNode> transform)
    {
        if (!_edits.TryGetValue(original, out var edits))
            _edits.Add(original, edits = []);
        if (edits.Exists(edit => edit.Key == key))
            return false;
        edits.Add((order, key, transform));
        return true;
    }

    /// <summary>Whether <paramref name="original"/> has an edit under <paramref name="key"/>.</summary>
    public bool Has(SyntaxNode original, string key) =>
        _edits.TryGetValue(original, out var edits) && edits.Exists(edit => edit.Key == key);

    /// <summary>The edit of the statement list that <paramref name="owner"/> (block, switch section, compilation unit) holds.</summary>
    public StatementListEdit List(SyntaxNode owner)
    {
        if (!_lists.TryGetValue(owner, out var edit))
            _lists.Add(owner, edit = new StatementListEdit(owner));
        return edit;
    }

    /// <summary>A local name that neither <paramref name="scope"/> nor an earlier edit of it uses.</summary>
    public string FreshName(SyntaxNode scope, string wanted)
    {
        if (!_names.TryGetValue(scope, out var taken))
            _names.Add(scope, taken = [.. scope.DescendantTokens().Select(static token => token.ValueText)]);
        var name = wanted;
        for (var number = 2; !taken.Add(name); number++)
            name = wanted + number;
        return name;
    }

    /// <summary>The root with every edit applied. <paramref name="model"/> is that of the document before.</summary>
    public SyntaxNode Apply(SemanticModel model)
    {
        var edited = _edits.Keys.Union(_lists.Keys).ToList();
        if (edited.Count == 0)
            return root;
        var changed = root.ReplaceNodes(edited, Rewrite);

        // Where an import is needless or would not help none is asked for: adding and removing one leaves its line behind.
        var position = edited.Max(static node => node.SpanStart);
        return changed.ReplaceNodes(
            changed.GetAnnotatedNodes(Simplifier.AddImportsAnnotation),
            (_, current) => TaskTypes.IsNameTaken(model, position, current) || TaskTypes.IsImportAmbiguous(model, root, current) ? current.WithoutAnnotations(Simplifier.AddImportsAnnotation) : current);
    }

    private SyntaxNode Rewrite(SyntaxNode original, SyntaxNode current)
    {
        if (_lists.TryGetValue(original, out var list))
            current = list.Apply(current);
        if (_edits.TryGetValue(original, out var edits))
        {
            // OrderBy is stable: edits of one order keep the order in which they were asked for.
            foreach (var edit in edits.OrderBy(static edit => edit.Order))
                current = edit.Transform(current);
        }
        return current;
    }
}
