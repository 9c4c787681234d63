using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>A blocking call that a method reaches, and the calls on the way to it.</summary>
/// <param name="Leaf">The call that blocks.</param>
/// <param name="Path">The calls from the method down to the leaf, the method's own first; empty when the method itself blocks.</param>
internal sealed record ReachedBlock(BlockingCall Leaf, ImmutableArray<SourceCall> Path);

/// <summary>A connection operation that a method reaches, and the calls on the way to it.</summary>
/// <param name="Leaf">The operation on a connection.</param>
/// <param name="Path">The calls from the method down to the leaf; empty when the method does it itself.</param>
internal sealed record ReachedIO(ConnectionIO Leaf, ImmutableArray<SourceCall> Path);

/// <summary>
/// What source methods do, transitively: searched breadth first from the question downwards, to a depth limit, each method once, over facts that are
/// remembered per body. Asked about a method that derived types override, the answers are about its own body; which body a call runs, <see cref="SourceMethods"/> says.
/// </summary>
internal sealed class Summaries
{
    private readonly Compilation _compilation;
    private readonly Apis _apis;
    private readonly BlockingCalls _blocking;
    private readonly SourceMethods _methods;
    private readonly int _depth;
    private readonly ConcurrentDictionary<SyntaxNode, BodyFacts> _facts = new();
    private readonly ConcurrentDictionary<IMethodSymbol, ReachedBlock?> _blocks = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<(IMethodSymbol, ApiKind), ReachedIO?> _io = new();

    /// <param name="compilation">The compilation asked about.</param>
    /// <param name="apis">Its catalogue facts.</param>
    /// <param name="blocking">Its blocking calls.</param>
    /// <param name="methods">Its method bodies.</param>
    /// <param name="depth">How many calls are followed, the one that leads to the method asked about included.</param>
    public Summaries(Compilation compilation, Apis apis, BlockingCalls blocking, SourceMethods methods, int depth)
    {
        _compilation = compilation;
        _apis = apis;
        _blocking = blocking;
        _methods = methods;
        _depth = depth;
    }

    /// <summary>What the body does by itself.</summary>
    public BodyFacts FactsOf(SyntaxNode body, CancellationToken cancellationToken) =>
        _facts.TryGetValue(body, out var facts)
            ? facts
            : _facts.GetOrAdd(body, BodyFacts.Read(body, ModelOf(body), _apis, _blocking, _methods, cancellationToken));

    /// <summary>What the method does by itself; nothing when its body cannot be seen.</summary>
    public BodyFacts FactsOf(IMethodSymbol method, CancellationToken cancellationToken) =>
        _methods.SelfOrTarget(method, cancellationToken) is { } target && Bodies.Of(target, cancellationToken) is { } body ? FactsOf(body, cancellationToken) : BodyFacts.Empty;

    /// <summary>The nearest blocking call that a synchronous method reaches through synchronous methods, or null.</summary>
    public ReachedBlock? Blocks(IMethodSymbol method, CancellationToken cancellationToken)
    {
        if (_methods.SelfOrTarget(method, cancellationToken) is not { } target)
            return null;
        return _blocks.TryGetValue(target, out var known)
            ? known
            : _blocks.GetOrAdd(target, Search(
                target,
                facts => facts.Blocks.IsEmpty ? null : facts.Blocks[0],
                call => call.IsCertain && !call.Target.IsAsync && (call.Operation is not IInvocationOperation invocation || RunsHere(invocation, call.Target, cancellationToken)),
                cancellationToken) is var (leaf, path) ? new ReachedBlock(leaf, path) : null);
    }

    /// <summary>Whether the code of the called method runs where the call stands: an iterator's does only when the sequence is gone through there.</summary>
    public static bool RunsHere(IInvocationOperation call, IMethodSymbol target, CancellationToken cancellationToken) =>
        target.ReturnType is not INamedTypeSymbol { Name: "IEnumerable" or "IEnumerator" }
        || Bodies.Of(target, cancellationToken) is not { } body
        || !Bodies.IsIterator(body)
        || call.IsEnumeratedInPlace();

