using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Testing;
using WebSocketAnalyzers.CodeFixes.Fixes.Lifetime;
using WebSocketAnalyzers.Rules.Lifetime;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Lifetime;

public class UndisposedConnectionTests
{
    /// <summary>The SignalR client by name and shape: its package is not referenced here.</summary>
    private const string SignalRClient = """
        namespace Microsoft.AspNetCore.SignalR.Client
        {
            public class HubConnection : IAsyncDisposable
            {
                public event Func<Exception?, Task>? Closed;
                public Task StartAsync(CancellationToken cancellation = default) => Closed?.Invoke(null) ?? Task.CompletedTask;
                public Task StopAsync(CancellationToken cancellation = default) => Task.CompletedTask;
                public ValueTask DisposeAsync() => default;
            }

            public interface IHubConnectionBuilder { HubConnection Build(); }

            public class HubConnectionBuilder : IHubConnectionBuilder { public HubConnection Build() => new(); }

            public static class HubConnectionExtensions
            {
                public static IHubConnectionBuilder WithUrl(this IHubConnectionBuilder builder, string url) => builder;
                public static Task SendAsync(this HubConnection connection, string method, object? argument, CancellationToken cancellation = default) => Task.CompletedTask;
                public static IDisposable On<T>(this HubConnection connection, string method, Action<T> handler) => throw null!;
            }
        }
        """;

    /// <summary>A gRPC call by name and shape.</summary>
    private const string Grpc = """
        namespace Grpc.Core
        {
            public interface IAsyncStreamReader<out T> { T Current { get; } Task<bool> MoveNext(CancellationToken cancellation); }
            public interface IClientStreamWriter<in T> { Task WriteAsync(T message); Task CompleteAsync(); }
            public sealed class AsyncDuplexStreamingCall<TRequest, TResponse> : IDisposable
            {
                public IAsyncStreamReader<TResponse> ResponseStream => throw null!;
                public IClientStreamWriter<TRequest> RequestStream => throw null!;
                public void Dispose() { }
            }
            public sealed class AsyncServerStreamingCall<TResponse> : IDisposable
            {
                public IAsyncStreamReader<TResponse> ResponseStream => throw null!;
                public void Dispose() { }
            }
            public static class AsyncStreamReaderExtensions
            {
                public static IAsyncEnumerable<T> ReadAllAsync<T>(this IAsyncStreamReader<T> reader, CancellationToken cancellation = default) => throw null!;
            }
        }

        public class PriceClient
        {
            public Grpc.Core.AsyncServerStreamingCall<string> Subscribe(string symbol) => new();
            public Grpc.Core.AsyncDuplexStreamingCall<string, string> Chat() => new();
        }
        """;

