using WebSocketAnalyzers.CodeFixes.Fixes.Blocking;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Blocking;

public class ConsoleReadTests
{
    [Fact]
    public Task Reports_in_a_program_that_sends_what_is_typed() => Verify.ReportsAsync<BlockingAnalyzer>("""
        // top-level
        using var stop = new CancellationTokenSource();
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri("ws://localhost"), stop.Token);
        while (await {|WSA2007:Console.In.ReadLineAsync(stop.Token)|} is { } line)
            await socket.SendAsync(Encoding.UTF8.GetBytes(line), WebSocketMessageType.Text, true, stop.Token);
        """);

    [Fact]
    public Task Reports_beside_a_receive_in_WhenAny() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Chat
        {
            async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                var buffer = new byte[1024];
                var receive = socket.ReceiveAsync(buffer, cancellation);
                await Task.WhenAny(receive, {|WSA2007:Console.In.ReadLineAsync()|});
            }
        }
        """);

    [Fact]
    public Task Reports_every_asynchronous_member() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Chat
        {
            async Task RunAsync(WebSocket socket, char[] buffer)
            {
                _ = await {|WSA2007:Console.In.ReadAsync(buffer, 0, buffer.Length)|};
                _ = await {|WSA2007:Console.In.ReadAsync(buffer.AsMemory())|}.ConfigureAwait(false);
                _ = await {|WSA2007:Console.In.ReadBlockAsync(buffer, 0, buffer.Length)|};
                _ = await {|WSA2007:Console.In.ReadToEndAsync()|};
            }
        }
        """);

    [Fact]
    public Task Reports_through_locals_fields_and_properties() => Verify.ReportsAsync<BlockingAnalyzer>("""
        using static System.Console;

        class Chat
        {
            private readonly TextReader _input = Console.In;
            private TextReader Keyboard { get; } = Console.In;
            private static TextReader Typed => Console.In;

            async Task RunAsync(WebSocket socket)
            {
                var reader = Console.In;
                await {|WSA2007:reader.ReadLineAsync()|};
                await {|WSA2007:_input.ReadLineAsync()|};
                await {|WSA2007:Keyboard.ReadLineAsync()|};
                await {|WSA2007:Typed.ReadLineAsync()|};
                await {|WSA2007:In.ReadLineAsync()|};
            }
        }
        """);

    [Fact]
    public Task Reports_in_a_helper_that_a_handler_calls() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Chat
        {
            async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                var line = await PromptAsync();
                await socket.SendAsync(Encoding.UTF8.GetBytes(line ?? ""), WebSocketMessageType.Text, true, cancellation);
            }

            private static async Task<string?> PromptAsync()
            {
                Console.Write("> ");
                return await {|WSA2007:Console.In.ReadLineAsync()|};
            }
        }
        """);

    [Fact]
    public Task Reports_the_synchronous_members_of_the_reader_as_the_console_itself() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Chat
        {
            async Task RunAsync(WebSocket socket)
            {
                await Task.Yield();
                _ = {|WSA2004:Console.In.ReadLine()|};
                _ = {|WSA2004:Console.In.Read()|};
                _ = {|WSA2004:Console.In.ReadToEnd()|};
            }
        }
        """);

    [Fact]
    public Task Ignores_programs_without_a_connection() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        // top-level
        while (await Console.In.ReadLineAsync() is { } line)
            Console.WriteLine(line);
        """);

    [Fact]
    public Task Ignores_readers_over_other_streams() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Chat
        {
            async Task RunAsync(WebSocket socket, TextReader given, string text)
            {
                using var input = new StreamReader(Console.OpenStandardInput());
                await input.ReadLineAsync();
                await given.ReadLineAsync();
                using var memory = new StringReader(text);
                await memory.ReadLineAsync();
            }
        }
        """);

    [Fact]
    public Task Ignores_variables_that_may_hold_another_reader() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Chat
        {
            private TextReader _input = Console.In;

            async Task RunAsync(WebSocket socket, string? path)
            {
                var reader = Console.In;
                if (path is not null)
                    reader = File.OpenText(path);
                await reader.ReadLineAsync();
                await _input.ReadLineAsync();
                await (path is null ? Console.In : File.OpenText(path)).ReadLineAsync();
            }
        }
        """);

    [Fact]
    public Task Ignores_offloaded_reads() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Chat
        {
            async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                var line = await Task.Run(Console.ReadLine).WaitAsync(cancellation);
                var more = await Task.Run(() => Console.In.ReadLineAsync()).WaitAsync(cancellation);
                await Task.Run(async () =>
                {
                    while (await Console.In.ReadLineAsync() is { } next)
                        await socket.SendAsync(Encoding.UTF8.GetBytes(next), WebSocketMessageType.Text, true, cancellation);
                });
            }
        }
        """);

    [Fact]
    public Task Ignores_a_method_that_only_prepares_a_connection() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Settings
        {
            public async Task<Uri> AskAsync() => new Uri(await Console.In.ReadLineAsync() ?? "ws://localhost");
        }

        class Chat
        {
            private readonly Settings _settings = new();

            public async Task RunAsync(ClientWebSocket socket, CancellationToken cancellation) => await socket.ConnectAsync(await _settings.AskAsync(), cancellation);
        }
        """);

    [Fact]
    public Task Ignores_doppelgaengers_and_half_typed_code() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        namespace Terminal
        {
            static class Console
            {
                public static TextReader In { get; } = new StringReader("");
            }

            class Chat
            {
                async Task RunAsync(WebSocket socket)
                {
                    await Console.In.ReadLineAsync();
                    await System.Console.In.{|CS1061:ReadLin|}();
                    await System.Console.{|CS0117:Inn|}.ReadLineAsync();
                }
            }
        }
        """);

    [Fact]
    public Task Fixes_with_the_given_token() => Verify.FixesAsync<BlockingAnalyzer, ConsoleReadCodeFix>("""
        class Chat
        {
            async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                // What is typed goes out.
                while (await {|WSA2007:Console.In.ReadLineAsync(cancellation)|} is { } line) // one line
                    await socket.SendAsync(Encoding.UTF8.GetBytes(line), WebSocketMessageType.Text, true, cancellation);
            }
        }
        """, """
        class Chat
        {
            async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                // What is typed goes out.
                while (await Task.Run(Console.ReadLine).WaitAsync(cancellation) is { } line) // one line
                    await socket.SendAsync(Encoding.UTF8.GetBytes(line), WebSocketMessageType.Text, true, cancellation);
            }
        }
        """);

    [Fact]
    public Task Fixes_with_the_token_in_scope_and_keeps_ConfigureAwait() => Verify.FixesAsync<BlockingAnalyzer, ConsoleReadCodeFix>("""
        class Chat
        {
            async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                var line = await {|WSA2007:Console.In.ReadLineAsync()|}.ConfigureAwait(false);
                var rest = await {|WSA2007:Console.In.ReadToEndAsync()|};
                await socket.SendAsync(Encoding.UTF8.GetBytes(line + rest), WebSocketMessageType.Text, true, cancellation);
            }
        }
        """, """
        class Chat
        {
            async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                var line = await Task.Run(Console.ReadLine).WaitAsync(cancellation).ConfigureAwait(false);
                var rest = await Task.Run(Console.In.ReadToEnd).WaitAsync(cancellation);
                await socket.SendAsync(Encoding.UTF8.GetBytes(line + rest), WebSocketMessageType.Text, true, cancellation);
            }
        }
        """);

    [Fact]
    public Task Fixes_without_a_token_and_through_variables() => Verify.FixesAsync<BlockingAnalyzer, ConsoleReadCodeFix>("""
        class Chat
        {
            private readonly TextReader _input = Console.In;

            async Task RunAsync(WebSocket socket)
            {
                var pending = {|WSA2007:Console.In.ReadLineAsync()|};
                await Task.WhenAny(pending, {|WSA2007:_input.ReadLineAsync()|});
            }
        }
        """, """
        class Chat
        {
            private readonly TextReader _input = Console.In;

            async Task RunAsync(WebSocket socket)
            {
                var pending = Task.Run(Console.ReadLine);
                await Task.WhenAny(pending, Task.Run(_input.ReadLine));
            }
        }
        """);

    [Fact]
    public Task Fixes_what_is_limited_already() => Verify.FixesAsync<BlockingAnalyzer, ConsoleReadCodeFix>("""
        class Chat
        {
            async Task<string?> RunAsync(WebSocket socket, CancellationToken cancellation) =>
                await {|WSA2007:Console.In.ReadLineAsync()|}.WaitAsync(TimeSpan.FromSeconds(5), cancellation);
        }
        """, """
        class Chat
        {
            async Task<string?> RunAsync(WebSocket socket, CancellationToken cancellation) =>
                await Task.Run(Console.ReadLine).WaitAsync(TimeSpan.FromSeconds(5), cancellation);
        }
        """);

    [Fact]
    public Task FixesAll_reads_of_a_file() => Verify.FixesAsync<BlockingAnalyzer, ConsoleReadCodeFix>("""
        class Chat
        {
            async Task AskAsync(WebSocket socket)
            {
                var name = await {|WSA2007:Console.In.ReadLineAsync()|};
                var room = await {|WSA2007:Console.In.ReadLineAsync()|};
            }

            async Task AskAgainAsync(WebSocket socket, CancellationToken cancellation) => await {|WSA2007:Console.In.ReadLineAsync(cancellation)|};
        }
        """, """
        class Chat
        {
            async Task AskAsync(WebSocket socket)
            {
                var name = await Task.Run(Console.ReadLine);
                var room = await Task.Run(Console.ReadLine);
            }

            async Task AskAgainAsync(WebSocket socket, CancellationToken cancellation) => await Task.Run(Console.ReadLine).WaitAsync(cancellation);
        }
        """);

    [Fact]
    public Task OffersNoFix_for_buffers_kept_value_tasks_and_conditional_access() => Verify.OffersNoFixAsync<BlockingAnalyzer, ConsoleReadCodeFix>("""
        class Chat
        {
            async Task RunAsync(WebSocket socket, char[] buffer, CancellationToken cancellation)
            {
                await {|WSA2007:Console.In.ReadAsync(buffer, 0, 1)|};
                var pending = {|WSA2007:Console.In.ReadLineAsync(cancellation)|};
                await pending;
                await {|WSA2007:Console.In.ReadLineAsync(/* until then */ cancellation)|};
            }
        }
        """);
}
