using Microsoft.CodeAnalysis.Testing;
using Xunit;

namespace WebSocketAnalyzers.Tests.RealShapes;

/// <summary>
/// Receive loops as real code bases write them, in our own words, against the five rules about what becomes of a received message. Each names the labels of
/// the hand-labelled repositories that it stands for.
/// </summary>
public class ReceiveLoopTests
{
    private static readonly string[] Ids = ["WSA5001", "WSA5002", "WSA5003", "WSA5004", "WSA5012"];

    /// <summary>achermack WebSocketMiddleware 47, 55, 67: the result and the buffer travel through a delegate into a switch.</summary>
    [Fact]
    public Task Handler_delegate() => VerifyAsync("""
        class Relay
        {
            public async Task ConnectAsync(Uri server, CancellationToken cancellation)
            {
                using var peer = new ClientWebSocket();
                await peer.ConnectAsync(server, cancellation);
                await ServeAsync(peer);
            }

            public async Task ServeAsync(WebSocket peer)
            {
                await PumpAsync(peer, (result, data) =>
                {
                    Dispatch(result, data);
                });
            }

            private static string Clean(string text) => text.Substring(0, Math.Max(0, text.IndexOf('\0')));

            private void Dispatch(WebSocketReceiveResult result, byte[] data)
            {
                switch (result.MessageType)
                {
                    case WebSocketMessageType.Text:
                        var text = Clean({|WSA5001:Encoding.UTF8.GetString({|WSA5002:data|})|});
                        Console.WriteLine(text);
                        break;
                    {|WSA5003:case WebSocketMessageType.Close:|}
                        Console.WriteLine("gone");
                        break;
                }
            }

            private async Task PumpAsync(WebSocket peer, Action<WebSocketReceiveResult, byte[]> handle)
            {
                while (peer.State == WebSocketState.Open)
                {
                    var data = new byte[2048];
                    var result = await peer.ReceiveAsync(buffer: new ArraySegment<byte>(data), cancellationToken: CancellationToken.None);

                    handle(result, data);
                }
            }
        }
        """);

    /// <summary>cleomarcantil SimpleClientWebSocket 68.</summary>
    [Fact]
    public Task Close_status_asked_but_not_the_end() => VerifyAsync("""
        class Client
        {
            private readonly ClientWebSocket _client = new ClientWebSocket();

            private bool IsUp => _client.State == WebSocketState.Open;

            public Task StopAsync(CancellationToken cancellation) => _client.CloseAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);

            private async Task LoopAsync(Func<string, CancellationToken, Task> handle, CancellationToken cancellation)
            {
                var data = new byte[4096];
                while (IsUp && !cancellation.IsCancellationRequested)
                {
                    var piece = await _client.ReceiveAsync(new ArraySegment<byte>(data), cancellation);
                    if (piece.CloseStatus.HasValue)
                        break;

                    var text = {|WSA5001:Encoding.UTF8.GetString(data, 0, piece.Count)|};
                    await handle(text, cancellation);
                }
            }
        }
        """);

    /// <summary>cnscj WebSocket 86 (close-ignored, and OK as an accumulate loop).</summary>
    [Fact]
    public Task List_of_bytes_without_a_look_at_the_close() => VerifyAsync("""
        class Feed
        {
            private readonly ClientWebSocket _socket = new ClientWebSocket();
            private readonly Queue<byte[]> _queue = new Queue<byte[]>();
            private readonly CancellationToken _stopping = default;
            private bool _isUp = true;

            private async void Loop()
            {
                var all = new List<byte>();
                while (_isUp)
                {
                    all.Clear();
                    bool isWhole;
                    do
                    {
                        if (_socket.State != WebSocketState.Open && _socket.State != WebSocketState.CloseSent)
                            break;

                        var data = new ArraySegment<byte>(new byte[1024]);
                        var piece = await {|WSA5003:_socket.ReceiveAsync(data, _stopping)|};

                        all.AddRange(new ArraySegment<byte>(data.Array, 0, piece.Count));
                        isWhole = piece.EndOfMessage;
                    }
                    while (!isWhole);

                    _queue.Enqueue(all.ToArray());
                }
            }

            public Task StopAsync() => _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
        }
        """);

