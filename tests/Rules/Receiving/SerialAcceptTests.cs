using WebSocketAnalyzers.CodeFixes.Fixes.Receiving;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Receiving;

public class SerialAcceptTests
{
    /// <summary>Handlers that go on until their connection ends, and some that do not.</summary>
    private const string Handlers = """
        static class Handle
        {
            public static async Task EchoAsync(WebSocket socket)
            {
                var buffer = new byte[4096];
                var result = await socket.ReceiveAsync(buffer, default);
                while (!result.CloseStatus.HasValue)
                {
                    await socket.SendAsync(buffer.AsMemory(0, result.Count), result.MessageType, result.EndOfMessage, default);
                    result = await socket.ReceiveAsync(buffer, default);
                }

                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
            }

            public static async Task ReadAsync(TcpClient client, CancellationToken stopping = default)
            {
                using (client)
                {
                    var buffer = new byte[4096];
                    while (true)
                    {
                        var count = await client.GetStream().ReadAsync(buffer, stopping);
                        if (count == 0)
                            break;
                    }
                }
            }

            public static async ValueTask ReadValueAsync(TcpClient client) => await ReadAsync(client);

            public static async Task AnswerAsync(TcpClient client)
            {
                using (client)
                {
                    var buffer = new byte[4096];
                    var count = await client.GetStream().ReadAsync(buffer);
                    await client.GetStream().WriteAsync(buffer.AsMemory(0, count));
                }
            }

            public static async Task SaveAsync(HttpListenerContext context)
            {
                var buffer = new byte[4096];
                while (await context.Request.InputStream.ReadAsync(buffer) > 0)
                {
                }

                context.Response.Close();
            }
        }
        """;

