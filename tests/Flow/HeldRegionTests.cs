using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Tests.Connections;
using Xunit;

namespace WebSocketAnalyzers.Tests.Flow;

/// <summary>What runs between a wait and its release: the statements marked as <c>held</c>, and no others.</summary>
public class HeldRegionTests
{
    [Fact]
    public void Block_of_the_try_whose_finally_releases() => Check("""
        A();
        await gate.WaitAsync();
        try {|held:{ B(); C(); }|}
        finally { gate.Release(); }
        D();
        """);

    [Fact]
    public void Catches_of_that_try() => Check("""
        gate.Wait();
        try {|held:{ B(); }|}
        catch (IOException) {|held:{ C(); }|}
        catch {|held:{ D(); }|}
        finally { E(); gate.Release(); }
        """);

    [Fact]
    public void Statements_between_the_wait_and_the_try() => Check("""
        await gate.WaitAsync().ConfigureAwait(false);
        {|held:var x = 1;|}
        {|held:A(x);|}
        try {|held:{ B(); }|}
        finally { gate.Release(); }
        """);

    [Fact]
    public void Statements_up_to_a_plain_release() => Check("""
        await gate.WaitAsync();
        {|held:A();|}
        {|held:if (x) B();|}
        gate.Release();
        C();
        """);

    [Fact]
    public void Statement_in_which_one_branch_releases_is_held_as_a_whole() => Check("""
        await gate.WaitAsync();
        {|held:A();|}
        {|held:if (x) { gate.Release(); return; }|}
        {|held:B();|}
        gate.Release();
        C();
        """);

    [Fact]
    public void Code_after_the_guard_of_a_timed_wait() => Check("""
        if (!await gate.WaitAsync(100)) return;
        try {|held:{ A(); }|}
        finally { gate.Release(); }
        """);

    [Theory]
    [InlineData("await gate.WaitAsync(100) == false")]
    [InlineData("await gate.WaitAsync(100) is false")]
    [InlineData("!(await gate.WaitAsync(100).ConfigureAwait(false))")]
    public void Guard_that_compares_with_false(string condition) => Check($$"""
        if ({{condition}}) return;
        try {|held:{ A(); }|}
        finally { gate.Release(); }
        """);

    [Fact]
    public void Code_inside_the_if_of_a_timed_wait() => Check("""
        if (await gate.WaitAsync(100))
        {
            {|held:A();|}
            gate.Release();
        }
        B();
        """);

    [Fact]
    public void Code_after_a_wait_whose_answer_is_kept() => Check("""
        var taken = await gate.WaitAsync(100);
        try {|held:{ A(); }|}
        finally { if (taken) gate.Release(); }
        """);

    [Fact]
    public void Rest_of_the_try_when_the_wait_stands_in_it() => Check("""
        try
        {
            A();
            await gate.WaitAsync();
            {|held:B();|}
            {|held:C();|}
        }
        finally { gate.Release(); }
        """);

    [Fact]
    public void Sections_of_a_switch() => Check("""
        switch (x)
        {
            case 1:
                await gate.WaitAsync();
                {|held:A();|}
                gate.Release();
                break;
            default:
                B();
                break;
        }
        """);

    [Fact]
    public void Two_regions_one_after_the_other() => Check("""
        await gate.WaitAsync();
        {|held:A();|}
        gate.Release();
        B();
        await gate.WaitAsync();
        {|held:C();|}
        gate.Release();
        """);

    [Fact]
    public void Nothing_when_nobody_in_sight_releases() => Check("""
        await gate.WaitAsync();
        A();
        """);

    [Fact]
    public void Nothing_when_another_lock_is_released() => Check("""
        await gate.WaitAsync();
        try { A(); }
        finally { other.Release(); }
        """);

    [Fact]
    public void Nothing_when_the_release_stands_before_the_wait() => Check("""
        gate.Release();
        A();
        await gate.WaitAsync();
        B();
        """);

    [Fact]
    public void Nothing_when_the_release_runs_at_another_time() => Check("""
        await gate.WaitAsync();
        A();
        timer.Elapsed += () => gate.Release();
        void Done() { gate.Release(); }
        """);

    [Fact]
    public void Nothing_in_an_expression_body() =>
        Check("Task Enter() => gate.WaitAsync();");

    [Fact]
    public void Statements_of_a_program() => CheckFile("""
        await gate.WaitAsync();
        {|held:A();|}
        gate.Release();
        class C { }
        """);

    [Theory]
    [InlineData("await gate.WaitAsync(")]
    [InlineData("if (await gate.WaitAsync()")]
    [InlineData("try { await gate.WaitAsync(); finally gate.Release(")]
    [InlineData("await gate.WaitAsync(); try")]
    public void Half_typed_code_is_nothing_to_stumble_over(string statements)
    {
        foreach (var wait in Waits(ModelMarkup.OfBroken("class C { async Task M() { " + statements)))
            HeldRegion.After(wait, call => IsCall(call, "Release"));
    }

    private static void Check(string statements) => CheckFile("class C { async Task M() {\n" + statements + "\n} }");

    private static void CheckFile(string source)
    {
        var markup = ModelMarkup.OfBroken(source);
        markup.AssertMarked("held", Waits(markup).SelectMany(wait => HeldRegion.After(wait, call => IsCall(call, "Release"))).Select(statement => statement.GetLocation()));
    }

    private static IEnumerable<InvocationExpressionSyntax> Waits(ModelMarkup markup) =>
        markup.Trees[0].GetRoot(TestContext.Current.CancellationToken).DescendantNodes().OfType<InvocationExpressionSyntax>().Where(call => IsCall(call, "WaitAsync") || IsCall(call, "Wait"));

    private static bool IsCall(InvocationExpressionSyntax call, string name) =>
        call.Expression is MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "gate" } } access && access.Name.Identifier.ValueText == name;
}
