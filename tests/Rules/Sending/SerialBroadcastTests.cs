using WebSocketAnalyzers.CodeFixes.Fixes.Sending;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Sending;

public class SerialBroadcastTests
{
    [Fact]
    public Task Reports_sends_that_are_awaited_in_turn() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Room
        {
            private readonly ConcurrentDictionary<string, WebSocket> _members = new();
            private readonly List<TcpClient> _watchers = new();

            public async Task BroadcastAsync(byte[] data, CancellationToken cancellation)
            {
                foreach (var member in _members.Values)
                    await {|WSA4010:member.SendAsync(data, WebSocketMessageType.Text, true, CancellationToken.None)|};
                foreach (var pair in _members)
                {
                    if (pair.Value.State == WebSocketState.Open)
                        await {|WSA4010:pair.Value.SendAsync(data, WebSocketMessageType.Text, true, cancellation)|}.ConfigureAwait(false);
                }

                foreach (var id in _members.Keys.ToArray())
                {
                    if (_members.TryGetValue(id, out var member))
                        await {|WSA4010:member.SendAsync(data, WebSocketMessageType.Text, true, cancellation)|};
                }

                foreach (var watcher in _watchers)
                {
                    var stream = watcher.GetStream();
                    await {|WSA4010:stream.WriteAsync(data, cancellation)|};
                }
            }
        }
        """);

    [Fact]
    public Task Reports_writers_over_a_connection() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Room
        {
            private readonly ConcurrentDictionary<string, StreamWriter> writers = new();
            private readonly ConcurrentDictionary<string, StreamWriter> logs = new();

            public void Join(string name, TcpClient client)
            {
                writers[name] = new StreamWriter(client.GetStream()) { AutoFlush = true };
                logs[name] = new StreamWriter(name);
            }

            public async Task SayAsync(string line)
            {
                foreach (var writer in writers.Values)
                    await {|WSA4010:writer.WriteLineAsync(line)|};
                foreach (var log in logs.Values)
                    await log.WriteLineAsync(line);
            }
        }
        """);

    [Fact]
    public Task Reports_sends_that_are_awaited_together() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Room
        {
            private readonly List<WebSocket> _members = new();

            public Task ReturnAsync(byte[] data) =>
                Task.WhenAll(_members.Select(member => {|WSA4010:member.SendAsync(new ArraySegment<byte>(data), WebSocketMessageType.Text, true, CancellationToken.None)|}));

            public async Task AwaitAsync(byte[] data)
            {
                await Task.WhenAll(_members.Where(member => member.State == WebSocketState.Open).Select(async member =>
                {
                    await {|WSA4010:member.SendAsync(data, WebSocketMessageType.Text, true, CancellationToken.None)|};
                }).ToArray());
            }

            public async Task GatherAsync(byte[] data)
            {
                var sending = new List<Task>();
                foreach (var member in _members)
                    sending.Add({|WSA4010:member.SendAsync(new ArraySegment<byte>(data), WebSocketMessageType.Text, true, CancellationToken.None)|});
                await Task.WhenAll(sending).ConfigureAwait(false);
            }
        }
        """);

    [Fact]
    public Task Reports_methods_that_send() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Member
        {
            private readonly WebSocket _socket;
            public Member(WebSocket socket) => _socket = socket;
            public Task SayAsync(byte[] text) => _socket.SendAsync(new ArraySegment<byte>(text), WebSocketMessageType.Text, true, CancellationToken.None);
        }

        class Room
        {
            private readonly List<Member> _members = new();
            private readonly List<WebSocket> _sockets = new();

            public async Task BroadcastAsync(byte[] text)
            {
                foreach (var member in _members)
                    await {|WSA4010:member.SayAsync(text)|};
                foreach (WebSocket socket in _sockets)
                    await {|WSA4010:SendAsync(socket, text)|};
            }

            private static async Task SendAsync(WebSocket to, byte[] text)
            {
                if (to.State == WebSocketState.Open)
                    await to.SendAsync(text, WebSocketMessageType.Text, true, CancellationToken.None);
            }
        }
        """);

    [Fact]
    public Task Ignores_sends_with_a_limit_of_their_own() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Room
        {
            private readonly List<WebSocket> _members = new();

            public async Task BroadcastAsync(byte[] data, CancellationToken cancellation)
            {
                await Task.WhenAll(_members.Select(async member =>
                {
                    using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                    timeout.CancelAfter(1000);
                    await member.SendAsync(data, WebSocketMessageType.Text, true, timeout.Token);
                }));
                foreach (var member in _members)
                {
                    using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
                    await member.SendAsync(data, WebSocketMessageType.Text, true, limit.Token);
                    await member.SendAsync(new ArraySegment<byte>(data), WebSocketMessageType.Text, true, cancellation).WaitAsync(TimeSpan.FromSeconds(1));
                    await Task.WhenAny(member.SendAsync(new ArraySegment<byte>(data), WebSocketMessageType.Text, true, cancellation), Task.Delay(1000));
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_sends_at_once_that_the_caller_limits() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Room
        {
            private readonly List<WebSocket> _members = new();

            public Task BroadcastAsync(ArraySegment<byte> data, CancellationToken cancellation) =>
                Task.WhenAll(_members.Select(member => member.SendAsync(data, WebSocketMessageType.Text, true, cancellation)));
        }
        """);

    [Fact]
    public Task Ignores_limits_inside_the_method_that_sends() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Room
        {
            private readonly List<WebSocket> _members = new();

            public async Task BroadcastAsync(byte[] data)
            {
                foreach (var member in _members)
                    await SendAsync(member, data);
            }

            private static async Task SendAsync(WebSocket member, byte[] data)
            {
                using var timeout = new CancellationTokenSource(1000);
                try
                {
                    await member.SendAsync(data, WebSocketMessageType.Text, true, timeout.Token);
                }
                catch (OperationCanceledException)
                {
                    member.Abort();
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_queues_for_each_peer() => Verify.IgnoresAsync<SendingAnalyzer>("""
        using System.Threading.Channels;

        class Member
        {
            private readonly WebSocket _socket = null!;
            private readonly Channel<byte[]> _outgoing = Channel.CreateBounded<byte[]>(100);

            public bool Post(byte[] data) => _outgoing.Writer.TryWrite(data);

            public async Task RunAsync()
            {
                await foreach (var data in _outgoing.Reader.ReadAllAsync())
                    await _socket.SendAsync(data, WebSocketMessageType.Text, true, CancellationToken.None);
            }
        }

        class Room
        {
            private readonly List<Member> _members = new();

            public void Broadcast(byte[] data)
            {
                foreach (var member in _members)
                    member.Post(data);
            }
        }
        """);

    [Fact]
    public Task Ignores_several_messages_to_one_peer() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket _socket = null!;

            public async Task ReplayAsync(IEnumerable<byte[]> history, WebSocket socket)
            {
                foreach (var message in history)
                    await socket.SendAsync(message, WebSocketMessageType.Text, true, CancellationToken.None);
                foreach (var message in history)
                {
                    var self = _socket;
                    await _socket.SendAsync(message, WebSocketMessageType.Text, true, CancellationToken.None);
                }

                await Task.WhenAll(history.Select(message => _socket.SendAsync(new ArraySegment<byte>(message), WebSocketMessageType.Text, true, CancellationToken.None)));
            }
        }
        """);

    [Fact]
    public Task Ignores_connections_that_the_turn_opens() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Probe
        {
            public static async Task RunAsync(IEnumerable<Uri> servers, byte[] data, CancellationToken cancellation)
            {
                foreach (var server in servers)
                {
                    using var socket = new ClientWebSocket();
                    await socket.ConnectAsync(server, cancellation);
                    await socket.SendAsync(data, WebSocketMessageType.Text, true, cancellation);
                    using var other = await OpenAsync(server);
                    await other.SendAsync(data, WebSocketMessageType.Text, true, cancellation);
                }
            }

            private static async Task<WebSocket> OpenAsync(Uri server)
            {
                var socket = new ClientWebSocket();
                await socket.ConnectAsync(server, new CancellationTokenSource(1000).Token);
                return socket;
            }
        }
        """);

    [Fact]
    public Task Ignores_hub_proxies_and_datagrams() => Verify.IgnoresAsync<SendingAnalyzer>("""
        using Microsoft.AspNetCore.SignalR;

        class NewsHub : Hub { }

        class News
        {
            private readonly List<UdpClient> _listeners = new();

            public async Task PublishAsync(IHubContext<NewsHub> hub, IEnumerable<string> users, byte[] data)
            {
                foreach (var user in users)
                    await hub.Clients.User(user).SendAsync("news", data);
                foreach (var listener in _listeners)
                    await listener.SendAsync(data);
            }
        }
        """);

    [Fact]
    public Task Ignores_work_that_also_waits_for_answers() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Poll
        {
            private readonly List<WebSocket> _sensors = new();

            public async Task AskAsync(byte[] question, CancellationToken cancellation)
            {
                foreach (var sensor in _sensors)
                    await AskOneAsync(sensor, question, cancellation);
            }

            private static async Task AskOneAsync(WebSocket sensor, byte[] question, CancellationToken cancellation)
            {
                await sensor.SendAsync(question, WebSocketMessageType.Text, true, cancellation);
                var answer = await sensor.ReceiveAsync(new ArraySegment<byte>(new byte[100]), cancellation);
                Console.WriteLine(answer.Count + " " + answer.EndOfMessage + answer.MessageType);
            }
        }
        """);

    [Fact]
    public Task Ignores_half_typed_loops_and_other_types() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Letter { public Task SendAsync(byte[] data, CancellationToken cancellation) => Task.CompletedTask; }

        class Office
        {
            public async Task PostAsync(List<Letter> letters, byte[] data)
            {
                foreach (var letter in letters)
                    await letter.SendAsync(data, CancellationToken.None);
                await Task.WhenAll(letters.Select(letter => letter.SendAsync(data, CancellationToken.None)));
            }
        }
        """);

    [Fact]
    public Task Ignores_recursion_and_dropped_sends() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Tree
        {
            private readonly List<Tree> _children = new();

            public async Task SendAsync(byte[] data)
            {
                foreach (var child in _children)
                    await child.SendAsync(data);
            }
        }
        """);

    [Fact]
    public Task Fixes_a_loop() => Verify.FixesAsync<SendingAnalyzer, SerialBroadcastCodeFix>("""
        class Room
        {
            private readonly ConcurrentDictionary<string, WebSocket> _members = new();

            public async Task BroadcastAsync(byte[] data)
            {
                // to all
                foreach (var member in _members.Values)
                {
                    // not to those who leave
                    if (member.State != WebSocketState.Open)
                        continue;
                    await {|WSA4010:member.SendAsync(data, WebSocketMessageType.Text, true, CancellationToken.None)|}.ConfigureAwait(false);
                }

                Console.WriteLine("sent");
            }
        }
        """, """
        class Room
        {
            private readonly ConcurrentDictionary<string, WebSocket> _members = new();

            public async Task BroadcastAsync(byte[] data)
            {
                // to all
                async Task SendToAsync(WebSocket member)
                {
                    // not to those who leave
                    if (member.State != WebSocketState.Open)
                        return;
                    using var sendTimeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));
                    try
                    {
                        await member.SendAsync(data, WebSocketMessageType.Text, true, sendTimeout.Token).ConfigureAwait(false);
                    }
                    catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
                    {
                        member.Abort();
                    }
                }

                await Task.WhenAll(_members.Values.Select(SendToAsync)).ConfigureAwait(false);

                Console.WriteLine("sent");
            }
        }
        """);

    [Fact]
    public Task FixesAll_loops_and_lambdas() => Verify.FixesAsync<SendingAnalyzer, SerialBroadcastCodeFix>("""
        class Room
        {
            private readonly Dictionary<string, WebSocket> _members = new();

            public async Task PairsAsync(ArraySegment<byte> data, CancellationToken cancellation)
            {
                foreach (var pair in _members)
                    await {|WSA4010:pair.Value.SendAsync(data, WebSocketMessageType.Text, true, cancellation)|};
            }

            public async Task TogetherAsync(ArraySegment<byte> data) =>
                await Task.WhenAll(_members.Values.Select(member => {|WSA4010:member.SendAsync(data, WebSocketMessageType.Text, true, CancellationToken.None)|}));
        }
        """, """
        class Room
        {
            private readonly Dictionary<string, WebSocket> _members = new();

            public async Task PairsAsync(ArraySegment<byte> data, CancellationToken cancellation)
            {
                async Task SendToAsync(KeyValuePair<string, WebSocket> pair)
                {
                    using var sendTimeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                    sendTimeout.CancelAfter(TimeSpan.FromSeconds(5));
                    try
                    {
                        await pair.Value.SendAsync(data, WebSocketMessageType.Text, true, sendTimeout.Token);
                    }
                    catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
                    {
                        pair.Value.Abort();
                    }
                }

                await Task.WhenAll(_members.Select(SendToAsync));
            }

            public async Task TogetherAsync(ArraySegment<byte> data) =>
                await Task.WhenAll(_members.Values.Select(async member =>
                {
                    using var sendTimeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));
                    try
                    {
                        await member.SendAsync(data, WebSocketMessageType.Text, true, sendTimeout.Token);
                    }
                    catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
                    {
                        member.Abort();
                    }
                }));
        }
        """);

    [Fact]
    public Task Fixes_the_block_of_a_lambda() => Verify.FixesAsync<SendingAnalyzer, SerialBroadcastCodeFix>("""
        class Room
        {
            private readonly List<WebSocket> _members = new();

            public async Task BroadcastAsync(byte[] data)
            {
                await Task.WhenAll(_members.Select(async member =>
                {
                    if (member.State == WebSocketState.Open)
                        await {|WSA4010:member.SendAsync(data, WebSocketMessageType.Text, true, CancellationToken.None)|};
                }));
            }
        }
        """, """
        class Room
        {
            private readonly List<WebSocket> _members = new();

            public async Task BroadcastAsync(byte[] data)
            {
                await Task.WhenAll(_members.Select(async member =>
                {
                    if (member.State == WebSocketState.Open)
                    {
                        using var sendTimeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));
                        try
                        {
                            await member.SendAsync(data, WebSocketMessageType.Text, true, sendTimeout.Token);
                        }
                        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
                        {
                            member.Abort();
                        }
                    }
                }));
            }
        }
        """);

    [Fact]
    public Task OffersNoFix_where_more_follows_the_send() => Verify.OffersNoFixAsync<SendingAnalyzer, SerialBroadcastCodeFix>("""
        class Room
        {
            private readonly List<WebSocket> _members = new();

            public async Task<int> BroadcastAsync(byte[] data)
            {
                var sent = 0;
                foreach (var member in _members)
                {
                    await {|WSA4010:member.SendAsync(data, WebSocketMessageType.Text, true, CancellationToken.None)|};
                    sent++;
                }

                foreach (var member in _members)
                {
                    if (sent == 0)
                        break;
                    await {|WSA4010:member.SendAsync(data, WebSocketMessageType.Text, true, CancellationToken.None)|};
                }

                var failed = new List<WebSocket>();
                foreach (var member in _members)
                {
                    try
                    {
                        await {|WSA4010:member.SendAsync(data, WebSocketMessageType.Text, true, CancellationToken.None)|};
                    }
                    catch (WebSocketException)
                    {
                        failed.Add(member);
                    }
                }

                return sent - failed.Count;
            }
        }
        """);

    [Theory]
    [InlineData("WebSocket", "WebSocket", "")]
    [InlineData("WebSocket?", "WebSocket?", "?")]
    public Task Fixes_a_loop_with_the_nullness_of_its_sequence(string element, string item, string access) => Verify.FixesAsync<SendingAnalyzer, SerialBroadcastCodeFix>($$"""
        #nullable enable
        class Room
        {
            private readonly List<{{element}}> _members = new();

            public async Task BroadcastAsync(byte[] data)
            {
                foreach (var member in _members.ToList())
                {
                    if (member{{access}}.State == WebSocketState.Open)
                    {
                        await {|WSA4010:member.SendAsync(data, WebSocketMessageType.Text, true, CancellationToken.None)|};
                    }
                }
            }
        }
        """, $$"""
        #nullable enable
        class Room
        {
            private readonly List<{{element}}> _members = new();

            public async Task BroadcastAsync(byte[] data)
            {
                async Task SendToAsync({{item}} member)
                {
                    if (member{{access}}.State == WebSocketState.Open)
                    {
                        using var sendTimeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));
                        try
                        {
                            await member.SendAsync(data, WebSocketMessageType.Text, true, sendTimeout.Token);
                        }
                        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
                        {
                            member.Abort();
                        }
                    }
                }

                await Task.WhenAll(_members.ToList().Select(SendToAsync));
            }
        }
        """);
}