    /// <summary>daniloflorenzano Program 48: a buffer captured from outside, answered close, fragments broadcast. (10 and 44 are other rules'.)</summary>
    [Fact]
    public Task Captured_buffer_of_a_broadcast() => VerifyAsync("""
        class Server
        {
            public static Func<WebSocket, Task> Make(Dictionary<string, WebSocket> peers)
            {
                var data = new byte[256];
                return async socket =>
                {
                    while (true)
                    {
                        if (socket.State == WebSocketState.Closed)
                            continue;
                        var piece = await socket.ReceiveAsync(data, CancellationToken.None);
                        if (piece.MessageType == WebSocketMessageType.Close)
                            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                        else
                        {
                            var text = {|WSA5001:Encoding.ASCII.GetString(data, 0, piece.Count)|};
                            var bytes = Encoding.ASCII.GetBytes(text);
                            foreach (var peer in peers)
                            {
                                if (peer.Value.State == WebSocketState.Open)
                                    await peer.Value.SendAsync(bytes, WebSocketMessageType.Text, true, default);
                            }
                        }
                    }
                };
            }
        }
        """);

    /// <summary>GabrielPrata WebSocketNotificationService 15 (OK): the data is not wanted, the close is.</summary>
    [Fact]
    public Task Drain_that_notices_the_close() => VerifyAsync("""
        class Notifier
        {
            private readonly List<WebSocket> _peers = new List<WebSocket>();

            public async Task KeepAsync(WebSocket peer)
            {
                _peers.Add(peer);
                var data = new byte[4096];
                while (peer.State == WebSocketState.Open)
                {
                    var result = await peer.ReceiveAsync(new ArraySegment<byte>(data), CancellationToken.None);
                    if (result.MessageType == WebSocketMessageType.Close)
                    {
                        _peers.Remove(peer);
                        await peer.CloseAsync(WebSocketCloseStatus.NormalClosure, string.Empty, CancellationToken.None);
                    }
                }
            }
        }
        """);

    /// <summary>huming0618 ExWSClient 57 (both labels).</summary>
    [Fact]
    public Task Endless_loop_over_the_array_of_a_segment() => VerifyAsync("""
        class Ticker
        {
            private async void Run(Uri server)
            {
                using (ClientWebSocket socket = new ClientWebSocket())
                {
                    await socket.ConnectAsync(server, CancellationToken.None);
                    if (socket.State == WebSocketState.Open)
                    {
                        while (true)
                        {
                            ArraySegment<byte> data = new ArraySegment<byte>(new byte[1024]);
                            WebSocketReceiveResult result = await {|WSA5003:socket.ReceiveAsync(data, CancellationToken.None)|};

                            var answer = {|WSA5001:Encoding.UTF8.GetString(data.Array, 0, result.Count)|};
                            Console.WriteLine(answer);
                        }
                    }
                }
            }
        }
        """);

    /// <summary>inflection-experiments WebSocketManager 142, Megageil4 Int5.DnD3D.WebClient WebSocketClient 50 and 33 of the copy: text and close told apart.</summary>
    [Fact]
    public Task Branches_on_the_type() => VerifyAsync("""
        class Manager
        {
            private async Task LoopAsync(WebSocket socket)
            {
                var data = new byte[1024 * 4];
                while (socket.State == WebSocketState.Open)
                {
                    var result = await socket.ReceiveAsync(new ArraySegment<byte>(data), CancellationToken.None);
                    if (result.MessageType == WebSocketMessageType.Text)
                    {
                        var text = {|WSA5001:Encoding.UTF8.GetString(data, 0, result.Count)|};
                        await HandleAsync(socket, text);
                    }
                    else if (result.MessageType == WebSocketMessageType.Close)
                    {
                        break;
                    }
                }
            }

            private async Task GuardedAsync(ClientWebSocket socket)
            {
                byte[] data = new byte[4096];
                while (socket.State == WebSocketState.Open)
                {
                    try
                    {
                        var result = await socket.ReceiveAsync(new ArraySegment<byte>(data), CancellationToken.None);
                        if (result.MessageType == WebSocketMessageType.Text)
                        {
                            var text = {|WSA5001:Encoding.UTF8.GetString(data, 0, result.Count)|};
                            switch (text)
                            {
                                case "map":
                                    Console.WriteLine("map");
                                    break;
                            }
                        }
                        else if (result.MessageType == WebSocketMessageType.Close)
                        {
                            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, string.Empty, CancellationToken.None);
                        }
                    }
                    catch
                    {
                        Console.WriteLine("closed");
                    }
                }
            }

            private Task HandleAsync(WebSocket socket, string text) => Task.CompletedTask;
        }
        """);

