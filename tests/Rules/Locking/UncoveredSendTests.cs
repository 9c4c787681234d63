using WebSocketAnalyzers.CodeFixes.Fixes.Locking;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Locking;

public class UncoveredSendTests
{
    private static Task ReportsAsync(string source) => Verify.ReportsAsync<LockingAnalyzer>(source);

    private static Task IgnoresAsync(string source) => Verify.IgnoresAsync<LockingAnalyzer>(source);

    private static Task FixesAsync(string source, string fixedSource) => Verify.FixesAsync<LockingAnalyzer, UncoveredSendCodeFix>(source, fixedSource);

    private static Task OffersNoFixAsync(string source) => Verify.OffersNoFixAsync<LockingAnalyzer, UncoveredSendCodeFix>(source);

    /// <summary>A session with a lock around some code.</summary>
    private static string Session(string inside, string more = "", string field = "private readonly object _sync = new object();") => $$"""
        class ChatSession
        {
            {{field}}
            private readonly WebSocket _socket;
            private int _sent;

            public ChatSession(WebSocket socket) => _socket = socket;

            public void Push(byte[] data)
            {
                lock (_sync)
                {
                    _sent++;
                    {{inside}}
                }
            }
            {{more}}
        }
        """;

    [Theory]
    [InlineData("{|WSA1007:_socket.SendAsync(data, WebSocketMessageType.Text, true, default)|};")]
    [InlineData("{|WSA1007:_socket.SendAsync(data, WebSocketMessageType.Text, true, default)|}.ConfigureAwait(false);")]
    [InlineData("_ = {|WSA1007:_socket.SendAsync(data, WebSocketMessageType.Text, true, default)|};")]
    [InlineData("var task = {|WSA1007:_socket.SendAsync(data, WebSocketMessageType.Text, true, default)|};")]
    [InlineData("_socket?{|WSA1007:.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default)|};")]
    [InlineData("{|WSA1007:_socket.SendAsync(data, WebSocketMessageType.Text, true, default).Wait()|};")]
    [InlineData("{|WSA1007:_socket.SendAsync(data, WebSocketMessageType.Text, true, default).Wait(1000)|};")]
    [InlineData("{|WSA1007:_socket.SendAsync(data, WebSocketMessageType.Text, true, default).ConfigureAwait(false).GetAwaiter().GetResult()|};")]
    [InlineData("var result = {|WSA1007:_socket.ReceiveAsync(data, default).Result|}; _sent += result.Count; if (result.EndOfMessage || result.CloseStatus.HasValue) return;")]
    [InlineData("var task = _socket.SendAsync(data, WebSocketMessageType.Text, true, default); _sent--; {|WSA1007:task.Wait()|};")]
    [InlineData("{|WSA1007:Task.WaitAll(_socket.SendAsync(data, WebSocketMessageType.Text, true, default))|};")]
    [InlineData("try { {|WSA1007:_socket.SendAsync(data, WebSocketMessageType.Text, true, default).Wait()|}; } catch (Exception) { }")]
    [InlineData("{|WSA1007:Task.Run(() => _socket.SendAsync(data, WebSocketMessageType.Text, true, default)).Wait()|};")]
    public Task Reports_operation_in_a_lock(string inside) => ReportsAsync(Session(inside));

    [Fact]
    public Task Reports_own_method_that_is_blocked_on() => ReportsAsync(Session(
        "{|WSA1007:SendAsync(data).GetAwaiter().GetResult()|};",
        "private async Task SendAsync(byte[] data) => await _socket.SendAsync(data, WebSocketMessageType.Text, true, default);"));

    [Fact]
    public Task Reports_lock_on_the_connection_itself() => ReportsAsync("""
        class Client
        {
            public WebSocket Socket = null!;
        }

        class Server
        {
            private readonly ConcurrentDictionary<Guid, Client> _clients = new();

            public void Disconnect(Guid id)
            {
                if (!_clients.TryGetValue(id, out var client))
                    return;
                lock (client)
                    {|WSA1007:client.Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", default).Wait(1000)|};
            }
        }
        """);

    [Fact]
    public Task Reports_in_a_handler_instead_of_the_blocking_rule() => ReportsAsync("""
        class Session
        {
            private readonly object _sync = new();

            public async Task ServeAsync(WebSocket socket, CancellationToken token)
            {
                var buffer = new byte[4096];
                while (socket.State == WebSocketState.Open)
                {
                    var result = await socket.ReceiveAsync(buffer, token);
                    if (result.MessageType == WebSocketMessageType.Close)
                        return;
                    lock (_sync)
                        {|WSA1007:socket.SendAsync(buffer.AsMemory(0, result.Count), result.MessageType, result.EndOfMessage, token).AsTask().Wait()|};
                }
            }
        }
        """);

