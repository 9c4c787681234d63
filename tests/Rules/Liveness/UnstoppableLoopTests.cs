using WebSocketAnalyzers.CodeFixes.Fixes.Liveness;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Liveness;

public class UnstoppableLoopTests
{
    [Fact]
    public Task Reports_receives_of_a_request() => Verify.ReportsAsync<LivenessAnalyzer>("""
        using Microsoft.AspNetCore.Http;

        class Middleware
        {
            public async Task InvokeAsync(HttpContext context)
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                await EchoAsync(socket, new byte[4096]);
                while (socket.State == WebSocketState.Open)
                    await socket.ReceiveAsync(new byte[1], {|WSA6003:context.RequestAborted|});
            }

            private static async Task EchoAsync(WebSocket socket, byte[] buffer)
            {
                WebSocketReceiveResult result;
                do
                {
                    result = await socket.ReceiveAsync(new ArraySegment<byte>(buffer), {|WSA6003:CancellationToken.None|});
                    await socket.SendAsync(new ArraySegment<byte>(buffer, 0, result.Count), result.MessageType, result.EndOfMessage, CancellationToken.None);
                }
                while (!result.CloseStatus.HasValue);
            }
        }
        """);

    [Fact]
    public Task Reports_background_services() => Verify.ReportsAsync<LivenessAnalyzer>("""
        using Microsoft.Extensions.Hosting;

        class Feed : BackgroundService
        {
            private readonly ClientWebSocket _socket = new();

            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                await _socket.ConnectAsync(new Uri("ws://feed"), stoppingToken);
                while (!stoppingToken.IsCancellationRequested)
                    await _socket.ReceiveAsync(new byte[1024], {|WSA6003:CancellationToken.None|});
                await ReadAsync();
            }

            private async Task ReadAsync()
            {
                for (;;)
                    await _socket.ReceiveAsync(new byte[1024], {|WSA6003:default|});
            }
        }
        """);

    [Fact]
    public Task Ignores_pushes_that_know_the_request() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        // top-level
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;

