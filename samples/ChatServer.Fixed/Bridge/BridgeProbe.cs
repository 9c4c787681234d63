using System.Net;
using System.Net.Sockets;

namespace ChatServer.Bridge;

/// <summary>Finds out whether the bridge still talks to newcomers.</summary>
public static class BridgeProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>True when the bridge at this port of the own machine sends its prompt in time.</summary>
    public static async Task<bool> AnswersAsync(int port, CancellationToken cancellation)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        bound.CancelAfter(Patience);
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, bound.Token);
            var greeting = new byte[TcpBridge.Prompt.Length];
            var count = await client.GetStream().ReadAtLeastAsync(greeting, greeting.Length, throwOnEndOfStream: false, bound.Token);
            if (count < greeting.Length)
            {
                return false;
            }

            client.Dispose();
            return greeting.AsSpan().SequenceEqual(TcpBridge.Prompt);
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            return false;
        }
    }
}
