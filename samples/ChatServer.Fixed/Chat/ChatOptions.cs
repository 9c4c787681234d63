namespace ChatServer.Chat;

/// <summary>Settings of the chat, read from the configuration section "Chat".</summary>
public sealed class ChatOptions
{
    /// <summary>Folder of the history and the transcripts; created when missing.</summary>
    public string DataFolder { get; set; } = Path.Combine(Path.GetTempPath(), "chat-server");

    /// <summary>How long one member may take to accept one message before it is dropped.</summary>
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How many old lines a newcomer is shown.</summary>
    public int Backlog { get; set; } = 20;
}
