using System.Text.RegularExpressions;
using Xunit;

namespace WebSocketAnalyzers.Tests.Architecture;

/// <summary>Every option key is on the page, and every key of the page is read.</summary>
public partial class OptionTests
{
    private static readonly HashSet<string> Read = Repository.Sources("analyzers").SelectMany(file => Literal().Matches(Repository.Read(file))).Select(match => match.Groups[1].Value).ToHashSet();

    [Fact]
    public void Every_key_is_on_the_page()
    {
        Assert.NotEmpty(Read);
        Verify.None(
            Read.Where(key => !RulePage.Text.Contains($"| `{key}` |", StringComparison.Ordinal)),
            $"add to the table below '## Options' on {RulePage.File} a row '| `key` | values and default | meaning |' for");
    }

    [Fact]
    public void Every_key_on_the_page_is_read() =>
        Verify.None(Mentioned().Matches(RulePage.Text).Select(match => match.Groups[1].Value).Distinct().Where(key => !Read.Contains(key)), $"nothing below analyzers reads these keys; remove from {RulePage.File}");

    [GeneratedRegex(@"""(websocket_analyzers\.[\w.]+)""")]
    private static partial Regex Literal();

    [GeneratedRegex(@"`(websocket_analyzers\.[\w.]+)[`\s=]")]
    private static partial Regex Mentioned();
}
