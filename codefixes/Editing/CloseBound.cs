namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>How long a close waits for the peer's answer.</summary>
internal static class CloseBound
{
    /// <summary>A source of its own: whoever closes has often been cancelled already. Five seconds are a few round trips on the worst of networks.</summary>
    public static readonly TokenBound Fresh = new("closeCts", Seconds: 5, IsLinked: false, AbortsWhenLate: true);
}
