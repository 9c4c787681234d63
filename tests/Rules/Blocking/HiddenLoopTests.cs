using WebSocketAnalyzers.CodeFixes.Fixes.Blocking;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Blocking;

public class HiddenLoopTests
{
    private const string Loop = """

            private async Task ReceiveAsync(WebSocket socket, CancellationToken cancellation)
            {
                var buffer = new byte[1024];
                while (socket.State == WebSocketState.Open)
                {
                    var result = await socket.ReceiveAsync(buffer, cancellation);
                    if (result.MessageType == WebSocketMessageType.Close)
                        return;
                }
            }
        }
        """;

    [Fact]
    public Task Reports_a_loop_whose_task_is_kept() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Client
        {
            private Task? _loop;

            public void Start(WebSocket socket, CancellationToken cancellation) =>
                _loop = {|WSA2008:Task.Factory.StartNew(async () => await ReceiveAsync(socket, cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default)|};

            public Task StopAsync() => _loop ?? Task.CompletedTask;
        """ + Loop);

    [Fact]
    public Task Reports_a_loop_that_is_seemingly_awaited() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Client
        {
            public async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                await {|WSA2008:Task.Factory.StartNew(() => ReceiveAsync(socket, cancellation))|};
                await {|WSA2008:Task.Factory.StartNew(async () => await ReceiveAsync(socket, cancellation))|}.ConfigureAwait(false);
            }
        """ + Loop);

    [Fact]
    public Task Reports_among_other_tasks() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Client
        {
            public async Task RunAsync(WebSocket socket, WebSocket second, Task stopped, CancellationToken cancellation)
            {
                await Task.WhenAny(stopped, {|WSA2008:Task.Factory.StartNew(async () => await ReceiveAsync(socket, cancellation))|});
                Task loop = {|WSA2008:Task.Factory.StartNew(async () => await ReceiveAsync(second, cancellation))|};
                await loop;
            }
        """ + Loop);

    [Fact]
    public Task Reports_a_local_that_is_waited_for() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Client
        {
            public async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                var loop = {|WSA2008:Task.Factory.StartNew(async () => await ReceiveAsync(socket, cancellation))|};
                await Task.WhenAny(loop, Task.Delay(1000, cancellation));
                await loop;
            }
        """ + Loop);

    [Fact]
    public Task Reports_a_thread_asked_for_in_vain() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Client
        {
            public void Start(WebSocket socket, CancellationToken cancellation)
            {
                {|WSA2008:Task.Factory.StartNew(async () =>
                {
                    try
                    {
                        await ReceiveAsync(socket, cancellation);
                    }
                    catch (Exception failure)
                    {
                        Console.WriteLine(failure);
                    }
                }, TaskCreationOptions.LongRunning)|};
            }
        """ + Loop);

    [Fact]
    public Task Reports_a_method_group_and_a_blocking_wait() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Client
        {
            private readonly WebSocket _socket;
            private readonly CancellationToken _cancellation;
            public Client(WebSocket socket, CancellationToken cancellation) => (_socket, _cancellation) = (socket, cancellation);

            public void Run() => {|WSA2008:Task.Factory.StartNew(ListenAsync, _cancellation)|}.Wait();

            private Task ListenAsync() => ReceiveAsync(_socket, _cancellation);
        """ + Loop);

    [Fact]
    public Task Reports_a_send_in_the_place_of_another_rule() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Client
        {
            public void Greet(WebSocket socket, CancellationToken cancellation)
            {
                {|WSA2008:Task.Factory.StartNew(async () => await socket.SendAsync(new byte[1], WebSocketMessageType.Binary, true, cancellation), TaskCreationOptions.LongRunning)|};
            }
        }
        """);

    [Fact]
    public Task Ignores_what_is_unwrapped() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Client
        {
            private Task? _loop;
            private Task<Task>? _outer;

            public async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                _loop = Task.Factory.StartNew(async () => await ReceiveAsync(socket, cancellation), TaskCreationOptions.LongRunning).Unwrap();
                await await Task.Factory.StartNew(async () => await ReceiveAsync(socket, cancellation));
                await Task.Factory.StartNew(async () => await ReceiveAsync(socket, cancellation)).Unwrap().ConfigureAwait(false);
                var outer = Task.Factory.StartNew(async () => await ReceiveAsync(socket, cancellation));
                await outer.Unwrap();
                var inner = await Task.Factory.StartNew(async () => await ReceiveAsync(socket, cancellation));
                await inner;
                _outer = Task.Factory.StartNew(async () => await ReceiveAsync(socket, cancellation));
            }

            public Task<Task> Start(WebSocket socket, CancellationToken cancellation) => Task.Factory.StartNew(async () => await ReceiveAsync(socket, cancellation));
        """ + Loop);

