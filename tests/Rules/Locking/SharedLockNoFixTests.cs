using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Locking;

public partial class SharedLockTests
{
    /// <summary>A static manager whose lock is used as <paramref name="members"/> say.</summary>
    private static string Manager(string members) => $$"""
        static class Manager
        {
            private static readonly SemaphoreSlim Gate = new(1, 1);
            private static readonly Dictionary<string, WebSocket> Sockets = new();
            private static readonly byte[] Buffer = new byte[4096];
            private static readonly StringBuilder Log = new();
            private static int s_count;

        {{members}}
        }
        """;

    [Theory]
    [InlineData("s_count++;")]
    [InlineData("s_count += message.Length;")]
    [InlineData("Sockets.Remove(message);")]
    [InlineData("Sockets[message] = socket;")]
    [InlineData("Log.Append(message);")]
    [InlineData("Encoding.UTF8.GetBytes(message, 0, message.Length, Buffer, 0);")]
    [InlineData("await socket.ReceiveAsync(Buffer.AsMemory(), default);")]
    [InlineData("Track(message);")]
    [InlineData("(s_count, var other) = (1, 2);")]
    public Task Fixes_nothing_where_the_lock_also_guards_shared_state(string statement) => OffersNoFixAsync(Manager($$"""
            public static async Task SendAsync(WebSocket socket, string message)
            {
                await {|WSA1001:Gate.WaitAsync()|};
                try
                {
                    {{statement}}
                    await socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    Gate.Release();
                }
            }

            private static void Track(string message) => s_count = message.Length;
        """));

    [Fact]
    public Task Fixes_nothing_where_a_catch_or_the_finally_changes_shared_state() => OffersNoFixAsync(Manager("""
            public static async Task SendAsync(WebSocket socket, string id)
            {
                await {|WSA1001:Gate.WaitAsync()|};
                try
                {
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
                }
                catch (WebSocketException)
                {
                    Sockets.Remove(id);
                }
                finally
                {
                    Gate.Release();
                }
            }
        """));

    [Fact]
    public Task Fixes_nothing_where_another_region_guards_something_else() => OffersNoFixAsync(Manager("""
            public static async Task SendAsync(WebSocket socket)
            {
                await {|WSA1001:Gate.WaitAsync()|};
                try
                {
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    Gate.Release();
                }
            }

            public static async Task AddAsync(string id, WebSocket socket)
            {
                await Gate.WaitAsync();
                try
                {
                    Sockets.Add(id, socket);
                }
                finally
                {
                    Gate.Release();
                }
            }
        """));

    [Theory]
    [InlineData("var socket = Sockets[id]; await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);")]
    [InlineData("await Sockets[id].SendAsync(new byte[1], WebSocketMessageType.Text, true, default);")]
    [InlineData("await Find(id).SendAsync(new byte[1], WebSocketMessageType.Text, true, default);")]
    [InlineData("given = Find(id); await given.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);")]
    [InlineData("await given.SendAsync(new byte[1], WebSocketMessageType.Text, true, default); await other.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);")]
    [InlineData("await RelayAsync(given, other);")]
    public Task Fixes_nothing_where_the_connection_is_not_one_and_the_same(string body) => OffersNoFixAsync(Manager($$"""
            public static async Task SendAsync(string id, WebSocket given, WebSocket other)
            {
                await {|WSA1001:Gate.WaitAsync()|};
                try
                {
                    {{body}}
                }
                finally
                {
                    Gate.Release();
                }
            }

            private static WebSocket Find(string id) => Sockets[id];

            private static async Task RelayAsync(WebSocket from, WebSocket to)
            {
                var result = await from.ReceiveAsync(new byte[10].AsMemory(), default);
                await to.SendAsync(new byte[10], result.MessageType, true, default);
            }
        """));

