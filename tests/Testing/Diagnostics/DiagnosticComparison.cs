namespace Microsoft.CodeAnalysis.Testing;

/// <summary>All ways in which an actual diagnostic is not the expected one.</summary>
internal static class DiagnosticComparison
{
    private const int LocationWeight = 100;
    private const int IdWeight = 30;
    private const int OtherWeight = 3;
    private const int MinorWeight = 1;

    /// <summary>The differences in the order a test reports them, each with how far apart it puts the two.</summary>
    public static IEnumerable<(int Weight, string Message)> Differences(Diagnostic actual, DiagnosticResult expected) =>
        Locations(actual, expected).Concat(Properties(actual, expected));

    private static IEnumerable<(int Weight, string Message)> Locations(Diagnostic actual, DiagnosticResult expected)
    {
        if (!expected.HasLocation)
        {
            if (actual.Location != Location.None)
                yield return (LocationWeight, $"Expected a diagnostic without location but it is at \"{actual.Location.GetLineSpan()}\"");
            yield break;
        }

        foreach (var difference in Place(actual.Location, expected.Spans[0]))
            yield return difference;
        if (expected.Options.HasFlag(DiagnosticOptions.IgnoreAdditionalLocations))
            yield break;

        if (actual.AdditionalLocations.Count != expected.Spans.Length - 1)
        {
            yield return (OtherWeight, $"Expected {expected.Spans.Length - 1} additional locations but got {actual.AdditionalLocations.Count}");
            yield break;
        }

        var unnecessary = UnnecessaryLocations(actual);
        for (var i = 0; i < actual.AdditionalLocations.Count; i++)
        {
            foreach (var (_, message) in Place(actual.AdditionalLocations[i], expected.Spans[i + 1]))
                yield return (OtherWeight, $"Additional location {i}: {message}");

            var expectedUnnecessary = expected.Spans[i + 1].Options.HasFlag(DiagnosticLocationOptions.UnnecessaryCode);
            if (expectedUnnecessary != unnecessary.Contains(i))
                yield return (OtherWeight, $"Expected additional location {i} to be marked {(expectedUnnecessary ? "" : "not ")}unnecessary code");
        }
    }

    private static IEnumerable<(int Weight, string Message)> Properties(Diagnostic actual, DiagnosticResult expected)
    {
        if (actual.Id != expected.Id)
            yield return (IdWeight, $"Expected diagnostic id to be \"{expected.Id}\" was \"{actual.Id}\"");
        if (actual.Severity != expected.Severity && !expected.Options.HasFlag(DiagnosticOptions.IgnoreSeverity))
            yield return (OtherWeight, $"Expected diagnostic severity to be \"{expected.Severity}\" was \"{actual.Severity}\"");

        if (expected.Message is { } message)
        {
            if (actual.GetMessage() is var actualMessage && actualMessage != message)
                yield return (MinorWeight, $"Expected diagnostic message to be \"{message}\" was \"{actualMessage}\"");
        }
        else if (DiagnosticArguments.AsText(expected.MessageArguments) is { Count: > 0 } arguments)
        {
            if (DiagnosticArguments.Of(actual) is var actualArguments && !actualArguments.SequenceEqual(arguments))
                yield return (MinorWeight, $"Expected diagnostic message arguments to match: expected \"{string.Join("\", \"", arguments)}\" was \"{string.Join("\", \"", actualArguments)}\"");
        }

        if (expected.IsSuppressed is { } suppressed && actual.IsSuppressed != suppressed)
            yield return (MinorWeight, $"Expected diagnostic suppression state to be \"{suppressed}\" was \"{actual.IsSuppressed}\"");
    }

    private static IEnumerable<(int Weight, string Message)> Place(Location actualLocation, DiagnosticLocation expectedLocation)
    {
        var actual = actualLocation.GetLineSpan();
        var expected = expectedLocation.Span;

        // The second form is how a test names the only file of a project: "Test." for "Test0.".
        if (actual.Path != expected.Path && !(actual.Path?.Contains("Test0.", StringComparison.Ordinal) == true && expected.Path.Contains("Test.", StringComparison.Ordinal)))
            yield return (LocationWeight, $"Expected diagnostic to be in file \"{expected.Path}\" was actually in file \"{actual.Path}\"");

        var ends = expectedLocation.Options.HasFlag(DiagnosticLocationOptions.IgnoreLength) ? [] : Position("end", expected.EndLinePosition, actual.EndLinePosition, OtherWeight);
        foreach (var difference in Position("start", expected.StartLinePosition, actual.StartLinePosition, LocationWeight).Concat(ends))
            yield return difference;
    }

    private static IEnumerable<(int Weight, string Message)> Position(string which, LinePosition expected, LinePosition actual, int weight)
    {
        if (expected.Line != actual.Line)
            yield return (weight, $"Expected diagnostic to {which} on line \"{expected.Line + 1}\" was actually on line \"{actual.Line + 1}\"");
        if (expected.Character != actual.Character)
            yield return (weight, $"Expected diagnostic to {which} at column \"{expected.Character + 1}\" was actually at column \"{actual.Character + 1}\"");
    }

    /// <summary>The indices of additional locations that editors fade out: a list like "[0,1]" in a property of the diagnostic.</summary>
    private static HashSet<int> UnnecessaryLocations(Diagnostic diagnostic)
    {
        var list = diagnostic.Properties.GetValueOrDefault(WellKnownDiagnosticTags.Unnecessary) ?? "";
        return [.. list.Trim('[', ']').Split(',').Select(item => int.TryParse(item, out var index) ? index : -1)];
    }
}
