namespace Corpus.Jumps;

// Statements that ended up in a finally: no jump may leave one.
public sealed class Outbox
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private bool _isDone;

    public async Task SendAsync(WebSocket socket, byte[] data)
    {
        await _gate.WaitAsync();
        try
        {
            await socket.SendAsync(data, WebSocketMessageType.Text, true, default);
        }
        finally
        {
            if (_isDone)
                return;
            _gate.Release();
        }
    }

    public async Task LoopAsync(WebSocket socket, byte[] data)
    {
        while (true)
        {
            await _gate.WaitAsync();
            try
            {
                try
                {
                    await socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                }
                finally
                {
                    if (_isDone)
                        continue;
                    await socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                    break;
                }
            }
            finally
            {
                _gate.Release();
                goto end;
            }
        }

    end:
        _gate.Release();
    }
}
