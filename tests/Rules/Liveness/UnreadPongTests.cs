using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Liveness;

public class UnreadPongTests
{
    /// <summary>A limit of five seconds for the sockets of a server.</summary>
    private const string FiveSeconds = """
        static class SetUp
        {
            public static Microsoft.AspNetCore.Builder.WebSocketOptions Options() => new() { KeepAliveInterval = TimeSpan.FromSeconds(5), KeepAliveTimeout = TimeSpan.FromSeconds(5) };
        }
        """;

    private static string Loop(string turn, string before = "") => $$"""
        class Session
        {
            public async Task RunAsync(WebSocket socket, TimeSpan pause, CancellationToken cancellation)
            {
                var buffer = new byte[4096];
                {{before}}
                while (true)
                {
                    {{turn}}
                }
            }
        }
        """;

    private const string Receive = "if ((await socket.ReceiveAsync(buffer, cancellation)).MessageType == WebSocketMessageType.Close) break;";

    [Fact]
    public Task Reports_a_long_delay_in_the_loop() =>
        Verify.ReportsAsync<LivenessAnalyzer>(Loop(Receive + "\nawait {|WSA6006:Task.Delay(TimeSpan.FromSeconds(10), cancellation)|}.ConfigureAwait(false);"), FiveSeconds);

    [Fact]
    public Task Reports_a_delay_before_the_receive_in_milliseconds() =>
        Verify.ReportsAsync<LivenessAnalyzer>(Loop("await {|WSA6006:Task.Delay(5000)|};\n" + Receive + "\n" + Receive), FiveSeconds);

    [Fact]
    public Task Reports_a_delay_in_a_try() =>
        Verify.ReportsAsync<LivenessAnalyzer>(Loop("try { " + Receive + " await {|WSA6006:Task.Delay(60_000)|}; } finally { Console.WriteLine(); }"), FiveSeconds);

    [Fact]
    public Task Ignores_projects_without_a_limit() => Verify.IgnoresAsync<LivenessAnalyzer>(Loop(Receive + "\nawait Task.Delay(60_000);"));

    [Fact]
    public Task Ignores_an_infinite_limit() => Verify.IgnoresAsync<LivenessAnalyzer>(
        Loop(Receive + "\nawait Task.Delay(60_000);"),
        "static class SetUp { public static void Do(Acme o) { o.KeepAliveTimeout = TimeSpan.FromSeconds(1); } } class Acme { public TimeSpan KeepAliveTimeout { get; set; } }");

    [Fact]
    public Task Ignores_shorter_delays() => Verify.IgnoresAsync<LivenessAnalyzer>(Loop(Receive + "\nawait Task.Delay(4999);"), FiveSeconds);

    [Fact]
    public Task Ignores_delays_of_unknown_length() => Verify.IgnoresAsync<LivenessAnalyzer>(Loop(Receive + "\nawait Task.Delay(pause);"), FiveSeconds);

    [Fact]
    public Task Ignores_delays_of_some_turns() => Verify.IgnoresAsync<LivenessAnalyzer>(
        Loop("try { if (socket.State != WebSocketState.Open) { await Task.Delay(9000); continue; } " + Receive + " } catch (WebSocketException) { await Task.Delay(9000); }"), FiveSeconds);

    [Fact]
    public Task Ignores_a_receive_that_stays_pending() => Verify.IgnoresAsync<LivenessAnalyzer>(
        Loop("pending ??= socket.ReceiveAsync(buffer, cancellation); await Task.Delay(9000); if (pending.IsCompleted) { if ((await pending).MessageType == WebSocketMessageType.Close) break; pending = null; }", "Task<WebSocketReceiveResult>? pending = null;"), FiveSeconds);

    [Fact]
    public Task Ignores_a_wait_for_either() => Verify.IgnoresAsync<LivenessAnalyzer>(
        Loop("await Task.WhenAny(pending, Task.Delay(9000)); if (pending.IsCompleted) break;", "var pending = socket.ReceiveAsync(buffer, cancellation);"), FiveSeconds);

    [Fact]
    public Task Ignores_delays_outside_of_the_receive_loop() => Verify.IgnoresAsync<LivenessAnalyzer>(
        Loop("while (socket.State == WebSocketState.Open) { " + Receive + " } await Task.Delay(9000); _ = Task.Run(async () => await Task.Delay(9000));"), FiveSeconds);

    [Fact]
    public Task Ignores_streams_and_delays_of_the_same_name() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        class Task2 { public static Task Delay(int time) => Task.CompletedTask; }

        class Session
        {
            public async Task RunAsync(WebSocket socket, NetworkStream stream)
            {
                while (await stream.ReadAsync(new byte[9]) > 0)
                    await Task.Delay(9000);
                while ((await socket.ReceiveAsync(new byte[9], default)).MessageType != WebSocketMessageType.Close)
                    await Task2.Delay(9000);
            }
        }
        """, FiveSeconds);

    [Fact]
    public Task Ignores_half_typed_code() => Verify.IgnoresAsync<LivenessAnalyzer>(Loop(Receive + "\nawait Task.Delay({|CS0103:time|}); await {|CS1525:;|}"), FiveSeconds);
}
