using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>A send that is started while another one on the same connection may still run.</summary>
/// <param name="Send">The send.</param>
/// <param name="IsForbidden">Whether the connection takes one at a time and breaks otherwise; false where that is only documented.</param>
/// <param name="Because">What it overlaps with.</param>
internal sealed record OverlappingSend(IInvocationOperation Send, bool IsForbidden, Evidence Because);

/// <summary>
/// Which sends on one connection run at the same time, as far as one body shows it: sends of the body itself, and of methods of the program that send on a connection which the body can name.
/// </summary>
internal sealed class Overlaps
{
    private readonly Apis _apis;
    private readonly Summaries _summaries;
    private readonly ConnectionUses _uses;
    private readonly ConcurrentReceives _loops;
    private readonly ConcurrentDictionary<SyntaxNode, ImmutableArray<(IInvocationOperation Call, ILocalSymbol Task)>> _started = new();

    public Overlaps(Apis apis, Summaries summaries, ConnectionUses uses)
    {
        _apis = apis;
        _summaries = summaries;
        _uses = uses;
        _loops = new ConcurrentReceives(apis, summaries, uses, ApiKind.Send);
    }

    /// <summary>What the send overlaps with, or null. Dropped sends are another mistake.</summary>
    public OverlappingSend? At(IInvocationOperation send, CancellationToken cancellationToken)
    {
        if (!send.TargetMethod.ReturnType.IsTaskLike() || send.SemanticModel is not { } model || Bodies.Around(send.Syntax) is not { } body || !MayOverlap(send, body, model, cancellationToken) || OverwrittenTasks.IsLost(send, cancellationToken))
            return null;
        if (ConnectionOf(send, out var isForbidden, cancellationToken) is not { } connection)
            return null;
        var because = InItemLambda(send, connection)
            ?? WithNeighbour(send, connection, cancellationToken)
            ?? InCollectedLoop(send, connection)
            ?? BeforeItsTaskIsAwaited(send, connection, body, model, cancellationToken)
            ?? BesideLoop(send, connection, cancellationToken);
        return because is null ? null : new OverlappingSend(send, isForbidden, because);
    }

    /// <summary>Whether the place of the call is one where anything may overlap: what costs little to know.</summary>
    private bool MayOverlap(IInvocationOperation send, SyntaxNode body, SemanticModel model, CancellationToken cancellationToken) =>
        body is AnonymousFunctionExpressionSyntax || CombinationAround(send) is not null || AddOf(send) is not null || !StartedIn(body, model, cancellationToken).IsEmpty || _loops.AreStartedIn(body, model, cancellationToken);

    /// <summary>The connection that the call sends on, as the code around it names it; null for calls that send on none, on one that takes many sends at once, or under a lock of their own.</summary>
    public ConnectionName? ConnectionOf(IInvocationOperation call, out bool isForbidden, CancellationToken cancellationToken)
    {
        isForbidden = false;
        if (call.SemanticModel is not { } model)
            return null;
        var leaf = call;
        if (!_apis.Of(call).Is(ApiKind.Send))
        {
            if (_summaries.Does(call, ApiKind.Send, cancellationToken) is not { } reached || TakesLock(reached, cancellationToken))
                return null;
            leaf = reached.Leaf.Call;
        }

        if (leaf.Receiver() is not { Type: { } type } || (_apis.Of(type) & (ApiKind.OneWriter | ApiKind.OneSend)) is var kind && kind == ApiKind.None)
            return null;
        isForbidden = (kind & ApiKind.OneWriter) != 0;
        return _uses.UsedBy(call, ApiKind.Send, model, cancellationToken);
    }

    /// <summary>Whether a method on the way to the send waits for a lock: it lets one send pass at a time.</summary>
    private bool TakesLock(ReachedIO reached, CancellationToken cancellationToken)
    {
        if (TakesLock(reached.Leaf.Call, cancellationToken))
            return true;
        foreach (var step in reached.Path)
        {
            if (TakesLock(step.Operation, cancellationToken))
                return true;
        }

        return false;
    }

    private bool TakesLock(IOperation step, CancellationToken cancellationToken) =>
        Bodies.Around(step.Syntax) is not { } body || BodyFacts.OperationOf(body, _summaries.ModelOf(body), cancellationToken) is not { } root || WaitsForLock(root);

