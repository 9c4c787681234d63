using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Testing;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Receiving;

public class ConcurrentReceiveTests
{
    private static string Client(string start, string members = "") => $$"""
        class Client
        {
            private ClientWebSocket _ws = new();
            private readonly CancellationTokenSource _stop = new();
            private readonly SemaphoreSlim _reading = new(1, 1);
            private Task _loop = Task.CompletedTask;

            public async Task StartAsync(Uri server, bool isBinary, WebSocket other)
            {
                await _ws.ConnectAsync(server, default);
                {{start}}
            }

            private async Task ReceiveLoopAsync()
            {
                var buffer = new byte[1024];
                while (_ws.State == WebSocketState.Open)
                {
                    var r = await _ws.ReceiveAsync(buffer, default);
                    if (r.MessageType == WebSocketMessageType.Close)
                        await _ws.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
                }
            }

            private async Task PumpAsync(WebSocket ws)
            {
                while (true)
                {
                    if (await ReadAsync(ws) == 0)
                        return;
                }
            }

            private static async Task<int> ReadAsync(WebSocket ws)
            {
                var r = await ws.ReceiveAsync(new byte[1024], default);
                return r.CloseStatus.HasValue ? 0 : r.Count;
            }

            private async Task LockedLoopAsync()
            {
                while (true)
                {
                    await _reading.WaitAsync();
                    try { if (await ReadAsync(_ws) == 0) return; }
                    finally { _reading.Release(); }
                }
            }

            private async Task OnlyOnceAsync()
            {
                if (_loop.IsCompleted)
                    return;
                await PumpAsync(_ws);
            }

            private async Task PingLoopAsync()
            {
                while (true)
                {
                    await _ws.SendAsync(new byte[1], WebSocketMessageType.Binary, true, default);
                    await Task.Delay(1000);
                }
            }

            private async Task ReconnectAsync(Uri server)
            {
                _ws.Dispose();
                _ws = new ClientWebSocket();
                await _ws.ConnectAsync(server, default);
            }
            {{members}}
        }
        """;

    [Theory]
    [InlineData("_ = ReceiveLoopAsync(); var r = {|WSA5008:await _ws.ReceiveAsync(new byte[10], default)|}; Console.WriteLine(r.CloseStatus);")]
    [InlineData("_loop = ReceiveLoopAsync(); var r = {|WSA5008:await this._ws.ReceiveAsync(new byte[10], default).ConfigureAwait(false)|}; Console.WriteLine(r.CloseStatus);")]
    [InlineData("var loop = ReceiveLoopAsync(); var count = {|WSA5008:await ReadAsync(_ws)|}; Console.WriteLine(count); await loop;")]
    [InlineData("_ = Task.Run(ReceiveLoopAsync); await Task.Delay(1); var count = {|WSA5008:await ReadAsync(_ws)|}; Console.WriteLine(count);")]
    [InlineData("_ = Task.Run(() => ReceiveLoopAsync()); var count = {|WSA5008:await ReadAsync(_ws)|}; Console.WriteLine(count);")]
    [InlineData("_ = Task.Run(async () => { while (true) { if (await ReadAsync(_ws) == 0) break; } }); var count = {|WSA5008:await ReadAsync(_ws)|}; Console.WriteLine(count);")]
    [InlineData("_loop = PumpAsync(_ws); if (isBinary) { var count = {|WSA5008:await ReadAsync(_ws)|}; Console.WriteLine(count); }")]
    public Task Reports_a_receive_beside_a_loop(string start) => Verify.ReportsAsync<ReceivingAnalyzer>(Client(start));

    [Theory]
    [InlineData("_ = PumpAsync(_ws); _ = {|WSA5008:PumpAsync(_ws)|};")]
    [InlineData("_ = PumpAsync(other); _loop = {|WSA5008:PumpAsync(other)|};")]
    [InlineData("for (var i = 0; i < 4; i++) _ = {|WSA5008:PumpAsync(other)|};")]
    [InlineData("var first = PumpAsync(other); var second = {|WSA5008:PumpAsync(other)|}; await Task.WhenAll(first, second);")]
    [InlineData("await Task.WhenAll(PumpAsync(other), {|WSA5008:PumpAsync(other)|});")]
    [InlineData("_ = Task.Run(() => PumpAsync(other)); _ = {|WSA5008:Task.Run(() => PumpAsync(other))|};")]
    [InlineData("_ = ReceiveLoopAsync(); {|WSA5008:await PumpAsync(_ws)|};")]
    public Task Reports_a_loop_that_is_started_twice(string start) => Verify.ReportsAsync<ReceivingAnalyzer>(Client(start));

    [Fact]
    public Task Reports_local_functions_of_top_level_programs() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        // top-level
        using var ws = new ClientWebSocket();
        await ws.ConnectAsync(new Uri("ws://localhost"), default);
        var loop = ReceiveAsync();
        var hello = {|WSA5008:await ws.ReceiveAsync(new byte[100], default)|};
        Console.WriteLine(hello.CloseStatus);
        await loop;

