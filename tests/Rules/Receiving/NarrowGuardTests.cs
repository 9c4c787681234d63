using WebSocketAnalyzers.CodeFixes.Fixes.Receiving;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Receiving;

public class NarrowGuardTests
{
    [Fact]
    public Task Reports_guard_of_the_request_that_accepts() => Verify.ReportsAsync<ReceivingAnalyzer>(Middleware("""
                try
                {
                    while (socket.State == WebSocketState.Open)
                        await socket.ReceiveAsync(buffer, context.RequestAborted);
                }
                catch {|WSA5009:(WebSocketException e)|}
                {
                    Console.WriteLine(e.Message);
                }
        """));

    [Fact]
    public Task Reports_guard_of_the_own_token() => Verify.ReportsAsync<ReceivingAnalyzer>(Middleware("""
                try
                {
                    while (true)
                        await socket.ReceiveAsync(buffer, context.RequestAborted);
                }
                catch {|WSA5009:(OperationCanceledException)|} when (context.RequestAborted.IsCancellationRequested)
                {
                }
        """));

    [Fact]
    public Task Reports_both_guards_at_the_one_for_failures() => Verify.ReportsAsync<ReceivingAnalyzer>(Middleware("""
                try
                {
                    while (true)
                        await socket.ReceiveAsync(buffer, context.RequestAborted);
                }
                catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
                {
                }
                catch {|WSA5009:(WebSocketException)|}
                {
                }
        """));

    [Fact]
    public Task Reports_guard_inside_of_the_loop_that_leaves() => Verify.ReportsAsync<ReceivingAnalyzer>(Middleware("""
                while (true)
                {
                    try
                    {
                        await socket.ReceiveAsync(buffer, context.RequestAborted);
                    }
                    catch {|WSA5009:(WebSocketException)|}
                    {
                        break;
                    }
                }
        """));

