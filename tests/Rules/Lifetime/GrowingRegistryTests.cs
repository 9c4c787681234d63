using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Lifetime;

public class GrowingRegistryTests
{
    [Fact]
    public Task Reports_a_static_list() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        static class Sockets
        {
            private static readonly List<WebSocket> s_all = new();

            public static void Add(WebSocket socket)
            {
                lock (s_all)
                    {|WSA3010:s_all.Add(socket)|};
            }

            public static async Task BroadcastAsync(byte[] data, CancellationToken cancellation)
            {
                foreach (var socket in s_all.ToArray())
                    await socket.SendAsync(data, WebSocketMessageType.Text, true, cancellation);
            }
        }
        """);

    [Fact]
    public Task Reports_dictionaries_and_bags() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        class Server
        {
            private static readonly ConcurrentDictionary<string, WebSocket> s_byId = new();
            private static readonly Dictionary<string, WebSocket> s_byName = new();
            private static ConcurrentBag<WebSocket> Bag { get; } = new();

            public async Task ServeAsync(WebSocket socket, string name)
            {
                {|WSA3010:s_byId.TryAdd(name, socket)|};
                {|WSA3010:s_byName[name] = socket|};
                {|WSA3010:Bag.Add(socket)|};
                Console.WriteLine(s_byId.Count + s_byName.Keys.Count() + Bag.Count(other => other.State == WebSocketState.Open));
                await Task.Yield();
            }
        }
        """);

    [Fact]
    public Task Reports_a_singleton_of_the_container() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        using Microsoft.Extensions.DependencyInjection;

        class ConnectionManager
        {
            private readonly ConcurrentDictionary<Guid, WebSocket> _sockets = new();

            public Guid Register(WebSocket socket)
            {
                var id = Guid.NewGuid();
                {|WSA3010:_sockets.TryAdd(id, socket)|};
                return id;
            }
        }

        static class Startup
        {
            public static void Configure(IServiceCollection services) => services.AddSingleton<ConnectionManager>();
        }
        """);

    [Fact]
    public Task Reports_what_is_made_of_a_connection() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        sealed class Session
        {
            private readonly WebSocket _socket;
            public Session(WebSocket socket) => _socket = socket;
            public WebSocketState State => _socket.State;
        }

        static class Sessions
        {
            private static readonly List<Session> s_all = new List<Session>();
            public static void Start(WebSocket socket) => {|WSA3010:s_all.Add(new Session(socket))|};
        }
        """);

    [Fact]
    public Task Reports_an_internal_field_that_nobody_else_takes_from() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        static class Sockets
        {
            internal static readonly Queue<WebSocket> All = new();
            public static void Add(WebSocket socket) => {|WSA3010:All.Enqueue(socket)|};
        }

        class Viewer
        {
            public int Count => Sockets.All.Count;
        }
        """);

    [Fact]
    public Task Reports_in_an_accept_loop() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        class Server
        {
            private static readonly List<TcpClient> s_clients = new();

            public async Task RunAsync(TcpListener listener, CancellationToken cancellation)
            {
                while (true)
                {
                    var client = await listener.AcceptTcpClientAsync(cancellation);
                    {|WSA3010:s_clients.Add(client)|};
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_collections_that_somebody_removes_from() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Server
        {
            private static readonly ConcurrentDictionary<string, WebSocket> s_byId = new();
            private static readonly List<WebSocket> s_list = new();
            private static readonly Queue<WebSocket> s_queue = new();
            private static List<WebSocket> s_replaced = new();
            private static readonly Dictionary<string, WebSocket?> s_slots = new();

            public async Task ServeAsync(WebSocket socket, string id)
            {
                s_byId.TryAdd(id, socket);
                s_list.Add(socket);
                s_queue.Enqueue(socket);
                s_replaced.Add(socket);
                s_slots[id] = socket;
                await Task.Yield();
                s_byId.TryRemove(id, out _);
                s_list.RemoveAll(other => other.State != WebSocketState.Open);
                s_queue.Dequeue();
                s_replaced = new List<WebSocket>();
                s_slots[id] = null;
            }
        }
        """);

    [Fact]
    public Task Ignores_collections_that_get_out_of_sight() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        public class Server
        {
            public static readonly List<WebSocket> Public = new();
            private static readonly List<WebSocket> s_returned = new();
            private static readonly List<WebSocket> s_passed = new();
            private static readonly List<WebSocket> s_aliased = new();

            public static void Add(WebSocket socket)
            {
                Public.Add(socket);
                s_returned.Add(socket);
                s_passed.Add(socket);
                s_aliased.Add(socket);
                Clean(s_passed);
                var same = s_aliased;
                same.Clear();
            }

            public static List<WebSocket> All => s_returned;
            private static void Clean(List<WebSocket> sockets) => sockets.Clear();
        }
        """);

    [Fact]
    public Task Ignores_fields_of_objects_that_come_and_go() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Room
        {
            private readonly List<WebSocket> _members = new();
            public void Join(WebSocket socket) => _members.Add(socket);
            public int Count => _members.Count;
        }
        """);

    [Fact]
    public Task Ignores_weak_tables_and_collections_of_other_things() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        using System.Runtime.CompilerServices;

        static class Sockets
        {
            private static readonly ConditionalWeakTable<WebSocket, object> s_gates = new();
            private static readonly List<string> s_names = new();

            public static void Add(WebSocket socket, string name)
            {
                s_gates.Add(socket, new object());
                s_names.Add(name);
            }
        }
        """);

    [Fact]
    public Task Ignores_clients_that_a_program_makes_itself() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        static class Pool
        {
            private static readonly List<ClientWebSocket> s_clients = new();

            public static void Fill(int count)
            {
                for (var i = 0; i < count; i++)
                    s_clients.Add(new ClientWebSocket());
            }
        }
        """);

    [Fact]
    public Task Ignores_removal_in_another_part_and_file() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        static partial class Sockets
        {
            private static readonly List<WebSocket> s_all = new();
            internal static readonly List<WebSocket> s_known = new();
            public static void Add(WebSocket socket)
            {
                s_all.Add(socket);
                s_known.Add(socket);
            }
        }
        """, """
        using System.Net.WebSockets;

        static partial class Sockets
        {
            public static void Remove(WebSocket socket) => s_all.Remove(socket);
        }

        class Cleaner
        {
            public void Clean(WebSocket socket) => Sockets.s_known.Remove(socket);
        }
        """);

    [Fact]
    public Task Ignores_doppelgaengers_and_half_typed_code() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        namespace Mine
        {
            class WebSocket { }

            static class Sockets
            {
                private static readonly List<WebSocket> s_all = new();
                private static readonly List<{|CS0246:Unknown|}> s_half = new();
                public static void Add(WebSocket socket)
                {
                    s_all.Add(socket);
                    s_half.Add({|CS0103:socked|});
                }
            }
        }
        """);
}