        async Task ReceiveAsync()
        {
            var buffer = new byte[100];
            while (true)
            {
                var r = await ws.ReceiveAsync(buffer, default);
                if (r.MessageType == WebSocketMessageType.Close)
                    break;
            }

            await ws.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
        }
        """);

    [Theory]
    [InlineData("var count = await ReadAsync(_ws); Console.WriteLine(count); _ = ReceiveLoopAsync();")]
    [InlineData("var r = await _ws.ReceiveAsync(new byte[10], default); if (!r.CloseStatus.HasValue) _loop = PumpAsync(_ws);")]
    public Task Ignores_a_handshake_before_the_loop(string start) => Verify.IgnoresAsync<ReceivingAnalyzer>(Client(start));

    [Theory]
    [InlineData("if (isBinary) _ = ReceiveLoopAsync(); else _ = PumpAsync(_ws);")]
    [InlineData("_loop = isBinary ? ReceiveLoopAsync() : PumpAsync(_ws);")]
    [InlineData("switch (isBinary) { case true: _ = ReceiveLoopAsync(); break; default: _ = PumpAsync(_ws); break; }")]
    [InlineData("if (isBinary) { _ = ReceiveLoopAsync(); return; } _ = PumpAsync(_ws);")]
    public Task Ignores_alternative_loops(string start) => Verify.IgnoresAsync<ReceivingAnalyzer>(Client(start));

    [Theory]
    [InlineData("_ = ReceiveLoopAsync(); _ = PingLoopAsync();")]
    [InlineData("_ = ReceiveLoopAsync(); await _ws.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);")]
    [InlineData("_ = PumpAsync(_ws); _ = PumpAsync(other);")]
    [InlineData("_ = PumpAsync(other); await ReceiveLoopAsync();")]
    [InlineData("await Task.WhenAll(ReceiveLoopAsync(), PingLoopAsync());")]
    public Task Ignores_one_loop_for_each_connection(string start) => Verify.IgnoresAsync<ReceivingAnalyzer>(Client(start));

    [Theory]
    [InlineData("await ReceiveLoopAsync(); var count = await ReadAsync(_ws); Console.WriteLine(count);")]
    [InlineData("var loop = ReceiveLoopAsync(); await loop; var count = await ReadAsync(_ws); Console.WriteLine(count);")]
    [InlineData("_loop = ReceiveLoopAsync(); await Task.WhenAny(_loop, Task.Delay(1000)); var count = await ReadAsync(_ws); Console.WriteLine(count);")]
    [InlineData("_ = ReceiveLoopAsync(); _stop.Cancel(); var count = await ReadAsync(_ws); Console.WriteLine(count);")]
    public Task Ignores_a_loop_that_is_waited_for_or_cancelled(string start) => Verify.IgnoresAsync<ReceivingAnalyzer>(Client(start));

    [Theory]
    [InlineData("_ = LockedLoopAsync(); var count = await ReadAsync(_ws); Console.WriteLine(count);")]
    [InlineData("_ = OnlyOnceAsync(); _ = OnlyOnceAsync();")]
    public Task Ignores_loops_that_order_themselves(string start) => Verify.IgnoresAsync<ReceivingAnalyzer>(Client(start));

    [Theory]
    [InlineData("while (true) { _ = PumpAsync(_ws); await Task.Delay(1000); await ReconnectAsync(server); }")]
    [InlineData("while (true) { _ws = new ClientWebSocket(); await _ws.ConnectAsync(server, default); _loop = ReceiveLoopAsync(); }")]
    [InlineData("while (true) { var ws = new ClientWebSocket(); await ws.ConnectAsync(server, default); _ = PumpAsync(ws); }")]
    [InlineData("foreach (var ws in new[] { other }) _ = PumpAsync(ws);")]
    [InlineData("_ = PumpAsync(_ws); _ws.Abort(); _ws = new ClientWebSocket(); _ = PumpAsync(_ws);")]
    public Task Ignores_a_new_connection(string start) => Verify.IgnoresAsync<ReceivingAnalyzer>(Client(start));

    [Fact]
    public Task Ignores_requests_that_each_read_their_answer() => Verify.IgnoresAsync<ReceivingAnalyzer>(Client("await Task.Yield();", """
        public async Task<int> AskAsync(byte[] question)
        {
            await _ws.SendAsync(question, WebSocketMessageType.Text, true, default);
            return await ReadAsync(_ws);
        }

        public async Task<int> AskTwiceAsync(byte[] question) => await AskAsync(question) + await AskAsync(question);
        """));

    [Fact]
    public Task Ignores_other_sockets_half_typed_and_recursive_code() => new Verify.Test<ReceivingAnalyzer, EmptyCodeFixProvider>("""
        namespace Other
        {
            class WebSocket { public Task<int> ReceiveAsync(byte[] buffer) => Task.FromResult(1); }

            class Loop
            {
                private readonly WebSocket _ws = new();

                public async Task RunAsync()
                {
                    _ = ReadAsync();
                    await _ws.ReceiveAsync(new byte[1]);
                    _ = ReadAsync(
                }

                private async Task ReadAsync()
                {
                    while (true)
                        await _ws.ReceiveAsync(new byte[1]);
                }

                private async Task AgainAsync(System.Net.WebSockets.WebSocket ws)
                {
                    _ = AgainAsync(ws);
                    await AgainAsync(ws);
                }
            }
        }
        """)
    { CompilerDiagnostics = CompilerDiagnostics.None }.RunAsync(TestContext.Current.CancellationToken);
}
