using WebSocketAnalyzers.CodeFixes.Fixes.Locking;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Locking;

public class UnsharedLockTests
{
    private static Task ReportsAsync(string source) => Verify.ReportsAsync<LockingAnalyzer>(source);

    private static Task IgnoresAsync(string source) => Verify.IgnoresAsync<LockingAnalyzer>(source);

    private static Task FixesAsync(string source, string fixedSource) => Verify.FixesAsync<LockingAnalyzer, UnsharedLockCodeFix>(source, fixedSource);

    private static Task OffersNoFixAsync(string source) => Verify.OffersNoFixAsync<LockingAnalyzer, UnsharedLockCodeFix>(source);

    /// <summary>A session whose method makes and uses a lock.</summary>
    private static string Session(string declaration, string fields = "", string gate = "gate", string inside = "await _socket.SendAsync(message, WebSocketMessageType.Text, true, token);", string more = "") => $$"""
        class ChatSession
        {
            private readonly WebSocket _socket;{{fields}}

            public ChatSession(WebSocket socket) => _socket = socket;

            public async Task SendAsync(byte[] message, CancellationToken token)
            {{{declaration}}
                await {{gate}}.WaitAsync(token);
                try
                {
                    {{inside}}
                }
                finally
                {
                    {{gate}}.Release();
                }
            }{{more}}
        }
        """;

    [Theory]
    [InlineData("var gate = {|WSA1009:new SemaphoreSlim(1, 1)|};")]
    [InlineData("var gate = {|WSA1009:new SemaphoreSlim(1)|};")]
    [InlineData("using var gate = {|WSA1009:new SemaphoreSlim(1, 1)|};")]
    [InlineData("SemaphoreSlim gate = {|WSA1009:new(1, 1)|};")]
    [InlineData("SemaphoreSlim gate; gate = {|WSA1009:new(1, 1)|};")]
    public Task Reports_lock_made_in_the_method(string declaration) => ReportsAsync(Session("\n        " + declaration));

    [Fact]
    public Task Reports_lock_made_by_the_function_of_one_connection() => ReportsAsync("""
        class Server
        {
            public void Start(Action<Func<TcpClient, Task>> accept) => accept(async client =>
            {
                var gate = {|WSA1009:new SemaphoreSlim(1, 1)|};
                await gate.WaitAsync();
                await client.GetStream().WriteAsync(new byte[1]);
                gate.Release();
            });
        }
        """);

