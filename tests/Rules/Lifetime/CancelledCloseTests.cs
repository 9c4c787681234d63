using WebSocketAnalyzers.CodeFixes.Fixes.Lifetime;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Lifetime;

public class CancelledCloseTests
{
    [Fact]
    public Task Reports_closes_in_the_catch_of_the_cancellation() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        class Session
        {
            public async Task RunAsync(WebSocket socket, byte[] buffer, CancellationToken stopping)
            {
                try
                {
                    while (true)
                        await socket.ReceiveAsync(buffer, stopping);
                }
                catch (OperationCanceledException)
                {
                    await {|WSA3006:socket.CloseAsync(WebSocketCloseStatus.EndpointUnavailable, "stopping", stopping)|};
                }
            }

            public async Task FilteredAsync(WebSocket socket, byte[] buffer, CancellationToken stopping)
            {
                try
                {
                    await socket.ReceiveAsync(buffer, stopping);
                }
                catch (OperationCanceledException) when (stopping.IsCancellationRequested)
                {
                    await {|WSA3006:socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "stopping", stopping)|}.ConfigureAwait(false);
                }
                catch (TaskCanceledException canceled) when (socket.State == WebSocketState.Open && stopping.IsCancellationRequested)
                {
                    Console.WriteLine(canceled);
                    await {|WSA3006:socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "stopping", stopping)|};
                }
            }
        }
        """);

    [Fact]
    public Task Reports_closes_in_the_finally_of_a_loop() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        class Session
        {
            private readonly CancellationTokenSource _source = new();

            public async Task RunAsync(WebSocket socket, byte[] buffer, CancellationToken stopping)
            {
                try
                {
                    while (!stopping.IsCancellationRequested)
                        await socket.ReceiveAsync(buffer, CancellationToken.None);
                }
                finally
                {
                    if (socket.State == WebSocketState.Open)
                        await {|WSA3006:socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, stopping)|};
                }
            }

            public async Task OwnAsync(WebSocket socket, byte[] buffer)
            {
                var token = _source.Token;
                try
                {
                    while (socket.State == WebSocketState.Open)
                        await socket.ReceiveAsync(buffer, token);
                }
                finally
                {
                    await {|WSA3006:socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, _source.Token)|};
                }
            }

            public void Stop() => _source.Cancel();
        }
        """);

    [Fact]
    public Task Reports_closes_behind_loops_branches_and_cancels() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        class Session
        {
            private readonly CancellationTokenSource _source = new();

            public async Task LoopAsync(WebSocket socket, byte[] buffer, CancellationToken stopping)
            {
                while (!stopping.IsCancellationRequested && socket.State == WebSocketState.Open)
                    await socket.ReceiveAsync(buffer, stopping);
                await {|WSA3006:socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, stopping)|};
            }

            public async Task BranchAsync(WebSocket socket, CancellationToken stopping)
            {
                if (stopping.IsCancellationRequested)
                    await {|WSA3006:socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, stopping)|};
            }

            public async Task StopAsync(WebSocket socket)
            {
                _source.Cancel();
                await {|WSA3006:socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, _source.Token)|};
                await _source.CancelAsync().ConfigureAwait(false);
                await {|WSA3006:socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, _source.Token)|};
            }
        }
        """);

    [Fact]
    public Task Ignores_fresh_tokens() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Session
        {
            public async Task RunAsync(WebSocket socket, byte[] buffer, CancellationToken stopping)
            {
                try
                {
                    while (!stopping.IsCancellationRequested)
                        await socket.ReceiveAsync(buffer, stopping);
                }
                catch (OperationCanceledException)
                {
                    using var closeCts = new CancellationTokenSource(TimeSpan.FromSeconds(5));
                    await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, closeCts.Token);
                }
                finally
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_catches_that_another_token_leads_to() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Session
        {
            public async Task RunAsync(WebSocket socket, byte[] buffer, CancellationToken stopping)
            {
                using var idle = CancellationTokenSource.CreateLinkedTokenSource(stopping);
                idle.CancelAfter(1000);
                try
                {
                    await socket.ReceiveAsync(buffer, idle.Token);
                }
                catch (OperationCanceledException)
                {
                    await socket.CloseAsync(WebSocketCloseStatus.PolicyViolation, "idle", stopping);
                }
                try
                {
                    await socket.ReceiveAsync(buffer, stopping);
                    await socket.ReceiveAsync(buffer, idle.Token);
                }
                catch (OperationCanceledException)
                {
                    await socket.CloseAsync(WebSocketCloseStatus.PolicyViolation, "idle", stopping);
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_closes_while_the_token_is_not_cancelled() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Session
        {
            public async Task RunAsync(WebSocket socket, byte[] buffer, CancellationToken stopping)
            {
                try
                {
                    while (!stopping.IsCancellationRequested)
                    {
                        await socket.ReceiveAsync(buffer, stopping);
                        if (buffer[0] == 0)
                        {
                            await socket.CloseAsync(WebSocketCloseStatus.InvalidPayloadData, null, stopping);
                            return;
                        }
                    }
                }
                catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
                {
                    await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, stopping);
                }
                finally
                {
                    if (!stopping.IsCancellationRequested)
                        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, stopping);
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_handlers_of_other_failures() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Session
        {
            public async Task RunAsync(WebSocket socket, byte[] buffer, CancellationToken stopping)
            {
                try
                {
                    await socket.ReceiveAsync(buffer, stopping);
                }
                catch (InvalidDataException)
                {
                    await socket.CloseAsync(WebSocketCloseStatus.InvalidPayloadData, null, stopping);
                }
                catch (Exception)
                {
                    await socket.CloseAsync(WebSocketCloseStatus.InternalServerError, null, stopping);
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_a_finally_without_a_loop() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Session
        {
            public async Task AskAsync(WebSocket socket, byte[] question, CancellationToken cancellation)
            {
                try
                {
                    await socket.SendAsync(question, WebSocketMessageType.Text, true, cancellation);
                }
                finally
                {
                    await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_cancels_of_another_source_or_elsewhere() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Session
        {
            private readonly CancellationTokenSource _reading = new();

            public async Task StopAsync(WebSocket socket, CancellationToken cancellation)
            {
                _reading.Cancel();
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
            }

            public async Task LaterAsync(WebSocket socket)
            {
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, _reading.Token);
                _reading.Cancel();
            }
        }
        """);

    [Fact]
    public Task Ignores_functions_that_run_elsewhere() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Session
        {
            public async Task<Func<CancellationToken, Task>> RunAsync(WebSocket socket, byte[] buffer, CancellationToken stopping)
            {
                Func<CancellationToken, Task> close = _ => Task.CompletedTask;
                try
                {
                    await socket.ReceiveAsync(buffer, stopping);
                }
                catch (OperationCanceledException)
                {
                    close = token => socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, token);
                }
                return close;
            }
        }
        """);

    [Fact]
    public Task Ignores_others_of_the_same_name() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        namespace Acme
        {
            class WebSocket { public Task CloseAsync(int status, CancellationToken cancellation) => Task.CompletedTask; }

            class Session
            {
                public async Task StopAsync(WebSocket socket, CancellationToken cancellation)
                {
                    while (!cancellation.IsCancellationRequested)
                        await Task.Delay(1);
                    await socket.CloseAsync(1, cancellation);
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_methods_that_call_themselves() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Session
        {
            public async Task StopAsync(WebSocket socket, int attempts, CancellationToken cancellation)
            {
                if (attempts > 0)
                    await StopAsync(socket, attempts - 1, cancellation);
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
            }
        }
        """);

    [Fact]
    public Task Fixes_with_a_fresh_source() => Verify.FixesAsync<LifetimeAnalyzer, CancelledCloseCodeFix>("""
        class Session
        {
            public async Task RunAsync(WebSocket socket, byte[] buffer, CancellationToken stopping)
            {
                try
                {
                    while (socket.State == WebSocketState.Open)
                    {
                        var result = await socket.ReceiveAsync(buffer, stopping);
                        if (result.MessageType == WebSocketMessageType.Close)
                            break;
                    }
                }
                catch (OperationCanceledException)
                {
                    await {|WSA3006:socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "stopping", stopping)|};
                }
            }
        }
        """, """
        class Session
        {
            public async Task RunAsync(WebSocket socket, byte[] buffer, CancellationToken stopping)
            {
                try
                {
                    while (socket.State == WebSocketState.Open)
                    {
                        var result = await socket.ReceiveAsync(buffer, stopping);
                        if (result.MessageType == WebSocketMessageType.Close)
                            break;
                    }
                }
                catch (OperationCanceledException)
                {
                    using var closeCts = new CancellationTokenSource(TimeSpan.FromSeconds(5));
                    try
                    {
                        await socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "stopping", closeCts.Token);
                    }
                    catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
                    {
                        socket.Abort();
                    }
                }
            }
        }
        """);

    [Fact]
    public Task FixesAll_of_a_class() => Verify.FixesAsync<LifetimeAnalyzer, CancelledCloseCodeFix>("""
        class Session
        {
            private readonly CancellationTokenSource _source = new();
            private readonly ClientWebSocket _socket = new();

            public async Task StopAsync()
            {
                _source.Cancel();
                await {|WSA3006:_socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, _source.Token)|};
            }

            public async Task LoopAsync(byte[] buffer, CancellationToken stopping)
            {
                while (!stopping.IsCancellationRequested)
                    await Task.Delay(1000, stopping);
                await {|WSA3006:_socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, stopping)|};
            }
        }
        """, """
        class Session
        {
            private readonly CancellationTokenSource _source = new();
            private readonly ClientWebSocket _socket = new();

            public async Task StopAsync()
            {
                _source.Cancel();
                using var closeCts = new CancellationTokenSource(TimeSpan.FromSeconds(5));
                try
                {
                    await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, closeCts.Token);
                }
                catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
                {
                    _socket.Abort();
                }
            }

            public async Task LoopAsync(byte[] buffer, CancellationToken stopping)
            {
                while (!stopping.IsCancellationRequested)
                    await Task.Delay(1000, stopping);
                using var closeCts = new CancellationTokenSource(TimeSpan.FromSeconds(5));
                try
                {
                    await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, closeCts.Token);
                }
                catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
                {
                    _socket.Abort();
                }
            }
        }
        """);

    [Fact]
    public Task OffersNoFix_where_the_close_is_no_statement() => Verify.OffersNoFixAsync<LifetimeAnalyzer, CancelledCloseCodeFix>("""
        class Session
        {
            public Task StopAsync(WebSocket socket, CancellationToken stopping)
            {
                if (stopping.IsCancellationRequested)
                    return {|WSA3006:socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, stopping)|};
                return Task.CompletedTask;
            }
        }
        """);
}
