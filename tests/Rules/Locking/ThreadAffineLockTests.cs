using WebSocketAnalyzers.CodeFixes.Fixes.Locking;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Locking;

public class ThreadAffineLockTests
{
    private static Task ReportsAsync(string source) => Verify.ReportsAsync<LockingAnalyzer>(source);

    private static Task IgnoresAsync(string source) => Verify.IgnoresAsync<LockingAnalyzer>(source);

    private static Task FixesAsync(string source, string fixedSource) => Verify.FixesAsync<LockingAnalyzer, ThreadAffineLockCodeFix>(source, fixedSource);

    private static Task OffersNoFixAsync(string source) => Verify.OffersNoFixAsync<LockingAnalyzer, ThreadAffineLockCodeFix>(source);

    /// <summary>A session with a lock and a method that sends.</summary>
    private static string Session(string field, string body, string more = "") => $$"""
        class ChatSession
        {
            {{field}}
            private readonly WebSocket _socket;
            private int _sent;

            public ChatSession(WebSocket socket) => _socket = socket;

            public async Task SendAsync(byte[] data, CancellationToken token)
            {
                {{body}}
            }

            private Task WriteAsync(byte[] data) => _socket.SendAsync(data, WebSocketMessageType.Text, true, default);
            {{more}}
        }
        """;

    private const string Plain = "private readonly object _sync = new object();";

    [Theory]
    [InlineData(Plain, "{|WSA1006:Monitor.Enter(_sync)|}; try { await WriteAsync(data); } finally { Monitor.Exit(_sync); }")]
    [InlineData(Plain, "{|WSA1006:Monitor.Enter(_sync)|}; await WriteAsync(data).ConfigureAwait(false); Monitor.Exit(_sync);")]
    [InlineData(Plain, "bool taken = false; try { {|WSA1006:Monitor.Enter(_sync, ref taken)|}; await WriteAsync(data); } finally { if (taken) Monitor.Exit(_sync); }")]
    [InlineData(Plain, "if (!{|WSA1006:Monitor.TryEnter(_sync)|}) return; try { await WriteAsync(data); } finally { Monitor.Exit(_sync); }")]
    [InlineData(Plain, "{|WSA1006:Monitor.Enter(_sync)|}; try { if (data.Length > 0) await WriteAsync(data); } finally { Monitor.Exit(_sync); }")]
    [InlineData("private readonly Mutex _sync = new Mutex();", "{|WSA1006:_sync.WaitOne()|}; try { await WriteAsync(data); } finally { _sync.ReleaseMutex(); }")]
    [InlineData("private SpinLock _sync;", "bool taken = false; try { {|WSA1006:_sync.Enter(ref taken)|}; await WriteAsync(data); } finally { _sync.Exit(); }")]
    [InlineData("private readonly ReaderWriterLockSlim _sync = new();", "{|WSA1006:_sync.EnterReadLock()|}; try { await WriteAsync(data); } finally { _sync.ExitReadLock(); }")]
    [InlineData("private readonly ReaderWriterLockSlim _sync = new();", "{|WSA1006:_sync.EnterWriteLock()|}; try { await WriteAsync(data); } finally { _sync.ExitWriteLock(); }")]
    [InlineData("private readonly Lock _sync = new();", "{|WSA1006:_sync.Enter()|}; try { await WriteAsync(data); } finally { _sync.Exit(); }")]
    public Task Reports_lock_across_an_await(string field, string body) => ReportsAsync(Session(field, body));

    [Fact]
    public Task Reports_lock_in_a_handler() => ReportsAsync("""
        class Session
        {
            private readonly object _sync = new();
            private readonly Mutex _file = new();

            public async Task ServeAsync(WebSocket socket, CancellationToken token)
            {
                var buffer = new byte[4096];
                while (socket.State == WebSocketState.Open)
                {
                    var result = await socket.ReceiveAsync(buffer, token);
                    if (result.MessageType == WebSocketMessageType.Close)
                        return;
                    {|WSA1006:Monitor.Enter(_sync)|};
                    try
                    {
                        await Task.Delay(10, token);
                    }
                    finally
                    {
                        Monitor.Exit(_sync);
                    }

                    {|WSA1006:_file.WaitOne()|};
                    try
                    {
                        await File.AppendAllTextAsync("log", "x", token);
                    }
                    finally
                    {
                        _file.ReleaseMutex();
                    }
                }
            }
        }
        """);

