using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Testing;
using WebSocketAnalyzers.CodeFixes.Fixes.Receiving;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Receiving;

public class CancelledReceiveTests
{
    private static string Loop(string turn, string condition = "true", string type = "WebSocket") => $$"""
        class Feed
        {
            private {{type}} _ws;
            private int _idle;
            public Feed({{type}} ws) => _ws = ws;

            public async Task RunAsync({{type}} ws, TimeSpan limit, CancellationToken ct)
            {
                var buffer = new byte[4096];
                while ({{condition}})
                {
                    {{turn}}
                }

                // Somebody closes.
                await Task.Delay(_idle, ct);
            }

            private static Task PingAsync(WebSocket ws) => ws.SendAsync(new byte[1], WebSocketMessageType.Binary, true, default);
            private static async Task CloseQuietlyAsync(WebSocket ws) { if (ws.State == WebSocketState.Open) await ws.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default); }
            private async Task ReconnectAsync() { _ws.Dispose(); await Task.Delay(1); _ws = null; }
        }
        """;

    [Theory]
    [InlineData("using var turn = new CancellationTokenSource(limit); try { var r = await {|WSA5005:ws.ReceiveAsync(buffer, turn.Token)|}; if (r.MessageType == WebSocketMessageType.Close) return; } catch (OperationCanceledException) { continue; }")]
    [InlineData("using (var turn = new CancellationTokenSource(5000)) { try { var r = await {|WSA5005:ws.ReceiveAsync(buffer, turn.Token)|}.ConfigureAwait(false); if (r.MessageType == WebSocketMessageType.Close) return; } catch (TaskCanceledException) { _idle++; } }")]
    [InlineData("using var turn = CancellationTokenSource.CreateLinkedTokenSource(ct); turn.CancelAfter(limit); try { var r = await {|WSA5005:ws.ReceiveAsync(buffer, turn.Token)|}; if (r.CloseStatus.HasValue) return; } catch (OperationCanceledException) when (!ct.IsCancellationRequested) { }")]
    [InlineData("var turn = new CancellationTokenSource(); turn.CancelAfter(TimeSpan.FromSeconds(1)); try { var r = await {|WSA5005:ws.ReceiveAsync(buffer.AsMemory(), turn.Token)|}; if (r.MessageType == WebSocketMessageType.Close) return; } catch (Exception) { _idle++; }")]
    [InlineData("var token = new CancellationTokenSource(limit).Token; try { var r = await {|WSA5005:ws.ReceiveAsync(buffer, token)|}; if (r.MessageType == WebSocketMessageType.Close) return; } catch (OperationCanceledException) { await PingAsync(ws); }")]
    [InlineData("using var turn = CancellationTokenSource.CreateLinkedTokenSource(ct); turn.CancelAfter(limit); try { var r = await {|WSA5005:ws.ReceiveAsync(buffer, turn.Token)|}; if (r.CloseStatus.HasValue) return; } catch (OperationCanceledException) { if (ct.IsCancellationRequested) break; await ws.SendAsync(new byte[1], WebSocketMessageType.Binary, true, ct); }")]
    [InlineData("using var turn = new CancellationTokenSource(limit); try { var r = await {|WSA5005:ws.ReceiveAsync(buffer, turn.Token)|}; if (r.MessageType == WebSocketMessageType.Close) return; } catch (WebSocketException) { return; } catch (Exception e) when (e is OperationCanceledException or TimeoutException) { }")]
    public Task Reports_a_time_limit_that_the_loop_survives(string turn) => Verify.ReportsAsync<ReceivingAnalyzer>(Loop(turn));

    [Fact]
    public Task Reports_a_loop_that_asks_for_the_state() => Verify.ReportsAsync<ReceivingAnalyzer>(Loop("""
        using var turn = new CancellationTokenSource(limit);
        try
        {
            var r = await {|WSA5005:ws.ReceiveAsync(buffer, turn.Token)|};
            if (r.MessageType == WebSocketMessageType.Close)
                await ws.CloseAsync(WebSocketCloseStatus.NormalClosure, null, ct);
        }
        catch (OperationCanceledException)
        {
            // Nothing came; look again.
        }
        """, "ws.State == WebSocketState.Open && !ct.IsCancellationRequested"));

