// C# 12
using Microsoft.AspNetCore.SignalR;

namespace Corpus.Hubs;

public interface INotificationClient
{
    Task Notified(string text);
}

public sealed class NotificationHub(NotificationStore store) : Hub<INotificationClient>
{
    public override async Task OnConnectedAsync()
    {
        foreach (var text in await store.RecentAsync(Context.ConnectionAborted))
        {
            await Clients.Caller.Notified(text);
        }

        await base.OnConnectedAsync();
    }

    public async Task Publish(string text)
    {
        var saving = store.SaveAsync(text, Context.ConnectionAborted);
        await Task.WhenAll(saving, Clients.Others.Notified(text));
        if (saving.IsCompletedSuccessfully && saving.Result > 0)
        {
            await Clients.Caller.Notified("saved " + saving.Result);
        }
    }
}

public sealed class NotificationStore
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly List<string> _texts = [];

    public async Task<string[]> RecentAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return [.. _texts.TakeLast(10)];
        }
        finally
        {
            _gate.Release();
        }
    }

    public async Task<int> SaveAsync(string text, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            _texts.Add(text);
            return _texts.Count;
        }
        finally
        {
            _gate.Release();
        }
    }
}
