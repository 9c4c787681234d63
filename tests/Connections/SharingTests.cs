using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;
using Xunit;

namespace WebSocketAnalyzers.Tests.Connections;

/// <summary>
/// What several connections share: the uses of semaphores marked as <c>shared</c>; which connections are less shared than a lock: the receivers marked as <c>own</c>;
/// which semaphores admit one: the variables marked as <c>one</c>.
/// </summary>
public class SharingTests
{
    [Fact]
    public void Static_members() => CheckShared("""
        class Session
        {
            static readonly SemaphoreSlim Gate = new(1, 1);
            static SemaphoreSlim Turn { get; } = new(1, 1);
            readonly SemaphoreSlim _own = new(1, 1);
            void M() { {|shared:Gate|}.Release(); {|shared:Session.Turn|}.Release(); _own.Release(); }
        }
        """);

    [Fact]
    public void Fields_of_types_that_keep_connections() => CheckShared("""
        class Array { readonly WebSocket[] _all = new WebSocket[9]; readonly SemaphoreSlim _gate = new(1); void M() => {|shared:_gate|}.Release(); }
        class Dictionary { readonly ConcurrentDictionary<string, TcpClient> _all = new(); readonly SemaphoreSlim _gate = new(1); void M() => {|shared:this._gate|}.Release(); }
        class Keys { readonly Dictionary<WebSocket, string> _all = new(); readonly SemaphoreSlim _gate = new(1); void M() => {|shared:_gate|}.Release(); }
        class Sessions { readonly List<Session> _all = new(); readonly SemaphoreSlim _gate = new(1); void M() => {|shared:_gate|}.Release(); }
        class Property { public HashSet<Session> All { get; } = new(); readonly SemaphoreSlim _gate = new(1); void M() => {|shared:_gate|}.Release(); }
        class Session { readonly WebSocket _socket = null!; readonly SemaphoreSlim _gate = new(1); void M() => _gate.Release(); }
        class Strings { readonly List<string> _all = new(); readonly SemaphoreSlim _gate = new(1); void M() => _gate.Release(); }
        """);

    [Fact]
    public void Sessions_with_a_reader_over_their_own_connection_are_connections() => CheckShared("""
        class Room { readonly List<Session> _all = new(); readonly SemaphoreSlim _gate = new(1); void M() => {|shared:_gate|}.Release(); }
        class Session
        {
            readonly Reader _reader;
            readonly WebSocket _socket;
            readonly SemaphoreSlim _gate = new(1);
            public Session(WebSocket socket) { _socket = socket; _reader = new Reader(socket); }
            void M() => _gate.Release();
        }
        class Reader { readonly WebSocket _socket; public Reader(WebSocket socket) => _socket = socket; }

        class Lounge { readonly List<Guest> _all = new(); readonly SemaphoreSlim _gate = new(1); void M() => {|shared:_gate|}.Release(); }
        class Guest { readonly TcpClient _client; readonly Lines _lines; Guest(TcpClient client) { _client = client; _lines = new(client); } }
        class Lines { public Lines(TcpClient client) => Client = client; TcpClient Client { get; } }

        class Bridges { readonly List<Bridge> _all = new(); readonly SemaphoreSlim _gate = new(1); void M() => _gate.Release(); }
        class Bridge
        {
            readonly Reader _reader;
            readonly WebSocket _socket;
            public Bridge(WebSocket socket, WebSocket other) { _socket = socket; _reader = new Reader(other); }
        }
        """);

    [Fact]
    public void Fields_of_types_that_live_once() => CheckShared("""
        using Microsoft.AspNetCore.Connections;
        using Microsoft.AspNetCore.Http;
        using Microsoft.Extensions.DependencyInjection;
        using Microsoft.Extensions.Hosting;

        class Hosted : BackgroundService
        {
            readonly SemaphoreSlim _gate = new(1);
            protected override async Task ExecuteAsync(CancellationToken token) => await {|shared:_gate|}.WaitAsync(token);
        }

        class Handler : ConnectionHandler
        {
            readonly SemaphoreSlim _gate = new(1);
            public override Task OnConnectedAsync(ConnectionContext connection) => {|shared:_gate|}.WaitAsync();
        }

        class Middleware
        {
            private readonly RequestDelegate next;
            public Middleware(RequestDelegate next) => this.next = next;

            readonly SemaphoreSlim _gate = new(1);
            public async Task InvokeAsync(HttpContext context) { await {|shared:_gate|}.WaitAsync(); await next(context); }
        }

        class Registered { readonly SemaphoreSlim _gate = new(1); void M() => {|shared:_gate|}.Release(); }
        class RegisteredAsService : IDisposable { readonly SemaphoreSlim _gate = new(1); public void Dispose() => {|shared:_gate|}.Release(); }
        class RegisteredInstance { readonly SemaphoreSlim _gate = new(1); void M() => {|shared:_gate|}.Release(); }
        class RegisteredByType { readonly SemaphoreSlim _gate = new(1); void M() => {|shared:_gate|}.Release(); }
        class Scoped { readonly SemaphoreSlim _gate = new(1); void M() => _gate.Release(); }
        class BothWays { readonly SemaphoreSlim _gate = new(1); void M() => _gate.Release(); }
        class Unknown { readonly SemaphoreSlim _gate = new(1); void M() => _gate.Release(); }

        static class Startup
        {
            static void Add(IServiceCollection services)
            {
                services.AddSingleton<Registered>();
                services.AddSingleton<IDisposable, RegisteredAsService>();
                services.AddSingleton(new RegisteredInstance());
                services.AddSingleton(typeof(RegisteredByType));
                services.AddScoped<Scoped>();
                services.AddSingleton<BothWays>();
                services.AddTransient<BothWays>();
            }
        }
        """);

