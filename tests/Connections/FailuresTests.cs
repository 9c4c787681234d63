using Microsoft.CodeAnalysis.CSharp.Syntax;
using WebSocketAnalyzers.Connections;
using Xunit;

namespace WebSocketAnalyzers.Tests.Connections;

/// <summary>Whose failure leaves the method: that of the calls marked as <c>leaves</c>, and of no other call of <c>F</c> or <c>H</c>.</summary>
public class FailuresTests
{
    [Theory]
    [InlineData("await {|leaves:F()|};")]
    [InlineData("await {|leaves:F()|}.ConfigureAwait(false);")]
    [InlineData("await {|leaves:F()|}.WaitAsync(TimeSpan.FromSeconds(1));")]
    [InlineData("await (_flag ? {|leaves:F()|} : {|leaves:F()|});")]
    [InlineData("await (_next?{|leaves:.F2()|} ?? Task.CompletedTask);")]
    [InlineData("var task = {|leaves:F()|}; await Task.Yield(); await task;")]
    [InlineData("var task = {|leaves:F()|}; await Task.WhenAll(task, Task.Delay(1));")]
    [InlineData("await Task.WhenAll({|leaves:F()|}, {|leaves:F()|});")]
    [InlineData("var tasks = new List<Task>(); tasks.Add({|leaves:F()|}); await Task.WhenAll(tasks);")]
    [InlineData("var tasks = new[] { 1, 2 }.Select(_ => {|leaves:F()|}).ToList(); await Task.WhenAll(tasks);")]
    [InlineData("await Task.WhenAll(new[] { 1, 2 }.Select(async _ => await {|leaves:F()|}));")]
    [InlineData("try { await {|leaves:F()|}; } catch (InvalidOperationException) { }")]
    [InlineData("try { await {|leaves:F()|}; } catch (Exception e) when (e is not OperationCanceledException) { }")]
    [InlineData("try { await {|leaves:F()|}; } catch (Exception) { throw; }")]
    [InlineData("try { await {|leaves:F()|}; } catch (OperationCanceledException) { throw; } catch (Exception) { }")]
    [InlineData("try { await {|leaves:F()|}; } finally { Console.WriteLine(); }")]
    [InlineData("try { } catch (Exception) { await {|leaves:F()|}; }")]
    [InlineData("await foreach (var number in {|leaves:H()|}) { }")]
    public void What_leaves(string statements) => Check(statements);

    [Theory]
    [InlineData("try { await F(); } catch (Exception) { }")]
    [InlineData("try { await F(); } catch { }")]
    [InlineData("try { try { await F(); } finally { Console.WriteLine(); } } catch (Exception e) { Console.WriteLine(e); }")]
    [InlineData("var task = F(); try { await task; } catch (Exception) { }")]
    [InlineData("await Task.WhenAll(new[] { 1, 2 }.Select(async _ => { try { await F(); } catch (Exception) { } }));")]
    [InlineData("F();")]
    [InlineData("_ = F();")]
    [InlineData("_task = F();")]
    [InlineData("await Task.WhenAny(F(), Task.Delay(1));")]
    [InlineData("await F().ContinueWith(done => Console.WriteLine(done.Exception));")]
    [InlineData("new List<int>().ForEach(async _ => await F());")]
    [InlineData("var task = F(); await Task.Yield();")]
    [InlineData("try { await foreach (var number in H()) { } } catch (Exception) { }")]
    public void What_comes_up_elsewhere(string statements) => Check(statements);

    private static void Check(string statements)
    {
        var markup = ModelMarkup.OfBroken($$"""
            class C
            {
                private bool _flag;
                private Task _task;
                private C _next;
                Task F2() => Task.CompletedTask;
                static Task F() => Task.CompletedTask;
                static IAsyncEnumerable<int> H() => null;
                async Task M()
                {
                    {{statements}}
                }
            }
            """);
        var body = markup.Trees[0].GetRoot(TestContext.Current.CancellationToken).DescendantNodes().OfType<MethodDeclarationSyntax>().Single(declared => declared.Identifier.ValueText == "M");
        markup.AssertCalls("leaves", call => call.TargetMethod.Name is "F" or "F2" or "H" && Failures.Leave(call, body));
    }
}