    /// <summary>JeffreyRosselle Program 47 and WebsocketService 46 (OK), Program 51: gathered whole, and left on a close that nobody answers.</summary>
    [Fact]
    public Task Gathered_and_left_without_an_answer() => VerifyAsync("""
        class Reader
        {
            static async Task ReceiveAsync(ClientWebSocket socket, CancellationToken stopping)
            {
                var data = new ArraySegment<byte>(new byte[2048]);
                while (!stopping.IsCancellationRequested)
                {
                    WebSocketReceiveResult result;
                    using (var memory = new MemoryStream())
                    {
                        do
                        {
                            result = await socket.ReceiveAsync(data, stopping);
                            memory.Write(data.Array, data.Offset, result.Count);
                        } while (!result.EndOfMessage);

                        if ({|WSA5003:result.MessageType == WebSocketMessageType.Close|})
                            break;

                        memory.Seek(0, SeekOrigin.Begin);
                        using (var reader = new StreamReader(memory, Encoding.UTF8))
                            Console.WriteLine(await reader.ReadToEndAsync());
                    }
                }
            }
        }
        """);

    /// <summary>Megageil4 WebSocketClient 27 (and 19 of the copies): one receive behind the connect is taken for the whole answer.</summary>
    [Fact]
    public Task Single_receive_of_a_handshake() => VerifyAsync("""
        class Client
        {
            private ClientWebSocket _socket = new ClientWebSocket();

            public Guid Id { get; private set; }

            public async Task ConnectAsync(string url)
            {
                await _socket.ConnectAsync(new Uri(url), CancellationToken.None);
                byte[] data = new byte[1024];
                var result = await {|WSA5003:_socket.ReceiveAsync(new ArraySegment<byte>(data), CancellationToken.None)|};
                var id = {|WSA5001:Encoding.UTF8.GetString(data, 0, result.Count)|};
                Id = Guid.Parse(id);
            }

            public Task StopAsync() => _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
        }
        """);

    /// <summary>Megageil4 Program 89 and DnDController 54 (both labels; there inside a comment): the state ends the loop, the close is decoded before.</summary>
    [Fact]
    public Task State_ends_the_loop_behind_the_decode() => VerifyAsync("""
        class Echo
        {
            static async Task RunAsync(WebSocket socket, string user)
            {
                var data = new byte[4096];
                await socket.SendAsync(new ArraySegment<byte>(Encoding.UTF8.GetBytes(user)), WebSocketMessageType.Text, true, CancellationToken.None);
                while (socket.State == WebSocketState.Open)
                {
                    var result = await {|WSA5003:socket.ReceiveAsync(new ArraySegment<byte>(data), CancellationToken.None)|};
                    var text = {|WSA5001:Encoding.UTF8.GetString(data, 0, result.Count)|};
                    Console.WriteLine(text);
                }
            }
        }
        """);

    /// <summary>YFKxenigsegg Program 38 and 48: fragments decoded alone, and sent on under the flag.</summary>
    [Fact]
    public Task Echo_through_text() => VerifyAsync("""
        class Echo
        {
            private static async Task RunAsync(WebSocket socket)
            {
                var data = new byte[1024 * 4];
                WebSocketReceiveResult result = await socket.ReceiveAsync(new ArraySegment<byte>(data), CancellationToken.None);
                while (!result.CloseStatus.HasValue)
                {
                    var text = {|WSA5012:Encoding.UTF8.GetString(data, 0, result.Count)|};
                    Console.WriteLine("got " + text);

                    var answer = Encoding.UTF8.GetBytes("echo " + text);
                    await socket.SendAsync(new ArraySegment<byte>(answer), result.MessageType, result.EndOfMessage, CancellationToken.None);

                    result = await socket.ReceiveAsync(new ArraySegment<byte>(data), CancellationToken.None);
                }

                await socket.CloseAsync(result.CloseStatus.Value, result.CloseStatusDescription, CancellationToken.None);
            }
        }
        """);

