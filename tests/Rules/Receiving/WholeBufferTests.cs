using WebSocketAnalyzers.CodeFixes.Fixes.Receiving;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Receiving;

/// <summary>WSA5002: the whole buffer is read instead of what arrived.</summary>
public class WholeBufferTests
{
    [Fact]
    public Task Fixes_decodes_and_copies() => Verify.FixesAsync<ReceivingAnalyzer, WholeBufferCodeFix>(
        """
        class Reader
        {
            public async Task<string> TextAsync(NetworkStream stream)
            {
                var buffer = new byte[1024];
                var read = await stream.ReadAsync(buffer);
                return read == 0 ? "" : Encoding.UTF8.GetString({|WSA5002:buffer|});
            }

            public string Trimmed(Socket socket)
            {
                var buffer = new byte[1024];
                socket.Receive(buffer); // whatever comes
                return Encoding.ASCII.GetString({|WSA5002:buffer|}, 0, buffer.Length).TrimEnd('\0');
            }

            public async Task CopyAsync(Stream file, NetworkStream stream, CancellationToken cancellation)
            {
                Memory<byte> memory = new byte[1024];
                int read;
                while ((read = await stream.ReadAsync(memory, cancellation)) > 0)
                    await file.WriteAsync({|WSA5002:memory|}, cancellation);
            }
        }
        """,
        """
        class Reader
        {
            public async Task<string> TextAsync(NetworkStream stream)
            {
                var buffer = new byte[1024];
                var read = await stream.ReadAsync(buffer);
                return read == 0 ? "" : Encoding.UTF8.GetString(buffer, 0, read);
            }

            public string Trimmed(Socket socket)
            {
                var buffer = new byte[1024];
                var count = socket.Receive(buffer); // whatever comes
                return Encoding.ASCII.GetString(buffer, 0, count).TrimEnd('\0');
            }

            public async Task CopyAsync(Stream file, NetworkStream stream, CancellationToken cancellation)
            {
                Memory<byte> memory = new byte[1024];
                int read;
                while ((read = await stream.ReadAsync(memory, cancellation)) > 0)
                    await file.WriteAsync(memory[..read], cancellation);
            }
        }
        """);