    [Fact]
    public Task Reports_a_listener_that_upgrades_in_its_loop() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Program
        {
            static async Task Main()
            {
                var listener = new HttpListener();
                listener.Start();
                while (true)
                {
                    HttpListenerContext context = await listener.GetContextAsync();
                    if (context.Request.IsWebSocketRequest)
                    {
                        HttpListenerWebSocketContext accepted = await context.AcceptWebSocketAsync(null);
                        WebSocket socket = accepted.WebSocket;
                        await {|WSA5013:Handle.EchoAsync(socket)|};
                    }
                    else
                    {
                        context.Response.StatusCode = 400;
                        context.Response.Close();
                    }
                }
            }
        }
        """, Handlers);

    [Fact]
    public Task Reports_listeners_of_sockets() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Server
        {
            private readonly TcpListener _listener;

            public Server(TcpListener listener) => _listener = listener;

            public async Task RunAsync(CancellationToken stopping)
            {
                while (!stopping.IsCancellationRequested)
                {
                    var client = await _listener.AcceptTcpClientAsync(stopping).ConfigureAwait(false);
                    await {|WSA5013:Handle.ReadAsync(client, stopping)|}.ConfigureAwait(false);
                }
            }

            public async Task InlineAsync()
            {
                for (;;)
                    await {|WSA5013:Handle.ReadAsync(await _listener.AcceptTcpClientAsync())|};
            }
        }
        """, Handlers);

    [Fact]
    public Task Reports_a_session_over_the_connection() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        interface IServe { Task RunAsync(); }

        class Session : IServe
        {
            private readonly TcpClient _client;
            public Session(TcpClient client) => _client = client;
            public Task RunAsync() => Handle.ReadAsync(_client);
        }

        class Server
        {
            async Task RunAsync(TcpListener listener)
            {
                while (true)
                {
                    using var client = await listener.AcceptTcpClientAsync();
                    IServe session = new Session(client);
                    await {|WSA5013:session.RunAsync()|};
                }
            }
        }
        """, Handlers);

    [Fact]
    public Task Reports_a_receive_loop_on_the_spot() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Server
        {
            async Task RunAsync(Socket listener, CancellationToken stopping)
            {
                var buffer = new byte[4096];
                while (true)
                {
                    using var peer = await listener.AcceptAsync(stopping);
                    int count;
                    while ((count = await {|WSA5013:peer.ReceiveAsync(buffer, stopping)|}) > 0 && await peer.SendAsync(buffer.AsMemory(0, count), stopping) > 0)
                    {
                        if (await peer.ReceiveAsync(buffer, stopping) == 0)
                            break;
                    }
                }
            }
        }
        """);

    [Fact]
    public Task Reports_an_accept_that_ends_with_its_listener() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        using Microsoft.AspNetCore.Connections;
        class Server
        {
            async Task RunAsync(IConnectionListener listener)
            {
                while (await listener.AcceptAsync() is { } connection)
                    await {|WSA5013:ServeAsync(connection)|};
            }

            async Task ServeAsync(ConnectionContext connection)
            {
                while (true)
                {
                    var result = await connection.Transport.Input.ReadAsync();
                    if (result.IsCompleted)
                        return;
                    connection.Transport.Input.AdvanceTo(result.Buffer.End);
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_handlers_that_are_started() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Server
        {
            private readonly List<Task> _handlers = new();

            async Task TrackedAsync(TcpListener listener)
            {
                while (true)
                {
                    var client = await listener.AcceptTcpClientAsync();
                    _handlers.Add(Handle.ReadAsync(client));
                }
            }

            async Task DroppedAsync(TcpListener listener)
            {
                while (true)
                {
                    var client = await listener.AcceptTcpClientAsync();
                    _ = Handle.ReadAsync(client);
                    _ = Task.Run(async () => await Handle.ReadAsync(client));
                    async void Start() => await Handle.ReadAsync(client);
                    Start();
                }
            }
        }
        """, Handlers);

    [Fact]
    public Task Ignores_one_exchange_a_connection() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Server
        {
            async Task RunAsync(TcpListener listener)
            {
                while (true)
                {
                    var client = await listener.AcceptTcpClientAsync();
                    await Handle.AnswerAsync(client);
                }
            }

            async Task RawAsync(Socket listener)
            {
                var buffer = new byte[10];
                while (true)
                {
                    using var peer = await listener.AcceptAsync();
                    for (var read = 0; read < buffer.Length;)
                        read += await peer.ReceiveAsync(buffer.AsMemory(read));
                }
            }
        }
        """, Handlers);

    [Fact]
    public Task Ignores_requests_that_are_never_upgraded() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Server
        {
            async Task RunAsync(HttpListener listener)
            {
                while (true)
                {
                    var context = await listener.GetContextAsync();
                    await Handle.SaveAsync(context);
                }
            }
        }
        """, Handlers);

    [Fact]
    public Task Ignores_workers() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Server
        {
            private readonly TcpListener _listener;

            public Server(TcpListener listener) => _listener = listener;

            public async Task RunAsync()
            {
                var workers = new List<Task>();
                for (var i = 0; i < 16; i++)
                    workers.Add(WorkAsync());
                await Task.WhenAll(workers);
            }

            public Task LinqAsync() => Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
            {
                while (true)
                    await Handle.ReadAsync(await _listener.AcceptTcpClientAsync());
            }));

            private async Task WorkAsync()
            {
                while (true)
                {
                    var client = await _listener.AcceptTcpClientAsync();
                    await Handle.ReadAsync(client);
                }
            }
        }
        """, Handlers);

    [Fact]
    public Task Ignores_loops_that_end_and_single_accepts() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Server
        {
            async Task ThreeAsync(TcpListener listener)
            {
                for (var i = 0; i < 3; i++)
                    await Handle.ReadAsync(await listener.AcceptTcpClientAsync());
            }

            async Task OneAsync(TcpListener listener)
            {
                var client = await listener.AcceptTcpClientAsync();
                await Handle.ReadAsync(client);
            }
        }
        """, Handlers);

    [Fact]
    public Task Ignores_connections_that_leave_sight() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        interface IHandler { Task HandleAsync(TcpClient client); }

        class Server
        {
            private TcpClient? _current;

            async Task FieldAsync(TcpListener listener)
            {
                while (true)
                {
                    _current = await listener.AcceptTcpClientAsync();
                    await ServeCurrentAsync();
                }
            }

            Task ServeCurrentAsync() => Handle.ReadAsync(_current!);

            async Task DelegateAsync(TcpListener listener, Func<TcpClient, Task> serve, IHandler handler, TcpClient other)
            {
                while (true)
                {
                    var client = await listener.AcceptTcpClientAsync();
                    await serve(client);
                    await handler.HandleAsync(client);
                    await Handle.ReadAsync(other);
                }
            }
        }
        """, Handlers);

    [Fact]
    public Task Ignores_listeners_of_the_same_name() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        namespace Acme
        {
            class TcpListener { public Task<TcpClient> AcceptTcpClientAsync() => Task.FromResult(new TcpClient()); }

            class Server
            {
                async Task RunAsync(TcpListener listener)
                {
                    while (true)
                        await Handle.ReadAsync(await listener.AcceptTcpClientAsync());
                }
            }
        }
        """, Handlers);

    [Fact]
    public Task Ignores_half_typed_and_recursive_code() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Server
        {
            async Task RunAsync(TcpListener listener)
            {
                while (true)
                {
                    var client = await listener.AcceptTcpClientAsync();
                    await AgainAsync(client);
                    await {|CS0103:Serve|}(client);
                    await Handle.{|CS0117:EndAsync|}(client);
                }
            }

            async Task AgainAsync(TcpClient client) => await AgainAsync(client);
        }
        """, Handlers);

    [Fact]
    public Task Fixes_the_listener() => Verify.FixesAsync<ReceivingAnalyzer, SerialAcceptCodeFix>(
        """
        class Program
        {
            static async Task Main()
            {
                var listener = new HttpListener();

                // one after the other
                while (true)
                {
                    var context = await listener.GetContextAsync();
                    if (context.Request.IsWebSocketRequest)
                    {
                        var accepted = await context.AcceptWebSocketAsync(null);
                        // until it closes
                        await {|WSA5013:EchoAsync(accepted.WebSocket)|}; // slow
                    }
                    else
                    {
                        context.Response.Close();
                    }
                } // for ever
            }

            static async Task EchoAsync(WebSocket socket)
            {
                var buffer = new byte[4096];
                ValueWebSocketReceiveResult result;
                while ((result = await socket.ReceiveAsync(buffer.AsMemory(), default)).MessageType != WebSocketMessageType.Close)
                    await socket.SendAsync(buffer.AsMemory(0, result.Count), result.MessageType, result.EndOfMessage, default);
            }
        }
        """,
        """
        class Program
        {
            static async Task Main()
            {
                var listener = new HttpListener();

                // one after the other
                var handlers = new List<Task>();
                try
                {
                    while (true)
                    {
                        var context = await listener.GetContextAsync();
                        if (context.Request.IsWebSocketRequest)
                        {
                            var accepted = await context.AcceptWebSocketAsync(null);
                            // until it closes
                            handlers.Add(EchoAsync(accepted.WebSocket)); // slow
                            handlers.RemoveAll(handler => handler.IsCompletedSuccessfully);
                        }
                        else
                        {
                            context.Response.Close();
                        }
                    }
                }
                finally
                {
                    await Task.WhenAll(handlers);
                } // for ever
            }

            static async Task EchoAsync(WebSocket socket)
            {
                var buffer = new byte[4096];
                ValueWebSocketReceiveResult result;
                while ((result = await socket.ReceiveAsync(buffer.AsMemory(), default)).MessageType != WebSocketMessageType.Close)
                    await socket.SendAsync(buffer.AsMemory(0, result.Count), result.MessageType, result.EndOfMessage, default);
            }
        }
        """);

    private const string Reader = """
            static async Task ReadAsync(TcpClient client, CancellationToken stopping)
            {
                using (client)
                {
                    var buffer = new byte[4096];
                    while (await client.GetStream().ReadAsync(buffer, stopping) > 0)
                    {
                    }
                }
            }

            static async ValueTask ReadValueAsync(TcpClient client, CancellationToken stopping) => await ReadAsync(client, stopping).ConfigureAwait(false);
        """;

    [Fact]
    public Task FixesAll_of_two_loops_with_two_handlers() => Verify.FixesAsync<ReceivingAnalyzer, SerialAcceptCodeFix>(
        $$"""
        class Server
        {
            private readonly TcpListener _listener;

            public Server(TcpListener listener) => _listener = listener;

            async Task RunAsync(string handler, CancellationToken stopping)
            {
                while (!stopping.IsCancellationRequested)
                {
                    var client = await _listener.AcceptTcpClientAsync(stopping).ConfigureAwait(false);
                    if (handler == "value")
                        await {|WSA5013:ReadValueAsync(client, stopping)|}.ConfigureAwait(false);
                    else
                        await {|WSA5013:ReadAsync(client, stopping)|}.ConfigureAwait(false);
                }
            }

        {{Reader}}
        }
        """,
        $$"""
        class Server
        {
            private readonly TcpListener _listener;

            public Server(TcpListener listener) => _listener = listener;

            async Task RunAsync(string handler, CancellationToken stopping)
            {
                var handlers = new List<Task>();
                try
                {
                    while (!stopping.IsCancellationRequested)
                    {
                        var client = await _listener.AcceptTcpClientAsync(stopping).ConfigureAwait(false);
                        if (handler == "value")
                        {
                            handlers.Add(ReadValueAsync(client, stopping).AsTask());
                            handlers.RemoveAll(handler2 => handler2.IsCompletedSuccessfully);
                        }
                        else
                        {
                            handlers.Add(ReadAsync(client, stopping));
                            handlers.RemoveAll(handler2 => handler2.IsCompletedSuccessfully);
                        }
                    }
                }
                finally
                {
                    await Task.WhenAll(handlers).ConfigureAwait(false);
                }
            }

        {{Reader}}
        }
        """);

    [Theory]
    [InlineData("using var client = await _listener.AcceptTcpClientAsync(stopping);", "await {|WSA5013:ReadAsync(client, stopping)|};")]
    [InlineData("var client = await _listener.AcceptTcpClientAsync(stopping);", "try { await {|WSA5013:ReadAsync(client, stopping)|}; } catch (IOException) { }")]
    [InlineData("var client = await _listener.AcceptTcpClientAsync(stopping);", "using (client) await {|WSA5013:ReadAsync(client, stopping)|};")]
    [InlineData("var client = await _listener.AcceptTcpClientAsync(stopping);", "await {|WSA5013:ReadAsync(client, stopping)|}; client.Close();")]
    [InlineData("var client = await _listener.AcceptTcpClientAsync(stopping);", "var stream = client.GetStream(); while (await {|WSA5013:stream.ReadAsync(new byte[9], stopping)|} > 0) { }")]
    public Task OffersNoFix_where_the_turn_goes_on_behind_the_handler(string accept, string serve) => Verify.OffersNoFixAsync<ReceivingAnalyzer, SerialAcceptCodeFix>($$"""
        class Server
        {
            private readonly TcpListener _listener;

            public Server(TcpListener listener) => _listener = listener;

            async Task RunAsync(CancellationToken stopping)
            {
                while (true)
                {
                    {{accept}}
                    {{serve}}
                }
            }

        {{Reader}}
        }
        """);
}
