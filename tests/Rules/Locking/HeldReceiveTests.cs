using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Locking;

public class HeldReceiveTests
{
    private static Task ReportsAsync(string source) => Verify.ReportsAsync<LockingAnalyzer>(source);

    private static Task IgnoresAsync(string source) => Verify.IgnoresAsync<LockingAnalyzer>(source);

    /// <summary>A client that sends under its lock, and receives in a loop.</summary>
    private static string Client(string receiving, string more = "", string gate = "private readonly SemaphoreSlim _gate = new(1, 1);") => $$"""
        class Client
        {
            {{gate}}
            private readonly WebSocket _socket;

            public Client(WebSocket socket) => _socket = socket;

            public async Task SendAsync(byte[] data, CancellationToken token)
            {
                await _gate.WaitAsync(token);
                try
                {
                    await _socket.SendAsync(data, WebSocketMessageType.Text, true, token);
                }
                finally
                {
                    _gate.Release();
                }
            }

            public async Task RunAsync(CancellationToken token)
            {
                var buffer = new byte[4096];
                while (_socket.State == WebSocketState.Open)
                {
                    {{receiving}}
                }
            }
            {{more}}
        }
        """;

    private const string Receive = "var result = await _socket.ReceiveAsync(buffer, token); if (result.MessageType == WebSocketMessageType.Close) break; Handle(buffer.AsSpan(0, result.Count), result.EndOfMessage);";
    private const string Handle = "private static void Handle(ReadOnlySpan<byte> data, bool isLast) { }";

    [Theory]
    [InlineData("await {|WSA1010:_gate|}.WaitAsync(token); try { " + Receive + " } finally { _gate.Release(); }")]
    [InlineData("await {|WSA1010:_gate|}.WaitAsync().ConfigureAwait(false); " + Receive + " _gate.Release();")]
    [InlineData("await {|WSA1010:this._gate|}.WaitAsync(token); try { " + Receive + " } finally { _gate.Release(); }")]
    [InlineData("{|WSA1010:_gate|}.Wait(token); try { " + Receive + " } finally { _gate.Release(); }")]
    [InlineData("if (!await {|WSA1010:_gate|}.WaitAsync(1000, token)) continue; try { " + Receive + " } finally { _gate.Release(); }")]
    public Task Reports_lock_across_a_receive(string receiving) => ReportsAsync(Client(receiving, Handle));

    [Fact]
    public Task Reports_lock_around_the_loop() => ReportsAsync("""
        class Link
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            private readonly NetworkStream _stream;
            public Link(NetworkStream stream) => _stream = stream;

            public async Task WriteAsync(byte[] data)
            {
                await _gate.WaitAsync();
                await _stream.WriteAsync(data);
                _gate.Release();
            }

            public async Task RunAsync()
            {
                var buffer = new byte[4096];
                await {|WSA1010:_gate|}.WaitAsync();
                try
                {
                    int count;
                    while ((count = await _stream.ReadAsync(buffer)) > 0)
                        Handle(buffer.AsSpan(0, count));
                }
                finally
                {
                    _gate.Release();
                }
            }

            private static void Handle(ReadOnlySpan<byte> data) { }
        }
        """);

    [Fact]
    public Task Reports_receive_in_a_method_of_its_own() => ReportsAsync(Client(
        "await {|WSA1010:_gate|}.WaitAsync(token); try { if (!await ReadAsync(buffer, token)) break; } finally { _gate.Release(); }",
        "private async Task<bool> ReadAsync(byte[] buffer, CancellationToken token) { " + Receive.Replace("break", "return false") + " return true; } " + Handle));

    [Theory]
    // Each with a lock of its own, none for the receive, or given back before the message comes.
    [InlineData(Receive)]
    [InlineData("await _receiving.WaitAsync(token); try { " + Receive + " } finally { _receiving.Release(); }")]
    [InlineData("await _gate.WaitAsync(token); _count++; _gate.Release(); " + Receive)]
    [InlineData("await _gate.WaitAsync(token); var pending = _socket.ReceiveAsync(buffer, token); _gate.Release(); var result = await pending; if (result.MessageType == WebSocketMessageType.Close) break; Handle(buffer.AsSpan(0, result.Count), result.EndOfMessage);")]
    // A request and its answer.
    [InlineData("await _gate.WaitAsync(token); try { await _socket.SendAsync(buffer, WebSocketMessageType.Text, true, token); " + Receive + " } finally { _gate.Release(); }")]
    public Task Ignores_other_receives(string receiving) => IgnoresAsync(Client(receiving, Handle + " private readonly SemaphoreSlim _receiving = new(1, 1); private int _count;"));

