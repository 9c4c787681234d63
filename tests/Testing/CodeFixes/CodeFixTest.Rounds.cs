namespace Microsoft.CodeAnalysis.Testing;

// Applies fixes round by round.
public abstract partial class CodeFixTest<TVerifier>
{
    private async Task ApplyFixesAsync(FixRun run, CancellationToken cancellationToken)
    {
        var verifier = Verify.PushContext(run.Name);
        var project = await CreateProjectAsync(run.Before[0], run.Before[1..], cancellationToken);
        var previous = ImmutableArray<(ProjectId, string, TextSpan)>.Empty;
        var rounds = 0;
        string? error = null;

        while (true)
        {
            var diagnostics = await GetSortedDiagnosticsAsync(project.Solution, [.. GetDiagnosticAnalyzers()], CompilerDiagnostics, verifier, cancellationToken);
            var current = diagnostics.Select(item => (item.project.Id, item.diagnostic.Id, item.diagnostic.Location.SourceSpan)).ToImmutableArray();
            if (current.IsEmpty || current.SequenceEqual(previous))
                break;
            previous = current;

            // One round too many is let through: its text shows what went wrong.
            if (rounds > Math.Abs(run.Rounds))
            {
                error ??= "The upper limit for the number of code fix iterations was exceeded";
                break;
            }

            var round = run.Scope is { } scope
                ? await FixAllAsync(run, scope, project, diagnostics, verifier, cancellationToken)
                : await FixOneAsync(run, project, diagnostics, verifier, cancellationToken);
            if (round is null)
                break;

            rounds++;
            error ??= round.ShapeDifference;
            project = round.Project;
            if (run.Scope is null && CodeFixTestBehaviors.HasFlag(CodeFixTestBehaviors.FixOne))
                break;
        }

        await ProjectComparison.VerifyAsync(run.After, project.Solution, verifier, cancellationToken);
        if (error is not null)
            verifier.Fail(error);
        verifier.True(
            run.Rounds < 0 ? rounds <= -run.Rounds : rounds == run.Rounds,
            $"Expected {(run.Rounds < 0 ? "at most " : "")}'{Math.Abs(run.Rounds)}' iterations but found '{rounds}' iterations.");
    }

    /// <summary>Applies the first fix that changes something; null when none is offered.</summary>
    private async Task<Round?> FixOneAsync(FixRun run, Project project, ImmutableArray<(Project project, Diagnostic diagnostic)> diagnostics, IVerifier verifier, CancellationToken cancellationToken)
    {
        CodeFixProvider[] providers = [.. GetCodeFixProviders()];
        var fixable = Fixable(providers, project.Solution, diagnostics);
        if (CodeFixTestBehaviors.HasFlag(CodeFixTestBehaviors.FixOne))
            fixable = TrySelectDiagnosticToFix([.. fixable.Select(item => item.Diagnostic)]) is { } selected ? fixable.FindAll(item => item.Diagnostic == selected) : [];

        Round? round = null;
        foreach (var (document, diagnostic) in fixable)
        {
            if (await OfferAsync(providers, document, diagnostic, verifier, cancellationToken) is not { } offer)
                continue;

            round = await ApplyAsync(run, document.Project, project.Id, offer.Action, verifier, cancellationToken);
            if (round.Changed)
                break;
        }

        return round;
    }

    /// <summary>Fixes everything in a scope that the first offered fix can; null when none is offered or it cannot.</summary>
    private async Task<Round?> FixAllAsync(FixRun run, FixAllScope scope, Project project, ImmutableArray<(Project project, Diagnostic diagnostic)> diagnostics, IVerifier verifier, CancellationToken cancellationToken)
    {
        CodeFixProvider[] providers = [.. GetCodeFixProviders()];
        foreach (var (document, diagnostic) in Fixable(providers, project.Solution, diagnostics))
        {
            if (await OfferAsync(providers, document, diagnostic, verifier, cancellationToken) is not var (action, provider))
                continue;

            if (provider.GetFixAllProvider() is not { } fixAll || !fixAll.GetSupportedFixAllScopes().Contains(scope))
                return null;

            var context = new FixAllContext(document, provider, scope, action.EquivalenceKey, fixAll.GetSupportedFixAllDiagnosticIds(provider), new FoundDiagnostics(diagnostics), cancellationToken);
            return await fixAll.GetFixAsync(context) is { } all ? await ApplyAsync(run, document.Project, project.Id, all, verifier, cancellationToken) : null;
        }

        return null;
    }

    /// <summary>The diagnostics a code fix handles, with the documents they are in.</summary>
    private List<(Document Document, Diagnostic Diagnostic)> Fixable(CodeFixProvider[] providers, Solution solution, ImmutableArray<(Project project, Diagnostic diagnostic)> diagnostics)
    {
        var result = new List<(Document Document, Diagnostic Diagnostic)>();
        foreach (var (_, diagnostic) in diagnostics)
        {
            if (providers.Any(provider => provider.FixableDiagnosticIds.Contains(diagnostic.Id)) && solution.GetDocument(diagnostic.Location.SourceTree) is { } document)
                result.Add((document, diagnostic));
        }

        Verify.False(
            !CodeFixTestBehaviors.HasFlag(CodeFixTestBehaviors.SkipLocalDiagnosticCheck) && result.Exists(item => IsNonLocal(item.Diagnostic)),
            "Code fix is attempting to provide a fix for a non-local analyzer diagnostic");
        return result;
    }

    /// <summary>The action to apply for a diagnostic and whose it is; null when none of those offered is meant.</summary>
    private async Task<(CodeAction Action, CodeFixProvider Provider)?> OfferAsync(CodeFixProvider[] providers, Document document, Diagnostic diagnostic, IVerifier verifier, CancellationToken cancellationToken)
    {
        var offers = new List<(CodeAction Action, CodeFixProvider Provider)>();
        foreach (var provider in providers.Where(provider => provider.FixableDiagnosticIds.Contains(diagnostic.Id)))
        {
            var context = CreateCodeFixContext(document, diagnostic.Location.SourceSpan, [diagnostic], (action, _) => offers.AddRange(Flatten(action).Select(flat => (flat, provider))), cancellationToken);
            await provider.RegisterCodeFixesAsync(context);
        }

        return ChooseAction([.. offers.Select(offer => offer.Action)], verifier) is { } chosen ? offers.Find(offer => offer.Action == chosen) : null;
    }

    private async Task<Round> ApplyAsync(FixRun run, Project project, ProjectId primaryProject, CodeAction action, IVerifier verifier, CancellationToken cancellationToken)
    {
        var (changed, difference) = await ApplyActionAsync(project, action, verifier, cancellationToken);
        verifier.False(changed == project && run.Rounds == 0, "No code fixes were expected, but a fix was offered that made no changes to the code.");
        return new Round(changed.Solution.GetProject(primaryProject)!, changed != project, difference);
    }

    /// <summary>A round in which a fix was offered: the primary project after it, whether anything changed, and how a tree is not what its text says (null if all are).</summary>
    private sealed record Round(Project Project, bool Changed, string? ShapeDifference);
}
