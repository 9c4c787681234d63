using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace WebSocketAnalyzers.Tests;

/// <summary>
/// A fact about code that only compilers of a newer C# can read, skipped where the host's compiler cannot. Test sources are C# 11 otherwise,
/// which Roslyn 4.5.0, the oldest host, reads; a file of the corpus or a fragment of a theory is kept to C# 11 too, or is a fact of its own with this attribute.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CSharpFactAttribute : FactAttribute
{
    /// <param name="version">The first version of the language that has what the test is about.</param>
    public CSharpFactAttribute(int version, [CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber)
    {
        if (!IsKnown(version))
            Skip = $"about C# {version}, which the compiler of this host does not know";
    }

    /// <summary>Whether the compiler of this host knows that version of the language.</summary>
    public static bool IsKnown(int version) => Enum.IsDefined((LanguageVersion)(version * 100));
}
