using Microsoft.CodeAnalysis.Testing;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Locking;

public partial class SharedLockTests
{
    private static Task ReportsAsync(string source, params string[] furtherFiles) => Verify.ReportsAsync<LockingAnalyzer>(source, furtherFiles);

    private static Task IgnoresAsync(string source, params string[] furtherFiles) => Verify.IgnoresAsync<LockingAnalyzer>(source, furtherFiles);

    [Fact]
    public Task Reports_writers_over_a_connection() => Verify.ReportsAsync<LockingAnalyzer>("""
        class Server
        {
            private static readonly SemaphoreSlim Gate = new(1, 1);

            public static async Task SendAsync(TcpClient client, string path, string line)
            {
                using var writer = new StreamWriter(client.GetStream()) { AutoFlush = true };
                await {|WSA1001:Gate.WaitAsync()|};
                try
                {
                    await writer.WriteLineAsync(line);
                }
                finally
                {
                    Gate.Release();
                }
            }
        }

        class Log
        {
            private static readonly SemaphoreSlim Gate = new(1, 1);

            public static async Task WriteAsync(string path, string line)
            {
                using var writer = new StreamWriter(path) { AutoFlush = true };
                await Gate.WaitAsync();
                try
                {
                    await writer.WriteLineAsync(line);
                }
                finally
                {
                    Gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Reports_static_gate_in_a_connection_class() => ReportsAsync("""
        class ChatSession
        {
            private static readonly SemaphoreSlim Gate = new(1, 1);
            private readonly WebSocket _socket;

            public ChatSession(WebSocket socket) => _socket = socket;

            public async Task SendAsync(byte[] message, CancellationToken token)
            {
                await {|WSA1001:Gate.WaitAsync(token)|};
                try
                {
                    await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
                }
                finally
                {
                    Gate.Release();
                }
            }
        }
        """);

    [CSharpFact(12)]
    public Task Reports_static_gate_in_a_session_with_a_primary_constructor() => ReportsAsync("""
        class ChatSession(WebSocket socket)
        {
            static readonly SemaphoreSlim s_gate = new SemaphoreSlim(initialCount: 1, maxCount: 1);

            public async ValueTask SendAsync(ReadOnlyMemory<byte> message)
            {
                await {|WSA1001:s_gate.WaitAsync()|}.ConfigureAwait(false);
                try
                {
                    await socket.SendAsync(message, WebSocketMessageType.Text, true, default).ConfigureAwait(false);
                }
                finally
                {
                    s_gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Reports_static_gate_of_a_static_manager() => ReportsAsync("""
        static class Sender
        {
            private static readonly SemaphoreSlim Gate = new(1);

            public static async Task SendAsync(this WebSocket socket, string text)
            {
                await {|WSA1001:Gate.WaitAsync()|};
                try
                {
                    await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    Gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Reports_gate_of_a_manager_that_keeps_connections() => ReportsAsync("""
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
            }
        }
        """);

    [Fact]
    public Task Reports_broadcast_under_one_gate() => ReportsAsync("""
        class Room
        {
            private readonly List<WebSocket> _members = new();
            private readonly SemaphoreSlim _gate = new(1, 1);

            public async Task BroadcastAsync(byte[] message)
            {
                await {|WSA1001:_gate.WaitAsync()|};
                try
                {
                    foreach (var member in _members)
                        await member.SendAsync(message, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Reports_broadcast_of_all_at_once_under_one_gate() => ReportsAsync("""
        class Room
        {
            private readonly List<WebSocket> _members = new();
            private readonly SemaphoreSlim _gate = new(1, 1);

            public async Task BroadcastAsync(byte[] message)
            {
                await {|WSA1001:_gate.WaitAsync()|};
                try
                {
                    var sends = new List<Task>();
                    foreach (var member in _members)
                        sends.Add(member.SendAsync(new ArraySegment<byte>(message), WebSocketMessageType.Text, true, default));
                    await Task.WhenAll(sends);
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Reports_gate_of_middleware() => ReportsAsync("""
        using Microsoft.AspNetCore.Http;

        class EchoMiddleware
        {
            private readonly RequestDelegate _next;
            private readonly SemaphoreSlim _sendGate = new(1, 1);

            public EchoMiddleware(RequestDelegate next) => _next = next;

            public async Task InvokeAsync(HttpContext context)
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                var buffer = new byte[4096];
                while (true)
                {
                    var result = await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted);
                    if (result.MessageType == WebSocketMessageType.Close)
                        return;
                    await {|WSA1001:_sendGate.WaitAsync(context.RequestAborted)|};
                    try
                    {
                        await socket.SendAsync(buffer.AsMemory(0, result.Count), result.MessageType, result.EndOfMessage, context.RequestAborted);
                    }
                    finally
                    {
                        _sendGate.Release();
                    }
                }
            }
        }
        """);

    [Fact]
    public Task Reports_gate_of_a_hosted_service_with_an_accept_loop() => ReportsAsync("""
        using Microsoft.Extensions.Hosting;

        class TcpService : BackgroundService
        {
            private readonly SemaphoreSlim _writeGate = new(1, 1);

            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                var listener = new TcpListener(IPAddress.Loopback, 5000);
                listener.Start();
                while (!stoppingToken.IsCancellationRequested)
                {
                    var client = await listener.AcceptTcpClientAsync(stoppingToken);
                    _ = ServeAsync(client, stoppingToken);
                }
            }

            private async Task ServeAsync(TcpClient client, CancellationToken token)
            {
                using var owned = client;
                var stream = client.GetStream();
                await {|WSA1001:_writeGate.WaitAsync(token)|};
                try
                {
                    await stream.WriteAsync("hello"u8.ToArray(), token);
                }
                finally
                {
                    _writeGate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Reports_gate_of_a_class_registered_as_singleton() => ReportsAsync("""
        using Microsoft.Extensions.DependencyInjection;

        class Pusher
        {
            private readonly SemaphoreSlim _gate = new(1, 1);

            public async Task PushAsync(WebSocket socket, byte[] message)
            {
                await {|WSA1001:_gate.WaitAsync()|};
                try
                {
                    await socket.SendAsync(message, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    _gate.Release();
                }
            }
        }

        static class Startup
        {
            public static void Configure(IServiceCollection services) => services.AddSingleton<Pusher>();
        }
        """);

    [Fact]
    public Task Reports_static_gate_in_a_hub() => ReportsAsync("""
        using Microsoft.AspNetCore.SignalR;

        class ChatHub : Hub
        {
            private static readonly SemaphoreSlim Gate = new(1, 1);

            public async Task Say(string text)
            {
                await {|WSA1001:Gate.WaitAsync(Context.ConnectionAborted)|};
                try
                {
                    await Clients.Caller.SendAsync("said", text);
                }
                finally
                {
                    Gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Reports_semaphore_captured_by_a_route_handler() => ReportsAsync("""
        // top-level
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;

        var app = WebApplication.CreateBuilder(args).Build();
        app.UseWebSockets();
        var gate = new SemaphoreSlim(1, 1);
        app.Map("/ws", async (HttpContext context) =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await {|WSA1001:gate.WaitAsync()|};
            try
            {
                await socket.SendAsync("hi"u8.ToArray(), WebSocketMessageType.Text, true, context.RequestAborted);
            }
            finally
            {
                gate.Release();
            }
        });
        app.Run();
        """);

    [Fact]
    public Task Reports_semaphore_captured_by_inline_middleware() => ReportsAsync("""
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;

        static class Pipeline
        {
            public static void Configure(IApplicationBuilder app)
            {
                var gate = new SemaphoreSlim(1, 1);
                app.Use(async (HttpContext context, RequestDelegate next) =>
                {
                    if (!context.WebSockets.IsWebSocketRequest)
                    {
                        await next(context);
                        return;
                    }

                    using var socket = await context.WebSockets.AcceptWebSocketAsync();
                    await {|WSA1001:gate.WaitAsync()|};
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Binary, true, context.RequestAborted);
                    gate.Release();
                });
            }
        }
        """);

    [Fact]
    public Task Reports_semaphore_captured_by_a_local_function_of_a_program() => ReportsAsync("""
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
        """);

    [Fact]
    public Task Reports_semaphore_captured_by_a_message_callback() => ReportsAsync("""
        static class Server
        {
            public static void Run(Fleck.IWebSocketServer server)
            {
                var gate = new SemaphoreSlim(1, 1);
                server.Start(socket =>
                {
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
        }
        """, Fleck);

    [Fact]
    public Task Reports_send_through_an_own_method() => ReportsAsync("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            internal static readonly SemaphoreSlim Gate = new(1, 1);

            public async Task SayAsync(string text)
            {
                await {|WSA1001:Gate.WaitAsync()|};
                try
                {
                    await SendCoreAsync(text);
                }
                finally
                {
                    Gate.Release();
                }
            }

            private Task SendCoreAsync(string text) =>
                socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, default);
        }
        """);

    [Fact]
    public Task Reports_close_and_receive_under_the_lock() => ReportsAsync("""
        class Session
        {
            private static readonly SemaphoreSlim Gate = new(1, 1);
            private readonly WebSocket _socket;

            public Session(WebSocket socket) => _socket = socket;

            public async Task CloseAsync()
            {
                await {|WSA1001:Gate.WaitAsync()|};
                try
                {
                    await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
                }
                finally
                {
                    Gate.Release();
                }
            }

            public async Task<int> ReadAsync(Memory<byte> buffer)
            {
                await {|WSA1001:Gate.WaitAsync()|};
                try
                {
                    return (await _socket.ReceiveAsync(buffer, default)).Count;
                }
                finally
                {
                    Gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Reports_timed_wait_in_both_senses() => ReportsAsync("""
        static class Sender
        {
            private static readonly SemaphoreSlim Gate = new(1, 1);

            public static async Task<bool> TryAsync(WebSocket socket, byte[] message)
            {
                if (!await {|WSA1001:Gate.WaitAsync(1000)|})
                    return false;
                try
                {
                    await socket.SendAsync(message, WebSocketMessageType.Text, true, default);
                    return true;
                }
                finally
                {
                    Gate.Release();
                }
            }

            public static async Task TryOtherwiseAsync(WebSocket socket, byte[] message)
            {
                if (await {|WSA1001:Gate.WaitAsync(0)|})
                {
                    await socket.SendAsync(message, WebSocketMessageType.Text, true, default);
                    Gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Reports_wait_inside_the_try() => ReportsAsync("""
        static class Sender
        {
            private static readonly SemaphoreSlim Gate = new(1, 1);

            public static async Task SendAsync(WebSocket socket, byte[] message)
            {
                try
                {
                    await {|WSA1001:Gate.WaitAsync()|};
                    await socket.SendAsync(message, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    Gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Reports_gate_made_in_the_constructor_of_a_manager() => ReportsAsync("""
        class Manager<TKey> where TKey : notnull
        {
            private readonly Dictionary<TKey, TcpClient> _clients = new();
            private readonly SemaphoreSlim _gate;

            public Manager() => _gate = new SemaphoreSlim(1, 1);

            public async Task SendAsync(TKey key, byte[] message)
            {
                var client = _clients[key];
                await {|WSA1001:_gate.WaitAsync()|};
                try
                {
                    await client.GetStream().WriteAsync(message);
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Reports_gate_of_the_server_used_by_its_sessions() => ReportsAsync("""
        class Server
        {
            internal readonly SemaphoreSlim Gate = new(1, 1);
            private readonly List<Session> _sessions = new();
        }

        class Session
        {
            private readonly Server server;
            private readonly WebSocket socket;
            public Session(Server server, WebSocket socket) { this.server = server; this.socket = socket; }

            public async Task SendAsync(byte[] message)
            {
                await {|WSA1001:server.Gate.WaitAsync()|};
                try
                {
                    await socket.SendAsync(message, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    server.Gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Reports_static_gate_in_a_class_that_is_a_connection_itself() => ReportsAsync("""
        abstract class Session : WebSocketSharp.WebSocket
        {
            private static readonly SemaphoreSlim Gate = new(1, 1);

            public async Task SayAsync(string text)
            {
                await {|WSA1001:Gate.WaitAsync()|};
                try
                {
                    Send(text);
                }
                finally
                {
                    Gate.Release();
                }
            }
        }
        """, """
        namespace WebSocketSharp
        {
            public abstract class WebSocket
            {
                public abstract void Send(string data);
            }
        }
        """);

    [Fact]
    public Task Ignores_gate_of_a_connection_class() => IgnoresAsync("""
        class ChatSession
        {
            private readonly WebSocket socket;
            public ChatSession(WebSocket socket) => this.socket = socket;

            private readonly SemaphoreSlim _gate = new(1, 1);

            public async Task SendAsync(byte[] message)
            {
                await _gate.WaitAsync();
                try
                {
                    await socket.SendAsync(message, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_static_gate_around_a_file_a_cache_and_a_dictionary() => IgnoresAsync("""
        class ChatSession
        {
            private readonly WebSocket socket;
            public ChatSession(WebSocket socket) => this.socket = socket;

            private static readonly SemaphoreSlim FileGate = new(1, 1);
            private static readonly Dictionary<string, string> Cache = new();

            public async Task SendAsync(string text)
            {
                await FileGate.WaitAsync();
                try
                {
                    await File.AppendAllTextAsync("log.txt", text);
                    Cache[text] = text;
                }
                finally
                {
                    FileGate.Release();
                }

                await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, default);
            }
        }
        """);

    [Fact]
    public Task Ignores_lock_released_before_the_send() => IgnoresAsync("""
        class Room
        {
            private readonly List<WebSocket> _members = new();
            private readonly SemaphoreSlim _gate = new(1, 1);

            public async Task BroadcastAsync(byte[] message)
            {
                WebSocket[] members;
                await _gate.WaitAsync();
                try
                {
                    members = _members.ToArray();
                }
                finally
                {
                    _gate.Release();
                }

                foreach (var member in members)
                    await member.SendAsync(message, WebSocketMessageType.Text, true, default);
            }
        }
        """);

    [Fact]
    public Task Ignores_the_one_outbound_client() => IgnoresAsync("""
        using Microsoft.Extensions.Hosting;

        class Feed : BackgroundService
        {
            private static readonly SemaphoreSlim StaticGate = new(1, 1);
            private readonly SemaphoreSlim _gate = new(1, 1);
            private readonly ClientWebSocket _client = new();

            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                await _gate.WaitAsync(stoppingToken);
                try
                {
                    await _client.ConnectAsync(new Uri("wss://example.org"), stoppingToken);
                }
                finally
                {
                    _gate.Release();
                }

                await StaticGate.WaitAsync(stoppingToken);
                try
                {
                    await _client.SendAsync(new byte[1], WebSocketMessageType.Binary, true, stoppingToken);
                }
                finally
                {
                    StaticGate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_the_one_client_in_a_wrapper_of_its_own() => IgnoresAsync("""
        using Microsoft.Extensions.Hosting;

        class Feed : BackgroundService
        {
            private readonly Client client;
            public Feed(Client client) => this.client = client;

            private readonly SemaphoreSlim _gate = new(1, 1);

            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                await _gate.WaitAsync(stoppingToken);
                try
                {
                    await SendCoreAsync(stoppingToken);
                }
                finally
                {
                    _gate.Release();
                }
            }

            private Task SendCoreAsync(CancellationToken token) => client.SendAsync(new byte[1], token);
        }

        class Client
        {
            private readonly ClientWebSocket _socket = new();

            public Task SendAsync(byte[] message, CancellationToken token) => _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        """);

    [Fact]
    public Task Ignores_the_one_static_client() => IgnoresAsync("""
        static class Feed
        {
            private static readonly SemaphoreSlim Gate = new(1, 1);
            private static readonly ClientWebSocket Client = new();

            public static async Task SendAsync(byte[] message)
            {
                await Gate.WaitAsync();
                try
                {
                    await Client.SendAsync(message, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    Gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_the_one_client_of_a_program() => IgnoresAsync("""
        static class Program
        {
            private static readonly SemaphoreSlim Gate = new(1, 1);

            public static async Task Main()
            {
                using var client = new ClientWebSocket();
                await client.ConnectAsync(new Uri("ws://localhost"), default);
                await Gate.WaitAsync();
                try
                {
                    await client.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    Gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_single_flight_of_a_reconnect() => IgnoresAsync("""
        using Microsoft.Extensions.Hosting;

        class Feed : BackgroundService
        {
            private readonly SemaphoreSlim _connectGate = new(1, 1);
            private ClientWebSocket? _client;

            protected override Task ExecuteAsync(CancellationToken stoppingToken) => EnsureConnectedAsync(stoppingToken);

            private async Task EnsureConnectedAsync(CancellationToken token)
            {
                await _connectGate.WaitAsync(token);
                try
                {
                    if (_client is { State: WebSocketState.Open })
                        return;
                    var client = new ClientWebSocket();
                    await client.ConnectAsync(new Uri("ws://localhost"), token);
                    _client = client;
                }
                finally
                {
                    _connectGate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_throttles() => IgnoresAsync("""
        static class Sender
        {
            private const int Max = 10;
            private static readonly SemaphoreSlim Throttle = new(Max, Max);
            private static readonly SemaphoreSlim Processors = new(Environment.ProcessorCount);

            public static async Task SendAsync(WebSocket socket, byte[] message)
            {
                await Throttle.WaitAsync();
                try
                {
                    await Processors.WaitAsync();
                    await socket.SendAsync(message, WebSocketMessageType.Text, true, default);
                    Processors.Release();
                }
                finally
                {
                    Throttle.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_gate_per_connection_kept_in_a_table() => IgnoresAsync("""
        using System.Runtime.CompilerServices;

        class Manager
        {
            private readonly ConcurrentDictionary<string, WebSocket> _sockets = new();
            private readonly ConditionalWeakTable<WebSocket, SemaphoreSlim> _gates = new();
            private readonly ConcurrentDictionary<string, SemaphoreSlim> _gatesById = new();

            public async Task SendAsync(string id, byte[] message)
            {
                var socket = _sockets[id];
                var gate = _gates.GetValue(socket, static _ => new SemaphoreSlim(1, 1));
                await gate.WaitAsync();
                try
                {
                    await socket.SendAsync(message, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    gate.Release();
                }
            }

            public async Task SendByIdAsync(string id, byte[] message)
            {
                var gate = _gatesById.GetOrAdd(id, _ => new SemaphoreSlim(1, 1));
                await gate.WaitAsync();
                try
                {
                    await _sockets[id].SendAsync(message, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_gate_declared_inside_the_handler() => IgnoresAsync("""
        // top-level
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;

        var app = WebApplication.CreateBuilder(args).Build();
        app.Map("/ws", async (HttpContext context) =>
        {
            var gate = new SemaphoreSlim(1, 1);
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await Task.WhenAll(PushAsync(), PushAsync());

            async Task PushAsync()
            {
                await gate.WaitAsync();
                try
                {
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Binary, true, context.RequestAborted);
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
    public Task Ignores_gate_of_a_helper_whose_lifetime_is_not_known() => IgnoresAsync("""
        class Sender
        {
            private readonly SemaphoreSlim _gate = new(1, 1);

            public async Task SendAsync(WebSocket socket, byte[] message)
            {
                await _gate.WaitAsync();
                try
                {
                    await socket.SendAsync(message, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_gate_that_is_handed_over() => IgnoresAsync("""
        static class Turn
        {
            private static readonly SemaphoreSlim Gate = new(1, 1);

            public static async Task BeginAsync(WebSocket socket)
            {
                await Gate.WaitAsync();
                await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
            }

            public static void End() => Gate.Release();
        }
        """);

    [Fact]
    public Task Ignores_sends_that_are_not_waited_for_under_the_lock() => IgnoresAsync("""
        class Room
        {
            private readonly List<WebSocket> _members = new();
            private readonly SemaphoreSlim _gate = new(1, 1);

            public async Task BroadcastAsync(byte[] message)
            {
                var sends = new List<Task>();
                await _gate.WaitAsync();
                try
                {
                    foreach (var member in _members)
                        sends.Add(member.SendAsync(new ArraySegment<byte>(message), WebSocketMessageType.Text, true, default));
                }
                finally
                {
                    _gate.Release();
                }

                await Task.WhenAll(sends);
            }
        }
        """);

    [Fact]
    public Task Ignores_semaphore_of_another_namespace() => IgnoresAsync("""
        namespace Own
        {
            class SemaphoreSlim
            {
                public SemaphoreSlim(int count) => Count = count;

                public int Count { get; }
                public Task WaitAsync() => Task.CompletedTask;
                public void Release() { }
            }

            static class Sender
            {
                private static readonly SemaphoreSlim Gate = new(1);

                public static async Task SendAsync(WebSocket socket)
                {
                    await Gate.WaitAsync();
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
                    Gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_socket_of_another_namespace() => IgnoresAsync("""
        namespace Own
        {
            class WebSocket
            {
                public Task SendAsync(byte[] message) => Task.CompletedTask;
            }

            static class Sender
            {
                private static readonly SemaphoreSlim Gate = new(1, 1);

                public static async Task SendAsync(WebSocket socket)
                {
                    await Gate.WaitAsync();
                    await socket.SendAsync(new byte[1]);
                    Gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_memory_stream_and_files_under_a_static_gate() => IgnoresAsync("""
        static class Store
        {
            private static readonly SemaphoreSlim Gate = new(1, 1);

            public static async Task WriteAsync(Stream file, WebSocket socket, byte[] data)
            {
                await Gate.WaitAsync();
                try
                {
                    await file.WriteAsync(data);
                }
                finally
                {
                    Gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_gate_of_a_transient_class_and_of_one_registered_both_ways() => IgnoresAsync("""
        using Microsoft.Extensions.DependencyInjection;

        class Pusher
        {
            private readonly SemaphoreSlim _gate = new(1, 1);

            public async Task PushAsync(WebSocket socket, byte[] message)
            {
                await _gate.WaitAsync();
                try
                {
                    await socket.SendAsync(message, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    _gate.Release();
                }
            }
        }

        static class Startup
        {
            public static void Configure(IServiceCollection services) => services.AddScoped<Pusher>();

            public static void ConfigureTests(IServiceCollection services) => services.AddSingleton<Pusher>();
        }
        """);

    [Fact]
    public Task Ignores_instance_gate_of_a_controller_and_of_a_hub() => IgnoresAsync("""
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.AspNetCore.SignalR;

        class SocketController : ControllerBase
        {
            private readonly SemaphoreSlim _gate = new(1, 1);

            public async Task Get()
            {
                using var socket = await HttpContext.WebSockets.AcceptWebSocketAsync();
                await _gate.WaitAsync();
                try
                {
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    _gate.Release();
                }
            }
        }

        class ChatHub : Hub
        {
            private readonly SemaphoreSlim _gate = new(1, 1);

            public async Task Say(string text)
            {
                await _gate.WaitAsync();
                try
                {
                    await Clients.All.SendAsync("said", text);
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        """);

    [Fact]
    public async Task Ignores_half_typed_code()
    {
        const string Source = """
            class Session
            {
                private static readonly SemaphoreSlim Gate = new(1, ;
                private readonly WebSocket _socket

                public async Task SendAsync(
                {
                    await Gate.WaitAsync(;
                    try { await _socket.SendAsync( } finally { Gate. }
                    await Gate.
            """;
        var test = new Verify.Test<LockingAnalyzer, EmptyCodeFixProvider>(Source) { CompilerDiagnostics = CompilerDiagnostics.None };
        await test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task Ignores_methods_that_call_each_other_for_ever() => IgnoresAsync("""
        class Loop
        {
            private static readonly SemaphoreSlim Gate = new(1, 1);
            private Loop Self => Self;

            public async Task AAsync()
            {
                await Gate.WaitAsync();
                try
                {
                    await BAsync();
                }
                finally
                {
                    Gate.Release();
                }
            }

            private Task BAsync() => Self.AAsync();
        }
        """);

    /// <summary>The members of Fleck that the tests use.</summary>
    private const string Fleck = """
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
        """;
}
