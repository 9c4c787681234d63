using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Testing;
using WebSocketAnalyzers.CodeFixes.Fixes.Blocking;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Blocking;

public class TaskWaitTests
{
    [Fact]
    public Task Reports_wait_on_a_send_in_a_receive_loop() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Session
        {
            private readonly ClientWebSocket _socket = new();

            async Task RunAsync()
            {
                var buffer = new byte[1024];
                while (_socket.State == WebSocketState.Open)
                {
                    var result = await _socket.ReceiveAsync(buffer, CancellationToken.None);
                    {|WSA2001:_socket.SendAsync(new ArraySegment<byte>(buffer, 0, result.Count), result.MessageType, true, CancellationToken.None).Wait()|};
                }
            }
        }
        """);

    [Fact]
    public Task Reports_result_of_a_task_and_of_a_value_task() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Session
        {
            async Task<int> RunAsync(WebSocket socket, Task<int> count, ValueTask<int> other)
            {
                await Task.Yield();
                return {|WSA2001:count.Result|} + {|WSA2001:other.Result|};
            }
        }
        """);

    [Fact]
    public Task Reports_get_result_of_every_awaiter() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Session
        {
            async Task RunAsync(WebSocket socket, Task work, Task<int> count, ValueTask value)
            {
                await Task.Yield();
                {|WSA2001:work.GetAwaiter().GetResult()|};
                _ = {|WSA2001:count.ConfigureAwait(false).GetAwaiter().GetResult()|};
                {|WSA2001:value.GetAwaiter().GetResult()|};
            }
        }
        """);

    [Fact]
    public Task Reports_waiting_for_several_tasks() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Session
        {
            async Task RunAsync(WebSocket socket, Task[] work)
            {
                await Task.Yield();
                {|WSA2001:Task.WaitAny(work)|};
                {|WSA2001:Task.WaitAll(work)|};
            }
        }
        """);

    [Fact]
    public Task Reports_wait_behind_conditional_access() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Session
        {
            private Task? _writer;

            async Task RunAsync(WebSocket socket)
            {
                await Task.Yield();
                _writer?{|WSA2001:.Wait()|};
            }
        }
        """);

    [Fact]
    public Task Reports_wait_in_a_private_helper_of_the_handler() => Verify.ReportsAsync<BlockingAnalyzer>("""
        partial class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public async Task RunAsync()
            {
                var buffer = new byte[1024];
                while (true)
                {
                    await socket.ReceiveAsync(buffer, default);
                    Reply();
                }
            }
        }

        partial class Session
        {
            void Reply() => {|WSA2001:socket.SendAsync(Array.Empty<byte>(), WebSocketMessageType.Text, true, default).GetAwaiter().GetResult()|};
        }
        """);

    [Fact]
    public Task Reports_in_a_hub_method() => Verify.ReportsAsync<BlockingAnalyzer>("""
        using Microsoft.AspNetCore.SignalR;

        class Chat : Hub
        {
            public string Say(string text)
            {
                {|WSA2001:Clients.All.SendAsync("said", text).Wait()|};
                return text;
            }
        }
        """);

    [Fact]
    public Task Reports_in_a_top_level_program() => Verify.ReportsAsync<BlockingAnalyzer>("""
        // top-level
        using Microsoft.AspNetCore.Builder;

        var app = WebApplication.CreateBuilder(args).Build();
        app.Map("/ws", async (Microsoft.AspNetCore.Http.HttpContext context) =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            {|WSA2001:socket.SendAsync(Array.Empty<byte>(), WebSocketMessageType.Text, true, default).Wait()|};
        });
        app.Run();
        """);

    [Fact]
    public Task Reports_in_a_local_function_that_the_handler_calls() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Server
        {
            async Task AcceptAsync(TcpListener listener)
            {
                while (true)
                {
                    using var client = await listener.AcceptTcpClientAsync();
                    Greet(client.GetStream());
                }

                static void Greet(NetworkStream stream) => {|WSA2001:stream.WriteAsync(new byte[1], 0, 1).Wait()|};
            }
        }
        """);

    [Fact]
    public Task Reports_in_a_lambda_that_runs_in_place() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Room
        {
            private readonly List<WebSocket> _sockets = new();

            async Task BroadcastAsync(WebSocket sender, byte[] text)
            {
                await Task.Yield();
                _sockets.ForEach(socket => {|WSA2001:socket.SendAsync(text, WebSocketMessageType.Text, true, default).Wait()|});
            }
        }
        """);

    [Fact]
    public Task Reports_the_wait_but_not_the_result_after_it() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Session
        {
            async Task<int> RunAsync(WebSocket socket, Task<int> count)
            {
                await Task.Yield();
                {|WSA2001:count.Wait()|};
                return count.Result;
            }
        }
        """);

    [Fact]
    public Task Reports_a_task_that_was_replaced_after_it_was_awaited() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Session
        {
            async Task<int> RunAsync(WebSocket socket, Func<Task<int>> next)
            {
                var count = next();
                await count;
                count = next();
                return {|WSA2001:count.Result|};
            }
        }
        """);

    [Fact]
    public Task Reports_another_task_than_the_awaited_one() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Session
        {
            async Task<int> RunAsync(WebSocket socket, Task<int> first, Task<int> second)
            {
                await first;
                return first.Result + {|WSA2001:second.Result|};
            }
        }
        """);

    [Fact]
    public Task Reports_a_generic_handler() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Reader<T> where T : WebSocket
        {
            private readonly Stream log;
            public Reader(Stream log) => this.log = log;

            public async Task ReadAsync(T socket)
            {
                await Task.Yield();
                {|WSA2001:log.FlushAsync().Wait()|};
            }
        }
        """);

    [Fact]
    public Task Reports_the_evidence() => new Verify.Test<BlockingAnalyzer, EmptyCodeFixProvider>("""
        class Session
        {
            async Task {|#1:RunAsync|}(WebSocket socket, Task work)
            {
                await Task.Yield();
                {|#0:work.Wait()|};
            }
        }
        """)
    {
        ExpectedDiagnostics =
        {
            new DiagnosticResult(WebSocketAnalyzers.Rules.Blocking.TaskWaitRule.Descriptor).WithLocation(0).WithLocation(1)
                .WithMessage("'Task.Wait' blocks the thread of a connection: 'Session.RunAsync' (Test0.cs:3) runs for the connection in its parameter 'socket'; await the task"),
        },
    }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Ignores_code_that_serves_no_connection() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Import
        {
            async Task<int> RunAsync(Task<int> count)
            {
                await Task.Yield();
                count.Wait();
                return count.Result;
            }

            static void Main() => new Import().RunAsync(Task.FromResult(1)).Wait();
        }
        """);

    [Fact]
    public Task Ignores_a_task_that_was_awaited() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Session
        {
            private Task<int> _last = Task.FromResult(0);

            async Task<int> RunAsync(WebSocket socket, Task<int> count)
            {
                await count.ConfigureAwait(false);
                await _last;
                return count.Result + this._last.Result;
            }
        }
        """);

    [Fact]
    public Task Ignores_the_results_after_when_all() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Session
        {
            async Task<int> RunAsync(WebSocket socket, Task<int> a, Task<int> b, Task<int>[] more, List<Task<int>> list, Dictionary<string, Task<int>> named)
            {
                await Task.WhenAll(a, b);
                await Task.WhenAll(more);
                await Task.WhenAll(list);
                await Task.WhenAll(named.Values);
                var sum = a.Result + b.Result + more[0].Result + list[0].Result + named["x"].Result + more.First().Result;
                foreach (var one in more)
                    sum += one.Result;
                for (var i = 0; i < list.Count; i++)
                    sum += list[i].Result;
                foreach (var (_, one) in named)
                    sum += one.Result;
                return sum + list.Select(one => one.Result).Sum() + list.Sum(one => one.Result);
            }
        }
        """);

    [Fact]
    public Task Ignores_a_result_behind_a_completion_check() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Session
        {
            async Task<int> RunAsync(WebSocket socket, Task<int> a, ValueTask<int> b, Task<int> c, Task<int> d, Task<int> e, Task<int> f, Task<int> g)
            {
                var sum = a.IsCompletedSuccessfully ? a.Result : await a;
                sum += b.IsCompleted ? b.Result : await b.AsTask();
                if (c.Status == TaskStatus.RanToCompletion)
                    sum += c.Result;
                if (!d.IsCompleted)
                    return sum;
                sum += d.Result;
                while (!e.IsCompleted)
                    await Task.Yield();
                sum += e.GetAwaiter().GetResult();
                if (f is { IsCompletedSuccessfully: true, Result: var value })
                    sum += value;
                return g.IsCompleted && g.Result > 0 ? sum : 0;
            }
        }
        """);

    [Fact]
    public Task Ignores_completion_checks_in_switches() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Session
        {
            async Task<int> RunAsync(WebSocket socket, Task<int> a, Task<int> b)
            {
                await Task.Yield();
                switch (a.Status)
                {
                    case TaskStatus.RanToCompletion:
                        return a.Result;
                    case TaskStatus.Faulted:
                        return -1;
                }

                return b.Status switch
                {
                    TaskStatus.RanToCompletion => b.Result,
                    _ => 0,
                };
            }
        }
        """);

    [Fact]
    public Task Ignores_the_winner_of_when_any() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Session
        {
            async Task<int> RunAsync(WebSocket socket, Task<int> a, Task<int> b, CancellationToken cancellation)
            {
                var first = await Task.WhenAny(a, b);
                if (await Task.WhenAny(a, Task.Delay(10, cancellation)) == a)
                    return a.Result;
                return first.Result + (await Task.WhenAny(a, b)).Result;
            }
        }
        """);

    [Fact]
    public Task Ignores_the_antecedent_of_a_continuation() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Session
        {
            async Task RunAsync(WebSocket socket, Task<int> work)
            {
                await work.ContinueWith(done => done.Result + 1);
                await work.ContinueWith(delegate(Task<int> done) { return done.GetAwaiter().GetResult(); }, TaskScheduler.Default);
                await Task.Factory.ContinueWhenAll(new[] { work }, all => all[0].Result);
            }
        }
        """);

    [Fact]
    public Task Ignores_questions_with_a_zero_timeout() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Session
        {
            const int Now = 0;

            async Task<bool> RunAsync(WebSocket socket, Task work)
            {
                await Task.Yield();
                return work.Wait(0) || work.Wait(Now) || work.Wait(TimeSpan.Zero) || work.Wait(default(TimeSpan)) || Task.WaitAll(new[] { work }, 0)
                    || work.Wait(millisecondsTimeout: 0) || work.Wait(TimeSpan.FromSeconds(0)) || work.Wait(new TimeSpan());
            }
        }
        """);

    [Fact]
    public Task Ignores_offloaded_code() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Session
        {
            async Task RunAsync(WebSocket socket, Task<int> work)
            {
                await Task.Run(() => work.Wait());
                await Task.Factory.StartNew(() => work.Result, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                new Thread(() => work.Wait()).Start();
                ThreadPool.QueueUserWorkItem(_ => work.Wait());
                await Task.Run(Local);

                void Local() => work.Wait();
            }
        }
        """);

    [Fact]
    public Task Ignores_members_of_the_same_name() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        namespace Own
        {
            class Task<T>
            {
                public T Result => default!;
                public void Wait() { }
                public Awaiter GetAwaiter() => new();
            }

            class Awaiter
            {
                public void GetResult() { }
            }
        }

        class Answer
        {
            public string Result { get; set; } = "";
        }

        class Session
        {
            async Task RunAsync(WebSocket socket, Own.Task<int> task, Answer answer)
            {
                await Task.Yield();
                task.Wait();
                _ = task.Result;
                task.GetAwaiter().GetResult();
                _ = answer.Result;
            }
        }
        """);

    [Fact]
    public Task Ignores_the_results_of_finished_tasks() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Session
        {
            async Task<int> RunAsync(WebSocket socket)
            {
                await Task.Yield();
                Task.CompletedTask.Wait();
                var known = Task.FromResult(1);
                return Task.FromResult(1).Result + new ValueTask<int>(1).Result + known.Result;
            }
        }
        """);

    [Fact]
    public Task Ignores_names_and_writes() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Session
        {
            async Task<string> RunAsync(WebSocket socket, Task<int> work)
            {
                await Task.Yield();
                return nameof(work.Result) + nameof(Task.Wait);
            }
        }
        """);

    [Fact]
    public Task Ignores_what_runs_before_and_after_an_accept_loop() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Server
        {
            async Task RunAsync(Func<Task<int>> port, CancellationToken stopping)
            {
                var listener = new TcpListener(IPAddress.Any, port().Result);
                Prepare();
                while (!stopping.IsCancellationRequested)
                    _ = HandleAsync(await listener.AcceptTcpClientAsync(stopping));
                Task.Delay(100).Wait();
            }

            static void Prepare() => Task.Delay(100).Wait();

            static async Task HandleAsync(TcpClient client)
            {
                using (client)
                    await Task.Yield();
            }
        }
        """);

    [Fact]
    public Task Ignores_an_awaiter_that_calls_back() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Session
        {
            async Task RunAsync(WebSocket socket, Task<int> work)
            {
                await Task.Yield();
                var awaiter = work.GetAwaiter();
                if (awaiter.IsCompleted)
                    Console.WriteLine(awaiter.GetResult());
                else
                    awaiter.OnCompleted(() => Console.WriteLine(awaiter.GetResult()));
            }
        }
        """);

    [Fact]
    public Task Ignores_lambdas_that_are_handed_to_somebody_else() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Session
        {
            private Func<int>? _count;

            async Task RunAsync(WebSocket socket, Task<int> work, Lazy<Task<int>> later)
            {
                await Task.Yield();
                _count = () => work.Result;
                AppDomain.CurrentDomain.ProcessExit += (_, _) => later.Value.Wait();
            }
        }
        """);

    [Fact]
    public Task Ignores_a_task_that_was_awaited_whatever_came_of_it() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Session
        {
            async Task<int> RunAsync(WebSocket socket, Task<int> work, CancellationToken cancellation)
            {
                try
                {
                    await work.WaitAsync(cancellation);
                }
                catch (OperationCanceledException)
                {
                    return 0;
                }

                return work.Result;
            }
        }
        """);

    [Fact]
    public Task Ignores_half_typed_code() => new Verify.Test<BlockingAnalyzer, EmptyCodeFixProvider>("""
        class Session
        {
            async Task RunAsync(WebSocket socket, Task<int> work)
            {
                if (work is { Result
                unknown.Wait();
                Task.WaitAll(,
                work.
        """)
    { CompilerDiagnostics = CompilerDiagnostics.None }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Fixes_a_helper_and_its_callers() => Verify.FixesAsync<BlockingAnalyzer, TaskWaitCodeFix>(
        """
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public async Task RunAsync()
            {
                var buffer = new byte[1024];
                while (true)
                {
                    await socket.ReceiveAsync(buffer, default);
                    if (Reply(buffer) > 0)
                        break;
                }
            }

            private int Reply(byte[] text)
            {
                // The peer waits for this.
                {|WSA2001:socket.SendAsync(text, WebSocketMessageType.Text, true, default).Wait()|}; // once
                return text.Length;
            }
        }
        """,
        """
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public async Task RunAsync()
            {
                var buffer = new byte[1024];
                while (true)
                {
                    await socket.ReceiveAsync(buffer, default);
                    if (await Reply(buffer) > 0)
                        break;
                }
            }

            private async Task<int> Reply(byte[] text)
            {
                // The peer waits for this.
                await socket.SendAsync(text, WebSocketMessageType.Text, true, default); // once
                return text.Length;
            }
        }
        """);

    [Fact]
    public Task FixesAll_keeping_configure_await() => Verify.FixesAsync<BlockingAnalyzer, TaskWaitCodeFix>(
        """
        class Session
        {
            async Task<int> RunAsync(WebSocket socket, Task work, Task more, Task<int> count, ValueTask<int> other)
            {
                {|WSA2001:work.ConfigureAwait(false).GetAwaiter().GetResult()|};
                {|WSA2001:more.GetAwaiter().GetResult()|};
                await Task.Delay(1).ConfigureAwait(false);
                return {|WSA2001:count.Result|} + {|WSA2001:other.Result|};
            }
        }
        """,
        """
        class Session
        {
            async Task<int> RunAsync(WebSocket socket, Task work, Task more, Task<int> count, ValueTask<int> other)
            {
                await work.ConfigureAwait(false);
                await more.ConfigureAwait(false);
                await Task.Delay(1).ConfigureAwait(false);
                return await count.ConfigureAwait(false) + await other.ConfigureAwait(false);
            }
        }
        """);

    [Fact]
    public Task FixesAll_waits_for_several_tasks() => Verify.FixesAsync<BlockingAnalyzer, TaskWaitCodeFix>(
        """
        class Session
        {
            async Task RunAsync(WebSocket socket, Task[] work, Task one, Task two, CancellationToken cancellation)
            {
                await Task.Yield();
                {|WSA2001:Task.WaitAll(work)|};
                {|WSA2001:Task.WaitAll(work, cancellation)|};
                {|WSA2001:Task.WaitAny(one, work[0])|};
                {|WSA2001:two.Wait(cancellation)|};
            }
        }
        """,
        """
        class Session
        {
            async Task RunAsync(WebSocket socket, Task[] work, Task one, Task two, CancellationToken cancellation)
            {
                await Task.Yield();
                await Task.WhenAll(work);
                await Task.WhenAll(work).WaitAsync(cancellation);
                await Task.WhenAny(one, work[0]);
                await two.WaitAsync(cancellation);
            }
        }
        """);

    [Fact]
    public Task FixesAll_nested_and_conditional_uses() => Verify.FixesAsync<BlockingAnalyzer, TaskWaitCodeFix>(
        """
        class Session
        {
            private Task? _writer;

            static Task<int> Next(int value) => Task.FromResult(value);

            async Task<string> RunAsync(WebSocket socket)
            {
                await Task.Yield();
                _writer?{|WSA2001:.Wait()|};
                var text = {|WSA2001:Next({|WSA2001:Next(1).Result|}).Result|}.ToString();
        #if !DEBUG
                {|WSA2001:Next(2).Wait()|};
        #endif
                {|WSA2001:Next(3).Wait()|};
                return text;
            }
        }
        """,
        """
        class Session
        {
            private Task? _writer;

            static Task<int> Next(int value) => Task.FromResult(value);

            async Task<string> RunAsync(WebSocket socket)
            {
                await Task.Yield();
                await (_writer ?? Task.CompletedTask);
                var text = (await Next(await Next(1))).ToString();
        #if !DEBUG
                await Next(2);
        #endif
                await Next(3);
                return text;
            }
        }
        """);

    [Fact]
    public Task Fixes_a_hub_method_without_renaming_it() => Verify.FixesAsync<BlockingAnalyzer, TaskWaitCodeFix>(
        """
        using Microsoft.AspNetCore.SignalR;

        class Chat : Hub
        {
            public string Say(string text)
            {
                {|WSA2001:Clients.All.SendAsync("said", text).Wait()|};
                return text;
            }
        }
        """,
        """
        using Microsoft.AspNetCore.SignalR;

        class Chat : Hub
        {
            public async Task<string> Say(string text)
            {
                await Clients.All.SendAsync("said", text);
                return text;
            }
        }
        """);

    [Fact]
    public Task Fixes_a_top_level_program() => Verify.FixesAsync<BlockingAnalyzer, TaskWaitCodeFix>(
        """
        // top-level
        using var client = new TcpClient();
        await client.ConnectAsync("localhost", 7000);
        var stream = client.GetStream();
        var buffer = new byte[10];
        while (true)
        {
            if (await stream.ReadAsync(buffer, 0, 10) == 0)
                break;
            {|WSA2001:stream.WriteAsync(buffer, 0, 10).Wait()|};
        }
        """,
        """
        // top-level
        using var client = new TcpClient();
        await client.ConnectAsync("localhost", 7000);
        var stream = client.GetStream();
        var buffer = new byte[10];
        while (true)
        {
            if (await stream.ReadAsync(buffer, 0, 10) == 0)
                break;
            await stream.WriteAsync(buffer, 0, 10);
        }
        """);

    [Fact]
    public Task Offers_no_fix_in_a_void_override_of_a_library()
    {
        const string Source = """
            class Echo : WebSocketSharp.Server.WebSocketBehavior
            {
                private readonly Task ready;
                public Echo(Task ready) => this.ready = ready;

                protected override void OnMessage(WebSocketSharp.MessageEventArgs e) => {|WSA2001:ready.Wait()|};
            }
            """;
        var test = new Verify.Test<BlockingAnalyzer, TaskWaitCodeFix>(Source);
        test.TestState.AdditionalReferences.Add(WebSocketSharp());
        test.AddFixed(Source, null);
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    private static MetadataReference WebSocketSharp()
    {
        using var image = new MemoryStream();
        var emitted = Verify.Compile("""
            namespace WebSocketSharp
            {
                public class MessageEventArgs : EventArgs { }
            }

            namespace WebSocketSharp.Server
            {
                public abstract class WebSocketBehavior
                {
                    protected virtual void OnMessage(MessageEventArgs e) { }
                }
            }
            """).WithAssemblyName("websocket-sharp").Emit(image);
        Assert.True(emitted.Success, string.Join(", ", emitted.Diagnostics));
        return MetadataReference.CreateFromImage(image.ToArray());
    }

    [Fact]
    public Task Offers_no_fix_under_a_lock() => Verify.OffersNoFixAsync<BlockingAnalyzer, TaskWaitCodeFix>("""
        class Session
        {
            private readonly object _gate = new();

            async Task RunAsync(WebSocket socket, Task work)
            {
                await Task.Yield();
                lock (_gate)
                {
                    {|WSA2001:work.Wait()|};
                }
            }
        }
        """);

    [Fact]
    public Task Offers_no_fix_in_a_query() => Verify.OffersNoFixAsync<BlockingAnalyzer, TaskWaitCodeFix>("""
        class Session
        {
            async Task<List<int>> RunAsync(WebSocket socket, List<Task<int>> work)
            {
                await Task.Yield();
                return (from one in work select {|WSA2001:one.Result|}).ToList();
            }
        }
        """);

    [Fact]
    public Task Offers_no_fix_for_a_lambda_that_must_return_nothing() => Verify.OffersNoFixAsync<BlockingAnalyzer, TaskWaitCodeFix>("""
        class Session
        {
            async Task RunAsync(WebSocket socket, List<Task> work)
            {
                await Task.Yield();
                work.ForEach(one => {|WSA2001:one.Wait()|});
            }
        }
        """);

    [Fact]
    public Task Offers_no_fix_where_the_answer_is_used() => Verify.OffersNoFixAsync<BlockingAnalyzer, TaskWaitCodeFix>("""
        class Session
        {
            async Task<int> RunAsync(WebSocket socket, Task work, Task[] all)
            {
                await Task.Yield();
                if ({|WSA2001:work.Wait(1000)|})
                    return 0;
                return {|WSA2001:Task.WaitAny(all)|};
            }
        }
        """);

    [Fact]
    public Task Offers_no_fix_where_the_aggregate_is_caught() => Verify.OffersNoFixAsync<BlockingAnalyzer, TaskWaitCodeFix>("""
        class Session
        {
            async Task RunAsync(WebSocket socket, Task work)
            {
                await Task.Yield();
                try
                {
                    {|WSA2001:work.Wait()|};
                }
                catch (AggregateException)
                {
                }
            }
        }
        """);

    [Fact]
    public Task Reports_the_wait_for_an_answer_wherever_it_runs() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Client
        {
            private readonly NetworkStream _stream;
            private readonly ConcurrentDictionary<int, TaskCompletionSource<string>> _pending = new();
            private int _next;
            public Client(NetworkStream stream) => _stream = stream;

            internal string Ask(byte[] question, TimeSpan timeout)
            {
                var answer = new TaskCompletionSource<string>();
                _pending[Interlocked.Increment(ref _next)] = answer;
                _stream.Write(question, 0, question.Length);
                {|WSA2001:answer.Task.Wait(timeout)|};
                if (answer.Task.IsCanceled)
                    throw new OperationCanceledException();
                return {|WSA2001:answer.Task.Result|};
            }

            internal string AskToo(byte[] question)
            {
                var answer = new TaskCompletionSource<string>();
                var task = answer.Task;
                _pending.TryAdd(Interlocked.Increment(ref _next), answer);
                _stream.Write(question, 0, question.Length);
                return {|WSA2001:task.ConfigureAwait(false).GetAwaiter().GetResult()|};
            }

            private void Read(int id, string text)
            {
                if (_pending.TryRemove(id, out var answer))
                    answer.TrySetResult(text);
            }
        }
        """);

    [Fact]
    public Task Ignores_sources_that_nothing_was_sent_for_or_that_are_complete() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Client
        {
            private readonly NetworkStream _stream;
            private readonly List<TaskCompletionSource<string>> _pending = new();
            public Client(NetworkStream stream) => _stream = stream;

            internal string Before(byte[] question)
            {
                var answer = new TaskCompletionSource<string>();
                _pending.Add(answer);
                var text = answer.Task.Result;
                _stream.Write(question, 0, question.Length);
                return text;
            }

            internal string Other(Action<TaskCompletionSource<string>> ask)
            {
                var answer = new TaskCompletionSource<string>();
                ask(answer);
                return answer.Task.Result;
            }

            internal string Own(byte[] question)
            {
                var answer = new TaskCompletionSource<string>();
                _stream.Write(question, 0, question.Length);
                answer.SetResult("");
                return answer.Task.Result;
            }

            internal string? Guarded(byte[] question)
            {
                var answer = new TaskCompletionSource<string>();
                _pending.Add(answer);
                _stream.Write(question, 0, question.Length);
                if (!answer.Task.Wait(0) || !answer.Task.IsCompletedSuccessfully)
                    return null;
                return answer.Task.Result;
            }

            internal async Task<string> Awaited(byte[] question)
            {
                var answer = new TaskCompletionSource<string>();
                _pending.Add(answer);
                await _stream.WriteAsync(question);
                await Task.WhenAny(answer.Task, Task.Delay(1000));
                return answer.Task.Result;
            }
        }
        """);

    [Fact]
    public Task Fixes_the_wait_for_an_answer() => Verify.FixesAsync<BlockingAnalyzer, TaskWaitCodeFix>(
        """
        class Client
        {
            private readonly NetworkStream _stream;
            private readonly List<TaskCompletionSource<string>> _pending = new();
            public Client(NetworkStream stream) => _stream = stream;

            internal string Ask(byte[] question)
            {
                var answer = new TaskCompletionSource<string>();
                _pending.Add(answer);
                _stream.Write(question, 0, question.Length);
                return {|WSA2001:answer.Task.Result|}; // the peer's
            }
        }
        """,
        """
        class Client
        {
            private readonly NetworkStream _stream;
            private readonly List<TaskCompletionSource<string>> _pending = new();
            public Client(NetworkStream stream) => _stream = stream;

            internal async Task<string> Ask(byte[] question)
            {
                var answer = new TaskCompletionSource<string>();
                _pending.Add(answer);
                _stream.Write(question, 0, question.Length);
                return await answer.Task; // the peer's
            }
        }
        """);
}
