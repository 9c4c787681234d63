using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;
using Xunit;

namespace WebSocketAnalyzers.Tests.Connections;

/// <summary>Which types are connections: what is marked as <c>connection</c>, and no other declared type.</summary>
public class ConnectionTypesTests
{
    [Theory]
    [InlineData("System.Net.WebSockets.WebSocket")]
    [InlineData("System.Net.WebSockets.ClientWebSocket")]
    [InlineData("System.Net.WebSockets.WebSocketStream")]
    [InlineData("System.Net.Sockets.Socket")]
    [InlineData("System.Net.Sockets.TcpClient")]
    [InlineData("System.Net.Sockets.UdpClient")]
    [InlineData("System.Net.Sockets.NetworkStream")]
    [InlineData("System.Net.Security.SslStream")]
    [InlineData("System.Net.Security.NegotiateStream")]
    [InlineData("System.IO.Pipes.NamedPipeServerStream")]
    [InlineData("System.IO.Pipelines.PipeReader")]
    [InlineData("System.IO.Pipelines.PipeWriter")]
    [InlineData("Microsoft.AspNetCore.Connections.ConnectionContext")]
    [InlineData("Microsoft.AspNetCore.Connections.DefaultConnectionContext")]
    [InlineData("Microsoft.AspNetCore.SignalR.IClientProxy")]
    [InlineData("Microsoft.AspNetCore.SignalR.HubConnectionContext")]
    [InlineData("Microsoft.AspNetCore.SignalR.Client.HubConnection")]
    public void Catalogued_types_and_what_derives_from_them(string name) => Assert.True(IsConnection(name));

    [Theory]
    [InlineData("System.Object")]
    [InlineData("System.String")]
    [InlineData("System.Int32")]
    [InlineData("System.Void")]
    [InlineData("System.IO.Stream")]
    [InlineData("System.IO.MemoryStream")]
    [InlineData("System.IO.FileStream")]
    [InlineData("System.Net.Sockets.TcpListener")]
    [InlineData("System.Net.HttpListener")]
    [InlineData("System.Net.Http.HttpClient")]
    [InlineData("System.Net.WebSockets.WebSocketReceiveResult")]
    [InlineData("System.Net.WebSockets.ClientWebSocketOptions")]
    [InlineData("Microsoft.AspNetCore.Http.HttpContext")]
    [InlineData("Microsoft.AspNetCore.SignalR.Hub")]
    [InlineData("System.Threading.Tasks.Task")]
    public void Other_types_of_the_framework(string name) => Assert.False(IsConnection(name));

    [Fact]
    public void Connections_of_other_libraries()
    {
        AssertConnections(ModelMarkup.OfLibrary("Fleck", "class {|connection:Client|} { readonly Fleck.IWebSocketConnection _socket = null!; }"));
        AssertConnections(ModelMarkup.OfLibrary("Grpc", "class {|connection:Call|} { readonly Grpc.Core.AsyncDuplexStreamingCall<string, int> _call = null!; }"));
        AssertConnections(ModelMarkup.OfLibrary("WebSocketSharp", "class {|connection:Echo|} : WebSocketSharp.Server.WebSocketBehavior { } class {|connection:Client|} { WebSocketSharp.WebSocket S { get; } = null!; }"));
        AssertConnections(ModelMarkup.OfLibrary("WatsonWebsocket", "class {|connection:Client|} { readonly WatsonWebsocket.WatsonWsClient _client = null!; } class Server { readonly WatsonWebsocket.WatsonWsServer _server = null!; }"));
    }

