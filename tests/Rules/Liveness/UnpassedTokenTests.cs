using WebSocketAnalyzers.CodeFixes.Fixes.Liveness;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Liveness;

public class UnpassedTokenTests
{
    /// <summary>A gRPC call's context by name and shape.</summary>
    private const string Grpc = """
        namespace Grpc.Core { public abstract class ServerCallContext { public CancellationToken CancellationToken => default; } }
        """;

    [Fact]
    public Task Reports_a_parameter_that_is_not_passed() => Verify.ReportsAsync<LivenessAnalyzer>("""
        class Session
        {
            private readonly ClientWebSocket _socket = new();

            public async Task AskAsync(byte[] question, byte[] answer, CancellationToken cancellation)
            {
                await _socket.SendAsync(question, WebSocketMessageType.Text, true, {|WSA6004:CancellationToken.None|});
                await _socket.ReceiveAsync(answer, {|WSA6004:default(CancellationToken)|}).ConfigureAwait(false);
            }

            public static ValueTask<int> ReadAsync(NetworkStream stream, byte[] buffer, CancellationToken cancellation) => stream.ReadAsync(buffer, {|WSA6004:default|});

            public static async Task AcceptAsync(TcpListener listener, CancellationToken stopping)
            {
                while (!stopping.IsCancellationRequested)
                {
                    using var client = await listener.AcceptTcpClientAsync({|WSA6004:CancellationToken.None|});
                    await client.GetStream().ReadAsync(new byte[1], {|WSA6004:new CancellationToken()|});
                }
            }
        }
        """);

    [Fact]
    public Task Reports_the_token_of_a_request() => Verify.ReportsAsync<LivenessAnalyzer>("""
        using Microsoft.AspNetCore.Http;
        using Microsoft.AspNetCore.Mvc;

        class Middleware
        {
            public async Task InvokeAsync(HttpContext context)
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                await socket.SendAsync(new byte[100], WebSocketMessageType.Text, true, {|WSA6004:CancellationToken.None|});
                using var upstream = new ClientWebSocket();
                await upstream.ReceiveAsync(new byte[100], {|WSA6004:CancellationToken.None|});
            }

            public static async Task GreetAsync(HttpContext context, WebSocket socket) =>
                await socket.SendAsync(new byte[100], WebSocketMessageType.Text, true, {|WSA6004:CancellationToken.None|});
        }

        class FeedController : ControllerBase
        {
            public async Task Get()
            {
                using var socket = await HttpContext.WebSockets.AcceptWebSocketAsync();
                await socket.SendAsync(new byte[100], WebSocketMessageType.Text, true, {|WSA6004:CancellationToken.None|});
            }
        }
        """);

    [Fact]
    public Task Ignores_receives_on_the_socket_of_the_request_itself() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        using Microsoft.AspNetCore.Http;

        class Middleware
        {
            public async Task InvokeAsync(HttpContext context)
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                await socket.ReceiveAsync(new byte[100], CancellationToken.None);
            }

