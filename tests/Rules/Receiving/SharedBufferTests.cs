using WebSocketAnalyzers.CodeFixes.Fixes.Receiving;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Receiving;

public class SharedBufferTests
{
    [Fact]
    public Task Reports_a_static_buffer() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        static class Echo
        {
            private static readonly byte[] s_buffer = new byte[4096];

            public static async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                var result = await socket.ReceiveAsync({|WSA5014:s_buffer|}, cancellation).ConfigureAwait(false);
                while (result.MessageType != WebSocketMessageType.Close)
                {
                    await socket.SendAsync(s_buffer.AsMemory(0, result.Count), result.MessageType, result.EndOfMessage, cancellation).ConfigureAwait(false);
                    result = await socket.ReceiveAsync(s_buffer, cancellation).ConfigureAwait(false);
                }

                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation).ConfigureAwait(false);
            }
        }
        """);

    [Theory]
    [InlineData("new ArraySegment<byte>(_buffer)")]
    [InlineData("_buffer.AsMemory(0, 1024)")]
    [InlineData("this._buffer")]
    public Task Reports_a_buffer_of_middleware(string buffer) => Verify.ReportsAsync<ReceivingAnalyzer>($$"""
        using Microsoft.AspNetCore.Http;
        class EchoMiddleware
        {
            private readonly RequestDelegate _next;
            private readonly byte[] _buffer = new byte[4096];

            public EchoMiddleware(RequestDelegate next) => _next = next;

            public async Task InvokeAsync(HttpContext context)
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                while (socket.State == WebSocketState.Open)
                {
                    var result = await socket.ReceiveAsync({|WSA5014:{{buffer}}|}, context.RequestAborted);
                    if (result.MessageType == WebSocketMessageType.Close)
                        return;
                    await socket.SendAsync(_buffer.AsMemory(0, result.Count), result.MessageType, result.EndOfMessage, context.RequestAborted);
                }
            }
        }
        """);

    [Fact]
    public Task Reports_a_buffer_captured_by_an_endpoint() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        // top-level
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;

        var app = WebApplication.CreateBuilder(args).Build();
        var buffer = new byte[256];
        var sockets = new Dictionary<string, WebSocket>();
        app.UseWebSockets();
        app.Map("/", async (HttpContext context) =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            sockets.Add(context.TraceIdentifier, socket);
            while (true)
            {
                var result = await socket.ReceiveAsync({|WSA5014:buffer|}, CancellationToken.None);
                if (result.MessageType == WebSocketMessageType.Close)
                    break;
                var text = Encoding.UTF8.GetString(buffer, 0, result.Count);
                if (result.EndOfMessage)
                    Console.WriteLine(text);
            }
        });
        app.Run();
        """);

    [Fact]
    public Task Reports_a_buffer_captured_in_an_accept_loop() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Server
        {
            async Task RunAsync(TcpListener listener, CancellationToken stopping)
            {
                var buffer = new byte[1024];
                while (!stopping.IsCancellationRequested)
                {
                    var client = await listener.AcceptTcpClientAsync(stopping);
                    var own = new byte[1024];
                    _ = Task.Run(async () =>
                    {
                        using (client)
                        {
                            var stream = client.GetStream();
                            var count = await stream.ReadAsync({|WSA5014:buffer|}, stopping);
                            count = await stream.ReadAsync(own, stopping);
                            await stream.WriteAsync(own.AsMemory(0, count), stopping);
                        }
                    }, stopping);
                }
            }
        }
        """);

    [Fact]
    public Task Reports_a_buffer_of_a_type_that_keeps_connections() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Room
        {
            private readonly ConcurrentDictionary<Guid, WebSocket> _members = new();
            private readonly Memory<byte> _buffer = new byte[4096];

            public async Task ListenAsync(Guid member, CancellationToken cancellation)
            {
                ValueWebSocketReceiveResult result;
                do
                    result = await _members[member].ReceiveAsync({|WSA5014:_buffer|}, cancellation);
                while (result.MessageType != WebSocketMessageType.Close);
            }
        }
        """);

    [Fact]
    public Task Reports_a_static_buffer_of_sessions() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Session
        {
            private static readonly byte[] Buffer = new byte[4096];
            private readonly WebSocket _socket;

            public Session(WebSocket socket) => _socket = socket;

            public async Task RunAsync()
            {
                while (_socket.State == WebSocketState.Open)
                {
                    var result = await _socket.ReceiveAsync({|WSA5014:new ArraySegment<byte>(Buffer)|}, default);
                    if (result.MessageType == WebSocketMessageType.Close)
                        return;
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_buffers_of_one_connection() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        using System.Buffers;
        class Session
        {
            private readonly WebSocket _socket;

            public Session(WebSocket socket) => _socket = socket;

            private readonly byte[] _buffer = new byte[4096];

            public async Task RunAsync(CancellationToken cancellation)
            {
                var local = new byte[4096];
                var rented = ArrayPool<byte>.Shared.Rent(4096);
                while (_socket.State == WebSocketState.Open)
                {
                    if ((await _socket.ReceiveAsync(_buffer, cancellation)).MessageType == WebSocketMessageType.Close)
                        return;
                    if ((await _socket.ReceiveAsync(local, cancellation)).MessageType == WebSocketMessageType.Close)
                        return;
                    if ((await _socket.ReceiveAsync(rented, cancellation)).MessageType == WebSocketMessageType.Close)
                        return;
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_the_one_client_of_an_object_that_lives_once() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        using Microsoft.Extensions.Hosting;
        class Feed : BackgroundService
        {
            private readonly byte[] _buffer = new byte[4096];
            private readonly ClientWebSocket _socket = new();

            protected override async Task ExecuteAsync(CancellationToken stopping)
            {
                await _socket.ConnectAsync(new Uri("ws://feed"), stopping);
                while (!stopping.IsCancellationRequested)
                {
                    if ((await _socket.ReceiveAsync(_buffer, stopping)).MessageType == WebSocketMessageType.Close)
                        return;
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_static_state_of_a_client_program() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Program
        {
            private static readonly byte[] s_buffer = new byte[4096];
            private static readonly ClientWebSocket s_socket = new();

            static async Task Main()
            {
                using var socket = new ClientWebSocket();
                await socket.ConnectAsync(new Uri("ws://feed"), default);
                await ListenAsync(socket);
                while ((await s_socket.ReceiveAsync(s_buffer, default)).MessageType != WebSocketMessageType.Close)
                {
                }
            }

            static async Task ListenAsync(WebSocket socket)
            {
                while ((await socket.ReceiveAsync(s_buffer, default)).MessageType != WebSocketMessageType.Close)
                {
                }
            }

            static async Task ReadAsync(NetworkStream stream)
            {
                while (await stream.ReadAsync(s_buffer) > 0)
                {
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_receives_that_take_turns() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Poller
        {
            private readonly List<Socket> _sockets = new();
            private readonly byte[] _buffer = new byte[4096];

            public async Task PollAsync()
            {
                foreach (var socket in _sockets)
                    Console.WriteLine(await socket.ReceiveAsync(_buffer));
                for (var i = 0; i < _sockets.Count; i++)
                    Console.WriteLine(await _sockets[i].ReceiveAsync(_buffer));
            }

            public void Poll(Socket socket) => Console.WriteLine(socket.Receive(_buffer));
        }
        """);

    [Fact]
    public Task Ignores_empty_buffers() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        static class Waiting
        {
            private static readonly byte[] s_empty = new byte[0];
            private static readonly byte[] s_none = Array.Empty<byte>();

            public static async Task<bool> HasDataAsync(WebSocket socket, CancellationToken cancellation)
            {
                var first = await socket.ReceiveAsync(Memory<byte>.Empty, cancellation);
                var second = await socket.ReceiveAsync(s_empty, cancellation);
                var third = await socket.ReceiveAsync(s_none, cancellation);
                return first.EndOfMessage || second.EndOfMessage || third.EndOfMessage;
            }
        }
        """);

    [Fact]
    public Task Ignores_what_is_made_anew_or_belongs_to_another_object() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class State { public byte[] Buffer { get; } = new byte[4096]; public byte[] Bytes = new byte[4096]; }

        static class Server
        {
            private static byte[] Fresh => new byte[4096];
            private static readonly ThreadLocal<byte[]> s_own = new(() => new byte[4096]);
            private static readonly Dictionary<WebSocket, byte[]> s_buffers = new();

            public static async Task RunAsync(WebSocket socket, State state, byte[] given, CancellationToken cancellation)
            {
                var segment = new ArraySegment<byte>(state.Buffer);
                while ((await socket.ReceiveAsync(state.Buffer, cancellation)).MessageType != WebSocketMessageType.Close
                    && (await socket.ReceiveAsync(state.Bytes, cancellation)).MessageType != WebSocketMessageType.Close
                    && (await socket.ReceiveAsync(segment, cancellation)).MessageType != WebSocketMessageType.Close
                    && (await socket.ReceiveAsync(given, cancellation)).MessageType != WebSocketMessageType.Close
                    && (await socket.ReceiveAsync(s_buffers[socket], cancellation)).MessageType != WebSocketMessageType.Close
                    && (await socket.ReceiveAsync(Fresh, cancellation)).MessageType != WebSocketMessageType.Close)
                {
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_a_hub_and_types_of_unknown_lifetime() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Reader
        {
            private readonly byte[] _buffer = new byte[4096];

            public async Task<int> ReadAsync(WebSocket socket, CancellationToken cancellation)
            {
                var result = await socket.ReceiveAsync(_buffer, cancellation);
                return result.EndOfMessage && result.MessageType != WebSocketMessageType.Close ? result.Count : -1;
            }
        }
        """);

    [Fact]
    public Task Ignores_receives_of_the_same_name() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        namespace Acme
        {
            class WebSocket { public Task<int> ReceiveAsync(byte[] buffer, CancellationToken cancellation) => Task.FromResult(buffer.Length); }

            static class Server
            {
                private static readonly byte[] s_buffer = new byte[4096];

                public static async Task RunAsync(WebSocket socket)
                {
                    while (await socket.ReceiveAsync(s_buffer, default) > 0)
                    {
                    }
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_half_typed_and_recursive_code() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        static class Server
        {
            private static readonly byte[] s_buffer = {|CS0103:s_other|};

            public static async Task RunAsync(WebSocket socket)
            {
                await RunAsync(socket);
                await socket.ReceiveAsync({|CS0103:buffer|}, default);
                await socket.{|CS1501:ReceiveAsync|}(s_buffer);
            }
        }
        """);

    [Fact]
    public Task Fixes_a_captured_local() => Verify.FixesAsync<ReceivingAnalyzer, SharedBufferCodeFix>(
        """
        // top-level
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;

        var app = WebApplication.CreateBuilder(args).Build();

        // what arrives
        var buffer = new byte[256]; // small
        app.Map("/", async (HttpContext context) =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            while (true)
            {
                var result = await socket.ReceiveAsync({|WSA5014:buffer|}, context.RequestAborted);
                if (result.MessageType == WebSocketMessageType.Close)
                    break;
                await socket.SendAsync(buffer.AsMemory(0, result.Count), result.MessageType, result.EndOfMessage, context.RequestAborted);
            }
        });
        app.Run();
        """,
        """
        // top-level
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;

        var app = WebApplication.CreateBuilder(args).Build();

        app.Map("/", async (HttpContext context) =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            // what arrives
            var buffer = new byte[256]; // small
            while (true)
            {
                var result = await socket.ReceiveAsync(buffer, context.RequestAborted);
                if (result.MessageType == WebSocketMessageType.Close)
                    break;
                await socket.SendAsync(buffer.AsMemory(0, result.Count), result.MessageType, result.EndOfMessage, context.RequestAborted);
            }
        });
        app.Run();
        """);

    [Fact]
    public Task Fixes_fields_of_one_function() => Verify.FixesAsync<ReceivingAnalyzer, SharedBufferCodeFix>(
        """
        static class Echo
        {
            // a page
            private static readonly byte[] s_buffer = new byte[Size];

            private const int Size = 4096;
            private static readonly ArraySegment<byte> Segment = new ArraySegment<byte>(new byte[2 * Size]);
            private static Memory<byte> s_memory = new byte[16];

            public static async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                Console.WriteLine("in");
                while (true)
                {
                    var result = await socket.ReceiveAsync({|WSA5014:s_buffer|}, cancellation);
                    if (result.MessageType == WebSocketMessageType.Close)
                        return;
                    await socket.SendAsync(Echo.s_buffer.AsMemory(0, result.Count), result.MessageType, result.EndOfMessage, cancellation);
                }
            }

            public static async Task OtherAsync(WebSocket socket, CancellationToken cancellation)
            {
                while ((await socket.ReceiveAsync({|WSA5014:Segment|}, cancellation)).MessageType != WebSocketMessageType.Close)
                {
                }
            }

            public static async Task ThirdAsync(WebSocket socket, CancellationToken cancellation)
            {
                while ((await socket.ReceiveAsync({|WSA5014:s_memory|}, cancellation)).MessageType != WebSocketMessageType.Close)
                {
                }
            }
        }
        """,
        """
        static class Echo
        {
            private const int Size = 4096;

            public static async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                Console.WriteLine("in");
                // a page
                var buffer = new byte[Size];
                while (true)
                {
                    var result = await socket.ReceiveAsync(buffer, cancellation);
                    if (result.MessageType == WebSocketMessageType.Close)
                        return;
                    await socket.SendAsync(buffer.AsMemory(0, result.Count), result.MessageType, result.EndOfMessage, cancellation);
                }
            }

            public static async Task OtherAsync(WebSocket socket, CancellationToken cancellation)
            {
                var segment = new ArraySegment<byte>(new byte[2 * Size]);
                while ((await socket.ReceiveAsync(segment, cancellation)).MessageType != WebSocketMessageType.Close)
                {
                }
            }

            public static async Task ThirdAsync(WebSocket socket, CancellationToken cancellation)
            {
                Memory<byte> memory = new byte[16];
                while ((await socket.ReceiveAsync(memory, cancellation)).MessageType != WebSocketMessageType.Close)
                {
                }
            }
        }
        """);

    [Fact]
    public Task FixesAll_static_buffers_of_sessions() => Verify.FixesAsync<ReceivingAnalyzer, SharedBufferCodeFix>(
        """
        class Session
        {
            private static readonly byte[] s_buffer = new byte[4096];
            private readonly WebSocket _socket;

            public Session(WebSocket socket) => _socket = socket;

            public async Task RunAsync()
            {
                while (_socket.State == WebSocketState.Open)
                {
                    var result = await _socket.ReceiveAsync({|WSA5014:s_buffer|}, default);
                    if (result.MessageType == WebSocketMessageType.Close)
                        return;
                    Show(result.Count);
                }
            }

            public async Task DrainAsync()
            {
                while ((await _socket.ReceiveAsync({|WSA5014:s_buffer|}, default)).MessageType != WebSocketMessageType.Close)
                {
                }
            }

            private void Show(int count) => Console.WriteLine(s_buffer.AsSpan(0, count).Length);
        }
        """,
        """
        class Session
        {
            private readonly byte[] s_buffer = new byte[4096];
            private readonly WebSocket _socket;

            public Session(WebSocket socket) => _socket = socket;

            public async Task RunAsync()
            {
                while (_socket.State == WebSocketState.Open)
                {
                    var result = await _socket.ReceiveAsync(s_buffer, default);
                    if (result.MessageType == WebSocketMessageType.Close)
                        return;
                    Show(result.Count);
                }
            }

            public async Task DrainAsync()
            {
                while ((await _socket.ReceiveAsync(s_buffer, default)).MessageType != WebSocketMessageType.Close)
                {
                }
            }

            private void Show(int count) => Console.WriteLine(s_buffer.AsSpan(0, count).Length);
        }
        """);

    [Theory]
    [InlineData("private static readonly byte[] s_buffer = new byte[4096];", "public static byte[] Last() => s_buffer;")]
    [InlineData("internal static readonly byte[] s_buffer = new byte[4096];", "")]
    [InlineData("private static byte[] s_buffer = new byte[4096];", "public static void Grow() => s_buffer = new byte[8192];")]
    [InlineData("private static readonly byte[] s_buffer = Make(); private static byte[] Make() => new byte[4096];", "")]
    [InlineData("/// <summary>What arrives.</summary>\nprivate static readonly byte[] s_buffer = new byte[4096];", "")]
    public Task OffersNoFix_for_buffers_with_other_uses(string field, string other) => Verify.OffersNoFixAsync<ReceivingAnalyzer, SharedBufferCodeFix>($$"""
        static class Echo
        {
            {{field}}

            public static async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                while ((await socket.ReceiveAsync({|WSA5014:s_buffer|}, cancellation)).MessageType != WebSocketMessageType.Close)
                {
                }
            }

            {{other}}
        }
        """);

    [Fact]
    public Task OffersNoFix_where_bytes_stay_for_the_next_call() => Verify.OffersNoFixAsync<ReceivingAnalyzer, SharedBufferCodeFix>("""
        static class Echo
        {
            private static readonly byte[] s_buffer = new byte[4096];
            private static int s_filled;

            public static async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                var result = await socket.ReceiveAsync({|WSA5014:s_buffer.AsMemory(s_filled)|}, cancellation);
                s_filled += result.EndOfMessage ? 0 : result.Count;
            }
        }
        """);
}
