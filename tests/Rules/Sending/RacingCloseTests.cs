using WebSocketAnalyzers.CodeFixes.Fixes.Sending;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Sending;

public class RacingCloseTests
{
    /// <summary>A class whose one send takes a lock, with more members.</summary>
    private static string Session(string members) => """
        class Session
        {
            private readonly WebSocket _socket;
            private readonly SemaphoreSlim _gate = new(1, 1);

            public Session(WebSocket socket) => _socket = socket;

            public async Task SendAsync(byte[] data, CancellationToken cancellation)
            {
                await _gate.WaitAsync(cancellation).ConfigureAwait(false);
                try
                {
                    if (_socket.State == WebSocketState.Open)
                        await _socket.SendAsync(data, WebSocketMessageType.Text, true, cancellation).ConfigureAwait(false);
                }
                finally
                {
                    _gate.Release();
                }
            }

        """ + "\n" + members + "\n}\n";

    [Fact]
    public Task Reports_a_close_beside_the_lock() => Verify.ReportsAsync<SendingAnalyzer>(Session("""
            public async Task CloseAsync(CancellationToken cancellation) =>
                await {|WSA4012:_socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, cancellation)|};

            public async Task LeaveAsync(CancellationToken cancellation)
            {
                if (_socket.State == WebSocketState.Open)
                    await {|WSA4012:_socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation)|}.ConfigureAwait(false);
            }

            public Task ReturnAsync(CancellationToken cancellation) => {|WSA4012:_socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation)|};
        """));

    [Fact]
    public Task Reports_locks_that_stand_beside_the_connection_of_another_object() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Client
        {
            public WebSocket Socket { get; } = null!;
            public SemaphoreSlim SendLock { get; } = new SemaphoreSlim(1, 1);
        }

        class Server
        {
            public async Task SendAsync(Client client, byte[] data, CancellationToken cancellation)
            {
                await client.SendLock.WaitAsync(cancellation);
                try
                {
                    await client.Socket.SendAsync(data, WebSocketMessageType.Text, true, cancellation);
                }
                finally
                {
                    client.SendLock.Release();
                }
            }

