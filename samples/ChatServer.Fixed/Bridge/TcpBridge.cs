using System.Net;
using System.Net.Sockets;
using ChatServer.Chat;
using Microsoft.Extensions.Options;

namespace ChatServer.Bridge;

/// <summary>Lets line-based TCP clients (netcat, telnet) join the chat. The first line a client sends is its name.</summary>
public sealed class TcpBridge : BackgroundService
{
    internal static readonly byte[] Prompt = "name?\n"u8.ToArray();

    private static readonly TimeSpan MinimumGap = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Penalty = TimeSpan.FromMilliseconds(500);

    private readonly ChatRoom _room;
    private readonly ChatHistory _history;
    private readonly Moderation _moderation;
    private readonly NameRegistry _names;
    private readonly ChatOptions _options;
    private readonly ILogger<TcpBridge> _logger;

    public TcpBridge(
        ChatRoom room,
        ChatHistory history,
        Moderation moderation,
        NameRegistry names,
        IOptions<ChatOptions> options,
        IConfiguration configuration,
        ILogger<TcpBridge> logger)
    {
        _room = room;
        _history = history;
        _moderation = moderation;
        _names = names;
        _options = options.Value;
        _logger = logger;
        Port = configuration.GetValue("Bridge:Port", 0);
    }

    /// <summary>The port the bridge listens on: negative when it is switched off, 0 until a dynamic one is known.</summary>
    public int Port { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (Port < 0)
        {
            return;
        }

        using var listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        _logger.LogInformation("TCP bridge listening on 127.0.0.1:{Port}", Port);

        var serving = new List<Task>();
        try
        {
            while (true)
            {
                var tcp = await listener.AcceptTcpClientAsync(stoppingToken);
                serving.RemoveAll(task => task.IsCompleted);
                serving.Add(ServeAsync(tcp, stoppingToken));
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient tcp, CancellationToken stoppingToken)
    {
        using var client = new BridgeClient(tcp, _options.SendTimeout);
        try
        {
            var stream = tcp.GetStream();
            await stream.WriteAsync(Prompt, 0, Prompt.Length, stoppingToken);
            if (await client.ReadLineAsync(stoppingToken) is not { Length: > 0 and <= 32 } name)
            {
                return;
            }

            var reserved = await _names.TryReserve(name);
            if (!reserved)
            {
                await client.SendAsync("* name is taken");
                return;
            }

            client.Name = name;
            try
            {
                await ChatAsync(client, stoppingToken);
            }
            finally
            {
                _room.Leave(client);
                _names.Release(name);
                await _room.BroadcastAsync($"* {name} left");
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            _logger.LogDebug(e, "TCP client {Name} is gone", client.Name);
        }
    }

    private async Task ChatAsync(BridgeClient client, CancellationToken stoppingToken)
    {
        foreach (var line in await _history.RecentAsync(_options.Backlog, stoppingToken))
        {
            await client.SendAsync(line);
        }

        _room.Join(client);
        await _room.BroadcastAsync($"* {client.Name} joined");
        while (await client.ReadLineAsync(stoppingToken) is { } text)
        {
            await SlowDown(client);
            if (!await _moderation.IsAllowed(text))
            {
                await client.SendAsync("* not delivered: blocked word");
                await Task.Delay(Penalty, stoppingToken);
                continue;
            }

            await _history.AppendAsync($"{client.Name}: {text}", stoppingToken);
            await _room.BroadcastAsync($"{client.Name}: {text}");
        }
    }

    /// <summary>Holds back a client that sends faster than anybody can type.</summary>
    private static async Task SlowDown(BridgeClient client)
    {
        if (client.Gap < MinimumGap)
        {
            await Task.Delay(MinimumGap - client.Gap);
        }
    }
}
