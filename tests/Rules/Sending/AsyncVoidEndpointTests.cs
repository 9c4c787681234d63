using WebSocketAnalyzers.CodeFixes.Fixes.Sending;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Sending;

public class AsyncVoidEndpointTests
{
    [Fact]
    public Task Reports_hub_methods() => Verify.ReportsAsync<SendingAnalyzer>("""
        using Microsoft.AspNetCore.SignalR;

        class ChatHub : Hub
        {
            public async void {|WSA4005:Send|}(string text)
            {
                await Task.Delay(10);
                await Clients.All.SendAsync("message", text);
            }

            // Without a connection: the hub is disposed under it all the same.
            public async void {|WSA4005:Save|}(string text) => await File.WriteAllTextAsync("log", text);
        }
        """);

    [Fact]
    public Task Reports_hub_methods_that_catch_everything() => Verify.ReportsAsync<SendingAnalyzer>("""
        using Microsoft.AspNetCore.SignalR;

        interface IChatClient
        {
            Task Message(string text);
        }

        class ChatHub : Hub<IChatClient>
        {
            public async void {|WSA4005:Send|}(string text)
            {
                try
                {
                    await Task.Yield();
                    await Clients.All.Message(text);
                }
                catch (Exception e)
                {
                    Console.WriteLine(e);
                }
            }
        }
        """);

    [Fact]
    public Task Reports_methods_of_derived_and_partial_hubs() => Verify.ReportsAsync<SendingAnalyzer>("""
        using Microsoft.AspNetCore.SignalR;

        abstract class HubBase : Hub
        {
            public async void {|WSA4005:Ping|}() => await Clients.Caller.SendAsync("pong");
        }

        partial class ChatHub : HubBase
        {
            public virtual async void {|WSA4005:Leave|}(string room) => await Groups.RemoveFromGroupAsync(Context.ConnectionId, room);
        }

        partial class ChatHub
        {
            public async void {|WSA4005:Join|}(string room) => await Groups.AddToGroupAsync(Context.ConnectionId, room);
        }
        """);

    [Fact]
    public Task Reports_hub_methods_of_an_interface() => Verify.ReportsAsync<SendingAnalyzer>("""
        using Microsoft.AspNetCore.SignalR;

        interface IChat
        {
            void Send(string text);
        }

        class ChatHub : Hub, IChat
        {
            public async void {|WSA4005:Send|}(string text) => await Clients.Others.SendAsync("message", text);
        }
        """);

    [Fact]
    public Task Reports_actions_that_accept_sockets() => Verify.ReportsAsync<SendingAnalyzer>("""
        using Microsoft.AspNetCore.Mvc;

        [ApiController]
        public class FeedController : ControllerBase
        {
            [HttpGet("/feed")]
            public async void {|WSA4005:Get|}()
            {
                using var socket = await HttpContext.WebSockets.AcceptWebSocketAsync();
                await socket.SendAsync(new byte[1], WebSocketMessageType.Binary, true, HttpContext.RequestAborted);
            }
        }
        """);

    [Fact]
    public Task Reports_every_action_of_such_a_controller() => Verify.ReportsAsync<SendingAnalyzer>("""
        using Microsoft.AspNetCore.Http;
        using Microsoft.AspNetCore.Mvc;

        public class FeedController : Controller
        {
            public async Task Feed() => await ServeAsync(HttpContext);

            public async void {|WSA4005:Publish|}(string text) => await Task.Delay(text.Length);

            private static async Task ServeAsync(HttpContext context)
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                await socket.SendAsync(new byte[1], WebSocketMessageType.Binary, true, context.RequestAborted);
            }
        }
        """);

    [Fact]
    public Task Ignores_hub_methods_that_return_a_task() => Verify.IgnoresAsync<SendingAnalyzer>("""
        using Microsoft.AspNetCore.SignalR;

        class ChatHub : Hub
        {
            public async Task Send(string text) => await Clients.All.SendAsync("message", text);

            public async ValueTask<int> Count()
            {
                await Task.Yield();
                return 1;
            }

            public void Log(string text) => Console.WriteLine(text);
        }
        """);

    [Fact]
    public Task Ignores_what_no_client_can_call() => Verify.IgnoresAsync<SendingAnalyzer>("""
        using Microsoft.AspNetCore.SignalR;

        class ChatHub : Hub
        {
            private async void Forget() => await Task.Delay(1);
            protected async void Later() => await Task.Delay(1);
            internal async void Soon() => await Task.Delay(1);
            public static async void Always() => await Task.Delay(1);
        }
        """);

    [Fact]
    public Task Ignores_controllers_without_sockets() => Verify.IgnoresAsync<SendingAnalyzer>("""
        using Microsoft.AspNetCore.Mvc;

        public class NewsController : ControllerBase
        {
            public async void Publish() => await Task.Delay(1);
        }
        """);

