using WebSocketAnalyzers.CodeFixes.Editing;
using Xunit;

namespace WebSocketAnalyzers.Tests.Editing;

public class AwaitExpressionTests
{
    private static readonly PlanEdit s_await = AwaitExpression.PlanAsync;

    [Theory]
    [InlineData("[|t.Wait()|];", "await t;")]
    [InlineData("[|t.Wait(ct)|];", "await t.WaitAsync(ct);")]
    [InlineData("[|t.GetAwaiter().GetResult()|];", "await t;")]
    [InlineData("[|t.ConfigureAwait(false).GetAwaiter().GetResult()|];", "await t.ConfigureAwait(false);")]
    [InlineData("[|Task.WaitAll(t, u)|];", "await Task.WhenAll(t, u);")]
    [InlineData("[|Task.WaitAny(t, u)|];", "await Task.WhenAny(t, u);")]
    [InlineData("[|Task.WaitAll(new[] { t, u }, ct)|];", "await Task.WhenAll(new[] { t, u }).WaitAsync(ct);")]
    [InlineData("[|F(1).Wait()|];", "await F(1);")]
    [InlineData("var x = [|u.Result|];", "var x = await u;")]
    [InlineData("var x = [|u.Result|].ToString();", "var x = (await u).ToString();")]
    [InlineData("var x = 1 + [|F(2).Result|];", "var x = 1 + await F(2);")]
    [InlineData("var x = [|F([|F(2).Result|]).Result|];", "var x = await F(await F(2));")]
    [InlineData("G([|u.Result|], [|F(1).GetAwaiter().GetResult()|]);", "G(await u, await F(1));")]
    [InlineData("var x = [|[|Task.FromResult(u).Result|].Result|];", "var x = await (await Task.FromResult(u));")]
    [InlineData("_ = [|u.Result|];", "_ = await u;")]
    [InlineData("// why\n        [|t.Wait()|]; // there", "// why\n        await t; // there")]
    [InlineData("var x = u\n            /* keep */\n            .[|Result|];", "var x = await u\n            /* keep */\n            ;")]
    [InlineData("[|(t).Wait()|];", "await (t);")]
    [InlineData("[|(b ? t : u).Wait()|];", "await (b ? t : u);")]
    [InlineData("var x = $\"{[|u.Result|]}\";", "var x = $\"{await u}\";")]
    [InlineData("n?.T?.[|Wait()|];", "await (n?.T ?? Task.CompletedTask);")]
    [InlineData("n?.Go().[|Wait()|];", "await (n?.Go() ?? Task.CompletedTask);")]
    [InlineData("var x = n?.Go().[|Result|];", "var x = n is { } target ? await target.Go() : default(int?);")]
    [InlineData("var x = n?.Name().[|Result|].Length;", "var x = n is { } target ? (await target.Name()).Length : default(int?);")]
    [InlineData("var x = n?.Next?.Name().[|Result|];", "var x = n?.Next is { } target ? await target.Name() : default(string?);")]
    [InlineData("var x = n?.Name().[|Result|]; var y = n?.Name().[|Result|];", "var x = n is { } target ? await target.Name() : default(string?); var y = n is { } target2 ? await target2.Name() : default(string?);")]
    [InlineData("n?.Self().[|Result|].Touch();", "if (n is { } target)\n            (await target.Self()).Touch();")]
    [InlineData("n?.Set([|u.Result|]);", "n?.Set(await u);")]
    [InlineData("while ([|u.Result|] > 0) { }", "while (await u > 0) { }")]
    [InlineData("int x = (int)[|u.Result|];", "int x = (int)await u;")]
    public Task Awaits_what_blocks(string before, string after) =>
        EditingWorkspace.Becomes(s_await, InAsync(before), InAsync(after));

