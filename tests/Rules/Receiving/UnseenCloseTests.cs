using WebSocketAnalyzers.CodeFixes.Fixes.Receiving;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Receiving;

/// <summary>WSA5003: a close of the peer is taken for data, or received past, or noticed and left unanswered.</summary>
public class UnseenCloseTests
{
    [Fact]
    public Task Fixes_an_endless_receive_loop() => Verify.FixesAsync<ReceivingAnalyzer, UnseenCloseCodeFix>(
        """
        class Feed
        {
            public async Task ReadAsync(WebSocket socket, Stream file, CancellationToken cancellation)
            {
                var buffer = new byte[4096];
                while (true)
                {
                    // the next piece
                    var result = await {|WSA5003:socket.ReceiveAsync(buffer, cancellation)|}.ConfigureAwait(false); // may be empty
                    await file.WriteAsync(buffer.AsMemory(0, result.Count), cancellation).ConfigureAwait(false);
                }
            }
        }
        """,
        """
        class Feed
        {
            public async Task ReadAsync(WebSocket socket, Stream file, CancellationToken cancellation)
            {
                var buffer = new byte[4096];
                while (true)
                {
                    // the next piece
                    var result = await socket.ReceiveAsync(buffer, cancellation).ConfigureAwait(false); // may be empty
                    if (result.MessageType == WebSocketMessageType.Close)
                    {
                        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation).ConfigureAwait(false);
                        return;
                    }
                    await file.WriteAsync(buffer.AsMemory(0, result.Count), cancellation).ConfigureAwait(false);
                }
            }
        }
        """);

