using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Receiving;

/// <summary>WSA5004: nobody looks at what a receive hands back.</summary>
public class IgnoredReceiveTests
{
    [Fact]
    public Task Reports_statements_discards_and_unused_locals() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Reader
        {
            public async Task StatementAsync(WebSocket socket, byte[] data)
            {
                await {|WSA5004:socket.ReceiveAsync(data, default)|};
                Console.WriteLine(Encoding.UTF8.GetString(data));
            }

            public async Task DiscardAsync(ClientWebSocket socket, ArraySegment<byte> data)
            {
                _ = await {|WSA5004:socket.ReceiveAsync(data, default)|}.ConfigureAwait(false);
            }

            public async Task LocalAsync(WebSocket socket, Memory<byte> data)
            {
                var result = await {|WSA5004:socket.ReceiveAsync(data, default)|};
                Console.WriteLine("got something");
            }
        }
        """);

    [Fact]
    public Task Reports_endless_loops() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Reader
        {
            public async Task RunAsync(WebSocket socket, byte[] data)
            {
                while (true)
                {
                    await {|WSA5004:socket.ReceiveAsync(data, default)|};
                    Console.WriteLine("tick");
                }
            }
        }
        """);

    [Fact]
    public Task Reports_wrappers_that_hand_on_the_result() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Link
        {
            private readonly WebSocket _socket;
            public Link(WebSocket socket) => _socket = socket;

            private Task<WebSocketReceiveResult> PieceAsync(byte[] data) => _socket.ReceiveAsync(data, default);

            public async Task RunAsync(byte[] data) => await {|WSA5004:PieceAsync(data)|};
        }
        """);

    [Fact]
    public Task Ignores_drains_that_look_at_the_state() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Drain
        {
            public async Task UntilClosedAsync(WebSocket socket, byte[] data)
            {
                while (socket.State == WebSocketState.Open)
                    await socket.ReceiveAsync(data, default);
            }

            public async Task UntilNotClosedAsync(WebSocket socket, byte[] data)
            {
                while (socket.State != WebSocketState.Closed && !socket.CloseStatus.HasValue)
                {
                    await socket.ReceiveAsync(data, default);
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_drains_behind_a_close() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Drain
        {
            public async Task RunAsync(WebSocket socket, byte[] data, CancellationToken timeout)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, timeout);
                await socket.ReceiveAsync(data, timeout);
            }
        }
        """);

    [Fact]
    public Task Ignores_waits_for_the_end_whichever_it_is() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Probe
        {
            public async Task EndsAsync(WebSocket socket, CancellationToken timeout)
            {
                try
                {
                    var buffer = new byte[256];
                    await socket.ReceiveAsync(new ArraySegment<byte>(buffer), timeout);
                }
                catch
                {
                    // gone: as good as closed
                }
            }
        }
        """);

    [Fact]
    public Task Reports_receives_whose_failures_are_told_or_that_are_not_the_last_act() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Probe
        {
            public async Task ToldAsync(WebSocket socket, byte[] data, CancellationToken timeout)
            {
                try
                {
                    await {|WSA5004:socket.ReceiveAsync(data, timeout)|};
                }
                catch (Exception failure)
                {
                    Console.WriteLine(failure);
                }
            }

            public async Task<byte> GoesOnAsync(WebSocket socket, byte[] data, CancellationToken timeout)
            {
                try
                {
                    await {|WSA5004:socket.ReceiveAsync(data, timeout)|};
                    return data[0];
                }
                catch
                {
                }

                return 0;
            }
        }
        """);

    [Fact]
    public Task Ignores_results_that_are_looked_at() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Reader
        {
            public async Task RunAsync(WebSocket socket, byte[] data)
            {
                var result = await socket.ReceiveAsync(data, default);
                Console.WriteLine(result.EndOfMessage);
                Console.WriteLine((await socket.ReceiveAsync(data, default)).Count);
                if (await socket.ReceiveAsync(data, default) is { EndOfMessage: true })
                    return;
            }
        }
        """);

    [Fact]
    public Task Ignores_tasks_and_results_that_leave() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Reader
        {
            protected Task<WebSocketReceiveResult> _pending;

            public Task<WebSocketReceiveResult> ReturnAsync(WebSocket socket, byte[] data) => socket.ReceiveAsync(data, default);

            public void Keep(WebSocket socket, byte[] data) => _pending = socket.ReceiveAsync(data, default);

            public async Task HandAsync(WebSocket socket, byte[] data, Action<WebSocketReceiveResult> handle) => handle(await socket.ReceiveAsync(data, default));

            public async Task TupleAsync(WebSocket socket, byte[] data)
            {
                var pair = (await socket.ReceiveAsync(data, default), 1);
                Console.WriteLine(pair.Item1.Count);
            }
        }
        """);

    [Fact]
    public Task Ignores_wrappers_that_reassemble() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Link
        {
            private readonly WebSocket _socket;
            private readonly MemoryStream _whole = new MemoryStream();
            public Link(WebSocket socket) => _socket = socket;

            private async Task<WebSocketReceiveResult> WholeAsync(byte[] data)
            {
                WebSocketReceiveResult result;
                do
                {
                    result = await _socket.ReceiveAsync(data, default);
                    _whole.Write(data, 0, result.Count);
                }
                while (!result.EndOfMessage);
                return result;
            }

            public async Task RunAsync(byte[] data)
            {
                await WholeAsync(data);
                Console.WriteLine(_whole.Length);
            }
        }
        """);

    [Fact]
    public Task Ignores_streams_sockets_and_other_libraries() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        namespace Library
        {
            public class Client { public Task<string> ReceiveAsync() => Task.FromResult(""); }
        }

        class Reader
        {
            public async Task RunAsync(NetworkStream stream, Socket socket, Library.Client client, byte[] data)
            {
                await stream.ReadAsync(data);
                await socket.ReceiveAsync(data, SocketFlags.None);
                await client.ReceiveAsync();
            }
        }
        """);

    [Fact]
    public Task Ignores_race_with_a_delay() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Race
        {
            public async Task RunAsync(WebSocket socket, byte[] data)
            {
                var receive = socket.ReceiveAsync(data, default);
                if (await Task.WhenAny(receive, Task.Delay(100)) == receive)
                    Console.WriteLine((await receive).EndOfMessage);
            }
        }
        """);

    [Fact]
    public Task Ignores_same_names_in_another_namespace() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        namespace Mine
        {
            class WebSocket
            {
                public Task<Result> ReceiveAsync(byte[] data, CancellationToken cancellation) => Task.FromResult(new Result());
            }

            class Result
            {
                public int Count => 0;
                public string MessageType => "";
            }

            class User
            {
                async Task ReadAsync(WebSocket socket, byte[] data)
                {
                    while (true)
                    {
                        var result = await socket.ReceiveAsync(data, default);
                        Console.WriteLine(Encoding.UTF8.GetString(data, 0, result.Count) + Encoding.UTF8.GetString(data));
                    }
                }

                async Task IgnoreAsync(WebSocket socket, byte[] data)
                {
                    await socket.ReceiveAsync(data, default);
                    Console.WriteLine(Encoding.UTF8.GetString(data));
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_recursive_reassembly() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Recursive
        {
            async Task<string> ReadAsync(WebSocket socket, byte[] data, MemoryStream whole)
            {
                var result = await socket.ReceiveAsync(data, default);
                if (result.MessageType == WebSocketMessageType.Close)
                    return "";
                whole.Write(data, 0, result.Count);
                return result.EndOfMessage ? Encoding.UTF8.GetString(whole.ToArray()) : await ReadAsync(socket, data, whole);
            }
        }
        """);

    [Fact]
    public Task Ignores_half_typed_code() => Verify.BearsAsync<ReceivingAnalyzer>("""
        class Half
        {
            async Task A(WebSocket socket, byte[] data)
            {
                var result = await socket.ReceiveAsync(
                while (true) { result = await socket.ReceiveAsync(data, ) ; Encoding.UTF8.GetString(data, 0, result. }
                await unknown.ReceiveAsync(data, default);
                if (result.MessageType == )
            }

            Task B(WebSocket socket) => B(socket.ReceiveAsync().Result
        """);
}
