namespace ChatServer.Chat;

/// <summary>Decides which messages are delivered.</summary>
public sealed class Moderation
{
    private readonly string _path = Path.Combine(AppContext.BaseDirectory, "blocked-words.txt");

    /// <summary>False when the text contains a blocked word.</summary>
    public async Task<bool> IsAllowed(string text)
    {
        foreach (var word in await BlockedWords())
        {
            if (text.Contains(word, StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The list is read anew each time, so that an edited file counts at once.</summary>
    private async Task<List<string>> BlockedWords()
    {
        var words = new List<string>();
        foreach (var line in await File.ReadAllLinesAsync(_path))
        {
            if (line.Trim() is { Length: > 0 } word && !word.StartsWith('#'))
            {
                words.Add(word);
            }
        }

        return words;
    }
}
