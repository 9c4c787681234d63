using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Liveness;

public class SynchronousTimeoutTests
{
    [Theory]
    [InlineData("client.ReceiveTimeout = 5000")]
    [InlineData("stream.ReadTimeout = 5000")]
    [InlineData("client.Client.ReceiveTimeout = seconds * 1000")]
    public Task Reports_a_timeout_that_no_call_obeys(string setting) => Verify.ReportsAsync<LivenessAnalyzer>($$"""
        class Reader
        {
            async Task<int> ReadAsync(int seconds, CancellationToken cancellation)
            {
                using var client = new TcpClient();
                await client.ConnectAsync("localhost", 80, cancellation);
                var stream = client.GetStream();
                {|WSA6005:{{setting}}|};
                return await stream.ReadAsync(new byte[4096], cancellation).ConfigureAwait(false);
            }
        }
        """);

    [Fact]
    public Task Reports_parameters_fields_and_callees() => Verify.ReportsAsync<LivenessAnalyzer>("""
        class Session
        {
            private readonly TcpClient _client = new() { {|WSA6005:SendTimeout = 1000|} };
            private NetworkStream? _stream;

            public async Task StartAsync(Socket socket)
            {
                {|WSA6005:socket.ReceiveTimeout = 1000|};
                socket.NoDelay = true;
                while (await socket.ReceiveAsync(new byte[9]) > 0)
                {
                }

                _stream = _client.GetStream();
                await WriteAsync(_stream);
            }

            private static async Task WriteAsync(NetworkStream stream)
            {
                await stream.WriteAsync(new byte[9]);
                await stream.FlushAsync();
            }
        }
        """);

    [Fact]
    public Task Reports_timeouts_under_readers_and_tls() => Verify.ReportsAsync<LivenessAnalyzer>("""
        using System.Net.Security;
        class Session
        {
            async Task<string?> ReadAsync(TcpClient client)
            {
                var secure = new SslStream(client.GetStream());
                {|WSA6005:secure.ReadTimeout = 1000|};
                {|WSA6005:client.ReceiveTimeout = 1000|};
                await secure.AuthenticateAsClientAsync("localhost");
                using var reader = new StreamReader(secure);
                return await reader.ReadLineAsync();
            }
        }
        """);

    [Fact]
    public Task Reports_the_direction_that_is_asynchronous() => Verify.ReportsAsync<LivenessAnalyzer>("""
        class Session
        {
            async Task RunAsync(TcpClient client)
            {
                {|WSA6005:client.ReceiveTimeout = 1000|};
                client.SendTimeout = 1000;
                var stream = client.GetStream();
                stream.Write(new byte[9]);
                await stream.ReadAsync(new byte[9]);
            }
        }
        """);

    [Fact]
    public Task Ignores_synchronous_use() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        class Session
        {
            private readonly TcpClient _client = new();

            void Run(Socket socket)
            {
                socket.ReceiveTimeout = 1000;
                socket.Receive(new byte[9]);
                _client.ReceiveTimeout = 1000;
            }

            int Read() => _client.GetStream().Read(new byte[9]);

            async Task<int> ReadAsync() => await _client.GetStream().ReadAsync(new byte[9]);
        }
        """);

    [Fact]
    public Task Ignores_synchronous_readers() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        class Session
        {
            async Task RunAsync(TcpClient client)
            {
                var stream = client.GetStream();
                stream.ReadTimeout = 1000;
                await stream.ReadAsync(new byte[9]);
                using var reader = new StreamReader(stream);
                reader.ReadLine();
            }
        }
        """);

    [Fact]
    public Task Ignores_synchronous_callees() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        class Session
        {
            async Task RunAsync(TcpClient client)
            {
                client.ReceiveTimeout = 1000;
                Greet(client.GetStream());
                await client.GetStream().ReadAsync(new byte[9]);
            }

            static void Greet(Stream stream) => stream.ReadByte();
        }
        """);

    [Fact]
    public Task Ignores_connections_that_leave_sight() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        class Session
        {
            public TcpClient Client = new();
            private readonly List<TcpClient> _all = new();

            async Task<TcpClient> ReturnedAsync()
            {
                var client = new TcpClient();
                client.ReceiveTimeout = 1000;
                await client.GetStream().ReadAsync(new byte[9]);
                return client;
            }

            async Task StoredAsync(TcpClient client, Action<Stream> other)
            {
                client.ReceiveTimeout = 1000;
                await client.GetStream().ReadAsync(new byte[9]);
                _all.Add(client);
            }

            async Task HandedAsync(TcpClient client, Action<Stream> other)
            {
                client.ReceiveTimeout = 1000;
                await client.GetStream().ReadAsync(new byte[9]);
                other(client.GetStream());
            }

            async Task PublicAsync()
            {
                Client.ReceiveTimeout = 1000;
                await Client.GetStream().ReadAsync(new byte[9]);
            }
        }
        """);

    [Fact]
    public Task Ignores_connections_that_are_not_read_here() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        class Session
        {
            async Task RunAsync(TcpClient client)
            {
                client.ReceiveTimeout = 1000;
                await client.GetStream().WriteAsync(new byte[9]);
            }
        }
        """);

    [Fact]
    public Task Ignores_a_timeout_that_is_switched_off() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        class Session
        {
            async Task RunAsync(TcpClient client)
            {
                client.ReceiveTimeout = 0;
                client.GetStream().ReadTimeout = Timeout.Infinite;
                await client.GetStream().ReadAsync(new byte[9]);
            }
        }
        """);

    [Fact]
    public Task Ignores_begin_and_end() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        class Session
        {
            async Task RunAsync(Socket socket)
            {
                socket.ReceiveTimeout = 1000;
                socket.BeginReceive(new byte[9], 0, 9, SocketFlags.None, null, null);
                await socket.ReceiveAsync(new byte[9]);
            }
        }
        """);

    [Fact]
    public Task Ignores_settings_of_the_same_name_and_other_streams() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        class Acme
        {
            public int ReceiveTimeout { get; set; }
            public Task ReadAsync() => Task.CompletedTask;

            async Task RunAsync(Stream stream, FileStream file)
            {
                ReceiveTimeout = 1000;
                await ReadAsync();
                stream.ReadTimeout = 1000;
                await stream.ReadAsync(new byte[9]);
                file.ReadTimeout = 1000;
                await file.ReadAsync(new byte[9]);
            }
        }
        """);

    [Fact]
    public Task Ignores_half_typed_and_recursive_code() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        class Session
        {
            async Task RunAsync(TcpClient client)
            {
                {|CS0103:other|}.ReceiveTimeout = 1000;
                client.ReceiveTimeout = {|CS1525:;|}
                await RunAsync(client);
            }
        }
        """);
}
