using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Corpus.Chat;

/// <summary>Accepts WebSockets, gives each its own queue and its own lock, and bounds every wait.</summary>
public static class ChatEndpoint
{
    private static readonly SemaphoreSlim LogGate = new(1, 1);
    private static readonly ConcurrentDictionary<Guid, ChatPeer> Peers = new();

    public static void MapChat(this WebApplication app)
    {
        app.Map("/chat", async (HttpContext context) =>
        {
            if (!context.WebSockets.IsWebSocketRequest)
            {
                context.Response.StatusCode = StatusCodes.Status400BadRequest;
                return;
            }

            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await using var peer = new ChatPeer(socket);
            Peers[peer.Id] = peer;
            try
            {
                await peer.RunAsync(context.RequestAborted);
            }
            finally
            {
                Peers.TryRemove(peer.Id, out _);
            }
        });

        app.MapGet("/log", () => File.ReadAllText("chat.log"));
    }

    /// <summary>A static gate, but around a file: it serialises writers of the log, not connections.</summary>
    public static async Task LogAsync(string line, CancellationToken cancellationToken)
    {
        await LogGate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await File.AppendAllTextAsync("chat.log", line, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            LogGate.Release();
        }
    }

    public static Task BroadcastAsync(string text, CancellationToken cancellationToken) =>
        Task.WhenAll(Peers.Values.Select(peer => peer.SendAsync(text, cancellationToken)));
}

public sealed class ChatPeer : IAsyncDisposable
{
    private const int MaxMessageBytes = 1 << 20;

    private readonly WebSocket _socket;
    private readonly SemaphoreSlim _sendGate = new(1, 1);
    private readonly Channel<string> _incoming = Channel.CreateBounded<string>(64);

    public ChatPeer(WebSocket socket) => _socket = socket;

    public Guid Id { get; } = Guid.NewGuid();

    public async Task SendAsync(string text, CancellationToken cancellationToken)
    {
        await _sendGate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _sendGate.Release();
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var working = WorkAsync(cancellationToken);
        while (await ReceiveTextAsync(cancellationToken).ConfigureAwait(false) is { } text)
        {
            await _incoming.Writer.WriteAsync(text, cancellationToken).ConfigureAwait(false);
        }

        _incoming.Writer.Complete();
        await working.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_socket.State == WebSocketState.Open)
        {
            using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, bound.Token).ConfigureAwait(false);
        }
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        await foreach (var text in _incoming.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            var digest = await Task.Run(() => Crunch(text), cancellationToken).ConfigureAwait(false);
            await ChatEndpoint.LogAsync(digest, cancellationToken).ConfigureAwait(false);
            await SendAsync(digest, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<string?> ReceiveTextAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        using var message = new MemoryStream();
        while (true)
        {
            var result = await _socket.ReceiveAsync(buffer.AsMemory(), cancellationToken).ConfigureAwait(false);
            if (result.MessageType == WebSocketMessageType.Close)
            {
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken).ConfigureAwait(false);
                return null;
            }

            message.Write(buffer, 0, result.Count);
            if (message.Length > MaxMessageBytes)
            {
                await _socket.CloseOutputAsync(WebSocketCloseStatus.MessageTooBig, null, cancellationToken).ConfigureAwait(false);
                return null;
            }

            if (result.EndOfMessage)
            {
                return Encoding.UTF8.GetString(message.GetBuffer(), 0, (int)message.Length);
            }
        }
    }

    private static string Crunch(string text)
    {
        // On the pool, where blocking keeps no connection waiting.
        Thread.Sleep(1);
        return text.ToUpperInvariant();
    }
}