    /// <summary>martijnvanschie WebSocketApplicationBuilderExtensions 47, 52, TRaffii WebSocketEchoMiddleware 44, 49 (OK): count and flag are passed on; a log of the piece is no message.</summary>
    [Fact]
    public Task Echo_of_bytes() => VerifyAsync("""
        class Echo
        {
            private async Task RunAsync(WebSocket socket)
            {
                var data = new byte[1024 * 4];
                WebSocketReceiveResult result = await socket.ReceiveAsync(new ArraySegment<byte>(data), CancellationToken.None);
                while (!result.CloseStatus.HasValue)
                {
                    await socket.SendAsync(new ArraySegment<byte>(data, 0, result.Count), result.MessageType, result.EndOfMessage, CancellationToken.None);

                    result = await socket.ReceiveAsync(new ArraySegment<byte>(data), CancellationToken.None);
                    Console.WriteLine($"got {Encoding.UTF8.GetString(data, 0, result.Count)}");
                }

                await socket.CloseAsync(result.CloseStatus.Value, result.CloseStatusDescription, CancellationToken.None);
            }
        }
        """);

    /// <summary>Cyaim client WebSocketClient 276, 315, 348, 371 (OK): the first result goes into a method that reads on until the end. (238 is another rule's.)</summary>
    [Fact]
    public Task First_piece_handed_to_a_method_that_reads_on() => VerifyAsync("""
        class Rpc
        {
            private readonly ClientWebSocket _socket = new ClientWebSocket();

            private async Task<string> AnswerAsync(string id, CancellationToken cancellation)
            {
                var data = new byte[4096];
                var result = await _socket.ReceiveAsync(new ArraySegment<byte>(data), cancellation);
                if (result.MessageType == WebSocketMessageType.Close)
                    throw new Exception("closed");

                var answer = await WholeAsync(result, data, cancellation);
                while (answer != id)
                {
                    result = await _socket.ReceiveAsync(new ArraySegment<byte>(data), cancellation);
                    if (result.MessageType == WebSocketMessageType.Close)
                        throw new Exception("closed");

                    answer = await OtherAsync(result, data, cancellation);
                }

                return answer;
            }

            private async Task<string> WholeAsync(WebSocketReceiveResult first, byte[] data, CancellationToken cancellation)
            {
                using var memory = new MemoryStream();
                var current = first;
                while (true)
                {
                    memory.Write(data, 0, current.Count);
                    if (current.EndOfMessage)
                        break;

                    current = await _socket.ReceiveAsync(new ArraySegment<byte>(data), cancellation);
                    if (current.MessageType == WebSocketMessageType.Close)
                        throw new Exception("closed");
                }

                return Encoding.UTF8.GetString(memory.GetBuffer(), 0, (int)memory.Length);
            }

            private async Task<string> OtherAsync(WebSocketReceiveResult first, byte[] data, CancellationToken cancellation)
            {
                using var memory = new MemoryStream();
                do
                {
                    memory.Write(data, 0, first.Count);
                    if (first.EndOfMessage)
                        break;
                    first = await _socket.ReceiveAsync(new ArraySegment<byte>(data), cancellation);
                } while (first.MessageType != WebSocketMessageType.Close);

                return Convert.ToBase64String(memory.ToArray());
            }

            public Task StopAsync(CancellationToken cancellation) => _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", cancellation);
        }
        """);

    /// <summary>Cyaim WebSocketClusterTransport 294 (OK): one stream over all turns, emptied at the end of a message, with a cap.</summary>
    [Fact]
    public Task Stream_over_all_turns() => VerifyAsync("""
        class Cluster
        {
            private async Task ReadAsync(WebSocket socket, CancellationToken stopping)
            {
                var data = new byte[4096];
                using var memory = new MemoryStream();
                while (socket.State == WebSocketState.Open && !stopping.IsCancellationRequested)
                {
                    var result = await socket.ReceiveAsync(new ArraySegment<byte>(data), stopping);
                    if (result.MessageType == WebSocketMessageType.Close)
                    {
                        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "closed", CancellationToken.None);
                        break;
                    }

                    if (result.Count > 0)
                    {
                        if (memory.Length + result.Count > 1 << 20)
                        {
                            await socket.CloseAsync(WebSocketCloseStatus.MessageTooBig, "too big", CancellationToken.None);
                            break;
                        }

                        memory.Write(data, 0, result.Count);
                    }

                    if (!result.EndOfMessage)
                        continue;

                    var json = Encoding.UTF8.GetString(memory.GetBuffer(), 0, (int)memory.Length);
                    memory.SetLength(0);
                    Console.WriteLine(json);
                }
            }
        }
        """);