            public static async Task ReadAsync(HttpContext context, WebSocket socket) => await socket.ReceiveAsync(new byte[100], CancellationToken.None);
        }
        """);

    [Fact]
    public Task Reports_tokens_of_calls_and_hub_connections() => Verify.ReportsAsync<LivenessAnalyzer>("""
        using Grpc.Core;
        using Microsoft.AspNetCore.SignalR;

        class Relay
        {
            public async Task CallAsync(NetworkStream upstream, ServerCallContext context) => await upstream.ReadAsync(new byte[1], {|WSA6004:CancellationToken.None|});
        }

        class RelayHub : Hub
        {
            public async Task ReadAsync(NetworkStream upstream) => await upstream.ReadAsync(new byte[1], {|WSA6004:CancellationToken.None|});
        }
        """, Grpc);

    [Fact]
    public Task Ignores_calls_without_a_written_token() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        class Session
        {
            public async Task ReadAsync(NetworkStream stream, TcpListener listener, CancellationToken cancellation)
            {
                await stream.ReadAsync(new byte[1]);
                await listener.AcceptTcpClientAsync();
                await stream.ReadAsync(new byte[1], cancellation);
            }

            public async Task NoneInReachAsync(WebSocket socket) => await socket.ReceiveAsync(new byte[1], CancellationToken.None);

            public async Task LocalAsync(WebSocket socket)
            {
                using var connectCts = new CancellationTokenSource(1000);
                var connecting = connectCts.Token;
                await socket.ReceiveAsync(new byte[1], CancellationToken.None);
            }
        }
        """);

    [Fact]
    public Task Ignores_closes_and_clean_up() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        class Session : IAsyncDisposable
        {
            private readonly WebSocket _socket = null!;

            public async Task RunAsync(WebSocket socket, CancellationToken stopping)
            {
                try
                {
                    await socket.ReceiveAsync(new byte[1], stopping);
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                }
                catch (OperationCanceledException)
                {
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, CancellationToken.None);
                }
                finally
                {
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, CancellationToken.None);
                }
            }

            public async ValueTask DisposeAsync() => await _socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, CancellationToken.None);
        }
        """);

    [Fact]
    public Task Ignores_what_runs_once_the_token_is_cancelled() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        class Session
        {
            public async Task RunAsync(WebSocket socket, CancellationToken stopping)
            {
                while (!stopping.IsCancellationRequested && socket.State == WebSocketState.Open)
                    await socket.ReceiveAsync(new byte[1], stopping);
                await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, CancellationToken.None);
            }

            public async Task BranchAsync(WebSocket socket, CancellationToken stopping)
            {
                if (stopping.IsCancellationRequested)
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, CancellationToken.None);
            }
        }
        """);

    [Fact]
    public Task Ignores_functions_that_may_outlive_the_token() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        class Session
        {
            private Task? _reading;

            public void Start(WebSocket socket, CancellationToken starting)
            {
                _reading = Task.Run(async () => await socket.ReceiveAsync(new byte[1], CancellationToken.None));
                async Task ReadAsync() => await socket.ReceiveAsync(new byte[1], CancellationToken.None);
                _reading = ReadAsync();
                starting.Register(() => _reading = socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, CancellationToken.None));
            }
        }
        """);

    [Fact]
    public Task Ignores_sends_on_connections_of_others() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        using Microsoft.AspNetCore.Http;
        using Microsoft.AspNetCore.SignalR;

        class Registry
        {
            private readonly ConcurrentDictionary<string, WebSocket> _sockets = new();
            private readonly WebSocket _upstream = null!;

            public async Task BroadcastAsync(byte[] message, CancellationToken cancellation)
            {
                foreach (var socket in _sockets.Values)
                    await socket.SendAsync(message, WebSocketMessageType.Text, true, CancellationToken.None);
            }

            public async Task ToAsync(string id, byte[] message, CancellationToken cancellation)
            {
                if (_sockets.TryGetValue(id, out var socket))
                    await socket.SendAsync(message, WebSocketMessageType.Text, true, CancellationToken.None);
            }

            public async Task PostAsync(HttpContext context, byte[] message) =>
                await _upstream.SendAsync(message, WebSocketMessageType.Text, true, CancellationToken.None);
        }

        class Relay
        {
            public Func<WebSocket, CancellationToken, Task> Sender => async (socket, token) => await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, CancellationToken.None);

            public Task AllAsync(IEnumerable<WebSocket> sockets) =>
                Parallel.ForEachAsync(sockets, async (socket, token) => await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, CancellationToken.None));
        }

        class ChatHub : Hub
        {
            public async Task SayAsync(string text) => await Clients.All.SendAsync("said", text, CancellationToken.None);
        }
        """);

    [Fact]
    public Task Ignores_parameters_that_lambdas_and_static_functions_cannot_see() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        class Session
        {
            public Task ReadAsync(WebSocket socket, ref CancellationToken changing)
            {
                return socket.ReceiveAsync(new ArraySegment<byte>(new byte[1]), CancellationToken.None);
            }

            public async Task OuterAsync(WebSocket socket, CancellationToken cancellation)
            {
                await CoreAsync(socket);
                static async Task CoreAsync(WebSocket socket) => await socket.ReceiveAsync(new byte[1], CancellationToken.None);
            }
        }
        """);

    [Fact]
    public Task Ignores_dropped_sends() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        class Session
        {
            public void Send(WebSocket socket, CancellationToken cancellation)
            {
                _ = socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, CancellationToken.None);
            }

            public async Task ReadAsync(WebSocket socket, CancellationToken cancellation)
            {
                var reading = Task.CompletedTask;
                while (reading.IsCompleted)
                    reading = socket.ReceiveAsync(new ArraySegment<byte>(new byte[1]), cancellation);
            }
        }
        """);

    [Fact]
    public Task Ignores_others_of_the_same_name() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        namespace Acme
        {
            struct CancellationToken { public static CancellationToken None => default; }

            class WebSocket { public Task ReceiveAsync(byte[] buffer, System.Threading.CancellationToken cancellation) => Task.CompletedTask; }

            class Session
            {
                public async Task ReadAsync(WebSocket socket, System.Threading.CancellationToken cancellation) =>
                    await socket.ReceiveAsync(new byte[1], System.Threading.CancellationToken.None);

                public async Task OwnAsync(System.Net.WebSockets.WebSocket socket, CancellationToken cancellation) =>
                    await socket.ReceiveAsync(new byte[1], System.Threading.CancellationToken.None);
            }
        }
        """);

    [Fact]
    public Task Ignores_other_calls_that_take_a_token() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        class Session
        {
            public async Task SaveAsync(string path, CancellationToken cancellation)
            {
                await File.WriteAllTextAsync(path, "", CancellationToken.None);
                await Task.Delay(1, CancellationToken.None);
            }
        }
        """);

    [Fact]
    public Task Fixes_with_the_parameter() => Verify.FixesAsync<LivenessAnalyzer, UnpassedTokenCodeFix>("""
        class Session
        {
            private readonly ClientWebSocket _socket = new();

            public async Task AskAsync(byte[] question, byte[] answer, CancellationToken @event)
            {
                await _socket.SendAsync(question, WebSocketMessageType.Text, true, /* never */ {|WSA6004:CancellationToken.None|}).ConfigureAwait(false);
                await _socket.ReceiveAsync(cancellationToken: {|WSA6004:default|}, buffer: new ArraySegment<byte>(answer));
            }
        }
        """, """
        class Session
        {
            private readonly ClientWebSocket _socket = new();

            public async Task AskAsync(byte[] question, byte[] answer, CancellationToken @event)
            {
                await _socket.SendAsync(question, WebSocketMessageType.Text, true, /* never */ @event).ConfigureAwait(false);
                await _socket.ReceiveAsync(cancellationToken: @event, buffer: new ArraySegment<byte>(answer));
            }
        }
        """);

    [Fact]
    public Task FixesAll_with_the_token_of_a_request() => Verify.FixesAsync<LivenessAnalyzer, UnpassedTokenCodeFix>("""
        using Microsoft.AspNetCore.Http;

        class Greeter
        {
            public static async Task GreetAsync(HttpContext context, WebSocket socket)
            {
                await socket.SendAsync(new byte[100], WebSocketMessageType.Text, true, {|WSA6004:CancellationToken.None|});
                await socket.SendAsync(new byte[100], WebSocketMessageType.Text, true, {|WSA6004:CancellationToken.None|});
            }
        }
        """, """
        using Microsoft.AspNetCore.Http;

        class Greeter
        {
            public static async Task GreetAsync(HttpContext context, WebSocket socket)
            {
                await socket.SendAsync(new byte[100], WebSocketMessageType.Text, true, context.RequestAborted);
                await socket.SendAsync(new byte[100], WebSocketMessageType.Text, true, context.RequestAborted);
            }
        }
        """);
}
