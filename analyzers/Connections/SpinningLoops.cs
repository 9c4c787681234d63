using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>A loop that goes round without an end and without waiting once its connection is lost.</summary>
/// <param name="Place">Where the loop should have been left: the keyword of a catch, or the condition that notices the end.</param>
/// <param name="Because">Why it goes round.</param>
/// <param name="EndsWithConnection">Whether all that comes to the place is the end of the connection, so that the loop has nothing left to do there.</param>
internal sealed record SpinningLoop(Location Place, Evidence Because, bool EndsWithConnection);

/// <summary>Which receive and accept loops spin when what they wait on is gone.</summary>
internal sealed class SpinningLoops
{
    private const ApiKind Waiting = ApiKind.Receive | ApiKind.Accept;

    /// <summary>What gives a server of ASP.NET Core its sockets.</summary>
    private const string ServersSockets = "T:Microsoft.AspNetCore.Http.WebSocketManager";

    private readonly Apis _apis;
    private readonly ConnectionTypes _types;
    private readonly Summaries _summaries;
    private readonly Receives _receives;
    private readonly SourceMethods _methods;
    private readonly CallEffects _effects;
    private readonly Lazy<INamedTypeSymbol?> _broken;
    private readonly Lazy<INamedTypeSymbol?> _cancelled;
    private readonly Lazy<INamedTypeSymbol?> _disposed;
    private readonly Lazy<INamedTypeSymbol?> _invalid;

    public SpinningLoops(Apis apis, ConnectionTypes types, Summaries summaries, SourceMethods methods, Receives receives, CallEffects effects)
    {
        _apis = apis;
        _types = types;
        _summaries = summaries;
        _receives = receives;
        _methods = methods;
        _effects = effects;
        _broken = Exception("T:System.Net.WebSockets.WebSocketException");
        _cancelled = Exception("T:System.OperationCanceledException");
        _disposed = Exception("T:System.ObjectDisposedException");
        _invalid = Exception("T:System.InvalidOperationException");

        Lazy<INamedTypeSymbol?> Exception(string id) => new(() => apis.Resolve(id).FirstOrDefault() as INamedTypeSymbol);
    }

    /// <summary>The loop that swallows the failures of the call and makes it again at once, or null. Of several such calls in one try the first answers.</summary>
    public SpinningLoop? AfterFailure(IInvocationOperation call, CancellationToken cancellationToken)
    {
        // Syntax first: a try inside of a loop.
        if (Loops.Outermost(call.Syntax) is not { } loop || FirstClauseIn(loop, call.Syntax) is null || call.SemanticModel is not { } model
            || WaitingCall(call, cancellationToken) is not { } waiting || !IsWaitedFor(call))
        {
            return null;
        }

        foreach (var (lost, failures) in LossesOf(waiting))
        {
            if (ClauseThatTakes(failures, lost, call, loop, model, cancellationToken) is not { } clause)
                continue;
            var ends = !waiting.IsAccept && (IsOwnFailure(clause, failures, model, cancellationToken) || HoldsNothingElse((TryStatementSyntax)clause.Parent!, model, cancellationToken));
            return new SpinningLoop(clause.CatchKeyword.GetLocation(), new Evidence("SwallowedFailure", call.Syntax.GetLocation(), null, call.TargetMethod.ShortName()), ends);
        }

        return null;
    }

