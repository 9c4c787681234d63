using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Testing;
using WebSocketAnalyzers.CodeFixes.Fixes.Receiving;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Receiving;

public class AbandonedReceiveTests
{
    private static string Loop(string turn, string before = "", string condition = "!ct.IsCancellationRequested") => $$"""
        class Feed
        {
            private readonly Channel<string> _outgoing = Channel.CreateUnbounded<string>();

            public async Task RunAsync(WebSocket ws, TimeSpan idle, CancellationToken ct)
            {
                var buffer = new byte[4096];
                {{before}}
                while ({{condition}})
                {
                    {{turn}}
                }
            }

            private readonly List<byte[]> _kept = new();
            private Task HandleAsync(byte[] bytes, int count) { _kept.Add(bytes); return Task.Delay(count); }
            private static Task PingAsync(WebSocket ws) => ws.SendAsync(new byte[1], WebSocketMessageType.Binary, true, default);
            private static void Use(Task task) => Console.WriteLine(task.Id);
        }
        """.Replace("Channel<", "System.Threading.Channels.Channel<").Replace("Channel.", "System.Threading.Channels.Channel.");

    [Theory]
    [InlineData("var receive = ws.ReceiveAsync(buffer, ct); if (await {|WSA5006:Task.WhenAny(receive, Task.Delay(idle, ct))|} != receive) continue; var result = await receive; if (result.MessageType == WebSocketMessageType.Close) return;")]
    [InlineData("var receive = ws.ReceiveAsync(buffer, ct); var tick = Task.Delay(1000); var first = await {|WSA5006:Task.WhenAny(receive, tick)|}; if (first == tick) { await PingAsync(ws); } else { var result = await receive; if (result.CloseStatus.HasValue) break; }")]
    [InlineData("var receive = ws.ReceiveAsync(buffer, ct); var first = await {|WSA5006:Task.WhenAny(receive, Task.Delay(1000))|}.ConfigureAwait(false); var timedOut = first != receive; if (timedOut) continue; var result = receive.Result; if (result.CloseStatus.HasValue) break;")]
    [InlineData("var receive = ws.ReceiveAsync(buffer, ct); await {|WSA5006:Task.WhenAny(receive, Task.Delay(1000))|}; if (!receive.IsCompleted) { continue; } var result = await receive; if (result.CloseStatus.HasValue) break;")]
    [InlineData("var receive = ws.ReceiveAsync(buffer, ct); await {|WSA5006:Task.WhenAny(new Task[] { receive, Task.Delay(1000) })|}; if (receive.IsCompleted) { var result = await receive; if (result.CloseStatus.HasValue) break; }")]
    [InlineData("var receive = ws.ReceiveAsync(new Memory<byte>(buffer), ct).AsTask(); if (await {|WSA5006:Task.WhenAny(receive, Task.Delay(idle))|} == receive) { var result = await receive; if (result.MessageType == WebSocketMessageType.Close) return; }")]
    public Task Reports_a_receive_that_loses_against_a_delay(string turn) => Verify.ReportsAsync<ReceivingAnalyzer>(Loop(turn));

