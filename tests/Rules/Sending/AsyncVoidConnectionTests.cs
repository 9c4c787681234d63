using Microsoft.CodeAnalysis.Testing;
using WebSocketAnalyzers.CodeFixes.Fixes.Sending;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Sending;

public class AsyncVoidConnectionTests
{
    [Fact]
    public Task Reports_writers_over_a_connection_and_no_others() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly StreamWriter writer;
            private readonly StreamWriter log = new("log.txt");
            public Session(TcpClient client) => writer = new StreamWriter(client.GetStream());

            public async void {|WSA4004:Push|}(string line) => await writer.WriteLineAsync(line);

            public async void Note(string line) => await log.WriteLineAsync(line);
        }
        """);

    [Fact]
    public Task Reports_methods_that_await_a_connection() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Feed
        {
            private readonly ClientWebSocket _socket = new();

            public async void {|WSA4004:Connect|}(Uri server) => await _socket.ConnectAsync(server, default);

            private async void {|WSA4004:Receive|}()
            {
                var buffer = new byte[4096];
                while (_socket.State == WebSocketState.Open)
                {
                    var result = await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None).ConfigureAwait(false);
                    Console.WriteLine(result.Count);
                }
            }
        }
        """);

    [Fact]
    public Task Reports_lambdas_for_void_delegates() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Heartbeat
        {
            private readonly WebSocket _socket;
            private readonly List<Timer> _timers = new();
            private event EventHandler Ticked;

            public Heartbeat(WebSocket socket, System.Timers.Timer clock, CancellationToken stopping)
            {
                _socket = socket;
                _timers.Add(new Timer({|WSA4004:async|} _ => await PingAsync(), null, 0, 1000));
                clock.Elapsed += {|WSA4004:async|} (sender, e) => await PingAsync();
                Ticked += {|WSA4004:async|} delegate { await PingAsync(); };
                stopping.Register({|WSA4004:async|} () => await socket.CloseAsync(WebSocketCloseStatus.EndpointUnavailable, null, default));
                ThreadPool.QueueUserWorkItem({|WSA4004:async|} _ => await PingAsync());
            }

            private Task PingAsync() => _socket.SendAsync(Array.Empty<byte>(), WebSocketMessageType.Text, true, default);
        }
        """);

    [Fact]
    public Task Reports_loop_methods_that_take_actions() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Room
        {
            private readonly List<WebSocket> _members = new();

            public void Push(byte[] data)
            {
                _members.ForEach({|WSA4004:async|} member => await member.SendAsync(data, WebSocketMessageType.Text, true, default));
                Parallel.ForEach(_members, {|WSA4004:async|} member => await member.SendAsync(data, WebSocketMessageType.Text, true, default));
            }
        }
        """);

    [Fact]
    public Task Reports_local_functions() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            public void Start(WebSocket socket)
            {
                Run();

                async void {|WSA4004:Run|}()
                {
                    await Task.Delay(1000);
                    await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
                }
            }
        }
        """);

    // A delegate parameter of the program itself that returns nothing.
    [Fact]
    public Task Reports_a_message_handler_handed_to_the_receive_loop() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Middleware
        {
            private readonly Rooms _rooms = new();

            public async Task ServeAsync(WebSocket socket)
            {
                await ReceiveAsync(socket, {|WSA4004:async|} (result, text) =>
                {
                    if (result.MessageType == WebSocketMessageType.Text)
                        await _rooms.PublishAsync(socket, text);
                });
            }

            private async Task ReceiveAsync(WebSocket socket, Action<WebSocketReceiveResult, string> handle)
            {
                var buffer = new byte[1024];
                var result = await socket.ReceiveAsync(buffer, default);
                handle(result, Encoding.UTF8.GetString(buffer, 0, result.Count));
            }
        }

        class Rooms
        {
            public async Task PublishAsync(WebSocket socket, string text) =>
                await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, default);
        }
        """);

    [Fact]
    public Task Reports_a_guard_that_lets_something_out() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Pings
        {
            private readonly WebSocket _socket;
            public Pings(WebSocket socket) => _socket = socket;

            public async void {|WSA4004:OnlyOne|}()
            {
                try
                {
                    await PingAsync();
                }
                catch (WebSocketException e)
                {
                    Console.WriteLine(e);
                }
            }

            public async void {|WSA4004:Filtered|}()
            {
                try
                {
                    await PingAsync();
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    Console.WriteLine(e);
                }
            }

            public async void {|WSA4004:Rethrown|}()
            {
                try
                {
                    await PingAsync();
                }
                catch (OperationCanceledException)
                {
                    throw;
                }
                catch (Exception e)
                {
                    Console.WriteLine(e);
                }
            }

            public async void {|WSA4004:ClosesInItsCatch|}()
            {
                try
                {
                    await PingAsync();
                }
                catch (Exception)
                {
                    await _socket.CloseAsync(WebSocketCloseStatus.InternalServerError, null, default);
                }
            }

            private async ValueTask PingAsync() => await _socket.SendAsync(ReadOnlyMemory<byte>.Empty, WebSocketMessageType.Text, true, default);
        }
        """);

    [Fact]
    public Task Reports_what_is_combined_and_awaited() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Room
        {
            private readonly List<WebSocket> _members = new();

            public async void {|WSA4004:All|}(byte[] data) =>
                await Task.WhenAll(_members.Select(async member => await member.SendAsync(data, WebSocketMessageType.Text, true, default)));

            public async void {|WSA4004:Collected|}(byte[] data)
            {
                var sends = new List<Task>();
                foreach (var member in _members)
                    sends.Add(member.SendAsync(data, WebSocketMessageType.Text, true, default));
                await Task.WhenAll(sends);
            }

            public async void {|WSA4004:Later|}(byte[] data)
            {
                var send = _members[0].SendAsync(data, WebSocketMessageType.Text, true, default);
                await Task.Yield();
                await send;
            }
        }
        """);

    [Fact]
    public Task Reports_through_an_interface_with_one_implementation() => Verify.ReportsAsync<SendingAnalyzer>("""
        interface IPeer
        {
            Task NotifyAsync(string text, CancellationToken cancellation = default);
        }

        class SocketPeer : IPeer
        {
            private readonly WebSocket _socket;
            public SocketPeer(WebSocket socket) => _socket = socket;

            public async Task NotifyAsync(string text, CancellationToken cancellation) =>
                await _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, cancellation);
        }

        class Prices
        {
            private readonly IPeer _peer;
            public Prices(IPeer peer) => _peer = peer;

            public async void {|WSA4004:OnChanged|}(object sender, EventArgs e) => await (_peer?.NotifyAsync("changed") ?? Task.CompletedTask);
        }
        """);

    [Fact]
    public Task Reports_overrides_of_void_callbacks() => Verify.ReportsAsync<SendingAnalyzer>("""
        using Microsoft.AspNetCore.SignalR;

        abstract class HubBase : Hub
        {
            public abstract void Notify(WebSocket socket);
        }

        class ChatHub : HubBase
        {
            public override async void {|WSA4004:Notify|}(WebSocket socket) => await socket.SendAsync(new byte[1], WebSocketMessageType.Binary, true, default);
        }
        """);

    [Fact]
    public Task Ignores_guarded_bodies() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Pings
        {
            private readonly WebSocket _socket;
            private readonly Timer _timer;

            public Pings(WebSocket socket)
            {
                _socket = socket;
                _timer = new Timer(async _ =>
                {
                    try
                    {
                        await PingAsync();
                    }
                    catch (Exception e)
                    {
                        Console.WriteLine(e);
                    }
                }, null, 0, 1000);
            }

            public async void Ping(object sender, EventArgs e)
            {
                Console.WriteLine("ping");
                try
                {
                    await PingAsync();
                }
                catch (OperationCanceledException)
                {
                }
                catch
                {
                    _socket.Abort();
                }
                finally
                {
                    Console.WriteLine("pinged");
                }
            }

            private Task PingAsync() => _socket.SendAsync(Array.Empty<byte>(), WebSocketMessageType.Text, true, default);
        }
        """);

    // The loop goes on, whatever one of the operations does: no failure of a connection leaves it.
    [Fact]
    public Task Ignores_operations_that_are_each_guarded() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class PingQueue
        {
            public async void Notify(ConcurrentBag<WebSocket> members)
            {
                while (members.TryTake(out var member))
                {
                    try
                    {
                        await member.SendAsync(Array.Empty<byte>(), WebSocketMessageType.Text, true, default).ConfigureAwait(false);
                    }
                    catch (Exception e)
                    {
                        Console.WriteLine(e);
                    }

                    Console.WriteLine(members.Count);
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_callees_that_guard_themselves() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket _socket;
            public Session(WebSocket socket) => _socket = socket;

            public async void Push(byte[] data)
            {
                await TrySendAsync(data);
                await ForwardAsync(data);
            }

            private Task ForwardAsync(byte[] data) => TrySendAsync(data);

            private async Task<bool> TrySendAsync(byte[] data)
            {
                var sent = false;
                try
                {
                    await _socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                    sent = true;
                }
                catch (Exception e)
                {
                    Console.WriteLine(e);
                }

                return sent;
            }
        }
        """);

    [Fact]
    public Task Ignores_functions_that_return_their_task() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket _socket;
            public Session(WebSocket socket) => _socket = socket;

            public async Task PushAsync(byte[] data) => await _socket.SendAsync(data, WebSocketMessageType.Text, true, default);

            public Task OffloadAsync(byte[] data) => Task.Run(async () => await PushAsync(data));

            public async Task AllAsync(List<byte[]> messages, CancellationToken cancellation)
            {
                Func<byte[], Task> push = async data => await PushAsync(data);
                await Parallel.ForEachAsync(messages, cancellation, async (data, _) => await push(data));
            }
        }
        """);

    [Fact]
    public Task Ignores_async_void_that_has_to_do_with_no_connection() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Window
        {
            public async void OnClick(object sender, EventArgs e)
            {
                await Task.Delay(100);
                await File.WriteAllTextAsync("log", "click");
            }

            public void Plain(object sender, EventArgs e) => Console.WriteLine(e);
        }
        """);

    [Fact]
    public Task Ignores_failures_that_come_up_elsewhere() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket _socket;
            private Task _loop = Task.CompletedTask;
            public Session(WebSocket socket) => _socket = socket;

            public async void Start(byte[] data)
            {
                _loop = LoopAsync();
                await LoopAsync().ContinueWith(done => Console.WriteLine(done.Exception));
                await Task.WhenAny(LoopAsync(), Task.Delay(1000));
                var send = _socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                try
                {
                    await send;
                }
                catch (Exception e)
                {
                    Console.WriteLine(e);
                }
            }

            private async Task LoopAsync()
            {
                while (_socket.State == WebSocketState.Open)
                    await _socket.ReceiveAsync(new byte[16], default);
            }
        }
        """);

    [Fact]
    public Task Ignores_doppelgaengers() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class WebSocket
        {
            public Task SendAsync(byte[] data, CancellationToken cancellation) => Task.CompletedTask;
        }

        class Hub
        {
            public async void Send(WebSocket socket) => await socket.SendAsync(new byte[1], default);
        }

        class Mailer
        {
            public async void Send(System.Net.Mail.SmtpClient client, System.Net.Mail.MailMessage mail) => await client.SendMailAsync(mail);
        }
        """);

    [Fact]
    public Task Ignores_tests() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class FactAttribute : Attribute { }
        class SlowFactAttribute : FactAttribute { }

        class SessionTests
        {
            [Fact]
            public async void Sends() => await new ClientWebSocket().SendAsync(new byte[1], WebSocketMessageType.Text, true, default);

            [SlowFact]
            public void Answers(System.Timers.Timer clock, WebSocket socket) =>
                clock.Elapsed += async (s, e) => await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
        }
        """);

    [Fact]
    public Task Ignores_recursive_code() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            public async void Run() => await RunAsync(3);

            private async Task RunAsync(int depth)
            {
                if (depth > 0)
                    await RunAsync(depth - 1);
                Again();
            }

            private async void Again()
            {
                await Task.Yield();
                Run();
            }
        }
        """);

    [Fact]
    public Task Ignores_half_typed_code() => new Verify.Test<SendingAnalyzer, EmptyCodeFixProvider>("""
        class Session
        {
            public async void Push(WebSocket socket, byte[] data)
            {
                await
                await socket.
                var task = await SendAsync(;
                Parallel.ForEach(data, async
            }

            public async void
        """) { CompilerDiagnostics = CompilerDiagnostics.None }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Ignores_several_implementations() => Verify.IgnoresAsync<SendingAnalyzer>("""
        interface IPeer
        {
            Task NotifyAsync();
        }

        class SocketPeer : IPeer
        {
            private readonly ClientWebSocket _socket = new();
            public Task NotifyAsync() => _socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
        }

        class QuietPeer : IPeer
        {
            public Task NotifyAsync() => Task.CompletedTask;
        }

        class Prices
        {
            public async void Changed(IPeer peer) => await peer.NotifyAsync();
        }
        """);

    [Fact]
    public Task Fixes_by_returning_the_task() => Verify.FixesAsync<SendingAnalyzer, AsyncVoidConnectionCodeFix>("""
        class Session
        {
            private readonly WebSocket _socket;
            public Session(WebSocket socket) => _socket = socket;

            // Says hello.
            private async void {|WSA4004:Greet|}(string name) => await _socket.SendAsync(Encoding.UTF8.GetBytes(name), WebSocketMessageType.Text, true, default);

            public async Task RunAsync(string name)
            {
                Greet(name); // first of all
                await Task.Delay(10);
            }

            public void Start(string name)
            {
                if (name.Length > 0)
                    Greet(name);
            }
        }
        """, """
        class Session
        {
            private readonly WebSocket _socket;
            public Session(WebSocket socket) => _socket = socket;

            // Says hello.
            private async Task Greet(string name) => await _socket.SendAsync(Encoding.UTF8.GetBytes(name), WebSocketMessageType.Text, true, default);

            public async Task RunAsync(string name)
            {
                await Greet(name); // first of all
                await Task.Delay(10);
            }

            public async Task Start(string name)
            {
                if (name.Length > 0)
                    await Greet(name);
            }
        }
        """);

    [Fact]
    public Task Fixes_interfaces_of_the_program_and_local_functions() => Verify.FixesAsync<SendingAnalyzer, AsyncVoidConnectionCodeFix>("""
        interface ICommand
        {
            void Execute();
        }

        class Notify : ICommand
        {
            private readonly WebSocket _socket;
            public Notify(WebSocket socket) => _socket = socket;

            public async void {|WSA4004:Execute|}()
            {
                await _socket.SendAsync(new byte[1], WebSocketMessageType.Binary, true, default).ConfigureAwait(false);
            }
        }

        class Nothing : ICommand
        {
            public void Execute() => Console.WriteLine("nothing");
        }

        class Invoker
        {
            public async Task RunAsync(ICommand command, WebSocket socket)
            {
                command.Execute();
                await Task.Yield();
                Close();

                async void {|WSA4004:Close|}() => await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
            }
        }
        """, """
        interface ICommand
        {
            Task Execute();
        }

        class Notify : ICommand
        {
            private readonly WebSocket _socket;
            public Notify(WebSocket socket) => _socket = socket;

            public async Task Execute()
            {
                await _socket.SendAsync(new byte[1], WebSocketMessageType.Binary, true, default).ConfigureAwait(false);
            }
        }

        class Nothing : ICommand
        {
            public Task Execute()
            {
                Console.WriteLine("nothing");
                return Task.CompletedTask;
            }
        }

        class Invoker
        {
            public async Task RunAsync(ICommand command, WebSocket socket)
            {
                await command.Execute();
                await Task.Yield();
                await Close();

                async Task Close() => await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
            }
        }
        """);

    // Awaiting an endless loop would hang whoever starts it.
    [Fact]
    public Task Fixes_loops_and_event_handlers_with_a_catch() => Verify.FixesAsync<SendingAnalyzer, AsyncVoidConnectionCodeFix>("""
        class Feed
        {
            private readonly ClientWebSocket _socket = new();

            public async Task StartAsync(Uri server)
            {
                await _socket.ConnectAsync(server, new CancellationTokenSource(1000).Token);
                Receive();
            }

            private async void {|WSA4004:Receive|}()
            {
                // one buffer for all of them
                var buffer = new byte[4096];
                while (_socket.State == WebSocketState.Open)
                {
                    var result = await _socket.ReceiveAsync(buffer, default);
                    if (result.MessageType == WebSocketMessageType.Close)
                        return;
                }

                // the end
            }

            private async void {|WSA4004:OnClick|}(object sender, EventArgs e) => await _socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default); // once
        }
        """, """
        using System.Diagnostics;

        class Feed
        {
            private readonly ClientWebSocket _socket = new();

            public async Task StartAsync(Uri server)
            {
                await _socket.ConnectAsync(server, new CancellationTokenSource(1000).Token);
                Receive();
            }

            private async void Receive()
            {
                try
                {
                    // one buffer for all of them
                    var buffer = new byte[4096];
                    while (_socket.State == WebSocketState.Open)
                    {
                        var result = await _socket.ReceiveAsync(buffer, default);
                        if (result.MessageType == WebSocketMessageType.Close)
                            return;
                    }
                }
                catch (Exception exception)
                {
                    Trace.TraceError(exception.ToString());
                }

                // the end
            }

            private async void OnClick(object sender, EventArgs e)
            {
                try
                {
                    await _socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
                }
                catch (Exception exception)
                {
                    Trace.TraceError(exception.ToString());
                }
            } // once
        }
        """);

    [Fact]
    public Task Fixes_lambdas_with_a_catch_and_the_logger_in_scope() => Verify.FixesAsync<SendingAnalyzer, AsyncVoidConnectionCodeFix>("""
        using Microsoft.Extensions.Logging;

        class Pings
        {
            private readonly WebSocket _socket;
            private readonly ILogger<Pings> _logger;

            public Pings(WebSocket socket, ILogger<Pings> logger)
            {
                _socket = socket;
                _logger = logger;
            }

            public Timer Start() => new Timer({|WSA4004:async|} _ => await PingAsync(), null, 0, 1000);

            public void Stop(CancellationToken stopping)
            {
                stopping.Register({|WSA4004:async|} () =>
                {
                    await PingAsync(); // the last one
                });
            }

            private Task PingAsync() => _socket.SendAsync(Array.Empty<byte>(), WebSocketMessageType.Text, true, default);
        }
        """, """
        using Microsoft.Extensions.Logging;

        class Pings
        {
            private readonly WebSocket _socket;
            private readonly ILogger<Pings> _logger;

            public Pings(WebSocket socket, ILogger<Pings> logger)
            {
                _socket = socket;
                _logger = logger;
            }

            public Timer Start() => new Timer(async _ =>
            {
                try
                {
                    await PingAsync();
                }
                catch (Exception exception)
                {
                    _logger.LogError(exception, "Start failed");
                }
            }, null, 0, 1000);

            public void Stop(CancellationToken stopping)
            {
                stopping.Register(async () =>
                {
                    try
                    {
                        await PingAsync(); // the last one
                    }
                    catch (Exception exception)
                    {
                        _logger.LogError(exception, "Stop failed");
                    }
                });
            }

            private Task PingAsync() => _socket.SendAsync(Array.Empty<byte>(), WebSocketMessageType.Text, true, default);
        }
        """);

    [Fact]
    public Task Fixes_Parallel_ForEach() => Verify.FixesAsync<SendingAnalyzer, AsyncVoidConnectionCodeFix>("""
        class Room
        {
            private readonly ConcurrentDictionary<string, WebSocket> _members = new();

            public void Push(byte[] data)
            {
                Parallel.ForEach(_members.Values, {|WSA4004:async|} member =>
                {
                    if (member.State != WebSocketState.Open)
                        return;
                    await member.SendAsync(data, WebSocketMessageType.Text, true, default);
                });
            }

            public async Task PushAsync(WebSocket[] members, byte[] data, ParallelOptions options)
            {
                await Task.Yield();
                Parallel.ForEach(members, options, {|WSA4004:async|} (WebSocket member) => await member.SendAsync(data, WebSocketMessageType.Text, true, default));
            }
        }
        """, """
        class Room
        {
            private readonly ConcurrentDictionary<string, WebSocket> _members = new();

            public async Task Push(byte[] data)
            {
                await Parallel.ForEachAsync(_members.Values, async (member, cancellationToken) =>
                {
                    if (member.State != WebSocketState.Open)
                        return;
                    await member.SendAsync(data, WebSocketMessageType.Text, true, default);
                });
            }

            public async Task PushAsync(WebSocket[] members, byte[] data, ParallelOptions options)
            {
                await Task.Yield();
                await Parallel.ForEachAsync(members, options, async (WebSocket member, CancellationToken cancellationToken) => await member.SendAsync(data, WebSocketMessageType.Text, true, default));
            }
        }
        """);

    [Fact]
    public Task Fixes_ForEach_over_messages() => Verify.FixesAsync<SendingAnalyzer, AsyncVoidConnectionCodeFix>("""
        class Session
        {
            private readonly WebSocket _socket;
            public Session(WebSocket socket) => _socket = socket;

            public void Push(List<byte[]> messages)
            {
                // in order
                messages.ForEach({|WSA4004:async|} message =>
                {
                    if (message.Length == 0)
                        return;
                    await _socket.SendAsync(message, WebSocketMessageType.Text, true, default);
                });
            }

            public void Push(byte[][] messages) =>
                Console.WriteLine(messages.Length);

            public void PushAll(byte[][] messages)
            {
                Array.ForEach(messages, {|WSA4004:async|} message => await _socket.SendAsync(message, WebSocketMessageType.Text, true, default));
            }
        }
        """, """
        class Session
        {
            private readonly WebSocket _socket;
            public Session(WebSocket socket) => _socket = socket;

            public async Task Push(List<byte[]> messages)
            {
                // in order
                foreach (var message in messages)
                {
                    if (message.Length == 0)
                        continue;
                    await _socket.SendAsync(message, WebSocketMessageType.Text, true, default);
                }
            }

            public void Push(byte[][] messages) =>
                Console.WriteLine(messages.Length);

            public async Task PushAll(byte[][] messages)
            {
                foreach (var message in messages)
                {
                    await _socket.SendAsync(message, WebSocketMessageType.Text, true, default);
                }
            }
        }
        """);

    // One await for each member would make all wait for the slowest: only the crash is cured.
    [Fact]
    public Task Fixes_ForEach_over_connections_with_a_catch() => Verify.FixesAsync<SendingAnalyzer, AsyncVoidConnectionCodeFix>("""
        class Room
        {
            public void Push(List<WebSocket> members, byte[] data)
            {
                members.ForEach({|WSA4004:async|} member => await member.SendAsync(data, WebSocketMessageType.Text, true, default));
            }
        }
        """, """
        using System.Diagnostics;

        class Room
        {
            public void Push(List<WebSocket> members, byte[] data)
            {
                members.ForEach(async member =>
                {
                    try
                    {
                        await member.SendAsync(data, WebSocketMessageType.Text, true, default);
                    }
                    catch (Exception exception)
                    {
                        Trace.TraceError(exception.ToString());
                    }
                });
            }
        }
        """);

    [Fact]
    public Task Fixes_overrides_of_a_library_with_a_catch() => Verify.FixesAsync<SendingAnalyzer, AsyncVoidConnectionCodeFix>("""
        class Pipe : System.Diagnostics.TraceListener
        {
            private readonly WebSocket _socket;
            public Pipe(WebSocket socket) => _socket = socket;

            public override async void {|WSA4004:Write|}(string text) => await _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, default);

            public override void WriteLine(string text) => Write(text);
        }
        """, """
        using System.Diagnostics;

        class Pipe : System.Diagnostics.TraceListener
        {
            private readonly WebSocket _socket;
            public Pipe(WebSocket socket) => _socket = socket;

            public override async void Write(string text)
            {
                try
                {
                    await _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, default);
                }
                catch (Exception exception)
                {
                    Trace.TraceError(exception.ToString());
                }
            }

            public override void WriteLine(string text) => Write(text);
        }
        """);

    [Fact]
    public Task FixesAll_of_a_chain() => Verify.FixesAsync<SendingAnalyzer, AsyncVoidConnectionCodeFix>("""
        class Session
        {
            private readonly WebSocket _socket;
            public Session(WebSocket socket) => _socket = socket;

            public async void {|WSA4004:First|}()
            {
                await _socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
                Second();
            }

            private async void {|WSA4004:Second|}() => await _socket.SendAsync(new byte[2], WebSocketMessageType.Text, true, default);
        }
        """, """
        class Session
        {
            private readonly WebSocket _socket;
            public Session(WebSocket socket) => _socket = socket;

            public async Task First()
            {
                await _socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
                await Second();
            }

            private async Task Second() => await _socket.SendAsync(new byte[2], WebSocketMessageType.Text, true, default);
        }
        """);

    [Fact]
    public Task OffersNoFix_of_the_task_to_methods_used_as_void_delegates() => Verify.OffersNoFixAsync<SendingAnalyzer, AsyncVoidConnectionCodeFix>("""
        class Session
        {
            private readonly WebSocket _socket;

            public Session(WebSocket socket, System.Timers.Timer clock)
            {
                _socket = socket;
                Start();
                new Thread(Run).Start();
            }

            private async void {|WSA4004:Run|}() => await _socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);

            private async void {|WSA4004:Start|}() => await _socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);

            private async void {|WSA4004:CalledByName|}() => await _socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
        }
        """, action: "ReturnTask");

    [Fact]
    public Task OffersNoFix_of_the_task_where_each_peer_would_wait_for_the_one_before() => Verify.OffersNoFixAsync<SendingAnalyzer, AsyncVoidConnectionCodeFix>("""
        class Room
        {
            private readonly List<WebSocket> _members = new();

            public void Push(byte[] data)
            {
                foreach (var member in _members)
                    Send(member, data);
            }

            private async void {|WSA4004:Send|}(WebSocket member, byte[] data) => await member.SendAsync(data, WebSocketMessageType.Text, true, default);
        }
        """, action: "ReturnTask");

    [Fact]
    public Task OffersNoFix_of_the_task_where_it_would_be_dropped_one_step_further_out() => Verify.OffersNoFixAsync<SendingAnalyzer, AsyncVoidConnectionCodeFix>("""
        class Client
        {
            private readonly WebSocket _socket = new ClientWebSocket();

            public void Start() => Task.Run(() => Push());

            public void StartDiscarded()
            {
                _ = Task.Run(() => { Push(); });
            }

            private async void {|WSA4004:Push|}() => await _socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
        }
        """, action: "ReturnTask");

    [Fact]
    public Task Fixes_without_an_import_that_would_give_the_names_of_a_missing_library_another_meaning() => Verify.FixesAsync<SendingAnalyzer, AsyncVoidConnectionCodeFix>("""
        class Behaviour
        {
            private readonly WebSocket _socket = new ClientWebSocket();

            private async void {|WSA4004:OnTimer|}()
            {
                await _socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
            }

            public void Log() => {|CS0103:Debug|}.LogFormat("sent");
        }
        """, """
        class Behaviour
        {
            private readonly WebSocket _socket = new ClientWebSocket();

            private async void OnTimer()
            {
                try
                {
                    await _socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
                }
                catch (Exception exception)
                {
                    System.Diagnostics.Trace.TraceError(exception.ToString());
                }
            }

            public void Log() => {|CS0103:Debug|}.LogFormat("sent");
        }
        """, action: "CatchAll");
}
