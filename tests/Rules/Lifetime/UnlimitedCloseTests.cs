using WebSocketAnalyzers.CodeFixes.Fixes.Lifetime;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Lifetime;

public class UnlimitedCloseTests
{
    [Fact]
    public Task Reports_closes_without_a_limit() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        class Client
        {
            private readonly ClientWebSocket _socket = new();

            public async Task StopAsync()
            {
                // Not failed: open, or half closed.
                if (_socket.State != WebSocketState.Open && _socket.State != WebSocketState.CloseReceived && _socket.State != WebSocketState.CloseSent)
                    return;
                await {|WSA3007:_socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None)|}.ConfigureAwait(false);
            }

            public async Task EitherAsync()
            {
                if (_socket.State == WebSocketState.Open || _socket.State == WebSocketState.CloseReceived)
                    await {|WSA3007:_socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", default)|};
                if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                    await {|WSA3007:_socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", default)|};
                if (_socket.State is not WebSocketState.Closed and not WebSocketState.Aborted)
                    await {|WSA3007:_socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", default)|};
            }

            public Task Forward() => {|WSA3007:_socket.CloseAsync(cancellationToken: CancellationToken.None, closeStatus: WebSocketCloseStatus.NormalClosure, statusDescription: null)|};

            public void Block() => {|WSA3007:_socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default)|}.GetAwaiter().GetResult();
        }
        """);

    [Fact]
    public Task Reports_closes_in_a_finally() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        class Manager
        {
            public async Task ServeAsync(WebSocket socket)
            {
                try
                {
                    var buffer = new byte[4096];
                    while (socket.State == WebSocketState.Open)
                    {
                        var result = await socket.ReceiveAsync(buffer, CancellationToken.None);
                        if (result.MessageType == WebSocketMessageType.Close)
                            break;
                    }
                }
                finally
                {
                    if (socket.State == WebSocketState.Open)
                        await {|WSA3007:socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None)|};
                }
            }
        }
        """);

    [Fact]
    public Task Reports_closes_for_reasons_of_our_own() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        class Manager
        {
            public async Task ServeAsync(WebSocket socket, MemoryStream message, int limit)
            {
                var buffer = new byte[4096];
                while (true)
                {
                    var result = await socket.ReceiveAsync(buffer, CancellationToken.None);
                    if (result.MessageType == WebSocketMessageType.Close)
                    {
                        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None);
                        return;
                    }
                    if (result.MessageType != WebSocketMessageType.Text)
                        await {|WSA3007:socket.CloseAsync(WebSocketCloseStatus.InvalidMessageType, "text only", CancellationToken.None)|};
                    if (message.Length > limit)
                    {
                        await {|WSA3007:socket.CloseAsync(WebSocketCloseStatus.MessageTooBig, "too big", CancellationToken.None)|};
                        return;
                    }
                }
            }

