using Microsoft.CodeAnalysis;

namespace WebSocketAnalyzers.Driver;

/// <summary>The long runs, by hand; the exit code is 1 when something is wrong.</summary>
internal static class Program
{
    private const string Usage = """
        fixes --src DIR [--src DIR ..] [--refs DIR|DLL ..] [--ids ID ..]    every offered fix on every diagnostic, alone and by Fix All
        fuzz [--seed N] [--count N]                                         mutants of the corpus, the samples and the snippets of rules.md, 10,000 by default
        fuzz-fixes [--seed N] [--count N]                                   the same, and the fixes of those that compile are judged as fixes of real code are
        """;

    public static async Task<int> Main(string[] args)
    {
        if (args.Length == 0)
            return Say(Usage, 2);
        var options = new List<(string Name, string Value)>();
        for (var at = 1; at + 1 < args.Length; at += 2)
            options.Add((args[at], args[at + 1]));
        string[] Values(string name) => [.. options.Where(option => option.Name == name).Select(option => option.Value)];
        int Number(string name, int otherwise) => Values(name) is [var value] ? int.Parse(value, System.Globalization.CultureInfo.InvariantCulture) : otherwise;
        return args[0] switch
        {
            "fixes" => await FixesAsync(Values("--src"), References(Values("--refs")), Values("--ids")),
            "fuzz" or "fuzz-fixes" => await FuzzAsync(Number("--seed", 1), Number("--count", 10_000), args[0] == "fuzz-fixes"),
            _ => Say(Usage, 2),
        };
    }

    private static async Task<int> FixesAsync(string[] folders, IReadOnlyList<MetadataReference> references, string[] rules)
    {
        var report = new FixReport(Console.Out);
        foreach (var folder in folders)
            await report.AddAsync(Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)), new FixRun(SourceFolder.Open(folder, references)), rules);
        return Say(report.Table(), report.IsGood ? 0 : 1);
    }

    private static async Task<int> FuzzAsync(int seed, int count, bool checks)
    {
        var run = new FuzzRun(FuzzSources.Open(ReferencePacks.Metadata("RepositoryRoot")), checks, isTimed: true, Console.Out);
        await run.RunAsync(seed, count);
        return Say(
            $"{run.Mutants} mutants, {run.Diagnostics} diagnostics, {run.Fixes} fixes applied, {run.Failures.Count} failures; slowest analysis {run.Slowest.Time.TotalMilliseconds:0} ms (seed {run.Slowest.Seed})",
            run.Failures.Count == 0 ? 0 : 1);
    }

    private static List<MetadataReference> References(string[] paths) =>
    [
        .. ReferencePacks.All,
        .. paths.SelectMany(path => Directory.Exists(path) ? Directory.GetFiles(path, "*.dll") : [path])
            .Where(path => !ReferencePacks.All.Any(pack => Path.GetFileName(pack.Display) == Path.GetFileName(path)))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    private static int Say(string text, int exitCode)
    {
        Console.WriteLine(text);
        return exitCode;
    }
}