    /// <summary>The loop around a receive that goes round without waiting when the WebSocket is closed, because it only steps over the receive then; or null.</summary>
    public SpinningLoop? WhileClosed(IInvocationOperation call, CancellationToken cancellationToken)
    {
        if (Loops.Outermost(call.Syntax) is not { } loop || !loop.Names("State") || call.SemanticModel is not { } model
            || WaitingCall(call, cancellationToken) is not { IsWebSocket: true } waiting
            || model.GetOperation(loop, cancellationToken) is not { } loopOperation
            || BodyGraph.Around(call, cancellationToken) is not { } graph)
        {
            return null;
        }

        var calls = CallsIn(loopOperation, cancellationToken).ToImmutableArray();
        if (calls.FirstOrDefault() != call.Syntax)
            return null;
        var goals = calls.ToImmutableHashSet();
        SyntaxNode? place = null;
        var ends = false;
        foreach (var block in graph.Blocks)
        {
            if (block.BranchValue is not { } condition || !loop.Span.Contains(condition.Syntax.Span) || condition.Syntax.SpanStart < (place?.SpanStart ?? 0))
                continue;
            var closed = Reading(SocketStates.Closed);
            if (block.ConditionKind == ControlFlowConditionKind.None || !IsAbout(condition, waiting.Connection) || !closed.Stays(graph, block, goals) || Reading(SocketStates.Open).Stays(graph, block, goals))
                continue;
            if (SocketStates.Of(Positive(condition), SocketStates.Closed, closed.IsState) == Outcome.Unknown)
                continue;
            place = condition.Syntax;
            // A condition that a socket fulfils before it is open asks for something else.
            ends = closed.OutcomeOf(condition) == Outcome.True && Reading(SocketStates.None).OutcomeOf(condition) == Outcome.False && Reading(SocketStates.Connecting).OutcomeOf(condition) == Outcome.False;
        }

        return place is null ? null : new SpinningLoop(place.GetLocation(), new Evidence("ClosedIgnored", call.Syntax.GetLocation(), null, call.TargetMethod.ShortName()), ends);

        LostConnectionReading Reading(int state) => new(new LostConnection(state, null, true, false), loopOperation, waiting.Connection, null, ImmutableHashSet<SyntaxNode>.Empty, _effects, _types, cancellationToken);
    }

    /// <summary>The clause inside the loop that takes the failures and lets the loop go on, or null.</summary>
    private CatchClauseSyntax? ClauseThatTakes(
        ImmutableArray<INamedTypeSymbol> failures, LostConnection lost, IInvocationOperation call, SyntaxNode loop, SemanticModel model, CancellationToken cancellationToken)
    {
        if (model.GetOperation(loop, cancellationToken) is not { } loopOperation)
            return null;
        foreach (var clause in CatchClauses.Around(call.Syntax))
        {
            if (!loop.Span.Contains(clause.Span) || CatchClauses.OperationOf(clause, model, cancellationToken) is not { } handler)
                return null;
            var takes = 0;
            foreach (var failure in failures)
            {
                if (failure.SelfAndBaseTypes().Contains(handler.ExceptionType, SymbolEqualityComparer.Default) || handler.ExceptionType.SpecialType == SpecialType.System_Object)
                    takes++;
            }

            if (takes == 0)
                continue;
            // It takes some of what is thrown and leaves the rest to others.
            if (takes < failures.Length || model.GetOperation(((TryStatementSyntax)clause.Parent!).Block, cancellationToken) is not { } guarded)
                return null;
            var calls = CallsIn(guarded, cancellationToken).ToImmutableArray();
            var arrivals = calls.ToImmutableHashSet();
            var caught = (handler.ExceptionDeclarationOrExpression as IVariableDeclaratorOperation)?.Symbol;
            var reading = new LostConnectionReading(lost, loopOperation, ConnectionOf(call), caught, arrivals, _effects, _types, cancellationToken);
            var filter = handler.Filter is { } condition ? reading.OutcomeOf(condition) : Outcome.True;
            if (filter == Outcome.False)
                continue;
            if (filter == Outcome.Unknown || calls.FirstOrDefault() != call.Syntax || BodyGraph.Around(call, cancellationToken) is not { } graph || BodyGraph.Find(graph, call) is not var (block, _))
                return null;
            return CatchClauses.EntryOf(graph, block, call.Syntax, clause) is { } entry && reading.Stays(graph, entry, arrivals) ? clause : null;
        }

        return null;
    }

    /// <summary>Whether the clause names the very failure of a lost connection.</summary>
    private static bool IsOwnFailure(CatchClauseSyntax clause, ImmutableArray<INamedTypeSymbol> failures, SemanticModel model, CancellationToken cancellationToken) =>
        CatchClauses.OperationOf(clause, model, cancellationToken) is { } handler && failures.Contains(handler.ExceptionType, SymbolEqualityComparer.Default);