    /// <summary>
    /// The nearest connection operation of one of the kinds that is over when the method is, or null: what the method drops, or stores for somebody else to await,
    /// is not its own any more.
    /// </summary>
    public ReachedIO? Does(IMethodSymbol method, ApiKind kinds, CancellationToken cancellationToken)
    {
        if (_methods.SelfOrTarget(method, cancellationToken) is not { } target)
            return null;
        return _io.TryGetValue((target, kinds), out var known)
            ? known
            : _io.GetOrAdd((target, kinds), Search(
                target,
                facts => FirstOwn(facts, kinds),
                IsOwn,
                cancellationToken) is var (leaf, path) ? new ReachedIO(leaf, path) : null);
    }

    /// <summary>As the question about a method, of a body: also that of a lambda.</summary>
    public ReachedIO? Does(SyntaxNode body, ApiKind kinds, CancellationToken cancellationToken) =>
        Search(body, _depth, facts => FirstOwn(facts, kinds), IsOwn, cancellationToken) is var (leaf, path) ? new ReachedIO(leaf, path) : null;

    /// <summary>As the question about a method, of a call: null also when several methods in sight may be what it runs.</summary>
    public ReachedIO? Does(IInvocationOperation call, ApiKind kinds, CancellationToken cancellationToken) =>
        _methods.Target(call, cancellationToken) is { } target ? Does(target, kinds, cancellationToken) : null;

    /// <summary>As <see cref="Does(IInvocationOperation, ApiKind, CancellationToken)"/>, on abstractions of connections: those that no catalogue names and whose implementation is out of sight.</summary>
    public ReachedIO? DoesAbstractly(IInvocationOperation call, ApiKind kinds, CancellationToken cancellationToken)
    {
        if (_methods.Target(call, cancellationToken) is { } target)
            return Search(target, facts => FirstOwn(facts.AbstractIO, kinds), IsOwn, cancellationToken) is var (leaf, path) ? new ReachedIO(leaf, path) : null;
        return (AbstractConnections.KindOf(call.TargetMethod) & kinds) is var kind and not ApiKind.None
            ? new ReachedIO(new ConnectionIO(kind, call, call.Receiver(), false, null), ImmutableArray<SourceCall>.Empty)
            : null;
    }

    /// <summary>
    /// The nearest connection operation whose failure leaves the body, or null: the body waits for it, itself or in methods that it waits for, and no try on the way
    /// takes whatever comes.
    /// </summary>
    public ReachedIO? FailsWith(SyntaxNode body, CancellationToken cancellationToken) =>
        Search(
            body,
            _depth,
            (facts, current) =>
            {
                foreach (var io in facts.IO)
                {
                    if (CanFail(io) && Failures.Leave(io.Call, current))
                        return io;
                }

                return null;
            },
            (call, current) => call.IsCertain && call.Operation is IInvocationOperation invocation && Failures.Leave(invocation, current),
            cancellationToken) is var (leaf, path) ? new ReachedIO(leaf, path) : null;

    /// <summary>
    /// The nearest connection operation whose failure leaves the body and was seen by nobody on the way, or null: as the question before, but what blocks counts too, and what was
    /// logged and thrown again has been seen.
    /// </summary>
    public ReachedIO? FailsUnseenWith(SyntaxNode body, CancellationToken cancellationToken) =>
        Search(
            body,
            _depth,
            (facts, current) =>
            {
                foreach (var io in facts.IO)
                {
                    // Nobody waits to see whether a synchronous Close or Dispose fails.
                    if (CanFail(io) && !((io.Kind & ApiKind.Close) != 0 && !io.Call.TargetMethod.ReturnsAwaitable()) && Failures.LeaveUnseen(io.Call, current))
                        return io;
                }

                return null;
            },
            (call, current) => call.IsCertain && call.Operation is IInvocationOperation invocation && Failures.LeaveUnseen(invocation, current),
            cancellationToken) is var (leaf, path) ? new ReachedIO(leaf, path) : null;

    /// <summary>Whether the body does anything on a connection, itself or through what it calls.</summary>
    public bool TouchesConnection(SyntaxNode body, CancellationToken cancellationToken) =>
        Search(body, _depth, facts => facts.IO.IsEmpty ? null : facts.IO[0], _ => true, cancellationToken) is not null;

