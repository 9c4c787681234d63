using Microsoft.CodeAnalysis.Testing;
using WebSocketAnalyzers.CodeFixes.Fixes.Blocking;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Blocking;

public class SynchronousCallTests
{
    [Fact]
    public Task Reports_file_access_in_a_receive_loop() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Session
        {
            async Task RunAsync(WebSocket socket, string path)
            {
                var buffer = new byte[1024];
                while (socket.State == WebSocketState.Open)
                {
                    var result = await socket.ReceiveAsync(buffer, default);
                    {|WSA2003:File.AppendAllText(path, Encoding.UTF8.GetString(buffer, 0, result.Count))|};
                    _ = {|WSA2003:File.ReadAllBytes(path)|};
                }
            }
        }
        """);

    [Fact]
    public Task Reports_waiting_for_a_semaphore() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Session
        {
            private readonly SemaphoreSlim _gate = new(1, 1);

            async Task SendAsync(WebSocket socket, byte[] text, CancellationToken cancellation)
            {
                {|WSA2003:_gate.Wait(cancellation)|};
                try
                {
                    await socket.SendAsync(text, WebSocketMessageType.Text, true, cancellation);
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Reports_synchronous_socket_and_stream_calls() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Session
        {
            async Task RunAsync(TcpClient client)
            {
                var stream = client.GetStream();
                var buffer = new byte[512];
                await stream.ReadAsync(buffer, 0, 512);
                var count = {|WSA2003:stream.Read(buffer, 0, buffer.Length)|};
                {|WSA2003:stream.Write(buffer, 0, count)|};
                {|WSA2003:stream.Write(buffer.AsSpan(0, count))|};
                {|WSA2003:client.Client.Receive(buffer)|};
            }
        }
        """);

    [Fact]
    public Task Reports_writers_over_a_stream() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Session
        {
            async Task RunAsync(NetworkStream stream)
            {
                using var reader = new StreamReader(stream);
                using StreamWriter writer = new(stream);
                while (await reader.ReadLineAsync() is { } line)
                {
                    {|WSA2003:writer.WriteLine(line)|};
                    {|WSA2003:writer.Flush()|};
                    _ = {|WSA2003:reader.ReadToEnd()|};
                }
            }
        }
        """);

    [Fact]
    public Task Reports_accepting_and_resolving() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Server
        {
            async Task RunAsync(TcpListener listener)
            {
                while (true)
                {
                    var first = await listener.AcceptTcpClientAsync();
                    var second = {|WSA2003:listener.AcceptTcpClient()|};
                    _ = {|WSA2003:Dns.GetHostEntry("localhost")|};
                    first.Dispose();
                    second.Dispose();
                }
            }
        }
        """);

    [Fact]
    public Task Reports_database_calls_in_a_hub() => Verify.ReportsAsync<BlockingAnalyzer>("""
        using System.Data.Common;
        using Microsoft.AspNetCore.SignalR;

        class Chat : Hub
        {
            private readonly DbConnection connection;
            public Chat(DbConnection connection) => this.connection = connection;

            public async Task Save(string text)
            {
                {|WSA2003:connection.Open()|};
                using var command = connection.CreateCommand();
                command.CommandText = text;
                {|WSA2003:command.ExecuteNonQuery()|};
                using var reader = {|WSA2003:command.ExecuteReader()|};
                while ({|WSA2003:reader.Read()|})
                    await Clients.All.SendAsync("row", reader.GetString(0));
            }
        }
        """);

    [Fact]
    public Task Reports_http_and_processes() => Verify.ReportsAsync<BlockingAnalyzer>("""
        using System.Diagnostics;
        using System.Net.Http;

        class Session
        {
            async Task RunAsync(WebSocket socket, HttpClient http, Process process)
            {
                await Task.Yield();
                using var response = {|WSA2003:http.Send(new HttpRequestMessage())|};
                {|WSA2003:process.WaitForExit()|};
            }
        }
        """);

    [Fact]
    public Task Reports_calls_on_a_derived_stream_type() => Verify.ReportsAsync<BlockingAnalyzer>("""
        abstract class Tracing : Stream
        {
        }

        class Session
        {
            async Task RunAsync(WebSocket socket, Tracing trace, FileStream file)
            {
                await Task.Yield();
                {|WSA2003:trace.Flush()|};
                {|WSA2003:file.CopyTo(trace)|};
            }
        }
        """);

    [Fact]
    public Task Reports_through_conditional_access_and_method_chains() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Session
        {
            private FileStream? _log;

            FileStream Log() => _log!;

            async Task RunAsync(WebSocket socket)
            {
                await Task.Yield();
                _log?{|WSA2003:.Flush()|};
                {|WSA2003:Log().Flush()|};
            }
        }
        """);

    [Fact]
    public Task Ignores_the_same_calls_outside_of_handlers() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Import
        {
            private readonly SemaphoreSlim gate;
            public Import(SemaphoreSlim gate) => this.gate = gate;

            async Task RunAsync(string path)
            {
                gate.Wait();
                await File.WriteAllTextAsync(path, File.ReadAllText(path));
            }
        }
        """);

    [Fact]
    public Task Ignores_questions_with_a_zero_timeout() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Session
        {
            private readonly SemaphoreSlim gate;
            public Session(SemaphoreSlim gate) => this.gate = gate;

            async Task RunAsync(WebSocket socket)
            {
                await Task.Yield();
                if (gate.Wait(0) || gate.Wait(TimeSpan.Zero) || gate.Wait(millisecondsTimeout: 0) || gate.Wait(default(TimeSpan)))
                    gate.Release();
            }
        }
        """);

    [Fact]
    public Task Ignores_streams_in_memory() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Session
        {
            private readonly MemoryStream _message = new();
            private readonly Stream _other = new MemoryStream();

            async Task RunAsync(WebSocket socket)
            {
                var buffer = new byte[1024];
                using Stream copy = new MemoryStream();
                using var reader = new StreamReader(_message);
                using var writer = new StreamWriter(new MemoryStream());
                using var text = new StringReader("a");
                while (true)
                {
                    var result = await socket.ReceiveAsync(buffer, default);
                    _message.Write(buffer, 0, result.Count);
                    _message.CopyTo(copy);
                    copy.Write(buffer, 0, result.Count);
                    _other.Write(buffer, 0, result.Count);
                    _ = reader.ReadToEnd();
                    writer.WriteLine("a");
                    writer.Flush();
                    _ = text.ReadLine();
                    _ = Stream.Null.Read(buffer, 0, 1);
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_offloaded_calls() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Session
        {
            async Task RunAsync(WebSocket socket, string path)
            {
                var text = await Task.Run(() => File.ReadAllText(path));
                await Task.Factory.StartNew(() => File.WriteAllText(path, text));
            }
        }
        """);

    [Fact]
    public Task Ignores_asynchronous_calls() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Session
        {
            async Task RunAsync(NetworkStream stream, SemaphoreSlim gate, string path, CancellationToken cancellation)
            {
                await gate.WaitAsync(cancellation);
                await File.WriteAllTextAsync(path, await File.ReadAllTextAsync(path, cancellation), cancellation);
                await stream.WriteAsync(new byte[1], cancellation).ConfigureAwait(false);
                await stream.FlushAsync(cancellation);
            }
        }
        """);

    [Fact]
    public Task Ignores_members_of_the_same_name() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        namespace Own
        {
            static class File
            {
                public static string ReadAllText(string path) => path;
                public static Task<string> ReadAllTextAsync(string path) => Task.FromResult(path);
            }

            class SemaphoreSlim
            {
                public void Wait() { }
                public Task WaitAsync() => Task.CompletedTask;
            }

            class Repository
            {
                public void Save() { }
                public Task SaveAsync() => Task.CompletedTask;
                public int Read(byte[] buffer, int offset, int count) => 0;
                public Task<int> ReadAsync(byte[] buffer, int offset, int count) => Task.FromResult(0);
            }
        }

        class Session
        {
            async Task RunAsync(WebSocket socket, Own.SemaphoreSlim gate, Own.Repository repository)
            {
                await Task.Yield();
                gate.Wait();
                repository.Save();
                repository.Read(new byte[1], 0, 1);
                _ = Own.File.ReadAllText("a");
            }
        }
        """);

    [Fact]
    public Task Ignores_cheap_file_calls_and_unlisted_members() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Session
        {
            async Task RunAsync(WebSocket socket, string path, TextWriter log)
            {
                await Task.Yield();
                if (File.Exists(path))
                    File.Delete(path);
                Directory.CreateDirectory(path);
                Console.WriteLine(path);
                log.WriteLine(path);
                var list = new List<int> { 1 };
                _ = list.ToList().First();
            }
        }
        """);

    [Fact]
    public Task Ignores_a_stream_of_its_own_in_a_type_that_is_no_handler() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class SocketStream : Stream
        {
            private readonly WebSocket socket;
            public SocketStream(WebSocket socket) => this.socket = socket;

            public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
            public override void Write(byte[] buffer, int offset, int count) => base.Write(buffer.AsSpan(offset, count));
            public override void Flush() { }
            public override long Seek(long offset, SeekOrigin origin) => 0;
            public override void SetLength(long value) { }
            public override bool CanRead => socket.State == WebSocketState.Open;
            public override bool CanSeek => false;
            public override bool CanWrite => true;
            public override long Length => 0;
            public override long Position { get; set; }
        }
        """);

    [Fact]
    public Task Ignores_start_up_before_an_accept_loop() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        // top-level
        var banner = File.ReadAllText("banner.txt");
        var listener = new TcpListener(IPAddress.Loopback, 7000);
        listener.Start();
        while (true)
        {
            var client = await listener.AcceptTcpClientAsync();
            client.Dispose();
        }
        """);

    [Fact]
    public Task Ignores_half_typed_and_recursive_code() => new Verify.Test<BlockingAnalyzer, EmptyCodeFixProvider>("""
        class Session
        {
            async Task RunAsync(WebSocket socket)
            {
                File.ReadAllText;
                Again();
                File.
                gate.Wait(
            }

            int Again() => Again() + this.
        """)
    { CompilerDiagnostics = CompilerDiagnostics.None }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task FixesAll_files_with_the_token_in_scope() => Verify.FixesAsync<BlockingAnalyzer, SynchronousCallCodeFix>(
        """
        class Session
        {
            async Task RunAsync(WebSocket socket, string path, CancellationToken cancellation)
            {
                var buffer = new byte[1024];
                while (socket.State == WebSocketState.Open)
                {
                    var result = await socket.ReceiveAsync(buffer, cancellation);
                    {|WSA2003:File.AppendAllText(path, Encoding.UTF8.GetString(buffer, 0, result.Count))|};
                    foreach (var line in {|WSA2003:File.ReadAllLines(path)|})
                        Console.WriteLine(line);
                    var size = {|WSA2003:File.ReadAllText(path)|}.Length; // read again
                }
            }
        }
        """,
        """
        class Session
        {
            async Task RunAsync(WebSocket socket, string path, CancellationToken cancellation)
            {
                var buffer = new byte[1024];
                while (socket.State == WebSocketState.Open)
                {
                    var result = await socket.ReceiveAsync(buffer, cancellation);
                    await File.AppendAllTextAsync(path, Encoding.UTF8.GetString(buffer, 0, result.Count), cancellation);
                    foreach (var line in await File.ReadAllLinesAsync(path, cancellation))
                        Console.WriteLine(line);
                    var size = (await File.ReadAllTextAsync(path, cancellation)).Length; // read again
                }
            }
        }
        """);

    [Fact]
    public Task Fixes_a_semaphore() => Verify.FixesAsync<BlockingAnalyzer, SynchronousCallCodeFix>(
        """
        class Session
        {
            private readonly SemaphoreSlim _gate = new(1, 1);

            async Task SendAsync(WebSocket socket, byte[] text, CancellationToken cancellation)
            {
                {|WSA2003:_gate.Wait()|};
                try
                {
                    await socket.SendAsync(text, WebSocketMessageType.Text, true, cancellation).ConfigureAwait(false);
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        """,
        """
        class Session
        {
            private readonly SemaphoreSlim _gate = new(1, 1);

            async Task SendAsync(WebSocket socket, byte[] text, CancellationToken cancellation)
            {
                await _gate.WaitAsync(cancellation).ConfigureAwait(false);
                try
                {
                    await socket.SendAsync(text, WebSocketMessageType.Text, true, cancellation).ConfigureAwait(false);
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task FixesAll_streams_and_readers() => Verify.FixesAsync<BlockingAnalyzer, SynchronousCallCodeFix>(
        """
        class Session
        {
            async Task RunAsync(TcpClient client)
            {
                var stream = client.GetStream();
                using var writer = new StreamWriter(stream);
                var buffer = new byte[512];
                while (await stream.ReadAsync(buffer, 0, 512) > 0)
                {
                    var count = {|WSA2003:stream.Read(buffer, 0, buffer.Length)|};
                    {|WSA2003:writer.WriteLine(count.ToString())|};
                    {|WSA2003:writer.Flush()|};
                    Write(stream, buffer);
                }
            }

            private static void Write(NetworkStream stream, byte[] buffer) => {|WSA2003:stream.Write(buffer, 0, buffer.Length)|};
        }
        """,
        """
        class Session
        {
            async Task RunAsync(TcpClient client)
            {
                var stream = client.GetStream();
                using var writer = new StreamWriter(stream);
                var buffer = new byte[512];
                while (await stream.ReadAsync(buffer, 0, 512) > 0)
                {
                    var count = await stream.ReadAsync(buffer, 0, buffer.Length);
                    await writer.WriteLineAsync(count.ToString());
                    await writer.FlushAsync();
                    await Write(stream, buffer);
                }
            }

            private static async Task Write(NetworkStream stream, byte[] buffer) => await stream.WriteAsync(buffer, 0, buffer.Length);
        }
        """);

    [Fact]
    public Task FixesAll_database_calls() => Verify.FixesAsync<BlockingAnalyzer, SynchronousCallCodeFix>(
        """
        using System.Data.Common;
        using Microsoft.AspNetCore.SignalR;

        class Chat : Hub
        {
            private readonly DbConnection connection;
            public Chat(DbConnection connection) => this.connection = connection;

            public async Task Save(string text)
            {
                {|WSA2003:connection.Open()|};
                using var command = connection.CreateCommand();
                command.CommandText = text;
                using var reader = {|WSA2003:command.ExecuteReader()|};
                while ({|WSA2003:reader.Read()|})
                    await Clients.All.SendAsync("row", reader.GetString(0));
            }
        }
        """,
        """
        using System.Data.Common;
        using Microsoft.AspNetCore.SignalR;

        class Chat : Hub
        {
            private readonly DbConnection connection;
            public Chat(DbConnection connection) => this.connection = connection;

            public async Task Save(string text)
            {
                await connection.OpenAsync(Context.ConnectionAborted);
                using var command = connection.CreateCommand();
                command.CommandText = text;
                using var reader = await command.ExecuteReaderAsync(Context.ConnectionAborted);
                while (await reader.ReadAsync(Context.ConnectionAborted))
                    await Clients.All.SendAsync("row", reader.GetString(0));
            }
        }
        """);

    [Fact]
    public Task Offers_no_fix_for_spans() => Verify.OffersNoFixAsync<BlockingAnalyzer, SynchronousCallCodeFix>("""
        class Session
        {
            async Task RunAsync(NetworkStream stream, byte[] buffer)
            {
                await Task.Yield();
                {|WSA2003:stream.Write(buffer.AsSpan(0, 1))|};
                _ = {|WSA2003:stream.Read(buffer.AsSpan())|};
            }
        }
        """);

    [CSharpFact(13)]
    public Task Offers_no_fix_for_a_span_that_an_asynchronous_method_declares() => Verify.OffersNoFixAsync<BlockingAnalyzer, SynchronousCallCodeFix>("""
        class Session
        {
            async Task RunAsync(NetworkStream stream, byte[] buffer)
            {
                await Task.Yield();
                Span<byte> span = buffer;
                _ = {|WSA2003:stream.Read(span)|};
            }
        }
        """);

    [Fact]
    public Task Offers_no_fix_under_a_lock() => Verify.OffersNoFixAsync<BlockingAnalyzer, SynchronousCallCodeFix>("""
        class Session
        {
            private readonly object _gate = new();

            async Task RunAsync(WebSocket socket, string path)
            {
                await Task.Yield();
                lock (_gate)
                    {|WSA2003:File.AppendAllText(path, "x")|};
            }
        }
        """);

    [Fact]
    public Task Offers_no_fix_where_an_interface_wants_nothing_back() => Verify.OffersNoFixAsync<BlockingAnalyzer, SynchronousCallCodeFix>("""
        class Session : IProgress<int>
        {
            private readonly ManualResetEvent _ready = new(false);

            async Task RunAsync(WebSocket socket)
            {
                await Task.Yield();
                Report(1);
            }

            public void Report(int value) => {|WSA2003:File.AppendAllText("log", "x")|};
        }
        """);

    [Fact]
    public Task FixesAll_answers_of_timed_waits_and_conditional_calls() => Verify.FixesAsync<BlockingAnalyzer, SynchronousCallCodeFix>(
        """
        class Session
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            private FileStream? _log;

            async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                await Task.Yield();
                if (!{|WSA2003:_gate.Wait(1000)|})
                    return;
                if ({|WSA2003:_gate.Wait(TimeSpan.FromSeconds(1), cancellation)|} && socket.State == WebSocketState.Open)
                    _log?{|WSA2003:.Flush()|};
                /* keep */ {|WSA2003:_gate.Wait(CancellationToken.None)|};
            }
        }
        """,
        """
        class Session
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            private FileStream? _log;

            async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                await Task.Yield();
                if (!await _gate.WaitAsync(1000, cancellation))
                    return;
                if (await _gate.WaitAsync(TimeSpan.FromSeconds(1), cancellation) && socket.State == WebSocketState.Open)
                    await (_log?.FlushAsync(cancellation) ?? Task.CompletedTask);
                /* keep */ await _gate.WaitAsync(CancellationToken.None);
            }
        }
        """);

    [Fact]
    public Task Fixes_a_lambda_that_runs_for_each_connection() => Verify.FixesAsync<BlockingAnalyzer, SynchronousCallCodeFix>(
        """
        // top-level
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;

        var app = WebApplication.CreateBuilder(args).Build();
        app.Map("/ws", (HttpContext context) =>
        {
            var text = {|WSA2003:File.ReadAllText("banner.txt")|};
            return Serve(context, text);
        });
        app.Run();

        static async Task Serve(HttpContext context, string text)
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, context.RequestAborted);
        }
        """,
        """
        // top-level
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;

        var app = WebApplication.CreateBuilder(args).Build();
        app.Map("/ws", async (HttpContext context) =>
        {
            var text = await File.ReadAllTextAsync("banner.txt", context.RequestAborted);
            await Serve(context, text);
        });
        app.Run();

        static async Task Serve(HttpContext context, string text)
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, context.RequestAborted);
        }
        """);

    [Fact]
    public Task Ignores_reads_of_what_has_arrived() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Session
        {
            async Task RunAsync(TcpClient client, NetworkStream stream)
            {
                var buffer = new byte[512];
                while (client.Connected)
                {
                    await Task.Delay(10);
                    while (stream.DataAvailable)
                    {
                        var count = stream.Read(buffer, 0, buffer.Length);
                        Console.WriteLine(count);
                    }

                    if (client.Available > 0)
                        client.Client.Receive(buffer);
                }
            }
        }
        """);

    [Fact]
    public Task Reports_writes_and_unasked_reads_beside_them() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Session
        {
            async Task RunAsync(NetworkStream stream, byte[] buffer)
            {
                await Task.Delay(10);
                if (stream.DataAvailable)
                    {|WSA2003:stream.Write(buffer, 0, 1)|};
                _ = {|WSA2003:stream.Read(buffer, 0, 1)|};
            }
        }
        """);

    [Fact]
    public Task FixesAll_in_using_headers_arguments_patterns_and_conditional_access() => Verify.FixesAsync<BlockingAnalyzer, SynchronousCallCodeFix>(
        """
        using System.Data.Common;

        class Session
        {
            private DbCommand? _command;

            async Task RunAsync(WebSocket socket, DbCommand command, CancellationToken cancellation)
            {
                await Task.Yield();
                using (var reader = {|WSA2003:command.ExecuteReader()|})
                {
                    // one row a message
                    while ({|WSA2003:reader.Read()|})
                        await socket.SendAsync(Encoding.UTF8.GetBytes(reader.GetString(0)), WebSocketMessageType.Text, true, cancellation);
                }

                if (int.TryParse({|WSA2003:File.ReadAllText("limit")|}, out var limit) && limit > 0)
                    await socket.SendAsync({|WSA2003:File.ReadAllBytes("motd")|}, WebSocketMessageType.Text, true, cancellation);
                if ({|WSA2003:command.ExecuteScalar()|} is int count and > 1)
                    Console.WriteLine($"{count} of {{|WSA2003:File.ReadAllText("max")|}.Length}");
                foreach (var line in {|WSA2003:File.ReadAllLines("log")|})
                    Console.WriteLine(line);
                _command?{|WSA2003:.ExecuteNonQuery()|};
                await foreach (var part in Parts({|WSA2003:File.ReadAllText("parts")|}))
                    Console.WriteLine(part);
            }

            private static async IAsyncEnumerable<char> Parts(string text)
            {
                await Task.Yield();
                foreach (var part in text)
                    yield return part;
            }
        }
        """,
        """
        using System.Data.Common;

        class Session
        {
            private DbCommand? _command;

            async Task RunAsync(WebSocket socket, DbCommand command, CancellationToken cancellation)
            {
                await Task.Yield();
                using (var reader = await command.ExecuteReaderAsync(cancellation))
                {
                    // one row a message
                    while (await reader.ReadAsync(cancellation))
                        await socket.SendAsync(Encoding.UTF8.GetBytes(reader.GetString(0)), WebSocketMessageType.Text, true, cancellation);
                }

                if (int.TryParse(await File.ReadAllTextAsync("limit", cancellation), out var limit) && limit > 0)
                    await socket.SendAsync(await File.ReadAllBytesAsync("motd", cancellation), WebSocketMessageType.Text, true, cancellation);
                if (await command.ExecuteScalarAsync(cancellation) is int count and > 1)
                    Console.WriteLine($"{count} of {(await File.ReadAllTextAsync("max", cancellation)).Length}");
                foreach (var line in await File.ReadAllLinesAsync("log", cancellation))
                    Console.WriteLine(line);
                await (_command?.ExecuteNonQueryAsync(cancellation) ?? Task.CompletedTask);
                await foreach (var part in Parts(await File.ReadAllTextAsync("parts", cancellation)))
                    Console.WriteLine(part);
            }

            private static async IAsyncEnumerable<char> Parts(string text)
            {
                await Task.Yield();
                foreach (var part in text)
                    yield return part;
            }
        }
        """);

    [Fact]
    public Task Fixes_the_first_source_of_a_query() => Verify.FixesAsync<BlockingAnalyzer, SynchronousCallCodeFix>(
        """
        class Session
        {
            async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                await Task.Yield();
                var lengths = from line in {|WSA2003:File.ReadAllLines("log")|} select line.Length;
                Console.WriteLine(lengths.Count());
            }
        }
        """,
        """
        class Session
        {
            async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                await Task.Yield();
                var lengths = from line in await File.ReadAllLinesAsync("log", cancellation) select line.Length;
                Console.WriteLine(lengths.Count());
            }
        }
        """);
}
