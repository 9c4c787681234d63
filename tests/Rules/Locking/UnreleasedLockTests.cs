using WebSocketAnalyzers.CodeFixes.Fixes.Locking;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Locking;

public class UnreleasedLockTests
{
    private static Task ReportsAsync(string source) => Verify.ReportsAsync<LockingAnalyzer>(source);

    private static Task IgnoresAsync(string source) => Verify.IgnoresAsync<LockingAnalyzer>(source);

    private static Task FixesAsync(string source, string fixedSource) => Verify.FixesAsync<LockingAnalyzer, UnreleasedLockCodeFix>(source, fixedSource);

    private static Task OffersNoFixAsync(string source) => Verify.OffersNoFixAsync<LockingAnalyzer, UnreleasedLockCodeFix>(source);

    private static Task ReportsInAsync(string statements) => ReportsAsync(GatedSession.Around(statements));

    private static Task IgnoresInAsync(string statements) => IgnoresAsync(GatedSession.Around(statements));

    private static Task FixesInAsync(string statements, string fixedStatements) => FixesAsync(GatedSession.Around(statements), GatedSession.Around(fixedStatements));

    private static Task OffersNoFixInAsync(string statements) => OffersNoFixAsync(GatedSession.Around(statements));

    [Fact]
    public Task Reports_release_behind_a_send() => ReportsInAsync("""
        await {|WSA1003:_gate|}.WaitAsync(token);
        await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        _gate.Release();
        """);

