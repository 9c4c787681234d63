using Xunit;

namespace WebSocketAnalyzers.Tests.Connections;

/// <summary>Which bodies run for a connection: what is marked as <c>handler</c>, and nothing else in the source.</summary>
public class HandlersTests
{
    [Theory]
    [InlineData("WebSocket s", "while (s.State == WebSocketState.Open) { await s.ReceiveAsync(new ArraySegment<byte>(new byte[9]), default); }")]
    [InlineData("WebSocket s", "while (true) { await s.ReceiveAsync(new Memory<byte>(new byte[9]), default); }")]
    [InlineData("WebSocket s", "while (true) { await s.ReceiveAsync(new Memory<byte>(new byte[9]), default).ConfigureAwait(false); }")]
    [InlineData("WebSocket s", "do { var r = await s.ReceiveAsync(new byte[9], default); if (r.CloseStatus != null) break; } while (true);")]
    [InlineData("WebSocket s", "for (;;) { _ = await s.ReceiveAsync(new byte[9], default); }")]
    [InlineData("WebSocket s", "for (var n = 0; n < 100; n++) { try { await s.ReceiveAsync(new byte[9], default); } finally { } }")]
    [InlineData("WebSocket s", "while (true) { await s.ReceiveAsync(new byte[9].AsMemory(), default).AsTask().WaitAsync(TimeSpan.FromSeconds(9)); }")]
    [InlineData("WebSocket s", "while (true) { var receive = s.ReceiveAsync(new ArraySegment<byte>(new byte[9]), default); await Task.WhenAny(receive, Task.Delay(9)); }")]
    [InlineData("WebSocket s", "while ((await s.ReceiveAsync(new byte[9], default)).MessageType != WebSocketMessageType.Close) { }")]
    [InlineData("Socket s", "while (await s.ReceiveAsync(new byte[9], SocketFlags.None) > 0) { }")]
    [InlineData("Socket s", "int n; while ((n = await s.ReceiveAsync(new byte[9])) > 0) { }")]
    [InlineData("Socket s", "while (true) { await s.ReceiveFromAsync(new byte[9], new IPEndPoint(IPAddress.Any, 0)); }")]
    [InlineData("UdpClient s", "while (true) { await s.ReceiveAsync(); }")]
    [InlineData("NetworkStream s", "while (await s.ReadAsync(new byte[9]) != 0) { }")]
    [InlineData("NetworkStream s", "while (true) { await s.ReadExactlyAsync(new byte[9], 0, 9).ConfigureAwait(false); }")]
    [InlineData("TcpClient s", "while (await s.GetStream().ReadAsync(new byte[9]) != 0) { }")]
    [InlineData("System.Net.Security.SslStream s", "while (await s.ReadAsync(new byte[9], 0, 9) != 0) { }")]
    [InlineData("System.IO.Pipelines.PipeReader s", "while (true) { var r = await s.ReadAsync(); if (r.IsCompleted) break; }")]
    [InlineData("System.IO.Pipelines.IDuplexPipe s", "while (true) { var r = await s.Input.ReadAsync(); if (r.IsCompleted) break; }")]
    [InlineData("System.IO.Pipes.NamedPipeServerStream s", "while (true) { await s.ReadAsync(new byte[9]); }")]
    [InlineData("TcpListener s", "while (true) { var c = await s.AcceptTcpClientAsync(); c.Dispose(); }")]
    [InlineData("TcpListener s", "for (;;) { using var c = await s.AcceptSocketAsync(default).ConfigureAwait(false); }")]
    [InlineData("HttpListener s", "while (s.IsListening) { var c = await s.GetContextAsync(); if (c.Request.IsWebSocketRequest) _ = c.AcceptWebSocketAsync(null); }")]
    [InlineData("Socket s", "while (true) { var c = await s.AcceptAsync(); c.Dispose(); }")]
    public void A_loop_that_awaits_a_receive_or_an_accept(string connection, string loop) => ModelMarkup.Of($$"""
        class Server
        {
            readonly {{connection}};
            Server({{connection}}) { this.s = s; }
            async Task {|handler:RunAsync|}() { {{loop}} }
            async Task OtherAsync() { await Task.Delay(1); }
        }
        """).AssertHandlers();