    [Fact]
    public Task Ignores_methods_of_a_controller_that_are_no_actions() => Verify.IgnoresAsync<SendingAnalyzer>("""
        using Microsoft.AspNetCore.Mvc;

        public class FeedController : ControllerBase
        {
            public async Task Feed()
            {
                using var socket = await HttpContext.WebSockets.AcceptWebSocketAsync();
                await socket.SendAsync(new byte[1], WebSocketMessageType.Binary, true, HttpContext.RequestAborted);
            }

            [NonAction]
            public async void Refresh() => await Task.Delay(1);
        }
        """);

    [Fact]
    public Task Ignores_doppelgaengers() => Verify.IgnoresAsync<SendingAnalyzer>("""
        namespace Acme
        {
            class Hub { }

            class ControllerBase { }

            class ChatHub : Hub
            {
                public async void Send(string text) => await Task.Delay(text.Length);
            }

            class FeedController : ControllerBase
            {
                public async void Send(string text) => await Task.Delay(text.Length);
            }
        }
        """);

    [Fact]
    public Task Ignores_middleware_and_plain_services() => Verify.IgnoresAsync<SendingAnalyzer>("""
        using Microsoft.AspNetCore.Http;

        class Middleware
        {
            public async Task InvokeAsync(HttpContext context)
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                await socket.SendAsync(new byte[1], WebSocketMessageType.Binary, true, context.RequestAborted);
            }

            public async void Publish() => await Task.Delay(1);
        }
        """);

    [Fact]
    public Task Ignores_lambdas_and_local_functions_in_a_hub_method() => Verify.IgnoresAsync<SendingAnalyzer>("""
        using Microsoft.AspNetCore.SignalR;

        class ChatHub : Hub
        {
            public Task Count(List<int> numbers)
            {
                numbers.ForEach(async number => await Task.Delay(number));
                Wait();
                return Task.CompletedTask;

                async void Wait() => await Task.Delay(1);
            }
        }
        """);

    [Fact]
    public Task Fixes_hub_methods() => Verify.FixesAsync<SendingAnalyzer, AsyncVoidEndpointCodeFix>("""
        using Microsoft.AspNetCore.SignalR;

        class ChatHub : Hub
        {
            /// <summary>Tells all.</summary>
            public async void {|WSA4005:Send|}(string text) // on the wire
            {
                await Clients.All.SendAsync("message", text);
            }

            public async Task Join(string room)
            {
                await Groups.AddToGroupAsync(Context.ConnectionId, room);
                Send("joined " + room);
            }
        }
        """, """
        using Microsoft.AspNetCore.SignalR;

        class ChatHub : Hub
        {
            /// <summary>Tells all.</summary>
            public async Task Send(string text) // on the wire
            {
                await Clients.All.SendAsync("message", text);
            }

            public async Task Join(string room)
            {
                await Groups.AddToGroupAsync(Context.ConnectionId, room);
                await Send("joined " + room);
            }
        }
        """);

    [Fact]
    public Task FixesAll_actions() => Verify.FixesAsync<SendingAnalyzer, AsyncVoidEndpointCodeFix>("""
        using Microsoft.AspNetCore.Mvc;

        public class FeedController : ControllerBase
        {
            [HttpGet("/feed")]
            public async void {|WSA4005:Get|}()
            {
                using var socket = await HttpContext.WebSockets.AcceptWebSocketAsync();
                await socket.SendAsync(new byte[1], WebSocketMessageType.Binary, true, HttpContext.RequestAborted);
            }

            [HttpPost("/feed")]
            public async void {|WSA4005:Post|}(object sender, EventArgs e) => await Task.Delay(1);
        }
        """, """
        using Microsoft.AspNetCore.Mvc;

        public class FeedController : ControllerBase
        {
            [HttpGet("/feed")]
            public async Task Get()
            {
                using var socket = await HttpContext.WebSockets.AcceptWebSocketAsync();
                await socket.SendAsync(new byte[1], WebSocketMessageType.Binary, true, HttpContext.RequestAborted);
            }

            [HttpPost("/feed")]
            public async Task Post(object sender, EventArgs e) => await Task.Delay(1);
        }
        """);

    [Fact]
    public Task OffersNoFix_where_a_library_demands_void() => Verify.OffersNoFixAsync<SendingAnalyzer, AsyncVoidEndpointCodeFix>("""
        using Microsoft.AspNetCore.SignalR;

        class ChatHub : Hub, IObserver<string>
        {
            public async void {|WSA4005:OnNext|}(string text) => await Clients.All.SendAsync("message", text);
            public void OnCompleted() { }
            public void OnError(Exception error) { }
        }
        """);
}