    [Fact]
    public Task Reports_in_a_lambda() => ReportsAsync("""
        class Server
        {
            private readonly object _sync = new();

            public void Start(Action<Func<TcpClient, Task>> accept) => accept(async client =>
            {
                {|WSA1006:Monitor.Enter(_sync)|};
                try
                {
                    await client.GetStream().WriteAsync(new byte[1]);
                }
                finally
                {
                    Monitor.Exit(_sync);
                }
            });
        }
        """);

    [Theory]
    [InlineData(Plain, "Monitor.Enter(_sync); try { _sent++; } finally { Monitor.Exit(_sync); } await WriteAsync(data);")]
    [InlineData(Plain, "await WriteAsync(data); Monitor.Enter(_sync); _sent++; Monitor.Exit(_sync);")]
    [InlineData(Plain, "Task sending; Monitor.Enter(_sync); try { sending = WriteAsync(data); } finally { Monitor.Exit(_sync); } await sending;")]
    [InlineData(Plain, "lock (_sync) { _sent++; } await WriteAsync(data);")]
    [InlineData(Plain, "if (Monitor.TryEnter(_sync)) { _sent++; Monitor.Exit(_sync); } else { await WriteAsync(data); }")]
    [InlineData(Plain, "if (Monitor.IsEntered(_sync)) await WriteAsync(data);")]
    [InlineData("private readonly Semaphore _sync = new Semaphore(1, 1);", "_sync.WaitOne(); try { await WriteAsync(data); } finally { _sync.Release(); }")]
    [InlineData("private readonly SemaphoreSlim _sync = new SemaphoreSlim(1, 1);", "await _sync.WaitAsync(token); try { await WriteAsync(data); } finally { _sync.Release(); }")]
    [InlineData("private readonly ManualResetEvent _sync = new(true);", "_sync.WaitOne(); await WriteAsync(data); _sync.Set();")]
    [InlineData("private readonly ReaderWriterLockSlim _sync = new();", "_sync.EnterReadLock(); _sent++; _sync.ExitReadLock(); await WriteAsync(data);")]
    [InlineData("private readonly Lock _sync = new();", "using (_sync.EnterScope()) { _sent++; } await WriteAsync(data);")]
    [InlineData("private readonly Mutex _sync = new();", "Func<Task> send = async () => await WriteAsync(data); _sync.WaitOne(); _sent++; _sync.ReleaseMutex(); await send();")]
    public Task Ignores_lock_that_no_await_stands_in(string field, string body) => IgnoresAsync(Session(field, body));

