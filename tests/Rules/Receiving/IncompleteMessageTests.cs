using WebSocketAnalyzers.CodeFixes.Fixes.Receiving;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Receiving;

/// <summary>WSA5001: a piece of a message is taken for the whole.</summary>
public class IncompleteMessageTests
{
    [Fact]
    public Task Fixes_a_receive_loop() => Verify.FixesAsync<ReceivingAnalyzer, IncompleteMessageCodeFix>(
        """
        class Chat
        {
            public async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                var buffer = new byte[4096];
                while (socket.State == WebSocketState.Open)
                {
                    // the next message
                    var result = await socket.ReceiveAsync(new ArraySegment<byte>(buffer), cancellation).ConfigureAwait(false); // a piece of it
                    if (result.MessageType == WebSocketMessageType.Close)
                    {
                        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation).ConfigureAwait(false);
                        return;
                    }
                    var message = {|WSA5001:Encoding.UTF8.GetString(buffer, 0, result.Count)|};
                    Console.WriteLine($"{message} ({result.Count} bytes)");
                }
            }
        }
        """,
        """
        class Chat
        {
            public async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                var buffer = new byte[4096];
                while (socket.State == WebSocketState.Open)
                {
                    // the next message
                    using var received = new MemoryStream();
                    WebSocketReceiveResult result;
                    do
                    {
                        result = await socket.ReceiveAsync(new ArraySegment<byte>(buffer), cancellation).ConfigureAwait(false);
                        received.Write(buffer, 0, result.Count);
                        if (received.Length > 1024 * 1024)
                        {
                            await socket.CloseOutputAsync(WebSocketCloseStatus.MessageTooBig, null, cancellation).ConfigureAwait(false);
                            return;
                        }
                    }
                    while (!result.EndOfMessage); // a piece of it
                    if (result.MessageType == WebSocketMessageType.Close)
                    {
                        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation).ConfigureAwait(false);
                        return;
                    }
                    var message = Encoding.UTF8.GetString(received.GetBuffer(), 0, (int)received.Length);
                    Console.WriteLine($"{message} ({(int)received.Length} bytes)");
                }
            }
        }
        """);
}
