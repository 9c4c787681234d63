using WebSocketAnalyzers.CodeFixes.Fixes.Liveness;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Liveness;

public class UnnoticedPeerTests
{
    [Fact]
    public Task Reports_pings_that_are_off() => Verify.ReportsAsync<LivenessAnalyzer>("""
        class Feed
        {
            static async Task<WebSocket> OpenAsync(Uri server, CancellationToken cancellation)
            {
                var socket = new ClientWebSocket();
                {|WSA6002:socket.Options.KeepAliveInterval = TimeSpan.Zero|};
                await socket.ConnectAsync(server, cancellation).ConfigureAwait(false);
                return socket;
            }
        }
        """);

    [Fact]
    public Task Reports_every_way_to_write_no_interval() => Verify.ReportsAsync<LivenessAnalyzer>("""
        class Feed
        {
            static void Prepare()
            {
                {|WSA6002:new ClientWebSocket().Options.KeepAliveInterval = Timeout.InfiniteTimeSpan|};
                {|WSA6002:new ClientWebSocket().Options.KeepAliveInterval = default|};
                {|WSA6002:new ClientWebSocket().Options.KeepAliveInterval = default(TimeSpan)|};
                {|WSA6002:new ClientWebSocket().Options.KeepAliveInterval = new TimeSpan()|};
                {|WSA6002:new ClientWebSocket().Options.KeepAliveInterval = new TimeSpan(0)|};
                {|WSA6002:new ClientWebSocket().Options.KeepAliveInterval = new(0, 0, 0)|};
                {|WSA6002:new ClientWebSocket().Options.KeepAliveInterval = TimeSpan.FromSeconds(0)|};
                {|WSA6002:new ClientWebSocket().Options.KeepAliveInterval = TimeSpan.FromMilliseconds(Timeout.Infinite)|};
            }
        }
        """);

    [Fact]
    public Task Reports_pings_whose_answer_nobody_misses() => Verify.ReportsAsync<LivenessAnalyzer>("""
        class Feed
        {
            private const int Seconds = 15;
            private readonly ClientWebSocket _socket = new();
            private static readonly ClientWebSocket s_shared = new();
            private readonly TimeSpan _interval;

            Feed(TimeSpan interval)
            {
                _interval = interval;
                {|WSA6002:_socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(Seconds)|};
                {|WSA6002:s_shared.Options.KeepAliveInterval = _interval|};
                var options = new ClientWebSocket().Options;
                {|WSA6002:options.KeepAliveInterval = TimeSpan.FromMinutes(1)|};
            }
        }
        """);

    [Fact]
    public Task Reports_options_of_a_server() => Verify.ReportsAsync<LivenessAnalyzer>("""
        // top-level
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        using Microsoft.AspNetCore.WebSockets;
        using Microsoft.Extensions.DependencyInjection;

        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddWebSockets(options => {|WSA6002:options.KeepAliveInterval = TimeSpan.FromSeconds(30)|});
        var app = builder.Build();
        app.UseWebSockets(new WebSocketOptions { {|WSA6002:KeepAliveInterval = TimeSpan.FromMinutes(2)|} });
        app.Map("/ws", async (HttpContext context) =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { DangerousEnableCompression = true, {|WSA6002:KeepAliveInterval = TimeSpan.Zero|} });
        });
        app.Run();
        """);

    [Fact]
    public Task Reports_a_limit_that_is_switched_off() => Verify.ReportsAsync<LivenessAnalyzer>("""
        class Feed
        {
            WebSocketCreationOptions Options() => new()
            {
                KeepAliveInterval = TimeSpan.FromSeconds(30),
                {|WSA6002:KeepAliveTimeout = Timeout.InfiniteTimeSpan|},
            };

            ClientWebSocket Nothing() => new()
            {
                Options =
                {
                    {|WSA6002:KeepAliveInterval = TimeSpan.Zero|},
                    KeepAliveTimeout = Timeout.InfiniteTimeSpan,
                },
            };
        }
        """);

    [Fact]
    public Task Reports_pings_that_are_off_although_answers_would_be_missed() => Verify.ReportsAsync<LivenessAnalyzer>("""
        class Feed
        {
            void Configure(ClientWebSocket socket)
            {
                {|WSA6002:socket.Options.KeepAliveInterval = TimeSpan.Zero|};
                socket.Options.KeepAliveTimeout = TimeSpan.FromSeconds(1);
            }
        }
        """);

    [Fact]
    public Task Reports_one_socket_although_another_has_a_limit() => Verify.ReportsAsync<LivenessAnalyzer>("""
        class Pair
        {
            void Make()
            {
                var first = new ClientWebSocket();
                first.Options.KeepAliveInterval = TimeSpan.FromSeconds(30);
                first.Options.KeepAliveTimeout = TimeSpan.FromSeconds(20);
                var second = new ClientWebSocket();
                {|WSA6002:second.Options.KeepAliveInterval = TimeSpan.FromSeconds(30)|};
            }
        }
        """);

