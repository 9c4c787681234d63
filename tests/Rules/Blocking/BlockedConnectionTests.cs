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

    [Fact]
    public Task Reports_abstractions_of_connections() => Verify.ReportsAsync<BlockingAnalyzer>("""
        abstract class UnderlyingConnection
        {
            public abstract Task SendMessage(string message);
            public abstract Task Close();
        }

        abstract class WebSocketClientConnection : UnderlyingConnection
        {
            public abstract Task Connect();
        }

        sealed class Client : IDisposable
        {
            private readonly WebSocketClientConnection _socket;

            public Client(WebSocketClientConnection connection, bool connect = true)
            {
                _socket = connection;
                if (connect)
                    {|WSA2009:this.Connect().GetAwaiter().GetResult()|};
            }

            public async Task Connect()
            {
                try
                {
                    await _socket.Connect();
                }
                catch (Exception failure)
                {
                    Console.WriteLine(failure);
                }
            }

            public void Dispose() => {|WSA2009:_socket.Close().Wait()|};
        }

        interface IPeerConnection : IDisposable
        {
            Task<int> ReadAsync(byte[] buffer);
            Task WriteAsync(byte[] data);
            Task CloseAsync();
        }

        sealed class Session
        {
            public Session(IPeerConnection transport) => Transport = transport;
            public IPeerConnection Transport { get; }
            public async Task CloseAsync(int reason)
            {
                await Transport.WriteAsync(BitConverter.GetBytes(reason)).ConfigureAwait(false);
                await Transport.CloseAsync().ConfigureAwait(false);
            }
        }

        sealed class MessageStream : MemoryStream
        {
            private readonly Session _session;
            public MessageStream(Session session) => _session = session;
            protected override void Dispose(bool disposing) => {|WSA2009:_session.CloseAsync(1).Wait()|};
        }
        """);

    [Fact]
    public Task Ignores_abstractions_of_another_shape_and_those_whose_code_is_in_sight() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        interface IDbConnection
        {
            Task OpenAsync();
            Task CloseAsync();
        }

        interface IMailbox
        {
            Task SendAsync(string text);
            Task CloseAsync();
        }

        interface IFakeSocket
        {
            Task SendAsync(string text);
            Task CloseAsync();
            Task ClosedownAsync();
        }

        sealed class FakeSocket : IFakeSocket
        {
            public Task SendAsync(string text) => Task.Delay(1);
            public Task CloseAsync() => Task.Delay(1);
            public Task ClosedownAsync() => Task.Delay(1);
        }

        interface ILaterSocket
        {
            Task SendAsync(string text);
            Task CloseAsync();
            Task ClosedownAsync();
            void Send(string text);
        }

        sealed class Holder : IDisposable
        {
            private readonly IDbConnection _database;
            private readonly IMailbox _mailbox;
            private readonly IFakeSocket _fake;
            private readonly ILaterSocket _later;
            public Holder(IDbConnection database, IMailbox mailbox, IFakeSocket fake, ILaterSocket later)
            {
                (_database, _mailbox, _fake, _later) = (database, mailbox, fake, later);
                database.OpenAsync().Wait();
            }

            public void Dispose()
            {
                _database.CloseAsync().Wait();
                _mailbox.CloseAsync().Wait();
                _fake.CloseAsync().Wait();
                _later.ClosedownAsync().Wait();
            }
        }
        """);

    [Fact]
    public Task Reports_a_callback_that_blocks_on_a_broadcast() => Verify.ReportsAsync<BlockingAnalyzer>("""
        static class Feed
        {
            private static Action<string>? _subscribers;
            public static void Subscribe(Action<string> subscriber) => _subscribers += subscriber;
        }

        class Startup
        {
            private static readonly ConcurrentDictionary<int, WebSocket> Sockets = new();

            public void Configure() => Feed.Subscribe(Broadcast);

            private void Broadcast(string message) => {|WSA2009:SendAllAsync(message).Wait()|};

            private static async Task SendAllAsync(string message)
            {
                using var limit = new CancellationTokenSource(1000);
                await Task.WhenAll(Sockets.Values.Select(async socket => await socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, true, limit.Token)));
            }
        }
        """);

    [Fact]
    public Task Ignores_callbacks_that_run_elsewhere_or_at_the_end() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        static class Feed
        {
            public static void Subscribe(Action<string> subscriber) => Task.Run(() => subscriber(""));
        }

        class Startup
        {
            private readonly WebSocket _socket;
            private readonly CancellationToken _cancellation;
            public Startup(WebSocket socket, CancellationToken cancellation) => (_socket, _cancellation) = (socket, cancellation);

            public void Configure(CancellationToken stopping)
            {
                Feed.Subscribe(Offloaded);
                stopping.Register(AtTheEnd);
                ThreadPool.QueueUserWorkItem(Queued);
                new Thread(OnItsOwnThread).Start();
                Called("");
            }

            private void Offloaded(string message) => SendAsync().Wait();
            private void AtTheEnd() => SendAsync().Wait();
            private void Queued(object? state) => SendAsync().Wait();
            private void OnItsOwnThread(object? state) => SendAsync().Wait();
            private void Called(string message) => SendAsync().Wait();

            private async Task SendAsync() => await _socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, _cancellation);
        }
        """);
}