    /// <summary>Whether nothing in the try can fail but what is done on the connection: of other calls only those that compute or print.</summary>
    private bool HoldsNothingElse(TryStatementSyntax @try, SemanticModel model, CancellationToken cancellationToken)
    {
        if (model.GetOperation(@try.Block, cancellationToken) is not { } guarded)
            return false;
        foreach (var operation in guarded.SelfAndDescendantsInBody())
        {
            switch (operation)
            {
                case IThrowOperation or IDynamicInvocationOperation or IAnonymousFunctionOperation:
                case IObjectCreationOperation { Constructor: { } constructor } when constructor.IsInSource():
                case IInvocationOperation call when !_apis.Of(call).Is(ApiKind.AnyConnectionIO) && !IsPlain(call.TargetMethod):
                    return false;
            }
        }

        return true;
    }

    private static bool IsPlain(IMethodSymbol method) =>
        method.ContainingType is { ContainingNamespace: { Name: "System" or "Text" or "IO" or "Tasks" or "Generic" } space, Name: "Console" or "Encoding" or "StringBuilder" or "String" or "Array" or "Buffer" or "MemoryExtensions" or "Memory" or "Span" or "ReadOnlySpan" or "ArraySegment" or "MemoryStream" or "TextWriter" or "List" or "Task" or "ValueTask" }
        && !method.IsInSource() && space.ToDisplayString().StartsWith("System", StringComparison.Ordinal);

    /// <summary>What the loss of a connection looks like: the exceptions of the next call, and what changes besides.</summary>
    private IEnumerable<(LostConnection Lost, ImmutableArray<INamedTypeSymbol> Failures)> LossesOf(WaitingCallInfo waiting)
    {
        if (!waiting.IsWebSocket)
        {
            // A stream that was disposed, a listener that was stopped. A loop that looks at anything else on its way round may well look at what says so.
            if ((waiting.IsAccept ? _invalid : _disposed).Value is { } ended)
                yield return (new LostConnection(null, ended, false, true), ImmutableArray.Create(ended));
            yield break;
        }

        if (_broken.Value is not { } broken || _cancelled.Value is not { } cancelled)
            yield break;
        yield return (new LostConnection(SocketStates.Aborted, broken, true, false), ImmutableArray.Create(broken));
        // The same with unknown code on the way: then only a loop that looks at nothing at all is sure to go round.
        yield return (new LostConnection(SocketStates.Aborted, broken, false, true), ImmutableArray.Create(broken));
        // A server's socket whose request was aborted (keep-alive timeout, shutdown) throws a cancellation without end and still says that it is open;
        // a token of the request would tell.
        if (_apis.IsPresent(ServersSockets) && waiting.Type is { Name: "WebSocket" })
            yield return (new LostConnection(SocketStates.Open, cancelled, false, false), ImmutableArray.Create(broken, cancelled));
    }

    /// <summary>The calls below the operation that wait for a peer, in the order of the source.</summary>
    private IEnumerable<SyntaxNode> CallsIn(IOperation root, CancellationToken cancellationToken)
    {
        foreach (var operation in root.SelfAndDescendantsInBody())
        {
            if (operation is IInvocationOperation call && WaitingCall(call, cancellationToken) is not null)
                yield return call.Syntax;
        }
    }

    /// <summary>A call that waits for a peer.</summary>
    /// <param name="IsWebSocket">Whether it receives from a WebSocket.</param>
    /// <param name="IsAccept">Whether it waits for the next connection.</param>
    /// <param name="Connection">The variable of the connection, or null.</param>
    /// <param name="Type">The type of the connection, or null.</param>
    private sealed record WaitingCallInfo(bool IsWebSocket, bool IsAccept, ISymbol? Connection, ITypeSymbol? Type);

