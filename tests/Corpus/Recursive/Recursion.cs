using System.Net.Sockets;
using System.Net.WebSockets;

namespace Corpus.Recursive;

/// <summary>Calls, types and locals that come back to themselves.</summary>
public class Node<T> : Base<Node<Node<T>>>
    where T : Node<T>
{
    private readonly Node<T>? _next;
    private Node<T>? Other { get; set; }

    public async Task RunAsync(WebSocket socket)
    {
        await RunAsync(socket);
        Ping(1);
        Even(3);
        while (true)
        {
            await ReceiveAsync(socket);
            Loop(socket);
        }
    }

    private static async Task<int> ReceiveAsync(WebSocket socket) => await ReceiveAsync(socket) + 1;

    private static void Loop(WebSocket socket) => Loop(socket);

    private static int Ping(int n) => Pong(n);

    private static int Pong(int n) => Ping(n);

    private static bool Even(int n) => n == 0 || Odd(n - 1);

    private static bool Odd(int n) => n != 0 && Even(n - 1);

    private static void Keep(TcpClient client) => Keep(client);

    private static void Create()
    {
        var client = new TcpClient();
        var copy = copy2;
        var copy2 = copy;
        Local(client);
        client.Close();
        void Local(TcpClient c) => Local(c);
    }

    private Task SendAsync() => SendAsync();

    private void Push() => SendAsync();
}

public class Base<T> : IRecursive<T>
{
    public virtual void Call(IRecursive<T> other) => other.Call(this);
}

public interface IRecursive<T>
{
    void Call(IRecursive<T> other);
}

public class Owner
{
    private readonly Owned _owned = new();
    private readonly WebSocket? _socket;
}

public class Owned
{
    private readonly Owner? _owner;
}

public class SelfBase : SelfBase
{
}

public interface ILoop : ILoop2;

public interface ILoop2 : ILoop;
