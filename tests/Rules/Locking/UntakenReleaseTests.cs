using WebSocketAnalyzers.CodeFixes.Fixes.Locking;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Locking;

public class UntakenReleaseTests
{
    private static Task ReportsAsync(string source) => Verify.ReportsAsync<LockingAnalyzer>(source);

    private static Task IgnoresAsync(string source) => Verify.IgnoresAsync<LockingAnalyzer>(source);

    private static Task FixesAsync(string source, string fixedSource) => Verify.FixesAsync<LockingAnalyzer, UntakenReleaseCodeFix>(source, fixedSource);

    private static Task OffersNoFixAsync(string source) => Verify.OffersNoFixAsync<LockingAnalyzer, UntakenReleaseCodeFix>(source);

    private static Task ReportsInAsync(string statements) => ReportsAsync(GatedSession.Around(statements));

    private static Task IgnoresInAsync(string statements) => IgnoresAsync(GatedSession.Around(statements));

    private static Task FixesInAsync(string statements, string fixedStatements) => FixesAsync(GatedSession.Around(statements), GatedSession.Around(fixedStatements));

    private static Task OffersNoFixInAsync(string statements) => OffersNoFixAsync(GatedSession.Around(statements));

    [Fact]
    public Task Reports_wait_with_a_token_inside_the_try() => ReportsInAsync("""
        try
        {
            await {|WSA1002:_gate|}.WaitAsync(token);
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            _gate.Release();
        }
        """);

    [Fact]
    public Task Reports_configured_wait() => ReportsInAsync("""
        try
        {
            await {|WSA1002:_gate|}.WaitAsync(token).ConfigureAwait(false);
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            _gate.Release();
        }
        """);

    [Fact]
    public Task Reports_wait_through_this() => ReportsInAsync("""
        try
        {
            await {|WSA1002:this._gate|}.WaitAsync(token);
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            this._gate.Release();
        }
        """);

    [Fact]
    public Task Reports_timed_wait_whose_return_releases() => ReportsInAsync("""
        try
        {
            if (!await {|WSA1002:_gate|}.WaitAsync(1000))
                return;
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            _gate.Release();
        }
        """);

    [Fact]
    public Task Reports_flag_that_does_not_guard_the_release() => ReportsInAsync("""
        var taken = await {|WSA1002:_gate|}.WaitAsync(1000, token);
        try
        {
            if (taken)
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            _gate.Release();
        }
        """);

    [Fact]
    public Task Reports_something_that_fails_before_the_wait() => ReportsInAsync("""
        try
        {
            await Task.Delay(10, token);
            await {|WSA1002:_gate|}.WaitAsync();
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            _gate.Release();
        }
        """);

    [Fact]
    public Task Reports_release_behind_a_catch() => ReportsInAsync("""
        try
        {
            await {|WSA1002:_gate|}.WaitAsync(token);
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        catch (Exception e)
        {
            Console.WriteLine(e);
        }
        _gate.Release();
        """);

    [Fact]
    public Task Reports_synchronous_wait_with_a_token() => ReportsInAsync("""
        try
        {
            {|WSA1002:_gate|}.Wait(token);
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            _gate.Release();
        }
        """);

    [Fact]
    public Task Reports_in_a_lambda() => ReportsInAsync("""
        Func<Task> send = async () =>
        {
            try
            {
                await {|WSA1002:_gate|}.WaitAsync(token);
                await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
            }
            finally
            {
                _gate.Release();
            }
        };
        await send();
        """);

