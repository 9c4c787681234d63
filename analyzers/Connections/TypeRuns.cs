using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>How a body comes to run beside other bodies of its type.</summary>
internal enum RunKind
{
    /// <summary>A method that others may call at any time, also while it still runs.</summary>
    Called,

    /// <summary>A loop, or the callback of a timer, that is started and left to itself.</summary>
    Started,

    /// <summary>A receive loop.</summary>
    Receives,
}

/// <summary>A body that runs beside other bodies of its type.</summary>
/// <param name="Body">The body.</param>
/// <param name="Kind">How it comes to run.</param>
/// <param name="Within">The part of the body that runs beside the others, or null for all of it: what stands before a loop is over when the loop begins.</param>
/// <param name="Name">What to call it.</param>
internal sealed record Run(SyntaxNode Body, RunKind Kind, SyntaxNode? Within, string Name);

/// <summary>A body on the way up from an operation, and the place in it that leads down to the operation.</summary>
/// <param name="Body">The body.</param>
/// <param name="Place">The operation itself, or the call that leads to it.</param>
internal sealed record CallStep(SyntaxNode Body, SyntaxNode Place);

/// <summary>The bodies of one outermost type: which call which, and which run beside the others.</summary>
internal sealed class TypeRuns
{
    /// <summary>How many calls a send may lie below the body that runs by itself.</summary>
    private const int MaxDepth = 4;

    /// <summary>How methods are called that have the connection for themselves.</summary>
    private static readonly ImmutableArray<string> Verbs = ImmutableArray.Create("Connect", "Reconnect", "Disconnect", "Open", "Close", "Start", "Stop", "Shutdown", "Dispose", "Initialize", "Login", "Authenticate", "Handshake");

    private readonly Apis _apis;
    private readonly SourceMethods _methods;
    private readonly Summaries _summaries;
    private readonly Dictionary<SyntaxNode, List<CallStep>> _callers = new();
    private readonly Dictionary<SyntaxNode, Run> _runs = new();

    public TypeRuns(INamedTypeSymbol type, Apis apis, SourceMethods methods, Summaries summaries, CancellationToken cancellationToken)
    {
        _apis = apis;
        _methods = methods;
        _summaries = summaries;
        All = _summaries.BodiesOf(type, cancellationToken).ToImmutableArray();
        foreach (var body in All)
        {
            cancellationToken.ThrowIfCancellationRequested();
            AddCalls(body, cancellationToken);
            AddOffloads(body, cancellationToken);
        }

        foreach (var body in All)
            AddOwn(body, cancellationToken);
    }

    /// <summary>All bodies of the type, outer ones first.</summary>
    public ImmutableArray<SyntaxNode> All { get; }

    /// <summary>How the body runs beside others, or null when it only runs as a part of others, or that cannot be told.</summary>
    public Run? Of(SyntaxNode body) => _runs.TryGetValue(body, out var run) ? run : null;

    /// <summary>The calls of the body. Also those whose task is dropped: the rule about that speaks of them, and what it makes of them comes here as well.</summary>
    public IReadOnlyList<CallStep> CallersOf(SyntaxNode body) => _callers.TryGetValue(body, out var callers) ? callers : Array.Empty<CallStep>();

    /// <summary>The bodies that come to a place: its own, and those that call down to it.</summary>
    public IEnumerable<CallStep> Up(CallStep from)
    {
        var seen = new HashSet<SyntaxNode>();
        var pending = new Queue<(CallStep Step, int Depth)>();
        pending.Enqueue((from, 0));
        while (pending.Count > 0)
        {
            var (step, depth) = pending.Dequeue();
            yield return step;
            if (depth == MaxDepth || !seen.Add(step.Body))
                continue;
            foreach (var caller in CallersOf(step.Body))
                pending.Enqueue((caller, depth + 1));
        }
    }

    /// <summary>The runs that come to a place.</summary>
    public IEnumerable<Run> RunsTo(CallStep from)
    {
        foreach (var step in Up(from))
        {
            if (Of(step.Body) is { } run && (run.Within is null || Bodies.Contains(run.Within, step.Place)))
                yield return run;
        }
    }

    /// <summary>Whether one run waits for the other: then they do not run beside each other.</summary>
    public bool WaitsFor(Run run, Run other)
    {
        // A called method may be called by others as well.
        if (other.Kind == RunKind.Called)
            return false;
        foreach (var step in Up(new CallStep(other.Body, other.Body)))
        {
            if (step.Body == run.Body)
                return true;
        }

        return false;
    }

    private void AddCalls(SyntaxNode body, CancellationToken cancellationToken)
    {
        foreach (var call in _summaries.FactsOf(body, cancellationToken).Calls)
        {
            if (Bodies.Of(call.Target, cancellationToken) is not { } target)
                continue;
            // Nobody waits for an async void method.
            var isVoid = call.Target is { IsAsync: true, ReturnsVoid: true };
            if ((isVoid || (call.Operation is IInvocationOperation invocation && ConcurrentReceives.IsLeftToItself(invocation, out _))) && LoopOf(target, cancellationToken) is { } loop)
                AddRun(target, RunKind.Started, loop);
            else
                Add(_callers, target, new CallStep(body, call.Operation.Syntax));
        }
    }

