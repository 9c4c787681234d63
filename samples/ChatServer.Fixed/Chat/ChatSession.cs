using System.Net.WebSockets;
using System.Text;

namespace ChatServer.Chat;

/// <summary>One member who is connected through a WebSocket.</summary>
public sealed class ChatSession
{
    private readonly SemaphoreSlim SendGate = new(1, 1);

    private readonly WebSocket _socket;
    private readonly MessageReader _reader;
    private readonly TimeSpan _sendTimeout;
    private readonly CancellationToken _ending;

    /// <param name="name">Name shown to the others.</param>
    /// <param name="socket">The accepted socket; the caller keeps it open for as long as the session is used.</param>
    /// <param name="sendTimeout">Longest time one message may take, waiting included.</param>
    /// <param name="ending">Fires when the request is aborted or the server stops.</param>
    public ChatSession(string name, WebSocket socket, TimeSpan sendTimeout, CancellationToken ending)
    {
        Name = name;
        _socket = socket;
        _reader = new MessageReader(socket);
        _sendTimeout = sendTimeout;
        _ending = ending;
    }

    public Guid Id { get; } = Guid.NewGuid();

    public string Name { get; }

    /// <summary>Sends one text message. A WebSocket takes one send at a time, hence the gate.</summary>
    public async Task SendAsync(string text)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(_ending);
        bound.CancelAfter(_sendTimeout);
        await SendGate.WaitAsync(bound.Token);
        try
        {
            await _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, bound.Token);
        }
        finally
        {
            SendGate.Release();
        }
    }

    /// <summary>Sends a notice of the server itself.</summary>
    public async Task Push(string notice)
    {
        await SendAsync($"* {notice}");
    }

    /// <summary>The next message, or null once the conversation is over; the close has then been answered.</summary>
    public async Task<string?> ReceiveAsync()
    {
        var text = await _reader.ReadAsync(_ending);
        if (text is null)
        {
            await CloseAsync(_reader.Ending, null);
        }

        return text;
    }

    /// <summary>Sends the close frame, never between the frames of a message.</summary>
    public async Task CloseAsync(WebSocketCloseStatus status, string? reason)
    {
        using var bound = new CancellationTokenSource(_sendTimeout);
        await SendGate.WaitAsync(bound.Token);
        try
        {
            if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await _socket.CloseOutputAsync(status, reason, bound.Token);
            }
        }
        finally
        {
            SendGate.Release();
        }
    }

    /// <summary>Cuts the connection; the pending receive of its handler then fails and ends it.</summary>
    public void Abort() => _socket.Abort();
}
