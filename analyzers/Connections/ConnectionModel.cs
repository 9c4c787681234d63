using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using WebSocketAnalyzers.Options;

namespace WebSocketAnalyzers.Connections;

/// <summary>
/// What is a connection, what runs for one, what several share: the questions a rule may ask. One a compilation and set of options, made when first asked for,
/// lazy, safe for concurrent use, and collected with its compilation.
/// </summary>
internal sealed class ConnectionModel
{
    // The inner table is an ordinary one: a weak one, keyed by options that outlive the compilation, would keep the model and with it the compilation.
    private static readonly ConditionalWeakTable<Compilation, ConcurrentDictionary<AnalyzerOptions, ConnectionModel>> Models = new();

    private ConnectionModel(Compilation compilation, AnalyzerOptions options, CancellationToken cancellationToken)
    {
        Options = new ConnectionOptions(options.AnalyzerConfigOptionsProvider);
        var userEntries = UserEntries(options, cancellationToken);
        Apis = new Apis(compilation, ApiCatalogue.BuiltIn.With(userEntries));
        Types = new ConnectionTypes(Apis);
        Methods = new SourceMethods(compilation);
        Blocking = new BlockingCalls(Apis);
        Summaries = new Summaries(compilation, Apis, Blocking, Methods, Options.CallDepth(compilation));
        Handlers = new Handlers(compilation, Apis, Types, Summaries, Methods, Options, new HandedMethods(compilation, Apis.Catalogue), new Mentions(compilation, userEntries));
        Sharing = new Sharing(Apis, Types, Handlers, new Registrations(compilation));
        Guarded = new GuardedConnections(Apis, Types, Summaries, Sharing);
        Outstanding = new OutstandingSends(Apis, Summaries);
        Sends = new DroppedSends(Apis, Types, Summaries, Methods, Outstanding);
        Overlaps = new Overlaps(Apis);
        Leaks = new LocalConnections(Apis, Types, Summaries, Methods);
        Receives = new Receives(Apis, Methods, Summaries);
        Closes = new CloseChecks(compilation, Apis);
    }

    /// <summary>The options all rules share.</summary>
    public ConnectionOptions Options { get; }

    /// <summary>What each API does.</summary>
    public Apis Apis { get; }

    /// <summary>What is a connection.</summary>
    public ConnectionTypes Types { get; }

    /// <summary>Which body a call runs.</summary>
    public SourceMethods Methods { get; }

    /// <summary>What blocks its thread.</summary>
    public BlockingCalls Blocking { get; }

    /// <summary>What source methods do, transitively.</summary>
    public Summaries Summaries { get; }

    /// <summary>What runs for one connection.</summary>
    public Handlers Handlers { get; }

    /// <summary>What several connections share.</summary>
    public Sharing Sharing { get; }

    /// <summary>Which connection the code under a lock works on.</summary>
    public GuardedConnections Guarded { get; }

    /// <summary>What sends lose before they end.</summary>
    public OutstandingSends Outstanding { get; }

    /// <summary>Which dropped tasks carried a send.</summary>
    public DroppedSends Sends { get; }

    /// <summary>Which sends on one connection run at the same time.</summary>
    public Overlaps Overlaps { get; }

    /// <summary>What becomes of connections held in locals.</summary>
    public LocalConnections Leaks { get; }

    /// <summary>What receives hand back, and what becomes of it.</summary>
    public Receives Receives { get; }

    /// <summary>Whether receives notice and answer a close.</summary>
    public CloseChecks Closes { get; }

    /// <summary>The model of a compilation: the same one for every analyzer.</summary>
    public static ConnectionModel For(Compilation compilation, AnalyzerOptions options, CancellationToken cancellationToken)
    {
        var models = Models.GetValue(compilation, static _ => new ConcurrentDictionary<AnalyzerOptions, ConnectionModel>(SameOptions.Instance));
        if (models.TryGetValue(options, out var known))
            return known;
        // Analyzers start at the same time: the second waits instead of making a model that is thrown away.
        lock (models)
            return models.GetOrAdd(options, options => new ConnectionModel(compilation, options, cancellationToken));
    }

    private static ImmutableArray<ApiEntry> UserEntries(AnalyzerOptions options, CancellationToken cancellationToken)
    {
        var entries = ImmutableArray<ApiEntry>.Empty;
        foreach (var file in options.AdditionalFiles)
        {
            if (CatalogueFormat.IsUserFile(file.Path) && file.GetText(cancellationToken) is { } text)
                entries = entries.AddRange(CatalogueFormat.Parse(text).Entries);
        }

        return entries;
    }

    /// <summary>Roslyn calls options equal whose additional files are, although the .editorconfig files behind them differ.</summary>
    private sealed class SameOptions : IEqualityComparer<AnalyzerOptions>
    {
        public static readonly SameOptions Instance = new();

        public bool Equals(AnalyzerOptions? x, AnalyzerOptions? y) => ReferenceEquals(x, y);

        public int GetHashCode(AnalyzerOptions options) => RuntimeHelpers.GetHashCode(options);
    }
}
