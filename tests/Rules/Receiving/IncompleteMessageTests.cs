using WebSocketAnalyzers.CodeFixes.Fixes.Receiving;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Receiving;

/// <summary>WSA5001: a piece of a message is taken for the whole.</summary>
public class IncompleteMessageTests
{
    [Fact]
    public Task Fixes_a_receive_loop() => Verify.FixesAsync<ReceivingAnalyzer, IncompleteMessageCodeFix>(
        """
        class Chat
        {
            public async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                var buffer = new byte[4096];
                while (socket.State == WebSocketState.Open)
                {
                    // the next message
                    var result = await socket.ReceiveAsync(new ArraySegment<byte>(buffer), cancellation).ConfigureAwait(false); // a piece of it
                    if (result.MessageType == WebSocketMessageType.Close)
                    {
                        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation).ConfigureAwait(false);
                        return;
                    }
                    var message = {|WSA5001:Encoding.UTF8.GetString(buffer, 0, result.Count)|};
                    Console.WriteLine($"{message} ({result.Count} bytes)");
                }
            }
        }
        """,
        """
        class Chat
        {
            public async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                var buffer = new byte[4096];
                while (socket.State == WebSocketState.Open)
                {
                    // the next message
                    using var received = new MemoryStream();
                    WebSocketReceiveResult result;
                    do
                    {
                        result = await socket.ReceiveAsync(new ArraySegment<byte>(buffer), cancellation).ConfigureAwait(false);
                        received.Write(buffer, 0, result.Count);
                        if (received.Length > 1024 * 1024)
                        {
                            await socket.CloseOutputAsync(WebSocketCloseStatus.MessageTooBig, null, cancellation).ConfigureAwait(false);
                            return;
                        }
                    }
                    while (!result.EndOfMessage); // a piece of it
                    if (result.MessageType == WebSocketMessageType.Close)
                    {
                        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation).ConfigureAwait(false);
                        return;
                    }
                    var message = Encoding.UTF8.GetString(received.GetBuffer(), 0, (int)received.Length);
                    Console.WriteLine($"{message} ({(int)received.Length} bytes)");
                }
            }
        }
        """);

