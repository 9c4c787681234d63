using System.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Writes diagnostics the way a test expects them, ready to be pasted.</summary>
internal static class DiagnosticText
{
    /// <summary>Several diagnostics, each after a comment with its message.</summary>
    public static string List(IEnumerable<Diagnostic> diagnostics)
    {
        var lines = diagnostics.Select(diagnostic => $"    // {diagnostic}{Environment.NewLine}    {Of(diagnostic)},").ToList();
        return lines.Count == 0 ? "    none" : string.Join(Environment.NewLine, lines);
    }

    /// <summary>An actual diagnostic.</summary>
    public static string Of(Diagnostic diagnostic)
    {
        var text = Start(diagnostic.Id, diagnostic.Severity);
        if (diagnostic.Location.Kind != LocationKind.None)
        {
            foreach (var location in diagnostic.AdditionalLocations.Prepend(diagnostic.Location))
                AppendSpan(text, location.GetLineSpan());
        }

        AppendArguments(text, DiagnosticArguments.Of(diagnostic));
        if (diagnostic.IsSuppressed)
            text.Append(".WithIsSuppressed(true)");
        return text.ToString();
    }

    /// <summary>An expected diagnostic.</summary>
    public static string Of(DiagnosticResult expected)
    {
        var text = Start(expected.Id, expected.Severity);
        foreach (var location in expected.Spans)
        {
            if (location.Options.HasFlag(DiagnosticLocationOptions.IgnoreLength))
                text.Append($".WithLocation(\"{location.Span.Path}\", {Position(location.Span.StartLinePosition)})");
            else
                AppendSpan(text, location.Span);
        }

        AppendArguments(text, DiagnosticArguments.AsText(expected.MessageArguments));
        if (expected.IsSuppressed == true)
            text.Append(".WithIsSuppressed(true)");
        return text.ToString();
    }

    private static StringBuilder Start(string id, DiagnosticSeverity severity) => new($"new DiagnosticResult(\"{id}\", DiagnosticSeverity.{severity})");

    private static void AppendSpan(StringBuilder text, FileLinePositionSpan span) =>
        text.Append($".WithSpan(\"{span.Path}\", {Position(span.StartLinePosition)}, {Position(span.EndLinePosition)})");

    private static void AppendArguments(StringBuilder text, IReadOnlyList<string> arguments)
    {
        if (arguments.Count > 0)
            text.Append($".WithArguments({string.Join(", ", arguments.Select(argument => $"\"{argument}\""))})");
    }

    private static string Position(LinePosition position) => $"{position.Line + 1}, {position.Character + 1}";
}
