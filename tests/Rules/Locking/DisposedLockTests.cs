using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Locking;

public class DisposedLockTests
{
    private static Task ReportsAsync(string source) => Verify.ReportsAsync<LockingAnalyzer>(source);

    private static Task IgnoresAsync(string source) => Verify.IgnoresAsync<LockingAnalyzer>(source);

    /// <summary>A session that sends under its lock, and what ends it.</summary>
    private static string Session(string end, string wait = "await _gate.WaitAsync();", string inside = "await _socket.SendAsync(data, WebSocketMessageType.Text, true, default);") => $$"""
        class Session
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            private readonly WebSocket _socket;
            private readonly CancellationTokenSource _stop = new();
            private readonly Stream _log = Stream.Null;
            private Task _loop = Task.CompletedTask;

            public Session(WebSocket socket) => _socket = socket;

            public async Task SendAsync(byte[] data)
            {
                {{wait}}
                try
                {
                    {{inside}}
                }
                finally
                {
                    _gate.Release();
                }

                await Task.Yield();
            }

            {{end}}

            private void Drain() { }
        }
        """;

    [Theory]
    [InlineData("public void Dispose() { {|WSA1012:_gate.Dispose()|}; _socket.Dispose(); }")]
    [InlineData("public void Dispose() { _log.Dispose(); {|WSA1012:_gate.Dispose()|}; _socket.Abort(); _socket.Dispose(); }")]
    [InlineData("public void Dispose() { this.{|WSA1012:_gate.Dispose()|}; this._socket.Dispose(); }")]
    [InlineData("public void Dispose() { _gate?{|WSA1012:.Dispose()|}; _socket?.Dispose(); }")]
    [InlineData("public async ValueTask DisposeAsync() { {|WSA1012:_gate.Dispose()|}; await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default); _socket.Dispose(); }")]
    [InlineData("protected virtual void Dispose(bool disposing) { if (disposing) { {|WSA1012:_gate.Dispose()|}; _socket.Dispose(); } }")]
    [InlineData("public void Dispose() { GC.SuppressFinalize(this); {|WSA1012:_gate.Dispose()|}; _stop.Cancel(); _socket.Dispose(); }")]
    public Task Reports_lock_disposed_first(string end) => ReportsAsync(Session(end.Replace("this.{|WSA1012:_gate.Dispose()|}", "{|WSA1012:this._gate.Dispose()|}")));

    [Fact]
    public Task Reports_lock_of_a_stream() => ReportsAsync("""
        class Link : IDisposable
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            private readonly TcpClient _client;
            public Link(TcpClient client) => _client = client;

            public async Task WriteAsync(byte[] data, CancellationToken token)
            {
                await _gate.WaitAsync(token);
                await _client.GetStream().WriteAsync(data, token);
                _gate.Release();
            }

            public void Dispose()
            {
                {|WSA1012:_gate.Dispose()|};
                _client.Dispose();
            }
        }
        """);

    [Theory]
    [InlineData("public void Dispose() { _socket.Dispose(); _gate.Dispose(); }")]
    [InlineData("public void Dispose() { _socket.Abort(); _gate.Dispose(); _socket.Dispose(); }")]
    [InlineData("public void Dispose() { _stop.Cancel(); _gate.Dispose(); _socket.Dispose(); }")]
    [InlineData("public void Dispose() { _gate.Wait(); _gate.Dispose(); _socket.Dispose(); }")]
    [InlineData("public void Dispose() { Drain(); _gate.Dispose(); _socket.Dispose(); }")]
    [InlineData("public void Dispose() { _loop.Wait(); _gate.Dispose(); _socket.Dispose(); }")]
    [InlineData("public async Task StopAsync() { await _loop; _gate.Dispose(); _socket.Dispose(); }")]
    [InlineData("public async Task StopAsync() { await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default); _gate.Dispose(); _socket.Dispose(); }")]
    [InlineData("public void Dispose() { _gate.Dispose(); }")]
    [InlineData("public void Dispose() => _socket.Dispose();")]
    public Task Ignores_ordinary_ends(string end) => IgnoresAsync(Session(end));

    [Fact]
    public Task Ignores_synchronous_waits() => IgnoresAsync(Session("public void Dispose() { _gate.Dispose(); _socket.Dispose(); }", wait: "_gate.Wait();"));

    [Fact]
    public Task Ignores_lock_of_something_else() => IgnoresAsync(Session("public void Dispose() { _gate.Dispose(); _socket.Dispose(); }", inside: "await _log.WriteAsync(data);"));

    [Fact]
    public Task Ignores_lock_of_another_object() => IgnoresAsync("""
        class Session
        {
            public SemaphoreSlim Gate { get; } = new(1, 1);
            public WebSocket Socket { get; }
            public Session(WebSocket socket) => Socket = socket;

            public async Task SendAsync(byte[] data)
            {
                await Gate.WaitAsync();
                await Socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                Gate.Release();
            }

            public static void End(Session session)
            {
                session.Gate.Dispose();
                session.Socket.Dispose();
            }
        }
        """);

    [Fact]
    public Task Ignores_half_typed_code() => new Verify.Test<LockingAnalyzer, Microsoft.CodeAnalysis.Testing.EmptyCodeFixProvider>("""
        class Session
        {
            SemaphoreSlim _gate = new(1, 1);
            void Dispose() { _gate.Dispose( ; _socket. }
        }
        """) { CompilerDiagnostics = Microsoft.CodeAnalysis.Testing.CompilerDiagnostics.None }.RunAsync(TestContext.Current.CancellationToken);
}
