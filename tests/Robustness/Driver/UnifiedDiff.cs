using System.Text;

namespace WebSocketAnalyzers.Driver;

/// <summary>Two texts as one unified diff.</summary>
internal static class UnifiedDiff
{
    private const int Context = 3;

    /// <summary>The diff, or nothing for equal texts.</summary>
    public static string Of(string path, string before, string after)
    {
        var (was, isNow) = (Lines(before), Lines(after));
        var edits = Edits(was, isNow);
        var diff = new StringBuilder($"--- {path}\n+++ {path}\n");
        for (var at = 0; at < edits.Count;)
        {
            if (edits[at].Mark == ' ')
            {
                at++;
                continue;
            }

            // A hunk ends where the text stays the same for twice the context.
            var end = at;
            for (var quiet = 0; end < edits.Count && quiet <= 2 * Context; end++)
                quiet = edits[end].Mark == ' ' ? quiet + 1 : 0;
            var hunk = edits[Math.Max(0, at - Context)..end];
            while (hunk.Count > Context && hunk[^(Context + 1)].Mark == ' ' && hunk[^1].Mark == ' ' && hunk[^2].Mark == ' ' && hunk[^3].Mark == ' ')
                hunk.RemoveAt(hunk.Count - 1);
            diff.Append($"@@ -{hunk[0].Was + 1},{hunk.Count(edit => edit.Mark != '+')} +{hunk[0].IsNow + 1},{hunk.Count(edit => edit.Mark != '-')} @@\n");
            foreach (var edit in hunk)
                diff.Append(edit.Mark).Append(edit.Line).Append('\n');
            at = end;
        }

        return edits.All(edit => edit.Mark == ' ') ? "" : diff.ToString();
    }

    private static string[] Lines(string text) => text.ReplaceLineEndings("\n").Split('\n');

    private static List<(char Mark, string Line, int Was, int IsNow)> Edits(string[] was, string[] isNow)
    {
        var (head, tail) = (0, 0);
        while (head < was.Length && head < isNow.Length && was[head] == isNow[head])
            head++;
        while (tail < was.Length - head && tail < isNow.Length - head && was[^(tail + 1)] == isNow[^(tail + 1)])
            tail++;

        // The longest common subsequence of what is between: fixes change little, so the table is small.
        var (rows, columns) = (was.Length - head - tail, isNow.Length - head - tail);
        var common = new int[rows + 1, columns + 1];
        for (var row = rows - 1; row >= 0; row--)
        {
            for (var column = columns - 1; column >= 0; column--)
                common[row, column] = was[head + row] == isNow[head + column] ? common[row + 1, column + 1] + 1 : Math.Max(common[row + 1, column], common[row, column + 1]);
        }

        var edits = new List<(char, string, int, int)>();
        for (var line = 0; line < head; line++)
            edits.Add((' ', was[line], line, line));
        var (r, c) = (0, 0);
        while (r < rows || c < columns)
        {
            if (r < rows && c < columns && was[head + r] == isNow[head + c])
                edits.Add((' ', was[head + r], head + r++, head + c++));
            else if (c == columns || (r < rows && common[r + 1, c] >= common[r, c + 1]))
                edits.Add(('-', was[head + r], head + r++, head + c));
            else
                edits.Add(('+', isNow[head + c], head + r, head + c++));
        }

        for (var line = 0; line < tail; line++)
            edits.Add((' ', was[was.Length - tail + line], was.Length - tail + line, isNow.Length - tail + line));
        return edits;
    }
}
