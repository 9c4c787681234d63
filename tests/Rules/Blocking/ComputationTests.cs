using WebSocketAnalyzers.CodeFixes.Fixes.Blocking;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Blocking;

public class ComputationTests
{
    [Fact]
    public Task Reports_key_derivation() => Verify.ReportsAsync<BlockingAnalyzer>("""
        using System.Security.Cryptography;

        class Session
        {
            async Task LogInAsync(WebSocket socket, string password, byte[] salt, CancellationToken cancellation)
            {
                var key = {|WSA2006:Rfc2898DeriveBytes.Pbkdf2(password, salt, 600_000, HashAlgorithmName.SHA256, 32)|};
                await socket.SendAsync(key, WebSocketMessageType.Binary, true, cancellation);
            }
        }
        """);

    [Fact]
    public Task Reports_compression() => Verify.ReportsAsync<BlockingAnalyzer>("""
        using System.IO.Compression;

        class Session
        {
            async Task PublishAsync(WebSocket socket, byte[] snapshot, CancellationToken cancellation)
            {
                using var packed = new MemoryStream();
                using (var zip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
                    {|WSA2006:zip.Write(snapshot, 0, snapshot.Length)|};
                var brotli = new byte[snapshot.Length];
                if ({|WSA2006:BrotliEncoder.TryCompress(snapshot, brotli, out var written)|})
                    await socket.SendAsync(brotli.AsMemory(0, written), WebSocketMessageType.Binary, true, cancellation);
            }
        }
        """);

    [Fact]
    public Task Reports_hashing_of_a_stream() => Verify.ReportsAsync<BlockingAnalyzer>("""
        using System.Security.Cryptography;

        class Session
        {
            async Task AnswerAsync(WebSocket socket, Stream upload, SHA256 hash, CancellationToken cancellation)
            {
                await socket.SendAsync({|WSA2006:SHA256.HashData(upload)|}, WebSocketMessageType.Binary, true, cancellation);
                await socket.SendAsync({|WSA2006:hash.ComputeHash(upload)|}, WebSocketMessageType.Binary, true, cancellation);
            }
        }
        """);

    [Fact]
    public Task Reports_parallel_loops_and_queries() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Session
        {
            async Task AnswerAsync(WebSocket socket, double[] values, CancellationToken cancellation)
            {
                {|WSA2006:Parallel.For(0, values.Length, i => values[i] = Math.Sqrt(values[i]))|};
                {|WSA2006:Parallel.ForEach(values, value => Math.Exp(value))|};
                var sum = {|WSA2006:values.AsParallel().Select(Math.Sin).Sum()|};
                var all = {|WSA2006:(from value in values.AsParallel() where value > 0 select value).ToArray()|};
                await socket.SendAsync(BitConverter.GetBytes(sum + all.Length), WebSocketMessageType.Binary, true, cancellation);
            }
        }
        """);

    [Fact]
    public Task Reports_in_what_a_handler_calls() => Verify.ReportsAsync<BlockingAnalyzer>("""
        using System.Security.Cryptography;

        class Session
        {
            async Task LogInAsync(WebSocket socket, string password, byte[] salt, CancellationToken cancellation) =>
                await socket.SendAsync(KeyOf(password, salt), WebSocketMessageType.Binary, true, cancellation);

            private static byte[] KeyOf(string password, byte[] salt)
            {
                using var derivation = new Rfc2898DeriveBytes(password, salt, 600_000, HashAlgorithmName.SHA256);
                return {|WSA2006:derivation.GetBytes(32)|};
            }
        }
        """);

    [Fact]
    public Task Reports_password_hashes_by_name_of_the_library() => Verify.ReportsAsync<BlockingAnalyzer>("""
        namespace BCrypt.Net
        {
            public static class BCrypt
            {
                public static bool Verify(string text, string hash) => text == hash;
            }
        }

