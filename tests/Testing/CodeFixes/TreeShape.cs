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
        Append(text, root, indent: "");
        return text.ToString();
    }

    private void Append(StringBuilder text, SyntaxNodeOrToken item, string indent)
    {
        if (item.AsNode() is { } node)
        {
            text.Append($"{indent}Node({Kind(node.RawKind)})\n");
            foreach (var child in node.ChildNodesAndTokens())
                Append(text, child, indent + "  ");
            return;
        }

        var token = item.AsToken();
        text.Append(FormattableString.Invariant($"{indent}Token({Kind(token.RawKind)}) text: {token.Text}, value text: {token.ValueText}, value: {token.Value}\n"));
        foreach (var (side, list) in withTrivia ? [("Leading", token.LeadingTrivia), ("Trailing", token.TrailingTrivia)] : Array.Empty<(string, SyntaxTriviaList)>())
            foreach (var trivia in list)
            {
                text.Append($"{indent}  {side}({Kind(trivia.RawKind)})\n");
                if (trivia.GetStructure() is { } structure)
                    Append(text, structure, indent + "    ");
            }
    }

    private string Kind(int rawKind) => Enum.ToObject(syntaxKindType, rawKind).ToString()!;
}
