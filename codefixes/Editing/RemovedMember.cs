using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>Takes a field out of its type.</summary>
internal static class RemovedMember
{
    /// <summary>Removes a field of one variable; the blank line that set it off from what follows goes with it where it was the first member.</summary>
    public static void AddTo(EditSession session, FieldDeclarationSyntax field)
    {
        if (field.Parent is not TypeDeclarationSyntax type)
            return;
        var name = field.Declaration.Variables[0].Identifier.ValueText;
        session.Edit(type, EditOrder.Function, "removed " + name, current => Without((TypeDeclarationSyntax)current, name));
    }

    private static TypeDeclarationSyntax Without(TypeDeclarationSyntax type, string name)
    {
        var index = type.Members.IndexOf(member => member is FieldDeclarationSyntax { Declaration.Variables: { Count: 1 } variables } && variables[0].Identifier.ValueText == name);
        var members = type.Members.RemoveAt(index);
        if (index < members.Count && (index == 0 || StartsWithBlankLine(type.Members[index])))
        {
            var next = members[index];
            var leading = next.GetLeadingTrivia().SkipWhile(static trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia));
            var blank = index > 0 ? SyntaxFactory.TriviaList(type.Members[index].GetLeadingTrivia()[0]) : default;
            members = members.Replace(next, next.WithLeadingTrivia(blank.Concat(leading)));
        }

        return type.WithMembers(members);
    }

    private static bool StartsWithBlankLine(SyntaxNode node) => node.GetLeadingTrivia() is { Count: > 0 } leading && leading[0].IsKind(SyntaxKind.EndOfLineTrivia);
}