    [Theory]
    [InlineData("class {|connection:Session|} { readonly WebSocket _socket = null!; int _count; string _name = \"\"; }")]
    [InlineData("class {|connection:Session|} { public WebSocket Socket { get; } public Session(WebSocket socket) => Socket = socket; }")]
    [InlineData("class {|connection:Session|} { WebSocket? _socket; public void Attach(WebSocket socket) { _socket = socket; } public void End() => _socket?.Abort(); }")]
    [InlineData("class {|connection:Session|} { WebSocket? _socket; public async Task OpenAsync(System.Uri to) { var socket = new ClientWebSocket(); await socket.ConnectAsync(to, default); _socket = socket; } public Task EndAsync() { var socket = _socket!; return socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default); } }")]
    [InlineData("class {|connection:Session|} { WebSocket? _socket; public Session(WebSocket socket) { _socket = socket; } public void Forget() { _socket = null; } }")]
    [InlineData("class Message { WebSocket? _sentTo; public void Sent(WebSocket socket) { _sentTo = socket; } public bool IsUnderWay => _sentTo?.State == WebSocketState.Open; }")]
    [InlineData("class {|connection:Session|} { readonly Socket _socket; public Session(Socket socket) => _socket = socket; public void GetBytes(out long sent) => sent = 1; public Task SendAsync(byte[] data) => _socket.SendAsync(data, SocketFlags.None); } class Message { Session? _sentTo; long _sent; public void Sent(Session session) { _sentTo = session; session.GetBytes(out _sent); } public long Since() { var to = _sentTo; if (to == null) return 0; to.GetBytes(out var now); return now - _sent; } }")]
    [InlineData("class Message { WebSocket? _sentTo; public void Sent(WebSocket socket) { this._sentTo = socket; } public string Where() { var to = _sentTo; return to == null ? \"\" : to.State.ToString(); } public void Log(WebSocket to) => System.Console.WriteLine(to); }")]
    [InlineData("class {|connection:Session|} { WebSocket? _socket; }")]
    [InlineData("record {|connection:Session|}(WebSocket Socket, string Name) { void F() => Socket.Abort(); }")]
    [InlineData("readonly record struct {|connection:Session|}(Socket Socket);")]
    [InlineData("struct {|connection:Session|} { public TcpClient Client; }")]
    [InlineData("sealed class {|connection:MySocket|} : ClientWebSocketLike { } abstract class {|connection:ClientWebSocketLike|} : Stub { } abstract class {|connection:Stub|} { protected Socket Inner = null!; }")]
    [InlineData("class {|connection:Session|}<T> where T : WebSocket { T _socket = null!; }")]
    [InlineData("class {|connection:Session|} { static readonly WebSocket Shared = null!; readonly WebSocket _own = null!; }")]
    [InlineData("class {|connection:Session|} { readonly WebSocket _socket = null!; readonly List<string> _lines = new(); readonly Task _loop = null!; readonly SemaphoreSlim _gate = new(1, 1); }")]
    public void A_type_that_owns_one(string source) => AssertConnections(ModelMarkup.Of(source));

    [CSharpFact(12)]
    public void A_primary_constructor_whose_parameter_is_kept() => AssertConnections(ModelMarkup.Of("""
        class {|connection:Captured|}(WebSocket socket) { public void Abort() => socket.Abort(); }
        class {|connection:InAField|}(WebSocket socket) { readonly WebSocket _socket = socket; }
        class {|connection:InAProperty|}(WebSocket socket) { public WebSocket Socket { get; } = socket; }
        class {|connection:InAFieldOfItsName|}(WebSocket socket) { readonly WebSocket socket = socket; void F() => socket.Abort(); }
        class {|connection:Derived|}(WebSocket socket) : Session(socket) { }
        class {|connection:Generic|}<T>(WebSocket socket) : Session(socket) { T? Value { get; set; } }
        abstract class {|connection:Session|}(WebSocket socket) { protected WebSocket Socket => socket; }
        class Bridge(WebSocket left, WebSocket right) { void F() { left.Abort(); right.Abort(); } }
        class HandsOn(WebSocket socket) { readonly string _state = socket.State.ToString(); }
        class Unused(WebSocket socket) { class {|connection:Inner|} { WebSocket socket = null!; } }
        """));

    [CSharpFact(12)]
    public void A_captured_parameter_holds_it()
    {
        var markup = ModelMarkup.Of("class S(WebSocket parameter) { void F() => parameter.Abort(); }");
        Assert.Equal("parameter", markup.Model.Types.OwnedConnection(markup.Types().First())?.Name);
    }

    [Fact]
    public void Wrappers_around_wrappers_up_to_three() => AssertConnections(ModelMarkup.Of("""
        class {|connection:First|} { readonly WebSocket _inner = null!; }
        class {|connection:Second|} { readonly First _inner = null!; }
        class {|connection:Third|} { readonly Second _inner = null!; }
        class Fourth { readonly Third _inner = null!; }
        class Fifth { readonly Fourth _inner = null!; }
        """));

    [Fact]
    public void A_connection_in_the_base_class() => AssertConnections(ModelMarkup.Of("""
        abstract class {|connection:Session|}
        {
            protected Session(WebSocket socket) => Socket = socket;
            protected WebSocket Socket { get; }
        }
        class {|connection:ChatSession|} : Session { public ChatSession(WebSocket socket) : base(socket) { } }
        class {|connection:GenericSession|}<T> : Session { public GenericSession(WebSocket socket) : base(socket) { } T? Value { get; set; } }
        class {|connection:Outer|} { readonly GenericSession<int> _session = null!; }
        """));

