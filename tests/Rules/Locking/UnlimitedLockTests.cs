using WebSocketAnalyzers.CodeFixes.Fixes.Locking;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Locking;

public class UnlimitedLockTests
{
    private static Task ReportsAsync(string source) => Verify.ReportsAsync<LockingAnalyzer>(source);

    private static Task IgnoresAsync(string source) => Verify.IgnoresAsync<LockingAnalyzer>(source);

    private static Task FixesAsync(string source, string fixedSource) => Verify.FixesAsync<LockingAnalyzer, UnlimitedLockCodeFix>(source, fixedSource);

    /// <summary>A session with a lock around its sends.</summary>
    private static string Session(string gate, string more = "") => $$"""
        class ChatSession
        {
            {{gate}}
            private readonly WebSocket _socket;

            public ChatSession(WebSocket socket) => _socket = socket;

            public async Task SendAsync(byte[] message, CancellationToken token)
            {
                await _gate.WaitAsync(token);
                try
                {
                    await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
                }
                finally
                {
                    _gate.Release();
                }
            }
            {{more}}
        }
        """;

    [Theory]
    [InlineData("private readonly SemaphoreSlim _gate = {|WSA1011:new SemaphoreSlim(1)|};")]
    [InlineData("private readonly SemaphoreSlim _gate = {|WSA1011:new(1)|};")]
    [InlineData("readonly SemaphoreSlim _gate = {|WSA1011:new SemaphoreSlim(initialCount: 1)|};")]
    [InlineData("private SemaphoreSlim _gate { get; } = {|WSA1011:new(1)|};")]
    [InlineData("private const int One = 1; private readonly SemaphoreSlim _gate = {|WSA1011:new(One)|};")]
    public Task Reports_lock_without_maximum(string gate) => ReportsAsync(Session(gate));

    [Fact]
    public Task Reports_lock_that_the_constructor_makes() => ReportsAsync("""
        class Link
        {
            private readonly SemaphoreSlim _gate;
            private readonly NetworkStream _stream;

            public Link(NetworkStream stream)
            {
                _stream = stream;
                this._gate = {|WSA1011:new SemaphoreSlim(1)|};
            }

            public async ValueTask WriteAsync(ReadOnlyMemory<byte> data)
            {
                await _gate.WaitAsync().ConfigureAwait(false);
                await _stream.WriteAsync(data).ConfigureAwait(false);
                _gate.Release();
            }
        }
        """);

    [Fact]
    public Task Reports_lock_in_a_handler() => ReportsAsync("""
        class Counter
        {
            private readonly SemaphoreSlim _gate = {|WSA1011:new(1)|};
            private int _received;

            public async Task ServeAsync(WebSocket socket, CancellationToken token)
            {
                var buffer = new byte[4096];
                while (socket.State == WebSocketState.Open)
                {
                    var result = await socket.ReceiveAsync(buffer, token);
                    if (result.MessageType == WebSocketMessageType.Close)
                        return;
                    await _gate.WaitAsync(token);
                    try
                    {
                        _received += result.Count;
                    }
                    finally
                    {
                        _gate.Release();
                    }
                }
            }
        }
        """);

    [Fact]
    public Task Reports_local_that_a_handler_captures() => ReportsAsync("""
        class Server
        {
            public void Start(TcpListener listener, List<Func<TcpClient, Task>> handlers)
            {
                var gate = {|WSA1011:new SemaphoreSlim(1)|};
                handlers.Add(async client =>
                {
                    await gate.WaitAsync();
                    try
                    {
                        await client.GetStream().WriteAsync(new byte[1]);
                    }
                    finally
                    {
                        gate.Release();
                    }
                });
            }
        }
        """);

    [Fact]
    public Task Reports_lock_that_is_disposed_and_looked_at() => ReportsAsync(Session(
        "private readonly SemaphoreSlim _gate = {|WSA1011:new(1)|};",
        "public bool IsBusy => _gate.CurrentCount == 0; public void Dispose() { _socket.Abort(); _gate?.Dispose(); }"));

