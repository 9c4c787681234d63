namespace Microsoft.CodeAnalysis.Testing;

/// <summary>A location an expected diagnostic names, and how it is to be read.</summary>
public readonly struct DiagnosticLocation(FileLinePositionSpan span, DiagnosticLocationOptions options)
{
    /// <summary>The span, 0-based. An empty path means the test's first file; with <see cref="DiagnosticLocationOptions.InterpretAsMarkupKey"/> the path is the key ("#0").</summary>
    public FileLinePositionSpan Span { get; } = span;

    /// <summary>How the span is read.</summary>
    public DiagnosticLocationOptions Options { get; } = options;

    internal DiagnosticLocation WithPath(string path) => new(new FileLinePositionSpan(path, Span.Span), Options);
}