    /// <summary>Cysharp AlterNats WebSocketConnection 70 and NetCord WebSocketConnection 37 (OK): adapters that fill the caller's memory.</summary>
    [Fact]
    public Task Adapters() => VerifyAsync("""
        class ByteAdapter
        {
            private readonly WebSocket _socket;
            public ByteAdapter(WebSocket socket) => _socket = socket;

            public async ValueTask<int> ReceiveAsync(Memory<byte> memory)
            {
                var read = await _socket.ReceiveAsync(memory, CancellationToken.None).ConfigureAwait(false);
                return read.Count;
            }
        }

        readonly struct Piece
        {
            public Piece(int count, int type, bool endOfMessage) => (Count, Type, EndOfMessage) = (count, type, endOfMessage);
            public int Count { get; }
            public int Type { get; }
            public bool EndOfMessage { get; }
        }

        class PieceAdapter
        {
            private readonly ClientWebSocket _socket = new ClientWebSocket();

            public async ValueTask<Piece> ReceiveAsync(Memory<byte> memory, CancellationToken cancellation = default)
            {
                var result = await _socket.ReceiveAsync(memory, cancellation).ConfigureAwait(false);
                return new(result.Count, (int)result.MessageType, result.EndOfMessage);
            }
        }
        """);

    /// <summary>net-daemon WebSocketClientImpl 62 and WebSocketTransportPipeline 122 (OK): a task handed on, and a buffer writer advanced until the end.</summary>
    [Fact]
    public Task Wrapper_and_buffer_writer() => VerifyAsync("""
        interface ISocket
        {
            WebSocketState State { get; }
            WebSocketCloseStatus? CloseStatus { get; }
            ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> memory, CancellationToken cancellation);
        }

        class Wrapper
        {
            private readonly ClientWebSocket _socket = new ClientWebSocket();

            public ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> memory, CancellationToken cancellation)
            {
                return _socket.ReceiveAsync(memory, cancellation);
            }
        }

        class Pipeline
        {
            private readonly ISocket _socket;
            public Pipeline(ISocket socket) => _socket = socket;

            private async Task ReadAsync(System.Buffers.ArrayBufferWriter<byte> writer, CancellationToken cancellation)
            {
                while (!cancellation.IsCancellationRequested && !_socket.CloseStatus.HasValue)
                {
                    var memory = writer.GetMemory();
                    var result = await _socket.ReceiveAsync(memory, cancellation).ConfigureAwait(false);
                    if (_socket.State == WebSocketState.Open && result.MessageType != WebSocketMessageType.Close)
                    {
                        writer.Advance(result.Count);
                        if (result.EndOfMessage)
                            break;
                    }
                    else if (_socket.State == WebSocketState.CloseReceived)
                    {
                        await AnswerAsync().ConfigureAwait(false);
                    }
                }
            }

            private Task AnswerAsync() => Task.CompletedTask;
        }

        class Closer
        {
            public Task CloseAsync(WebSocket socket) => socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "bye", default);
        }
        """);

    /// <summary>graphql-client GraphQLHttpWebSocket 513 (OK): a field for the buffer, a second condition on the loop, a switch behind it.</summary>
    [Fact]
    public Task Gathered_then_switched() => VerifyAsync("""
        class Subscription
        {
            private readonly ClientWebSocket _socket = new ClientWebSocket();
            private readonly ArraySegment<byte> _data = new ArraySegment<byte>(new byte[8192]);
            private readonly CancellationToken _stopping = default;

            protected async Task<byte[]> ReadAsync()
            {
                using var memory = new MemoryStream();
                WebSocketReceiveResult result = null;
                do
                {
                    result = await _socket.ReceiveAsync(_data, CancellationToken.None).ConfigureAwait(false);
                    memory.Write(_data.Array, _data.Offset, result.Count);
                }
                while (!result.EndOfMessage && !_stopping.IsCancellationRequested);

                switch (result.MessageType)
                {
                    case WebSocketMessageType.Text:
                        return memory.ToArray();
                    case WebSocketMessageType.Close:
                        throw new Exception("closed by the server");
                    default:
                        throw new NotSupportedException();
                }
            }

            protected Task StopAsync() => _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
        }
        """);

