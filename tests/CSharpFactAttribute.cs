using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace WebSocketAnalyzers.Tests;

/// <summary>
/// A fact about code that only compilers of a newer C# can read, skipped where the host's compiler cannot. All other test sources are C# 11, which Roslyn 4.5.0,
/// the oldest host, reads: what is newer in a theory is a fact of its own, and a file of the corpus that needs more says so in its first line, <c>// C# 12</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CSharpFactAttribute : FactAttribute
{
    /// <param name="version">The first version of the language that has what the test is about.</param>
    public CSharpFactAttribute(int version, [CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber)
    {
        if (!IsKnown(version))
            Skip = Reason(version);
    }

    /// <summary>Whether the compiler of this host knows that version of the language.</summary>
    public static bool IsKnown(int version) => Enum.IsDefined((LanguageVersion)(version * 100));

    /// <summary>Skips a test of a file whose first line asks for a version that the compiler of this host does not know.</summary>
    public static void SkipUnlessKnown(string text)
    {
        const string Mark = "// C# ";
        if (text.StartsWith(Mark, StringComparison.Ordinal) && int.Parse(text.AsSpan(Mark.Length, 2)) is var version)
            Assert.SkipUnless(IsKnown(version), Reason(version));
    }

    private static string Reason(int version) => $"about C# {version}, which the compiler of this host does not know";
}
