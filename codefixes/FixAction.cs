using WebSocketAnalyzers.CodeFixes.Editing;

namespace WebSocketAnalyzers.CodeFixes;

/// <summary>One thing a fix can do.</summary>
/// <param name="equivalenceKey">The constant name of the action, the same for every diagnostic.</param>
/// <param name="titleName">The name of its title in FixTexts.resx.</param>
/// <param name="plan">Decides for one diagnostic whether the action can be made and what it changes.</param>
internal sealed class FixAction(string equivalenceKey, string titleName, Func<FixSite, CancellationToken, Task<Planned>> plan)
{
    /// <summary>The constant name of the action.</summary>
    public string EquivalenceKey { get; } = equivalenceKey;

    /// <summary>The title in the user's language.</summary>
    public string Title => FixTexts.Text(titleName);

    /// <summary>Whether the action can be made at <paramref name="site"/>, and what it changes.</summary>
    public Task<Planned> PlanAsync(FixSite site, CancellationToken cancellationToken) => plan(site, cancellationToken);
}
