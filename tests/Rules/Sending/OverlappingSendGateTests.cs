using WebSocketAnalyzers.CodeFixes.Fixes.Sending;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Sending;

/// <summary>The lock that both rules about overlapping sends offer for a connection on which several functions send.</summary>
public class OverlappingSendGateTests
{
    private const string Action = "GateSends";

    private static Task FixesAsync(string source, string fixedSource, string? batchFixedSource = null) =>
        Verify.FixesAsync<SendingAnalyzer, OverlappingSendCodeFix>(source, fixedSource, Action, batchFixedSource);

    private static Task FixesWritesAsync(string source, string fixedSource) =>
        Verify.FixesAsync<SendingAnalyzer, OverlappingWriteCodeFix>(source, fixedSource, Action);

    private static Task OffersNoFixAsync(string source) => Verify.OffersNoFixAsync<SendingAnalyzer, OverlappingSendCodeFix>(source, Action);

    [Fact]
    public Task Fixes_sends_of_methods_that_anyone_may_call() => FixesAsync("""
        class Client
        {
            private readonly WebSocket _socket;

            public Client(WebSocket socket) => _socket = socket;

            public async Task SubscribeAsync(string topic, CancellationToken cancellationToken)
            {
                var data = Encoding.UTF8.GetBytes(topic);
                // first of all
                await {|WSA4008:_socket|}.SendAsync(data, WebSocketMessageType.Text, true, cancellationToken); // at once
                Console.WriteLine(topic);
            }

            public async Task PublishAsync(byte[] data)
            {
                if (_socket.State == WebSocketState.Open)
                    await _socket.SendAsync(data, WebSocketMessageType.Binary, true, default);
            }
        }
        """, """
        class Client
        {
            private readonly WebSocket _socket;
            private readonly SemaphoreSlim _sendGate = new(1, 1);

            public Client(WebSocket socket) => _socket = socket;

            public async Task SubscribeAsync(string topic, CancellationToken cancellationToken)
            {
                var data = Encoding.UTF8.GetBytes(topic);
                // first of all
                await _sendGate.WaitAsync(cancellationToken);
                try
                {
                    await _socket.SendAsync(data, WebSocketMessageType.Text, true, cancellationToken); // at once
                }
                finally
                {
                    _sendGate.Release();
                }
                Console.WriteLine(topic);
            }

            public async Task PublishAsync(byte[] data)
            {
                if (_socket.State == WebSocketState.Open)
                {
                    await _sendGate.WaitAsync();
                    try
                    {
                        await _socket.SendAsync(data, WebSocketMessageType.Binary, true, default);
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
    public Task Fixes_methods_and_lambdas_that_are_one_expression() => FixesAsync("""
        class Client
        {
            private readonly ClientWebSocket socket = new();
            private readonly CancellationTokenSource stop = new();

            public async Task SubscribeAsync(string topic) =>
                await {|WSA4008:this.socket|}.SendAsync(Encoding.UTF8.GetBytes(topic), WebSocketMessageType.Text, true, this.stop.Token).ConfigureAwait(false);

            public async Task PublishAsync(byte[] data)
            {
                async Task SendAsync() => await socket.SendAsync(data.AsMemory(), WebSocketMessageType.Binary, true, CancellationToken.None).AsTask(); // the local one
                await SendAsync();
            }

            public Task LaterAsync(byte[] data) => Task.Run(async () => await socket.SendAsync(data, WebSocketMessageType.Text, true, stop.Token));
        }
        """, """
        class Client
        {
            private readonly ClientWebSocket socket = new();
            private readonly CancellationTokenSource stop = new();
            private readonly SemaphoreSlim sendGate = new(1, 1);

            public async Task SubscribeAsync(string topic)
            {
                await this.sendGate.WaitAsync(this.stop.Token).ConfigureAwait(false);
                try
                {
                    await this.socket.SendAsync(Encoding.UTF8.GetBytes(topic), WebSocketMessageType.Text, true, this.stop.Token).ConfigureAwait(false);
                }
                finally
                {
                    this.sendGate.Release();
                }
            }

            public async Task PublishAsync(byte[] data)
            {
                async Task SendAsync()
                {
                    await sendGate.WaitAsync();
                    try
                    {
                        await socket.SendAsync(data.AsMemory(), WebSocketMessageType.Binary, true, CancellationToken.None).AsTask();
                    }
                    finally
                    {
                        sendGate.Release();
                    }
                } // the local one
                await SendAsync();
            }

            public Task LaterAsync(byte[] data) => Task.Run(async () =>
            {
                await sendGate.WaitAsync(stop.Token);
                try
                {
                    await socket.SendAsync(data, WebSocketMessageType.Text, true, stop.Token);
                }
                finally
                {
                    sendGate.Release();
                }
            });
        }
        """);

    [Fact]
    public Task Fixes_writes_of_two_loops_on_a_stream() => FixesWritesAsync("""
        class Session
        {
            private readonly NetworkStream _stream;
            private Task _pings = Task.CompletedTask;
            public Session(NetworkStream stream) => _stream = stream;

            public async Task RunAsync(byte[] buffer, CancellationToken stopping)
            {
                _pings = PingAsync(stopping);
                while (await _stream.ReadAsync(buffer, 0, buffer.Length, stopping) > 0)
                    await {|WSA4007:_stream|}.WriteAsync(buffer, 0, buffer.Length, stopping);
                await _pings;
            }

            private async Task PingAsync(CancellationToken stopping)
            {
                while (true)
                {
                    await Task.Delay(1000, stopping);
                    await _stream.WriteAsync(new byte[1], 0, 1, stopping);
                }
            }
        }
        """, """
        class Session
        {
            private readonly NetworkStream _stream;
            private Task _pings = Task.CompletedTask;
            private readonly SemaphoreSlim _sendGate = new(1, 1);
            public Session(NetworkStream stream) => _stream = stream;

            public async Task RunAsync(byte[] buffer, CancellationToken stopping)
            {
                _pings = PingAsync(stopping);
                while (await _stream.ReadAsync(buffer, 0, buffer.Length, stopping) > 0)
                {
                    await _sendGate.WaitAsync(stopping);
                    try
                    {
                        await _stream.WriteAsync(buffer, 0, buffer.Length, stopping);
                    }
                    finally
                    {
                        _sendGate.Release();
                    }
                }
                await _pings;
            }

            private async Task PingAsync(CancellationToken stopping)
            {
                while (true)
                {
                    await Task.Delay(1000, stopping);
                    await _sendGate.WaitAsync(stopping);
                    try
                    {
                        await _stream.WriteAsync(new byte[1], 0, 1, stopping);
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
    public Task Fixes_writes_on_an_encrypted_stream_in_a_lambda() => FixesWritesAsync("""
        using System.Net.Security;

        class Pumps
        {
            private readonly SslStream _stream;
            public Pumps(SslStream stream)
            {
                _stream = stream ?? throw new ArgumentNullException(nameof(stream));
            }

            public Task RunAsync() => Task.WhenAll(PumpAsync(1), Task.Run(async () =>
            {
                while (true)
                {
                    await Task.Delay(10);
                    await {|WSA4007:_stream|}.WriteAsync(new byte[1]);
                }
            }));

            private async Task PumpAsync(byte tag)
            {
                while (true)
                {
                    await Task.Delay(10);
                    await _stream.WriteAsync(new[] { tag });
                }
            }
        }
        """, """
        using System.Net.Security;

        class Pumps
        {
            private readonly SslStream _stream;
            private readonly SemaphoreSlim _sendGate = new(1, 1);
            public Pumps(SslStream stream)
            {
                _stream = stream ?? throw new ArgumentNullException(nameof(stream));
            }

            public Task RunAsync() => Task.WhenAll(PumpAsync(1), Task.Run(async () =>
            {
                while (true)
                {
                    await Task.Delay(10);
                    await _sendGate.WaitAsync();
                    try
                    {
                        await _stream.WriteAsync(new byte[1]);
                    }
                    finally
                    {
                        _sendGate.Release();
                    }
                }
            }));

            private async Task PumpAsync(byte tag)
            {
                while (true)
                {
                    await Task.Delay(10);
                    await _sendGate.WaitAsync();
                    try
                    {
                        await _stream.WriteAsync(new[] { tag });
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
    public Task Fixes_the_connection_in_a_property_that_others_look_at() => FixesAsync("""
        sealed class Client : IDisposable
        {
            public WebSocket Socket { get; private set; }

            public Client(WebSocket socket) { Socket = socket; }

            public async Task SubscribeAsync(byte[] data) => await {|WSA4008:Socket|}.SendAsync(data, WebSocketMessageType.Text, true, default);

            public async Task PublishAsync(byte[] data)
            {
                var socket = Socket;
                if (socket is { State: WebSocketState.Open })
                    await socket.SendAsync(data, WebSocketMessageType.Text, true, default);
            }

            public void Dispose() => Socket?.Dispose();
        }

        class Watch
        {
            public bool IsOpen(Client client) => client.Socket.State == WebSocketState.Open;
        }
        """, """
        sealed class Client : IDisposable
        {
            private readonly SemaphoreSlim _sendGate = new(1, 1);

            public WebSocket Socket { get; private set; }

            public Client(WebSocket socket) { Socket = socket; }

            public async Task SubscribeAsync(byte[] data)
            {
                await _sendGate.WaitAsync();
                try
                {
                    await Socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    _sendGate.Release();
                }
            }

            public async Task PublishAsync(byte[] data)
            {
                var socket = Socket;
                if (socket is { State: WebSocketState.Open })
                {
                    await _sendGate.WaitAsync();
                    try
                    {
                        await socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                    }
                    finally
                    {
                        _sendGate.Release();
                    }
                }
            }

            public void Dispose() => Socket?.Dispose();
        }

        class Watch
        {
            public bool IsOpen(Client client) => client.Socket.State == WebSocketState.Open;
        }
        """);

    [CSharpFact(12)]
    public Task Fixes_the_connection_in_a_parameter_of_a_primary_constructor() => FixesAsync("""
        class Client(WebSocket socket)
        {
            public async Task SubscribeAsync(byte[] data, CancellationToken token) => await {|WSA4008:socket|}.SendAsync(data, WebSocketMessageType.Text, true, token);

            public async Task PublishAsync(byte[] data, CancellationToken token) => await socket.SendAsync(data, WebSocketMessageType.Text, true, cancellationToken: token);
        }
        """, """
        class Client(WebSocket socket)
        {
            private readonly SemaphoreSlim _sendGate = new(1, 1);

            public async Task SubscribeAsync(byte[] data, CancellationToken token)
            {
                await _sendGate.WaitAsync(token);
                try
                {
                    await socket.SendAsync(data, WebSocketMessageType.Text, true, token);
                }
                finally
                {
                    _sendGate.Release();
                }
            }

            public async Task PublishAsync(byte[] data, CancellationToken token)
            {
                await _sendGate.WaitAsync(token);
                try
                {
                    await socket.SendAsync(data, WebSocketMessageType.Text, true, cancellationToken: token);
                }
                finally
                {
                    _sendGate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Fixes_closes_that_would_race_with_the_sends() => FixesAsync("""
        class Client
        {
            private ClientWebSocket _socket = new();

            public async Task SubscribeAsync(byte[] data) => await {|WSA4008:_socket|}.SendAsync(data, WebSocketMessageType.Text, true, default);

            public async Task PublishAsync(byte[] data) => await _socket.SendAsync(data, WebSocketMessageType.Text, true, default);

            public async Task LeaveAsync(CancellationToken cancellationToken)
            {
                if (_socket != null)
                {
                    await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken).ConfigureAwait(false);
                    _socket = null;
                }
            }
        }
        """, """
        class Client
        {
            private ClientWebSocket _socket = new();
            private readonly SemaphoreSlim _sendGate = new(1, 1);

            public async Task SubscribeAsync(byte[] data)
            {
                await _sendGate.WaitAsync();
                try
                {
                    await _socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    _sendGate.Release();
                }
            }

            public async Task PublishAsync(byte[] data)
            {
                await _sendGate.WaitAsync();
                try
                {
                    await _socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    _sendGate.Release();
                }
            }

            public async Task LeaveAsync(CancellationToken cancellationToken)
            {
                if (_socket != null)
                {
                    await _sendGate.WaitAsync(cancellationToken).ConfigureAwait(false);
                    try
                    {
                        await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken).ConfigureAwait(false);
                    }
                    finally
                    {
                        _sendGate.Release();
                    }
                    _socket = null;
                }
            }
        }
        """);

    [Fact]
    public Task Fixes_sends_by_the_lock_that_the_closes_take() => FixesAsync("""
        class Client
        {
            private readonly WebSocket _socket;
            private readonly SemaphoreSlim _gate = new(1, 1);

            public Client(WebSocket socket) => _socket = socket;

            public async Task SubscribeAsync(byte[] data) => await {|WSA4008:_socket|}.SendAsync(data, WebSocketMessageType.Text, true, default);

            public async Task PublishAsync(byte[] data) => await _socket.SendAsync(data, WebSocketMessageType.Text, true, default);

            public async Task LeaveAsync(CancellationToken cancellationToken)
            {
                await _gate.WaitAsync(cancellationToken);
                try
                {
                    await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken);
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        """, """
        class Client
        {
            private readonly WebSocket _socket;
            private readonly SemaphoreSlim _gate = new(1, 1);

            public Client(WebSocket socket) => _socket = socket;

            public async Task SubscribeAsync(byte[] data)
            {
                await _gate.WaitAsync();
                try
                {
                    await _socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    _gate.Release();
                }
            }

            public async Task PublishAsync(byte[] data)
            {
                await _gate.WaitAsync();
                try
                {
                    await _socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    _gate.Release();
                }
            }

            public async Task LeaveAsync(CancellationToken cancellationToken)
            {
                await _gate.WaitAsync(cancellationToken);
                try
                {
                    await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken);
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        """);

    // Once the first lock is there, what takes turns is not looked at any more: one by one, the other connection of the type is left as it is.
    [Fact]
    public Task FixesAll_connections_of_two_types_and_two_of_one() => FixesAsync("""
        class Client
        {
            private readonly ClientWebSocket _socket = new();

            public async Task SubscribeAsync(byte[] data)
            {
                await {|WSA4008:_socket|}.SendAsync(data, WebSocketMessageType.Text, true, default);
            }

            public async Task PublishAsync(byte[] data)
            {
                await _socket.SendAsync(data, WebSocketMessageType.Text, true, default);
            }
        }

        class Pair
        {
            private readonly ClientWebSocket _left = new();
            private readonly ClientWebSocket _right = new();

            public async Task HelloAsync(byte[] data)
            {
                await {|WSA4008:_left|}.SendAsync(data, WebSocketMessageType.Text, true, default);
                await {|WSA4008:_right|}.SendAsync(data, WebSocketMessageType.Text, true, default);
            }

            public async Task ByeAsync(byte[] data)
            {
                await _left.SendAsync(data, WebSocketMessageType.Text, true, default);
                await _right.SendAsync(data, WebSocketMessageType.Text, true, default);
            }
        }
        """, """
        class Client
        {
            private readonly ClientWebSocket _socket = new();
            private readonly SemaphoreSlim _sendGate = new(1, 1);

            public async Task SubscribeAsync(byte[] data)
            {
                await _sendGate.WaitAsync();
                try
                {
                    await _socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    _sendGate.Release();
                }
            }

            public async Task PublishAsync(byte[] data)
            {
                await _sendGate.WaitAsync();
                try
                {
                    await _socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    _sendGate.Release();
                }
            }
        }

        class Pair
        {
            private readonly ClientWebSocket _left = new();
            private readonly ClientWebSocket _right = new();
            private readonly SemaphoreSlim _sendGate = new(1, 1);

            public async Task HelloAsync(byte[] data)
            {
                await _sendGate.WaitAsync();
                try
                {
                    await _left.SendAsync(data, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    _sendGate.Release();
                }
                await _right.SendAsync(data, WebSocketMessageType.Text, true, default);
            }

            public async Task ByeAsync(byte[] data)
            {
                await _sendGate.WaitAsync();
                try
                {
                    await _left.SendAsync(data, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    _sendGate.Release();
                }
                await _right.SendAsync(data, WebSocketMessageType.Text, true, default);
            }
        }
        """, """
        class Client
        {
            private readonly ClientWebSocket _socket = new();
            private readonly SemaphoreSlim _sendGate = new(1, 1);

            public async Task SubscribeAsync(byte[] data)
            {
                await _sendGate.WaitAsync();
                try
                {
                    await _socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    _sendGate.Release();
                }
            }

            public async Task PublishAsync(byte[] data)
            {
                await _sendGate.WaitAsync();
                try
                {
                    await _socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    _sendGate.Release();
                }
            }
        }

        class Pair
        {
            private readonly ClientWebSocket _left = new();
            private readonly ClientWebSocket _right = new();
            private readonly SemaphoreSlim _sendGate = new(1, 1);
            private readonly SemaphoreSlim _sendGate2 = new(1, 1);

            public async Task HelloAsync(byte[] data)
            {
                await _sendGate.WaitAsync();
                try
                {
                    await _left.SendAsync(data, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    _sendGate.Release();
                }
                await _sendGate2.WaitAsync();
                try
                {
                    await _right.SendAsync(data, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    _sendGate2.Release();
                }
            }

            public async Task ByeAsync(byte[] data)
            {
                await _sendGate.WaitAsync();
                try
                {
                    await _left.SendAsync(data, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    _sendGate.Release();
                }
                await _sendGate2.WaitAsync();
                try
                {
                    await _right.SendAsync(data, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    _sendGate2.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Fixes_partial_classes_whose_names_are_taken() => FixesAsync("""
        partial class Client
        {
            private readonly WebSocket _socket;
            private readonly object _sendGate = new();

            public Client(WebSocket socket) => _socket = socket;

            public async Task SubscribeAsync(byte[] data)
            {
                await {|WSA4008:_socket|}.SendAsync(data, WebSocketMessageType.Text, true, default);
            }
        }

        partial class Client
        {
            public async Task PublishAsync(byte[] data)
            {
                await _socket.SendAsync(data, WebSocketMessageType.Text, true, default);
            }
        }
        """, """
        partial class Client
        {
            private readonly WebSocket _socket;
            private readonly object _sendGate = new();
            private readonly SemaphoreSlim _sendGate2 = new(1, 1);

            public Client(WebSocket socket) => _socket = socket;

            public async Task SubscribeAsync(byte[] data)
            {
                await _sendGate2.WaitAsync();
                try
                {
                    await _socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    _sendGate2.Release();
                }
            }
        }

        partial class Client
        {
            public async Task PublishAsync(byte[] data)
            {
                await _sendGate2.WaitAsync();
                try
                {
                    await _socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    _sendGate2.Release();
                }
            }
        }
        """);

    [Fact]
    public Task OffersNoFix_for_sends_that_nobody_awaits_there() => OffersNoFixAsync("""
        class Client
        {
            private readonly ClientWebSocket _socket = new();

            public async Task SubscribeAsync(byte[] data) => await {|WSA4008:_socket|}.SendAsync(data, WebSocketMessageType.Text, true, default);

            public Task PublishAsync(byte[] data) => _socket.SendAsync(data, WebSocketMessageType.Text, true, default);
        }

        class Raced
        {
            private readonly ClientWebSocket _socket = new();

            public async Task SubscribeAsync(byte[] data) => await Task.WhenAny({|WSA4008:_socket|}.SendAsync(data, WebSocketMessageType.Text, true, default), Task.Delay(1000));

            public async Task PublishAsync(byte[] data) => await _socket.SendAsync(data, WebSocketMessageType.Text, true, default);
        }
        """);

    [Fact]
    public Task OffersNoFix_without_an_object_of_a_class() => OffersNoFixAsync("""
        static class Feed
        {
            private static readonly ClientWebSocket Socket = new();

            public static async Task AskAsync(byte[] data) => await {|WSA4008:Socket|}.SendAsync(data, WebSocketMessageType.Text, true, default);

            public static async Task TellAsync(byte[] data) => await Socket.SendAsync(data, WebSocketMessageType.Text, true, default);
        }

        readonly struct Value
        {
            private readonly WebSocket _socket;
            public Value(WebSocket socket) => _socket = socket;

            public async Task AskAsync(byte[] data) => await {|WSA4008:_socket|}.SendAsync(data, WebSocketMessageType.Text, true, default);

            public async Task TellAsync(byte[] data) => await _socket.SendAsync(data, WebSocketMessageType.Text, true, default);
        }

        record Entry
        {
            private readonly ClientWebSocket _socket = new();

            public async Task AskAsync(byte[] data) => await {|WSA4008:_socket|}.SendAsync(data, WebSocketMessageType.Text, true, default);

            public async Task TellAsync(byte[] data) => await _socket.SendAsync(data, WebSocketMessageType.Text, true, default);
        }
        """);

    [Fact]
    public Task OffersNoFix_where_others_send_as_well() => OffersNoFixAsync("""
        class Owner
        {
            internal ClientWebSocket Socket { get; } = new();

            public async Task AskAsync(byte[] data) => await {|WSA4008:Socket|}.SendAsync(data, WebSocketMessageType.Text, true, default);

            public async Task TellAsync(byte[] data) => await Socket.SendAsync(data, WebSocketMessageType.Text, true, default);
        }

        class Friend
        {
            public async Task SayAsync(Owner owner, byte[] data) => await owner.Socket.SendAsync(data, WebSocketMessageType.Text, true, default);
        }

        class Helped
        {
            private readonly ClientWebSocket _socket = new();

            public async Task AskAsync(byte[] data) => await {|WSA4008:_socket|}.SendAsync(data, WebSocketMessageType.Text, true, default);

            public async Task TellAsync(byte[] data) => await _socket.SendAsync(data, WebSocketMessageType.Text, true, default);

            public async Task HelpAsync(byte[] data) => await Helper.SendAsync(_socket, data);
        }

        static class Helper
        {
            public static async Task SendAsync(WebSocket socket, byte[] data) => await socket.SendAsync(data, WebSocketMessageType.Text, true, default);
        }

        class Captured
        {
            private readonly WebSocket _socket;
            private readonly Timer _timer;

            public Captured(WebSocket socket)
            {
                _socket = socket;
                _timer = new Timer(_ => socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default).Wait());
            }

            public async Task AskAsync(byte[] data) => await {|WSA4008:_socket|}.SendAsync(data, WebSocketMessageType.Text, true, default);

            public async Task TellAsync(byte[] data) => await _socket.SendAsync(data, WebSocketMessageType.Text, true, default);
        }
        """);

    [Fact]
    public Task OffersNoFix_for_parts_of_messages() => OffersNoFixAsync("""
        class Client
        {
            private readonly ClientWebSocket _socket = new();

            public async Task AskAsync(byte[] data) => await {|WSA4008:_socket|}.SendAsync(data, WebSocketMessageType.Text, true, default);

            public async Task TellAsync(byte[] data) => await _socket.SendAsync(data, WebSocketMessageType.Text, true, default);

            public async Task UploadAsync(byte[][] parts)
            {
                for (var i = 0; i < parts.Length; i++)
                    await _socket.SendAsync(parts[i], WebSocketMessageType.Binary, {|WSA4006:i == parts.Length - 1|}, default);
            }
        }
        """);

    [Fact]
    public Task OffersNoFix_for_lines_that_are_flushed_apart() => Verify.OffersNoFixAsync<SendingAnalyzer, OverlappingWriteCodeFix>("""
        class Session
        {
            private readonly StreamReader _reader;
            private readonly StreamWriter _writer;
            private Task _pings = Task.CompletedTask;

            public Session(TcpClient client)
            {
                _reader = new StreamReader(client.GetStream());
                _writer = new StreamWriter(client.GetStream());
            }

            public async Task RunAsync()
            {
                _pings = PingAsync();
                while (await _reader.ReadLineAsync() is { } line)
                {
                    await {|WSA4007:_writer|}.WriteLineAsync(line);
                    await _writer.FlushAsync();
                }
                await _pings;
            }

            private async Task PingAsync()
            {
                while (true)
                {
                    await Task.Delay(1000);
                    await _writer.WriteLineAsync("ping");
                }
            }
        }
        """, Action);

    [Fact]
    public Task OffersNoFix_for_messages_of_several_writes() => Verify.OffersNoFixAsync<SendingAnalyzer, OverlappingWriteCodeFix>("""
        class Session
        {
            private readonly NetworkStream _stream;
            private Task _pings = Task.CompletedTask;
            public Session(NetworkStream stream) => _stream = stream;

            public async Task RunAsync(byte[] buffer)
            {
                _pings = PingAsync();
                while (await _stream.ReadAsync(buffer, 0, buffer.Length) > 0)
                {
                    await {|WSA4007:_stream|}.WriteAsync(new byte[2], 0, 2);
                    await _stream.WriteAsync(buffer, 0, buffer.Length);
                }
                await _pings;
            }

            private async Task PingAsync()
            {
                while (true)
                {
                    await Task.Delay(1000);
                    await _stream.WriteAsync(new byte[1], 0, 1);
                }
            }
        }
        """, Action);

    [Fact]
    public Task OffersNoFix_where_the_close_cannot_take_the_lock() => OffersNoFixAsync("""
        class Client
        {
            private readonly ClientWebSocket _socket = new();

            public async Task AskAsync(byte[] data) => await {|WSA4008:_socket|}.SendAsync(data, WebSocketMessageType.Text, true, default);

            public async Task TellAsync(byte[] data) => await _socket.SendAsync(data, WebSocketMessageType.Text, true, default);

            public Task LeaveAsync(CancellationToken cancellationToken) => _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken);
        }
        """);

    [Fact]
    public Task OffersNoFix_for_items_of_a_collection() => OffersNoFixAsync("""
        class Peers
        {
            private readonly Dictionary<string, WebSocket> _byName = new();

            public async Task SendToAsync(string name, byte[] data)
            {
                if (_byName.TryGetValue(name, out var peer))
                    await {|WSA4008:peer|}.SendAsync(data, WebSocketMessageType.Text, true, default);
            }
        }
        """);

    [Fact]
    public Task OffersNoFix_where_an_argument_is_waited_for_or_sends() => OffersNoFixAsync("""
        class Client
        {
            private readonly ClientWebSocket _socket = new();

            public async Task AskAsync(byte[] data) => await {|WSA4008:_socket|}.SendAsync(data, WebSocketMessageType.Text, true, default);

            public async Task TellAsync(byte[] data) => await _socket.SendAsync(await ReadAsync(data), WebSocketMessageType.Text, true, default);

            private async Task<byte[]> ReadAsync(byte[] data)
            {
                await AskAsync(data);
                return data;
            }
        }

        class Blocking
        {
            private readonly ClientWebSocket _socket = new();

            public async Task AskAsync(byte[] data) => await {|WSA4008:_socket|}.SendAsync(data, WebSocketMessageType.Text, true, default);

            public async Task TellAsync(byte[] data) => await _socket.SendAsync(Read(data), WebSocketMessageType.Text, true, default);

            private byte[] Read(byte[] data)
            {
                AskAsync(data).Wait();
                return data;
            }
        }
        """);

    [Fact]
    public Task OffersNoFix_where_code_that_is_switched_off_uses_the_connection() => OffersNoFixAsync("""
        class Client
        {
            private readonly ClientWebSocket _socket = new();

            public async Task AskAsync(byte[] data) => await {|WSA4008:_socket|}.SendAsync(data, WebSocketMessageType.Text, true, default);

            public async Task TellAsync(byte[] data) => await _socket.SendAsync(data, WebSocketMessageType.Text, true, default);

        #if LEGACY
            public async Task SayAsync(byte[] data) => await _socket.SendAsync(data, WebSocketMessageType.Text, true, default);
        #endif
        }
        """);

    [CSharpFact(12)]
    public Task OffersNoFix_without_a_place_for_the_field() => OffersNoFixAsync("""
        partial class Client(WebSocket socket);

        partial class Client
        {
            public async Task AskAsync(byte[] data) => await {|WSA4008:socket|}.SendAsync(data, WebSocketMessageType.Text, true, default);

            public async Task TellAsync(byte[] data) => await socket.SendAsync(data, WebSocketMessageType.Text, true, default);
        }
        """);

    [Fact]
    public Task OffersNoFix_for_a_lock_of_the_closes_under_which_the_sender_is_waited_for() => OffersNoFixAsync("""
        class Client
        {
            private readonly ClientWebSocket _socket = new();
            private readonly SemaphoreSlim _state = new(1, 1);
            private Task _pings = Task.CompletedTask;

            public void Start() => _pings = PingAsync();

            public async Task AskAsync(byte[] data) => await {|WSA4008:_socket|}.SendAsync(data, WebSocketMessageType.Text, true, default);

            private async Task PingAsync()
            {
                while (_socket.State == WebSocketState.Open)
                {
                    await Task.Delay(1000);
                    await _socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
                }
            }

            public async Task RestartAsync()
            {
                await _state.WaitAsync();
                try
                {
                    await _pings;
                }
                finally
                {
                    _state.Release();
                }
            }

            public async Task LeaveAsync(CancellationToken cancellationToken)
            {
                await _state.WaitAsync(cancellationToken);
                try
                {
                    await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken);
                }
                finally
                {
                    _state.Release();
                }
            }
        }
        """);
}
