using WebSocketAnalyzers.CodeFixes.Fixes.Sending;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Sending;

public class OverlappingSendTests
{
    [Fact]
    public Task Reports_sends_that_are_combined() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public async Task PushAsync(byte[] a, byte[] b, CancellationToken cancellation)
            {
                await Task.WhenAll(
                    socket.SendAsync(a, WebSocketMessageType.Text, true, cancellation),
                    {|WSA4008:this.socket.SendAsync(b.AsMemory(), WebSocketMessageType.Text, true, cancellation)|}.AsTask());
                await Task.WhenAll(new[] { socket.SendAsync(a, WebSocketMessageType.Text, true, cancellation), {|WSA4008:socket.SendAsync(b, WebSocketMessageType.Text, true, cancellation)|} }).ConfigureAwait(false);
            }
        }
        """);

    [Fact]
    public Task Reports_sends_for_each_item() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public async Task PushAsync(List<byte[]> items)
            {
                await Task.WhenAll(items.Select(item => {|WSA4008:socket.SendAsync(item, WebSocketMessageType.Text, true, default)|}));
                await Task.WhenAll(items.Where(item => item.Length > 0).Select(async item => await {|WSA4008:socket.SendAsync(item, WebSocketMessageType.Text, true, default)|}).ToList());
                await Task.WhenAll(items.Select(item => Task.Run(() => {|WSA4008:socket.SendAsync(item, WebSocketMessageType.Text, true, default)|})));
                await Parallel.ForEachAsync(items, async (item, cancellation) => await {|WSA4008:socket.SendAsync(item, WebSocketMessageType.Text, true, cancellation)|});
            }
        }
        """);

    [Fact]
    public Task Reports_a_second_send_while_the_first_still_runs() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            public async Task PushAsync(ClientWebSocket socket, byte[] a, byte[] b)
            {
                var first = socket.SendAsync(a, WebSocketMessageType.Text, true, default);
                await {|WSA4008:socket.SendAsync(b, WebSocketMessageType.Text, true, default)|};
                await first;
            }

            public async Task BothAsync(ClientWebSocket socket, byte[] a, byte[] b)
            {
                Task first;
                first = socket.SendAsync(a, WebSocketMessageType.Text, true, default);
                var second = {|WSA4008:socket.SendAsync(b, WebSocketMessageType.Text, true, default)|};
                await Task.WhenAll(first, second);
            }
        }
        """);

    [Fact]
    public Task Reports_tasks_that_a_loop_collects() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            public async Task PushAsync(WebSocket socket, byte[][] items)
            {
                var tasks = new List<Task>();
                foreach (var item in items)
                    tasks.Add({|WSA4008:socket.SendAsync(item, WebSocketMessageType.Text, true, default)|});
                for (var i = 0; i < items.Length; i++)
                    tasks.Add({|WSA4008:socket.SendAsync(items[i].AsMemory(), WebSocketMessageType.Text, true, default)|}.AsTask());
                await Task.WhenAll(tasks);
            }
        }
        """);

    [Fact]
    public Task Reports_through_methods_of_the_program() => Verify.ReportsAsync<SendingAnalyzer>("""
        interface IChannel
        {
            ValueTask PushAsync(string text);
        }

        class SocketChannel : IChannel
        {
            private readonly WebSocket socket;
            public SocketChannel(WebSocket socket) => this.socket = socket;

            public async ValueTask PushAsync(string text) => await SendAsync(Encoding.UTF8.GetBytes(text)).ConfigureAwait(false);

            private Task SendAsync(byte[] data) => socket.SendAsync(data, WebSocketMessageType.Text, true, default);

            public async Task GreetAsync(byte[][] items)
            {
                await Task.WhenAll(SendAsync(items[0]), {|WSA4008:SendAsync(items[1])|});
                await Task.WhenAll(items.Select(item => {|WSA4008:SendAsync(item)|}));
            }
        }

        class Prices
        {
            private readonly IChannel channel;
            public Prices(IChannel channel) => this.channel = channel;

            public async Task ChangedAsync()
            {
                var first = channel.PushAsync("a");
                await {|WSA4008:channel.PushAsync("b")|};
                await first;
            }
        }
        """);

    [Fact]
    public Task Reports_methods_that_anyone_may_call() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Client
        {
            private ClientWebSocket socket = new();

            public async Task SubscribeAsync(string topic) =>
                await {|WSA4008:socket|}.SendAsync(Encoding.UTF8.GetBytes(topic), WebSocketMessageType.Text, true, default).ConfigureAwait(false);

            public async Task PublishAsync(byte[] data)
            {
                var current = socket;
                if (current.State == WebSocketState.Open)
                    await SendAsync(data);
            }

            private Task SendAsync(byte[] data) => socket.SendAsync(data.AsMemory(), WebSocketMessageType.Binary, true, default).AsTask();
        }

        class Feed
        {
            private static readonly ClientWebSocket Socket = new();

            public static Task AskAsync(byte[] data) => {|WSA4008:Socket|}.SendAsync(data, WebSocketMessageType.Text, true, default);

            internal static async Task TellAsync(byte[] data)
            {
                var socket = Socket;
                await socket.SendAsync(data, WebSocketMessageType.Text, true, default);
            }
        }
        """);

    [Fact]
    public Task Reports_a_loop_beside_a_method() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket socket;
            private Task pings = Task.CompletedTask;
            public Session(WebSocket socket) => this.socket = socket;

            public void Start() => pings = PingAsync();

            public Task SayAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

            private async Task PingAsync()
            {
                while (true)
                {
                    await Task.Delay(1000);
                    await SendAsync(Array.Empty<byte>());
                }
            }

            private async Task SendAsync(byte[] data) => await {|WSA4008:socket|}.SendAsync(data, WebSocketMessageType.Text, true, default);
        }

        class Echo
        {
            private readonly WebSocket socket;
            private readonly Timer timer;

            public Echo(WebSocket socket)
            {
                this.socket = socket;
                timer = new Timer(_ => socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default).Wait());
            }

            public async Task RunAsync(byte[] buffer)
            {
                while (socket.State == WebSocketState.Open)
                {
                    var received = await socket.ReceiveAsync(buffer, default);
                    await socket.SendAsync(new ArraySegment<byte>(buffer, 0, received.Count), received.MessageType, true, default);
                }
            }

            public async Task PushAsync(byte[] data) => await {|WSA4008:socket|}.SendAsync(data, WebSocketMessageType.Text, true, default);
        }
        """);

    [Fact]
    public Task Reports_what_every_connection_relays() => Verify.ReportsAsync<SendingAnalyzer>("""
        using System.Collections.Concurrent;
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;

        class Room
        {
            private readonly ConcurrentDictionary<string, WebSocket> members = new();

            public async Task ServeAsync(WebSocket socket, byte[] buffer)
            {
                while (socket.State == WebSocketState.Open)
                {
                    var received = await socket.ReceiveAsync(buffer, default);
                    await RelayAsync(buffer.AsMemory(0, received.Count));
                }
            }

            private async Task RelayAsync(ReadOnlyMemory<byte> data)
            {
                foreach (var (name, member) in members)
                    await SendAsync(member, data);
            }

            private async Task SendAsync(WebSocket member, ReadOnlyMemory<byte> data) => await {|WSA4008:member|}.SendAsync(data, WebSocketMessageType.Text, true, default);
        }

        static class Startup
        {
            public static void Configure(WebApplication app)
            {
                var peers = new List<WebSocket>();
                app.Map("/ws", async (HttpContext context) =>
                {
                    using var socket = await context.WebSockets.AcceptWebSocketAsync();
                    peers.Add(socket);
                    var buffer = new byte[10];
                    while (true)
                    {
                        await socket.ReceiveAsync(buffer, default);
                        await Task.WhenAll(peers.Select(async peer => await {|WSA4008:peer|}.SendAsync(buffer, WebSocketMessageType.Text, true, default)));
                    }
                });
            }
        }
        """);

    [Fact]
    public Task Reports_a_manager_that_anyone_may_call() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Peer
        {
            public WebSocket Socket { get; set; }
        }

        class Peers
        {
            private readonly Dictionary<string, Peer> byName = new();

            public async Task SendToAsync(string name, byte[] data)
            {
                if (byName.TryGetValue(name, out var peer))
                    await {|WSA4008:peer.Socket|}.SendAsync(data, WebSocketMessageType.Text, true, default);
            }

            public IEnumerable<WebSocket> All() => byName.Values.Select(peer => peer.Socket).ToList();
        }

        class Notifier
        {
            private readonly Peers peers;
            public Notifier(Peers peers) => this.peers = peers;

            public async Task NotifyAsync(byte[] data)
            {
                foreach (var socket in peers.All())
                    await {|WSA4008:socket|}.SendAsync(data, WebSocketMessageType.Text, true, default);
            }
        }
        """);

    [Fact]
    public Task Ignores_methods_that_take_turns() => Verify.IgnoresAsync<SendingAnalyzer>("""
        using System.Threading.Channels;

        class Locked
        {
            private readonly WebSocket socket;
            private readonly SemaphoreSlim gate = new(1, 1);
            public Locked(WebSocket socket) => this.socket = socket;

            public Task SubscribeAsync(byte[] data) => SendAsync(data);

            public async Task PublishAsync(byte[] data)
            {
                await gate.WaitAsync();
                try
                {
                    await socket.SendAsync(data, WebSocketMessageType.Binary, true, default);
                }
                finally
                {
                    gate.Release();
                }
            }

            private async Task SendAsync(byte[] data)
            {
                await gate.WaitAsync();
                try
                {
                    await socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    gate.Release();
                }
            }
        }

        class Queued
        {
            private readonly WebSocket socket;
            private readonly Channel<byte[]> queue = Channel.CreateUnbounded<byte[]>();
            private Task writer = Task.CompletedTask;
            public Queued(WebSocket socket) => this.socket = socket;

            public void Start() => writer = WriteAsync();

            public ValueTask SayAsync(byte[] data) => queue.Writer.WriteAsync(data);

            public ValueTask PublishAsync(byte[] data) => queue.Writer.WriteAsync(data);

            private async Task WriteAsync()
            {
                await foreach (var data in queue.Reader.ReadAllAsync())
                    await socket.SendAsync(data, WebSocketMessageType.Text, true, default);
            }
        }

        class Registry
        {
            private readonly Dictionary<string, WebSocket> sockets = new();
            private readonly SemaphoreSlim gate = new(1, 1);

            public async Task BroadcastAsync(byte[] data)
            {
                await gate.WaitAsync();
                try
                {
                    await SendAllAsync(data);
                }
                finally
                {
                    gate.Release();
                }
            }

            private async Task SendAllAsync(byte[] data)
            {
                foreach (var socket in sockets.Values)
                    await socket.SendAsync(data, WebSocketMessageType.Text, true, default);
            }
        }
        """);

    [Fact]
    public Task Ignores_methods_that_run_one_after_the_other() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Client
        {
            private readonly ClientWebSocket socket = new();

            public async Task ConnectAsync(Uri uri, byte[] login)
            {
                await socket.ConnectAsync(uri, default);
                await socket.SendAsync(login, WebSocketMessageType.Text, true, default);
            }

            public async Task RunAsync(byte[] buffer)
            {
                await GreetAsync();
                while (socket.State == WebSocketState.Open)
                {
                    await socket.ReceiveAsync(buffer, default);
                    await ReplyAsync(buffer);
                }
            }

            public async Task CloseAsync(byte[] bye)
            {
                await socket.SendAsync(bye, WebSocketMessageType.Text, true, default);
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
            }

            private async Task GreetAsync() => await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);

            private async Task ReplyAsync(byte[] data) => await socket.SendAsync(data, WebSocketMessageType.Text, true, default);
        }

        class OneSender
        {
            private readonly WebSocket socket;
            public OneSender(WebSocket socket) => this.socket = socket;

            public Task SayAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

            public Task SendAsync(byte[] data) => socket.SendAsync(data, WebSocketMessageType.Text, true, default);
        }
        """);

    [Fact]
    public Task Ignores_wrappers_and_overrides() => Verify.IgnoresAsync<SendingAnalyzer>("""
        interface ISocket
        {
            Task SendAsync(ArraySegment<byte> data, WebSocketMessageType type, bool end, CancellationToken cancellation);
            ValueTask SendAsync(ReadOnlyMemory<byte> data, WebSocketMessageType type, bool end, CancellationToken cancellation);
        }

        class Socket : ISocket
        {
            private readonly ClientWebSocket inner = new();

            public Task SendAsync(ArraySegment<byte> data, WebSocketMessageType type, bool end, CancellationToken cancellation) => inner.SendAsync(data, type, end, cancellation);

            public ValueTask SendAsync(ReadOnlyMemory<byte> data, WebSocketMessageType type, bool end, CancellationToken cancellation) => inner.SendAsync(data, type, end, cancellation);
        }

        class SocketStream : MemoryStream
        {
            private readonly WebSocket socket;
            public SocketStream(WebSocket socket) => this.socket = socket;

            public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellation) =>
                socket.SendAsync(new ArraySegment<byte>(buffer, offset, count), WebSocketMessageType.Binary, true, cancellation);

            public override async Task FlushAsync(CancellationToken cancellation) =>
                await socket.SendAsync(ArraySegment<byte>.Empty, WebSocketMessageType.Binary, true, cancellation);
        }

        class Message
        {
            // Whoever sets it knows who sends.
            public WebSocket Connection { get; set; }

            public Task ReplyAsync(byte[] data) => Connection.SendAsync(data, WebSocketMessageType.Text, true, default);

            public Task RefuseAsync() => Connection.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
        }
        """);

    [Fact]
    public Task Ignores_connections_of_nobody_else() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Room
        {
            private readonly List<WebSocket> members = new();

            // Only the own socket.
            public async Task ServeAsync(WebSocket socket, byte[] buffer)
            {
                members.Add(socket);
                while (socket.State == WebSocketState.Open)
                {
                    await socket.ReceiveAsync(buffer, default);
                    await ReplyAsync(socket, buffer);
                }
            }

            private Task ReplyAsync(WebSocket socket, byte[] data) => socket.SendAsync(data, WebSocketMessageType.Text, true, default);
        }

        class Load
        {
            private static async Task Main()
            {
                var clients = new List<ClientWebSocket>();
                foreach (var client in clients)
                    await client.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
            }
        }

        class Ticker : Microsoft.Extensions.Hosting.BackgroundService
        {
            private readonly List<WebSocket> members = new();

            protected override async Task ExecuteAsync(CancellationToken stopping)
            {
                while (true)
                {
                    foreach (var member in members)
                        await member.SendAsync(new byte[1], WebSocketMessageType.Text, true, stopping);
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_sends_one_after_the_other() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public async Task PushAsync(byte[][] items)
            {
                foreach (var item in items)
                    await socket.SendAsync(item, WebSocketMessageType.Text, true, default);
                var first = socket.SendAsync(items[0], WebSocketMessageType.Text, true, default);
                await first;
                var second = socket.SendAsync(items[1], WebSocketMessageType.Text, true, default);
                await second.ConfigureAwait(false);
                foreach (var task in items.Select(item => socket.SendAsync(item, WebSocketMessageType.Text, true, default)))
                    await task;
            }
        }
        """);

    [Fact]
    public Task Ignores_different_sockets() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Peer
        {
            public WebSocket Socket { get; set; }
        }

        class Room
        {
            private readonly List<Peer> peers = new();
            private readonly Dictionary<string, WebSocket> byName = new();

            private async Task PushAsync(WebSocket a, WebSocket b, byte[] data)
            {
                await Task.WhenAll(a.SendAsync(data, WebSocketMessageType.Text, true, default), b.SendAsync(data, WebSocketMessageType.Text, true, default));
                await Task.WhenAll(peers.Select(peer => peer.Socket.SendAsync(data, WebSocketMessageType.Text, true, default)));
                await Task.WhenAll(byName["a"].SendAsync(data, WebSocketMessageType.Text, true, default), byName["b"].SendAsync(data, WebSocketMessageType.Text, true, default));
                var tasks = new List<Task>();
                foreach (var peer in peers)
                {
                    var socket = peer.Socket;
                    tasks.Add(socket.SendAsync(data, WebSocketMessageType.Text, true, default));
                    tasks.Add(byName[socket.SubProtocol!].SendAsync(data, WebSocketMessageType.Text, true, default));
                }

                WebSocket current;
                for (var i = 0; i < peers.Count; i++)
                {
                    current = peers[i].Socket;
                    tasks.Add(current.SendAsync(data, WebSocketMessageType.Text, true, default));
                }

                await Task.WhenAll(tasks);
            }
        }
        """);

    [Fact]
    public Task Ignores_sends_under_a_lock_or_through_a_queue() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket socket;
            private readonly SemaphoreSlim gate = new(1, 1);
            private readonly System.Threading.Channels.Channel<byte[]> queue = System.Threading.Channels.Channel.CreateUnbounded<byte[]>();
            public Session(WebSocket socket) => this.socket = socket;

            public async Task PushAsync(byte[][] items)
            {
                await Task.WhenAll(items.Select(async item =>
                {
                    await gate.WaitAsync();
                    try
                    {
                        await socket.SendAsync(item, WebSocketMessageType.Text, true, default);
                    }
                    finally
                    {
                        gate.Release();
                    }
                }));
                await Task.WhenAll(SendAsync(items[0]), SendAsync(items[1]));
                await Task.WhenAll(EnqueueAsync(items[0]).AsTask(), EnqueueAsync(items[1]).AsTask());
            }

            private ValueTask EnqueueAsync(byte[] item) => queue.Writer.WriteAsync(item);

            private async Task SendAsync(byte[] item)
            {
                await gate.WaitAsync();
                try
                {
                    await socket.SendAsync(item, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_a_send_beside_a_receive() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            public async Task AskAsync(WebSocket socket, byte[] question, byte[] answer)
            {
                var receiving = socket.ReceiveAsync(answer, default);
                await socket.SendAsync(question, WebSocketMessageType.Text, true, default);
                Console.WriteLine((await receiving).Count);
                await Task.WhenAll(socket.SendAsync(question, WebSocketMessageType.Text, true, default), Task.Delay(1000));
            }
        }
        """);

    [Fact]
    public Task Ignores_a_task_that_is_looked_at_before() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            public async Task PushAsync(WebSocket socket, WebSocket other, byte[] a, byte[] b)
            {
                var first = socket.SendAsync(a, WebSocketMessageType.Text, true, default);
                await Task.WhenAny(first, Task.Delay(1000));
                await socket.SendAsync(b, WebSocketMessageType.Text, true, default);
                var last = socket.SendAsync(a, WebSocketMessageType.Text, true, default);
                socket = other;
                await socket.SendAsync(b, WebSocketMessageType.Text, true, default);
                await last;
            }

            public async Task LoopAsync(WebSocket socket, byte[] data)
            {
                Task pending = Task.CompletedTask;
                while (socket.State == WebSocketState.Open)
                {
                    await pending;
                    pending = socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_what_other_rules_report() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            public async Task PushAsync(WebSocket socket, NetworkStream stream, byte[][] items)
            {
                // WSA4001
                socket.SendAsync(items[0], WebSocketMessageType.Text, true, default);
                socket.SendAsync(items[1], WebSocketMessageType.Text, true, default);
                items.ToList().ForEach(item => socket.SendAsync(item, WebSocketMessageType.Text, true, default));
                // WSA4007
                await Task.WhenAll(items.Select(item => stream.WriteAsync(item, 0, 1)));
            }
        }
        """);

    [Fact]
    public Task Ignores_hub_proxies_and_what_is_called_alike() => Verify.IgnoresAsync<SendingAnalyzer>("""
        using Microsoft.AspNetCore.SignalR;

        class WebSocket
        {
            public Task SendAsync(byte[] data) => Task.CompletedTask;
        }

        class Chat : Hub
        {
            public async Task PushAsync(WebSocket socket, byte[][] items)
            {
                await Task.WhenAll(Clients.All.SendAsync("a"), Clients.All.SendAsync("b"));
                await Task.WhenAll(items.Select(item => socket.SendAsync(item)));
            }
        }
        """);

    [Fact]
    public Task Ignores_recursion_and_half_typed_code() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            public async Task PushAsync(WebSocket socket, byte[] data)
            {
                await Task.WhenAll({|CS0103:missing|}.Select(item => socket.SendAsync(item, WebSocketMessageType.Text, true, default)));
                await Task.WhenAll(AgainAsync(socket, 1), AgainAsync(socket, 2));
                await Task.WhenAll(socket.{|CS1061:PendAsync|}(data), socket.{|CS1501:SendAsync|}(data));
            }

            private async Task AgainAsync(WebSocket socket, int depth)
            {
                if (depth > 0)
                    await AgainAsync(socket, depth - 1);
            }
        }
        """);

    [Fact]
    public Task Fixes_combined_sends_by_awaiting_them_in_order() => Verify.FixesAsync<SendingAnalyzer, OverlappingSendCodeFix>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public async Task PushAsync(byte[] a, byte[] b)
            {
                // both
                await Task.WhenAll(socket.SendAsync(a, WebSocketMessageType.Text, true, default), {|WSA4008:SendAsync(b)|}, {|WSA4008:SendAsync(a)|}).ConfigureAwait(false); // done
            }

            private Task SendAsync(byte[] data) => socket.SendAsync(data, WebSocketMessageType.Text, true, default);
        }
        """, """
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public async Task PushAsync(byte[] a, byte[] b)
            {
                // both
                await socket.SendAsync(a, WebSocketMessageType.Text, true, default).ConfigureAwait(false);
                await SendAsync(b).ConfigureAwait(false);
                await SendAsync(a).ConfigureAwait(false); // done
            }

            private Task SendAsync(byte[] data) => socket.SendAsync(data, WebSocketMessageType.Text, true, default);
        }
        """);

    [Fact]
    public Task Fixes_sends_for_each_item_by_a_loop() => Verify.FixesAsync<SendingAnalyzer, OverlappingSendCodeFix>("""
        class Session
        {
            public async Task PushAsync(WebSocket socket, List<byte[]> items)
            {
                await Task.WhenAll(items.Select(item => {|WSA4008:socket.SendAsync(item, WebSocketMessageType.Text, true, default)|}));
                await Task.WhenAll(items.Select(async (byte[] item) => await {|WSA4008:socket.SendAsync(item, WebSocketMessageType.Text, true, default)|}));
            }
        }
        """, """
        class Session
        {
            public async Task PushAsync(WebSocket socket, List<byte[]> items)
            {
                foreach (var item in items)
                    await socket.SendAsync(item, WebSocketMessageType.Text, true, default);
                foreach (byte[] item in items)
                    await socket.SendAsync(item, WebSocketMessageType.Text, true, default);
            }
        }
        """);

    [Fact]
    public Task Fixes_the_first_of_two_by_awaiting_it_before_the_second() => Verify.FixesAsync<SendingAnalyzer, OverlappingSendCodeFix>("""
        class Session
        {
            public async Task PushAsync(WebSocket socket, byte[] a, byte[] b)
            {
                var first = socket.SendAsync(a, WebSocketMessageType.Text, true, default);
                // then
                var second = {|WSA4008:socket.SendAsync(b, WebSocketMessageType.Text, true, default)|};
                await Task.WhenAll(first, second);
            }
        }
        """, """
        class Session
        {
            public async Task PushAsync(WebSocket socket, byte[] a, byte[] b)
            {
                var first = socket.SendAsync(a, WebSocketMessageType.Text, true, default);
                // then
                await first;
                var second = socket.SendAsync(b, WebSocketMessageType.Text, true, default);
                await Task.WhenAll(first, second);
            }
        }
        """);

    [Fact]
    public Task Fixes_collected_tasks_by_awaiting_each() => Verify.FixesAsync<SendingAnalyzer, OverlappingSendCodeFix>("""
        class Session
        {
            public async Task PushAsync(WebSocket socket, byte[][] items)
            {
                var tasks = new List<Task>();
                foreach (var item in items)
                {
                    tasks.Add({|WSA4008:socket.SendAsync(item, WebSocketMessageType.Text, true, default)|}); // in order
                }

                await Task.WhenAll(tasks);
            }
        }
        """, """
        class Session
        {
            public async Task PushAsync(WebSocket socket, byte[][] items)
            {
                var tasks = new List<Task>();
                foreach (var item in items)
                {
                    await socket.SendAsync(item, WebSocketMessageType.Text, true, default); // in order
                }

                await Task.WhenAll(tasks);
            }
        }
        """);

    [Fact]
    public Task OffersNoFix_where_the_order_would_mean_something_else() => Verify.OffersNoFixAsync<SendingAnalyzer, OverlappingSendCodeFix>("""
        class Session
        {
            private readonly WebSocket socket;
            private readonly List<byte[]> items = new();
            public Session(WebSocket socket) => this.socket = socket;

            private Task PushAsync(byte[] a, byte[] b) =>
                Task.WhenAll(socket.SendAsync(a, WebSocketMessageType.Text, true, default), {|WSA4008:socket.SendAsync(b, WebSocketMessageType.Text, true, default)|});

            public async Task AskAsync(byte[] a, byte[] b, byte[] answer)
            {
                // The receive may be what lets the peer read on.
                await Task.WhenAll(
                    socket.SendAsync(a, WebSocketMessageType.Text, true, default),
                    {|WSA4008:socket.SendAsync(b, WebSocketMessageType.Text, true, default)|},
                    Task.Delay(1000));
                // The list may change while the loop waits.
                await Task.WhenAll(items.Select(item => {|WSA4008:socket.SendAsync(item, WebSocketMessageType.Text, true, default)|}));
                // What the lambda does besides would have to be taken along.
                await Task.WhenAll(items.ToList().Select(async item => { Console.WriteLine(item); await {|WSA4008:socket.SendAsync(item, WebSocketMessageType.Text, true, default)|}; }));
                // A ValueTask is awaited once.
                var first = socket.SendAsync(a.AsMemory(), WebSocketMessageType.Text, true, default);
                await {|WSA4008:socket.SendAsync(b, WebSocketMessageType.Text, true, default)|};
                await first;
            }
        }
        """);
}