    [Fact]
    public Task Fixes_nothing_where_regions_know_the_connection_by_different_objects() => OffersNoFixAsync("""
        class Room
        {
            private readonly List<TcpClient> _clients = new();
            private readonly SemaphoreSlim _gate = new(1, 1);

            public async Task SendAsync(TcpClient client, byte[] message)
            {
                await {|WSA1001:_gate.WaitAsync()|};
                try
                {
                    await client.GetStream().WriteAsync(message);
                }
                finally
                {
                    _gate.Release();
                }
            }

            public async Task SendAsync(NetworkStream stream, byte[] message)
            {
                await {|WSA1001:_gate.WaitAsync()|};
                try
                {
                    await stream.WriteAsync(message);
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Fixes_nothing_where_the_connection_may_be_missing() => OffersNoFixAsync(Manager("""
            public static async Task SendAsync(WebSocket? socket)
            {
                await {|WSA1001:Gate.WaitAsync()|};
                try
                {
                    if (socket is not null)
                        await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    Gate.Release();
                }
            }
        """).Insert(0, "#nullable enable\n"));

    [Fact]
    public Task Fixes_nothing_for_a_loop_that_is_not_the_whole_region() => OffersNoFixAsync(Manager("""
            public static async Task BroadcastAsync(byte[] message)
            {
                await {|WSA1001:Gate.WaitAsync()|};
                try
                {
                    Console.WriteLine(message.Length);
                    foreach (var socket in Sockets.Values)
                        await socket.SendAsync(message, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    Gate.Release();
                }
            }

            public static async Task<bool> TryBroadcastAsync(byte[] message)
            {
                if (!await {|WSA1001:Gate.WaitAsync(10)|})
                    return false;
                try
                {
                    foreach (var socket in Sockets.Values)
                        await socket.SendAsync(message, WebSocketMessageType.Text, true, default);
                    return true;
                }
                finally
                {
                    Gate.Release();
                }
            }
        """));

    [Theory]
    [InlineData("public static Task BeginAsync() => Gate.WaitAsync();")]
    [InlineData("public static SemaphoreSlim Turn => Gate;")]
    [InlineData("public static int Free => Gate.CurrentCount;")]
    [InlineData("public static void Dispose() => Gate.Dispose();")]
    [InlineData("public static void Open() => Gate?.Release();")]
    [InlineData("public static string Name => nameof(Gate);")]
    public Task Fixes_nothing_where_the_lock_is_used_otherwise(string member) => OffersNoFixAsync(Manager($$"""
            {{member}}

            public static async Task SendAsync(WebSocket socket)
            {
                await {|WSA1001:Gate.WaitAsync()|};
                try
                {
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    Gate.Release();
                }
            }
        """));

    [Fact]
    public Task Fixes_nothing_where_code_that_is_not_compiled_uses_the_lock() => OffersNoFixAsync(Manager("""
        #if OLD
            public static void Open() => Gate.Release();
        #endif
            public static async Task SendAsync(WebSocket socket)
            {
                await {|WSA1001:Gate.WaitAsync()|};
                try
                {
                    await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    Gate.Release();
                }
            }
        """));

    [Fact]
    public Task Fixes_nothing_where_a_static_member_has_no_session_at_hand() => OffersNoFixAsync("""
        class ChatSession
        {
            private readonly WebSocket socket;
            public ChatSession(WebSocket socket) => this.socket = socket;

            private static readonly SemaphoreSlim Gate = new(1, 1);

            public async Task SendAsync(byte[] message)
            {
                await {|WSA1001:Gate.WaitAsync()|};
                try
                {
                    await socket.SendAsync(message, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    Gate.Release();
                }
            }

            public static async Task SendAsync(WebSocket other, byte[] message)
            {
                await {|WSA1001:Gate.WaitAsync()|};
                try
                {
                    await other.SendAsync(message, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    Gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Fixes_nothing_where_the_loop_counts_for_all() => OffersNoFixAsync("""
        class Room
        {
            private readonly List<WebSocket> _members = new();
            private readonly SemaphoreSlim _gate = new(1, 1);

            public async Task<int> BroadcastAsync(byte[] message)
            {
                var sent = 0;
                await Task.WhenAll(_members.Select(async member =>
                {
                    await {|WSA1001:_gate.WaitAsync()|};
                    try
                    {
                        await member.SendAsync(message, WebSocketMessageType.Text, true, default);
                        sent++;
                    }
                    finally
                    {
                        _gate.Release();
                    }
                }));
                return sent;
            }
        }
        """);

    [Fact]
    public Task Fixes_nothing_in_a_static_hub_method_or_a_background_task_of_a_hub() => OffersNoFixAsync("""
        using Microsoft.AspNetCore.SignalR;

        class ChatHub : Hub
        {
            private static readonly SemaphoreSlim Gate = new(1, 1);

            public Task Say(string text) => Task.Run(async () =>
            {
                await {|WSA1001:Gate.WaitAsync()|};
                try
                {
                    await Clients.All.SendAsync("said", text);
                }
                finally
                {
                    Gate.Release();
                }
            });
        }
        """);

    [Theory]
    [InlineData("room.Sent++;")]
    [InlineData("room.History.Add(text);")]
    [InlineData("_history.Append(text);")]
    [InlineData("_names[text] = 1;")]
    [InlineData("Touch();")]
    [InlineData("room.Add(text);")]
    [InlineData("var history = room.History; history.Clear();")]
    [InlineData("foreach (var other in room.Users) other.Score = 1;")]
    [InlineData("user.Score++; user = room.Users[0]; user.Score++;")]
    public Task Fixes_nothing_where_the_lock_guards_an_object_that_sessions_share(string statement) => OffersNoFixAsync($$"""
        class Room
        {
            public int Sent { get; set; }
            public List<string> History { get; } = new();
            public List<User> Users { get; } = new();
            public void Add(string text) => History.Add(text);
        }

        class User { public int Score { get; set; } }

        class ChatSession
        {
            private static readonly SemaphoreSlim Gate = new(1, 1);
            private readonly WebSocket socket;
            private readonly Room room;
            private readonly StringBuilder _history;
            private readonly Dictionary<string, int> _names;
            public ChatSession(WebSocket socket, Room room, StringBuilder history, Dictionary<string, int> names) { this.socket = socket; this.room = room; _history = history; _names = names; }

            public async Task SendAsync(string text)
            {
                var user = new User();
                await {|WSA1001:Gate.WaitAsync()|};
                try
                {
                    {{statement}}
                    await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    Gate.Release();
                }
            }

            private void Touch() => room.Sent++;
        }
        """);
}
