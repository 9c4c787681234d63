using Microsoft.CodeAnalysis;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>Puts the token that a rule names in the place of one that nobody can cancel.</summary>
internal static class WrittenToken
{
    /// <summary>The plan for the diagnostic's call, or why it cannot be made.</summary>
    /// <param name="site">The place of the diagnostic.</param>
    /// <param name="property">The property that carries the token, names separated by dots.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static Task<Planned> PlanAsync(FixSite site, string property, CancellationToken cancellationToken) => Task.FromResult(Plan(site, property, cancellationToken));

    private static Planned Plan(FixSite site, string property, CancellationToken cancellationToken)
    {
        if (!site.Diagnostic.Properties.TryGetValue(property, out var text) || text is null
            || PassToken.CallAt(site.Node) is not { } call
            || PassToken.TokenArgument(site.Model, call, cancellationToken) is not { } existing || !TokenInScope.IsNone(existing.Expression))
        {
            return new ConversionRefusal(RefusalKind.NotThisShape, site.Node.GetLocation(), null);
        }
        var token = TokenInScope.Written(text.Split('.'));
        return EditPlan.Of(target => target.Edit(existing.Expression, EditOrder.Content, "token", current => token.WithTriviaFrom(current)));
    }
}
