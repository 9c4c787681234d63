using WebSocketAnalyzers.CodeFixes.Fixes.Sending;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Sending;

public class OverlappingWriteTests
{
    private const string Grpc = """

        namespace Grpc.Core
        {
            public interface IAsyncStreamWriter<in T>
            {
                Task WriteAsync(T message);
            }

            public interface IServerStreamWriter<in T> : IAsyncStreamWriter<T>
            {
            }
        }
        """;

    [Fact]
    public Task Reports_writes_that_are_combined() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly NetworkStream stream;
            public Session(NetworkStream stream) => this.stream = stream;

            public async Task PushAsync(byte[] a, byte[] b, System.Net.Security.SslStream secure)
            {
                await Task.WhenAll(stream.WriteAsync(a, 0, 1), {|WSA4007:stream.WriteAsync(b, 0, 1)|});
                await Task.WhenAll(secure.WriteAsync(a).AsTask(), {|WSA4007:secure.WriteAsync(b)|}.AsTask());
            }
        }
        """);

    [Fact]
    public Task Reports_writes_for_each_item() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly System.Net.Security.SslStream stream;
            public Session(System.Net.Security.SslStream stream) => this.stream = stream;

            public async Task PushAsync(List<byte[]> items)
            {
                await Task.WhenAll(items.Select(item => {|WSA4007:stream.WriteAsync(item, 0, item.Length)|}));
                await Task.WhenAll(items.Select(async item => await {|WSA4007:stream.WriteAsync(item)|}));
                await Parallel.ForEachAsync(items, async (item, cancellation) => await {|WSA4007:stream.WriteAsync(item, cancellation)|});
            }
        }
        """);

    [Fact]
    public Task Reports_a_second_write_while_the_first_still_runs() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            public async Task PushAsync(TcpClient client, byte[] a, byte[] b)
            {
                var first = client.GetStream().WriteAsync(a, 0, 1);
                await {|WSA4007:client.GetStream().WriteAsync(b)|};
                await first;
            }

            public async Task PipeAsync(System.IO.Pipes.NamedPipeServerStream pipe, byte[] a, byte[] b)
            {
                Task first = pipe.WriteAsync(a, 0, 1), second = {|WSA4007:pipe.WriteAsync(b, 0, 1)|};
                await Task.WhenAll(first, second);
            }
        }
        """);

    [Fact]
    public Task Reports_flushes_of_a_pipe() => Verify.ReportsAsync<SendingAnalyzer>("""
        using System.IO.Pipelines;

        class Session
        {
            public async Task PushAsync(IDuplexPipe transport, byte[][] items)
            {
                var tasks = new List<Task>();
                foreach (var item in items)
                    tasks.Add({|WSA4007:transport.Output.WriteAsync(item)|}.AsTask());
                await Task.WhenAll(tasks);
            }
        }
        """);

    [Fact]
    public Task Reports_grpc_writers() => Verify.ReportsAsync<SendingAnalyzer>("""
        using Grpc.Core;

        class Ticker
        {
            public async Task SubscribeAsync(IServerStreamWriter<string> responses, string[] names)
            {
                await Task.WhenAll(names.Select(name => {|WSA4007:responses.WriteAsync(name)|}));
                var first = responses.WriteAsync("a");
                var second = {|WSA4007:responses.WriteAsync("b")|};
                await first;
                await second;
            }
        }
        """ + Grpc);

    [Fact]
    public Task Reports_writers_over_a_connection() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            public static async Task GreetAsync(TcpClient client, string[] lines)
            {
                await using var writer = new StreamWriter(client.GetStream(), Encoding.UTF8, 1024, leaveOpen: true) { AutoFlush = true };
                await Task.WhenAll(writer.WriteLineAsync("HELO"), {|WSA4007:writer.WriteLineAsync("MAIL")|});
                await Task.WhenAll(lines.Select(line => {|WSA4007:writer.WriteLineAsync(line)|}));
                var first = writer.WriteAsync("QUIT");
                await {|WSA4007:writer.FlushAsync()|};
                await first;
            }

            public static async Task BufferAsync(System.IO.Pipes.NamedPipeClientStream pipe, List<string> lines)
            {
                TextWriter writer = new StreamWriter(new BufferedStream(pipe));
                lines.ForEach(async line => await {|WSA4007:writer.WriteLineAsync(line)|});
                var tasks = new List<Task>();
                foreach (var line in lines)
                    tasks.Add({|WSA4007:writer.WriteLineAsync(line)|});
                await Task.WhenAll(tasks);
            }
        }
        """);

    [Fact]
    public Task Reports_two_loops_on_one_writer() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly StreamReader reader;
            private readonly StreamWriter writer;
            private Task pings = Task.CompletedTask;

            public Session(TcpClient client)
            {
                var stream = client.GetStream();
                (reader, writer) = (new StreamReader(stream), new StreamWriter(stream) { AutoFlush = true });
            }

            public async Task RunAsync()
            {
                pings = PingAsync();
                while (await reader.ReadLineAsync() is { } line)
                    await ReplyAsync(line);
                await pings;
            }

            private async Task ReplyAsync(string line) => await {|WSA4007:writer|}.WriteLineAsync(line);

            private async Task PingAsync()
            {
                while (true)
                {
                    await Task.Delay(1000);
                    await writer.WriteLineAsync("ping");
                }
            }
        }

        class Meter
        {
            private readonly NetworkStream stream;
            private readonly BinaryWriter writer;
            private readonly Timer timer;

            public Meter(NetworkStream stream)
            {
                this.stream = stream;
                writer = new(stream);
                timer = new Timer(_ => {|WSA4007:writer|}.Write(0), null, 1000, 1000);
            }

            public async Task RunAsync(byte[] buffer)
            {
                while (await stream.ReadAsync(buffer, 0, buffer.Length) > 0)
                    writer.Write(1);
            }
        }
        """);

    [Fact]
    public Task Reports_through_methods_of_the_program() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Client
        {
            private readonly NetworkStream stream;
            public Client(NetworkStream stream) => this.stream = stream;

            public async Task WriteLineAsync(string line)
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes(line)).ConfigureAwait(false);
                await stream.FlushAsync().ConfigureAwait(false);
            }
        }

        class Mailer
        {
            public async Task GreetAsync(Client client, string[] lines)
            {
                await Task.WhenAll(lines.Select(client.WriteLineAsync));
                await Task.WhenAll(lines.Select(line => {|WSA4007:client.WriteLineAsync(line)|}));
                await Task.WhenAll(client.WriteLineAsync("HELO"), {|WSA4007:client.WriteLineAsync("MAIL")|});
            }
        }
        """);

    [Fact]
    public Task Reports_two_loops_on_one_stream() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly NetworkStream stream;
            private Task pings = Task.CompletedTask;
            public Session(NetworkStream stream) => this.stream = stream;

            public async Task RunAsync(byte[] buffer)
            {
                pings = PingAsync();
                while (await stream.ReadAsync(buffer, 0, buffer.Length) > 0)
                    await ReplyAsync(buffer);
                await pings;
            }

            private async Task ReplyAsync(byte[] data) => await {|WSA4007:stream|}.WriteAsync(data, 0, data.Length);

            private async Task PingAsync()
            {
                while (true)
                {
                    await Task.Delay(1000);
                    await stream.WriteAsync(new byte[1], 0, 1);
                }
            }
        }

        class Pumps
        {
            private readonly System.Net.Security.SslStream stream;
            public Pumps(System.Net.Security.SslStream stream) => this.stream = stream;

            public Task RunAsync() => Task.WhenAll(PumpAsync(1), Task.Run(async () =>
            {
                while (true)
                {
                    await Task.Delay(10);
                    await {|WSA4007:stream|}.WriteAsync(new byte[1]);
                }
            }));

            private async Task PumpAsync(byte tag)
            {
                while (true)
                {
                    await Task.Delay(10);
                    await stream.WriteAsync(new[] { tag });
                }
            }
        }
        """);

    [Fact]
    public Task Reports_a_write_beside_a_loop_that_writes() => Verify.ReportsAsync<SendingAnalyzer>("""
        static class Server
        {
            public static async Task ServeAsync(NetworkStream stream, byte[] buffer)
            {
                var pings = PingAsync(stream);
                while (await stream.ReadAsync(buffer, 0, buffer.Length) > 0)
                    await {|WSA4007:stream.WriteAsync(buffer, 0, buffer.Length)|};
                await pings;
            }

            private static async Task PingAsync(NetworkStream peer)
            {
                while (true)
                {
                    await Task.Delay(1000);
                    await peer.WriteAsync(new byte[1], 0, 1);
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_a_loop_that_is_over_or_takes_turns() => Verify.IgnoresAsync<SendingAnalyzer>("""
        static class Server
        {
            private static readonly SemaphoreSlim Gate = new(1, 1);

            public static async Task ServeAsync(NetworkStream stream, NetworkStream other, byte[] buffer)
            {
                var pings = PingAsync(stream);
                await pings;
                await stream.WriteAsync(buffer, 0, buffer.Length);
                var more = PingAsync(stream);
                await other.WriteAsync(buffer, 0, buffer.Length);
                await more;
            }

            public static async Task GuardedAsync(NetworkStream stream, byte[] buffer)
            {
                var pings = PingInTurnAsync(stream);
                await Gate.WaitAsync();
                try
                {
                    await stream.WriteAsync(buffer, 0, buffer.Length);
                }
                finally
                {
                    Gate.Release();
                }

                await pings;
            }

            private static async Task PingAsync(NetworkStream peer)
            {
                while (true)
                {
                    await Task.Delay(1000);
                    await peer.WriteAsync(new byte[1], 0, 1);
                }
            }

            private static async Task PingInTurnAsync(NetworkStream peer)
            {
                while (true)
                {
                    await Task.Delay(1000);
                    await Gate.WaitAsync();
                    try
                    {
                        await peer.WriteAsync(new byte[1], 0, 1);
                    }
                    finally
                    {
                        Gate.Release();
                    }
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_one_loop_beside_methods() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly NetworkStream stream;
            public Session(NetworkStream stream) => this.stream = stream;

            public async Task RunAsync(byte[] buffer)
            {
                while (await stream.ReadAsync(buffer, 0, buffer.Length) > 0)
                    await stream.WriteAsync(buffer, 0, buffer.Length);
            }

            // Who calls these, and when, is not seen.
            public async Task SayAsync(byte[] data) => await stream.WriteAsync(data, 0, data.Length);

            public async Task TellAsync(byte[] data) => await stream.WriteAsync(data, 0, data.Length);
        }

        class Halves
        {
            private readonly NetworkStream left;
            private readonly NetworkStream right;
            public Halves(NetworkStream left, NetworkStream right) => (this.left, this.right) = (left, right);

            public Task RunAsync() => Task.WhenAll(ForwardAsync(), BackAsync());

            private async Task ForwardAsync()
            {
                var buffer = new byte[10];
                while (await left.ReadAsync(buffer) > 0)
                    await right.WriteAsync(buffer);
            }

            private async Task BackAsync()
            {
                var buffer = new byte[10];
                while (await right.ReadAsync(buffer) > 0)
                    await left.WriteAsync(buffer);
            }
        }
        """);

    [Fact]
    public Task Ignores_writes_one_after_the_other() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            public async Task PushAsync(NetworkStream stream, byte[][] items)
            {
                foreach (var item in items)
                    await stream.WriteAsync(item);
                var first = stream.WriteAsync(items[0]);
                await first;
                await stream.WriteAsync(items[1]);
                await stream.FlushAsync();
            }
        }
        """);

    [Fact]
    public Task Ignores_different_streams() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Room
        {
            public async Task PushAsync(List<TcpClient> clients, NetworkStream a, NetworkStream b, byte[] data)
            {
                await Task.WhenAll(a.WriteAsync(data, 0, 1), b.WriteAsync(data, 0, 1));
                await Task.WhenAll(clients.Select(client => client.GetStream().WriteAsync(data).AsTask()));
                await Parallel.ForEachAsync(clients, async (client, cancellation) => await client.GetStream().WriteAsync(data, cancellation));
                var tasks = new List<Task>();
                foreach (var client in clients)
                {
                    var stream = client.GetStream();
                    tasks.Add(stream.WriteAsync(data, 0, 1));
                }

                await Task.WhenAll(tasks);
            }
        }
        """);

    [Fact]
    public Task Ignores_reading_and_writing_at_once() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            public async Task AskAsync(NetworkStream stream, byte[] question, byte[] answer)
            {
                var reading = stream.ReadAsync(answer);
                await stream.WriteAsync(question);
                Console.WriteLine(await reading);
            }
        }
        """);

    [Fact]
    public Task Ignores_datagrams_files_and_memory() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            public async Task PushAsync(UdpClient udp, FileStream file, MemoryStream memory, Stream any, byte[] data)
            {
                await Task.WhenAll(udp.SendAsync(data, 1), udp.SendAsync(data, 1));
                await Task.WhenAll(file.WriteAsync(data, 0, 1), file.WriteAsync(data, 0, 1));
                await Task.WhenAll(memory.WriteAsync(data, 0, 1), memory.WriteAsync(data, 0, 1));
                await Task.WhenAll(any.WriteAsync(data, 0, 1), any.WriteAsync(data, 0, 1));
            }
        }
        """);

    [Fact]
    public Task Ignores_writes_under_a_lock() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly NetworkStream stream;
            private readonly SemaphoreSlim gate = new(1, 1);
            private readonly object sync = new();
            public Session(NetworkStream stream) => this.stream = stream;

            public async Task PushAsync(byte[][] items)
            {
                await Task.WhenAll(items.Select(WriteAsync));
                await Task.WhenAll(items.Select(item => WriteAsync(item)));
                await Task.WhenAll(WriteAsync(items[0]), WriteAsync(items[1]));
                Parallel.ForEach(items, item =>
                {
                    lock (sync)
                        stream.Write(item, 0, item.Length);
                });
            }

            private async Task WriteAsync(byte[] item)
            {
                await gate.WaitAsync();
                try
                {
                    await stream.WriteAsync(item);
                }
                finally
                {
                    gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_writers_over_anything_else() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Log
        {
            private readonly StreamWriter file;
            private readonly StreamWriter given;
            private readonly TextWriter synchronised;
            private readonly StringWriter text = new();
            public Log(string path, StreamWriter given, NetworkStream stream)
            {
                file = new StreamWriter(path) { AutoFlush = true };
                this.given = given;
                synchronised = TextWriter.Synchronized(new StreamWriter(stream));
            }

            public async Task WriteAsync(string[] lines, Stream any, NetworkStream stream, bool isLocal)
            {
                var memory = new StreamWriter(new MemoryStream());
                var either = new StreamWriter(isLocal ? new MemoryStream() : stream);
                var unknown = new StreamWriter(any);
                await Task.WhenAll(lines.Select(line => file.WriteLineAsync(line)));
                await Task.WhenAll(lines.Select(line => given.WriteLineAsync(line)));
                await Task.WhenAll(lines.Select(line => synchronised.WriteLineAsync(line)));
                await Task.WhenAll(lines.Select(line => text.WriteLineAsync(line)));
                await Task.WhenAll(lines.Select(line => memory.WriteLineAsync(line)));
                await Task.WhenAll(lines.Select(line => either.WriteLineAsync(line)));
                await Task.WhenAll(lines.Select(line => unknown.WriteLineAsync(line)));
                await Task.WhenAll(lines.Select(line => Console.Out.WriteLineAsync(line)));
            }
        }
        """);

    [Fact]
    public Task Ignores_writers_that_write_one_after_the_other_or_each_for_itself() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly SemaphoreSlim gate = new(1, 1);
            private readonly StreamWriter writer;
            public Session(TcpClient client) => writer = new StreamWriter(client.GetStream());

            public async Task PushAsync(TcpClient left, TcpClient right, string[] lines)
            {
                var first = new StreamWriter(left.GetStream());
                var second = new StreamWriter(right.GetStream());
                await Task.WhenAll(first.WriteLineAsync("a"), second.WriteLineAsync("b"));
                foreach (var line in lines)
                    await first.WriteLineAsync(line);
                await first.FlushAsync();
                await Task.WhenAll(lines.Select(line => WriteAsync(line)));
            }

            private async Task WriteAsync(string line)
            {
                await gate.WaitAsync();
                try
                {
                    await writer.WriteLineAsync(line);
                    await writer.FlushAsync();
                }
                finally
                {
                    gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_what_is_called_alike() => Verify.IgnoresAsync<SendingAnalyzer>("""
        namespace Lookalikes
        {
            class NetworkStream
            {
                public Task WriteAsync(byte[] data) => Task.CompletedTask;
            }

            static class Task2
            {
                public static Task WhenAll(params Task[] tasks) => tasks[0];
            }

            class Session
            {
                public async Task PushAsync(NetworkStream stream, byte[][] items)
                {
                    await Task.WhenAll(items.Select(item => stream.WriteAsync(item)));
                    await Task2.WhenAll(stream.WriteAsync(items[0]), stream.WriteAsync(items[1]));
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_recursion_and_half_typed_code() => Verify.IgnoresAsync<SendingAnalyzer>("""
        class Session
        {
            public async Task PushAsync(NetworkStream stream, byte[] data)
            {
                await Task.WhenAll(stream.{|CS1061:Write2Async|}(data), stream.{|CS1501:WriteAsync|}());
                var first = AgainAsync(stream, 3);
                await AgainAsync(stream, 2);
                await first;
                await {|CS0103:missing|};
            }

            private Task AgainAsync(NetworkStream stream, int depth) => depth > 0 ? AgainAsync(stream, depth - 1) : Task.CompletedTask;
        }
        """);

    [Fact]
    public Task Fixes_combined_writes_by_awaiting_them_in_order() => Verify.FixesAsync<SendingAnalyzer, OverlappingWriteCodeFix>("""
        class Session
        {
            public async Task PushAsync(System.Net.Security.SslStream stream, byte[] a, byte[] b)
            {
                await Task.WhenAll(
                    stream.WriteAsync(a).AsTask(),
                    {|WSA4007:stream.WriteAsync(b)|}.AsTask());
            }
        }
        """, """
        class Session
        {
            public async Task PushAsync(System.Net.Security.SslStream stream, byte[] a, byte[] b)
            {
                await stream.WriteAsync(a).AsTask();
                await stream.WriteAsync(b).AsTask();
            }
        }
        """);

    [Fact]
    public Task Fixes_a_writer_by_one_line_after_the_other() => Verify.FixesAsync<SendingAnalyzer, OverlappingWriteCodeFix>("""
        class Session
        {
            private readonly StreamWriter writer;
            public Session(TcpClient client) => writer = new(client.GetStream());

            public async Task PushAsync(string[] lines)
            {
                await Task.WhenAll(lines.Select(line => {|WSA4007:writer.WriteLineAsync(line)|})).ConfigureAwait(false);
                // and out
                await writer.FlushAsync().ConfigureAwait(false);
            }
        }
        """, """
        class Session
        {
            private readonly StreamWriter writer;
            public Session(TcpClient client) => writer = new(client.GetStream());

            public async Task PushAsync(string[] lines)
            {
                foreach (var line in lines)
                    await writer.WriteLineAsync(line).ConfigureAwait(false);
                // and out
                await writer.FlushAsync().ConfigureAwait(false);
            }
        }
        """);

    [Fact]
    public Task Fixes_the_flush_of_a_write_that_still_runs() => Verify.FixesAsync<SendingAnalyzer, OverlappingWriteCodeFix>("""
        class Session
        {
            public async Task PushAsync(TcpClient client)
            {
                var writer = new StreamWriter(client.GetStream());
                var first = writer.WriteLineAsync("HELO");
                await {|WSA4007:writer.FlushAsync()|};
                await first;
            }
        }
        """, """
        class Session
        {
            public async Task PushAsync(TcpClient client)
            {
                var writer = new StreamWriter(client.GetStream());
                var first = writer.WriteLineAsync("HELO");
                await first;
                await writer.FlushAsync();
                await first;
            }
        }
        """);

    [Fact]
    public Task Fixes_writes_for_each_item_by_a_loop() => Verify.FixesAsync<SendingAnalyzer, OverlappingWriteCodeFix>("""
        using Grpc.Core;

        class Ticker
        {
            public async Task SubscribeAsync(IServerStreamWriter<string> responses, string[] names)
            {
                await Task.WhenAll(names.Select(name => {|WSA4007:responses.WriteAsync(name)|})).ConfigureAwait(false);
            }
        }
        """ + Grpc, """
        using Grpc.Core;

        class Ticker
        {
            public async Task SubscribeAsync(IServerStreamWriter<string> responses, string[] names)
            {
                foreach (var name in names)
                    await responses.WriteAsync(name).ConfigureAwait(false);
            }
        }
        """ + Grpc);

    [Fact]
    public Task OffersNoFix_for_loops_that_run_in_parallel() => Verify.OffersNoFixAsync<SendingAnalyzer, OverlappingWriteCodeFix>("""
        class Session
        {
            public async Task PushAsync(NetworkStream stream, List<byte[]> items)
            {
                await Parallel.ForEachAsync(items, async (item, cancellation) => await {|WSA4007:stream.WriteAsync(item, cancellation)|});
            }
        }
        """);

    [Fact]
    public Task Reports_a_write_beside_a_loop_of_writes_once() => Verify.ReportsAsync<SendingAnalyzer>("""
        class Session
        {
            private readonly NetworkStream _stream;

            public Session(NetworkStream stream) => _stream = stream;

            public async Task RunAsync(byte[] data, CancellationToken token)
            {
                var beat = BeatAsync(token);
                while (!token.IsCancellationRequested)
                    await {|WSA4007:_stream.WriteAsync(data, token)|};
                await beat;
            }

            private async Task BeatAsync(CancellationToken token)
            {
                while (!token.IsCancellationRequested)
                {
                    await _stream.WriteAsync(new byte[] { 0 }, token);
                    await Task.Delay(1000, token);
                }
            }
        }
        """);
}
