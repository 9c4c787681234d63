using WebSocketAnalyzers.CodeFixes.Fixes.Lifetime;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Lifetime;

public class UnclosedConnectionTests
{
    [Fact]
    public Task Reports_a_client_that_only_sends() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        class Client
        {
            public async Task NotifyAsync(Uri server, byte[] data, CancellationToken token)
            {
                using var {|WSA3008:socket|} = new ClientWebSocket();
                await socket.ConnectAsync(server, token);
                await socket.SendAsync(data, WebSocketMessageType.Text, true, token);
            }

            public async Task BlockAsync(Uri server, byte[] data, CancellationToken token)
            {
                using (ClientWebSocket {|WSA3008:socket|} = new())
                {
                    await socket.ConnectAsync(server, token).ConfigureAwait(false);
                    await socket.SendAsync(data, WebSocketMessageType.Text, true, token).ConfigureAwait(false);
                }

                Console.WriteLine("sent");
            }
        }
        """);

    [Fact]
    public Task Reports_a_client_in_a_loop_and_in_a_lambda() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        class Client
        {
            public async Task RunAsync(Uri server, byte[] data, CancellationToken token)
            {
                while (!token.IsCancellationRequested)
                {
                    using var {|WSA3008:socket|} = new ClientWebSocket();
                    await socket.ConnectAsync(server, token);
                    await SendAsync(socket, data, token);
                }
            }

            public Func<Task> Later(Uri server, byte[] data) => async () =>
            {
                using var {|WSA3008:socket|} = new ClientWebSocket();
                await socket.ConnectAsync(server, default);
                await socket.SendAsync(data, WebSocketMessageType.Text, true, default);
            };

            private static Task SendAsync(WebSocket socket, byte[] data, CancellationToken token) => socket.SendAsync(data, WebSocketMessageType.Text, true, token);
        }
        """);

    [Fact]
    public Task Reports_a_connect_in_a_method_and_an_early_return() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        class Client
        {
            public async Task<int> AskAsync(Uri server, byte[] data, CancellationToken token)
            {
                using var {|WSA3008:socket|} = new ClientWebSocket();
                await OpenAsync(socket, server, token);
                if (socket.State != WebSocketState.Open)
                    throw new InvalidOperationException();
                await socket.SendAsync(data, WebSocketMessageType.Binary, true, token);
                return (await socket.ReceiveAsync(data, token)).Count;
            }

            private static Task OpenAsync(ClientWebSocket socket, Uri server, CancellationToken token) => socket.ConnectAsync(server, token);
        }
        """);

    [Fact]
    public Task Reports_an_accepted_socket() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        using Microsoft.AspNetCore.Http;

        class Handler
        {
            public async Task InvokeAsync(HttpContext context, byte[] news)
            {
                using var {|WSA3008:socket|} = await context.WebSockets.AcceptWebSocketAsync();
                await socket.SendAsync(news, WebSocketMessageType.Text, true, context.RequestAborted);
            }
        }
        """);

    [Fact]
    public Task Ignores_connections_that_are_closed() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Client
        {
            public async Task NotifyAsync(Uri server, byte[] data, CancellationToken token)
            {
                using var socket = new ClientWebSocket();
                await socket.ConnectAsync(server, token);
                await socket.SendAsync(data, WebSocketMessageType.Text, true, token);
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, token);
            }

            public async Task ByMethodAsync(Uri server, byte[] data, CancellationToken token)
            {
                using var socket = new ClientWebSocket();
                await socket.ConnectAsync(server, token);
                await EndAsync(socket, token);
            }

            private static Task EndAsync(WebSocket socket, CancellationToken token) => socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, token);
        }
        """);

    [Fact]
    public Task Ignores_aborts_and_given_away_connections() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Client
        {
            private WebSocket? _current;

            public async Task AbortAsync(Uri server, byte[] data, CancellationToken token)
            {
                using var socket = new ClientWebSocket();
                await socket.ConnectAsync(server, token);
                await socket.SendAsync(data, WebSocketMessageType.Text, true, token);
                socket.Abort();
            }

            public async Task KeepAsync(Uri server, byte[] data, CancellationToken token)
            {
                using var socket = new ClientWebSocket();
                _current = socket;
                await socket.ConnectAsync(server, token);
                await _current.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, token);
            }

            public async Task ByCallbackAsync(Uri server, CancellationToken token)
            {
                using var socket = new ClientWebSocket();
                using var registration = token.Register(() => socket.Abort());
                await socket.ConnectAsync(server, token);
            }
        }
        """);

    [Fact]
    public Task Ignores_code_that_looks_for_the_close_of_its_peer() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Client
        {
            public async Task ReadAsync(Uri server, byte[] data, CancellationToken token)
            {
                using var socket = new ClientWebSocket();
                await socket.ConnectAsync(server, token);
                while ((await socket.ReceiveAsync(data, token)).MessageType != WebSocketMessageType.Close)
                    Console.WriteLine("more");
            }

            public async Task ByMethodAsync(Uri server, byte[] data, CancellationToken token)
            {
                using var socket = new ClientWebSocket();
                await socket.ConnectAsync(server, token);
                await LoopAsync(socket, data, token);
            }

            private static async Task LoopAsync(WebSocket socket, byte[] data, CancellationToken token)
            {
                while (!(await socket.ReceiveAsync(data, token)).CloseStatus.HasValue)
                    Console.WriteLine("more");
            }
        }
        """.Replace("(await socket.ReceiveAsync(data, token)).CloseStatus", "(await socket.ReceiveAsync(new ArraySegment<byte>(data), token)).CloseStatus", StringComparison.Ordinal));

    [Fact]
    public Task Ignores_scopes_that_only_failures_leave() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Client
        {
            public async Task PushAsync(Uri server, byte[] data, CancellationToken token)
            {
                using var socket = new ClientWebSocket();
                await socket.ConnectAsync(server, token);
                if (socket.State == WebSocketState.Open)
                {
                    while (true)
                    {
                        await socket.SendAsync(data, WebSocketMessageType.Text, true, token);
                        await Task.Delay(1000, token);
                    }
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_clients_that_are_never_connected() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Client
        {
            public string? Probe()
            {
                using var socket = new ClientWebSocket();
                socket.Options.AddSubProtocol("chat");
                return socket.SubProtocol;
            }
        }
        """);

    [Fact]
    public Task Ignores_other_connections() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Client
        {
            public async Task TcpAsync(byte[] data, CancellationToken token)
            {
                using var client = new TcpClient();
                await client.ConnectAsync("localhost", 80, token);
                await client.GetStream().WriteAsync(data, token);
            }
        }

        namespace Fake
        {
            class ClientWebSocket : IDisposable
            {
                public Task ConnectAsync() => Task.CompletedTask;
                public void Dispose() { }
            }

            class Client
            {
                public async Task RunAsync()
                {
                    using var socket = new ClientWebSocket();
                    await socket.ConnectAsync();
                }
            }
        }
        """);

    [Fact]
    public Task Reports_a_dispose_in_so_many_words() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        class Client
        {
            public async Task NotifyAsync(Uri server, byte[] data, CancellationToken token)
            {
                var {|WSA3008:socket|} = new ClientWebSocket();
                await socket.ConnectAsync(server, token);
                await socket.SendAsync(data, WebSocketMessageType.Text, true, token);
                socket.Dispose();
            }
        }
        """);

    [Fact]
    public Task Ignores_accepted_sockets_without_using() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        using Microsoft.AspNetCore.Http;

        class Handler
        {
            public async Task InvokeAsync(HttpContext context, byte[] news)
            {
                var socket = await context.WebSockets.AcceptWebSocketAsync();
                await socket.SendAsync(news, WebSocketMessageType.Text, true, context.RequestAborted);
            }
        }
        """);

    [Fact]
    public Task Ignores_connections_that_other_functions_use() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Client
        {
            public async Task RunAsync(Uri server, CancellationToken token)
            {
                using var socket = new ClientWebSocket();
                await socket.ConnectAsync(server, token);
                await EndAsync();

                async Task EndAsync() => await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, token);
            }
        }
        """);

    [Fact]
    public Task Fixes_with_a_close_frame() => Verify.FixesAsync<LifetimeAnalyzer, UnclosedConnectionCodeFix>("""
        class Client
        {
            public async Task NotifyAsync(Uri server, byte[] data, CancellationToken token)
            {
                using var {|WSA3008:socket|} = new ClientWebSocket();
                await socket.ConnectAsync(server, token);
                await socket.SendAsync(data, WebSocketMessageType.Text, true, token); // all
            }

            public async Task BlockAsync(Uri server, byte[] data, CancellationToken token)
            {
                using (var {|WSA3008:socket|} = new ClientWebSocket())
                {
                    await socket.ConnectAsync(server, token).ConfigureAwait(false);
                    await socket.SendAsync(data, WebSocketMessageType.Text, true, token).ConfigureAwait(false);
                }
            }
        }
        """, """
        class Client
        {
            public async Task NotifyAsync(Uri server, byte[] data, CancellationToken token)
            {
                using var socket = new ClientWebSocket();
                await socket.ConnectAsync(server, token);
                await socket.SendAsync(data, WebSocketMessageType.Text, true, token); // all
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
            }

            public async Task BlockAsync(Uri server, byte[] data, CancellationToken token)
            {
                using (var socket = new ClientWebSocket())
                {
                    await socket.ConnectAsync(server, token).ConfigureAwait(false);
                    await socket.SendAsync(data, WebSocketMessageType.Text, true, token).ConfigureAwait(false);
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).ConfigureAwait(false);
                }
            }
        }
        """);

    [Fact]
    public Task OffersNoFix_where_the_scope_has_other_ways_out() => Verify.OffersNoFixAsync<LifetimeAnalyzer, UnclosedConnectionCodeFix>("""
        class Client
        {
            public async Task<int> AskAsync(Uri server, byte[] data, CancellationToken token)
            {
                using var {|WSA3008:socket|} = new ClientWebSocket();
                await socket.ConnectAsync(server, token);
                return (await socket.ReceiveAsync(data, token)).Count;
            }
        }
        """);
}