    [Fact]
    public Task Reports_memory_and_value_results() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Reader
        {
            public async Task<string> ReadAsync(WebSocket socket, Memory<byte> memory, CancellationToken cancellation)
            {
                ValueWebSocketReceiveResult result = await socket.ReceiveAsync(memory, cancellation);
                return result.MessageType == WebSocketMessageType.Text ? {|WSA5001:Encoding.UTF8.GetString(memory.Span[..result.Count])|} : "";
            }

            public async Task<string> OwnedAsync(WebSocket socket)
            {
                using var owner = System.Buffers.MemoryPool<byte>.Shared.Rent(4096);
                var result = await socket.ReceiveAsync(owner.Memory, default).ConfigureAwait(false);
                return {|WSA5001:Encoding.UTF8.GetString(owner.Memory.Span.Slice(0, result.Count))|};
            }

            public async Task<string> SegmentOfAsync(WebSocket socket, Memory<byte> memory)
            {
                System.Runtime.InteropServices.MemoryMarshal.TryGetArray<byte>(memory, out var segment);
                var result = await socket.ReceiveAsync(segment, default).ConfigureAwait(false);
                return {|WSA5001:Encoding.UTF8.GetString(memory.Span[..result.Count])|};
            }
        }
        """);

    [Fact]
    public Task Reports_results_in_patterns_and_switches_that_never_ask_for_the_end() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Reader
        {
            public async Task PatternAsync(WebSocket socket, byte[] data)
            {
                var result = await socket.ReceiveAsync(data, default);
                if (result is { MessageType: WebSocketMessageType.Text, Count: > 0 })
                    Console.WriteLine({|WSA5001:Encoding.UTF8.GetString(data, 0, result.Count)|});
            }

            public async Task<object> SwitchAsync(WebSocket socket, byte[] data)
            {
                var result = await socket.ReceiveAsync(data, default);
                switch (result.MessageType)
                {
                    case WebSocketMessageType.Text:
                        return {|WSA5001:System.Text.Json.JsonSerializer.Deserialize<object>(data.AsSpan(0, result.Count))|};
                    default:
                        return null;
                }
            }
        }
        """);

    [Fact]
    public Task Reports_wrappers_that_hand_on_the_result() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Link
        {
            private readonly WebSocket _socket;
            private readonly byte[] _data = new byte[1024];
            public Link(WebSocket socket) => _socket = socket;

            private Task<WebSocketReceiveResult> ReadAsync(byte[] data) => _socket.ReceiveAsync(new ArraySegment<byte>(data), default);

            public async Task RunAsync()
            {
                var data = new byte[1024];
                while (true)
                {
                    var result = await ReadAsync(data);
                    if (result.MessageType == WebSocketMessageType.Close)
                        return;
                    Console.WriteLine({|WSA5001:Encoding.UTF8.GetString(data, 0, result.Count)|});
                }
            }
        }
        """);

    [Fact]
    public Task Reports_local_functions_and_lambdas() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Link
        {
            public async Task RunAsync(WebSocket socket)
            {
                var data = new byte[1024];
                await LoopAsync();

                async Task LoopAsync()
                {
                    while (socket.State == WebSocketState.Open)
                    {
                        var result = await socket.ReceiveAsync(data, default);
                        Show(result);
                    }
                }

                void Show(WebSocketReceiveResult result) => Console.WriteLine({|WSA5001:Encoding.UTF8.GetString(data, 0, result.Count)|});
            }
        }
        """);

    [Fact]
    public Task Reports_a_piece_sent_on_as_a_whole_message() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Proxy
        {
            public async Task RunAsync(WebSocket from, WebSocket to)
            {
                var data = new byte[1024];
                while (true)
                {
                    var result = await from.ReceiveAsync(data, default);
                    if (result.CloseStatus is not null)
                        return;
                    await {|WSA5001:to.SendAsync(new ArraySegment<byte>(data, 0, result.Count), result.MessageType, true, default)|};
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_results_asked_for_the_end() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Reader
        {
            public async Task PatternAsync(WebSocket socket, byte[] data)
            {
                var result = await socket.ReceiveAsync(data, default);
                if (result is { EndOfMessage: true, MessageType: WebSocketMessageType.Text })
                    Console.WriteLine(Encoding.UTF8.GetString(data, 0, result.Count));
            }

            public async Task ThrowAsync(WebSocket socket, byte[] data)
            {
                var result = await socket.ReceiveAsync(data, default);
                if (!result.EndOfMessage)
                    throw new InvalidDataException();
                Console.WriteLine(Encoding.UTF8.GetString(data, 0, result.Count));
            }

            public async Task TupleAsync(WebSocket socket, byte[] data)
            {
                var (count, isWhole) = await PieceAsync(socket, data);
                if (isWhole)
                    Console.WriteLine(Encoding.UTF8.GetString(data, 0, count));
            }

            private async Task<(int Count, bool IsWhole)> PieceAsync(WebSocket socket, byte[] data)
            {
                var result = await socket.ReceiveAsync(data, default);
                return (result.Count, result.EndOfMessage);
            }

            public async Task<string> FilledUpAsync(WebSocket socket, byte[] data)
            {
                var offset = 0;
                WebSocketReceiveResult result;
                do
                {
                    result = await socket.ReceiveAsync(new ArraySegment<byte>(data, offset, data.Length - offset), default);
                    offset += result.Count;
                }
                while (!result.EndOfMessage);
                return Encoding.UTF8.GetString(data, 0, offset);
            }

            public async Task ConditionAsync(WebSocket socket, byte[] data)
            {
                using var whole = new MemoryStream();
                WebSocketReceiveResult result;
                while (!(result = await socket.ReceiveAsync(data, default)).EndOfMessage)
                    whole.Write(data, 0, result.Count);
                whole.Write(data, 0, result.Count);
                Console.WriteLine(Encoding.UTF8.GetString(whole.ToArray()));
            }
        }
        """);

    [Fact]
    public Task Ignores_results_that_leave_what_can_be_seen() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Reader
        {
            private WebSocketReceiveResult _last;
            public WebSocketReceiveResult Last { get; private set; }
            public event Action<WebSocketReceiveResult, string> Received;

            public async Task FieldAsync(WebSocket socket, byte[] data, object sink)
            {
                var result = await socket.ReceiveAsync(data, default);
                sink.Equals(result);
                Console.WriteLine(Encoding.UTF8.GetString(data, 0, result.Count));
            }

            public async Task EventAsync(WebSocket socket, byte[] data)
            {
                var result = await socket.ReceiveAsync(data, default);
                Received?.Invoke(result, Encoding.UTF8.GetString(data, 0, result.Count));
            }

            public async Task<(WebSocketReceiveResult, string)> TupleAsync(WebSocket socket, byte[] data)
            {
                var result = await socket.ReceiveAsync(data, default);
                return (result, Encoding.UTF8.GetString(data, 0, result.Count));
            }

            public async Task PropertyAsync(WebSocket socket, byte[] data)
            {
                Last = await socket.ReceiveAsync(data, default);
                if (Last.EndOfMessage)
                    Console.WriteLine(Encoding.UTF8.GetString(data, 0, Last.Count));
            }

            public async Task PrivateFieldAsync(WebSocket socket, byte[] data)
            {
                _last = await socket.ReceiveAsync(data, default);
                if (_last.EndOfMessage)
                    Console.WriteLine(Encoding.UTF8.GetString(data, 0, _last.Count));
            }
        }
        """);

    [Fact]
    public Task Ignores_forwards_with_the_flag() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Proxy
        {
            public async Task RunAsync(WebSocket from, WebSocket to)
            {
                var data = new byte[1024];
                while (true)
                {
                    var result = await from.ReceiveAsync(data.AsMemory(), default);
                    if (result.MessageType == WebSocketMessageType.Close)
                        return;
                    await to.SendAsync(data.AsMemory(0, result.Count), result.MessageType, result.EndOfMessage, default);
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_adapters_that_fill_the_callers_buffer() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class SocketStream
        {
            private readonly WebSocket _socket;
            public SocketStream(WebSocket socket) => _socket = socket;

            public async Task<int> ReadAsync(byte[] data, int offset, int count, CancellationToken cancellation)
            {
                var result = await _socket.ReceiveAsync(new ArraySegment<byte>(data, offset, count), cancellation);
                return result.MessageType == WebSocketMessageType.Close ? 0 : result.Count;
            }
        }
        """);

    [Fact]
    public Task Ignores_wrappers_that_reassemble() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Link
        {
            private readonly WebSocket _socket;
            public Link(WebSocket socket) => _socket = socket;

            private async Task<WebSocketReceiveResult> WholeAsync(byte[] data)
            {
                var offset = 0;
                WebSocketReceiveResult result;
                do
                {
                    result = await _socket.ReceiveAsync(new ArraySegment<byte>(data, offset, data.Length - offset), default);
                    offset += result.Count;
                }
                while (!result.EndOfMessage);
                return new WebSocketReceiveResult(offset, result.MessageType, true);
            }

            public async Task RunAsync()
            {
                var data = new byte[1024];
                while (true)
                {
                    var result = await WholeAsync(data);
                    if (result.MessageType == WebSocketMessageType.Close)
                        return;
                    Console.WriteLine(Encoding.UTF8.GetString(data, 0, result.Count));
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_other_libraries_and_pipes() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        namespace Library
        {
            public class Message { public string Text { get; } = ""; }
            public class Client { public Task<Message> ReceiveAsync() => Task.FromResult(new Message()); }
        }

        class User
        {
            async Task ReadAsync(Library.Client client, System.IO.Pipelines.PipeReader reader)
            {
                Console.WriteLine((await client.ReceiveAsync()).Text);
                var read = await reader.ReadAsync();
                Console.WriteLine(Encoding.UTF8.GetString(read.Buffer));
            }

            async Task SocketAsync(Socket socket, byte[] data)
            {
                var count = await socket.ReceiveAsync(data, SocketFlags.None);
                Console.WriteLine(Encoding.UTF8.GetString(data, 0, count));
            }
        }
        """);

    [Fact]
    public Task Ignores_same_names_in_another_namespace() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        namespace Mine
        {
            class WebSocket
            {
                public Task<Result> ReceiveAsync(byte[] data, CancellationToken cancellation) => Task.FromResult(new Result());
            }

            class Result
            {
                public int Count => 0;
                public string MessageType => "";
            }

            class User
            {
                async Task ReadAsync(WebSocket socket, byte[] data)
                {
                    while (true)
                    {
                        var result = await socket.ReceiveAsync(data, default);
                        Console.WriteLine(Encoding.UTF8.GetString(data, 0, result.Count) + Encoding.UTF8.GetString(data));
                    }
                }

                async Task IgnoreAsync(WebSocket socket, byte[] data)
                {
                    await socket.ReceiveAsync(data, default);
                    Console.WriteLine(Encoding.UTF8.GetString(data));
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_recursive_reassembly() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Recursive
        {
            async Task<string> ReadAsync(WebSocket socket, byte[] data, MemoryStream whole)
            {
                var result = await socket.ReceiveAsync(data, default);
                if (result.MessageType == WebSocketMessageType.Close)
                    return "";
                whole.Write(data, 0, result.Count);
                return result.EndOfMessage ? Encoding.UTF8.GetString(whole.ToArray()) : await ReadAsync(socket, data, whole);
            }
        }
        """);

    [Fact]
    public Task Ignores_half_typed_code() => Verify.BearsAsync<ReceivingAnalyzer>("""
        class Half
        {
            async Task A(WebSocket socket, byte[] data)
            {
                var result = await socket.ReceiveAsync(
                while (true) { result = await socket.ReceiveAsync(data, ) ; Encoding.UTF8.GetString(data, 0, result. }
                await unknown.ReceiveAsync(data, default);
                if (result.MessageType == )
            }

            Task B(WebSocket socket) => B(socket.ReceiveAsync().Result
        """);

    [Fact]
    public Task Fixes_a_single_receive_with_a_value_to_return() => Verify.FixesAsync<ReceivingAnalyzer, IncompleteMessageCodeFix>(
        """
        using System.Text.Json;

        class Rpc
        {
            private readonly ClientWebSocket _socket = new ClientWebSocket();

            public async Task<object> AskAsync(Memory<byte> memory, CancellationTokenSource timeout)
            {
                ValueWebSocketReceiveResult result = await _socket.ReceiveAsync(memory, timeout.Token);
                if (result.MessageType == WebSocketMessageType.Close)
                    throw new IOException();
                return {|WSA5001:JsonSerializer.Deserialize<object>(memory.Span[..result.Count])|};
            }

            public Task StopAsync() => _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
        }
        """,
        """
        using System.Text.Json;

        class Rpc
        {
            private readonly ClientWebSocket _socket = new ClientWebSocket();

            public async Task<object> AskAsync(Memory<byte> memory, CancellationTokenSource timeout)
            {
                using var received = new MemoryStream();
                ValueWebSocketReceiveResult result;
                do
                {
                    result = await _socket.ReceiveAsync(memory, timeout.Token);
                    received.Write(memory.Span[..result.Count]);
                    if (received.Length > 1024 * 1024)
                    {
                        await _socket.CloseOutputAsync(WebSocketCloseStatus.MessageTooBig, null, timeout.Token);
                        throw new WebSocketException("The message is too big.");
                    }
                }
                while (!result.EndOfMessage);
                if (result.MessageType == WebSocketMessageType.Close)
                    throw new IOException();
                return JsonSerializer.Deserialize<object>(received.GetBuffer().AsSpan(0, (int)received.Length));
            }

            public Task StopAsync() => _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
        }
        """);

    [Fact]
    public Task Fixes_segments_counts_kept_in_locals_and_assignments() => Verify.FixesAsync<ReceivingAnalyzer, IncompleteMessageCodeFix>(
        """
        #nullable enable
        class Feed
        {
            public async Task RunAsync(WebSocket socket, WebSocket other, CancellationToken cancellation)
            {
                var segment = new ArraySegment<byte>(new byte[1024]);
                WebSocketReceiveResult? result = null;
                do
                {
                    result = await socket.ReceiveAsync(segment, cancellation);
                    var count = result.Count;
                    if (result.MessageType == WebSocketMessageType.Text)
                        Console.WriteLine({|WSA5001:Encoding.UTF8.GetString(segment.Array!, segment.Offset, count)|}.Length + count);
                    else if (result.MessageType == WebSocketMessageType.Binary)
                        await other.SendAsync(segment.Slice(0, result.Count), WebSocketMessageType.Binary, true, cancellation);
                }
                while (result.MessageType != WebSocketMessageType.Close);
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
            }
        }
        """,
        """
        #nullable enable
        class Feed
        {
            public async Task RunAsync(WebSocket socket, WebSocket other, CancellationToken cancellation)
            {
                var segment = new ArraySegment<byte>(new byte[1024]);
                WebSocketReceiveResult? result = null;
                do
                {
                    using var received = new MemoryStream();
                    do
                    {
                        result = await socket.ReceiveAsync(segment, cancellation);
                        received.Write(segment.Array!, segment.Offset, result.Count);
                        if (received.Length > 1024 * 1024)
                        {
                            await socket.CloseOutputAsync(WebSocketCloseStatus.MessageTooBig, null, cancellation);
                            throw new WebSocketException("The message is too big.");
                        }
                    }
                    while (!result.EndOfMessage);
                    var count = (int)received.Length;
                    if (result.MessageType == WebSocketMessageType.Text)
                        Console.WriteLine(Encoding.UTF8.GetString(received.GetBuffer(), 0, count).Length + count);
                    else if (result.MessageType == WebSocketMessageType.Binary)
                        await other.SendAsync(new ArraySegment<byte>(received.GetBuffer(), 0, (int)received.Length), WebSocketMessageType.Binary, true, cancellation);
                }
                while (result.MessageType != WebSocketMessageType.Close);
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
            }
        }
        """);

    [Fact]
    public Task FixesAll_gives_each_message_its_stream() => Verify.FixesAsync<ReceivingAnalyzer, IncompleteMessageCodeFix>(
        """
        class Two
        {
            public async Task<string> BothAsync(WebSocket left, WebSocket right, CancellationToken cancellation)
            {
                var first = new byte[1024];
                var one = await left.ReceiveAsync(first, cancellation);
                if (one.MessageType == WebSocketMessageType.Close)
                    return "";
                var text = {|WSA5001:Encoding.UTF8.GetString(first, 0, one.Count)|};
                var second = new byte[1024];
                var two = await right.ReceiveAsync(second, cancellation);
                return two.MessageType == WebSocketMessageType.Close ? "" : text + {|WSA5001:Encoding.UTF8.GetString(second.AsSpan(0, two.Count))|};
            }

            public Task StopAsync(WebSocket left) => left.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
        }
        """,
        """
        class Two
        {
            public async Task<string> BothAsync(WebSocket left, WebSocket right, CancellationToken cancellation)
            {
                var first = new byte[1024];
                using var received = new MemoryStream();
                WebSocketReceiveResult one;
                do
                {
                    one = await left.ReceiveAsync(first, cancellation);
                    received.Write(first, 0, one.Count);
                    if (received.Length > 1024 * 1024)
                    {
                        await left.CloseOutputAsync(WebSocketCloseStatus.MessageTooBig, null, cancellation);
                        throw new WebSocketException("The message is too big.");
                    }
                }
                while (!one.EndOfMessage);
                if (one.MessageType == WebSocketMessageType.Close)
                    return "";
                var text = Encoding.UTF8.GetString(received.GetBuffer(), 0, (int)received.Length);
                var second = new byte[1024];
                using var received2 = new MemoryStream();
                WebSocketReceiveResult two;
                do
                {
                    two = await right.ReceiveAsync(second, cancellation);
                    received2.Write(second, 0, two.Count);
                    if (received2.Length > 1024 * 1024)
                    {
                        await right.CloseOutputAsync(WebSocketCloseStatus.MessageTooBig, null, cancellation);
                        throw new WebSocketException("The message is too big.");
                    }
                }
                while (!two.EndOfMessage);
                return two.MessageType == WebSocketMessageType.Close ? "" : text + Encoding.UTF8.GetString(received2.GetBuffer().AsSpan(0, (int)received2.Length));
            }

            public Task StopAsync(WebSocket left) => left.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
        }
        """);

    [Fact]
    public Task Offers_no_fix_where_something_would_be_left_behind() => Verify.OffersNoFixAsync<ReceivingAnalyzer, IncompleteMessageCodeFix>("""
        class Reader
        {
            private readonly byte[] _shared = new byte[1024];

            public byte[] Shared => _shared;

            public async Task FirstBeforeTheLoopAsync(WebSocket socket)
            {
                var data = new byte[1024];
                var result = await socket.ReceiveAsync(data, default);
                while (!result.CloseStatus.HasValue)
                {
                    Console.WriteLine({|WSA5001:Encoding.UTF8.GetString(data, 0, result.Count)|});
                    result = await socket.ReceiveAsync(data, default);
                }
            }

            public async Task AskedForNothingAsync(WebSocket socket)
            {
                var data = new byte[1024];
                var result = await socket.ReceiveAsync(data, default);
                if (result.Count == 0)
                    return;
                Console.WriteLine({|WSA5001:Encoding.UTF8.GetString(data, 0, result.Count)|});
            }

            public async Task FieldThatOthersReadAsync(WebSocket socket)
            {
                var result = await socket.ReceiveAsync(_shared, default);
                Console.WriteLine({|WSA5001:Encoding.UTF8.GetString(_shared, 0, result.Count)|});
            }

            public async Task HandedOnAsync(WebSocket socket)
            {
                var data = new byte[1024];
                var result = await socket.ReceiveAsync(data, default);
                Console.WriteLine({|WSA5001:Encoding.UTF8.GetString(data, 0, result.Count)|});
                Look(data);
            }

            public async Task ResultHandedOnAsync(WebSocket socket)
            {
                var data = new byte[1024];
                var result = await socket.ReceiveAsync(data, default);
                Print(result, data);
            }

            public async Task InAConditionAsync(WebSocket socket)
            {
                var data = new byte[1024];
                WebSocketReceiveResult result;
                while ((result = await socket.ReceiveAsync(data, default)).MessageType == WebSocketMessageType.Text)
                    Console.WriteLine({|WSA5001:Encoding.UTF8.GetString(data, 0, result.Count)|});
            }

            private static void Look(byte[] data) => Console.WriteLine(data[0]);

            private static void Print(WebSocketReceiveResult result, byte[] data) => Console.WriteLine({|WSA5001:Encoding.UTF8.GetString(data, 0, result.Count)|});
        }
        """);
}