    [Fact]
    public Task Ignores_both_halves_set() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        using Microsoft.AspNetCore.Builder;
        class Feed
        {
            private readonly ClientWebSocket _socket = new();

            void Configure()
            {
                _socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(30);
                _socket.Options.KeepAliveTimeout = TimeSpan.FromSeconds(20);
                var options = _socket.Options;
                options.KeepAliveInterval = TimeSpan.FromSeconds(30);
            }

            WebSocketOptions Server() => new() { KeepAliveTimeout = TimeSpan.FromSeconds(5), KeepAliveInterval = TimeSpan.FromSeconds(5) };
        }
        """);

    [Fact]
    public Task Ignores_a_limit_set_by_a_helper() => Verify.IgnoresAsync<LivenessAnalyzer>(
        """
        class Feed
        {
            void Open()
            {
                var socket = new ClientWebSocket();
                socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(30);
                KeepAliveDefaults.Apply(socket.Options);
            }
        }
        """,
        """
        static class KeepAliveDefaults
        {
            public static void Apply(ClientWebSocketOptions options) => options.KeepAliveTimeout = TimeSpan.FromSeconds(20);
        }
        """);

    [Fact]
    public Task Ignores_options_that_strangers_may_set() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        interface ISetUp { void Apply(ClientWebSocketOptions options); }

        class Feed
        {
            void ByDelegate(Action<ClientWebSocketOptions>? configure)
            {
                var socket = new ClientWebSocket();
                socket.Options.KeepAliveInterval = TimeSpan.Zero;
                configure?.Invoke(socket.Options);
            }

            void ByInterface(ISetUp setUp)
            {
                var socket = new ClientWebSocket();
                socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(30);
                setUp.Apply(socket.Options);
            }
        }

        public static class Extensions
        {
            public static void Prepare(this ClientWebSocketOptions options) => options.KeepAliveInterval = TimeSpan.FromSeconds(30);
        }
        """);

    [Fact]
    public Task Ignores_an_interval_set_one_way_or_another() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        class Feed
        {
            void Configure(ClientWebSocket socket, bool quiet, TimeSpan interval)
            {
                socket.Options.KeepAliveInterval = TimeSpan.Zero;
                if (!quiet)
                    socket.Options.KeepAliveInterval = interval;
            }
        }
        """);

    [Fact]
    public Task Ignores_reading_the_settings() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        class Feed
        {
            bool IsQuiet(ClientWebSocket socket) => socket.Options.KeepAliveInterval == TimeSpan.Zero && socket.Options.KeepAliveTimeout == Timeout.InfiniteTimeSpan;
        }
        """);

    [Fact]
    public Task Ignores_settings_of_the_same_name() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        namespace Acme
        {
            class ClientWebSocketOptions { public TimeSpan KeepAliveInterval { get; set; } public TimeSpan KeepAliveTimeout { get; set; } }

            class Client
            {
                public int KeepAliveInterval { get; set; }

                void Configure(ClientWebSocketOptions options)
                {
                    options.KeepAliveInterval = TimeSpan.Zero;
                    options.KeepAliveTimeout = TimeSpan.Zero;
                    KeepAliveInterval = 0;
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_half_typed_code() => Verify.IgnoresAsync<LivenessAnalyzer>("""
        class Feed
        {
            void Configure(ClientWebSocket socket)
            {
                socket.Options.KeepAliveInterval = {|CS1525:;|}
                {|CS0103:other|}.Options.KeepAliveInterval = TimeSpan.Zero;
            }
        }
        """);

    [Fact]
    public Task Fixes_statements() => Verify.FixesAsync<LivenessAnalyzer, UnnoticedPeerCodeFix>(
        """
        class Feed
        {
            void Configure()
            {
                var socket = new ClientWebSocket();
                // the proxy closes idle connections
                {|WSA6002:socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(15)|}; // half of its limit
                socket.Options.AddSubProtocol("feed");
            }

            void Off(bool quiet)
            {
                var socket = new ClientWebSocket();
                if (quiet)
                    {|WSA6002:socket.Options.KeepAliveInterval = /* none */ Timeout.InfiniteTimeSpan|};
            }
        }
        """,
        """
        class Feed
        {
            void Configure()
            {
                var socket = new ClientWebSocket();
                // the proxy closes idle connections
                socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(15); // half of its limit
                socket.Options.KeepAliveTimeout = TimeSpan.FromSeconds(20);
                socket.Options.AddSubProtocol("feed");
            }

            void Off(bool quiet)
            {
                var socket = new ClientWebSocket();
                if (quiet)
                {
                    socket.Options.KeepAliveInterval = /* none */ TimeSpan.FromSeconds(30);
                    socket.Options.KeepAliveTimeout = TimeSpan.FromSeconds(20);
                }
            }
        }
        """);

    [Fact]
    public Task Fixes_initialisers() => Verify.FixesAsync<LivenessAnalyzer, UnnoticedPeerCodeFix>(
        """
        using Microsoft.AspNetCore.Builder;
        class Server
        {
            WebSocketOptions One() => new() { {|WSA6002:KeepAliveInterval = TimeSpan.FromMinutes(2)|} };

            WebSocketOptions WithComma() => new() { {|WSA6002:KeepAliveInterval = TimeSpan.FromMinutes(2)|}, };

            WebSocketCreationOptions First() => new()
            {
                {|WSA6002:KeepAliveInterval = TimeSpan.FromMinutes(2)|}, // the default
                IsServer = true
            };

            WebSocketCreationOptions Last() => new()
            {
                IsServer = true,
                {|WSA6002:KeepAliveInterval = default|} // none
            };

            ClientWebSocket Inner() => new()
            {
                Options =
                {
                    {|WSA6002:KeepAliveInterval = TimeSpan.FromSeconds(5)|},
                },
            };
        }
        """,
        """
        using Microsoft.AspNetCore.Builder;
        class Server
        {
            WebSocketOptions One() => new() { KeepAliveInterval = TimeSpan.FromMinutes(2), KeepAliveTimeout = TimeSpan.FromSeconds(20) };

            WebSocketOptions WithComma() => new() { KeepAliveInterval = TimeSpan.FromMinutes(2), KeepAliveTimeout = TimeSpan.FromSeconds(20), };

            WebSocketCreationOptions First() => new()
            {
                KeepAliveInterval = TimeSpan.FromMinutes(2), // the default
                KeepAliveTimeout = TimeSpan.FromSeconds(20),
                IsServer = true
            };

            WebSocketCreationOptions Last() => new()
            {
                IsServer = true,
                KeepAliveInterval = TimeSpan.FromSeconds(30), // none
                KeepAliveTimeout = TimeSpan.FromSeconds(20)
            };

            ClientWebSocket Inner() => new()
            {
                Options =
                {
                    KeepAliveInterval = TimeSpan.FromSeconds(5),
                    KeepAliveTimeout = TimeSpan.FromSeconds(20),
                },
            };
        }
        """);

    [Fact]
    public Task Fixes_a_lambda_of_one_expression() => Verify.FixesAsync<LivenessAnalyzer, UnnoticedPeerCodeFix>(
        """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.WebSockets;
        using Microsoft.Extensions.DependencyInjection;
        class Startup
        {
            void Configure(IServiceCollection services)
            {
                services.AddWebSockets(options => {|WSA6002:options.KeepAliveInterval = TimeSpan.FromSeconds(30)|});
            }
        }
        """,
        """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.WebSockets;
        using Microsoft.Extensions.DependencyInjection;
        class Startup
        {
            void Configure(IServiceCollection services)
            {
                services.AddWebSockets(options =>
                {
                    options.KeepAliveInterval = TimeSpan.FromSeconds(30);
                    options.KeepAliveTimeout = TimeSpan.FromSeconds(20);
                });
            }
        }
        """);

    [Fact]
    public Task FixesAll_in_one_object() => Verify.FixesAsync<LivenessAnalyzer, UnnoticedPeerCodeFix>(
        """
        class Feed
        {
            void Configure(ClientWebSocket first, ClientWebSocket second)
            {
                {|WSA6002:first.Options.KeepAliveInterval = TimeSpan.Zero|};
                first.Options.KeepAliveTimeout = TimeSpan.FromSeconds(10);
                second.Options.KeepAliveInterval = TimeSpan.FromSeconds(10);
                {|WSA6002:second.Options.KeepAliveTimeout = Timeout.InfiniteTimeSpan|};
            }
        }
        """,
        """
        class Feed
        {
            void Configure(ClientWebSocket first, ClientWebSocket second)
            {
                first.Options.KeepAliveInterval = TimeSpan.FromSeconds(30);
                first.Options.KeepAliveTimeout = TimeSpan.FromSeconds(10);
                second.Options.KeepAliveInterval = TimeSpan.FromSeconds(10);
                second.Options.KeepAliveTimeout = TimeSpan.FromSeconds(20);
            }
        }
        """);

    [Fact]
    public Task OffersNoFix_where_the_value_is_used() => Verify.OffersNoFixAsync<LivenessAnalyzer, UnnoticedPeerCodeFix>("""
        class Feed
        {
            TimeSpan Configure(ClientWebSocket socket)
            {
                return {|WSA6002:socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(15)|};
            }
        }
        """);
}