    [Fact]
    public void Fields_of_a_type_that_accepts_in_a_loop() => CheckShared("""
        class Server
        {
            readonly TcpListener _listener = new(IPAddress.Any, 80);
            readonly SemaphoreSlim _gate = new(1);

            async Task RunAsync()
            {
                while (true)
                {
                    var client = await _listener.AcceptTcpClientAsync();
                    _ = ServeAsync(client);
                }
            }

            async Task ServeAsync(TcpClient client) { await {|shared:_gate|}.WaitAsync(); client.Dispose(); }
        }
        """);

    [Fact]
    public void Hubs_and_controllers_do_not_live_once() => CheckShared("""
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.AspNetCore.SignalR;

        class ChatHub : Hub
        {
            static readonly SemaphoreSlim Gate = new(1);
            readonly SemaphoreSlim _gate = new(1);
            readonly List<WebSocket> _sockets = new();
            public void Say() { _gate.Release(); {|shared:Gate|}.Release(); }
        }

        class Sockets : ControllerBase
        {
            readonly SemaphoreSlim _gate = new(1);
            readonly List<WebSocket> _sockets = new();
            public void Get() => _gate.Release();
        }
        """);

    [Fact]
    public void Locals_and_parameters_captured_by_what_runs_per_connection() => CheckShared("""
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;

        static class Pipeline
        {
            static void Configure(WebApplication app, SemaphoreSlim given)
            {
                var gate = new SemaphoreSlim(1);
                gate.Release();
                app.Map("/ws", async (HttpContext context) =>
                {
                    using var socket = await context.WebSockets.AcceptWebSocketAsync();
                    var own = new SemaphoreSlim(1);
                    await own.WaitAsync();
                    await {|shared:gate|}.WaitAsync();
                    await {|shared:given|}.WaitAsync();
                    void Nested() { {|shared:gate|}.Release(); own.Release(); }
                    Nested();
                });
                Action later = () => gate.Release();
                later();
            }

            static async Task ServeAll(TcpListener listener)
            {
                var gate = new SemaphoreSlim(1);
                await gate.WaitAsync();
                await ServeAsync(await listener.AcceptTcpClientAsync());

                async Task ServeAsync(TcpClient client) { await {|shared:gate|}.WaitAsync(); client.Dispose(); }
            }

            static async Task SendAsync(WebSocket socket, SemaphoreSlim gate) => await gate.WaitAsync();
        }
        """);

    [CSharpFact(12)]
    public void Parameters_of_a_primary_constructor_are_as_shared_as_the_object() => CheckShared("""
        using Microsoft.Extensions.Hosting;

        class Service(SemaphoreSlim gate) : BackgroundService
        {
            readonly int _free = gate.CurrentCount;
            protected override Task ExecuteAsync(CancellationToken token) => {|shared:gate|}.WaitAsync(token);
        }

        class Session(WebSocket socket, SemaphoreSlim gate)
        {
            public async Task SendAsync() { await gate.WaitAsync(); await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default); }
        }
        """);

    [Fact]
    public void Connections_of_a_static_lock() => CheckOwn("""
        class Session
        {
            static readonly SemaphoreSlim gate = new(1);
            static readonly WebSocket Only = null!;
            readonly WebSocket _socket = null!;
            WebSocket Socket => _socket;
            static WebSocket Find(string id) => Only;
            static WebSocket Find() => Only;

            async Task M(WebSocket given, List<WebSocket> all, Session other)
            {
                var local = given;
                var only = Only;
                await {|own:_socket|}.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
                await {|own:Socket|}.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
                await {|own:given|}.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
                await {|own:local|}.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
                await {|own:all[0]|}.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
                await {|own:all.First()|}.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
                await {|own:other._socket|}.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
                await {|own:Find("a")|}.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
                await Find().SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
                await Only.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
                await only.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
            }
        }
        """);