            public async Task DropAsync(Client client, CancellationToken cancellation) =>
                await {|WSA4012:client.Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation)|};
        }
        """);

    [Fact]
    public Task Ignores_a_close_under_the_lock() => Verify.IgnoresAsync<SendingAnalyzer>(Session("""
            public async Task CloseAsync(CancellationToken cancellation)
            {
                await _gate.WaitAsync(cancellation);
                try
                {
                    await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
                }
                finally
                {
                    _gate.Release();
                }
            }
        """));

    [Fact]
    public Task Ignores_a_close_under_the_lock_of_its_caller() => Verify.IgnoresAsync<SendingAnalyzer>(Session("""
            public async Task StopAsync(CancellationToken cancellation)
            {
                await _gate.WaitAsync(cancellation);
                try
                {
                    await CloseCoreAsync(cancellation);
                }
                finally
                {
                    _gate.Release();
                }
            }

            private async Task CloseCoreAsync(CancellationToken cancellation) => await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
        """));

    [Fact]
    public Task Ignores_a_lock_that_the_close_keeps() => Verify.IgnoresAsync<SendingAnalyzer>(Session("""
            public async Task CloseAsync(CancellationToken cancellation)
            {
                await _gate.WaitAsync(cancellation);
                await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
            }
        """));

    [Fact]
    public Task Ignores_connections_of_which_a_send_takes_no_lock() => Verify.IgnoresAsync<SendingAnalyzer>(Session("""
            public async Task PingAsync(CancellationToken cancellation) => await _socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, cancellation);

            public async Task CloseAsync(CancellationToken cancellation) => await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
        """));

    [Fact]
    public Task Ignores_connections_without_a_lock_or_a_send() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket _socket = null!;
            private readonly WebSocket _other = null!;

            public async Task SendAsync(byte[] data, CancellationToken cancellation) => await _socket.SendAsync(data, WebSocketMessageType.Text, true, cancellation);

            public async Task CloseAsync(CancellationToken cancellation)
            {
                await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
                await _other.CloseAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
            }
        }
        """);

    [Fact]
    public Task Ignores_closes_behind_the_end_of_the_sender() => Verify.IgnoresAsync<SendingAnalyzer>(Session("""
            private Task _sending = Task.CompletedTask;

            public async Task StopAsync(CancellationToken cancellation)
            {
                await _sending;
                await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
            }
        """));

    [Fact]
    public Task Ignores_answers_errors_and_disposes() => Verify.IgnoresAsync<SendingAnalyzer>(Session("""
            public async Task ReadAsync(byte[] buffer, CancellationToken cancellation)
            {
                var result = await _socket.ReceiveAsync(new ArraySegment<byte>(buffer), cancellation);
                if (result.MessageType == WebSocketMessageType.Close)
                    await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
                else if (result.Count > 100 || !result.EndOfMessage)
                    await _socket.CloseOutputAsync(WebSocketCloseStatus.MessageTooBig, null, cancellation);
            }

            public async ValueTask DisposeAsync() => await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, new CancellationTokenSource(1000).Token);
        """));

    [Fact]
    public Task Ignores_semaphores_that_let_several_in() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket _socket = null!;
            private readonly SemaphoreSlim _budget = new(4, 4);

            public async Task SendAsync(byte[] data, CancellationToken cancellation)
            {
                await _budget.WaitAsync(cancellation);
                try
                {
                    await _socket.SendAsync(data, WebSocketMessageType.Text, true, cancellation);
                }
                finally
                {
                    _budget.Release();
                }
            }

            public async Task CloseAsync(CancellationToken cancellation) => await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
        }
        """);

    [Fact]
    public Task Ignores_aborts_disposes_and_dropped_closes() => Verify.IgnoresAsync<SendingAnalyzer>(Session("""
            public void Stop()
            {
                _socket.Abort();
                _socket.Dispose();
            }

            public void Drop() => _ = _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, new CancellationTokenSource(1000).Token);
        """));

    [Fact]
    public Task Ignores_other_types_of_the_same_names() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Letterbox
        {
            public Task SendAsync(byte[] data) => Task.CompletedTask;
            public Task CloseAsync() => Task.CompletedTask;
        }

        class Post
        {
            private readonly Letterbox _box = new();
            private readonly SemaphoreSlim _gate = new(1, 1);

            public async Task SendAsync(byte[] data)
            {
                await _gate.WaitAsync();
                try
                {
                    await _box.SendAsync(data);
                }
                finally
                {
                    _gate.Release();
                }
            }

            public async Task CloseAsync() => await _box.CloseAsync();
        }
        """);

    [Fact]
    public Task Ignores_recursive_members() => Verify.IgnoresAsync<SendingAnalyzer>(Session("""
            public async Task CloseAsync(int attempts, CancellationToken cancellation)
            {
                await _gate.WaitAsync(cancellation);
                try
                {
                    await CloseCoreAsync(attempts, cancellation);
                }
                finally
                {
                    _gate.Release();
                }
            }

            private async Task CloseCoreAsync(int attempts, CancellationToken cancellation)
            {
                if (attempts > 0)
                    await CloseCoreAsync(attempts - 1, cancellation);
                await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
            }
        """));

    [Fact]
    public Task FixesAll_closes_by_the_lock() => Verify.FixesAsync<SendingAnalyzer, RacingCloseCodeFix>(Session("""
            public async Task CloseAsync(CancellationToken cancellation)
            {
                // good bye
                await {|WSA4012:_socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, cancellation)|}.ConfigureAwait(false);
            }

            public async Task LeaveAsync(CancellationToken cancellation)
            {
                if (_socket.State == WebSocketState.Open)
                    await {|WSA4012:this._socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation)|};
            }
        """), Session("""
            public async Task CloseAsync(CancellationToken cancellation)
            {
                // good bye
                await _gate.WaitAsync(cancellation).ConfigureAwait(false);
                try
                {
                    await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, cancellation).ConfigureAwait(false);
                }
                finally
                {
                    _gate.Release();
                }
            }

            public async Task LeaveAsync(CancellationToken cancellation)
            {
                if (_socket.State == WebSocketState.Open)
                {
                    await this._gate.WaitAsync(cancellation);
                    try
                    {
                        await this._socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
                    }
                    finally
                    {
                        this._gate.Release();
                    }
                }
            }
        """));

    [Fact]
    public Task Fixes_a_close_of_another_object() => Verify.FixesAsync<SendingAnalyzer, RacingCloseCodeFix>("""
        class Client
        {
            public WebSocket Socket { get; } = null!;
            public SemaphoreSlim SendLock { get; } = new SemaphoreSlim(1, 1);
        }

        class Server
        {
            public async Task SendAsync(Client client, byte[] data, CancellationToken cancellation)
            {
                await client.SendLock.WaitAsync(cancellation);
                try
                {
                    await client.Socket.SendAsync(data, WebSocketMessageType.Text, true, cancellation);
                }
                finally
                {
                    client.SendLock.Release();
                }
            }

            public async Task DropAsync(Client client, CancellationToken cancellation)
            {
                await {|WSA4012:client.Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation)|};
                Console.WriteLine("dropped");
            }
        }
        """, """
        class Client
        {
            public WebSocket Socket { get; } = null!;
            public SemaphoreSlim SendLock { get; } = new SemaphoreSlim(1, 1);
        }

        class Server
        {
            public async Task SendAsync(Client client, byte[] data, CancellationToken cancellation)
            {
                await client.SendLock.WaitAsync(cancellation);
                try
                {
                    await client.Socket.SendAsync(data, WebSocketMessageType.Text, true, cancellation);
                }
                finally
                {
                    client.SendLock.Release();
                }
            }

            public async Task DropAsync(Client client, CancellationToken cancellation)
            {
                await client.SendLock.WaitAsync(cancellation);
                try
                {
                    await client.Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
                }
                finally
                {
                    client.SendLock.Release();
                }
                Console.WriteLine("dropped");
            }
        }
        """);

    [Fact]
    public Task OffersNoFix_for_a_close_that_is_handed_back() => Verify.OffersNoFixAsync<SendingAnalyzer, RacingCloseCodeFix>(Session("""
            public Task ReturnAsync(CancellationToken cancellation) => {|WSA4012:_socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation)|};
        """));

    /// <summary>A class whose one send takes a lock that gives a releaser, with more members.</summary>
    private static string SessionWithReleaser(string members) => """
        class Session
        {
            private readonly WebSocket _socket;
            private readonly SemaphoreSlim _gate = new(1, 1);

            public Session(WebSocket socket) => _socket = socket;

            public async Task SendAsync(byte[] data, CancellationToken cancellation)
            {
                using (await HoldAsync(cancellation))
                    await _socket.SendAsync(data, WebSocketMessageType.Text, true, cancellation);
            }

            private async Task<Releaser> HoldAsync(CancellationToken cancellation)
            {
                await _gate.WaitAsync(cancellation);
                return new Releaser(_gate);
            }

            private readonly struct Releaser : IDisposable
            {
                private readonly SemaphoreSlim _held;
                public Releaser(SemaphoreSlim held) => _held = held;
                public void Dispose() => _held.Release();
            }

        """ + "\n" + members + "\n}\n";

    [Fact]
    public Task Fixes_a_close_beside_a_lock_that_gives_a_releaser() => Verify.FixesAsync<SendingAnalyzer, RacingCloseCodeFix>(SessionWithReleaser("""
            public async Task CloseAsync(CancellationToken cancellation) => await {|WSA4012:_socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, cancellation)|};
        """), SessionWithReleaser("""
            public async Task CloseAsync(CancellationToken cancellation)
            {
                await _gate.WaitAsync(cancellation);
                try
                {
                    await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
                }
                finally
                {
                    _gate.Release();
                }
            }
        """));

    [Fact]
    public Task Ignores_a_close_under_a_releaser() => Verify.IgnoresAsync<SendingAnalyzer>(SessionWithReleaser("""
            public async Task CloseAsync(CancellationToken cancellation)
            {
                using var releaser = await HoldAsync(cancellation);
                await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
            }

            public async Task LeaveAsync(CancellationToken cancellation)
            {
                await _gate.WaitAsync(cancellation);
                try
                {
                    await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
                }
                finally
                {
                    _gate.Release();
                }
            }
        """));

    [Fact]
    public Task Ignores_a_close_under_the_methods_that_take_and_release_the_lock() => Verify.IgnoresAsync<SendingAnalyzer>(Session("""
            public async Task CloseAsync(CancellationToken cancellation)
            {
                await HoldAsync(cancellation);
                try
                {
                    await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
                }
                finally
                {
                    LetGo();
                }
            }

            private async Task HoldAsync(CancellationToken cancellation) => await _gate.WaitAsync(cancellation);

            private void LetGo() => _gate.Release();
        """));

    [Fact]
    public Task OffersNoFix_for_a_lock_of_a_type_of_its_own() => Verify.OffersNoFixAsync<SendingAnalyzer, RacingCloseCodeFix>("""
        sealed class AsyncLock
        {
            private readonly SemaphoreSlim _semaphore = new(1, 1);

            public Task EnterAsync(CancellationToken cancellation) => _semaphore.WaitAsync(cancellation);

            public void Exit() => _semaphore.Release();
        }

        class Session
        {
            private readonly WebSocket _socket = null!;
            private readonly AsyncLock _lock = new();

            public async Task SendAsync(byte[] data, CancellationToken cancellation)
            {
                await _lock.EnterAsync(cancellation);
                try
                {
                    await _socket.SendAsync(data, WebSocketMessageType.Text, true, cancellation);
                }
                finally
                {
                    _lock.Exit();
                }
            }

            public async Task CloseAsync(CancellationToken cancellation)
            {
                await {|WSA4012:_socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, cancellation)|};
            }
        }
        """);

    [Fact]
    public Task Ignores_locks_that_are_known_by_their_name_alone() => Verify.IgnoresAsync<SendingAnalyzer>("""
        interface IMutex
        {
            ValueTask<IAsyncDisposable> LockAsync(CancellationToken cancellation);
        }

        class Session
        {
            private readonly WebSocket _socket = null!;
            private readonly IMutex _mutex = null!;

            public async Task SendAsync(byte[] data, CancellationToken cancellation)
            {
                await using (await _mutex.LockAsync(cancellation))
                    await _socket.SendAsync(data, WebSocketMessageType.Text, true, cancellation);
            }

            public async Task CloseAsync(CancellationToken cancellation) => await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
        }
        """);
}
