using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Locking;

/// <summary>WSA1001 where the lock is held by another way than a wait and a finally one below the other.</summary>
public partial class SharedLockTests
{
    [Fact]
    public Task Reports_own_AsyncLock() => ReportsAsync("""
        sealed class AsyncLock
        {
            private readonly SemaphoreSlim _semaphore = new(1, 1);

            public async Task<Releaser> LockAsync()
            {
                await _semaphore.WaitAsync();
                return new Releaser(_semaphore);
            }

            public readonly struct Releaser : IDisposable
            {
                private readonly SemaphoreSlim _semaphore;

                public Releaser(SemaphoreSlim semaphore) => _semaphore = semaphore;

                public void Dispose() => _semaphore.Release();
            }
        }

        static class Sender
        {
            private static readonly AsyncLock Lock = new();

            public static async Task SendAsync(WebSocket socket, byte[] message)
            {
                using (await {|WSA1001:Lock.LockAsync()|})
                    await socket.SendAsync(message, WebSocketMessageType.Text, true, default);
            }
        }
        """);

    [Fact]
    public Task Reports_pair_of_own_methods() => ReportsAsync("""
        static class Sender
        {
            private static readonly SemaphoreSlim Gate = new(1, 1);

            private static Task EnterAsync() => Gate.WaitAsync();

            private static void Exit() => Gate.Release();

            public static async Task SendAsync(WebSocket socket, byte[] message)
            {
                await {|WSA1001:EnterAsync()|};
                try
                {
                    await socket.SendAsync(message, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    Exit();
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_send_behind_the_release_on_its_way() => IgnoresAsync("""
        static class Sender
        {
            private static readonly SemaphoreSlim Gate = new(1, 1);
            private static readonly List<int> Sent = new();

            public static async Task SendAsync(WebSocket socket, byte[] message)
            {
                await Gate.WaitAsync();
                if (Sent.Count > 10)
                {
                    Gate.Release();
                    await socket.SendAsync(message, WebSocketMessageType.Text, true, default);
                    return;
                }

                Sent.Add(message.Length);
                Gate.Release();
            }
        }
        """);

    [Fact]
    public Task Ignores_releaser_that_is_gone_before_the_send() => IgnoresAsync("""
        sealed class AsyncLock
        {
            private readonly SemaphoreSlim _semaphore = new(1, 1);

            public async Task<IDisposable> LockAsync()
            {
                await _semaphore.WaitAsync();
                return new Releaser(_semaphore);
            }

            private sealed class Releaser : IDisposable
            {
                private readonly SemaphoreSlim _semaphore;

                public Releaser(SemaphoreSlim semaphore) => _semaphore = semaphore;

                public void Dispose() => _semaphore.Release();
            }
        }

        static class Sender
        {
            private static readonly AsyncLock Lock = new();
            private static int _sent;

            public static async Task SendAsync(WebSocket socket, byte[] message)
            {
                using (await Lock.LockAsync())
                    _sent++;
                await socket.SendAsync(message, WebSocketMessageType.Text, true, default);
            }
        }
        """);

    [Fact]
    public Task Ignores_own_lock_that_admits_several() => IgnoresAsync("""
        sealed class Throttle
        {
            private readonly SemaphoreSlim _semaphore = new(10, 10);

            public Task EnterAsync() => _semaphore.WaitAsync();

            public void Exit() => _semaphore.Release();
        }

        static class Sender
        {
            private static readonly Throttle Throttle = new();

            public static async Task SendAsync(WebSocket socket, byte[] message)
            {
                await Throttle.EnterAsync();
                try
                {
                    await socket.SendAsync(message, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    Throttle.Exit();
                }
            }
        }
        """);
}
