using WebSocketAnalyzers.CodeFixes.Fixes.Lifetime;
using WebSocketAnalyzers.Tests.Connections.Catalogue;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Lifetime;

public class RepeatedConnectTests
{
    [Fact]
    public Task Reports_a_retry_loop() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        class Client
        {
            public async Task RunAsync(Uri server, CancellationToken token)
            {
                using var socket = new ClientWebSocket();
                socket.Options.AddSubProtocol("chat");
                while (socket.State != WebSocketState.Open)
                {
                    try
                    {
                        await {|WSA3004:socket.ConnectAsync(server, token)|};
                    }
                    catch (WebSocketException)
                    {
                        await Task.Delay(1000, token);
                    }
                }
            }

            public async Task<bool> TryAsync(ClientWebSocket socket, Uri server, CancellationToken token)
            {
                for (var attempt = 0; attempt < 3; attempt++)
                {
                    try
                    {
                        await {|WSA3004:socket.ConnectAsync(server, token)|}.ConfigureAwait(false);
                        return true;
                    }
                    catch (Exception e) when (e is not OperationCanceledException)
                    {
                        Console.WriteLine(e.Message);
                    }
                }

                return false;
            }
        }
        """);

    [Fact]
    public Task Reports_a_fallback_to_another_server() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        class Client
        {
            public async Task RunAsync(Uri first, Uri second, CancellationToken token)
            {
                using var socket = new ClientWebSocket();
                try
                {
                    await socket.ConnectAsync(first, token);
                }
                catch
                {
                    await {|WSA3004:socket.ConnectAsync(second, token)|};
                }
            }
        }
        """);

    [Fact]
    public Task Reports_a_connect_after_a_close() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        class Client : IDisposable
        {
            private readonly ClientWebSocket _socket = new();

            public async Task ReconnectAsync(Uri server, CancellationToken token)
            {
                if (_socket.State == WebSocketState.Open)
                    await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, token);
                await {|WSA3004:_socket.ConnectAsync(server, token)|};
            }

            public void Dispose() => _socket.Dispose();
        }
        """);

    [Fact]
    public Task Reports_an_endless_loop_and_a_second_connect() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        class Client
        {
            public async Task RunAsync(Uri server, CancellationToken token)
            {
                using var socket = new ClientWebSocket();
                while (!token.IsCancellationRequested)
                {
                    await {|WSA3004:socket.ConnectAsync(server, token)|};
                    await ReceiveAsync(socket, token);
                }
            }

            public async Task TwiceAsync(Uri server, HttpMessageInvoker invoker, CancellationToken token)
            {
                using var socket = new ClientWebSocket();
                await socket.ConnectAsync(server, token);
                await {|WSA3004:socket.ConnectAsync(server, invoker, token)|};
            }

            private static async Task ReceiveAsync(ClientWebSocket socket, CancellationToken token) => await socket.ReceiveAsync(new byte[1], token);
        }
        """.Replace("HttpMessageInvoker", "System.Net.Http.HttpMessageInvoker", StringComparison.Ordinal));

    [Fact]
    public Task Reports_retried_delegates() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        using Polly;

        class Client
        {
            private readonly ResiliencePipeline _pipeline = new ResiliencePipelineBuilder().AddRetry(3).AddTimeout(5).Build();
            private readonly Polly.Retry.AsyncRetryPolicy _retry = new();

            public async Task RunAsync(Uri server, CancellationToken token)
            {
                using var socket = new ClientWebSocket();
                await _retry.ExecuteAsync(() => {|WSA3004:socket.ConnectAsync(server, token)|});
            }

            public async Task PipeAsync(Uri server, CancellationToken token)
            {
                using var socket = new ClientWebSocket();
                await _pipeline.ExecuteAsync(async cancellation => await {|WSA3004:socket.ConnectAsync(server, cancellation)|}, token);
            }
        }

        """ + LibraryStubs.Polly);

    [Fact]
    public Task Ignores_an_instance_for_each_attempt() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Client
        {
            private ClientWebSocket? _socket;

            public async Task RunAsync(Uri server, CancellationToken token)
            {
                while (!token.IsCancellationRequested)
                {
                    try
                    {
                        using var socket = new ClientWebSocket();
                        await socket.ConnectAsync(server, token);
                        return;
                    }
                    catch (WebSocketException)
                    {
                        await Task.Delay(1000, token);
                    }
                }
            }

            public async Task FieldAsync(Uri server, CancellationToken token)
            {
                while (true)
                {
                    _socket?.Dispose();
                    _socket = new ClientWebSocket();
                    try
                    {
                        await _socket.ConnectAsync(server, token);
                        return;
                    }
                    catch (WebSocketException)
                    {
                        await Task.Delay(1000, token);
                    }
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_a_new_one_in_the_catch_or_in_a_method() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Client
        {
            private ClientWebSocket _socket = new();

            public async Task RunAsync(Uri server, CancellationToken token)
            {
                var socket = new ClientWebSocket();
                while (true)
                {
                    try
                    {
                        await socket.ConnectAsync(server, token);
                        break;
                    }
                    catch (WebSocketException)
                    {
                        socket.Dispose();
                        socket = new ClientWebSocket();
                    }
                }

                socket.Dispose();
            }

            public async Task ByMethodAsync(Uri server, CancellationToken token)
            {
                while (true)
                {
                    try
                    {
                        await _socket.ConnectAsync(server, token);
                        break;
                    }
                    catch (WebSocketException)
                    {
                        Renew();
                    }
                }
            }

            private void Renew()
            {
                _socket.Dispose();
                _socket = new ClientWebSocket();
            }
        }
        """);

    [Fact]
    public Task Ignores_loops_that_a_connect_ends() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Client
        {
            public async Task RunAsync(Uri server, CancellationToken token)
            {
                using var socket = new ClientWebSocket();
                while (socket.State != WebSocketState.Open)
                    await socket.ConnectAsync(server, token);
                var done = false;
                using var other = new ClientWebSocket();
                while (!done)
                {
                    await other.ConnectAsync(server, token);
                    done = true;
                }
            }

            public async Task LeavesAsync(Uri server, CancellationToken token)
            {
                using var socket = new ClientWebSocket();
                while (true)
                {
                    try
                    {
                        await socket.ConnectAsync(server, token);
                        return;
                    }
                    catch (WebSocketException)
                    {
                        throw;
                    }
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_a_renewal_that_a_flag_asks_for() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Client
        {
            public async Task RunAsync(Uri server, CancellationToken token)
            {
                var socket = new ClientWebSocket();
                var isUsed = false;
                while (true)
                {
                    if (isUsed)
                    {
                        socket.Dispose();
                        socket = new ClientWebSocket();
                    }

                    try
                    {
                        isUsed = true;
                        await socket.ConnectAsync(server, token);
                        break;
                    }
                    catch (WebSocketException)
                    {
                        await Task.Delay(1000, token);
                    }
                }

                socket.Dispose();
            }
        }
        """);

    [Fact]
    public Task Ignores_variables_that_others_set() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Client
        {
            public ClientWebSocket Socket = new();
            private ClientWebSocket _inner = new();

            public async Task RunAsync(Uri server, CancellationToken token)
            {
                while (true)
                {
                    try
                    {
                        await Socket.ConnectAsync(server, token);
                        return;
                    }
                    catch (WebSocketException)
                    {
                        await Task.Delay(1000, token);
                    }
                }
            }

            public async Task ByLocalFunctionAsync(Uri server, CancellationToken token)
            {
                var socket = new ClientWebSocket();
                while (true)
                {
                    try
                    {
                        await socket.ConnectAsync(server, token);
                        return;
                    }
                    catch (WebSocketException)
                    {
                        Renew();
                    }
                }

                void Renew() => socket = new ClientWebSocket();
            }

            public async Task ByReferenceAsync(Uri server, CancellationToken token)
            {
                while (true)
                {
                    try
                    {
                        await _inner.ConnectAsync(server, token);
                        return;
                    }
                    catch (WebSocketException)
                    {
                        Interlocked.Exchange(ref _inner, new ClientWebSocket()).Dispose();
                    }
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_other_delegates_and_other_clients() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        using Polly;

        class Client
        {
            private readonly ResiliencePipeline _pipeline = new ResiliencePipelineBuilder().AddTimeout(5).Build();
            private readonly ResiliencePipeline _given;
            private readonly Polly.Retry.AsyncRetryPolicy _retry = new();
            private readonly Polly.Timeout.AsyncTimeoutPolicy _timeout = new();

            public Client(ResiliencePipeline given) => _given = given;

            public async Task RunAsync(Uri server, CancellationToken token)
            {
                await _retry.ExecuteAsync(async () =>
                {
                    using var socket = new ClientWebSocket();
                    await socket.ConnectAsync(server, token);
                });
                using var other = new ClientWebSocket();
                await _timeout.ExecuteAsync(() => other.ConnectAsync(server, token));
                using var third = new ClientWebSocket();
                await _pipeline.ExecuteAsync(async cancellation => await third.ConnectAsync(server, cancellation), token);
                using var fourth = new ClientWebSocket();
                await _given.ExecuteAsync(async cancellation => await fourth.ConnectAsync(server, cancellation), token);
            }

            public async Task TcpAsync(CancellationToken token)
            {
                using var client = new TcpClient();
                while (!client.Connected)
                {
                    try { await client.ConnectAsync("localhost", 80, token); }
                    catch (SocketException) { await Task.Delay(1, token); }
                }
            }
        }

        """ + LibraryStubs.Polly);

    [Fact]
    public Task Ignores_doppelgaengers_and_recursion() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        namespace Fake
        {
            class ClientWebSocket { public Task ConnectAsync(Uri server, CancellationToken token) => Task.CompletedTask; }

            class Client
            {
                public async Task RunAsync(ClientWebSocket socket, Uri server)
                {
                    while (true)
                        await socket.ConnectAsync(server, default);
                }
            }
        }

        class Recursive
        {
            private readonly ClientWebSocket _socket = new();
            public async Task ConnectAsync(Uri server, int depth)
            {
                if (depth > 0)
                    await ConnectAsync(server, depth - 1);
                else
                    await _socket.ConnectAsync(server, default);
            }
        }
        """);

    [Fact]
    public Task Fixes_by_making_it_in_the_loop() => Verify.FixesAsync<LifetimeAnalyzer, RepeatedConnectCodeFix>("""
        class Client
        {
            public async Task RunAsync(Uri server, CancellationToken token)
            {
                // One socket.
                using var socket = new ClientWebSocket();
                socket.Options.AddSubProtocol("chat");
                socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(30); // as the server

                while (!token.IsCancellationRequested)
                {
                    try
                    {
                        await {|WSA3004:socket.ConnectAsync(server, token)|};
                        await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, token);
                        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, token);
                        return;
                    }
                    catch (WebSocketException)
                    {
                        await Task.Delay(1000, token);
                    }
                }
            }
        }
        """, """
        class Client
        {
            public async Task RunAsync(Uri server, CancellationToken token)
            {

                while (!token.IsCancellationRequested)
                {
                    // One socket.
                    using var socket = new ClientWebSocket();
                    socket.Options.AddSubProtocol("chat");
                    socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(30); // as the server
                    try
                    {
                        await socket.ConnectAsync(server, token);
                        await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, token);
                        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, token);
                        return;
                    }
                    catch (WebSocketException)
                    {
                        await Task.Delay(1000, token);
                    }
                }
            }
        }
        """);

    [Fact]
    public Task Fixes_by_a_new_one_in_the_catch() => Verify.FixesAsync<LifetimeAnalyzer, RepeatedConnectCodeFix>("""
        class Client
        {
            public async Task<ClientWebSocket> ConnectAsync(Uri server, CancellationToken token)
            {
                var socket = new ClientWebSocket();
                socket.Options.AddSubProtocol("chat");
                while (true)
                {
                    try
                    {
                        await {|WSA3004:socket.ConnectAsync(server, token)|};
                        break;
                    }
                    catch (WebSocketException)
                    {
                        // Later.
                        await Task.Delay(1000, token);
                    }
                }

                return socket;
            }
        }
        """, """
        class Client
        {
            public async Task<ClientWebSocket> ConnectAsync(Uri server, CancellationToken token)
            {
                var socket = new ClientWebSocket();
                socket.Options.AddSubProtocol("chat");
                while (true)
                {
                    try
                    {
                        await socket.ConnectAsync(server, token);
                        break;
                    }
                    catch (WebSocketException)
                    {
                        socket.Dispose();
                        socket = new ClientWebSocket();
                        socket.Options.AddSubProtocol("chat");
                        // Later.
                        await Task.Delay(1000, token);
                    }
                }

                return socket;
            }
        }
        """);

    [Fact]
    public Task OffersNoFix_where_the_instance_is_made_elsewhere() => Verify.OffersNoFixAsync<LifetimeAnalyzer, RepeatedConnectCodeFix>("""
        class Client : IDisposable
        {
            private readonly ClientWebSocket _socket = new();

            public async Task ReconnectAsync(Uri server, CancellationToken token)
            {
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, token);
                await {|WSA3004:_socket.ConnectAsync(server, token)|};
            }

            public void Dispose() => _socket.Dispose();
        }
        """);

    [Fact]
    public Task Reports_delegates_that_a_method_of_the_program_retries() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        static class Retry
        {
            public static async Task<T> RunAsync<T>(this Func<Task<T>> work, int attempts)
            {
                while (true)
                {
                    try
                    {
                        return await work().ConfigureAwait(false);
                    }
                    catch (WebSocketException) when (--attempts > 0)
                    {
                        await Task.Delay(100);
                    }
                }
            }

            public static async Task TryAsync(int attempts, Func<CancellationToken, Task> work, CancellationToken token)
            {
                for (var i = 0; i < attempts; i++)
                {
                    try
                    {
                        await work.Invoke(token);
                        return;
                    }
                    catch (Exception failure)
                    {
                        Console.WriteLine(failure);
                    }
                }
            }
        }

        class Client
        {
            public async Task RunAsync(Uri server, CancellationToken token)
            {
                using var socket = new ClientWebSocket();
                await Retry.TryAsync(3, stopping => {|WSA3004:socket.ConnectAsync(server, stopping)|}, token);
            }
        }
        """);

    [Fact]
    public Task Ignores_methods_of_the_program_that_run_a_delegate_once() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        static class Run
        {
            public static async Task OnceAsync(Func<Task> work)
            {
                try
                {
                    await work();
                }
                catch (WebSocketException failure)
                {
                    Console.WriteLine(failure);
                }
            }

            public static async Task UntilItFailsAsync(Func<Task> work)
            {
                try
                {
                    while (true)
                        await work();
                }
                catch (WebSocketException failure)
                {
                    Console.WriteLine(failure);
                }
            }

            public static async Task RethrowAsync(Func<Task> work)
            {
                for (var i = 0; i < 3; i++)
                {
                    try
                    {
                        await work();
                        return;
                    }
                    catch (WebSocketException failure)
                    {
                        Console.WriteLine(failure);
                        throw;
                    }
                }
            }

            public static async Task AgainAsync(Func<Task> work)
            {
                for (var i = 0; i < 3; i++)
                {
                    try
                    {
                        await work();
                        return;
                    }
                    catch (WebSocketException)
                    {
                    }
                }
            }
        }

        class Client
        {
            public async Task RunAsync(Uri server, CancellationToken token)
            {
                using var socket = new ClientWebSocket();
                await Run.OnceAsync(() => socket.ConnectAsync(server, token));
                await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, token);
            }

            public async Task FailAsync(Uri server, CancellationToken token)
            {
                using var socket = new ClientWebSocket();
                await Run.RethrowAsync(() => socket.ConnectAsync(server, token));
                await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, token);
            }

            public async Task OwnAsync(Uri server, CancellationToken token) => await Run.AgainAsync(async () =>
            {
                using var socket = new ClientWebSocket();
                await socket.ConnectAsync(server, token);
                await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, token);
            });
        }
        """);
}
