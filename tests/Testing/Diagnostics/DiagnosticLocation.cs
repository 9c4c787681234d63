namespace Microsoft.CodeAnalysis.Testing;

/// <summary>A location an expected diagnostic names, and how it is to be read.</summary>
/// <param name="span">The span, 0-based. An empty path means the test's first file; with <see cref="DiagnosticLocationOptions.InterpretAsMarkupKey"/> the path is the key ("#0").</param>
/// <param name="options">How the span is read.</param>
public readonly struct DiagnosticLocation(FileLinePositionSpan span, DiagnosticLocationOptions options)
{
    public FileLinePositionSpan Span { get; } = span;
    public DiagnosticLocationOptions Options { get; } = options;
}
