using WebSocketAnalyzers.CodeFixes.Fixes.Receiving;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Receiving;

/// <summary>WSA5002: the whole buffer is read instead of what arrived.</summary>
public class WholeBufferTests
{
    [Fact]
    public Task Fixes_decodes_and_copies() => Verify.FixesAsync<ReceivingAnalyzer, WholeBufferCodeFix>(
        """
        class Reader
        {
            public async Task<string> TextAsync(NetworkStream stream)
            {
                var buffer = new byte[1024];
                var read = await stream.ReadAsync(buffer);
                return read == 0 ? "" : Encoding.UTF8.GetString({|WSA5002:buffer|});
            }

            public string Trimmed(Socket socket)
            {
                var buffer = new byte[1024];
                socket.Receive(buffer); // whatever comes
                return Encoding.ASCII.GetString({|WSA5002:buffer|}, 0, buffer.Length).TrimEnd('\0');
            }

            public async Task CopyAsync(Stream file, NetworkStream stream, CancellationToken cancellation)
            {
                Memory<byte> memory = new byte[1024];
                int read;
                while ((read = await stream.ReadAsync(memory, cancellation)) > 0)
                    await file.WriteAsync({|WSA5002:memory|}, cancellation);
            }
        }
        """,
        """
        class Reader
        {
            public async Task<string> TextAsync(NetworkStream stream)
            {
                var buffer = new byte[1024];
                var read = await stream.ReadAsync(buffer);
                return read == 0 ? "" : Encoding.UTF8.GetString(buffer, 0, read);
            }

            public string Trimmed(Socket socket)
            {
                var buffer = new byte[1024];
                var count = socket.Receive(buffer); // whatever comes
                return Encoding.ASCII.GetString(buffer, 0, count).TrimEnd('\0');
            }

            public async Task CopyAsync(Stream file, NetworkStream stream, CancellationToken cancellation)
            {
                Memory<byte> memory = new byte[1024];
                int read;
                while ((read = await stream.ReadAsync(memory, cancellation)) > 0)
                    await file.WriteAsync(memory[..read], cancellation);
            }
        }
        """);
}
