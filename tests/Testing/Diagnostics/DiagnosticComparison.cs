namespace Microsoft.CodeAnalysis.Testing;

/// <summary>All ways in which an actual diagnostic is not the expected one; their number is the distance of the two.</summary>
internal static class DiagnosticComparison
{
    /// <summary>The differences in the order a test reports them.</summary>
    public static IEnumerable<string> Differences(Diagnostic actual, DiagnosticResult expected) => Locations(actual, expected).Concat(Properties(actual, expected));

    private static IEnumerable<string> Locations(Diagnostic actual, DiagnosticResult expected)
    {
        if (!expected.HasLocation)
            return actual.Location == Location.None ? [] : [$"Expected a diagnostic without location but it is at \"{actual.Location.GetLineSpan()}\""];

        var primary = Place(actual.Location, expected.Spans[0]);
        if (expected.Options.HasFlag(DiagnosticOptions.IgnoreAdditionalLocations))
            return primary;
        if (actual.AdditionalLocations.Count != expected.Spans.Length - 1)
            return primary.Append($"Expected {expected.Spans.Length - 1} additional locations but got {actual.AdditionalLocations.Count}");

        var unnecessary = UnnecessaryLocations(actual);
        return primary.Concat(actual.AdditionalLocations.SelectMany((location, i) => Additional(i, location, expected.Spans[i + 1], unnecessary.Contains(i))));
    }

    private static IEnumerable<string> Additional(int index, Location actual, DiagnosticLocation expected, bool isUnnecessary)
    {
        foreach (var difference in Place(actual, expected))
            yield return $"Additional location {index}: {difference}";
        if (expected.Options.HasFlag(DiagnosticLocationOptions.UnnecessaryCode) != isUnnecessary)
            yield return $"Expected additional location {index} to be marked {(isUnnecessary ? "not " : "")}unnecessary code";
    }

    private static IEnumerable<string> Properties(Diagnostic actual, DiagnosticResult expected)
    {
        if (actual.Id != expected.Id)
            yield return $"Expected diagnostic id to be \"{expected.Id}\" was \"{actual.Id}\"";
        if (actual.Severity != expected.Severity && !expected.Options.HasFlag(DiagnosticOptions.IgnoreSeverity))
            yield return $"Expected diagnostic severity to be \"{expected.Severity}\" was \"{actual.Severity}\"";

        if (expected.Message is { } message)
        {
            if (actual.GetMessage() is var actualMessage && actualMessage != message)
                yield return $"Expected diagnostic message to be \"{message}\" was \"{actualMessage}\"";
        }
        else if (DiagnosticArguments.AsText(expected.MessageArguments) is { Count: > 0 } arguments)
        {
            if (DiagnosticArguments.Of(actual) is var actualArguments && !actualArguments.SequenceEqual(arguments))
                yield return $"Expected diagnostic message arguments to match: expected \"{string.Join("\", \"", arguments)}\" was \"{string.Join("\", \"", actualArguments)}\"";
        }

        if (expected.IsSuppressed is { } suppressed && actual.IsSuppressed != suppressed)
            yield return $"Expected diagnostic suppression state to be \"{suppressed}\" was \"{actual.IsSuppressed}\"";
    }

    private static IEnumerable<string> Place(Location actualLocation, DiagnosticLocation expectedLocation)
    {
        var (actual, expected) = (actualLocation.GetLineSpan(), expectedLocation.Span);

        // The second form is how a test names the only file of a project: "Test." for "Test0.".
        if (actual.Path != expected.Path && !(actual.Path?.Contains("Test0.", StringComparison.Ordinal) == true && expected.Path.Contains("Test.", StringComparison.Ordinal)))
            yield return $"Expected diagnostic to be in file \"{expected.Path}\" was actually in file \"{actual.Path}\"";

        var ends = expectedLocation.Options.HasFlag(DiagnosticLocationOptions.IgnoreLength) ? [] : Position("end", expected.EndLinePosition, actual.EndLinePosition);
        foreach (var difference in Position("start", expected.StartLinePosition, actual.StartLinePosition).Concat(ends))
            yield return difference;
    }

    private static IEnumerable<string> Position(string which, LinePosition expected, LinePosition actual)
    {
        if (expected.Line != actual.Line)
            yield return $"Expected diagnostic to {which} on line \"{expected.Line + 1}\" was actually on line \"{actual.Line + 1}\"";
        if (expected.Character != actual.Character)
            yield return $"Expected diagnostic to {which} at column \"{expected.Character + 1}\" was actually at column \"{actual.Character + 1}\"";
    }

    /// <summary>The indices of additional locations that editors fade out: a list like "[0,1]" in a property of the diagnostic.</summary>
    private static HashSet<int> UnnecessaryLocations(Diagnostic diagnostic)
    {
        var list = diagnostic.Properties.GetValueOrDefault(WellKnownDiagnosticTags.Unnecessary) ?? "";
        return [.. list.Trim('[', ']').Split(',').Select(item => int.TryParse(item, out var index) ? index : -1)];
    }
}