    [Theory]
    [InlineData("WebSocketReceiveResult result; try { result = await {|WSA5006:ws.ReceiveAsync(buffer, ct).WaitAsync(idle)|}; } catch (TimeoutException) { continue; } if (result.CloseStatus.HasValue) return;")]
    [InlineData("try { var result = await {|WSA5006:ws.ReceiveAsync(buffer, ct).WaitAsync(idle, ct)|}.ConfigureAwait(false); if (result.CloseStatus.HasValue) return; } catch (TimeoutException) { await PingAsync(ws); }")]
    [InlineData("try { var result = await {|WSA5006:ws.ReceiveAsync(buffer.AsMemory(), ct).AsTask().WaitAsync(TimeSpan.FromSeconds(1))|}; if (result.MessageType == WebSocketMessageType.Close) return; } catch (Exception e) { Console.WriteLine(e); }")]
    [InlineData("try { var result = await {|WSA5006:ws.ReceiveAsync(buffer, ct).WaitAsync(idle)|}; if (result.CloseStatus.HasValue) return; } catch (Exception e) when (e is not WebSocketException) { }")]
    [InlineData("try { var task = ws.ReceiveAsync(buffer, ct); var result = await {|WSA5006:task.WaitAsync(idle)|}; if (result.CloseStatus.HasValue) return; } catch (WebSocketException) { return; } catch (TimeoutException) when (!ct.IsCancellationRequested) { }")]
    [InlineData("try { var result = await {|WSA5006:ws.ReceiveAsync(buffer, ct).WaitAsync(idle)|}; if (result.CloseStatus.HasValue) return; } catch (Exception e) { if (e is TimeoutException) continue; throw; }")]
    [InlineData("try { try { var result = await {|WSA5006:ws.ReceiveAsync(buffer, ct).WaitAsync(idle)|}; if (result.CloseStatus.HasValue) return; } catch (OperationCanceledException) { return; } } catch (TimeoutException) { Console.WriteLine(); }")]
    public Task Reports_a_timed_wait_whose_timeout_is_caught(string turn) => Verify.ReportsAsync<ReceivingAnalyzer>(Loop(turn));

    [Fact]
    public Task Reports_a_receive_beside_a_queue_of_outgoing_messages() => Verify.ReportsAsync<ReceivingAnalyzer>(Loop("""
        var receive = ws.ReceiveAsync(buffer, ct);
        var outgoing = _outgoing.Reader.ReadAsync(ct).AsTask();
        if (await {|WSA5006:Task.WhenAny(receive, outgoing)|} == outgoing)
        {
            await ws.SendAsync(Encoding.UTF8.GetBytes(await outgoing), WebSocketMessageType.Text, true, ct);
            continue;
        }

        var result = await receive;
        if (result.MessageType == WebSocketMessageType.Close)
            break;
        """));

    [Fact]
    public Task Reports_a_receive_straight_in_the_wait() => Verify.ReportsAsync<ReceivingAnalyzer>(Loop("""
        var tick = Task.Delay(idle);
        var first = await {|WSA5006:Task.WhenAny(ws.ReceiveAsync(buffer, ct), tick)|};
        if (first == tick)
            continue;
        var result = await (Task<WebSocketReceiveResult>)first;
        if (result.CloseStatus.HasValue)
            break;
        """));