    /// <summary>puppeteer-sharp WebSocketTransport 165 (OK): a stream only for what comes in several pieces.</summary>
    [Fact]
    public Task Stream_only_where_it_is_needed() => VerifyAsync("""
        class Transport
        {
            public event EventHandler<byte[]> MessageReceived;

            private async Task ReadAsync(WebSocket socket, CancellationToken stopping)
            {
                var data = new byte[2048];
                while (!stopping.IsCancellationRequested)
                {
                    MemoryStream memory = null;
                    WebSocketReceiveResult result;
                    do
                    {
                        try
                        {
                            result = await socket.ReceiveAsync(new ArraySegment<byte>(data), stopping).ConfigureAwait(false);
                        }
                        catch (Exception)
                        {
                            return;
                        }

                        if (result.MessageType == WebSocketMessageType.Close)
                        {
                            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
                            return;
                        }

                        if (memory is null && !result.EndOfMessage)
                            memory = new MemoryStream(data.Length * 2);
                        memory?.Write(data, 0, result.Count);
                    }
                    while (!result.EndOfMessage);

                    MessageReceived?.Invoke(this, memory is null ? data.AsSpan(0, result.Count).ToArray() : memory.ToArray());
                    memory?.Dispose();
                }
            }
        }
        """);

    /// <summary>WatsonWebsocket WatsonWsClient 786, WatsonWsServer 652, 656 (OK): left at the end of the message, the state or the close status looked at on the way.</summary>
    [Fact]
    public Task Left_at_the_end_of_the_message() => VerifyAsync("""
        class Watson
        {
            private readonly ClientWebSocket _client = new ClientWebSocket();

            private async Task<ArraySegment<byte>> ClientAsync(byte[] data, CancellationToken stopping)
            {
                ArraySegment<byte> whole = default;
                WebSocketReceiveResult result = null;
                using (MemoryStream memory = new MemoryStream())
                {
                    data = new byte[data.Length];
                    ArraySegment<byte> segment = new ArraySegment<byte>(data);
                    if (_client.State == WebSocketState.CloseReceived || _client.State == WebSocketState.Closed || _client.State == WebSocketState.CloseSent)
                        throw new WebSocketException("closed");

                    while (_client.State == WebSocketState.Open)
                    {
                        result = await _client.ReceiveAsync(segment, stopping);
                        if (result.Count > 0)
                            await memory.WriteAsync(data, 0, result.Count);

                        if (result.EndOfMessage)
                        {
                            whole = new ArraySegment<byte>(memory.GetBuffer(), 0, (int)memory.Length);
                            break;
                        }
                    }
                }

                Console.WriteLine(result.MessageType);
                return whole;
            }

            private async Task<ArraySegment<byte>> ServerAsync(WebSocket socket, byte[] data, CancellationToken stopping)
            {
                using (MemoryStream memory = new MemoryStream())
                {
                    ArraySegment<byte> segment = new ArraySegment<byte>(data);
                    while (true)
                    {
                        WebSocketReceiveResult result = await socket.ReceiveAsync(segment, stopping).ConfigureAwait(false);
                        if (result.CloseStatus != null)
                        {
                            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
                            throw new WebSocketException("closed");
                        }

                        if (socket.State != WebSocketState.Open)
                            throw new WebSocketException("closed");
                        if (result.Count > 0)
                            memory.Write(data, 0, result.Count);
                        if (result.EndOfMessage)
                            return new ArraySegment<byte>(memory.GetBuffer(), 0, (int)memory.Length);
                    }
                }
            }
        }
        """);