    /// <summary>The first endless loop with an await that the method's own task waits for, or null: such a task ends only with its connection.</summary>
    public Location? RunsUntilEnd(IMethodSymbol method, CancellationToken cancellationToken) =>
        _methods.SelfOrTarget(method, cancellationToken) is { } target
        && Search(target, facts => facts.EndlessLoop, call => call is { IsDropped: false, StoredIn: null }, cancellationToken) is var (loop, _) ? loop : null;

    /// <summary>As the question about a method, of a body.</summary>
    public Location? RunsUntilEnd(SyntaxNode body, CancellationToken cancellationToken) =>
        Search(body, _depth, facts => facts.EndlessLoop, call => call is { IsDropped: false, StoredIn: null }, cancellationToken) is var (loop, _) ? loop : null;

    /// <summary>
    /// The connection operation that an endless loop of the body goes on with, and where that loop is; null when no loop does one itself or through methods that it waits for.
    /// </summary>
    public (Location Loop, ReachedIO Served)? ServesUntilEnd(SyntaxNode body, CancellationToken cancellationToken)
    {
        (Location, ReachedIO)? served = null;
        // Nobody waits for an async void method.
        Search<object>(body, _depth, facts => (served = ServedBy(facts, cancellationToken)) is null ? null : facts, static call => IsOwn(call) && call.Target is not { IsAsync: true, ReturnsVoid: true }, cancellationToken);
        return served;
    }

    private (Location, ReachedIO)? ServedBy(BodyFacts facts, CancellationToken cancellationToken)
    {
        foreach (var loop in facts.EndlessLoops)
        {
            foreach (var io in facts.IO)
            {
                if ((io.Kind & ApiKind.AnyConnectionIO) != 0 && io is { IsDropped: false, StoredIn: null } && !AcceptsRequests(io.Call) && Bodies.Contains(loop, io.Call.Syntax))
                    return (loop.GetLocation(), new ReachedIO(io, ImmutableArray<SourceCall>.Empty));
            }

            foreach (var call in facts.Calls)
            {
                if (IsOwn(call) && Bodies.Contains(loop, call.Operation.Syntax) && Does(call.Target, ApiKind.AnyConnectionIO, cancellationToken) is { } reached
                    && !AcceptsRequests(reached.Leaf.Call))
                {
                    return (loop.GetLocation(), reached with { Path = reached.Path.Insert(0, call) });
                }
            }
        }

        return null;
    }

    /// <summary>Whether the call accepts requests: a server of nothing else has no connections that end with it.</summary>
    private bool AcceptsRequests(IInvocationOperation call) => _apis.Of(call).Has(ApiKind.Accept, ApiEntry.RequestWord);

    /// <summary>The fields and properties whose tasks the method, or a method it waits for, waits for.</summary>
    public IEnumerable<ISymbol> MembersWaitedFor(IMethodSymbol method, CancellationToken cancellationToken) =>
        _methods.SelfOrTarget(method, cancellationToken) is { } target && Bodies.Of(target, cancellationToken) is { } body ? MembersWaitedFor(body, cancellationToken) : Array.Empty<ISymbol>();

    /// <summary>As the question about a method, of a body.</summary>
    public IEnumerable<ISymbol> MembersWaitedFor(SyntaxNode body, CancellationToken cancellationToken)
    {
        var members = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        Search<object>(
            body,
            _depth,
            facts =>
            {
                members.UnionWith(facts.AwaitedMembers);
                return null;
            },
            call => !call.IsDropped,
            cancellationToken);
        return members;
    }

    /// <summary>Whether a call of <paramref name="method"/> may, through calls it waits for, come to the body <paramref name="body"/>.</summary>
    public bool Reaches(IMethodSymbol method, SyntaxNode body, CancellationToken cancellationToken) =>
        _methods.SelfOrTarget(method, cancellationToken) is { } target
        && (Bodies.Of(target, cancellationToken) == body
            || Search(target, facts => facts.Calls.FirstOrDefault(call => !call.IsDropped && Bodies.Of(call.Target, cancellationToken) == body), call => !call.IsDropped, cancellationToken) is not null);

    /// <summary>As the question about one body, of several.</summary>
    public bool ReachesAny(IMethodSymbol method, IEnumerable<SyntaxNode> bodies, CancellationToken cancellationToken)
    {
        if (_methods.SelfOrTarget(method, cancellationToken) is not { } target)
            return false;
        foreach (var body in bodies)
        {
            if (Reaches(target, body, cancellationToken))
                return true;
        }

        return false;
    }

