using WebSocketAnalyzers.CodeFixes.Fixes.Liveness;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Liveness;

public class UnlimitedConnectTests
{
    /// <summary>The SignalR client by name and shape: its package is not referenced here.</summary>
    private const string SignalRClient = """
        namespace Microsoft.AspNetCore.SignalR.Client
        {
            public class HubConnection : IAsyncDisposable
            {
                public event Func<Exception?, Task>? Closed { add { } remove { } }
                public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;
                public ValueTask DisposeAsync() => default;
            }
        }
        """;

    [Fact]
    public Task Ignores_tests() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        class FactAttribute : Attribute { }

        class EchoTests
        {
            [Fact]
            public async Task Connects()
            {
                using var socket = new ClientWebSocket();
                await socket.ConnectAsync(new Uri("ws://localhost"), CancellationToken.None);
                await using var other = await OpenAsync();
            }

            private static async Task<System.IO.Stream> OpenAsync()
            {
                var client = new System.Net.Sockets.TcpClient();
                await client.ConnectAsync("localhost", 80);
                return client.GetStream();
            }
        }
        """);

    [Fact]
    public Task Ignores_a_class_inside_the_tests() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        class FactAttribute : Attribute { }

        class EchoTests
        {
            [Fact]
            public Task Connects() => new Client().OpenAsync();

            private class Client
            {
                public Task OpenAsync() => new ClientWebSocket().ConnectAsync(new Uri("ws://localhost"), CancellationToken.None);
            }
        }
        """);

    [Fact]
    public Task Reports_tokens_that_are_none() => Verify.ReportsAsync<LivenessAnalyzer>("""
        class Client
        {
            private ClientWebSocket _socket = new();

            public async Task ConnectAsync(Uri server)
            {
                await _socket.ConnectAsync(server, {|WSA6001:CancellationToken.None|});
                await _socket.ConnectAsync(server, {|WSA6001:default|}).ConfigureAwait(false);
                await _socket.ConnectAsync(server, {|WSA6001:new CancellationToken()|});
                await _socket.ConnectAsync(cancellationToken: {|WSA6001:default(CancellationToken)|}, uri: server);
                await _socket.ConnectAsync(server, null, {|WSA6001:CancellationToken.None|});
            }

            public async void Start(Uri server)
            {
                using var socket = new ClientWebSocket();
                await socket.ConnectAsync(server, {|WSA6001:CancellationToken.None|});
                while (true)
                    await socket.ReceiveAsync(new byte[1024], CancellationToken.None);
            }

            public Task Forward(Uri server) => _socket.ConnectAsync(server, {|WSA6001:CancellationToken.None|});

            public void Block(Uri server)
            {
                _socket.ConnectAsync(server, {|WSA6001:CancellationToken.None|}).Wait();
                _socket.ConnectAsync(server, {|WSA6001:CancellationToken.None|}).GetAwaiter().GetResult();
            }
        }
        """);

    [Fact]
    public Task Reports_sources_that_nobody_times_out_or_cancels() => Verify.ReportsAsync<LivenessAnalyzer>("""
        class Client
        {
            private readonly CancellationTokenSource _idle = new();

            public async Task LocalAsync(ClientWebSocket socket, Uri server)
            {
                using var source = new CancellationTokenSource();
                await socket.ConnectAsync(server, {|WSA6001:source.Token|});
                var token = source.Token;
                await socket.ConnectAsync(server, {|WSA6001:token|});
                using var linked = CancellationTokenSource.CreateLinkedTokenSource(token, CancellationToken.None);
                await socket.ConnectAsync(server, {|WSA6001:linked.Token|});
                using var infinite = new CancellationTokenSource(Timeout.InfiniteTimeSpan);
                await socket.ConnectAsync(server, {|WSA6001:infinite.Token|});
                CancellationToken none = default;
                await socket.ConnectAsync(server, {|WSA6001:none|});
            }

            public async Task FieldAsync(ClientWebSocket socket, Uri server) => await socket.ConnectAsync(server, {|WSA6001:_idle.Token|});
        }
        """);

    [Fact]
    public Task Reports_hub_connections_that_start_without_a_token() => Verify.ReportsAsync<LivenessAnalyzer>("""
        using Microsoft.AspNetCore.SignalR.Client;

        class Client
        {
            private HubConnection? _connection;

            public async ValueTask InitializeAsync()
            {
                _connection = new HubConnection();
                await {|WSA6001:_connection.StartAsync()|}.ConfigureAwait(false);
            }

            public async Task OffloadAsync(HubConnection connection)
            {
                await Task.Run(async () =>
                {
                    await {|WSA6001:connection.StartAsync()|};
                });
                connection.Closed += async error =>
                {
                    await Task.Delay(1000);
                    await connection.StartAsync({|WSA6001:CancellationToken.None|});
                };
            }
        }
        """, SignalRClient);

    [Fact]
    public Task Reports_connects_of_TCP() => Verify.ReportsAsync<LivenessAnalyzer>("""
        class Client
        {
            public async Task ConnectAsync(TcpClient client, Socket socket, EndPoint server)
            {
                await {|WSA6001:client.ConnectAsync("chat.example", 443)|};
                await client.ConnectAsync("chat.example", 443, {|WSA6001:CancellationToken.None|}).ConfigureAwait(false);
                await {|WSA6001:socket.ConnectAsync(server)|};
            }
        }
        """);

    [Fact]
    public Task Reports_tasks_kept_and_then_awaited() => Verify.ReportsAsync<LivenessAnalyzer>("""
        class Client
        {
            public async Task ConnectAsync(ClientWebSocket socket, ClientWebSocket other, Uri server)
            {
                var connecting = socket.ConnectAsync(server, {|WSA6001:CancellationToken.None|});
                Console.WriteLine(connecting.IsCompleted);
                await connecting;
                await Task.WhenAll(socket.ConnectAsync(server, {|WSA6001:default|}), other.ConnectAsync(server, {|WSA6001:default|}));
                await socket.ConnectAsync(server, {|WSA6001:CancellationToken.None|}).WaitAsync(CancellationToken.None);
            }
        }
        """);

    [Fact]
    public Task Reports_a_client_of_its_own_and_a_private_helper() => Verify.ReportsAsync<LivenessAnalyzer>("""
        // top-level
        using var socket = new ClientWebSocket();
        await ConnectAsync();
        await socket.ConnectAsync(new Uri("ws://localhost"), {|WSA6001:CancellationToken.None|});

        async Task ConnectAsync()
        {
            await socket.ConnectAsync(new Uri("ws://localhost"), {|WSA6001:CancellationToken.None|});
        }
        """);

    [Fact]
    public Task Ignores_tokens_that_come_from_the_caller() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        class Client
        {
            private readonly ClientWebSocket _socket = new();
            private readonly CancellationToken _stopping;
            private readonly CancellationTokenSource _source;

            public Client(CancellationToken stopping, CancellationTokenSource source) => (_stopping, _source) = (stopping, source);

            public Task ConnectAsync(Uri server, CancellationToken cancellation) => _socket.ConnectAsync(server, cancellation);

            public Task OptionalAsync(Uri server, CancellationToken cancellation = default) => _socket.ConnectAsync(server, cancellation);

            public Task FieldAsync(Uri server) => _socket.ConnectAsync(server, _stopping);

            public Task SourceAsync(Uri server) => _socket.ConnectAsync(server, _source.Token);

            public Func<CancellationToken, Task> Lambda(Uri server) => async token => await _socket.ConnectAsync(server, token);
        }
        """);

    [Fact]
    public Task Ignores_sources_that_time_out() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        class Client
        {
            private CancellationTokenSource? _attempt;

            public async Task ConnectAsync(ClientWebSocket socket, Uri server, TimeSpan timeout)
            {
                using var timed = new CancellationTokenSource(timeout);
                await socket.ConnectAsync(server, timed.Token);
                using var milliseconds = new CancellationTokenSource(5000);
                var token = milliseconds.Token;
                await socket.ConnectAsync(server, token);
                using var later = new CancellationTokenSource();
                later.CancelAfter(timeout);
                await socket.ConnectAsync(server, later.Token);
                using var linked = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken.None, later.Token);
                await socket.ConnectAsync(server, linked.Token);
                await socket.ConnectAsync(server, new CancellationTokenSource(TimeSpan.FromSeconds(3)).Token);
            }

            public async Task FieldAsync(ClientWebSocket socket, Uri server)
            {
                _attempt = new CancellationTokenSource();
                _attempt.CancelAfter(TimeSpan.FromSeconds(10));
                await socket.ConnectAsync(server, _attempt.Token);
            }
        }
        """);

    [Fact]
    public Task Ignores_sources_that_somebody_cancels_or_gets() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        class Client : IDisposable
        {
            private readonly CancellationTokenSource _closing = new();
            private CancellationTokenSource? _session;
            public CancellationTokenSource Shared { get; } = new();

            public async Task ConnectAsync(ClientWebSocket socket, Uri server)
            {
                await socket.ConnectAsync(server, _closing.Token);
                _session = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token);
                await socket.ConnectAsync(server, _session.Token);
                await socket.ConnectAsync(server, Shared.Token);
                using var handedOut = new CancellationTokenSource();
                Watch(handedOut);
                await socket.ConnectAsync(server, handedOut.Token);
                using var key = new CancellationTokenSource();
                Console.CancelKeyPress += (_, _) => key.Cancel();
                await socket.ConnectAsync(server, key.Token);
            }

            private static void Watch(CancellationTokenSource source) => source.Cancel();

            public void Dispose() => _closing?.Cancel();
        }
        """);

    [Fact]
    public Task Ignores_tokens_that_cannot_be_told() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        class Client
        {
            protected CancellationToken Lifetime { get; set; }

            public async Task ConnectAsync(ClientWebSocket socket, Uri server, IDictionary<string, CancellationToken> tokens)
            {
                await socket.ConnectAsync(server, Lifetime);
                await socket.ConnectAsync(server, tokens["connect"]);
                await socket.ConnectAsync(server, Token());
                tokens.TryGetValue("other", out var other);
                await socket.ConnectAsync(server, other);
                CancellationToken chosen = default;
                if (tokens.Count > 1)
                    chosen = tokens["chosen"];
                await socket.ConnectAsync(server, chosen);
            }

            private static CancellationToken Token() => new CancellationTokenSource(1000).Token;
        }
        """);

    [Fact]
    public Task Ignores_limits_around_the_call() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        class Client
        {
            public async Task ConnectAsync(ClientWebSocket socket, Uri server, CancellationToken cancellation)
            {
                await socket.ConnectAsync(server, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10));
                await socket.ConnectAsync(server, CancellationToken.None).WaitAsync(cancellation).ConfigureAwait(false);
                await Task.WhenAny(socket.ConnectAsync(server, CancellationToken.None), Task.Delay(1000));
                var connecting = socket.ConnectAsync(server, CancellationToken.None);
                if (await Task.WhenAny(connecting, Task.Delay(1000)) != connecting)
                    throw new TimeoutException();
                await connecting;
                socket.ConnectAsync(server, CancellationToken.None).Wait(1000);
                await Limits.WithTimeoutAsync(() => socket.ConnectAsync(server, CancellationToken.None));
                await socket.ConnectAsync(server, CancellationToken.None).TimeoutAfter(1000);
                await Task.Run(async () => await socket.ConnectAsync(server, CancellationToken.None)).WaitAsync(TimeSpan.FromSeconds(1));
            }

            public async Task HelperAsync(ClientWebSocket socket, Uri server) => await CoreAsync(socket, server).WaitAsync(TimeSpan.FromSeconds(10));

            private static async Task CoreAsync(ClientWebSocket socket, Uri server) => await socket.ConnectAsync(server, CancellationToken.None);
        }

        static class Limits
        {
            public static Task WithTimeoutAsync(Func<Task> work) => work().WaitAsync(TimeSpan.FromSeconds(1));
            public static Task TimeoutAfter(this Task task, int milliseconds) => task.WaitAsync(TimeSpan.FromMilliseconds(milliseconds));
        }
        """);

    [Fact]
    public Task Ignores_sockets_that_another_function_aborts() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        class Client
        {
            public async Task ConnectAsync(ClientWebSocket socket, Uri server, CancellationToken cancellation)
            {
                using var timer = new Timer(_ => socket.Abort(), null, 10_000, Timeout.Infinite);
                await socket.ConnectAsync(server, CancellationToken.None);
            }

            public async Task GroupAsync(ClientWebSocket socket, Uri server, CancellationToken cancellation)
            {
                using var registration = cancellation.Register(socket.Abort);
                await socket.ConnectAsync(server, CancellationToken.None);
            }
        }
        """);

    [Fact]
    public Task Ignores_connects_that_nobody_waits_for_or_that_end_by_themselves() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        class Client
        {
            private Task? _connecting;

            public void Start(ClientWebSocket socket, Uri server)
            {
                _ = socket.ConnectAsync(server, CancellationToken.None);
                _connecting = socket.ConnectAsync(server, CancellationToken.None);
            }

            public async Task FileAsync(Socket socket) => await socket.ConnectAsync(new UnixDomainSocketEndPoint("/run/chat"));

            public bool Old(Socket socket, SocketAsyncEventArgs operation) => socket.ConnectAsync(operation);
        }
        """);

    [Fact]
    public Task Ignores_others_of_the_same_name() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        namespace Acme
        {
            class ClientWebSocket { public Task ConnectAsync(Uri server, CancellationToken cancellation) => Task.CompletedTask; }
            class CancellationTokenSource { public CancellationToken Token { get; set; } }

            class Client
            {
                public async Task ConnectAsync(ClientWebSocket socket, Uri server) => await socket.ConnectAsync(server, CancellationToken.None);

                public async Task OwnAsync(System.Net.WebSockets.ClientWebSocket socket, Uri server) => await socket.ConnectAsync(server, new CancellationTokenSource().Token);
            }
        }
        """);

    [Fact]
    public Task Ignores_what_circles_around_itself() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        class Client
        {
            private CancellationTokenSource _a = new(), _b = new();

            public Client()
            {
                _a = CancellationTokenSource.CreateLinkedTokenSource(_b.Token);
                _b = CancellationTokenSource.CreateLinkedTokenSource(_a.Token);
                _b.CancelAfter(1000);
            }

            public CancellationToken Own => Own;

            public async Task ConnectAsync(ClientWebSocket socket, Uri server, int attempts)
            {
                await socket.ConnectAsync(server, _a.Token);
                await socket.ConnectAsync(server, _b.Token).WaitAsync(Own);
                await RetryAsync(socket, server, attempts);
            }

            private async Task RetryAsync(ClientWebSocket socket, Uri server, int attempts)
            {
                using var timed = new CancellationTokenSource(attempts);
                await socket.ConnectAsync(server, timed.Token);
                await RetryAsync(socket, server, attempts - 1);
            }
        }
        """);

    [Fact]
    public Task Fixes_with_a_source_that_times_out() => Verify.FixesAsync<LivenessAnalyzer, UnlimitedConnectCodeFix>("""
        class Client
        {
            public async Task ConnectAsync(ClientWebSocket socket, Uri server)
            {
                // The chat server.
                await socket.ConnectAsync(server, {|WSA6001:CancellationToken.None|}).ConfigureAwait(false); // once
                Console.WriteLine("connected");
            }

            public async Task TwiceAsync(ClientWebSocket socket, Uri server, int connectCts)
            {
                if (connectCts > 0)
                    await socket.ConnectAsync(server, {|WSA6001:default|});
            }
        }
        """, """
        class Client
        {
            public async Task ConnectAsync(ClientWebSocket socket, Uri server)
            {
                // The chat server.
                using var connectCts = new CancellationTokenSource(TimeSpan.FromSeconds(30));
                await socket.ConnectAsync(server, connectCts.Token).ConfigureAwait(false); // once
                Console.WriteLine("connected");
            }

            public async Task TwiceAsync(ClientWebSocket socket, Uri server, int connectCts)
            {
                if (connectCts > 0)
                {
                    using var connectCts2 = new CancellationTokenSource(TimeSpan.FromSeconds(30));
                    await socket.ConnectAsync(server, connectCts2.Token);
                }
            }
        }
        """);

    [Fact]
    public Task Fixes_with_a_link_to_the_token_in_reach() => Verify.FixesAsync<LivenessAnalyzer, UnlimitedConnectCodeFix>("""
        class Client
        {
            public async Task ConnectAsync(ClientWebSocket socket, Uri server, CancellationToken cancellation)
            {
                await socket.ConnectAsync(server, {|WSA6001:CancellationToken.None|});
            }

            public async Task SourceAsync(ClientWebSocket socket, Uri server)
            {
                using var source = new CancellationTokenSource();
                await socket.ConnectAsync(server, {|WSA6001:source.Token|});
            }
        }
        """, """
        class Client
        {
            public async Task ConnectAsync(ClientWebSocket socket, Uri server, CancellationToken cancellation)
            {
                using var connectCts = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                connectCts.CancelAfter(TimeSpan.FromSeconds(30));
                await socket.ConnectAsync(server, connectCts.Token);
            }

            public async Task SourceAsync(ClientWebSocket socket, Uri server)
            {
                using var source = new CancellationTokenSource();
                using var connectCts = CancellationTokenSource.CreateLinkedTokenSource(source.Token);
                connectCts.CancelAfter(TimeSpan.FromSeconds(30));
                await socket.ConnectAsync(server, connectCts.Token);
            }
        }
        """);

    [Fact]
    public Task Fixes_calls_that_were_given_no_token() => Verify.FixesAsync<LivenessAnalyzer, UnlimitedConnectCodeFix>("""
        // top-level
        using var client = new TcpClient();
        await {|WSA6001:client.ConnectAsync("chat.example", 443)|};
        Console.WriteLine("connected");
        """, """
        // top-level
        using var client = new TcpClient();
        using var connectCts = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await client.ConnectAsync("chat.example", 443, connectCts.Token);
        Console.WriteLine("connected");
        """);

    [Fact]
    public Task FixesAll_in_switches_lambdas_and_loops() => Verify.FixesAsync<LivenessAnalyzer, UnlimitedConnectCodeFix>("""
        class Client
        {
            public async Task ConnectAsync(int kind, Uri server)
            {
                switch (kind)
                {
                    case 1:
                        using (var socket = new ClientWebSocket())
                        {
                            await socket.ConnectAsync(server, {|WSA6001:CancellationToken.None|});
                            break;
                        }
                    default:
                        var other = new ClientWebSocket();
                        await other.ConnectAsync(server, {|WSA6001:CancellationToken.None|});
                        other.Dispose();
                        break;
                }
                while (true)
                {
                    using var socket = new ClientWebSocket();
                    await socket.ConnectAsync(server, {|WSA6001:CancellationToken.None|});
                }
            }
        }
        """, """
        class Client
        {
            public async Task ConnectAsync(int kind, Uri server)
            {
                switch (kind)
                {
                    case 1:
                        using (var socket = new ClientWebSocket())
                        {
                            using var connectCts = new CancellationTokenSource(TimeSpan.FromSeconds(30));
                            await socket.ConnectAsync(server, connectCts.Token);
                            break;
                        }
                    default:
                        var other = new ClientWebSocket();
                        {
                            using var connectCts2 = new CancellationTokenSource(TimeSpan.FromSeconds(30));
                            await other.ConnectAsync(server, connectCts2.Token);
                        }
                        other.Dispose();
                        break;
                }
                while (true)
                {
                    using var socket = new ClientWebSocket();
                    using var connectCts3 = new CancellationTokenSource(TimeSpan.FromSeconds(30));
                    await socket.ConnectAsync(server, connectCts3.Token);
                }
            }
        }
        """);

    [Fact]
    public Task OffersNoFix_where_the_task_goes_on() => Verify.OffersNoFixAsync<LivenessAnalyzer, UnlimitedConnectCodeFix>("""
        class Client
        {
            private readonly ClientWebSocket _socket = new();

            public Task Forward(Uri server) => _socket.ConnectAsync(server, {|WSA6001:CancellationToken.None|});

            public async Task ArrowAsync(Uri server) => await _socket.ConnectAsync(server, {|WSA6001:CancellationToken.None|});

            public void Block(Uri server) => _socket.ConnectAsync(server, {|WSA6001:CancellationToken.None|}).Wait();

            public async Task JumpAsync(Uri server)
            {
                if (_socket.State == WebSocketState.Open)
                    goto done;
                await _socket.ConnectAsync(server, {|WSA6001:CancellationToken.None|});
                done:
                Console.WriteLine("connected");
            }
        }
        """);
}
