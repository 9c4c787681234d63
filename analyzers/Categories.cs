namespace WebSocketAnalyzers;

/// <summary>The categories, which are also the folders below Rules and the id ranges of DiagnosticCategoryAndIdRanges.txt.</summary>
internal static class Categories
{
    /// <summary>WSA00xx: the configuration of the analyzers themselves.</summary>
    public const string Configuration = "WebSocket.Configuration";

    /// <summary>WSA10xx.</summary>
    public const string Locking = "WebSocket.Locking";

    /// <summary>WSA20xx.</summary>
    public const string Blocking = "WebSocket.Blocking";

    /// <summary>WSA30xx.</summary>
    public const string Lifetime = "WebSocket.Lifetime";

    /// <summary>WSA40xx.</summary>
    public const string Sending = "WebSocket.Sending";

    /// <summary>WSA50xx.</summary>
    public const string Receiving = "WebSocket.Receiving";

    /// <summary>WSA60xx.</summary>
    public const string Liveness = "WebSocket.Liveness";
}
