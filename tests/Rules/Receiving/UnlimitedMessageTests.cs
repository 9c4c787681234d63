using WebSocketAnalyzers.CodeFixes.Fixes.Receiving;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Receiving;

public class UnlimitedMessageTests
{
    [Fact]
    public Task Reports_stream_that_grows_to_the_end_of_the_message() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Messages
        {
            public static async Task<byte[]> ReadAsync(WebSocket socket, CancellationToken stopping)
            {
                var buffer = new byte[4096];
                using var message = new MemoryStream();
                WebSocketReceiveResult result;
                do
                {
                    result = await socket.ReceiveAsync(new ArraySegment<byte>(buffer), stopping);
                    if (result.MessageType == WebSocketMessageType.Close)
                        return null;
                    {|WSA5011:message.Write(buffer, 0, result.Count)|};
                }
                while (!result.EndOfMessage);
                return message.ToArray();
            }
        }
        """);

    [Fact]
    public Task Reports_memory_overload_and_asynchronous_write() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Messages
        {
            public static async Task<byte[]> ReadAsync(WebSocket socket, Memory<byte> memory, CancellationToken stopping)
            {
                var message = new MemoryStream(4096);
                while (true)
                {
                    var result = await socket.ReceiveAsync(memory, stopping).ConfigureAwait(false);
                    await {|WSA5011:message.WriteAsync(memory[..result.Count], stopping)|}.ConfigureAwait(false);
                    if (result.EndOfMessage)
                        return message.ToArray();
                }
            }
        }
        """);

    [Fact]
    public Task Reports_lists_and_writers() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Messages
        {
            public static async Task ListAsync(WebSocket socket, byte[] buffer)
            {
                var bytes = new List<byte>();
                WebSocketReceiveResult result;
                do
                {
                    result = await socket.ReceiveAsync(buffer, default);
                    {|WSA5011:bytes.AddRange(buffer.Take(result.Count))|};
                }
                while (!result.EndOfMessage);
                Console.WriteLine(bytes.Count);
            }

            public static async Task WriterAsync(WebSocket socket, byte[] buffer)
            {
                var writer = new System.Buffers.ArrayBufferWriter<byte>();
                ValueWebSocketReceiveResult result;
                do
                {
                    result = await socket.ReceiveAsync(buffer.AsMemory(), default);
                    {|WSA5011:System.Buffers.BuffersExtensions.Write(writer, buffer.AsSpan(0, result.Count))|};
                }
                while (!result.EndOfMessage);
                Console.WriteLine(writer.WrittenCount);
            }
        }
        """);

    [Fact]
    public Task Reports_text() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Messages
        {
            public static async Task<string> BuilderAsync(WebSocket socket, byte[] buffer)
            {
                var text = new StringBuilder();
                WebSocketReceiveResult result;
                do
                {
                    result = await socket.ReceiveAsync(buffer, default);
                    {|WSA5011:text.Append(Encoding.ASCII.GetString(buffer, 0, result.Count))|};
                }
                while (!result.EndOfMessage);
                return text.ToString();
            }

            public static async Task<string> StringAsync(WebSocket socket, byte[] buffer)
            {
                var text = "";
                while (true)
                {
                    var result = await socket.ReceiveAsync(buffer, default);
                    {|WSA5011:text += Encoding.ASCII.GetString(buffer, 0, result.Count)|};
                    if (result.EndOfMessage)
                        break;
                }

                return text;
            }
        }
        """);

    [Fact]
    public Task Reports_message_that_is_handled_behind_the_inner_loop() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Session
        {
            public static async Task RunAsync(WebSocket socket, Action<string> received)
            {
                var buffer = new byte[1024];
                while (socket.State == WebSocketState.Open)
                {
                    using (var message = new MemoryStream())
                    {
                        WebSocketReceiveResult result;
                        do
                        {
                            result = await socket.ReceiveAsync(buffer, CancellationToken.None);
                            {|WSA5011:message.Write(buffer, 0, result.Count)|};
                        }
                        while (!result.EndOfMessage);
                        received(Encoding.UTF8.GetString(message.ToArray()));
                    }
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_compared_lengths() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Messages
        {
            private const int Most = 1024 * 1024;

            public static async Task LengthAsync(WebSocket socket, byte[] buffer)
            {
                var message = new MemoryStream();
                WebSocketReceiveResult result;
                do
                {
                    result = await socket.ReceiveAsync(buffer, default);
                    if (message.Length + result.Count > Most)
                    {
                        await socket.CloseOutputAsync(WebSocketCloseStatus.MessageTooBig, null, default);
                        return;
                    }

                    message.Write(buffer, 0, result.Count);
                }
                while (!result.EndOfMessage);
            }

            public static async Task PatternAsync(WebSocket socket, byte[] buffer)
            {
                var message = new MemoryStream();
                WebSocketReceiveResult result;
                do
                {
                    result = await socket.ReceiveAsync(buffer, default);
                    message.Write(buffer, 0, result.Count);
                    if (message.Length is > Most)
                        return;
                }
                while (!result.EndOfMessage);
            }
        }
        """);

    [Fact]
    public Task Ignores_counted_bytes() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Messages
        {
            public static async Task CountAsync(WebSocket socket, byte[] buffer, int most)
            {
                var message = new MemoryStream();
                var total = 0;
                WebSocketReceiveResult result;
                do
                {
                    result = await socket.ReceiveAsync(buffer, default);
                    total += result.Count;
                    if (total > most)
                        throw new InvalidDataException();
                    message.Write(buffer, 0, result.Count);
                }
                while (!result.EndOfMessage);
            }
        }
        """);

    [Fact]
    public Task Ignores_limits_in_the_loop_condition() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Messages
        {
            public static async Task ConditionAsync(WebSocket socket, byte[] buffer, int most)
            {
                var message = new MemoryStream();
                WebSocketReceiveResult result;
                do
                {
                    result = await socket.ReceiveAsync(buffer, default);
                    message.Write(buffer, 0, result.Count);
                }
                while (!result.EndOfMessage && message.Length < most);
            }
        }
        """);

    [Fact]
    public Task Ignores_checks_in_methods_of_the_program() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Messages
        {
            public static async Task LengthAsync(WebSocket socket, byte[] buffer)
            {
                var message = new MemoryStream();
                WebSocketReceiveResult result;
                do
                {
                    result = await socket.ReceiveAsync(buffer, default);
                    Check(message.Length);
                    message.Write(buffer, 0, result.Count);
                }
                while (!result.EndOfMessage);
            }

            public static async Task StreamAsync(WebSocket socket, byte[] buffer, Action<MemoryStream> check)
            {
                var message = new MemoryStream();
                WebSocketReceiveResult result;
                do
                {
                    result = await socket.ReceiveAsync(buffer, default);
                    message.Write(buffer, 0, result.Count);
                    check(message);
                }
                while (!result.EndOfMessage);
            }

            private static void Check(long length)
            {
                if (length > 1024)
                    throw new InvalidDataException();
            }
        }
        """);

    [Fact]
    public Task Ignores_buffers_of_a_fixed_size() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Messages
        {
            public static async Task FixedAsync(WebSocket socket, byte[] buffer)
            {
                var message = new MemoryStream(new byte[65536]);
                WebSocketReceiveResult result;
                do
                {
                    result = await socket.ReceiveAsync(buffer, default);
                    message.Write(buffer, 0, result.Count);
                }
                while (!result.EndOfMessage);
            }
        }
        """);

    [Fact]
    public Task Ignores_pieces_that_are_handled_one_by_one() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Messages
        {
            public static async Task EachAsync(WebSocket socket, byte[] buffer, Stream file)
            {
                WebSocketReceiveResult result;
                do
                {
                    result = await socket.ReceiveAsync(buffer, default);
                    var piece = new MemoryStream();
                    piece.Write(buffer, 0, result.Count);
                    await file.WriteAsync(piece.ToArray());
                }
                while (!result.EndOfMessage);
            }

            public static async Task FileAsync(WebSocket socket, byte[] buffer, FileStream file)
            {
                WebSocketReceiveResult result;
                do
                {
                    result = await socket.ReceiveAsync(buffer, default);
                    await file.WriteAsync(buffer.AsMemory(0, result.Count));
                }
                while (!result.EndOfMessage);
            }

            public static async Task EchoAsync(WebSocket socket, byte[] buffer)
            {
                while (true)
                {
                    var result = await socket.ReceiveAsync(buffer, default);
                    await socket.SendAsync(buffer.AsMemory(0, result.Count), result.MessageType, result.EndOfMessage, default);
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_loops_that_do_not_gather_a_message() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Messages
        {
            public static async Task LogAsync(WebSocket socket, byte[] buffer)
            {
                var log = new StringBuilder();
                while (true)
                {
                    var result = await socket.ReceiveAsync(buffer, default);
                    if (result.MessageType == WebSocketMessageType.Close)
                        return;
                    log.Append(Encoding.ASCII.GetString(buffer, 0, result.Count));
                }
            }

            public static async Task OnceAsync(WebSocket socket, byte[] buffer)
            {
                var message = new MemoryStream();
                var result = await socket.ReceiveAsync(buffer, default);
                message.Write(buffer, 0, result.Count);
                Console.WriteLine(result.EndOfMessage);
            }
        }
        """);

    [Fact]
    public Task Ignores_half_typed_code() => Verify.BearsAsync<ReceivingAnalyzer>("""
        class Messages
        {
            public static async Task ReadAsync(System.Net.WebSockets.WebSocket socket, byte[] buffer)
            {
                var message = new System.IO.MemoryStream(
                do
                {
                    var result = await socket.ReceiveAsync(buffer, default);
                    message.Write(buffer, 0, result.
                }
                while (!result.EndOfMessage
        """);

    [Fact]
    public Task Fixes_a_handler_and_a_reader() => Verify.FixesAsync<ReceivingAnalyzer, UnlimitedMessageCodeFix>("""
        class Messages
        {
            private readonly WebSocket _socket;

            public Messages(WebSocket socket) => _socket = socket;

            public async Task RunAsync(byte[] buffer, Action<string> handle, CancellationToken stopping)
            {
                while (true)
                {
                    var text = new StringBuilder();
                    WebSocketReceiveResult result;
                    do
                    {
                        result = await _socket.ReceiveAsync(buffer, stopping).ConfigureAwait(false);
                        if (result.MessageType == WebSocketMessageType.Close)
                            return;
                        // A piece.
                        {|WSA5011:text.Append(Encoding.ASCII.GetString(buffer, 0, result.Count))|}; // Joined.
                    }
                    while (!result.EndOfMessage);
                    handle(text.ToString());
                }
            }

            public static async Task<List<byte>> ReadAsync(WebSocket socket, byte[] buffer)
            {
                var bytes = new List<byte>();
                while (true)
                {
                    var result = await socket.ReceiveAsync(buffer, default);
                    if (result.CloseStatus.HasValue)
                        return null;
                    {|WSA5011:bytes.AddRange(buffer.Take(result.Count))|};
                    if (result.EndOfMessage)
                        return bytes;
                }
            }
        }
        """, """
        class Messages
        {
            private readonly WebSocket _socket;

            public Messages(WebSocket socket) => _socket = socket;

            public async Task RunAsync(byte[] buffer, Action<string> handle, CancellationToken stopping)
            {
                while (true)
                {
                    var text = new StringBuilder();
                    WebSocketReceiveResult result;
                    do
                    {
                        result = await _socket.ReceiveAsync(buffer, stopping).ConfigureAwait(false);
                        if (result.MessageType == WebSocketMessageType.Close)
                            return;
                        // A piece.
                        text.Append(Encoding.ASCII.GetString(buffer, 0, result.Count)); // Joined.
                        if (text.Length > 1024 * 1024)
                        {
                            await _socket.CloseOutputAsync(WebSocketCloseStatus.MessageTooBig, null, stopping).ConfigureAwait(false);
                            return;
                        }
                    }
                    while (!result.EndOfMessage);
                    handle(text.ToString());
                }
            }

            public static async Task<List<byte>> ReadAsync(WebSocket socket, byte[] buffer)
            {
                var bytes = new List<byte>();
                while (true)
                {
                    var result = await socket.ReceiveAsync(buffer, default);
                    if (result.CloseStatus.HasValue)
                        return null;
                    bytes.AddRange(buffer.Take(result.Count));
                    if (bytes.Count > 1024 * 1024)
                    {
                        await socket.CloseOutputAsync(WebSocketCloseStatus.MessageTooBig, null, default);
                        throw new WebSocketException("The message is too big.");
                    }
                    if (result.EndOfMessage)
                        return bytes;
                }
            }
        }
        """);

    [Fact]
    public Task OffersNoFix_where_the_receive_is_no_statement_beside_it() => Verify.OffersNoFixAsync<ReceivingAnalyzer, UnlimitedMessageCodeFix>("""
        class Messages
        {
            public static async Task<byte[]> ReadAsync(Func<WebSocket> find, byte[] buffer, CancellationToken stopping)
            {
                var message = new MemoryStream();
                WebSocketReceiveResult result;
                do
                {
                    result = await find().ReceiveAsync(buffer, stopping);
                    if (result.MessageType == WebSocketMessageType.Close)
                        return null;
                    {|WSA5011:message.Write(buffer, 0, result.Count)|};
                }
                while (!result.EndOfMessage);
                return message.ToArray();
            }
        }
        """);

    [Fact]
    public Task Fixes_ahead_of_a_receive_on_a_connection_that_may_be_null() => Verify.FixesAsync<ReceivingAnalyzer, UnlimitedMessageCodeFix>("""
        #nullable enable
        class Client
        {
            private ClientWebSocket? _socket;

            public async Task<byte[]> ReadAsync(WebSocketReceiveResult first, byte[] buffer, CancellationToken token)
            {
                var message = new MemoryStream();
                var current = first;
                while (true)
                {
                    {|WSA5011:message.Write(buffer, 0, current.Count)|};
                    if (current.EndOfMessage)
                        return message.ToArray();
                    current = await _socket!.ReceiveAsync(new ArraySegment<byte>(buffer), token);
                    if (current.MessageType == WebSocketMessageType.Close)
                        throw new IOException("closed");
                }
            }
        }
        """, """
        #nullable enable
        class Client
        {
            private ClientWebSocket? _socket;

            public async Task<byte[]> ReadAsync(WebSocketReceiveResult first, byte[] buffer, CancellationToken token)
            {
                var message = new MemoryStream();
                var current = first;
                while (true)
                {
                    message.Write(buffer, 0, current.Count);
                    if (message.Length > 1024 * 1024)
                    {
                        await _socket!.CloseOutputAsync(WebSocketCloseStatus.MessageTooBig, null, token);
                        throw new WebSocketException("The message is too big.");
                    }
                    if (current.EndOfMessage)
                        return message.ToArray();
                    current = await _socket!.ReceiveAsync(new ArraySegment<byte>(buffer), token);
                    if (current.MessageType == WebSocketMessageType.Close)
                        throw new IOException("closed");
                }
            }
        }
        """);
}
