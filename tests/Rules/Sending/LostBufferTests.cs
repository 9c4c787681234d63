using WebSocketAnalyzers.CodeFixes.Fixes.Sending;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Sending;

public class LostBufferTests
{
    /// <summary>A pooled stream by name and shape.</summary>
    private const string Recyclable = """
        namespace Microsoft.IO
        {
            public sealed class RecyclableMemoryStream : System.IO.MemoryStream { public override byte[] GetBuffer() => base.GetBuffer(); }
        }
        """;

    [Fact]
    public Task Reports_a_buffer_that_goes_back_to_the_pool_under_a_dropped_send() => Verify.ReportsAsync<SendingAnalyzer>("""
        using System.Buffers;

        class Session
        {
            private readonly WebSocket _socket = null!;

            public async Task GreetAsync(int count)
            {
                var buffer = ArrayPool<byte>.Shared.Rent(count);
                {|WSA4009:_socket.SendAsync(new ArraySegment<byte>(buffer, 0, count), WebSocketMessageType.Binary, true, CancellationToken.None)|};
                ArrayPool<byte>.Shared.Return(buffer);
                await Task.Yield();
            }

            public void Push(NetworkStream stream, ArrayPool<byte> pool, int count)
            {
                var rented = pool.Rent(count);
                var memory = rented.AsMemory(0, count);
                try
                {
                    _ = {|WSA4009:stream.WriteAsync(memory[1..])|};
                }
                finally
                {
                    pool.Return(rented, clearArray: true);
                }
            }
        }
        """);

    [Fact]
    public Task Reports_a_return_out_of_a_using() => Verify.ReportsAsync<SendingAnalyzer>("""
        using System.Buffers;

        class Session
        {
            private readonly ClientWebSocket _socket = new();

            public ValueTask OwnerAsync(int count)
            {
                using var owner = MemoryPool<byte>.Shared.Rent(count);
                return {|WSA4009:_socket.SendAsync(owner.Memory[..count], WebSocketMessageType.Binary, true, CancellationToken.None)|};
            }

            public static Task ConnectionAsync(Func<WebSocket> open, byte[] data)
            {
                using (var socket = open())
                {
                    return {|WSA4009:socket.SendAsync(new ArraySegment<byte>(data), WebSocketMessageType.Binary, true, CancellationToken.None)|};
                }
            }

            public static ValueTask StreamAsync(byte[] data)
            {
                using var client = new TcpClient("localhost", 1);
                return {|WSA4009:client.GetStream().WriteAsync(data)|};
            }

            public ValueTask TimeoutAsync(byte[] data)
            {
                using var timeout = new CancellationTokenSource(1000);
                return {|WSA4009:_socket.SendAsync(data.AsMemory(), WebSocketMessageType.Binary, true, timeout.Token)|};
            }

            public Task TryAsync(byte[] data, CancellationToken cancellation)
            {
                var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                var token = linked.Token;
                try
                {
                    return {|WSA4009:_socket.SendAsync(data.AsMemory(), WebSocketMessageType.Binary, true, token)|}.AsTask();
                }
                finally
                {
                    linked.Dispose();
                }
            }
        }
        """);

    [Fact]
    public Task Reports_a_task_that_is_awaited_too_late() => Verify.ReportsAsync<SendingAnalyzer>("""
        using System.Buffers;

        class Session
        {
            private readonly WebSocket _socket = null!;

            public async Task SendAsync(int count, bool isLast)
            {
                var buffer = ArrayPool<byte>.Shared.Rent(count);
                var sending = {|WSA4009:_socket.SendAsync(buffer.AsMemory(0, count), WebSocketMessageType.Binary, true, CancellationToken.None)|};
                if (isLast)
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                    return;
                }

                await sending;
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
        """);

    [Fact]
    public Task Reports_what_a_method_sends_from_its_parameter() => Verify.ReportsAsync<SendingAnalyzer>("""
        using System.Buffers;

        class Session
        {
            private readonly WebSocket _socket = null!;

            public async Task GreetAsync(int count)
            {
                var buffer = ArrayPool<byte>.Shared.Rent(count);
                var sending = {|WSA4009:SendCoreAsync(buffer.AsMemory(0, count))|};
                ArrayPool<byte>.Shared.Return(buffer);
                await sending;
            }

            private Task SendCoreAsync(ReadOnlyMemory<byte> data) => SendFrameAsync(true, data);

            private async Task SendFrameAsync(bool isLast, ReadOnlyMemory<byte> frame) => await _socket.SendAsync(frame, WebSocketMessageType.Binary, isLast, default);
        }
        """);