    /// <summary>What is handed to a thread or a timer.</summary>
    private void AddOffloads(SyntaxNode body, CancellationToken cancellationToken)
    {
        if (BodyFacts.OperationOf(body, _summaries.ModelOf(body), cancellationToken) is not { } root)
            return;
        foreach (var operation in root.SelfAndDescendantsInBody())
        {
            switch (operation)
            {
                case IInvocationOperation call when _apis.Of(call).Is(ApiKind.Offload):
                    AddFunctions(call.Arguments, call.TargetMethod.Name == "CreateTimer");
                    break;
                case IObjectCreationOperation { Constructor: { } constructor } creation when _apis.Of(constructor).Is(ApiKind.Offload):
                    AddFunctions(creation.Arguments, constructor.ContainingType.Name == "Timer");
                    break;
                case IEventAssignmentOperation { Adds: true, EventReference: IEventReferenceOperation { Event: { Name: "Elapsed" } elapsed } } subscription when _apis.Of(elapsed).Is(ApiKind.Offload):
                    AddFunction(subscription.HandlerValue, isTimer: true);
                    break;
            }
        }

        void AddFunctions(ImmutableArray<IArgumentOperation> arguments, bool isTimer)
        {
            foreach (var argument in arguments)
                AddFunction(argument.Value, isTimer);
        }

        void AddFunction(IOperation value, bool isTimer)
        {
            if (_methods.FunctionIn(value, cancellationToken) is not var (_, function))
                return;
            if (isTimer)
                AddRun(function, RunKind.Started, null);
            else if (_summaries.RunsUntilEnd(function, cancellationToken) is not null)
                AddRun(function, RunKind.Started, LoopOf(function, cancellationToken));
        }
    }

    /// <summary>What a body is by itself: a receive loop, or a method that anyone may call.</summary>
    private void AddOwn(SyntaxNode body, CancellationToken cancellationToken)
    {
        foreach (var loop in _summaries.FactsOf(body, cancellationToken).EndlessLoops)
        {
            if (ReceivesIn(loop, body, cancellationToken))
            {
                AddRun(body, RunKind.Receives, loop);
                return;
            }
        }

        if (body is MethodDeclarationSyntax method && _summaries.ModelOf(body).GetDeclaredSymbol(method, cancellationToken) is { } symbol && IsCalledByOthers(symbol, body, cancellationToken))
            AddRun(body, RunKind.Called, null);
    }

    private bool ReceivesIn(SyntaxNode loop, SyntaxNode body, CancellationToken cancellationToken)
    {
        var facts = _summaries.FactsOf(body, cancellationToken);
        foreach (var io in facts.IO)
        {
            if ((io.Kind & ApiKind.Receive) != 0 && Bodies.Contains(loop, io.Call.Syntax))
                return true;
        }

        foreach (var call in facts.Calls)
        {
            if (Bodies.Contains(loop, call.Operation.Syntax) && _summaries.Does(call.Target, ApiKind.Receive, cancellationToken) is not null)
                return true;
        }

        return ReadsLinesIn(loop, cancellationToken);
    }

    /// <summary>"while (await reader.ReadLineAsync() is { } line)": a reader over a connection waits for the peer as a receive does.</summary>
    private bool ReadsLinesIn(SyntaxNode loop, CancellationToken cancellationToken)
    {
        foreach (var node in Bodies.NodesOf(loop))
        {
            if (node is InvocationExpressionSyntax { Expression: var called } && called.RightmostName() is "ReadLineAsync" or "ReadLine"
                && _summaries.ModelOf(node).GetOperation(node, cancellationToken) is IInvocationOperation read && _apis.IsOverConnection(read.Receiver()))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Whether others may call the method while they like. One that overrides a member, or implements one of a library, is called by the rules of its contract, which allows one call at a
    /// time more often than not; one that opens or ends the connection has it for itself.
    /// </summary>
    private bool IsCalledByOthers(IMethodSymbol method, SyntaxNode body, CancellationToken cancellationToken)
    {
        if (method is not { MethodKind: MethodKind.Ordinary, IsOverride: false, DeclaredAccessibility: Accessibility.Public or Accessibility.Internal } || method.IsTest() || OpensOrEnds(method.Name) || ImplementsLibrary(method))
            return false;
        foreach (var io in _summaries.FactsOf(body, cancellationToken).IO)
        {
            if ((io.Kind & (ApiKind.Connect | ApiKind.Close | ApiKind.Accept | ApiKind.Upgrade)) != 0)
                return false;
        }

        return true;
    }

    private static bool OpensOrEnds(string name)
    {
        if (name == WellKnownMemberNames.EntryPointMethodName)
            return true;
        foreach (var verb in Verbs)
        {
            if (name.StartsWith(verb, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    private static bool ImplementsLibrary(IMethodSymbol method)
    {
        foreach (var contract in method.ContainingType.AllInterfaces)
        {
            if (contract.IsInSource())
                continue;
            foreach (var member in contract.GetMembers(method.Name))
            {
                if (SymbolEqualityComparer.Default.Equals(method.ContainingType.FindImplementationForInterfaceMember(member), method))
                    return true;
            }
        }

        return false;
    }

    private SyntaxNode? LoopOf(SyntaxNode body, CancellationToken cancellationToken) =>
        _summaries.FactsOf(body, cancellationToken).EndlessLoops is { IsEmpty: false } loops ? loops[0] : null;

    private void AddRun(SyntaxNode body, RunKind kind, SyntaxNode? within)
    {
        if (!_runs.ContainsKey(body))
            _runs.Add(body, new Run(body, kind, within, Handlers.NameOfBody(body, null)));
    }

    private static void Add(Dictionary<SyntaxNode, List<CallStep>> steps, SyntaxNode key, CallStep step)
    {
        if (!steps.TryGetValue(key, out var list))
            steps.Add(key, list = new List<CallStep>());
        list.Add(step);
    }
}
