using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;
using WebSocketAnalyzers.CodeFixes.Fixes.Sending;
using WebSocketAnalyzers.Rules.Sending;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Sending;

public class DroppedSendTests
{
    [Fact]
    public Task Reports_statements() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket _socket;
            public Session(WebSocket socket) => _socket = socket;

            public async Task GreetAsync(byte[] hello, CancellationToken cancellation)
            {
                {|WSA4001:_socket.SendAsync(new ArraySegment<byte>(hello), WebSocketMessageType.Text, true, cancellation)|};
                {|WSA4001:_socket.SendAsync(hello.AsMemory(), WebSocketMessageType.Text, WebSocketMessageFlags.EndOfMessage, cancellation)|};
                await Task.Yield();
                {|WSA4001:_socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, cancellation)|};
            }
        }
        """);

    [Fact]
    public Task Reports_an_expression_bodied_void_wrapper_and_not_its_callers() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            void Push(string text) => {|WSA4001:socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, default)|};

            public void Greet()
            {
                Push("hello");
                Push("how are you?");
            }
        }
        """);

    [Fact]
    public Task Ignores_tasks_that_a_test_names_and_sets_the_scene_with() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class FactAttribute : Attribute { }
        class SessionTests
        {
            private readonly WebSocket _client;
            public SessionTests(WebSocket client) => _client = client;

            [Fact]
            public async Task Server_is_reached(Task<byte[]> arrival)
            {
                Task request = _client.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
                Func<Task> act = async () =>
                {
                    Task inner = _client.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
                    await Task.Yield();
                };
                await act();
                await arrival;
            }
        }
        """);

    [Theory]
    [InlineData("Fact")]
    [InlineData("Xunit.Theory")]
    [InlineData("TestMethod")]
    public Task Ignores_tests_of_a_framework_that_is_not_restored(string attribute) => Verify.BearsAsync<SendingAnalyzer>($$"""
        class SessionTests
        {
            private readonly WebSocket _client;
            public SessionTests(WebSocket client) => _client = client;

            [{{attribute}}]
            public async Task Server_is_reached(Task<byte[]> arrival)
            {
                Task request = _client.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
                await arrival;
            }
        }
        """);

    [Fact]
    public Task Reports_what_a_test_drops_without_a_name_and_what_others_name() => Verify.ReportsAsync<SendingAnalyzer>("""
        class FactAttribute : Attribute { }
        class SessionTests
        {
            private readonly WebSocket _client;
            public SessionTests(WebSocket client) => _client = client;

            [Fact]
            public void Sends() => {|WSA4001:_client.SendAsync(new byte[1], WebSocketMessageType.Text, true, default)|};

            private async Task ArrangeAsync()
            {
                Task request = {|WSA4001:_client.SendAsync(new byte[1], WebSocketMessageType.Text, true, default)|};
                await Task.Yield();
            }
        }
        """);

    [Fact]
    public Task Reports_behind_conditional_access_and_null_forgiveness() => Verify.ReportsAsync<SendingAnalyzer>("""
        #nullable enable
        class Session
        {
            private ClientWebSocket? _socket;

            public void Push(byte[] data)
            {
                _socket?{|WSA4001:.SendAsync(data, WebSocketMessageType.Text, true, default)|};
                {|WSA4001:_socket!.SendAsync(data, WebSocketMessageType.Text, true, default)|};
            }
        }
        """);

    [Fact]
    public Task Reports_a_bare_ConfigureAwait() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            public async Task PushAsync(WebSocket socket, byte[] data)
            {
                {|WSA4001:socket.SendAsync(data, WebSocketMessageType.Text, true, default)|}.ConfigureAwait(false);
                {|WSA4001:socket.SendAsync(data.AsMemory(), WebSocketMessageType.Text, true, default)|}.AsTask().ConfigureAwait(false);
                await Task.Yield();
            }
        }
        """);

    [Fact]
    public Task Reports_an_unused_local() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            public void Push(WebSocket socket, byte[] data)
            {
                var sending = {|WSA4001:socket.SendAsync(data, WebSocketMessageType.Text, true, default)|};
                Console.WriteLine("sent");
            }
        }
        """);

    [Fact]
    public Task Reports_lambdas_and_local_functions_for_void_delegates() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket socket;
            private readonly List<WebSocket> others;
            public Session(WebSocket socket, List<WebSocket> others) { this.socket = socket; this.others = others; }

            public Timer Start(byte[] data, CancellationToken stopping)
            {
                Action push = () => {|WSA4001:socket.SendAsync(data, WebSocketMessageType.Text, true, default)|};
                push();
                others.ForEach(other => {|WSA4001:other.SendAsync(data, WebSocketMessageType.Text, true, default)|});
                Parallel.ForEach(others, other => { {|WSA4001:other.SendAsync(data, WebSocketMessageType.Text, true, default)|}; });
                stopping.Register(() => {|WSA4001:socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, null, default)|});
                Later();
                return new Timer(_ => {|WSA4001:socket.SendAsync(data, WebSocketMessageType.Text, true, default)|}, null, 0, 1000);

                void Later() => {|WSA4001:socket.SendAsync(data, WebSocketMessageType.Text, true, default)|};
            }
        }
        """);

    [Fact]
    public Task Reports_source_methods_that_send() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            private Task SendAsync(byte[] data) => socket.SendAsync(data, WebSocketMessageType.Text, true, default);

            public async Task PushAsync(string text) => await SendAsync(Encoding.UTF8.GetBytes(text)).ConfigureAwait(false);

            public void Greet()
            {
                {|WSA4001:SendAsync(new byte[] { 1, 2 })|};
                {|WSA4001:PushAsync("hello")|};
                {|WSA4001:this.PushAsync("hello")|}.ConfigureAwait(false);
            }
        }
        """);

    [Fact]
    public Task Reports_through_an_interface_with_one_implementation() => Verify.ReportsAsync<SendingAnalyzer>("""
        interface INotifier
        {
            Task NotifyAsync(string text);
        }

        class SocketNotifier : INotifier
        {
            private readonly WebSocket socket;
            public SocketNotifier(WebSocket socket) => this.socket = socket;

            public async Task NotifyAsync(string text) =>
                await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, default);
        }

        class Prices
        {
            private readonly INotifier notifier;
            public Prices(INotifier notifier) => this.notifier = notifier;

            public void Changed(decimal price) => {|WSA4001:notifier.NotifyAsync(price.ToString())|};
        }
        """);

    [Fact]
    public Task Reports_base_calls_and_abstract_members_with_one_override() => Verify.ReportsAsync<SendingAnalyzer>("""
        abstract class Channel
        {
            protected abstract ValueTask WriteAsync(byte[] data);

            protected virtual Task PushAsync(byte[] data) => WriteAsync(data).AsTask();

            public void Ping() => {|WSA4001:WriteAsync(new byte[0])|};
        }

        class SocketChannel : Channel
        {
            private readonly WebSocket socket;
            public SocketChannel(WebSocket socket) => this.socket = socket;

            protected override ValueTask WriteAsync(byte[] data) => socket.SendAsync(data.AsMemory(), WebSocketMessageType.Binary, true, default);

            protected override Task PushAsync(byte[] data)
            {
                {|WSA4001:base.PushAsync(data)|};
                return Task.CompletedTask;
            }
        }
        """);

    [Fact]
    public Task Reports_extension_methods_partials_and_generics() => Verify.ReportsAsync<SendingAnalyzer>("""
        static class WebSocketExtensions
        {
            public static ValueTask SendTextAsync(this WebSocket socket, string text) =>
                socket.SendAsync(Encoding.UTF8.GetBytes(text).AsMemory(), WebSocketMessageType.Text, true, default);
        }

        partial class Session<TMessage>
        {
            private readonly WebSocket _socket = new ClientWebSocket();

            public partial Task PublishAsync(TMessage message);

            public void Publish(TMessage message)
            {
                {|WSA4001:PublishAsync(message)|};
                {|WSA4001:_socket.SendTextAsync("x")|};
            }
        }

        partial class Session<TMessage>
        {
            public partial async Task PublishAsync(TMessage message) => await _socket.SendTextAsync(message!.ToString()!);
        }
        """);

    [Fact]
    public Task Reports_in_top_level_programs() => Verify.ReportsAsync<SendingAnalyzer>("""
        // top-level
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri("ws://localhost"), default);
        while (Console.ReadLine() is { } line)
            {|WSA4001:SendLine(line)|};

        async Task SendLine(string line) => await socket.SendAsync(Encoding.UTF8.GetBytes(line), WebSocketMessageType.Text, true, default);
        """);

    [Fact]
    public Task Reports_a_broadcast_that_is_dropped() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Room
        {
            private readonly ConcurrentDictionary<string, WebSocket> _members = new();

            public Task BroadcastAsync(byte[] data) =>
                Task.WhenAll(_members.Values.Select(member => member.SendAsync(data, WebSocketMessageType.Text, true, default)));

            public void Announce(byte[] data)
            {
                {|WSA4001:BroadcastAsync(data)|};
                foreach (var (name, member) in _members)
                    {|WSA4001:member.SendAsync(data, WebSocketMessageType.Text, true, default)|};
            }
        }
        """);

    [Fact]
    public Task Reports_socket_stream_and_pipe_sends() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly Socket socket;
            private readonly NetworkStream stream;
            public Session(Socket socket, NetworkStream stream) { this.socket = socket; this.stream = stream; }

            public void Push(byte[] data)
            {
                {|WSA4001:socket.SendAsync(data, SocketFlags.None)|};
                {|WSA4001:stream.WriteAsync(data, 0, data.Length)|};
                {|WSA4001:stream.WriteAsync(data)|};
            }
        }
        """);

    [Fact]
    public Task Reports_datagrams_as_a_suggestion() => Verify.SuggestsAsync<SendingAnalyzer>(DroppedSendRule.Descriptor, """
        class Metrics
        {
            private readonly UdpClient udp;
            private readonly Socket socket;
            public Metrics(UdpClient udp, Socket socket) { this.udp = udp; this.socket = socket; }

            public void Count(byte[] data, EndPoint to)
            {
                {|#0:udp.SendAsync(data, data.Length)|};
                {|#1:socket.SendToAsync(data, SocketFlags.None, to)|};
                {|#2:FlushAsync(data)|};
            }

            private async Task FlushAsync(byte[] data) => await udp.SendAsync(data, data.Length);
        }
        """);

    [Fact]
    public Task Reports_a_guarded_method_that_is_dropped_without_a_discard() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            private async Task TrySendAsync(byte[] data)
            {
                try
                {
                    await socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                }
                catch (Exception)
                {
                    socket.Abort();
                }
            }

            public void Push(byte[] data) => {|WSA4001:TrySendAsync(data)|};
        }
        """);

    [Fact]
    public Task Reports_sends_in_counted_loops() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            private async Task SendInChunksAsync(byte[] data)
            {
                var sent = 0;
                while (sent < data.Length)
                {
                    var size = Math.Min(1024, data.Length - sent);
                    await socket.SendAsync(data.AsMemory(sent, size), WebSocketMessageType.Binary, sent + size == data.Length, default);
                    sent += size;
                }
            }

            public void Push(byte[] data) => {|WSA4001:SendInChunksAsync(data)|};
        }
        """);

    [Fact]
    public Task Reports_hub_sends_as_a_suggestion() => Verify.SuggestsAsync<SendingAnalyzer>(DroppedSendRule.Descriptor, """
        using Microsoft.AspNetCore.SignalR;

        class ChatHub : Hub
        {
            public void Send(string text) => {|#0:Clients.All.SendAsync("message", text)|};

            public override async Task OnConnectedAsync()
            {
                {|#1:Clients.Caller.SendAsync("welcome")|};
                await base.OnConnectedAsync();
            }

            private Task TellAsync(string text) => Clients.Others.SendAsync("message", text);

            public void Tell(string text)
            {
                {|#2:TellAsync(text)|};
            }
        }
        """);

    [Fact]
    public Task Reports_sends_of_typed_hubs_as_a_suggestion() => Verify.SuggestsAsync<SendingAnalyzer>(DroppedSendRule.Descriptor, """
        using Microsoft.AspNetCore.SignalR;

        public interface IChatClient
        {
            Task Receive(string text);
        }

        class ChatHub : Hub<IChatClient>
        {
            public void Send(string text) => {|#0:Clients.All.Receive(text)|};
        }

        class Clock
        {
            private readonly IHubContext<ChatHub, IChatClient> hub;
            public Clock(IHubContext<ChatHub, IChatClient> hub) => this.hub = hub;

            public void Tick() => {|#1:hub.Clients.Group("clock").Receive("tick")|};
        }
        """);

    [Fact]
    public Task Reports_sends_of_typed_hubs_through_variables_as_a_suggestion() => Verify.SuggestsAsync<SendingAnalyzer>(DroppedSendRule.Descriptor, """
        using Microsoft.AspNetCore.SignalR;

        public interface IChatClient
        {
            Task Receive(string text);
        }

        class ChatHub : Hub<IChatClient>
        {
            private IChatClient Everybody => Clients.All;

            public void Send(string text, bool isPrivate)
            {
                var client = Clients.Caller;
                {|#0:client.Receive(text)|};
                IChatClient target = isPrivate ? null : Everybody;
                if (isPrivate)
                    target = Clients.Caller;
                var copy = client;
                copy?{|#1:.Receive(text)|};
                {|#2:Everybody.Receive(text)|};
                Clients.Caller?{|#3:.Receive(text)|};
            }
        }

        class Clock
        {
            private readonly IChatClient _all;
            public Clock(IHubContext<ChatHub, IChatClient> hub) => _all = hub.Clients.All;

            public void Tick() => {|#4:_all.Receive("tick")|};
        }
        """);

    [Fact]
    public Task Fixes_sends_of_typed_hubs_through_variables() => Verify.FixesAsync<SendingAnalyzer, DroppedSendCodeFix>(
        """
        using Microsoft.AspNetCore.SignalR;

        public interface IChatClient
        {
            Task Receive(string text);
        }

        class ChatHub : Hub<IChatClient>
        {
            public void Send(string text)
            {
                var client = Clients.Caller;
                {|WSA4001:client.Receive(text)|};
            }
        }
        """,
        """
        using Microsoft.AspNetCore.SignalR;

        public interface IChatClient
        {
            Task Receive(string text);
        }

        class ChatHub : Hub<IChatClient>
        {
            public async Task Send(string text)
            {
                var client = Clients.Caller;
                await client.Receive(text);
            }
        }
        """);

    [Fact]
    public Task Ignores_clients_of_typed_hubs_that_may_be_something_else() => Verify.IgnoresAsync<SendingAnalyzer>("""
        using Microsoft.AspNetCore.SignalR;

        public interface IChatClient
        {
            Task Receive(string text);
        }

        class ChatHub : Hub<IChatClient>
        {
            private readonly IChatClient _given;
            public ChatHub(IChatClient given) => _given = given;

            public void Send(string text, IChatClient handed)
            {
                _given.Receive(text);
                handed.Receive(text);
                var client = Clients.Caller;
                if (text.Length == 0)
                    client = handed;
                client.Receive(text);
            }
        }
        """);

    [Fact]
    public async Task Reports_why_and_where_the_send_is()
    {
        var test = new Verify.Test<SendingAnalyzer, EmptyCodeFixProvider>("""
            class Session
            {
                private readonly WebSocket socket;
                public Session(WebSocket socket) => this.socket = socket;

                public Task PushAsync(byte[] data) => {|#1:socket.SendAsync(data, WebSocketMessageType.Text, true, default)|};
                public void Push(byte[] data) => {|#0:PushAsync(data)|};
            }
            """);
        test.ExpectedDiagnostics.Add(new DiagnosticResult(DroppedSendRule.Descriptor).WithLocation(0).WithLocation(1)
            .WithMessage("The task of 'Session.PushAsync' is dropped, so its failure is lost and nothing waits for a slow peer: 'Session.PushAsync' sends with 'WebSocket.SendAsync' (Test0.cs:6)"));
        await test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task Ignores_awaited_and_returned_tasks() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public async Task PushAsync(byte[] data)
            {
                await socket.SendAsync(data, WebSocketMessageType.Text, true, default).ConfigureAwait(false);
                await (socket?.SendAsync(data, WebSocketMessageType.Text, true, default) ?? Task.CompletedTask);
            }

            public Task ForwardAsync(byte[] data) => socket.SendAsync(data, WebSocketMessageType.Text, true, default);

            public Task ReturnAsync(byte[] data)
            {
                return socket.SendAsync(data, WebSocketMessageType.Text, true, default);
            }

            public Func<Task> Later(byte[] data) => () => socket.SendAsync(data, WebSocketMessageType.Text, true, default);
        }
        """);

    [Fact]
    public Task Ignores_tasks_that_are_combined_stored_or_observed() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Room
        {
            private readonly List<WebSocket> members;
            public Room(List<WebSocket> members) => this.members = members;

            private Task _last = Task.CompletedTask;
            private readonly Dictionary<WebSocket, Task> _pending = new();

            public async Task BroadcastAsync(byte[] data)
            {
                var sends = new List<Task>();
                foreach (var member in members)
                    sends.Add(member.SendAsync(data, WebSocketMessageType.Text, true, default));
                await Task.WhenAll(sends);
                var first = members[0].SendAsync(data, WebSocketMessageType.Text, true, default);
                var done = await Task.WhenAny(first, Task.Delay(1000));
                _last = members[0].SendAsync(data, WebSocketMessageType.Text, true, default);
                _pending[members[0]] = members[0].SendAsync(data, WebSocketMessageType.Text, true, default);
                _ = members[0].SendAsync(data, WebSocketMessageType.Text, true, default).ContinueWith(task => Console.WriteLine(task.Exception));
            }

            public void Push(byte[] data) => members[0].SendAsync(data, WebSocketMessageType.Text, true, default).Wait();
        }
        """);

    [Fact]
    public Task Ignores_tasks_handed_to_a_method_that_observes_them() => Verify.IgnoresAsync<SendingAnalyzer>("""
        static class TaskExtensions
        {
            public static async void Forget(this Task task)
            {
                try { await task; } catch (Exception e) { Console.Error.WriteLine(e); }
            }
        }

        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public void Push(byte[] data) => socket.SendAsync(data, WebSocketMessageType.Text, true, default).Forget();
        }
        """);

    [Fact]
    public Task Ignores_loops_that_end_with_their_connection() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket socket;
            private readonly IAsyncEnumerable<byte[]> outgoing;
            private readonly CancellationToken stopping;
            public Session(WebSocket socket, IAsyncEnumerable<byte[]> outgoing, CancellationToken stopping) { this.socket = socket; this.outgoing = outgoing; this.stopping = stopping; }

            public void Start()
            {
                EchoAsync();
                HeartbeatAsync();
                PumpAsync();
                RunAsync();
            }

            private async Task EchoAsync()
            {
                var buffer = new byte[1024];
                while (socket.State == WebSocketState.Open)
                {
                    var result = await socket.ReceiveAsync(buffer, stopping);
                    await socket.SendAsync(buffer.AsMemory(0, result.Count), result.MessageType, result.EndOfMessage, stopping);
                }
            }

            private async Task HeartbeatAsync()
            {
                using var timer = new PeriodicTimer(TimeSpan.FromSeconds(5));
                while (await timer.WaitForNextTickAsync(stopping))
                    await socket.SendAsync(Array.Empty<byte>(), WebSocketMessageType.Binary, true, stopping);
            }

            private async Task PumpAsync()
            {
                await foreach (var message in outgoing)
                    await socket.SendAsync(message, WebSocketMessageType.Binary, true, stopping);
            }

            private async Task RunAsync()
            {
                await socket.SendAsync(Array.Empty<byte>(), WebSocketMessageType.Binary, true, stopping);
                await EchoAsync();
            }
        }
        """);

    [Fact]
    public Task Ignores_a_callee_that_awaits_the_loop_it_is_called_from() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Client
        {
            private readonly ClientWebSocket _socket = new();
            private Task _receiving = Task.CompletedTask;

            public void Start() => _receiving = Task.Run(() => ReceiveAsync());

            private async Task ReceiveAsync()
            {
                var buffer = new byte[1024];
                while (true)
                {
                    var result = await _socket.ReceiveAsync(buffer, default);
                    if (result.MessageType == WebSocketMessageType.Close)
                    {
                        DisconnectAsync();
                        return;
                    }
                }
            }

            public async Task DisconnectAsync()
            {
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
                await _receiving;
            }
        }
        """);

    [Fact]
    public Task Ignores_a_callee_in_another_part_that_awaits_the_loop() => Verify.IgnoresAsync<SendingAnalyzer>("""
        partial class Client
        {
            private readonly ClientWebSocket _socket = new();

            private async Task ReceiveAsync()
            {
                var buffer = new byte[1024];
                while ((await _socket.ReceiveAsync(buffer, default)).MessageType != WebSocketMessageType.Close)
                {
                }

                OnClosed();
            }

            private void OnClosed() => DisconnectAsync();
        }
        """, """
        partial class Client
        {
            private Task _receiving = Task.CompletedTask;

            public void Start() => _receiving = ReceiveAsync();

            public async Task DisconnectAsync()
            {
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
                await _receiving;
            }
        }
        """);

    [Fact]
    public Task Ignores_methods_that_send_only_in_work_they_drop_or_offload() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly System.Threading.Channels.Channel<byte[]> queue;
            public Session(WebSocket socket, System.Threading.Channels.Channel<byte[]> queue) => this.queue = queue;

            private async Task EnqueueAsync(byte[] data) => await queue.Writer.WriteAsync(data);

            private Task OffloadAsync(byte[] data) => Task.Run(() => Console.WriteLine(data.Length));

            public void Push(byte[] data)
            {
                EnqueueAsync(data);
                OffloadAsync(data);
            }
        }
        """);

    [Fact]
    public Task Ignores_members_of_the_same_name_elsewhere() => Verify.IgnoresAsync<SendingAnalyzer>("""
        namespace Mail
        {
            class WebSocket
            {
                public Task SendAsync(byte[] data, int kind, bool end, CancellationToken cancellation) => Task.CompletedTask;
                public Task CloseAsync() => Task.CompletedTask;
            }

            class Outbox
            {
                private readonly WebSocket socket;
                private readonly FileStream file;
                private readonly HttpClient http;
                public Outbox(WebSocket socket, FileStream file, HttpClient http) { this.socket = socket; this.file = file; this.http = http; }

                public void Post(byte[] data)
                {
                    socket.SendAsync(data, 1, true, default);
                    socket.CloseAsync();
                    file.WriteAsync(data, 0, data.Length);
                    http.SendAsync(new HttpRequestMessage());
                }
            }

            class HttpClient
            {
                public Task SendAsync(HttpRequestMessage message) => Task.CompletedTask;
            }

            class HttpRequestMessage { }
        }
        """);

    [Fact]
    public Task Ignores_sends_that_return_no_task() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly Socket socket;
            private readonly NetworkStream stream;
            public Session(Socket socket, NetworkStream stream) { this.socket = socket; this.stream = stream; }

            public void Push(byte[] data)
            {
                socket.Send(data);
                stream.Write(data);
                socket.SendAsync(new SocketAsyncEventArgs());
            }
        }
        """);

    [Fact]
    public Task Ignores_an_interface_with_several_implementations() => Verify.IgnoresAsync<SendingAnalyzer>("""
        interface INotifier
        {
            Task NotifyAsync(string text);
        }

        class SocketNotifier : INotifier
        {
            private readonly WebSocket socket;
            public SocketNotifier(WebSocket socket) => this.socket = socket;

            public async Task NotifyAsync(string text) =>
                await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, default);
        }

        class LogNotifier : INotifier
        {
            public Task NotifyAsync(string text) => Task.CompletedTask;
        }

        class Prices
        {
            private readonly INotifier notifier;
            public Prices(INotifier notifier) => this.notifier = notifier;

            public void Changed(decimal price) => notifier.NotifyAsync(price.ToString());
        }
        """);

    [Fact]
    public Task Ignores_recursive_methods_that_never_send() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private async Task PingAsync(int depth)
            {
                await PongAsync(depth);
            }

            private Task PongAsync(int depth) => depth == 0 ? Task.CompletedTask : PingAsync(depth - 1);

            public void Start() => PingAsync(3);
        }
        """);

    [Fact]
    public Task Reports_recursive_methods_that_send() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            private async Task SendAsync(byte[] data, int attempts)
            {
                if (attempts == 0)
                    return;
                await socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                await SendAsync(data, attempts - 1);
            }

            public void Start(byte[] data) => {|WSA4001:SendAsync(data, 3)|};
        }
        """);

    [Fact]
    public async Task Ignores_methods_of_a_referenced_project_although_they_have_syntax()
    {
        var library = Verify.Compile("""
            public interface IChannel { Task SendAsync(byte[] data); }
            public static class Gate { public static readonly SemaphoreSlim One = new(1, 1); }
            public class Channel : IChannel
            {
                private readonly WebSocket socket;
                public Channel(WebSocket socket) => this.socket = socket;

                protected Task Loop = Task.CompletedTask;
                public Task SendAsync(byte[] data) => socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                public async Task StopAsync() { await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default); await Loop; }
            }
            """);
        var program = Verify.Compile("""
            class Session : Channel
            {
                private readonly Channel channel;
                private readonly IChannel any;
                private readonly WebSocket socket;
                public Session(Channel channel, IChannel any, WebSocket socket) : base(socket) { this.channel = channel; this.any = any; this.socket = socket; }

                public async Task PushAsync(WebSocket other, byte[] data)
                {
                    channel.SendAsync(data);
                    any.SendAsync(data);
                    await Gate.One.WaitAsync();
                    try { await other.SendAsync(data, WebSocketMessageType.Text, true, default); }
                    finally { Gate.One.Release(); }
                    DisconnectAsync();
                }

                private async Task DisconnectAsync() { await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default); await Loop; }
            }
            """).AddReferences(library.ToMetadataReference());
        var diagnostics = await Verify.AnalyzeAsync(program);
        Assert.DoesNotContain(diagnostics, diagnostic => diagnostic.Id == "AD0001");
        Assert.Equal("WSA4001", Assert.Single(diagnostics, diagnostic => diagnostic.Id.StartsWith("WSA4", StringComparison.Ordinal)).Id);
    }

    [Fact]
    public Task Ignores_delegates_that_return_the_task() => Verify.IgnoresAsync<SendingAnalyzer>("""
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;

        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public event Func<byte[], Task>? Received;

            public void Start(WebApplication app, byte[] data)
            {
                Received += message => socket.SendAsync(message, WebSocketMessageType.Text, true, default);
                Func<Task> later = () => { return socket.SendAsync(data, WebSocketMessageType.Text, true, default); };
                app.MapGet("/push", (HttpContext context) => socket.SendAsync(data, WebSocketMessageType.Text, true, context.RequestAborted));
                app.MapPost("/push", async (HttpContext context) => await socket.SendAsync(data, WebSocketMessageType.Text, true, default));
            }

            public Task RaiseAsync(byte[] data) => Received?.Invoke(data) ?? Task.CompletedTask;
        }
        """);

    [Fact]
    public Task Ignores_tasks_that_are_read_later() => Verify.IgnoresAsync<SendingAnalyzer>("""
        #nullable enable
        class Session : IAsyncDisposable
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            private Task? _sending;
            private Task Closing { get; set; } = Task.CompletedTask;

            public void Push(byte[] data)
            {
                _sending ??= socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                Closing = socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
            }

            public async Task LaterAsync(byte[] data)
            {
                var sending = socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                await FinishAsync();

                async Task FinishAsync() => await sending;
            }

            public async ValueTask DisposeAsync() => await Task.WhenAll(_sending ?? Task.CompletedTask, Closing);
        }
        """);

    [Fact]
    public Task Ignores_sequences_of_tasks() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Room
        {
            private readonly List<WebSocket> members;
            public Room(List<WebSocket> members) => this.members = members;

            public IEnumerable<Task> SendAll(byte[] data)
            {
                foreach (var member in members)
                    yield return member.SendAsync(data, WebSocketMessageType.Text, true, default);
            }

            public Task[] Array(byte[] data) => members.Select(member => member.SendAsync(data, WebSocketMessageType.Text, true, default)).ToArray();

            public Task Both(byte[] data) => Task.WhenAll(members[0].SendAsync(data, WebSocketMessageType.Text, true, default), members[1].SendAsync(data, WebSocketMessageType.Text, true, default));
        }
        """);

    [Fact]
    public Task Ignores_dropped_receives_and_connects() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Client
        {
            private readonly ClientWebSocket socket;
            private readonly TcpListener listener;
            public Client(ClientWebSocket socket, TcpListener listener) { this.socket = socket; this.listener = listener; }

            public void Start(byte[] buffer)
            {
                socket.ConnectAsync(new Uri("ws://localhost"), default);
                socket.ReceiveAsync(buffer, default);
                listener.AcceptTcpClientAsync();
                OpenAsync();
            }

            private async Task OpenAsync() => await socket.ConnectAsync(new Uri("ws://localhost"), default);
        }
        """);

    [Fact]
    public Task Ignores_a_background_task_whose_body_sends() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public void Push(byte[] data)
            {
                Task.Run(() => socket.SendAsync(data, WebSocketMessageType.Text, true, default));
                Task.Run(async () => await socket.SendAsync(data, WebSocketMessageType.Text, true, default));
                BackgroundAsync(data);
            }

            private Task BackgroundAsync(byte[] data) => Task.Run(() => socket.SendAsync(data, WebSocketMessageType.Text, true, default));
        }
        """);

    [Fact]
    public Task Ignores_continuations_that_look_at_the_failure() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public void Push(byte[] data)
            {
                socket.SendAsync(data, WebSocketMessageType.Text, true, default).ContinueWith(task => Console.Error.WriteLine(task.Exception), TaskContinuationOptions.OnlyOnFaulted);
                socket.SendAsync(data, WebSocketMessageType.Text, true, default).GetAwaiter().GetResult();
            }
        }
        """);

    [Fact]
    public Task Ignores_methods_that_put_messages_into_a_queue() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly System.Threading.Channels.ChannelWriter<byte[]> queue;
            public Session(System.Threading.Channels.ChannelWriter<byte[]> queue) => this.queue = queue;

            public void Send(byte[] data) => queue.TryWrite(data);

            public ValueTask SendAsync(byte[] data) => queue.WriteAsync(data);

            public void Greet()
            {
                Send(new byte[1]);
                SendAsync(new byte[1]);
            }
        }
        """);

    [Fact]
    public Task Ignores_generated_code() => Verify.IgnoresAsync<SendingAnalyzer>("""
        // <auto-generated/>
        class Session
        {
            public void Push(WebSocket socket, byte[] data)
            {
                socket.SendAsync(data, WebSocketMessageType.Text, true, default);
            }
        }
        """);

    [Fact]
    public Task Ignores_half_typed_code() => new Verify.Test<SendingAnalyzer, EmptyCodeFixProvider>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public void Push(byte[] data)
            {
                socket.SendAsync(
                socket?.
                _ = socket.
                var task = SendAsync(;
                () => socket.SendAsync(data
        """) { CompilerDiagnostics = CompilerDiagnostics.None }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Reports_writers_over_a_connection() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            private StreamWriter? writer;
            private StreamWriter Lazy => lazy ??= new StreamWriter(client.GetStream()) { AutoFlush = true };
            private StreamWriter? lazy;
            private TcpClient client = new();

            public async Task OpenAsync(bool isSecure, CancellationToken cancellation)
            {
                Stream stream = client.GetStream();
                if (isSecure)
                {
                    var secure = new System.Net.Security.SslStream(stream);
                    await secure.AuthenticateAsClientAsync(new System.Net.Security.SslClientAuthenticationOptions(), cancellation);
                    stream = secure;
                }

                writer = new(stream, Encoding.ASCII) { NewLine = "\r\n" };
                {|WSA4001:writer.WriteLineAsync("HELO")|};
                {|WSA4001:Lazy.WriteLineAsync("HELO")|};
                await writer.FlushAsync();
            }

            public void Push(string line)
            {
                writer?{|WSA4001:.WriteLineAsync(line)|};
                if (writer is { } open)
                    {|WSA4001:open.FlushAsync()|};
            }

            public void Close()
            {
                writer?.Dispose();
                writer = null;
            }
        }

        class Client
        {
            public StreamWriter Writer { get; }
            public Client(System.Net.Sockets.NetworkStream stream) => Writer = new StreamWriter(stream);
        }

        class Room
        {
            private readonly List<Client> clients = new();

            public void Broadcast(string line)
            {
                foreach (var client in clients)
                    {|WSA4001:client.Writer.WriteLineAsync(line)|};
            }
        }
        """);

    [Fact]
    public Task Reports_writers_that_a_collection_of_the_type_holds() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Chat
        {
            private readonly ConcurrentDictionary<string, StreamWriter> writers = new(StringComparer.Ordinal);
            private readonly List<TextWriter> listeners = new();

            public void Join(string name, TcpClient client)
            {
                var writer = new StreamWriter(client.GetStream()) { AutoFlush = true };
                if (!writers.TryAdd(name, writer))
                    writers[name] = writer;
                listeners.Add(new StreamWriter(client.GetStream()));
            }

            public void Leave(string name)
            {
                if (writers.TryRemove(name, out var writer))
                    {|WSA4001:writer.WriteLineAsync("bye")|};
            }

            public void Say(string line)
            {
                foreach (var writer in writers.Values)
                    {|WSA4001:writer.WriteLineAsync(line)|};
                foreach (var pair in writers)
                    {|WSA4001:pair.Value.WriteLineAsync(line)|};
                foreach (var (name, writer) in writers)
                    {|WSA4001:writer.WriteLineAsync(name)|};
                foreach (var listener in listeners.ToArray())
                    {|WSA4001:listener.FlushAsync()|};
                {|WSA4001:writers["me"].WriteLineAsync(line)|};
                listeners.ForEach(listener => {|WSA4001:listener.WriteLineAsync(line)|});
            }
        }
        """);

    [Fact]
    public Task Ignores_collections_that_may_hold_other_writers() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Logs
        {
            private readonly Dictionary<string, StreamWriter> files = new();
            private readonly List<StreamWriter> given = new();
            private readonly List<StreamWriter> filled = new();
            private readonly List<StreamWriter> circular = new();
            public List<StreamWriter> Open = new();

            public void Add(NetworkStream stream, StreamWriter writer)
            {
                given.Add(writer);
                filled.Add(new StreamWriter(stream));
                Fill(filled);
                Open.Add(new StreamWriter(stream));
                circular.ForEach(item => circular.Add(item));
            }

            public void Write(string path, string line)
            {
                if (!files.TryGetValue(path, out var file))
                    files[path] = file = new StreamWriter(path);
                file.WriteLineAsync(line);
                foreach (var writer in files.Values)
                    writer.WriteLineAsync(line);
                foreach (var writer in given)
                    writer.WriteLineAsync(line);
                foreach (var writer in filled)
                    writer.WriteLineAsync(line);
                foreach (var writer in circular)
                    writer.WriteLineAsync(line);
                foreach (var writer in Open)
                    writer.WriteLineAsync(line);
            }

            private static void Fill(List<StreamWriter> writers) => writers.Add(new StreamWriter("log.txt"));
        }
        """);

    [Fact]
    public Task Ignores_writers_that_may_be_over_something_else() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Report
        {
            private StreamWriter replaced;
            protected StreamWriter inherited;
            public StreamWriter Open { get; set; }
            private StreamWriter swapped;

            public Report(NetworkStream stream)
            {
                replaced = new StreamWriter(stream);
                inherited = new StreamWriter(stream);
                Open = new StreamWriter(stream);
                swapped = new StreamWriter(stream);
            }

            public void ToFile(string path) => replaced = File.CreateText(path);

            public void Swap(StreamWriter other) => Interlocked.Exchange(ref swapped, other);

            public void Write(string line, StreamWriter given, Stream any)
            {
                replaced.WriteLineAsync(line);
                inherited.WriteLineAsync(line);
                Open.WriteLineAsync(line);
                swapped.WriteLineAsync(line);
                given.WriteLineAsync(line);
                new StreamWriter(any).WriteLineAsync(line);
                Make(out var made);
                made.WriteLineAsync(line);
            }

            private static void Make(out StreamWriter made) => made = new StreamWriter("out.txt");
        }
        """);

    [Fact]
    public Task Ignores_writers_of_the_programs_own() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class QueuedWriter : StreamWriter
        {
            public QueuedWriter(Stream stream) : base(stream) { }
            public override Task WriteLineAsync(string? line) => Task.CompletedTask;
        }

        class Session
        {
            private readonly StreamWriter writer;
            public Session(TcpClient client) => writer = new QueuedWriter(client.GetStream());
            public void Push(string line) => writer.WriteLineAsync(line);
        }
        """);

    [Fact]
    public Task Fixes_a_writer_by_awaiting_it() => Verify.FixesAsync<SendingAnalyzer, DroppedSendCodeFix>("""
        class Session
        {
            public static async Task GreetAsync(TcpClient client)
            {
                using var writer = new StreamWriter(client.GetStream()) { AutoFlush = true };
                // the greeting
                {|WSA4001:writer.WriteLineAsync("HELO")|}; // first
                await writer.WriteLineAsync("MAIL");
            }
        }
        """, """
        class Session
        {
            public static async Task GreetAsync(TcpClient client)
            {
                using var writer = new StreamWriter(client.GetStream()) { AutoFlush = true };
                // the greeting
                await writer.WriteLineAsync("HELO"); // first
                await writer.WriteLineAsync("MAIL");
            }
        }
        """);

    [Fact]
    public Task Fixes_a_statement_in_an_asynchronous_method() => Verify.FixesAsync<SendingAnalyzer, DroppedSendCodeFix>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public async Task GreetAsync(byte[] hello, CancellationToken cancellation)
            {
                // say hello
                {|WSA4001:socket.SendAsync(hello, WebSocketMessageType.Text, true, cancellation)|}; // first
                await Task.Yield();
            }
        }
        """, """
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public async Task GreetAsync(byte[] hello, CancellationToken cancellation)
            {
                // say hello
                await socket.SendAsync(hello, WebSocketMessageType.Text, true, cancellation); // first
                await Task.Yield();
            }
        }
        """);

    [Fact]
    public Task Fixes_a_void_wrapper_and_its_callers() => Verify.FixesAsync<SendingAnalyzer, DroppedSendCodeFix>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            void Push(string text) => {|WSA4001:socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, default)|};

            public void Greet()
            {
                Push("hello");
                Push("how are you?");
            }

            public async Task RunAsync()
            {
                Greet();
                await Task.Yield();
            }
        }
        """, """
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            async Task Push(string text) => await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, default);

            public async Task Greet()
            {
                await Push("hello");
                await Push("how are you?");
            }

            public async Task RunAsync()
            {
                await Greet();
                await Task.Yield();
            }
        }
        """);

    [Fact]
    public Task Fixes_an_interface_member_with_its_implementation() => Verify.FixesAsync<SendingAnalyzer, DroppedSendCodeFix>("""
        interface INotifier
        {
            void Notify(string text);
        }

        class SocketNotifier : INotifier
        {
            private readonly WebSocket socket;
            public SocketNotifier(WebSocket socket) => this.socket = socket;

            public void Notify(string text)
            {
                {|WSA4001:socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, default)|};
            }
        }

        class Prices
        {
            private readonly INotifier notifier;
            public Prices(INotifier notifier) => this.notifier = notifier;

            public async Task ChangedAsync(decimal price)
            {
                notifier.Notify(price.ToString());
                await Task.Yield();
            }
        }
        """, """
        interface INotifier
        {
            Task Notify(string text);
        }

        class SocketNotifier : INotifier
        {
            private readonly WebSocket socket;
            public SocketNotifier(WebSocket socket) => this.socket = socket;

            public async Task Notify(string text)
            {
                await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, default);
            }
        }

        class Prices
        {
            private readonly INotifier notifier;
            public Prices(INotifier notifier) => this.notifier = notifier;

            public async Task ChangedAsync(decimal price)
            {
                await notifier.Notify(price.ToString());
                await Task.Yield();
            }
        }
        """);

    [Fact]
    public Task Fixes_conditional_access() => Verify.FixesAsync<SendingAnalyzer, DroppedSendCodeFix>("""
        #nullable enable
        class Session
        {
            private ClientWebSocket? _socket;

            public async Task PushAsync(byte[] data)
            {
                _socket?{|WSA4001:.SendAsync(data, WebSocketMessageType.Text, true, default)|};
                await Task.Yield();
            }
        }
        """, """
        #nullable enable
        class Session
        {
            private ClientWebSocket? _socket;

            public async Task PushAsync(byte[] data)
            {
                await (_socket?.SendAsync(data, WebSocketMessageType.Text, true, default) ?? Task.CompletedTask);
                await Task.Yield();
            }
        }
        """);

    [Fact]
    public Task Fixes_a_bare_ConfigureAwait_and_an_unused_local() => Verify.FixesAsync<SendingAnalyzer, DroppedSendCodeFix>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public async Task PushAsync(byte[] data)
            {
                {|WSA4001:socket.SendAsync(data, WebSocketMessageType.Text, true, default)|}.ConfigureAwait(false);
                await Task.Delay(1).ConfigureAwait(false);
                var sending = {|WSA4001:socket.SendAsync(data, WebSocketMessageType.Text, true, default)|};
            }
        }
        """, """
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public async Task PushAsync(byte[] data)
            {
                await socket.SendAsync(data, WebSocketMessageType.Text, true, default).ConfigureAwait(false);
                await Task.Delay(1).ConfigureAwait(false);
                await socket.SendAsync(data, WebSocketMessageType.Text, true, default).ConfigureAwait(false);
            }
        }
        """);

    [Fact]
    public Task Fixes_with_the_ConfigureAwait_of_the_file() => Verify.FixesAsync<SendingAnalyzer, DroppedSendCodeFix>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public async Task PushAsync(byte[] data)
            {
                await Task.Delay(1).ConfigureAwait(false);
                {|WSA4001:socket.SendAsync(data, WebSocketMessageType.Text, true, default)|};
            }
        }
        """, """
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public async Task PushAsync(byte[] data)
            {
                await Task.Delay(1).ConfigureAwait(false);
                await socket.SendAsync(data, WebSocketMessageType.Text, true, default).ConfigureAwait(false);
            }
        }
        """);

    [Fact]
    public Task Fixes_a_hub_method_without_renaming_it() => Verify.FixesAsync<SendingAnalyzer, DroppedSendCodeFix>("""
        using Microsoft.AspNetCore.SignalR;

        class ChatHub : Hub
        {
            public void Send(string text) => {|WSA4001:Clients.All.SendAsync("message", text)|};
        }
        """, """
        using Microsoft.AspNetCore.SignalR;

        class ChatHub : Hub
        {
            public async Task Send(string text) => await Clients.All.SendAsync("message", text);
        }
        """);

    [Fact]
    public Task Fixes_a_loop_over_messages() => Verify.FixesAsync<SendingAnalyzer, DroppedSendCodeFix>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public async Task ReplayAsync(List<byte[]> backlog)
            {
                foreach (var message in backlog)
                {
                    {|WSA4001:socket.SendAsync(message, WebSocketMessageType.Text, true, default)|};
                    {|WSA4001:SendAsync(message)|};
                }

                await Task.Yield();
            }

            private async Task SendAsync(byte[] message) => await socket.SendAsync(message, WebSocketMessageType.Text, true, default);
        }
        """, """
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public async Task ReplayAsync(List<byte[]> backlog)
            {
                foreach (var message in backlog)
                {
                    await socket.SendAsync(message, WebSocketMessageType.Text, true, default);
                    await SendAsync(message);
                }

                await Task.Yield();
            }

            private async Task SendAsync(byte[] message) => await socket.SendAsync(message, WebSocketMessageType.Text, true, default);
        }
        """);

    [Fact]
    public Task Fixes_top_level_code_and_its_local_functions() => Verify.FixesAsync<SendingAnalyzer, DroppedSendCodeFix>("""
        // top-level
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri("ws://localhost"), default);
        while (Console.ReadLine() is { } line)
            SendLine(line);

        void SendLine(string line) => {|WSA4001:socket.SendAsync(Encoding.UTF8.GetBytes(line), WebSocketMessageType.Text, true, default)|};
        """, """
        // top-level
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri("ws://localhost"), default);
        while (Console.ReadLine() is { } line)
            await SendLine(line);

        async Task SendLine(string line) => await socket.SendAsync(Encoding.UTF8.GetBytes(line), WebSocketMessageType.Text, true, default);
        """);

    [Fact]
    public Task OffersNoFix_for_a_close_that_only_the_peer_ends() => Verify.OffersNoFixAsync<SendingAnalyzer, DroppedSendCodeFix>("""
        class Session
        {
            public async Task StopAsync(WebSocket socket)
            {
                {|WSA4001:socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None)|};
                await Task.Yield();
            }
        }
        """);

    [Fact]
    public Task FixesAll_of_a_class() => Verify.FixesAsync<SendingAnalyzer, DroppedSendCodeFix>("""
        class Session
        {
            private readonly WebSocket _socket;
            public Session(WebSocket socket) => _socket = socket;

            public void Push(byte[] data)
            {
        #if DEBUG
                Console.WriteLine(data.Length);
        #endif
                {|WSA4001:_socket.SendAsync(data, WebSocketMessageType.Text, true, default)|};
                {|WSA4001:_socket.SendAsync(data.AsMemory(), WebSocketMessageType.Text, true, default)|};
            }

            public Task<int> CountAsync(byte[] data)
            {
                {|WSA4001:_socket.SendAsync(data, WebSocketMessageType.Text, true, default)|};
                return Task.FromResult(data.Length);
            }

            public void Stop()
            {
                Push(new byte[0]);
                {|WSA4001:_socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default)|};
            }
        }
        """, """
        class Session
        {
            private readonly WebSocket _socket;
            public Session(WebSocket socket) => _socket = socket;

            public async Task Push(byte[] data)
            {
        #if DEBUG
                Console.WriteLine(data.Length);
        #endif
                await _socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                await _socket.SendAsync(data.AsMemory(), WebSocketMessageType.Text, true, default);
            }

            public async Task<int> CountAsync(byte[] data)
            {
                await _socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                return data.Length;
            }

            public async Task Stop()
            {
                await Push(new byte[0]);
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
            }
        }
        """);

    [Fact]
    public Task OffersNoFix_in_a_broadcast() => Verify.OffersNoFixAsync<SendingAnalyzer, DroppedSendCodeFix>("""
        class Room
        {
            private readonly ConcurrentDictionary<string, WebSocket> _members = new();
            private readonly WebSocket[] _array = new WebSocket[9];

            public async Task BroadcastAsync(byte[] data)
            {
                foreach (var member in _members.Values)
                    {|WSA4001:member.SendAsync(data, WebSocketMessageType.Text, true, default)|};
                foreach (var pair in _members)
                {
                    var socket = pair.Value;
                    if (socket.State == WebSocketState.Open)
                        {|WSA4001:socket.SendAsync(data, WebSocketMessageType.Text, true, default)|};
                }

                for (var i = 0; i < _array.Length; i++)
                    {|WSA4001:_array[i].SendAsync(data, WebSocketMessageType.Text, true, default)|};
                foreach (var name in _members.Keys)
                    {|WSA4001:SendToAsync(name, data)|};
                await Task.Yield();
            }

            private Task SendToAsync(string name, byte[] data) => _members[name].SendAsync(data, WebSocketMessageType.Text, true, default);
        }
        """);

    [Fact]
    public Task OffersNoFix_when_a_caller_broadcasts() => Verify.OffersNoFixAsync<SendingAnalyzer, DroppedSendCodeFix>("""
        class Room
        {
            private readonly List<WebSocket> members;
            public Room(List<WebSocket> members) => this.members = members;

            public void Broadcast(string text)
            {
                foreach (var member in members)
                    Tell(member, text);
            }

            private static void Tell(WebSocket member, string text) => Send(member, Encoding.UTF8.GetBytes(text));

            private static void Send(WebSocket member, byte[] data) => {|WSA4001:member.SendAsync(data, WebSocketMessageType.Text, true, default)|};
        }
        """);

    [Fact]
    public Task OffersNoFix_under_a_lock_that_is_shared_or_that_the_callee_takes() => Verify.OffersNoFixAsync<SendingAnalyzer, DroppedSendCodeFix>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            private static readonly SemaphoreSlim s_all = new(1, 1);
            private readonly SemaphoreSlim _gate = new(1, 1);

            public async Task PushAsync(byte[] data)
            {
                await s_all.WaitAsync();
                try
                {
                    {|WSA4001:socket.SendAsync(data, WebSocketMessageType.Text, true, default)|};
                }
                finally
                {
                    s_all.Release();
                }
            }

            public async Task RenameAsync(string name)
            {
                await _gate.WaitAsync();
                try
                {
                    {|WSA4001:SendAsync(Encoding.UTF8.GetBytes(name))|};
                }
                finally
                {
                    _gate.Release();
                }
            }

            private async Task SendAsync(byte[] data)
            {
                await _gate.WaitAsync();
                try
                {
                    await socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Fixes_under_the_lock_of_the_connection() => Verify.FixesAsync<SendingAnalyzer, DroppedSendCodeFix>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            private readonly SemaphoreSlim _gate = new(1, 1);

            public async Task PushAsync(byte[] data)
            {
                await _gate.WaitAsync();
                try
                {
                    {|WSA4001:socket.SendAsync(data, WebSocketMessageType.Text, true, default)|};
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        """, """
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            private readonly SemaphoreSlim _gate = new(1, 1);

            public async Task PushAsync(byte[] data)
            {
                await _gate.WaitAsync();
                try
                {
                    await socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task OffersNoFix_where_nothing_can_await() => Verify.OffersNoFixAsync<SendingAnalyzer, DroppedSendCodeFix>("""
        class Session : IDisposable
        {
            private readonly WebSocket _socket;
            private readonly object _gate = new();

            public Session(WebSocket socket)
            {
                _socket = socket;
                {|WSA4001:_socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default)|};
            }

            public int Sent
            {
                get
                {
                    {|WSA4001:_socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default)|};
                    return 1;
                }
            }

            public void Dispose() => {|WSA4001:_socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default)|};

            public override string ToString()
            {
                {|WSA4001:_socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default)|};
                return "";
            }

            public async Task PushAsync(List<byte[]> messages, byte[] data)
            {
                lock (_gate)
                {
                    _socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                }

                messages.ForEach(message => {|WSA4001:_socket.SendAsync(message, WebSocketMessageType.Text, true, default)|});
                using var timer = new Timer(_ => {|WSA4001:_socket.SendAsync(data, WebSocketMessageType.Text, true, default)|}, null, 0, 1000);
                AppDomain.CurrentDomain.ProcessExit += (_, _) => {|WSA4001:_socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default)|};
                AppDomain.CurrentDomain.ProcessExit += OnExit;
                await Task.Yield();
            }

            private void OnExit(object? sender, EventArgs e) => {|WSA4001:_socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default)|};
        }
        """);
}