    [Theory]
    [InlineData("WebSocket s", "await s.ReceiveAsync(new byte[9], default);")]
    [InlineData("WebSocket s", "while (true) { await s.SendAsync(new byte[9], WebSocketMessageType.Text, true, default); }")]
    [InlineData("WebSocket s", "while (true) { _ = s.ReceiveAsync(new byte[9], default).ConfigureAwait(false); await Task.Delay(1); }")]
    [InlineData("TcpListener s", "using var c = await s.AcceptTcpClientAsync();")]
    [InlineData("Stream s", "while (await s.ReadAsync(new byte[9]) > 0) { }")]
    [InlineData("FileStream s", "while (await s.ReadAsync(new byte[9]) > 0) { }")]
    [InlineData("HttpListener s", "while (s.IsListening) { var c = await s.GetContextAsync(); c.Response.Close(); }")]
    [InlineData("StreamReader s", "while (await s.ReadLineAsync() is { } line) { }")]
    [InlineData("System.Threading.Channels.ChannelReader<string> s", "await foreach (var m in s.ReadAllAsync()) { }")]
    [InlineData("PeriodicTimer s", "while (await s.WaitForNextTickAsync()) { }")]
    public void Other_loops_and_single_receives_serve_nobody(string connection, string body) => ModelMarkup.Of($$"""
        class Worker
        {
            readonly {{connection}};
            Worker({{connection}}) { this.s = s; }
            async Task RunAsync() { {{body}} }
        }
        """).AssertHandlers();

    [Fact]
    public void A_receive_loop_of_another_library_with_the_same_names_is_none() => ModelMarkup.Of("""
        namespace Mine
        {
            class WebSocket { public Task<int> ReceiveAsync(byte[] buffer, CancellationToken token) => Task.FromResult(0); }
            class TcpListener { public Task<object> AcceptTcpClientAsync() => Task.FromResult(new object()); }
            class Hub { }
            class Worker
            {
                async Task RunAsync(WebSocket socket) { while (await socket.ReceiveAsync(new byte[9], default) > 0) { } }
                async Task ServeAsync(TcpListener listener) { while (true) { await listener.AcceptTcpClientAsync(); } }
            }
            class ChatHub : Hub { public Task SendAsync() => Task.CompletedTask; }
        }
        """).AssertHandlers();

    [Fact]
    public void The_loop_of_a_top_level_program() => ModelMarkup.Of("""
        {|handler:var|} listener = new TcpListener(IPAddress.Any, 80);
        while (true)
        {
            var client = await listener.AcceptTcpClientAsync();
            Greet(client);
        }

        static void {|handler:Greet|}(TcpClient client) { }
        static void Other() { }

        class Unrelated
        {
            readonly Action _action = () => { };
            void Method() { }
        }
        """).AssertHandlers();

    [Theory]
    [InlineData("async Task<string> ReceiveMessageAsync() { var r = await _socket.ReceiveAsync(new byte[9], default); return r.Count.ToString(); }")]
    [InlineData("async ValueTask<string> {|handler:ReceiveMessageAsync|}() { WebSocketReceiveResult r; do { r = await _socket.ReceiveAsync(new byte[9], default); } while (!r.EndOfMessage); return \"\"; }")]
    [InlineData("async Task<string> {|handler:ReceiveMessageAsync|}() { while (true) { var r = await _socket.ReceiveAsync(new byte[9], default); if (r.EndOfMessage) return \"\"; } }")]
    [InlineData("Task<string> ReceiveMessageAsync() => Deeper(); async Task<string> Deeper() { await _socket.ReceiveAsync(new byte[9], default); return \"\"; }")]
    [InlineData("Task<WebSocketReceiveResult> ReceiveMessageAsync() => _socket.ReceiveAsync(new byte[9], default);")]
    [InlineData("Task<WebSocketReceiveResult> ReceiveMessageAsync() { return _socket.ReceiveAsync(new byte[9], default).WaitAsync(TimeSpan.FromSeconds(1)); }")]
    public void The_loop_around_a_wrapped_receive(string wrapper) => ModelMarkup.Of($$"""
        class Session
        {
            readonly MessageReader _reader = new MessageReader(null!);
            async Task {|handler:RunAsync|}()
            {
                while (true)
                {
                    var message = await _reader.ReceiveMessageAsync();
                    Handle(message);
                }
            }
            void {|handler:Handle|}(object message) { }
        }
        """, $$"""
        class MessageReader
        {
            readonly WebSocket _socket;
            public MessageReader(WebSocket socket) => _socket = socket;
            public {{wrapper}}
        }
        """).AssertHandlers();

    [Fact]
    public void The_loop_over_messages_that_an_iterator_receives() => ModelMarkup.Of("""
        class Session
        {
            async Task {|handler:RunAsync|}(Messages messages, CancellationToken token)
            {
                await foreach (var message in messages.ReadAllAsync(token).WithCancellation(token).ConfigureAwait(false))
                    Handle(message);
            }
            void {|handler:Handle|}(string message) { }
        }
        class Messages
        {
            readonly WebSocket[] _sockets = new WebSocket[1];
            public async IAsyncEnumerable<string> {|handler:ReadAllAsync|}([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
            {
                while (true)
                {
                    await _sockets[0].ReceiveAsync(new byte[9], token);
                    yield return "";
                }
            }
        }
        """).AssertHandlers();