    [Fact]
    public Task Ignores_wait_above_the_try() => IgnoresInAsync("""
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
    public Task Ignores_flag_set_after_the_wait() => IgnoresInAsync("""
        var taken = false;
        try
        {
            await _gate.WaitAsync(token);
            taken = true;
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            if (taken)
                _gate.Release();
        }
        """);

    [Fact]
    public Task Ignores_answer_tested_before_the_release() => IgnoresInAsync("""
        var taken = await _gate.WaitAsync(1000, token);
        try
        {
            if (taken)
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            if (taken)
                _gate.Release();
        }
        """);

    [Fact]
    public Task Ignores_helpers_that_throw_when_the_wait_runs_out() => IgnoresAsync("""
        sealed class Session
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            private readonly WebSocket _socket;

            public Session(WebSocket socket) => _socket = socket;

            public async Task SendAsync(bool isHeld, ArraySegment<byte> message, CancellationToken token)
            {
                if (!isHeld)
                {
                    if (!await _gate.WaitAsync(1000, token).ConfigureAwait(false))
                    {
                        Failures.Timeout();
                    }
                }
                try
                {
                    await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
                }
                finally
                {
                    _gate.Release();
                }
            }

            public async Task CloseAsync(CancellationToken token)
            {
                if (!await _gate.WaitAsync(1000, CancellationToken.None))
                    Failures.ThrowTimeout();
                try
                {
                    await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, token);
                }
                finally
                {
                    _gate.Release();
                }
            }
        }

        static class Failures
        {
            [System.Diagnostics.CodeAnalysis.DoesNotReturn]
            public static void Timeout() => Environment.FailFast("timeout");

            public static void ThrowTimeout()
            {
                throw new TimeoutException();
            }
        }
        """);

    [Fact]
    public Task Reports_helpers_that_come_back_when_the_wait_runs_out() => ReportsAsync("""
        sealed class Session
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            private readonly WebSocket _socket;

            public Session(WebSocket socket) => _socket = socket;

            public async Task SendAsync(ArraySegment<byte> message, CancellationToken token)
            {
                if (!await {|WSA1002:_gate|}.WaitAsync(1000, token))
                    Log.Timeout();
                try
                {
                    await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
                }
                finally
                {
                    _gate.Release();
                }
            }
        }

        static class Log
        {
            public static void Timeout() => Console.WriteLine("timeout");
        }
        """);

    [Fact]
    public Task Ignores_wait_that_nothing_can_end() => IgnoresInAsync("""
        try
        {
            await _gate.WaitAsync();
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            _gate.Release();
        }
        """);

    [Fact]
    public Task Ignores_wait_with_no_token() => IgnoresInAsync("""
        try
        {
            await _gate.WaitAsync(CancellationToken.None);
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            _gate.Release();
        }
        """);

    [Fact]
    public Task Ignores_cancellation_that_returns_before_the_try() => IgnoresInAsync("""
        try
        {
            await _gate.WaitAsync(token);
        }
        catch (OperationCanceledException)
        {
            return;
        }
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
    public Task Ignores_release_that_asks_first() => IgnoresInAsync("""
        try
        {
            await _gate.WaitAsync(token);
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            if (_gate.CurrentCount == 0)
                _gate.Release();
        }
        """);

    [Fact]
    public Task Ignores_second_wait_when_the_first_ran_out() => IgnoresInAsync("""
        if (!await _gate.WaitAsync(0))
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
    public Task Ignores_another_lock() => IgnoresInAsync("""
        using var other = new SemaphoreSlim(1, 1);
        await other.WaitAsync(token);
        try
        {
            _sent++;
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            other.Release();
        }
        """);

    [Fact]
    public Task Ignores_releaser() => IgnoresAsync("""
        sealed class AsyncLock
        {
            private readonly SemaphoreSlim _semaphore = new(1, 1);

            public async Task<Releaser> LockAsync(CancellationToken token)
            {
                await _semaphore.WaitAsync(token);
                return new Releaser(_semaphore);
            }

            public readonly struct Releaser : IDisposable
            {
                private readonly SemaphoreSlim _semaphore;

                public Releaser(SemaphoreSlim semaphore) => _semaphore = semaphore;

                public void Dispose() => _semaphore.Release();
            }
        }

        class Sender
        {
            private readonly AsyncLock _lock = new();

            public async Task SendAsync(WebSocket socket, byte[] message, CancellationToken token)
            {
                using (await _lock.LockAsync(token))
                    await socket.SendAsync(message, WebSocketMessageType.Text, true, token);
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
                try
                {
                    await _gate.WaitAsync(token);
                    return await File.ReadAllTextAsync(path, token);
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
        namespace Own
        {
            class SemaphoreSlim
            {
                public Task WaitAsync(CancellationToken token) => Task.CompletedTask;
                public void Release() { }
            }

            class Sender
            {
                private readonly SemaphoreSlim _gate = new();

                public async Task SendAsync(WebSocket socket, byte[] message, CancellationToken token)
                {
                    try
                    {
                        await _gate.WaitAsync(token);
                        await socket.SendAsync(message, WebSocketMessageType.Text, true, token);
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
    public Task Fixes_by_moving_the_wait_up() => FixesInAsync("""
        // Only one at a time.
        try
        {
            await {|WSA1002:_gate|}.WaitAsync(token).ConfigureAwait(false);
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token); // here
        }
        finally
        {
            _gate.Release();
        }
        """, """
        // Only one at a time.
        await _gate.WaitAsync(token).ConfigureAwait(false);
        try
        {
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token); // here
        }
        finally
        {
            _gate.Release();
        }
        """);

    [Fact]
    public Task Fixes_timed_wait_with_its_return() => FixesInAsync("""
        try
        {
            if (!await {|WSA1002:_gate|}.WaitAsync(1000))
                return;
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            _gate.Release();
            _sent++;
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
            _sent++;
        }
        """);

    [Fact]
    public Task Fixes_with_a_try_inside_where_the_try_catches() => FixesInAsync("""
        try
        {
            await {|WSA1002:_gate|}.WaitAsync(token);
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine("cancelled");
        }
        finally
        {
            _gate.Release();
        }
        """, """
        try
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
        catch (OperationCanceledException)
        {
            Console.WriteLine("cancelled");
        }
        """);

    [Fact]
    public Task OffersNoFix_where_a_handler_changes_state() => OffersNoFixInAsync("""
        try
        {
            await {|WSA1002:_gate|}.WaitAsync(token);
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        catch (OperationCanceledException)
        {
            _busy = false;
        }
        finally
        {
            _gate.Release();
        }
        """);

    [Fact]
    public Task OffersNoFix_for_a_release_in_a_branch() => OffersNoFixInAsync("""
        var taken = await {|WSA1002:_gate|}.WaitAsync(1000, token);
        try
        {
            if (taken)
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);
        }
        finally
        {
            _gate.Release();
        }
        """);

    [Fact]
    public Task FixesAll_in_one_file() => FixesAsync(Two("try\n{\n    await {|WSA1002:_gate|}.WaitAsync(token);\n    await socket.SendAsync(message, WebSocketMessageType.Text, true, token);\n}\nfinally\n{\n    _gate.Release();\n}"), Two("await _gate.WaitAsync(token);\ntry\n{\n    await socket.SendAsync(message, WebSocketMessageType.Text, true, token);\n}\nfinally\n{\n    _gate.Release();\n}"));

    [Theory]
    [InlineData("try { await _gate.WaitAsync(token); } finally { _gate.Release(")]
    [InlineData("try { await _gate.WaitAsync(token")]
    [InlineData("try { if (!await _gate.WaitAsync(1)) return; finally { _gate.Release(); }")]
    public async Task Ignores_half_typed_code(string statements)
    {
        var compilation = Verify.Compile("class C { SemaphoreSlim _gate = new(1, 1); WebSocket _socket; async Task M(CancellationToken token) { " + statements);
        Assert.DoesNotContain(await Verify.AnalyzeAsync(compilation), diagnostic => diagnostic.Id == "AD0001");
    }

    private static string Two(string statements)
    {
        var indented = string.Join("\n", statements.Split('\n').Select(line => "        " + line));
        return $$"""
            class Sender
            {
                private readonly SemaphoreSlim _gate = new(1, 1);

                public async Task FirstAsync(ClientWebSocket socket, ArraySegment<byte> message, CancellationToken token)
                {
            {{indented}}
                }

                public async Task SecondAsync(ClientWebSocket socket, ArraySegment<byte> message, CancellationToken token)
                {
            {{indented}}
                }
            }
            """;
    }
}