    [Fact]
    public Task Reports_messages_decoded_with_the_rest_of_the_buffer() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Reader
        {
            public async Task TextAsync(WebSocket socket, byte[] data)
            {
                var result = await socket.ReceiveAsync(data, default);
                if (result.EndOfMessage)
                    Console.WriteLine(Encoding.UTF8.GetString({|WSA5002:data|}).TrimEnd('\0'));
            }

            public async Task MemoryAsync(WebSocket socket, Memory<byte> memory)
            {
                var result = await socket.ReceiveAsync(memory, default);
                if (result.EndOfMessage)
                    Console.WriteLine(Encoding.UTF8.GetString({|WSA5002:memory.Span|}));
            }

            public async Task SegmentAsync(WebSocket socket)
            {
                var segment = new ArraySegment<byte>(new byte[512]);
                var result = await socket.ReceiveAsync(segment, default);
                if (result.EndOfMessage)
                    Console.WriteLine(Encoding.UTF8.GetString({|WSA5002:segment.Array|}));
            }
        }
        """);

    [Fact]
    public Task Reports_whole_buffers_sent_on() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Echo
        {
            public async Task RunAsync(WebSocket socket)
            {
                var data = new byte[1024];
                while (true)
                {
                    var result = await socket.ReceiveAsync(data, default);
                    if (result.MessageType == WebSocketMessageType.Close)
                        return;
                    await socket.SendAsync({|WSA5002:new ArraySegment<byte>(data)|}, result.MessageType, result.EndOfMessage, default);
                }
            }
        }
        """);

    [Fact]
    public Task Reports_streams_and_sockets() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Reader
        {
            public async Task<string> NetworkAsync(TcpClient client)
            {
                var data = new byte[1024];
                await client.GetStream().ReadAsync(data);
                return Encoding.ASCII.GetString({|WSA5002:data|});
            }

            public async Task<string> SecureAsync(System.Net.Security.SslStream stream, byte[] data)
            {
                var read = await stream.ReadAsync(data, 0, data.Length);
                if (read == 0)
                    return null;
                return Encoding.UTF8.GetString({|WSA5002:data|}, 0, data.Length);
            }

            public void Sync(Socket socket, MemoryStream all)
            {
                var data = new byte[1024];
                socket.Receive(data);
                all.Write({|WSA5002:data|}, 0, data.Length);
            }
        }
        """);

    [Fact]
    public Task Reports_buffers_handed_to_methods() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Reader
        {
            public async Task RunAsync(WebSocket socket)
            {
                var data = new byte[1024];
                var result = await socket.ReceiveAsync(data, default);
                if (result.EndOfMessage)
                    Show(data);
            }

            private static void Show(byte[] data) => Console.WriteLine(Convert.ToBase64String({|WSA5002:data|}));
        }
        """);

    [Fact]
    public Task Ignores_buffers_cut_to_the_count() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Reader
        {
            public async Task RunAsync(WebSocket socket, Stream file)
            {
                var data = new byte[1024];
                var result = await socket.ReceiveAsync(data, default);
                Console.WriteLine(Encoding.UTF8.GetString(data, 0, result.Count));
                Console.WriteLine(Encoding.UTF8.GetString(data.AsSpan(0, result.Count)));
                Console.WriteLine(Encoding.UTF8.GetString(data[..result.Count]));
                Console.WriteLine(Encoding.UTF8.GetString(data.Take(result.Count).ToArray()));
                await file.WriteAsync(data.AsMemory(0, result.Count));
            }

            public async Task ResizedAsync(WebSocket socket)
            {
                var data = new byte[1024];
                var result = await socket.ReceiveAsync(data, default);
                Array.Resize(ref data, result.Count);
                Console.WriteLine(Encoding.UTF8.GetString(data));
            }

            public async Task CopiedAsync(WebSocket socket)
            {
                var data = new byte[1024];
                var result = await socket.ReceiveAsync(data, default);
                var exact = new byte[result.Count];
                Array.Copy(data, exact, result.Count);
                Console.WriteLine(Encoding.UTF8.GetString(exact));
            }

            public async Task SocketAsync(Socket socket)
            {
                var data = new byte[1024];
                int count;
                while ((count = await socket.ReceiveAsync(data, SocketFlags.None)) > 0)
                    Console.WriteLine(Encoding.UTF8.GetString(data, 0, count));
            }
        }
        """);

    [Fact]
    public Task Ignores_buffers_that_are_filled_exactly() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Reader
        {
            public async Task<int> ExactAsync(NetworkStream stream)
            {
                var header = new byte[4];
                await stream.ReadExactlyAsync(header);
                return BitConverter.ToInt32(header) + Encoding.ASCII.GetString(header).Length;
            }

            public async Task<string> LoopAsync(NetworkStream stream)
            {
                var data = new byte[16];
                var read = 0;
                while (read < data.Length)
                    read += await stream.ReadAsync(data, read, data.Length - read);
                return Encoding.ASCII.GetString(data);
            }
        }
        """);

    [Fact]
    public Task Ignores_ignored_results_of_messages() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Reader
        {
            public async Task RunAsync(WebSocket socket)
            {
                var data = new byte[1024];
                await socket.ReceiveAsync(data, default);
                Console.WriteLine(Encoding.UTF8.GetString(data));
            }
        }
        """);

    [Fact]
    public Task Ignores_files_memory_and_pipes() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Reader
        {
            public async Task RunAsync(FileStream file, MemoryStream memory, System.IO.Pipelines.PipeReader pipe)
            {
                var data = new byte[1024];
                await file.ReadAsync(data);
                Console.WriteLine(Encoding.UTF8.GetString(data));
                memory.Read(data);
                Console.WriteLine(Encoding.UTF8.GetString(data));
                var read = await pipe.ReadAsync();
                Console.WriteLine(Encoding.UTF8.GetString(read.Buffer));
            }
        }
        """);

    [Fact]
    public Task Ignores_buffers_filled_before_and_used_before() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Writer
        {
            public async Task RunAsync(WebSocket socket)
            {
                var data = Encoding.UTF8.GetBytes("hello");
                await socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                Console.WriteLine(Encoding.UTF8.GetString(data));
                var result = await socket.ReceiveAsync(data, default);
                Console.WriteLine(result.EndOfMessage);
            }
        }
        """);

    [Fact]
    public Task Ignores_results_that_leave_what_can_be_seen() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Reader
        {
            public event Action<WebSocketReceiveResult, byte[]> Received;

            public async Task RunAsync(WebSocket socket)
            {
                var data = new byte[1024];
                var result = await socket.ReceiveAsync(data, default);
                Received?.Invoke(result, data);
                Console.WriteLine(Encoding.UTF8.GetString(data));
            }
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
    public Task Fixes_sends_segments_and_arguments() => Verify.FixesAsync<ReceivingAnalyzer, WholeBufferCodeFix>(
        """
        class Echo
        {
            public async Task RunAsync(WebSocket socket, MemoryStream all, CancellationToken cancellation)
            {
                var data = new byte[1024];
                while (true)
                {
                    var result = await socket.ReceiveAsync(data, cancellation);
                    if (result.MessageType == WebSocketMessageType.Close)
                    {
                        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
                        return;
                    }
                    await socket.SendAsync({|WSA5002:new ArraySegment<byte>(data)|}, result.MessageType, result.EndOfMessage, cancellation);
                    await socket.SendAsync(data, result.MessageType, result.EndOfMessage, cancellation);
                    all.Write(data, 0, data.Length); // kept
                }
            }
        }
        """,
        """
        class Echo
        {
            public async Task RunAsync(WebSocket socket, MemoryStream all, CancellationToken cancellation)
            {
                var data = new byte[1024];
                while (true)
                {
                    var result = await socket.ReceiveAsync(data, cancellation);
                    if (result.MessageType == WebSocketMessageType.Close)
                    {
                        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
                        return;
                    }
                    await socket.SendAsync(new ArraySegment<byte>(data, 0, result.Count), result.MessageType, result.EndOfMessage, cancellation);
                    await socket.SendAsync(new ArraySegment<byte>(data, 0, result.Count), result.MessageType, result.EndOfMessage, cancellation);
                    all.Write(data, 0, result.Count); // kept
                }
            }
        }
        """);

    [Fact]
    public Task Fixes_a_handler_that_gets_the_result_too() => Verify.FixesAsync<ReceivingAnalyzer, WholeBufferCodeFix>(
        """
        class Relay
        {
            public async Task PumpAsync(WebSocket peer, CancellationToken cancellation)
            {
                while (peer.State == WebSocketState.Open)
                {
                    var data = new byte[2048];
                    var result = await peer.ReceiveAsync(new ArraySegment<byte>(data), cancellation);
                    if (!result.EndOfMessage)
                        throw new InvalidDataException();
                    Dispatch(result, data);
                }
            }

            private static void Dispatch(WebSocketReceiveResult result, byte[] data)
            {
                if (result.MessageType == WebSocketMessageType.Text)
                    Console.WriteLine(Encoding.UTF8.GetString({|WSA5002:data|}));
            }

            public Task StopAsync(WebSocket peer) => peer.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
        }
        """,
        """
        class Relay
        {
            public async Task PumpAsync(WebSocket peer, CancellationToken cancellation)
            {
                while (peer.State == WebSocketState.Open)
                {
                    var data = new byte[2048];
                    var result = await peer.ReceiveAsync(new ArraySegment<byte>(data), cancellation);
                    if (!result.EndOfMessage)
                        throw new InvalidDataException();
                    Dispatch(result, data);
                }
            }

            private static void Dispatch(WebSocketReceiveResult result, byte[] data)
            {
                if (result.MessageType == WebSocketMessageType.Text)
                    Console.WriteLine(Encoding.UTF8.GetString(data, 0, result.Count));
            }

            public Task StopAsync(WebSocket peer) => peer.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
        }
        """);

    [Fact]
    public Task Fixes_spans_for_deserializers_and_ignored_counts() => Verify.FixesAsync<ReceivingAnalyzer, WholeBufferCodeFix>(
        """
        using System.Text.Json;

        class Reader
        {
            public async Task<object> OneAsync(NetworkStream stream, CancellationToken cancellation)
            {
                var buffer = new byte[4096];
                // one answer
                await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false);
                return JsonSerializer.Deserialize<object>({|WSA5002:buffer|});
            }
        }
        """,
        """
        using System.Text.Json;

        class Reader
        {
            public async Task<object> OneAsync(NetworkStream stream, CancellationToken cancellation)
            {
                var buffer = new byte[4096];
                // one answer
                var count = await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false);
                return JsonSerializer.Deserialize<object>(buffer.AsSpan(0, count));
            }
        }
        """);

    [Fact]
    public Task Offers_no_fix_where_the_count_has_no_name() => Verify.OffersNoFixAsync<ReceivingAnalyzer, WholeBufferCodeFix>("""
        class Reader
        {
            public async Task RunAsync(WebSocket socket)
            {
                var data = new byte[1024];
                var result = await socket.ReceiveAsync(data, default);
                if (result.EndOfMessage)
                    Show(data);
            }

            private static void Show(byte[] data) => Console.WriteLine(Convert.ToBase64String({|WSA5002:data|}));

            public async Task TwoAsync(NetworkStream stream)
            {
                var data = new byte[1024];
                if (await stream.ReadAsync(data) > 0)
                    Console.WriteLine(Encoding.UTF8.GetString({|WSA5002:data|}));
            }
        }
        """);
}
