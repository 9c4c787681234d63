using System.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Shows two texts as one, with <c>-</c> and <c>+</c> before the lines only one of them has.</summary>
internal static class LineDifference
{
    public static string Show(string expected, string actual)
    {
        // Line ends are invisible; they are spelt out when nothing else differs.
        var onlyLineEnds = Unified(expected) == Unified(actual);
        var oldLines = Lines(expected, onlyLineEnds);
        var newLines = Lines(actual, onlyLineEnds);

        // common[i, j]: length of the longest common subsequence of what follows old line i and new line j.
        var common = new int[oldLines.Length + 1, newLines.Length + 1];
        for (var i = oldLines.Length - 1; i >= 0; i--)
            for (var j = newLines.Length - 1; j >= 0; j--)
                common[i, j] = oldLines[i] == newLines[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);

        var result = new StringBuilder();
        for (int i = 0, j = 0; i < oldLines.Length || j < newLines.Length;)
        {
            if (i < oldLines.Length && j < newLines.Length && oldLines[i] == newLines[j])
            {
                result.Append(' ').AppendLine(oldLines[i++]);
                j++;
            }
            else if (j == newLines.Length || (i < oldLines.Length && common[i + 1, j] >= common[i, j + 1]))
                result.Append('-').AppendLine(oldLines[i++]);
            else
                result.Append('+').AppendLine(newLines[j++]);
        }

        return result.ToString();
    }

    private static string Unified(string text) => text.Replace("\r\n", "\n").Replace('\r', '\n');

    private static string[] Lines(string text, bool showLineEnds) =>
        showLineEnds
            ? text.Replace("\r", "<CR>").Replace("\n", "<LF>\n").Replace("<CR>", "<CR>\n").Replace("<CR>\n<LF>", "<CR><LF>").Split('\n')
            : Unified(text).Split('\n');
}
