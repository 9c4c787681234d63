using WebSocketAnalyzers.Driver;
using WebSocketAnalyzers.Tests.Architecture;
using Xunit;

namespace WebSocketAnalyzers.Tests.Robustness;

/// <summary>A share of the long runs of the driver, the same on every machine.</summary>
public class DriverTests
{
    [CSharpFact(OwnSources.Language)]
    public async Task Fixes_of_the_sample_are_good()
    {
        var run = new FixRun(SourceFolder.Open(Path.Combine(Repository.Root, "samples", "ChatServer"), ReferencePacks.All));

        // The rules whose fixes change the most around their diagnostics.
        await run.RunAsync(["WSA1001", "WSA2001", "WSA4001", "WSA4002"], _ => { });

        Verify.None(run.Crashes, "an analyzer never throws");
        Verify.None(run.Trials.Where(trial => trial.Complaints.Count > 0).Select(trial => $"{trial.Rule} {trial.Action} {trial.Kind} {trial.Place}\n{string.Join("\n", trial.Complaints)}\n{trial.Diff}"), "a fix cures and spoils nothing");
        Assert.True(run.Trials.Count > 15, $"{run.Diagnostics} diagnostics have only {run.Trials.Count} fixes");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Mutants_make_nothing_throw(int part)
    {
        var run = new FuzzRun(FuzzSources.Open(Repository.Root), checks: false, isTimed: false, TextWriter.Null);

        await run.RunAsync(part * 100_000, 15);

        Verify.None(run.Failures, "an analyzer or fix never throws, whatever it is given; `fuzz --seed N --count 1` of the driver repeats a mutant");
        Assert.Equal(15, run.Mutants);
    }
}
