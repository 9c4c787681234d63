using WebSocketAnalyzers.CodeFixes.Fixes.Sending;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Sending;

/// <summary>Sends whose tasks are in a local that gets another task before anybody has looked at them.</summary>
public class DroppedSendOverwrittenTests
{
    [Fact]
    public Task Reports_a_task_that_the_next_one_replaces() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            private async Task PushAsync(WebSocket socket, byte[] data) => await socket.SendAsync(data, WebSocketMessageType.Text, true, default);

            public async Task GreetAsync(WebSocket first, WebSocket second, byte[] data, bool isLate)
            {
                Task sending = {|WSA4001:first.SendAsync(data, WebSocketMessageType.Text, true, default)|};
                if (isLate)
                    Console.WriteLine("late");
                sending = second.SendAsync(data, WebSocketMessageType.Text, true, default);
                await sending;
                sending = {|WSA4001:PushAsync(first, data)|};
                sending = second?{|WSA4001:.SendAsync(data.AsMemory(), WebSocketMessageType.Text, true, default)|}.AsTask();
                sending = isLate ? PushAsync(first, data) : PushAsync(second, data);
                await sending;
            }
        }
        """);

    [Fact]
    public Task Reports_one_diagnostic_for_sends_on_one_socket() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            public async Task GreetAsync(WebSocket socket, byte[] data)
            {
                Task sending = {|WSA4001:socket.SendAsync(data, WebSocketMessageType.Text, true, default)|};
                sending = {|WSA4001:socket.SendAsync(data, WebSocketMessageType.Text, true, default)|};
                sending = socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                await sending;
            }
        }
        """);

    [Fact]
    public Task Reports_loops_that_keep_the_last_task_only() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Room
        {
            public async Task TellAsync(List<WebSocket> members, byte[] data)
            {
                Task last = Task.CompletedTask;
                foreach (var member in members)
                {
                    if (member.State != WebSocketState.Open)
                        continue;
                    last = {|WSA4001:member.SendAsync(data, WebSocketMessageType.Text, true, default)|};
                }

                await last;
                ValueTask part = default;
                for (var i = 0; i < data.Length; i++)
                    part = {|WSA4001:members[0].SendAsync(data.AsMemory(i, 1), WebSocketMessageType.Text, true, default)|};
                await part;
            }
        }
        """);

    [Fact]
    public Task Reports_a_local_that_is_only_written() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            public void Greet(WebSocket socket, byte[] data)
            {
                Task sending;
                sending = {|WSA4001:socket.SendAsync(data, WebSocketMessageType.Text, true, default)|};
            }

            public async Task LeaveAsync(WebSocket socket, byte[] data)
            {
                var sending = socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                await sending;
                sending = {|WSA4001:socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default)|};
            }
        }
        """);

    [Fact]
    public Task Reports_loops_and_work_in_the_background() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            private async Task ReadAsync(WebSocket socket)
            {
                var buffer = new byte[1024];
                while (socket.State == WebSocketState.Open)
                    await socket.ReceiveAsync(buffer, default);
            }

            public async Task RunAsync(WebSocket one, WebSocket two, byte[] data)
            {
                var reading = {|WSA4013:ReadAsync(one)|};
                reading = ReadAsync(two);
                await reading;
                var work = {|WSA4003:Task.Run(() => one.SendAsync(data, WebSocketMessageType.Text, true, default))|};
                work = Task.Run(() => two.SendAsync(data, WebSocketMessageType.Text, true, default));
                await work;
            }
        }
        """);

    [Fact]
    public Task Ignores_tasks_that_somebody_looks_at_before() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly List<Task> _tasks = new();

            public async Task GreetAsync(WebSocket socket, WebSocket other, byte[] data)
            {
                Task sending = socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                sending = sending.ContinueWith(task => Console.WriteLine(task.Exception));
                await sending;
                sending = socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                await Task.WhenAll(sending, Task.Delay(1));
                sending = socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                _tasks.Add(sending);
                sending = socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                var both = new[] { sending, Task.CompletedTask };
                sending = other.SendAsync(data, WebSocketMessageType.Text, true, default);
                await sending;
                await Task.WhenAll(both);
            }
        }
        """);

    [Fact]
    public Task Ignores_tasks_that_some_way_looks_at() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            public async Task GreetAsync(WebSocket socket, byte[] data, bool isSlow)
            {
                Task sending = socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                if (isSlow)
                    await sending;
                sending = socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
                try
                {
                    Console.WriteLine("closing");
                    sending = Task.CompletedTask;
                }
                finally
                {
                    await sending;
                }
            }

            public async Task LaterAsync(WebSocket socket, byte[] data, bool isOpen)
            {
                Task sending = Task.CompletedTask;
                if (isOpen)
                    sending = socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                await sending;
                Task maybe = null;
                while (isOpen)
                {
                    if (maybe != null)
                        await maybe;
                    maybe = socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                }

                await maybe;
            }
        }
        """);

    [Fact]
    public Task Ignores_loops_that_look_at_each_task_or_send_once() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Room
        {
            public async Task TellAsync(List<WebSocket> members, WebSocket target, byte[] data)
            {
                Task last = Task.CompletedTask;
                foreach (var member in members)
                {
                    await last;
                    last = member.SendAsync(data, WebSocketMessageType.Text, true, default);
                }

                await last;
                foreach (var member in members)
                {
                    if (member == target)
                        last = member.SendAsync(data, WebSocketMessageType.Text, true, default);
                }

                await last;
                for (var attempt = 0; attempt < 3; attempt++)
                {
                    last = members[attempt].SendAsync(data, WebSocketMessageType.Text, true, default);
                    break;
                }

                await last;
                while (true)
                {
                    last = target.SendAsync(data, WebSocketMessageType.Text, true, default);
                    if (await Task.WhenAny(last, Task.Delay(100)) == last)
                        break;
                }

                foreach (var member in members)
                {
                    Task own;
                    own = member.SendAsync(data, WebSocketMessageType.Text, true, default);
                    await own;
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_locals_that_are_captured_or_handed_over_by_reference() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private static void Keep(ref Task task) => task = Task.WhenAll(task);

            public async Task GreetAsync(WebSocket socket, WebSocket other, byte[] data)
            {
                Task sending = Task.CompletedTask;
                Func<Task> ended = () => sending;
                sending = socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                _ = ended().ContinueWith(task => Console.WriteLine(task.Exception));
                sending = other.SendAsync(data, WebSocketMessageType.Text, true, default);
                await sending;

                Task kept = socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                Keep(ref kept);
                kept = other.SendAsync(data, WebSocketMessageType.Text, true, default);
                await kept;

            }

            public void Alias(WebSocket socket, byte[] data)
            {
                Task shared = Task.CompletedTask;
                ref var place = ref shared;
                shared = socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                place.Wait();
                shared = Task.CompletedTask;
            }
        }
        """);

    [Fact]
    public Task Ignores_tests_that_set_the_scene() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class FactAttribute : Attribute { }
        class SessionTests
        {
            [Fact]
            public async Task Server_is_reached(WebSocket client, Task<byte[]> arrival)
            {
                Task request = client.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
                request = client.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
                await arrival;
            }
        }
        """);

    [Fact]
    public Task Offers_no_await_for_a_task_that_was_meant_to_run_beside_the_next() => Verify.OffersNoFixAsync<SendingAnalyzer, DroppedSendCodeFix>("""
        class Session
        {
            public async Task GreetAsync(WebSocket first, WebSocket second, byte[] data)
            {
                Task sending = {|WSA4001:first.SendAsync(data, WebSocketMessageType.Text, true, default)|};
                sending = second.SendAsync(data, WebSocketMessageType.Text, true, default);
                await sending;
            }
        }
        """);
}
