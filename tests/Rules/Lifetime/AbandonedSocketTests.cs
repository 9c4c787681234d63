using Microsoft.CodeAnalysis.Testing;
using WebSocketAnalyzers.CodeFixes.Fixes.Lifetime;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Lifetime;

public class AbandonedSocketTests
{
    private const string Echo = """


        static class Echo
        {
            public static async Task RunAsync(WebSocket socket)
            {
                var buffer = new byte[1024];
                while (socket.State == WebSocketState.Open)
                {
                    var result = await socket.ReceiveAsync(buffer, CancellationToken.None);
                    if (result.MessageType == WebSocketMessageType.Close)
                        break;
                    await socket.SendAsync(buffer.AsMemory(0, result.Count), result.MessageType, result.EndOfMessage, CancellationToken.None);
                }
            }
        }
        """;

    [Fact]
    public Task Reports_a_socket_that_is_only_stored() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        using Microsoft.AspNetCore.Builder;

        public class Startup
        {
            public void Configure(IApplicationBuilder app)
            {
                app.UseWebSockets();
                app.Use(async (http, next) =>
                {
                    if (http.WebSockets.IsWebSocketRequest)
                    {
                        var socket = await http.WebSockets.AcceptWebSocketAsync();

                        if (socket != null && socket.State == WebSocketState.Open)
                        {
                            {|WSA3005:Sockets.Add(socket)|};
                        }
                    }
                    else
                    {
                        await next();
                    }
                });
            }
        }

        static class Sockets
        {
            private static readonly ConcurrentBag<WebSocket> All = new();

