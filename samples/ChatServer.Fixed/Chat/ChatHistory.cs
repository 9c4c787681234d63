using Microsoft.Extensions.Options;

namespace ChatServer.Chat;

/// <summary>What was said so far, one line a message, kept in a file over restarts.</summary>
public sealed class ChatHistory
{
    private const int MaxLineLength = 500;

    private readonly SemaphoreSlim _fileGate = new(1, 1);
    private readonly string _path;

    public ChatHistory(IOptions<ChatOptions> options)
    {
        Directory.CreateDirectory(options.Value.DataFolder);
        _path = Path.Combine(options.Value.DataFolder, "history.log");
    }

    /// <summary>Adds a line. Long ones are cut, so that one paste does not fill what newcomers are shown.</summary>
    public async Task AppendAsync(string line, CancellationToken cancellation)
    {
        var entry = line.ReplaceLineEndings(" ");
        if (entry.Length > MaxLineLength)
        {
            entry = entry[..MaxLineLength] + "…";
        }

        await _fileGate.WaitAsync(cancellation);
        try
        {
            await File.AppendAllTextAsync(_path, entry + Environment.NewLine, cancellation);
        }
        finally
        {
            _fileGate.Release();
        }
    }

    /// <summary>The last lines, oldest first.</summary>
    /// <param name="count">At most this many.</param>
    /// <param name="cancellation">Gives up reading.</param>
    public async Task<IReadOnlyList<string>> RecentAsync(int count, CancellationToken cancellation)
    {
        var recent = new Queue<string>();
        await _fileGate.WaitAsync(cancellation);
        try
        {
            if (!File.Exists(_path))
            {
                return [];
            }

            await foreach (var line in File.ReadLinesAsync(_path, cancellation))
            {
                recent.Enqueue(line);
                if (recent.Count > count)
                {
                    recent.Dequeue();
                }
            }
        }
        finally
        {
            _fileGate.Release();
        }

        return [.. recent];
    }
}