    [Theory]
    [InlineData("private readonly SemaphoreSlim _gate = new SemaphoreSlim(1, 1);")]
    [InlineData("private readonly SemaphoreSlim _gate = new(initialCount: 1, maxCount: 1);")]
    [InlineData("private readonly SemaphoreSlim _gate = new(4);")]
    [InlineData("private readonly SemaphoreSlim _gate = new(0);")]
    [InlineData("internal readonly SemaphoreSlim _gate = new(1);")]
    [InlineData("protected SemaphoreSlim _gate { get; } = new(1);")]
    [InlineData("private readonly SemaphoreSlim _gate = Make(); static SemaphoreSlim Make() => new(1);")]
    public Task Ignores_other_semaphores(string gate) => IgnoresAsync(Session(gate));

    [Theory]
    [InlineData("public SemaphoreSlim Gate => _gate;")]
    [InlineData("public Link Open() => new(_gate); public class Link { public Link(SemaphoreSlim gate) { } }")]
    [InlineData("public void Unlock() => _gate.Release();")]
    [InlineData("public async Task Lock() => await _gate.WaitAsync();")]
    [InlineData("public void Free() { _gate.Wait(); _gate.Release(2); }")]
    [InlineData("public void Reset() => _gate = new SemaphoreSlim(3);")]
    public Task Ignores_semaphores_that_are_used_otherwise(string more) => IgnoresAsync(Session("private SemaphoreSlim _gate = new(1);", more));

    [Fact]
    public Task Ignores_locks_of_files_outside_of_handlers() => IgnoresAsync("""
        class Store
        {
            private readonly SemaphoreSlim _gate = new(1);

            public async Task SaveAsync(string path, string text)
            {
                await _gate.WaitAsync();
                try
                {
                    await File.WriteAllTextAsync(path, text);
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_another_type_of_that_name() => IgnoresAsync("""
        class SemaphoreSlim
        {
            public SemaphoreSlim(int count) { }
            public Task WaitAsync() => Task.CompletedTask;
            public void Release() { }
        }

        class Session
        {
            private readonly SemaphoreSlim _gate = new(1);
            private readonly WebSocket _socket;
            public Session(WebSocket socket) => _socket = socket;

            public async Task SendAsync(byte[] data)
            {
                await _gate.WaitAsync();
                await _socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                _gate.Release();
            }
        }
        """);

    [Fact]
    public Task Ignores_a_lock_for_each_key() => IgnoresAsync("""
        class Sender
        {
            private readonly ConcurrentDictionary<WebSocket, SemaphoreSlim> _gates = new();

            public async Task SendAsync(WebSocket socket, byte[] data)
            {
                var gate = _gates.GetOrAdd(socket, _ => new SemaphoreSlim(1));
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
        """);

    [Fact]
    public Task Ignores_half_typed_code() => new Verify.Test<LockingAnalyzer, UnlimitedLockCodeFix>("""
        class Session
        {
            private readonly SemaphoreSlim _gate = new(1
            private readonly WebSocket _socket;
            async Task SendAsync() { await _gate.WaitAsync( ; _gate. }
        }
        """) { CompilerDiagnostics = Microsoft.CodeAnalysis.Testing.CompilerDiagnostics.None }.RunAsync(TestContext.Current.CancellationToken);

    [Theory]
    [InlineData("private readonly SemaphoreSlim _gate = {|WSA1011:new SemaphoreSlim(1)|}; // sends", "private readonly SemaphoreSlim _gate = new SemaphoreSlim(1, 1); // sends")]
    [InlineData("private readonly SemaphoreSlim _gate = {|WSA1011:new(1)|};", "private readonly SemaphoreSlim _gate = new(1, 1);")]
    [InlineData("private readonly SemaphoreSlim _gate = {|WSA1011:new(initialCount: 1 /* free */)|};", "private readonly SemaphoreSlim _gate = new(initialCount: 1, maxCount: 1 /* free */);")]
    public Task Fixes_by_a_maximum(string before, string after) => FixesAsync(Session(before), Session(after));

    [Fact]
    public Task FixesAll_locks() => FixesAsync(
        Session("private readonly SemaphoreSlim _gate = {|WSA1011:new(1)|};") + Session("private SemaphoreSlim _gate { get; } = {|WSA1011:new SemaphoreSlim(1)|};").Replace("ChatSession", "Other"),
        Session("private readonly SemaphoreSlim _gate = new(1, 1);") + Session("private SemaphoreSlim _gate { get; } = new SemaphoreSlim(1, 1);").Replace("ChatSession", "Other"));
}
