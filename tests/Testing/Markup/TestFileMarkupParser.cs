using System.Text;
using System.Text.RegularExpressions;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Takes the markers out of a test's text and says where they stood: <c>$$</c>, <c>[|text|]</c>, <c>{|name:text|}</c> and <c>{|#1:text|#1}</c>.</summary>
public static partial class TestFileMarkupParser
{
    /// <summary>Splits the markup off <paramref name="input"/>.</summary>
    /// <param name="input">The text with markup.</param>
    /// <param name="output">The text without it; all positions refer to this text.</param>
    /// <param name="positions">Where each <c>$$</c> stood.</param>
    /// <param name="spans">The spans by name; nameless ones are under the empty string.</param>
    /// <exception cref="ArgumentException">The starts and ends of the spans do not pair up.</exception>
    public static void GetPositionsAndSpans(string input, out string output, out ImmutableArray<int> positions, out ImmutableDictionary<string, ImmutableArray<TextSpan>> spans) =>
        GetPositionsAndSpans(input, treatPositionIndicatorsAsCode: false, out output, out positions, out spans);

    /// <summary>The text and the nameless spans of an input.</summary>
    public static void GetSpans(string input, out string output, out ImmutableArray<TextSpan> spans)
    {
        GetPositionsAndSpans(input, out output, out _, out var named);
        spans = named.GetValueOrDefault("", []);
    }

    /// <summary>Splits the markup off; with <paramref name="treatPositionIndicatorsAsCode"/>, <c>$$</c> stays in the text (raw strings begin with it).</summary>
    internal static void GetPositionsAndSpans(string input, bool treatPositionIndicatorsAsCode, out string output, out ImmutableArray<int> positions, out ImmutableDictionary<string, ImmutableArray<TextSpan>> spans)
    {
        var text = new StringBuilder(input.Length);
        var positionList = ImmutableArray.CreateBuilder<int>();
        var starts = new List<Mark>();
        var ends = new List<Mark>();
        var next = 0;

        while (Marker().Match(input, next) is { Success: true } match)
        {
            text.Append(input, next, match.Index - next);
            next = match.Index + match.Length;
            var marker = match.Value;

            // "[|]" opens a span before a bracket or, when one is open, is a bracket that ends it.
            if (marker == "[|" && starts.Count > ends.Count && next < input.Length && input[next] is ']' or '}')
            {
                text.Append('[');
                ends.Add(new Mark(match.Index, text.Length, ""));
                next++;
            }
            else if (marker == "$$")
            {
                if (treatPositionIndicatorsAsCode)
                    text.Append(marker);
                else
                    positionList.Add(text.Length);
            }
            else if (marker[0] == '|')
                ends.Add(new Mark(match.Index, text.Length, marker[1..^1]));
            else
                starts.Add(new Mark(match.Index, text.Length, marker[0] == '[' ? "" : marker[2..^1]));
        }

        output = text.Append(input, next, input.Length - next).ToString();
        positions = positionList.ToImmutable();
        spans = Pair(starts, ends)
            .OrderBy(span => span.Span.Start)
            .GroupBy(span => span.Name, span => span.Span)
            .ToImmutableDictionary(group => group.Key, group => group.ToImmutableArray());
    }

    private static List<(string Name, TextSpan Span)> Pair(List<Mark> starts, List<Mark> ends)
    {
        if (starts.Count != ends.Count)
            throw new ArgumentException($"The input contained '{starts.Count}' starting spans and '{ends.Count}' ending spans.", nameof(starts));

        // Numbered ends first: they may overlap the others, which nest.
        var result = new List<(string, TextSpan)>();
        foreach (var end in ends.Where(end => end.Name != ""))
        {
            var index = starts.FindLastIndex(start => start.Name == end.Name && start.Order < end.Order);
            if (index < 0)
                throw new ArgumentException($"The input contained an end of span '{end.Name}' without its start.", nameof(ends));
            result.Add((end.Name, TextSpan.FromBounds(starts[index].Position, end.Position)));
            starts.RemoveAt(index);
        }

        var open = new Stack<Mark>();
        var following = 0;
        foreach (var end in ends.Where(end => end.Name == ""))
        {
            while (following < starts.Count && starts[following].Order < end.Order)
                open.Push(starts[following++]);
            if (!open.TryPop(out var start))
                throw new ArgumentException("The input contained the end of a span before its start.", nameof(ends));
            result.Add((start.Name, TextSpan.FromBounds(start.Position, end.Position)));
        }

        return result;
    }

    /// <summary>One end of a span: its place among the markers of the input, its position in the output.</summary>
    private readonly record struct Mark(int Order, int Position, string Name);

    [GeneratedRegex(@"\$\$|\[\||\{\|[^:|\[\]{}]+:|\|\]|\|\}|\|#\d+\}")]
    private static partial Regex Marker();
}
