using WebSocketAnalyzers.CodeFixes.Fixes.Blocking;
using WebSocketAnalyzers.CodeFixes.Fixes.Lifetime;
using WebSocketAnalyzers.CodeFixes.Fixes.Locking;
using WebSocketAnalyzers.CodeFixes.Fixes.Sending;

namespace WebSocketAnalyzers.Tests.Rules;

/// <summary>The rules where the connection, the lock or what blocks is a parameter of a primary constructor, and where tasks and messages are in collection expressions.</summary>
public class NewerSyntaxTests
{
    [CSharpFact(12)]
    public Task Reports_what_a_parameter_of_a_hub_blocks_with() => Verify.ReportsAsync<BlockingAnalyzer>("""
        using Microsoft.AspNetCore.SignalR;

        class Store
        {
            public void Save(string text) => File.WriteAllText("a", text);
        }

        class Chat(Store? store) : Hub
        {
            public void Say(string text)
            {
                store?{|WSA2005:.Save(text)|};
                Keep(text);
            }

            private void Keep(string text) => {|WSA2005:store!.Save(text)|};
        }
        """);

    [CSharpFact(12)]
    public Task Reports_a_wait_for_a_parameter_in_another_part_of_the_class() => Verify.ReportsAsync<BlockingAnalyzer>("""
        partial class Session(WebSocket socket)
        {
            public async Task RunAsync()
            {
                var buffer = new byte[1024];
                while (true)
                {
                    await socket.ReceiveAsync(buffer, default);
                    Reply();
                }
            }
        }

        partial class Session
        {
            void Reply() => {|WSA2001:socket.SendAsync(Array.Empty<byte>(), WebSocketMessageType.Text, true, default).GetAwaiter().GetResult()|};
        }
        """);

    [CSharpFact(12)]
    public Task Fixes_a_wait_for_a_parameter() => Verify.FixesAsync<BlockingAnalyzer, TaskWaitCodeFix>(
        """
        class Session(WebSocket socket)
        {
            public async Task RunAsync()
            {
                var buffer = new byte[1024];
                while (true)
                {
                    await socket.ReceiveAsync(buffer, default);
                    if (Reply(buffer) > 0)
                        break;
                }
            }

            private int Reply(byte[] text)
            {
                // The peer waits for this.
                {|WSA2001:socket.SendAsync(text, WebSocketMessageType.Text, true, default).Wait()|}; // once
                return text.Length;
            }
        }
        """,
        """
        class Session(WebSocket socket)
        {
            public async Task RunAsync()
            {
                var buffer = new byte[1024];
                while (true)
                {
                    await socket.ReceiveAsync(buffer, default);
                    if (await Reply(buffer) > 0)
                        break;
                }
            }

            private async Task<int> Reply(byte[] text)
            {
                // The peer waits for this.
                await socket.SendAsync(text, WebSocketMessageType.Text, true, default); // once
                return text.Length;
            }
        }
        """);

    [CSharpFact(12)]
    public Task FixesAll_calls_of_a_parameter() => Verify.FixesAsync<BlockingAnalyzer, BlockingCallCodeFix>(
        """
        class Session(BlockingCollection<byte[]> outbox)
        {
            private ManualResetEvent? _ready;

            async Task RunAsync(WebSocket socket)
            {
                await socket.SendAsync(Next(), WebSocketMessageType.Text, true, default).ConfigureAwait(false);
                _ready?{|WSA2004:.WaitOne()|};
            }

            private byte[] Next() => {|WSA2004:outbox.Take()|};
        }
        """,
        """
        class Session(BlockingCollection<byte[]> outbox)
        {
            private ManualResetEvent? _ready;

            async Task RunAsync(WebSocket socket)
            {
                await socket.SendAsync(await Next().ConfigureAwait(false), WebSocketMessageType.Text, true, default).ConfigureAwait(false);
                await Task.Run(() => _ready?.WaitOne()).ConfigureAwait(false);
            }

            private async Task<byte[]> Next() => await Task.Run(() => outbox.Take()).ConfigureAwait(false);
        }
        """);

