using WebSocketAnalyzers.CodeFixes.Fixes.Locking;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Locking;

public partial class SharedLockTests
{
    private static Task FixesAsync(string source, string fixedSource) => Verify.FixesAsync<LockingAnalyzer, SharedLockCodeFix>(source, fixedSource);

    private static Task OffersNoFixAsync(string source) => Verify.OffersNoFixAsync<LockingAnalyzer, SharedLockCodeFix>(source);

    [Fact]
    public Task Fixes_static_gate_of_a_connection_class_by_an_instance_field() => FixesAsync("""
        class ChatSession
        {
            // One frame at a time.
            private static readonly SemaphoreSlim Gate = new(1, 1); // see the RFC
            private readonly WebSocket _socket;

            public ChatSession(WebSocket socket) => _socket = socket;

            public async Task SendAsync(byte[] message, CancellationToken token)
            {
                await {|WSA1001:ChatSession.Gate.WaitAsync(token)|}.ConfigureAwait(false);
                try
                {
                    await _socket.SendAsync(message, WebSocketMessageType.Text, true, token).ConfigureAwait(false);
                }
                finally
                {
                    Gate.Release();
                }
            }
        }
        """, """
        class ChatSession
        {
            // One frame at a time.
            private readonly SemaphoreSlim Gate = new(1, 1); // see the RFC
            private readonly WebSocket _socket;

            public ChatSession(WebSocket socket) => _socket = socket;

            public async Task SendAsync(byte[] message, CancellationToken token)
            {
                await Gate.WaitAsync(token).ConfigureAwait(false);
                try
                {
                    await _socket.SendAsync(message, WebSocketMessageType.Text, true, token).ConfigureAwait(false);
                }
                finally
                {
                    Gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Fixes_static_property_first_modifier_and_partial_class() => FixesAsync("""
        partial class ChatSession
        {
            private readonly WebSocket socket;
            public ChatSession(WebSocket socket) => this.socket = socket;

            static SemaphoreSlim Gate { get; } = new SemaphoreSlim(1);
        }

        partial class ChatSession
        {
            public async Task SendAsync(ReadOnlyMemory<byte> message, SemaphoreSlim Gate)
            {
                await {|WSA1001:ChatSession.Gate.WaitAsync()|};
                try
                {
                    await SendCoreAsync(message);
                }
                finally
                {
                    ChatSession.Gate.Release();
                }
            }

            private async Task SendCoreAsync(ReadOnlyMemory<byte> message) =>
                await socket.SendAsync(message, WebSocketMessageType.Text, true, default);
        }
        """, """
        partial class ChatSession
        {
            private readonly WebSocket socket;
            public ChatSession(WebSocket socket) => this.socket = socket;

            SemaphoreSlim Gate { get; } = new SemaphoreSlim(1);
        }

        partial class ChatSession
        {
            public async Task SendAsync(ReadOnlyMemory<byte> message, SemaphoreSlim Gate)
            {
                await this.Gate.WaitAsync();
                try
                {
                    await SendCoreAsync(message);
                }
                finally
                {
                    this.Gate.Release();
                }
            }

            private async Task SendCoreAsync(ReadOnlyMemory<byte> message) =>
                await socket.SendAsync(message, WebSocketMessageType.Text, true, default);
        }
        """);

    [Fact]
    public Task Fixes_static_gate_used_through_a_session_at_hand() => FixesAsync("""
        class ChatSession
        {
            internal static readonly SemaphoreSlim Gate = new(1, 1);
            internal readonly WebSocket Socket;

            public ChatSession(WebSocket socket) => Socket = socket;

            public static async Task SendAsync(ChatSession session, byte[] message)
            {
                await {|WSA1001:Gate.WaitAsync()|};
                try
                {
                    await session.Socket.SendAsync(message, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    Gate.Release();
                }
            }
        }

        class Room
        {
            private readonly List<ChatSession> _sessions = new();

            public async Task BroadcastAsync(byte[] message)
            {
                await {|WSA1001:ChatSession.Gate.WaitAsync()|};
                try
                {
                    foreach (var session in _sessions)
                    {
                        await session.Socket.SendAsync(message, WebSocketMessageType.Text, true, default);
                    }
                }
                finally
                {
                    ChatSession.Gate.Release();
                }
            }
        }
        """, """
        class ChatSession
        {
            internal readonly SemaphoreSlim Gate = new(1, 1);
            internal readonly WebSocket Socket;

            public ChatSession(WebSocket socket) => Socket = socket;

            public static async Task SendAsync(ChatSession session, byte[] message)
            {
                await session.Gate.WaitAsync();
                try
                {
                    await session.Socket.SendAsync(message, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    session.Gate.Release();
                }
            }
        }

        class Room
        {
            private readonly List<ChatSession> _sessions = new();

            public async Task BroadcastAsync(byte[] message)
            {
                foreach (var session in _sessions)
                {
                    await session.Gate.WaitAsync();
                    try
                    {
                        await session.Socket.SendAsync(message, WebSocketMessageType.Text, true, default);
                    }
                    finally
                    {
                        session.Gate.Release();
                    }
                }
            }
        }
        """);

    [Fact]
    public Task Fixes_static_gate_of_a_manager_by_a_table() => FixesAsync("""
        class Manager
        {
            /// <summary>Serialises sends.</summary>
            private static readonly SemaphoreSlim _sendGate = new SemaphoreSlim(1, 1);

            public async Task SendAsync(WebSocket socket, byte[] message, CancellationToken token)
            {
                ArgumentNullException.ThrowIfNull(message);

                // Sends must not overlap.
                await {|WSA1001:_sendGate.WaitAsync(token)|}.ConfigureAwait(false);
                try
                {
                    await socket.SendAsync(message, WebSocketMessageType.Text, true, token).ConfigureAwait(false);
                }
                finally
                {
                    _sendGate.Release();
                }
            }
        }
        """, """
        using System.Runtime.CompilerServices;

        class Manager
        {
            /// <summary>Serialises sends.</summary>
            private static readonly ConditionalWeakTable<WebSocket, SemaphoreSlim> _sendGates = new();

            public async Task SendAsync(WebSocket socket, byte[] message, CancellationToken token)
            {
                ArgumentNullException.ThrowIfNull(message);

                // Sends must not overlap.
                var sendGate = _sendGates.GetValue(socket, static _ => new SemaphoreSlim(1, 1));
                await sendGate.WaitAsync(token).ConfigureAwait(false);
                try
                {
                    await socket.SendAsync(message, WebSocketMessageType.Text, true, token).ConfigureAwait(false);
                }
                finally
                {
                    sendGate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Fixes_several_regions_of_one_gate_in_one_edit() => FixesAsync("""
        class Manager
        {
            private readonly ConcurrentDictionary<string, WebSocket> _sockets = new();
            private readonly SemaphoreSlim _gate = new(1, 1);

            public async Task SendAsync(string id, ArraySegment<byte> message)
            {
                if (!_sockets.TryGetValue(id, out var socket))
                    return;
                await {|WSA1001:_gate.WaitAsync()|};
                try
                {
                    await socket.SendAsync(message, WebSocketMessageType.Binary, true, default);
                }
                finally
                {
                    _gate.Release();
                }
                await {|WSA1001:_gate.WaitAsync()|};
                await socket.SendAsync(message, WebSocketMessageType.Binary, true, default);
                _gate.Release();
            }

            public async Task<bool> TrySendAsync(ClientWebSocket socket, ArraySegment<byte> message)
            {
                if (!await {|WSA1001:_gate.WaitAsync(100)|})
                    return false;
                try
                {
                    await socket.SendAsync(message, WebSocketMessageType.Binary, true, default);
                    return true;
                }
                finally
                {
                    _gate.Release();
                }
            }

            public async Task BroadcastAsync(byte[] message)
            {
                await {|WSA1001:_gate.WaitAsync()|};
                try
                {
                    foreach (var (id, socket) in _sockets)
                        await socket.SendAsync(message, WebSocketMessageType.Binary, true, default);
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        """, """
        using System.Runtime.CompilerServices;

        class Manager
        {
            private readonly ConcurrentDictionary<string, WebSocket> _sockets = new();
            private readonly ConditionalWeakTable<WebSocket, SemaphoreSlim> _gates = new();

            public async Task SendAsync(string id, ArraySegment<byte> message)
            {
                if (!_sockets.TryGetValue(id, out var socket))
                    return;
                var gate = _gates.GetValue(socket, static _ => new SemaphoreSlim(1, 1));
                await gate.WaitAsync();
                try
                {
                    await socket.SendAsync(message, WebSocketMessageType.Binary, true, default);
                }
                finally
                {
                    gate.Release();
                }
                await gate.WaitAsync();
                await socket.SendAsync(message, WebSocketMessageType.Binary, true, default);
                gate.Release();
            }

            public async Task<bool> TrySendAsync(ClientWebSocket socket, ArraySegment<byte> message)
            {
                var gate = _gates.GetValue(socket, static _ => new SemaphoreSlim(1, 1));
                if (!await gate.WaitAsync(100))
                    return false;
                try
                {
                    await socket.SendAsync(message, WebSocketMessageType.Binary, true, default);
                    return true;
                }
                finally
                {
                    gate.Release();
                }
            }

            public async Task BroadcastAsync(byte[] message)
            {
                foreach (var (id, socket) in _sockets)
                {
                    var gate = _gates.GetValue(socket, static _ => new SemaphoreSlim(1, 1));
                    await gate.WaitAsync();
                    try
                    {
                        await socket.SendAsync(message, WebSocketMessageType.Binary, true, default);
                    }
                    finally
                    {
                        gate.Release();
                    }
                }
            }
        }
        """);

    [Fact]
    public Task Fixes_gate_made_in_a_constructor_and_wait_inside_the_try() => FixesAsync("""
        class Manager
        {
            private readonly Dictionary<string, TcpClient> _clients = new();
            private readonly SemaphoreSlim _gate;

            public Manager()
            {
                _gate = new SemaphoreSlim(1, 1);
            }

            public async Task SendAsync(string id, byte[] message)
            {
                var client = _clients[id];
                var stream = client.GetStream();
                try
                {
                    await {|WSA1001:_gate.WaitAsync()|};
                    await stream.WriteAsync(message);
                }
                finally
                {
                    _gate.Release();
                }
            }

            public async Task PingAsync(TcpClient client)
            {
                await {|WSA1001:_gate.WaitAsync()|};
                try
                {
                    await client.GetStream().WriteAsync(new byte[1]);
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        """, """
        using System.Runtime.CompilerServices;

        class Manager
        {
            private readonly Dictionary<string, TcpClient> _clients = new();
            private readonly ConditionalWeakTable<TcpClient, SemaphoreSlim> _gates;

            public Manager()
            {
                _gates = new();
            }

            public async Task SendAsync(string id, byte[] message)
            {
                var client = _clients[id];
                var stream = client.GetStream();
                var gate = _gates.GetValue(client, static _ => new SemaphoreSlim(1, 1));
                try
                {
                    await gate.WaitAsync();
                    await stream.WriteAsync(message);
                }
                finally
                {
                    gate.Release();
                }
            }

            public async Task PingAsync(TcpClient client)
            {
                var gate = _gates.GetValue(client, static _ => new SemaphoreSlim(1, 1));
                await gate.WaitAsync();
                try
                {
                    await client.GetStream().WriteAsync(new byte[1]);
                }
                finally
                {
                    gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Fixes_static_gate_of_a_hub_by_its_context() => FixesAsync("""
        using Microsoft.AspNetCore.SignalR;

        class ChatHub : Hub
        {
            private static readonly SemaphoreSlim s_gate = new(1, 1);

            public async Task Say(string text)
            {
                await {|WSA1001:s_gate.WaitAsync(Context.ConnectionAborted)|};
                try
                {
                    await Clients.Caller.SendAsync("said", text);
                }
                finally
                {
                    s_gate.Release();
                }
            }
        }
        """, """
        using System.Runtime.CompilerServices;
        using Microsoft.AspNetCore.SignalR;

        class ChatHub : Hub
        {
            private static readonly ConditionalWeakTable<HubCallerContext, SemaphoreSlim> s_gates = new();

            public async Task Say(string text)
            {
                var gate = s_gates.GetValue(Context, static _ => new SemaphoreSlim(1, 1));
                await gate.WaitAsync(Context.ConnectionAborted);
                try
                {
                    await Clients.Caller.SendAsync("said", text);
                }
                finally
                {
                    gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Fixes_captured_gate_by_moving_it_to_the_connection() => FixesAsync("""
        // top-level
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;

        var app = WebApplication.CreateBuilder(args).Build();
        app.UseWebSockets();

        // Sends of one connection must not overlap.
        using var gate = new SemaphoreSlim(1, 1);
        app.Map("/ws", async (HttpContext context) =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await Task.WhenAll(PushAsync("a"), PushAsync("b"));

            async Task PushAsync(string text)
            {
                await {|WSA1001:gate.WaitAsync(context.RequestAborted)|};
                try
                {
                    await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, context.RequestAborted);
                }
                finally
                {
                    gate.Release();
                }
            }
        });
        app.Run();
        """, """
        // top-level
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;

        var app = WebApplication.CreateBuilder(args).Build();
        app.UseWebSockets();

        app.Map("/ws", async (HttpContext context) =>
        {
            // Sends of one connection must not overlap.
            var gate = new SemaphoreSlim(1, 1);
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await Task.WhenAll(PushAsync("a"), PushAsync("b"));

            async Task PushAsync(string text)
            {
                await gate.WaitAsync(context.RequestAborted);
                try
                {
                    await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, context.RequestAborted);
                }
                finally
                {
                    gate.Release();
                }
            }
        });
        app.Run();
        """);

    [Fact]
    public Task Fixes_captured_gate_by_a_table_where_connections_come_from_outside() => FixesAsync("""
        // top-level
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;

        var app = WebApplication.CreateBuilder(args).Build();
        var sockets = new ConcurrentDictionary<Guid, WebSocket>();
        var gate = new SemaphoreSlim(1, 1);
        app.Map("/ws", async (HttpContext context) =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            sockets.TryAdd(Guid.NewGuid(), socket);
            await {|WSA1001:gate.WaitAsync()|};
            try
            {
                await socket.SendAsync("hi"u8.ToArray(), WebSocketMessageType.Text, true, context.RequestAborted);
            }
            finally
            {
                gate.Release();
            }

            await {|WSA1001:gate.WaitAsync()|};
            try
            {
                foreach (var other in sockets.Values)
                {
                    await other.SendAsync("joined"u8.ToArray(), WebSocketMessageType.Text, true, context.RequestAborted);
                }
            }
            finally
            {
                gate.Release();
            }
        });
        app.Run();
        """, """
        // top-level
        using System.Runtime.CompilerServices;
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;

        var app = WebApplication.CreateBuilder(args).Build();
        var sockets = new ConcurrentDictionary<Guid, WebSocket>();
        var gates = new ConditionalWeakTable<WebSocket, SemaphoreSlim>();
        app.Map("/ws", async (HttpContext context) =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            sockets.TryAdd(Guid.NewGuid(), socket);
            var gate = gates.GetValue(socket, static _ => new SemaphoreSlim(1, 1));
            await gate.WaitAsync();
            try
            {
                await socket.SendAsync("hi"u8.ToArray(), WebSocketMessageType.Text, true, context.RequestAborted);
            }
            finally
            {
                gate.Release();
            }

            foreach (var other in sockets.Values)
            {
                var gate2 = gates.GetValue(other, static _ => new SemaphoreSlim(1, 1));
                await gate2.WaitAsync();
                try
                {
                    await other.SendAsync("joined"u8.ToArray(), WebSocketMessageType.Text, true, context.RequestAborted);
                }
                finally
                {
                    gate2.Release();
                }
            }
        });
        app.Run();
        """);

    [Fact]
    public Task Fixes_gate_captured_by_a_local_function_with_a_connection() => FixesAsync("""
        // top-level
        var listener = new TcpListener(IPAddress.Loopback, 5000);
        listener.Start();
        SemaphoreSlim gate = new(1, 1);
        while (true)
        {
            var client = await listener.AcceptTcpClientAsync();
            _ = ServeAsync(client);
        }

        async Task ServeAsync(TcpClient client)
        {
            using var stream = client.GetStream();
            await {|WSA1001:gate.WaitAsync()|};
            try
            {
                await stream.WriteAsync(new byte[10]);
            }
            finally
            {
                gate.Release();
            }
        }
        """, """
        // top-level
        using System.Runtime.CompilerServices;

        var listener = new TcpListener(IPAddress.Loopback, 5000);
        listener.Start();
        ConditionalWeakTable<NetworkStream, SemaphoreSlim> gates = new();
        while (true)
        {
            var client = await listener.AcceptTcpClientAsync();
            _ = ServeAsync(client);
        }

        async Task ServeAsync(TcpClient client)
        {
            using var stream = client.GetStream();
            var gate = gates.GetValue(stream, static _ => new SemaphoreSlim(1, 1));
            await gate.WaitAsync();
            try
            {
                await stream.WriteAsync(new byte[10]);
            }
            finally
            {
                gate.Release();
            }
        }
        """);

    [Fact]
    public Task Fixes_gate_of_middleware_and_keeps_one_gate_around_a_message_of_fragments() => FixesAsync("""
        using Microsoft.AspNetCore.Http;
        using Microsoft.Extensions.Logging;

        class EchoMiddleware
        {
            private readonly RequestDelegate next;
            private readonly ILogger<EchoMiddleware> logger;
            public EchoMiddleware(RequestDelegate next, ILogger<EchoMiddleware> logger) { this.next = next; this.logger = logger; }

            private readonly SemaphoreSlim _gate = new(1, 1);

            public RequestDelegate Next => next;

            public async Task InvokeAsync(HttpContext context)
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                var parts = new[] { new byte[1], new byte[2] };
                await {|WSA1001:_gate.WaitAsync()|};
                try
                {
                    for (var i = 0; i < parts.Length; i++)
                        await socket.SendAsync(parts[i], WebSocketMessageType.Text, i == parts.Length - 1, context.RequestAborted);
                    foreach (var part in parts)
                    {
                        await socket.SendAsync(part, WebSocketMessageType.Text, part.Length == 2, context.RequestAborted);
                    }
                }
                catch (WebSocketException exception)
                {
                    logger.LogInformation(exception, "gone");
                }
                finally
                {
                    // last
                    _gate.Release();
                }
            }
        }
        """, """
        using System.Runtime.CompilerServices;
        using Microsoft.AspNetCore.Http;
        using Microsoft.Extensions.Logging;

        class EchoMiddleware
        {
            private readonly RequestDelegate next;
            private readonly ILogger<EchoMiddleware> logger;
            public EchoMiddleware(RequestDelegate next, ILogger<EchoMiddleware> logger) { this.next = next; this.logger = logger; }

            private readonly ConditionalWeakTable<WebSocket, SemaphoreSlim> _gates = new();

            public RequestDelegate Next => next;

            public async Task InvokeAsync(HttpContext context)
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                var parts = new[] { new byte[1], new byte[2] };
                var gate = _gates.GetValue(socket, static _ => new SemaphoreSlim(1, 1));
                await gate.WaitAsync();
                try
                {
                    for (var i = 0; i < parts.Length; i++)
                        await socket.SendAsync(parts[i], WebSocketMessageType.Text, i == parts.Length - 1, context.RequestAborted);
                    foreach (var part in parts)
                    {
                        await socket.SendAsync(part, WebSocketMessageType.Text, part.Length == 2, context.RequestAborted);
                    }
                }
                catch (WebSocketException exception)
                {
                    logger.LogInformation(exception, "gone");
                }
                finally
                {
                    // last
                    gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Fixes_gate_keyed_by_the_session_of_the_program() => FixesAsync("""
        class Session
        {
            public required WebSocket Socket { get; set; }
        }

        class Room
        {
            private readonly List<Session> _sessions = new();
            private readonly SemaphoreSlim _sync = new(1, 1);

            public async Task SendAsync(Session session, byte[] message)
            {
                await {|WSA1001:_sync.WaitAsync()|};
                try
                {
                    await session.Socket.SendAsync(message, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    _sync.Release();
                }
            }
        }
        """, """
        using System.Runtime.CompilerServices;

        class Session
        {
            public required WebSocket Socket { get; set; }
        }

        class Room
        {
            private readonly List<Session> _sessions = new();
            private readonly ConditionalWeakTable<Session, SemaphoreSlim> _syncs = new();

            public async Task SendAsync(Session session, byte[] message)
            {
                var sync = _syncs.GetValue(session, static _ => new SemaphoreSlim(1, 1));
                await sync.WaitAsync();
                try
                {
                    await session.Socket.SendAsync(message, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    sync.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Fixes_directives_and_comments_stay() => FixesAsync("""
        static class Sender
        {
        #if !OLD
            private static readonly SemaphoreSlim Gate = new(initialCount: 1, maxCount: 1); // one
        #endif

            public static async Task SendAsync(WebSocket socket, byte[] message)
            {
        #if !OLD
                await {|WSA1001:Gate.WaitAsync()|}; // wait
        #endif
                // before
                try
                {
        #if DEBUG
                    Console.WriteLine("sending");
        #endif
                    await socket.SendAsync(message, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    Gate.Release();
                }
            }
        }
        """, """
        using System.Runtime.CompilerServices;

        static class Sender
        {
        #if !OLD
            private static readonly ConditionalWeakTable<WebSocket, SemaphoreSlim> Gates = new(); // one
        #endif

            public static async Task SendAsync(WebSocket socket, byte[] message)
            {
        #if !OLD
                var gate = Gates.GetValue(socket, static _ => new SemaphoreSlim(initialCount: 1, maxCount: 1));
                await gate.WaitAsync(); // wait
        #endif
                // before
                try
                {
        #if DEBUG
                    Console.WriteLine("sending");
        #endif
                    await socket.SendAsync(message, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task FixesAll_several_gates() => FixesAsync("""
        class ChatSession
        {
            private readonly WebSocket socket;
            public ChatSession(WebSocket socket) => this.socket = socket;

            private static readonly SemaphoreSlim Gate = new(1, 1);

            public async Task SendAsync(byte[] message)
            {
                await {|WSA1001:Gate.WaitAsync()|};
                try
                {
                    await socket.SendAsync(message, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    Gate.Release();
                }
            }
        }

        static class Manager
        {
            private static readonly SemaphoreSlim SendGate = new(1, 1);
            private static readonly SemaphoreSlim s_closeLock = new(1, 1);

            public static async Task SendAsync(WebSocket socket, byte[] message)
            {
                await {|WSA1001:SendGate.WaitAsync()|};
                try
                {
                    await socket.SendAsync(message, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    SendGate.Release();
                }

                await {|WSA1001:s_closeLock.WaitAsync()|};
                try
                {
                    await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
                }
                finally
                {
                    s_closeLock.Release();
                }
            }
        }
        """, """
        using System.Runtime.CompilerServices;

        class ChatSession
        {
            private readonly WebSocket socket;
            public ChatSession(WebSocket socket) => this.socket = socket;

            private readonly SemaphoreSlim Gate = new(1, 1);

            public async Task SendAsync(byte[] message)
            {
                await Gate.WaitAsync();
                try
                {
                    await socket.SendAsync(message, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    Gate.Release();
                }
            }
        }

        static class Manager
        {
            private static readonly ConditionalWeakTable<WebSocket, SemaphoreSlim> SendGates = new();
            private static readonly ConditionalWeakTable<WebSocket, SemaphoreSlim> s_closeLocks = new();

            public static async Task SendAsync(WebSocket socket, byte[] message)
            {
                var sendGate = SendGates.GetValue(socket, static _ => new SemaphoreSlim(1, 1));
                await sendGate.WaitAsync();
                try
                {
                    await socket.SendAsync(message, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    sendGate.Release();
                }

                var closeLock = s_closeLocks.GetValue(socket, static _ => new SemaphoreSlim(1, 1));
                await closeLock.WaitAsync();
                try
                {
                    await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
                }
                finally
                {
                    closeLock.Release();
                }
            }
        }
        """);

    [Fact]
    public async Task FixesAll_gates_of_several_files()
    {
        const string Session = """
            class ChatSession
            {
                internal {|#0:static |}readonly SemaphoreSlim Gate = new(1, 1);
                internal readonly WebSocket Socket;

                public ChatSession(WebSocket socket) => Socket = socket;
            }
            """;
        const string Manager = """
            static class Sender
            {
                internal static readonly SemaphoreSlim Lock = new(1, 1);

                public static async Task SendAsync(ChatSession session, byte[] message)
                {
                    await {|WSA1001:ChatSession.Gate.WaitAsync()|};
                    try
                    {
                        await session.Socket.SendAsync(message, WebSocketMessageType.Text, true, default);
                    }
                    finally
                    {
                        ChatSession.Gate.Release();
                    }
                }
            }
            """;
        const string Closer = """
            static class Closer
            {
                public static async Task CloseAsync(WebSocket socket)
                {
                    await {|WSA1001:Sender.Lock.WaitAsync()|};
                    try
                    {
                        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
                    }
                    finally
                    {
                        Sender.Lock.Release();
                    }
                }
            }
            """;
        var test = new Verify.Test<LockingAnalyzer, SharedLockCodeFix>(Session.Replace("{|#0:", "").Replace("|}", ""), Manager, Closer) { NumberOfIncrementalIterations = 2, NumberOfFixAllIterations = 1, NumberOfFixAllInDocumentIterations = 2 };
        test.FixedState.Sources.Add(Session.Replace("{|#0:static |}", ""));
        test.FixedState.Sources.Add("""
            using System.Runtime.CompilerServices;

            static class Sender
            {
                internal static readonly ConditionalWeakTable<WebSocket, SemaphoreSlim> Locks = new();

                public static async Task SendAsync(ChatSession session, byte[] message)
                {
                    await session.Gate.WaitAsync();
                    try
                    {
                        await session.Socket.SendAsync(message, WebSocketMessageType.Text, true, default);
                    }
                    finally
                    {
                        session.Gate.Release();
                    }
                }
            }
            """);
        test.FixedState.Sources.Add("""
            static class Closer
            {
                public static async Task CloseAsync(WebSocket socket)
                {
                    var gate = Sender.Locks.GetValue(socket, static _ => new SemaphoreSlim(1, 1));
                    await gate.WaitAsync();
                    try
                    {
                        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
                    }
                    finally
                    {
                        gate.Release();
                    }
                }
            }
            """);
        test.FixedState.Sources.Add(("/0/GlobalUsings.cs", test.TestState.Sources[^1].content));
        await test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task Fixes_gate_around_a_message_callback_and_drops_its_disposal() => FixesAsync("""
        using Fleck;

        class Server : IDisposable
        {
            private readonly List<IWebSocketConnection> _sockets = new();
            private readonly SemaphoreSlim _gate = new(1, 1);

            public void Run(IWebSocketServer server)
            {
                var gate = new SemaphoreSlim(1, 1);
                server.Start(socket =>
                {
                    _sockets.Add(socket);
                    socket.OnMessage = async message =>
                    {
                        await {|WSA1001:gate.WaitAsync()|};
                        try
                        {
                            await socket.Send(message);
                        }
                        finally
                        {
                            gate.Release();
                        }
                    };
                });
            }

            public async Task SendAsync(IWebSocketConnection socket)
            {
                await {|WSA1001:_gate.WaitAsync()|};
                try
                {
                    await socket.Send("");
                }
                finally
                {
                    _gate.Release();
                }
            }

            public void Dispose()
            {
                _gate?.Dispose();
                _sockets.Clear();
            }
        }

        namespace Fleck
        {
            public interface IWebSocketConnection
            {
                Action<string> OnMessage { get; set; }
                Task Send(string message);
            }

            public interface IWebSocketServer
            {
                void Start(Action<IWebSocketConnection> config);
            }
        }
        """, """
        using System.Runtime.CompilerServices;
        using Fleck;

        class Server : IDisposable
        {
            private readonly List<IWebSocketConnection> _sockets = new();
            private readonly ConditionalWeakTable<IWebSocketConnection, SemaphoreSlim> _gates = new();

            public void Run(IWebSocketServer server)
            {
                var gates = new ConditionalWeakTable<IWebSocketConnection, SemaphoreSlim>();
                server.Start(socket =>
                {
                    _sockets.Add(socket);
                    socket.OnMessage = async message =>
                    {
                        var gate = gates.GetValue(socket, static _ => new SemaphoreSlim(1, 1));
                        await gate.WaitAsync();
                        try
                        {
                            await socket.Send(message);
                        }
                        finally
                        {
                            gate.Release();
                        }
                    };
                });
            }

            public async Task SendAsync(IWebSocketConnection socket)
            {
                var gate = _gates.GetValue(socket, static _ => new SemaphoreSlim(1, 1));
                await gate.WaitAsync();
                try
                {
                    await socket.Send("");
                }
                finally
                {
                    gate.Release();
                }
            }

            public void Dispose()
            {
                _sockets.Clear();
            }
        }

        namespace Fleck
        {
            public interface IWebSocketConnection
            {
                Action<string> OnMessage { get; set; }
                Task Send(string message);
            }

            public interface IWebSocketServer
            {
                void Start(Action<IWebSocketConnection> config);
            }
        }
        """);

    [Fact]
    public Task Fixes_several_waits_in_branches_and_lambdas_by_own_locals() => FixesAsync("""
        using Microsoft.Extensions.DependencyInjection;

        class Pusher
        {
            private readonly SemaphoreSlim _lock = new(1, 1);

            public async Task PushAsync(WebSocket first, WebSocket second, bool both)
            {
                if (both)
                {
                    await {|WSA1001:this._lock.WaitAsync()|};
                    try { await first.SendAsync(new byte[1], WebSocketMessageType.Text, true, default); }
                    finally { this._lock.Release(); }

                    await {|WSA1001:_lock.WaitAsync()|};
                    try { await second.SendAsync(new byte[1], WebSocketMessageType.Text, true, default); }
                    finally { _lock.Release(); }
                }
                else
                {
                    var gate = 1;
                    bool taken = await {|WSA1001:_lock.WaitAsync(TimeSpan.FromSeconds(gate))|}.ConfigureAwait(false);
                    try
                    {
                        if (taken)
                            await first.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
                    }
                    finally
                    {
                        if (taken)
                            _lock.Release();
                    }
                }
            }
        }

        static class Startup
        {
            public static void Configure(IServiceCollection services) => services.AddSingleton<Pusher>();
        }
        """, """
        using System.Runtime.CompilerServices;
        using Microsoft.Extensions.DependencyInjection;

        class Pusher
        {
            private readonly ConditionalWeakTable<WebSocket, SemaphoreSlim> _locks = new();

            public async Task PushAsync(WebSocket first, WebSocket second, bool both)
            {
                if (both)
                {
                    var gate2 = this._locks.GetValue(first, static _ => new SemaphoreSlim(1, 1));
                    await gate2.WaitAsync();
                    try { await first.SendAsync(new byte[1], WebSocketMessageType.Text, true, default); }
                    finally { gate2.Release(); }

                    var gate3 = _locks.GetValue(second, static _ => new SemaphoreSlim(1, 1));
                    await gate3.WaitAsync();
                    try { await second.SendAsync(new byte[1], WebSocketMessageType.Text, true, default); }
                    finally { gate3.Release(); }
                }
                else
                {
                    var gate = 1;
                    var gate2 = _locks.GetValue(first, static _ => new SemaphoreSlim(1, 1));
                    bool taken = await gate2.WaitAsync(TimeSpan.FromSeconds(gate)).ConfigureAwait(false);
                    try
                    {
                        if (taken)
                            await first.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
                    }
                    finally
                    {
                        if (taken)
                            gate2.Release();
                    }
                }
            }
        }

        static class Startup
        {
            public static void Configure(IServiceCollection services) => services.AddSingleton<Pusher>();
        }
        """);

    [Fact]
    public Task Fixes_record_by_a_table_because_its_copies_share_the_connection() => FixesAsync("""
        record ChatSession(WebSocket Socket)
        {
            private static readonly SemaphoreSlim Gate = new(1, 1);

            public async Task SendAsync(byte[] message)
            {
                await {|WSA1001:Gate.WaitAsync()|};
                try
                {
                    await Socket.SendAsync(message, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    Gate.Release();
                }
            }
        }
        """, """
        using System.Runtime.CompilerServices;

        record ChatSession(WebSocket Socket)
        {
            private static readonly ConditionalWeakTable<WebSocket, SemaphoreSlim> Gates = new();

            public async Task SendAsync(byte[] message)
            {
                var gate = Gates.GetValue(Socket, static _ => new SemaphoreSlim(1, 1));
                await gate.WaitAsync();
                try
                {
                    await Socket.SendAsync(message, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Fixes_session_with_a_reader_of_its_own_by_an_instance_field() => FixesAsync("""
        class ChatSession
        {
            private static readonly SemaphoreSlim SendGate = new(1, 1);
            private readonly WebSocket _socket;
            private readonly MessageReader _reader;
            private int _sent;

            public ChatSession(WebSocket socket)
            {
                _socket = socket;
                _reader = new MessageReader(socket);
            }

            public async Task SendAsync(string text)
            {
                await {|WSA1001:SendGate.WaitAsync()|};
                try
                {
                    await _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, default);
                    _sent++;
                }
                finally
                {
                    SendGate.Release();
                }
            }
        }

        class MessageReader
        {
            private readonly WebSocket socket;
            public MessageReader(WebSocket socket) => this.socket = socket;

            public async Task<int> ReadAsync() => (await socket.ReceiveAsync(new byte[1].AsMemory(), default)).Count;
        }
        """, """
        class ChatSession
        {
            private readonly SemaphoreSlim SendGate = new(1, 1);
            private readonly WebSocket _socket;
            private readonly MessageReader _reader;
            private int _sent;

            public ChatSession(WebSocket socket)
            {
                _socket = socket;
                _reader = new MessageReader(socket);
            }

            public async Task SendAsync(string text)
            {
                await SendGate.WaitAsync();
                try
                {
                    await _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, default);
                    _sent++;
                }
                finally
                {
                    SendGate.Release();
                }
            }
        }

        class MessageReader
        {
            private readonly WebSocket socket;
            public MessageReader(WebSocket socket) => this.socket = socket;

            public async Task<int> ReadAsync() => (await socket.ReceiveAsync(new byte[1].AsMemory(), default)).Count;
        }
        """);

    [Theory]
    [InlineData("_sent++;")]
    [InlineData("_log.Append(text);")]
    [InlineData("Encoding.UTF8.GetBytes(text, 0, text.Length, _buffer, 0);")]
    [InlineData("var pooled = System.Buffers.ArrayPool<byte>.Shared.Rent(10); pooled[0] = 1;")]
    [InlineData("var list = new List<string>(); list.Add(text);")]
    [InlineData("Touch();")]
    [InlineData("Console.WriteLine(text.Length);")]
    [InlineData("Interlocked.Increment(ref s_total);")]
    public Task Fixes_session_whose_lock_guards_its_own_state_as_well(string statement)
    {
        string Source(string modifier, string wait) => $$"""
            class ChatSession
            {
                private readonly WebSocket socket;
                public ChatSession(WebSocket socket) => this.socket = socket;

                private static int s_total;
                private {{modifier}}readonly SemaphoreSlim Gate = new(1, 1);
                private readonly StringBuilder _log = new();
                private readonly byte[] _buffer = new byte[100];
                private int _sent;

                public async Task SendAsync(string text)
                {
                    await {{wait}};
                    try
                    {
                        {{statement}}
                        await socket.SendAsync(_buffer, WebSocketMessageType.Text, true, default);
                    }
                    finally
                    {
                        Gate.Release();
                    }
                }

                private void Touch() => _sent += s_total;
            }
            """;
        return FixesAsync(Source("static ", "{|WSA1001:Gate.WaitAsync()|}"), Source("", "Gate.WaitAsync()"));
    }
}