        var app = WebApplication.Create(args);
        app.Map("/clock", async (HttpContext context) =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            while (true)
            {
                await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, context.RequestAborted);
                await Task.Delay(1000, context.RequestAborted);
            }
        });
        app.Run();
        """);

    [Fact]
    public Task Ignores_tokens_that_know_the_application() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        using Microsoft.Extensions.Hosting;

        class Feed : BackgroundService
        {
            private readonly ClientWebSocket _socket = new();

            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                while (true)
                {
                    await _socket.ReceiveAsync(new byte[1024], stoppingToken);
                    using var idle = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                    await _socket.ReceiveAsync(new byte[1024], idle.Token);
                    await ReadAsync(stoppingToken);
                    await _socket.ReceiveAsync(new byte[1024], CancellationToken.None).WaitAsync(stoppingToken);
                }
            }

            private async Task ReadAsync(CancellationToken cancellation)
            {
                while (true)
                    await _socket.ReceiveAsync(new byte[1024], cancellation);
            }
        }
        """);

    [Fact]
    public Task Ignores_programs_that_look_at_the_end_of_the_application() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        using Microsoft.AspNetCore.Http;
        using Microsoft.Extensions.Hosting;

        class Middleware
        {
            private readonly List<WebSocket> _sockets = new();

            public Middleware(IHostApplicationLifetime lifetime) => lifetime.ApplicationStopping.Register(() => _sockets.ForEach(socket => socket.Abort()));

            public async Task InvokeAsync(HttpContext context)
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                while (true)
                    await socket.ReceiveAsync(new byte[1], context.RequestAborted);
            }
        }
        """);

    [Fact]
    public Task Ignores_services_that_close_when_they_stop() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        using Microsoft.Extensions.Hosting;

        class Feed : BackgroundService
        {
            private readonly ClientWebSocket _socket = new();

            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                while (true)
                    await _socket.ReceiveAsync(new byte[1024], CancellationToken.None);
            }

            public override async Task StopAsync(CancellationToken cancellationToken)
            {
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken);
                await base.StopAsync(cancellationToken);
            }
        }
        """);

    [Fact]
    public Task Ignores_connections_that_another_function_closes() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        using Microsoft.Extensions.Hosting;

        class Feed : BackgroundService
        {
            private readonly ClientWebSocket _socket = new();

            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                using var stop = stoppingToken.Register(() => { _ = _socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, null, CancellationToken.None); });
                while (true)
                    await _socket.ReceiveAsync(new byte[1024], CancellationToken.None);
            }
        }
        """);

    [Fact]
    public Task Ignores_clients_and_servers_without_a_host() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        class Client
        {
            public async Task ReadAsync(WebSocket socket)
            {
                while (true)
                    await socket.ReceiveAsync(new byte[1], CancellationToken.None);
            }

            public async Task ServeAsync(HttpListener listener)
            {
                var context = await listener.GetContextAsync();
                var accepted = await context.AcceptWebSocketAsync(null);
                using var socket = accepted.WebSocket;
                while (true)
                    await socket.ReceiveAsync(new byte[1], CancellationToken.None);
            }
        }
        """);

    [Fact]
    public Task Ignores_a_receive_that_is_in_no_loop() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        using Microsoft.Extensions.Hosting;

        class Feed : BackgroundService
        {
            private readonly ClientWebSocket _socket = new();

            protected override async Task ExecuteAsync(CancellationToken _) => await ReadAsync();

            private async Task ReadAsync() => await _socket.ReceiveAsync(new byte[1024], CancellationToken.None);
        }
        """);

    [Fact]
    public Task Ignores_work_that_the_host_does_not_wait_for() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        using Microsoft.Extensions.Hosting;

        class Feed : BackgroundService
        {
            private readonly ClientWebSocket _socket = new();
            private Task? _reading;

            protected override Task ExecuteAsync(CancellationToken stoppingToken)
            {
                _reading = ReadAsync();
                _ = Task.Run(async () =>
                {
                    while (true)
                        await _socket.ReceiveAsync(new byte[1024], CancellationToken.None);
                });
                return Task.CompletedTask;
            }

            private async Task ReadAsync()
            {
                while (true)
                    await _socket.ReceiveAsync(new byte[1024], CancellationToken.None);
            }
        }
        """);

    [Fact]
    public Task Ignores_others_of_the_same_name() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        namespace Acme
        {
            abstract class BackgroundService { protected abstract Task ExecuteAsync(CancellationToken stoppingToken); }

            class Feed : BackgroundService
            {
                private readonly ClientWebSocket _socket = new();

                protected override async Task ExecuteAsync(CancellationToken _)
                {
                    await ReadAsync();
                }

                private async Task ReadAsync()
                {
                    while (true)
                        await _socket.ReceiveAsync(new byte[1024], CancellationToken.None);
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_methods_that_call_themselves_in_circles() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        using Microsoft.Extensions.Hosting;

        class Feed : BackgroundService
        {
            private readonly ClientWebSocket _socket = new();

            protected override async Task ExecuteAsync(CancellationToken stoppingToken) => await AAsync(stoppingToken);

            private async Task AAsync(CancellationToken cancellation)
            {
                await BAsync(cancellation);
                while (true)
                    await _socket.ReceiveAsync(new byte[1], cancellation);
            }

            private async Task BAsync(CancellationToken cancellation) => await AAsync(cancellation);
        }
        """);

    [Fact]
    public Task Fixes_with_the_token_of_the_service() => Verify.FixesAsync<LivenessAnalyzer, UnstoppableLoopCodeFix>("""
        using Microsoft.Extensions.Hosting;

        class Feed : BackgroundService
        {
            private readonly ClientWebSocket _socket = new();

            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                while (_socket.State == WebSocketState.Open)
                    await _socket.ReceiveAsync(new byte[1024], {|WSA6003:CancellationToken.None|}).ConfigureAwait(false);
            }
        }
        """, """
        using Microsoft.Extensions.Hosting;

        class Feed : BackgroundService
        {
            private readonly ClientWebSocket _socket = new();

            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                while (_socket.State == WebSocketState.Open)
                    await _socket.ReceiveAsync(new byte[1024], stoppingToken).ConfigureAwait(false);
            }
        }
        """);

    [Fact]
    public Task FixesAll_with_a_lifetime_in_reach() => Verify.FixesAsync<LivenessAnalyzer, UnstoppableLoopCodeFix>("""
        using Microsoft.AspNetCore.Http;
        using Microsoft.Extensions.Hosting;

        class Middleware
        {
            private readonly IHostApplicationLifetime _lifetime;

            public Middleware(IHostApplicationLifetime lifetime) => _lifetime = lifetime;

            public async Task InvokeAsync(HttpContext context)
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                while (socket.State == WebSocketState.Open)
                    await socket.ReceiveAsync(new byte[1], {|WSA6003:CancellationToken.None|});
                await ReadAsync(socket);
            }

            private async Task ReadAsync(WebSocket socket)
            {
                while (socket.State == WebSocketState.Open)
                    await socket.ReceiveAsync(new byte[1], {|WSA6003:default|});
            }
        }
        """, """
        using Microsoft.AspNetCore.Http;
        using Microsoft.Extensions.Hosting;

        class Middleware
        {
            private readonly IHostApplicationLifetime _lifetime;

            public Middleware(IHostApplicationLifetime lifetime) => _lifetime = lifetime;

            public async Task InvokeAsync(HttpContext context)
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                while (socket.State == WebSocketState.Open)
                    await socket.ReceiveAsync(new byte[1], _lifetime.ApplicationStopping);
                await ReadAsync(socket);
            }

            private async Task ReadAsync(WebSocket socket)
            {
                while (socket.State == WebSocketState.Open)
                    await socket.ReceiveAsync(new byte[1], _lifetime.ApplicationStopping);
            }
        }
        """);

    [Fact]
    public Task OffersNoFix_where_a_token_would_be_lost_or_none_is_in_reach() => Verify.OffersNoFixAsync<LivenessAnalyzer, UnstoppableLoopCodeFix>("""
        using Microsoft.AspNetCore.Http;
        using Microsoft.Extensions.Hosting;

        class Middleware
        {
            private readonly IHostApplicationLifetime _lifetime = null!;

            public async Task InvokeAsync(HttpContext context)
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                while (socket.State == WebSocketState.Open)
                    await socket.ReceiveAsync(new byte[1], {|WSA6003:context.RequestAborted|});
                await ReadAsync(socket);
            }

            private static async Task ReadAsync(WebSocket socket)
            {
                while (socket.State == WebSocketState.Open)
                    await socket.ReceiveAsync(new byte[1], {|WSA6003:CancellationToken.None|});
            }
        }
        """);
}