    [Fact]
    public void The_loop_around_a_wrapped_accept() => ModelMarkup.Of("""
        class Server
        {
            readonly Listener _listener = new();
            async Task {|handler:RunAsync|}()
            {
                while (true)
                {
                    var client = await _listener.AcceptAsync();
                    client.Dispose();
                }
            }
        }
        class Listener
        {
            readonly TcpListener _inner = new TcpListener(IPAddress.Any, 80);
            public async Task<TcpClient> AcceptAsync() => await _inner.AcceptTcpClientAsync();
        }
        """).AssertHandlers();

    [Fact]
    public void A_loop_that_reconnects_is_not_the_loop_that_receives() => ModelMarkup.Of("""
        class Client
        {
            async Task KeepConnectedAsync()
            {
                while (true)
                {
                    await new Attempt().RunUntilClosedAsync();
                    await Task.Delay(1000);
                }
            }
        }
        class Attempt
        {
            public async Task {|handler:RunUntilClosedAsync|}()
            {
                using var socket = new ClientWebSocket();
                while (socket.State == WebSocketState.Open)
                    await socket.ReceiveAsync(new byte[9], default);
            }
        }
        """).AssertHandlers();

    [Theory]
    [InlineData("async Task {|handler:F|}(WebSocket c) { await Task.Yield(); }")]
    [InlineData("async Task {|handler:F|}(ClientWebSocket c) { await Task.Yield(); }")]
    [InlineData("Task {|handler:F|}(TcpClient c) => Task.CompletedTask;")]
    [InlineData("async ValueTask {|handler:F|}(int id, Socket c, CancellationToken token) { await Task.Yield(); }")]
    [InlineData("async ValueTask<int> {|handler:F|}(NetworkStream c) { await Task.Yield(); return 1; }")]
    [InlineData("async void {|handler:F|}(System.Net.Security.SslStream c) { await Task.Yield(); }")]
    [InlineData("async IAsyncEnumerable<int> {|handler:F|}(UdpClient c) { await Task.Yield(); yield return 1; }")]
    [InlineData("IAsyncEnumerable<int> {|handler:F|}(WebSocket c) => null!;")]
    [InlineData("static async Task {|handler:F|}(this WebSocket c) { await Task.Yield(); }")]
    [InlineData("async Task {|handler:F|}<T>(T c) where T : WebSocket { await Task.Yield(); }")]
    [InlineData("async Task {|handler:F|}<T>(T c) where T : Session { await Task.Yield(); }")]
    [InlineData("async Task {|handler:F|}<T, U>(T c) where T : U where U : WebSocket { await Task.Yield(); }")]
    [InlineData("async Task {|handler:F|}(Session c) { await Task.Yield(); }")]
    [InlineData("async Task {|handler:F|}(Session? c) { await Task.Yield(); }")]
    [InlineData("async Task {|handler:F|}(Outer c) { await Task.Yield(); }")]
    [InlineData("async Task {|handler:F|}(Pair c) { await Task.Yield(); }")]
    [InlineData("Task {|handler:F|}(System.IO.Pipelines.IDuplexPipe c) => Task.CompletedTask;")]
    [InlineData("Task {|handler:F|}(Microsoft.AspNetCore.Connections.ConnectionContext c) => Task.CompletedTask;")]
    [InlineData("Task {|handler:F|}(Microsoft.AspNetCore.SignalR.IClientProxy c) => Task.CompletedTask;")]
    [InlineData("Task {|handler:F|}(Microsoft.AspNetCore.SignalR.Client.HubConnection c) => Task.CompletedTask;")]
    [InlineData("Task {|handler:F|}(IOwnProxy c) => Task.CompletedTask;")]
    public void An_asynchronous_method_with_a_connection_parameter(string method) => ModelMarkup.Of($$"""
        class Session { protected readonly WebSocket Socket = null!; }
        class Outer { Session? Inner { get; set; } }
        record Pair(TcpClient Client, string Name);
        interface IOwnProxy : Microsoft.AspNetCore.SignalR.IClientProxy { }
        static class Methods
        {
            {{(method.Contains("static") ? "" : "static ") + method}}
        }
        """).AssertHandlers();

