using System.Net.WebSockets;
using System.Text;

namespace ChatServer.Chat;

/// <summary>Reads the whole text messages of one WebSocket.</summary>
public sealed class MessageReader
{
    private const int MaxMessageBytes = 64 * 1024;

    private readonly WebSocket _socket;
    private readonly byte[] _buffer = new byte[8 * 1024];

    public MessageReader(WebSocket socket) => _socket = socket;

    /// <summary>The status to close with once <see cref="ReadAsync"/> has returned null.</summary>
    public WebSocketCloseStatus Ending { get; private set; } = WebSocketCloseStatus.NormalClosure;

    /// <summary>The next message, or null when the peer closed or broke the rules.</summary>
    public async Task<string?> ReadAsync(CancellationToken cancellation)
    {
        var message = new MemoryStream();
        ValueWebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(_buffer.AsMemory(), cancellation);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            if (part.MessageType == WebSocketMessageType.Binary)
            {
                Ending = WebSocketCloseStatus.InvalidMessageType;
                return null;
            }

            if (message.Length + part.Count > MaxMessageBytes)
            {
                Ending = WebSocketCloseStatus.MessageTooBig;
                return null;
            }

            message.Write(_buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);

        return Encoding.UTF8.GetString(message.GetBuffer(), 0, (int)message.Length);
    }
}
