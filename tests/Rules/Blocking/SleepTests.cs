using Microsoft.CodeAnalysis.Testing;
using WebSocketAnalyzers.CodeFixes.Fixes.Blocking;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Blocking;

public class SleepTests
{
    [Fact]
    public Task Reports_sleep_in_a_receive_loop() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Session
        {
            async Task RunAsync(WebSocket socket)
            {
                var buffer = new byte[1024];
                while (true)
                {
                    await socket.ReceiveAsync(buffer, default);
                    {|WSA2002:Thread.Sleep(10)|};
                }
            }
        }
        """);

    [Fact]
    public Task Reports_every_overload() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Session
        {
            async Task RunAsync(WebSocket socket, int delay, TimeSpan span)
            {
                await Task.Yield();
                {|WSA2002:Thread.Sleep(delay)|};
                {|WSA2002:Thread.Sleep(span)|};
                {|WSA2002:Thread.Sleep(TimeSpan.FromMilliseconds(1))|};
                {|WSA2002:Thread.Sleep(Timeout.Infinite)|};
                {|WSA2002:SpinWait.SpinUntil(() => socket.State == WebSocketState.Open)|};
                {|WSA2002:SpinWait.SpinUntil(() => socket.State == WebSocketState.Open, 100)|};
            }
        }
        """);

    [Fact]
    public Task Reports_sleep_in_a_hub_method() => Verify.ReportsAsync<BlockingAnalyzer>("""
        using Microsoft.AspNetCore.SignalR;

        abstract class Base : Hub
        {
            public void Pause() => {|WSA2002:Thread.Sleep(10)|};
        }

        class Chat : Base
        {
            public override Task OnConnectedAsync()
            {
                {|WSA2002:Thread.Sleep(10)|};
                return base.OnConnectedAsync();
            }
        }
        """);

    [Fact]
    public Task Reports_sleep_between_retries_of_a_push_loop() => Verify.ReportsAsync<BlockingAnalyzer>("""
        using Microsoft.AspNetCore.Http;

        class Feed
        {
            private readonly RequestDelegate next;
            public Feed(RequestDelegate next) => this.next = next;

            public async Task InvokeAsync(HttpContext context)
            {
                if (!context.WebSockets.IsWebSocketRequest)
                {
                    await next(context);
                    return;
                }

                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                while (socket.State == WebSocketState.Open)
                {
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Binary, true, context.RequestAborted);
                    {|WSA2002:Thread.Sleep(1000)|};
                }
            }
        }
        """);

    [Fact]
    public Task Reports_sleep_in_an_accept_loop() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Server
        {
            async Task RunAsync(TcpListener listener)
            {
                for (;;)
                {
                    try
                    {
                        using var client = await listener.AcceptTcpClientAsync().ConfigureAwait(false);
                    }
                    catch (SocketException)
                    {
                        {|WSA2002:Thread.Sleep(100)|};
                    }
                }
            }
        }
        """);

    [Fact]
    public Task Reports_sleep_in_methods_the_handler_calls() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Session<TState> where TState : new()
        {
            private readonly Socket _socket;

            public Session(Socket socket) => _socket = socket;

            public async Task RunAsync()
            {
                Memory<byte> buffer = new byte[512];
                while (await _socket.ReceiveAsync(buffer, SocketFlags.None) > 0)
                    First();
            }

            private void First() => Second(new TState());

            private void Second(TState state)
            {
                Third();

                static void Third() => {|WSA2002:Thread.Sleep(1)|};
            }
        }
        """);

    [Fact]
    public Task Reports_sleep_under_a_lock_and_in_a_loop_body_lambda() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Session
        {
            private readonly object _gate = new();

            async Task RunAsync(WebSocket socket)
            {
                await Task.Yield();
                lock (_gate)
                    {|WSA2002:Thread.Sleep(5)|};
                Array.ForEach(new[] { 1, 2 }, delay => {|WSA2002:Thread.Sleep(delay)|});
            }
        }
        """);

    [Fact]
    public Task Reports_through_using_static_and_alias() => Verify.ReportsAsync<BlockingAnalyzer>("""
        using static System.Threading.Thread;
        using Worker = System.Threading.Thread;

        class Session
        {
            async Task RunAsync(WebSocket socket)
            {
                await Task.Yield();
                {|WSA2002:Sleep(10)|};
                {|WSA2002:Worker.Sleep(10)|};
            }
        }
        """);

    [Fact]
    public Task Reports_in_a_configured_handler() => new Verify.Test<BlockingAnalyzer, EmptyCodeFixProvider>("""
        class Plugin
        {
            public void OnFrame(byte[] frame) => {|WSA2002:Thread.Sleep(10)|};
        }
        """)
    {
        TestState = { AnalyzerConfigFiles = { ("/.globalconfig", "is_global = true\nwebsocket_analyzers.handlers = M:Plugin.OnFrame(System.Byte[])\n") } },
    }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Ignores_sleep_outside_of_handlers() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Program
        {
            static void Main()
            {
                Thread.Sleep(10);
                new Program().Poll();
            }

            void Poll() => Thread.Sleep(10);

            async Task WorkAsync()
            {
                await Task.Yield();
                Thread.Sleep(10);
            }
        }
        """);

    [Fact]
    public Task Ignores_sleep_in_offloaded_code() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Session
        {
            async Task RunAsync(WebSocket socket)
            {
                await Task.Run(() => Thread.Sleep(10));
                await Task.Run(() =>
                {
                    Wait();
                    void Wait() => Thread.Sleep(10);
                });
                await Task.Factory.StartNew(() => Thread.Sleep(10), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                var thread = new Thread(() => Thread.Sleep(10));
                thread.Start();
                using var timer = new Timer(_ => Thread.Sleep(10), null, 0, 1000);
            }
        }
        """);

    [Fact]
    public Task Ignores_sleep_zero() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Session
        {
            const int None = 0;

            async Task RunAsync(WebSocket socket)
            {
                await Task.Yield();
                Thread.Sleep(0);
                Thread.Sleep(None);
                Thread.Sleep(TimeSpan.Zero);
                Thread.Sleep(millisecondsTimeout: 0);
                Thread.Sleep(default(TimeSpan));
                Thread.Yield();
                Thread.SpinWait(10);
                SpinWait.SpinUntil(() => true, 0);
            }
        }
        """);

    [Fact]
    public Task Ignores_task_delay() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Session
        {
            async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                await Task.Delay(10, cancellation);
                await Task.Delay(TimeSpan.FromSeconds(1), cancellation).ConfigureAwait(false);
            }
        }
        """);

    [Fact]
    public Task Ignores_members_of_the_same_name() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        namespace Own
        {
            static class Thread
            {
                public static void Sleep(int amount) { }
            }

            static class SpinWait
            {
                public static void SpinUntil(Func<bool> condition) { }
            }
        }

        class Session
        {
            async Task RunAsync(WebSocket socket)
            {
                await Task.Yield();
                Own.Thread.Sleep(10);
                Own.SpinWait.SpinUntil(() => true);
                Sleep(10);
            }

            static void Sleep(int amount) { }
        }
        """);

    [Fact]
    public Task Ignores_a_lambda_that_is_only_made_here() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Session
        {
            private Action? _later;

            async Task RunAsync(WebSocket socket)
            {
                await Task.Yield();
                _later = () => Thread.Sleep(10);
            }
        }
        """);

    [Fact]
    public Task Ignores_methods_that_only_a_background_thread_runs() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Session
        {
            async Task RunAsync(WebSocket socket)
            {
                var pump = new Thread(Pump) { IsBackground = true };
                pump.Start();
                var work = Task.Run(Pump);
                await work;
            }

            private void Pump()
            {
                while (true)
                    Thread.Sleep(10);
            }
        }
        """);

    [Fact]
    public Task Ignores_a_message_loop_on_its_own_data() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        interface IQueue
        {
            Task<byte[]> ReceiveAsync(CancellationToken cancellation);
        }

        class Consumer
        {
            private readonly IQueue queue;
            public Consumer(IQueue queue) => this.queue = queue;

            public async Task RunAsync(CancellationToken cancellation)
            {
                while (true)
                {
                    await queue.ReceiveAsync(cancellation);
                    Thread.Sleep(10);
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_generated_code() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        // <auto-generated/>
        class Session
        {
            async Task RunAsync(WebSocket socket)
            {
                await Task.Yield();
                Thread.Sleep(10);
            }
        }
        """);

    [Fact]
    public Task Ignores_excluded_types() => new Verify.Test<BlockingAnalyzer, EmptyCodeFixProvider>("""
        class Session
        {
            async Task RunAsync(WebSocket socket)
            {
                await Task.Yield();
                Thread.Sleep(10);
            }
        }
        """)
    {
        TestState = { AnalyzerConfigFiles = { ("/.globalconfig", "is_global = true\nwebsocket_analyzers.excluded_types = T:Session\n") } },
    }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Ignores_half_typed_and_recursive_code() => new Verify.Test<BlockingAnalyzer, EmptyCodeFixProvider>("""
        class Session
        {
            async Task RunAsync(WebSocket socket)
            {
                A();
                Thread.
                Thread.Sleep;
                Sleep(
            }

            void A() => B();
            void B() { A(); B(); }
            void C(
        """)
    { CompilerDiagnostics = CompilerDiagnostics.None }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Fixes_with_the_token_in_scope() => Verify.FixesAsync<BlockingAnalyzer, SleepCodeFix>(
        """
        class Session
        {
            async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                var buffer = new byte[1024];
                while (true)
                {
                    await socket.ReceiveAsync(buffer, cancellation);
                    {|WSA2002:Thread.Sleep(100)|}; // slow down
                }
            }
        }
        """,
        """
        class Session
        {
            async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                var buffer = new byte[1024];
                while (true)
                {
                    await socket.ReceiveAsync(buffer, cancellation);
                    await Task.Delay(100, cancellation); // slow down
                }
            }
        }
        """);

    [Fact]
    public Task FixesAll_every_overload() => Verify.FixesAsync<BlockingAnalyzer, SleepCodeFix>(
        """
        using static System.Threading.Thread;

        class Session
        {
            async Task RunAsync(WebSocket socket, int delay)
            {
                await Task.Yield();
                {|WSA2002:Thread.Sleep(delay)|};
                {|WSA2002:Thread.Sleep(TimeSpan.FromSeconds(1))|};
                {|WSA2002:Thread.Sleep(Timeout.Infinite)|};
                {|WSA2002:Sleep(millisecondsTimeout: 10)|};
                {|WSA2002:System.Threading.Thread.Sleep(timeout: TimeSpan.FromSeconds(1))|};
            }
        }
        """,
        """
        using static System.Threading.Thread;

        class Session
        {
            async Task RunAsync(WebSocket socket, int delay)
            {
                await Task.Yield();
                await Task.Delay(delay);
                await Task.Delay(TimeSpan.FromSeconds(1));
                await Task.Delay(Timeout.Infinite);
                await Task.Delay(10);
                await Task.Delay(TimeSpan.FromSeconds(1));
            }
        }
        """);

    [Fact]
    public Task FixesAll_helpers_of_the_handler_with_request_tokens() => Verify.FixesAsync<BlockingAnalyzer, SleepCodeFix>(
        """
        using Microsoft.AspNetCore.Http;

        class Feed
        {
            public async Task InvokeAsync(HttpContext context)
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
                while (socket.State == WebSocketState.Open)
                {
                    Pause();
                    {|WSA2002:Thread.Sleep(10)|};
                }
            }

            private void Pause()
            {
                {|WSA2002:Thread.Sleep(10)|};
            }
        }
        """,
        """
        using Microsoft.AspNetCore.Http;

        class Feed
        {
            public async Task InvokeAsync(HttpContext context)
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
                while (socket.State == WebSocketState.Open)
                {
                    await Pause().ConfigureAwait(false);
                    await Task.Delay(10, context.RequestAborted).ConfigureAwait(false);
                }
            }

            private async Task Pause()
            {
                await Task.Delay(10).ConfigureAwait(false);
            }
        }
        """);

    [Fact]
    public Task Fixes_a_hub_method_with_the_token_of_its_connection() => Verify.FixesAsync<BlockingAnalyzer, SleepCodeFix>(
        """
        using Microsoft.AspNetCore.SignalR;

        class Chat : Hub
        {
            public void Pause() => {|WSA2002:Thread.Sleep(10)|};
        }
        """,
        """
        using Microsoft.AspNetCore.SignalR;

        class Chat : Hub
        {
            public async Task Pause() => await Task.Delay(10, Context.ConnectionAborted);
        }
        """);

    [Fact]
    public Task Offers_no_fix_for_spinning() => Verify.OffersNoFixAsync<BlockingAnalyzer, SleepCodeFix>("""
        class Session
        {
            async Task RunAsync(WebSocket socket)
            {
                await Task.Yield();
                {|WSA2002:SpinWait.SpinUntil(() => socket.State == WebSocketState.Open)|};
            }
        }
        """);

    [Fact]
    public Task Offers_no_fix_under_a_lock_or_in_a_void_lambda() => Verify.OffersNoFixAsync<BlockingAnalyzer, SleepCodeFix>("""
        class Session
        {
            private readonly object _gate = new();

            async Task RunAsync(WebSocket socket)
            {
                await Task.Yield();
                lock (_gate)
                    {|WSA2002:Thread.Sleep(5)|};
                Array.ForEach(new[] { 1, 2 }, delay => {|WSA2002:Thread.Sleep(delay)|});
            }
        }
        """);
}