    [Theory]
    [InlineData("void F(WebSocket c) { c.Dispose(); }")]
    [InlineData("int F(TcpClient c) => 1;")]
    [InlineData("async Task F(List<WebSocket> c) { await Task.Yield(); }")]
    [InlineData("async Task F(WebSocket[] c) { await Task.Yield(); }")]
    [InlineData("async Task F(Func<WebSocket> c) { await Task.Yield(); }")]
    [InlineData("async Task F(Stream c) { await Task.Yield(); }")]
    [InlineData("async Task F(TcpListener c) { await Task.Yield(); }")]
    [InlineData("async Task F(Room c) { await Task.Yield(); }")]
    [InlineData("Task F(out WebSocket c) { c = null!; return Task.CompletedTask; }")]
    [InlineData("async Task F<T>(T c) where T : Stream { await Task.Yield(); }")]
    [InlineData("async Task F(Microsoft.AspNetCore.Http.HttpContext c) { await Task.Yield(); }")]
    public void Synchronous_methods_and_other_parameters_are_no_roots(string method) => ModelMarkup.Of($$"""
        class Room { readonly ConcurrentDictionary<string, WebSocket> _members = new(); }
        static class Methods
        {
            static {{method}}
        }
        """).AssertHandlers();

    [Fact]
    public void Methods_without_a_body_are_no_bodies() => ModelMarkup.Of("""
        interface IServe { Task ServeAsync(WebSocket socket); }
        abstract class Serve : IServe
        {
            public abstract Task ServeAsync(WebSocket socket);
            public abstract WebSocket Socket { get; }
        }
        abstract partial class Other { partial void OnOpen(WebSocket socket); }
        """).AssertHandlers();

    [Fact]
    public void Explicit_implementations_constructors_and_local_functions_with_a_connection_parameter() => ModelMarkup.Of("""
        interface IServe { Task ServeAsync(WebSocket socket); }
        class Serve : IServe
        {
            public Serve(WebSocket socket) { }
            Task IServe.{|handler:ServeAsync|}(WebSocket socket)
            {
                return LocalAsync(socket);
                async Task {|handler:LocalAsync|}(WebSocket inner) { await Task.Yield(); }
            }
            void Sync()
            {
                Func<WebSocket, Task> serve = async {|handler:socket|} => await Task.Yield();
                Func<WebSocket, Task> start = async delegate (WebSocket socket) { await Task.Yield(); };
                async Task {|handler:LocalAsync|}(Socket inner) { await Task.Yield(); }
            }
        }
        """.Replace("async delegate", "async {|handler:delegate|}")).AssertHandlers();

    [Theory]
    [InlineData("app.Map(\"/ws\", async (HttpContext context) {|handler:=>|} { using var s = await context.WebSockets.AcceptWebSocketAsync(); });")]
    [InlineData("app.Map(\"/ws\", async {|handler:context|} => { using var s = await context.WebSockets.AcceptWebSocketAsync(); await Task.Yield(); });")]
    [InlineData("app.MapGet(\"/ws\", async {|handler:(HttpContext context)|} => { using var s = await context.WebSockets.AcceptWebSocketAsync(); });")]
    [InlineData("app.MapGet(\"/ws\", async (HttpContext context, Sessions sessions) {|handler:=>|} await sessions.AddAsync(context));")]
    [InlineData("app.MapPost(\"/send\", (Sessions sessions) {|handler:=>|} sessions.SendAsync());")]
    [InlineData("app.Run(async context {|handler:=>|} { var s = await context.WebSockets.AcceptWebSocketAsync(); });")]
    [InlineData("app.Use(async (context, next) {|handler:=>|} { if (context.WebSockets.IsWebSocketRequest) { await context.WebSockets.AcceptWebSocketAsync(); } else { await next(); } });")]
    [InlineData("app.Use(async delegate(HttpContext context, RequestDelegate next) { await context.WebSockets.AcceptWebSocketAsync(); });")]
    [InlineData("app.Map(\"/ws\", (RequestDelegate)(async context {|handler:=>|} { await context.WebSockets.AcceptWebSocketAsync(); }));")]
    [InlineData("app.Map(\"/ws\", Serve); async Task {|handler:Serve|}(HttpContext context) { using var s = await context.WebSockets.AcceptWebSocketAsync(); }")]
    [InlineData("app.MapGet(\"/ws\", Startup.ServeAsync);")]
    public void Delegates_of_endpoints_and_middleware_that_serve_a_connection(string code) => ModelMarkup.Of($$"""
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        static class Startup
        {
            static void Configure(WebApplication app) { {{code.Replace("async delegate", "async {|handler:delegate|}")}} }
            internal static async Task {|handler:ServeAsync|}(HttpContext context)
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
            }
        }
        """, """
        using Microsoft.AspNetCore.Http;
        class Sessions
        {
            readonly List<WebSocket> _sockets = new();
            public async Task {|handler:AddAsync|}(HttpContext context) => _sockets.Add(await context.WebSockets.AcceptWebSocketAsync());
            public Task SendAsync() => _sockets[0].SendAsync(new byte[9], WebSocketMessageType.Text, true, default);
        }
        """).AssertHandlers();

