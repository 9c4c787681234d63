namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Writes diagnostics the way a test expects them, ready to be pasted.</summary>
internal static class DiagnosticText
{
    /// <summary>Several diagnostics, each after a comment with its message.</summary>
    public static string List(IEnumerable<Diagnostic> diagnostics)
    {
        var text = string.Join(Environment.NewLine, diagnostics.Select(diagnostic => $"    // {diagnostic}{Environment.NewLine}    {Of(diagnostic)},"));
        return text == "" ? "    none" : text;
    }

    /// <summary>An actual diagnostic.</summary>
    public static string Of(Diagnostic diagnostic)
    {
        var locations = diagnostic.Location.Kind == LocationKind.None ? [] : diagnostic.AdditionalLocations.Prepend(diagnostic.Location);
        var expected = new DiagnosticResult(diagnostic.Id, diagnostic.Severity).WithArguments([.. DiagnosticArguments.Of(diagnostic)]).WithIsSuppressed(diagnostic.IsSuppressed);
        return Of(locations.Aggregate(expected, (result, location) => result.WithSpan(location.GetLineSpan())));
    }

    /// <summary>An expected diagnostic.</summary>
    public static string Of(DiagnosticResult expected)
    {
        var spans = string.Concat(expected.Spans.Select(location => location.Options.HasFlag(DiagnosticLocationOptions.IgnoreLength)
            ? $".WithLocation(\"{location.Span.Path}\", {Position(location.Span.StartLinePosition)})"
            : $".WithSpan(\"{location.Span.Path}\", {Position(location.Span.StartLinePosition)}, {Position(location.Span.EndLinePosition)})"));
        var arguments = DiagnosticArguments.AsText(expected.MessageArguments) is { Count: > 0 } texts ? $".WithArguments({string.Join(", ", texts.Select(text => $"\"{text}\""))})" : "";
        return $"new DiagnosticResult(\"{expected.Id}\", DiagnosticSeverity.{expected.Severity}){spans}{arguments}{(expected.IsSuppressed == true ? ".WithIsSuppressed(true)" : "")}";
    }

    private static string Position(LinePosition position) => $"{position.Line + 1}, {position.Character + 1}";
}