    [Fact]
    public Task Reports_both_directions_of_a_proxy() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Proxy
        {
            public static async Task PumpAsync(WebSocket client, WebSocket server, CancellationToken ct)
            {
                byte[] up = new byte[1024], down = new byte[1024];
                for (;;)
                {
                    var fromClient = client.ReceiveAsync(up, ct);
                    var fromServer = server.ReceiveAsync(down, ct);
                    if (await {|WSA5006:Task.WhenAny(fromClient, fromServer)|} == fromClient)
                    {
                        var result = await fromClient;
                        if (result.CloseStatus.HasValue)
                            return;
                        await server.SendAsync(up.AsMemory(0, result.Count), result.MessageType, result.EndOfMessage, ct);
                    }
                    else
                    {
                        var result = await fromServer;
                        if (result.CloseStatus.HasValue)
                            return;
                        await client.SendAsync(down.AsMemory(0, result.Count), result.MessageType, result.EndOfMessage, ct);
                    }
                }
            }
        }
        """);

    [Fact]
    public Task Reports_streams_sockets_and_pipes() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Line
        {
            private readonly NetworkStream _stream;
            private readonly Socket _socket;
            private readonly System.IO.Pipelines.PipeReader _reader;
            public Line(NetworkStream stream, Socket socket, System.IO.Pipelines.PipeReader reader) => (_stream, _socket, _reader) = (stream, socket, reader);

            public async Task StreamAsync(byte[] buffer)
            {
                while (true)
                {
                    var read = _stream.ReadAsync(buffer, 0, buffer.Length);
                    if (await {|WSA5006:Task.WhenAny(read, Task.Delay(100))|} != read)
                        continue;
                    if (await read == 0)
                        return;
                }
            }

            public async Task SocketAsync(byte[] buffer)
            {
                do
                {
                    try
                    {
                        if (await {|WSA5006:_socket.ReceiveAsync(buffer, SocketFlags.None).WaitAsync(TimeSpan.FromSeconds(1))|} == 0)
                            return;
                    }
                    catch (TimeoutException)
                    {
                        Console.WriteLine("idle");
                    }
                }
                while (true);
            }

            public async Task PipeAsync()
            {
                while (true)
                {
                    var read = _reader.ReadAsync().AsTask();
                    if (await {|WSA5006:Task.WhenAny(read, Task.Delay(100))|} != read)
                        continue;
                    var result = await read;
                    if (result.IsCompleted)
                        return;
                    _reader.AdvanceTo(result.Buffer.End);
                }
            }
        }
        """);

    [Fact]
    public Task Reports_a_wrapper_and_a_second_receive_after_the_timeout() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Client
        {
            private readonly ClientWebSocket _ws = new();

            public async Task<string> NextAsync()
            {
                while (true)
                {
                    try
                    {
                        return await {|WSA5006:ReadTextAsync(_ws).WaitAsync(TimeSpan.FromSeconds(5))|};
                    }
                    catch (TimeoutException)
                    {
                        Console.WriteLine("still nothing");
                    }
                }
            }

            public async Task<string> OrAskAgainAsync()
            {
                try
                {
                    return await {|WSA5006:ReadTextAsync(_ws).WaitAsync(TimeSpan.FromSeconds(5))|};
                }
                catch (TimeoutException)
                {
                }

                await _ws.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
                return await ReadTextAsync(_ws);
            }

            private static async Task<string> ReadTextAsync(WebSocket ws)
            {
                var buffer = new byte[1024];
                using var text = new MemoryStream();
                while (true)
                {
                    var result = await ws.ReceiveAsync(buffer, default);
                    if (result.CloseStatus.HasValue)
                        return "";
                    text.Write(buffer, 0, result.Count);
                    if (result.EndOfMessage)
                        return Encoding.UTF8.GetString(text.ToArray());
                }
            }
        }
        """);

    [Fact]
    public Task Reports_in_lambdas_local_functions_and_top_level_programs() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        // top-level
        using var ws = new ClientWebSocket();
        var buffer = new byte[1024];
        await ws.ConnectAsync(new Uri("ws://localhost"), default);
        Func<Task> loop = async () =>
        {
            while (true)
            {
                var receive = ws.ReceiveAsync(buffer, default);
                if (await {|WSA5006:Task.WhenAny(receive, Task.Delay(1))|} != receive)
                    continue;
                if ((await receive).MessageType == WebSocketMessageType.Close)
                    return;
            }
        };
        await loop();
        await PollAsync();

        async Task PollAsync()
        {
            while (ws.State == WebSocketState.Open)
            {
                try
                {
                    var result = await {|WSA5006:ws.ReceiveAsync(buffer, default).WaitAsync(TimeSpan.FromSeconds(1))|};
                    if (result.CloseStatus.HasValue)
                        return;
                }
                catch (TimeoutException)
                {
                }
            }
        }
        """);

    [Theory]
    [InlineData("pending ??= ws.ReceiveAsync(buffer, ct); if (await Task.WhenAny(pending, Task.Delay(idle, ct)) != pending) continue; var result = await pending; pending = null; if (result.CloseStatus.HasValue) break;")]
    [InlineData("if (pending == null) pending = ws.ReceiveAsync(buffer, ct); if (await Task.WhenAny(pending, Task.Delay(idle, ct)) != pending) continue; var result = await pending; pending = null; if (result.CloseStatus.HasValue) break;")]
    [InlineData("if (pending is null || pending.IsCompleted) { pending = ws.ReceiveAsync(buffer, ct); } await Task.WhenAny(pending, Task.Delay(idle, ct)); if (!pending.IsCompleted) continue; if ((await pending).CloseStatus.HasValue) break;")]
    [InlineData("pending ??= ws.ReceiveAsync(buffer, ct); try { var result = await pending.WaitAsync(idle); pending = null; if (result.CloseStatus.HasValue) break; } catch (TimeoutException) { }")]
    public Task Ignores_a_task_that_is_kept(string turn) => Verify.IgnoresAsync<ReceivingAnalyzer>(Loop(turn, "Task<WebSocketReceiveResult>? pending = null;"));

    [Theory]
    [InlineData("var receive = ws.ReceiveAsync(buffer, ct); if (await Task.WhenAny(receive, Task.Delay(idle)) != receive) return; if ((await receive).CloseStatus.HasValue) break;")]
    [InlineData("var receive = ws.ReceiveAsync(buffer, ct); if (await Task.WhenAny(receive, Task.Delay(idle)) != receive) break; if ((await receive).CloseStatus.HasValue) break;")]
    [InlineData("var receive = ws.ReceiveAsync(buffer, ct); if (await Task.WhenAny(receive, Task.Delay(idle)) != receive) throw new TimeoutException(); if ((await receive).CloseStatus.HasValue) break;")]
    [InlineData("var receive = ws.ReceiveAsync(buffer, ct); if (await Task.WhenAny(receive, Task.Delay(idle)) != receive) ws.Abort(); else if ((await receive).CloseStatus.HasValue) break;")]
    [InlineData("var receive = ws.ReceiveAsync(buffer, ct); if (await Task.WhenAny(receive, Task.Delay(idle)) != receive) { ws.Dispose(); continue; } if ((await receive).CloseStatus.HasValue) break;")]
    [InlineData("var receive = ws.ReceiveAsync(buffer, ct); if (await Task.WhenAny(receive, Task.Delay(idle)) != receive) { await ws.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, ct); } if ((await receive).CloseStatus.HasValue) break;")]
    [InlineData("try { var receive = ws.ReceiveAsync(buffer, ct); if (await Task.WhenAny(receive, Task.Delay(idle)) != receive) return; if ((await receive).CloseStatus.HasValue) break; } catch (Exception e) { Console.WriteLine(e); }")]
    [InlineData("try { if ((await ws.ReceiveAsync(buffer, ct).WaitAsync(idle)).CloseStatus.HasValue) return; } catch (TimeoutException) { return; }")]
    [InlineData("try { if ((await ws.ReceiveAsync(buffer, ct).WaitAsync(idle)).CloseStatus.HasValue) return; } catch (WebSocketException) { Console.WriteLine(); }")]
    [InlineData("try { if ((await ws.ReceiveAsync(buffer, ct).WaitAsync(idle)).CloseStatus.HasValue) return; } catch (TimeoutException e) { Console.WriteLine(e); throw; }")]
    [InlineData("try { if ((await ws.ReceiveAsync(buffer, ct).WaitAsync(idle)).CloseStatus.HasValue) return; } catch (Exception e) { if (e is TimeoutException) break; }")]
    [InlineData("try { if ((await ws.ReceiveAsync(buffer, ct).WaitAsync(idle)).CloseStatus.HasValue) return; } catch (Exception e) when (e is WebSocketException or OperationCanceledException) { }")]
    [InlineData("if ((await ws.ReceiveAsync(buffer, ct).WaitAsync(idle)).CloseStatus.HasValue) return;")]
    [InlineData("try { if ((await ws.ReceiveAsync(buffer, ct).WaitAsync(idle)).CloseStatus.HasValue) return; } catch (TimeoutException) { ws.Abort(); }")]
    public Task Ignores_a_connection_that_is_left(string turn) => Verify.IgnoresAsync<ReceivingAnalyzer>(Loop(turn));

    [Theory]
    [InlineData("var receive = ws.ReceiveAsync(buffer, ct); if (await Task.WhenAny(receive, stopped) != receive) continue; if ((await receive).CloseStatus.HasValue) break;")]
    [InlineData("var receive = ws.ReceiveAsync(buffer, ct); if (await Task.WhenAny(receive, Task.Delay(Timeout.Infinite, ct)) != receive) continue; if ((await receive).CloseStatus.HasValue) break;")]
    [InlineData("var receive = ws.ReceiveAsync(buffer, ct); if (await Task.WhenAny(receive, closed.Task) != receive) continue; if ((await receive).CloseStatus.HasValue) break;")]
    [InlineData("try { if ((await ws.ReceiveAsync(buffer, ct).WaitAsync(ct)).CloseStatus.HasValue) return; } catch (OperationCanceledException) { }")]
    [InlineData("try { if ((await ws.ReceiveAsync(buffer, ct).WaitAsync(Timeout.InfiniteTimeSpan, ct)).CloseStatus.HasValue) return; } catch (TimeoutException) { }")]
    public Task Ignores_signals_that_end_the_loop(string turn) =>
        Verify.IgnoresAsync<ReceivingAnalyzer>(Loop(turn, "var stopped = Task.Delay(-1, ct); var closed = new TaskCompletionSource();"));

    [Fact]
    public Task Ignores_a_receive_that_its_own_token_ends() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Line
        {
            public static async Task RunAsync(NetworkStream stream, byte[] buffer)
            {
                while (true)
                {
                    using var turn = new CancellationTokenSource();
                    var read = stream.ReadAsync(buffer, 0, buffer.Length, turn.Token);
                    if (await Task.WhenAny(read, Task.Delay(100)) != read)
                    {
                        turn.Cancel();
                        continue;
                    }

                    if (await read == 0)
                        return;
                }
            }
        }
        """);

    [Theory]
    [InlineData("var receive = ws.ReceiveAsync(buffer, ct); Use(receive); if (await Task.WhenAny(receive, Task.Delay(idle)) != receive) continue; if ((await receive).CloseStatus.HasValue) break;")]
    [InlineData("var receive = ws.ReceiveAsync(buffer, ct); if (await Task.WhenAny(receive, Task.Delay(idle)) != receive) Console.WriteLine(\"slow\"); if ((await receive).CloseStatus.HasValue) break;")]
    [InlineData("var receive = ws.ReceiveAsync(buffer, ct); while (await Task.WhenAny(receive, Task.Delay(idle)) != receive) await PingAsync(ws); if ((await receive).CloseStatus.HasValue) break;")]
    [InlineData("var receive = ws.ReceiveAsync(buffer, ct); var pings = Task.Delay(idle); await Task.WhenAll(receive, pings); if ((await receive).CloseStatus.HasValue) break;")]
    [InlineData("var receive = ws.ReceiveAsync(buffer, ct); try { await receive.WaitAsync(idle); } catch (TimeoutException) { Console.WriteLine(\"slow\"); } if ((await receive).CloseStatus.HasValue) break;")]
    public Task Ignores_a_task_that_is_awaited_after_all(string turn) => Verify.IgnoresAsync<ReceivingAnalyzer>(Loop(turn));

    [Fact]
    public Task Ignores_another_connection_in_each_turn() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Poll
        {
            private ClientWebSocket _ws = new();

            public static async Task EachAsync(IEnumerable<WebSocket> sockets, byte[] buffer)
            {
                foreach (var ws in sockets)
                {
                    var receive = ws.ReceiveAsync(buffer, default);
                    if (await Task.WhenAny(receive, Task.Delay(10)) != receive)
                        continue;
                    if ((await receive).CloseStatus.HasValue)
                        return;
                }
            }

            public static async Task NewAsync(Uri server, byte[] buffer)
            {
                while (true)
                {
                    using var ws = new ClientWebSocket();
                    await ws.ConnectAsync(server, default);
                    try
                    {
                        if ((await ws.ReceiveAsync(buffer, default).WaitAsync(TimeSpan.FromSeconds(1))).CloseStatus.HasValue)
                            return;
                    }
                    catch (TimeoutException)
                    {
                    }
                }
            }

            public async Task ReconnectsAsync(byte[] buffer)
            {
                while (true)
                {
                    try
                    {
                        if ((await _ws.ReceiveAsync(buffer, default).WaitAsync(TimeSpan.FromSeconds(1))).CloseStatus.HasValue)
                            return;
                    }
                    catch (TimeoutException)
                    {
                        await ReconnectAsync();
                    }
                }
            }

            private async Task ReconnectAsync()
            {
                _ws.Dispose();
                _ws = new ClientWebSocket();
                await _ws.ConnectAsync(new Uri("ws://localhost"), default);
            }
        }
        """);

    [Fact]
    public Task Ignores_what_is_no_connection() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        namespace Other
        {
            class WebSocket { public Task<int> ReceiveAsync(byte[] buffer, CancellationToken ct) => Task.FromResult(1); }

            class Loop
            {
                public static async Task RunAsync(WebSocket ws, FileStream file, byte[] buffer)
                {
                    while (true)
                    {
                        var receive = ws.ReceiveAsync(buffer, default);
                        if (await Task.WhenAny(receive, Task.Delay(10)) != receive)
                            continue;
                        var read = file.ReadAsync(buffer, 0, 1);
                        if (await Task.WhenAny(read, Task.Delay(10)) != read)
                            continue;
                        if (await receive + await read == 0)
                            return;
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
                    var receive = ws.ReceiveAsync(buffer);
                    if (await Task.WhenAny(receive, ) != receive)
                        continue;
                }
            }

            public async Task AgainAsync(WebSocket ws)
            {
                try
                {
                    await AgainAsync(ws).WaitAsync(TimeSpan.FromSeconds(1));
                }
                catch (TimeoutException)
                {
                    await AgainAsync(ws);
                }
            }
        }
        """)
    { CompilerDiagnostics = CompilerDiagnostics.None }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Fixes_a_receive_that_loses_against_a_delay() => Verify.FixesAsync<ReceivingAnalyzer, AbandonedReceiveCodeFix>("""
        #nullable enable
        class Feed
        {
            public async Task RunAsync(WebSocket ws, TimeSpan idle, CancellationToken ct)
            {
                var buffer = new byte[4096];

                // Until the peer closes.
                while (true)
                {
                    // The next piece.
                    var receive = ws.ReceiveAsync(buffer, ct); // starts here
                    if (await {|WSA5006:Task.WhenAny(receive, Task.Delay(idle, ct))|}.ConfigureAwait(false) != receive)
                    {
                        Console.WriteLine("idle");
                        continue;
                    }

                    var result = await receive.ConfigureAwait(false); // has ended
                    if (result.MessageType == WebSocketMessageType.Close)
                        return;
                    if (result.EndOfMessage)
                        Console.WriteLine(Encoding.UTF8.GetString(buffer, 0, result.Count));
                }
            }
        }
        """, """
        #nullable enable
        class Feed
        {
            public async Task RunAsync(WebSocket ws, TimeSpan idle, CancellationToken ct)
            {
                var buffer = new byte[4096];

                Task<WebSocketReceiveResult>? receive = null;
                // Until the peer closes.
                while (true)
                {
                    // The next piece.
                    receive ??= ws.ReceiveAsync(buffer, ct); // starts here
                    if (await Task.WhenAny(receive, Task.Delay(idle, ct)).ConfigureAwait(false) != receive)
                    {
                        Console.WriteLine("idle");
                        continue;
                    }

                    var result = await receive.ConfigureAwait(false); // has ended
                    receive = null;
                    if (result.MessageType == WebSocketMessageType.Close)
                        return;
                    if (result.EndOfMessage)
                        Console.WriteLine(Encoding.UTF8.GetString(buffer, 0, result.Count));
                }
            }
        }
        """);

    [Fact]
    public Task Fixes_a_timed_wait_in_a_try() => Verify.FixesAsync<ReceivingAnalyzer, AbandonedReceiveCodeFix>("""
        class Feed
        {
            public async Task RunAsync(WebSocket ws, TimeSpan idle, CancellationToken ct)
            {
                var buffer = new byte[4096];
                while (ws.State == WebSocketState.Open)
                {
                    WebSocketReceiveResult result;
                    try
                    {
                        // Wait a little.
                        result = await {|WSA5006:ws.ReceiveAsync(buffer, ct).WaitAsync(idle, ct)|}.ConfigureAwait(false);
                    }
                    catch (TimeoutException)
                    {
                        continue;
                    }

                    if (result.CloseStatus.HasValue)
                        break;
                    if (result.EndOfMessage)
                        Console.WriteLine(Encoding.UTF8.GetString(buffer, 0, result.Count));
                }
            }
        }
        """, """
        class Feed
        {
            public async Task RunAsync(WebSocket ws, TimeSpan idle, CancellationToken ct)
            {
                var buffer = new byte[4096];
                Task<WebSocketReceiveResult> pending = null;
                while (ws.State == WebSocketState.Open)
                {
                    WebSocketReceiveResult result;
                    try
                    {
                        // Wait a little.
                        pending ??= ws.ReceiveAsync(buffer, ct);
                        result = await pending.WaitAsync(idle, ct).ConfigureAwait(false);
                        pending = null;
                    }
                    catch (TimeoutException)
                    {
                        continue;
                    }

                    if (result.CloseStatus.HasValue)
                        break;
                    if (result.EndOfMessage)
                        Console.WriteLine(Encoding.UTF8.GetString(buffer, 0, result.Count));
                }
            }
        }
        """);

    [Fact]
    public Task Fixes_a_buffer_made_anew_in_every_turn() => Verify.FixesAsync<ReceivingAnalyzer, AbandonedReceiveCodeFix>("""
        class Feed
        {
            public async Task RunAsync(WebSocket ws, TimeSpan idle)
            {
                for (;;)
                {
                    var buffer = new byte[4096];
                    var receive = ws.ReceiveAsync(new ArraySegment<byte>(buffer), default);
                    if (await {|WSA5006:Task.WhenAny(receive, Task.Delay(idle))|} == receive)
                    {
                        var result = await receive;
                        if (result.MessageType == WebSocketMessageType.Close)
                            return;
                        if (result.EndOfMessage)
                            Console.WriteLine(Encoding.UTF8.GetString(buffer, 0, result.Count));
                    }
                }
            }
        }
        """, """
        class Feed
        {
            public async Task RunAsync(WebSocket ws, TimeSpan idle)
            {
                var buffer = new byte[4096];
                Task<WebSocketReceiveResult> receive = null;
                for (;;)
                {
                    receive ??= ws.ReceiveAsync(new ArraySegment<byte>(buffer), default);
                    if (await Task.WhenAny(receive, Task.Delay(idle)) == receive)
                    {
                        var result = await receive;
                        receive = null;
                        if (result.MessageType == WebSocketMessageType.Close)
                            return;
                        if (result.EndOfMessage)
                            Console.WriteLine(Encoding.UTF8.GetString(buffer, 0, result.Count));
                    }
                }
            }
        }
        """);

    [Fact]
    public Task FixesAll_of_a_file() => Verify.FixesAsync<ReceivingAnalyzer, AbandonedReceiveCodeFix>("""
        class Line
        {
            public async Task<int> MemoryAsync(WebSocket ws, Memory<byte> memory, TimeSpan idle)
            {
                while (true)
                {
                    try
                    {
                        var result = await {|WSA5006:ws.ReceiveAsync(memory, default).AsTask().WaitAsync(idle)|};
                        if (result.MessageType == WebSocketMessageType.Close || result.EndOfMessage)
                            return result.Count;
                    }
                    catch (TimeoutException)
                    {
                    }
                }
            }

            public async Task StreamAsync(NetworkStream stream, byte[] buffer)
            {
                int count;
                do
                {
                    Task<int> read = stream.ReadAsync(buffer, 0, buffer.Length);
                    if (await {|WSA5006:Task.WhenAny(read, Task.Delay(100))|} != read)
                    {
                        count = -1;
                        continue;
                    }

                    count = await read;
                }
                while (count != 0);
            }
        }
        """, """
        class Line
        {
            public async Task<int> MemoryAsync(WebSocket ws, Memory<byte> memory, TimeSpan idle)
            {
                Task<ValueWebSocketReceiveResult> pending = null;
                while (true)
                {
                    try
                    {
                        pending ??= ws.ReceiveAsync(memory, default).AsTask();
                        var result = await pending.WaitAsync(idle);
                        pending = null;
                        if (result.MessageType == WebSocketMessageType.Close || result.EndOfMessage)
                            return result.Count;
                    }
                    catch (TimeoutException)
                    {
                    }
                }
            }

            public async Task StreamAsync(NetworkStream stream, byte[] buffer)
            {
                int count;
                Task<int> read = null;
                do
                {
                    read ??= stream.ReadAsync(buffer, 0, buffer.Length);
                    if (await Task.WhenAny(read, Task.Delay(100)) != read)
                    {
                        count = -1;
                        continue;
                    }

                    count = await read;
                    read = null;
                }
                while (count != 0);
            }
        }
        """);

    [Theory]
    // The buffer is used while the receive is pending.
    [InlineData("var receive = ws.ReceiveAsync(buffer, ct); if (await {|WSA5006:Task.WhenAny(receive, Task.Delay(idle))|} != receive) { await ws.SendAsync(buffer.AsMemory(0, 1), WebSocketMessageType.Text, true, ct); continue; } var result = await receive; if (result.CloseStatus.HasValue) return;")]
    // What the receive is given is made anew in every turn.
    [InlineData("var bytes = System.Buffers.ArrayPool<byte>.Shared.Rent(9); var receive = ws.ReceiveAsync(bytes, ct); if (await {|WSA5006:Task.WhenAny(receive, Task.Delay(idle))|} != receive) continue; var result = await receive; if (result.CloseStatus.HasValue) return;")]
    // Somebody keeps the buffer of a turn.
    [InlineData("var bytes = new byte[9]; var receive = ws.ReceiveAsync(bytes, ct); if (await {|WSA5006:Task.WhenAny(receive, Task.Delay(idle))|} != receive) continue; var result = await receive; if (result.CloseStatus.HasValue) return; await HandleAsync(bytes, result.Count);")]
    // No statement of its own takes the result.
    [InlineData("var receive = ws.ReceiveAsync(buffer, ct); if (await {|WSA5006:Task.WhenAny(receive, Task.Delay(idle))|} != receive) continue; if ((await receive).CloseStatus.HasValue) return;")]
    [InlineData("var receive = ws.ReceiveAsync(buffer, ct); if (await {|WSA5006:Task.WhenAny(receive, Task.Delay(idle))|} != receive) continue; var result = receive.Result; if (result.CloseStatus.HasValue) return;")]
    [InlineData("var first = await {|WSA5006:Task.WhenAny(ws.ReceiveAsync(buffer, ct), Task.Delay(idle))|}; if (first is Task<WebSocketReceiveResult> received) { var result = await received; if (result.CloseStatus.HasValue) return; }")]
    // A failed task that is kept would fail for ever.
    [InlineData("try { var result = await {|WSA5006:ws.ReceiveAsync(buffer, ct).WaitAsync(idle)|}; if (result.CloseStatus.HasValue) return; } catch (Exception e) { Console.WriteLine(e); }")]
    public Task OffersNoFix_where_the_task_cannot_be_kept(string turn) => Verify.OffersNoFixAsync<ReceivingAnalyzer, AbandonedReceiveCodeFix>(Loop(turn));

    [Fact]
    public Task OffersNoFix_outside_of_a_loop() => Verify.OffersNoFixAsync<ReceivingAnalyzer, AbandonedReceiveCodeFix>("""
        class Client
        {
            public static async Task<int> AskTwiceAsync(WebSocket ws, byte[] buffer)
            {
                try
                {
                    var first = await {|WSA5006:ws.ReceiveAsync(buffer, default).WaitAsync(TimeSpan.FromSeconds(5))|};
                    return first.CloseStatus.HasValue ? 0 : first.Count;
                }
                catch (TimeoutException)
                {
                    var second = await ws.ReceiveAsync(buffer, default);
                    return second.CloseStatus.HasValue ? 0 : second.Count;
                }
            }
        }
        """);
}
