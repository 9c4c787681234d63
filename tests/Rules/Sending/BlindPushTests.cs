using WebSocketAnalyzers.CodeFixes.Fixes.Sending;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Sending;

public class BlindPushTests
{
    [Fact]
    public Task Reports_loops_that_only_send() => Verify.ReportsAsync<SendingAnalyzer>("""
        using Microsoft.AspNetCore.Http;

        class Clock
        {
            public async Task InvokeAsync(HttpContext context)
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                while (socket.State == WebSocketState.Open)
                {
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, {|WSA4011:CancellationToken.None|});
                    await socket.SendAsync(new byte[2], WebSocketMessageType.Text, true, CancellationToken.None);
                    await Task.Delay(1000).ConfigureAwait(false);
                }
            }
        }
        """);

    [Fact]
    public Task Reports_in_top_level_programs_and_below_the_handler() => Verify.ReportsAsync<SendingAnalyzer>("""
        // top-level
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        using Microsoft.Extensions.Hosting;

        var app = WebApplication.Create(args);
        app.Map("/clock", async (HttpContext context, IHostApplicationLifetime lifetime) =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await PushAsync(socket, lifetime);
        });
        app.Run();

        static async Task PushAsync(WebSocket socket, IHostApplicationLifetime lifetime)
        {
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
            do
            {
                try
                {
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, {|WSA4011:lifetime.ApplicationStopping|});
                }
                catch (WebSocketException)
                {
                    break;
                }
            }
            while (await timer.WaitForNextTickAsync());
        }
        """);

    [Fact]
    public Task Reports_feeds() => Verify.ReportsAsync<SendingAnalyzer>("""
        using Microsoft.AspNetCore.Mvc;
        using System.Threading.Channels;

        class FeedController : ControllerBase
        {
            private readonly Channel<byte[]> _news = Channel.CreateUnbounded<byte[]>();

            public async Task Get()
            {
                var socket = await HttpContext.WebSockets.AcceptWebSocketAsync();
                await foreach (var news in _news.Reader.ReadAllAsync())
                    await socket.SendAsync(news, WebSocketMessageType.Text, true, {|WSA4011:default|});
            }
        }
        """);

    [Fact]
    public Task Ignores_tokens_that_know_the_request() => Verify.IgnoresAsync<SendingAnalyzer>("""
        using Microsoft.AspNetCore.Http;

        class Clock
        {
            public async Task InvokeAsync(HttpContext context)
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                while (true)
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, context.RequestAborted);
            }

            public async Task LinkedAsync(HttpContext context, CancellationToken stopping)
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                using var linked = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
                while (true)
                {
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, CancellationToken.None);
                    await Task.Delay(1000, linked.Token);
                }
            }

            public async Task AskAsync(HttpContext context)
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                while (!context.RequestAborted.IsCancellationRequested)
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, CancellationToken.None);
            }
        }
        """);

    [Fact]
    public Task Ignores_tokens_of_the_caller() => Verify.IgnoresAsync<SendingAnalyzer>("""
        using Microsoft.AspNetCore.Mvc;

        class FeedController : ControllerBase
        {
            public async Task Get(CancellationToken cancellation)
            {
                using var socket = await HttpContext.WebSockets.AcceptWebSocketAsync();
                while (true)
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, cancellation);
            }
        }
        """);

    [Fact]
    public Task Ignores_sockets_that_are_read() => Verify.IgnoresAsync<SendingAnalyzer>("""
        using Microsoft.AspNetCore.Http;

        class Chat
        {
            public async Task EchoAsync(HttpContext context)
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                var buffer = new byte[100];
                while (socket.State == WebSocketState.Open)
                {
                    var result = await socket.ReceiveAsync(new ArraySegment<byte>(buffer), context.RequestAborted);
                    await socket.SendAsync(new ArraySegment<byte>(buffer, 0, result.Count), result.MessageType, result.EndOfMessage, CancellationToken.None);
                }
            }

            public async Task BesideAsync(HttpContext context)
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                var reading = ReadAsync(socket);
                while (!reading.IsCompleted)
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, CancellationToken.None);
                await reading;
            }

            private static async Task ReadAsync(WebSocket socket)
            {
                var result = await socket.ReceiveAsync(new ArraySegment<byte>(new byte[100]), new CancellationTokenSource(1000).Token);
                Console.WriteLine(result.Count + " " + result.MessageType + result.EndOfMessage);
            }
        }
        """);

    [Fact]
    public Task Ignores_sockets_that_others_may_read() => Verify.IgnoresAsync<SendingAnalyzer>("""
        using Microsoft.AspNetCore.Http;

        class Reader
        {
            public Reader(WebSocket socket) => Console.WriteLine(socket.State);
        }

        class Feed
        {
            private WebSocket? _last;

            public async Task HandAsync(HttpContext context, Action<WebSocket> register)
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                register(socket);
                while (socket.State == WebSocketState.Open)
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, CancellationToken.None);
            }

            public async Task WrapAsync(HttpContext context)
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                var reader = new Reader(socket);
                while (socket.State == WebSocketState.Open)
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, CancellationToken.None);
            }

            public async Task KeepAsync(HttpContext context)
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                _last = socket;
                while (socket.State == WebSocketState.Open)
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, CancellationToken.None);
            }
        }
        """);

