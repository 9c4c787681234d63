using WebSocketAnalyzers.CodeFixes.Fixes.Sending;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Sending;

public class ForgottenLoopTests
{
    /// <summary>Websocket.Client by name and shape.</summary>
    private const string WebsocketClient = """
        namespace Websocket.Client
        {
            public interface IWebsocketClient : IDisposable { Task Start(); Task StartOrFail(); Task Reconnect(); }
        }
        """;

    [Fact]
    public Task Reports_receive_loops_heartbeats_and_pumps() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket socket;
            private readonly IAsyncEnumerable<byte[]> outgoing;
            private readonly CancellationToken stopping;
            public Session(WebSocket socket, IAsyncEnumerable<byte[]> outgoing, CancellationToken stopping) { this.socket = socket; this.outgoing = outgoing; this.stopping = stopping; }

            public void Start()
            {
                {|WSA4013:ReceiveAsync()|};
                _ = {|WSA4013:HeartbeatAsync()|};
                var pump = {|WSA4013:PumpAsync()|};
                {|WSA4013:HeartbeatAsync()|}.ConfigureAwait(false);
            }

            private async Task ReceiveAsync()
            {
                var buffer = new byte[1024];
                while (socket.State == WebSocketState.Open)
                {
                    var result = await socket.ReceiveAsync(buffer, stopping);
                    if (result.MessageType == WebSocketMessageType.Close)
                        break;
                    Console.WriteLine(result.Count);
                }
            }

            private async Task HeartbeatAsync()
            {
                using var timer = new PeriodicTimer(TimeSpan.FromSeconds(5));
                while (await timer.WaitForNextTickAsync(stopping))
                    await PingAsync();
            }

            private async ValueTask PingAsync() => await socket.SendAsync(Array.Empty<byte>(), WebSocketMessageType.Binary, true, stopping);