    [Fact]
    public Task Ignores_Task_Run_and_synchronous_delegates() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Client
        {
            private Task? _loop;

            public async Task RunAsync(WebSocket socket, Stream stream, CancellationToken cancellation)
            {
                _loop = Task.Run(async () => await ReceiveAsync(socket, cancellation), cancellation);
                await Task.Factory.StartNew(() => Console.ReadLine(), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                await Task.Factory.StartNew(() => { ReceiveAsync(socket, cancellation).Wait(); }, TaskCreationOptions.LongRunning);
            }
        """ + Loop);

    [Fact]
    public Task Ignores_work_without_a_connection() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Cache
        {
            private Task? _cleaning;

            public void Start(CancellationToken cancellation) => _cleaning = Task.Factory.StartNew(async () =>
            {
                while (true)
                    await Task.Delay(1000, cancellation);
            }, TaskCreationOptions.LongRunning);
        }
        """);

    [Fact]
    public Task Ignores_a_dropped_task_that_nobody_is_misled_by() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Client
        {
            public void Start(WebSocket socket, CancellationToken cancellation)
            {
                _ = Task.Factory.StartNew(async () =>
                {
                    try
                    {
                        await ReceiveAsync(socket, cancellation);
                    }
                    catch (Exception failure)
                    {
                        Console.WriteLine(failure);
                    }
                });
            }
        """ + Loop);

    [Fact]
    public Task Ignores_loops_and_sockets_that_other_rules_speak_of() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        using Microsoft.AspNetCore.Http;

        class Client
        {
            public void Start(WebSocket socket, CancellationToken cancellation)
            {
                Task.Factory.StartNew(async () => await ReceiveAsync(socket, cancellation), TaskCreationOptions.LongRunning);
            }

            public async Task ServeAsync(HttpContext context)
            {
                var socket = await context.WebSockets.AcceptWebSocketAsync();
                _ = Task.Factory.StartNew(async () => await ReceiveAsync(socket, context.RequestAborted), TaskCreationOptions.LongRunning);
            }
        """ + Loop);

    [Fact]
    public Task Ignores_lazies_and_locals_that_get_out_of_sight() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Client
        {
            private readonly Lazy<Task> _loop;
            public Client(WebSocket socket, CancellationToken cancellation) => _loop = new(() => Task.Factory.StartNew(() => ReceiveAsync(socket, cancellation)).Unwrap());

            public async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                var outer = Task.Factory.StartNew(async () => await ReceiveAsync(socket, cancellation));
                await WaitForAsync(outer);
                var other = Task.Factory.StartNew(async () => await ReceiveAsync(socket, cancellation));
                var same = other;
                await same.Unwrap();
            }

            private static async Task WaitForAsync(Task<Task> outer) => await await outer;
        """ + Loop);

    [Fact]
    public Task Ignores_doppelgaengers_and_half_typed_code() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        namespace Jobs
        {
            class TaskFactory
            {
                public Task<Task> StartNew(Func<Task> job) => Task.FromResult(job());
            }
        }

        class Client
        {
            private readonly Jobs.TaskFactory _jobs = new();

            public async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                await _jobs.StartNew(() => ReceiveAsync(socket, cancellation));
                await Task.Factory.{|CS1061:StartNow|}(async () => await ReceiveAsync(socket, cancellation));
                await Task.Factory.StartNew({|CS0103:Receive|});
            }
        """ + Loop);

