using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Tests.Connections;
using Xunit;

namespace WebSocketAnalyzers.Tests.Flow;

/// <summary>From which calls of <c>F</c> the method can come to its end without an await: those marked as <c>ends</c>, and no other.</summary>
public class ReachesEndTests
{
    [Theory]
    [InlineData("{|ends:F()|};")]
    [InlineData("await G(); {|ends:F()|};")]
    [InlineData("{|ends:F()|}; return;")]
    [InlineData("{|ends:F()|}; if (_flag) await G();")]
    [InlineData("if (_flag) { {|ends:F()|}; } else { F(); await G(); }")]
    [InlineData("try { {|ends:F()|}; } catch (Exception) { await G(); }")]
    [InlineData("try { {|ends:F()|}; } finally { Console.WriteLine(); }")]
    [InlineData("foreach (var number in new[] { 1, 2 }) { {|ends:F()|}; }")]
    [InlineData("using (var stream = new MemoryStream()) {|ends:F()|};")]
    [InlineData("switch (_number) { case 1: {|ends:F()|}; break; default: await G(); break; }")]
    [InlineData("{|ends:F()|}; Func<Task> later = async () => await G();")]
    public void What_ends_without_a_wait(string statements) => Check(statements);

    [Theory]
    [InlineData("F(); await G();")]
    [InlineData("F(); throw new Exception();")]
    [InlineData("F(); while (true) { Console.WriteLine(); }")]
    [InlineData("F(); while (true) { if (_flag) continue; await G(); }")]
    [InlineData("F(); for (; ; ) { await G(); }")]
    [InlineData("try { F(); } finally { await G(); }")]
    [InlineData("try { F(); return; } finally { await G(); }")]
    [InlineData("try { F(); await G(); } catch (Exception) { }")]
    [InlineData("F(); if (_flag) await G(); else throw new Exception();")]
    [InlineData("F(); await foreach (var item in H()) { }")]
    public void What_waits_or_never_ends(string statements) => Check(statements);

    private static void Check(string statements)
    {
        var markup = ModelMarkup.OfBroken($$"""
            class C
            {
                private bool _flag;
                private int _number;
                static void F() { }
                static Task G() => Task.CompletedTask;
                static IAsyncEnumerable<int> H() => null;
                async Task M()
                {
                    {{statements}}
                }
            }
            """);
        markup.AssertCalls("ends", call => call.TargetMethod.Name == "F" && Reachability.ReachesEnd(call, operation => operation is IAwaitOperation, TestContext.Current.CancellationToken));
    }
}
