using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;
using WebSocketAnalyzers.CodeFixes.Fixes.Sending;
using WebSocketAnalyzers.Rules.Sending;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Sending;

/// <summary>Sends whose tasks are dropped by way of a delegate: WSA4001, WSA4002, WSA4003 and WSA4013.</summary>
public class DroppedSendDelegateTests
{
    [Fact]
    public Task Reports_locals_that_hold_a_lambda_or_method_group() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            private async Task PushAsync(string text) => await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, default);

            public void Greet(byte[] data)
            {
                Func<Task> send = () => socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                {|WSA4001:send()|};
                {|WSA4001:send.Invoke()|};
                Func<string, Task> push = PushAsync;
                {|WSA4001:push("x")|};
                {|WSA4001:push("x")|}.ConfigureAwait(false);
                var twice = async (string text) => { await PushAsync(text); await PushAsync(text); };
                {|WSA4001:twice("y")|};
                var made = new Func<string, Task>(this.PushAsync);
                var copy = made;
                {|WSA4001:copy("z")|};
                var unused = {|WSA4001:copy("z")|};
                Action<string> fire = text => {|WSA4001:copy(text)|};
                fire("a");
            }
        }
        """);

    [Fact]
    public Task Reports_behind_conditional_access() => Verify.ReportsAsync<SendingAnalyzer>("""
        #nullable enable
        class Session
        {
            public void Greet(WebSocket socket, byte[] data, bool isOpen)
            {
                Func<Task>? send = null;
                if (isOpen)
                    send = () => socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                send?{|WSA4001:.Invoke()|};
                _ = send?{|WSA4002:.Invoke()|};
            }
        }
        """);

    [Fact]
    public Task Reports_fields_and_properties_that_are_written_once() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket _socket;
            private readonly Func<string, Task> _push;
            private Func<ValueTask> _ping;
            private static readonly Func<WebSocket, Task> s_close = socket => socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);

            public Session(WebSocket socket)
            {
                _socket = socket;
                _push = text => _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, default);
                _ping = PingAsync;
                Pong = async () => await PingAsync();
            }

            public Func<Task> Pong { get; }
            public Func<ValueTask> Ping => PingAsync;

            private ValueTask PingAsync() => _socket.SendAsync(new byte[0].AsMemory(), WebSocketMessageType.Binary, true, default);

            public void Greet(Session other)
            {
                {|WSA4001:_push("hello")|};
                {|WSA4001:this._push("hello")|};
                {|WSA4001:other._push("hello")|};
                {|WSA4001:_ping()|};
                {|WSA4001:Pong()|};
                {|WSA4001:Ping()|};
                {|WSA4001:s_close(_socket)|};
            }
        }
        """);

    [Fact]
    public Task Reports_delegates_of_own_types_and_groups_of_a_library() => Verify.ReportsAsync<SendingAnalyzer>("""
        delegate Task Sender(ArraySegment<byte> data, WebSocketMessageType type, bool isLast, CancellationToken cancellation);

        class Session
        {
            public void Greet(WebSocket socket, byte[] data)
            {
                Sender send = socket.SendAsync;
                {|WSA4001:send(data, WebSocketMessageType.Text, true, default)|};
            }
        }
        """);

    [Fact]
    public Task Reports_where_every_write_sends() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            public void Greet(WebSocket socket, byte[] data, bool isText)
            {
                Func<Task> send;
                if (isText)
                    send = () => socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                else
                    send = () => socket.SendAsync(data, WebSocketMessageType.Binary, true, default);
                {|WSA4001:send()|};
            }
        }
        """);

    [Fact]
    public Task Reports_parameters_that_every_call_hands_such_a_function() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            private void Fire(Func<Task> work)
            {
                {|WSA4001:work()|};
            }

            public void Greet(byte[] data)
            {
                Fire(() => socket.SendAsync(data, WebSocketMessageType.Text, true, default));
                Fire(PingAsync);
                Each(text => socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, default));

                void Each(Func<string, Task> push)
                {
                    {|WSA4001:push("a")|};
                }
            }

            private async Task PingAsync() => await socket.SendAsync(new byte[0], WebSocketMessageType.Binary, true, default);
        }
        """);

    [Fact]
    public Task Reports_work_in_the_background_and_loops() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly ClientWebSocket socket = new();

            private async Task ReadAsync()
            {
                var buffer = new byte[1024];
                while (socket.State == WebSocketState.Open)
                    await socket.ReceiveAsync(buffer, default);
            }

            public void Start(byte[] data)
            {
                Func<Task> send = () => socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                {|WSA4003:Task.Run(send)|};
                {|WSA4003:Task.Run(() => send())|};
                {|WSA4003:Task.Run(async () => await send().ConfigureAwait(false))|};
                {|WSA4003:Task.Factory.StartNew(async () => { await send(); })|};
                Func<Task> forward = () => send();
                {|WSA4001:forward()|};
                Func<Task> read = ReadAsync;
                {|WSA4013:read()|};
                Func<Uri, CancellationToken, Task> connect = socket.ConnectAsync;
                _ = {|WSA4013:connect(new Uri("ws://localhost"), default)|};
            }
        }
        """);

    [Fact]
    public Task Reports_in_top_level_programs_and_generic_types() => Verify.ReportsAsync<SendingAnalyzer>("""
        // top-level
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri("ws://localhost"), default);
        Func<string, ValueTask> send = line => socket.SendAsync(Encoding.UTF8.GetBytes(line).AsMemory(), WebSocketMessageType.Text, true, default);
        while (Console.ReadLine() is { } line)
            {|WSA4001:send(line)|};
        {|WSA4001:new Channel<int>(socket).Post(1)|};

        class Channel<T>
        {
            private readonly WebSocket _socket;
            private readonly Func<T, Task> _write;
            public Channel(WebSocket socket)
            {
                _socket = socket;
                _write = WriteAsync;
            }

            private async Task WriteAsync(T item) => await _socket.SendAsync(Encoding.UTF8.GetBytes($"{item}"), WebSocketMessageType.Text, true, default);

            public Task Post(T item) => _write(item);
            public void Fire(T item) => {|WSA4001:_write(item)|};
        }
        """);

    [Fact]
    public Task Ignores_half_typed_delegates() => Verify.BearsAsync<SendingAnalyzer>("""
        class Session
        {
            private Func<Task> _a = ;
            private Func<Task> B => ;
            public void Run(WebSocket socket)
            {
                Func<Task> send = () => socket.;
                send();
                Func<Task> itself = itself;
                itself();
                Func<Task> one = two, two = one;
                one();
                _a();
                B();
                Func<Task> = socket.SendAsync;
                Task t = socket.SendAsync(; t = ; t
            }
        }
        """);

    [Fact]
    public async Task Reports_through_which_delegate_and_where_it_sends()
    {
        var test = new Verify.Test<SendingAnalyzer, EmptyCodeFixProvider>("""
            class Session
            {
                private readonly Func<Task> _ping;
                public Session(WebSocket socket, byte[] data)
                {
                    _ping = () => {|#1:socket.SendAsync(data, WebSocketMessageType.Text, true, default)|};
                    Func<Task> send = _ping;
                    {|#0:send()|};
                }

                public void Ping() => _ = {|#2:_ping()|};
            }
            """);
        test.ExpectedDiagnostics.Add(new DiagnosticResult(DroppedSendRule.Descriptor).WithLocation(0).WithLocation(1)
            .WithMessage("The task of 'send' is dropped, so its failure is lost and nothing waits for a slow peer: 'send' sends with 'WebSocket.SendAsync' (Test0.cs:6)"));
        test.ExpectedDiagnostics.Add(new DiagnosticResult(DiscardedSendRule.Descriptor).WithLocation(2).WithLocation(1)
            .WithMessage("The task of 'Session._ping' is discarded, so its failure is lost and nothing waits for a slow peer: 'Session._ping' sends with 'WebSocket.SendAsync' (Test0.cs:6)"));
        await test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task Reports_hub_sends_through_a_delegate_as_a_suggestion() => Verify.SuggestsAsync<SendingAnalyzer>(DroppedSendRule.Descriptor, """
        using Microsoft.AspNetCore.SignalR;

        class ChatHub : Hub
        {
            public void Send(string text)
            {
                Func<Task> send = () => Clients.All.SendAsync("message", text);
                {|#0:send()|};
            }
        }
        """);

    [Fact]
    public Task Ignores_delegates_whose_task_is_looked_at() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private Task _last = Task.CompletedTask;

            public async Task GreetAsync(WebSocket socket, byte[] data)
            {
                Func<Task> send = () => socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                await send();
                await Task.WhenAll(send(), Task.Delay(1));
                _last = send();
                var task = send();
                await task;
                send().Wait();
            }

            public Task ForwardAsync(WebSocket socket, byte[] data)
            {
                Func<Task> send = () => socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                return send();
            }
        }
        """);

    [Fact]
    public Task Ignores_what_may_come_from_outside() => Verify.IgnoresAsync<SendingAnalyzer>("""
        #nullable enable
        class Session
        {
            private readonly WebSocket socket;
            private readonly Func<byte[], Task> _given;
            private Func<byte[], Task> _set;
            internal Func<byte[], Task> Shared;

            public Session(WebSocket socket, Func<byte[], Task>? given)
            {
                this.socket = socket;
                _given = given ?? PushAsync;
                _set = PushAsync;
                Shared = PushAsync;
                OnPush = PushAsync;
            }

            public Func<byte[], Task> OnPush { get; set; }
            public virtual Func<byte[], Task> Open => PushAsync;

            private Task PushAsync(byte[] data) => socket.SendAsync(data, WebSocketMessageType.Text, true, default);

            public void Replace(Func<byte[], Task> other) => _set = other;

            public void Run(byte[] data, Func<byte[], Task> handed)
            {
                _given(data);
                _set(data);
                Shared(data);
                OnPush(data);
                Open(data);
                handed(data);
            }
        }
        """);

    [Fact]
    public Task Ignores_several_functions_at_once() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public event Func<Task> Changed;

            private Task PingAsync() => socket.SendAsync(new byte[0], WebSocketMessageType.Text, true, default);

            public void Run()
            {
                Changed += PingAsync;
                Changed?.Invoke();
                Func<Task> all = PingAsync;
                all += PingAsync;
                all();
                Func<Task> sum = (Func<Task>)PingAsync + PingAsync;
                sum();
            }
        }
        """);

    [Fact]
    public Task Ignores_writes_by_reference_and_by_deconstruction() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket socket;
            private Func<Task> _kept;
            public Session(WebSocket socket)
            {
                this.socket = socket;
                _kept = PingAsync;
            }

            private Task PingAsync() => socket.SendAsync(new byte[0], WebSocketMessageType.Text, true, default);

            private static void Set(ref Func<Task> place) => place = () => Task.CompletedTask;

            public void Run((Func<Task>, int) pair)
            {
                Func<Task> one = PingAsync;
                Set(ref one);
                one();
                Func<Task> two = PingAsync;
                (two, var number) = pair;
                two();
                Func<Task> three = PingAsync;
                ref var place = ref three;
                place = () => Task.CompletedTask;
                three();
                Interlocked.Exchange(ref _kept, () => Task.CompletedTask);
                _kept();
            }
        }
        """);

    [Fact]
    public Task Ignores_functions_of_which_one_does_not_send() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            private Task PingAsync() => socket.SendAsync(new byte[0], WebSocketMessageType.Text, true, default);

            private void Fire(Func<Task> work)
            {
                work();
            }

            private void Again(Func<Task> work)
            {
                work = () => Task.CompletedTask;
                work();
            }

            public void Run(bool isOpen)
            {
                Func<Task> send = PingAsync;
                if (!isOpen)
                    send = () => Task.CompletedTask;
                send();
                Func<Task> wait = () => Task.Delay(10);
                wait();
                Func<Task> chosen = isOpen ? PingAsync : () => Task.CompletedTask;
                chosen();
                Fire(PingAsync);
                Fire(() => Task.Delay(1));
                Again(PingAsync);
            }
        }
        """);

    [Fact]
    public Task Ignores_a_discarded_function_that_takes_its_failures_itself() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            public void Run(WebSocket socket)
            {
                Func<Task> tryPing = async () =>
                {
                    try { await socket.SendAsync(new byte[0], WebSocketMessageType.Text, true, default); }
                    catch (Exception e) { Console.Error.WriteLine(e); }
                };
                _ = tryPing();
            }
        }
        """);

    [Fact]
    public Task Fixes_by_await_in_the_callers_too() => Verify.FixesAsync<SendingAnalyzer, DroppedSendCodeFix>(
        """
        class Session
        {
            private readonly WebSocket _socket;
            private readonly Func<string, Task> _push;

            public Session(WebSocket socket)
            {
                _socket = socket;
                _push = text => _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, default);
            }

            public void Push(string text)
            {
                // said twice
                {|WSA4001:_push(text)|};
                {|WSA4001:_push.Invoke(text)|};
            }

            public async Task GreetAsync()
            {
                Func<Task> ping = () => _socket.SendAsync(new byte[0], WebSocketMessageType.Text, true, default);
                {|WSA4001:ping()|};
                Push("hello");
                await Task.Yield();
            }
        }
        """,
        """
        class Session
        {
            private readonly WebSocket _socket;
            private readonly Func<string, Task> _push;

            public Session(WebSocket socket)
            {
                _socket = socket;
                _push = text => _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, default);
            }

            public async Task Push(string text)
            {
                // said twice
                await _push(text);
                await _push.Invoke(text);
            }

            public async Task GreetAsync()
            {
                Func<Task> ping = () => _socket.SendAsync(new byte[0], WebSocketMessageType.Text, true, default);
                await ping();
                await Push("hello");
                await Task.Yield();
            }
        }
        """);

    [Fact]
    public Task Fixes_conditional_calls_and_private_helpers() => Verify.FixesAsync<SendingAnalyzer, DroppedSendCodeFix>(
        """
        #nullable enable
        class Session
        {
            public async Task GreetAsync(WebSocket socket, bool isOpen)
            {
                Func<Task>? ping = null;
                if (isOpen)
                    ping = () => socket.SendAsync(new byte[0], WebSocketMessageType.Text, true, default);
                ping?{|WSA4001:.Invoke()|};
                Fire(() => socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default));
                await Task.Yield();
            }

            private static void Fire(Func<Task> work)
            {
                {|WSA4001:work()|};
            }
        }
        """,
        """
        #nullable enable
        class Session
        {
            public async Task GreetAsync(WebSocket socket, bool isOpen)
            {
                Func<Task>? ping = null;
                if (isOpen)
                    ping = () => socket.SendAsync(new byte[0], WebSocketMessageType.Text, true, default);
                await (ping?.Invoke() ?? Task.CompletedTask);
                await Fire(() => socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default));
                await Task.Yield();
            }

            private static async Task Fire(Func<Task> work)
            {
                await work();
            }
        }
        """);

    [Fact]
    public Task Fixes_in_a_loop_over_messages_of_one_connection() => Verify.FixesAsync<SendingAnalyzer, DiscardedSendCodeFix>(
        """
        class Session
        {
            public async Task GreetAsync(WebSocket socket, string[] lines)
            {
                Func<string, Task> push = line => socket.SendAsync(Encoding.UTF8.GetBytes(line), WebSocketMessageType.Text, true, default);
                foreach (var line in lines)
                    _ = {|WSA4002:push(line)|};
                await Task.Yield();
            }
        }
        """,
        """
        class Session
        {
            public async Task GreetAsync(WebSocket socket, string[] lines)
            {
                Func<string, Task> push = line => socket.SendAsync(Encoding.UTF8.GetBytes(line), WebSocketMessageType.Text, true, default);
                foreach (var line in lines)
                    await push(line);
                await Task.Yield();
            }
        }
        """);

    [Fact]
    public Task Offers_no_await_in_a_loop_over_connections() => Verify.OffersNoFixAsync<SendingAnalyzer, DroppedSendCodeFix>("""
        class Room
        {
            public async Task TellAsync(List<WebSocket> members, byte[] data)
            {
                Func<WebSocket, Task> tell = member => member.SendAsync(data, WebSocketMessageType.Text, true, default);
                foreach (var member in members)
                {
                    {|WSA4001:tell(member)|};
                    Func<Task> again = () => member.SendAsync(data, WebSocketMessageType.Text, true, default);
                    {|WSA4001:again()|};
                }

                await Task.Yield();
            }
        }
        """);

    [Fact]
    public Task Offers_no_await_under_a_lock_that_the_function_takes() => Verify.OffersNoFixAsync<SendingAnalyzer, DroppedSendCodeFix>("""
        class Session
        {
            private readonly SemaphoreSlim _gate = new(1, 1);

            public async Task PushAsync(WebSocket socket, byte[] data)
            {
                Func<Task> send = async () =>
                {
                    await _gate.WaitAsync();
                    try { await socket.SendAsync(data, WebSocketMessageType.Text, true, default); }
                    finally { _gate.Release(); }
                };
                await _gate.WaitAsync();
                try
                {
                    {|WSA4001:send()|};
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Fixes_a_delegate_in_the_background() => Verify.FixesAsync<SendingAnalyzer, BackgroundSendCodeFix>(
        """
        class Session
        {
            public async Task PushAsync(WebSocket socket, byte[] data)
            {
                Func<Task> send = () => socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                {|WSA4003:Task.Run(send)|};
                await Task.Yield();
            }
        }
        """,
        """
        class Session
        {
            public async Task PushAsync(WebSocket socket, byte[] data)
            {
                Func<Task> send = () => socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                await Task.Run(send);
                await Task.Yield();
            }
        }
        """);

    [Fact]
    public Task Fixes_a_connect_through_a_delegate() => Verify.FixesAsync<SendingAnalyzer, ForgottenLoopCodeFix>(
        """
        class Session
        {
            public async Task OpenAsync(Uri uri, CancellationToken cancellation)
            {
                var socket = new ClientWebSocket();
                Func<Task> connect = () => socket.ConnectAsync(uri, cancellation);
                {|WSA4013:connect()|};
                await Task.Yield();
                socket.Dispose();
            }
        }
        """,
        """
        class Session
        {
            public async Task OpenAsync(Uri uri, CancellationToken cancellation)
            {
                var socket = new ClientWebSocket();
                Func<Task> connect = () => socket.ConnectAsync(uri, cancellation);
                await connect();
                await Task.Yield();
                socket.Dispose();
            }
        }
        """);
}