    [Fact]
    public Task Ignores_loops_with_an_end_of_their_own() => Verify.IgnoresAsync<SendingAnalyzer>("""
        using Microsoft.AspNetCore.Http;

        class Feed
        {
            private volatile bool _isOver;

            public async Task CountAsync(HttpContext context)
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                for (var i = 0; i < 10; i++)
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, CancellationToken.None);
                foreach (var line in new[] { 1, 2, 3 })
                    await socket.SendAsync(new byte[line], WebSocketMessageType.Text, true, CancellationToken.None);
            }

            public async Task LeaveAsync(HttpContext context)
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                while (true)
                {
                    if (_isOver)
                        break;
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, CancellationToken.None);
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_broadcasters_and_clients() => Verify.IgnoresAsync<SendingAnalyzer>("""
        using Microsoft.Extensions.Hosting;

        class Broadcaster : BackgroundService
        {
            private readonly WebSocket _socket = null!;

            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                while (true)
                    await _socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, CancellationToken.None);
            }
        }

        class Client
        {
            public static async Task RunAsync()
            {
                using var socket = new ClientWebSocket();
                await socket.ConnectAsync(new Uri("ws://feed"), new CancellationTokenSource(1000).Token);
                while (socket.State == WebSocketState.Open)
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, CancellationToken.None);
            }
        }
        """);

    [Fact]
    public Task Ignores_programs_that_wait_for_pongs() => Verify.IgnoresAsync<SendingAnalyzer>("""
        using Microsoft.AspNetCore.Http;

        class Feed
        {
            public async Task InvokeAsync(HttpContext context)
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync(
                    new WebSocketAcceptContext { KeepAliveInterval = TimeSpan.FromSeconds(10), KeepAliveTimeout = TimeSpan.FromSeconds(5) });
                while (socket.State == WebSocketState.Open)
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, CancellationToken.None);
            }
        }
        """);

    [Fact]
    public Task Ignores_other_types_of_the_same_names() => Verify.IgnoresAsync<SendingAnalyzer>("""
        using Microsoft.AspNetCore.Http;

        class Socket
        {
            public Task SendAsync(byte[] data, CancellationToken cancellation) => Task.CompletedTask;
        }

        class Feed
        {
            public async Task InvokeAsync(HttpContext context, Socket log)
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                while (true)
                    await log.SendAsync(new byte[1], CancellationToken.None);
            }
        }
        """);

    [Fact]
    public Task Ignores_sockets_that_a_timer_aborts() => Verify.IgnoresAsync<SendingAnalyzer>("""
        using Microsoft.AspNetCore.Http;

        class Feed
        {
            public async Task InvokeAsync(HttpContext context)
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                using var registration = context.RequestAborted.Register(() => socket.Abort());
                while (socket.State == WebSocketState.Open)
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, CancellationToken.None);
            }
        }
        """);

    [Fact]
    public Task Fixes_sends_and_delays() => Verify.FixesAsync<SendingAnalyzer, BlindPushCodeFix>("""
        using Microsoft.AspNetCore.Http;

        class Clock
        {
            public async Task InvokeAsync(HttpContext context)
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                while (socket.State == WebSocketState.Open)
                {
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, /* none */ {|WSA4011:CancellationToken.None|});
                    await socket.SendAsync(new ArraySegment<byte>(new byte[2]), WebSocketMessageType.Text, true, default).ConfigureAwait(false);
                    await Task.Delay(TimeSpan.FromSeconds(1)); // a tick
                    await Task.Delay(1000, CancellationToken.None);
                }
            }
        }
        """, """
        using Microsoft.AspNetCore.Http;

        class Clock
        {
            public async Task InvokeAsync(HttpContext context)
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                while (socket.State == WebSocketState.Open)
                {
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, /* none */ context.RequestAborted);
                    await socket.SendAsync(new ArraySegment<byte>(new byte[2]), WebSocketMessageType.Text, true, context.RequestAborted).ConfigureAwait(false);
                    await Task.Delay(TimeSpan.FromSeconds(1), context.RequestAborted); // a tick
                    await Task.Delay(1000, context.RequestAborted);
                }
            }
        }
        """);

    [Fact]
    public Task FixesAll_endpoints_of_a_controller() => Verify.FixesAsync<SendingAnalyzer, BlindPushCodeFix>("""
        using Microsoft.AspNetCore.Mvc;

        class FeedController : ControllerBase
        {
            public async Task Ticks()
            {
                using var socket = await HttpContext.WebSockets.AcceptWebSocketAsync();
                using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
                while (await timer.WaitForNextTickAsync())
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, {|WSA4011:CancellationToken.None|});
            }

            public async Task Flood()
            {
                using var socket = await HttpContext.WebSockets.AcceptWebSocketAsync();
                while (true)
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, {|WSA4011:default|});
            }
        }
        """, """
        using Microsoft.AspNetCore.Mvc;

        class FeedController : ControllerBase
        {
            public async Task Ticks()
            {
                using var socket = await HttpContext.WebSockets.AcceptWebSocketAsync();
                using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
                while (await timer.WaitForNextTickAsync(HttpContext.RequestAborted))
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, HttpContext.RequestAborted);
            }

            public async Task Flood()
            {
                using var socket = await HttpContext.WebSockets.AcceptWebSocketAsync();
                while (true)
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, HttpContext.RequestAborted);
            }
        }
        """);

    [Fact]
    public Task OffersNoFix_where_the_request_cannot_be_named() => Verify.OffersNoFixAsync<SendingAnalyzer, BlindPushCodeFix>("""
        using Microsoft.AspNetCore.Http;

        class Clock
        {
            public async Task InvokeAsync(HttpContext context)
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                await PushAsync(socket);
            }

            private static async Task PushAsync(WebSocket socket)
            {
                while (true)
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, {|WSA4011:CancellationToken.None|});
            }
        }
        """);
}
