namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Decides which expected diagnostic each actual one is meant to be, so that the order of neither matters.</summary>
internal static class DiagnosticMatching
{
    /// <summary>The pairs with the least differences in total, in the order of the actual ones; what is left over on one side stays out.</summary>
    public static ImmutableArray<(Diagnostic Actual, DiagnosticResult Expected)> Pair(ImmutableArray<Diagnostic> actual, DiagnosticResult[] expected)
    {
        var size = Math.Max(actual.Length, expected.Length);
        var costs = new int[size, size];
        for (var i = 0; i < actual.Length; i++)
            for (var j = 0; j < expected.Length; j++)
                costs[i, j] = DiagnosticComparison.Differences(actual[i], expected[j]).Sum(difference => difference.Weight);

        var columns = Assign(costs, size);
        return [.. Enumerable.Range(0, actual.Length).Where(i => columns[i] < expected.Length).Select(i => (actual[i], expected[columns[i]]))];
    }

    /// <summary>The column of each row in the cheapest assignment: shortest augmenting paths with potentials (the Hungarian method), cubic in the size.</summary>
    private static int[] Assign(int[,] costs, int size)
    {
        // Index 0 is the row and column where each search starts, so rows and columns count from 1.
        var rowPotential = new int[size + 1];
        var columnPotential = new int[size + 1];
        var rowOf = new int[size + 1];
        var previous = new int[size + 1];

        for (var row = 1; row <= size; row++)
        {
            var distance = Enumerable.Repeat(int.MaxValue, size + 1).ToArray();
            var visited = new bool[size + 1];
            var column = 0;
            rowOf[0] = row;
            do
            {
                visited[column] = true;
                var nearest = 0;
                var step = int.MaxValue;
                for (var candidate = 1; candidate <= size; candidate++)
                {
                    if (visited[candidate])
                        continue;
                    var reduced = costs[rowOf[column] - 1, candidate - 1] - rowPotential[rowOf[column]] - columnPotential[candidate];
                    if (reduced < distance[candidate])
                        (distance[candidate], previous[candidate]) = (reduced, column);
                    if (distance[candidate] < step)
                        (step, nearest) = (distance[candidate], candidate);
                }

                for (var other = 0; other <= size; other++)
                {
                    if (visited[other])
                    {
                        rowPotential[rowOf[other]] += step;
                        columnPotential[other] -= step;
                    }
                    else if (other > 0)
                        distance[other] -= step;
                }

                column = nearest;
            }
            while (rowOf[column] != 0);

            for (; column != 0; column = previous[column])
                rowOf[column] = rowOf[previous[column]];
        }

        var columns = new int[size];
        for (var column = 1; column <= size; column++)
            columns[rowOf[column] - 1] = column - 1;
        return columns;
    }
}
