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

            public async Task PushAsync(WebSocket a, WebSocket b, byte[] data)
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

            public Task PushAsync(byte[] a, byte[] b) =>
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