    [Fact]
    public Task Reports_loops_whose_task_is_dropped() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Client
        {
            private readonly ClientWebSocket _socket = new();

            public async Task StartAsync(Uri server, CancellationToken stopping)
            {
                await _socket.ConnectAsync(server, stopping);
                _ = ReadAsync(stopping);
            }

            private async Task ReadAsync(CancellationToken stopping)
            {
                var buffer = new byte[1024];
                try
                {
                    while (!stopping.IsCancellationRequested)
                        await _socket.ReceiveAsync(buffer, stopping);
                }
                catch {|WSA5009:(WebSocketException)|}
                {
                    _socket.Abort();
                }
            }
        }
        """);

    [Fact]
    public Task Reports_local_functions_whose_task_is_dropped() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Client
        {
            public static void Start(WebSocket socket)
            {
                _ = ReadAsync();

                async Task ReadAsync()
                {
                    var buffer = new byte[1024];
                    try
                    {
                        while (true)
                            await socket.ReceiveAsync(buffer, default);
                    }
                    catch {|WSA5009:(WebSocketException)|}
                    {
                        socket.Abort();
                    }
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_outer_guards() => Verify.IgnoresAsync<ReceivingAnalyzer>(Middleware("""
                try
                {
                    try
                    {
                        while (true)
                            await socket.ReceiveAsync(buffer, context.RequestAborted);
                    }
                    catch (WebSocketException)
                    {
                    }
                }
                catch (Exception e)
                {
                    Console.WriteLine(e);
                }
        """));

    [Fact]
    public Task Ignores_guards_of_both_kinds() => Verify.IgnoresAsync<ReceivingAnalyzer>(Middleware("""
                try
                {
                    while (true)
                        await socket.ReceiveAsync(buffer, context.RequestAborted);
                }
                catch (OperationCanceledException)
                {
                }
                catch (WebSocketException)
                {
                }
        """));

    [Fact]
    public Task Ignores_guards_that_choose() => Verify.IgnoresAsync<ReceivingAnalyzer>(Middleware("""
                try
                {
                    while (true)
                        await socket.ReceiveAsync(buffer, context.RequestAborted);
                }
                catch (WebSocketException e) when (e.WebSocketErrorCode == WebSocketError.ConnectionClosedPrematurely)
                {
                }
        """));

    [Fact]
    public Task Ignores_extended_filters() => Verify.IgnoresAsync<ReceivingAnalyzer>(Middleware("""
                try
                {
                    while (true)
                        await socket.ReceiveAsync(buffer, context.RequestAborted);
                }
                catch (Exception e) when (e is WebSocketException or OperationCanceledException)
                {
                }
        """));

    [Fact]
    public Task Ignores_loops_without_a_guard() => Verify.IgnoresAsync<ReceivingAnalyzer>(Middleware("""
                while (socket.State == WebSocketState.Open)
                    await socket.ReceiveAsync(buffer, context.RequestAborted);
        """));

    [Fact]
    public Task Ignores_cancellations_that_are_not_the_tokens() => Verify.IgnoresAsync<ReceivingAnalyzer>(Middleware("""
                try
                {
                    while (true)
                        await socket.ReceiveAsync(buffer, context.RequestAborted);
                }
                catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
                {
                }
        """));

    [Fact]
    public Task Ignores_single_receives() => Verify.IgnoresAsync<ReceivingAnalyzer>(Middleware("""
                try
                {
                    await socket.ReceiveAsync(buffer, context.RequestAborted);
                }
                catch (WebSocketException)
                {
                }
        """));

    [Fact]
    public Task Ignores_methods_that_somebody_may_await() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Session
        {
            public static async Task ReadAsync(WebSocket socket, byte[] buffer)
            {
                try
                {
                    while (true)
                        await socket.ReceiveAsync(buffer, default);
                }
                catch (WebSocketException)
                {
                }
            }

            public async Task RunAsync(WebSocket socket) => await LoopAsync(socket, new byte[10]);

            public void Start(WebSocket socket) => _ = LoopAsync(socket, new byte[10]);

            private static async Task LoopAsync(WebSocket socket, byte[] buffer)
            {
                try
                {
                    while (true)
                        await socket.ReceiveAsync(buffer, default);
                }
                catch (WebSocketException)
                {
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_guards_that_spin() => Verify.IgnoresAsync<ReceivingAnalyzer>(Middleware("""
                while (true)
                {
                    try
                    {
                        await socket.ReceiveAsync(buffer, context.RequestAborted);
                    }
                    catch (WebSocketException)
                    {
                    }
                }
        """));

    [Fact]
    public Task Ignores_half_typed_code() => Verify.BearsAsync<ReceivingAnalyzer>("""
        class Session
        {
            private static async Task ReadAsync(System.Net.WebSockets.WebSocket socket, byte[] buffer)
            {
                try { while (true) await socket.ReceiveAsync(buffer, default); }
                catch (WebSocketException
        """);

    [Fact]
    public Task Ignores_methods_that_start_each_other() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Session
        {
            private static async Task FirstAsync(WebSocket socket, byte[] buffer)
            {
                try { while (true) await socket.ReceiveAsync(buffer, default); }
                catch (WebSocketException) { await SecondAsync(socket, buffer); }
            }

            private static async Task SecondAsync(WebSocket socket, byte[] buffer) => await FirstAsync(socket, buffer);
        }
        """);

    [Fact]
    public Task Fixes_guard_with_a_variable() => Verify.FixesAsync<ReceivingAnalyzer, NarrowGuardCodeFix>(Whole("""
                catch {|WSA5009:(WebSocketException failure)|} // gone
                {
                    Console.WriteLine(failure.Message + $" {failure}");
                }
        """), Whole("""
                catch (Exception failure) when (failure is WebSocketException or OperationCanceledException or ObjectDisposedException) // gone
                {
                    Console.WriteLine(failure.Message + $" {failure}");
                }
        """));

    [Fact]
    public Task FixesAll_guards_without_a_variable() => Verify.FixesAsync<ReceivingAnalyzer, NarrowGuardCodeFix>(Whole("""
                catch {|WSA5009:(WebSocketException)|}
                {
                }
        """) + Whole("""
                catch {|WSA5009:(OperationCanceledException)|} when (context.RequestAborted.IsCancellationRequested)
                {
                    Console.WriteLine("stopped");
                }
        """, "Other").Replace("using Microsoft.AspNetCore.Http;", ""), Whole("""
                catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
                {
                }
        """) + Whole("""
                catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
                {
                    Console.WriteLine("stopped");
                }
        """, "Other").Replace("using Microsoft.AspNetCore.Http;", ""));

    [Theory]
    [InlineData("catch {|WSA5009:(WebSocketException e)|} { Console.WriteLine(e.WebSocketErrorCode); }")]
    [InlineData("catch {|WSA5009:(WebSocketException e)|} { Show(e); }")]
    [InlineData("catch {|WSA5009:(WebSocketException)|} { } catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested) { }")]
    [InlineData("catch {|WSA5009:(OperationCanceledException)|} when (context.RequestAborted.IsCancellationRequested) { await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default); }")]
    public Task OffersNoFix_that_would_change_more(string clause) => Verify.OffersNoFixAsync<ReceivingAnalyzer, NarrowGuardCodeFix>(Whole(clause));

    private static string Whole(string clause, string name = "Endpoint") => Middleware($$"""
                try
                {
                    while (true)
                    {
                        var result = await socket.ReceiveAsync(buffer, context.RequestAborted);
                        if (result.MessageType == WebSocketMessageType.Close)
                        {
                            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
                            break;
                        }

                        await socket.SendAsync(buffer.AsMemory(0, result.Count), result.MessageType, result.EndOfMessage, context.RequestAborted);
                    }
                }
        {{clause}}
        """, name);

    private static string Middleware(string body, string name = "Endpoint") => $$"""
        using Microsoft.AspNetCore.Http;

        class {{name}}
        {
            public async Task InvokeAsync(HttpContext context)
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                var buffer = new byte[4096];
        {{body}}
            }

            private static void Show(WebSocketException failure) => Console.WriteLine(failure);
        }

        """;
}