    [CSharpFact(12)]
    public Task Fixes_a_connection_that_a_parameter_accepts() => Verify.FixesAsync<LifetimeAnalyzer, UndisposedConnectionCodeFix>("""
        #nullable enable
        class Server(TcpListener listener)
        {
            async Task RunAsync()
            {
                TcpClient client;
                Console.WriteLine("waiting");
                client = await {|WSA3001:listener.AcceptTcpClientAsync()|};
                await client.GetStream().WriteAsync(new byte[1]);
            }
        }
        """, """
        #nullable enable
        class Server(TcpListener listener)
        {
            async Task RunAsync()
            {
                TcpClient? client = null;
                try
                {
                    Console.WriteLine("waiting");
                    client = await listener.AcceptTcpClientAsync();
                    await client.GetStream().WriteAsync(new byte[1]);
                }
                finally
                {
                    client?.Dispose();
                }
            }
        }
        """);

    [CSharpFact(12)]
    public Task Ignores_connections_that_a_primary_constructor_takes_over() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Session(TcpClient client) : IDisposable
        {
            public Task RunAsync() => Task.CompletedTask;
            public void Dispose() => client.Dispose();
        }

        class Server(TcpListener listener)
        {
            async Task RunAsync()
            {
                var wrapped = await listener.AcceptTcpClientAsync();
                var session = new Session(wrapped);
                await session.RunAsync();
            }
        }
        """);

    [CSharpFact(12)]
    public Task Fixes_a_static_gate_around_a_parameter() => Verify.FixesAsync<LockingAnalyzer, SharedLockCodeFix>("""
        class ChatSession(WebSocket socket)
        {
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
        }
        """, """
        class ChatSession(WebSocket socket)
        {
            private readonly SemaphoreSlim Gate = new(1, 1);

            public async Task SendAsync(byte[] message)
            {
                await Gate.WaitAsync();
                try
                {
                    await socket.SendAsync(message, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    Gate.Release();
                }
            }
        }
        """);

    [CSharpFact(12)]
    public Task Fixes_a_send_behind_two_primary_constructors() => Verify.FixesAsync<SendingAnalyzer, DroppedSendCodeFix>("""
        interface INotifier
        {
            void Notify(string text);
        }

        class SocketNotifier(WebSocket socket) : INotifier
        {
            public void Notify(string text)
            {
                {|WSA4001:socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, default)|};
            }
        }

        class Prices(INotifier notifier)
        {
            public async Task ChangedAsync(decimal price)
            {
                notifier.Notify(price.ToString());
                await Task.Yield();
            }
        }
        """, """
        interface INotifier
        {
            Task Notify(string text);
        }