    [Theory]
    [InlineData("app.MapGet(\"/\", () => \"hello\");")]
    [InlineData("app.MapGet(\"/file\", async (HttpContext context) => await context.Response.SendFileAsync(\"a\"));")]
    [InlineData("app.Use(async (context, next) => { Log(); await next(); });")]
    [InlineData("app.Run(async context => { await context.Response.WriteAsync(\"\"); });")]
    [InlineData("app.Map(\"/admin\", branch => branch.UseMiddleware<object>());")]
    [InlineData("app.Lifetime.ApplicationStarted.Register(() => Log());")]
    public void Plain_requests_are_over_at_once(string code) => ModelMarkup.Of($$"""
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        static class Startup
        {
            static void Configure(WebApplication app) { {{code}} }
            static void Log() { }
        }
        """).AssertHandlers();

    [Fact]
    public void Fleck_runs_what_is_assigned_for_its_connections() => ModelMarkup.OfLibrary("Fleck", """
        using Fleck;
        class Chat
        {
            void Start()
            {
                var server = new WebSocketServer("ws://0.0.0.0:80");
                server.Start(socket {|handler:=>|}
                {
                    socket.OnOpen = () {|handler:=>|} Greet();
                    socket.OnMessage = {|handler:text|} => socket.Send(text);
                    socket.OnClose = OnClose;
                    socket.OnBinary = new Action<byte[]>(OnBinary);
                    Action unrelated = () => Other();
                });
            }
            void {|handler:Greet|}() { }
            void {|handler:OnClose|}() { }
            void {|handler:OnBinary|}(byte[] data) { }
            void Other() { }
        }
        """).AssertHandlers();

    [Fact]
    public void Method_groups_of_other_types_that_are_handed_to_a_library() => ModelMarkup.OfLibrary("Fleck", """
        using Fleck;
        class Chat
        {
            readonly Room _room = new();
            void Start(IWebSocketServer server) => server.Start(Configure);
            void {|handler:Configure|}(IWebSocketConnection socket)
            {
                socket.OnMessage = _room.OnMessage;
                socket.OnClose += _room.OnClose;
                _room.Other("");
            }
        }
        """, """
        class Room
        {
            public void {|handler:OnMessage|}(string text) => Store(text);
            public void {|handler:OnClose|}() { }
            public void Other(string text) { }
            void {|handler:Store|}(string text) { }
        }
        class Stranger
        {
            public void OnMessage(string text) { }
        }
        """).AssertHandlers();

    [Fact]
    public void HubConnection_runs_its_handlers_one_after_another() => ModelMarkup.Of("""
        using Microsoft.AspNetCore.SignalR.Client;
        class Client
        {
            readonly HubConnection _connection = null!;
            void Subscribe()
            {
                _connection.On<string>("Message", text {|handler:=>|} Show(text));
                _connection.On<string, int>("Both", async (text, n) {|handler:=>|} await Task.Yield());
                _connection.On("Bye", OnBye);
                _connection.Closed += async {|handler:error|} => await Task.Yield();
                _connection.Reconnected += OnReconnected;
                _connection.Closed -= error => Task.CompletedTask;
            }
            void {|handler:Show|}(string text) { }
            void {|handler:OnBye|}() { }
            Task {|handler:OnReconnected|}(string? id) => Task.CompletedTask;
        }
        """).AssertHandlers();

    [Fact]
    public void Events_of_WatsonWebsocket() => ModelMarkup.OfLibrary("WatsonWebsocket", """
        using WatsonWebsocket;
        class Server
        {
            void Start()
            {
                var server = new WatsonWsServer();
                server.MessageReceived += OnMessage;
                server.ClientConnected += (sender, e) {|handler:=>|} Greet();
                server.ClientDisconnected += delegate { };
                server.MessageReceived -= OnOther;
            }
            void {|handler:OnMessage|}(object? sender, MessageReceivedEventArgs e) { }
            void {|handler:Greet|}() { }
            void OnOther(object? sender, MessageReceivedEventArgs e) { }
        }
        """.Replace("+= delegate", "+= {|handler:delegate|}")).AssertHandlers();

