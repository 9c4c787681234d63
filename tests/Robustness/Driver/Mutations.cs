using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace WebSocketAnalyzers.Driver;

/// <summary>Ways to spoil a text of C#: as typing, a merge or a lost line spoils it. The same random numbers give the same text.</summary>
internal static class Mutations
{
    private static readonly (string Name, Func<Random, string, string, string> Apply)[] All =
    [
        ("delete tokens", (random, text, _) => Edit(text, Run(random, Tokens(text)), _ => "")),
        ("duplicate tokens", (random, text, _) => Edit(text, Run(random, Tokens(text)), part => part + " " + part)),
        ("swap tokens", (random, text, _) => Swap(text, Pick(random, Tokens(text)), Pick(random, Tokens(text)))),
        ("truncate a token", (random, text, _) => Edit(text, Pick(random, Tokens(text)), part => part[..random.Next(part.Length + 1)])),
        ("exchange a token", (random, text, other) => Edit(text, Pick(random, Tokens(text)), _ => Text(other, Pick(random, Tokens(other))))),
        ("delete a statement", (random, text, _) => Edit(text, Pick(random, Nodes<StatementSyntax>(text)), _ => "")),
        ("duplicate a statement", (random, text, _) => Edit(text, Pick(random, Nodes<StatementSyntax>(text)), part => part + "\n" + part)),
        ("swap statements", (random, text, _) => Swap(text, Pick(random, Nodes<StatementSyntax>(text)), Pick(random, Nodes<StatementSyntax>(text)))),
        ("exchange an expression", (random, text, other) => Edit(text, Pick(random, Nodes<ExpressionSyntax>(text)), _ => Text(other, Pick(random, Nodes<ExpressionSyntax>(other))))),
        ("splice a statement in", (random, text, other) => Edit(text, Pick(random, Nodes<StatementSyntax>(text)), part => part + "\n" + Text(other, Pick(random, Nodes<StatementSyntax>(other))))),
        ("delete a member", (random, text, _) => Edit(text, Pick(random, Nodes<MemberDeclarationSyntax>(text)), _ => "")),
        ("duplicate a member", (random, text, _) => Edit(text, Pick(random, Nodes<MemberDeclarationSyntax>(text)), part => part + "\n" + part)),
        ("swap members", (random, text, _) => Swap(text, Pick(random, Nodes<MemberDeclarationSyntax>(text)), Pick(random, Nodes<MemberDeclarationSyntax>(text)))),
        ("truncate a member", (random, text, _) => Edit(text, Pick(random, Nodes<MemberDeclarationSyntax>(text)), part => part[..random.Next(part.Length + 1)])),
        ("splice a member in", (random, text, other) => Edit(text, Pick(random, Nodes<MemberDeclarationSyntax>(text)), part => part + "\n" + Text(other, Pick(random, Nodes<MemberDeclarationSyntax>(other))))),
        ("truncate the file", (random, text, _) => text[..random.Next(text.Length + 1)]),
        ("splice two files", (random, text, other) => text[..random.Next(text.Length + 1)] + other[random.Next(other.Length + 1)..]),
        ("append a file", (_, text, other) => text + "\n" + other),
    ];

    /// <summary>One to three mutations of <paramref name="text"/>, with parts of <paramref name="other"/>; their names go to <paramref name="log"/>.</summary>
    public static string Apply(Random random, string text, string other, List<string> log)
    {
        for (var left = random.Next(1, 4); left > 0; left--)
        {
            var (name, apply) = All[random.Next(All.Length)];
            log.Add(name);
            text = apply(random, text, other);
        }

        return text;
    }

    private static SyntaxNode Root(string text) => CSharpSyntaxTree.ParseText(text, SourceFolder.ParseOptions).GetRoot();

    private static List<TextSpan> Tokens(string text) => [.. Root(text).DescendantTokens().Select(token => token.Span).Where(span => span.Length > 0)];

    private static List<TextSpan> Nodes<T>(string text)
        where T : SyntaxNode => [.. Root(text).DescendantNodes().OfType<T>().Select(node => node.Span).Where(span => span.Length > 0)];

    private static TextSpan Pick(Random random, List<TextSpan> spans) => spans.Count == 0 ? default : spans[random.Next(spans.Count)];

    // One to four neighbours.
    private static TextSpan Run(Random random, List<TextSpan> spans)
    {
        if (spans.Count == 0)
            return default;
        var first = random.Next(spans.Count);
        return TextSpan.FromBounds(spans[first].Start, spans[Math.Min(spans.Count - 1, first + random.Next(4))].End);
    }

    private static string Text(string text, TextSpan span) => text.Substring(span.Start, span.Length);

    private static string Edit(string text, TextSpan span, Func<string, string> change) => text[..span.Start] + change(Text(text, span)) + text[span.End..];

    private static string Swap(string text, TextSpan one, TextSpan other)
    {
        var (first, second) = one.Start < other.Start ? (one, other) : (other, one);
        return first.End > second.Start ? text : text[..first.Start] + Text(text, second) + text[first.End..second.Start] + Text(text, first) + text[second.End..];
    }
}