    [Fact]
    public Task Ignores_throttles() => IgnoresAsync(Client("await _gate.WaitAsync(token); try { " + Receive + " } finally { _gate.Release(); }", Handle, "private readonly SemaphoreSlim _gate = new(2, 2);"));

    [Fact]
    public Task Ignores_handshake() => IgnoresAsync("""
        class Client
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            private readonly ClientWebSocket _socket = new();

            public async Task<int> GreetAsync(byte[] buffer, CancellationToken token)
            {
                await _gate.WaitAsync(token);
                try
                {
                    var result = await _socket.ReceiveAsync(buffer, token);
                    return result.EndOfMessage && result.MessageType == WebSocketMessageType.Text ? result.Count : 0;
                }
                finally
                {
                    _gate.Release();
                }
            }

            public async Task SendAsync(byte[] data, CancellationToken token)
            {
                await _gate.WaitAsync(token);
                await _socket.SendAsync(data, WebSocketMessageType.Text, true, token);
                _gate.Release();
            }
        }
        """);

    [Fact]
    public Task Ignores_lock_that_no_send_takes() => IgnoresAsync("""
        class Reader
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            private readonly NetworkStream _stream;
            public Reader(NetworkStream stream) => _stream = stream;

            public async Task RunAsync(byte[] buffer)
            {
                while (true)
                {
                    await _gate.WaitAsync();
                    try
                    {
                        if (await _stream.ReadAsync(buffer) == 0)
                            return;
                    }
                    finally
                    {
                        _gate.Release();
                    }
                }
            }

            public async Task WriteAsync(byte[] data) => await _stream.WriteAsync(data);
        }
        """);

    [Fact]
    public Task Ignores_sends_on_another_connection() => IgnoresAsync("""
        class Bridge
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            private readonly NetworkStream _from;
            private readonly NetworkStream _to;
            public Bridge(NetworkStream from, NetworkStream to) { _from = from; _to = to; }

            public async Task RunAsync(byte[] buffer)
            {
                int count;
                do
                {
                    await _gate.WaitAsync();
                    count = await _from.ReadAsync(buffer);
                    _gate.Release();
                }
                while (count > 0);
            }

            public async Task WriteAsync(byte[] data)
            {
                await _gate.WaitAsync();
                await _to.WriteAsync(data);
                _gate.Release();
            }
        }
        """);

    [Fact]
    public Task Ignores_request_with_its_answer() => IgnoresAsync("""
        class Client
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            private readonly NetworkStream _stream;
            public Client(NetworkStream stream) => _stream = stream;

            public async Task<int> AskAsync(byte[] question, byte[] answer)
            {
                await _gate.WaitAsync();
                try
                {
                    await _stream.WriteAsync(question);
                    return await _stream.ReadAsync(answer);
                }
                finally
                {
                    _gate.Release();
                }
            }

            public async Task TellAsync(byte[] data)
            {
                await _gate.WaitAsync();
                await _stream.WriteAsync(data);
                _gate.Release();
            }
        }
        """);

    [Fact]
    public Task Ignores_files() => IgnoresAsync("""
        class Log
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            private readonly FileStream _file;
            public Log(FileStream file) => _file = file;

            public async Task ReadAsync(byte[] buffer)
            {
                while (true)
                {
                    await _gate.WaitAsync();
                    var count = await _file.ReadAsync(buffer);
                    _gate.Release();
                    if (count == 0)
                        return;
                }
            }

            public async Task WriteAsync(byte[] data)
            {
                await _gate.WaitAsync();
                await _file.WriteAsync(data);
                _gate.Release();
            }
        }
        """);

    [Fact]
    public Task Ignores_half_typed_code() => new Verify.Test<LockingAnalyzer, Microsoft.CodeAnalysis.Testing.EmptyCodeFixProvider>("""
        class Session
        {
            SemaphoreSlim _gate = new(1, 1);
            async Task RunAsync(WebSocket socket) { while (true) { await _gate.WaitAsync(); await socket.ReceiveAsync( ; _gate.Release( }
        }
        """) { CompilerDiagnostics = Microsoft.CodeAnalysis.Testing.CompilerDiagnostics.None }.RunAsync(TestContext.Current.CancellationToken);
}