    [Fact]
    public void Methods_of_hubs() => ModelMarkup.Of("""
        using Microsoft.AspNetCore.SignalR;
        class ChatHub : Hub<IChat>
        {
            public Task {|handler:Send|}(string text) => Clients.All.Message(Trim(text));
            public void {|handler:Sync|}() { }
            public string {|handler:Answer|}() => "";
            public override Task {|handler:OnConnectedAsync|}() => base.OnConnectedAsync();
            public override Task {|handler:OnDisconnectedAsync|}(Exception? error) => base.OnDisconnectedAsync(error);
            public static string Static() => "";
            string {|handler:Trim|}(string text) => text;
            protected void Protected() { }
            internal void Internal() { }
            public void Dispose() { }
            protected override void Dispose(bool disposing) { }
            public ChatHub() { }
            public string Property => "";
        }
        class DerivedHub : ChatHub
        {
            public void {|handler:More|}() { }
        }
        class PlainHub : Hub { public Task {|handler:Ping|}() => Task.CompletedTask; }
        class NoHub { public Task Ping() => Task.CompletedTask; }
        public interface IChat { Task Message(string text); }
        """).AssertHandlers();

    [Fact]
    public void Overrides_of_websocket_sharps_callbacks() => ModelMarkup.OfLibrary("WebSocketSharp", """
        using WebSocketSharp;
        using WebSocketSharp.Server;
        class Echo : WebSocketBehavior
        {
            protected override void {|handler:OnOpen|}() { }
            protected override void {|handler:OnMessage|}(MessageEventArgs e) => Reply(e.Data);
            protected override void {|handler:OnClose|}(CloseEventArgs e) { }
            void {|handler:Reply|}(string text) => Send(text);
            void OnMessage(string text) { }
        }
        class LoudEcho : Echo
        {
            protected override void {|handler:OnMessage|}(MessageEventArgs e) { }
        }
        class Impostor
        {
            protected virtual void OnMessage(MessageEventArgs e) { }
        }
        """).AssertHandlers();

    [Fact]
    public void Implementations_of_handler_members_of_interfaces() => ModelMarkup.Of("""
        using Microsoft.AspNetCore.Connections;
        using Microsoft.AspNetCore.SignalR;
        class Implicit : IHubFilter
        {
            public ValueTask<object?> {|handler:InvokeMethodAsync|}(HubInvocationContext context, Func<HubInvocationContext, ValueTask<object?>> next) => next(context);
            public Task OnConnectedAsync(string other) => Task.CompletedTask;
        }
        class Explicit : IHubFilter
        {
            ValueTask<object?> IHubFilter.{|handler:InvokeMethodAsync|}(HubInvocationContext context, Func<HubInvocationContext, ValueTask<object?>> next) => next(context);
            Task IHubFilter.{|handler:OnConnectedAsync|}(HubLifetimeContext context, Func<HubLifetimeContext, Task> next) => next(context);
        }
        class Unrelated
        {
            public ValueTask<object?> InvokeMethodAsync(HubInvocationContext context, Func<HubInvocationContext, ValueTask<object?>> next) => next(context);
        }
        class EchoHandler : ConnectionHandler
        {
            public override Task {|handler:OnConnectedAsync|}(ConnectionContext connection) => Task.CompletedTask;
        }
        """).AssertHandlers();

    [Fact]
    public void Streaming_methods_of_gRPC_services() => ModelMarkup.OfLibrary("Grpc", """
        using Grpc.Core;
        abstract class ChatBase
        {
            public virtual Task<string> Say(string request, ServerCallContext context) => throw null!;
            public virtual Task {|handler:Listen|}(string request, IServerStreamWriter<string> responses, ServerCallContext context) => throw null!;
            public virtual Task<string> {|handler:Upload|}(IAsyncStreamReader<string> requests, ServerCallContext context) => throw null!;
            public virtual Task {|handler:Chat|}(IAsyncStreamReader<string> requests, IServerStreamWriter<string> responses, ServerCallContext context) => throw null!;
        }
        class ChatService : ChatBase
        {
            public override Task<string> Say(string request, ServerCallContext context) => Task.FromResult(Store(""));
            public override async Task {|handler:Listen|}(string request, IServerStreamWriter<string> responses, ServerCallContext context)
                => await responses.WriteAsync("");
            public override async Task<string> {|handler:Upload|}(IAsyncStreamReader<string> requests, ServerCallContext context)
            {
                while (await requests.MoveNext(default)) { }
                return "";
            }
            string Store(string text) => text;
        }
        class Client
        {
            AsyncServerStreamingCall<string> _call = null!;
            async Task {|handler:ReadAsync|}() { await foreach (var m in _call.ResponseStream.ReadAllAsync()) { } }
            async Task {|handler:ReadConfiguredAsync|}() { await foreach (var m in _call.ResponseStream.ReadAllAsync().ConfigureAwait(false)) { } }
            async Task {|handler:MoveAsync|}() { while (await _call.ResponseStream.MoveNext()) { } }
            async Task OnceAsync() { await _call.ResponseStream.MoveNext(); }
        }
        """).AssertHandlers();

