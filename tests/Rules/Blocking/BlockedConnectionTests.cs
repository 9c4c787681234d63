using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Blocking;

public class BlockedConnectionTests
{
    [Fact]
    public Task Reports_a_constructor_that_connects() => Verify.ReportsAsync<BlockingAnalyzer>("""
        sealed class Client : IDisposable
        {
            private readonly ClientWebSocket _socket = new();

            public Client(Uri uri, CancellationToken cancellation)
            {
                {|WSA2009:_socket.ConnectAsync(uri, cancellation).Wait()|};
            }

            public void Dispose() => _socket.Dispose();
        }
        """);

    [Fact]
    public Task Reports_a_constructor_that_connects_through_its_own_method() => Verify.ReportsAsync<BlockingAnalyzer>("""
        sealed class Client : IDisposable
        {
            private readonly ClientWebSocket _socket = new();
            private readonly Uri _uri;

            public Client(Uri uri, bool connect = true)
            {
                _uri = uri;
                if (connect)
                    {|WSA2009:ConnectAsync(default).GetAwaiter().GetResult()|};
            }

            public async Task ConnectAsync(CancellationToken cancellation)
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                limit.CancelAfter(TimeSpan.FromSeconds(5));
                await _socket.ConnectAsync(_uri, limit.Token).ConfigureAwait(false);
            }

            public void Dispose() => _socket.Dispose();
        }
        """);

    [Fact]
    public Task Reports_Dispose_that_closes() => Verify.ReportsAsync<BlockingAnalyzer>("""
        sealed class Session : IDisposable
        {
            private readonly WebSocket _socket;
            private readonly CancellationToken _cancellation;
            public Session(WebSocket socket, CancellationToken cancellation) => (_socket, _cancellation) = (socket, cancellation);

            public void Dispose()
            {
                {|WSA2009:_socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", _cancellation).ConfigureAwait(false).GetAwaiter().GetResult()|};
                _socket.Dispose();
            }
        }
        """);

    [Fact]
    public Task Reports_Dispose_of_the_pattern_that_stops() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Session : IDisposable
        {
            private readonly WebSocket _socket;
            private readonly CancellationTokenSource _stop = new();
            public Session(WebSocket socket) => _socket = socket;

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                if (disposing)
                    {|WSA2009:StopAsync().Wait(TimeSpan.FromSeconds(5))|};
            }