    [Fact]
    public Task Reports_await_between_the_wait_and_the_try() => ReportsInAsync("""
        await {|WSA1003:_gate|}.WaitAsync(token);
        await Task.Yield();
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
    public Task Reports_early_return() => ReportsInAsync("""
        await {|WSA1003:_gate|}.WaitAsync(token);
        if (_busy)
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
    public Task Reports_continue_in_a_loop() => ReportsInAsync("""
        while (!token.IsCancellationRequested)
        {
            await {|WSA1003:_gate|}.WaitAsync(token);
            if (_busy)
                continue;
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
    public Task Reports_catch_that_does_not_release() => ReportsInAsync("""
        await {|WSA1003:_gate|}.WaitAsync(token);
        try
        {
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
            _gate.Release();
        }
        catch (WebSocketException)
        {
            Console.WriteLine();
        }
        """);

    [Fact]
    public Task Reports_one_of_several_catches() => ReportsInAsync("""
        await {|WSA1003:_gate|}.WaitAsync(token);
        try
        {
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        catch (WebSocketException)
        {
            _gate.Release();
            return;
        }
        _gate.Release();
        """);

    [Fact]
    public Task Reports_in_a_lambda() => ReportsInAsync("""
        await Task.Run(async () =>
        {
            await {|WSA1003:_gate|}.WaitAsync(token);
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
            _gate.Release();
        });
        """);

    [Fact]
    public Task Reports_throw() => ReportsInAsync("""
        await {|WSA1003:_gate|}.WaitAsync(token);
        if (_busy)
            throw new InvalidOperationException();
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
    public Task Reports_pair_of_own_methods() => ReportsAsync("""
        sealed class Sender
        {
            private readonly SemaphoreSlim _gate = new(1, 1);

            private Task EnterAsync() => _gate.WaitAsync();

            private void Exit() => _gate.Release();

            public async Task SendAsync(ClientWebSocket socket, byte[] message, CancellationToken token)
            {
                await {|WSA1003:EnterAsync|}();
                await socket.SendAsync(message, WebSocketMessageType.Text, true, token);
                Exit();
            }
        }
        """);

    [Fact]
    public Task Reports_release_in_a_lambda_that_is_awaited() => ReportsInAsync("""
        await {|WSA1003:_gate|}.WaitAsync(token);
        await Task.Run(async () =>
        {
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
            _gate.Release();
        });
        """);

    [Fact]
    public Task Ignores_release_in_the_finally_of_a_lambda() => IgnoresInAsync("""
        await _gate.WaitAsync(token);
        await Task.Run(async () =>
        {
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
    public Task Ignores_lock_that_a_dropped_method_releases_at_its_end() => IgnoresAsync("""
        sealed class Acceptor
        {
            private readonly SemaphoreSlim _slots = new(10, 10);

            public async Task RunAsync(TcpListener listener, CancellationToken token)
            {
                while (!token.IsCancellationRequested)
                {
                    await _slots.WaitAsync(token);
                    var client = await listener.AcceptTcpClientAsync(token);
                    var serving = ServeAsync(client, token);
                    if (serving.IsCompleted)
                        await serving;
                }
            }

            private async Task ServeAsync(TcpClient client, CancellationToken token)
            {
                try
                {
                    using (client)
                        await client.GetStream().WriteAsync(new byte[1], token);
                }
                finally
                {
                    _slots.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_lock_handed_to_a_method_that_is_told_whether_it_is_held() => IgnoresAsync("""
        sealed class Writer
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            private readonly WebSocket _socket;
            private Task _flush = Task.CompletedTask;

            public Writer(WebSocket socket) => _socket = socket;

            public ValueTask SendAsync(byte[] message, CancellationToken token)
            {
                if (!_gate.Wait(0))
                    return FinishAsync(false, message, token);
                if (!_flush.IsCompletedSuccessfully)
                    return FinishAsync(true, message, token);
                try
                {
                    _flush = _socket.SendAsync(message, WebSocketMessageType.Binary, true, token);
                }
                finally
                {
                    _gate.Release();
                }

                return default;
            }

            private async ValueTask FinishAsync(bool isHeld, byte[] message, CancellationToken token)
            {
                if (!isHeld)
                {
                    await _gate.WaitAsync(token);
                }

                try
                {
                    await _flush;
                    await _socket.SendAsync(message, WebSocketMessageType.Binary, true, token);
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_finally() => IgnoresInAsync("""
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
    public Task Ignores_release_in_catch_and_behind() => IgnoresInAsync("""
        await _gate.WaitAsync(token);
        try
        {
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        catch
        {
            _gate.Release();
            throw;
        }
        _gate.Release();
        """);

    [Fact]
    public Task Ignores_harmless_statements_before_the_try() => IgnoresInAsync("""
        await _gate.WaitAsync(token);
        var count = message.Count;
        Console.WriteLine(count);
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
    public Task Ignores_code_that_does_not_fail() => IgnoresInAsync("""
        _gate.Wait();
        _sent++;
        _gate.Release();
        await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        """);

    [Fact]
    public Task Ignores_lock_that_is_never_released_here() => IgnoresInAsync("""
        await _gate.WaitAsync(token);
        await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        """);

    [Fact]
    public Task Ignores_flag() => IgnoresInAsync("""
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
    public Task Ignores_released_flag() => IgnoresInAsync("""
        var released = false;
        await _gate.WaitAsync(token);
        try
        {
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
            _gate.Release();
            released = true;
            await Task.Delay(10, token);
        }
        finally
        {
            if (!released)
                _gate.Release();
        }
        """);

    [Fact]
    public Task Ignores_release_by_a_continuation() => IgnoresInAsync("""
        await _gate.WaitAsync(token);
        _ = Task.Delay(1000, token).ContinueWith(_ => _gate.Release());
        await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        """);

    [Fact]
    public Task Ignores_condition_that_may_be_that_of_the_wait() => IgnoresInAsync("""
        if (message.Count > 10)
            await _gate.WaitAsync(token);
        _sent++;
        if (message.Count > 10)
            _gate.Release();
        await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        """);

    [Fact]
    public Task Ignores_nullable_lock() => IgnoresInAsync("""
        SemaphoreSlim? gate = _gate;
        await gate.WaitAsync(token);
        try
        {
            _sent++;
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            gate?.Release();
        }
        """);

    [Fact]
    public Task Ignores_returned_releaser() => IgnoresAsync("""
        sealed class Sender
        {
            private readonly SemaphoreSlim _gate = new(1, 1);

            public async Task<IDisposable> EnterAsync(ClientWebSocket socket, CancellationToken token)
            {
                await _gate.WaitAsync(token);
                await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, token);
                return new Releaser(_gate);
            }

            private sealed class Releaser : IDisposable
            {
                private readonly SemaphoreSlim _semaphore;

                public Releaser(SemaphoreSlim semaphore) => _semaphore = semaphore;

                public void Dispose() => _semaphore.Release();
            }
        }
        """);

    [Fact]
    public Task Ignores_lock_without_a_connection() => IgnoresAsync("""
        class Cache
        {
            private readonly SemaphoreSlim _gate = new(1, 1);

            public async Task<string> ReadAsync(string path, CancellationToken token)
            {
                await _gate.WaitAsync(token);
                var text = await File.ReadAllTextAsync(path, token);
                _gate.Release();
                return text;
            }
        }
        """);

    [Fact]
    public Task Fixes_with_a_finally_around_the_statements() => FixesInAsync("""
        await {|WSA1003:_gate|}.WaitAsync(token);
        // The frame.
        await _socket.SendAsync(message, WebSocketMessageType.Text, true, token); // whole
        _sent++;
        _gate.Release(); // free
        _busy = false;
        """, """
        await _gate.WaitAsync(token);
        try
        {
            // The frame.
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token); // whole
            _sent++;
        }
        finally
        {
            _gate.Release(); // free
        }
        _busy = false;
        """);

    [Fact]
    public Task Fixes_by_moving_statements_into_the_try() => FixesInAsync("""
        await {|WSA1003:_gate|}.WaitAsync(token);
        await Task.Yield();
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
        await _gate.WaitAsync(token);
        try
        {
            await Task.Yield();
            _sent++;
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            _gate.Release();
        }
        """);

    [Fact]
    public Task Fixes_releases_before_jumps() => FixesInAsync("""
        await {|WSA1003:_gate|}.WaitAsync(token);
        if (_busy)
        {
            _gate.Release();
            return;
        }
        await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        _gate.Release();
        """, """
        await _gate.WaitAsync(token);
        try
        {
            if (_busy)
            {
                return;
            }
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            _gate.Release();
        }
        """);

    [Fact]
    public Task Fixes_try_that_releases_at_its_end() => FixesInAsync("""
        await {|WSA1003:_gate|}.WaitAsync(token);
        try
        {
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
            _gate.Release();
        }
        catch (WebSocketException)
        {
            Console.WriteLine();
        }
        """, """
        await _gate.WaitAsync(token);
        try
        {
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        catch (WebSocketException)
        {
            Console.WriteLine();
        }
        finally
        {
            _gate.Release();
        }
        """);

    [Fact]
    public Task OffersNoFix_where_a_variable_is_used_behind_the_release() => OffersNoFixInAsync("""
        await {|WSA1003:_gate|}.WaitAsync(token);
        var before = _sent;
        await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        _gate.Release();
        _sent = before + 1;
        """);

    [Fact]
    public Task OffersNoFix_where_the_release_stands_in_a_branch() => OffersNoFixInAsync("""
        await {|WSA1003:_gate|}.WaitAsync(token);
        await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        if (_busy)
        {
            _gate.Release();
            _busy = false;
        }
        else
        {
            _gate.Release();
        }
        """);

    [Fact]
    public Task FixesAll_in_one_method() => FixesInAsync("""
        await {|WSA1003:_gate|}.WaitAsync(token);
        await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        _gate.Release();
        _sent++;
        await {|WSA1003:_gate|}.WaitAsync(token);
        await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        _gate.Release();
        """, """
        await _gate.WaitAsync(token);
        try
        {
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            _gate.Release();
        }
        _sent++;
        await _gate.WaitAsync(token);
        try
        {
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            _gate.Release();
        }
        """);

}
