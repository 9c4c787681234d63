using WebSocketAnalyzers.CodeFixes.Fixes.Lifetime;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Lifetime;

public class LateHubUseTests
{
    [Fact]
    public Task Reports_work_that_is_started_and_left() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        using Microsoft.AspNetCore.SignalR;

        class ChatHub : Hub
        {
            public Task Later(string text)
            {
                _ = Task.Run(async () =>
                {
                    await Task.Delay(1000);
                    await {|WSA3009:Clients|}.Caller.SendAsync("later", text, {|WSA3009:Context|}.ConnectionAborted);
                });
                return Task.CompletedTask;
            }
        }
        """);

    [Fact]
    public Task Reports_what_is_put_behind_a_task() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        using Microsoft.AspNetCore.SignalR;

        class ChatHub : Hub
        {
            private static Task? s_last;

            public void Later(string text)
            {
                Task.Delay(1000).ContinueWith(_ => {|WSA3009:Clients|}.All.SendAsync("later", text)).Unwrap();
                s_last = Task.Run(() => {|WSA3009:Groups|}.AddToGroupAsync(text, text));
                ThreadPool.QueueUserWorkItem(_ => Console.WriteLine({|WSA3009:Context|}.ConnectionId));
            }
        }
        """);

    [Fact]
    public Task Reports_timers_threads_and_listeners() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        using Microsoft.AspNetCore.SignalR;

        class Prices
        {
            public event Action<decimal>? Changed;
            public void Raise() => Changed?.Invoke(1);
        }

        class PriceHub : Hub
        {
            private readonly Prices _prices;
            public PriceHub(Prices prices) => _prices = prices;

            public void Subscribe()
            {
                var timer = new Timer(_ => Console.WriteLine({|WSA3009:Context|}.ConnectionId), null, 1000, 1000);
                new Thread(() => Console.WriteLine({|WSA3009:Context|}.ConnectionId)).Start();
                _prices.Changed += price => {|WSA3009:Clients|}.Caller.SendAsync("price", price);
            }
        }
        """);

    [Fact]
    public Task Reports_a_method_of_the_hub_whose_task_is_dropped() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        using Microsoft.AspNetCore.SignalR;

        class ChatHub : Hub
        {
            public void Start(string text) => _ = CountAsync(text);

            private async Task CountAsync(string text)
            {
                await Clients.Caller.SendAsync("start", text);
                for (var i = 0; i < 10; i++)
                {
                    await Task.Delay(1000);
                    await {|WSA3009:Clients|}.Caller.SendAsync("count", i);
                }

                await EndAsync();
            }

            private Task EndAsync() => {|WSA3009:Clients|}.Caller.SendAsync("end");
        }
        """);

    [Fact]
    public Task Reports_typed_hubs() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        using Microsoft.AspNetCore.SignalR;

        public interface IChatClient
        {
            Task Receive(string text);
        }

        public class ChatHub : Hub<IChatClient>
        {
            public void Later(string text)
            {
                _ = Task.Run(async () =>
                {
                    try
                    {
                        await Task.Delay(100);
                        await {|WSA3009:Clients|}.Others.Receive(text);
                    }
                    catch (Exception failure)
                    {
                        Console.WriteLine(failure);
                    }
                });
            }
        }
        """);

    [Fact]
    public Task Reports_a_method_handed_over() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        using Microsoft.AspNetCore.SignalR;

        class ChatHub : Hub
        {
            public void Later() => _ = Task.Run(WorkAsync);

            private async Task WorkAsync()
            {
                await {|WSA3009:Clients|}.All.SendAsync("now");
                await Task.WhenAll(new[] { 1, 2 }.Select(i => {|WSA3009:Clients|}.All.SendAsync("then", i)));
            }
        }
        """);

    [Fact]
    public Task Ignores_what_was_put_into_a_local() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        using Microsoft.AspNetCore.SignalR;

        class ChatHub : Hub
        {
            public void Later(string text)
            {
                var caller = Clients.Caller;
                var id = Context.ConnectionId;
                _ = Task.Run(async () =>
                {
                    await Task.Delay(1000);
                    await caller.SendAsync("later", text, id);
                });
            }
        }
        """);

    [Fact]
    public Task Ignores_work_that_is_awaited_or_returned() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        using Microsoft.AspNetCore.SignalR;

        class ChatHub : Hub
        {
            public async Task Now(string text)
            {
                await Task.Run(async () => await Clients.Caller.SendAsync("now", text));
                var sending = Task.Run(() => Clients.All.SendAsync("now", text));
                await sending;
                await Task.WhenAll(new[] { "a", "b" }.Select(group => Clients.Group(group).SendAsync("now", text)));
                await SendAsync(text);
            }

            public Task AlsoNow(string text) => Task.Run(() => Clients.Caller.SendAsync("now", text));

            private async Task SendAsync(string text)
            {
                await Task.Yield();
                await Clients.Caller.SendAsync("now", text);
            }
        }
        """);

    [Fact]
    public Task Ignores_what_runs_before_the_first_await() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        using Microsoft.AspNetCore.SignalR;

        class ChatHub : Hub
        {
            public void Start(string text) => _ = SendAsync(text);

            private async Task SendAsync(string text)
            {
                var caller = Clients.Caller;
                await caller.SendAsync("start", text, Context.ConnectionId);
                await Task.Delay(1000);
                await caller.SendAsync("end", text);
            }
        }
        """);

    [Fact]
    public Task Ignores_hub_contexts() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        using Microsoft.AspNetCore.SignalR;

        class ChatHub : Hub
        {
            private readonly IHubContext<ChatHub> _hub;
            public ChatHub(IHubContext<ChatHub> hub) => _hub = hub;

            public void Later(string text)
            {
                _ = Task.Run(async () =>
                {
                    await Task.Delay(1000);
                    await _hub.Clients.All.SendAsync("later", text);
                });
            }
        }
        """);

    [Fact]
    public Task Ignores_subscriptions_that_end_and_threads_that_are_joined() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        using Microsoft.AspNetCore.SignalR;

        class Prices
        {
            public event Action<decimal>? Changed;
            public void Raise() => Changed?.Invoke(1);
        }

        class PriceHub : Hub
        {
            private readonly Prices _prices;
            public PriceHub(Prices prices) => _prices = prices;

            public async Task WatchAsync()
            {
                Action<decimal> show = price => Console.WriteLine(Context.ConnectionId);
                _prices.Changed += show;
                await Task.Delay(1000);
                _prices.Changed -= show;
                using var timer = new Timer(_ => Console.WriteLine(Context.ConnectionId), null, 100, 100);
                await Task.Delay(1000);
            }

            public void Run()
            {
                var thread = new Thread(() => Console.WriteLine(Context.ConnectionId));
                thread.Start();
                thread.Join();
            }
        }
        """);

    [Fact]
    public Task Ignores_doppelgaengers_and_properties_of_the_program() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        using Microsoft.AspNetCore.SignalR;

        namespace Mine
        {
            class Hub
            {
                public List<string> Clients { get; } = new();
            }

            class ChatHub : Hub
            {
                public void Later() => _ = Task.Run(() => Clients.Add("x"));
            }
        }

        class OwnHub : Microsoft.AspNetCore.SignalR.Hub
        {
            private static List<string> Names { get; } = new();
            private string Room { get; } = "";
            public void Later() => _ = Task.Run(() => Names.Add(Room));
        }
        """);

    [Fact]
    public Task Ignores_half_typed_and_recursive_code() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        using Microsoft.AspNetCore.SignalR;

        class ChatHub : Hub
        {
            public void Later() => _ = Task.Run({|CS0103:Work|});
            public Task Again(int n) => n == 0 ? Clients.All.SendAsync("done") : Again(n - 1);
            public void Half() => _ = Task.{|CS0117:Rum|}(() => Clients.All);
        }
        """);

    [Fact]
    public Task Fixes_a_proxy_and_a_value_of_the_context() => Verify.FixesAsync<LifetimeAnalyzer, LateHubUseCodeFix>("""
        using Microsoft.AspNetCore.SignalR;

        class ChatHub : Hub
        {
            public Task Later(string text)
            {
                // Not now.
                _ = Task.Run(async () =>
                {
                    await Task.Delay(1000);
                    await {|WSA3009:Clients|}.Caller.SendAsync("later", text, {|WSA3009:Context|}.ConnectionAborted);
                    await {|WSA3009:Clients|}.Caller.SendAsync("again", text);
                });
                return Task.CompletedTask;
            }
        }
        """, """
        using Microsoft.AspNetCore.SignalR;

        class ChatHub : Hub
        {
            public Task Later(string text)
            {
                // Not now.
                var caller = Clients.Caller;
                var connectionAborted = Context.ConnectionAborted;
                _ = Task.Run(async () =>
                {
                    await Task.Delay(1000);
                    await caller.SendAsync("later", text, connectionAborted);
                    await caller.SendAsync("again", text);
                });
                return Task.CompletedTask;
            }
        }
        """);

    [Fact]
    public Task Fixes_a_chosen_client_and_the_groups() => Verify.FixesAsync<LifetimeAnalyzer, LateHubUseCodeFix>("""
        using Microsoft.AspNetCore.SignalR;

        class ChatHub : Hub
        {
            public void Invite(string id, string room)
            {
                _ = Task.Run(async () =>
                {
                    await Task.Delay(1000);
                    await {|WSA3009:Clients|}.Client(id).SendAsync("invited", room);
                });
                _ = Task.Run(async () => await {|WSA3009:Groups|}.AddToGroupAsync(id, room));
            }
        }
        """, """
        using Microsoft.AspNetCore.SignalR;

        class ChatHub : Hub
        {
            public void Invite(string id, string room)
            {
                var client = Clients.Client(id);
                _ = Task.Run(async () =>
                {
                    await Task.Delay(1000);
                    await client.SendAsync("invited", room);
                });
                var groups = Groups;
                _ = Task.Run(async () => await groups.AddToGroupAsync(id, room));
            }
        }
        """);

    [Fact]
    public Task FixesAll_in_a_dropped_method() => Verify.FixesAsync<LifetimeAnalyzer, LateHubUseCodeFix>("""
        using Microsoft.AspNetCore.SignalR;

        class ChatHub : Hub
        {
            public void Start() => _ = CountAsync();

            private async Task CountAsync()
            {
                await Task.Delay(1000);
                await {|WSA3009:Clients|}.Caller.SendAsync("one");
                await {|WSA3009:Clients|}.Others.SendAsync("two");
            }
        }
        """, """
        using Microsoft.AspNetCore.SignalR;

        class ChatHub : Hub
        {
            public void Start() => _ = CountAsync();

            private async Task CountAsync()
            {
                var others = Clients.Others;
                var caller = Clients.Caller;
                await Task.Delay(1000);
                await caller.SendAsync("one");
                await others.SendAsync("two");
            }
        }
        """, batchFixedSource: """
        using Microsoft.AspNetCore.SignalR;

        class ChatHub : Hub
        {
            public void Start() => _ = CountAsync();

            private async Task CountAsync()
            {
                var caller = Clients.Caller;
                var others = Clients.Others;
                await Task.Delay(1000);
                await caller.SendAsync("one");
                await others.SendAsync("two");
            }
        }
        """);

    [Fact]
    public Task OffersNoFix_for_what_is_not_known_before() => Verify.OffersNoFixAsync<LifetimeAnalyzer, LateHubUseCodeFix>("""
        using Microsoft.AspNetCore.SignalR;

        class ChatHub : Hub
        {
            public void Later(string text)
            {
                _ = Task.Run(async () =>
                {
                    var id = await FindAsync(text);
                    await {|WSA3009:Clients|}.Client(id).SendAsync("later", text);
                    {|WSA3009:Context|}.Abort();
                    Show({|WSA3009:Clients|});
                });
            }

            public void Expression() => _ = Task.Run(() => {|WSA3009:Clients|}.All.SendAsync("later"));

            private static Task<string> FindAsync(string text) => Task.FromResult(text);
            private static void Show(object clients) { }
        }
        """);
}
