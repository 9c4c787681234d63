using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Testing;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Receiving;

/// <summary>Verifies one rule alone: loops that show its mistake, or its look-alikes, briefly leave out what the other rules of the category ask for.</summary>
internal static class OnlyRule
{
    public static Task ReportsAsync(string id, string source)
    {
        Assert.Contains("{|" + id, source);
        return Make<EmptyCodeFixProvider>(id, source).RunAsync(TestContext.Current.CancellationToken);
    }

    public static Task IgnoresAsync(string id, string source)
    {
        Assert.DoesNotContain("{|WSA", source);
        return Make<EmptyCodeFixProvider>(id, source).RunAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Exactly what is marked is reported by the given rules together, or nothing when nothing is marked.</summary>
    public static Task VerifyAsync(string[] ids, string source) => Make<EmptyCodeFixProvider>(ids, source).RunAsync(TestContext.Current.CancellationToken);

    public static Task OffersNoFixAsync<TFix>(string id, string source)
        where TFix : CodeFixProvider, new()
    {
        Assert.Contains("{|" + id, source);
        var test = Make<TFix>(id, source);
        test.AddFixed(source, null);
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Half-typed code: nothing is expected of it but that it is borne.</summary>
    public static Task BearsAsync(string id, string source)
    {
        var test = Make<EmptyCodeFixProvider>(id, source);
        test.CompilerDiagnostics = CompilerDiagnostics.None;
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    private static Verify.Test<ReceivingAnalyzer, TFix> Make<TFix>(string id, string source)
        where TFix : CodeFixProvider, new() => Make<TFix>([id], source);

    private static Verify.Test<ReceivingAnalyzer, TFix> Make<TFix>(string[] ids, string source)
        where TFix : CodeFixProvider, new()
    {
        var test = new Verify.Test<ReceivingAnalyzer, TFix>(source);
        foreach (var descriptor in new ReceivingAnalyzer().SupportedDiagnostics)
        {
            if (!ids.Contains(descriptor.Id))
                test.DisabledDiagnostics.Add(descriptor.Id);
        }

        return test;
    }
}