        class Session
        {
            async Task<bool> LogInAsync(WebSocket socket, string password, string hash)
            {
                await Task.Yield();
                return {|WSA2006:BCrypt.Net.BCrypt.Verify(password, hash)|};
            }
        }
        """);

    [Fact]
    public Task Ignores_small_constant_input() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        using System.IO.Compression;
        using System.Security.Cryptography;

        class Session
        {
            async Task AnswerAsync(WebSocket socket, string password, byte[] salt, int[] seen, CancellationToken cancellation)
            {
                var key = Rfc2898DeriveBytes.Pbkdf2(password, salt, 100, HashAlgorithmName.SHA256, 32);
                using var zip = new GZipStream(new MemoryStream(), CompressionLevel.Fastest);
                zip.Write(new byte[16], 0, 16);
                zip.Write(Encoding.UTF8.GetBytes("hello"));
                zip.Write("hello"u8);
                Parallel.For(0, 4, i => seen[i]++);
                Parallel.ForEach(new[] { 1, 2, 3 }, i => seen[i]++);
                var sum = new[] { 1, 2, 3 }.AsParallel().Select(i => i * i).Sum();
                await socket.SendAsync(key, WebSocketMessageType.Binary, true, cancellation);
            }
        }
        """);

    [Fact]
    public Task Ignores_offloaded_work() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        using System.Security.Cryptography;

        class Session
        {
            async Task LogInAsync(WebSocket socket, string password, byte[] salt, CancellationToken cancellation)
            {
                var key = await Task.Run(() => Rfc2898DeriveBytes.Pbkdf2(password, salt, 600_000, HashAlgorithmName.SHA256, 32), cancellation);
                var again = await Task.Factory.StartNew(() => Derive(), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                await socket.SendAsync(key, WebSocketMessageType.Binary, true, cancellation);

                byte[] Derive() => Rfc2898DeriveBytes.Pbkdf2(password, salt, 600_000, HashAlgorithmName.SHA256, 32);
            }
        }
        """);

    [Fact]
    public Task Ignores_code_that_serves_no_connection() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        using System.Security.Cryptography;

        class Accounts
        {
            public byte[] KeyOf(string password, byte[] salt) => Rfc2898DeriveBytes.Pbkdf2(password, salt, 600_000, HashAlgorithmName.SHA256, 32);
        }
        """);

    [Fact]
    public Task Ignores_hashes_of_bytes_and_asynchronous_members() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        using System.IO.Compression;
        using System.Security.Cryptography;

        class Session
        {
            async Task AnswerAsync(WebSocket socket, Stream upload, byte[] data, CancellationToken cancellation)
            {
                await socket.SendAsync(SHA256.HashData(data), WebSocketMessageType.Binary, true, cancellation);
                await socket.SendAsync(await SHA256.HashDataAsync(upload, cancellation), WebSocketMessageType.Binary, true, cancellation);
                await using var zip = new GZipStream(upload, CompressionLevel.Fastest);
                await zip.WriteAsync(data, cancellation);
            }
        }
        """);

    [Fact]
    public Task Ignores_queries_that_are_only_described() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Session
        {
            private ParallelQuery<int>? _query;

            async Task PrepareAsync(WebSocket socket, int[] values)
            {
                await Task.Yield();
                _query = values.AsParallel().Where(value => value > 0);
                var sum = values.Where(value => value > 0).Sum();
                var list = values.ToList();
            }
        }
        """);

    [Fact]
    public Task Ignores_asynchronous_functions_given_to_Parallel() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Session
        {
            async Task AnswerAsync(WebSocket socket, Uri[] pages)
            {
                await Task.Yield();
                Parallel.ForEach(pages, async page => await Task.Delay(page.ToString().Length));
                await Parallel.ForEachAsync(pages, async (page, cancellation) => await Task.Delay(1, cancellation));
            }
        }
        """);

    [Fact]
    public Task Ignores_doppelgaengers_and_half_typed_code() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        namespace Mine
        {
            static class Parallel
            {
                public static void ForEach<T>(IEnumerable<T> items, Action<T> action) { foreach (var item in items) action(item); }
            }

            class Session
            {
                async Task AnswerAsync(WebSocket socket, int[] values)
                {
                    await Task.Yield();
                    Parallel.ForEach(values, value => { });
                    System.Threading.Tasks.Parallel.{|CS0117:ForEech|}(values, value => { });
                }
            }
        }
        """);

    [Fact]
    public Task Fixes_by_offloading() => Verify.FixesAsync<BlockingAnalyzer, ComputationCodeFix>("""
        using System.Security.Cryptography;

        class Session
        {
            async Task LogInAsync(WebSocket socket, string password, byte[] salt, double[] values, CancellationToken cancellation)
            {
                // Slow on purpose.
                var key = {|WSA2006:Rfc2898DeriveBytes.Pbkdf2(password, salt, 600_000, HashAlgorithmName.SHA256, 32)|}; // 32 bytes
                {|WSA2006:Parallel.For(0, values.Length, i => values[i] = 0)|};
                var sum = {|WSA2006:values.AsParallel().Select(Math.Sin).Sum()|};
                await socket.SendAsync(key, WebSocketMessageType.Binary, true, cancellation);
            }
        }
        """, """
        using System.Security.Cryptography;

        class Session
        {
            async Task LogInAsync(WebSocket socket, string password, byte[] salt, double[] values, CancellationToken cancellation)
            {
                // Slow on purpose.
                var key = await Task.Run(() => Rfc2898DeriveBytes.Pbkdf2(password, salt, 600_000, HashAlgorithmName.SHA256, 32)); // 32 bytes
                await Task.Run(() => Parallel.For(0, values.Length, i => values[i] = 0));
                var sum = await Task.Run(() => values.AsParallel().Select(Math.Sin).Sum());
                await socket.SendAsync(key, WebSocketMessageType.Binary, true, cancellation);
            }
        }
        """);

    [Fact]
    public Task FixesAll_through_the_helper_that_computes() => Verify.FixesAsync<BlockingAnalyzer, ComputationCodeFix>("""
        using System.Security.Cryptography;

        class Session
        {
            async Task LogInAsync(WebSocket socket, string password, byte[] salt, CancellationToken cancellation) =>
                await socket.SendAsync(KeyOf(password, salt), WebSocketMessageType.Binary, true, cancellation);

            private static byte[] KeyOf(string password, byte[] salt) => {|WSA2006:Rfc2898DeriveBytes.Pbkdf2(password, salt, 600_000, HashAlgorithmName.SHA256, 32)|};
        }
        """, """
        using System.Security.Cryptography;

        class Session
        {
            async Task LogInAsync(WebSocket socket, string password, byte[] salt, CancellationToken cancellation) =>
                await socket.SendAsync(await KeyOf(password, salt), WebSocketMessageType.Binary, true, cancellation);

            private static async Task<byte[]> KeyOf(string password, byte[] salt) => await Task.Run(() => Rfc2898DeriveBytes.Pbkdf2(password, salt, 600_000, HashAlgorithmName.SHA256, 32));
        }
        """);

    [Fact]
    public Task OffersNoFix_for_out_arguments_and_locks() => Verify.OffersNoFixAsync<BlockingAnalyzer, ComputationCodeFix>("""
        using System.IO.Compression;
        using System.Security.Cryptography;

        class Session
        {
            private readonly object _gate = new();

            async Task AnswerAsync(WebSocket socket, byte[] data, byte[] packed, byte[] salt)
            {
                await Task.Yield();
                if ({|WSA2006:BrotliEncoder.TryCompress(data, packed, out var written)|})
                    Console.WriteLine(written);
                lock (_gate)
                    {|WSA2006:Rfc2898DeriveBytes.Pbkdf2(data, salt, 600_000, HashAlgorithmName.SHA256, 32)|};
            }
        }
        """);
}
