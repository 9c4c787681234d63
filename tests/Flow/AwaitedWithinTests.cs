using System.Collections.Immutable;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Tests.Connections;
using Xunit;

namespace WebSocketAnalyzers.Tests.Flow;

/// <summary>Which calls a block waits for: those marked as <c>awaited</c>, and no other call of <c>F</c>.</summary>
public class AwaitedWithinTests
{
    [Theory]
    [InlineData("await {|awaited:F()|};")]
    [InlineData("await {|awaited:F()|}.ConfigureAwait(false);")]
    [InlineData("await {|awaited:F()|}.WaitAsync(TimeSpan.FromSeconds(1));")]
    [InlineData("var x = await {|awaited:F()|};")]
    [InlineData("if (await {|awaited:F()|} > 0) { }")]
    [InlineData("{|awaited:F()|}.Wait();")]
    [InlineData("var x = {|awaited:F()|}.Result;")]
    [InlineData("{|awaited:F()|}.GetAwaiter().GetResult();")]
    [InlineData("var t = {|awaited:F()|}; await t;")]
    [InlineData("Task t; t = {|awaited:F()|}; await Task.WhenAny(t, Task.Delay(1));")]
    [InlineData("_running = {|awaited:F()|}; await _running;")]
    [InlineData("await Task.WhenAll({|awaited:F()|}, {|awaited:F()|});")]
    [InlineData("var list = new List<Task>(); list.Add({|awaited:F()|}); await Task.WhenAll(list);")]
    [InlineData("var all = new Task[1]; all[0] = {|awaited:F()|}; await Task.WhenAll(all);")]
    [InlineData("await Task.WhenAll(new[] { 1, 2 }.Select(_ => {|awaited:F()|}));")]
    [InlineData("await Task.WhenAll(new[] { 1, 2 }.Select(_ => { return {|awaited:F()|}; }));")]
    [InlineData("await Task.WhenAll(new Task[] { {|awaited:F()|} });")]
    [InlineData("{|awaited:S()|};")]
    public void What_is_waited_for(string statements) => Check(statements);

    [Theory]
    [InlineData("F();")]
    [InlineData("_ = F();")]
    [InlineData("var t = F(); await Task.Delay(1);")]
    [InlineData("_running = F();")]
    [InlineData("Outside.Add(F()); await Task.Delay(1);")]
    [InlineData("return F();")]
    [InlineData("F().ContinueWith(_ => { });")]
    [InlineData("Console.WriteLine(F());")]
    public void What_goes_its_own_way(string statements) => Check(statements);

    private static void Check(string statements)
    {
        var markup = ModelMarkup.OfBroken($$"""
            class C
            {
                Task<int> _running;
                static readonly List<Task> Outside = new();
                static Task<int> F() => Task.FromResult(1);
                static void S() { }
                {{(statements.StartsWith("return", StringComparison.Ordinal) ? "" : "async ")}}Task M()
                {
                    { {{statements}} }
                }
            }
            """);
        var model = markup.Compilation.GetSemanticModel(markup.Trees[0]);
        var method = markup.Trees[0].GetRoot(TestContext.Current.CancellationToken).DescendantNodes().OfType<MethodDeclarationSyntax>().Single(declared => declared.Identifier.ValueText == "M");
        var inner = ((BlockSyntax)method.Body!.Statements[0]).Statements.ToImmutableArray();
        markup.AssertCalls("awaited", call => call.TargetMethod.Name is "F" or "S" && AwaitedWithin.IsAwaited(call, inner, model, TestContext.Current.CancellationToken));
    }
}
