using System.Collections.Concurrent;

namespace ChatServer.Chat;

/// <summary>Keeps two members from using one name at the same time.</summary>
public sealed class NameRegistry
{
    private const int Attempts = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<string, bool> _taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Takes the name; false when somebody else has it. A member who reconnects may be quicker than its old connection is cleared away, hence several attempts.</summary>
    public async Task<bool> TryReserve(string name)
    {
        for (var attempt = 1; !_taken.TryAdd(name, true); attempt++)
        {
            if (attempt == Attempts)
            {
                return false;
            }

            await Task.Delay(Pause);
        }

        return true;
    }

    public void Release(string name) => _taken.TryRemove(name, out _);
}
