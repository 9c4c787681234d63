using WebSocketAnalyzers.CodeFixes.Fixes.Lifetime;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Lifetime;

public class LeftTimeoutTests
{
    [Fact]
    public Task Reports_a_timer_for_each_send() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        class Session
        {
            public async Task SendAsync(WebSocket socket, byte[] data)
            {
                var limit = {|WSA3011:new CancellationTokenSource(TimeSpan.FromSeconds(5))|};
                await socket.SendAsync(data, WebSocketMessageType.Text, true, limit.Token);
            }
        }
        """);

    [Fact]
    public Task Reports_a_linked_source() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        class Session
        {
            public async Task SendAsync(WebSocket socket, byte[] data, CancellationToken stopping)
            {
                CancellationTokenSource linked = {|WSA3011:CancellationTokenSource.CreateLinkedTokenSource(stopping)|};
                linked.CancelAfter(1000);
                var token = linked.Token;
                await socket.SendAsync(data, WebSocketMessageType.Text, true, token).ConfigureAwait(false);
                if (linked.IsCancellationRequested)
                    Console.WriteLine("late");
            }
        }
        """);

    [Fact]
    public Task Reports_a_timer_that_is_set_later() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        class Client
        {
            private readonly ClientWebSocket _socket = new();

            public async Task ConnectAsync(Uri uri)
            {
                var limit = {|WSA3011:new CancellationTokenSource()|};
                limit.CancelAfter(TimeSpan.FromSeconds(10));
                await _socket.ConnectAsync(uri, limit.Token);
            }
        }
        """);

    [Fact]
    public Task Reports_a_source_that_nothing_holds() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        class Session
        {
            public async Task CloseAsync(WebSocket socket) =>
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", {|WSA3011:new CancellationTokenSource(5000)|}.Token);
        }
        """);

    [Fact]
    public Task Reports_one_for_each_turn_of_a_program() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        // top-level
        using var socket = new ClientWebSocket();
        using var connecting = new CancellationTokenSource(5000);
        await socket.ConnectAsync(new Uri("ws://localhost"), connecting.Token);
        for (var i = 0; i < 10; i++)
        {
            var limit = {|WSA3011:new CancellationTokenSource(1000)|};
            await socket.SendAsync(new byte[1], WebSocketMessageType.Binary, true, limit.Token);
        }
        """);

    [Fact]
    public Task Reports_in_hub_methods() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        using Microsoft.AspNetCore.SignalR;

        class ChatHub : Hub
        {
            public async Task Say(string text)
            {
                var limit = {|WSA3011:CancellationTokenSource.CreateLinkedTokenSource(Context.ConnectionAborted)|};
                await Clients.All.SendAsync("say", text, limit.Token);
            }
        }
        """);

    [Fact]
    public Task Ignores_sources_that_are_disposed() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Session
        {
            public async Task SendAsync(WebSocket socket, byte[] data, CancellationToken stopping)
            {
                using var first = new CancellationTokenSource(1000);
                using (var second = CancellationTokenSource.CreateLinkedTokenSource(first.Token, stopping))
                    await socket.SendAsync(data, WebSocketMessageType.Text, true, second.Token);
                var third = new CancellationTokenSource(1000);
                try
                {
                    await socket.SendAsync(data, WebSocketMessageType.Text, true, third.Token);
                }
                finally
                {
                    third.Dispose();
                }

                var fourth = new CancellationTokenSource(1000);
                using (fourth)
                    await socket.SendAsync(data, WebSocketMessageType.Text, true, fourth.Token);
            }
        }
        """);

    [Fact]
    public Task Ignores_sources_that_get_out_of_sight() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Session
        {
            private CancellationTokenSource? _current;
            private CancellationToken _token;

            public async Task<CancellationTokenSource> SendAsync(WebSocket socket, byte[] data, List<CancellationTokenSource> all, CancellationToken stopping)
            {
                var stored = new CancellationTokenSource(1000);
                _current = stored;
                var added = new CancellationTokenSource(1000);
                all.Add(added);
                var kept = new CancellationTokenSource(1000);
                _token = kept.Token;
                var captured = CancellationTokenSource.CreateLinkedTokenSource(stopping);
                Console.CancelKeyPress += (_, _) => captured.Cancel();
                await socket.SendAsync(data, WebSocketMessageType.Text, true, stored.Token);
                var returned = new CancellationTokenSource(1000);
                return returned;
            }
        }
        """);

    [Fact]
    public Task Ignores_sources_that_hold_nothing() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Session
        {
            public async Task SendAsync(WebSocket socket, byte[] data)
            {
                var plain = new CancellationTokenSource();
                await socket.SendAsync(data, WebSocketMessageType.Text, true, plain.Token);
                var endless = new CancellationTokenSource(Timeout.InfiniteTimeSpan);
                await socket.SendAsync(data, WebSocketMessageType.Text, true, endless.Token);
                var unlinked = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken.None);
                await socket.SendAsync(data, WebSocketMessageType.Text, true, unlinked.Token);
            }
        }
        """);

    [Fact]
    public Task Ignores_code_without_a_connection() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        class Cache
        {
            public async Task LoadAsync(string path)
            {
                var limit = new CancellationTokenSource(1000);
                await File.ReadAllTextAsync(path, limit.Token);
            }
        }
        """);

    [Fact]
    public Task Ignores_what_a_program_makes_once() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        static class Program
        {
            static async Task Main()
            {
                using var socket = new ClientWebSocket();
                var limit = new CancellationTokenSource(5000);
                await socket.ConnectAsync(new Uri("ws://localhost"), limit.Token);
            }
        }
        """);

    [Fact]
    public Task Ignores_doppelgaengers_and_half_typed_code() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        namespace Mine
        {
            class CancellationTokenSource
            {
                public CancellationTokenSource(int milliseconds) { }
                public CancellationToken Token => default;
            }

            class Session
            {
                public async Task SendAsync(WebSocket socket, byte[] data)
                {
                    var limit = new CancellationTokenSource(1000);
                    await socket.SendAsync(data, WebSocketMessageType.Text, true, limit.Token);
                    var half = new System.Threading.CancellationTokenSource({|CS0103:unknown|});
                    await socket.SendAsync(data, WebSocketMessageType.Text, true, half.{|CS1061:Tokn|});
                }
            }
        }
        """);

    [Fact]
    public Task Fixes_with_using() => Verify.FixesAsync<LifetimeAnalyzer, LeftTimeoutCodeFix>("""
        class Session
        {
            public async Task SendAsync(WebSocket socket, byte[] data, CancellationToken stopping)
            {
                // At most five seconds.
                var limit = {|WSA3011:CancellationTokenSource.CreateLinkedTokenSource(stopping)|}; // linked
                limit.CancelAfter(TimeSpan.FromSeconds(5));
                await socket.SendAsync(data, WebSocketMessageType.Text, true, limit.Token);
            }
        }
        """, """
        class Session
        {
            public async Task SendAsync(WebSocket socket, byte[] data, CancellationToken stopping)
            {
                // At most five seconds.
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping); // linked
                limit.CancelAfter(TimeSpan.FromSeconds(5));
                await socket.SendAsync(data, WebSocketMessageType.Text, true, limit.Token);
            }
        }
        """);

    [Fact]
    public Task FixesAll_sources_of_a_method() => Verify.FixesAsync<LifetimeAnalyzer, LeftTimeoutCodeFix>("""
        class Session
        {
            public async Task SendAsync(WebSocket socket, byte[][] all)
            {
                foreach (var data in all)
                {
                    var limit = {|WSA3011:new CancellationTokenSource(1000)|};
                    await socket.SendAsync(data, WebSocketMessageType.Text, true, limit.Token);
                }

                var closing = {|WSA3011:new CancellationTokenSource(1000)|};
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", closing.Token);
            }
        }
        """, """
        class Session
        {
            public async Task SendAsync(WebSocket socket, byte[][] all)
            {
                foreach (var data in all)
                {
                    using var limit = new CancellationTokenSource(1000);
                    await socket.SendAsync(data, WebSocketMessageType.Text, true, limit.Token);
                }

                using var closing = new CancellationTokenSource(1000);
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", closing.Token);
            }
        }
        """);

    [Fact]
    public Task OffersNoFix_where_the_token_is_still_watched() => Verify.OffersNoFixAsync<LifetimeAnalyzer, LeftTimeoutCodeFix>("""
        class Session
        {
            private Task? _sending;

            public async Task SendAsync(WebSocket socket, byte[] data, CancellationToken stopping)
            {
                var limit = {|WSA3011:new CancellationTokenSource(1000)|};
                _sending = socket.SendAsync(data, WebSocketMessageType.Text, true, limit.Token);
                var registered = {|WSA3011:CancellationTokenSource.CreateLinkedTokenSource(stopping)|};
                registered.Token.Register(() => Console.WriteLine("late"));
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", {|WSA3011:new CancellationTokenSource(5000)|}.Token);
            }
        }
        """);

    [Fact]
    public Task Reports_a_source_that_a_type_keeps_beside_its_connection() => Verify.ReportsAsync<LifetimeAnalyzer>("""
        sealed class Session : IDisposable
        {
            private readonly WebSocket _socket;
            private readonly CancellationTokenSource _stop;
            private CancellationTokenSource? Limit { get; set; } = {|WSA3011:new CancellationTokenSource(1000)|};

            public Session(WebSocket socket, CancellationToken stopping)
            {
                _socket = socket;
                _stop = {|WSA3011:CancellationTokenSource.CreateLinkedTokenSource(stopping)|};
            }

            public async Task SendAsync(byte[] data)
            {
                if (_stop.IsCancellationRequested || Limit is null)
                    return;
                await _socket.SendAsync(data, WebSocketMessageType.Text, true, _stop.Token);
            }

            public void Restart() => Limit = new CancellationTokenSource(1000);

            public void Dispose()
            {
                Limit?.Cancel();
                _stop.Cancel();
                _socket.Dispose();
            }
        }
        """);

    [Fact]
    public Task Ignores_sources_that_a_type_disposes_gives_away_or_keeps_for_something_else() => Verify.IgnoresAsync<LifetimeAnalyzer>("""
        sealed class Session : IDisposable
        {
            private readonly WebSocket _socket;
            private readonly CancellationTokenSource _stop;
            private readonly CancellationTokenSource _given;
            private readonly CancellationTokenSource _plain = new();
            private readonly CancellationTokenSource _handed;
            private CancellationTokenSource? _swapped;
            public CancellationTokenSource Seen { get; }

            public Session(WebSocket socket, CancellationTokenSource given, CancellationToken stopping)
            {
                _socket = socket;
                _given = given;
                _stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
                _swapped = CancellationTokenSource.CreateLinkedTokenSource(stopping);
                Seen = CancellationTokenSource.CreateLinkedTokenSource(stopping);
                _handed = CancellationTokenSource.CreateLinkedTokenSource(stopping);
                Keep(_handed);
            }

            private static void Keep(CancellationTokenSource source) => Console.WriteLine(source);

            public async Task SendAsync(byte[] data) => await _socket.SendAsync(data, WebSocketMessageType.Text, true, _plain.Token);

            public void Dispose()
            {
                _given.Cancel();
                _stop?.Dispose();
                Interlocked.Exchange(ref _swapped, null)?.Dispose();
                _socket.Dispose();
            }
        }

        sealed class Cache
        {
            private readonly CancellationTokenSource _stop;
            public Cache(CancellationToken stopping) => _stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            public CancellationToken Stopping => _stop.Token;
        }
        """);

    [Fact]
    public Task OffersNoFix_for_what_a_type_keeps() => Verify.OffersNoFixAsync<LifetimeAnalyzer, LeftTimeoutCodeFix>("""
        sealed class Session
        {
            private readonly WebSocket _socket;
            private readonly CancellationTokenSource _stop;

            public Session(WebSocket socket, CancellationToken stopping)
            {
                _socket = socket;
                _stop = {|WSA3011:CancellationTokenSource.CreateLinkedTokenSource(stopping)|};
            }

            public async Task SendAsync(byte[] data) => await _socket.SendAsync(data, WebSocketMessageType.Text, true, _stop.Token);
        }
        """);
}