    [Fact]
    public Task Ignores_files_outside_of_handlers() => IgnoresAsync("""
        class Store
        {
            private readonly object _sync = new();

            public async Task SaveAsync(string text)
            {
                Monitor.Enter(_sync);
                try
                {
                    await File.WriteAllTextAsync("x", text);
                }
                finally
                {
                    Monitor.Exit(_sync);
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_other_types_of_the_names() => IgnoresAsync("""
        namespace Own
        {
            static class Monitor
            {
                public static void Enter(object sync) { }
                public static void Exit(object sync) { }
            }

            class Session
            {
                private readonly object _sync = new();

                public async Task SendAsync(WebSocket socket, byte[] data)
                {
                    Monitor.Enter(_sync);
                    await socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                    Monitor.Exit(_sync);
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_half_typed_code() => new Verify.Test<LockingAnalyzer, ThreadAffineLockCodeFix>("""
        class Session
        {
            async Task SendAsync(WebSocket socket) { Monitor.Enter(; await socket.SendAsync( ; Monitor.Exit }
        }
        """) { CompilerDiagnostics = Microsoft.CodeAnalysis.Testing.CompilerDiagnostics.None }.RunAsync(TestContext.Current.CancellationToken);

    [Theory]
    [InlineData("private readonly object _sync = new object();", "Monitor.Enter(_sync)", "Monitor.Exit(_sync)", "private readonly SemaphoreSlim _sync = new SemaphoreSlim(1, 1);")]
    [InlineData("private readonly Lock _sync = new();", "_sync.Enter()", "_sync.Exit()", "private readonly SemaphoreSlim _sync = new(1, 1);")]
    [InlineData("private readonly Mutex _sync = new Mutex();", "_sync.WaitOne()", "_sync.ReleaseMutex()", "private readonly SemaphoreSlim _sync = new SemaphoreSlim(1, 1);")]
    public Task Fixes_lock_by_a_semaphore(string field, string enter, string exit, string fixedField) => FixesAsync(
        Session(field, $"{{|WSA1006:{enter}|}}; try {{ await WriteAsync(data); }} finally {{ {exit}; }}", $"public int Count() {{ {enter}; try {{ return _sent; }} finally {{ {exit}; }} }}"),
        Session(fixedField, "await _sync.WaitAsync(); try { await WriteAsync(data); } finally { _sync.Release(); }", "public int Count() { _sync.Wait(); try { return _sent; } finally { _sync.Release(); } }"));

    [Fact]
    public Task FixesAll_uses_with_lock_statements_among_them() => FixesAsync(
        """
        class ChatSession
        {
            private readonly object _sync = new();
            private readonly WebSocket _socket;
            private int _sent;

            public ChatSession(WebSocket socket) => _socket = socket;

            public async Task SendAsync(byte[] data)
            {
                {|WSA1006:Monitor.Enter(_sync)|}; // one at a time
                try
                {
                    await _socket.SendAsync(data, WebSocketMessageType.Text, true, default).ConfigureAwait(false);
                }
                finally
                {
                    Monitor.Exit(_sync);
                }
            }

            public async Task PingAsync()
            {
                {|WSA1006:Monitor.Enter(this._sync)|};
                try
                {
                    await _socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default).ConfigureAwait(false);
                }
                finally
                {
                    Monitor.Exit(this._sync);
                }
            }

            public void Count()
            {
                lock (_sync)
                    _sent++;
            }
        }
        """,
        """
        class ChatSession
        {
            private readonly SemaphoreSlim _sync = new(1, 1);
            private readonly WebSocket _socket;
            private int _sent;

            public ChatSession(WebSocket socket) => _socket = socket;

            public async Task SendAsync(byte[] data)
            {
                await _sync.WaitAsync().ConfigureAwait(false); // one at a time
                try
                {
                    await _socket.SendAsync(data, WebSocketMessageType.Text, true, default).ConfigureAwait(false);
                }
                finally
                {
                    _sync.Release();
                }
            }

            public async Task PingAsync()
            {
                await this._sync.WaitAsync().ConfigureAwait(false);
                try
                {
                    await _socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default).ConfigureAwait(false);
                }
                finally
                {
                    Release();
                }
            }

            public void Count()
            {
                _sync.Wait();
                try
                {
                    _sent++;
                }
                finally
                {
                    _sync.Release();
                }
            }
        }
        """.Replace("            Release();", "            this._sync.Release();"));

    private const string Held = "{|WSA1006:Monitor.Enter(_sync)|}; try { await WriteAsync(data); } finally { Monitor.Exit(_sync); }";

    [Theory]
    [InlineData(Plain, "{|WSA1006:Monitor.Enter(_sync)|}; try { Count(); await WriteAsync(data); } finally { Monitor.Exit(_sync); }", "private void Count() { lock (_sync) _sent++; }")]
    [InlineData(Plain, "{|WSA1006:Monitor.Enter(_sync)|}; await WriteAsync(data); Monitor.Exit(_sync);", "")]
    [InlineData(Plain, Held, "public object Sync => _sync;")]
    [InlineData(Plain, Held, "public void Wake() { lock (_sync) Monitor.PulseAll(_sync); }")]
    [InlineData(Plain, "if (!{|WSA1006:Monitor.TryEnter(_sync)|}) return; try { await WriteAsync(data); } finally { Monitor.Exit(_sync); }", "")]
    [InlineData("internal readonly object _sync = new object();", Held, "")]
    [InlineData("private static readonly object _sync = new object();", Held, "")]
    [InlineData("private readonly string _sync = \"x\";", Held, "")]
    [InlineData(Plain, "{|WSA1006:Monitor.Enter(_sync)|}; try { Sending?.Invoke(); await WriteAsync(data); } finally { Monitor.Exit(_sync); }", "public event Action? Sending;")]
    [InlineData("private readonly ReaderWriterLockSlim _sync = new();", "{|WSA1006:_sync.EnterReadLock()|}; try { await WriteAsync(data); } finally { _sync.ExitReadLock(); }", "")]
    [InlineData("private readonly Mutex _sync = new(false, \"Global\\\\x\");", "{|WSA1006:_sync.WaitOne()|}; try { await WriteAsync(data); } finally { _sync.ReleaseMutex(); }", "")]
    public Task OffersNoFix_where_a_semaphore_would_not_do(string field, string body, string more) => OffersNoFixAsync(Session(field, body, more));
}
