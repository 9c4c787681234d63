namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Decides which expected diagnostic each actual one is meant to be, so that the order of neither matters.</summary>
internal static class DiagnosticMatching
{
    /// <summary>The pairs in the order of the actual ones: as many without any difference as can be, the rest by distance. What is left over on one side stays out.</summary>
    public static IEnumerable<(Diagnostic Actual, DiagnosticResult Expected)> Pair(ImmutableArray<Diagnostic> actual, DiagnosticResult[] expected)
    {
        var pairs = (from i in Enumerable.Range(0, actual.Length)
                     from j in Enumerable.Range(0, expected.Length)
                     select (Actual: i, Expected: j, Distance: DiagnosticComparison.Differences(actual[i], expected[j]).Count())).ToList();
        var exact = pairs.Where(pair => pair.Distance == 0).ToLookup(pair => pair.Actual, pair => pair.Expected);
        var actualOf = new Dictionary<int, int>();

        for (var i = 0; i < actual.Length; i++)
            Match(i, []);
        foreach (var (i, j, _) in pairs.OrderBy(pair => pair.Distance))
            if (!actualOf.ContainsKey(j) && !actualOf.ContainsValue(i))
                actualOf.Add(j, i);
        return actualOf.OrderBy(pair => pair.Value).Select(pair => (actual[pair.Value], expected[pair.Key]));

        // An expected one is free, or can be freed because its actual one equals another as well (augmenting paths).
        bool Match(int i, HashSet<int> tried)
        {
            foreach (var j in exact[i].Where(tried.Add))
            {
                if (actualOf.TryGetValue(j, out var holder) && !Match(holder, tried))
                    continue;
                actualOf[j] = i;
                return true;
            }

            return false;
        }
    }
}
