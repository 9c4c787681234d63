using System.Globalization;
using System.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Writes a tree down, so that a tree a fix built can be compared with the one the parser makes of the same text.</summary>
/// <param name="syntaxKindType">The enumeration with the language's kinds.</param>
/// <param name="withTrivia">Whether trivia are written too.</param>
internal sealed class TreeShape(Type syntaxKindType, bool withTrivia)
{
    /// <summary>One line for each node, token and (if wanted) trivia, indented by depth. Annotations are left out.</summary>
    public string Of(SyntaxNode root)
    {
        var text = new StringBuilder();
        Append(text, root, depth: 0);
        return text.ToString();
    }

    private void Append(StringBuilder text, SyntaxNodeOrToken item, int depth)
    {
        text.Append(' ', depth * 2);
        if (item.AsNode() is { } node)
        {
            text.Append($"Node({Kind(node.RawKind)})\n");
            foreach (var child in node.ChildNodesAndTokens())
                Append(text, child, depth + 1);
        }
        else
        {
            var token = item.AsToken();
            text.Append(CultureInfo.InvariantCulture, $"Token({Kind(token.RawKind)}) text: {token.Text}, value text: {token.ValueText}, value: {token.Value}\n");
            Append(text, "Leading", token.LeadingTrivia, depth + 1);
            Append(text, "Trailing", token.TrailingTrivia, depth + 1);
        }
    }

    private void Append(StringBuilder text, string side, SyntaxTriviaList list, int depth)
    {
        if (!withTrivia)
            return;

        foreach (var trivia in list)
        {
            text.Append(' ', depth * 2).Append($"{side}({Kind(trivia.RawKind)})\n");
            if (trivia.GetStructure() is { } structure)
                Append(text, structure, depth + 1);
        }
    }

    private string Kind(int rawKind) => Enum.GetName(syntaxKindType, Enum.ToObject(syntaxKindType, rawKind)) ?? rawKind.ToString(CultureInfo.InvariantCulture);
}
