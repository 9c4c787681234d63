using WebSocketAnalyzers.CodeFixes.Fixes.Lifetime;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Lifetime;

public class UndisposedMemberTests
{
    /// <summary>The SignalR client by name and shape: its package is not referenced here.</summary>
    private const string SignalRClient = """
        namespace Microsoft.AspNetCore.SignalR.Client
        {
            public class HubConnection : IAsyncDisposable
            {
                public Task StartAsync(CancellationToken cancellation = default) => Task.CompletedTask;
                public Task StopAsync(CancellationToken cancellation = default) => Task.CompletedTask;
                public ValueTask DisposeAsync() => default;
            }

            public interface IHubConnectionBuilder { HubConnection Build(); }

            public class HubConnectionBuilder : IHubConnectionBuilder { public HubConnection Build() => new(); }
        }
        """;

    [Fact]
    public Task Reports_a_type_that_is_not_disposable() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        class Client
        {
            private readonly ClientWebSocket _socket = {|WSA3002:new()|};
            private TcpClient Tcp { get; } = {|WSA3002:new TcpClient()|};

            public Task ConnectAsync(Uri server, CancellationToken token) => _socket.ConnectAsync(server, token);
            public Task CloseAsync(CancellationToken token) => _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, token);
            public Task OpenAsync(string host) => Tcp.ConnectAsync(host, 80);
        }
        """);

    [Fact]
    public Task Reports_a_dispose_that_misses_it() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        public class Wrapper : IDisposable
        {
            private readonly ClientWebSocket _socket;
            private readonly CancellationTokenSource _stop = new();

            public Wrapper(Uri server) => _socket = {|WSA3002:new ClientWebSocket()|};

            public Task SendAsync(byte[] data) => _socket.SendAsync(data, WebSocketMessageType.Text, true, _stop.Token);

            public void Dispose()
            {
                _stop.Cancel();
                _stop.Dispose();
            }
        }
        """);

    [Fact]
    public Task Reports_a_hub_connection_that_is_only_stopped() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        using Microsoft.AspNetCore.SignalR.Client;

        public sealed class Channel
        {
            private HubConnection? _hub;

            public async ValueTask InitializeAsync()
            {
                this._hub = {|WSA3002:new HubConnectionBuilder().Build()|};
                await this._hub.StartAsync().ConfigureAwait(false);
            }

            public async ValueTask UninitializeAsync()
            {
                if (this._hub == null)
                    throw new InvalidOperationException();
                await this._hub.StopAsync().ConfigureAwait(false);
            }
        }

        """ + SignalRClient);

    [Fact]
    public Task Reports_a_dispose_that_is_skipped_unless_open() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        class Client : IDisposable
        {
            private readonly ClientWebSocket _socket = new();

            public bool IsOpen => _socket.State == WebSocketState.Open;

            public void Dispose()
            {
                if (_socket != null)
                {
                    if (_socket.State == WebSocketState.Open)
                    {
                        Log();
                        {|WSA3002:_socket.Dispose()|};
                    }
                }
            }

            private static void Log() { }
        }
        """);

    [Fact]
    public Task Reports_the_first_of_several_and_one_by_way_of_a_local() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        partial class Client
        {
            private ClientWebSocket? _socket;

            public void Open()
            {
                var socket = {|WSA3002:new ClientWebSocket()|};
                socket.Options.AddSubProtocol("chat");
                _socket = socket;
            }
        }

        partial class Client
        {
            public void Reopen()
            {
                if (_socket is { State: WebSocketState.Open } current)
                    Console.WriteLine(current.SubProtocol);
                _socket = new ClientWebSocket();
            }
        }
        """);

    [Fact]
    public Task Reports_in_a_base_class_with_an_abstract_member() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        abstract class Feed
        {
            private readonly UdpClient _client = {|WSA3002:new UdpClient(5000)|};
            protected abstract void On(byte[] data);
            public async Task RunAsync(CancellationToken token)
            {
                while (!token.IsCancellationRequested)
                    On((await _client.ReceiveAsync(token)).Buffer);
            }
        }
        """);

    [Fact]
    public Task Ignores_a_dispose_anywhere_in_the_type() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class ByDispose : IDisposable
        {
            private readonly ClientWebSocket _socket = new();
            public void Dispose() => _socket.Dispose();
        }

        class ByStop
        {
            private TcpClient? _client;
            public void Start() => _client = new TcpClient();
            public void Stop() => _client?.Close();
        }

        class ByAbort
        {
            private readonly ClientWebSocket _socket = new();
            public void Abort() => _socket.Abort();
        }

        class ByExchange : IDisposable
        {
            private ClientWebSocket? _socket = new();
            public void Dispose() => Interlocked.Exchange(ref _socket, null)?.Dispose();
        }

        class ByCopy : IDisposable
        {
            private ClientWebSocket? _socket = new();
            public void Dispose()
            {
                var socket = _socket;
                _socket = null;
                socket?.Dispose();
            }
        }

        class ByPattern : IDisposable
        {
            private ClientWebSocket? _socket = new();
            public void Dispose()
            {
                if (_socket is { } socket)
                    socket.Dispose();
            }
        }

        class ByUsing
        {
            private readonly ClientWebSocket _socket = new();
            public async Task RunAsync(Uri server, CancellationToken token)
            {
                using (_socket)
                    await _socket.ConnectAsync(server, token);
            }
        }

        class ByInterface : IDisposable
        {
            private readonly ClientWebSocket _socket = new();
            void IDisposable.Dispose() => ((IDisposable)_socket).Dispose();
        }
        """);

    [Fact]
    public Task Ignores_connections_that_are_given_in() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Injected
        {
            private readonly ClientWebSocket _socket;
            public Injected(ClientWebSocket socket) => _socket = socket;
            public bool IsOpen => _socket.State == WebSocketState.Open;
        }

        class Mixed
        {
            private readonly ClientWebSocket _socket;
            public Mixed(ClientWebSocket? socket) => _socket = socket ?? new ClientWebSocket();
            public bool IsOpen => _socket.State == WebSocketState.Open;
        }

        class Either
        {
            private readonly ClientWebSocket _socket;
            public Either() => _socket = new ClientWebSocket();
            public Either(ClientWebSocket socket) => _socket = socket;
            public bool IsOpen => _socket.State == WebSocketState.Open;
        }
        """);

    [Fact]
    public Task Ignores_connections_that_are_given_away() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Visible
        {
            private readonly ClientWebSocket _socket = new();
            public WebSocket Socket => _socket;
        }

        class Open
        {
            public readonly ClientWebSocket Socket = new();
            protected TcpClient Tcp { get; } = new();
            internal ClientWebSocket Inner { get; private set; } = new();
        }

        class Listed
        {
            private readonly List<IDisposable> _all = new();
            private readonly ClientWebSocket _socket = new();
            public Listed() => _all.Add(_socket);
        }

        class Streamed : IDisposable
        {
            private readonly TcpClient _client = new();
            private readonly NetworkStream _stream;
            public Streamed() => _stream = _client.GetStream();
            public void Dispose() => _stream.Dispose();
        }

        class Owned
        {
            private readonly ClientWebSocket _socket = new();
            private readonly Holder _holder;
            public Owned() => _holder = new Holder(_socket);
            public void End() => _holder.Dispose();
        }

        class Holder : IDisposable
        {
            private readonly WebSocket _socket;
            public Holder(WebSocket socket) => _socket = socket;
            public void Dispose() => _socket.Dispose();
        }
        """);

    [Fact]
    public Task Ignores_static_members_and_other_objects() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        static class Shared
        {
            private static readonly ClientWebSocket Socket = new();
            public static bool IsOpen => Socket.State == WebSocketState.Open;
        }

        class Session
        {
            private ClientWebSocket? _socket;
            public static Session Start() => new Session { _socket = new ClientWebSocket() };
            public bool IsOpen => _socket?.State == WebSocketState.Open;
        }
        """);

    [Fact]
    public Task Ignores_a_dispose_behind_other_tests() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Client : IDisposable
        {
            private readonly ClientWebSocket _socket = new();
            private bool _disposed;

            public void Dispose()
            {
                if (_disposed)
                    return;
                _disposed = true;
                if (_socket.State != WebSocketState.None)
                    _socket.Dispose();
            }
        }

        class Both : IDisposable
        {
            private readonly ClientWebSocket _socket = new();

            public void Dispose()
            {
                if (_socket.State == WebSocketState.Open)
                {
                    _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default).ContinueWith(_ => _socket.Dispose());
                }
                else
                {
                    _socket.Dispose();
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_doppelgaengers_and_half_typed_code() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        namespace Fake
        {
            class ClientWebSocket : IDisposable { public void Dispose() { } }

            class Client
            {
                private readonly ClientWebSocket _socket = new();
                public override string? ToString() => _socket.ToString();
            }
        }

        class Wrapped
        {
            private readonly WebSocket _socket;
            public Wrapped(Stream stream) => _socket = WebSocket.CreateFromStream(stream, true, null, TimeSpan.FromSeconds(30));
            public bool IsOpen => _socket.State == WebSocketState.Open;
        }
        """);

    [Fact]
    public Task Fixes_by_completing_Dispose() => Verify.FixesAsync<LifetimeAnalyzer, UndisposedMemberCodeFix>("""
        public class Wrapper : IDisposable
        {
            private readonly ClientWebSocket _socket = {|WSA3002:new()|};
            private TcpClient? _tcp;
            private readonly CancellationTokenSource _stop = new();

            public void Open() => _tcp = {|WSA3002:new TcpClient()|};
            public bool IsOpen => _socket.State == WebSocketState.Open && _tcp?.Connected == true;

            public void Dispose()
            {
                // Nothing runs any more.
                _stop.Dispose();
                GC.SuppressFinalize(this);
            }
        }
        """, """
        public class Wrapper : IDisposable
        {
            private readonly ClientWebSocket _socket = new();
            private TcpClient? _tcp;
            private readonly CancellationTokenSource _stop = new();

            public void Open() => _tcp = new TcpClient();
            public bool IsOpen => _socket.State == WebSocketState.Open && _tcp?.Connected == true;

            public void Dispose()
            {
                // Nothing runs any more.
                _stop.Dispose();
                _socket.Dispose();
                _tcp?.Dispose();
                GC.SuppressFinalize(this);
            }
        }
        """);

    [Fact]
    public Task Fixes_by_completing_the_pattern() => Verify.FixesAsync<LifetimeAnalyzer, UndisposedMemberCodeFix>("""
        public class Wrapper : IDisposable
        {
            private readonly ClientWebSocket _socket = {|WSA3002:new()|};
            private readonly CancellationTokenSource _stop = new();
            private bool _disposed;

            public bool IsOpen => _socket.State == WebSocketState.Open;

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                if (disposing && !_disposed)
                {
                    _stop.Dispose();
                }

                _disposed = true;
            }
        }

        public sealed class Short : IDisposable
        {
            private readonly ClientWebSocket _socket = {|WSA3002:new()|};
            private readonly CancellationTokenSource _stop = new();
            public bool IsOpen => _socket.State == WebSocketState.Open;
            public void Dispose() => _stop.Dispose();
        }
        """, """
        public class Wrapper : IDisposable
        {
            private readonly ClientWebSocket _socket = new();
            private readonly CancellationTokenSource _stop = new();
            private bool _disposed;

            public bool IsOpen => _socket.State == WebSocketState.Open;

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                if (disposing && !_disposed)
                {
                    _stop.Dispose();
                    _socket.Dispose();
                }

                _disposed = true;
            }
        }

        public sealed class Short : IDisposable
        {
            private readonly ClientWebSocket _socket = new();
            private readonly CancellationTokenSource _stop = new();
            public bool IsOpen => _socket.State == WebSocketState.Open;
            public void Dispose()
            {
                _stop.Dispose();
                _socket.Dispose();
            }
        }
        """);

    [Fact]
    public Task Fixes_by_making_the_type_disposable() => Verify.FixesAsync<LifetimeAnalyzer, UndisposedMemberCodeFix>("""
        public sealed class Client
        {
            private readonly ClientWebSocket _socket = {|WSA3002:new()|};
            private readonly TcpClient _tcp = {|WSA3002:new()|};

            public bool IsOpen => _socket.State == WebSocketState.Open && _tcp.Connected;
        }

        public class Open<T> : IComparable
            where T : class
        {
            private ClientWebSocket? _socket;

            public void Connect() => _socket = {|WSA3002:new ClientWebSocket()|};

            public int CompareTo(object? other) => _socket!.State.CompareTo(other);
        }
        """, """
        public sealed class Client : IDisposable
        {
            private readonly ClientWebSocket _socket = new();
            private readonly TcpClient _tcp = new();

            public bool IsOpen => _socket.State == WebSocketState.Open && _tcp.Connected;

            public void Dispose()
            {
                _socket.Dispose();
                _tcp.Dispose();
            }
        }

        public class Open<T> : IComparable, IDisposable
            where T : class
        {
            private ClientWebSocket? _socket;

            public void Connect() => _socket = new ClientWebSocket();

            public int CompareTo(object? other) => _socket!.State.CompareTo(other);

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                if (disposing)
                {
                    _socket?.Dispose();
                }
            }
        }
        """);

    [Fact]
    public Task Fixes_asynchronously_and_in_derived_types() => Verify.FixesAsync<LifetimeAnalyzer, UndisposedMemberCodeFix>("""
        using Microsoft.AspNetCore.SignalR.Client;

        public sealed class Channel
        {
            private HubConnection? _hub;

            public async ValueTask InitializeAsync()
            {
                _hub = {|WSA3002:new HubConnectionBuilder().Build()|};
                await _hub.StartAsync().ConfigureAwait(false);
            }
        }

        public class Base : IDisposable
        {
            public void Dispose() => Dispose(true);
            protected virtual void Dispose(bool disposing) { }
        }

        public class Derived : Base
        {
            private readonly ClientWebSocket _socket = {|WSA3002:new()|};
            public bool IsOpen => _socket.State == WebSocketState.Open;
        }

        """ + SignalRClient, """
        using Microsoft.AspNetCore.SignalR.Client;

        public sealed class Channel : IAsyncDisposable
        {
            private HubConnection? _hub;

            public async ValueTask InitializeAsync()
            {
                _hub = new HubConnectionBuilder().Build();
                await _hub.StartAsync().ConfigureAwait(false);
            }

            public async ValueTask DisposeAsync()
            {
                if (_hub is not null)
                    await _hub.DisposeAsync().ConfigureAwait(false);
            }
        }

        public class Base : IDisposable
        {
            public void Dispose() => Dispose(true);
            protected virtual void Dispose(bool disposing) { }
        }

        public class Derived : Base
        {
            private readonly ClientWebSocket _socket = new();
            public bool IsOpen => _socket.State == WebSocketState.Open;

            protected override void Dispose(bool disposing)
            {
                if (disposing)
                {
                    _socket.Dispose();
                }

                base.Dispose(disposing);
            }
        }

        """ + SignalRClient);

    [Fact]
    public Task Fixes_a_skipped_dispose() => Verify.FixesAsync<LifetimeAnalyzer, UndisposedMemberCodeFix>("""
        class Client : IDisposable
        {
            private readonly ClientWebSocket _socket = new();

            public void Dispose()
            {
                if (_socket.State == WebSocketState.Open)
                {
                    Log();
                    {|WSA3002:_socket.Dispose()|};
                }
            }

            private static void Log() { }
        }

        class Single : IDisposable
        {
            private ClientWebSocket? _socket;
            public void Open() => _socket ??= new();

            public void Dispose()
            {
                if (_socket?.State == WebSocketState.Open)
                    {|WSA3002:_socket.Dispose()|};
            }
        }
        """, """
        class Client : IDisposable
        {
            private readonly ClientWebSocket _socket = new();

            public void Dispose()
            {
                if (_socket.State == WebSocketState.Open)
                {
                    Log();
                }
                _socket?.Dispose();
            }

            private static void Log() { }
        }

        class Single : IDisposable
        {
            private ClientWebSocket? _socket;
            public void Open() => _socket ??= new();

            public void Dispose()
            {
                _socket?.Dispose();
            }
        }
        """);

    [Fact]
    public Task OffersNoFix_where_the_type_cannot_await() => Verify.OffersNoFixAsync<LifetimeAnalyzer, UndisposedMemberCodeFix>("""
        using Microsoft.AspNetCore.SignalR.Client;

        public sealed class Channel : IAsyncDisposable
        {
            private readonly HubConnection _hub = {|WSA3002:new HubConnectionBuilder().Build()|};
            public Task StartAsync() => _hub.StartAsync();
            public ValueTask DisposeAsync() => default;
        }

        """ + SignalRClient);

    [Fact]
    public Task Reports_behind_a_private_property_over_the_field() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        class Client
        {
            private ClientWebSocket? _socket;
            private ClientWebSocket? Socket { get => _socket; set => _socket = value; }

            public async Task OpenOnceAsync(Uri server, CancellationToken token)
            {
                Socket ??= {|WSA3002:new ClientWebSocket()|};
                await Socket.ConnectAsync(server, token);
            }
        }
        """);

    [Fact]
    public Task Ignores_fields_behind_properties_that_others_see_or_that_are_disposed() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Open
        {
            private ClientWebSocket? _socket;
            public ClientWebSocket? Socket { get => _socket; private set => _socket = value; }

            public async Task OpenOnceAsync(Uri server, CancellationToken token)
            {
                Socket ??= new ClientWebSocket();
                await Socket.ConnectAsync(server, token);
            }
        }

        class Closed : IDisposable
        {
            private ClientWebSocket? _socket;
            private ClientWebSocket? Socket { get => _socket; set => _socket = value; }

            public async Task OpenOnceAsync(Uri server, CancellationToken token)
            {
                Socket ??= new ClientWebSocket();
                await Socket.ConnectAsync(server, token);
            }

            public void Dispose() => Socket?.Dispose();
        }
        """);
}
