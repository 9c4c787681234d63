using Microsoft.CodeAnalysis.Testing;
using WebSocketAnalyzers.CodeFixes.Fixes.Blocking;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Blocking;

public class BlockingCallTests
{
    [Fact]
    public Task Reports_wait_handles_and_events() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Session
        {
            async Task RunAsync(WebSocket socket, WaitHandle handle, ManualResetEventSlim slim, CountdownEvent count, AutoResetEvent auto, CancellationToken cancellation)
            {
                await Task.Yield();
                {|WSA2004:handle.WaitOne()|};
                {|WSA2004:auto.WaitOne(TimeSpan.FromSeconds(1))|};
                {|WSA2004:slim.Wait(cancellation)|};
                {|WSA2004:count.Wait(100)|};
                {|WSA2004:WaitHandle.WaitAny(new[] { handle, auto })|};
                {|WSA2004:WaitHandle.WaitAll(new[] { handle, auto })|};
                {|WSA2004:cancellation.WaitHandle.WaitOne(1000)|};
            }
        }
        """);

    [Fact]
    public Task Reports_blocking_collections() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Session
        {
            private readonly BlockingCollection<byte[]> outbox;
            public Session(BlockingCollection<byte[]> outbox) => this.outbox = outbox;

            async Task PumpAsync(WebSocket socket, CancellationToken cancellation)
            {
                foreach (var message in {|WSA2004:outbox.GetConsumingEnumerable(cancellation)|})
                    await socket.SendAsync(message, WebSocketMessageType.Text, true, cancellation);
                var last = {|WSA2004:outbox.Take(cancellation)|};
                if ({|WSA2004:outbox.TryTake(out var more, 1000)|})
                    await socket.SendAsync(more, WebSocketMessageType.Text, true, cancellation);
            }
        }
        """);

    [Fact]
    public Task Reports_threads_and_monitors() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Session
        {
            private readonly object _gate = new();

            async Task RunAsync(WebSocket socket, Thread thread, Barrier barrier)
            {
                await Task.Yield();
                {|WSA2004:thread.Join()|};
                {|WSA2004:barrier.SignalAndWait()|};
                lock (_gate)
                    {|WSA2004:Monitor.Wait(_gate)|};
            }
        }
        """);

    [Fact]
    public Task Reports_the_console_in_a_client_loop() => Verify.ReportsAsync<BlockingAnalyzer>("""
        // top-level
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri("ws://localhost"), default);
        var buffer = new byte[1024];
        while (socket.State == WebSocketState.Open)
        {
            var line = {|WSA2004:Console.ReadLine()|} ?? "";
            await socket.SendAsync(Encoding.UTF8.GetBytes(line), WebSocketMessageType.Text, true, default);
            await socket.ReceiveAsync(buffer, default);
            {|WSA2004:Console.ReadKey(intercept: true)|};
            _ = {|WSA2004:Console.Read()|};
        }
        """);

    [Fact]
    public Task Reports_in_a_library_callback() => Verify.ReportsAsync<BlockingAnalyzer>("""
        namespace WebSocketSharp
        {
            public class MessageEventArgs : EventArgs { }
        }

        namespace WebSocketSharp.Server
        {
            public abstract class WebSocketBehavior
            {
                protected virtual void OnMessage(WebSocketSharp.MessageEventArgs e) { }
            }
        }

        class Echo : WebSocketSharp.Server.WebSocketBehavior
        {
            private readonly ManualResetEvent ready;
            public Echo(ManualResetEvent ready) => this.ready = ready;

            protected override void OnMessage(WebSocketSharp.MessageEventArgs e) => {|WSA2004:ready.WaitOne()|};
        }
        """);

    [Fact]
    public Task Reports_behind_conditional_access() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Session
        {
            private ManualResetEvent? _ready;

            async Task<bool?> RunAsync(WebSocket socket)
            {
                await Task.Yield();
                return _ready?{|WSA2004:.WaitOne()|};
            }
        }
        """);

    [Fact]
    public Task Reports_in_an_asynchronous_lambda_for_each_connection() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Server
        {
            private readonly ManualResetEvent _ready = new(false);

            public Func<WebSocket, Task> Handler => async socket =>
            {
                await Task.Yield();
                {|WSA2004:_ready.WaitOne()|};
            };
        }
        """);

    [Fact]
    public Task Reports_process_waits_with_a_limit() => Verify.ReportsAsync<BlockingAnalyzer>("""
        using System.Diagnostics;

        class Session
        {
            async Task RunAsync(WebSocket socket, Process process)
            {
                await Task.Yield();
                if ({|WSA2004:process.WaitForExit(1000)|})
                    return;
            }
        }
        """);

    [Fact]
    public Task Ignores_code_that_serves_no_connection() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Program
        {
            static async Task Main()
            {
                using var done = new ManualResetEvent(false);
                Console.CancelKeyPress += (_, _) => done.Set();
                await Task.Yield();
                done.WaitOne();
                Console.ReadLine();
            }
        }
        """);

    [Fact]
    public Task Ignores_questions_with_a_zero_timeout() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Session
        {
            private readonly BlockingCollection<int> queue;
            public Session(BlockingCollection<int> queue) => this.queue = queue;

            async Task RunAsync(WebSocket socket, WaitHandle handle, ManualResetEventSlim slim, Thread thread)
            {
                await Task.Yield();
                if (handle.WaitOne(0) || slim.Wait(0) || slim.Wait(TimeSpan.Zero) || handle.WaitOne(TimeSpan.Zero, false) || handle.WaitOne(0, false))
                    return;
                if (queue.TryTake(out _) || queue.TryTake(out _, 0) || queue.TryTake(out _, TimeSpan.Zero))
                    return;
                thread.Join(0);
                WaitHandle.WaitAny(new[] { handle }, 0);
            }
        }
        """);

    [Fact]
    public Task Ignores_signals_and_other_members() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Session
        {
            private readonly BlockingCollection<int> queue;
            public Session(BlockingCollection<int> queue) => this.queue = queue;

            private readonly object _gate = new();

            async Task RunAsync(WebSocket socket, ManualResetEvent signal, ConcurrentQueue<int> other)
            {
                await Task.Yield();
                signal.Set();
                signal.Reset();
                queue.Add(1);
                queue.CompleteAdding();
                other.TryDequeue(out _);
                lock (_gate)
                    Monitor.PulseAll(_gate);
                Console.WriteLine(Console.KeyAvailable);
            }
        }
        """);

    [Fact]
    public Task Ignores_offloaded_code() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Session
        {
            private readonly BlockingCollection<int> queue;
            public Session(BlockingCollection<int> queue) => this.queue = queue;

            async Task RunAsync(WebSocket socket, ManualResetEvent ready)
            {
                await Task.Run(() => ready.WaitOne());
                await Task.Run(Console.ReadLine);
                await Task.Factory.StartNew(() =>
                {
                    foreach (var item in queue.GetConsumingEnumerable())
                        Console.WriteLine(item);
                }, TaskCreationOptions.LongRunning);
            }
        }
        """);

    [Fact]
    public Task Ignores_a_producer_thread_of_its_own() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Writer : IDisposable
        {
            private readonly BlockingCollection<byte[]> _outbox = new();
            private readonly Thread _thread;
            private readonly NetworkStream _stream;

            public Writer(NetworkStream stream)
            {
                _stream = stream;
                _thread = new Thread(Run);
                _thread.Start();
            }

            public void Enqueue(byte[] message) => _outbox.Add(message);

            public void Dispose()
            {
                _outbox.CompleteAdding();
                _thread.Join();
            }

            private void Run()
            {
                foreach (var message in _outbox.GetConsumingEnumerable())
                    _stream.Write(message, 0, message.Length);
            }
        }
        """);

    [Fact]
    public Task Ignores_members_of_the_same_name() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        namespace Own
        {
            class WaitHandle
            {
                public bool WaitOne() => true;
            }

            class BlockingCollection<T>
            {
                public T Take() => default!;
                public IEnumerable<T> GetConsumingEnumerable() => new List<T>();
            }

            static class Console
            {
                public static string ReadLine() => "";
            }
        }

        class Session
        {
            async Task RunAsync(WebSocket socket, Own.WaitHandle handle, Own.BlockingCollection<int> queue, string text)
            {
                await Task.Yield();
                handle.WaitOne();
                queue.Take();
                foreach (var item in queue.GetConsumingEnumerable())
                    Own.Console.ReadLine();
                _ = string.Join(",", text.Take(2));
            }
        }
        """);

    [Fact]
    public Task Ignores_asynchronous_ways() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        using System.Threading.Channels;

        class Session
        {
            private readonly Channel<byte[]> outbox;
            private readonly TaskCompletionSource ready;
            public Session(Channel<byte[]> outbox, TaskCompletionSource ready) { this.outbox = outbox; this.ready = ready; }

            async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                await ready.Task.WaitAsync(cancellation);
                await foreach (var message in outbox.Reader.ReadAllAsync(cancellation))
                    await socket.SendAsync(message, WebSocketMessageType.Text, true, cancellation);
            }
        }
        """);

    [Fact]
    public Task Ignores_half_typed_and_recursive_code() => new Verify.Test<BlockingAnalyzer, EmptyCodeFixProvider>("""
        class Session
        {
            async Task RunAsync(WebSocket socket, ManualResetEvent ready)
            {
                await RunAsync(socket, ready);
                ready.WaitOne;
                Console.ReadLine
                foreach (var x in queue.GetConsumingEnumerable(
        """)
    { CompilerDiagnostics = CompilerDiagnostics.None }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task FixesAll_on_the_thread_pool() => Verify.FixesAsync<BlockingAnalyzer, BlockingCallCodeFix>(
        """
        class Session
        {
            async Task RunAsync(WebSocket socket, ManualResetEvent ready, ManualResetEventSlim slim)
            {
                await Task.Yield();
                // until the room is open
                {|WSA2004:ready.WaitOne()|};
                if ({|WSA2004:slim.Wait(1000)|})
                    return;
                var line = {|WSA2004:Console.ReadLine()|}; // one line
                Console.WriteLine(line);
            }
        }
        """,
        """
        class Session
        {
            async Task RunAsync(WebSocket socket, ManualResetEvent ready, ManualResetEventSlim slim)
            {
                await Task.Yield();
                // until the room is open
                await Task.Run(() => ready.WaitOne());
                if (await Task.Run(() => slim.Wait(1000)))
                    return;
                var line = await Task.Run(() => Console.ReadLine()); // one line
                Console.WriteLine(line);
            }
        }
        """);

    [Fact]
    public Task FixesAll_on_a_dedicated_thread() => Verify.FixesAsync<BlockingAnalyzer, BlockingCallCodeFix>(
        """
        class Session
        {
            async Task RunAsync(WebSocket socket, ManualResetEvent ready, ManualResetEventSlim slim)
            {
                await Task.Yield();
                // until the room is open
                {|WSA2004:ready.WaitOne()|};
                if ({|WSA2004:slim.Wait(1000)|})
                    return;
                var line = {|WSA2004:Console.ReadLine()|}; // one line
                Console.WriteLine(line);
            }
        }
        """,
        """
        class Session
        {
            async Task RunAsync(WebSocket socket, ManualResetEvent ready, ManualResetEventSlim slim)
            {
                await Task.Yield();
                // until the room is open
                await Task.Factory.StartNew(() => ready.WaitOne(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                if (await Task.Factory.StartNew(() => slim.Wait(1000), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))
                    return;
                var line = await Task.Factory.StartNew(() => Console.ReadLine(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default); // one line
                Console.WriteLine(line);
            }
        }
        """,
        "OffloadToThread");

    [Fact]
    public Task FixesAll_helpers_and_conditional_access() => Verify.FixesAsync<BlockingAnalyzer, BlockingCallCodeFix>(
        """
        class Session
        {
            private readonly BlockingCollection<byte[]> outbox;
            public Session(BlockingCollection<byte[]> outbox) => this.outbox = outbox;

            private ManualResetEvent? _ready;

            async Task RunAsync(WebSocket socket)
            {
                await socket.SendAsync(Next(), WebSocketMessageType.Text, true, default).ConfigureAwait(false);
                _ready?{|WSA2004:.WaitOne()|};
            }

            private byte[] Next() => {|WSA2004:outbox.Take()|};
        }
        """,
        """
        class Session
        {
            private readonly BlockingCollection<byte[]> outbox;
            public Session(BlockingCollection<byte[]> outbox) => this.outbox = outbox;

            private ManualResetEvent? _ready;

            async Task RunAsync(WebSocket socket)
            {
                await socket.SendAsync(await Next().ConfigureAwait(false), WebSocketMessageType.Text, true, default).ConfigureAwait(false);
                await Task.Run(() => _ready?.WaitOne()).ConfigureAwait(false);
            }

            private async Task<byte[]> Next() => await Task.Run(() => outbox.Take()).ConfigureAwait(false);
        }
        """);

    [Fact]
    public Task Offers_no_fix_for_a_sequence() => Verify.OffersNoFixAsync<BlockingAnalyzer, BlockingCallCodeFix>("""
        class Session
        {
            private readonly BlockingCollection<byte[]> outbox;
            public Session(BlockingCollection<byte[]> outbox) => this.outbox = outbox;

            async Task PumpAsync(WebSocket socket)
            {
                foreach (var message in {|WSA2004:outbox.GetConsumingEnumerable()|})
                    await socket.SendAsync(message, WebSocketMessageType.Text, true, default);
            }
        }
        """);

    [Fact]
    public Task Offers_no_fix_for_what_a_thread_owns() => Verify.OffersNoFixAsync<BlockingAnalyzer, BlockingCallCodeFix>("""
        class Session
        {
            private readonly object _gate = new();

            async Task RunAsync(WebSocket socket, Mutex mutex)
            {
                await Task.Yield();
                {|WSA2004:mutex.WaitOne()|};
                mutex.ReleaseMutex();
                Monitor.Enter(_gate);
                {|WSA2004:Monitor.Wait(_gate)|};
                Monitor.Exit(_gate);
            }
        }
        """);

    [Fact]
    public Task Offers_no_fix_for_out_arguments_and_under_a_lock() => Verify.OffersNoFixAsync<BlockingAnalyzer, BlockingCallCodeFix>("""
        class Session
        {
            private readonly BlockingCollection<int> queue;
            public Session(BlockingCollection<int> queue) => this.queue = queue;

            private readonly object _gate = new();

            async Task RunAsync(WebSocket socket, ManualResetEvent ready)
            {
                await Task.Yield();
                lock (_gate)
                    {|WSA2004:ready.WaitOne()|};
                if ({|WSA2004:queue.TryTake(out var item, 1000)|})
                    Console.WriteLine(item);
            }
        }
        """);

    [Fact]
    public Task Offers_no_fix_where_an_interface_wants_nothing_back() => Verify.OffersNoFixAsync<BlockingAnalyzer, BlockingCallCodeFix>("""
        class Session : IProgress<int>
        {
            private readonly ManualResetEvent _ready = new(false);

            async Task RunAsync(WebSocket socket)
            {
                await Task.Yield();
                Report(1);
            }

            public void Report(int value) => {|WSA2004:_ready.WaitOne()|};
        }
        """);

    [Fact]
    public async Task Offers_the_thread_pool_before_the_dedicated_thread_under_honest_titles()
    {
        const string Source = """
            class Session
            {
                async Task RunAsync(WebSocket socket, ManualResetEvent ready)
                {
                    await Task.Yield();
                    {|WSA2004:ready.WaitOne()|};
                }
            }
            """;
        var titles = new List<string>();
        var test = new Verify.Test<BlockingAnalyzer, BlockingCallCodeFix>(Source)
        {
            CodeActionVerifier = (action, _) => titles.Add(action.EquivalenceKey + ": " + action.Title),
        };
        test.AddFixed(Source.Replace("{|WSA2004:", "await Task.Run(() => ", StringComparison.Ordinal).Replace("|}", ")", StringComparison.Ordinal), null);
        await test.RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["OffloadToPool: Offload to the thread pool (Task.Run)"], titles.Distinct());
        var second = new Verify.Test<BlockingAnalyzer, BlockingCallCodeFix>(Source)
        {
            CodeActionIndex = 1,
            CodeActionVerifier = (action, _) => titles.Add(action.EquivalenceKey + ": " + action.Title),
        };
        second.AddFixed(
            Source.Replace("{|WSA2004:", "await Task.Factory.StartNew(() => ", StringComparison.Ordinal)
                .Replace("|}", ", CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)", StringComparison.Ordinal),
            null);
        await second.RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal("OffloadToThread: Offload to a dedicated thread", titles[^1]);
    }

    [Fact]
    public Task Ignores_the_console_before_the_client_connects() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        // top-level
        Console.WriteLine("Press a key to connect");
        Console.ReadKey();
        var name = Ask();
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri("ws://localhost/" + name), default);
        var buffer = new byte[1024];
        while (socket.State == WebSocketState.Open)
            await socket.ReceiveAsync(buffer, default);

        static string? Ask() => Console.ReadLine();
        """);

    [Fact]
    public Task Reports_a_wait_between_reconnects() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Client
        {
            private readonly AutoResetEvent retry;
            public Client(AutoResetEvent retry) => this.retry = retry;

            async Task RunAsync()
            {
                retry.WaitOne();
                while (true)
                {
                    {|WSA2004:retry.WaitOne()|};
                    using var socket = new ClientWebSocket();
                    await socket.ConnectAsync(new Uri("ws://localhost"), default);
                    while (socket.State == WebSocketState.Open)
                        await socket.ReceiveAsync(new byte[1], default);
                    {|WSA2004:retry.WaitOne()|};
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_a_key_that_is_there() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Client
        {
            async Task RunAsync(ClientWebSocket socket)
            {
                while (socket.State == WebSocketState.Open)
                {
                    await Task.Delay(50);
                    if (Console.KeyAvailable && Console.ReadKey(true).Key == ConsoleKey.Escape)
                        break;
                    while (!Console.KeyAvailable)
                        await Task.Delay(50);
                    Console.ReadKey();
                }
            }
        }
        """);

    [Fact]
    public Task Reports_the_wait_for_an_answer_wherever_it_runs() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Client
        {
            private readonly ClientWebSocket _socket = new();
            private readonly AutoResetEvent _answered = new(false);
            private readonly ManualResetEventSlim _slim = new();
            private event Action<byte[]>? Answer;

            public async Task<byte[]?> AskAsync(byte[] question, TimeSpan timeout, CancellationToken cancellation)
            {
                byte[]? answer = null;
                var received = new ManualResetEvent(false);
                await Task.Run(async () =>
                {
                    Answer += data =>
                    {
                        answer = data;
                        received.Set();
                    };
                    await SendAsync(question, cancellation);
                    {|WSA2004:received.WaitOne(timeout)|};
                    Answer = null;
                });
                return answer;
            }

            public async Task<bool> PingAsync(CancellationToken cancellation)
            {
                await _socket.SendAsync(new byte[1], WebSocketMessageType.Binary, true, cancellation).ConfigureAwait(false);
                return {|WSA2004:_answered.WaitOne(1000)|};
            }

            public async Task JoinAsync(CountdownEvent members, Action<Action> onMember, CancellationToken cancellation)
            {
                onMember(() => _slim.Set());
                await SendAsync(new byte[1], cancellation);
                {|WSA2004:_slim.Wait(cancellation)|};
            }

            private void Read(byte[] data)
            {
                _answered.Set();
                Answer?.Invoke(data);
            }

            private async Task SendAsync(byte[] data, CancellationToken cancellation) => await _socket.SendAsync(data, WebSocketMessageType.Text, true, cancellation);
        }
        """);

    [Fact]
    public Task Ignores_waits_that_are_for_no_answer() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Client
        {
            private readonly ClientWebSocket _socket = new();
            private readonly ManualResetEventSlim _ready = new();
            private readonly BlockingCollection<byte[]> _answers = new();

            // Before the send, at once, behind a send that nobody awaits, not an event, in a synchronous method, signalled by nobody.
            public async Task AskAsync(ManualResetEvent given, CancellationToken cancellation)
            {
                _ready.Wait(cancellation);
                await SendAsync(new byte[1], cancellation);
                if (_ready.Wait(0) || _ready.IsSet)
                    return;
                _answers.Take(cancellation);
                cancellation.WaitHandle.WaitOne(1000);
                given.WaitOne();
            }

            public async Task TellAsync(CancellationToken cancellation)
            {
                var sent = SendAsync(new byte[1], cancellation);
                _ready.Wait(cancellation);
                await sent;
            }

            public void Ask(CancellationToken cancellation)
            {
                var sent = SendAsync(new byte[1], cancellation);
                _ready.Wait(cancellation);
            }

            public async Task ReturnAsync(bool early, CancellationToken cancellation)
            {
                if (early)
                {
                    await SendAsync(new byte[1], cancellation);
                    return;
                }

                _ready.Wait(cancellation);
            }

            private void Read() => _ready.Set();

            private async Task SendAsync(byte[] data, CancellationToken cancellation) => await _socket.SendAsync(data, WebSocketMessageType.Text, true, cancellation);
        }
        """);

    [Fact]
    public Task Ignores_a_program_that_waits_for_its_end_and_a_test() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class FactAttribute : Attribute { }

        static class Program
        {
            static async Task Main()
            {
                using var socket = new ClientWebSocket();
                using var exit = new ManualResetEvent(false);
                Console.CancelKeyPress += (_, _) => exit.Set();
                await socket.ConnectAsync(new Uri("ws://localhost"), default);
                await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
                exit.WaitOne();
            }
        }

        class EchoTests
        {
            [Fact]
            public async Task Is_answered(ClientWebSocket socket, Action<Action> onAnswer)
            {
                using var answered = new ManualResetEventSlim();
                onAnswer(() => answered.Set());
                await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
                await Task.Run(() => answered.Wait(1000));
            }
        }
        """);

    [Fact]
    public Task Fixes_the_wait_for_an_answer() => Verify.FixesAsync<BlockingAnalyzer, BlockingCallCodeFix>(
        """
        class Client
        {
            private readonly ClientWebSocket _socket = new();
            private readonly AutoResetEvent _answered = new(false);

            public async Task<bool> PingAsync(CancellationToken cancellation)
            {
                await _socket.SendAsync(new byte[1], WebSocketMessageType.Binary, true, cancellation).ConfigureAwait(false);
                return {|WSA2004:_answered.WaitOne(1000)|};
            }

            private void Read() => _answered.Set();
        }
        """,
        """
        class Client
        {
            private readonly ClientWebSocket _socket = new();
            private readonly AutoResetEvent _answered = new(false);

            public async Task<bool> PingAsync(CancellationToken cancellation)
            {
                await _socket.SendAsync(new byte[1], WebSocketMessageType.Binary, true, cancellation).ConfigureAwait(false);
                return await Task.Run(() => _answered.WaitOne(1000)).ConfigureAwait(false);
            }

            private void Read() => _answered.Set();
        }
        """);

    [Fact]
    public Task Offers_no_fix_for_what_runs_elsewhere_already() => Verify.OffersNoFixAsync<BlockingAnalyzer, BlockingCallCodeFix>("""
        class Client
        {
            private readonly ClientWebSocket _socket = new();
            private readonly AutoResetEvent _answered = new(false);

            public Task PingAsync(CancellationToken cancellation) => Task.Run(async () =>
            {
                await _socket.SendAsync(new byte[1], WebSocketMessageType.Binary, true, cancellation);
                {|WSA2004:_answered.WaitOne(1000)|};
            });

            private void Read() => _answered.Set();
        }
        """);

    [Fact]
    public Task Offers_no_fix_for_references_spans_iterators_and_awaits() => Verify.OffersNoFixAsync<BlockingAnalyzer, BlockingCallCodeFix>("""
        class Session
        {
            private readonly ManualResetEventSlim _ready = new();
            private readonly BlockingCollection<int> _queue = new();

            async Task RunAsync(WebSocket socket)
            {
                await Task.Yield();
                var limit = 5;
                Wait(ref limit);
                Deal(in limit, out var late);
                {|WSA2004:_ready.Wait(await LimitAsync())|};
                foreach (var item in Items())
                    Console.WriteLine(item + late);
            }

            private void Wait(ref int limit) => {|WSA2004:_ready.Wait(limit)|};

            private void Deal(in int limit, out int late)
            {
                late = 0;
                {|WSA2004:_ready.Wait(limit)|};
            }

            private IEnumerable<int> Items()
            {
                yield return {|WSA2004:_queue.Take()|};
            }

            private static async Task<int> LimitAsync()
            {
                await Task.Yield();
                return 1;
            }
        }
        """);
}
