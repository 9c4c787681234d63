using WebSocketAnalyzers.CodeFixes.Fixes.Locking;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Locking;

public class IgnoredTimeoutTests
{
    private static Task ReportsAsync(string source) => Verify.ReportsAsync<LockingAnalyzer>(source);

    private static Task IgnoresAsync(string source) => Verify.IgnoresAsync<LockingAnalyzer>(source);

    private static Task FixesAsync(string source, string fixedSource) => Verify.FixesAsync<LockingAnalyzer, IgnoredTimeoutCodeFix>(source, fixedSource);

    private static Task OffersNoFixAsync(string source) => Verify.OffersNoFixAsync<LockingAnalyzer, IgnoredTimeoutCodeFix>(source);

    private static Task ReportsInAsync(string statements) => ReportsAsync(GatedSession.Around(statements));

    private static Task IgnoresInAsync(string statements) => IgnoresAsync(GatedSession.Around(statements));

    private static Task FixesInAsync(string statements, string fixedStatements) => FixesAsync(GatedSession.Around(statements), GatedSession.Around(fixedStatements));

    private static Task OffersNoFixInAsync(string statements) => OffersNoFixAsync(GatedSession.Around(statements));

    [Fact]
    public Task Reports_ignored_answer() => ReportsInAsync("""
        await _gate.{|WSA1004:WaitAsync|}(1000);
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
    public Task Reports_time_span_and_token() => ReportsInAsync("""
        await _gate.{|WSA1004:WaitAsync|}(TimeSpan.FromSeconds(1), token).ConfigureAwait(false);
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
    public Task Reports_discarded_answer() => ReportsInAsync("""
        _ = await _gate.{|WSA1004:WaitAsync|}(1000);
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
    public Task Reports_wait_inside_the_try() => ReportsInAsync("""
        try
        {
            await _gate.{|WSA1004:WaitAsync|}(1000);
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            _gate.Release();
        }
        """);

    [Fact]
    public Task Reports_zero() => ReportsInAsync("""
        await _gate.{|WSA1004:WaitAsync|}(0);
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
    public Task Reports_variable_timeout() => ReportsInAsync("""
        var timeout = TimeSpan.FromMilliseconds(_sent);
        await _gate.{|WSA1004:WaitAsync|}(timeout);
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
    public Task Reports_in_a_lambda() => ReportsInAsync("""
        await Task.Run(async () =>
        {
            await _gate.{|WSA1004:WaitAsync|}(1000);
            try
            {
                await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
            }
            finally
            {
                _gate.Release();
            }
        });
        """);

    [Fact]
    public Task Ignores_tested_answer() => IgnoresInAsync("""
        if (!await _gate.WaitAsync(1000))
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
    public Task Ignores_kept_answer() => IgnoresInAsync("""
        var taken = await _gate.WaitAsync(1000);
        try
        {
            _sent++;
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            if (taken)
                _gate.Release();
        }
        """);

    [Fact]
    public Task Ignores_Timeout_Infinite() => IgnoresInAsync("""
        await _gate.WaitAsync(Timeout.Infinite);
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
    public Task Ignores_minus_one() => IgnoresInAsync("""
        await _gate.WaitAsync(-1);
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
    public Task Ignores_InfiniteTimeSpan() => IgnoresInAsync("""
        await _gate.WaitAsync(Timeout.InfiniteTimeSpan);
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
    public Task Ignores_wait_without_a_limit() => IgnoresInAsync("""
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
    public Task Ignores_signal() => IgnoresInAsync("""
        await _gate.WaitAsync(1000);
        await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        """);

    [Fact]
    public Task Ignores_answer_in_a_loop() => IgnoresInAsync("""
        while (!await _gate.WaitAsync(100))
            _sent++;
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
    public Task Ignores_lock_without_a_connection() => IgnoresAsync("""
        class Cache
        {
            private readonly SemaphoreSlim _gate = new(1, 1);

            public async Task<string> ReadAsync(string path)
            {
                await _gate.WaitAsync(1000);
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
    public Task Ignores_semaphore_of_another_namespace() => IgnoresAsync("""
        class OwnSemaphore
        {
            public Task<bool> WaitAsync(int timeout) => Task.FromResult(true);
            public void Release() { }
        }

        class Sender
        {
            private readonly OwnSemaphore _gate = new();

            public async Task SendAsync(ClientWebSocket socket, byte[] message, CancellationToken token)
            {
                await _gate.WaitAsync(1000);
                await socket.SendAsync(message, WebSocketMessageType.Text, true, token);
                _gate.Release();
            }
        }
        """);

    [Fact]
    public Task Fixes_with_a_return() => FixesInAsync("""
        // One at a time.
        await _gate.{|WSA1004:WaitAsync|}(1000).ConfigureAwait(false); // a second
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
        // One at a time.
        if (!await _gate.WaitAsync(1000).ConfigureAwait(false))
            return; // a second
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
    public Task Fixes_with_an_exception_in_a_loop() => FixesInAsync("""
        while (true)
        {
            await _gate.{|WSA1004:WaitAsync|}(1000);
            try
            {
                await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
            }
            finally
            {
                _gate.Release();
            }
        }
        """, """
        while (true)
        {
            if (!await _gate.WaitAsync(1000))
                throw new TimeoutException();
            try
            {
                await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
            }
            finally
            {
                _gate.Release();
            }
        }
        """);

    [Fact]
    public Task Fixes_by_moving_the_wait_above_the_try() => FixesInAsync("""
        try
        {
            await _gate.{|WSA1004:WaitAsync|}(1000);
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            _gate.Release();
        }
        """, """
        if (!await _gate.WaitAsync(1000))
            return;
        try
        {
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            _gate.Release();
        }
        """);

    [Fact]
    public Task Fixes_with_an_exception_where_a_result_is_due() => FixesAsync("""
        class Sender
        {
            private readonly SemaphoreSlim _gate = new(1, 1);

            public async Task<int> SendAsync(ClientWebSocket socket, byte[] message, CancellationToken token)
            {
                await _gate.{|WSA1004:WaitAsync|}(1000);
                try
                {
                    await socket.SendAsync(message, WebSocketMessageType.Text, true, token);
                    return message.Length;
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        """, """
        class Sender
        {
            private readonly SemaphoreSlim _gate = new(1, 1);

            public async Task<int> SendAsync(ClientWebSocket socket, byte[] message, CancellationToken token)
            {
                if (!await _gate.WaitAsync(1000))
                    throw new TimeoutException();
                try
                {
                    await socket.SendAsync(message, WebSocketMessageType.Text, true, token);
                    return message.Length;
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task FixesAll_in_one_method() => FixesInAsync("""
        await _gate.{|WSA1004:WaitAsync|}(1);
        try
        {
            _sent++;
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            _gate.Release();
        }
        await _gate.{|WSA1004:WaitAsync|}(2);
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
        if (!await _gate.WaitAsync(1))
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
        if (!await _gate.WaitAsync(2))
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
    public Task OffersNoFix_for_a_discard() => OffersNoFixInAsync("""
        _ = await _gate.{|WSA1004:WaitAsync|}(1000);
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
