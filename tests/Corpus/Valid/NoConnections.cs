using System.Diagnostics;

namespace Corpus.Plain;

/// <summary>Code that blocks, sleeps, drops tasks and locks, and never touches a connection: other packages' business.</summary>
public sealed class ReportBuilder : IDisposable
{
    private static readonly SemaphoreSlim Gate = new(1);
    private readonly StreamWriter _log = new("report.log");

    public string Build(string path)
    {
        Thread.Sleep(5);
        var text = File.ReadAllText(path);
        _ = Task.Run(() => _log.WriteLine(text));
        using var process = Process.Start("true");
        process.WaitForExit();
        return ReadAsync(path).Result + text;
    }

    public void Dispose() => _log.Dispose();

    private static async Task<string> ReadAsync(string path)
    {
        await Gate.WaitAsync();
        try
        {
            return await File.ReadAllTextAsync(path);
        }
        finally
        {
            Gate.Release();
        }
    }
}

/// <summary>The names of the real thing in another namespace.</summary>
public sealed class WebSocket
{
    public Task SendAsync(string text) => Task.FromResult(text);

    public Task<int> ReceiveAsync() => Task.FromResult(1);
}

public static class Doppelganger
{
    public static async Task RunAsync(WebSocket socket)
    {
        while (await socket.ReceiveAsync() > 0)
        {
            Thread.Sleep(1);
            _ = socket.SendAsync("not a socket");
        }
    }
}
