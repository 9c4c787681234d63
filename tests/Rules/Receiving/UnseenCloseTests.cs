using WebSocketAnalyzers.CodeFixes.Fixes.Receiving;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Receiving;

/// <summary>WSA5003: a close of the peer is taken for data, or received past, or noticed and left unanswered.</summary>
public class UnseenCloseTests
{
    [Fact]
    public Task Fixes_an_endless_receive_loop() => Verify.FixesAsync<ReceivingAnalyzer, UnseenCloseCodeFix>(
        """
        class Feed
        {
            public async Task ReadAsync(WebSocket socket, Stream file, CancellationToken cancellation)
            {
                var buffer = new byte[4096];
                while (true)
                {
                    // the next piece
                    var result = await {|WSA5003:socket.ReceiveAsync(buffer, cancellation)|}.ConfigureAwait(false); // may be empty
                    await file.WriteAsync(buffer.AsMemory(0, result.Count), cancellation).ConfigureAwait(false);
                }
            }
        }
        """,
        """
        class Feed
        {
            public async Task ReadAsync(WebSocket socket, Stream file, CancellationToken cancellation)
            {
                var buffer = new byte[4096];
                while (true)
                {
                    // the next piece
                    var result = await socket.ReceiveAsync(buffer, cancellation).ConfigureAwait(false); // may be empty
                    if (result.MessageType == WebSocketMessageType.Close)
                    {
                        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation).ConfigureAwait(false);
                        return;
                    }
                    await file.WriteAsync(buffer.AsMemory(0, result.Count), cancellation).ConfigureAwait(false);
                }
            }
        }
        """);
}
