namespace Microsoft.CodeAnalysis.Testing;

/// <summary>What the solution of a test is made of before or after a fix, and the diagnostics expected in it. The state itself is the primary project.</summary>
public class SolutionState(string name, string language, string defaultPrefix, string defaultExtension) : ProjectState(name, language, defaultPrefix, defaultExtension)
{
    /// <summary>What it takes over from the state before it; null chooses by what it sets itself.</summary>
    public StateInheritanceMode? InheritanceMode { get; set; }

    /// <summary>What becomes of markup; null chooses by what the state sets itself.</summary>
    public MarkupMode? MarkupHandling { get; set; }

    /// <summary>The diagnostics expected beside those of the markup.</summary>
    public List<DiagnosticResult> ExpectedDiagnostics { get; } = [];

    public ProjectCollection AdditionalProjects { get; } = new(language, defaultExtension);

    internal override bool HasAnyContent => base.HasAnyContent || AdditionalProjects.Count > 0 || InheritanceMode is not null || MarkupHandling is not null;

    /// <summary>The primary project and after it the others.</summary>
    internal IEnumerable<ProjectState> Projects => AdditionalProjects.Values.Prepend(this);

    /// <summary>A new state: what this one sets and, as the inheritance mode says, what it leaves to the state before it.</summary>
    /// <param name="baseState">The state before it, itself complete; null for the first.</param>
    /// <param name="fixableIds">The IDs the code fixes of the test handle.</param>
    internal SolutionState WithInheritedValues(SolutionState? baseState, ImmutableArray<string> fixableIds)
    {
        var differs = baseState is not null
            && (SetsFilesOtherThan(baseState)
                || AdditionalProjects.Any(project => !baseState.AdditionalProjects.TryGetValue(project.Key, out var other) || project.Value.SetsFilesOtherThan(other)));

        var result = Copy();
        result.InheritanceMode ??= baseState is null ? StateInheritanceMode.Explicit : differs ? StateInheritanceMode.AutoInherit : StateInheritanceMode.AutoInheritAll;
        result.MarkupHandling ??= baseState is null ? MarkupMode.Allow : differs ? MarkupMode.IgnoreFixable : baseState.MarkupHandling;
        if (baseState is null || result.InheritanceMode == StateInheritanceMode.Explicit)
            return result;

        result.FillFrom(baseState);
        Fill(result.ExpectedDiagnostics, baseState.ExpectedDiagnostics.FindAll(expected => result.InheritanceMode == StateInheritanceMode.AutoInheritAll || !fixableIds.Contains(expected.Id)));
        if (result.AdditionalProjects.Count == 0)
            result.CopyProjects(baseState);
        return result;
    }

    /// <summary>A new state with the same content.</summary>
    internal SolutionState Copy()
    {
        var result = new SolutionState(Name, Language, DefaultPrefix, DefaultExtension) { InheritanceMode = InheritanceMode, MarkupHandling = MarkupHandling };
        result.FillFrom(this);
        result.ExpectedDiagnostics.AddRange(ExpectedDiagnostics);
        result.CopyProjects(this);
        return result;
    }

    /// <summary>How many projects have other files in the other state.</summary>
    internal int CountProjectsThatDiffer(SolutionState other) =>
        (HasSameFilesAs(other) ? 0 : 1)
        + AdditionalProjects.Keys.Union(other.AdditionalProjects.Keys).Count(name =>
            !AdditionalProjects.TryGetValue(name, out var mine) || !other.AdditionalProjects.TryGetValue(name, out var theirs) || !mine.HasSameFilesAs(theirs));

    private void CopyProjects(SolutionState source)
    {
        foreach (var (name, project) in source.AdditionalProjects)
            AdditionalProjects[name, project.Language].FillFrom(project);
    }
}
