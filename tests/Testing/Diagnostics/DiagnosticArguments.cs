using System.Globalization;
using System.Reflection;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>The arguments of a diagnostic's message, which Roslyn keeps to itself.</summary>
internal static class DiagnosticArguments
{
    private static readonly PropertyInfo? Property = typeof(Diagnostic).GetProperty("Arguments", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public);

    /// <summary>The arguments as text, in order.</summary>
    public static IReadOnlyList<string> Of(Diagnostic diagnostic) => AsText((IEnumerable<object?>?)Property?.GetValue(diagnostic));

    /// <summary>The arguments as text, in order; none for null.</summary>
    public static IReadOnlyList<string> AsText(IEnumerable<object?>? arguments) => [.. (arguments ?? []).Select(argument => Convert.ToString(argument, CultureInfo.InvariantCulture) ?? "")];
}