    /// <summary>A lambda that is run for many items at once: WhenAll(items.Select(..)), items.ForEach(async ..), Parallel.ForEachAsync(..).</summary>
    private Evidence? InItemLambda(IInvocationOperation send, ConnectionName connection)
    {
        for (var parent = send.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is ILocalFunctionOperation)
                return null;
            if (parent is not IAnonymousFunctionOperation lambda)
                continue;
            if (lambda.CallGiven() is not { } call || IsAnotherOneIn(lambda.Syntax, connection) || WaitsForLock(lambda.Body))
                return null;
            // "items.Select(item => Task.Run(() => stream.WriteAsync(item)))"
            if (_apis.Of(call).Is(ApiKind.Offload) && call.TargetMethod.ContainingType.Name != nameof(Parallel))
                continue;
            var runsAtOnce = call.TargetMethod switch
            {
                { Name: "ForEach", ContainingType: { Name: "List", ContainingNamespace.Name: "Generic" } } => lambda.Symbol.IsAsync,
                { Name: "ForEachAsync" or "ForAsync" or "ForEach" or "For", ContainingType: { Name: nameof(Parallel), ContainingNamespace.Name: "Tasks" } } => true,
                { Name: "Select", ContainingType: { Name: "Enumerable", ContainingNamespace.Name: "Linq" } } => IsCombined(call),
                _ => false,
            };
            return runsAtOnce ? new Evidence("RunForEachItem", call.Syntax.GetLocation(), null, call.TargetMethod.ShortName()) : null;
        }