    [Fact]
    public Task Reports_a_close_in_the_catch() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Handler
        {
            public static async Task RunAsync(WebSocket ws, CancellationToken stopping)
            {
                var buffer = new byte[4096];
                try
                {
                    while (true)
                    {
                        var r = await ws.ReceiveAsync(buffer, stopping);
                        if (r.MessageType == WebSocketMessageType.Close)
                            break;
                    }

                    await ws.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
                }
                catch (OperationCanceledException)
                {
                    await {|WSA5005:ws.CloseAsync(WebSocketCloseStatus.EndpointUnavailable, "stopping", CancellationToken.None)|};
                }
            }

            public static async Task<string> FirstAsync(WebSocket ws, byte[] buffer)
            {
                using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
                try
                {
                    var r = await ws.ReceiveAsync(buffer, limit.Token);
                    return r.CloseStatus.HasValue ? "" : r.EndOfMessage.ToString();
                }
                catch (OperationCanceledException)
                {
                    Console.WriteLine("no answer");
                }

                await {|WSA5005:ws.CloseOutputAsync(WebSocketCloseStatus.PolicyViolation, "too slow", CancellationToken.None)|};
                return "";
            }
        }
        """);

    [Fact]
    public Task Reports_fields_wrappers_and_lambdas() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Client
        {
            private readonly ClientWebSocket _ws = new();

            public async Task<string> NextAsync()
            {
                while (true)
                {
                    using var limit = new CancellationTokenSource(1000);
                    try
                    {
                        return await {|WSA5005:ReadAsync(_ws, limit.Token)|};
                    }
                    catch (OperationCanceledException)
                    {
                        await this._ws.SendAsync(new byte[1], WebSocketMessageType.Binary, true, default);
                    }
                }
            }

            public void Start() => Task.Run(async () =>
            {
                var buffer = new byte[16];
                for (;;)
                {
                    using var limit = new CancellationTokenSource(1000);
                    try
                    {
                        var r = await {|WSA5005:_ws.ReceiveAsync(buffer, limit.Token)|};
                        if (r.CloseStatus.HasValue)
                            return;
                    }
                    catch (OperationCanceledException)
                    {
                    }
                }
            });

            private static async Task<string> ReadAsync(WebSocket ws, CancellationToken ct)
            {
                var buffer = new byte[1024];
                var r = await ws.ReceiveAsync(buffer, ct);
                return r.CloseStatus.HasValue || !r.EndOfMessage ? "" : Encoding.UTF8.GetString(buffer, 0, r.Count);
            }

            public Task CloseAsync() => _ws.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
        }
        """);

    [Theory]
    [InlineData("using var turn = new CancellationTokenSource(limit); try { var r = await ws.ReceiveAsync(buffer, turn.Token); if (r.CloseStatus.HasValue) return; } catch (OperationCanceledException) { return; }")]
    [InlineData("using var turn = new CancellationTokenSource(limit); try { var r = await ws.ReceiveAsync(buffer, turn.Token); if (r.CloseStatus.HasValue) return; } catch (OperationCanceledException) { break; }")]
    [InlineData("using var turn = new CancellationTokenSource(limit); try { var r = await ws.ReceiveAsync(buffer, turn.Token); if (r.CloseStatus.HasValue) return; } catch (OperationCanceledException e) { throw new TimeoutException(\"late\", e); }")]
    [InlineData("using var turn = new CancellationTokenSource(limit); try { var r = await ws.ReceiveAsync(buffer, turn.Token); if (r.CloseStatus.HasValue) return; } catch (OperationCanceledException) { ws.Abort(); }")]
    [InlineData("using var turn = new CancellationTokenSource(limit); try { var r = await ws.ReceiveAsync(buffer, turn.Token); if (r.CloseStatus.HasValue) return; } catch (OperationCanceledException) { ws.Dispose(); continue; }")]
    [InlineData("using var turn = new CancellationTokenSource(limit); try { var r = await ws.ReceiveAsync(buffer, turn.Token); if (r.CloseStatus.HasValue) return; } catch (OperationCanceledException) { if (ws.State != WebSocketState.Open) return; }")]
    [InlineData("using var turn = new CancellationTokenSource(limit); try { var r = await ws.ReceiveAsync(buffer, turn.Token); if (r.CloseStatus.HasValue) return; } catch (OperationCanceledException) { if (ws.State is WebSocketState.Open or WebSocketState.CloseReceived) await ws.CloseAsync(WebSocketCloseStatus.NormalClosure, null, ct); return; }")]
    [InlineData("using var turn = new CancellationTokenSource(limit); try { var r = await ws.ReceiveAsync(buffer, turn.Token); if (r.CloseStatus.HasValue) return; } catch (OperationCanceledException) { await CloseQuietlyAsync(ws); return; }")]
    [InlineData("using var turn = new CancellationTokenSource(limit); try { var r = await ws.ReceiveAsync(buffer, turn.Token); if (r.CloseStatus.HasValue) return; } catch (OperationCanceledException) { try { await ws.CloseAsync(WebSocketCloseStatus.NormalClosure, null, ct); } catch (WebSocketException) { } return; }")]
    [InlineData("using var turn = new CancellationTokenSource(limit); try { var r = await ws.ReceiveAsync(buffer, turn.Token); if (r.CloseStatus.HasValue) return; } catch (WebSocketException) { _idle++; }")]
    [InlineData("using var turn = CancellationTokenSource.CreateLinkedTokenSource(ct); turn.CancelAfter(limit); try { var r = await ws.ReceiveAsync(buffer, turn.Token); if (r.CloseStatus.HasValue) return; } catch (OperationCanceledException) when (ct.IsCancellationRequested) { _idle++; }")]
    [InlineData("using var turn = new CancellationTokenSource(limit); var r = await ws.ReceiveAsync(buffer, turn.Token); if (r.CloseStatus.HasValue) return;")]
    [InlineData("using var turn = new CancellationTokenSource(limit); try { var r = await ws.ReceiveAsync(buffer, turn.Token); if (r.CloseStatus.HasValue) return; } catch (Exception e) { if (e is OperationCanceledException) return; _idle++; }")]
    [InlineData("using var turn = new CancellationTokenSource(limit); try { var r = await ws.ReceiveAsync(buffer, turn.Token); if (r.CloseStatus.HasValue) return; } catch (OperationCanceledException) { _idle++; } if (turn.IsCancellationRequested) break;")]
    public Task Ignores_a_catch_that_leaves(string turn) => Verify.IgnoresAsync<ReceivingAnalyzer>(Loop(turn));

    [Theory]
    [InlineData("try { var r = await ws.ReceiveAsync(buffer, ct); if (r.CloseStatus.HasValue) return; } catch (OperationCanceledException) { return; }")]
    [InlineData("try { var r = await ws.ReceiveAsync(buffer, ct); if (r.CloseStatus.HasValue) return; } catch (OperationCanceledException) when (!ct.IsCancellationRequested) { await ws.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default); return; }")]
    [InlineData("try { var r = await ws.ReceiveAsync(buffer, CancellationToken.None); if (r.CloseStatus.HasValue) return; } catch (OperationCanceledException) { await ws.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default); return; }")]
    [InlineData("try { var r = await ws.ReceiveAsync(buffer, ct); if (r.CloseStatus.HasValue) return; } catch (OperationCanceledException) { if (ws.State == WebSocketState.Open) { await ws.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default); } return; }")]
    [InlineData("using var never = new CancellationTokenSource(Timeout.InfiniteTimeSpan); try { var r = await ws.ReceiveAsync(buffer, never.Token); if (r.CloseStatus.HasValue) return; } catch (OperationCanceledException) { _idle++; await Task.Delay(1); }")]
    [InlineData("using var turn = new CancellationTokenSource(limit); try { await Task.Delay(10, turn.Token); } catch (OperationCanceledException) { } var r = await ws.ReceiveAsync(buffer, ct); if (r.CloseStatus.HasValue) return;")]
    public Task Ignores_other_tokens_and_other_waits(string turn) => Verify.IgnoresAsync<ReceivingAnalyzer>(Loop(turn));

    [Fact]
    public Task Ignores_a_new_connection() => Verify.IgnoresAsync<ReceivingAnalyzer>(Loop("""
        using var turn = new CancellationTokenSource(limit);
        try
        {
            var r = await _ws.ReceiveAsync(buffer, turn.Token);
            if (r.CloseStatus.HasValue)
                return;
        }
        catch (OperationCanceledException)
        {
            await ReconnectAsync();
        }
        """));

    [Fact]
    public Task Ignores_a_task_that_is_kept() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Feed
        {
            public static async Task RunAsync(WebSocket ws, CancellationToken ct)
            {
                var buffer = new byte[4096];
                Task<WebSocketReceiveResult> pending = null;
                while (true)
                {
                    using var turn = new CancellationTokenSource(1000);
                    try
                    {
                        pending ??= ws.ReceiveAsync(buffer, ct);
                        var r = await pending.WaitAsync(turn.Token);
                        pending = null;
                        if (r.CloseStatus.HasValue)
                            break;
                    }
                    catch (OperationCanceledException)
                    {
                        Console.WriteLine("idle");
                    }
                }

                await ws.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
            }
        }
        """);

    [Fact]
    public Task Ignores_streams_and_sockets() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Line
        {
            public static async Task RunAsync(NetworkStream stream, Socket socket, byte[] buffer)
            {
                while (true)
                {
                    using var turn = new CancellationTokenSource(1000);
                    try
                    {
                        if (await stream.ReadAsync(buffer, turn.Token) == 0 || await socket.ReceiveAsync(buffer, turn.Token) == 0)
                            return;
                    }
                    catch (OperationCanceledException)
                    {
                        await stream.WriteAsync(new byte[1]);
                    }
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_other_sockets() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        namespace Other
        {
            class WebSocket
            {
                public Task<int> ReceiveAsync(byte[] buffer, CancellationToken ct) => Task.FromResult(buffer.Length);
            }

            class Loop
            {
                public static async Task RunAsync(WebSocket ws, byte[] buffer)
                {
                    while (true)
                    {
                        using var turn = new CancellationTokenSource(1000);
                        try
                        {
                            if (await ws.ReceiveAsync(buffer, turn.Token) == 0)
                                return;
                        }
                        catch (OperationCanceledException)
                        {
                            await Task.Delay(1);
                        }
                    }
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_another_connection_in_the_catch() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Pair
        {
            public static async Task RunAsync(WebSocket from, WebSocket to, byte[] buffer)
            {
                using var limit = new CancellationTokenSource(1000);
                try
                {
                    var r = await from.ReceiveAsync(buffer, limit.Token);
                    Console.WriteLine(r.CloseStatus);
                }
                catch (OperationCanceledException)
                {
                    await to.CloseAsync(WebSocketCloseStatus.EndpointUnavailable, null, default);
                }
            }

            public static async Task EachAsync(IEnumerable<WebSocket> sockets, byte[] buffer)
            {
                foreach (var ws in sockets)
                {
                    using var limit = new CancellationTokenSource(1000);
                    try
                    {
                        var r = await ws.ReceiveAsync(buffer, limit.Token);
                        Console.WriteLine(r.CloseStatus);
                    }
                    catch (OperationCanceledException)
                    {
                        Console.WriteLine("slow");
                    }
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_half_typed_and_recursive_code() => new Verify.Test<ReceivingAnalyzer, EmptyCodeFixProvider>("""
        class Loop
        {
            public async Task RunAsync(WebSocket ws, byte[] buffer)
            {
                while (true)
                {
                    using var turn = new CancellationTokenSource();
                    try
                    {
                        await ws.ReceiveAsync(buffer, turn.)
                    }
                    catch (OperationCanceledException
                    {
                    }
                }
            }

            public async Task AgainAsync(WebSocket ws, CancellationToken ct)
            {
                try
                {
                    await AgainAsync(ws, ct);
                }
                catch (OperationCanceledException)
                {
                    await AgainAsync(ws, ct);
                }
            }
        }
        """)
    { CompilerDiagnostics = CompilerDiagnostics.None }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Fixes_a_limit_of_its_own() => Verify.FixesAsync<ReceivingAnalyzer, CancelledReceiveCodeFix>("""
        class Feed
        {
            public static async Task RunAsync(WebSocket ws, TimeSpan limit)
            {
                var buffer = new byte[4096];
                while (ws.State == WebSocketState.Open)
                {
                    WebSocketReceiveResult result;
                    using var turn = new CancellationTokenSource(limit);
                    try
                    {
                        // Not for ever.
                        result = await {|WSA5005:ws.ReceiveAsync(buffer, turn.Token)|}.ConfigureAwait(false);
                    }
                    catch (OperationCanceledException)
                    {
                        continue;
                    }

                    if (result.MessageType == WebSocketMessageType.Close)
                        await ws.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
                    else if (result.EndOfMessage)
                        Console.WriteLine(Encoding.UTF8.GetString(buffer, 0, result.Count));
                }
            }
        }
        """, """
        class Feed
        {
            public static async Task RunAsync(WebSocket ws, TimeSpan limit)
            {
                var buffer = new byte[4096];
                Task<WebSocketReceiveResult> pending = null;
                while (ws.State == WebSocketState.Open)
                {
                    WebSocketReceiveResult result;
                    using var turn = new CancellationTokenSource(limit);
                    try
                    {
                        // Not for ever.
                        pending ??= ws.ReceiveAsync(buffer, CancellationToken.None);
                        result = await pending.WaitAsync(turn.Token).ConfigureAwait(false);
                        pending = null;
                    }
                    catch (OperationCanceledException)
                    {
                        continue;
                    }

                    if (result.MessageType == WebSocketMessageType.Close)
                        await ws.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
                    else if (result.EndOfMessage)
                        Console.WriteLine(Encoding.UTF8.GetString(buffer, 0, result.Count));
                }
            }
        }
        """);

    [Fact]
    public Task FixesAll_of_a_file() => Verify.FixesAsync<ReceivingAnalyzer, CancelledReceiveCodeFix>("""
        #nullable enable
        class Feed
        {
            private readonly Memory<byte> _memory = new byte[4096];

            public async Task LinkedAsync(WebSocket ws, CancellationToken stopping)
            {
                try
                {
                    while (true)
                    {
                        using var turn = CancellationTokenSource.CreateLinkedTokenSource(stopping);
                        turn.CancelAfter(TimeSpan.FromSeconds(30));
                        try
                        {
                            var result = await {|WSA5005:ws.ReceiveAsync(_memory, turn.Token)|};
                            if (result.MessageType == WebSocketMessageType.Close)
                                break;
                        }
                        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
                        {
                            await ws.SendAsync(new byte[] { 0 }, WebSocketMessageType.Binary, true, stopping);
                        }
                    }
                }
                finally
                {
                    ws.Dispose();
                }
            }

            public async Task ArgumentsAsync(WebSocket ws, byte[] buffer)
            {
                for (var turns = 0; ; turns++)
                {
                    using var turn = new CancellationTokenSource(500);
                    try
                    {
                        WebSocketReceiveResult result = await {|WSA5005:ws.ReceiveAsync(cancellationToken: turn.Token, buffer: new ArraySegment<byte>(buffer, 0, 10))|};
                        if (result.CloseStatus.HasValue)
                            return;
                    }
                    catch (TaskCanceledException)
                    {
                        Console.WriteLine(turns);
                    }
                }
            }

            public Task CloseAsync(WebSocket ws) => ws.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
        }
        """, """
        #nullable enable
        class Feed
        {
            private readonly Memory<byte> _memory = new byte[4096];

            public async Task LinkedAsync(WebSocket ws, CancellationToken stopping)
            {
                try
                {
                    Task<ValueWebSocketReceiveResult>? pending = null;
                    while (true)
                    {
                        using var turn = CancellationTokenSource.CreateLinkedTokenSource(stopping);
                        turn.CancelAfter(TimeSpan.FromSeconds(30));
                        try
                        {
                            pending ??= ws.ReceiveAsync(_memory, stopping).AsTask();
                            var result = await pending.WaitAsync(turn.Token);
                            pending = null;
                            if (result.MessageType == WebSocketMessageType.Close)
                                break;
                        }
                        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
                        {
                            await ws.SendAsync(new byte[] { 0 }, WebSocketMessageType.Binary, true, stopping);
                        }
                    }
                }
                finally
                {
                    ws.Dispose();
                }
            }

            public async Task ArgumentsAsync(WebSocket ws, byte[] buffer)
            {
                Task<WebSocketReceiveResult>? pending = null;
                for (var turns = 0; ; turns++)
                {
                    using var turn = new CancellationTokenSource(500);
                    try
                    {
                        pending ??= ws.ReceiveAsync(cancellationToken: CancellationToken.None, buffer: new ArraySegment<byte>(buffer, 0, 10));
                        WebSocketReceiveResult result = await pending.WaitAsync(turn.Token);
                        pending = null;
                        if (result.CloseStatus.HasValue)
                            return;
                    }
                    catch (TaskCanceledException)
                    {
                        Console.WriteLine(turns);
                    }
                }
            }

            public Task CloseAsync(WebSocket ws) => ws.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
        }
        """);

    [Theory]
    // A failed task that is kept would fail for ever.
    [InlineData("using var turn = new CancellationTokenSource(limit); try { var r = await {|WSA5005:ws.ReceiveAsync(buffer, turn.Token)|}; if (r.CloseStatus.HasValue) return; } catch (Exception) { _idle++; }")]
    // The buffer is used while the receive would be pending.
    [InlineData("using var turn = new CancellationTokenSource(limit); try { var r = await {|WSA5005:ws.ReceiveAsync(buffer, turn.Token)|}; if (r.CloseStatus.HasValue) return; } catch (OperationCanceledException) { await ws.SendAsync(buffer, WebSocketMessageType.Binary, true, ct); }")]
    // No statement of its own takes the result.
    [InlineData("using var turn = new CancellationTokenSource(limit); try { if ((await {|WSA5005:ws.ReceiveAsync(buffer, turn.Token)|}).CloseStatus.HasValue) return; } catch (OperationCanceledException) { _idle++; }")]
    // Two tokens end it besides the limit.
    [InlineData("using var turn = CancellationTokenSource.CreateLinkedTokenSource(ct, default); turn.CancelAfter(limit); try { var r = await {|WSA5005:ws.ReceiveAsync(buffer, turn.Token)|}; if (r.CloseStatus.HasValue) return; } catch (OperationCanceledException) { _idle++; }")]
    // Every turn rents a buffer.
    [InlineData("var rented = System.Buffers.ArrayPool<byte>.Shared.Rent(9); using var turn = new CancellationTokenSource(limit); try { var r = await {|WSA5005:ws.ReceiveAsync(rented, turn.Token)|}; if (r.CloseStatus.HasValue) return; } catch (OperationCanceledException) { _idle++; }")]
    public Task OffersNoFix_where_the_task_cannot_be_kept(string turn) => Verify.OffersNoFixAsync<ReceivingAnalyzer, CancelledReceiveCodeFix>(Loop(turn));

    [Fact]
    public Task OffersNoFix_for_a_close() => Verify.OffersNoFixAsync<ReceivingAnalyzer, CancelledReceiveCodeFix>("""
        class Handler
        {
            public static async Task CloseAsync(WebSocket ws, byte[] buffer, CancellationToken stopping)
            {
                try
                {
                    var r = await ws.ReceiveAsync(buffer, stopping);
                    Console.WriteLine(r.CloseStatus);
                }
                catch (OperationCanceledException)
                {
                    await {|WSA5005:ws.CloseAsync(WebSocketCloseStatus.EndpointUnavailable, null, default)|};
                }
            }
        }
        """);

    [Fact]
    public Task Fixes_a_method_that_receives() => Verify.FixesAsync<ReceivingAnalyzer, CancelledReceiveCodeFix>("""
        class Handler
        {
            public static async Task<int> LoopAsync(WebSocket ws)
            {
                while (true)
                {
                    using var turn = new CancellationTokenSource(1000);
                    try
                    {
                        var count = await {|WSA5005:CountAsync(ws, turn.Token)|};
                        if (count == 0)
                            return count;
                    }
                    catch (OperationCanceledException)
                    {
                        Console.WriteLine("idle");
                    }
                }
            }

            private static async Task<int> CountAsync(WebSocket ws, CancellationToken ct)
            {
                var r = await ws.ReceiveAsync(new byte[100], ct);
                if (r.MessageType != WebSocketMessageType.Close)
                    return r.Count;
                await ws.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
                return 0;
            }
        }
        """, """
        class Handler
        {
            public static async Task<int> LoopAsync(WebSocket ws)
            {
                Task<int> pending = null;
                while (true)
                {
                    using var turn = new CancellationTokenSource(1000);
                    try
                    {
                        pending ??= CountAsync(ws, CancellationToken.None);
                        var count = await pending.WaitAsync(turn.Token);
                        pending = null;
                        if (count == 0)
                            return count;
                    }
                    catch (OperationCanceledException)
                    {
                        Console.WriteLine("idle");
                    }
                }
            }

            private static async Task<int> CountAsync(WebSocket ws, CancellationToken ct)
            {
                var r = await ws.ReceiveAsync(new byte[100], ct);
                if (r.MessageType != WebSocketMessageType.Close)
                    return r.Count;
                await ws.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
                return 0;
            }
        }
        """);
}