    [Theory]
    [InlineData("if (_socket.State == WebSocketState.Open) _sent += data.Length;")]
    [InlineData("_last = _socket.SendAsync(data, WebSocketMessageType.Text, true, default);")]
    [InlineData("_queue.Add(() => _socket.SendAsync(data, WebSocketMessageType.Text, true, default));")]
    [InlineData("_socket.Abort();")]
    [InlineData("Task.Delay(10).Wait();")]
    [InlineData("File.WriteAllTextAsync(\"x\", \"y\").Wait();")]
    [InlineData("if (_last.IsCompleted) _last.GetAwaiter().GetResult();")]
    [InlineData("new NetworkStream(null!).Write(data);")]
    [InlineData("_ = _socket.SendAsync(data, WebSocketMessageType.Text, true, default).ContinueWith(done => _last = done);")]
    [InlineData("_all.Add(_socket.SendAsync(data, WebSocketMessageType.Text, true, default));")]
    [InlineData("async Task Send() => await _socket.SendAsync(data, WebSocketMessageType.Text, true, default); _last = Send();")]
    public Task Ignores_other_work_in_a_lock(string inside) => IgnoresAsync(Session(inside, "private Task _last = Task.CompletedTask; private readonly List<Func<Task>> _queue = new(); private readonly List<Task> _all = new();"));

    [Fact]
    public Task Ignores_task_that_is_awaited_behind_the_lock() => IgnoresAsync("""
        class Session
        {
            private readonly object _sync = new();

            public async Task SendAsync(WebSocket socket, byte[] data)
            {
                Task sending;
                lock (_sync)
                    sending = socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                await sending;
            }
        }
        """);

    [Fact]
    public Task Ignores_dropped_method_of_its_own() => IgnoresAsync(Session(
        "_ = DrainAsync();",
        "private async Task DrainAsync() { try { await _socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default); } catch (Exception) { } }"));

    [Fact]
    public Task Ignores_send_in_a_function_that_is_made_in_the_lock() => IgnoresAsync(Session(
        "Action send = () => _socket.SendAsync(data, WebSocketMessageType.Text, true, default).Wait(); Later = send;", "public Action? Later;"));

    [Fact]
    public Task Ignores_proxies_of_hubs() => IgnoresAsync("""
        using Microsoft.AspNetCore.SignalR;

        class Feed
        {
            private readonly object _sync = new();
            private readonly IHubContext<Chat> _hub;
            public Feed(IHubContext<Chat> hub) => _hub = hub;

            public void Push(string text)
            {
                lock (_sync)
                    _hub.Clients.All.SendAsync("m", text);
            }
        }

        class Chat : Hub { }
        """);

