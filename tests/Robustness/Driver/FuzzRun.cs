using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace WebSocketAnalyzers.Driver;

/// <summary>Mutants of consecutive seeds: no analyzer and no fix may throw, and no analysis may take long.</summary>
/// <param name="sources">What is mutated.</param>
/// <param name="checks">Whether the fixes of mutants that compile are judged as well, as those of real code are.</param>
/// <param name="isTimed">Whether an analysis that takes long is a failure; on a machine that others use as well it says nothing.</param>
/// <param name="output">Where failures are told as they are found.</param>
internal sealed class FuzzRun(FuzzSources sources, bool checks, bool isTimed, TextWriter output)
{
    private static readonly TimeSpan TooLong = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Endless = TimeSpan.FromMinutes(2);

    /// <summary>How many mutants there were.</summary>
    public int Mutants { get; private set; }

    /// <summary>How many diagnostics they had.</summary>
    public int Diagnostics { get; private set; }

    /// <summary>How many actions were applied, and Fix Alls.</summary>
    public int Fixes { get; private set; }

    /// <summary>What went wrong: a line with the seed, then the details.</summary>
    public List<string> Failures { get; } = [];

    /// <summary>The longest analysis, and the seed of its mutant.</summary>
    public (TimeSpan Time, int Seed) Slowest { get; private set; }

    /// <summary>Runs the mutants of <paramref name="count"/> seeds from <paramref name="seed"/> on.</summary>
    public async Task RunAsync(int seed, int count)
    {
        // What is slow the first time only is not the analyzers' doing.
        await AnalyzeAsync(sources.All.First(project => project.Name == FuzzSources.Sample));
        for (var next = seed; next < seed + count; next++)
        {
            if ((next - seed) % 500 == 0)
                output.WriteLine($"seeds from {next}");
            var mutant = await Mutant.OfAsync(next, sources);
            var run = Task.Run(() => TryAsync(mutant));
            if (await Task.WhenAny(run, Task.Delay(Endless)) != run)
            {
                Fail(mutant, "does not end");
                return;
            }

            Mutants++;
            try
            {
                await run;
            }
            catch (Exception exception)
            {
                Fail(mutant, exception.ToString());
            }
        }
    }

    private void Fail(Mutant mutant, string what)
    {
        var failure = $"seed {mutant.Seed} ({mutant.Description}): {what}";
        Failures.Add(failure);
        output.WriteLine("BAD " + failure);
    }

    private async Task TryAsync(Mutant mutant)
    {
        var (findings, time) = await AnalyzeAsync(mutant.Project);
        // Once more: the machine may have been busy with something else.
        if (isTimed && time > TooLong)
            (findings, time) = await AnalyzeAsync((await Mutant.OfAsync(mutant.Seed, sources)).Project);
        if (time > Slowest.Time)
            Slowest = (time, mutant.Seed);
        if (isTimed && time > TooLong)
            Fail(mutant, $"analysis takes {time.TotalSeconds:0.0} s");
        foreach (var crash in findings.Crashes)
            Fail(mutant, crash);

        var found = await findings.OfProjectAsync(mutant.Project.Id);
        Diagnostics += found.Length;
        if (checks && found.Length > 0 && (await mutant.Project.GetCompilationAsync())!.GetDiagnostics().All(diagnostic => diagnostic.Severity < DiagnosticSeverity.Error))
        {
            var run = new FixRun(mutant.Project.Solution);
            await run.RunAsync([], trial => Judge(mutant, trial));
            Fixes += run.Trials.Count;
            return;
        }

        foreach (var diagnostic in found)
        {
            foreach (var fix in Package.Fixes.Where(fix => fix.FixableDiagnosticIds.Contains(diagnostic.Id)))
                await ApplyAsync(findings, diagnostic, fix);
        }
    }

    private void Judge(Mutant mutant, Trial trial)
    {
        if (trial.Complaints.Count > 0)
            Fail(mutant, $"{trial.Rule} {trial.Action} {trial.Kind}\n  {string.Join("\n  ", trial.Complaints)}\n{trial.Diff}");
    }

    private static async Task<(Findings Findings, TimeSpan Time)> AnalyzeAsync(Project project)
    {
        var findings = new Findings(project.Solution);
        var watch = Stopwatch.StartNew();
        await findings.OfProjectAsync(project.Id);
        return (findings, watch.Elapsed);
    }

    private async Task ApplyAsync(Findings findings, Diagnostic diagnostic, CodeFixProvider fix)
    {
        foreach (var offer in await Offer.AllAsync(findings.Solution.GetDocument(diagnostic.Location.SourceTree!)!, diagnostic, fix))
        {
            await offer.ApplyAsync();
            await offer.ApplyAllAsync(FixAllScope.Project, findings);
            Fixes += 2;
        }
    }
}