    [Fact]
    public Task Reports_a_client_of_the_program_that_is_disposed() => Verify.ReportsAsync<SendingAnalyzer>("""
        class ChatClient : IDisposable
        {
            private readonly ClientWebSocket _socket = new();

            public async Task SayAsync(string text) => await _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, default);

            public void Dispose() => _socket.Dispose();
        }

        class Program
        {
            public static Task GreetAsync()
            {
                using var client = new ChatClient();
                return {|WSA4009:client.SayAsync("hello")|};
            }
        }
        """);

    [Fact]
    public Task Reports_pooled_streams() => Verify.ReportsAsync<SendingAnalyzer>("""
        using Microsoft.IO;

        class Session
        {
            public static Task SendAsync(WebSocket socket, Func<RecyclableMemoryStream> rent)
            {
                using var stream = rent();
                return {|WSA4009:socket.SendAsync(new ArraySegment<byte>(stream.GetBuffer(), 0, 10), WebSocketMessageType.Text, true, default)|};
            }
        }
        """, Recyclable);

    [Fact]
    public Task Reports_a_token_that_goes_before_a_returned_task() => Verify.ReportsAsync<SendingAnalyzer>("""
        interface ISocket
        {
            Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType type, bool end, CancellationToken cancel);
        }

        class Socket : ISocket
        {
            private readonly ClientWebSocket _inner = new();

            public Task SendAsync(ArraySegment<byte> data, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) =>
                _inner.SendAsync(data, messageType, endOfMessage, cancellationToken);
        }

        class Pipeline
        {
            private readonly ISocket _socket = null!;
            private readonly WebSocket _peer = null!;
            private readonly CancellationTokenSource _stop = new();

            public Task PushAsync(byte[] data, CancellationToken cancellation)
            {
                using var linked = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, cancellation);
                return {|WSA4009:_socket.SendAsync(data, WebSocketMessageType.Text, true, linked.Token)|};
            }

            public Task ConnectAsync(ClientWebSocket client, Uri uri)
            {
                using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
                return {|WSA4009:client.ConnectAsync(uri, limit.Token)|};
            }

            public Task<WebSocketReceiveResult> ReadAsync(byte[] buffer)
            {
                using (var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token))
                {
                    limit.CancelAfter(1000);
                    return {|WSA4009:_peer.ReceiveAsync(buffer, limit.Token)|};
                }
            }

            public Task EndAsync()
            {
                using var limit = new CancellationTokenSource(1000);
                return {|WSA4009:_peer.CloseAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token)|};
            }
        }
        """);

    [Fact]
    public Task Ignores_a_token_that_lives_as_long_as_the_task() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Pipeline
        {
            private readonly WebSocket _peer = null!;
            private readonly CancellationTokenSource _stop = new();

            public async Task ConnectAsync(ClientWebSocket client, Uri uri)
            {
                using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
                await client.ConnectAsync(uri, limit.Token);
            }

            public Task<WebSocketReceiveResult> ReadAsync(byte[] buffer, CancellationToken cancellation)
            {
                using var other = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
                return _peer.ReceiveAsync(buffer, cancellation);
            }
        }
        """);

    [Fact]
    public Task Fixes_a_returned_connect_by_awaiting_it() => Verify.FixesAsync<SendingAnalyzer, LostBufferCodeFix>("""
        class Pipeline
        {
            public Task ConnectAsync(ClientWebSocket client, Uri uri)
            {
                using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
                return {|WSA4009:client.ConnectAsync(uri, limit.Token)|};
            }
        }
        """, """
        class Pipeline
        {
            public async Task ConnectAsync(ClientWebSocket client, Uri uri)
            {
                using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
                await client.ConnectAsync(uri, limit.Token);
            }
        }
        """);

    [Fact]
    public Task Ignores_sends_that_are_awaited_first() => Verify.IgnoresAsync<SendingAnalyzer>("""
        using System.Buffers;

        class Session
        {
            private readonly WebSocket _socket = null!;

            public async Task SendAsync(int count)
            {
                var buffer = ArrayPool<byte>.Shared.Rent(count);
                try
                {
                    await _socket.SendAsync(buffer.AsMemory(0, count), WebSocketMessageType.Binary, true, default).ConfigureAwait(false);
                    var sending = _socket.SendAsync(buffer.AsMemory(0, count), WebSocketMessageType.Binary, true, default);
                    if (!sending.IsCompletedSuccessfully)
                        await sending;
                    _socket.SendAsync(new ArraySegment<byte>(buffer), WebSocketMessageType.Binary, true, default).GetAwaiter().GetResult();
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                }
            }