    [Fact]
    public Task Reports_lock_made_in_a_handler() => ReportsAsync("""
        class Counter
        {
            private int _received;

            public async Task ServeAsync(WebSocket socket, CancellationToken token)
            {
                var gate = {|WSA1009:new SemaphoreSlim(1, 1)|};
                var buffer = new byte[4096];
                while (socket.State == WebSocketState.Open)
                {
                    var result = await socket.ReceiveAsync(buffer, token);
                    if (result.MessageType == WebSocketMessageType.Close)
                        return;
                    await gate.WaitAsync(token);
                    _received += result.Count;
                    gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_lock_that_a_lambda_waits_for() => IgnoresAsync("""
        class Broadcaster
        {
            public async Task SendAsync(List<WebSocket> sockets, byte[] data)
            {
                var gate = new SemaphoreSlim(1, 1);
                await Task.WhenAll(sockets.Select(async socket =>
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
                }));
            }
        }
        """);

    [Fact]
    public Task Ignores_lock_that_a_local_function_waits_for() => IgnoresAsync("""
        class Pump
        {
            public async Task RunAsync(WebSocket socket, CancellationToken token)
            {
                using var gate = new SemaphoreSlim(1, 1);
                await Task.WhenAll(SendAsync("a"), SendAsync("b"));

                async Task SendAsync(string text)
                {
                    await gate.WaitAsync(token);
                    try
                    {
                        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, token);
                    }
                    finally
                    {
                        gate.Release();
                    }
                }
            }
        }
        """);

    [Theory]
    [InlineData("var gate = new SemaphoreSlim(4);")]
    [InlineData("var gate = new SemaphoreSlim(0, 1);")]
    [InlineData("var gate = new SemaphoreSlim(1, 1); Register(gate);")]
    [InlineData("var gate = new SemaphoreSlim(1, 1); Last = gate;")]
    [InlineData("var gate = Last ??= new SemaphoreSlim(1, 1);")]
    [InlineData("SemaphoreSlim gate = new(1, 1); gate = Last!;")]
    [InlineData("var gate = new SemaphoreSlim(1, 1); using var registration = token.Register(() => gate.Release());")]
    public Task Ignores_other_semaphores(string declaration) => IgnoresAsync(Session("\n        " + declaration, more: "\n    static SemaphoreSlim? Last; static void Register(SemaphoreSlim gate) { }"));

    [Fact]
    public Task Ignores_lock_that_is_returned() => IgnoresAsync("""
        class Pool
        {
            public async Task<SemaphoreSlim> OpenAsync(WebSocket socket)
            {
                var gate = new SemaphoreSlim(1, 1);
                await gate.WaitAsync();
                await socket.SendAsync(new byte[1], WebSocketMessageType.Text, true, default);
                gate.Release();
                return gate;
            }
        }
        """);

    [Fact]
    public Task Ignores_throttle_of_tasks_that_release_it() => IgnoresAsync("""
        class Broadcaster
        {
            public async Task SendAsync(List<WebSocket> sockets, byte[] data)
            {
                var throttle = new SemaphoreSlim(1);
                var tasks = new List<Task>();
                foreach (var socket in sockets)
                {
                    await throttle.WaitAsync();
                    tasks.Add(socket.SendAsync(data, WebSocketMessageType.Text, true, default).ContinueWith(_ => throttle.Release()));
                }

                await Task.WhenAll(tasks);
            }
        }
        """);

    [Fact]
    public Task Ignores_locks_around_files_outside_of_handlers() => IgnoresAsync("""
        class Store
        {
            public async Task SaveAsync(string path, string text)
            {
                var gate = new SemaphoreSlim(1, 1);
                await gate.WaitAsync();
                await File.WriteAllTextAsync(path, text);
                gate.Release();
            }
        }
        """);

    [Fact]
    public Task Ignores_fields() => IgnoresAsync(Session("", "\n    private readonly SemaphoreSlim _gate = new(1, 1);", "_gate"));

    [Fact]
    public Task Ignores_another_type_of_that_name() => IgnoresAsync("""
        namespace Own
        {
            class SemaphoreSlim
            {
                public SemaphoreSlim(int count) { }
                public Task WaitAsync() => Task.CompletedTask;
                public void Release() { }
            }

            class Session
            {
                public async Task SendAsync(WebSocket socket, byte[] data)
                {
                    var gate = new SemaphoreSlim(1);
                    await gate.WaitAsync();
                    await socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                    gate.Release();
                }
            }
        }
        """);

    [Theory]
    [InlineData("var gate = {|WSA1009:new SemaphoreSlim(1, 1)|};", "new SemaphoreSlim(1, 1)")]
    [InlineData("using var gate = {|WSA1009:new SemaphoreSlim(1, 1)|};\n", "new SemaphoreSlim(1, 1)")]
    [InlineData("SemaphoreSlim gate = {|WSA1009:new(initialCount: 1, maxCount: 1)|};", "new(initialCount: 1, maxCount: 1)")]
    public Task Fixes_by_a_field(string declaration, string creation) => FixesAsync(
        Session("\n        " + declaration),
        Session("", $"\n    private readonly SemaphoreSlim _gate = {creation};", "_gate"));

    [Fact]
    public Task Fixes_in_a_class_without_other_fields() => FixesAsync(
        """
        class ChatSession
        {
            public WebSocket Socket { get; }

            public ChatSession(WebSocket socket) => Socket = socket;

            public async Task SendAsync(byte[] message)
            {
                // one at a time
                _ = message.Length;
                var sendLock = {|WSA1009:new SemaphoreSlim(1, 1)|};
                await sendLock.WaitAsync().ConfigureAwait(false);
                try
                {
                    await Socket.SendAsync(message, WebSocketMessageType.Text, true, default).ConfigureAwait(false);
                }
                finally
                {
                    sendLock.Release();
                }
            }
        }
        """,
        """
        class ChatSession
        {
            private readonly SemaphoreSlim _sendLock = new SemaphoreSlim(1, 1);

            public WebSocket Socket { get; }

            public ChatSession(WebSocket socket) => Socket = socket;

            public async Task SendAsync(byte[] message)
            {
                // one at a time
                _ = message.Length;
                await _sendLock.WaitAsync().ConfigureAwait(false);
                try
                {
                    await Socket.SendAsync(message, WebSocketMessageType.Text, true, default).ConfigureAwait(false);
                }
                finally
                {
                    _sendLock.Release();
                }
            }
        }
        """);

    [Fact]
    public Task FixesAll_in_two_classes() => FixesAsync(
        Session("\n        var gate = {|WSA1009:new SemaphoreSlim(1, 1)|};") + Session("\n        var gate = {|WSA1009:new SemaphoreSlim(1, 1)|};").Replace("ChatSession", "Other"),
        Session("", "\n    private readonly SemaphoreSlim _gate = new SemaphoreSlim(1, 1);", "_gate") + Session("", "\n    private readonly SemaphoreSlim _gate = new SemaphoreSlim(1, 1);", "_gate").Replace("ChatSession", "Other"));

    [Fact]
    public Task OffersNoFix_where_the_method_comes_back_to_itself() => OffersNoFixAsync(Session(
        "\n        var gate = {|WSA1009:new SemaphoreSlim(1, 1)|};",
        inside: "await _socket.SendAsync(message, WebSocketMessageType.Text, true, token); if (message.Length > 9) await AgainAsync(token);",
        more: "\n    private Task AgainAsync(CancellationToken token) => SendAsync(new byte[1], token);"));

    [Fact]
    public Task OffersNoFix_for_a_connection_that_is_handed_in() => OffersNoFixAsync("""
        static class Sender
        {
            public static async Task SendAsync(WebSocket socket, byte[] data)
            {
                var gate = {|WSA1009:new SemaphoreSlim(1, 1)|};
                await gate.WaitAsync();
                await socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                gate.Release();
            }
        }

        class Manager
        {
            private readonly List<WebSocket> _sockets = new();

            public async Task SendAsync(int index, byte[] data)
            {
                var gate = {|WSA1009:new SemaphoreSlim(1, 1)|};
                await gate.WaitAsync();
                await _sockets[index].SendAsync(data, WebSocketMessageType.Text, true, default);
                gate.Release();
            }
        }
        """);
}
