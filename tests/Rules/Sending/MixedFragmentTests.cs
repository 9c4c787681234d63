using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Testing;
using WebSocketAnalyzers.Rules.Sending;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Sending;

public class MixedFragmentTests
{
    [Fact]
    public Task Reports_parts_beside_whole_messages() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket _socket = null!;

            public async Task SendFileAsync(Stream file, CancellationToken cancellation)
            {
                var buffer = new byte[4096];
                int count;
                while ((count = await file.ReadAsync(buffer, cancellation)) > 0)
                    await _socket.SendAsync(new ArraySegment<byte>(buffer, 0, count), WebSocketMessageType.Binary, {|WSA4006:false|}, cancellation);
                await _socket.SendAsync(Array.Empty<byte>(), WebSocketMessageType.Binary, true, cancellation);
            }

            public Task SayAsync(string text, CancellationToken cancellation) =>
                _socket.SendAsync(new ArraySegment<byte>(Encoding.UTF8.GetBytes(text)), WebSocketMessageType.Text, true, cancellation);
        }
        """);

    [Fact]
    public Task Reports_a_lock_around_each_part() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket _socket = null!;
            private readonly SemaphoreSlim _gate = new(1, 1);

            public async Task SendPartsAsync(byte[][] parts, CancellationToken cancellation)
            {
                for (var i = 0; i < parts.Length; i++)
                {
                    await _gate.WaitAsync(cancellation);
                    try
                    {
                        await _socket.SendAsync(parts[i].AsMemory(), WebSocketMessageType.Text, {|WSA4006:i == parts.Length - 1 ? WebSocketMessageFlags.EndOfMessage : WebSocketMessageFlags.None|}, cancellation);
                    }
                    finally
                    {
                        _gate.Release();
                    }
                }
            }

            public async Task SayAsync(byte[] text, CancellationToken cancellation)
            {
                await _gate.WaitAsync(cancellation);
                try
                {
                    await _socket.SendAsync(text, WebSocketMessageType.Text, true, cancellation);
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Reports_relays_from_every_connection_to_all() => Verify.ReportsAsync<SendingAnalyzer>("""
        using Microsoft.AspNetCore.Http;

        class Chat
        {
            private static readonly ConcurrentDictionary<string, WebSocket> Members = new();

            public async Task InvokeAsync(HttpContext context)
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                Members.TryAdd(context.TraceIdentifier, socket);
                var buffer = new byte[4096];
                while (socket.State == WebSocketState.Open)
                {
                    var result = await socket.ReceiveAsync(new ArraySegment<byte>(buffer), context.RequestAborted);
                    if (result.MessageType == WebSocketMessageType.Close)
                    {
                        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
                        break;
                    }

                    foreach (var member in Members.Values)
                        await member.SendAsync(new ArraySegment<byte>(buffer, 0, result.Count), result.MessageType, {|WSA4006:result.EndOfMessage|}, context.RequestAborted);
                }
            }
        }
        """);

    [Fact]
    public Task Reports_one_part_of_a_function() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket _socket = null!;

            public async Task SendFileAsync(byte[] head, byte[][] parts, CancellationToken cancellation)
            {
                await _socket.SendAsync(head, WebSocketMessageType.Binary, {|WSA4006:false|}, cancellation);
                for (var i = 0; i < parts.Length; i++)
                    await _socket.SendAsync(parts[i], WebSocketMessageType.Binary, i == parts.Length - 1, cancellation);
            }

            private Task SayAsync(byte[] text, CancellationToken cancellation) => _socket.SendAsync(text, WebSocketMessageType.Text, true, cancellation);
        }
        """);

    [Fact]
    public Task Ignores_a_lock_around_the_whole_message() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket _socket = null!;
            private readonly SemaphoreSlim _gate = new(1, 1);

            public async Task SendPartsAsync(byte[][] parts, CancellationToken cancellation)
            {
                await _gate.WaitAsync(cancellation);
                try
                {
                    for (var i = 0; i < parts.Length; i++)
                        await _socket.SendAsync(parts[i], WebSocketMessageType.Text, i == parts.Length - 1, cancellation);
                }
                finally
                {
                    _gate.Release();
                }
            }

            public async Task SayAsync(byte[] text, CancellationToken cancellation)
            {
                await _gate.WaitAsync(cancellation);
                try
                {
                    await _socket.SendAsync(text, WebSocketMessageType.Text, true, cancellation);
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_the_lock_of_a_caller() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket _socket = null!;
            private readonly SemaphoreSlim _gate = new(1, 1);

            public async Task SendFileAsync(byte[][] parts, CancellationToken cancellation)
            {
                await _gate.WaitAsync(cancellation);
                try
                {
                    await SendPartsAsync(parts, cancellation);
                }
                finally
                {
                    _gate.Release();
                }
            }

            public async Task SayAsync(byte[] text, CancellationToken cancellation) => await _socket.SendAsync(text, WebSocketMessageType.Text, true, cancellation);

            private async Task SendPartsAsync(byte[][] parts, CancellationToken cancellation)
            {
                for (var i = 0; i < parts.Length; i++)
                    await _socket.SendAsync(parts[i], WebSocketMessageType.Text, i == parts.Length - 1, cancellation);
            }
        }
        """);

    [Fact]
    public Task Ignores_whole_messages() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket _socket = null!;

            public async Task SayAsync(byte[] text, CancellationToken cancellation) => await _socket.SendAsync(text, WebSocketMessageType.Text, endOfMessage: true, cancellation);

            public async Task FlagAsync(byte[] text, CancellationToken cancellation) =>
                await _socket.SendAsync(text.AsMemory(), WebSocketMessageType.Text, WebSocketMessageFlags.EndOfMessage | WebSocketMessageFlags.DisableCompression, cancellation);
        }
        """);

    [Fact]
    public Task Ignores_flags_that_the_caller_decides_about() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Metered
        {
            private readonly WebSocket _inner = null!;

            public Task SendAsync(ArraySegment<byte> data, WebSocketMessageType type, bool endOfMessage, CancellationToken cancellation) => _inner.SendAsync(data, type, endOfMessage, cancellation);

            public Task PingAsync(CancellationToken cancellation) => _inner.SendAsync(new ArraySegment<byte>(new byte[1]), WebSocketMessageType.Binary, true, cancellation);
        }
        """);

    [Fact]
    public Task Ignores_connections_that_nobody_else_sends_on() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Upload
        {
            private readonly WebSocket _socket = null!;

            public async Task SendAsync(byte[][] parts, CancellationToken cancellation)
            {
                for (var i = 0; i < parts.Length; i++)
                    await _socket.SendAsync(parts[i], WebSocketMessageType.Text, i == parts.Length - 1, cancellation);
            }
        }
        """);

    [Fact]
    public Task Ignores_a_relay_between_two_sockets() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Proxy
        {
            public static async Task PumpAsync(WebSocket from, WebSocket to, CancellationToken cancellation)
            {
                var buffer = new byte[4096];
                while (from.State == WebSocketState.Open)
                {
                    var result = await from.ReceiveAsync(new ArraySegment<byte>(buffer), cancellation);
                    if (result.MessageType == WebSocketMessageType.Close)
                    {
                        await to.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
                        return;
                    }

                    await to.SendAsync(new ArraySegment<byte>(buffer, 0, result.Count), result.MessageType, result.EndOfMessage, cancellation);
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_functions_that_one_caller_runs_in_turn() => Verify.IgnoresAsync<SendingAnalyzer>("""
        using System.Threading.Channels;

        class Session
        {
            private readonly WebSocket _socket = null!;
            private readonly Channel<byte[][]> _outgoing = Channel.CreateUnbounded<byte[][]>();

            public async Task RunAsync(CancellationToken cancellation)
            {
                await foreach (var message in _outgoing.Reader.ReadAllAsync(cancellation))
                {
                    if (message.Length == 1)
                        await SendWholeAsync(message[0], cancellation);
                    else
                        await SendPartsAsync(message, cancellation);
                }
            }

            private async Task SendWholeAsync(byte[] data, CancellationToken cancellation) => await _socket.SendAsync(data, WebSocketMessageType.Text, true, cancellation);

            private async Task SendPartsAsync(byte[][] parts, CancellationToken cancellation)
            {
                for (var i = 0; i < parts.Length; i++)
                    await _socket.SendAsync(parts[i], WebSocketMessageType.Text, i == parts.Length - 1, cancellation);
            }
        }
        """);

    [Fact]
    public Task Ignores_sends_on_other_sockets() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket _upload = null!;
            private readonly WebSocket _chat = null!;

            public async Task SendAsync(byte[][] parts, CancellationToken cancellation)
            {
                for (var i = 0; i < parts.Length; i++)
                    await _upload.SendAsync(parts[i], WebSocketMessageType.Text, i == parts.Length - 1, cancellation);
            }

            public async Task SayAsync(byte[] text, CancellationToken cancellation) => await _chat.SendAsync(text, WebSocketMessageType.Text, true, cancellation);
        }
        """);

    [Fact]
    public Task Ignores_other_types_of_the_same_names() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Pipe
        {
            public Task SendAsync(byte[] data, bool endOfMessage) => Task.CompletedTask;
        }

        class Session
        {
            private readonly Pipe _pipe = new();

            public async Task SendAsync(byte[][] parts)
            {
                foreach (var part in parts)
                    await _pipe.SendAsync(part, endOfMessage: false);
            }

            public Task SayAsync(byte[] text) => _pipe.SendAsync(text, true);
        }
        """);

    [Fact]
    public Task Ignores_a_broadcast_outside_of_handlers() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Announcer
        {
            private readonly List<WebSocket> _members = new();

            private async Task PublishAsync(byte[][] parts)
            {
                using var limit = new CancellationTokenSource(1000);
                for (var i = 0; i < parts.Length; i++)
                {
                    foreach (var member in _members)
                        await member.SendAsync(parts[i], WebSocketMessageType.Text, i == parts.Length - 1, limit.Token);
                }
            }
        }
        """);

    // The places of the other send and of the other parts, in this order.
    private static Task ReportsPlacesAsync(string source, int places)
    {
        var expected = new DiagnosticResult(MixedFragmentRule.Descriptor.Id, DiagnosticSeverity.Warning);
        for (var i = 0; i < places; i++)
            expected = expected.WithLocation(i);
        var test = new Verify.Test<SendingAnalyzer, EmptyCodeFixProvider>(source);
        test.ExpectedDiagnostics.Add(expected);
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task Reports_the_other_send_and_the_other_parts_as_further_places() => ReportsPlacesAsync("""
        class Session
        {
            private readonly WebSocket _socket = null!;

            public async Task SendFileAsync(byte[] head, byte[][] parts, CancellationToken cancellation)
            {
                await _socket.SendAsync(head, WebSocketMessageType.Binary, {|#0:false|}, cancellation);
                foreach (var part in parts)
                    await {|#2:_socket.SendAsync(part, WebSocketMessageType.Binary, false, cancellation)|};
                await {|#3:_socket.SendAsync(Array.Empty<byte>(), WebSocketMessageType.Binary, true, cancellation)|};
                await _socket.SendAsync(head, WebSocketMessageType.Text, true, cancellation);
            }

            private Task SayAsync(byte[] text, CancellationToken cancellation) => {|#1:_socket.SendAsync(text, WebSocketMessageType.Text, true, cancellation)|};
        }
        """, 4);

    [Fact]
    public Task Reports_both_ends_of_a_message_that_a_condition_chooses() => ReportsPlacesAsync("""
        class Session
        {
            private readonly WebSocket _socket = null!;

            public async Task SendFileAsync(byte[] head, byte[] rest, CancellationToken cancellation)
            {
                await _socket.SendAsync(head, WebSocketMessageType.Binary, {|#0:false|}, cancellation);
                if (rest.Length == 0)
                    await {|#2:_socket.SendAsync(Array.Empty<byte>(), WebSocketMessageType.Binary, true, cancellation)|};
                else
                    await {|#3:_socket.SendAsync(rest, WebSocketMessageType.Binary, true, cancellation)|};
            }

            private Task SayAsync(byte[] text, CancellationToken cancellation) => {|#1:_socket.SendAsync(text, WebSocketMessageType.Text, true, cancellation)|};
        }
        """, 4);

    [Fact]
    public Task Reports_only_the_other_send_where_one_send_makes_all_parts() => ReportsPlacesAsync("""
        class Session
        {
            private readonly WebSocket _socket = null!;

            public async Task SendPartsAsync(byte[][] parts, CancellationToken cancellation)
            {
                for (var i = 0; i < parts.Length; i++)
                    await _socket.SendAsync(parts[i], WebSocketMessageType.Text, {|#0:i == parts.Length - 1|}, cancellation);
            }

            private Task SayAsync(byte[] text, CancellationToken cancellation) => {|#1:_socket.SendAsync(text, WebSocketMessageType.Text, true, cancellation)|};
        }
        """, 2);

    /// <summary>A lock that hands out releasers, as people write it.</summary>
    private const string AsyncLock = """

        sealed class AsyncLock
        {
            private readonly SemaphoreSlim _semaphore = new(1, 1);

            public async Task<IDisposable> LockAsync(CancellationToken cancellation)
            {
                await _semaphore.WaitAsync(cancellation);
                return new Releaser(_semaphore);
            }

            private sealed class Releaser : IDisposable
            {
                private readonly SemaphoreSlim _semaphore;
                public Releaser(SemaphoreSlim semaphore) => _semaphore = semaphore;
                public void Dispose() => _semaphore.Release();
            }
        }
        """;

    [Fact]
    public Task Reports_a_releaser_for_each_part() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket _socket = null!;
            private readonly AsyncLock _lock = new();

            public async Task SendPartsAsync(byte[][] parts, CancellationToken cancellation)
            {
                for (var i = 0; i < parts.Length; i++)
                {
                    using (await _lock.LockAsync(cancellation))
                        await _socket.SendAsync(parts[i], WebSocketMessageType.Text, {|WSA4006:i == parts.Length - 1|}, cancellation);
                }
            }

            public async Task SayAsync(byte[] text, CancellationToken cancellation)
            {
                using var releaser = await _lock.LockAsync(cancellation);
                await _socket.SendAsync(text, WebSocketMessageType.Text, true, cancellation);
            }
        }
        """ + AsyncLock);

    [Fact]
    public Task Ignores_a_releaser_around_the_whole_message() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket _socket = null!;
            private readonly AsyncLock _lock = new();

            public async Task SendPartsAsync(byte[][] parts, CancellationToken cancellation)
            {
                using (await _lock.LockAsync(cancellation))
                {
                    for (var i = 0; i < parts.Length; i++)
                        await _socket.SendAsync(parts[i], WebSocketMessageType.Text, i == parts.Length - 1, cancellation);
                }
            }

            public async Task SendFileAsync(Stream file, byte[] buffer, CancellationToken cancellation)
            {
                using var releaser = await _lock.LockAsync(cancellation);
                int count;
                while ((count = await file.ReadAsync(buffer, cancellation)) > 0)
                    await _socket.SendAsync(new ArraySegment<byte>(buffer, 0, count), WebSocketMessageType.Binary, false, cancellation);
                await _socket.SendAsync(Array.Empty<byte>(), WebSocketMessageType.Binary, true, cancellation);
            }
        }
        """ + AsyncLock);

    [Fact]
    public Task Ignores_a_lock_of_a_library_that_nobody_knows() => Verify.IgnoresAsync<SendingAnalyzer>("""
        interface IMutex
        {
            ValueTask<IAsyncDisposable> AcquireAsync(CancellationToken cancellation);
        }

        class Session
        {
            private readonly WebSocket _socket = null!;
            private readonly IMutex _mutex = null!;

            public async Task SendPartsAsync(byte[][] parts, CancellationToken cancellation)
            {
                await using var held = await _mutex.AcquireAsync(cancellation).ConfigureAwait(false);
                for (var i = 0; i < parts.Length; i++)
                    await _socket.SendAsync(parts[i], WebSocketMessageType.Text, i == parts.Length - 1, cancellation);
            }

            public async Task SayAsync(byte[] text, CancellationToken cancellation)
            {
                await using (await _mutex.AcquireAsync(cancellation))
                    await _socket.SendAsync(text, WebSocketMessageType.Text, true, cancellation);
            }
        }
        """);

    [Fact]
    public Task Ignores_methods_that_take_and_release_the_lock() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket _socket = null!;
            private readonly SemaphoreSlim _gate = new(1, 1);

            public async Task SendPartsAsync(byte[][] parts, CancellationToken cancellation)
            {
                await EnterSendAsync(cancellation);
                try
                {
                    for (var i = 0; i < parts.Length; i++)
                        await _socket.SendAsync(parts[i], WebSocketMessageType.Text, i == parts.Length - 1, cancellation);
                }
                finally
                {
                    LeaveSend();
                }
            }

            public async Task SayAsync(byte[] text, CancellationToken cancellation)
            {
                await EnterSendAsync(cancellation);
                try
                {
                    await _socket.SendAsync(text, WebSocketMessageType.Text, true, cancellation);
                }
                finally
                {
                    LeaveSend();
                }
            }

            private Task EnterSendAsync(CancellationToken cancellation) => _gate.WaitAsync(cancellation);

            private void LeaveSend() => _gate.Release();
        }
        """);
}