    /// <summary>jellyfin WebSocketConnection 128 (OK): into a pipe, processed at the end of each message, until a close.</summary>
    [Fact]
    public Task Pipe() => VerifyAsync("""
        using System.IO.Pipelines;

        class Session
        {
            private readonly WebSocket _socket;
            public Session(WebSocket socket) => _socket = socket;

            public async Task RunAsync(CancellationToken cancellation = default)
            {
                var pipe = new Pipe();
                var writer = pipe.Writer;
                ValueWebSocketReceiveResult result;
                do
                {
                    Memory<byte> memory = writer.GetMemory(512);
                    try
                    {
                        result = await _socket.ReceiveAsync(memory, cancellation).ConfigureAwait(false);
                    }
                    catch (WebSocketException)
                    {
                        break;
                    }

                    int count = result.Count;
                    if (count == 0)
                        break;

                    writer.Advance(count);
                    FlushResult flushed = await writer.FlushAsync(cancellation).ConfigureAwait(false);
                    if (flushed.IsCompleted)
                        break;
                    if (result.EndOfMessage)
                        await ProcessAsync(pipe.Reader).ConfigureAwait(false);
                }
                while ((_socket.State == WebSocketState.Open || _socket.State == WebSocketState.Connecting) && result.MessageType != WebSocketMessageType.Close);

                if (_socket.State == WebSocketState.Open || _socket.State == WebSocketState.CloseReceived)
                    await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, string.Empty, cancellation).ConfigureAwait(false);
            }

            private async Task ProcessAsync(PipeReader reader)
            {
                ReadResult read = await reader.ReadAsync().ConfigureAwait(false);
                Console.WriteLine(Encoding.UTF8.GetString(read.Buffer));
                reader.AdvanceTo(read.Buffer.End);
            }
        }
        """);

    /// <summary>vs-streamjsonrpc WebSocketMessageHandler 96, 102, 110, 123 (OK): a sequence builder or a rented array, the close answered inside the loop.</summary>
    [Fact]
    public Task Rented_array_in_a_loop() => VerifyAsync("""
        using System.Buffers;
        using System.Runtime.InteropServices;

        class Handler
        {
            private readonly WebSocket _socket;
            private readonly ArrayBufferWriter<byte> _builder = new ArrayBufferWriter<byte>();
            public Handler(WebSocket socket) => _socket = socket;

            protected async ValueTask<string> ReadAsync(CancellationToken cancellation)
            {
                WebSocketReceiveResult result;
                do
                {
                    Memory<byte> memory = _builder.GetMemory(4096);
                    if (MemoryMarshal.TryGetArray(memory, out ArraySegment<byte> segment))
                    {
                        result = await _socket.ReceiveAsync(segment, cancellation).ConfigureAwait(false);
                    }
                    else
                    {
                        ArrayPool<byte> pool = ArrayPool<byte>.Shared;
                        byte[] rented = pool.Rent(memory.Length);
                        try
                        {
                            result = await _socket.ReceiveAsync(new ArraySegment<byte>(rented, 0, memory.Length), cancellation).ConfigureAwait(false);
                            rented.AsSpan(0, result.Count).CopyTo(memory.Span);
                        }
                        finally
                        {
                            pool.Return(rented);
                        }
                    }

                    _builder.Advance(result.Count);
                    if (result.MessageType == WebSocketMessageType.Close)
                    {
                        await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "as requested", CancellationToken.None).ConfigureAwait(false);
                        return null;
                    }
                }
                while (!result.EndOfMessage);

                return _builder.WrittenCount > 0 ? Encoding.UTF8.GetString(_builder.WrittenSpan) : null;
            }
        }
        """);

    /// <summary>ClientWebSocketWrapper.DotNet WebSocketWrapper 164 (OK): fills the caller's stream and returns the result.</summary>
    [Fact]
    public Task Fills_the_stream_of_its_caller() => VerifyAsync("""
        class Wrapper
        {
            private readonly ClientWebSocket _socket = new ClientWebSocket();
            private readonly CancellationToken _stopping = default;

            public async Task RunAsync()
            {
                var data = new ArraySegment<byte>(new byte[1024]);
                while (true)
                {
                    using var memory = new MemoryStream();
                    var result = await ReadAsync(data, memory);
                    if (result.MessageType == WebSocketMessageType.Close)
                    {
                        await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, string.Empty, CancellationToken.None).ConfigureAwait(false);
                        return;
                    }

                    memory.Seek(0, SeekOrigin.Begin);
                    Console.WriteLine(new StreamReader(memory, Encoding.ASCII).ReadToEnd());
                }
            }

            private async Task<WebSocketReceiveResult> ReadAsync(ArraySegment<byte> data, MemoryStream memory)
            {
                WebSocketReceiveResult result;
                do
                {
                    result = await _socket.ReceiveAsync(data, _stopping).ConfigureAwait(false);
                    await memory.WriteAsync(data.Array, data.Offset, result.Count, _stopping).ConfigureAwait(false);
                }
                while (!result.EndOfMessage);

                return result;
            }
        }
        """);