            public async Task RemoveAsync(ConcurrentDictionary<string, WebSocket> sockets, string id)
            {
                if (!sockets.TryRemove(id, out var socket) || socket.State != WebSocketState.Open)
                    return;
                using var idle = new CancellationTokenSource();
                await {|WSA3007:socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "removed", idle.Token)|};
            }

            public async Task AllAsync(IEnumerable<WebSocket> sockets) =>
                await Task.WhenAll(sockets.Select(async socket => await CloseAsync(socket)));

            private static async Task CloseAsync(WebSocket socket) => await {|WSA3007:socket.CloseAsync(WebSocketCloseStatus.EndpointUnavailable, null, default)|};
        }
        """);

    [Fact]
    public Task Ignores_closes_with_a_limit() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Client
        {
            private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
            private readonly ClientWebSocket _socket = new();

            public async Task StopAsync(CancellationToken cancellation)
            {
                using var closeCts = new CancellationTokenSource(TimeSpan.FromSeconds(5));
                try
                {
                    await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "stopping", closeCts.Token);
                }
                catch (OperationCanceledException)
                {
                    _socket.Abort();
                }
                using var timeout = new CancellationTokenSource(Limit);
                await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "stopping", timeout.Token).ConfigureAwait(false);
                await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "stopping", cancellation);
                await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "stopping", CancellationToken.None).WaitAsync(Limit);
                await Task.WhenAny(_socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "stopping", CancellationToken.None), Task.Delay(Limit));
            }

            public async Task AllAsync(IEnumerable<WebSocket> sockets)
            {
                await Task.WhenAll(sockets.Select(socket => socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default))).WaitAsync(Limit);
                var closing = sockets.Select(async socket => { await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default); }).ToArray();
                await Task.WhenAny(Task.WhenAll(closing), Task.Delay(Limit));
            }
        }
        """);

    [Fact]
    public Task Ignores_CloseOutputAsync_which_does_not_wait() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Client
        {
            public async Task StopAsync(WebSocket socket) => await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }
        """);

    [Fact]
    public Task Ignores_answers_to_a_close_of_the_peer() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Server
        {
            public async Task EchoAsync(WebSocket socket)
            {
                var buffer = new byte[4096];
                var result = await socket.ReceiveAsync(new ArraySegment<byte>(buffer), CancellationToken.None);
                while (!result.CloseStatus.HasValue)
                {
                    await socket.SendAsync(new ArraySegment<byte>(buffer, 0, result.Count), result.MessageType, result.EndOfMessage, CancellationToken.None);
                    result = await socket.ReceiveAsync(new ArraySegment<byte>(buffer), CancellationToken.None);
                }
                await socket.CloseAsync(result.CloseStatus.Value, result.CloseStatusDescription, CancellationToken.None);
            }

            public async Task NullableAsync(WebSocket socket)
            {
                var result = await socket.ReceiveAsync(new ArraySegment<byte>(new byte[1]), default);
                if (result.CloseStatus != null)
                    await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
                if (result.CloseStatus is not null)
                    await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
                if (result is { MessageType: WebSocketMessageType.Close })
                    await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
                var isClose = result.MessageType == WebSocketMessageType.Close && result.Count == 0;
                if (isClose)
                    await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
            }

            public async Task SwitchAsync(WebSocket socket)
            {
                var result = await socket.ReceiveAsync(new byte[1].AsMemory(), default);
                switch (result.MessageType)
                {
                    case WebSocketMessageType.Text:
                        break;
                    case WebSocketMessageType.Close:
                        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
                        break;
                }
                if (result.MessageType != WebSocketMessageType.Close)
                    return;
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
            }
        }
        """);

    [Fact]
    public Task Ignores_connections_that_are_open_no_longer() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Server
        {
            public async Task ServeAsync(WebSocket socket)
            {
                while (socket.State == WebSocketState.Open)
                    await socket.ReceiveAsync(new byte[1], CancellationToken.None);
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
            }

            public async Task AnswerAsync(WebSocket socket)
            {
                if (socket.State == WebSocketState.CloseReceived)
                    await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
                if (socket is { State: WebSocketState.CloseReceived })
                    await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
            }

            public async Task ConditionalAsync(WebSocket? socket)
            {
                if (socket?.State == WebSocketState.CloseReceived)
                    await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
            }
        }
        """);

    [Fact]
    public Task Ignores_answers_in_a_method_of_their_own() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Server
        {
            public async Task ServeAsync(WebSocket socket)
            {
                while (true)
                {
                    var result = await socket.ReceiveAsync(new byte[1], CancellationToken.None);
                    if (result.MessageType == WebSocketMessageType.Close)
                    {
                        await AnswerAsync(socket);
                        return;
                    }
                }
            }

            public async Task LocalAsync(WebSocket socket)
            {
                var result = await socket.ReceiveAsync(new byte[1], CancellationToken.None);
                if (result.MessageType == WebSocketMessageType.Close)
                    await CloseAsync();
                async Task CloseAsync() => await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
            }

            public async Task HandAsync(WebSocket socket, WebSocketReceiveResult result) =>
                await socket.CloseAsync(result.CloseStatus ?? WebSocketCloseStatus.NormalClosure, result.CloseStatusDescription, CancellationToken.None);

            private static Task AnswerAsync(WebSocket socket) => socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
        }
        """);

    [Fact]
    public Task Ignores_closes_that_nobody_waits_for() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Client
        {
            public void Stop(WebSocket socket, CancellationToken stopping)
            {
                _ = socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
                stopping.Register(() => { _ = socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None); });
            }
        }
        """);

    [Fact]
    public Task Ignores_tokens_that_something_ends() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Client
        {
            private readonly CancellationTokenSource _source = new();

            public async Task StopAsync(WebSocket socket)
            {
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", _source.Token);
                using var timer = new Timer(_ => socket.Dispose(), null, 1000, Timeout.Infinite);
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
            }

            public void Cancel() => _source.Cancel();
        }
        """);

    [Fact]
    public Task Ignores_others_of_the_same_name() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        namespace Acme
        {
            class WebSocket { public Task CloseAsync(int status, string? description, CancellationToken cancellation) => Task.CompletedTask; }

            class Client
            {
                public async Task StopAsync(WebSocket socket) => await socket.CloseAsync(1, null, CancellationToken.None);
            }
        }
        """);

    [Fact]
    public Task Ignores_methods_that_call_themselves() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Client
        {
            public async Task StopAsync(WebSocket socket)
            {
                if (socket.CloseStatus.HasValue)
                    await CloseAsync(socket, 3);
            }

            private static async Task CloseAsync(WebSocket socket, int attempts)
            {
                if (socket.State == WebSocketState.CloseReceived && attempts > 0)
                    await CloseAsync(socket, attempts - 1);
                if (socket.State == WebSocketState.CloseReceived)
                    await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
            }
        }
        """);

    [Fact]
    public Task Fixes_with_a_fresh_source_and_an_abort() => Verify.FixesAsync<LifetimeAnalyzer, UnlimitedCloseCodeFix>("""
        class Client
        {
            private readonly ClientWebSocket _socket = new();

            public async Task StopAsync(CancellationToken cancellation)
            {
                if (_socket.State == WebSocketState.Open)
                {
                    // Say goodbye.
                    await {|WSA3007:_socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None)|}.ConfigureAwait(false); // politely
                    Console.WriteLine("closed");
                }
            }
        }
        """, """
        class Client
        {
            private readonly ClientWebSocket _socket = new();

            public async Task StopAsync(CancellationToken cancellation)
            {
                if (_socket.State == WebSocketState.Open)
                {
                    // Say goodbye.
                    using var closeCts = new CancellationTokenSource(TimeSpan.FromSeconds(5));
                    try
                    {
                        await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", closeCts.Token).ConfigureAwait(false); // politely
                    }
                    catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
                    {
                        _socket.Abort();
                    }
                    Console.WriteLine("closed");
                }
            }
        }
        """);

    [Fact]
    public Task FixesAll_in_one_method() => Verify.FixesAsync<LifetimeAnalyzer, UnlimitedCloseCodeFix>("""
        class Bridge
        {
            public async Task StopAsync(WebSocket left, WebSocket right)
            {
                await {|WSA3007:left.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default)|};
                if (right.State == WebSocketState.Open)
                    await {|WSA3007:right.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default)|};
            }
        }
        """, """
        class Bridge
        {
            public async Task StopAsync(WebSocket left, WebSocket right)
            {
                using var closeCts = new CancellationTokenSource(TimeSpan.FromSeconds(5));
                try
                {
                    await left.CloseAsync(WebSocketCloseStatus.NormalClosure, null, closeCts.Token);
                }
                catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
                {
                    left.Abort();
                }
                if (right.State == WebSocketState.Open)
                {
                    using var closeCts2 = new CancellationTokenSource(TimeSpan.FromSeconds(5));
                    try
                    {
                        await right.CloseAsync(WebSocketCloseStatus.NormalClosure, null, closeCts2.Token);
                    }
                    catch (Exception e2) when (e2 is WebSocketException or OperationCanceledException or ObjectDisposedException)
                    {
                        right.Abort();
                    }
                }
            }
        }
        """);

    [Fact]
    public Task OffersNoFix_where_the_close_is_no_statement_or_its_connection_no_name() => Verify.OffersNoFixAsync<LifetimeAnalyzer, UnlimitedCloseCodeFix>("""
        class Client
        {
            private readonly WebSocket? _socket = null;

            public Task Forward() => {|WSA3007:_socket!.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default)|};

            public async Task CalledAsync()
            {
                await {|WSA3007:Get().CloseAsync(WebSocketCloseStatus.NormalClosure, null, default)|};
                await Task.WhenAll({|WSA3007:Get().CloseAsync(WebSocketCloseStatus.NormalClosure, null, default)|});
            }

            private WebSocket Get() => _socket!;
        }
        """);

    [Fact]
    public Task Ignores_tests() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class FactAttribute : Attribute { }

        class EchoTests
        {
            [Fact]
            public async Task Is_closed()
            {
                using var socket = new ClientWebSocket();
                using var limit = new CancellationTokenSource(1000);
                await socket.ConnectAsync(new Uri("ws://localhost"), limit.Token);
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", CancellationToken.None);
            }

            private static Task EndAsync(WebSocket socket) => socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", CancellationToken.None);
        }
        """);
}
