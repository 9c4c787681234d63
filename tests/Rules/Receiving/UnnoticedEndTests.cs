using WebSocketAnalyzers.CodeFixes.Fixes.Receiving;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Receiving;

public class UnnoticedEndTests
{
    [Fact]
    public Task Reports_loops_that_use_the_count_as_a_length_only() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Session
        {
            public static async Task EchoAsync(TcpClient client, CancellationToken stopping)
            {
                await using var stream = client.GetStream();
                var buffer = new byte[1024];
                while (!stopping.IsCancellationRequested)
                {
                    var read = await {|WSA5010:stream.ReadAsync(buffer.AsMemory(0, buffer.Length), stopping)|}.ConfigureAwait(false);
                    await stream.WriteAsync(buffer.AsMemory(0, read), stopping);
                    await stream.FlushAsync(stopping);
                }
            }

            public static void Print(NetworkStream stream)
            {
                var buffer = new byte[1024];
                for (;;)
                {
                    int read = {|WSA5010:stream.Read(buffer, 0, buffer.Length)|};
                    var text = Encoding.UTF8.GetString(buffer, 0, read);
                    Console.WriteLine($"{read} bytes: {text}");
                    if (text.StartsWith("quit") || text == "exit")
                        break;
                }
            }
        }
        """);

    [Fact]
    public Task Reports_sockets_and_ignored_counts() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Session
        {
            private readonly Socket _socket;
            private bool _running = true;
            public Session(Socket socket) => _socket = socket;
            public event Action<string> Received;

            public async Task RunAsync()
            {
                while (_running)
                {
                    var buffer = new byte[256];
                    var read = await {|WSA5010:_socket.ReceiveAsync(buffer, SocketFlags.None)|};
                    Received?.Invoke(Encoding.ASCII.GetString(buffer[..read]));
                }
            }

            public void Drain()
            {
                var buffer = new byte[256];
                while (true)
                    {|WSA5010:_socket.Receive(buffer)|};
            }

            public void Stop() => _running = false;
        }
        """);

    [Fact]
    public Task Reports_loops_that_fill_a_buffer() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Frames
        {
            public static async Task<byte[]> ReadAsync(Stream body, System.Net.Security.SslStream stream, int length)
            {
                var frame = new byte[length];
                var offset = 0;
                while (offset < length)
                    offset += await {|WSA5010:stream.ReadAsync(frame, offset, length - offset)|};
                return frame;
            }

            public static void Read(NetworkStream stream, byte[] frame)
            {
                int total = 0;
                do
                {
                    var read = {|WSA5010:stream.Read(frame, total, frame.Length - total)|};
                    total = total + read;
                }
                while (total != frame.Length);
            }
        }
        """);

    [Fact]
    public Task Reports_counts_that_are_asked_for_and_lead_nowhere() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Session
        {
            public static async Task RunAsync(NetworkStream stream, byte[] buffer)
            {
                while (true)
                {
                    var read = await {|WSA5010:stream.ReadAsync(buffer)|};
                    if (read > 0)
                        Console.WriteLine(Encoding.UTF8.GetString(buffer, 0, read));
                }
            }

            public static async Task PollAsync(NetworkStream stream, byte[] buffer, CancellationToken stopping)
            {
                int read;
                while (!stopping.IsCancellationRequested)
                {
                    if ((read = await {|WSA5010:stream.ReadAsync(buffer, stopping)|}) == 0)
                        continue;
                    Console.WriteLine(read);
                }
            }
        }
        """);

    [Fact]
    public Task Reports_stream_got_anew_each_turn() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Session
        {
            public static void Run(TcpClient client)
            {
                while (true)
                {
                    NetworkStream stream = client.GetStream();
                    byte[] buffer = new byte[client.ReceiveBufferSize];
                    int read = {|WSA5010:stream.Read(buffer, 0, client.ReceiveBufferSize)|};
                    string text = Encoding.ASCII.GetString(buffer, 0, read);
                    Console.WriteLine("Received: " + text);
                    stream.Write(buffer, 0, read);
                }
            }
        }
        """);

    [Fact]
    public Task Reports_despite_a_catch_that_leaves() => Verify.ReportsAsync<ReceivingAnalyzer>("""
        class Session
        {
            public static async Task RunAsync(NetworkStream stream, byte[] buffer)
            {
                while (true)
                {
                    try
                    {
                        int read = await {|WSA5010:stream.ReadAsync(buffer, 0, buffer.Length)|};
                        Show(Encoding.UTF8.GetString(buffer, 0, read));
                    }
                    catch (IOException)
                    {
                        break;
                    }
                    finally
                    {
                        Console.WriteLine("turn");
                    }
                }
            }

            private static void Show(string text) => Console.WriteLine(text);
        }
        """);

    [Fact]
    public Task Ignores_counts_compared_with_zero() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Session
        {
            public static async Task ConditionAsync(NetworkStream stream, byte[] buffer)
            {
                int read;
                while ((read = await stream.ReadAsync(buffer)) > 0)
                    Console.WriteLine(read);
                while ((read = stream.Read(buffer, 0, buffer.Length)) != 0)
                    Console.WriteLine(read);
            }

            public static async Task BreakAsync(NetworkStream stream, byte[] buffer)
            {
                while (true)
                {
                    var read = await stream.ReadAsync(buffer);
                    if (read <= 0)
                        break;
                }

                while (true)
                {
                    var read = await stream.ReadAsync(buffer);
                    if (read is 0)
                        return;
                }

                for (;;)
                {
                    if (await stream.ReadAsync(buffer) < 1)
                        throw new EndOfStreamException();
                }
            }

            public static async Task SwitchAsync(NetworkStream stream, byte[] buffer)
            {
                while (true)
                {
                    switch (await stream.ReadAsync(buffer))
                    {
                        case 0:
                            return;
                        default:
                            Console.WriteLine("data");
                            break;
                    }
                }
            }

            public static async Task FlagAsync(NetworkStream stream, byte[] buffer)
            {
                var done = false;
                while (!done)
                {
                    var read = await stream.ReadAsync(buffer);
                    done = read == 0;
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_counts_that_go_elsewhere() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Session
        {
            private int _last;

            public async Task CalleeAsync(NetworkStream stream, byte[] buffer)
            {
                while (Handle(buffer, await stream.ReadAsync(buffer))) { }
                while (true)
                {
                    var read = await stream.ReadAsync(buffer);
                    Require(read);
                }
            }

            private static bool Handle(byte[] buffer, int count) => count > 0 && buffer[0] != 0;

            private static void Require(int count)
            {
                if (count == 0)
                    throw new EndOfStreamException();
            }

            public async Task DelegateAsync(NetworkStream stream, byte[] buffer, Action<byte[], int> received)
            {
                while (true)
                    received(buffer, await stream.ReadAsync(buffer));
            }

            public async Task FieldAsync(NetworkStream stream, byte[] buffer)
            {
                while (true)
                {
                    _last = await stream.ReadAsync(buffer);
                    Look();
                }
            }

            private void Look()
            {
                if (_last == 0)
                    throw new EndOfStreamException();
            }

            public static async Task MathAsync(NetworkStream stream, byte[] buffer)
            {
                while (true)
                {
                    if (Math.Sign(await stream.ReadAsync(buffer)) == 0)
                        return;
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_turns_without_data_that_leave() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Session
        {
            public static async Task TextAsync(NetworkStream stream, byte[] buffer)
            {
                while (true)
                {
                    var read = await stream.ReadAsync(buffer);
                    var text = Encoding.UTF8.GetString(buffer, 0, read);
                    if (string.IsNullOrEmpty(text))
                        break;
                    Console.WriteLine(text);
                }
            }

            public static async Task ShortAsync(NetworkStream stream, byte[] buffer)
            {
                int read;
                do
                {
                    read = await stream.ReadAsync(buffer);
                    Console.WriteLine(read);
                }
                while (read == buffer.Length);
            }

            public static async Task CountedAsync(NetworkStream stream, byte[] buffer)
            {
                for (var i = 0; i < 3; i++)
                    Console.WriteLine(await stream.ReadAsync(buffer));
            }

            public static async Task ConnectedAsync(TcpClient client, byte[] buffer)
            {
                var stream = client.GetStream();
                while (client.Connected)
                    Console.WriteLine(await stream.ReadAsync(buffer));
            }
        }
        """);

    [Fact]
    public Task Ignores_reads_that_throw_at_the_end_and_readers_that_tell() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Session
        {
            public static async Task ExactAsync(NetworkStream stream, byte[] buffer)
            {
                while (true)
                {
                    await stream.ReadExactlyAsync(buffer);
                    await stream.ReadAtLeastAsync(buffer, 4);
                }
            }

            public static async Task PipeAsync(System.IO.Pipelines.PipeReader reader)
            {
                while (true)
                {
                    var result = await reader.ReadAsync();
                    reader.AdvanceTo(result.Buffer.End);
                    if (result.IsCompleted)
                        break;
                }
            }

            public static async Task MessagesAsync(WebSocket socket, byte[] buffer)
            {
                while (true)
                {
                    if ((await socket.ReceiveAsync(buffer, default)).MessageType == WebSocketMessageType.Close)
                        return;
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_reads_that_were_asked_about_first() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Session
        {
            public static async Task RunAsync(TcpClient client, NetworkStream stream, byte[] buffer)
            {
                while (true)
                {
                    while (stream.DataAvailable)
                        Console.WriteLine(stream.Read(buffer, 0, buffer.Length));
                    if (client.Available > 0)
                        Console.WriteLine(stream.Read(buffer, 0, buffer.Length));
                    await Task.Delay(10);
                }
            }

            public static async Task NothingAsync(NetworkStream stream, byte[] buffer)
            {
                while (true)
                {
                    Console.WriteLine(await stream.ReadAsync(Memory<byte>.Empty));
                    if (await stream.ReadAsync(buffer) == 0)
                        return;
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_datagrams() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Beacon
        {
            private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

            public async Task RunAsync(byte[] buffer)
            {
                while (true)
                    Console.WriteLine(await _socket.ReceiveAsync(buffer, SocketFlags.None));
            }
        }

        class Listener
        {
            public static void Run(Socket socket, byte[] buffer, EndPoint sender)
            {
                while (true)
                    Console.WriteLine(socket.ReceiveFrom(buffer, ref sender));
            }
        }
        """);

    [Fact]
    public Task Ignores_loops_that_take_another_connection() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Server
        {
            public static async Task RunAsync(TcpListener listener, byte[] buffer)
            {
                while (true)
                {
                    using var client = await listener.AcceptTcpClientAsync();
                    var read = await client.GetStream().ReadAsync(buffer);
                    Console.WriteLine(read);
                }
            }

            public static async Task EachAsync(List<NetworkStream> streams, byte[] buffer)
            {
                foreach (var stream in streams)
                    Console.WriteLine(await stream.ReadAsync(buffer));
            }

            public static async Task OnceAsync(NetworkStream stream, byte[] buffer) => Console.WriteLine(await stream.ReadAsync(buffer));
        }
        """);

    [Fact]
    public Task Ignores_other_streams() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        namespace Tape
        {
            class NetworkStream
            {
                public Task<int> ReadAsync(byte[] buffer) => Task.FromResult(1);
            }

            class Reader
            {
                public static async Task RunAsync(NetworkStream stream, Stream file, byte[] buffer)
                {
                    while (true)
                    {
                        Console.WriteLine(await stream.ReadAsync(buffer));
                        Console.WriteLine(await file.ReadAsync(buffer));
                    }
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_half_typed_code() => Verify.BearsAsync<ReceivingAnalyzer>("""
        class Session
        {
            public static async Task RunAsync(System.Net.Sockets.NetworkStream stream, byte[] buffer)
            {
                while (true)
                {
                    var read = await stream.ReadAsync(buffer
                    if (read
        """);

    [Fact]
    public Task Ignores_methods_that_call_each_other() => Verify.IgnoresAsync<ReceivingAnalyzer>("""
        class Session
        {
            public static async Task RunAsync(NetworkStream stream, byte[] buffer)
            {
                while (true)
                    Down(await stream.ReadAsync(buffer));
            }

            private static int Down(int count) => count > 0 ? Up(count - 1) : 0;

            private static int Up(int count) => Down(count);
        }
        """);

    [Fact]
    public Task Fixes_declared_count() => Verify.FixesAsync<ReceivingAnalyzer, UnnoticedEndCodeFix>("""
        class Session
        {
            public static async Task EchoAsync(NetworkStream stream, byte[] buffer)
            {
                while (true)
                {
                    // next piece
                    var read = await {|WSA5010:stream.ReadAsync(buffer)|}.ConfigureAwait(false); // waits
                    await stream.WriteAsync(buffer.AsMemory(0, read)).ConfigureAwait(false);
                }
            }
        }
        """, """
        class Session
        {
            public static async Task EchoAsync(NetworkStream stream, byte[] buffer)
            {
                while (true)
                {
                    // next piece
                    var read = await stream.ReadAsync(buffer).ConfigureAwait(false); // waits
                    if (read == 0)
                        break;
                    await stream.WriteAsync(buffer.AsMemory(0, read)).ConfigureAwait(false);
                }
            }
        }
        """);

    [Fact]
    public Task FixesAll_assigned_counts() => Verify.FixesAsync<ReceivingAnalyzer, UnnoticedEndCodeFix>("""
        class Session
        {
            public static async Task FirstAsync(Socket socket, byte[] buffer, CancellationToken stopping)
            {
                int read;
                while (!stopping.IsCancellationRequested)
                {
                    read = await {|WSA5010:socket.ReceiveAsync(buffer, SocketFlags.None, stopping)|};
                    Console.WriteLine(read);
                }
            }

            public static async Task SecondAsync(NetworkStream stream, byte[] buffer)
            {
                for (;;)
                {
                    int read = await {|WSA5010:stream.ReadAsync(buffer, 0, buffer.Length)|};

                    Console.WriteLine(Encoding.UTF8.GetString(buffer, 0, read));
                }
            }
        }
        """, """
        class Session
        {
            public static async Task FirstAsync(Socket socket, byte[] buffer, CancellationToken stopping)
            {
                int read;
                while (!stopping.IsCancellationRequested)
                {
                    read = await socket.ReceiveAsync(buffer, SocketFlags.None, stopping);
                    if (read == 0)
                        break;
                    Console.WriteLine(read);
                }
            }

            public static async Task SecondAsync(NetworkStream stream, byte[] buffer)
            {
                for (;;)
                {
                    int read = await stream.ReadAsync(buffer, 0, buffer.Length);
                    if (read == 0)
                        break;

                    Console.WriteLine(Encoding.UTF8.GetString(buffer, 0, read));
                }
            }
        }
        """);

    [Fact]
    public Task OffersNoFix_for_filled_buffers_lost_counts_and_results() => Verify.OffersNoFixAsync<ReceivingAnalyzer, UnnoticedEndCodeFix>("""
        class Frames
        {
            public static async Task<byte[]> FillAsync(NetworkStream stream, int length)
            {
                var frame = new byte[length];
                var offset = 0;
                while (offset < length)
                {
                    var read = await {|WSA5010:stream.ReadAsync(frame, offset, length - offset)|};
                    offset += read;
                }

                return frame;
            }

            public static async Task DrainAsync(NetworkStream stream, byte[] buffer)
            {
                while (true)
                    await {|WSA5010:stream.ReadAsync(buffer)|};
            }

            public static async Task<string> FindAsync(NetworkStream stream, byte[] buffer)
            {
                while (true)
                {
                    var read = await {|WSA5010:stream.ReadAsync(buffer)|};
                    var text = Encoding.UTF8.GetString(buffer, 0, read);
                    if (text.Contains("key"))
                        return text;
                }
            }
        }
        """);
}