            public static void Add(WebSocket socket) => All.Add(socket);
        }
        """);

    [Fact]
    public Task Reports_loops_that_nobody_awaits() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        using Microsoft.AspNetCore.Http;

        class Middleware
        {
            private readonly RequestDelegate _next;
            public Middleware(RequestDelegate next) => _next = next;

            public async Task InvokeAsync(HttpContext context)
            {
                if (!context.WebSockets.IsWebSocketRequest)
                {
                    await _next(context);
                    return;
                }

                using var socket = await context.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
                await socket.SendAsync(new byte[1], WebSocketMessageType.Binary, true, context.RequestAborted);
                _ = {|WSA3005:Echo.RunAsync(socket)|};
            }
        }
        """ + Echo);

    [Fact]
    public Task Reports_loops_on_another_thread() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;

        static class Endpoints
        {
            public static void Map(WebApplication app)
            {
                app.Map("/run", async (HttpContext context) =>
                {
                    var socket = await context.WebSockets.AcceptWebSocketAsync();
                    {|WSA3005:Task.Run(() => Echo.RunAsync(socket))|};
                });
                app.Map("/factory", async context =>
                {
                    var socket = await context.WebSockets.AcceptWebSocketAsync();
                    _ = {|WSA3005:Task.Factory.StartNew(async () => await Echo.RunAsync(socket), TaskCreationOptions.LongRunning)|};
                });
                app.Map("/thread", async context =>
                {
                    var socket = await context.WebSockets.AcceptWebSocketAsync();
                    {|WSA3005:new Thread(() => Echo.RunAsync(socket).Wait())|}.Start();
                });
                app.Map("/pool", async context =>
                {
                    var socket = await context.WebSockets.AcceptWebSocketAsync();
                    {|WSA3005:ThreadPool.QueueUserWorkItem(async _ => await Echo.RunAsync(socket))|};
                });
            }
        }
        """ + Echo);

    [Fact]
    public Task Reports_sessions_made_of_the_socket() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        using Microsoft.AspNetCore.Mvc;

        public class ChatController : ControllerBase
        {
            private static readonly ConcurrentDictionary<string, Session> Sessions = new();

            [HttpGet("/run")]
            public async Task<IActionResult> Run()
            {
                var session = new Session(await HttpContext.WebSockets.AcceptWebSocketAsync());
                _ = {|WSA3005:session.RunAsync()|};
                return new EmptyResult();
            }

            [HttpGet("/start")]
            public async Task Start()
            {
                var session = new Session(await HttpContext.WebSockets.AcceptWebSocketAsync());
                {|WSA3005:session.Start()|};
            }

            [HttpGet("/keep")]
            public async Task Keep(string name)
            {
                var socket = await HttpContext.WebSockets.AcceptWebSocketAsync();
                {|WSA3005:Sessions[name] = new Session(socket)|};
            }
        }

        public class Session
        {
            private readonly WebSocket _socket;
            public Session(WebSocket socket) => _socket = socket;

            public void Start() => _ = Echo.RunAsync(_socket);

            public async Task RunAsync() => await Echo.RunAsync(_socket);
        }
        """ + Echo);

    [Fact]
    public Task Reports_the_last_loop_of_several() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        using Microsoft.AspNetCore.Http;

        class Middleware
        {
            private readonly List<WebSocket> _sockets = new();

            public async Task Invoke(HttpContext context)
            {
                var socket = await context.WebSockets.AcceptWebSocketAsync();
                _sockets.Add(socket);
                _ = PingAsync(socket);
                {|WSA3005:ReceiveAsync(socket)|};
            }

            private async Task PingAsync(WebSocket socket)
            {
                while (socket.State == WebSocketState.Open)
                {
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Binary, true, default);
                    await Task.Delay(1000);
                }
            }

            private async Task ReceiveAsync(WebSocket socket) => await Echo.RunAsync(socket);
        }
        """ + Echo);

    [Fact]
    public Task Reports_one_branch_of_two() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        using Microsoft.AspNetCore.Http;

        class Middleware
        {
            private Task _loop;

            public async Task InvokeAsync(HttpContext context, bool background)
            {
                var socket = await context.WebSockets.AcceptWebSocketAsync();
                if (background)
                    _loop = {|WSA3005:Echo.RunAsync(socket)|};
                else
                    await Echo.RunAsync(socket);
            }
        }
        """ + Echo);

    [Fact]
    public Task Reports_async_void_loops_and_local_functions() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        using Microsoft.AspNetCore.Http;

        class Middleware
        {
            public async Task InvokeAsync(HttpContext context, RequestDelegate next)
            {
                if (context.WebSockets.IsWebSocketRequest)
                {
                    var socket = await context.WebSockets.AcceptWebSocketAsync();
                    {|WSA3005:Serve(socket)|};
                }

                await next(context);
            }

            public async Task Invoke(HttpContext context)
            {
                var socket = await context.WebSockets.AcceptWebSocketAsync();
                {|WSA3005:LoopAsync()|};

                async Task LoopAsync() => await Echo.RunAsync(socket);
            }

            private async void Serve(WebSocket socket) => await Echo.RunAsync(socket);
        }
        """ + Echo);

    [Fact]
    public Task Reports_private_methods_that_end_their_handler() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        using Microsoft.AspNetCore.Http;

        class Middleware
        {
            private readonly ConcurrentDictionary<string, WebSocket> _sockets = new();

            public async Task InvokeAsync(HttpContext context)
            {
                if (context.WebSockets.IsWebSocketRequest)
                    await AcceptAsync(context);
                else
                    context.Response.StatusCode = 400;
            }

            private Task AcceptAsync(HttpContext context) => ServeAsync(context);

            private async Task ServeAsync(HttpContext context)
            {
                var socket = await context.WebSockets.AcceptWebSocketAsync();
                if (!{|WSA3005:_sockets.TryAdd(context.Connection.Id, socket)|})
                    socket.Abort();
            }
        }
        """);

    [Fact]
    public Task Ignores_handlers_that_await_the_loop() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        using Microsoft.AspNetCore.Http;

        class Middleware
        {
            private readonly List<WebSocket> _sockets = new();

            public async Task InvokeAsync(HttpContext context)
            {
                var socket = await context.WebSockets.AcceptWebSocketAsync();
                _sockets.Add(socket);
                try
                {
                    await Echo.RunAsync(socket);
                }
                catch (WebSocketException e)
                {
                    Console.WriteLine(e);
                }
                finally
                {
                    _sockets.Remove(socket);
                }
            }

            public async Task Invoke(HttpContext context)
            {
                var socket = await context.WebSockets.AcceptWebSocketAsync();
                var send = Echo.RunAsync(socket);
                await Task.WhenAny(send, Task.Delay(1000));
            }
        }
        """ + Echo);

    [Fact]
    public Task Ignores_a_completion_source_that_is_handed_over_as_well() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        using Microsoft.AspNetCore.Builder;

        static class Endpoints
        {
            public static void Map(WebApplication app) => app.Run(async context =>
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                var finished = new TaskCompletionSource<object>();
                Processor.Add(socket, finished);
                await finished.Task;
            });
        }

        static class Processor
        {
            private static readonly List<(WebSocket, TaskCompletionSource<object>)> All = new();

            public static void Add(WebSocket socket, TaskCompletionSource<object> finished) => All.Add((socket, finished));
        }
        """);

    [Fact]
    public Task Ignores_handlers_that_block_until_the_socket_is_done() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        using Microsoft.AspNetCore.Http;

        class Middleware
        {
            private readonly List<WebSocket> _sockets = new();

            public async Task InvokeAsync(HttpContext context)
            {
                var socket = await context.WebSockets.AcceptWebSocketAsync();
                _sockets.Add(socket);
                Serve(socket);
            }

            public async Task Invoke(HttpContext context, ManualResetEventSlim closed)
            {
                var socket = await context.WebSockets.AcceptWebSocketAsync();
                _ = Echo.RunAsync(socket);
                closed.Wait();
            }

            private void Serve(WebSocket socket) => Echo.RunAsync(socket).Wait();
        }
        """ + Echo);

    [Fact]
    public Task Ignores_HttpListener() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Server
        {
            private readonly List<WebSocket> _sockets = new();

            public async Task RunAsync(HttpListener listener)
            {
                while (listener.IsListening)
                {
                    var request = await listener.GetContextAsync();
                    var context = await request.AcceptWebSocketAsync(null);
                    _sockets.Add(context.WebSocket);
                    _ = Echo.RunAsync(context.WebSocket);
                }
            }

            public async Task InvokeAsync(HttpListenerContext request)
            {
                var context = await request.AcceptWebSocketAsync(null);
                _ = Echo.RunAsync(context.WebSocket);
            }
        }
        """ + Echo);

    [Fact]
    public Task Ignores_sockets_that_get_out_of_sight() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        using Microsoft.AspNetCore.Http;

        interface IRegistry
        {
            void Register(WebSocket socket);
        }

        class Middleware
        {
            private readonly List<WebSocket> _sockets = new();
            private readonly IRegistry _registry;
            public Middleware(IRegistry registry) => _registry = registry;

            public async Task InvokeAsync(HttpContext context)
            {
                var socket = await context.WebSockets.AcceptWebSocketAsync();
                _sockets.Add(socket);
                _registry.Register(socket);
            }

            public async Task<WebSocket> AcceptAsync(HttpContext context)
            {
                var socket = await context.WebSockets.AcceptWebSocketAsync();
                _sockets.Add(socket);
                return socket;
            }
        }
        """);

    [Fact]
    public Task Ignores_helpers_whose_caller_waits() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        using Microsoft.AspNetCore.Http;

        class Middleware
        {
            private readonly List<WebSocket> _sockets = new();
            private readonly TaskCompletionSource _closed = new();

            public async Task InvokeAsync(HttpContext context)
            {
                await AcceptAsync(context);
                await _closed.Task;
            }

            private async Task AcceptAsync(HttpContext context)
            {
                var socket = await context.WebSockets.AcceptWebSocketAsync();
                _sockets.Add(socket);
            }

            public async Task StoreAsync(HttpContext context)
            {
                var socket = await context.WebSockets.AcceptWebSocketAsync();
                _sockets.Add(socket);
            }
        }
        """);

    [Fact]
    public Task Ignores_sockets_that_are_answered_and_left() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        using Microsoft.AspNetCore.Http;
        using Microsoft.Extensions.Logging;

        class Middleware
        {
            private readonly ILogger _logger;
            private int _count;
            public Middleware(ILogger logger) => _logger = logger;

            public async Task InvokeAsync(HttpContext context)
            {
                var socket = await context.WebSockets.AcceptWebSocketAsync();
                _logger.LogInformation("accepted {State}", socket.State);
                if (socket is null)
                    return;
                socket.Abort();
            }

            public async Task Invoke(HttpContext context)
            {
                var socket = await context.WebSockets.AcceptWebSocketAsync();
                context.RequestAborted.Register(() => socket.Abort());
                _ = CountAsync();
                throw new InvalidOperationException(socket.SubProtocol);
            }

            private async Task CountAsync()
            {
                await Task.Yield();
                _count++;
            }
        }
        """);

    // Whatever was awaited in between may have been the socket's whole life.
    [Fact]
    public Task Ignores_what_is_kept_after_the_loop() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        using Microsoft.AspNetCore.Http;

        class Middleware
        {
            private readonly List<WebSocket> _history = new();

            public async Task InvokeAsync(HttpContext context)
            {
                var socket = await context.WebSockets.AcceptWebSocketAsync();
                await Echo.RunAsync(socket);
                _history.Add(socket);
            }
        }
        """ + Echo);

    [Fact]
    public Task Ignores_doppelgaengers_and_half_typed_code() => new Verify.Test<LifetimeAnalyzer, EmptyCodeFixProvider>("""
        class Manager
        {
            public Task<WebSocket> AcceptWebSocketAsync() => Task.FromResult<WebSocket>(null);
        }

        class Context
        {
            public Manager WebSockets { get; } = new();
        }

        class Middleware
        {
            private readonly List<WebSocket> _sockets = new();

            public async Task InvokeAsync(Context context)
            {
                var socket = await context.WebSockets.AcceptWebSocketAsync();
                _sockets.Add(socket);
            }

            public async Task InvokeAsync(Microsoft.AspNetCore.Http.HttpContext context)
            {
                var socket = await context.WebSockets.AcceptWebSocketAsync();
                _sockets.Add(socket
                _ = Missing(socket);
        """) { CompilerDiagnostics = CompilerDiagnostics.None }.RunAsync(TestContext.Current.CancellationToken);

    // The only ways out of the loop lead past the receive.
    [Fact]
    public Task Ignores_endless_loops_in_the_handler() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        using Microsoft.AspNetCore.Builder;

        // top-level
        var app = WebApplication.Create(args);
        var buffer = new byte[256];
        var connections = new Dictionary<string, WebSocket>();
        app.Map("/", async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            connections.Add("any", socket);
            try
            {
                while (true)
                {
                    if (socket.State == WebSocketState.Closed)
                        continue;
                    await socket.ReceiveAsync(buffer, CancellationToken.None);
                }
            }
            catch (Exception e)
            {
                Console.WriteLine(e);
            }
        });
        """);

    [Fact]
    public Task Ignores_recursive_methods() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        using Microsoft.AspNetCore.Http;

        class Middleware
        {
            public async Task InvokeAsync(HttpContext context)
            {
                var socket = await context.WebSockets.AcceptWebSocketAsync();
                Visit(socket, 3);
            }

            private void Visit(WebSocket socket, int depth)
            {
                if (depth > 0)
                    Visit(socket, depth - 1);
            }
        }
        """);

    [Fact]
    public Task Fixes_by_awaiting_the_loop() => Verify.FixesAsync<LifetimeAnalyzer, AbandonedSocketCodeFix>("""
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;

        static class Endpoints
        {
            public static void Map(WebApplication app)
            {
                app.Use(async (context, next) =>
                {
                    if (context.WebSockets.IsWebSocketRequest)
                    {
                        using var socket = await context.WebSockets.AcceptWebSocketAsync();
                        // in the background
                        _ = {|WSA3005:Task.Run(() => Echo.RunAsync(socket))|};
                    }
                    else
                    {
                        await next(context);
                    }
                });
                app.Map("/echo", async context =>
                {
                    var socket = await context.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
                    try
                    {
                        {|WSA3005:Echo.RunAsync(socket)|}.ConfigureAwait(false);
                        return;
                    }
                    catch (WebSocketException e)
                    {
                        Console.WriteLine(e);
                    }
                });
            }
        }
        """ + Echo, """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;

        static class Endpoints
        {
            public static void Map(WebApplication app)
            {
                app.Use(async (context, next) =>
                {
                    if (context.WebSockets.IsWebSocketRequest)
                    {
                        using var socket = await context.WebSockets.AcceptWebSocketAsync();
                        // in the background
                        await Task.Run(() => Echo.RunAsync(socket));
                    }
                    else
                    {
                        await next(context);
                    }
                });
                app.Map("/echo", async context =>
                {
                    var socket = await context.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
                    try
                    {
                        await Echo.RunAsync(socket).ConfigureAwait(false);
                        return;
                    }
                    catch (WebSocketException e)
                    {
                        Console.WriteLine(e);
                    }
                });
            }
        }
        """ + Echo);

    [Fact]
    public Task FixesAll_handlers() => Verify.FixesAsync<LifetimeAnalyzer, AbandonedSocketCodeFix>("""
        using Microsoft.AspNetCore.Mvc;

        public class ChatController : ControllerBase
        {
            [HttpGet("/a")]
            public async Task<IActionResult> First()
            {
                var socket = await HttpContext.WebSockets.AcceptWebSocketAsync();
                {|WSA3005:Echo.RunAsync(socket)|};
                return new EmptyResult();
            }

            [HttpGet("/b")]
            public async Task Second(bool wanted)
            {
                if (wanted)
                    _ = {|WSA3005:Echo.RunAsync(await HttpContext.WebSockets.AcceptWebSocketAsync())|};
            }
        }
        """ + Echo, """
        using Microsoft.AspNetCore.Mvc;

        public class ChatController : ControllerBase
        {
            [HttpGet("/a")]
            public async Task<IActionResult> First()
            {
                var socket = await HttpContext.WebSockets.AcceptWebSocketAsync();
                await Echo.RunAsync(socket);
                return new EmptyResult();
            }

            [HttpGet("/b")]
            public async Task Second(bool wanted)
            {
                if (wanted)
                    await Echo.RunAsync(await HttpContext.WebSockets.AcceptWebSocketAsync());
            }
        }
        """ + Echo);

    [Fact]
    public Task OffersNoFix_where_the_loop_is_not_the_last_act() => Verify.OffersNoFixAsync<LifetimeAnalyzer, AbandonedSocketCodeFix>("""
        using Microsoft.AspNetCore.Http;

        class Middleware
        {
            private readonly List<WebSocket> _sockets = new();
            private readonly RequestDelegate _next;
            public Middleware(RequestDelegate next) => _next = next;

            public async Task InvokeAsync(HttpContext context)
            {
                if (context.WebSockets.IsWebSocketRequest)
                {
                    var socket = await context.WebSockets.AcceptWebSocketAsync();
                    _ = {|WSA3005:Echo.RunAsync(socket)|};
                }

                await _next(context);
            }

            public async Task Invoke(HttpContext context)
            {
                var socket = await context.WebSockets.AcceptWebSocketAsync();
                _ = {|WSA3005:Task.Factory.StartNew(async () => await Echo.RunAsync(socket))|};
            }

            public async Task Invoke(HttpContext context, string name)
            {
                {|WSA3005:_sockets.Add(await context.WebSockets.AcceptWebSocketAsync())|};
            }
        }
        """ + Echo);

    // One mistake, one diagnostic: the dropped send in the loop is not reported besides.
    [Fact]
    public Task Ignores_nothing_twice() => Verify.IgnoresAsync<SendingAnalyzer>("""
        using Microsoft.AspNetCore.Http;

        class Middleware
        {
            public async Task InvokeAsync(HttpContext context)
            {
                var socket = await context.WebSockets.AcceptWebSocketAsync();
                AnswerAsync(socket);
            }

            private async Task AnswerAsync(WebSocket socket)
            {
                var buffer = new byte[1024];
                var result = await socket.ReceiveAsync(buffer, default);
                await socket.SendAsync(buffer.AsMemory(0, result.Count), result.MessageType, result.EndOfMessage, default);
            }
        }
        """);

    [Fact]
    public Task Ignores_handlers_that_end_only_when_the_socket_has() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        // top-level
        using Microsoft.AspNetCore.Builder;

        var sockets = new Dictionary<string, WebSocket>();
        var app = WebApplication.Create();
        app.Map("/", async http =>
        {
            using var socket = await http.WebSockets.AcceptWebSocketAsync();
            sockets.Add("a", socket);
            try
            {
                while (true)
                {
                    if (socket.State is WebSocketState.Closed or WebSocketState.Aborted)
                        break;
                    await socket.ReceiveAsync(new byte[10], CancellationToken.None);
                }
            }
            catch (WebSocketException)
            {
                Console.WriteLine("gone");
            }
        });
        app.Run();
        """);
}
