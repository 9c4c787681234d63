using WebSocketAnalyzers.CodeFixes.Fixes.Lifetime;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Lifetime;

public class ReplacedConnectionTests
{
    /// <summary>The SignalR client by name and shape: its package is not referenced here.</summary>
    private const string SignalRClient = """
        namespace Microsoft.AspNetCore.SignalR.Client
        {
            public class HubConnection : IAsyncDisposable
            {
                public event Func<Exception?, Task>? Closed;
                public string? ConnectionId => null;
                public Task StartAsync(CancellationToken cancellation = default) => Closed?.Invoke(null) ?? Task.CompletedTask;
                public Task StopAsync(CancellationToken cancellation = default) => Task.CompletedTask;
                public ValueTask DisposeAsync() => default;
            }

            public interface IHubConnectionBuilder { HubConnection Build(); }

            public class HubConnectionBuilder : IHubConnectionBuilder { public HubConnection Build() => new(); }
        }
        """;

    [Fact]
    public Task Reports_a_retry_loop() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        class Client : IDisposable
        {
            private ClientWebSocket _socket = new ClientWebSocket();

            public async Task<bool> TryConnectAsync(Uri server, CancellationToken token)
            {
                for (var attempt = 0; attempt < 3; attempt++)
                {
                    {|WSA3003:_socket = new ClientWebSocket()|};
                    _socket.Options.AddSubProtocol("chat");
                    await _socket.ConnectAsync(server, token).ContinueWith(_ => { });
                    if (_socket.State == WebSocketState.Open)
                        return true;
                    await Task.Delay(100, token);
                }

                return false;
            }

            public void Dispose() => _socket.Dispose();
        }
        """);

    [Fact]
    public Task Reports_a_reconnect_after_a_failed_receive() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        class Client : IDisposable
        {
            private ClientWebSocket? _socket;

            public async Task RunAsync(Uri server, CancellationToken token)
            {
                while (!token.IsCancellationRequested)
                {
                    try
                    {
                        {|WSA3003:_socket = new()|};
                        await _socket.ConnectAsync(server, token);
                        await ReceiveAsync(_socket, token);
                        return;
                    }
                    catch (WebSocketException)
                    {
                        await Task.Delay(1000, token);
                    }
                }
            }

            private static async Task ReceiveAsync(ClientWebSocket socket, CancellationToken token)
            {
                var buffer = new byte[1024];
                while ((await socket.ReceiveAsync(buffer, token)).MessageType != WebSocketMessageType.Close) { }
            }

            public void Dispose() => _socket?.Dispose();
        }
        """);

    [Fact]
    public Task Reports_an_old_connection_that_was_looked_at() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        class Client : IDisposable
        {
            private ClientWebSocket? _socket;

            public async Task EnsureAsync(Uri server, CancellationToken token)
            {
                if (_socket != null && _socket.State == WebSocketState.Open)
                    return;
                {|WSA3003:_socket = new ClientWebSocket()|};
                await _socket.ConnectAsync(server, token);
            }

            public void Dispose() => _socket?.Dispose();
        }

        class Closing : IDisposable
        {
            private ClientWebSocket? socket;

            public async Task ReconnectAsync(Uri server, CancellationToken token)
            {
                if (this.socket is not null)
                    await this.socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, token);
                var fresh = new ClientWebSocket();
                await fresh.ConnectAsync(server, token);
                {|WSA3003:this.socket = fresh|};
            }

            public void Dispose() => socket?.Dispose();
        }
        """);

    [Fact]
    public Task Reports_a_private_method_that_is_called_after_a_close() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        class Client
        {
            private ClientWebSocket? _socket;

            public async Task ConnectAsync(Uri server, CancellationToken token)
            {
                await DisconnectAsync(token);
                await OpenAsync(server, token);
            }

            public async Task DisconnectAsync(CancellationToken token)
            {
                if (_socket != null)
                {
                    await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, token);
                    _socket = null;
                }
            }

            private async Task OpenAsync(Uri server, CancellationToken token)
            {
                {|WSA3003:_socket = new ClientWebSocket()|};
                await _socket.ConnectAsync(server, token);
            }
        }
        """);

    [Fact]
    public Task Reports_a_method_of_a_type_that_never_disposes() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        class Client
        {
            private TcpClient? Connection { get; set; }

            public async Task ConnectAsync(string host)
            {
                {|WSA3003:Connection = new TcpClient()|};
                await Connection.ConnectAsync(host, 80);
            }

            public Task SendAsync(byte[] data) => Connection!.Client.SendAsync(data);
        }
        """);

    [Fact]
    public Task Reports_a_local_function_that_is_called_in_a_loop() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        class Client : IDisposable
        {
            private ClientWebSocket? _socket;

            public async Task RunAsync(Uri server, CancellationToken token)
            {
                while (!token.IsCancellationRequested)
                    await TurnAsync();

                async Task TurnAsync()
                {
                    {|WSA3003:_socket = new ClientWebSocket()|};
                    await _socket.ConnectAsync(server, token);
                }
            }

            public void Dispose() => _socket?.Dispose();
        }
        """);

    [Fact]
    public Task Reports_an_exchange_whose_result_is_dropped() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        class Client : IDisposable
        {
            private ClientWebSocket? _socket;

            public async Task ReconnectAsync(Uri server, CancellationToken token)
            {
                var fresh = new ClientWebSocket();
                await fresh.ConnectAsync(server, token);
                {|WSA3003:Interlocked.Exchange(ref _socket, fresh)|};
            }

            public async Task AgainAsync(Uri server, CancellationToken token)
            {
                var old = {|WSA3003:Interlocked.Exchange(ref _socket, new ClientWebSocket())|};
                if (old != null)
                    await old.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, token);
            }

            public void Dispose() => _socket?.Dispose();
        }
        """);

    [Fact]
    public Task Ignores_a_dispose_on_the_way() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Client : IDisposable
        {
            private ClientWebSocket? _socket;

            public async Task ConnectAsync(Uri server, CancellationToken token)
            {
                if (_socket != null && _socket.State == WebSocketState.Open)
                    return;
                _socket?.Dispose();
                _socket = new ClientWebSocket();
                await _socket.ConnectAsync(server, token);
            }

            public async Task LoopAsync(Uri server, CancellationToken token)
            {
                while (!token.IsCancellationRequested)
                {
                    try
                    {
                        _socket = new ClientWebSocket();
                        await _socket.ConnectAsync(server, token);
                        await _socket.ReceiveAsync(new byte[1], token);
                    }
                    finally
                    {
                        _socket?.Dispose();
                    }
                }
            }

            public void Dispose() => _socket?.Dispose();
        }
        """);

    [Fact]
    public Task Ignores_a_finally_inside_of_a_catch() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Client
        {
            private ClientWebSocket? _socket;

            public async Task RunAsync(Uri server, CancellationToken token)
            {
                while (!token.IsCancellationRequested)
                {
                    try
                    {
                        try
                        {
                            _socket = new ClientWebSocket();
                            await _socket.ConnectAsync(server, token);
                            await _socket.ReceiveAsync(new byte[1], token);
                        }
                        finally
                        {
                            _socket!.Abort();
                        }
                    }
                    catch (WebSocketException)
                    {
                        await Task.Delay(100, token);
                    }
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_known_null_and_the_first_one() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Client : IDisposable
        {
            private ClientWebSocket? _socket;
            private ClientWebSocket _other = new();

            public Client() => _other = new ClientWebSocket();

            public async Task ConnectAsync(Uri server, CancellationToken token)
            {
                if (_socket is null)
                {
                    _socket = new ClientWebSocket();
                    await _socket.ConnectAsync(server, token);
                }
            }

            public void Ensure() => _socket ??= new ClientWebSocket();

            public async Task OnceAsync(Uri server, CancellationToken token)
            {
                if (_socket != null)
                    throw new InvalidOperationException();
                _socket = new ClientWebSocket();
                await _socket.ConnectAsync(server, token);
            }

            public void Dispose()
            {
                _socket?.Dispose();
                _other.Dispose();
            }
        }
        """);

    [Fact]
    public Task Ignores_methods_that_dispose_the_old_one() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Client : IAsyncDisposable
        {
            private ClientWebSocket? _socket;

            public async Task ReconnectAsync(Uri server, CancellationToken token)
            {
                if (_socket?.State == WebSocketState.Open)
                    await CleanAsync(token);
                else
                    await CleanAsync(token);
                _socket = new ClientWebSocket();
                await _socket.ConnectAsync(server, token);
            }

            private async Task CleanAsync(CancellationToken token)
            {
                if (_socket is not { } old)
                    return;
                await old.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, token);
                Drop();
            }

            private void Drop()
            {
                _socket?.Dispose();
                _socket = null;
            }

            public async ValueTask DisposeAsync() => await CleanAsync(default);
        }
        """);

    [Fact]
    public Task Ignores_copies_that_are_disposed_afterwards() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Client : IDisposable
        {
            private ClientWebSocket? _socket;

            public async Task ReconnectAsync(Uri server, CancellationToken token)
            {
                var old = _socket;
                _socket = new ClientWebSocket();
                await _socket.ConnectAsync(server, token);
                old?.Dispose();
            }

            public async Task SwapAsync(Uri server, CancellationToken token)
            {
                var fresh = new ClientWebSocket();
                await fresh.ConnectAsync(server, token);
                var old = Interlocked.Exchange(ref _socket, fresh);
                old?.Dispose();
            }

            public void Swap() => Interlocked.Exchange(ref _socket, new ClientWebSocket())?.Dispose();

            public void Dispose() => _socket?.Dispose();
        }
        """);

    [Fact]
    public Task Ignores_types_whose_callers_dispose_in_between() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Client
        {
            private ClientWebSocket? _socket;

            public async Task ConnectAsync(Uri server, CancellationToken token)
            {
                if (_socket?.State == WebSocketState.Open)
                    return;
                _socket = new ClientWebSocket();
                await _socket.ConnectAsync(server, token);
            }

            public void Disconnect() => _socket?.Dispose();
        }

        class Once : IDisposable
        {
            private ClientWebSocket? _socket;

            public async Task ConnectAsync(Uri server, CancellationToken token)
            {
                _socket = new ClientWebSocket();
                await _socket.ConnectAsync(server, token);
            }

            public void Dispose() => _socket?.Dispose();
        }
        """);

    [Fact]
    public Task Ignores_connections_that_are_given_away() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Pool
        {
            private readonly List<ClientWebSocket> _all = new();
            private ClientWebSocket? _latest;

            public ClientWebSocket? Latest => _latest;

            public async Task AddAsync(Uri server, CancellationToken token)
            {
                _latest = new ClientWebSocket();
                await _latest.ConnectAsync(server, token);
                _all.Add(_latest);
            }
        }
        """);

    [Fact]
    public Task Ignores_what_a_framework_calls_once() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Plugin : IComparer<string>, IAsyncEnumerator<int>
        {
            private ClientWebSocket? _socket;

            public int Compare(string? left, string? right) => 0;
            public int Current => 0;
            public async ValueTask<bool> MoveNextAsync()
            {
                _socket = new ClientWebSocket();
                await _socket.ConnectAsync(new Uri("ws://localhost"), default);
                return false;
            }

            public ValueTask DisposeAsync() => default;
            public override string ToString()
            {
                _socket = new ClientWebSocket();
                return "";
            }
        }
        """);

    [Fact]
    public Task Ignores_half_typed_and_recursive_code() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Client : IDisposable
        {
            private ClientWebSocket? _socket;

            private void Open(int depth)
            {
                if (depth > 0)
                    Close(depth - 1);
                _socket = new ClientWebSocket();
            }

            private void Close(int depth) => Open(depth);

            public void Dispose() => _socket?.Dispose();
        }

        namespace Fake
        {
            class ClientWebSocket : IDisposable { public void Dispose() { } }

            class Client
            {
                private ClientWebSocket? _socket;
                public void Connect() { while (true) { _socket = new ClientWebSocket(); _socket.ToString(); } }
            }
        }
        """);

    [Fact]
    public Task Fixes_by_disposing_first() => Verify.FixesAsync<LifetimeAnalyzer, ReplacedConnectionCodeFix>("""
        class Client : IDisposable
        {
            private ClientWebSocket? _socket;

            public async Task EnsureAsync(Uri server, CancellationToken token)
            {
                if (_socket != null && _socket.State == WebSocketState.Open)
                    return;
                // A new one each time.
                {|WSA3003:_socket = new ClientWebSocket()|}; // connected below
                await _socket.ConnectAsync(server, token);
            }

            public void Dispose() => _socket?.Dispose();
        }
        """, """
        class Client : IDisposable
        {
            private ClientWebSocket? _socket;

            public async Task EnsureAsync(Uri server, CancellationToken token)
            {
                if (_socket != null && _socket.State == WebSocketState.Open)
                    return;
                // A new one each time.
                _socket?.Dispose();
                _socket = new ClientWebSocket(); // connected below
                await _socket.ConnectAsync(server, token);
            }

            public void Dispose() => _socket?.Dispose();
        }
        """);

    [Fact]
    public Task Fixes_an_exchange() => Verify.FixesAsync<LifetimeAnalyzer, ReplacedConnectionCodeFix>("""
        class Client : IDisposable
        {
            private ClientWebSocket? _socket;
            public void Swap() { {|WSA3003:Interlocked.Exchange(ref _socket, new ClientWebSocket())|}; }
            public void Dispose() => _socket?.Dispose();
        }
        """, """
        class Client : IDisposable
        {
            private ClientWebSocket? _socket;
            public void Swap() { Interlocked.Exchange(ref _socket, new ClientWebSocket())?.Dispose(); }
            public void Dispose() => _socket?.Dispose();
        }
        """);

    [Fact]
    public Task Fixes_asynchronously_where_there_is_nothing_else() => Verify.FixesAsync<LifetimeAnalyzer, ReplacedConnectionCodeFix>("""
        using Microsoft.AspNetCore.SignalR.Client;

        sealed class Client : IAsyncDisposable
        {
            private HubConnection? _hub;

            public async Task ReconnectAsync(CancellationToken token)
            {
                if (_hub is not null)
                    await _hub.StopAsync(token).ConfigureAwait(false);
                {|WSA3003:_hub = new HubConnectionBuilder().Build()|};
                await _hub.StartAsync(token).ConfigureAwait(false);
            }

            public async ValueTask DisposeAsync()
            {
                if (_hub is not null)
                    await _hub.DisposeAsync();
            }
        }

        """ + SignalRClient, """
        using Microsoft.AspNetCore.SignalR.Client;

        sealed class Client : IAsyncDisposable
        {
            private HubConnection? _hub;

            public async Task ReconnectAsync(CancellationToken token)
            {
                if (_hub is not null)
                    await _hub.StopAsync(token).ConfigureAwait(false);
                if (_hub is not null)
                    await _hub.DisposeAsync().ConfigureAwait(false);
                _hub = new HubConnectionBuilder().Build();
                await _hub.StartAsync(token).ConfigureAwait(false);
            }

            public async ValueTask DisposeAsync()
            {
                if (_hub is not null)
                    await _hub.DisposeAsync();
            }
        }

        """ + SignalRClient);

    [Fact]
    public Task OffersNoFix_where_the_exchange_is_kept() => Verify.OffersNoFixAsync<LifetimeAnalyzer, ReplacedConnectionCodeFix>("""
        class Client : IDisposable
        {
            private ClientWebSocket? _socket;

            public async Task AgainAsync(CancellationToken token)
            {
                var old = {|WSA3003:Interlocked.Exchange(ref _socket, new ClientWebSocket())|};
                if (old != null)
                    await old.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, token);
            }

            public void Dispose() => _socket?.Dispose();
        }
        """);

    [Fact]
    public Task Reports_through_a_property_over_the_field() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        class Client : IDisposable
        {
            private ClientWebSocket? _socket;

            private ClientWebSocket? Socket
            {
                get => _socket;
                set => _socket = value;
            }

            public async Task RunAsync(Uri server, CancellationToken token)
            {
                while (!token.IsCancellationRequested)
                {
                    {|WSA3003:Socket = new ClientWebSocket()|};
                    await Socket.ConnectAsync(server, token);
                    await Socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, token);
                }
            }

            public void Dispose() => _socket?.Dispose();
        }
        """);

    [Fact]
    public Task Ignores_properties_that_dispose_and_disposals_through_the_property() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Client : IDisposable
        {
            private ClientWebSocket? _socket;

            private ClientWebSocket? Socket
            {
                get => _socket;
                set
                {
                    _socket?.Dispose();
                    _socket = value;
                }
            }

            public async Task RunAsync(Uri server, CancellationToken token)
            {
                while (!token.IsCancellationRequested)
                {
                    Socket = new ClientWebSocket();
                    await Socket.ConnectAsync(server, token);
                    await Socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, token);
                }
            }

            public void Dispose() => Socket?.Dispose();
        }

        class Other : IDisposable
        {
            private ClientWebSocket? _socket;
            private ClientWebSocket? Socket { get { return _socket; } set { _socket = value; } }

            public async Task RunAsync(Uri server, CancellationToken token)
            {
                while (!token.IsCancellationRequested)
                {
                    Socket?.Dispose();
                    Socket = new ClientWebSocket();
                    await _socket!.ConnectAsync(server, token);
                }
            }

            public void Dispose() => _socket?.Dispose();
        }
        """);
}
