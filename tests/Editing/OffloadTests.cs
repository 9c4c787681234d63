using WebSocketAnalyzers.CodeFixes.Editing;
using Xunit;

namespace WebSocketAnalyzers.Tests.Editing;

public class OffloadTests
{
    private static readonly PlanEdit s_pool = To(OffloadTo.Pool);

    [Theory]
    [InlineData("void M() { [|Block()|]; }", "async Task M() { await Task.Run(() => Block()); }")]
    [InlineData("int M() => [|Compute(1)|];", "async Task<int> M() => await Task.Run(() => Compute(1));")]
    [InlineData("int M() { var x = [|Compute(1)|] + 1; return x; }", "async Task<int> M() { var x = await Task.Run(() => Compute(1)) + 1; return x; }")]
    [InlineData("string M() => [|Compute(1)|].ToString();", "async Task<string> M() => (await Task.Run(() => Compute(1))).ToString();")]
    [InlineData("void M(C? c) { c?.[|Block()|]; }", "async Task M(C? c) { await Task.Run(() => c?.Block()); }")]
    [InlineData("int M() => [|Compute([|Compute(1)|])|];", "async Task<int> M() => await Task.Run(() => Compute(Compute(1)));")]
    [InlineData("int M() => [|Compute(1)|] + [|Compute(2)|];", "async Task<int> M() => await Task.Run(() => Compute(1)) + await Task.Run(() => Compute(2));")]
    [InlineData("bool M() => [|int.TryParse(\"1\", out _)|];", "async Task<bool> M() => await Task.Run(() => int.TryParse(\"1\", out _));")]
    [InlineData("string M() => [|Console.ReadLine()|] ?? \"\";", "async Task<string> M() => await Task.Run(() => Console.ReadLine()) ?? \"\";")]
    [InlineData("void M()\n    {\n        // why\n        [|Block()|]; // there\n    }", "async Task M()\n    {\n        // why\n        await Task.Run(() => Block()); // there\n    }")]
    [InlineData("async Task M() { await T.ConfigureAwait(false); [|Block()|]; }", "async Task M() { await T.ConfigureAwait(false); await Task.Run(() => Block()).ConfigureAwait(false); }")]
    [InlineData("int M(int i) { int y; y = [|Compute(i)|]; return y; }", "async Task<int> M(int i) { int y; y = await Task.Run(() => Compute(i)); return y; }")]
    public Task Runs_it_on_the_pool(string before, string after) => EditingWorkspace.Becomes(s_pool, InType(before), InType(after));

    [Fact]
    public Task Runs_it_on_a_thread_of_its_own() => EditingWorkspace.Becomes(
        To(OffloadTo.Thread),
        "using System.Threading.Tasks;\n\nclass C\n{\n    int F() => 1;\n    int M() { return [|F()|]; }\n}\n",
        "using System.Threading;\nusing System.Threading.Tasks;\n\nclass C\n{\n    int F() => 1;\n    async Task<int> M() { return await Task.Factory.StartNew(() => F(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default); }\n}\n");

    [Theory]
    [InlineData("async Task M() { [|Use(await Go())|]; }", nameof(RefusalKind.NotThisShape))]
    [InlineData("void M(ref int x) { [|Use(x)|]; }", nameof(RefusalKind.ByReference))]
    [InlineData("void M(in int x) { [|Use(x)|]; }", nameof(RefusalKind.ByReference))]
    [InlineData("void M() { Span<int> s = new int[1]; [|Take(s)|]; }", nameof(RefusalKind.RefStruct))]
    [InlineData("void M() { ref int r = ref s_x; [|Use(r)|]; }", nameof(RefusalKind.ByReference))]
    [InlineData("int M() { if ([|int.TryParse(\"1\", out var x)|]) return x; return 0; }", nameof(RefusalKind.MovesVariables))]
    [InlineData("int M(object o) { if ([|Test(o is int i && i > 0)|]) return 1; return 0; }", null)]
    [InlineData("void M() { int x; [|int.TryParse(\"1\", out x)|]; }", nameof(RefusalKind.MovesVariables))]
    [InlineData("void M() { int x = 1; [|Use(x++)|]; }", nameof(RefusalKind.MovesVariables))]
    [InlineData("void M() { [|Go()|]; }", nameof(RefusalKind.NotThisShape))]
    [InlineData("C() { [|Block()|]; }", nameof(RefusalKind.Constructor))]
    [InlineData("void M() { lock (this) [|Block()|]; }", nameof(RefusalKind.Lock))]
    [InlineData("string M() => nameof([|Block|]);", nameof(RefusalKind.NotThisShape))]
    public async Task Leaves_alone_what_must_stay(string member, string? kind)
    {
        if (kind is null)
            await EditingWorkspace.Becomes(s_pool, InType(member), InType(member.Replace("int M(", "async Task<int> M(", StringComparison.Ordinal).Replace("[|", "await Task.Run(() => ", StringComparison.Ordinal).Replace("|]", ")", StringComparison.Ordinal)));
        else
            await EditingWorkspace.Refuses(s_pool, Enum.Parse<RefusalKind>(kind), InType(member));
    }

    [Fact]
    public Task A_struct_cannot_capture_itself() => EditingWorkspace.Refuses(
        s_pool, RefusalKind.MutableStruct, "using System.Threading.Tasks;\nreadonly struct S\n{\n    int F() => 1;\n    int M() => [|F()|];\n}\n");

    [Fact]
    public Task An_await_beats_the_offload_of_the_same_call() => EditingWorkspace.Becomes(
        static (session, document, node, cancellationToken) => node.ToString().StartsWith("Block", StringComparison.Ordinal)
            ? Offload.PlanAsync(session, document, node, OffloadTo.Pool, cancellationToken)
            : AwaitExpression.PlanAsync(session, document, node, cancellationToken),
        InType("void Block2() { [|T.Wait()|]; }\n    void M() { [|Block2()|]; [|Block()|]; }"),
        InType("async Task Block2() { await T; }\n    async Task M() { await Block2(); await Task.Run(() => Block()); }"));

    private static PlanEdit To(OffloadTo where) => (session, document, node, cancellationToken) =>
        Offload.PlanAsync(session, document, node, where, cancellationToken);

    private static string InType(string member) => $$"""
        using System;
        using System.Threading.Tasks;

        class C
        {
            static Task T = Task.CompletedTask;
            static int s_x;
            static Task<int> Go() => Task.FromResult(1);
            void Block() { }
            static bool Test(bool b) => b;
            static int Compute(int i) => i;
            static void Use(int i) { }
            static void Take(Span<int> s) { }

            {{member}}
        }
        """;
}
