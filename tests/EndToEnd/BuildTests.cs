using System.Text.Json;
using Xunit;

namespace WebSocketAnalyzers.EndToEnd;

/// <summary>The packed package in real builds of a fresh project outside of the repository.</summary>
public class BuildTests
{
    private const string Code = """
        using System.Net.Sockets;
        using System.Net.WebSockets;
        using System.Text;

        var app = WebApplication.Create(args);
        var gate = new SemaphoreSlim(1, 1);
        app.UseWebSockets();
        app.Map("/ws", async (HttpContext context) =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await gate.WaitAsync(); // expect WSA1001
            try
            {
                await socket.SendAsync(Encoding.UTF8.GetBytes("welcome"), WebSocketMessageType.Text, true, context.RequestAborted);
            }
            finally
            {
                gate.Release();
            }

            await new Session(socket).RunAsync(context.RequestAborted);
        });
        app.Run();

        sealed class Session(WebSocket socket)
        {
            private readonly Store _store = new();

            public async Task RunAsync(CancellationToken cancellationToken)
            {
                var buffer = new byte[4096];
                while (socket.State == WebSocketState.Open)
                {
                    var result = await socket.ReceiveAsync(buffer, cancellationToken);
                    if (result.MessageType == WebSocketMessageType.Close)
                    {
                        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken);
                        break;
                    }

                    File.AppendAllText("log.txt", "received"); // expect WSA2003
                    Thread.Sleep(10); // expect WSA2002
                    _store.Save(result.Count); // expect WSA2005
                    ReplyAsync("ok", cancellationToken).Wait(); // expect WSA2001
                    Console.ReadLine(); // expect WSA2004
                    ReplyAsync("done", cancellationToken); // expect WSA4001
                    _ = ReplyAsync("more", cancellationToken);
                }
            }

            public async Task<int> ProbeAsync(string host, CancellationToken cancellationToken)
            {
                var client = new TcpClient(); // expect WSA3001
                await client.ConnectAsync(host, 80, cancellationToken);
                return client.Available;
            }

            private async Task ReplyAsync(string text, CancellationToken cancellationToken) =>
                await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, cancellationToken);
        }

        sealed class Store
        {
            public void Save(int count) => Thread.Sleep(count);
        }
        """;

    private readonly PackedPackage _package;

    public BuildTests(PackedPackage package) => _package = package;

    [Fact]
    public async Task Build_warns_with_the_expected_ids_at_the_expected_lines()
    {
        var consumer = new Consumer(_package, Code);

        var build = (await consumer.BuildAsync()).EnsureSuccess();

        Assert.Equal(consumer.Expected(), Consumer.Reported(build.Output));
        Assert.Equal(8, consumer.Expected().Length);
        Assert.Contains("because 'gate' is declared outside", build.Output);
    }

    [Fact]
    public async Task Severity_error_of_an_id_fails_the_build()
    {
        var consumer = new Consumer(_package, Code, "dotnet_diagnostic.WSA4001.severity = error\n");

        var build = await consumer.BuildAsync();

        Assert.NotEqual(0, build.ExitCode);
        Assert.Contains("error WSA4001:", build.Output);
        Assert.DoesNotContain("error WSA2", build.Output);
    }

    [Fact]
    public async Task Severity_none_of_an_id_silences_it_and_nothing_else()
    {
        var consumer = new Consumer(_package, Code, "dotnet_diagnostic.WSA4001.severity = none\n");

        var build = (await consumer.BuildAsync()).EnsureSuccess();

        Assert.Equal(consumer.Expected().Where(expected => expected.Id != "WSA4001"), Consumer.Reported(build.Output));
    }

    [Fact]
    public async Task Severity_of_a_category_raises_all_its_rules()
    {
        var consumer = new Consumer(_package, Code, "dotnet_analyzer_diagnostic.category-WebSocket.Sending.severity = error\n");

        var build = await consumer.BuildAsync();

        Assert.NotEqual(0, build.ExitCode);
        Assert.Contains("error WSA4001:", build.Output);
        Assert.Contains("error WSA4002:", build.Output);
        Assert.DoesNotContain("error WSA2", build.Output);
    }

    [Fact]
    public async Task Sarif_carries_ids_and_locations_also_of_suggestions()
    {
        var consumer = new Consumer(_package, Code);

        (await consumer.BuildAsync("-p:ErrorLog=out.sarif%2cversion=2.1")).EnsureSuccess();

        using var log = JsonDocument.Parse(await File.ReadAllTextAsync(consumer.PathOf("out.sarif"), TestContext.Current.CancellationToken));
        var results = log.RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray()
            .Where(result => result.GetProperty("ruleId").GetString()!.StartsWith("WSA", StringComparison.Ordinal))
            .Select(result => (
                Line: result.GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("region").GetProperty("startLine").GetInt32(),
                Id: result.GetProperty("ruleId").GetString()!))
            .Order()
            .ToArray();
        Assert.Equal(consumer.Expected(), results.Where(result => result.Id != "WSA4002"));
        Assert.Contains(results, result => result.Id == "WSA4002");
    }

    [Fact]
    public async Task Malformed_catalogue_line_is_reported_at_its_line_and_the_others_count()
    {
        var consumer = new Consumer(_package, """
            sealed class Worker
            {
                public static async Task RunAsync(Link link)
                {
                    await Task.Yield();
                    Old.Block(); // expect WSA2004
                }

                public static void Main() { }
            }

            public sealed class Link;

            public static class Old
            {
                public static void Block() { }
            }
            """);
        consumer.Add("WebSocketAnalyzers.Ours.txt", "connection T:Link\nconection T:Link\nblocks M:Old.Block\n");

        var build = (await consumer.BuildAsync()).EnsureSuccess();

        Assert.Contains("WebSocketAnalyzers.Ours.txt(2,1): warning WSA0001:", build.Output);
        Assert.Equal(consumer.Expected(), Consumer.Reported(build.Output).Where(reported => reported.Id != "WSA0001"));
    }

    [Fact]
    public async Task Format_applies_the_fixes_of_an_id()
    {
        var consumer = new Consumer(_package, Code);
        (await consumer.BuildAsync()).EnsureSuccess();

        (await consumer.RunAsync("format", "analyzers", "--diagnostics", "WSA4001", "WSA2002", "--severity", "info", "--no-restore")).EnsureSuccess();

        var build = (await consumer.BuildAsync()).EnsureSuccess();
        Assert.DoesNotContain("WSA4001", build.Output);
        Assert.DoesNotContain("WSA2002", build.Output);
        var code = await File.ReadAllTextAsync(consumer.CodeFile, TestContext.Current.CancellationToken);
        Assert.Contains("await ReplyAsync(\"done\", cancellationToken); // expect WSA4001", code);
        Assert.Contains("await Task.Delay(10, cancellationToken); // expect WSA2002", code);
    }
}