    [Fact]
    public Task Fixes_a_kept_loop() => Verify.FixesAsync<BlockingAnalyzer, HiddenLoopCodeFix>("""
        class Client
        {
            private Task? _loop;

            public void Start(WebSocket socket, CancellationToken cancellation)
            {
                // Runs until the peer leaves.
                _loop = {|WSA2008:Task.Factory.StartNew(async () => await ReceiveAsync(socket, cancellation), TaskCreationOptions.LongRunning)|}; // kept
            }

            public void Restart(WebSocket socket, CancellationToken cancellation) => _loop = {|WSA2008:Task.Factory.StartNew(
                async () => await ReceiveAsync(socket, cancellation),
                cancellation,
                TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
                TaskScheduler.Default)|};
        """ + Loop, """
        class Client
        {
            private Task? _loop;

            public void Start(WebSocket socket, CancellationToken cancellation)
            {
                // Runs until the peer leaves.
                _loop = Task.Run(async () => await ReceiveAsync(socket, cancellation)); // kept
            }

            public void Restart(WebSocket socket, CancellationToken cancellation) => _loop = Task.Run(
                async () => await ReceiveAsync(socket, cancellation),
                cancellation);
        """ + Loop);

    [Fact]
    public Task Fixes_an_await_that_is_the_last_act() => Verify.FixesAsync<BlockingAnalyzer, HiddenLoopCodeFix>("""
        class Client
        {
            public async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                Console.WriteLine("starting");
                await {|WSA2008:Task.Factory.StartNew(() => ReceiveAsync(socket, cancellation), cancellation)|}.ConfigureAwait(false);
            }

            public async Task GreetAsync(WebSocket socket, CancellationToken cancellation)
            {
                await {|WSA2008:Task.Factory.StartNew(async () => await socket.SendAsync(new byte[1], WebSocketMessageType.Binary, true, cancellation))|};
                Console.WriteLine("greeted");
            }
        """ + Loop, """
        class Client
        {
            public async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                Console.WriteLine("starting");
                await Task.Run(() => ReceiveAsync(socket, cancellation), cancellation).ConfigureAwait(false);
            }

            public async Task GreetAsync(WebSocket socket, CancellationToken cancellation)
            {
                await Task.Run(async () => await socket.SendAsync(new byte[1], WebSocketMessageType.Binary, true, cancellation));
                Console.WriteLine("greeted");
            }
        """ + Loop);

    [Fact]
    public Task FixesAll_locals_and_guarded_loops() => Verify.FixesAsync<BlockingAnalyzer, HiddenLoopCodeFix>("""
        class Client
        {
            public async Task RunAsync(WebSocket socket, WebSocket second, CancellationToken cancellation)
            {
                var loop = {|WSA2008:Task.Factory.StartNew(async () => await ReceiveAsync(socket, cancellation))|};
                Task other = {|WSA2008:Task.Factory.StartNew(async () => await ReceiveAsync(second, cancellation))|};
                await Task.WhenAny(loop, other);
            }
        """ + Loop, """
        class Client
        {
            public async Task RunAsync(WebSocket socket, WebSocket second, CancellationToken cancellation)
            {
                var loop = Task.Run(async () => await ReceiveAsync(socket, cancellation));
                Task other = Task.Run(async () => await ReceiveAsync(second, cancellation));
                await Task.WhenAny(loop, other);
            }
        """ + Loop);

    [Fact]
    public Task OffersNoFix_where_the_caller_would_wait_or_the_scheduler_matters() => Verify.OffersNoFixAsync<BlockingAnalyzer, HiddenLoopCodeFix>("""
        class Client
        {
            private Task? _loop;

            public async Task RunAsync(WebSocket socket, WebSocket[] more, TaskFactory own, CancellationToken cancellation)
            {
                await {|WSA2008:Task.Factory.StartNew(async () => await ReceiveAsync(socket, cancellation))|};
                _loop = {|WSA2008:own.StartNew(async () => await ReceiveAsync(more[1], cancellation))|};
                _loop = {|WSA2008:Task.Factory.StartNew(async () => await ReceiveAsync(more[2], cancellation), cancellation, TaskCreationOptions.None, TaskScheduler.FromCurrentSynchronizationContext())|};
                _loop = {|WSA2008:Task.Factory.StartNew(async state => await ReceiveAsync((WebSocket)state!, cancellation), more[9])|};
                _loop = {|WSA2008:Task.Factory.StartNew(async () => await ReceiveAsync(more[3], cancellation), TaskCreationOptions.AttachedToParent)|};
                {|WSA2008:Task.Factory.StartNew(async () => await socket.SendAsync(new byte[1], WebSocketMessageType.Binary, true, cancellation), TaskCreationOptions.LongRunning)|};
            }
        """ + Loop);
}