        class SocketNotifier(WebSocket socket) : INotifier
        {
            public async Task Notify(string text)
            {
                await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, default);
            }
        }

        class Prices(INotifier notifier)
        {
            public async Task ChangedAsync(decimal price)
            {
                await notifier.Notify(price.ToString());
                await Task.Yield();
            }
        }
        """);

    [CSharpFact(12)]
    public Task Reports_a_discarded_send_on_a_parameter() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session(WebSocket socket, SemaphoreSlim gate)
        {
            private async Task SendAsync(byte[] data)
            {
                try
                {
                    await socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                }
                catch (WebSocketException)
                {
                    socket.Abort();
                }
            }

            private async Task RethrowAsync(byte[] data)
            {
                try
                {
                    await socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                }
                catch (Exception e)
                {
                    Console.Error.WriteLine(e);
                    throw;
                }
            }

            public void Push(byte[] data)
            {
                _ = {|WSA4002:SendAsync(data)|};
                _ = {|WSA4002:RethrowAsync(data)|};
            }
        }
        """);

    [CSharpFact(12)]
    public Task Ignores_tasks_in_a_collection_expression() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Room(List<WebSocket> members)
        {
            public Task[] Array(byte[] data) => [.. members.Select(member => member.SendAsync(data, WebSocketMessageType.Text, true, default))];

            public Task Both(byte[] data) => Task.WhenAll([members[0].SendAsync(data, WebSocketMessageType.Text, true, default), members[1].SendAsync(data, WebSocketMessageType.Text, true, default)]);
        }
        """);

    [CSharpFact(12)]
    public Task Reports_a_dropped_send_of_a_collection_expression() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Channel(WebSocket socket)
        {
            protected async Task PushAsync(byte[] data) => await socket.SendAsync(data, WebSocketMessageType.Text, true, default);
        }

        class Session(WebSocket socket) : Channel(socket)
        {
            public void Push() => {|WSA4001:PushAsync([1, 2])|};
        }
        """);

    private const string Frames = """


        static class Frames
        {
            extension(WebSocket socket)
            {
                public Task PushAsync(byte[] data) => socket.SendAsync(data, WebSocketMessageType.Binary, true, CancellationToken.None);

                public void Push(byte[] data)
                {
                    {|WSA4001:socket.SendAsync(data, WebSocketMessageType.Binary, true, CancellationToken.None)|};
                }
            }
        }
        """;

    [CSharpFact(14)]
    public Task Reports_sends_dropped_in_and_through_an_extension_block() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly WebSocket _socket = new ClientWebSocket();

            public void Say(byte[] data)
            {
                {|WSA4001:_socket.PushAsync(data)|};
            }

            public Task SayAsync(byte[] data) => _socket.PushAsync(data);
        }
        """ + Frames);

    [CSharpFact(14)]
    public Task Fixes_a_send_dropped_through_an_extension_block() => Verify.FixesAsync<SendingAnalyzer, DroppedSendCodeFix>("""
        class Session
        {
            private readonly WebSocket _socket = new ClientWebSocket();

            public async Task SayAsync(byte[] data)
            {
                await Task.Yield();
                {|WSA4001:_socket.PushAsync(data)|}; // soon
            }
        }

        static class Frames
        {
            extension(WebSocket socket)
            {
                public Task PushAsync(byte[] data) => socket.SendAsync(data, WebSocketMessageType.Binary, true, CancellationToken.None);
            }
        }
        """, """
        class Session
        {
            private readonly WebSocket _socket = new ClientWebSocket();

            public async Task SayAsync(byte[] data)
            {
                await Task.Yield();
                await _socket.PushAsync(data); // soon
            }
        }

        static class Frames
        {
            extension(WebSocket socket)
            {
                public Task PushAsync(byte[] data) => socket.SendAsync(data, WebSocketMessageType.Binary, true, CancellationToken.None);
            }
        }
        """);

    [CSharpFact(14)]
    public Task Reports_the_call_of_an_extension_block_that_waits() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Session
        {
            public async Task RunAsync(WebSocket socket)
            {
                var buffer = new byte[1024];
                while (true)
                {
                    await socket.ReceiveAsync(buffer, default);
                    {|WSA2005:socket.Answer()|};
                }
            }
        }

        static class Answers
        {
            extension(WebSocket socket)
            {
                public void Answer() => socket.SendAsync(Array.Empty<byte>(), WebSocketMessageType.Text, true, default).Wait();
            }
        }
        """);

    [CSharpFact(14)]
    public Task Ignores_tasks_and_connections_that_a_conditional_assignment_stores() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Peer
        {
            public Task? Sending { get; set; }
            public WebSocket Socket { get; } = new ClientWebSocket();
        }

        class Room
        {
            private Peer? _peer;

            public void Push(byte[] data) => _peer?.Sending = _peer.Socket.SendAsync(data, WebSocketMessageType.Text, true, default);
        }
        """);

    [CSharpFact(14)]
    public Task Ignores_a_connection_that_a_conditional_assignment_stores() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Peer : IDisposable
        {
            public TcpClient? Client { get; set; }
            public void Dispose() => Client?.Dispose();
        }

        class Server
        {
            public async Task AcceptAsync(TcpListener listener, Peer? peer)
            {
                peer?.Client = await listener.AcceptTcpClientAsync();
            }
        }
        """);

    [CSharpFact(14)]
    public Task Reports_sends_on_the_field_of_a_property() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            public WebSocket Socket
            {
                get => field;
                set
                {
                    {|WSA4001:field.SendAsync(new byte[1], WebSocketMessageType.Text, true, default)|};
                    field = value;
                }
            } = new ClientWebSocket();
        }
        """);

    [CSharpFact(14)]
    public Task Ignores_a_connection_in_the_field_of_a_property_that_is_disposed() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Session : IDisposable
        {
            public ClientWebSocket Socket { get => field ??= new ClientWebSocket(); }

            public void Dispose() => Socket.Dispose();
        }
        """);
}