    private WaitingCallInfo? WaitingCall(IInvocationOperation call, CancellationToken cancellationToken)
    {
        var facts = _apis.Of(call);
        if (facts.Is(Waiting))
        {
            var type = call.Receiver()?.Type;
            if (facts.Is(ApiKind.Accept))
                return facts.Is(ApiKind.Upgrade) ? null : new WaitingCallInfo(false, true, ConnectionOf(call), type);
            return _receives.At(call, cancellationToken) switch
            {
                { Unit: ReceivedUnit.Fragment } => new WaitingCallInfo(true, false, ConnectionOf(call), type),
                { Unit: ReceivedUnit.Bytes } when !Datagrams.MayReceive(call) && !MayTimeOut(call) => new WaitingCallInfo(false, false, ConnectionOf(call), type),
                _ => null,
            };
        }

        // A method that receives, lets failures out and makes no connection anew.
        if (facts != ApiFacts.None || !_apis.IsDeclaredHere(call.TargetMethod) || !call.TargetMethod.ReturnType.IsTaskLike()
            || _summaries.Does(call, ApiKind.Receive, cancellationToken) is not { } reached
            || _receives.At(reached.Leaf.Call, cancellationToken) is not { Unit: ReceivedUnit.Fragment }
            || _summaries.Does(call, ApiKind.Connect | ApiKind.Accept | ApiKind.Close, cancellationToken) is not null
            || !LetsFailuresOut(call, reached, cancellationToken))
        {
            return null;
        }

        return new WaitingCallInfo(true, false, null, reached.Leaf.Connection?.Type);
    }

    private bool LetsFailuresOut(IInvocationOperation call, ReachedIO reached, CancellationToken cancellationToken)
    {
        if (_methods.Target(call, cancellationToken) is not { } first)
            return false;
        var methods = new List<IMethodSymbol> { first };
        foreach (var step in reached.Path)
        {
            if (!step.IsCertain)
                return false;
            methods.Add(step.Target);
        }

        foreach (var method in methods)
        {
            if (Bodies.Of(method, cancellationToken) is not { } body)
                return false;
            foreach (var node in Bodies.NodesOf(body))
            {
                if (node is CatchClauseSyntax or WhileStatementSyntax { Condition.RawKind: (int)Microsoft.CodeAnalysis.CSharp.SyntaxKind.TrueLiteralExpression })
                    return false;
            }
        }

        return true;
    }

    /// <summary>The variable of the connection that a call is made on.</summary>
    private static ISymbol? ConnectionOf(IInvocationOperation call) => call.Receiver().ReferencedSymbol();

    /// <summary>A synchronous receive that gave up after a time may well succeed the next.</summary>
    private static bool MayTimeOut(IInvocationOperation call) =>
        !call.TargetMethod.ReturnType.IsTaskLike() && Datagrams.ScopeOf(call) is var scope && (scope.Names("ReceiveTimeout") || scope.Names("ReadTimeout"));

    /// <summary>Whether the call ends where it stands: it is synchronous, awaited, or blocked on.</summary>
    private static bool IsWaitedFor(IInvocationOperation call)
    {
        if (!call.TargetMethod.ReturnType.IsTaskLike())
            return true;
        IOperation value = call;
        while (value.Parent is { } parent && (ValueFlow.IsHandedOn(value, parent) || parent is IConditionalAccessOperation))
        {
            if (parent is IAwaitOperation or IPropertyReferenceOperation or IInvocationOperation { TargetMethod.Name: "GetResult" })
                return true;
            value = parent;
        }

        return value.Parent is IInvocationOperation { TargetMethod.Name: "Wait" };
    }

    private static bool IsAbout(IOperation condition, ISymbol? connection)
    {
        // Which connection a method receives from is not followed: its loop has one.
        if (connection is null)
            return true;
        foreach (var operation in condition.SelfAndDescendantsInBody())
        {
            if (SocketStates.IsState(operation) && operation.WithoutConversions() is IPropertyReferenceOperation { Instance: { } instance })
                return instance is IFlowCaptureReferenceOperation || SymbolEqualityComparer.Default.Equals(instance.WithoutConditionalAccess().ReferencedSymbol(), connection);
        }

        return true;
    }

    private static IOperation Positive(IOperation condition)
    {
        condition = condition.WithoutConversions();
        while (condition is IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not)
            condition = not.Operand.WithoutConversions();
        return condition;
    }

    private static CatchClauseSyntax? FirstClauseIn(SyntaxNode loop, SyntaxNode node)
    {
        foreach (var clause in CatchClauses.Around(node))
            return loop.Span.Contains(clause.Span) ? clause : null;
        return null;
    }
}