    [Theory]
    [InlineData("[|F(1)|];", "await F(1);")]
    [InlineData("_ = [|F(1)|];", "await F(1);")]
    [InlineData("[|_ = F(1)|];", "await F(1);")]
    [InlineData("[|_ = F(1);|]", "await F(1);")]
    [InlineData("n?.[|Go()|];", "await (n?.Go() ?? Task.CompletedTask);")]
    [InlineData("_ = n?.[|Go()|];", "await (n?.Go() ?? Task.CompletedTask);")]
    [InlineData("n?.Next?.[|Go()|];", "await (n?.Next?.Go() ?? Task.CompletedTask);")]
    [InlineData("n?.[|Quick()|];", "await (n?.Quick() ?? default);")]
    [InlineData("[|F(1).ConfigureAwait(false)|];", "await F(1).ConfigureAwait(false);")]
    [InlineData("n?.[|Go().ConfigureAwait(false)|];", "await (n?.Go() ?? Task.CompletedTask).ConfigureAwait(false);")]
    [InlineData("var x = [|F(1)|];", "await F(1);")]
    [InlineData("// a\n        var x = [|F(1)|]; // b", "// a\n        await F(1); // b")]
    [InlineData("if (b) [|F(1)|]; else [|F(2)|];", "if (b) await F(1); else await F(2);")]
    [InlineData("[|F([|F(1).Result|])|];", "await F(await F(1));")]
    public Task Awaits_what_is_dropped(string before, string after) =>
        EditingWorkspace.Becomes(s_await, InAsync(before), InAsync(after));

    [Theory]
    [InlineData("var x = [|t.Wait(100)|];", nameof(RefusalKind.TimedWait))]
    [InlineData("[|t.Wait(100)|];", nameof(RefusalKind.TimedWait))]
    [InlineData("[|t.Wait(System.TimeSpan.FromSeconds(1))|];", nameof(RefusalKind.TimedWait))]
    [InlineData("[|t.Wait(100, ct)|];", nameof(RefusalKind.TimedWait))]
    [InlineData("var x = [|Task.WaitAny(t, u)|];", nameof(RefusalKind.ResultIsUsed))]
    [InlineData("[|Task.WaitAll(new[] { t }, 100)|];", nameof(RefusalKind.DoesNotBind))]
    [InlineData("var x = [|F(1)|]; Use(x);", nameof(RefusalKind.NotThisShape))]
    [InlineData("Use([|F(1)|]);", nameof(RefusalKind.NotThisShape))]
    [InlineData("[|G(1, 2)|];", nameof(RefusalKind.NotThisShape))]
    [InlineData("try { [|t.Wait()|]; } catch (System.AggregateException) { }", nameof(RefusalKind.CatchesAggregate))]
    [InlineData("lock (this) { [|t.Wait()|]; }", nameof(RefusalKind.Lock))]
    [InlineData("try { } catch (System.Exception) when ([|u.Result|] > 0) { }", nameof(RefusalKind.CatchFilter))]
    [InlineData("unsafe { [|t.Wait()|]; }", nameof(RefusalKind.Unsafe))]
    [InlineData("var q = from i in new System.Collections.Generic.List<int>() select [|u.Result|] + i;", nameof(RefusalKind.Query))]
    public Task Leaves_alone_what_cannot_be_awaited(string statement, string kind) =>
        EditingWorkspace.Refuses(s_await, Enum.Parse<RefusalKind>(kind), InAsync(statement));

    [Fact]
    public Task A_wait_inside_a_catch_of_aggregates_by_awaiter_is_awaited() => EditingWorkspace.Becomes(
        s_await,
        InAsync("try { [|t.GetAwaiter().GetResult()|]; } catch (System.AggregateException) { }"),
        InAsync("try { await t; } catch (System.AggregateException) { }"));

    // Task.Yield keeps the surrounding method async without speaking about ConfigureAwait.
    private static string InAsync(string statements) => $$"""
        using System.Linq;
        using System.Threading;
        using System.Threading.Tasks;

        class Node
        {
            public Task? T => null;
            public Node? Next => null;
            public Task<int> Go() => Task.FromResult(1);
            public ValueTask Quick() => default;
            public Task<string> Name() => Task.FromResult("");
            public Task<Node> Self() => Task.FromResult(this);
            public void Touch() { }
            public void Set(int value) { }
        }

        class C
        {
            static Task<int> F(int i) => Task.FromResult(i);
            static void G(int a, int b) { }
            static void Use(object value) { }

            async Task M(Task t, Task<int> u, Node? n, bool b, CancellationToken ct)
            {
                await Task.Yield();
                {{statements}}
            }
        }
        """;
}
