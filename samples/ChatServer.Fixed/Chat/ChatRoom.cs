using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Net.WebSockets;
using ChatServer.Bridge;
using ChatServer.Hubs;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

namespace ChatServer.Chat;

/// <summary>Everybody in the chat, whichever way they are connected.</summary>
public sealed class ChatRoom
{
    private readonly ConcurrentDictionary<Guid, ChatSession> _sessions = new();
    private readonly ConcurrentDictionary<Guid, BridgeClient> _bridged = new();
    private readonly IHubContext<ChatHub> _hub;
    private readonly TimeSpan _sendTimeout;

    public ChatRoom(IHubContext<ChatHub> hub, IOptions<ChatOptions> options)
    {
        _hub = hub;
        _sendTimeout = options.Value.SendTimeout;
    }

    public IEnumerable<string> Names => _sessions.Values.Select(s => s.Name).Concat(_bridged.Values.Select(c => c.Name)).Order();

    public async Task Join(ChatSession session)
    {
        _sessions[session.Id] = session;
        await session.Push($"welcome {session.Name}, {_sessions.Count + _bridged.Count} here");
    }

    public void Leave(ChatSession session) => _sessions.TryRemove(session.Id, out _);

    public void Join(BridgeClient client) => _bridged[client.Id] = client;

    public void Leave(BridgeClient client) => _bridged.TryRemove(client.Id, out _);

    /// <summary>Sends a line to everybody at once; who does not take it in time is dropped.</summary>
    public async Task BroadcastAsync(string line)
    {
        var deliveries = _sessions.Values.Select(DeliverAsync).Concat(_bridged.Values.Select(WriteAsync));
        await Task.WhenAll(deliveries.Append(PublishAsync()));

        async Task DeliverAsync(ChatSession session)
        {
            try
            {
                await session.SendAsync(line);
            }
            catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
            {
                Leave(session);
                session.Abort();
            }
        }

        async Task WriteAsync(BridgeClient client)
        {
            try
            {
                await client.SendAsync(line);
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                Leave(client);
                client.Dispose();
            }
        }

        async Task PublishAsync()
        {
            // SignalR aborts a connection whose write is cancelled, so a full pipe costs this long once.
            using var bound = new CancellationTokenSource(_sendTimeout);
            try
            {
                await _hub.Clients.All.SendAsync("message", line, bound.Token);
            }
            catch (OperationCanceledException)
            {
            }
        }
    }

    /// <summary>Sends a line to one member only and tells the sender whether that member is here.</summary>
    public async Task WhisperAsync(ChatSession from, string to, string text)
    {
        var target = _sessions.Values.FirstOrDefault(s => s.Name == to);
        try
        {
            await (target?.SendAsync($"{from.Name} whispers: {text}") ?? Task.CompletedTask);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            target?.Abort();
        }

        await from.SendAsync(target is null ? $"* {to} is not here" : $"you whisper to {to}: {text}");
    }
}