            public async Task LastAsync()
            {
                using var owner = MemoryPool<byte>.Shared.Rent(10);
                await _socket.SendAsync(owner.Memory, WebSocketMessageType.Binary, true, default);
            }
        }
        """);

    [Fact]
    public Task Ignores_tasks_that_go_elsewhere() => Verify.IgnoresAsync<SendingAnalyzer>("""
        using System.Buffers;

        class Session
        {
            private readonly WebSocket _socket = null!;
            private Task _sending = Task.CompletedTask;

            public async Task CombineAsync(int count)
            {
                var buffer = ArrayPool<byte>.Shared.Rent(count);
                var sending = _socket.SendAsync(new ArraySegment<byte>(buffer), WebSocketMessageType.Binary, true, default);
                await Task.WhenAll(sending, Task.Delay(10));
                ArrayPool<byte>.Shared.Return(buffer);
            }

            public void Continue(int count)
            {
                var buffer = ArrayPool<byte>.Shared.Rent(count);
                _sending = _socket.SendAsync(new ArraySegment<byte>(buffer), WebSocketMessageType.Binary, true, default)
                    .ContinueWith(_ => ArrayPool<byte>.Shared.Return(buffer));
            }

            public async Task LaterAsync(int count)
            {
                var buffer = ArrayPool<byte>.Shared.Rent(count);
                var sending = _socket.SendAsync(new ArraySegment<byte>(buffer), WebSocketMessageType.Binary, true, default);
                Func<Task> end = async () => await sending;
                await end();
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
        """);

    [Fact]
    public Task Ignores_what_the_send_does_not_need() => Verify.IgnoresAsync<SendingAnalyzer>("""
        using System.Buffers;

        class Session
        {
            private readonly WebSocket _socket = null!;

            public Task CopyAsync(int count)
            {
                using var owner = MemoryPool<byte>.Shared.Rent(count);
                return _socket.SendAsync(new ArraySegment<byte>(owner.Memory.ToArray()), WebSocketMessageType.Binary, true, default);
            }

            public ValueTask StreamAsync()
            {
                using var stream = new MemoryStream();
                using var writer = new StreamWriter(stream);
                writer.Write("hello");
                return _socket.SendAsync(stream.GetBuffer().AsMemory(0, (int)stream.Length), WebSocketMessageType.Binary, true, default);
            }

            public ValueTask RangeAsync(int count)
            {
                var buffer = ArrayPool<byte>.Shared.Rent(count);
                var copy = buffer[..count];
                ArrayPool<byte>.Shared.Return(buffer);
                return _socket.SendAsync(copy.AsMemory(), WebSocketMessageType.Binary, true, default);
            }

            public ValueTask OtherAsync(byte[] data)
            {
                using var scope = new CancellationTokenSource();
                var other = ArrayPool<byte>.Shared.Rent(1);
                ArrayPool<byte>.Shared.Return(other);
                return _socket.SendAsync(data.AsMemory(), WebSocketMessageType.Binary, true, default);
            }
        }
        """);

    [Fact]
    public Task Ignores_copies_and_queues_of_the_callee() => Verify.IgnoresAsync<SendingAnalyzer>("""
        using System.Buffers;
        using System.Threading.Channels;

        class Session
        {
            private readonly WebSocket _socket = null!;
            private readonly Channel<byte[]> _queue = Channel.CreateUnbounded<byte[]>();

            public async Task GreetAsync(int count)
            {
                var buffer = ArrayPool<byte>.Shared.Rent(count);
                var sending = CopyAsync(buffer);
                var queued = QueueAsync(buffer);
                ArrayPool<byte>.Shared.Return(buffer);
                await sending;
                await queued;
            }

            private async Task CopyAsync(byte[] data)
            {
                var copy = (byte[])data.Clone();
                await _socket.SendAsync(new ArraySegment<byte>(copy), WebSocketMessageType.Binary, true, default);
            }

            private async Task QueueAsync(byte[] data) => await _queue.Writer.WriteAsync((byte[])data.Clone());
        }
        """);

    [Fact]
    public Task Ignores_the_next_buffer_of_the_same_name() => Verify.IgnoresAsync<SendingAnalyzer>("""
        using System.Buffers;

        class Session
        {
            private readonly List<Task> _sending = new();

            public async Task RunAsync(WebSocket socket, int count)
            {
                while (socket.State == WebSocketState.Open)
                {
                    byte[] buffer = ArrayPool<byte>.Shared.Rent(count);
                    if (count > 1000)
                    {
                        ArrayPool<byte>.Shared.Return(buffer);
                        continue;
                    }

                    Task sending = socket.SendAsync(new ArraySegment<byte>(buffer), WebSocketMessageType.Binary, true, default);
                    _sending.Add(sending);
                    await Task.Delay(1000);
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_pools_of_other_names_and_fields() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class ArrayPool { public byte[] Rent() => new byte[1]; public void Return(byte[] buffer) { } }

        class Session : IDisposable
        {
            private readonly WebSocket _socket = null!;
            private readonly byte[] _buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(10);

            public ValueTask SendAsync(ArrayPool lessons)
            {
                var buffer = lessons.Rent();
                try
                {
                    return _socket.SendAsync(buffer.AsMemory(), WebSocketMessageType.Binary, true, default);
                }
                finally
                {
                    lessons.Return(buffer);
                }
            }

            public ValueTask OwnAsync()
            {
                try
                {
                    return _socket.SendAsync(_buffer.AsMemory(), WebSocketMessageType.Binary, true, default);
                }
                finally
                {
                    Dispose();
                }
            }

            public void Dispose() => System.Buffers.ArrayPool<byte>.Shared.Return(_buffer);
        }
        """);

    [Fact]
    public Task Ignores_clients_that_leave_their_connection_open() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Envelope : IDisposable
        {
            private readonly WebSocket _socket;

            public Envelope(WebSocket socket) => _socket = socket;

            public async Task SendAsync(byte[] data) => await _socket.SendAsync(data, WebSocketMessageType.Text, true, default);

            public void Dispose() => Console.WriteLine("sealed");
        }

        class Program
        {
            public static Task SendAsync(WebSocket socket, byte[] data)
            {
                using var envelope = new Envelope(socket);
                return envelope.SendAsync(data);
            }
        }
        """);

    [Fact]
    public Task Reports_a_writer_that_is_disposed_while_it_writes() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            public static Task GreetAsync(TcpClient client)
            {
                using var writer = new StreamWriter(client.GetStream(), leaveOpen: true);
                return {|WSA4009:writer.WriteLineAsync("HELO")|};
            }

            public static async Task PushAsync(TcpClient client, char[] line)
            {
                var writer = new StreamWriter(client.GetStream());
                var sending = {|WSA4009:writer.WriteLineAsync(line)|};
                writer.Dispose();
                await sending;
            }
        }
        """);

    [Fact]
    public Task Ignores_writers_of_files_and_those_that_are_disposed_later() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            public static Task LogAsync(string path)
            {
                using var writer = new StreamWriter(path);
                return writer.WriteLineAsync("HELO");
            }

            public static async Task GreetAsync(TcpClient client)
            {
                using var writer = new StreamWriter(client.GetStream());
                await writer.WriteLineAsync("HELO");
            }
        }
        """);

    [Fact]
    public Task Fixes_a_returned_write_by_awaiting_it() => Verify.FixesAsync<SendingAnalyzer, LostBufferCodeFix>("""
        class Session
        {
            public static Task GreetAsync(TcpClient client)
            {
                using var writer = new StreamWriter(client.GetStream());
                return {|WSA4009:writer.WriteLineAsync("HELO")|};
            }
        }
        """, """
        class Session
        {
            public static async Task GreetAsync(TcpClient client)
            {
                using var writer = new StreamWriter(client.GetStream());
                await writer.WriteLineAsync("HELO");
            }
        }
        """);

    [Fact]
    public Task Fixes_a_dropped_send() => Verify.FixesAsync<SendingAnalyzer, LostBufferCodeFix>("""
        using System.Buffers;

        class Session
        {
            private readonly WebSocket _socket = null!;

            public async Task GreetAsync(int count)
            {
                var buffer = ArrayPool<byte>.Shared.Rent(count);
                // the greeting
                _ = {|WSA4009:_socket.SendAsync(new ArraySegment<byte>(buffer, 0, count), WebSocketMessageType.Binary, true, CancellationToken.None)|};
                ArrayPool<byte>.Shared.Return(buffer);
                await Task.Yield();
            }
        }
        """, """
        using System.Buffers;

        class Session
        {
            private readonly WebSocket _socket = null!;

            public async Task GreetAsync(int count)
            {
                var buffer = ArrayPool<byte>.Shared.Rent(count);
                // the greeting
                await _socket.SendAsync(new ArraySegment<byte>(buffer, 0, count), WebSocketMessageType.Binary, true, CancellationToken.None);
                ArrayPool<byte>.Shared.Return(buffer);
                await Task.Yield();
            }
        }
        """);

    [Fact]
    public Task FixesAll_returns_out_of_usings() => Verify.FixesAsync<SendingAnalyzer, LostBufferCodeFix>("""
        using System.Buffers;

        class Session
        {
            private readonly WebSocket _socket = null!;

            public ValueTask SendAsync(int count)
            {
                if (count == 0)
                    return default;
                using var owner = MemoryPool<byte>.Shared.Rent(count);
                return {|WSA4009:_socket.SendAsync(owner.Memory[..count], WebSocketMessageType.Binary, true, CancellationToken.None)|};
            }

            public Task AskAsync(byte[] data)
            {
                using (var timeout = new CancellationTokenSource(1000))
                {
                    return {|WSA4009:_socket.SendAsync(new ArraySegment<byte>(data), WebSocketMessageType.Binary, true, timeout.Token)|};
                }
            }
        }
        """, """
        using System.Buffers;

        class Session
        {
            private readonly WebSocket _socket = null!;

            public async ValueTask SendAsync(int count)
            {
                if (count == 0)
                    return;
                using var owner = MemoryPool<byte>.Shared.Rent(count);
                await _socket.SendAsync(owner.Memory[..count], WebSocketMessageType.Binary, true, CancellationToken.None);
            }

            public async Task AskAsync(byte[] data)
            {
                using (var timeout = new CancellationTokenSource(1000))
                {
                    await _socket.SendAsync(new ArraySegment<byte>(data), WebSocketMessageType.Binary, true, timeout.Token);
                    return;
                }
            }
        }
        """);

    [Fact]
    public Task Fixes_an_await_that_comes_too_late() => Verify.FixesAsync<SendingAnalyzer, LostBufferCodeFix>("""
        using System.Buffers;

        class Session
        {
            private readonly WebSocket _socket = null!;

            public async Task SendAsync(int count)
            {
                var buffer = ArrayPool<byte>.Shared.Rent(count);
                var sending = {|WSA4009:_socket.SendAsync(buffer.AsMemory(0, count), WebSocketMessageType.Binary, true, CancellationToken.None)|};
                Console.WriteLine("sending");
                // done with it
                ArrayPool<byte>.Shared.Return(buffer);
                await sending.ConfigureAwait(false);
                Console.WriteLine("sent");
            }
        }
        """, """
        using System.Buffers;

        class Session
        {
            private readonly WebSocket _socket = null!;

            public async Task SendAsync(int count)
            {
                var buffer = ArrayPool<byte>.Shared.Rent(count);
                var sending = _socket.SendAsync(buffer.AsMemory(0, count), WebSocketMessageType.Binary, true, CancellationToken.None);
                Console.WriteLine("sending");
                // done with it
                await sending.ConfigureAwait(false);
                ArrayPool<byte>.Shared.Return(buffer);
                Console.WriteLine("sent");
            }
        }
        """);

    [Fact]
    public Task OffersNoFix_where_the_buffer_goes_back_on_one_way_of_several() => Verify.OffersNoFixAsync<SendingAnalyzer, LostBufferCodeFix>("""
        using System.Buffers;

        class Session
        {
            public static async Task SendAsync(WebSocket socket, int count, bool isLast)
            {
                var buffer = ArrayPool<byte>.Shared.Rent(count);
                var sending = {|WSA4009:socket.SendAsync(buffer.AsMemory(0, count), WebSocketMessageType.Binary, true, CancellationToken.None)|};
                if (isLast)
                    ArrayPool<byte>.Shared.Return(buffer);
                await sending;
            }
        }
        """);

    [Fact]
    public Task Reports_behind_an_interface() => Verify.ReportsAsync<SendingAnalyzer>("""
        interface IClient
        {
            Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType type, bool isEnd, CancellationToken cancellationToken);
        }

        sealed class Client : IClient
        {
            private readonly ClientWebSocket _ws = new();
            public Task SendAsync(ArraySegment<byte> data, WebSocketMessageType type, bool endOfMessage, CancellationToken cancellation) => _ws.SendAsync(data, type, endOfMessage, cancellation);
        }

        sealed class Pipeline
        {
            private readonly IClient _client;
            private readonly CancellationTokenSource _stop = new();
            public Pipeline(IClient client) => _client = client;

            public Task SendMessageAsync(byte[] message, CancellationToken cancellation)
            {
                using var both = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, cancellation);
                return {|WSA4009:_client.SendAsync(message, WebSocketMessageType.Text, true, both.Token)|};
            }
        }
        """);
}
