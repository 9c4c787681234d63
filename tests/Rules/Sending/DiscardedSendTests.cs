using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Testing;
using WebSocketAnalyzers.CodeFixes.Fixes.Sending;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Sending;

public class DiscardedSendTests
{
    [Fact]
    public Task Reports_discards() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public void Push(byte[] data)
            {
                _ = {|WSA4002:socket.SendAsync(data, WebSocketMessageType.Text, true, default)|};
                _ = {|WSA4002:socket.SendAsync(new ArraySegment<byte>(data), WebSocketMessageType.Text, true, CancellationToken.None)|};
                _ = {|WSA4002:socket.SendAsync(data.AsMemory(), WebSocketMessageType.Text, true, default)|};
                _ = {|WSA4002:socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default)|};
            }
        }
        """);

    [Fact]
    public Task Reports_expression_bodies() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public void Push(byte[] data) => _ = {|WSA4002:socket.SendAsync(data, WebSocketMessageType.Text, true, default)|};

            public Action Later(byte[] data) => () => _ = {|WSA4002:socket.SendAsync(data, WebSocketMessageType.Text, true, default)|};
        }
        """);

    [Fact]
    public Task Reports_behind_conditional_access_and_ConfigureAwait() => Verify.ReportsAsync<SendingAnalyzer>("""
        #nullable enable
        class Session
        {
            private ClientWebSocket? _socket;

            public void Push(byte[] data)
            {
                _ = _socket?{|WSA4002:.SendAsync(data, WebSocketMessageType.Text, true, default)|};
                _ = {|WSA4002:_socket!.SendAsync(data, WebSocketMessageType.Text, true, default)|}.ConfigureAwait(false);
                _ = ({|WSA4002:_socket.SendAsync(data.AsMemory(), WebSocketMessageType.Text, true, default)|}).AsTask();
            }
        }
        """);

    [Fact]
    public Task Reports_a_discarded_choice() => Verify.ReportsAsync<SendingAnalyzer>("""
        #nullable enable
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public void Answer(string command, byte[] data)
            {
                _ = command.Length > 3 ? {|WSA4002:socket.SendAsync(data, WebSocketMessageType.Text, true, default)|} : Task.CompletedTask;
                _ = command switch
                {
                    "send" => {|WSA4002:socket.SendAsync(data, WebSocketMessageType.Text, true, default)|},
                    "quit" => {|WSA4002:socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default)|},
                    _ => Task.CompletedTask,
                };
            }
        }
        """);

    [Fact]
    public Task Reports_source_methods_that_send() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Room
        {
            private readonly List<WebSocket> members;
            public Room(List<WebSocket> members) => this.members = members;

            public async Task NotifyAllAsync(byte[] data)
            {
                foreach (var member in members.ToArray())
                    await member.SendAsync(data, WebSocketMessageType.Text, true, default);
            }

            public void Notify(byte[] data) => _ = {|WSA4002:NotifyAllAsync(data)|};
        }
        """);

    [Fact]
    public Task Reports_through_an_interface_with_one_implementation() => Verify.ReportsAsync<SendingAnalyzer>("""
        interface INotifier
        {
            ValueTask NotifyAsync(string text, CancellationToken cancellation = default);
        }

        class SocketNotifier : INotifier
        {
            private readonly WebSocket _socket;
            public SocketNotifier(WebSocket socket) => _socket = socket;

            ValueTask INotifier.NotifyAsync(string text, CancellationToken cancellation) =>
                _socket.SendAsync(Encoding.UTF8.GetBytes(text).AsMemory(), WebSocketMessageType.Text, true, cancellation);
        }

        class Prices
        {
            private readonly INotifier notifier;
            public Prices(INotifier notifier) => this.notifier = notifier;

            public void Changed(decimal price) => _ = {|WSA4002:notifier.NotifyAsync(price.ToString())|};
        }
        """);

    [Fact]
    public Task Reports_hub_sends() => Verify.ReportsAsync<SendingAnalyzer>("""
        using Microsoft.AspNetCore.SignalR;

        class ChatHub : Hub
        {
            public void Send(string text) => _ = {|WSA4002:Clients.All.SendAsync("message", text)|};
        }
        """);

    [Fact]
    public Task Reports_a_method_that_guards_only_some_failures() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket, SemaphoreSlim gate) => this.socket = socket;

            private async Task SendAsync(byte[] data)
            {
                try
                {
                    await socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                }
                catch (WebSocketException)
                {
                    socket.Abort();
                }
            }

            private async Task RethrowAsync(byte[] data)
            {
                try
                {
                    await socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                }
                catch (Exception e)
                {
                    Console.Error.WriteLine(e);
                    throw;
                }
            }

            public void Push(byte[] data)
            {
                _ = {|WSA4002:SendAsync(data)|};
                _ = {|WSA4002:RethrowAsync(data)|};
            }
        }
        """);

    [Fact]
    public Task Reports_in_top_level_programs() => Verify.ReportsAsync<SendingAnalyzer>("""
        // top-level
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri("ws://localhost"), default);
        _ = {|WSA4002:HelloAsync()|};
        Console.ReadLine();

        async Task HelloAsync()
        {
            await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, default);
        }
        """);

    [Fact]
    public Task Ignores_methods_that_handle_their_own_failures() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            private async Task TrySendAsync(byte[] data)
            {
                var segment = new ArraySegment<byte>(data);
                try
                {
                    await socket.SendAsync(segment, WebSocketMessageType.Text, true, default);
                }
                catch (WebSocketException)
                {
                    socket.Abort();
                }
                catch (Exception e)
                {
                    Console.Error.WriteLine(e);
                }
            }

            private Task SendAsync(byte[] data) => TrySendAsync(data);

            private async Task SendTextAsync(string text) => await TrySendAsync(Encoding.UTF8.GetBytes(text)).ConfigureAwait(false);

            public void Push(byte[] data)
            {
                _ = TrySendAsync(data);
                _ = SendAsync(data);
                _ = SendTextAsync("hello");
                _ = LocalAsync();

                async Task LocalAsync()
                {
                    try { await socket.SendAsync(data, WebSocketMessageType.Text, true, default); }
                    catch { }
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_loops_that_end_with_their_connection() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket socket;
            private readonly System.Threading.Channels.ChannelReader<byte[]> outgoing;
            public Session(WebSocket socket, System.Threading.Channels.ChannelReader<byte[]> outgoing) { this.socket = socket; this.outgoing = outgoing; }

            public void Start()
            {
                _ = SendLoopAsync();
                _ = PingAsync();
            }

            private async Task SendLoopAsync()
            {
                while (await outgoing.WaitToReadAsync())
                {
                    while (outgoing.TryRead(out var message))
                        await socket.SendAsync(message, WebSocketMessageType.Text, true, default);
                }
            }

            private async Task PingAsync()
            {
                for (; ; )
                {
                    await Task.Delay(1000);
                    await socket.SendAsync(Array.Empty<byte>(), WebSocketMessageType.Binary, true, default);
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_a_callee_that_awaits_the_loop_it_is_called_from() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Client
        {
            private readonly ClientWebSocket _socket = new();
            private Task Receiving { get; set; } = Task.CompletedTask;

            public void Start()
            {
                Receiving = ReceiveAsync();
            }

            private async Task ReceiveAsync()
            {
                var buffer = new byte[1024];
                while (true)
                {
                    var result = await _socket.ReceiveAsync(buffer, default);
                    if (result.MessageType == WebSocketMessageType.Close)
                        _ = DisconnectAsync();
                }
            }

            public async Task DisconnectAsync()
            {
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
                await Task.WhenAny(Receiving, Task.Delay(1000));
            }
        }
        """);

    [Fact]
    public Task Ignores_a_close_that_a_cancelled_token_starts() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public async Task RunAsync(CancellationToken stopping)
            {
                using var drain = new CancellationTokenSource();
                using var registration = stopping.UnsafeRegister(_ =>
                {
                    _ = socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "shutdown", CancellationToken.None);
                    drain.CancelAfter(TimeSpan.FromSeconds(5));
                }, null);
                using var second = stopping.Register(() =>
                {
                    _ = socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "shutdown", CancellationToken.None);
                });
                await Task.Delay(1000, drain.Token);
            }
        }
        """);

    [Fact]
    public Task Ignores_a_callee_that_takes_the_loop_into_a_local_and_awaits_it() => Verify.IgnoresAsync<SendingAnalyzer>("""
        #nullable enable
        class Client
        {
            private readonly ClientWebSocket _socket = new();
            private Task? _loop;

            public void Start() => _loop = ReceiveAsync();

            private async Task ReceiveAsync()
            {
                while ((await _socket.ReceiveAsync(new byte[1024], default)).MessageType != WebSocketMessageType.Close)
                {
                }

                _ = DisconnectAsync();
            }

            public async Task DisconnectAsync()
            {
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
                var loop = Interlocked.Exchange(ref _loop, null);
                if (loop is not null)
                    await loop;
            }
        }
        """);

    [Fact]
    public Task Ignores_tasks_that_are_observed() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            private Task _last = Task.CompletedTask;

            public async Task PushAsync(byte[] data)
            {
                _ = await TrySendAsync(data);
                _ = _last = socket.SendAsync(data, WebSocketMessageType.Text, true, default);
            }

            public async Task NamedAsync(byte[] data)
            {
                var _ = socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                await _;
            }

            private async Task<bool> TrySendAsync(byte[] data)
            {
                await socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                return true;
            }
        }
        """);

    [Fact]
    public Task Ignores_a_field_named_like_a_discard() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            private Task? _;

            public void Push(byte[] data) => _ = socket.SendAsync(data, WebSocketMessageType.Text, true, default);

            public Task StopAsync() => _ ?? Task.CompletedTask;
        }
        """);

    [Fact]
    public Task Ignores_other_discards() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Outbox
        {
            private readonly FileStream file;
            public Outbox(FileStream file) => this.file = file;

            public void Post(byte[] data)
            {
                _ = file.WriteAsync(data, 0, data.Length);
                _ = Task.Delay(1000);
                _ = int.TryParse("1", out _);
                _ = SaveAsync(data);
            }

            private async Task SaveAsync(byte[] data) => await file.WriteAsync(data);
        }
        """);

    [Fact]
    public Task Ignores_discards_of_recursive_methods_that_never_send() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private Task PingAsync(int depth) => PongAsync(depth);

            private Task PongAsync(int depth) => PingAsync(depth - 1);

            public void Start() => _ = PingAsync(3);
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
                _ = socket.SendAsync(
                _ = ;
                _ = socket?.SendAsync(data,
                _ = data switch { _ => socket.SendAsync(
        """) { CompilerDiagnostics = CompilerDiagnostics.None }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Reports_writers_over_a_connection() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly StreamWriter writer;
            public Session(TcpClient client) => writer = new StreamWriter(new System.Net.Security.SslStream(client.GetStream())) { AutoFlush = true };

            public void Push(string line)
            {
                _ = {|WSA4002:writer.WriteLineAsync(line)|};
                _ = {|WSA4002:writer.FlushAsync()|}.ConfigureAwait(false);
            }
        }
        """);

    [Fact]
    public Task Ignores_writers_over_files() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Log
        {
            private readonly StreamWriter writer = new("log.txt", append: true);
            private readonly StreamWriter pipe = System.Diagnostics.Process.Start("sort").StandardInput;

            public void Push(string line)
            {
                _ = writer.WriteLineAsync(line);
                _ = pipe.WriteLineAsync(line);
            }
        }
        """);

    [Fact]
    public Task Fixes_a_discarded_flush() => Verify.FixesAsync<SendingAnalyzer, DiscardedSendCodeFix>("""
        class Session
        {
            private readonly StreamWriter writer;
            public Session(TcpClient client) => writer = new StreamWriter(client.GetStream());

            public async Task PushAsync(string line)
            {
                await writer.WriteLineAsync(line);
                _ = {|WSA4002:writer.FlushAsync()|};
            }
        }
        """, """
        class Session
        {
            private readonly StreamWriter writer;
            public Session(TcpClient client) => writer = new StreamWriter(client.GetStream());

            public async Task PushAsync(string line)
            {
                await writer.WriteLineAsync(line);
                await writer.FlushAsync();
            }
        }
        """);

    [Fact]
    public Task Fixes_a_discard() => Verify.FixesAsync<SendingAnalyzer, DiscardedSendCodeFix>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public async Task PushAsync(byte[] data)
            {
                // the last word
                _ = {|WSA4002:socket.SendAsync(data, WebSocketMessageType.Text, true, default)|}; // to the peer
                await Task.Yield();
            }
        }
        """, """
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public async Task PushAsync(byte[] data)
            {
                // the last word
                await socket.SendAsync(data, WebSocketMessageType.Text, true, default); // to the peer
                await Task.Yield();
            }
        }
        """);

    [Fact]
    public Task Fixes_expression_bodies_and_their_callers() => Verify.FixesAsync<SendingAnalyzer, DiscardedSendCodeFix>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public void Push(byte[] data) => _ = {|WSA4002:socket.SendAsync(data, WebSocketMessageType.Text, true, default)|};

            public async Task RunAsync()
            {
                Push(new byte[1]);
                await Task.Yield();
            }
        }
        """, """
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public async Task Push(byte[] data) => await socket.SendAsync(data, WebSocketMessageType.Text, true, default);

            public async Task RunAsync()
            {
                await Push(new byte[1]);
                await Task.Yield();
            }
        }
        """);

    [Fact]
    public Task Fixes_behind_conditional_access_and_ConfigureAwait() => Verify.FixesAsync<SendingAnalyzer, DiscardedSendCodeFix>("""
        #nullable enable
        class Session
        {
            private ClientWebSocket? _socket;

            public async Task PushAsync(byte[] data)
            {
                _ = _socket?{|WSA4002:.SendAsync(data, WebSocketMessageType.Text, true, default)|};
                _ = {|WSA4002:_socket!.SendAsync(data, WebSocketMessageType.Text, true, default)|}.ConfigureAwait(false);
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
                await _socket!.SendAsync(data, WebSocketMessageType.Text, true, default).ConfigureAwait(false);
                await Task.Yield();
            }
        }
        """);

    [Fact]
    public Task FixesAll_discards_of_a_class() => Verify.FixesAsync<SendingAnalyzer, DiscardedSendCodeFix>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            private async ValueTask SendAsync(byte[] data) => await socket.SendAsync(data.AsMemory(), WebSocketMessageType.Text, true, default);

            public void Push(byte[] data)
            {
                _ = {|WSA4002:SendAsync(data)|};
                if (data.Length == 0)
                    _ = {|WSA4002:socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default)|};
            }

            public void Stop()
            {
                Push(new byte[0]);
                _ = {|WSA4002:SendAsync(new byte[1])|};
            }
        }
        """, """
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            private async ValueTask SendAsync(byte[] data) => await socket.SendAsync(data.AsMemory(), WebSocketMessageType.Text, true, default);

            public async Task Push(byte[] data)
            {
                await SendAsync(data);
                if (data.Length == 0)
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
            }

            public async Task Stop()
            {
                await Push(new byte[0]);
                await SendAsync(new byte[1]);
            }
        }
        """);

    [Fact]
    public Task Fixes_a_discarded_choice() => Verify.FixesAsync<SendingAnalyzer, DiscardedSendCodeFix>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public async Task AnswerAsync(string command, byte[] data)
            {
                await Task.Yield();
                _ = command.Length > 3 ? {|WSA4002:socket.SendAsync(data, WebSocketMessageType.Text, true, default)|} : Task.CompletedTask;
            }
        }
        """, """
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public async Task AnswerAsync(string command, byte[] data)
            {
                await Task.Yield();
                await (command.Length > 3 ? socket.SendAsync(data, WebSocketMessageType.Text, true, default) : Task.CompletedTask);
            }
        }
        """);

    [Fact]
    public Task OffersNoFix_in_a_broadcast_or_in_an_accept_loop() => Verify.OffersNoFixAsync<SendingAnalyzer, DiscardedSendCodeFix>("""
        class Server
        {
            private readonly TcpListener listener;
            private readonly List<WebSocket> members;
            public Server(TcpListener listener, List<WebSocket> members) { this.listener = listener; this.members = members; }

            public async Task AcceptAsync(byte[] hello)
            {
                while (true)
                {
                    var client = await listener.AcceptTcpClientAsync();
                    _ = {|WSA4002:GreetAsync(client, hello)|};
                }
            }

            private static async Task GreetAsync(TcpClient client, byte[] hello)
            {
                using (client)
                    await client.GetStream().WriteAsync(hello);
            }

            public async Task BroadcastAsync(byte[] data)
            {
                foreach (var member in members)
                    _ = {|WSA4002:member.SendAsync(data, WebSocketMessageType.Text, true, default)|};
                await Task.Yield();
            }
        }
        """);

    [Fact]
    public Task OffersNoFix_in_lambdas_for_void_delegates_and_in_overrides() => Verify.OffersNoFixAsync<SendingAnalyzer, DiscardedSendCodeFix>("""
        class Writer : StringWriter
        {
            private readonly WebSocket socket;
            public Writer(WebSocket socket) => this.socket = socket;

            public override void Write(char value) => _ = {|WSA4002:socket.SendAsync(new[] { (byte)value }, WebSocketMessageType.Text, true, default)|};

            public Action Later(byte[] data) => () => _ = {|WSA4002:socket.SendAsync(data, WebSocketMessageType.Text, true, default)|};
        }
        """);
}