    [Fact]
    public void Connections_of_a_lock_in_the_same_object() => CheckOwn("""
        using Microsoft.Extensions.Hosting;

        class Feed : BackgroundService
        {
            private readonly ClientWebSocket second;
            public Feed(ClientWebSocket second) => this.second = second;

            readonly SemaphoreSlim gate = new(1);
            readonly ClientWebSocket _client = new();

            protected override async Task ExecuteAsync(CancellationToken token)
            {
                await _client.ConnectAsync(new Uri("ws://a"), token);
                await second.ConnectAsync(new Uri("ws://a"), token);
            }

            async Task SendAsync(WebSocket given) => await {|own:given|}.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
        }
        """);

    [Fact]
    public void Connections_of_sessions_under_the_lock_of_their_server() => CheckOwn("""
        class Server { internal readonly SemaphoreSlim gate = new(1); readonly List<Session> _sessions = new(); }

        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            async Task M() => await {|own:socket|}.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
        }
        """);

    [Fact]
    public void Connection_that_a_program_makes_once() => CheckOwn("""
        var gate = new SemaphoreSlim(1);
        var client = new ClientWebSocket();
        await client.ConnectAsync(new Uri("ws://a"), default);
        for (var i = 0; i < 3; i++)
        {
            var another = new ClientWebSocket();
            await {|own:another|}.ConnectAsync(new Uri("ws://a"), default);
        }
        """);

    [Fact]
    public void Semaphores_that_admit_one() => CheckOne("""
        class C
        {
            const int One = 1;
            readonly SemaphoreSlim {|one:_a|} = new(1);
            readonly SemaphoreSlim {|one:_b|} = new SemaphoreSlim(1, 1);
            readonly SemaphoreSlim {|one:_c|} = new(maxCount: 5, initialCount: One);
            readonly SemaphoreSlim {|one:_d|};
            readonly SemaphoreSlim _two = new(2, 2);
            readonly SemaphoreSlim _closed = new(0, 1);
            readonly SemaphoreSlim _maximum = new(maxCount: 1, initialCount: 0);
            readonly SemaphoreSlim _computed = new(Environment.ProcessorCount);
            readonly SemaphoreSlim _made = Make();
            readonly SemaphoreSlim _either;
            readonly SemaphoreSlim _never = null!;
            readonly SemaphoreSlim _given;

            C(SemaphoreSlim given) { _d = new SemaphoreSlim(1); _either = new(1); _given = given; }

            C() { _d = new(1, 1); _either = new(4); _given = new(1); }

            static SemaphoreSlim Make()
            {
                var {|one:local|} = new SemaphoreSlim(1);
                return local;
            }
        }
        """);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static void CheckShared(string source)
    {
        var markup = ModelMarkup.Of(source);
        markup.AssertMarked("shared", from use in Uses(markup)
                                      where markup.Model.Sharing.Of(use.ReferencedSymbol()!, use.Syntax, Cancel) is not null
                                      select use.Syntax.GetLocation());
    }

    private static void CheckOwn(string source)
    {
        var markup = ModelMarkup.Of(source);
        var gate = markup.Compilation.GetSymbolsWithName("gate", SymbolFilter.Member, Cancel).SingleOrDefault()
            ?? Uses(markup).Select(use => use.ReferencedSymbol()).FirstOrDefault()
            ?? markup.Trees[0].GetRoot(Cancel).DescendantNodes().OfType<VariableDeclaratorSyntax>().Where(node => node.Identifier.ValueText == "gate")
                .Select(node => markup.Compilation.GetSemanticModel(node.SyntaxTree).GetDeclaredSymbol(node, Cancel)).Single()!;
        markup.AssertMarked("own", from call in markup.Calls()
                                   where markup.Model.Apis.Of(call).Is(ApiKind.Send | ApiKind.Connect)
                                   let connection = call.Receiver()!
                                   where !markup.Model.Sharing.IsEquallyShared(connection, gate, Cancel)
                                   select connection.Syntax.GetLocation());
    }

    private static void CheckOne(string source)
    {
        var markup = ModelMarkup.Of(source);
        markup.AssertMarked("one", from node in markup.Trees[0].GetRoot(Cancel).DescendantNodes().OfType<VariableDeclaratorSyntax>()
                                   let variable = markup.Compilation.GetSemanticModel(node.SyntaxTree).GetDeclaredSymbol(node, Cancel)
                                   where ((variable as IFieldSymbol)?.Type ?? (variable as ILocalSymbol)?.Type)?.Name == "SemaphoreSlim" && Gates.AdmitsOne(variable, markup.Compilation, Cancel)
                                   select node.Identifier.GetLocation());
    }

    /// <summary>The places where a semaphore is used, other than to hand it on.</summary>
    private static IEnumerable<IOperation> Uses(ModelMarkup markup) =>
        from call in markup.Calls()
        where call.TargetMethod.ContainingType.Name == "SemaphoreSlim"
        let receiver = call.Receiver()
        where receiver.ReferencedSymbol() is not null
        select receiver;
}
