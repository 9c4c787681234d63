using Microsoft.CodeAnalysis;
using Xunit;

namespace WebSocketAnalyzers.Tests.Architecture;

/// <summary>The precedence of rules, as a property of any list of diagnostics: about one operation only one rule speaks.</summary>
internal static class OneMistake
{
    /// <summary>No two diagnostics have the same primary location.</summary>
    public static void IsOneDiagnostic(IEnumerable<Diagnostic> diagnostics)
    {
        var doubled = diagnostics.Where(diagnostic => diagnostic.Location.IsInSource)
            .GroupBy(diagnostic => (diagnostic.Location.SourceTree, diagnostic.Location.SourceSpan))
            .Where(group => group.Count() > 1)
            .Select(group => string.Join("\n  and ", group.Select(diagnostic => diagnostic.ToString())));
        RuleTests.AssertNone(doubled, "one mistake is one diagnostic: decide which of the rules speaks, and let the other stay silent by a question to the model");
    }
}
