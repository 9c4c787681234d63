using WebSocketAnalyzers.CodeFixes.Editing;
using Xunit;

namespace WebSocketAnalyzers.Tests.Editing;

public class PassTokenTests
{
    private static readonly PlanEdit s_pass = PassToken.PlanAsync;

    [Theory]
    [InlineData("Task M(CancellationToken ct) => [|Task.Delay(1)|];", "Task M(CancellationToken ct) => Task.Delay(1, ct);")]
    [InlineData("Task M(CancellationToken ct) => [|Task.Delay(1, CancellationToken.None)|];", "Task M(CancellationToken ct) => Task.Delay(1, ct);")]
    [InlineData("Task M(CancellationToken ct) => [|Task.Delay(1, default)|];", "Task M(CancellationToken ct) => Task.Delay(1, ct);")]
    [InlineData("Task M(CancellationToken ct) => [|File.ReadAllTextAsync(path: \"x\")|];", "Task M(CancellationToken ct) => File.ReadAllTextAsync(path: \"x\", cancellationToken: ct);")]
    [InlineData("Task M(CancellationToken ct) => [|W.ReceiveAsync(new ArraySegment<byte>(), default)|];", "Task M(CancellationToken ct) => W.ReceiveAsync(new ArraySegment<byte>(), ct);")]
    [InlineData("Task M(CancellationToken ct) => [|F(1, flag: true)|];", "Task M(CancellationToken ct) => F(1, flag: true, token: ct);")]
    [InlineData("Task? M(C? c, CancellationToken ct) => c?.[|F(1)|];", "Task? M(C? c, CancellationToken ct) => c?.F(1, token: ct);")]
    [InlineData("Task M(HttpContext http) => [|Task.Delay(1)|];", "Task M(HttpContext http) => Task.Delay(1, http.RequestAborted);")]
    [InlineData("Task M(HttpContext http, CancellationToken ct) => [|Task.Delay(1)|];", "Task M(HttpContext http, CancellationToken ct) => Task.Delay(1, ct);")]
    [InlineData("Task M() { using var cts = new CancellationTokenSource(); var token = cts.Token; return [|Task.Delay(1)|]; }", "Task M() { using var cts = new CancellationTokenSource(); var token = cts.Token; return Task.Delay(1, token); }")]
    [InlineData("void M(CancellationToken ct) { Func<Task> f = () => [|Task.Delay(1)|]; }", "void M(CancellationToken ct) { Func<Task> f = () => Task.Delay(1, ct); }")]
    [InlineData("Func<CancellationToken, Task> M(CancellationToken outer) => inner => [|Task.Delay(1)|];", "Func<CancellationToken, Task> M(CancellationToken outer) => inner => Task.Delay(1, inner);")]
    [InlineData("Task M(CancellationToken ct) => [|Task.Delay(\n        1 /* ms */)|]; // end", "Task M(CancellationToken ct) => Task.Delay(\n        1, ct /* ms */); // end")]
    public Task Passes_the_token_in_scope(string before, string after) => EditingWorkspace.Becomes(s_pass, InType(before), InType(after));

    [Theory]
    [InlineData("Task M() => [|Task.Delay(1)|];", nameof(RefusalKind.NothingInScope))]
    [InlineData("Task M() { CancellationToken ct = default; return [|Task.Delay(1)|]; }", nameof(RefusalKind.NothingInScope))]
    [InlineData("Task M() { var t = [|Task.Delay(1)|]; var token = new CancellationTokenSource().Token; return t; }", nameof(RefusalKind.NothingInScope))]
    [InlineData("Task M(CancellationToken ct) { return L(); static Task L() => [|Task.Delay(1)|]; }", nameof(RefusalKind.NothingInScope))]
    [InlineData("Task M(CancellationToken a, CancellationToken b) => [|Task.Delay(1, b)|];", nameof(RefusalKind.HasToken))]
    [InlineData("Task M(CancellationToken ct) => [|Task.WhenAll(T)|];", nameof(RefusalKind.DoesNotBind))]
    [InlineData("void M(CancellationToken ct) { [|Console.WriteLine(\"{0}\", 1)|]; }", nameof(RefusalKind.DoesNotBind))]
    [InlineData("void M(CancellationToken ct) { [|Odd(1)|]; }", nameof(RefusalKind.DoesNotBind))]
    public Task Leaves_the_call_alone(string member, string kind) =>
        EditingWorkspace.Refuses(s_pass, Enum.Parse<RefusalKind>(kind), InType(member));

    [Fact]
    public Task A_hub_passes_the_token_of_its_connection() => EditingWorkspace.Becomes(
        s_pass,
        "using System.Threading.Tasks;\nusing Microsoft.AspNetCore.SignalR;\nclass H : Hub\n{\n    public Task Go() => [|Clients.All.SendAsync(\"x\")|];\n}\n",
        "using System.Threading.Tasks;\nusing Microsoft.AspNetCore.SignalR;\nclass H : Hub\n{\n    public Task Go() => Clients.All.SendAsync(\"x\", Context.ConnectionAborted);\n}\n");

    private static string InType(string member) => $$"""
        using System;
        using System.IO;
        using System.Net.WebSockets;
        using System.Threading;
        using System.Threading.Tasks;
        using Microsoft.AspNetCore.Http;

        class C
        {
            static Task T = Task.CompletedTask;
            static WebSocket W = null!;
            public Task F(int i, bool flag = false, CancellationToken token = default) => T;
            static void Odd(int i) { }
            static string Odd(int i, CancellationToken ct) => "";

            {{member}}
        }
        """;
}
