using System.Globalization;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>A diagnostic a test expects. Immutable: each <c>With</c> method returns a changed copy. Lines and columns given as numbers count from 1.</summary>
public readonly struct DiagnosticResult
{
    public static readonly DiagnosticResult[] EmptyDiagnosticResults = [];

    /// <summary>Expects an ID and a severity, with any message.</summary>
    public DiagnosticResult(string id, DiagnosticSeverity severity) => (Id, Severity, IsSuppressed) = (id, severity, false);

    /// <summary>Expects what a descriptor describes: its ID, default severity and message format.</summary>
    public DiagnosticResult(DiagnosticDescriptor descriptor) : this(descriptor.Id, descriptor.DefaultSeverity) => MessageFormat = descriptor.MessageFormat;

    public string Id { get; }
    public DiagnosticSeverity Severity { get; private init; }
    public DiagnosticOptions Options { get; private init; }

    /// <summary>The primary location and after it the additional ones.</summary>
    public ImmutableArray<DiagnosticLocation> Spans => Locations.IsDefault ? [] : Locations;
    public bool HasLocation => !Spans.IsEmpty;

    /// <summary>Whether a suppressor suppresses it; null when that is not compared.</summary>
    public bool? IsSuppressed { get; private init; }

    public LocalizableString? MessageFormat { get; private init; }
    public object?[]? MessageArguments { get; private init; }

    /// <summary>The expected message; null when it is not compared.</summary>
    public string? Message => ExplicitMessage ?? (IgnoresMessage || MessageFormat is null ? null : Format(MessageFormat.ToString(CultureInfo.CurrentUICulture), MessageArguments));

    private ImmutableArray<DiagnosticLocation> Locations { get; init; }
    private string? ExplicitMessage { get; init; }
    private bool IgnoresMessage { get; init; }

    public static DiagnosticResult CompilerError(string identifier) => new(identifier, DiagnosticSeverity.Error);
    public static DiagnosticResult CompilerWarning(string identifier) => new(identifier, DiagnosticSeverity.Warning);
    public DiagnosticResult WithSeverity(DiagnosticSeverity severity) => this with { Severity = severity };
    public DiagnosticResult WithOptions(DiagnosticOptions options) => this with { Options = options };
    public DiagnosticResult WithIsSuppressed(bool? isSuppressed) => this with { IsSuppressed = isSuppressed };
    public DiagnosticResult WithArguments(params object[] arguments) => this with { MessageArguments = arguments };

    /// <summary>Sets the message itself; null leaves it out of the comparison.</summary>
    public DiagnosticResult WithMessage(string? message) => this with { ExplicitMessage = message, IgnoresMessage = message is null };
    public DiagnosticResult WithMessageFormat(LocalizableString messageFormat) => this with { MessageFormat = messageFormat };
    public DiagnosticResult WithNoLocation() => this with { Locations = [] };

    // Locations are added, of which only the start is compared; those without a path are in the first file.
    public DiagnosticResult WithLocation(int line, int column) => WithLocation("", line, column);
    public DiagnosticResult WithLocation(LinePosition location) => WithLocation("", location);
    public DiagnosticResult WithLocation(string path, int line, int column) => WithLocation(path, new LinePosition(line - 1, column - 1));
    public DiagnosticResult WithLocation(string path, LinePosition location) => WithLocation(path, location, DiagnosticLocationOptions.None);

    public DiagnosticResult WithLocation(string path, LinePosition location, DiagnosticLocationOptions options) =>
        WithSpan(new FileLinePositionSpan(path, location, location), options | DiagnosticLocationOptions.IgnoreLength);

    /// <summary>Adds the span that markup gives the number, as <c>{|#0:text|}</c>.</summary>
    public DiagnosticResult WithLocation(int markupKey) => WithLocation(markupKey, DiagnosticLocationOptions.None);

    public DiagnosticResult WithLocation(int markupKey, DiagnosticLocationOptions options) =>
        WithSpan(new FileLinePositionSpan(FormattableString.Invariant($"#{markupKey}"), default), options | DiagnosticLocationOptions.InterpretAsMarkupKey);

    public DiagnosticResult WithSpan(int startLine, int startColumn, int endLine, int endColumn) => WithSpan("", startLine, startColumn, endLine, endColumn);

    public DiagnosticResult WithSpan(string path, int startLine, int startColumn, int endLine, int endColumn) =>
        WithSpan(new FileLinePositionSpan(path, new LinePosition(startLine - 1, startColumn - 1), new LinePosition(endLine - 1, endColumn - 1)));

    public DiagnosticResult WithSpan(FileLinePositionSpan span) => WithSpan(span, DiagnosticLocationOptions.None);
    public DiagnosticResult WithSpan(FileLinePositionSpan span, DiagnosticLocationOptions options) => this with { Locations = Spans.Add(new DiagnosticLocation(span, options)) };

    /// <summary>Gives a path to the locations that have none.</summary>
    public DiagnosticResult WithDefaultPath(string path) =>
        WithLocations(location => location.Span.Path == "" ? new(new FileLinePositionSpan(path, location.Span.Span), location.Options) : location);

    /// <summary>Moves all locations down by a number of lines.</summary>
    public DiagnosticResult WithLineOffset(int offset) => WithLocations(location =>
    {
        LinePosition Move(LinePosition position) => new(position.Line + offset, position.Character);
        return new DiagnosticLocation(new FileLinePositionSpan(location.Span.Path, Move(location.Span.StartLinePosition), Move(location.Span.EndLinePosition)), location.Options);
    });

    public override string ToString() => $"{string.Concat(Spans.Take(1).Select(location => location.Span + ": "))}{Severity.ToString().ToLowerInvariant()} {Id}: {Message}";
    internal DiagnosticResult WithLocations(Func<DiagnosticLocation, DiagnosticLocation> change) => this with { Locations = [.. Spans.Select(change)] };

    private static string Format(string format, object?[]? arguments)
    {
        try
        {
            return string.Format(CultureInfo.InvariantCulture, format, arguments ?? []);
        }
        catch (FormatException)
        {
            // A format whose arguments the test did not give is compared as it stands.
            return format;
        }
    }
}
