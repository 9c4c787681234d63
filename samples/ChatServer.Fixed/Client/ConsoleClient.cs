using System.Net.WebSockets;
using System.Text;
using ChatServer.Chat;

namespace ChatServer.Client;

/// <summary>A terminal for the chat: prints what arrives, sends what is typed, leaves at the end of the input.</summary>
public static class ConsoleClient
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Runs until the input or the connection ends; the result is the exit code of the process.</summary>
    public static async Task<int> RunAsync(Uri server)
    {
        var socket = new ClientWebSocket();
        socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(15);
        socket.Options.KeepAliveTimeout = TimeSpan.FromSeconds(10);

        using var connecting = new CancellationTokenSource(Patience);
        try
        {
            await socket.ConnectAsync(server, connecting.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            Console.Error.WriteLine($"cannot connect to {server}: {e.Message}");
            return 1;
        }

        using var welcomed = new ManualResetEventSlim();
        using var ending = new CancellationTokenSource();
        var printing = PrintAsync(socket, welcomed, ending.Token);
        var exitCode = 0;
        try
        {
            await SendLinesAsync(socket, welcomed);
            if (socket.State == WebSocketState.Open)
            {
                using var closing = new CancellationTokenSource(Patience);
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, closing.Token);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            Console.Error.WriteLine($"connection lost: {e.Message}");
            exitCode = 1;
        }

        // The server answers our close; a silent one is not waited for longer than this.
        ending.CancelAfter(Patience);
        await printing;
        return exitCode;
    }

    private static async Task SendLinesAsync(ClientWebSocket socket, ManualResetEventSlim welcomed)
    {
        if (!await Task.Run(() => welcomed.Wait(Patience)))
        {
            Console.Error.WriteLine("the server did not greet us, sending all the same");
        }

        while (socket.State == WebSocketState.Open)
        {
            var line = await Task.Run(() => Console.ReadLine());
            if (line is null or "/quit")
            {
                return;
            }

            using var bound = new CancellationTokenSource(Patience);
            await socket.SendAsync(Encoding.UTF8.GetBytes(line), WebSocketMessageType.Text, true, bound.Token);
        }
    }

    private static async Task PrintAsync(ClientWebSocket socket, ManualResetEventSlim welcomed, CancellationToken ending)
    {
        var reader = new MessageReader(socket);
        try
        {
            while (await reader.ReadAsync(ending) is { } text)
            {
                Console.WriteLine(text);
                if (text.StartsWith("* welcome", StringComparison.Ordinal))
                {
                    welcomed.Set();
                }
            }

            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(reader.Ending, null, ending);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            Console.Error.WriteLine("disconnected, press Enter to leave");
        }
        finally
        {
            welcomed.Set();
        }
    }
}
