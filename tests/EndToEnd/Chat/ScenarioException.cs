namespace WebSocketAnalyzers.EndToEnd.Chat;

/// <summary>What the server did is not what it should do.</summary>
internal sealed class ScenarioException(string message) : Exception(message);
