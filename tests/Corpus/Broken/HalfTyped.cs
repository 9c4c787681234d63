using System.Net.WebSockets;

namespace Corpus.Broken;

public class HalfTyped
{
    private static readonly SemaphoreSlim _gate = new(

    public async Task RunAsync(WebSocket socket, )
    {
        while (true
        {
            var result = await socket.ReceiveAsync(
            await _gate.WaitAsync(;
            try { await socket.SendAsync( } finally { _gate.Release( }
            Thread.Sleep(
            _ = socket.
            socket?.SendAsync(
            var client = new TcpClient(
            Missing.Type x = await Undefined(socket).Result;
            x.Wait().GetAwaiter().
        }
    }

    public void Push(string text) => socket.SendAsync(
    public Task => SendAsync();
    public async void (WebSocket s) { await s. }
}

public class : Hub { public async Task Send( => Clients.All.SendAsync("x", }

app.Map("/ws", async context => { await context.WebSockets.AcceptWebSocketAsync(
