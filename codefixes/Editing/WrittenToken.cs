using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>Puts the token that a rule names in the place of one that nobody can cancel.</summary>
internal static class WrittenToken
{
    /// <summary>The plan for the argument at <paramref name="node"/>, or why it cannot be made.</summary>
    /// <param name="node">The place of the diagnostic.</param>
    /// <param name="token">The token as it is written, names separated by dots; null when the rule names none.</param>
    public static Planned Plan(SyntaxNode node, string? token)
    {
        if (token is null || node.FirstAncestorOrSelf<ArgumentSyntax>() is not { } argument || !TokenInScope.IsNone(argument.Expression))
            return new ConversionRefusal(RefusalKind.NotThisShape, node.GetLocation(), null);
        var written = TokenInScope.Written(token.Split('.'));
        return EditPlan.Of(target => target.Edit(argument.Expression, EditOrder.Content, "token", current => written.WithTriviaFrom(current)));
    }
}
