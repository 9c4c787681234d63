using ChatServer.Chat;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

namespace ChatServer.Hubs;

/// <summary>The chat for SignalR clients: they call "Say" and get "history", "message" and "notice".</summary>
public sealed class ChatHub : Hub
{
    private readonly ChatRoom _room;
    private readonly ChatHistory _history;
    private readonly Moderation _moderation;
    private readonly ChatOptions _options;

    public ChatHub(ChatRoom room, ChatHistory history, Moderation moderation, IOptions<ChatOptions> options)
    {
        _room = room;
        _history = history;
        _moderation = moderation;
        _options = options.Value;
    }

    public override async Task OnConnectedAsync()
    {
        var recent = await _history.RecentAsync(_options.Backlog, Context.ConnectionAborted);
        await Clients.Caller.SendAsync("history", recent, Context.ConnectionAborted);
        await base.OnConnectedAsync();
    }

    public async Task Say(string name, string text)
    {
        var allowed = await _moderation.IsAllowed(text);
        if (!allowed)
        {
            await Clients.Caller.SendAsync("notice", "not delivered: blocked word", Context.ConnectionAborted);
            return;
        }

        await _history.AppendAsync($"{name}: {text}", Context.ConnectionAborted);
        await _room.BroadcastAsync($"{name}: {text}");
    }
}
