using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using WebSocketAnalyzers.Options;
using WebSocketAnalyzers.Roslyn;

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
        var values = new WrittenValues(compilation);
        Apis = new Apis(compilation, ApiCatalogue.BuiltIn.With(userEntries), values);
        Types = new ConnectionTypes(Apis);
        Methods = new SourceMethods(compilation);
        Blocking = new BlockingCalls(Apis);
        Summaries = new Summaries(compilation, Apis, Blocking, Methods, Options.CallDepth(compilation));
        Handlers = new Handlers(compilation, Apis, Types, Summaries, Methods, Options, new HandedMethods(compilation, Apis.Catalogue), new Mentions(compilation, userEntries));
        BlockedConnections = new BlockedConnections(Apis, Types, Summaries, Methods, Handlers);
        BlockedAnswers = new BlockedAnswers(Apis, Summaries);
        Locks = new Locks(Apis, Methods, Summaries, Handlers);
        var registrations = new Registrations(compilation);
        Sharing = new Sharing(Apis, Types, Handlers, registrations);
        Registries = new Registries(compilation, Apis, Types, Summaries, registrations);
        HubUses = new HubUses(compilation, Apis, Summaries);
        Guarded = new GuardedConnections(Apis, Types, Summaries, Sharing);
        Semaphores = new Semaphores(Apis, Summaries, Handlers, Guarded);
        Locked = new LockStatements(Apis, Blocking, Methods, Summaries);
        HeldAwaits = new HeldAwaits(Apis, Locks);
        Reentrances = new Reentrances(Apis, Locks, Methods, Summaries);
        HeldReceives = new HeldReceives(Apis, Summaries, Guarded, Handlers);
        DisposedLocks = new DisposedLocks(Apis, Types, Summaries, Guarded);
        AbandonedSockets = new AbandonedSockets(Apis, Summaries, Methods, Handlers);
        var uses = new ConnectionUses(Apis, Methods, Summaries);
        Hidden = new HiddenTasks(Apis, Summaries, Methods);
        Outstanding = new OutstandingSends(Apis, Types, Summaries, uses, AbandonedSockets);
        Delegates = new DelegateTargets(Methods, Summaries, values);
        Sends = new DroppedSends(Apis, Types, Summaries, Methods, Delegates, Outstanding, AbandonedSockets, Hidden);
        Fates = new ConnectionFates(Apis, Types, Summaries, Methods);
        Leaks = new LocalConnections(Apis, Types, Summaries, Fates);
        var held = new HeldConnections(Types, Summaries, Fates);
        Reconnects = new RepeatedConnects(Apis, Methods, Summaries);
        Unclosed = new UnclosedConnections(Apis, Summaries, Fates);
        Undisposed = new UndisposedMembers(held);
        KeptSources = new KeptTokenSources(Types, Summaries);
        Replacements = new Replacements(Apis, Summaries, held);
        Receives = new Receives(Apis, Methods, Summaries);
        TravellingReceives = new TravellingReceives(compilation, Apis, Receives);
        Tokens = new Tokens(Summaries);
        Waits = new Waits(Apis, Tokens, new PrivateCalls(Summaries));
        var gated = new GatedSends(compilation, Apis, Summaries, Locks);
        RacingCloses = new RacingCloses(Summaries, Sharing, gated, Waits);
        Fragments = new MixedFragments(Handlers, Types, gated, Summaries);
        Broadcasts = new Broadcasts(Apis, Types, Summaries, Tokens, uses);
        var effects = new CallEffects(Apis, Types, Summaries, Methods);
        Spinning = new SpinningLoops(Apis, Types, Summaries, Methods, Receives, effects);
        Guards = new DisconnectGuards(Handlers, Spinning);
        Limits = new MessageLimits(Receives, Apis);
        StreamEnds = new StreamEnds(Types, Receives, effects);
        CancelledCloses = new CancelledCloses(Tokens);
        HostedLoops = new HostedLoops(compilation, Apis, Summaries, Tokens, Waits);
        UnpassedTokens = new UnpassedTokens(Apis, Sends, Waits, HostedLoops);
        Closes = new CloseChecks(compilation, Apis);
        AsyncVoids = new AsyncVoids(Apis, Summaries);
        Accepts = new AcceptLoops(Apis, Methods, Summaries);
        Timeouts = new SynchronousTimeouts(Apis, Types, Methods, Summaries);
        KeepAlive = new KeepAlive(compilation, Apis);
        PushLoops = new PushLoops(Apis, Types, Methods, Summaries, Tokens, Waits, HostedLoops, KeepAlive);
        Pauses = new ReceivePauses(Summaries, KeepAlive);
        Buffers = new SharedBuffers(Apis, Handlers, Sharing, Summaries);
        Overlaps = new Overlaps(Apis, Summaries, uses);
        Ungated = new UngatedSends(Apis, Methods, Summaries, Handlers, Sharing, Locks, new CollectedConnections(Types, Methods));
        AbandonedReceives = new AbandonedReceives(Apis, uses);
        Cancelled = new CancelledReceives(Apis, Summaries, uses);
        Concurrent = new ConcurrentReceives(Apis, Summaries, uses);
    }

    /// <summary>The options all rules share.</summary>
    public ConnectionOptions Options { get; }

    /// <summary>What each API does.</summary>
    public Apis Apis { get; }

    /// <summary>What is a connection.</summary>
    public ConnectionTypes Types { get; }

    /// <summary>Which body a call runs.</summary>
    public SourceMethods Methods { get; }

    /// <summary>Which functions the calls of delegates run.</summary>
    public DelegateTargets Delegates { get; }

    /// <summary>What blocks its thread.</summary>
    public BlockingCalls Blocking { get; }

    /// <summary>What source methods do, transitively.</summary>
    public Summaries Summaries { get; }

    /// <summary>What runs for one connection.</summary>
    public Handlers Handlers { get; }

    /// <summary>Which waits block on a connection where nothing can be awaited.</summary>
    public BlockedConnections BlockedConnections { get; }

    /// <summary>Which token sources types keep and do not dispose.</summary>
    public KeptTokenSources KeptSources { get; }

    /// <summary>Which waits block until a peer answers.</summary>
    public BlockedAnswers BlockedAnswers { get; }

    /// <summary>What several connections share.</summary>
    public Sharing Sharing { get; }

    /// <summary>Where locks are held, and whether they are given back.</summary>
    public Locks Locks { get; }
    /// <summary>Which collections keep connections for ever.</summary>
    public Registries Registries { get; }

    /// <summary>Which code outlives its hub.</summary>
    public HubUses HubUses { get; }

    /// <summary>Which connection the code under a lock works on.</summary>
    public GuardedConnections Guarded { get; }

    /// <summary>Which semaphores guard work on connections.</summary>
    public Semaphores Semaphores { get; }

    /// <summary>Which connection operations stand inside lock statements.</summary>
    public LockStatements Locked { get; }

    /// <summary>Which locks of a thread are held across an await.</summary>
    public HeldAwaits HeldAwaits { get; }

    /// <summary>Which locks are waited for by who holds them.</summary>
    public Reentrances Reentrances { get; }

    /// <summary>Which locks are held until a message comes.</summary>
    public HeldReceives HeldReceives { get; }

    /// <summary>Which locks are disposed too early.</summary>
    public DisposedLocks DisposedLocks { get; }

    /// <summary>Which handlers return while something goes on with their socket.</summary>
    public AbandonedSockets AbandonedSockets { get; }
    /// <summary>Which tasks of StartNew end before their work.</summary>
    public HiddenTasks Hidden { get; }

    /// <summary>What sends lose before they end.</summary>
    public OutstandingSends Outstanding { get; }

    /// <summary>Which dropped tasks carried a send.</summary>
    public DroppedSends Sends { get; }

    /// <summary>Which sends on one connection run at the same time.</summary>
    public Overlaps Overlaps { get; }

    /// <summary>Which connections several bodies send on without taking turns.</summary>
    public UngatedSends Ungated { get; }

    /// <summary>What the uses of a variable do with its connection.</summary>
    public ConnectionFates Fates { get; }

    /// <summary>Which types keep connections of their own and do not dispose them.</summary>
    public UndisposedMembers Undisposed { get; }

    /// <summary>Which connects are not the first of their instance.</summary>
    public RepeatedConnects Reconnects { get; }

    /// <summary>Which connections end without a close frame.</summary>
    public UnclosedConnections Unclosed { get; }

    /// <summary>Which members get a new connection while nobody disposes the old one.</summary>
    public Replacements Replacements { get; }
    /// <summary>Which sends to many peers are held up by one of them.</summary>
    public Broadcasts Broadcasts { get; }

    /// <summary>Which loops of requests push without noticing that their peer is gone.</summary>
    public PushLoops PushLoops { get; }

    /// <summary>Which closes do not take the lock of the sends.</summary>
    public RacingCloses RacingCloses { get; }

    /// <summary>Which parts of messages can get mixed up.</summary>
    public MixedFragments Fragments { get; }

    /// <summary>What becomes of connections held in locals.</summary>
    public LocalConnections Leaks { get; }

    /// <summary>What receives hand back, and what becomes of it.</summary>
    public Receives Receives { get; }

    /// <summary>Which receives are used in other members than their own.</summary>
    public TravellingReceives TravellingReceives { get; }

    /// <summary>Which tokens can end a call.</summary>
    public Tokens Tokens { get; }

    /// <summary>Which waits for a peer have an end.</summary>
    public Waits Waits { get; }

    /// <summary>Which guards let disconnects through.</summary>
    public DisconnectGuards Guards { get; }

    /// <summary>Which loops gather a message without a limit.</summary>
    public MessageLimits Limits { get; }

    /// <summary>Which loops do not notice the end of their stream.</summary>
    public StreamEnds StreamEnds { get; }
    /// <summary>Which closes are given a token that is cancelled already.</summary>
    public CancelledCloses CancelledCloses { get; }

    /// <summary>Which loops a host waits for when it stops.</summary>
    public HostedLoops HostedLoops { get; }

    /// <summary>Which calls could be given a better token.</summary>
    public UnpassedTokens UnpassedTokens { get; }

    /// <summary>Whether receives notice and answer a close.</summary>
    public CloseChecks Closes { get; }

    /// <summary>Which functions nobody can wait for work on a connection.</summary>
    public AsyncVoids AsyncVoids { get; }

    /// <summary>What accept loops do with the connections they accept.</summary>
    public AcceptLoops Accepts { get; }

    /// <summary>Which timeouts limit nothing.</summary>
    public SynchronousTimeouts Timeouts { get; }

    /// <summary>Whether connections find out that their peer is gone.</summary>
    public KeepAlive KeepAlive { get; }

    /// <summary>What receive loops wait for while no receive is pending.</summary>
    public ReceivePauses Pauses { get; }

    /// <summary>Which buffers the receives of several connections fill.</summary>
    public SharedBuffers Buffers { get; }

    /// <summary>Which loops spin once their connection is lost.</summary>
    public SpinningLoops Spinning { get; }

    /// <summary>Which receives are left running while the next one is started.</summary>
    public AbandonedReceives AbandonedReceives { get; }

    /// <summary>Which receives are cancelled although the connection is to go on.</summary>
    public CancelledReceives Cancelled { get; }

    /// <summary>Which receives run while a loop reads the same connection.</summary>
    public ConcurrentReceives Concurrent { get; }

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