    [Fact]
    public Task Reports_receives_past_a_close() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Reader
        {
            public async Task EndlessAsync(WebSocket socket, byte[] data, Stream file)
            {
                for (;;)
                {
                    var result = await {|WSA5003:socket.ReceiveAsync(data, default)|};
                    await file.WriteAsync(data.AsMemory(0, result.Count));
                }
            }

            public async Task UntilStoppedAsync(WebSocket socket, Memory<byte> memory, CancellationToken stopping)
            {
                while (!stopping.IsCancellationRequested)
                {
                    ValueWebSocketReceiveResult result;
                    do
                    {
                        result = await {|WSA5003:socket.ReceiveAsync(memory, stopping)|};
                        Console.WriteLine(result.Count);
                    }
                    while (!result.EndOfMessage);
                }
            }

            public async Task HandshakeAsync(WebSocket socket, byte[] data)
            {
                var hello = await {|WSA5003:socket.ReceiveAsync(data, default)|};
                Console.WriteLine(hello.Count);
                var rest = await socket.ReceiveAsync(data, default);
                if (rest.MessageType == WebSocketMessageType.Close)
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
            }
        }
        """);

    [Fact]
    public Task Reports_a_close_decoded_as_a_message() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Reader
        {
            public async Task<string> OnceAsync(WebSocket socket, byte[] data)
            {
                var result = await {|WSA5003:socket.ReceiveAsync(data, default)|};
                return Encoding.UTF8.GetString(data, 0, result.Count);
            }

            public async Task WhileOpenAsync(WebSocket socket, byte[] data)
            {
                while (socket.State == WebSocketState.Open)
                {
                    var result = await {|WSA5003:socket.ReceiveAsync(data, default)|};
                    Console.WriteLine(Encoding.UTF8.GetString(data, 0, result.Count) + result.EndOfMessage);
                }
            }
        }


        class Closer
        {
            public Task CloseAsync(WebSocket socket) => socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
        }
        """);

    [Fact]
    public Task Reports_closes_that_nothing_in_the_program_answers() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Reader
        {
            private readonly WebSocket _socket = new ClientWebSocket();

            public Task RunAsync(byte[] data) => IfAsync(_socket, data);

            public async Task IfAsync(WebSocket socket, byte[] data)
            {
                while (true)
                {
                    var result = await socket.ReceiveAsync(data, default);
                    if ({|WSA5003:result.MessageType == WebSocketMessageType.Close|})
                        break;
                    Console.WriteLine(result.EndOfMessage);
                }
            }

            public async Task StatusAsync(WebSocket socket, byte[] data)
            {
                var result = await socket.ReceiveAsync(data, default);
                if ({|WSA5003:result.CloseStatus.HasValue|})
                    return;
                Console.WriteLine(result.EndOfMessage);
            }
        }
        """);

    [Fact]
    public Task Ignores_questions_about_the_type_or_the_status() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Reader
        {
            public async Task TypeAsync(WebSocket socket, byte[] data)
            {
                while (true)
                {
                    var result = await socket.ReceiveAsync(data, default);
                    if (result.MessageType != WebSocketMessageType.Text)
                        break;
                }
            }

            public async Task PatternAsync(WebSocket socket, byte[] data)
            {
                while (true)
                {
                    if (await socket.ReceiveAsync(data, default) is { MessageType: WebSocketMessageType.Close })
                        break;
                }
            }

            public async Task SwitchAsync(WebSocket socket, byte[] data)
            {
                while (true)
                {
                    var result = await socket.ReceiveAsync(data, default);
                    switch (result.MessageType)
                    {
                        case WebSocketMessageType.Close:
                            return;
                    }
                }
            }

            public async Task StatusAsync(WebSocket socket, byte[] data)
            {
                WebSocketReceiveResult result;
                do
                    result = await socket.ReceiveAsync(data, default);
                while (result.CloseStatus is null);
            }

            public async Task NothingAsync(WebSocket socket, byte[] data)
            {
                while (true)
                {
                    var result = await socket.ReceiveAsync(data, default);
                    if (result.Count == 0)
                        break;
                    Console.WriteLine(Encoding.UTF8.GetString(data, 0, result.Count));
                }
            }
        }


        class Closer
        {
            public Task CloseAsync(WebSocket socket) => socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
        }
        """);

    [Fact]
    public Task Ignores_the_state_looked_at_before_the_data() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Reader
        {
            public async Task StateAsync(WebSocket socket, byte[] data)
            {
                while (true)
                {
                    var result = await socket.ReceiveAsync(data, default);
                    if (socket.State != WebSocketState.Open)
                        return;
                    Console.WriteLine(Encoding.UTF8.GetString(data, 0, result.Count));
                }
            }

            public async Task StatusOfTheSocketAsync(WebSocket socket, byte[] data)
            {
                while (true)
                {
                    var result = await socket.ReceiveAsync(data, default);
                    if (socket.CloseStatus.HasValue)
                        return;
                    Console.WriteLine(Encoding.UTF8.GetString(data, 0, result.Count));
                }
            }

            public async Task DataNotUsedAsync(WebSocket socket, byte[] data)
            {
                var count = 0;
                while (socket.State == WebSocketState.Open)
                    count += (await socket.ReceiveAsync(data, default)).Count;
                Console.WriteLine(count);
            }
        }


        class Closer
        {
            public Task CloseAsync(WebSocket socket) => socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
        }
        """);

    [Fact]
    public Task Ignores_adapters_and_results_that_leave() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Adapter
        {
            private readonly WebSocket _socket;
            public Adapter(WebSocket socket) => _socket = socket;

            public async Task<int> ReadAsync(byte[] data) => (await _socket.ReceiveAsync(data, default)).Count;

            public Task<WebSocketReceiveResult> PieceAsync(byte[] data) => _socket.ReceiveAsync(data, default);

            public async Task PumpAsync(byte[] data, Func<WebSocketReceiveResult, bool> handle)
            {
                WebSocketReceiveResult result;
                do
                    result = await _socket.ReceiveAsync(data, default);
                while (handle(result));
            }
        }


        class Closer
        {
            public Task CloseAsync(WebSocket socket) => socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
        }
        """);

    [Fact]
    public Task Ignores_echoes_that_send_the_type_on_and_answer() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Echo
        {
            public async Task RunAsync(WebSocket socket, byte[] data)
            {
                var result = await socket.ReceiveAsync(data, default);
                while (!result.CloseStatus.HasValue)
                {
                    await socket.SendAsync(data.AsMemory(0, result.Count), result.MessageType, result.EndOfMessage, default);
                    result = await socket.ReceiveAsync(data, default);
                }

                await socket.CloseAsync(result.CloseStatus.Value, result.CloseStatusDescription, default);
            }
        }
        """);

    [Fact]
    public Task Ignores_streams_sockets_and_other_libraries() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Reader
        {
            public async Task RunAsync(NetworkStream stream, Socket socket, byte[] data)
            {
                while (true)
                {
                    var read = await stream.ReadAsync(data);
                    if (read == 0)
                        break;
                }

                while (await socket.ReceiveAsync(data, SocketFlags.None) > 0)
                    Console.WriteLine("more");
            }
        }
        """);

    [Fact]
    public Task Ignores_loops_that_a_property_or_method_of_the_program_ends() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Session
        {
            private readonly WebSocket _socket;
            public Session(WebSocket socket) => _socket = socket;

            private bool IsOpen => _socket.State == WebSocketState.Open;

            public async Task RunAsync(byte[] data)
            {
                while (IsOpen)
                {
                    var result = await _socket.ReceiveAsync(data, default);
                    if (IsOpen)
                        Console.WriteLine(Encoding.UTF8.GetString(data, 0, result.Count) + result.EndOfMessage);
                }
            }
        }


        class Closer
        {
            public Task CloseAsync(WebSocket socket) => socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
        }
        """);

    [Fact]
    public Task Ignores_same_names_in_another_namespace() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        namespace Mine
        {
            class WebSocket
            {
                public Task<Result> ReceiveAsync(byte[] data, CancellationToken cancellation) => Task.FromResult(new Result());
            }

            class Result
            {
                public int Count => 0;
                public string MessageType => "";
            }

            class User
            {
                async Task ReadAsync(WebSocket socket, byte[] data)
                {
                    while (true)
                    {
                        var result = await socket.ReceiveAsync(data, default);
                        Console.WriteLine(Encoding.UTF8.GetString(data, 0, result.Count) + Encoding.UTF8.GetString(data));
                    }
                }

                async Task IgnoreAsync(WebSocket socket, byte[] data)
                {
                    await socket.ReceiveAsync(data, default);
                    Console.WriteLine(Encoding.UTF8.GetString(data));
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_recursive_reassembly() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Recursive
        {
            async Task<string> ReadAsync(WebSocket socket, byte[] data, MemoryStream whole)
            {
                var result = await socket.ReceiveAsync(data, default);
                if (result.MessageType == WebSocketMessageType.Close)
                    return "";
                whole.Write(data, 0, result.Count);
                return result.EndOfMessage ? Encoding.UTF8.GetString(whole.ToArray()) : await ReadAsync(socket, data, whole);
            }
        }


        class Closer
        {
            public Task CloseAsync(WebSocket socket) => socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
        }
        """);

    [Fact]
    public Task Ignores_half_typed_code() => Verify.BearsAsync<ReceivingAnalyzer>("""
        class Half
        {
            async Task A(WebSocket socket, byte[] data)
            {
                var result = await socket.ReceiveAsync(
                while (true) { result = await socket.ReceiveAsync(data, ) ; Encoding.UTF8.GetString(data, 0, result. }
                await unknown.ReceiveAsync(data, default);
                if (result.MessageType == )
            }

            Task B(WebSocket socket) => B(socket.ReceiveAsync().Result
        """);

    [Fact]
    public Task Fixes_loops_around_which_work_goes_on() => Verify.FixesAsync<ReceivingAnalyzer, UnseenCloseCodeFix>(
        """
        class Client
        {
            private readonly ClientWebSocket _socket = new ClientWebSocket();

            public async Task RunAsync(List<Client> all, CancellationToken cancellation)
            {
                var buffer = new byte[4096];
                while (_socket.State == WebSocketState.Open)
                {
                    var result = await {|WSA5003:_socket.ReceiveAsync(buffer, cancellation)|};
                    Console.WriteLine(Encoding.ASCII.GetString(buffer, 0, result.Count) + result.EndOfMessage);
                }
                all.Remove(this);
            }

            public async Task<int> CountAsync(CancellationToken cancellation)
            {
                var buffer = new byte[4096];
                var count = 0;
                while (!cancellation.IsCancellationRequested)
                {
                    var result = await {|WSA5003:_socket.ReceiveAsync(buffer, cancellation)|};
                    count += result.Count;
                }
                return count;
            }

            public Task StopAsync() => _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
        }
        """,
        """
        class Client
        {
            private readonly ClientWebSocket _socket = new ClientWebSocket();

            public async Task RunAsync(List<Client> all, CancellationToken cancellation)
            {
                var buffer = new byte[4096];
                while (_socket.State == WebSocketState.Open)
                {
                    var result = await _socket.ReceiveAsync(buffer, cancellation);
                    if (result.MessageType == WebSocketMessageType.Close)
                    {
                        if (_socket.State == WebSocketState.CloseReceived)
                            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
                        break;
                    }
                    Console.WriteLine(Encoding.ASCII.GetString(buffer, 0, result.Count) + result.EndOfMessage);
                }
                all.Remove(this);
            }

            public async Task<int> CountAsync(CancellationToken cancellation)
            {
                var buffer = new byte[4096];
                var count = 0;
                while (!cancellation.IsCancellationRequested)
                {
                    var result = await _socket.ReceiveAsync(buffer, cancellation);
                    if (result.MessageType == WebSocketMessageType.Close)
                    {
                        if (_socket.State == WebSocketState.CloseReceived)
                            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
                        break;
                    }
                    count += result.Count;
                }
                return count;
            }

            public Task StopAsync() => _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
        }
        """);

    [Fact]
    public Task Fixes_an_accumulating_loop() => Verify.FixesAsync<ReceivingAnalyzer, UnseenCloseCodeFix>(
        """
        class Feed
        {
            public async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                var buffer = new byte[4096];
                while (true)
                {
                    using var whole = new MemoryStream();
                    WebSocketReceiveResult result;
                    do
                    {
                        result = await {|WSA5003:socket.ReceiveAsync(buffer, cancellation)|};
                        if (whole.Length > 4096)
                            throw new InvalidDataException();
                        whole.Write(buffer, 0, result.Count);
                    }
                    while (!result.EndOfMessage);
                    Console.WriteLine(whole.Length);
                }
            }
        }
        """,
        """
        class Feed
        {
            public async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                var buffer = new byte[4096];
                while (true)
                {
                    using var whole = new MemoryStream();
                    WebSocketReceiveResult result;
                    do
                    {
                        result = await socket.ReceiveAsync(buffer, cancellation);
                        if (result.MessageType == WebSocketMessageType.Close)
                        {
                            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
                            return;
                        }
                        if (whole.Length > 4096)
                            throw new InvalidDataException();
                        whole.Write(buffer, 0, result.Count);
                    }
                    while (!result.EndOfMessage);
                    Console.WriteLine(whole.Length);
                }
            }
        }
        """);

    [Fact]
    public Task Fixes_a_close_that_is_noticed_already() => Verify.FixesAsync<ReceivingAnalyzer, UnseenCloseCodeFix>(
        """
        class Feed
        {
            private readonly WebSocket _socket = new ClientWebSocket();

            public Task RunAsync(CancellationToken cancellation) => RunAsync(_socket, cancellation);

            public async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                var buffer = new byte[4096];
                while (true)
                {
                    var result = await socket.ReceiveAsync(buffer, cancellation).ConfigureAwait(false);
                    if ({|WSA5003:result.MessageType == WebSocketMessageType.Close|})
                    {
                        // the peer is gone
                        return;
                    }
                    Console.WriteLine(result.EndOfMessage);
                }
            }
        }
        """,
        """
        class Feed
        {
            private readonly WebSocket _socket = new ClientWebSocket();

            public Task RunAsync(CancellationToken cancellation) => RunAsync(_socket, cancellation);

            public async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                var buffer = new byte[4096];
                while (true)
                {
                    var result = await socket.ReceiveAsync(buffer, cancellation).ConfigureAwait(false);
                    if (result.MessageType == WebSocketMessageType.Close)
                    {
                        // the peer is gone
                        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation).ConfigureAwait(false);
                        return;
                    }
                    Console.WriteLine(result.EndOfMessage);
                }
            }
        }
        """);

    [Fact]
    public Task FixesAll_asks_behind_each_receive() => Verify.FixesAsync<ReceivingAnalyzer, UnseenCloseCodeFix>(
        """
        class Two
        {
            public async Task LeftAsync(WebSocket socket, byte[] data, Stream file, CancellationToken cancellation)
            {
                while (true)
                {
                    var result = await {|WSA5003:socket.ReceiveAsync(data, cancellation)|};
                    await file.WriteAsync(data.AsMemory(0, result.Count), cancellation);
                }
            }

            public async Task RightAsync(WebSocket socket, byte[] data, Stream file, CancellationToken cancellation)
            {
                while (true)
                {
                    var result = await {|WSA5003:socket.ReceiveAsync(data, cancellation)|};
                    await file.WriteAsync(data.AsMemory(0, result.Count), cancellation);
                }
            }

            public Task StopAsync(WebSocket socket) => socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
        }
        """,
        """
        class Two
        {
            public async Task LeftAsync(WebSocket socket, byte[] data, Stream file, CancellationToken cancellation)
            {
                while (true)
                {
                    var result = await socket.ReceiveAsync(data, cancellation);
                    if (result.MessageType == WebSocketMessageType.Close)
                    {
                        if (socket.State == WebSocketState.CloseReceived)
                            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
                        return;
                    }
                    await file.WriteAsync(data.AsMemory(0, result.Count), cancellation);
                }
            }

            public async Task RightAsync(WebSocket socket, byte[] data, Stream file, CancellationToken cancellation)
            {
                while (true)
                {
                    var result = await socket.ReceiveAsync(data, cancellation);
                    if (result.MessageType == WebSocketMessageType.Close)
                    {
                        if (socket.State == WebSocketState.CloseReceived)
                            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
                        return;
                    }
                    await file.WriteAsync(data.AsMemory(0, result.Count), cancellation);
                }
            }

            public Task StopAsync(WebSocket socket) => socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
        }
        """);

    [Fact]
    public Task Offers_no_fix_where_leaving_is_not_plain() => Verify.OffersNoFixAsync<ReceivingAnalyzer, UnseenCloseCodeFix>("""
        class Reader
        {
            public async Task<string> ValueAsync(WebSocket socket, byte[] data)
            {
                var result = await {|WSA5003:socket.ReceiveAsync(data, default)|};
                return Encoding.UTF8.GetString(data, 0, result.Count);
            }

            public async Task<int> EndlessAsync(WebSocket socket, byte[] data)
            {
                var count = 0;
                while (true)
                {
                    var result = await {|WSA5003:socket.ReceiveAsync(data, default)|};
                    count += result.Count;
                    if (count > 100)
                        return count;
                }
            }

            public async Task InnerLoopAsync(WebSocket socket, byte[] data, List<Reader> all, CancellationToken stopping)
            {
                while (!stopping.IsCancellationRequested)
                {
                    WebSocketReceiveResult result;
                    do
                        result = await {|WSA5003:socket.ReceiveAsync(data, default)|};
                    while (!result.EndOfMessage);
                }

                all.Remove(this);
            }
        }
        """);
}
