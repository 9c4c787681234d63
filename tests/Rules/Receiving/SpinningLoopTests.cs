using WebSocketAnalyzers.CodeFixes.Fixes.Receiving;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Receiving;

public class SpinningLoopTests
{
    [Fact]
    public Task Reports_catch_all_that_swallows_or_logs() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Session
        {
            private readonly WebSocket _socket;
            public Session(WebSocket socket) => _socket = socket;

            public async Task ReadAsync(byte[] buffer, CancellationToken stopping)
            {
                while (!stopping.IsCancellationRequested)
                {
                    try
                    {
                        var result = await _socket.ReceiveAsync(new ArraySegment<byte>(buffer), stopping).ConfigureAwait(false);
                        Console.WriteLine(Encoding.UTF8.GetString(buffer, 0, result.Count) + result.EndOfMessage + result.MessageType);
                    }
                    {|WSA5007:catch|} (Exception failure)
                    {
                        Console.Error.WriteLine(failure);
                    }
                }
            }

            public async Task DrainAsync(Memory<byte> buffer)
            {
                for (;;)
                {
                    try
                    {
                        var result = await _socket.ReceiveAsync(buffer, default);
                        if (result.MessageType == WebSocketMessageType.Close)
                            return;
                    }
                    {|WSA5007:catch|}
                    {
                        continue;
                    }
                }
            }
        }
        """);

    [Fact]
    public Task Reports_catch_of_the_failure_itself() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Client
        {
            private bool _running = true;

            public void Stop() => _running = false;

            public async Task ReadAsync(ClientWebSocket socket, byte[] buffer)
            {
                while (_running)
                {
                    WebSocketReceiveResult result = null;
                    try
                    {
                        result = await socket.ReceiveAsync(buffer, default);
                        if (result.MessageType == WebSocketMessageType.Close)
                            break;
                    }
                    {|WSA5007:catch|} (WebSocketException e)
                    {
                        Log(e.Message);
                    }
                    finally
                    {
                        Console.WriteLine("turn");
                    }
                }
            }

            private static void Log(string text)
            {
                var line = DateTime.Now + " " + text;
                Console.WriteLine(line);
            }
        }
        """);

    [Fact]
    public Task Reports_server_loop_that_only_asks_whether_the_socket_is_open() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Session
        {
            public static async Task ReadAsync(WebSocket socket, byte[] buffer)
            {
                while (socket.State == WebSocketState.Open)
                {
                    try
                    {
                        var result = await socket.ReceiveAsync(buffer, default);
                        if (result.MessageType == WebSocketMessageType.Close)
                            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
                    }
                    {|WSA5007:catch|} (Exception)
                    {
                    }
                }
            }
        }
        """);

    [Fact]
    public Task Reports_catch_that_leaves_for_other_reasons_only() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Session
        {
            public static async Task ReadAsync(WebSocket socket, byte[] buffer, CancellationToken stopping)
            {
                while (true)
                {
                    try
                    {
                        await socket.ReceiveAsync(buffer, stopping);
                    }
                    catch (OperationCanceledException)
                    {
                        return;
                    }
                    {|WSA5007:catch|} (Exception e) when (e is not TaskCanceledException && !stopping.IsCancellationRequested)
                    {
                        if (stopping.IsCancellationRequested)
                            break;
                        if (e is OperationCanceledException)
                            return;
                        Console.WriteLine(e);
                    }
                }
            }
        }
        """);

    [Fact]
    public Task Reports_inner_break_that_the_outer_loop_undoes() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Session
        {
            public static async Task ReadAsync(WebSocket socket, byte[] buffer)
            {
                while (true)
                {
                    while (true)
                    {
                        try
                        {
                            var result = await socket.ReceiveAsync(buffer, default);
                            if (result.EndOfMessage)
                                break;
                        }
                        {|WSA5007:catch|} (WebSocketException)
                        {
                            break;
                        }
                    }

                    Console.WriteLine("message");
                }
            }
        }
        """);

    [Fact]
    public Task Reports_receive_in_a_method_of_its_own() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Session
        {
            private readonly WebSocket _socket;
            private readonly byte[] _buffer = new byte[4096];
            public Session(WebSocket socket) => _socket = socket;

            public async Task RunAsync()
            {
                while (true)
                {
                    try
                    {
                        var text = await ReadTextAsync();
                        Console.WriteLine(text);
                    }
                    {|WSA5007:catch|} (Exception e)
                    {
                        Console.WriteLine(e);
                    }
                }
            }

            private async Task<string> ReadTextAsync()
            {
                var text = new MemoryStream();
                WebSocketReceiveResult result;
                do
                {
                    result = await _socket.ReceiveAsync(_buffer, default);
                    text.Write(_buffer, 0, result.Count);
                }
                while (!result.EndOfMessage);
                return Encoding.UTF8.GetString(text.ToArray());
            }
        }
        """);

    [Fact]
    public Task Reports_streams_and_listeners_whose_loop_has_no_end_at_all() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Server
        {
            private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

            public void Stop() => _listener.Stop();

            public async Task AcceptAsync()
            {
                while (true)
                {
                    try
                    {
                        var client = await _listener.AcceptTcpClientAsync();
                        _ = ServeAsync(client);
                    }
                    {|WSA5007:catch|} (Exception e)
                    {
                        Console.WriteLine(e);
                    }
                }
            }

            private static async Task ServeAsync(TcpClient client)
            {
                var stream = client.GetStream();
                var buffer = new byte[100];
                while (true)
                {
                    try
                    {
                        var read = await stream.ReadAsync(buffer);
                        if (read == 0)
                            return;
                    }
                    {|WSA5007:catch|} (Exception e)
                    {
                        Console.WriteLine(e);
                    }
                }
            }
        }
        """);

    [Fact]
    public Task Reports_closed_socket_that_is_stepped_over() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        // top-level
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;

        var peers = new Dictionary<string, WebSocket>();
        var app = WebApplication.CreateBuilder(args).Build();
        app.UseWebSockets();
        app.Map("/ws", async (HttpContext context) =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var buffer = new byte[256];
            while (true)
            {
                var gone = peers.Where(peer => peer.Value.State == WebSocketState.Closed).FirstOrDefault();
                if (gone.Key != null)
                {
                    peers.Remove(gone.Key);
                    Console.WriteLine($"{peers.Count} left");
                }

                if ({|WSA5007:socket.State == WebSocketState.Closed|})
                    continue;
                var result = await socket.ReceiveAsync(buffer, CancellationToken.None);
                if (result.MessageType == WebSocketMessageType.Close)
                    await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
            }
        });
        app.Run();
        """);

    [Fact]
    public Task Reports_receive_only_while_open_in_a_loop_that_goes_on() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Session
        {
            private readonly WebSocket _socket;
            public Session(WebSocket socket) => _socket = socket;

            public async Task RunAsync(byte[] buffer, CancellationToken stopping)
            {
                while (!stopping.IsCancellationRequested)
                {
                    if ({|WSA5007:_socket?.State is WebSocketState.Open or WebSocketState.CloseSent|})
                        await _socket.ReceiveAsync(buffer, stopping);
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_loops_that_are_left() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Session
        {
            public static async Task BreakAsync(WebSocket socket, byte[] buffer)
            {
                while (true)
                {
                    try { if ((await socket.ReceiveAsync(buffer, default)).MessageType == WebSocketMessageType.Close) return; }
                    catch (WebSocketException) { break; }
                    catch (Exception e) { Console.WriteLine(e); }
                }
            }

            public static async Task ThrowAsync(WebSocket socket, byte[] buffer)
            {
                while (true)
                {
                    try { if ((await socket.ReceiveAsync(buffer, default)).MessageType == WebSocketMessageType.Close) return; }
                    catch (Exception e) { Console.WriteLine(e); throw; }
                }
            }

            public static async Task<bool> ReturnAsync(WebSocket socket, byte[] buffer)
            {
                while (true)
                {
                    try { if ((await socket.ReceiveAsync(buffer, default)).MessageType == WebSocketMessageType.Close) return true; }
                    catch { return false; }
                }
            }

            public static async Task JumpAsync(WebSocket socket, byte[] buffer)
            {
                while (true)
                {
                    switch (buffer.Length)
                    {
                        case > 0:
                            try { if ((await socket.ReceiveAsync(buffer, default)).MessageType == WebSocketMessageType.Close) return; }
                            catch (Exception) { goto done; }
                            break;
                    }
                }

                done:
                Console.WriteLine("done");
            }
        }
        """);

    [Fact]
    public Task Ignores_failures_that_a_flag_or_a_value_of_the_turn_tells_the_loop() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Session
        {
            private bool _open = true;
            private int _failures;

            public async Task FlagAsync(WebSocket socket, byte[] buffer)
            {
                while (_open)
                {
                    try { if ((await socket.ReceiveAsync(buffer, default)).MessageType == WebSocketMessageType.Close) return; }
                    catch (Exception) { _open = false; }
                }
            }

            public async Task MethodAsync(WebSocket socket, byte[] buffer)
            {
                while (_open)
                {
                    try { if ((await socket.ReceiveAsync(buffer, default)).MessageType == WebSocketMessageType.Close) return; }
                    catch (Exception e) { Fail(e); }
                }
            }

            private void Fail(Exception e)
            {
                Console.WriteLine(e);
                End();
            }

            private void End() => _open = false;

            public async Task CountAsync(WebSocket socket, byte[] buffer)
            {
                while (_failures < 5)
                {
                    try { if ((await socket.ReceiveAsync(buffer, default)).MessageType == WebSocketMessageType.Close) return; }
                    catch (Exception) { _failures++; }
                }
            }

            public async Task CountedAsync(WebSocket socket, byte[] buffer)
            {
                for (var attempt = 0; attempt < 3; attempt++)
                {
                    try { if ((await socket.ReceiveAsync(buffer, default)).MessageType == WebSocketMessageType.Close) return; }
                    catch (Exception e) { Console.WriteLine(e); }
                }
            }

            public async Task ValueAsync(WebSocket socket, byte[] buffer)
            {
                while (true)
                {
                    string text = null;
                    try
                    {
                        var result = await socket.ReceiveAsync(buffer, default);
                        if (result.MessageType == WebSocketMessageType.Close)
                            return;
                        text = result.EndOfMessage + Encoding.UTF8.GetString(buffer, 0, result.Count);
                    }
                    catch (Exception e)
                    {
                        Console.WriteLine(e);
                    }

                    if (text == null)
                        break;
                    Console.WriteLine(text);
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_loops_that_wait() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Session
        {
            public static async Task DelayAsync(WebSocket socket, byte[] buffer)
            {
                while (true)
                {
                    try { if ((await socket.ReceiveAsync(buffer, default)).MessageType == WebSocketMessageType.Close) return; }
                    catch (Exception) { await Task.Delay(1000); }
                }
            }

            public static async Task SleepAsync(WebSocket socket, byte[] buffer)
            {
                while (true)
                {
                    try { if ((await socket.ReceiveAsync(buffer, default)).MessageType == WebSocketMessageType.Close) return; }
                    catch (Exception) { Pause(); }
                }
            }

            private static void Pause() => Thread.Sleep(1000);

            public static async Task TickAsync(WebSocket socket, byte[] buffer)
            {
                using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
                while (await timer.WaitForNextTickAsync())
                {
                    try { if ((await socket.ReceiveAsync(buffer, default)).MessageType == WebSocketMessageType.Close) return; }
                    catch (Exception e) { Console.WriteLine(e); }
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_loops_that_make_a_new_connection() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Client
        {
            private ClientWebSocket _socket = new();

            public async Task RunAsync(Uri server, byte[] buffer)
            {
                while (true)
                {
                    using var socket = new ClientWebSocket();
                    try
                    {
                        await socket.ConnectAsync(server, default);
                        while (true)
                        {
                            if ((await socket.ReceiveAsync(buffer, default)).MessageType == WebSocketMessageType.Close)
                                break;
                        }
                    }
                    catch (Exception e)
                    {
                        Console.WriteLine(e);
                    }
                }
            }

            public async Task FieldAsync(Uri server, byte[] buffer)
            {
                while (true)
                {
                    try { if ((await _socket.ReceiveAsync(buffer, default)).MessageType == WebSocketMessageType.Close) return; }
                    catch (Exception) { Renew(); }
                }
            }

            private void Renew()
            {
                _socket.Dispose();
                _socket = new ClientWebSocket();
            }

            public async Task ListenerAsync(byte[] buffer, Action<Exception> failed)
            {
                while (true)
                {
                    try { if ((await _socket.ReceiveAsync(buffer, default)).MessageType == WebSocketMessageType.Close) return; }
                    catch (Exception e) { failed(e); }
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_state_loops_that_the_loss_ends() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Client
        {
            public static async Task ClientAsync(ClientWebSocket socket, byte[] buffer)
            {
                while (socket.State == WebSocketState.Open)
                {
                    try { await socket.ReceiveAsync(buffer, default); }
                    catch (Exception e) { Console.WriteLine(e); }
                }
            }

            public static async Task OwnFailureAsync(WebSocket socket, byte[] buffer)
            {
                while (socket.State == WebSocketState.Open)
                {
                    try { await socket.ReceiveAsync(buffer, default); }
                    catch (WebSocketException e) { Console.WriteLine(e); }
                }
            }

            public static async Task AbortAsync(WebSocket socket, byte[] buffer)
            {
                while (socket.State == WebSocketState.Open)
                {
                    try { await socket.ReceiveAsync(buffer, default); }
                    catch (Exception) { socket.Abort(); }
                }
            }

            public static async Task ConnectedAsync(TcpClient client, byte[] buffer)
            {
                var stream = client.GetStream();
                while (client.Connected)
                {
                    try { if (await stream.ReadAsync(buffer) == 0) return; }
                    catch (Exception e) { Console.WriteLine(e); }
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_other_failures() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Session
        {
            public static async Task CancelAsync(WebSocket socket, byte[] buffer)
            {
                while (true)
                {
                    try { if ((await socket.ReceiveAsync(buffer, default)).MessageType == WebSocketMessageType.Close) return; }
                    catch (OperationCanceledException) { }
                    catch (FormatException) { }
                    catch (WebSocketException e) when (e.WebSocketErrorCode == WebSocketError.HeaderError) { }
                }
            }

            public static async Task HandlerAsync(WebSocket socket, byte[] buffer)
            {
                while (true)
                {
                    var result = await socket.ReceiveAsync(buffer, default);
                    if (result.MessageType == WebSocketMessageType.Close)
                        return;
                    try { Console.WriteLine(int.Parse(Encoding.UTF8.GetString(buffer, 0, result.Count)) + (result.EndOfMessage ? 1 : 0)); }
                    catch (Exception e) { Console.WriteLine(e); }
                }
            }

            public static async Task OutsideAsync(WebSocket socket, byte[] buffer)
            {
                try
                {
                    while (true)
                    {
                        if ((await socket.ReceiveAsync(buffer, default)).MessageType == WebSocketMessageType.Close)
                            return;
                    }
                }
                catch (Exception e)
                {
                    Console.WriteLine(e);
                }
            }

            public static async Task PendingAsync(WebSocket socket, byte[] buffer)
            {
                var pending = socket.ReceiveAsync(buffer, default);
                while (true)
                {
                    try { await Task.WhenAny(pending, Task.Delay(100)); }
                    catch (Exception e) { Console.WriteLine(e); }
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_listeners_that_something_stops_and_datagrams() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Server
        {
            private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
            private bool _running = true;

            public async Task AcceptAsync()
            {
                while (_running)
                {
                    try { (await _listener.AcceptTcpClientAsync()).Dispose(); }
                    catch (Exception e) { Console.WriteLine(e); }
                }
            }

            public async Task TransientAsync()
            {
                while (true)
                {
                    try { (await _listener.AcceptTcpClientAsync()).Dispose(); }
                    catch (SocketException e) { Console.WriteLine(e); }
                }
            }

            public static async Task ListenAsync(UdpClient client)
            {
                while (true)
                {
                    try { Console.WriteLine((await client.ReceiveAsync()).Buffer.Length); }
                    catch (Exception e) { Console.WriteLine(e); }
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_timeouts_of_synchronous_reads() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Port
        {
            public static void Read(NetworkStream stream, byte[] buffer)
            {
                stream.ReadTimeout = 1000;
                while (true)
                {
                    try { if (stream.Read(buffer, 0, buffer.Length) == 0) return; }
                    catch (Exception) { continue; }
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_closed_sockets_that_end_the_loop_or_let_it_wait() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Session
        {
            public static async Task LeaveAsync(WebSocket socket, byte[] buffer)
            {
                while (true)
                {
                    if (socket.State == WebSocketState.Closed)
                        break;
                    await socket.ReceiveAsync(buffer, default);
                }
            }

            public static async Task WaitAsync(ClientWebSocket socket, byte[] buffer)
            {
                while (true)
                {
                    if (socket.State != WebSocketState.Open)
                    {
                        await Task.Delay(100);
                        continue;
                    }

                    await socket.ReceiveAsync(buffer, default);
                }
            }

            public static async Task ConditionAsync(WebSocket socket, byte[] buffer)
            {
                while (socket.State != WebSocketState.Closed)
                {
                    if (socket.State == WebSocketState.CloseSent)
                        Console.WriteLine("closing");
                    if (socket.State != WebSocketState.Open)
                        continue;
                    await socket.ReceiveAsync(buffer, default);
                }
            }

            public static async Task OtherAsync(WebSocket socket, WebSocket other, byte[] buffer)
            {
                while (true)
                {
                    if (other.State == WebSocketState.Closed)
                        Console.WriteLine("other is gone");
                    await socket.ReceiveAsync(buffer, default);
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_ways_that_may_wait() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Session
        {
            private readonly SemaphoreSlim _limit;
            private readonly bool _slow;
            public Session(SemaphoreSlim limit, bool slow) => (_limit, _slow) = (limit, slow);

            public async Task ReadAsync(WebSocket socket, byte[] buffer, CancellationToken aborted)
            {
                do
                {
                    try
                    {
                        if (_limit != null)
                            await _limit.WaitAsync();
                        await socket.ReceiveAsync(buffer, aborted);
                    }
                    catch (Exception e)
                    {
                        Console.WriteLine(e);
                    }
                }
                while (!aborted.IsCancellationRequested);
            }

            public async Task RequestAsync(WebSocket socket, byte[] buffer, CancellationToken aborted)
            {
                while (socket.State == WebSocketState.Open && !aborted.IsCancellationRequested)
                {
                    try { await socket.ReceiveAsync(buffer, aborted); }
                    catch (Exception e) { Console.WriteLine(e); }
                }
            }

            public async Task SlowAsync(WebSocket socket, byte[] buffer)
            {
                while (true)
                {
                    try { await socket.ReceiveAsync(buffer, default); }
                    catch (Exception) { if (_slow) await Task.Delay(10); }
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_sequences_whose_reader_waits() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Session
        {
            public static async IAsyncEnumerable<int> ReadAsync(WebSocket socket, byte[] buffer)
            {
                while (true)
                {
                    var count = -1;
                    try { count = (await socket.ReceiveAsync(buffer, default)).Count; }
                    catch (WebSocketException e) { Console.WriteLine(e); }
                    yield return count;
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_the_same_names_elsewhere() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        namespace Mail
        {
            class Result { public bool EndOfMessage { get; set; } }

            class WebSocket
            {
                public Task<int> ReceiveAsync(byte[] buffer, CancellationToken token) => Task.FromResult(0);

                public async Task RunAsync(byte[] buffer)
                {
                    while (true)
                    {
                        try { await ReceiveAsync(buffer, default); }
                        catch (Exception e) { Console.WriteLine(e); }
                    }
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_half_typed_code() => Verify.BearsAsync<ReceivingAnalyzer>("""
        class Session
        {
            public static async Task ReadAsync(System.Net.WebSockets.WebSocket socket, byte[] buffer)
            {
                while (true)
                {
                    try { await socket.ReceiveAsync(buffer, }
                    catch (
        """);

    [Fact]
    public Task Ignores_methods_that_call_each_other() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Session
        {
            private int _depth;

            public async Task ReadAsync(WebSocket socket, byte[] buffer)
            {
                while (_depth < 3)
                {
                    try { await socket.ReceiveAsync(buffer, default); }
                    catch (Exception) { Down(); }
                }
            }

            private void Down() { _depth++; Up(); }

            private void Up() { if (_depth < 2) Down(); }
        }
        """);

    [Fact]
    public Task Fixes_catch_of_the_failure() => Verify.FixesAsync<ReceivingAnalyzer, SpinningLoopCodeFix>(Session("""
                    {|WSA5007:catch|} (WebSocketException failure)
                    {
                        // the peer is gone
                        Console.Error.WriteLine(failure.Message);
                    }
        """), Session("""
                    catch (WebSocketException failure)
                    {
                        // the peer is gone
                        Console.Error.WriteLine(failure.Message);
                        break;
                    }
        """));

    [Fact]
    public Task Fixes_empty_catch_around_connection_work() => Verify.FixesAsync<ReceivingAnalyzer, SpinningLoopCodeFix>(Session("""
                    {|WSA5007:catch|}
                    {
                    }
        """), Session("""
                    catch
                    {
                        break;
                    }
        """));

    [Fact]
    public Task Fixes_continue() => Verify.FixesAsync<ReceivingAnalyzer, SpinningLoopCodeFix>(Session("""
                    {|WSA5007:catch|} (Exception)
                    {
                        continue; // next
                    }
        """), Session("""
                    catch (Exception)
                    {
                        break; // next
                    }
        """));

    [Fact]
    public Task FixesAll_loops_of_a_file() => Verify.FixesAsync<ReceivingAnalyzer, SpinningLoopCodeFix>(Session("""
                    {|WSA5007:catch|} (Exception e)
                    {
                        Console.WriteLine(e);
                    }
        """) + Session("""
                    {|WSA5007:catch|} (WebSocketException)
                    {
                        continue;
                    }
        """, "Other"), Session("""
                    catch (Exception e)
                    {
                        Console.WriteLine(e);
                        break;
                    }
        """) + Session("""
                    catch (WebSocketException)
                    {
                        break;
                    }
        """, "Other"));

    [Fact]
    public Task Fixes_closed_socket_that_is_stepped_over() => Verify.FixesAsync<ReceivingAnalyzer, SpinningLoopCodeFix>("""
        class Session
        {
            public static async Task ReadAsync(WebSocket socket, byte[] buffer)
            {
                while (true)
                {
                    if ({|WSA5007:socket.State == WebSocketState.Closed|})
                        continue;
                    var result = await socket.ReceiveAsync(buffer, CancellationToken.None);
                    if (result.MessageType == WebSocketMessageType.Close)
                        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                }
            }
        }
        """, """
        class Session
        {
            public static async Task ReadAsync(WebSocket socket, byte[] buffer)
            {
                while (true)
                {
                    if (socket.State == WebSocketState.Closed)
                        break;
                    var result = await socket.ReceiveAsync(buffer, CancellationToken.None);
                    if (result.MessageType == WebSocketMessageType.Close)
                        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                }
            }
        }
        """);

    [Fact]
    public Task OffersNoFix_where_messages_fail_as_well() => Verify.OffersNoFixAsync<ReceivingAnalyzer, SpinningLoopCodeFix>("""
        class Session
        {
            public static async Task ReadAsync(WebSocket socket, byte[] buffer)
            {
                while (true)
                {
                    try
                    {
                        var result = await socket.ReceiveAsync(buffer, default);
                        if (result.MessageType == WebSocketMessageType.Close)
                            return;
                        Handle(int.Parse(Encoding.UTF8.GetString(buffer, 0, result.Count)));
                    }
                    {|WSA5007:catch|} (Exception e)
                    {
                        Console.WriteLine(e);
                    }
                }
            }

            private static void Handle(int value) => Console.WriteLine(value);
        }
        """);

    [Fact]
    public Task OffersNoFix_where_break_does_not_leave() => Verify.OffersNoFixAsync<ReceivingAnalyzer, SpinningLoopCodeFix>("""
        class Session
        {
            public static async Task<int> ResultAsync(WebSocket socket, byte[] buffer)
            {
                while (true)
                {
                    try
                    {
                        var result = await socket.ReceiveAsync(buffer, default);
                        if (result.MessageType == WebSocketMessageType.Close)
                            return result.Count;
                    }
                    {|WSA5007:catch|} (WebSocketException)
                    {
                    }
                }
            }

            public static async Task SwitchAsync(WebSocket socket, byte[] buffer, int mode)
            {
                while (true)
                {
                    switch (mode)
                    {
                        default:
                            try
                            {
                                await socket.ReceiveAsync(buffer, default);
                            }
                            {|WSA5007:catch|} (WebSocketException)
                            {
                            }
                            break;
                    }
                }
            }

            public static async Task NestedAsync(WebSocket socket, byte[] buffer)
            {
                while (true)
                {
                    while (true)
                    {
                        try
                        {
                            await socket.ReceiveAsync(buffer, default);
                        }
                        {|WSA5007:catch|} (WebSocketException)
                        {
                        }
                    }
                }
            }
        }

        class Server
        {
            public static async Task AcceptAsync(TcpListener listener)
            {
                while (true)
                {
                    try { (await listener.AcceptTcpClientAsync()).Dispose(); }
                    {|WSA5007:catch|} (Exception) { }
                }
            }
        }
        """);

    private static string Session(string clause, string name = "Session") => $$"""
        class {{name}}
        {
            public static async Task ReadAsync(WebSocket socket, byte[] buffer)
            {
                while (true)
                {
                    try
                    {
                        var result = await socket.ReceiveAsync(buffer, CancellationToken.None);
                        if (result.MessageType == WebSocketMessageType.Close)
                        {
                            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                            return;
                        }

                        await socket.SendAsync(buffer.AsMemory(0, result.Count), result.MessageType, result.EndOfMessage, CancellationToken.None);
                    }
        {{clause}}
                }
            }
        }

        """;
}
