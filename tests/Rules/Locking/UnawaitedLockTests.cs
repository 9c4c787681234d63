using WebSocketAnalyzers.CodeFixes.Fixes.Locking;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Locking;

public class UnawaitedLockTests
{
    private static Task ReportsAsync(string source) => Verify.ReportsAsync<LockingAnalyzer>(source);

    private static Task IgnoresAsync(string source) => Verify.IgnoresAsync<LockingAnalyzer>(source);

    private static Task FixesAsync(string source, string fixedSource) => Verify.FixesAsync<LockingAnalyzer, UnawaitedLockCodeFix>(source, fixedSource);

    private static Task ReportsInAsync(string statements) => ReportsAsync(GatedSession.Around(statements));

    private static Task IgnoresInAsync(string statements) => IgnoresAsync(GatedSession.Around(statements));

    private static Task FixesInAsync(string statements, string fixedStatements) => FixesAsync(GatedSession.Around(statements), GatedSession.Around(fixedStatements));

    [Fact]
    public Task Reports_statement() => ReportsInAsync("""
        {|WSA1005:_gate.WaitAsync()|};
        try
        {
            _sent++;
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            _gate.Release();
        }
        """);

    [Fact]
    public Task Reports_discard() => ReportsInAsync("""
        _ = {|WSA1005:_gate.WaitAsync()|};
        try
        {
            _sent++;
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            _gate.Release();
        }
        """);

    [Fact]
    public Task Reports_unused_local() => ReportsInAsync("""
        var wait = {|WSA1005:_gate.WaitAsync()|};
        try
        {
            _sent++;
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            _gate.Release();
        }
        """);

    [Fact]
    public Task Reports_configured_statement() => ReportsInAsync("""
        {|WSA1005:_gate.WaitAsync()|}.ConfigureAwait(false);
        try
        {
            _sent++;
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            _gate.Release();
        }
        """);

    [Fact]
    public Task Reports_with_token() => ReportsInAsync("""
        {|WSA1005:_gate.WaitAsync(token)|};
        try
        {
            _sent++;
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            _gate.Release();
        }
        """);

    [Fact]
    public Task Reports_timed_wait() => ReportsInAsync("""
        {|WSA1005:_gate.WaitAsync(1000)|};
        try
        {
            _sent++;
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            _gate.Release();
        }
        """);

    [Fact]
    public Task Reports_in_a_hub() => ReportsAsync("""
        class ChatHub : Microsoft.AspNetCore.SignalR.Hub
        {
            private static readonly SemaphoreSlim Gate = new(1, 1);
            private static int _joined;

            public Task Join()
            {
                {|WSA1005:Gate.WaitAsync()|};
                _joined++;
                Gate.Release();
                return Task.CompletedTask;
            }
        }
        """);

    [Fact]
    public Task Ignores_awaited() => IgnoresInAsync("""
        await _gate.WaitAsync(token);
        try
        {
            _sent++;
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            _gate.Release();
        }
        """);

    [Fact]
    public Task Ignores_blocked() => IgnoresInAsync("""
        _gate.WaitAsync(token).GetAwaiter().GetResult();
        try
        {
            _sent++;
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            _gate.Release();
        }
        """);

    [Fact]
    public Task Ignores_synchronous() => IgnoresInAsync("""
        _gate.Wait();
        try
        {
            _sent++;
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            _gate.Release();
        }
        """);

    [Fact]
    public Task Ignores_stored_and_awaited() => IgnoresInAsync("""
        var wait = _gate.WaitAsync(token);
        await wait;
        try
        {
            _sent++;
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            _gate.Release();
        }
        """);

    [Fact]
    public Task Ignores_combined() => IgnoresInAsync("""
        await Task.WhenAll(_gate.WaitAsync(token), Task.Delay(1));
        try
        {
            _sent++;
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            _gate.Release();
        }
        """);

    [Fact]
    public Task Ignores_raced() => IgnoresInAsync("""
        var wait = _gate.WaitAsync(token);
        if (await Task.WhenAny(wait, Task.Delay(1)) != wait)
            return;
        try
        {
            _sent++;
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            _gate.Release();
        }
        """);

    [Fact]
    public Task Ignores_returned() => IgnoresAsync("""
        class Sender
        {
            private readonly SemaphoreSlim _gate = new(1, 1);

            public Task EnterAsync() => _gate.WaitAsync();

            public async Task SendAsync(ClientWebSocket socket, byte[] message, CancellationToken token)
            {
                await EnterAsync();
                try
                {
                    await socket.SendAsync(message, WebSocketMessageType.Text, true, token);
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_lock_without_a_connection() => IgnoresAsync("""
        class Cache
        {
            private readonly SemaphoreSlim _gate = new(1, 1);

            public async Task<string> ReadAsync(string path)
            {
                _ = _gate.WaitAsync();
                try
                {
                    return await File.ReadAllTextAsync(path);
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Fixes_with_an_await() => FixesInAsync("""
        {|WSA1005:_gate.WaitAsync()|};
        try
        {
            _sent++;
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            _gate.Release();
        }
        """, """
        await _gate.WaitAsync();
        try
        {
            _sent++;
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            _gate.Release();
        }
        """);

    [Fact]
    public Task Fixes_discard() => FixesInAsync("""
        _ = {|WSA1005:_gate.WaitAsync()|}; // once
        try
        {
            _sent++;
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            _gate.Release();
        }
        """, """
        await _gate.WaitAsync(); // once
        try
        {
            _sent++;
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            _gate.Release();
        }
        """);

    [Fact]
    public Task Fixes_unused_local() => FixesInAsync("""
        var wait = {|WSA1005:_gate.WaitAsync()|};
        try
        {
            _sent++;
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            _gate.Release();
        }
        """, """
        await _gate.WaitAsync();
        try
        {
            _sent++;
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            _gate.Release();
        }
        """);

    [Fact]
    public Task FixesAll_in_one_method() => FixesInAsync("""
        {|WSA1005:_gate.WaitAsync()|};
        try
        {
            _sent++;
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            _gate.Release();
        }
        _ = {|WSA1005:_gate.WaitAsync()|};
        try
        {
            _sent++;
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            _gate.Release();
        }
        """, """
        await _gate.WaitAsync();
        try
        {
            _sent++;
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            _gate.Release();
        }
        await _gate.WaitAsync();
        try
        {
            _sent++;
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            _gate.Release();
        }
        """);

}
