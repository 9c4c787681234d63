using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.Options;

namespace ChatServer.Chat;

/// <summary>Serves WebSockets: every message is one line of chat, "/msg NAME TEXT" goes to one member only.</summary>
public sealed class ChatMiddleware
{
    private readonly ConditionalWeakTable<WebSocket, SemaphoreSlim> _backlogGates = new();
    private readonly ChatRoom _room;
    private readonly ChatHistory _history;
    private readonly Moderation _moderation;
    private readonly NameRegistry _names;
    private readonly ChatOptions _options;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly string _transcripts;

    // The chat ends the pipeline, so nothing comes next.
    public ChatMiddleware(
        RequestDelegate _,
        ChatRoom room,
        ChatHistory history,
        Moderation moderation,
        NameRegistry names,
        IOptions<ChatOptions> options,
        IHostApplicationLifetime lifetime)
    {
        _room = room;
        _history = history;
        _moderation = moderation;
        _names = names;
        _options = options.Value;
        _lifetime = lifetime;
        _transcripts = Directory.CreateDirectory(Path.Combine(_options.DataFolder, "transcripts")).FullName;
    }

    public async Task InvokeAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest || context.Request.Query["name"].ToString() is not { Length: > 0 and <= 32 } name)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _lifetime.ApplicationStopping);
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        await ServeAsync(socket, name, ending.Token);
    }

    private async Task ServeAsync(WebSocket socket, string name, CancellationToken ending)
    {
        var session = new ChatSession(name, socket, _options.SendTimeout, ending);
        if (!await _names.TryReserve(name))
        {
            await session.CloseAsync(WebSocketCloseStatus.PolicyViolation, "name is taken");
            return;
        }

        try
        {
            await SendBacklogAsync(socket, await _history.RecentAsync(_options.Backlog, ending), ending);
            await _room.Join(session);
            await Announce($"* {name} joined");
            while (await session.ReceiveAsync() is { } text)
            {
                await Transcribe(session, text);
                if (text.Split(' ', 3) is ["/msg", var to, var whisper])
                {
                    await _room.WhisperAsync(session, to, whisper);
                }
                else if (await _moderation.IsAllowed(text))
                {
                    await _history.AppendAsync($"{name}: {text}", ending);
                    await _room.BroadcastAsync($"{name}: {text}");
                }
                else
                {
                    await session.Push("not delivered: blocked word");
                }
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The peer went away without a close, was dropped by the room, or the server stops.
        }
        finally
        {
            _room.Leave(session);
            _names.Release(name);
            await Announce($"* {name} left");
        }
    }

    /// <summary>Shows a newcomer what was said before. Nothing else is sent to the socket until this is done.</summary>
    private async Task SendBacklogAsync(WebSocket socket, IReadOnlyList<string> lines, CancellationToken ending)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(ending);
        bound.CancelAfter(_options.SendTimeout);
        var backlogGate = _backlogGates.GetValue(socket, static _ => new SemaphoreSlim(1, 1));
        await backlogGate.WaitAsync(bound.Token);
        try
        {
            foreach (var line in lines)
            {
                await socket.SendAsync(Encoding.UTF8.GetBytes(line), WebSocketMessageType.Text, true, bound.Token);
            }
        }
        finally
        {
            backlogGate.Release();
        }
    }

    private async Task Announce(string line)
    {
        await _room.BroadcastAsync(line);
    }

    /// <summary>Every session has its own file, which only its own handler writes.</summary>
    private async Task Transcribe(ChatSession session, string text) =>
        await File.AppendAllTextAsync(Path.Combine(_transcripts, $"{session.Id:N}.log"), $"{DateTimeOffset.UtcNow:O} {session.Name}: {text}{Environment.NewLine}");
}