    [Fact]
    public void Requests_that_become_a_connection() => ModelMarkup.Of("""
        using Microsoft.AspNetCore.Http;
        using Microsoft.AspNetCore.Mvc;
        class Middleware
        {
            private readonly RequestDelegate next;
            public Middleware(RequestDelegate next) => this.next = next;

            public async Task {|handler:InvokeAsync|}(HttpContext context)
            {
                if (!context.WebSockets.IsWebSocketRequest) { await next(context); return; }
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                Log();
            }
            void {|handler:Log|}() { }
        }
        class ChatController : ControllerBase
        {
            [HttpGet("/ws")]
            public async Task {|handler:Get|}() { using var socket = await HttpContext.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext()).ConfigureAwait(false); }
            [HttpGet("/")]
            public string Index() => "";
        }
        class Listener
        {
            async Task {|handler:ServeAsync|}(HttpListenerContext context)
            {
                var upgraded = await context.AcceptWebSocketAsync(null);
            }
        }
        class PlainMiddleware
        {
            private readonly RequestDelegate next;
            public PlainMiddleware(RequestDelegate next) => this.next = next;

            public async Task InvokeAsync(HttpContext context) { await next(context); }
        }
        """).AssertHandlers();

    [Theory]
    [InlineData("M:Jobs.Run(System.String)")]
    [InlineData("M:Jobs.Run")]
    [InlineData("M:Nothing.There|  M:Jobs.Run ")]
    public void Methods_that_the_user_names(string option) => ModelMarkup.Of("""
        class Jobs
        {
            void {|handler:Run|}(string job) => Inner();
            void {|handler:Inner|}() { }
            void Other() { }
        }
        class Strangers { void Run(string job) { } }
        """).WithOption("websocket_analyzers.handlers", option).AssertHandlers();

    [Theory]
    [InlineData("Run")]
    [InlineData("T:Jobs")]
    [InlineData("M:Jobs.Run(System.Int32)")]
    [InlineData("|||")]
    public void Malformed_names_and_other_overloads_make_no_handler(string option) => ModelMarkup.Of("""
        class Jobs { void Run(string job) { } }
        """).WithOption("websocket_analyzers.handlers", option).AssertHandlers();

    [Fact]
    public void What_a_handler_calls_inside_its_outermost_type() => ModelMarkup.Of("""
        class Session
        {
            async Task {|handler:RunAsync|}(WebSocket socket)
            {
                Private();
                await AwaitedAsync();
                this.Overloaded(1);
                Local();
                new Nested().Serve();
                Generic<int>();
                var value = Parse("") ?? Parse("1");
                void {|handler:Local|}() { Deep(); }
            }
            void {|handler:Private|}() => Second();
            void {|handler:Second|}() { Third(); }
            static void {|handler:Third|}() { Fourth(); }
            static void {|handler:Fourth|}() { Fifth(); }
            static void {|handler:Fifth|}() { }
            async Task {|handler:AwaitedAsync|}() { await Task.Yield(); }
            void {|handler:Overloaded|}(int n) { }
            void Overloaded(string s) { }
            void {|handler:Deep|}() { }
            void {|handler:Generic|}<T>() { }
            static string? {|handler:Parse|}(string s) => s;
            void Uncalled() { UncalledEither(); }
            void UncalledEither() { }
            void UncalledLocals() { void Local() { } }
            class Nested
            {
                public void {|handler:Serve|}() { }
                public void Other() { }
            }
        }
        """).AssertHandlers();

    [Fact]
    public void Parts_of_one_type_in_two_files() => ModelMarkup.Of("""
        partial class Session
        {
            async Task {|handler:RunAsync|}(WebSocket socket) { Handle(); await Task.Yield(); }
            partial void Hook();
        }
        """, """
        partial class Session
        {
            void {|handler:Handle|}() { Hook(); }
            partial void {|handler:Hook|}() { }
            void Other() { }
        }
        """).AssertHandlers();