        return null;
    }

    /// <summary>Two sends among the arguments of one WhenAll.</summary>
    private Evidence? WithNeighbour(IInvocationOperation send, ConnectionName connection, CancellationToken cancellationToken)
    {
        if (CombinationAround(send) is not { } combination)
            return null;
        foreach (var operation in combination.SelfAndDescendantsInBody())
        {
            if (operation is IInvocationOperation other && other.Syntax.SpanStart < send.Syntax.SpanStart && !other.Syntax.Span.Contains(send.Syntax.Span) && IsSendOn(other, connection, cancellationToken))
                return Overlap(other);
        }

        return null;
    }

    /// <summary>Tasks of one connection's sends that a loop collects, to be awaited together.</summary>
    private static Evidence? InCollectedLoop(IInvocationOperation send, ConnectionName connection)
    {
        for (IOperation? parent = AddOf(send); parent is not null and not (IAnonymousFunctionOperation or ILocalFunctionOperation); parent = parent.Parent)
        {
            if (parent is ILoopOperation loop)
                return IsAnotherOneIn(loop.Syntax, connection) ? null : new Evidence("StartedInEachTurn", loop.Syntax.GetFirstToken().GetLocation(), null);
        }

        return null;
    }

    /// <summary>A send whose task is kept in a local, and another that comes before the local is looked at.</summary>
    private Evidence? BeforeItsTaskIsAwaited(IInvocationOperation send, ConnectionName connection, SyntaxNode body, SemanticModel model, CancellationToken cancellationToken)
    {
        foreach (var (earlier, task) in StartedIn(body, model, cancellationToken))
        {
            if (earlier.Syntax == send.Syntax || !IsSendOn(earlier, connection, cancellationToken) || OverwrittenTasks.FormOf(earlier, cancellationToken) is not null)
                continue;
            var meets = Reachability.FirstWithoutException(
                earlier,
                candidate => candidate.Syntax == send.Syntax,
                candidate => SymbolEqualityComparer.Default.Equals(candidate.ReferencedSymbol(), task)
                    || (candidate is IAssignmentOperation assignment && connection.Mentions(ConnectionName.Written(assignment.Target, model).ReferencedSymbol())),
                static _ => null,
                cancellationToken);
            if (meets is not null)
                return Overlap(earlier);
        }

        return null;
    }

    /// <summary>A loop that the body has started, and that sends on the same variable of the body; of what the object keeps, the type as a whole tells.</summary>
    private Evidence? BesideLoop(IInvocationOperation send, ConnectionName connection, CancellationToken cancellationToken) =>
        connection is { Root: ILocalSymbol or IParameterSymbol, IsOfPrimaryConstructor: false } && _loops.Beside(send, cancellationToken) is { } start
            ? new Evidence("StillRuns", start.Loop, null, start.Call.TargetMethod.ShortName())
            : null;

    /// <summary>The calls of the body whose tasks are put into locals.</summary>
    private ImmutableArray<(IInvocationOperation Call, ILocalSymbol Task)> StartedIn(SyntaxNode body, SemanticModel model, CancellationToken cancellationToken)
    {
        if (_started.TryGetValue(body, out var known))
            return known;
        var started = ImmutableArray.CreateBuilder<(IInvocationOperation, ILocalSymbol)>();
        if (BodyFacts.OperationOf(body, model, cancellationToken) is { } root)
        {
            foreach (var operation in root.SelfAndDescendantsInBody())
            {
                if (operation is IInvocationOperation call && call.TargetMethod.ReturnType.IsTaskLike() && ValueFlow.LocalHolding(call) is var (task, _) && task.Type.IsTaskLike())
                    started.Add((call, task));
            }
        }

        return _started.GetOrAdd(body, started.ToImmutable());
    }

    private static Evidence Overlap(IInvocationOperation other) => new Evidence("StillRuns", other.Syntax.GetLocation(), null, other.TargetMethod.ShortName());

    private bool IsSendOn(IInvocationOperation call, ConnectionName connection, CancellationToken cancellationToken) =>
        call.TargetMethod.ReturnType.IsTaskLike() && ConnectionOf(call, out _, cancellationToken) is { } other && other.Is(connection);

    /// <summary>Whether what the call gives is made at once for all items and awaited together.</summary>
    private static bool IsCombined(IInvocationOperation select)
    {
        IOperation value = select;
        while (value.ParentIgnoringConversions() is IArgumentOperation { Parent: IInvocationOperation outer })
        {
            if (outer.TargetMethod is { Name: "WhenAll" or "WhenAny" or "WaitAll", ContainingType.Name: nameof(Task) })
                return true;
            if (outer.TargetMethod.ContainingType.Name != "Enumerable")
                return false;
            if (outer.TargetMethod.Name is "ToArray" or "ToList")
                return true;
            value = outer;
        }

        return false;
    }

    private static IInvocationOperation? CombinationAround(IInvocationOperation send)
    {
        for (var parent = send.Parent; parent is not null; parent = parent.Parent)
        {
            switch (parent)
            {
                case IInvocationOperation { TargetMethod: { Name: "WhenAll", ContainingType.Name: nameof(Task) } } combination:
                    return combination;
                case IAwaitOperation or IAnonymousFunctionOperation or ILocalFunctionOperation or IExpressionStatementOperation:
                    return null;
            }
        }

        return null;
    }

    /// <summary>"tasks.Add(socket.SendAsync(..))", or null.</summary>
    private static IInvocationOperation? AddOf(IInvocationOperation send)
    {
        IOperation task = send;
        while (task.Parent is IConversionOperation or IInvocationOperation { TargetMethod.Name: "AsTask" })
            task = task.Parent;
        return task.Parent is IArgumentOperation { Parent: IInvocationOperation { TargetMethod.Name: "Add" } add } && task.Type.IsTaskLike() ? add : null;
    }

    private bool WaitsForLock(IOperation body)
    {
        foreach (var operation in body.SelfAndDescendantsInBody())
        {
            if (operation is ILockOperation || (operation is IInvocationOperation call && _apis.Of(call).Is(ApiKind.Acquires)))
                return true;
        }

        return false;
    }

    /// <summary>Whether the connection may be another one in each run of the scope: what its name begins with is declared in there, or written.</summary>
    private static bool IsAnotherOneIn(SyntaxNode scope, ConnectionName connection)
    {
        var root = connection.Root;
        if (root is ILocalSymbol or IParameterSymbol && root.DeclaringSyntaxReferences is { Length: 1 } declarations && declarations[0].SyntaxTree == scope.SyntaxTree && scope.Span.Contains(declarations[0].Span))
            return true;
        foreach (var node in scope.DescendantNodes())
        {
            if (node is AssignmentExpressionSyntax assignment && assignment.Left.RightmostName() is { } name && connection.MentionsName(name))
                return true;
        }

        return false;
    }
}
