namespace WebSocketAnalyzers.Tests.Rules.Locking;

/// <summary>Source of a class that owns one connection and its lock, for the rules of the lock's flow.</summary>
internal static class GatedSession
{
    /// <summary>The statements as the body of the class's asynchronous send method.</summary>
    public static string Around(string statements) => $$"""
        sealed class Session : IDisposable
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            private readonly WebSocket _socket;
            private bool _busy;
            private int _sent;

            public Session(WebSocket socket) => _socket = socket;

            public async Task SendAsync(ArraySegment<byte> message, CancellationToken token)
            {
        {{string.Join("\n", statements.Split('\n').Select(line => line.Length == 0 ? "" : "        " + line))}}
            }

            public void Dispose() => _socket.Dispose();
        }
        """;
}