    [Fact]
    public Task Reports_clients_that_nobody_disposes() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        class Program
        {
            async Task RunAsync(Uri server)
            {
                var socket = {|WSA3001:new ClientWebSocket()|};
                await socket.ConnectAsync(server, default);
                await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
            }

            async Task TcpAsync()
            {
                TcpClient client = {|WSA3001:new()|};
                await client.ConnectAsync("localhost", 80).ConfigureAwait(false);
                await client.GetStream().WriteAsync(new byte[1]);
            }

            void Udp()
            {
                var client = {|WSA3001:new UdpClient(5000)|};
                client.Send(new byte[1]);
                var socket = {|WSA3001:new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }|};
                socket.Connect("localhost", 80);
            }
        }
        """);

    [Fact]
    public Task Reports_accepted_connections() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        class Server
        {
            private readonly TcpListener listener;
            private readonly Socket bound;
            public Server(TcpListener listener, Socket bound) { this.listener = listener; this.bound = bound; }

            async Task RunAsync(CancellationToken stopping)
            {
                while (!stopping.IsCancellationRequested)
                {
                    var client = await {|WSA3001:listener.AcceptTcpClientAsync(stopping)|}.ConfigureAwait(false);
                    await EchoAsync(client, stopping);
                }
            }

            async Task RawAsync()
            {
                var socket = await {|WSA3001:bound.AcceptAsync()|};
                await socket.SendAsync(new byte[1]);
                var other = await {|WSA3001:listener.AcceptSocketAsync()|}.WaitAsync(TimeSpan.FromSeconds(1));
                await other.SendAsync(new byte[1]);
                var third = {|WSA3001:listener.AcceptTcpClientAsync()|}.Result;
                third.NoDelay = true;
            }

            static async Task EchoAsync(TcpClient client, CancellationToken stopping)
            {
                var stream = client.GetStream();
                var buffer = new byte[1024];
                var count = await stream.ReadAsync(buffer, stopping);
                await stream.WriteAsync(buffer.AsMemory(0, count), stopping);
            }
        }
        """);

    [Fact]
    public Task Reports_a_connection_that_a_source_method_only_uses() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        static class Client
        {
            public static async Task RunAsync(Uri server)
            {
                var socket = {|WSA3001:new ClientWebSocket()|};
                await socket.ConnectAsync(server, default);
                await socket.SendTextAsync("hello");
                await ReceiveAsync(socket);
            }

            private static Task SendTextAsync(this WebSocket socket, string text) =>
                socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, default);

            private static async Task ReceiveAsync(WebSocket socket)
            {
                var buffer = new byte[1024];
                while (socket.State == WebSocketState.Open)
                    await socket.ReceiveAsync(buffer, default);
            }
        }
        """);

    [Fact]
    public Task Reports_a_hub_connection() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        using Microsoft.AspNetCore.SignalR.Client;

        class Program
        {
            async Task RunAsync()
            {
                var connection = {|WSA3001:new HubConnectionBuilder().WithUrl("http://localhost/hub").Build()|};
                connection.On<string>("message", text => Console.WriteLine(text));
                connection.Closed += async _ => await connection.StartAsync();
                await connection.StartAsync();
                await connection.SendAsync("hello", 1);
                await connection.StopAsync();
            }
        }
        """, SignalRClient);

    [Fact]
    public Task Reports_a_grpc_streaming_call() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        using Grpc.Core;

        class Program
        {
            private readonly PriceClient client;
            public Program(PriceClient client) => this.client = client;

            async Task WatchAsync(CancellationToken cancellation)
            {
                var call = {|WSA3001:client.Subscribe("ACME")|};
                await foreach (var price in call.ResponseStream.ReadAllAsync(cancellation))
                    Console.WriteLine(price);
            }

            async Task ChatAsync()
            {
                var call = {|WSA3001:client.Chat()|};
                await call.RequestStream.WriteAsync("hello");
                while (await call.ResponseStream.MoveNext(default))
                    Console.WriteLine(call.ResponseStream.Current);
            }
        }
        """, Grpc);

    [Fact]
    public Task Reports_a_dispose_that_some_path_passes_by() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        class Program
        {
            async Task EarlyReturnAsync(Uri server, bool quick)
            {
                var socket = {|WSA3001:new ClientWebSocket()|};
                await socket.ConnectAsync(server, default);
                if (quick)
                    return;
                Console.WriteLine(socket.State);
                socket.Dispose();
            }

            async Task FailureAsync(Uri server)
            {
                var socket = {|WSA3001:new ClientWebSocket()|};
                await socket.ConnectAsync(server, default);
                await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
                socket.Dispose();
            }

            void OnlyInOneBranch(bool failed)
            {
                var client = {|WSA3001:new TcpClient()|};
                if (failed)
                {
                    client.Close();
                    return;
                }

                Console.WriteLine(client.Connected);
            }

            async Task OnlyWhenOpenAsync(Uri server)
            {
                var socket = {|WSA3001:new ClientWebSocket()|};
                await socket.ConnectAsync(server, default);
                if (socket.State == WebSocketState.Open)
                    socket.Dispose();
            }

            async Task OnlyInCatchAsync(Uri server)
            {
                var socket = {|WSA3001:new ClientWebSocket()|};
                try
                {
                    await socket.ConnectAsync(server, default);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            }
        }
        """);

    [Fact]
    public Task Reports_a_turn_of_a_loop_that_skips_the_dispose() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        class Server
        {
            private readonly TcpListener listener;
            public Server(TcpListener listener) => this.listener = listener;

            async Task RunAsync()
            {
                while (true)
                {
                    var client = await {|WSA3001:listener.AcceptTcpClientAsync()|};
                    if (client.Available == 0)
                        continue;
                    client.Dispose();
                }
            }

            async Task RetryAsync(Uri server)
            {
                ClientWebSocket socket;
                while (true)
                {
                    socket = {|WSA3001:new ClientWebSocket()|};
                    try
                    {
                        await socket.ConnectAsync(server, default);
                        await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
                        break;
                    }
                    catch (WebSocketException)
                    {
                        await Task.Delay(1000);
                    }
                }

                socket.Dispose();
            }
        }
        """);

    [Fact]
    public Task Reports_a_failure_in_a_source_method_before_the_dispose() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        class Server
        {
            private readonly TcpListener listener;
            public Server(TcpListener listener) => this.listener = listener;

            async Task RunAsync()
            {
                var client = await {|WSA3001:listener.AcceptTcpClientAsync()|};
                await EchoAsync(client);
                client.Close();
            }

            private static async Task EchoAsync(TcpClient client)
            {
                var stream = client.GetStream();
                await stream.WriteAsync(new byte[1]);
            }
        }
        """);

    [Fact]
    public Task Reports_in_lambdas_local_functions_and_top_level_programs() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        // top-level
        var socket = {|WSA3001:new ClientWebSocket()|};
        await socket.ConnectAsync(new Uri("ws://localhost"), default);
        await PingAsync();
        Func<Task> probe = async () =>
        {
            var client = {|WSA3001:new TcpClient()|};
            await client.ConnectAsync("localhost", 80);
            if (client.Connected)
                return;
            client.Dispose();
        };
        await probe();

        async Task PingAsync()
        {
            var client = {|WSA3001:new TcpClient()|};
            await client.ConnectAsync("localhost", 80);
            if (client.Connected)
                return;
            client.Dispose();
        }
        """);

    [Fact]
    public Task Reports_readers_over_its_stream_that_nobody_closes() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        class Program
        {
            async Task<string?> AskAsync(string question)
            {
                var client = {|WSA3001:new TcpClient()|};
                await client.ConnectAsync("localhost", 80);
                var stream = client.GetStream();
                var writer = new StreamWriter(stream) { AutoFlush = true };
                var reader = new StreamReader(stream, Encoding.UTF8);
                await writer.WriteLineAsync(question);
                return await reader.ReadLineAsync();
            }

            async Task KeepOpenAsync()
            {
                var client = {|WSA3001:new TcpClient()|};
                var stream = client.GetStream();
                using var writer = new StreamWriter(stream, leaveOpen: true);
                await writer.WriteLineAsync("hello");
            }
        }
        """);

    [Fact]
    public Task Reports_work_that_nobody_awaits_or_disposes() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        class Server
        {
            private readonly TcpListener listener;
            public Server(TcpListener listener) => this.listener = listener;

            async Task RunAsync()
            {
                while (true)
                {
                    var client = await {|WSA3001:listener.AcceptTcpClientAsync()|};
                    _ = Task.Run(() => EchoAsync(client));
                }
            }

            private static async Task EchoAsync(TcpClient client)
            {
                var stream = client.GetStream();
                while (await stream.ReadAsync(new byte[1]) > 0)
                    await stream.WriteAsync(new byte[1]);
            }
        }
        """);

    [Fact]
    public async Task Reports_where_the_method_leaves()
    {
        var test = new Verify.Test<LifetimeAnalyzer, EmptyCodeFixProvider>("""
            class Program
            {
                async Task RunAsync(Uri server)
                {
                    var socket = {|#0:new ClientWebSocket()|};
                    await socket.ConnectAsync(server, default);
                    {|#1:await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default)|};
                    socket.Dispose();
                }
            }
            """);
        test.ExpectedDiagnostics.Add(new DiagnosticResult(UndisposedConnectionRule.Descriptor).WithLocation(0).WithLocation(1)
            .WithMessage("'socket' holds a ClientWebSocket that is not disposed on every path: the method can leave at Test0.cs:7, before 'socket' is disposed"));
        await test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task Ignores_using_in_all_its_forms() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        using Microsoft.AspNetCore.SignalR.Client;

        class Program
        {
            private readonly TcpListener listener;
            public Program(TcpListener listener) => this.listener = listener;

            async Task RunAsync(Uri server)
            {
                using var socket = new ClientWebSocket();
                await socket.ConnectAsync(server, default);
                using (var client = await listener.AcceptTcpClientAsync())
                    await client.GetStream().WriteAsync(new byte[1]);
                using TcpClient typed = new();
                var late = await listener.AcceptSocketAsync();
                using (late)
                    await late.SendAsync(new byte[1]);
                var kept = new UdpClient();
                using var alias = kept;
                await using var connection = new HubConnectionBuilder().WithUrl("http://localhost/hub").Build();
                await connection.StartAsync();
                var other = new HubConnectionBuilder().Build();
                await using (other)
                    await other.StartAsync();
                var configured = new HubConnectionBuilder().Build();
                await using (configured.ConfigureAwait(false))
                    await configured.StartAsync();
            }
        }
        """, SignalRClient);

    [Fact]
    public Task Ignores_finally() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Program
        {
            private readonly TcpListener listener;
            public Program(TcpListener listener) => this.listener = listener;

            async Task RunAsync(Uri server)
            {
                var socket = new ClientWebSocket();
                try
                {
                    await socket.ConnectAsync(server, default);
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    socket.Dispose();
                }

                TcpClient? client = null;
                try
                {
                    client = await listener.AcceptTcpClientAsync();
                    await client.GetStream().WriteAsync(new byte[1]);
                }
                finally
                {
                    client?.Close();
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_a_dispose_that_every_path_comes_by() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Program
        {
            async Task<bool> ProbeAsync(string host)
            {
                var client = new TcpClient();
                try
                {
                    await client.ConnectAsync(host, 80);
                }
                catch (SocketException)
                {
                    client.Dispose();
                    return false;
                }

                var connected = client.Connected;
                client.Dispose();
                return connected;
            }

            void NullChecks(Func<TcpClient?> make, bool wanted)
            {
                TcpClient? client = null;
                if (wanted)
                    client = new TcpClient();
                if (client != null)
                    client.Close();

                TcpClient? second = new TcpClient();
                second?.Dispose();

                var third = new TcpClient();
                if (third is null)
                    return;
                third.Dispose();
            }

            void Branches(bool first)
            {
                var client = new TcpClient();
                if (first)
                {
                    client.Dispose();
                    return;
                }

                client.Close();
            }

            void Loop(int attempts)
            {
                for (var i = 0; i < attempts; i++)
                {
                    var client = new TcpClient();
                    if (client.Connected)
                    {
                        client.Dispose();
                        continue;
                    }

                    client.Dispose();
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_a_failed_connect() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Program
        {
            async Task<ClientWebSocket> OpenAsync(Uri server)
            {
                var socket = new ClientWebSocket();
                socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(5);
                await socket.ConnectAsync(server, default);
                return socket;
            }

            async Task ProbeAsync(Uri server)
            {
                var socket = new ClientWebSocket();
                await socket.ConnectAsync(server, default);
                socket.Dispose();
            }

            async Task<bool> TryAsync(Uri server)
            {
                try
                {
                    var socket = new ClientWebSocket();
                    await socket.ConnectAsync(server, default);
                    socket.Abort();
                    return true;
                }
                catch (WebSocketException)
                {
                    return false;
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_connections_that_are_returned_stored_or_handed_over() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Session : IDisposable
        {
            private readonly TcpClient client;
            public Session(TcpClient client) => this.client = client;

            public Task RunAsync() => Task.CompletedTask;
            public void Dispose() => client.Dispose();
        }

        class Server
        {
            private readonly TcpListener listener;
            public Server(TcpListener listener) => this.listener = listener;

            private readonly ConcurrentDictionary<string, TcpClient> _clients = new();
            private ClientWebSocket? _upstream;
            private TcpClient[] _all = new TcpClient[1];

            async Task RunAsync()
            {
                var stored = await listener.AcceptTcpClientAsync();
                _clients["x"] = stored;
                var added = await listener.AcceptTcpClientAsync();
                _clients.TryAdd("y", added);
                var wrapped = await listener.AcceptTcpClientAsync();
                var session = new Session(wrapped);
                await session.RunAsync();
                var upstream = new ClientWebSocket();
                _upstream = upstream;
                var element = new TcpClient();
                _all[0] = element;
                _ = Task.Run(async () => { using var mine = await listener.AcceptTcpClientAsync(); });
            }

            async Task<(TcpClient, Stream)> PairAsync()
            {
                var client = new TcpClient();
                await client.ConnectAsync("localhost", 80);
                return (client, client.GetStream());
            }

            IEnumerable<TcpClient> Many()
            {
                var client = new TcpClient();
                yield return client;
            }

            void Out(out TcpClient client)
            {
                var made = new TcpClient();
                client = made;
            }

            Func<Task> Capture()
            {
                var client = new TcpClient();
                return async () => { using (client) await client.ConnectAsync("localhost", 80); };
            }

            TcpClient Field { get; } = new();
        }
        """);

    [Fact]
    public Task Ignores_connections_that_a_callee_takes_over() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Server
        {
            private readonly TcpListener listener;
            public Server(TcpListener listener) => this.listener = listener;

            private readonly List<TcpClient> _clients = new();

            async Task RunAsync()
            {
                while (true)
                {
                    var client = await listener.AcceptTcpClientAsync();
                    _ = HandleAsync(client);
                    var second = await listener.AcceptTcpClientAsync();
                    _ = Task.Run(() => OuterAsync(second));
                    var third = await listener.AcceptTcpClientAsync();
                    Remember(third);
                    var fourth = await listener.AcceptTcpClientAsync();
                    await CloseAtTheEndAsync(fourth);
                    var fifth = await listener.AcceptTcpClientAsync();
                    ThreadPool.QueueUserWorkItem(_ => { fifth.Close(); });
                    var sixth = await listener.AcceptTcpClientAsync();
                    new Thread(Work).Start(sixth);
                }
            }

            private static async Task HandleAsync(TcpClient client)
            {
                using (client)
                    await client.GetStream().WriteAsync(new byte[1]);
            }

            private static Task OuterAsync(TcpClient client) => HandleAsync(client);

            private static async Task CloseAtTheEndAsync(TcpClient client)
            {
                await client.GetStream().WriteAsync(new byte[1]);
                client.Close();
            }

            private void Remember(TcpClient client) => _clients.Add(client);

            private static void Work(object? state) { }
        }
        """);

    [Fact]
    public Task Ignores_a_client_whose_stream_is_disposed() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Program
        {
            async Task UsingAsync()
            {
                var client = new TcpClient("localhost", 80);
                await using var stream = client.GetStream();
                await stream.WriteAsync(new byte[1]);
            }

            async Task ReaderAsync()
            {
                var client = new TcpClient("localhost", 80);
                var stream = client.GetStream();
                using var reader = new StreamReader(stream);
                await reader.ReadLineAsync();
            }

            async Task TlsAsync()
            {
                var client = new TcpClient("localhost", 443);
                using var tls = new System.Net.Security.SslStream(client.GetStream(), false);
                await tls.AuthenticateAsClientAsync("localhost");
            }

            void OwnedStream(TcpClient owned)
            {
                var stream = owned.GetStream();
                var again = new NetworkStream(owned.Client);
                var tls = new System.Net.Security.SslStream(stream);
                var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions());
                stream.WriteByte(1);
            }

            Stream Returned()
            {
                var client = new TcpClient("localhost", 80);
                var stream = client.GetStream();
                return stream;
            }
        }
        """);

    [Fact]
    public Task Ignores_the_socket_of_a_request() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;

        class Middleware
        {
            public async Task InvokeAsync(HttpContext context)
            {
                var socket = await context.WebSockets.AcceptWebSocketAsync();
                await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, context.RequestAborted);
            }

            public async Task ServeAsync(HttpListener listener)
            {
                var request = await listener.GetContextAsync();
                var upgraded = await request.AcceptWebSocketAsync(null);
                await upgraded.WebSocket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
            }
        }
        """);

    [Fact]
    public Task Ignores_types_of_the_same_name_elsewhere() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        namespace Toys
        {
            class TcpClient : IDisposable { public void Dispose() { } }
            class ClientWebSocket : IDisposable { public void Dispose() { } }
            class HubConnectionBuilder { public TcpClient Build() => new(); }
            class Listener { public Task<TcpClient> AcceptTcpClientAsync() => Task.FromResult(new TcpClient()); }

            class Program
            {
                async Task RunAsync(Listener listener)
                {
                    var client = new TcpClient();
                    var socket = new ClientWebSocket();
                    var built = new HubConnectionBuilder().Build();
                    var accepted = await listener.AcceptTcpClientAsync();
                    var memory = new MemoryStream();
                    Console.WriteLine($"{client} {socket} {built} {accepted} {memory}");
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_tasks_of_connections_and_answers_that_are_none() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Server
        {
            private readonly TcpListener listener;
            private readonly Socket bound;
            public Server(TcpListener listener, Socket bound) { this.listener = listener; this.bound = bound; }

            async Task<TcpClient?> RunAsync(SocketAsyncEventArgs arguments)
            {
                var pending = bound.AcceptAsync(arguments);
                var accepting = listener.AcceptTcpClientAsync();
                if (await Task.WhenAny(accepting, Task.Delay(1000)) != accepting)
                    return null;
                return await accepting;
            }
        }
        """);

    [Fact]
    public Task Ignores_recursive_methods() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Program
        {
            void Run()
            {
                var client = new TcpClient();
                Even(client, 5);
            }

            private static void Even(TcpClient client, int depth)
            {
                if (depth == 0)
                    client.Dispose();
                else
                    Odd(client, depth - 1);
            }

            private static void Odd(TcpClient client, int depth) => Even(client, depth - 1);
        }
        """);

    [Fact]
    public Task Ignores_half_typed_code() => new Verify.Test<LifetimeAnalyzer, EmptyCodeFixProvider>("""
        class Program
        {
            async Task RunAsync(TcpListener listener)
            {
                var socket = new ClientWebSocket(
                var client = await listener.AcceptTcpClientAsync(;
                client.Dispose(
                using var
                TcpClient other = new
                if (client != ) return;
                var = new TcpClient();
                client = new TcpClient() { Client = { 
        """) { CompilerDiagnostics = CompilerDiagnostics.None }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Fixes_with_using() => Verify.FixesAsync<LifetimeAnalyzer, UndisposedConnectionCodeFix>("""
        class Program
        {
            async Task RunAsync(Uri server)
            {
                // the way to the server
                var socket = {|WSA3001:new ClientWebSocket()|}; // one
                await socket.ConnectAsync(server, default);
                await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
            }
        }
        """, """
        class Program
        {
            async Task RunAsync(Uri server)
            {
                // the way to the server
                using var socket = new ClientWebSocket(); // one
                await socket.ConnectAsync(server, default);
                await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
            }
        }
        """);

    [Fact]
    public Task Fixes_a_last_dispose_away_and_leaves_others() => Verify.FixesAsync<LifetimeAnalyzer, UndisposedConnectionCodeFix>("""
        class Program
        {
            async Task RunAsync(Uri server)
            {
                var socket = {|WSA3001:new ClientWebSocket()|};
                await socket.ConnectAsync(server, default);
                await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
                socket.Dispose();
            }

            async Task<int> CountAsync(Uri server)
            {
                var socket = {|WSA3001:new ClientWebSocket()|};
                await socket.ConnectAsync(server, default);
                var result = await socket.ReceiveAsync(new byte[1], default);
                socket.Dispose();
                return result.Count;
            }
        }
        """, """
        class Program
        {
            async Task RunAsync(Uri server)
            {
                using var socket = new ClientWebSocket();
                await socket.ConnectAsync(server, default);
                await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
            }

            async Task<int> CountAsync(Uri server)
            {
                using var socket = new ClientWebSocket();
                await socket.ConnectAsync(server, default);
                var result = await socket.ReceiveAsync(new byte[1], default);
                socket.Dispose();
                return result.Count;
            }
        }
        """);

    [Fact]
    public Task Fixes_with_finally_where_the_variable_is_declared_first() => Verify.FixesAsync<LifetimeAnalyzer, UndisposedConnectionCodeFix>("""
        #nullable enable
        class Server
        {
            private readonly TcpListener listener;
            public Server(TcpListener listener) => this.listener = listener;

            async Task RunAsync()
            {
                TcpClient client;
                Console.WriteLine("waiting");
                client = await {|WSA3001:listener.AcceptTcpClientAsync()|};
                await client.GetStream().WriteAsync(new byte[1]);
            }
        }
        """, """
        #nullable enable
        class Server
        {
            private readonly TcpListener listener;
            public Server(TcpListener listener) => this.listener = listener;

            async Task RunAsync()
            {
                TcpClient? client = null;
                try
                {
                    Console.WriteLine("waiting");
                    client = await listener.AcceptTcpClientAsync();
                    await client.GetStream().WriteAsync(new byte[1]);
                }
                finally
                {
                    client?.Dispose();
                }
            }
        }
        """);

    [Fact]
    public async Task Fixes_a_hub_connection_with_await_using()
    {
        var test = new Verify.Test<LifetimeAnalyzer, UndisposedConnectionCodeFix>("""
            using Microsoft.AspNetCore.SignalR.Client;

            class Program
            {
                async Task RunAsync()
                {
                    var connection = {|WSA3001:new HubConnectionBuilder().WithUrl("http://localhost/hub").Build()|};
                    connection.On<string>("message", text => Console.WriteLine(text));
                    connection.Closed += async _ => await connection.StartAsync();
                    await connection.StartAsync();
                }
            }
            """, SignalRClient);
        test.AddFixed("""
            using Microsoft.AspNetCore.SignalR.Client;

            class Program
            {
                async Task RunAsync()
                {
                    await using var connection = new HubConnectionBuilder().WithUrl("http://localhost/hub").Build();
                    connection.On<string>("message", text => Console.WriteLine(text));
                    connection.Closed += async _ => await connection.StartAsync();
                    await connection.StartAsync();
                }
            }
            """, null);
        await test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task Fixes_what_an_awaited_loop_uses() => Verify.FixesAsync<LifetimeAnalyzer, UndisposedConnectionCodeFix>("""
        class Client
        {
            public async Task RunAsync(Uri server)
            {
                var socket = {|WSA3001:new ClientWebSocket()|};
                await socket.ConnectAsync(server, default).WaitAsync(TimeSpan.FromSeconds(5));
                var receiving = ReceiveAsync(socket);
                var sending = Task.Run(() => SendAsync(socket));
                await Task.WhenAll(receiving, sending);
            }

            private static async Task SendAsync(WebSocket socket) => await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);

            private static async Task ReceiveAsync(WebSocket socket)
            {
                while (socket.State == WebSocketState.Open)
                    await socket.ReceiveAsync(new byte[1], default);
            }
        }
        """, """
        class Client
        {
            public async Task RunAsync(Uri server)
            {
                using var socket = new ClientWebSocket();
                await socket.ConnectAsync(server, default).WaitAsync(TimeSpan.FromSeconds(5));
                var receiving = ReceiveAsync(socket);
                var sending = Task.Run(() => SendAsync(socket));
                await Task.WhenAll(receiving, sending);
            }

            private static async Task SendAsync(WebSocket socket) => await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);

            private static async Task ReceiveAsync(WebSocket socket)
            {
                while (socket.State == WebSocketState.Open)
                    await socket.ReceiveAsync(new byte[1], default);
            }
        }
        """);

    [Fact]
    public Task FixesAll_of_a_program() => Verify.FixesAsync<LifetimeAnalyzer, UndisposedConnectionCodeFix>("""
        // top-level
        #nullable enable
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        while (true)
        {
            var client = await {|WSA3001:listener.AcceptTcpClientAsync()|};
            await EchoAsync(client);
        }

        static async Task EchoAsync(TcpClient client)
        {
        #if TRACE
            Console.WriteLine(client.Connected);
        #endif
            var upstream = {|WSA3001:new TcpClient()|};
            await upstream.ConnectAsync("localhost", 80);
            await client.GetStream().WriteAsync(new byte[1]);
            await upstream.GetStream().WriteAsync(new byte[1]);
            upstream.Close();
        }
        """, """
        // top-level
        #nullable enable
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        while (true)
        {
            using var client = await listener.AcceptTcpClientAsync();
            await EchoAsync(client);
        }

        static async Task EchoAsync(TcpClient client)
        {
        #if TRACE
            Console.WriteLine(client.Connected);
        #endif
            using var upstream = new TcpClient();
            await upstream.ConnectAsync("localhost", 80);
            await client.GetStream().WriteAsync(new byte[1]);
            await upstream.GetStream().WriteAsync(new byte[1]);
        }
        """);

    [Fact]
    public Task OffersNoFix_for_what_may_outlive_its_scope() => Verify.OffersNoFixAsync<LifetimeAnalyzer, UndisposedConnectionCodeFix>("""
        class Server
        {
            private readonly TcpListener listener;
            public Server(TcpListener listener) => this.listener = listener;

            async Task RunAsync()
            {
                while (true)
                {
                    var client = await {|WSA3001:listener.AcceptTcpClientAsync()|};
                    _ = Task.Run(() => EchoAsync(client));
                    var second = await {|WSA3001:listener.AcceptTcpClientAsync()|};
                    var echo = EchoAsync(second);
                    var third = await {|WSA3001:listener.AcceptTcpClientAsync()|};
                    using var timer = new Timer(_ => third.NoDelay = true);
                }
            }

            Task SendAsync()
            {
                var client = {|WSA3001:new TcpClient()|};
                return client.ConnectAsync("localhost", 80);
            }

            private static async Task EchoAsync(TcpClient client)
            {
                var stream = client.GetStream();
                while (await stream.ReadAsync(new byte[1]) > 0)
                    await stream.WriteAsync(new byte[1]);
            }
        }
        """);

    [Fact]
    public Task OffersNoFix_for_a_variable_that_holds_one_connection_after_another() => Verify.OffersNoFixAsync<LifetimeAnalyzer, UndisposedConnectionCodeFix>("""
        class Client
        {
            async Task RunAsync(Uri server)
            {
                ClientWebSocket socket;
                while (true)
                {
                    socket = {|WSA3001:new ClientWebSocket()|};
                    await socket.ConnectAsync(server, default);
                }
            }

            async Task TwiceAsync(Uri server)
            {
                var socket = {|WSA3001:new ClientWebSocket()|};
                await socket.ConnectAsync(server, default);
                socket = {|WSA3001:new ClientWebSocket()|};
                await socket.ConnectAsync(server, default);
            }
        }
        """);

    [Fact]
    public Task Reports_what_a_stream_only_borrows() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        using System.Net.Security;

        class Client
        {
            async Task BorrowedAsync(EndPoint server)
            {
                var socket = {|WSA3001:new Socket(SocketType.Stream, ProtocolType.Tcp)|};
                await socket.ConnectAsync(server);
                using var stream = new NetworkStream(socket);
                await stream.WriteAsync(new byte[1]);
            }

            async Task SaidSoAsync(EndPoint server)
            {
                var socket = {|WSA3001:new Socket(SocketType.Stream, ProtocolType.Tcp)|};
                await socket.ConnectAsync(server);
                using var stream = new NetworkStream(socket, ownsSocket: false);
                await stream.WriteAsync(new byte[1]);
            }

            async Task TlsAsync()
            {
                var client = {|WSA3001:new TcpClient("localhost", 443)|};
                using var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: true);
                await tls.AuthenticateAsClientAsync("localhost");
            }

            async Task ReaderAsync()
            {
                var client = {|WSA3001:new TcpClient("localhost", 443)|};
                using var reader = new StreamReader(client.GetStream(), Encoding.UTF8, false, 1024, leaveOpen: true);
                Console.WriteLine(await reader.ReadLineAsync());
            }
        }
        """);

    [Fact]
    public Task Ignores_what_a_stream_or_an_own_type_takes_over() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        using System.Net.Security;

        sealed class Session : IDisposable
        {
            private readonly Socket _socket;
            public Session(Socket socket) => _socket = socket;
            public void Dispose() => _socket.Dispose();
        }

        class Client
        {
            async Task OwnedAsync(EndPoint server)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(server);
                using var stream = new NetworkStream(socket, ownsSocket: true);
                await stream.WriteAsync(new byte[1]);
            }

            async Task MaybeAsync(EndPoint server, bool owns)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(server);
                using var stream = new NetworkStream(socket, owns);
                await stream.WriteAsync(new byte[1]);
            }

            async Task MaybeTlsAsync(bool leavesOpen)
            {
                var client = new TcpClient("localhost", 443);
                using var tls = new SslStream(client.GetStream(), leavesOpen);
                await tls.AuthenticateAsClientAsync("localhost");
            }

            async Task TlsAsync()
            {
                var client = new TcpClient("localhost", 443);
                await using var tls = new SslStream(new BufferedStream(client.GetStream()), leaveInnerStreamOpen: false);
                await tls.AuthenticateAsClientAsync("localhost");
            }

            async Task WriterAsync()
            {
                var client = new TcpClient("localhost", 443);
                var stream = client.GetStream();
                try
                {
                    await stream.WriteAsync(new byte[1]);
                }
                finally
                {
                    await stream.DisposeAsync();
                }
            }

            async Task SessionAsync(EndPoint server)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(server);
                using var session = new Session(socket);
                await socket.SendAsync(new byte[1]);
            }

            async Task LaterAsync(EndPoint server)
            {
                Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
                socket.NoDelay = true;
                using (socket)
                    await socket.ConnectAsync(server);
            }

            async Task<Socket> RethrowAsync(EndPoint server)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                try
                {
                    await socket.ConnectAsync(server);
                    await socket.SendAsync(new byte[1]);
                    return socket;
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            }

            async Task ClosedAsync(EndPoint server)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(server);
                socket.Shutdown(SocketShutdown.Both);
                socket.Close(timeout: 100);
            }
        }
        """);

    [Fact]
    public Task Reports_what_tests_leave_as_a_suggestion() => Verify.SuggestsAsync<LifetimeAnalyzer>(UndisposedConnectionRule.Descriptor, """
        class FactAttribute : Attribute { }

        class EchoTests
        {
            [Fact]
            public async Task Connects()
            {
                var socket = {|#0:new ClientWebSocket()|};
                await socket.ConnectAsync(new Uri("ws://localhost"), CancellationToken.None);
                await PingAsync();
            }

            private static async Task PingAsync()
            {
                var client = {|#1:new TcpClient()|};
                await client.ConnectAsync("localhost", 80);
            }
        }
        """);

    [Fact]
    public Task Ignores_what_tests_dispose_in_their_tear_down() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class FactAttribute : Attribute { }

        sealed class EchoTests : IDisposable
        {
            private readonly List<TcpClient> _clients = new();
            private ClientWebSocket? _socket;

            [Fact]
            public async Task Connects()
            {
                var socket = new ClientWebSocket();
                _socket = socket;
                await socket.ConnectAsync(new Uri("ws://localhost"), CancellationToken.None);
                var client = new TcpClient();
                _clients.Add(client);
                await client.ConnectAsync("localhost", 80);
            }

            public void Dispose()
            {
                _socket?.Dispose();
                foreach (var client in _clients)
                    client.Dispose();
            }
        }
        """);
}