            private async Task PumpAsync()
            {
                await foreach (var message in outgoing)
                    await socket.SendAsync(message, WebSocketMessageType.Binary, true, stopping);
            }
        }
        """);

    [Fact]
    public Task Reports_connects() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Client
        {
            private readonly ClientWebSocket socket = new();

            public Client(Uri uri, CancellationToken cancellation)
            {
                {|WSA4013:socket.ConnectAsync(uri, cancellation)|};
                _ = {|WSA4013:OpenAsync(uri, cancellation)|};
            }

            private async Task<bool> OpenAsync(Uri uri, CancellationToken cancellation)
            {
                await socket.ConnectAsync(uri, cancellation).ConfigureAwait(false);
                return true;
            }
        }
        """);

    [Fact]
    public Task Ignores_servers_of_plain_requests() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Redirects
        {
            public void Start(HttpListener listener)
            {
                _ = Task.Run(async () =>
                {
                    while (listener.IsListening)
                        Answer(await listener.GetContextAsync());
                });
                _ = ServeAsync(listener);
            }

            private async Task ServeAsync(HttpListener listener)
            {
                while (true)
                    Answer(await NextAsync(listener));
            }

            private async Task<HttpListenerContext> NextAsync(HttpListener listener) => await listener.GetContextAsync();

            private static void Answer(HttpListenerContext context)
            {
                context.Response.StatusCode = 302;
                context.Response.Close();
            }
        }
        """);

    [Fact]
    public Task Reports_servers_that_upgrade_requests() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Chat
        {
            public void Start(HttpListener listener)
            {
                _ = {|WSA4013:Task.Run(async () =>
                {
                    while (true)
                    {
                        var context = await listener.GetContextAsync();
                        var upgraded = await context.AcceptWebSocketAsync(null);
                        Console.WriteLine(upgraded.WebSocket.State);
                    }
                })|};
            }
        }
        """);

    [Fact]
    public Task Reports_loops_on_the_thread_pool() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Client
        {
            private readonly NetworkStream stream;
            public Client(NetworkStream stream) => this.stream = stream;

            public void Start(CancellationToken stopping)
            {
                {|WSA4013:Task.Run(ReadAsync)|};
                _ = {|WSA4013:Task.Run(() => PumpAsync(), stopping)|};
                Task task = {|WSA4013:Task.Run(async () => { await Task.Yield(); await PumpAsync(); })|};
            }

            private async Task ReadAsync()
            {
                var buffer = new byte[1024];
                while (await stream.ReadAsync(buffer) is var count and > 0)
                    Console.WriteLine(count);
            }

            private async Task PumpAsync()
            {
                while (true)
                {
                    await stream.WriteAsync(new byte[1]);
                    await Task.Delay(1000);
                }
            }
        }
        """);

    [Fact]
    public Task Reports_through_an_interface_with_one_implementation() => Verify.ReportsAsync<SendingAnalyzer>("""
        interface IConnection
        {
            ValueTask RunAsync(CancellationToken stopping);
        }

        class Connection : IConnection
        {
            private readonly WebSocket socket;
            public Connection(WebSocket socket) => this.socket = socket;

            public async ValueTask RunAsync(CancellationToken stopping)
            {
                var buffer = new byte[1024];
                for (; ; )
                {
                    var result = await socket.ReceiveAsync(buffer, stopping).ConfigureAwait(false);
                    if (result.MessageType == WebSocketMessageType.Close)
                        return;
                }
            }
        }

        class Manager
        {
            public void Add(IConnection connection) => _ = {|WSA4013:connection.RunAsync(CancellationToken.None)|};
        }
        """);

    [Fact]
    public Task Reports_guards_that_let_the_failure_out() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public void Start()
            {
                _ = {|WSA4013:OnlyCancellationAsync()|};
                _ = {|WSA4013:ThrowsOnAsync()|};
            }

            private async Task OnlyCancellationAsync()
            {
                try
                {
                    await PumpAsync();
                }
                catch (OperationCanceledException)
                {
                }
            }

            private async Task ThrowsOnAsync()
            {
                try
                {
                    await PumpAsync();
                }
                catch (Exception e)
                {
                    throw new InvalidOperationException("lost", e);
                }
                finally
                {
                    socket.Dispose();
                }
            }

            private async Task PumpAsync()
            {
                while (socket.State == WebSocketState.Open)
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Binary, true, default);
            }
        }
        """);

    [Fact]
    public Task Reports_what_waits_for_its_socket_elsewhere() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Feed
        {
            private readonly ClientWebSocket socket = new();
            private volatile bool running = true;

            public void Start(Uri uri) => {|WSA4013:RunAsync(uri)|};

            private async Task RunAsync(Uri uri)
            {
                await socket.ConnectAsync(uri, new CancellationTokenSource(1000).Token);
                await socket.SendAsync(new byte[] { 1 }, WebSocketMessageType.Binary, true, default);
                while (running)
                    await Task.Delay(100);
            }
        }
        """);

    [Fact]
    public Task Reports_handlers_that_accept_their_connection() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Server
        {
            private readonly HttpListener listener = new();
            private readonly ConcurrentDictionary<WebSocket, string> sockets = new();

            public async Task RunAsync()
            {
                while (true)
                {
                    var context = await listener.GetContextAsync();
                    {|WSA4013:Task.Run(async () =>
                    {
                        var accepted = await context.AcceptWebSocketAsync(subProtocol: null);
                        sockets.TryAdd(accepted.WebSocket, "");
                    })|};
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_handlers_that_see_why_they_cannot_accept() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Server
        {
            private readonly HttpListener listener = new();
            private readonly ConcurrentDictionary<WebSocket, string> sockets = new();

            public async Task RunAsync()
            {
                while (true)
                {
                    var context = await listener.GetContextAsync();
                    _ = Task.Run(async () =>
                    {
                        try
                        {
                            var accepted = await context.AcceptWebSocketAsync(subProtocol: null);
                            sockets.TryAdd(accepted.WebSocket, "");
                        }
                        catch (Exception e)
                        {
                            Console.WriteLine(e);
                        }
                    });
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_loops_that_see_their_failures() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket socket;
            public event Action Closed;
            public Session(WebSocket socket) => this.socket = socket;

            public void Start(CancellationToken stopping)
            {
                _ = ReceiveAsync(stopping);
                _ = ForeverAsync(stopping);
                Task.Run(() => TypedAsync(stopping));
                LoggedAsync(stopping);
                _ = OuterAsync(stopping);
            }

            private async Task ReceiveAsync(CancellationToken stopping)
            {
                Console.WriteLine("reading");
                try
                {
                    await ReadAsync(stopping);
                }
                catch
                {
                }

                // The connection's own failure has been caught.
                Closed?.Invoke();
            }

            private async Task ForeverAsync(CancellationToken stopping)
            {
                while (!stopping.IsCancellationRequested)
                {
                    try
                    {
                        await ReadAsync(stopping);
                    }
                    catch (Exception e) when (e is not OperationCanceledException)
                    {
                        Console.Error.WriteLine(e);
                    }

                    await Task.Delay(1000, stopping);
                }
            }

            private async Task TypedAsync(CancellationToken stopping)
            {
                try
                {
                    await ReadAsync(stopping);
                }
                catch (OperationCanceledException)
                {
                }
                catch (WebSocketException e)
                {
                    Console.Error.WriteLine(e.Message);
                }
            }

            private async Task LoggedAsync(CancellationToken stopping)
            {
                try
                {
                    await ReadAsync(stopping);
                }
                catch (Exception e)
                {
                    Console.Error.WriteLine(e);
                    throw;
                }
            }

            private Task OuterAsync(CancellationToken stopping) => ReceiveAsync(stopping);

            private async Task ReadAsync(CancellationToken stopping)
            {
                var buffer = new byte[1024];
                while ((await socket.ReceiveAsync(buffer, stopping)).MessageType != WebSocketMessageType.Close)
                    Console.WriteLine(buffer[0]);
            }
        }
        """);

    [Fact]
    public Task Ignores_tasks_that_somebody_looks_at() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket socket;
            private Task loop;
            private readonly ConcurrentDictionary<int, Task> loops = new();
            public Session(WebSocket socket) => this.socket = socket;

            public void Start()
            {
                loop = ReadAsync();
                loops[1] = ReadAsync();
                ReadAsync().ContinueWith(task => Console.Error.WriteLine(task.Exception), TaskContinuationOptions.OnlyOnFaulted);
                var started = Task.Run(ReadAsync);
                Watch(started);
                Watch(ReadAsync());
            }

            public async Task RunAsync()
            {
                var reading = ReadAsync();
                await Task.WhenAny(reading, Task.Delay(1000));
                await ReadAsync().ConfigureAwait(false);
            }

            private static async void Watch(Task task)
            {
                try
                {
                    await task;
                }
                catch (Exception e)
                {
                    Console.Error.WriteLine(e);
                }
            }

            private async Task ReadAsync()
            {
                var buffer = new byte[1024];
                while ((await socket.ReceiveAsync(buffer, default)).MessageType != WebSocketMessageType.Close)
                    Console.WriteLine(buffer[0]);
            }
        }
        """);

    [Fact]
    public Task Ignores_loops_that_tell_their_end_otherwise() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            public async Task ServeAsync(WebSocket socket)
            {
                var ended = new TaskCompletionSource();
                _ = ReadAsync(socket, ended);
                await ended.Task;
            }

            private static async Task ReadAsync(WebSocket socket, TaskCompletionSource ended)
            {
                var buffer = new byte[1024];
                while ((await socket.ReceiveAsync(buffer, default)).MessageType != WebSocketMessageType.Close)
                    Console.WriteLine(buffer[0]);
                ended.TrySetResult();
            }
        }
        """);

    [Fact]
    public Task Ignores_loops_without_a_connection_and_what_is_called_alike() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class WebSocket
        {
            public Task<int> ReceiveAsync() => Task.FromResult(0);
            public Task ConnectAsync() => Task.CompletedTask;
        }

        class Mail
        {
            private readonly WebSocket socket = new();

            public void Start()
            {
                _ = ReadAsync();
                _ = CleanUpAsync();
                socket.ConnectAsync();
            }

            private async Task ReadAsync()
            {
                while (await socket.ReceiveAsync() > 0)
                    await Task.Delay(1);
            }

            private async Task CleanUpAsync()
            {
                while (true)
                {
                    File.Delete("old");
                    await Task.Delay(1000);
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_interfaces_with_several_implementations() => Verify.IgnoresAsync<SendingAnalyzer>("""
        interface IFeed
        {
            Task RunAsync();
        }

        class SocketFeed : IFeed
        {
            private readonly WebSocket socket;
            public SocketFeed(WebSocket socket) => this.socket = socket;

            public async Task RunAsync()
            {
                while (true)
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Binary, true, default);
            }
        }

        class NoFeed : IFeed
        {
            public Task RunAsync() => Task.CompletedTask;
        }

        class Host
        {
            public void Start(IFeed feed) => feed.RunAsync();
        }
        """);

    [Fact]
    public Task Ignores_a_loop_started_by_what_it_waits_for() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Client
        {
            private readonly WebSocket socket;
            private Task reading = Task.CompletedTask;
            public Client(WebSocket socket) => this.socket = socket;

            public void Start() => reading = ReadAsync();

            private async Task ReadAsync()
            {
                var buffer = new byte[1024];
                while ((await socket.ReceiveAsync(buffer, default)).MessageType != WebSocketMessageType.Close)
                    Console.WriteLine(buffer[0]);
                _ = RestartAsync();
            }

            private async Task RestartAsync()
            {
                await reading;
                while (socket.State != WebSocketState.Closed)
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Binary, true, default);
            }
        }
        """);

    [Fact]
    public Task Ignores_recursion_and_half_typed_code() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Client
        {
            public void Start(WebSocket socket)
            {
                _ = AgainAsync(socket, 3);
                _ = {|CS0103:MissingAsync|}(socket);
                socket.{|CS1061:OpenAsync|}();
                Task.Run({|CS0103:Unknown|});
            }

            private async Task AgainAsync(WebSocket socket, int depth)
            {
                while (depth > 0)
                {
                    await AgainAsync(socket, depth - 1);
                    depth--;
                }
            }
        }
        """);

    [Fact]
    public Task Fixes_the_last_act_of_a_handler_by_awaiting_it() => Verify.FixesAsync<SendingAnalyzer, ForgottenLoopCodeFix>("""
        class Session
        {
            public async Task HandleAsync(WebSocket socket, CancellationToken stopping)
            {
                await socket.SendAsync(new byte[] { 1 }, WebSocketMessageType.Binary, true, stopping);
                // from now on
                _ = {|WSA4013:ReadAsync(socket, stopping)|}; // until it closes
            }

            private async Task ReadAsync(WebSocket socket, CancellationToken stopping)
            {
                var buffer = new byte[1024];
                while ((await socket.ReceiveAsync(buffer, stopping)).MessageType != WebSocketMessageType.Close)
                    Console.WriteLine(buffer[0]);
            }
        }
        """, """
        class Session
        {
            public async Task HandleAsync(WebSocket socket, CancellationToken stopping)
            {
                await socket.SendAsync(new byte[] { 1 }, WebSocketMessageType.Binary, true, stopping);
                // from now on
                await ReadAsync(socket, stopping); // until it closes
            }

            private async Task ReadAsync(WebSocket socket, CancellationToken stopping)
            {
                var buffer = new byte[1024];
                while ((await socket.ReceiveAsync(buffer, stopping)).MessageType != WebSocketMessageType.Close)
                    Console.WriteLine(buffer[0]);
            }
        }
        """, "AwaitLoop");

    [Fact]
    public Task Fixes_a_connect_by_awaiting_it() => Verify.FixesAsync<SendingAnalyzer, ForgottenLoopCodeFix>("""
        class Client
        {
            private readonly ClientWebSocket socket = new();

            public async Task StartAsync(Uri uri, CancellationToken cancellation)
            {
                {|WSA4013:socket.ConnectAsync(uri, cancellation)|};
                await Task.Delay(1000, cancellation).ConfigureAwait(false);
            }
        }
        """, """
        class Client
        {
            private readonly ClientWebSocket socket = new();

            public async Task StartAsync(Uri uri, CancellationToken cancellation)
            {
                await socket.ConnectAsync(uri, cancellation).ConfigureAwait(false);
                await Task.Delay(1000, cancellation).ConfigureAwait(false);
            }
        }
        """);

    [Fact]
    public Task Fixes_by_keeping_the_task_for_the_shutdown() => Verify.FixesAsync<SendingAnalyzer, ForgottenLoopCodeFix>("""
        class Client
        {
            private readonly ClientWebSocket _socket = new();
            // Ends the loops.
            private readonly CancellationTokenSource _stopping = new();

            public async Task StartAsync(Uri uri)
            {
                await _socket.ConnectAsync(uri, _stopping.Token);
                _ = {|WSA4013:ReceiveLoopAsync(_stopping.Token)|}; // reads
                {|WSA4013:Task.Run(() => HeartbeatAsync(_stopping.Token))|};
                Console.WriteLine("started");
            }

            public async Task StopAsync()
            {
                Console.WriteLine("stopping");
                _stopping.Cancel();
                _socket.Dispose();
                await Task.Yield();
            }

            private async Task ReceiveLoopAsync(CancellationToken cancellation)
            {
                var buffer = new byte[1024];
                while ((await _socket.ReceiveAsync(buffer, cancellation)).MessageType != WebSocketMessageType.Close)
                    Console.WriteLine(buffer[0]);
            }

            private async Task HeartbeatAsync(CancellationToken cancellation)
            {
                while (true)
                {
                    await PingAsync(cancellation);
                    await Task.Delay(1000, cancellation);
                }
            }

            private Task PingAsync(CancellationToken cancellation) => _socket.SendAsync(new byte[1], WebSocketMessageType.Binary, true, cancellation);
        }
        """, """
        class Client
        {
            private readonly ClientWebSocket _socket = new();
            // Ends the loops.
            private readonly CancellationTokenSource _stopping = new();
            private Task _heartbeatTask = Task.CompletedTask;
            private Task _receiveLoopTask = Task.CompletedTask;

            public async Task StartAsync(Uri uri)
            {
                await _socket.ConnectAsync(uri, _stopping.Token);
                _receiveLoopTask = ReceiveLoopAsync(_stopping.Token); // reads
                _heartbeatTask = Task.Run(() => HeartbeatAsync(_stopping.Token));
                Console.WriteLine("started");
            }

            public async Task StopAsync()
            {
                Console.WriteLine("stopping");
                _stopping.Cancel();
                try
                {
                    await _heartbeatTask;
                }
                catch (OperationCanceledException)
                {
                }
                try
                {
                    await _receiveLoopTask;
                }
                catch (OperationCanceledException)
                {
                }
                _socket.Dispose();
                await Task.Yield();
            }

            private async Task ReceiveLoopAsync(CancellationToken cancellation)
            {
                var buffer = new byte[1024];
                while ((await _socket.ReceiveAsync(buffer, cancellation)).MessageType != WebSocketMessageType.Close)
                    Console.WriteLine(buffer[0]);
            }

            private async Task HeartbeatAsync(CancellationToken cancellation)
            {
                while (true)
                {
                    await PingAsync(cancellation);
                    await Task.Delay(1000, cancellation);
                }
            }

            private Task PingAsync(CancellationToken cancellation) => _socket.SendAsync(new byte[1], WebSocketMessageType.Binary, true, cancellation);
        }
        """, "KeepTask");

    [Fact]
    public Task OffersNoFix_where_the_await_would_hang() => Verify.OffersNoFixAsync<SendingAnalyzer, ForgottenLoopCodeFix>("""
        class Client
        {
            private readonly ClientWebSocket socket = new();
            private readonly CancellationTokenSource stopping = new();
            private readonly CancellationTokenSource asking = new();

            public async Task StartAsync(Uri uri)
            {
                await socket.ConnectAsync(uri, stopping.Token);
                // Something comes behind it, and no cancellation ends it.
                _ = {|WSA4013:DeafAsync(stopping.Token)|};
                // It stops the type itself.
                _ = {|WSA4013:LeavingAsync(stopping.Token)|};
                // Nothing cancels its token.
                _ = {|WSA4013:AskAsync(asking.Token)|};
                Console.WriteLine("started");
            }

            public async Task StopAsync()
            {
                stopping.Cancel();
                await Task.Yield();
            }

            private async Task DeafAsync(CancellationToken cancellation)
            {
                while (!cancellation.IsCancellationRequested)
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Binary, true, CancellationToken.None);
            }

            private async Task LeavingAsync(CancellationToken cancellation)
            {
                while (true)
                {
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Binary, true, cancellation);
                    if (socket.State != WebSocketState.Open)
                        await StopAsync();
                }
            }

            private async Task AskAsync(CancellationToken cancellation)
            {
                while (true)
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Binary, true, cancellation);
            }
        }
        """);

    [Fact]
    public Task OffersNoFix_in_accept_loops_and_constructors() => Verify.OffersNoFixAsync<SendingAnalyzer, ForgottenLoopCodeFix>("""
        class Server
        {
            public Server(ClientWebSocket socket, Uri uri, CancellationToken cancellation) => {|WSA4013:socket.ConnectAsync(uri, cancellation)|};

            public async Task RunAsync(TcpListener listener)
            {
                while (true)
                {
                    var client = await listener.AcceptTcpClientAsync();
                    _ = {|WSA4013:ServeAsync(client)|};
                }
            }

            private static async Task ServeAsync(TcpClient client)
            {
                using var owned = client;
                var buffer = new byte[1024];
                while (await owned.GetStream().ReadAsync(buffer) is var count and > 0)
                    Console.WriteLine(count);
            }
        }
        """);

    [Fact]
    public Task Ignores_connects_that_tell_of_their_failure_elsewhere() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Feed
        {
            private readonly Websocket.Client.IWebsocketClient _client;

            public Feed(Websocket.Client.IWebsocketClient client) => _client = client;

            public void Start()
            {
                _client.Start();
                _ = _client.Reconnect();
                OpenAsync();
                Task.Run(() => _client.Start());
                Func<Task> open = _client.Start;
                open();
            }

            public async void OnTick(object? sender, EventArgs e) => await _client.Reconnect();

            private async Task OpenAsync()
            {
                await _client.Start();
                Console.WriteLine("started");
            }
        }

        """ + WebsocketClient);

    [Fact]
    public Task Reports_connects_of_such_clients_that_fail() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Feed
        {
            private readonly Websocket.Client.IWebsocketClient _client;

            public Feed(Websocket.Client.IWebsocketClient client) => _client = client;

            public void Start()
            {
                {|WSA4013:_client.StartOrFail()|};
                {|WSA4013:OpenAsync()|};
            }

            private async Task OpenAsync()
            {
                await _client.StartOrFail();
                Console.WriteLine("started");
            }
        }

        """ + WebsocketClient);
}