            public async Task StopAsync()
            {
                if (_socket.State == WebSocketState.Open)
                    await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, _stop.Token);
            }
        }
        """);

    [Fact]
    public Task Reports_an_explicit_Dispose_and_a_finalizer() => Verify.ReportsAsync<BlockingAnalyzer>("""
        sealed class Session : IDisposable
        {
            private readonly WebSocket _socket;
            private readonly CancellationToken _cancellation;
            public Session(WebSocket socket, CancellationToken cancellation) => (_socket, _cancellation) = (socket, cancellation);

            void IDisposable.Dispose() => {|WSA2009:_socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", _cancellation).Wait()|};

            ~Session() => {|WSA2009:_socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", _cancellation).Wait()|};
        }
        """);

    [Fact]
    public Task Reports_properties() => Verify.ReportsAsync<BlockingAnalyzer>("""
        sealed class Session
        {
            private readonly WebSocket _socket;
            private readonly CancellationToken _cancellation;
            private string _topic = "";
            public Session(WebSocket socket, CancellationToken cancellation) => (_socket, _cancellation) = (socket, cancellation);

            public string Topic
            {
                get => _topic;
                set
                {
                    _topic = value;
                    {|WSA2009:_socket.SendAsync(Encoding.UTF8.GetBytes(value), WebSocketMessageType.Text, true, _cancellation).Wait()|};
                }
            }

            public bool Ping => {|WSA2009:PingAsync().Result|};

            private async Task<bool> PingAsync()
            {
                await _socket.SendAsync(new byte[1], WebSocketMessageType.Binary, true, _cancellation);
                return true;
            }
        }
        """);

    [Fact]
    public Task Reports_through_locals_continuations_and_WaitAll() => Verify.ReportsAsync<BlockingAnalyzer>("""
        sealed class Session : IDisposable
        {
            private readonly WebSocket _first;
            private readonly WebSocket _second;
            private readonly CancellationToken _cancellation;

            public Session(WebSocket first, WebSocket second, CancellationToken cancellation)
            {
                (_first, _second, _cancellation) = (first, second, cancellation);
                var hello = first.SendAsync(new byte[1], WebSocketMessageType.Binary, true, cancellation);
                {|WSA2009:hello.Wait()|};
                {|WSA2009:second.SendAsync(new byte[1], WebSocketMessageType.Binary, true, cancellation).ContinueWith(_ => { }).Wait()|};
            }

            public void Dispose() => {|WSA2009:Task.WaitAll(
                _first.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, _cancellation),
                _second.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, _cancellation))|};
        }
        """);

    [Fact]
    public Task Reports_offloaded_work_that_is_waited_for() => Verify.ReportsAsync<BlockingAnalyzer>("""
        sealed class Session : IDisposable
        {
            private readonly WebSocket _socket;
            private readonly CancellationToken _cancellation;
            public Session(WebSocket socket, CancellationToken cancellation) => (_socket, _cancellation) = (socket, cancellation);

            public void Dispose() => {|WSA2009:Task.Run(() => _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", _cancellation)).Wait()|};
        }
        """);

    [Fact]
    public Task Reports_synchronous_members_that_open_and_close_their_own_connection() => Verify.ReportsAsync<BlockingAnalyzer>("""
        interface IClient
        {
            void Stop();
        }

        sealed class Client : IClient, IDisposable
        {
            private readonly ClientWebSocket _socket = new();
            private readonly Uri _uri;
            private readonly CancellationToken _cancellation;
            public Client(Uri uri, CancellationToken cancellation) => (_uri, _cancellation) = (uri, cancellation);

            public void Start() => {|WSA2009:_socket.ConnectAsync(_uri, _cancellation).Wait()|};

            void IClient.Stop() => {|WSA2009:StopAsync().GetAwaiter().GetResult()|};

            public async Task StopAsync() => await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, _cancellation);

            public void Dispose() => _socket.Dispose();
        }
        """);

    [Fact]
    public Task Reports_the_asynchronous_Dispose_of_a_hub_connection() => Verify.ReportsAsync<BlockingAnalyzer>("""
        namespace Microsoft.AspNetCore.SignalR.Client
        {
            public class HubConnection : IAsyncDisposable
            {
                public ValueTask DisposeAsync() => default;
                public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;
            }
        }

        sealed class Feed : IDisposable
        {
            private readonly Microsoft.AspNetCore.SignalR.Client.HubConnection _hub;

            public Feed(Microsoft.AspNetCore.SignalR.Client.HubConnection hub, CancellationToken cancellation)
            {
                _hub = hub;
                {|WSA2009:hub.StartAsync(cancellation).Wait()|};
            }

            public void Dispose() { }
        }
        """);

    [Fact]
    public Task Ignores_asynchronous_members() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        sealed class Client : IAsyncDisposable
        {
            private readonly ClientWebSocket _socket = new();
            private readonly CancellationToken _cancellation;
            private Client(CancellationToken cancellation) => _cancellation = cancellation;

            public static async Task<Client> ConnectAsync(Uri uri, CancellationToken cancellation)
            {
                var client = new Client(cancellation);
                await client._socket.ConnectAsync(uri, cancellation);
                return client;
            }

            public async ValueTask DisposeAsync()
            {
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, _cancellation);
                _socket.Dispose();
            }
        }
        """);

    [Fact]
    public Task Ignores_waits_for_other_things() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        sealed class Session : IDisposable
        {
            private readonly WebSocket _socket;
            private readonly Task _loop;
            private readonly string _motd;

            public Session(WebSocket socket, string path)
            {
                _socket = socket;
                _motd = File.ReadAllTextAsync(path).Result;
                _loop = Task.CompletedTask;
            }

            public string Motd => _motd;
            public int Length => LengthAsync().Result;
            private async Task<int> LengthAsync() { await Task.Yield(); return _motd.Length; }

            public void Dispose()
            {
                _loop.Wait(TimeSpan.FromSeconds(1));
                _socket.Dispose();
            }
        }
        """);

    [Fact]
    public Task Ignores_completed_tasks_and_zero_timeouts() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        sealed class Session : IDisposable
        {
            private readonly WebSocket _socket;
            private readonly CancellationToken _cancellation;
            public Session(WebSocket socket, CancellationToken cancellation) => (_socket, _cancellation) = (socket, cancellation);

            public void Dispose()
            {
                var close = _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", _cancellation);
                if (close.IsCompleted)
                    close.GetAwaiter().GetResult();
                else if (!close.Wait(0))
                    _socket.Abort();
            }
        }
        """);

    [Fact]
    public Task Ignores_Main_and_static_helpers() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        static class Program
        {
            static void Main()
            {
                using var socket = new ClientWebSocket();
                Connect(socket);
                socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default).Wait();
            }

            private static void Connect(ClientWebSocket socket)
            {
                using var limit = new CancellationTokenSource(1000);
                socket.ConnectAsync(new Uri("ws://localhost"), limit.Token).Wait();
            }
        }
        """);

    [Fact]
    public Task Ignores_synchronous_members_that_send_or_work_on_others_connections() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        sealed class Session
        {
            private readonly WebSocket _socket;
            private readonly CancellationToken _cancellation;
            public Session(WebSocket socket, CancellationToken cancellation) => (_socket, _cancellation) = (socket, cancellation);

            public void Send(byte[] data) => _socket.SendAsync(data, WebSocketMessageType.Text, true, _cancellation).Wait();

            public void Reject(WebSocket other) => other.CloseOutputAsync(WebSocketCloseStatus.PolicyViolation, "", _cancellation).Wait();
        }
        """);

    [Fact]
    public Task Ignores_functions_that_may_be_made_asynchronous() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        sealed class Session
        {
            public Session(WebSocket socket, CancellationToken cancellation)
            {
                Closing = () => socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", cancellation).Wait();
                void Close() => socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", cancellation).Wait();
                Closed = Close;
            }

            public Action Closing { get; }
            public Action Closed { get; }
        }
        """);

    [Fact]
    public Task Ignores_tests_and_their_fixtures() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class FactAttribute : Attribute { }

        class EchoTests : IDisposable
        {
            private readonly ClientWebSocket _socket = new();
            public EchoTests() => _socket.ConnectAsync(new Uri("ws://localhost"), new CancellationTokenSource(1000).Token).Wait();

            [Fact]
            public void Is_open() { }

            public void Dispose() => _socket.Dispose();
        }
        """);

    [Fact]
    public Task Ignores_doppelgaengers() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        namespace Mail
        {
            sealed class WebSocket
            {
                public Task ConnectAsync(Uri uri, CancellationToken cancellation) => Task.Delay(1, cancellation);
                public Task CloseAsync() => Task.Delay(1);
            }

            sealed class Client : IDisposable
            {
                private readonly WebSocket _socket = new();
                public Client(Uri uri) => _socket.ConnectAsync(uri, default).Wait();
                public void Dispose() => _socket.CloseAsync().Wait();
            }

            sealed class Answer
            {
                public Answer(WebSocket socket) => Result = socket.ToString();
                public string? Result { get; }
                public string? Text => new Answer(new WebSocket()).Result;
            }
        }
        """);

    [Fact]
    public Task Ignores_a_method_named_Dispose_of_a_type_that_is_not_disposable() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        static class Sockets
        {
            public static void Dispose(WebSocket socket, CancellationToken cancellation) =>
                socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", cancellation).Wait();
        }
        """);

    [Fact]
    public Task Ignores_half_typed_code() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        sealed class Client
        {
            public Client(Uri uri) => {|CS0103:_socket|}.ConnectAsync(uri).Wait();
            public int Count => {|CS0103:CountAsync|}().Result;
        }
        """);
}
