using WebSocketAnalyzers.CodeFixes.Fixes.Receiving;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Receiving;

/// <summary>WSA5012: fragments are decoded one by one and joined.</summary>
public class SplitCharacterTests
{
    [Fact]
    public Task Reports_fragments_appended_to_a_builder() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Reader
        {
            public async Task<string> ReadAsync(WebSocket socket, byte[] data, CancellationToken cancellation)
            {
                var text = new StringBuilder();
                WebSocketReceiveResult result;
                do
                {
                    result = await socket.ReceiveAsync(data, cancellation);
                    if (result.MessageType == WebSocketMessageType.Close)
                        return null;
                    text.Append({|WSA5012:Encoding.UTF8.GetString(data, 0, result.Count)|});
                }
                while (!result.EndOfMessage);
                return text.ToString();
            }

            public Task StopAsync(WebSocket socket) => socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
        }
        """);

    [Fact]
    public Task Reports_fragments_added_to_a_string() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Reader
        {
            public async Task<string> ReadAsync(WebSocket socket, byte[] data, CancellationToken cancellation)
            {
                var text = "";
                WebSocketReceiveResult result;
                do
                {
                    result = await socket.ReceiveAsync(data, cancellation);
                    if (result.MessageType == WebSocketMessageType.Close)
                        return null;
                    text += {|WSA5012:Encoding.UTF8.GetString(data, 0, result.Count)|};
                }
                while (!result.EndOfMessage);
                return text;
            }

            public Task StopAsync(WebSocket socket) => socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
        }
        """);

    [Fact]
    public Task Reports_fragments_that_go_through_a_local_or_a_join() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Reader
        {
            private readonly StringBuilder _text = new StringBuilder();

            public async Task LocalAsync(WebSocket socket, Memory<byte> memory)
            {
                while (true)
                {
                    var result = await socket.ReceiveAsync(memory, default);
                    var piece = {|WSA5012:Encoding.Unicode.GetString(memory.Span[..result.Count])|};
                    _text.Append(piece);
                    if (result.EndOfMessage)
                        break;
                }
            }

            public async Task SentOnAsync(WebSocket socket, byte[] data)
            {
                while (true)
                {
                    var result = await socket.ReceiveAsync(data, default);
                    var piece = {|WSA5012:Encoding.UTF8.GetString(data, 0, result.Count)|};
                    await socket.SendAsync(Encoding.UTF8.GetBytes($"> {piece}"), WebSocketMessageType.Text, result.EndOfMessage, default);
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_a_decoder_that_keeps_the_rest() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Reader
        {
            public async Task<string> ReadAsync(WebSocket socket, byte[] data)
            {
                var decoder = Encoding.UTF8.GetDecoder();
                var chars = new char[4096];
                var text = new StringBuilder();
                WebSocketReceiveResult result;
                do
                {
                    result = await socket.ReceiveAsync(data, default);
                    var count = decoder.GetChars(data, 0, result.Count, chars, 0, result.EndOfMessage);
                    text.Append(chars, 0, count);
                }
                while (!result.EndOfMessage);
                return text.ToString();
            }
        }
        """);

    [Fact]
    public Task Ignores_decoding_after_the_last_fragment() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Reader
        {
            public async Task<string> ReadAsync(WebSocket socket, byte[] data, CancellationToken cancellation)
            {
                using var whole = new MemoryStream();
                WebSocketReceiveResult result;
                do
                {
                    result = await socket.ReceiveAsync(data, cancellation);
                    if (result.MessageType == WebSocketMessageType.Close)
                        return null;
                    whole.Write(data, 0, result.Count);
                }
                while (!result.EndOfMessage);
                return Encoding.UTF8.GetString(whole.ToArray());
            }

            public Task StopAsync(WebSocket socket) => socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
        }
        """);

    [Fact]
    public Task Ignores_one_byte_a_character() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Reader
        {
            public async Task<string> ReadAsync(WebSocket socket, byte[] data, CancellationToken cancellation)
            {
                var text = new StringBuilder();
                WebSocketReceiveResult result;
                do
                {
                    result = await socket.ReceiveAsync(data, cancellation);
                    if (result.MessageType == WebSocketMessageType.Close)
                        return null;
                    text.Append(Encoding.ASCII.GetString(data, 0, result.Count)).Append(Encoding.Latin1.GetString(data, 0, result.Count));
                }
                while (!result.EndOfMessage);
                return text.ToString();
            }

            public Task StopAsync(WebSocket socket) => socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
        }
        """);

    [Fact]
    public Task Ignores_text_that_is_only_looked_at() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Reader
        {
            public async Task<string> ReadAsync(WebSocket socket, byte[] data, CancellationToken cancellation)
            {
                var count = 0;
                WebSocketReceiveResult result;
                do
                {
                    result = await socket.ReceiveAsync(data, cancellation);
                    if (result.MessageType == WebSocketMessageType.Close)
                        return null;
                    Console.WriteLine("got " + Encoding.UTF8.GetString(data, 0, result.Count)); count += result.Count;
                }
                while (!result.EndOfMessage);
                return count.ToString();
            }

            public Task StopAsync(WebSocket socket) => socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
        }
        """);

    [Fact]
    public Task Ignores_whole_messages_checked_first() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Reader
        {
            public async Task ReadAsync(WebSocket socket, byte[] data, StringBuilder log)
            {
                var result = await socket.ReceiveAsync(data, default);
                if (!result.EndOfMessage)
                    throw new InvalidDataException();
                Console.WriteLine(Encoding.UTF8.GetString(data, 0, result.Count));
            }
        }
        """);

    [Fact]
    public Task Ignores_receives_that_never_ask_for_the_end() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Reader
        {
            public async Task ReadAsync(WebSocket socket, byte[] data, StringBuilder text)
            {
                while (socket.State == WebSocketState.Open)
                {
                    var result = await socket.ReceiveAsync(data, default);
                    text.Append(Encoding.UTF8.GetString(data, 0, result.Count));
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_streams_of_bytes() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Reader
        {
            public async Task ReadAsync(NetworkStream stream, byte[] data, StringBuilder text)
            {
                int count;
                while ((count = await stream.ReadAsync(data)) > 0)
                    text.Append(Encoding.UTF8.GetString(data, 0, count));
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
    public Task Fixes_a_builder() => Verify.FixesAsync<ReceivingAnalyzer, SplitCharacterCodeFix>(
        """
        class Reader
        {
            public async Task<string> ReadAsync(WebSocket socket, byte[] data, CancellationToken cancellation)
            {
                var text = new StringBuilder(256); // grows
                WebSocketReceiveResult result;
                do
                {
                    result = await socket.ReceiveAsync(data, cancellation);
                    if (result.MessageType == WebSocketMessageType.Close)
                        return null;
                    text.Append({|WSA5012:Encoding.UTF8.GetString(data, 0, result.Count)|}); // a piece
                }
                while (!result.EndOfMessage);
                return text.Length == 0 ? null : text.ToString().Trim();
            }

            public Task StopAsync(WebSocket socket) => socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
        }
        """,
        """
        class Reader
        {
            public async Task<string> ReadAsync(WebSocket socket, byte[] data, CancellationToken cancellation)
            {
                using var received = new MemoryStream(); // grows
                WebSocketReceiveResult result;
                do
                {
                    result = await socket.ReceiveAsync(data, cancellation);
                    if (result.MessageType == WebSocketMessageType.Close)
                        return null;
                    received.Write(data, 0, result.Count); // a piece
                }
                while (!result.EndOfMessage);
                return received.Length == 0 ? null : Encoding.UTF8.GetString(received.GetBuffer(), 0, (int)received.Length).Trim();
            }

            public Task StopAsync(WebSocket socket) => socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
        }
        """);

    [Fact]
    public Task Fixes_a_string() => Verify.FixesAsync<ReceivingAnalyzer, SplitCharacterCodeFix>(
        """
        class Reader
        {
            public async Task<string> ReadAsync(WebSocket socket, byte[] data, CancellationToken cancellation)
            {
                string text = string.Empty;
                WebSocketReceiveResult result;
                do
                {
                    result = await socket.ReceiveAsync(data, cancellation);
                    if (result.MessageType == WebSocketMessageType.Close)
                        return null;
                    text += {|WSA5012:Encoding.UTF8.GetString(data.AsSpan(0, result.Count))|};
                }
                while (!result.EndOfMessage);
                return text + text;
            }

            public Task StopAsync(WebSocket socket) => socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
        }
        """,
        """
        class Reader
        {
            public async Task<string> ReadAsync(WebSocket socket, byte[] data, CancellationToken cancellation)
            {
                using var received = new MemoryStream();
                WebSocketReceiveResult result;
                do
                {
                    result = await socket.ReceiveAsync(data, cancellation);
                    if (result.MessageType == WebSocketMessageType.Close)
                        return null;
                    received.Write(data.AsSpan(0, result.Count));
                }
                while (!result.EndOfMessage);
                string text = Encoding.UTF8.GetString(received.GetBuffer(), 0, (int)received.Length);
                return text + text;
            }

            public Task StopAsync(WebSocket socket) => socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
        }
        """);

    [Fact]
    public Task Fixes_a_builder_over_all_messages() => Verify.FixesAsync<ReceivingAnalyzer, SplitCharacterCodeFix>(
        """
        class Reader
        {
            public async Task RunAsync(WebSocket socket, Memory<byte> memory, Action<string> handle, CancellationToken cancellation)
            {
                StringBuilder all = new();
                while (socket.State == WebSocketState.Open)
                {
                    var result = await socket.ReceiveAsync(memory, cancellation);
                    if (result.MessageType == WebSocketMessageType.Close)
                        break;
                    var piece = {|WSA5012:Encoding.UTF8.GetString(memory.Span[..result.Count])|};
                    all.Append(piece);
                    if (!result.EndOfMessage)
                        continue;
                    handle(all.ToString());
                    all.Clear();
                }
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
            }
        }
        """,
        """
        class Reader
        {
            public async Task RunAsync(WebSocket socket, Memory<byte> memory, Action<string> handle, CancellationToken cancellation)
            {
                using var received = new MemoryStream();
                while (socket.State == WebSocketState.Open)
                {
                    var result = await socket.ReceiveAsync(memory, cancellation);
                    if (result.MessageType == WebSocketMessageType.Close)
                        break;
                    received.Write(memory.Span[..result.Count]);
                    if (!result.EndOfMessage)
                        continue;
                    handle(Encoding.UTF8.GetString(received.GetBuffer(), 0, (int)received.Length));
                    received.SetLength(0);
                }
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
            }
        }
        """);

    [Fact]
    public Task Offers_no_fix_where_the_text_is_used_in_another_way() => Verify.OffersNoFixAsync<ReceivingAnalyzer, SplitCharacterCodeFix>("""
        class Reader
        {
            private readonly StringBuilder _text = new StringBuilder();

            public async Task FieldAsync(WebSocket socket, byte[] data)
            {
                WebSocketReceiveResult result;
                do
                {
                    result = await socket.ReceiveAsync(data, default);
                    _text.Append({|WSA5012:Encoding.UTF8.GetString(data, 0, result.Count)|});
                }
                while (!result.EndOfMessage);
            }

            public async Task<string> LimitAsync(WebSocket socket, byte[] data)
            {
                var text = new StringBuilder();
                WebSocketReceiveResult result;
                do
                {
                    result = await socket.ReceiveAsync(data, default);
                    text.Append({|WSA5012:Encoding.UTF8.GetString(data, 0, result.Count)|});
                }
                while (!result.EndOfMessage && text.Length < 1000);
                return text.ToString();
            }

            public async Task<string> ReadInTheLoopAsync(WebSocket socket, byte[] data)
            {
                var text = "";
                WebSocketReceiveResult result;
                do
                {
                    result = await socket.ReceiveAsync(data, default);
                    text += {|WSA5012:Encoding.UTF8.GetString(data, 0, result.Count)|};
                    Console.WriteLine(text);
                }
                while (!result.EndOfMessage);
                return text;
            }

            public async Task SentOnAsync(WebSocket socket, byte[] data)
            {
                var result = await socket.ReceiveAsync(data, default);
                var piece = {|WSA5012:Encoding.UTF8.GetString(data, 0, result.Count)|};
                await socket.SendAsync(Encoding.UTF8.GetBytes(piece), WebSocketMessageType.Text, result.EndOfMessage, default);
            }
        }
        """);

    [Fact]
    public Task FixesAll_in_one_method_and_two() => Verify.FixesAsync<ReceivingAnalyzer, SplitCharacterCodeFix>(
        """
        class Two
        {
            public async Task<string> ReadAsync(WebSocket left, WebSocket right, byte[] data, byte[] more)
            {
                var text = new StringBuilder();
                while (true)
                {
                    var result = await left.ReceiveAsync(data, default);
                    if (result.MessageType == WebSocketMessageType.Close)
                        return "";
                    text.Append({|WSA5012:Encoding.UTF8.GetString(data, 0, result.Count)|});
                    if (result.EndOfMessage)
                        break;
                }

                var other = new StringBuilder();
                while (true)
                {
                    var result = await right.ReceiveAsync(more, default);
                    if (result.MessageType == WebSocketMessageType.Close)
                        return "";
                    other.Append({|WSA5012:Encoding.UTF8.GetString(more, 0, result.Count)|});
                    if (result.EndOfMessage)
                        break;
                }

                return text.ToString() + other.ToString();
            }

            public Task StopAsync(WebSocket left) => left.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
        }
        """,
        """
        class Two
        {
            public async Task<string> ReadAsync(WebSocket left, WebSocket right, byte[] data, byte[] more)
            {
                using var received = new MemoryStream();
                while (true)
                {
                    var result = await left.ReceiveAsync(data, default);
                    if (result.MessageType == WebSocketMessageType.Close)
                        return "";
                    received.Write(data, 0, result.Count);
                    if (result.EndOfMessage)
                        break;
                }

                using var received2 = new MemoryStream();
                while (true)
                {
                    var result = await right.ReceiveAsync(more, default);
                    if (result.MessageType == WebSocketMessageType.Close)
                        return "";
                    received2.Write(more, 0, result.Count);
                    if (result.EndOfMessage)
                        break;
                }

                return Encoding.UTF8.GetString(received.GetBuffer(), 0, (int)received.Length) + Encoding.UTF8.GetString(received2.GetBuffer(), 0, (int)received2.Length);
            }

            public Task StopAsync(WebSocket left) => left.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
        }
        """);
}
