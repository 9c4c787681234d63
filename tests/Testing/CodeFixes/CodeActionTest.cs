using System.Reflection;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Chooses a code action among those offered and applies it.</summary>
/// <typeparam name="TVerifier">How the test fails.</typeparam>
public abstract class CodeActionTest<TVerifier> : AnalyzerTest<TVerifier>
    where TVerifier : IVerifier, new()
{
    // Internal under the second name in older versions of Roslyn.
    private static readonly PropertyInfo NestedActions =
        typeof(CodeAction).GetProperty("NestedActions") ?? typeof(CodeAction).GetProperty("NestedCodeActions", BindingFlags.Instance | BindingFlags.NonPublic)!;

    /// <summary>The index of the action to apply, nested ones counted in place of those that hold them; null for the first.</summary>
    public int? CodeActionIndex { get; set; }

    /// <summary>The equivalence key of the action to apply; null to go by the index alone.</summary>
    public string? CodeActionEquivalenceKey { get; set; }

    /// <summary>Verifies more about the action that is applied; null for nothing.</summary>
    public Action<CodeAction, IVerifier>? CodeActionVerifier { get; set; }

    public CodeActionValidationMode CodeActionValidationMode { get; set; } = CodeActionValidationMode.SemanticStructure;

    /// <summary>The enumeration with the language's kinds of syntax.</summary>
    public abstract Type SyntaxKindType { get; }

    /// <summary>Leaves actions out before one is chosen; by default none.</summary>
    protected virtual ImmutableArray<CodeAction> FilterCodeActions(ImmutableArray<CodeAction> actions) => actions;

    /// <summary>The actions in order, those that only hold others replaced by them.</summary>
    private protected static IEnumerable<CodeAction> Flatten(CodeAction action)
    {
        var nested = (ImmutableArray<CodeAction>)NestedActions.GetValue(action)!;
        return nested.IsDefaultOrEmpty ? [action] : nested.SelectMany(Flatten);
    }

    /// <summary>The action to apply; null when none of the offered ones is meant.</summary>
    private protected CodeAction? ChooseAction(ImmutableArray<CodeAction> offered, IVerifier verifier)
    {
        var actions = FilterCodeActions(offered);
        var chosen = CodeActionEquivalenceKey is not null && CodeActionIndex is null
            ? actions.FirstOrDefault(action => action.EquivalenceKey == CodeActionEquivalenceKey)
            : actions.ElementAtOrDefault(CodeActionIndex ?? 0);

        if (chosen is not null && CodeActionEquivalenceKey is not null)
            verifier.Equal(CodeActionEquivalenceKey, chosen.EquivalenceKey, "The code action equivalence key and index must be consistent when both are specified.");
        if (chosen is not null)
            CodeActionVerifier?.Invoke(chosen, verifier);
        return chosen;
    }

    /// <summary>Applies an action and parses what it changed anew, as saving and opening the files would.</summary>
    /// <returns>The project afterwards, the same object if nothing changed; and how a tree is not what its text says, null if all are.</returns>
    private protected async Task<(Project Project, string? ShapeDifference)> ApplyActionAsync(Project project, CodeAction action, IVerifier verifier, CancellationToken cancellationToken)
    {
        var operations = (await action.GetOperationsAsync(cancellationToken)).OfType<ApplyChangesOperation>().ToList();
        verifier.True(operations.Count == 1, $"Expected the code action '{action.Title}' to have one operation that applies changes but it has {operations.Count}.");

        var changed = operations[0].ChangedSolution.GetProject(project.Id)!;
        var changes = changed.GetChanges(project);
        string? difference = null;
        foreach (var id in changes.GetChangedDocuments().Concat(changes.GetAddedDocuments()))
        {
            var document = changed.GetDocument(id)!;
            var text = await document.GetTextAsync(cancellationToken);

            // By way of an empty document, so that the parser cannot take over nodes of the tree in question.
            var parsed = document.WithText(SourceText.From("")).WithText(SourceText.From(text.ToString(), text.Encoding, text.ChecksumAlgorithm));
            difference ??= await CompareShapesAsync(parsed, document, cancellationToken);
            changed = parsed.Project;
        }

        return (changed, difference);
    }

    private async Task<string?> CompareShapesAsync(Document parsed, Document built, CancellationToken cancellationToken)
    {
        if (CodeActionValidationMode == CodeActionValidationMode.None)
            return null;

        var shape = new TreeShape(SyntaxKindType, CodeActionValidationMode == CodeActionValidationMode.Full);
        var expected = shape.Of((await parsed.GetSyntaxRootAsync(cancellationToken))!);
        var actual = shape.Of((await built.GetSyntaxRootAsync(cancellationToken))!);
        return expected == actual
            ? null
            : $"The tree the code action built for '{built.FilePath}' is not the one its text parses to. Diff shown with the parsed tree as baseline:{Environment.NewLine}{LineDifference.Show(expected, actual)}";
    }
}
