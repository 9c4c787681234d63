using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Locking;

public class ReenteredLockTests
{
    private static Task ReportsAsync(string source) => Verify.ReportsAsync<LockingAnalyzer>(source);

    private static Task IgnoresAsync(string source) => Verify.IgnoresAsync<LockingAnalyzer>(source);

    /// <summary>A session that sends under its lock, and more.</summary>
    private static string Session(string underLock, string more, string gate = "private readonly SemaphoreSlim _gate = new(1, 1);", string behind = "") => $$"""
        class ChatSession
        {
            {{gate}}
            private readonly WebSocket _socket;
            private bool _isHeld;

            public ChatSession(WebSocket socket) => _socket = socket;

            public async Task SendAsync(byte[] data, CancellationToken token)
            {
                await _gate.WaitAsync(token);
                try
                {
                    await WriteAsync(data);
                    {{underLock}}
                }
                finally
                {
                    _gate.Release();
                }
                {{behind}}
            }

            private Task WriteAsync(byte[] data) => _socket.SendAsync(data, WebSocketMessageType.Text, true, default);
            {{more}}
        }
        """;

    private const string Close = """

            private async Task CloseAsync()
            {
                await _gate.WaitAsync();
                try
                {
                    await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
                }
                finally
                {
                    _gate.Release();
                }
            }
        """;

    [Theory]
    [InlineData("await {|WSA1008:CloseAsync()|};")]
    [InlineData("await {|WSA1008:this.CloseAsync()|}.ConfigureAwait(false);")]
    [InlineData("if (data.Length == 0) await {|WSA1008:CloseAsync()|};")]
    [InlineData("await {|WSA1008:EndAsync()|};")]
    [InlineData("try { await WriteAsync(data); } catch (WebSocketException) { await {|WSA1008:CloseAsync()|}; throw; }")]
    [InlineData("await {|WSA1008:_gate.WaitAsync(token)|}; _gate.Release();")]
    public Task Reports_second_wait(string underLock) => ReportsAsync(Session(underLock, Close + " private async Task EndAsync() { await Task.Yield(); await CloseAsync(); }"));

    [Fact]
    public Task Reports_synchronous_wait() => ReportsAsync(Session("{|WSA1008:Count()|};", "private int Count() { _gate.Wait(); try { return 1; } finally { _gate.Release(); } }"));

    [Fact]
    public Task Reports_method_that_calls_itself() => ReportsAsync("""
        class ChatSession
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            private readonly WebSocket _socket;

            public ChatSession(WebSocket socket) => _socket = socket;

            public async Task SendAsync(byte[] data)
            {
                await _gate.WaitAsync();
                try
                {
                    await _socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                    if (data.Length > 100)
                        await {|WSA1008:SendAsync(new byte[1])|};
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Reports_static_lock() => ReportsAsync("""
        static class Sender
        {
            private static readonly SemaphoreSlim s_gate = new(1, 1);

            public static async Task SendAsync(Stream log, ClientWebSocket socket, byte[] data)
            {
                await s_gate.WaitAsync();
                await socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                await {|WSA1008:LogAsync(log)|};
                s_gate.Release();
            }

            private static async ValueTask LogAsync(Stream log)
            {
                await s_gate.WaitAsync();
                await log.WriteAsync(new byte[1]);
                s_gate.Release();
            }
        }
        """);

    [Fact]
    public Task Reports_in_a_handler() => ReportsAsync("""
        class Session
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            private readonly Queue<string> _queue = new();

            public async Task ServeAsync(WebSocket socket, CancellationToken token)
            {
                var buffer = new byte[4096];
                while (socket.State == WebSocketState.Open)
                {
                    var result = await socket.ReceiveAsync(buffer, token);
                    if (result.MessageType == WebSocketMessageType.Close)
                        return;
                    await _gate.WaitAsync(token);
                    await {|WSA1008:AddAsync("x")|};
                    _gate.Release();
                }
            }

            private async Task AddAsync(string item)
            {
                await _gate.WaitAsync();
                _queue.Enqueue(item);
                _gate.Release();
            }
        }
        """);

    [Theory]
    // Behind the release, or not waited for while the lock is held.
    [InlineData("", "await CloseAsync();")]
    [InlineData("_ = CloseAsync();", "")]
    [InlineData("closing = CloseAsync();", "await closing;")]
    [InlineData("Func<Task> later = () => CloseAsync(); Later = later;", "")]
    [InlineData("_gate.Release(); await CloseAsync(); await _gate.WaitAsync(token);", "")]
    public Task Ignores_calls_without_the_lock(string underLock, string behind) => IgnoresAsync(
        Session(underLock, Close + " public Func<Task>? Later; private Task closing = Task.CompletedTask;", behind: behind));

    [Theory]
    [InlineData("if (!isHeld) await _gate.WaitAsync();")]
    [InlineData("if (isHeld) return; await _gate.WaitAsync();")]
    [InlineData("if (_isHeld) return; await _gate.WaitAsync();")]
    [InlineData("if (_gate.CurrentCount > 0) await _gate.WaitAsync();")]
    [InlineData("if (!await _gate.WaitAsync(1000)) return;")]
    [InlineData("_gate.Release(); await _gate.WaitAsync();")]
    [InlineData("await Task.Yield();")]
    public Task Ignores_methods_that_know_or_do_not_hang(string entry) => IgnoresAsync(Session("await EndAsync(true);", $"private async Task EndAsync(bool isHeld) {{ {entry} await WriteAsync(new byte[1]); }}"));

    [Fact]
    public Task Ignores_another_lock_and_other_objects() => IgnoresAsync(Session(
        "await PingAsync(); if (_next is not null) await _next.SendAsync(data, token);",
        "private readonly SemaphoreSlim _other = new(1, 1); private ChatSession? _next; private async Task PingAsync() { await _other.WaitAsync(); try { await WriteAsync(new byte[1]); } finally { _other.Release(); } }"));

    [Theory]
    [InlineData("private readonly SemaphoreSlim _gate = new(2, 2);")]
    [InlineData("private readonly SemaphoreSlim _gate = Make(); private static SemaphoreSlim Make() => new(5);")]
    public Task Ignores_throttles(string gate) => IgnoresAsync(Session("await CloseAsync();", Close, gate));

    [Fact]
    public Task Ignores_files_outside_of_handlers() => IgnoresAsync("""
        class Store
        {
            private readonly SemaphoreSlim _gate = new(1, 1);

            public async Task SaveAsync(string text)
            {
                await _gate.WaitAsync();
                await FlushAsync();
                _gate.Release();
            }

            private async Task FlushAsync()
            {
                await _gate.WaitAsync();
                await File.WriteAllTextAsync("x", "y");
                _gate.Release();
            }
        }
        """);

    [Fact]
    public Task Ignores_half_typed_code() => new Verify.Test<LockingAnalyzer, Microsoft.CodeAnalysis.Testing.EmptyCodeFixProvider>("""
        class Session
        {
            SemaphoreSlim _gate = new(1, 1);
            async Task SendAsync(WebSocket socket) { await _gate.WaitAsync(); await SendAsync( ; _gate.Release( }
        }
        """) { CompilerDiagnostics = Microsoft.CodeAnalysis.Testing.CompilerDiagnostics.None }.RunAsync(TestContext.Current.CancellationToken);
}