    [Theory]
    [InlineData("class {|connection:S|} { TcpClient _client = null!; NetworkStream _stream = null!; }")]
    [InlineData("class {|connection:S|} { Socket _socket = null!; NetworkStream _stream = null!; System.Net.Security.SslStream _tls = null!; }")]
    [InlineData("class {|connection:S|} { System.IO.Pipelines.PipeReader _in = null!; System.IO.Pipelines.PipeWriter _out = null!; }")]
    [InlineData("class {|connection:S|} { Socket _socket = null!; System.IO.Pipelines.PipeReader _in = null!; System.IO.Pipelines.PipeWriter _out = null!; }")]
    [InlineData("class {|connection:S|} { Microsoft.AspNetCore.Connections.ConnectionContext _connection = null!; System.IO.Pipelines.IDuplexPipe _transport = null!; }")]
    public void Two_ends_of_one_connection(string source) => AssertConnections(ModelMarkup.Of(source));

    [Theory]
    [InlineData("class Bridge { WebSocket _left = null!; WebSocket _right = null!; }")]
    [InlineData("class Bridge { WebSocket _downstream = null!; ClientWebSocket _upstream = null!; }")]
    [InlineData("class Bridge { WebSocket _client = null!; TcpClient _upstream = null!; }")]
    [InlineData("class Bridge { System.IO.Pipelines.PipeReader _a = null!; System.IO.Pipelines.PipeReader _b = null!; }")]
    [InlineData("class Bridge { System.IO.Pipes.NamedPipeServerStream _server = null!; System.IO.Pipes.NamedPipeClientStream _client = null!; }")]
    [InlineData("class Bridge { TcpClient _client = null!; NetworkStream _a = null!; NetworkStream _b = null!; }")]
    [InlineData("class {|connection:Session|} { WebSocket _s = null!; } class Bridge { Session _left = null!; Session _right = null!; }")]
    [InlineData("record Bridge(WebSocket Left, WebSocket Right);")]
    [InlineData("class {|connection:Half|} { protected WebSocket Left = null!; } class Bridge : Half { WebSocket _right = null!; }")]
    public void Two_connections_of_different_peers(string source) => AssertConnections(ModelMarkup.Of(source));

    [Theory]
    [InlineData("class Room { readonly List<WebSocket> _members = new(); }")]
    [InlineData("class Room { readonly WebSocket[] _members = new WebSocket[9]; }")]
    [InlineData("class Room { readonly ConcurrentDictionary<string, WebSocket> _members = new(); }")]
    [InlineData("class Room { readonly ConcurrentDictionary<WebSocket, string> _members = new(); }")]
    [InlineData("class {|connection:Session|} { WebSocket _s = null!; } class Room { readonly HashSet<Session> _members = new(); }")]
    [InlineData("class Room { readonly WebSocket _owner = null!; readonly IReadOnlyList<WebSocket> _members = new List<WebSocket>(); }")]
    [InlineData("class Room { readonly IEnumerable<TcpClient> _members = new List<TcpClient>(); readonly NetworkStream _log = null!; }")]
    public void Collections_make_a_manager(string source) => AssertConnections(ModelMarkup.Of(source));

    [Theory]
    [InlineData("class Worker : Microsoft.Extensions.Hosting.BackgroundService { ClientWebSocket _socket = null!; protected override Task ExecuteAsync(CancellationToken t) => Task.CompletedTask; }")]
    [InlineData("class Worker : Microsoft.Extensions.Hosting.IHostedService { ClientWebSocket _socket = null!; public Task StartAsync(CancellationToken t) => Task.CompletedTask; public Task StopAsync(CancellationToken t) => Task.CompletedTask; }")]
    [InlineData("class ChatHub : Microsoft.AspNetCore.SignalR.Hub { WebSocket _socket = null!; }")]
    [InlineData("static class Holder { static WebSocket Socket = null!; static class Inner { } }")]
    [InlineData("class Holder { static readonly WebSocket Socket = null!; const string Name = \"\"; }")]
    [InlineData("class Factory { readonly Func<WebSocket> _create = null!; event Action<WebSocket>? Opened; }")]
    [InlineData("class Later { readonly Task<WebSocket> _socket = null!; readonly Lazy<WebSocket> _lazy = null!; }")]
    [InlineData("class Computed { WebSocket Socket => null!; WebSocket Get() => null!; }")]
    [InlineData("class HandsOn { readonly string _state; HandsOn(WebSocket socket) => _state = socket.State.ToString(); }")]
    [InlineData("class Unused { Unused(WebSocket socket) { } class {|connection:Inner|} { WebSocket socket = null!; } }")]
    [InlineData("interface IHave { WebSocket Socket { get; } }")]
    [InlineData("enum E { A } delegate WebSocket Make();")]
    [InlineData("class Listener { readonly TcpListener _listener = null!; }")]
    public void Singletons_hubs_statics_and_what_only_hands_out(string source) => AssertConnections(ModelMarkup.Of(source.Replace("event Action<WebSocket>? Opened;", "public event Action<WebSocket>? Opened { add { } remove { } }")));

