using WebSocketAnalyzers.CodeFixes.Fixes.Sending;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Sending;

public class BackgroundSendTests
{
    [Fact]
    public Task Reports_work_on_the_thread_pool_in_every_form_of_dropping() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public void Push(byte[] data, CancellationToken stopping)
            {
                {|WSA4003:Task.Run(() => socket.SendAsync(data, WebSocketMessageType.Text, true, stopping))|};
                _ = {|WSA4003:Task.Run(async () => await socket.SendAsync(data, WebSocketMessageType.Text, true, stopping), stopping)|};
                var sending = {|WSA4003:Task.Run(async () => { await socket.SendAsync(data.AsMemory(), WebSocketMessageType.Text, true, stopping); })|};
                {|WSA4003:Task.Run(() => socket.SendAsync(data, WebSocketMessageType.Text, true, stopping).Wait())|}.ConfigureAwait(false);
                {|WSA4003:Task.Run(() => socket.SendAsync(data, WebSocketMessageType.Text, true, stopping).GetAwaiter().GetResult())|};
            }
        }
        """);

    [Fact]
    public Task Reports_StartNew_and_continuations() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public void Push(Task<byte[]> data)
            {
                {|WSA4003:Task.Factory.StartNew(() => socket.SendAsync(data.Result, WebSocketMessageType.Text, true, default).Wait())|};
                {|WSA4003:data.ContinueWith(ready => socket.SendAsync(ready.Result, WebSocketMessageType.Text, true, default))|};
                {|WSA4003:data.ContinueWith(async ready => await socket.SendAsync(await ready, WebSocketMessageType.Text, true, default), TaskScheduler.Default)|};
                _ = {|WSA4003:Task.Delay(1000).ContinueWith(_ => socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default))|}.Unwrap();
                {|WSA4003:Task.Factory.StartNew(async () => await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default))|}.Unwrap();
            }
        }
        """);

    [Fact]
    public Task Reports_through_methods_interfaces_and_bases() => Verify.ReportsAsync<SendingAnalyzer>("""
        interface INotifier
        {
            ValueTask NotifyAsync(string text);
        }

        abstract class Sender
        {
            protected WebSocket Socket;
            protected Sender(WebSocket socket) => Socket = socket;
            protected virtual async Task<bool> SendAsync(string text)
            {
                await Socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, default).ConfigureAwait(false);
                return true;
            }
        }

        sealed class Notifier : Sender, INotifier
        {
            public Notifier(WebSocket socket) : base(socket) { }
            public async ValueTask NotifyAsync(string text) => await base.SendAsync(text).ConfigureAwait(false);
        }

        class Prices
        {
            private readonly INotifier notifier;
            public Prices(INotifier notifier) => this.notifier = notifier;

            public void Changed(decimal price)
            {
                {|WSA4003:Task.Run(() => notifier.NotifyAsync(price.ToString()).AsTask())|};
                {|WSA4003:Task.Run(Announce)|};
            }

            private async Task Announce() => await notifier.NotifyAsync("changed");
        }
        """);

    [Fact]
    public Task Reports_synchronous_sends_on_sockets() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            public void Push(Socket socket, byte[] data) => {|WSA4003:Task.Run(() => socket.Send(data))|};
        }
        """);

    [Fact]
    public Task Reports_work_items_that_start_a_send() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            private async Task PushAsync(byte[] data) => await socket.SendAsync(data, WebSocketMessageType.Text, true, default);

            public void Push(byte[] data)
            {
                {|WSA4003:ThreadPool.QueueUserWorkItem(_ => socket.SendAsync(data, WebSocketMessageType.Text, true, default))|};
                {|WSA4003:ThreadPool.QueueUserWorkItem(state => { PushAsync((byte[])state!); }, data)|};
                {|WSA4003:ThreadPool.UnsafeQueueUserWorkItem(_ => PushAsync(data), null)|};
            }
        }
        """);

    [Fact]
    public Task Reports_a_guard_that_does_not_see_the_failure() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            public void Push(WebSocket socket, byte[] data)
            {
                _ = {|WSA4003:Task.Run(async () =>
                {
                    try
                    {
                        await socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                    }
                    catch (TimeoutException)
                    {
                    }
                })|};
                _ = {|WSA4003:Task.Run(async () =>
                {
                    try
                    {
                        await socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                    }
                    catch
                    {
                        throw;
                    }
                })|};
            }
        }
        """);

    [Fact]
    public Task Reports_in_top_level_programs() => Verify.ReportsAsync<SendingAnalyzer>("""
        // top-level
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri("ws://localhost"), default);
        {|WSA4003:Task.Run(Hello)|};
        Console.ReadLine();

        Task Hello() => socket.SendAsync(new byte[] { 1 }, WebSocketMessageType.Binary, true, default);
        """);

    [Fact]
    public Task Ignores_tasks_that_somebody_looks_at() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket socket;
            private Task sending = Task.CompletedTask;
            private readonly List<Task> pending = new();
            public Session(WebSocket socket) => this.socket = socket;

            public async Task<Task> PushAsync(byte[] data)
            {
                await Task.Run(() => socket.SendAsync(data, WebSocketMessageType.Text, true, default));
                sending = Task.Run(() => socket.SendAsync(data, WebSocketMessageType.Text, true, default));
                pending.Add(Task.Run(() => socket.SendAsync(data, WebSocketMessageType.Text, true, default)));
                Task.Run(() => socket.SendAsync(data, WebSocketMessageType.Text, true, default)).Wait();
                Task.Run(() => socket.SendAsync(data, WebSocketMessageType.Text, true, default)).ContinueWith(task => Console.Error.WriteLine(task.Exception), TaskContinuationOptions.OnlyOnFaulted);
                var later = Task.Run(() => socket.SendAsync(data, WebSocketMessageType.Text, true, default));
                await Task.WhenAll(pending.Append(sending).Append(later));
                return Task.Run(() => socket.SendAsync(data, WebSocketMessageType.Text, true, default));
            }
        }
        """);

    [Fact]
    public Task Reports_helpers_that_throw_the_task_away() => Verify.ReportsAsync<SendingAnalyzer>("""
        static class Tasks
        {
            public static void Forget(this Task task)
            {
            }
        }

        class Session
        {
            public void Push(WebSocket socket, byte[] data) => {|WSA4003:Task.Run(() => socket.SendAsync(data, WebSocketMessageType.Text, true, default))|}.Forget();
        }
        """);

    [Fact]
    public Task Ignores_helpers_that_are_given_the_task() => Verify.IgnoresAsync<SendingAnalyzer>("""
        static class Tasks
        {
            public static async void Forget(this Task task)
            {
                try
                {
                    await task;
                }
                catch (Exception e)
                {
                    Console.Error.WriteLine(e);
                }
            }
        }

        class Session
        {
            public void Push(WebSocket socket, byte[] data) => Task.Run(() => socket.SendAsync(data, WebSocketMessageType.Text, true, default)).Forget();
        }
        """);

    [Fact]
    public Task Ignores_work_that_sees_its_failures() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public void Push(byte[] data, CancellationToken stopping)
            {
                Task.Run(async () =>
                {
                    Console.WriteLine("sending");
                    try
                    {
                        await socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                    }
                    catch (Exception e)
                    {
                        Console.Error.WriteLine(e);
                        throw;
                    }

                    Console.WriteLine("sent");
                });
                _ = Task.Run(async () =>
                {
                    try
                    {
                        await socket.SendAsync(data, WebSocketMessageType.Text, true, stopping);
                    }
                    catch (Exception e) when (e is not OperationCanceledException)
                    {
                        socket.Abort();
                    }
                });
                _ = Task.Run(async () =>
                {
                    try
                    {
                        await socket.SendAsync(data, WebSocketMessageType.Text, true, stopping);
                    }
                    catch (OperationCanceledException)
                    {
                    }
                    catch (WebSocketException e)
                    {
                        Console.Error.WriteLine(e);
                    }
                });
                Task.Run(() => GuardedAsync(data));
                Task.Run(() => Guarded(data));
                ThreadPool.QueueUserWorkItem(_ => GuardedAsync(data));
            }

            private async Task GuardedAsync(byte[] data)
            {
                try
                {
                    await socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                }
                catch
                {
                    socket.Abort();
                }
            }

            private void Guarded(byte[] data)
            {
                try
                {
                    socket.SendAsync(data, WebSocketMessageType.Text, true, default).Wait();
                }
                catch (Exception e)
                {
                    Console.Error.WriteLine(e);
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_work_that_tells_its_end_otherwise() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            public async Task PushAsync(WebSocket socket, byte[] data)
            {
                var sent = new TaskCompletionSource();
                _ = Task.Run(async () =>
                {
                    await socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                    sent.SetResult();
                });
                await sent.Task;
            }
        }
        """);

    [Fact]
    public Task Ignores_work_that_waits_for_the_loop_it_is_started_from() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket socket;
            private Task loop = Task.CompletedTask;
            public Session(WebSocket socket) => this.socket = socket;

            public void Start() => loop = RunAsync();

            private async Task RunAsync()
            {
                var buffer = new byte[1024];
                while ((await socket.ReceiveAsync(buffer, default)).MessageType != WebSocketMessageType.Close)
                {
                    if (buffer[0] == 0)
                        _ = Task.Run(() => StopAsync());
                }
            }

            public async Task StopAsync()
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
                await loop;
            }
        }
        """);

    [Fact]
    public Task Ignores_work_without_a_send_and_what_is_called_alike() => Verify.IgnoresAsync<SendingAnalyzer>("""
        namespace Lookalikes
        {
            class Task
            {
                public static Task Run(Func<System.Threading.Tasks.Task> work) => new();
            }

            class WebSocket
            {
                public System.Threading.Tasks.Task SendAsync(byte[] data) => System.Threading.Tasks.Task.CompletedTask;
            }

            class Mailer
            {
                public void Push(WebSocket socket, System.Net.WebSockets.WebSocket real, byte[] data)
                {
                    System.Threading.Tasks.Task.Run(() => socket.SendAsync(data));
                    Task.Run(() => real.SendAsync(data, WebSocketMessageType.Text, true, default));
                    System.Threading.Tasks.Task.Run(() => File.WriteAllBytesAsync("log", data));
                    System.Threading.Tasks.Task.Run(() => Console.WriteLine(real.State));
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_what_other_rules_report() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public void Push(byte[] data)
            {
                // WSA4001, at the send; WSA4004; WSA4013
                Task.Run(() => { socket.SendAsync(data, WebSocketMessageType.Text, true, default); });
                ThreadPool.QueueUserWorkItem(async _ => await socket.SendAsync(data, WebSocketMessageType.Text, true, default));
                Task.Run(() => Later(data));
                Task.Run(HeartbeatAsync);
            }

            private async void Later(byte[] data) => await socket.SendAsync(data, WebSocketMessageType.Text, true, default);

            private async Task HeartbeatAsync()
            {
                while (true)
                {
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Binary, true, default);
                    await Task.Delay(1000);
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_recursion_and_half_typed_code()
    {
        const string source = """
            class Session
            {
                public void Push(WebSocket socket, byte[] data)
                {
                    Task.Run(() => Again(socket, 3));
                    Task.Run({|CS1503:socket|});
                    ThreadPool.QueueUserWorkItem({|CS1503:data|});
                    {|CS0103:Missing|}.Run(() => socket.SendAsync(data, WebSocketMessageType.Text, true, default));
                }

                private async Task Again(WebSocket socket, int depth)
                {
                    if (depth > 0)
                        await Again(socket, depth - 1);
                }
            }
            """;
        return Verify.IgnoresAsync<SendingAnalyzer>(source);
    }

    [Fact]
    public Task Fixes_by_awaiting_the_work() => Verify.FixesAsync<SendingAnalyzer, BackgroundSendCodeFix>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public async Task PushAsync(byte[] data, CancellationToken stopping)
            {
                // first
                {|WSA4003:Task.Run(() => socket.SendAsync(data, WebSocketMessageType.Text, true, stopping))|}; // in order
                _ = {|WSA4003:Task.Run(async () => await socket.SendAsync(data, WebSocketMessageType.Text, true, stopping), stopping)|};
                {|WSA4003:Task.Factory.StartNew(() => socket.SendAsync(data, WebSocketMessageType.Text, true, stopping).Wait(), stopping)|};
                _ = {|WSA4003:Task.Factory.StartNew(() => socket.SendAsync(data, WebSocketMessageType.Text, true, stopping), stopping)|}.Unwrap();
                var sending = {|WSA4003:Task.Run(() => socket.SendAsync(data, WebSocketMessageType.Text, true, stopping))|};
                await Task.Yield();
            }
        }
        """, """
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public async Task PushAsync(byte[] data, CancellationToken stopping)
            {
                // first
                await Task.Run(() => socket.SendAsync(data, WebSocketMessageType.Text, true, stopping)); // in order
                await Task.Run(async () => await socket.SendAsync(data, WebSocketMessageType.Text, true, stopping), stopping);
                await Task.Factory.StartNew(() => socket.SendAsync(data, WebSocketMessageType.Text, true, stopping).Wait(), stopping);
                await Task.Factory.StartNew(() => socket.SendAsync(data, WebSocketMessageType.Text, true, stopping), stopping).Unwrap();
                await Task.Run(() => socket.SendAsync(data, WebSocketMessageType.Text, true, stopping));
                await Task.Yield();
            }
        }
        """);

    [Fact]
    public Task Fixes_callers_and_keeps_ConfigureAwait() => Verify.FixesAsync<SendingAnalyzer, BackgroundSendCodeFix>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            private void Push(byte[] data) => {|WSA4003:Task.Run(() => socket.SendAsync(data, WebSocketMessageType.Text, true, default))|};

            public async Task GreetAsync(byte[] data)
            {
                await Task.Delay(1).ConfigureAwait(false);
                Push(data);
            }
        }
        """, """
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            private async Task Push(byte[] data) => await Task.Run(() => socket.SendAsync(data, WebSocketMessageType.Text, true, default)).ConfigureAwait(false);

            public async Task GreetAsync(byte[] data)
            {
                await Task.Delay(1).ConfigureAwait(false);
                await Push(data).ConfigureAwait(false);
            }
        }
        """);

    [Fact]
    public Task Fixes_work_items_by_a_task() => Verify.FixesAsync<SendingAnalyzer, BackgroundSendCodeFix>("""
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public async Task PushAsync(byte[] data)
            {
                await Task.Yield();
                {|WSA4003:ThreadPool.QueueUserWorkItem(_ => socket.SendAsync(data, WebSocketMessageType.Text, true, default))|};
                {|WSA4003:ThreadPool.QueueUserWorkItem(state => { socket.SendAsync(data, WebSocketMessageType.Text, true, default); })|}; // second
            }
        }
        """, """
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            public async Task PushAsync(byte[] data)
            {
                await Task.Yield();
                await Task.Run(() => socket.SendAsync(data, WebSocketMessageType.Text, true, default));
                await Task.Run(() => socket.SendAsync(data, WebSocketMessageType.Text, true, default)); // second
            }
        }
        """);

    [Fact]
    public Task OffersNoFix_where_the_await_would_mean_something_else() => Verify.OffersNoFixAsync<SendingAnalyzer, BackgroundSendCodeFix>("""
        class Session
        {
            private readonly WebSocket socket;
            private readonly SemaphoreSlim gate = new(1, 1);
            public Session(WebSocket socket) => this.socket = socket;

            private async Task SendAsync(byte[] data)
            {
                await gate.WaitAsync();
                try
                {
                    await socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    gate.Release();
                }
            }

            public async Task PushAsync(byte[] data, IEnumerable<WebSocket> others, object state)
            {
                // Only the start would be awaited.
                {|WSA4003:Task.Factory.StartNew(async () => await socket.SendAsync(data, WebSocketMessageType.Text, true, default))|};
                // The caller would wait as well.
                {|WSA4003:Task.Run(async () => { await Task.Delay(5000); await SendAsync(data); })|};
                // One slow peer would hold up the others.
                foreach (var other in others)
                    {|WSA4003:Task.Run(() => other.SendAsync(data, WebSocketMessageType.Text, true, default))|};
                // The peer may never answer.
                _ = {|WSA4003:Task.Run(() => socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None))|};
                {|WSA4003:ThreadPool.QueueUserWorkItem(given => { SendAsync((byte[])given!); }, state)|};
                // The work needs the lock that is held here.
                await gate.WaitAsync();
                try
                {
                    _ = {|WSA4003:Task.Run(() => SendAsync(data))|};
                }
                finally
                {
                    gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task OffersNoFix_in_accept_loops_and_where_nothing_can_await() => Verify.OffersNoFixAsync<SendingAnalyzer, BackgroundSendCodeFix>("""
        class Server
        {
            public Server(WebSocket socket) => {|WSA4003:Task.Run(() => socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default))|};

            public async Task RunAsync(TcpListener listener, byte[] hello)
            {
                while (true)
                {
                    var client = await listener.AcceptTcpClientAsync();
                    _ = {|WSA4003:Task.Run(async () =>
                    {
                        using var owned = client;
                        await client.GetStream().WriteAsync(hello);
                    })|};
                }
            }
        }
        """);
}
