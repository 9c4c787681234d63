using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>A send that is started while another one on the same connection may still run.</summary>
/// <param name="Send">The send.</param>
/// <param name="IsForbidden">Whether the connection takes one at a time and breaks otherwise; false where that is only documented.</param>
/// <param name="Because">What it overlaps with.</param>
internal sealed record OverlappingSend(IInvocationOperation Send, bool IsForbidden, Evidence Because);

/// <summary>Which sends on one connection run at the same time, as far as one body shows it.</summary>
internal sealed class Overlaps
{
    private readonly Apis _apis;

    public Overlaps(Apis apis) => _apis = apis;

    /// <summary>What the send overlaps with, or null. Dropped sends are another mistake.</summary>
    public OverlappingSend? At(IInvocationOperation send, CancellationToken cancellationToken)
    {
        if (!_apis.Of(send).Is(ApiKind.Send) || !send.TargetMethod.ReturnType.IsTaskLike() || send.Receiver() is not { Type: { } type } receiver)
            return null;
        var kind = _apis.Of(type) & (ApiKind.OneWriter | ApiKind.OneSend);
        if (kind == ApiKind.None || receiver.ReferencedSymbol() is not { } connection || DroppedTasks.FormOf(send) is not null)
            return null;
        return (InItemLambda(send, receiver) ?? WithNeighbour(send, connection) ?? InCollectedLoop(send, receiver) ?? BeforeItsTaskIsAwaited(send, connection, cancellationToken)) is { } because
            ? new OverlappingSend(send, (kind & ApiKind.OneWriter) != 0, because)
            : null;
    }

    /// <summary>A lambda that is run for many items at once: WhenAll(items.Select(..)), items.ForEach(async ..), Parallel.ForEachAsync(..).</summary>
    private Evidence? InItemLambda(IInvocationOperation send, IOperation receiver)
    {
        for (var parent = send.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is ILocalFunctionOperation)
                return null;
            if (parent is not IAnonymousFunctionOperation lambda)
                continue;
            IOperation? argument = lambda.Parent;
            while (argument is IDelegateCreationOperation or IConversionOperation)
                argument = argument.Parent;
            if (argument is not IArgumentOperation { Parent: IInvocationOperation call } || MentionsInside(receiver, lambda.Syntax) || WaitsForLock(lambda))
                return null;
            var runsAtOnce = call.TargetMethod switch
            {
                { Name: "ForEach", ContainingType: { Name: "List", ContainingNamespace.Name: "Generic" } } => lambda.Symbol.IsAsync,
                { Name: "ForEachAsync" or "ForEach", ContainingType: { Name: "Parallel", ContainingNamespace.Name: "Tasks" } } => true,
                { Name: "Select", ContainingType: { Name: "Enumerable", ContainingNamespace.Name: "Linq" } } => IsCombined(call),
                _ => false,
            };
            return runsAtOnce ? new Evidence("RunForEachItem", call.Syntax.GetLocation(), null, call.TargetMethod.ShortName()) : null;
        }

        return null;
    }

    /// <summary>Two sends among the arguments of one WhenAll.</summary>
    private Evidence? WithNeighbour(IInvocationOperation send, ISymbol connection)
    {
        if (CombinationAround(send) is not { } combination)
            return null;
        foreach (var operation in combination.SelfAndDescendantsInBody())
        {
            if (operation is IInvocationOperation other && other.Syntax.SpanStart < send.Syntax.SpanStart && IsSendOn(other, connection))
                return Overlap(other);
        }

        return null;
    }

    /// <summary>Tasks of one connection's sends that a loop collects, to be awaited together.</summary>
    private static Evidence? InCollectedLoop(IInvocationOperation send, IOperation receiver)
    {
        if (send.ParentIgnoringConversions() is not IArgumentOperation { Parent: IInvocationOperation { TargetMethod.Name: "Add" } add } || !add.Arguments[0].Value.Type.IsTaskLike())
            return null;
        for (var parent = add.Parent; parent is not null and not (IAnonymousFunctionOperation or ILocalFunctionOperation); parent = parent.Parent)
        {
            if (parent is ILoopOperation loop)
                return MentionsInside(receiver, loop.Syntax) ? null : new Evidence("StartedInEachTurn", loop.Syntax.GetFirstToken().GetLocation(), null);
        }

        return null;
    }

    /// <summary>A send whose task is kept in a local, and another that comes before the local is looked at.</summary>
    private Evidence? BeforeItsTaskIsAwaited(IInvocationOperation send, ISymbol connection, CancellationToken cancellationToken)
    {
        if (Bodies.Around(send.Syntax) is not { } body || send.SemanticModel is not { } model || BodyFacts.OperationOf(body, model, cancellationToken) is not { } root)
            return null;
        foreach (var operation in root.SelfAndDescendantsInBody())
        {
            if (operation is not IInvocationOperation earlier || earlier.Syntax == send.Syntax || !IsSendOn(earlier, connection) || ValueFlow.LocalHolding(earlier) is not var (task, _) || !task.Type.IsTaskLike())
                continue;
            if (Reachability.FirstWithoutException(earlier, candidate => candidate.Syntax == send.Syntax, candidate => candidate.ReferencedSymbol() is { } mentioned && SymbolEqualityComparer.Default.Equals(mentioned, task), static _ => null, cancellationToken) is not null)
                return Overlap(earlier);
        }

        return null;
    }

    private static Evidence Overlap(IInvocationOperation other) => new Evidence("StillRuns", other.Syntax.GetLocation(), null, other.TargetMethod.ShortName());

    private bool IsSendOn(IInvocationOperation call, ISymbol connection) =>
        SymbolEqualityComparer.Default.Equals(call.Receiver().ReferencedSymbol(), connection) && _apis.Of(call).Is(ApiKind.Send) && call.TargetMethod.ReturnType.IsTaskLike();

    /// <summary>Whether what the call gives is made at once for all items and awaited together.</summary>
    private static bool IsCombined(IInvocationOperation select)
    {
        IOperation value = select;
        while (value.ParentIgnoringConversions() is IArgumentOperation { Parent: IInvocationOperation outer })
        {
            if (outer.TargetMethod is { Name: "WhenAll" or "WhenAny" or "WaitAll", ContainingType.Name: "Task" })
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
                case IInvocationOperation { TargetMethod: { Name: "WhenAll", ContainingType.Name: "Task" } } combination:
                    return combination;
                case IAwaitOperation or IAnonymousFunctionOperation or ILocalFunctionOperation or IExpressionStatementOperation:
                    return null;
            }
        }

        return null;
    }

    private bool WaitsForLock(IAnonymousFunctionOperation lambda)
    {
        foreach (var operation in lambda.Body.SelfAndDescendantsInBody())
        {
            if (operation is IInvocationOperation call && _apis.Of(call).Is(ApiKind.Acquires))
                return true;
        }

        return false;
    }

    /// <summary>Whether the connection is another one in each run: its expression mentions something that is declared inside.</summary>
    private static bool MentionsInside(IOperation receiver, SyntaxNode scope)
    {
        foreach (var operation in receiver.SelfAndDescendantsInBody())
        {
            if (operation is ILocalReferenceOperation or IParameterReferenceOperation
                && operation.ReferencedSymbol() is { DeclaringSyntaxReferences: { Length: 1 } declarations }
                && declarations[0].SyntaxTree == scope.SyntaxTree && scope.Span.Contains(declarations[0].Span))
            {
                return true;
            }
        }

        return false;
    }
}
