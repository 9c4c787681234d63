using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace WebSocketAnalyzers.EndToEnd.Chat;

/// <summary>A member that upgrades to a WebSocket by hand, takes what comes with the answer and never reads again.</summary>
internal sealed class SilentMember : IDisposable
{
    private readonly Socket _socket;

    private SilentMember(Socket socket, string name)
    {
        _socket = socket;
        Name = name;
    }

    public string Name { get; }

    public static async Task<SilentMember> ConnectAsync(Uri server, string name, CancellationToken deadline)
    {
        // A small window fills soon; it must be asked for before the connection exists.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        try
        {
            await socket.ConnectAsync(server.Host, server.Port, deadline);
            var request = $"""
                GET /ws?name={name} HTTP/1.1
                Host: {server.Authority}
                Connection: Upgrade
                Upgrade: websocket
                Sec-WebSocket-Version: 13
                Sec-WebSocket-Key: {Convert.ToBase64String(RandomNumberGenerator.GetBytes(16))}


                """.ReplaceLineEndings("\r\n");
            await socket.SendAsync(Encoding.ASCII.GetBytes(request), deadline);

            // Byte by byte, so that nothing behind the header is taken out of the socket. Then the first frame: whoever got the welcome is in the room.
            var header = new StringBuilder();
            var one = new byte[1];
            while (!header.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                if (await socket.ReceiveAsync(one, deadline) == 0)
                {
                    throw new ScenarioException($"the server did not let {name} in");
                }

                header.Append((char)one[0]);
            }

            if (!header.ToString().StartsWith("HTTP/1.1 101", StringComparison.Ordinal))
            {
                throw new ScenarioException($"the server answered {name} with {header.ToString().Split('\r')[0]}");
            }

            var seen = new StringBuilder();
            while (!seen.ToString().Contains("* welcome", StringComparison.Ordinal))
            {
                if (await socket.ReceiveAsync(one, deadline) == 0)
                {
                    throw new ScenarioException($"the server cut off {name}");
                }

                seen.Append((char)one[0]);
            }

            return new SilentMember(socket, name);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Dispose() => _socket.Dispose();
}