    [Fact]
    public Task Ignores_types_of_the_same_names() => IgnoresAsync("""
        namespace Own
        {
            class WebSocket
            {
                public Task SendAsync(byte[] data) => Task.CompletedTask;
            }

            class Session
            {
                private readonly object _sync = new();

                public void Push(WebSocket socket, byte[] data)
                {
                    lock (_sync)
                        socket.SendAsync(data).Wait();
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_half_typed_code() => new Verify.Test<LockingAnalyzer, UncoveredSendCodeFix>("""
        class Session
        {
            void Push(WebSocket socket) { lock ( { socket.SendAsync( ; } lock (this) socket.SendAsync }
        }
        """) { CompilerDiagnostics = Microsoft.CodeAnalysis.Testing.CompilerDiagnostics.None }.RunAsync(TestContext.Current.CancellationToken);

    [Theory]
    [InlineData("private readonly object _sync = new object();", "private readonly SemaphoreSlim _sync = new SemaphoreSlim(1, 1);")]
    [InlineData("private readonly object _sync = new(); // sends", "private readonly SemaphoreSlim _sync = new(1, 1); // sends")]
    [InlineData("readonly Object _sync = new Object();", "readonly SemaphoreSlim _sync = new SemaphoreSlim(1, 1);")]
    public Task Fixes_lock_by_a_semaphore(string field, string fixedField) => FixesAsync(
        $$"""
        class ChatSession
        {
            {{field}}
            private readonly WebSocket _socket;
            private int _sent;

            public ChatSession(WebSocket socket) => _socket = socket;

            public int Sent
            {
                get
                {
                    lock (_sync)
                    {
                        return _sent;
                    }
                }
            }

            public async Task PushAsync(byte[] data)
            {
                // one at a time
                lock (_sync) // waits
                {
                    _sent++;
                    {|WSA1007:_socket.SendAsync(data, WebSocketMessageType.Text, true, default)|}; // sends
                }

                await Task.Yield();
            }
        }
        """,
        $$"""
        class ChatSession
        {
            {{fixedField}}
            private readonly WebSocket _socket;
            private int _sent;

            public ChatSession(WebSocket socket) => _socket = socket;

            public int Sent
            {
                get
                {
                    _sync.Wait();
                    try
                    {
                        return _sent;
                    }
                    finally
                    {
                        _sync.Release();
                    }
                }
            }

            public async Task PushAsync(byte[] data)
            {
                // one at a time
                await _sync.WaitAsync(); // waits
                try
                {
                    _sent++;
                    await _socket.SendAsync(data, WebSocketMessageType.Text, true, default); // sends
                }
                finally
                {
                    _sync.Release();
                }

                await Task.Yield();
            }
        }
        """);

    [Fact]
    public Task FixesAll_operations_of_a_lock() => FixesAsync(
        """
        class ChatSession
        {
            private readonly object _sync = new object();
            private readonly WebSocket _socket;

            public ChatSession(WebSocket socket) => _socket = socket;

            public int Push(byte[] data)
            {
                lock (_sync) {
                    {|WSA1007:_socket.SendAsync(data, WebSocketMessageType.Text, true, default).ConfigureAwait(false).GetAwaiter().GetResult()|};
                    {|WSA1007:_socket.SendAsync(data, WebSocketMessageType.Text, true, default).Wait()|};
                    return data.Length;
                }
            }

            public async Task RunAsync()
            {
                await Task.Delay(1).ConfigureAwait(false);
                if (Push(new byte[1]) > 0)
                {
                    lock (this._sync)
                        {|WSA1007:_socket.SendAsync(new byte[2], WebSocketMessageType.Text, true, default)|};
                }
            }
        }
        """,
        """
        class ChatSession
        {
            private readonly SemaphoreSlim _sync = new SemaphoreSlim(1, 1);
            private readonly WebSocket _socket;

            public ChatSession(WebSocket socket) => _socket = socket;

            public async Task<int> Push(byte[] data)
            {
                await _sync.WaitAsync().ConfigureAwait(false);
                try {
                    await _socket.SendAsync(data, WebSocketMessageType.Text, true, default).ConfigureAwait(false);
                    await _socket.SendAsync(data, WebSocketMessageType.Text, true, default).ConfigureAwait(false);
                    return data.Length;
                }
                finally {
                    _sync.Release();
                }
            }

            public async Task RunAsync()
            {
                await Task.Delay(1).ConfigureAwait(false);
                if (await Push(new byte[1]).ConfigureAwait(false) > 0)
                {
                    await this._sync.WaitAsync().ConfigureAwait(false);
                    try
                    {
                        await _socket.SendAsync(new byte[2], WebSocketMessageType.Text, true, default).ConfigureAwait(false);
                    }
                    finally
                    {
                        this._sync.Release();
                    }
                }
            }
        }
        """);

    [Theory]
    // Taken again while it is held, directly, by a call, by a property, or by who knows whom.
    [InlineData("Count(); {|WSA1007:_socket.SendAsync(data, WebSocketMessageType.Text, true, default)|};", "private void Count() { lock (_sync) _sent++; }")]
    [InlineData("if (Sent > 1) {|WSA1007:_socket.SendAsync(data, WebSocketMessageType.Text, true, default)|};", "private int Sent { get { lock (_sync) return _sent; } }")]
    [InlineData("Sending?.Invoke(); {|WSA1007:_socket.SendAsync(data, WebSocketMessageType.Text, true, default)|};", "public event Action? Sending;")]
    [InlineData("lock (_sync) _sent++; {|WSA1007:_socket.SendAsync(data, WebSocketMessageType.Text, true, default)|};", "")]
    [InlineData("Before(); {|WSA1007:_socket.SendAsync(data, WebSocketMessageType.Text, true, default)|};", "protected virtual void Before() { Sum(); } private void Sum() { lock (_sync) _sent++; }")]
    // Handed out, or used as a lock in another way.
    [InlineData("{|WSA1007:_socket.SendAsync(data, WebSocketMessageType.Text, true, default)|};", "public object Sync => _sync;")]
    [InlineData("{|WSA1007:_socket.SendAsync(data, WebSocketMessageType.Text, true, default)|};", "public void Pulse() { lock (_sync) Monitor.Pulse(_sync); }")]
    [InlineData("{|WSA1007:_socket.SendAsync(data, WebSocketMessageType.Text, true, default)|};", "public bool Try() { if (!Monitor.TryEnter(_sync)) return false; Monitor.Exit(_sync); return true; }")]
    // Not to be awaited.
    [InlineData("{|WSA1007:_socket.SendAsync(data, WebSocketMessageType.Text, true, default).Wait(1000)|};", "")]
    [InlineData("{|WSA1007:_socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default)|};", "")]
    [InlineData("{|WSA1007:_socket.SendAsync(data, WebSocketMessageType.Text, true, default)|};", "public static void All(List<ChatSession> all) { foreach (var one in all) one.Push(new byte[1]); }")]
    public Task OffersNoFix_where_a_semaphore_would_not_do(string inside, string more) => OffersNoFixAsync(Session(inside, more));

    [Theory]
    [InlineData("internal readonly object _sync = new object();")]
    [InlineData("private readonly object _sync; public ChatSession(WebSocket socket, object sync) : this(socket) => _sync = sync;")]
    [InlineData("private static readonly object _sync = new object();")]
    [InlineData("private readonly List<int> _sync = new();")]
    public Task OffersNoFix_for_locks_of_others(string field) => OffersNoFixAsync(Session("{|WSA1007:_socket.SendAsync(data, WebSocketMessageType.Text, true, default)|};", "", field));

    [Fact]
    public Task OffersNoFix_in_a_constructor() => OffersNoFixAsync("""
        class Session
        {
            private readonly object _sync = new object();

            public Session(WebSocket socket)
            {
                lock (_sync)
                    {|WSA1007:socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default).Wait()|};
            }
        }
        """);
}