    [Fact]
    public void Types_of_the_same_names_elsewhere() => AssertConnections(ModelMarkup.Of("""
        namespace Mine.Net.WebSockets
        {
            class WebSocket { }
            class TcpClient { readonly WebSocket _socket = null!; }
            class HubConnection { }
            class Session { readonly WebSocket _socket = null!; readonly TcpClient _client = null!; }
        }
        """));

    [Fact]
    public void Recursive_types() => AssertConnections(ModelMarkup.Of("""
        class Node { Node? _next; Node? _previous; }
        class {|connection:SessionNode|} { SessionNode? _next; WebSocket _socket = null!; }
        class Ping { Pong? _pong; }
        class Pong { Ping? _ping; }
        class Curious<T> where T : Curious<T> { T? _self; }
        class Grows<T> { Grows<List<T>>? _more; Grows<Grows<T>>? _most; }
        class Tree { List<Tree> _children = new(); Dictionary<Tree, Tree[]> _map = new(); }
        """));

    [Fact]
    public void Broken_types()
    {
        var markup = ModelMarkup.OfBroken("""
            class A { Missing _missing; WebSocket<int> _generic; }
            class B : Missing { Missing.Nested _nested; }
            class C : D { } class D : C { WebSocket s; }
            class E<T> where T : T { T _t; }
            class F<T, U> where T : U where U : T { T _t; }
            class G { G( }
            partial class H(WebSocket s) { void M() => s.Abort(); } partial class H(WebSocket s) { }
            """);
        foreach (var type in markup.Types())
        {
            markup.Model.Types.IsConnection(type);
            markup.Model.Types.OwnedConnection(type);
        }

        Assert.False(markup.Model.Types.IsConnection(markup.Types().Single(type => type.Name == "A")));
        Assert.False(markup.Model.Types.IsConnection(markup.Types().Single(type => type.Name == "F")));
        Assert.False(markup.Model.Types.IsConnection(null));
        Assert.False(markup.Model.Types.IsConnection(markup.Compilation.CreateErrorTypeSymbol(null, "WebSocket", 0)));
        Assert.False(markup.Model.Types.IsConnection(markup.Compilation.DynamicType));
    }

    [Theory]
    [InlineData("class S { readonly WebSocket _field = null!; }", "_field")]
    [InlineData("class S { public WebSocket Property { get; init; } = null!; }", "Property")]
    [InlineData("class S : B { } class B { protected TcpClient Inherited = null!; NetworkStream _second = null!; }", "Inherited")]
    [InlineData("class S { int _none; }", null)]
    public void The_member_that_holds_it(string source, string? expected)
    {
        var markup = ModelMarkup.Of(source);
        Assert.Equal(expected, markup.Model.Types.OwnedConnection(markup.Types().First())?.Name);
    }

    [Fact]
    public void Type_parameters_stand_for_what_constrains_them()
    {
        var markup = ModelMarkup.Of("""
            class {|connection:Session|} { WebSocket _s = null!; }
            class M
            {
                void Yes1<T>(T t) where T : WebSocket { }
                void Yes2<T>(T t) where T : Session { }
                void Yes3<T, U>(T t, U u) where T : U where U : class, Microsoft.AspNetCore.SignalR.IClientProxy { }
                void No1<T>(T t) { }
                void No2<T>(T t) where T : Stream, IDisposable, new() { }
                void No3<T>(T t) where T : IEnumerable<WebSocket> { }
            }
            """);
        AssertConnections(markup);
        Assert.All(markup.Methods(), method => Assert.Equal(method.Name.StartsWith("Yes", StringComparison.Ordinal), markup.Model.Types.IsConnection(method.Parameters[0].Type)));
    }

    private static void AssertConnections(ModelMarkup markup)
    {
        markup.AssertTypes("connection", type => markup.Model.Types.IsConnection(type));
        Assert.All(markup.Types(), type => Assert.True(markup.Model.Types.OwnedConnection(type) is null || markup.Model.Types.IsConnection(type)));
    }

    private static bool IsConnection(string name)
    {
        var markup = ModelMarkup.Of();
        return markup.Model.Types.IsConnection(markup.Compilation.GetTypeByMetadataName(name) ?? throw new ArgumentException("no type " + name));
    }
}
