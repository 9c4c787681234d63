using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Blocking;

public class SleepTests
{
    [Fact]
    public Task Reports_sleep_in_a_receive_loop() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Session
        {
            async Task RunAsync(WebSocket socket)
            {
                var buffer = new byte[1024];
                while (true)
                {
                    await socket.ReceiveAsync(buffer, default);
                    {|WSA2002:Thread.Sleep(10)|};
                }
            }
        }
        """);

    [Fact]
    public Task Ignores_sleep_in_offloaded_code() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Session
        {
            async Task RunAsync(WebSocket socket)
            {
                await Task.Run(() => Thread.Sleep(10));
            }
        }
        """);
}