    [Fact]
    public void Lambdas_and_method_groups_that_run_in_place() => ModelMarkup.Of("""
        class Session
        {
            async Task {|handler:RunAsync|}(WebSocket socket, List<string> lines)
            {
                lines.ForEach(line {|handler:=>|} Store(line));
                lines.ForEach(Print);
                var lengths = lines.Select({|handler:line|} => Length(line)).Where(n {|handler:=>|} n > 0).ToList();
                Array.ForEach(lines.ToArray(), line {|handler:=>|} lines.ForEach(other {|handler:=>|} Compare(line, other)));
                await Task.Yield();
            }
            void {|handler:Store|}(string line) { }
            void {|handler:Print|}(string line) { }
            int {|handler:Length|}(string line) => 1;
            void {|handler:Compare|}(string a, string b) { }
        }
        """).AssertHandlers();

    [Theory]
    [InlineData("await Task.Run(() => Work());")]
    [InlineData("await Task.Run(Work);")]
    [InlineData("_ = Task.Run(async () => { await Task.Yield(); Work(); });")]
    [InlineData("await Task.Factory.StartNew(() => Work(), TaskCreationOptions.LongRunning);")]
    [InlineData("new Thread(() => Work()).Start();")]
    [InlineData("new Thread(Work).Start();")]
    [InlineData("ThreadPool.QueueUserWorkItem(_ => Work());")]
    [InlineData("using var timer = new Timer(_ => Work());")]
    [InlineData("Task.Delay(1).ContinueWith(_ => Work());")]
    [InlineData("using var registration = token.Register(() => Work());")]
    [InlineData("await Unknown(() => Work());")]
    [InlineData("_ = WorkAsync();")]
    [InlineData("WorkAsync();")]
    [InlineData("WorkAsync().ConfigureAwait(false);")]
    [InlineData("new Other().Work();")]
    [InlineData("await Other.WorkAsync();")]
    [InlineData("Action later = () => Work();")]
    [InlineData("Action later = Work;")]
    [InlineData("void Local() => Work();")]
    [InlineData("var name = nameof(Work);")]
    public void What_leaves_the_handler_does_not_run_for_it(string code) => ModelMarkup.Of($$"""
        #pragma warning disable CS4014, CS8321
        class Session
        {
            async Task {|handler:RunAsync|}(WebSocket socket, CancellationToken token)
            {
                {{code}}
                await Task.Yield();
            }
            void Work() { }
            async Task WorkAsync() { await Task.Yield(); Work(); }
            {|handler:Task Unknown|}
        }
        class Other
        {
            public void Work() { }
            public static Task WorkAsync() => Task.CompletedTask;
        }
        """.Replace("{|handler:Task Unknown|}", code.Contains("Unknown") ? "Task {|handler:Unknown|}(Action action) => Task.CompletedTask;" : "")).AssertHandlers();

    [Fact]
    public void A_receive_loop_in_offloaded_code_serves_its_connection_there() => ModelMarkup.Of("""
        class Session
        {
            readonly WebSocket _socket = null!;
            void Start() => Task.Run(async () {|handler:=>|} { while (true) { await _socket.ReceiveAsync(new byte[9], default); Handle(); } });
            void {|handler:Handle|}() { }
        }
        """).AssertHandlers();

    [Fact]
    public void Recursion_ends() => ModelMarkup.Of("""
        class Session
        {
            async Task {|handler:RunAsync|}(WebSocket socket) { await RunAsync(socket); Ping(); Local(); void {|handler:Local|}() => Local(); }
            void {|handler:Ping|}() => Pong();
            void {|handler:Pong|}() => Ping();
            void Alone() => Alone();
        }
        class Knot<T> where T : Knot<T>
        {
            T Next => Next;
            async Task RunAsync(T knot) { await knot.RunAsync(knot); }
        }
        """).AssertHandlers();

    [Fact]
    public void A_virtual_hook_of_the_same_type_runs_for_the_connection() => ModelMarkup.Of("""
        abstract class Session
        {
            async Task {|handler:RunAsync|}(WebSocket socket) { await Task.Yield(); OnMessage(""); }
            protected virtual void {|handler:OnMessage|}(string text) { }
        }
        class ChatSession : Session
        {
            protected override void OnMessage(string text) { }
        }
        """).AssertHandlers();

    [Fact]
    public void Code_outside_of_bodies_belongs_to_no_handler() => ModelMarkup.Of("""
        class Session
        {
            readonly Action _idle = () => { };
            readonly int _length = Compute();
            static int Compute() => 1;
            int Expression => Compute();
            int Accessor { get { return 1; } set { } }
            ~Session() { }
            public static Session operator +(Session a, Session b) => a;
            event Action Changed { add { } remove { } }
            int this[int i] => i;
            async Task {|handler:RunAsync|}(WebSocket socket) { await Task.Yield(); }
        }
        """).AssertHandlers();
}
