using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;

namespace WebSocketAnalyzers.EndToEnd.Chat;

/// <summary>A member that reads all the time and remembers what nobody has asked for yet.</summary>
internal sealed class Member : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly CancellationTokenSource _over = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _awaited = new();
    private Task _reading = Task.CompletedTask;

    private Member(string name) => Name = name;

    public string Name { get; }

    public static async Task<Member> ConnectAsync(Uri server, string name, CancellationToken deadline)
    {
        var member = new Member(name);
        var address = new UriBuilder(server) { Scheme = "ws", Path = "/ws", Query = $"name={name}" }.Uri;
        await member._socket.ConnectAsync(address, deadline);
        member._reading = member.ReadAsync();
        await member.ExpectAsync("* welcome", deadline);
        return member;
    }

    public async Task SendAsync(string text, CancellationToken deadline)
    {
        await _sending.WaitAsync(deadline);
        try
        {
            await _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, deadline);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Waits for a line, which may have come already. Lines that <see cref="KeyOf"/> does not tell apart count as one.</summary>
    public async Task ExpectAsync(string line, CancellationToken deadline)
    {
        var arrived = _awaited.GetOrAdd(KeyOf(line), NewArrival).Task;
        try
        {
            await (await Task.WhenAny(arrived, _reading).WaitAsync(Patience, deadline));
        }
        catch (TimeoutException)
        {
            throw new ScenarioException($"{Name} did not get '{line}' within {Patience.TotalSeconds} s");
        }

        if (!arrived.IsCompletedSuccessfully)
        {
            throw new ScenarioException($"{Name} was cut off while waiting for '{line}'");
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_socket.State == WebSocketState.Open)
            {
                using var bound = new CancellationTokenSource(Patience);
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, bound.Token);
            }

            _over.CancelAfter(Patience);
            await _reading;
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ScenarioException)
        {
            _socket.Abort();
        }

        _socket.Dispose();
        _over.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[128 * 1024];
        var length = 0;
        while (true)
        {
            ValueWebSocketReceiveResult part;
            try
            {
                part = await _socket.ReceiveAsync(buffer.AsMemory(length), _over.Token);
            }
            catch (Exception e) when (e is WebSocketException or OperationCanceledException)
            {
                throw new ScenarioException($"{Name} was cut off by the server: {e.Message}");
            }

            if (part.MessageType == WebSocketMessageType.Close)
            {
                return;
            }

            length += part.Count;
            if (part.EndOfMessage)
            {
                _awaited.GetOrAdd(KeyOf(Encoding.UTF8.GetString(buffer, 0, length)), NewArrival).TrySetResult();
                length = 0;
            }
        }
    }

    private static TaskCompletionSource NewArrival(string key) => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What tells lines apart: all of a short one; of a flood message what stands before its padding; of a welcome its first words.</summary>
    private static string KeyOf(string line) =>
        line.StartsWith("* welcome", StringComparison.Ordinal) ? "* welcome" : line.TrimEnd('x').TrimEnd();
}