    /// <summary>Whether the file belongs to this compilation, and not to a project that it references.</summary>
    public bool Sees(SyntaxTree tree) => _compilation.ContainsSyntaxTree(tree);

    /// <summary>The declarations of a type that belong to this compilation: it may be one of a project that is referenced.</summary>
    public IEnumerable<SyntaxNode> DeclarationsOf(INamedTypeSymbol type, CancellationToken cancellationToken)
    {
        foreach (var reference in type.DeclaringSyntaxReferences)
        {
            if (Sees(reference.SyntaxTree))
                yield return reference.GetSyntax(cancellationToken);
        }
    }

    /// <summary>The bodies of a type and of those inside it, outer ones first.</summary>
    public IEnumerable<SyntaxNode> BodiesOf(INamedTypeSymbol type, CancellationToken cancellationToken)
    {
        foreach (var declaration in DeclarationsOf(type, cancellationToken))
        {
            // The Program type of a top-level program is declared by the whole file: its other types speak for themselves.
            var isProgram = declaration is CompilationUnitSyntax;
            foreach (var node in declaration.DescendantNodesAndSelf(node => !(isProgram && node is BaseTypeDeclarationSyntax or BaseNamespaceDeclarationSyntax)))
            {
                if (Bodies.IsBody(node))
                    yield return node;
            }
        }
    }

    /// <summary>The semantic model of a body's file.</summary>
    public SemanticModel ModelOf(SyntaxNode body) => _compilation.GetSemanticModel(body.SyntaxTree);

    /// <summary>The first operation of the kinds that is over when the body is.</summary>
    private bool CanFail(ConnectionIO io) => (io.Kind & ApiKind.AnyConnectionIO) != 0 && !_apis.Of(io.Call).Has(ApiKind.Connect, ApiEntry.QuietWord);

    private static ConnectionIO? FirstOwn(BodyFacts facts, ApiKind kinds) => FirstOwn(facts.IO, kinds);

    private static ConnectionIO? FirstOwn(ImmutableArray<ConnectionIO> operations, ApiKind kinds)
    {
        foreach (var io in operations)
        {
            if ((io.Kind & kinds) != 0 && io is { IsDropped: false, StoredIn: null })
                return io;
        }

        return null;
    }

    private static bool IsOwn(SourceCall call) => call is { IsDropped: false, StoredIn: null, IsCertain: true };

    /// <summary>Searches from a method: the call that leads to it is the first of those that may be followed.</summary>
    private (T Leaf, ImmutableArray<SourceCall> Path)? Search<T>(IMethodSymbol start, Func<BodyFacts, T?> find, Func<SourceCall, bool> follow, CancellationToken cancellationToken)
        where T : class =>
        _depth > 0 && Bodies.Of(start, cancellationToken) is { } body ? Search(body, _depth - 1, find, follow, cancellationToken) : null;

    private (T Leaf, ImmutableArray<SourceCall> Path)? Search<T>(SyntaxNode start, int depth, Func<BodyFacts, T?> find, Func<SourceCall, bool> follow, CancellationToken cancellationToken)
        where T : class => Search(start, depth, (facts, _) => find(facts), (call, _) => follow(call), cancellationToken);

    private (T Leaf, ImmutableArray<SourceCall> Path)? Search<T>(SyntaxNode start, int depth, Func<BodyFacts, SyntaxNode, T?> find, Func<SourceCall, SyntaxNode, bool> follow, CancellationToken cancellationToken)
        where T : class
    {
        var visited = new HashSet<SyntaxNode>();
        var pending = new Queue<(SyntaxNode Body, ImmutableArray<SourceCall> Path)>();
        pending.Enqueue((start, ImmutableArray<SourceCall>.Empty));
        while (pending.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (body, path) = pending.Dequeue();
            if (!visited.Add(body))
                continue;
            var facts = FactsOf(body, cancellationToken);
            if (find(facts, body) is { } leaf)
                return (leaf, path);
            if (path.Length >= depth)
                continue;
            foreach (var call in facts.Calls)
            {
                if (follow(call, body) && Bodies.Of(call.Target, cancellationToken) is { } callee)
                    pending.Enqueue((callee, path.Add(call)));
            }
        }

        return null;
    }
}