    /// <summary>radu-matei Connection 216 and WebSocketManagerMiddleware 83 (OK): gathered, read as text, told apart behind it or by the delegate.</summary>
    [Fact]
    public Task Gathered_then_handed_to_a_delegate() => VerifyAsync("""
        class Manager
        {
            private async Task ClientAsync(ClientWebSocket socket, Action<string> handle)
            {
                while (socket.State == WebSocketState.Open)
                {
                    ArraySegment<Byte> data = new ArraySegment<byte>(new Byte[1024 * 4]);
                    string text = null;
                    WebSocketReceiveResult result = null;
                    using (var memory = new MemoryStream())
                    {
                        do
                        {
                            result = await socket.ReceiveAsync(data, CancellationToken.None).ConfigureAwait(false);
                            memory.Write(data.Array, data.Offset, result.Count);
                        }
                        while (!result.EndOfMessage);

                        memory.Seek(0, SeekOrigin.Begin);
                        using (var reader = new StreamReader(memory, Encoding.UTF8))
                            text = await reader.ReadToEndAsync().ConfigureAwait(false);
                    }

                    if (result.MessageType == WebSocketMessageType.Text)
                    {
                        handle(text);
                    }
                    else if (result.MessageType == WebSocketMessageType.Close)
                    {
                        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None).ConfigureAwait(false);
                        break;
                    }
                }
            }

            public Task ServeAsync(WebSocket socket) => ServerAsync(socket, async (result, text) =>
            {
                if (result.MessageType == WebSocketMessageType.Text)
                    Console.WriteLine(text);
                else if (result.MessageType == WebSocketMessageType.Close)
                    await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
            });

            private async Task ServerAsync(WebSocket socket, Action<WebSocketReceiveResult, string> handle)
            {
                while (socket.State == WebSocketState.Open)
                {
                    ArraySegment<Byte> data = new ArraySegment<byte>(new Byte[1024 * 4]);
                    string text = null;
                    WebSocketReceiveResult result = null;
                    try
                    {
                        using (var memory = new MemoryStream())
                        {
                            do
                            {
                                result = await socket.ReceiveAsync(data, CancellationToken.None).ConfigureAwait(false);
                                memory.Write(data.Array, data.Offset, result.Count);
                            }
                            while (!result.EndOfMessage);

                            memory.Seek(0, SeekOrigin.Begin);
                            using (var reader = new StreamReader(memory, Encoding.UTF8))
                                text = await reader.ReadToEndAsync().ConfigureAwait(false);
                        }

                        handle(result, text);
                    }
                    catch (WebSocketException e)
                    {
                        if (e.WebSocketErrorCode == WebSocketError.ConnectionClosedPrematurely)
                            socket.Abort();
                    }
                }
            }
        }
        """);

    /// <summary>net-daemon's server mock (a hit of its own): a span over the buffer, deserialized.</summary>
    [Fact]
    public Task Span_deserialized() => VerifyAsync("""
        using System.Text.Json;

        class Mock
        {
            private record Message(string Type);

            private async Task RunAsync(WebSocket socket, CancellationToken stopping)
            {
                var data = new byte[1024 * 4];
                while (true)
                {
                    var result = await socket.ReceiveAsync(new ArraySegment<byte>(data), stopping).ConfigureAwait(false);
                    stopping.ThrowIfCancellationRequested();
                    if (result.CloseStatus.HasValue && socket.State == WebSocketState.CloseReceived)
                        break;

                    var message = {|WSA5001:JsonSerializer.Deserialize<Message>(new ReadOnlySpan<byte>(data, 0, result.Count))|} ?? throw new Exception("nothing");
                    Console.WriteLine(message.Type);
                }

                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", default);
            }
        }
        """);

    private static Task VerifyAsync(string source)
    {
        var test = new Verify.Test<ReceivingAnalyzer, EmptyCodeFixProvider>(source);
        test.DisabledDiagnostics.AddRange(new ReceivingAnalyzer().SupportedDiagnostics.Select(descriptor => descriptor.Id).Except(Ids));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }
}
