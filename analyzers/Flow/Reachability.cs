using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Flow;

/// <summary>What the code comes to after an operation. The graph has no edges for exceptions: every block of a try may leave to the handlers around it.</summary>
internal static class Reachability
{
    /// <summary>
    /// The first operation found that some way from <paramref name="start"/> comes to before it passes one where it stops; null when there is none, or the graph
    /// does not show the start. Lambdas and local functions on the way count as one operation, where they are made.
    /// </summary>
    /// <param name="start">Where the ways begin: behind the statement it belongs to.</param>
    /// <param name="isTarget">Whether an operation is looked for.</param>
    /// <param name="isStop">Whether a way ends at an operation; asked after <paramref name="isTarget"/>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static IOperation? First(IOperation start, Func<IOperation, bool> isTarget, Func<IOperation, bool> isStop, CancellationToken cancellationToken) =>
        First(start, isTarget, isStop, static _ => null, throughHandlers: true, cancellationToken);

    /// <summary>As <see cref="First(IOperation, Func{IOperation, bool}, Func{IOperation, bool}, CancellationToken)"/>, on the ways without an exception only.</summary>
    /// <param name="start">Where the ways begin.</param>
    /// <param name="isTarget">Whether an operation is looked for.</param>
    /// <param name="isStop">Whether a way ends at an operation.</param>
    /// <param name="conditionIs">What a condition is known to be, so that the other branch is no way; null when it may be either.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static IOperation? FirstWithoutException(
        IOperation start, Func<IOperation, bool> isTarget, Func<IOperation, bool> isStop, Func<IOperation, bool?> conditionIs, CancellationToken cancellationToken) =>
        First(start, isTarget, isStop, conditionIs, throughHandlers: false, cancellationToken);

    /// <summary>Whether no way from <paramref name="start"/> comes to an operation before it passes one where it stops. False when the graph does not show the start.</summary>
    /// <param name="start">Where the ways begin.</param>
    /// <param name="isTarget">Whether an operation is looked for.</param>
    /// <param name="isStop">Whether a way ends at an operation.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static bool NeverComesTo(IOperation start, Func<IOperation, bool> isTarget, Func<IOperation, bool> isStop, CancellationToken cancellationToken) =>
        BodyGraph.Around(start, cancellationToken) is { } graph && BodyGraph.Find(graph, start) is not null && First(start, isTarget, isStop, cancellationToken) is null;

    private static IOperation? First(
        IOperation start, Func<IOperation, bool> isTarget, Func<IOperation, bool> isStop, Func<IOperation, bool?> conditionIs, bool throughHandlers, CancellationToken cancellationToken)
    {
        if (BodyGraph.Around(start, cancellationToken) is not { } graph || BodyGraph.Find(graph, start) is not var (first, index))
            return null;
        var seen = new HashSet<int>();
        var pending = new Queue<(BasicBlock Block, int From)>();
        pending.Enqueue((first, index + 1));
        while (pending.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (block, from) = pending.Dequeue();
            var at = 0;
            var stopped = false;
            foreach (var operation in BodyGraph.OperationsOf(block))
            {
                if (at++ < from)
                    continue;
                foreach (var inner in operation.SelfAndDescendantsInBody())
                {
                    if (isTarget(inner))
                        return inner;
                    stopped |= isStop(inner);
                }

                if (stopped)
                    break;
            }

            if (throughHandlers)
                EnqueueHandlers(block);
            if (stopped)
                continue;
            foreach (var branch in WaysOut(block, conditionIs))
                Enqueue(branch);
        }

        return null;

        void Enqueue(ControlFlowBranch branch)
        {
            foreach (var region in branch.FinallyRegions)
                EnqueueBlock(graph.Blocks[region.FirstBlockOrdinal]);
            if (branch.Destination is { } destination)
                EnqueueBlock(destination);
        }

        void EnqueueHandlers(BasicBlock block)
        {
            foreach (var region in BodyGraph.RegionsAround(block))
            {
                if (region is not { Kind: ControlFlowRegionKind.Try, EnclosingRegion: { } guard })
                    continue;
                foreach (var handler in guard.NestedRegions)
                {
                    if (handler.Kind is ControlFlowRegionKind.Catch or ControlFlowRegionKind.FilterAndHandler or ControlFlowRegionKind.Finally)
                        EnqueueBlock(graph.Blocks[handler.FirstBlockOrdinal]);
                }
            }
        }

        void EnqueueBlock(BasicBlock block)
        {
            if (seen.Add(block.Ordinal))
                pending.Enqueue((block, 0));
        }
    }

    /// <summary>
    /// Whether some way from behind <paramref name="start"/> comes to the regular end of the body, without an exception and before it passes an operation where it stops. False when the
    /// graph does not show the start.
    /// </summary>
    public static bool ReachesEnd(IOperation start, Func<IOperation, bool> isStop, CancellationToken cancellationToken) =>
        ReachesEnd(start, isStop, static _ => null, cancellationToken);

    /// <summary>As <see cref="ReachesEnd(IOperation, Func{IOperation, bool}, CancellationToken)"/>, where some conditions are known.</summary>
    /// <param name="start">Where the ways begin.</param>
    /// <param name="isStop">Whether a way ends at an operation.</param>
    /// <param name="conditionIs">What a condition is known to be, so that the other branch is no way; null when it may be either.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static bool ReachesEnd(IOperation start, Func<IOperation, bool> isStop, Func<IOperation, bool?> conditionIs, CancellationToken cancellationToken)
    {
        if (BodyGraph.Around(start, cancellationToken) is not { } graph || BodyGraph.Find(graph, start) is not var (first, index))
            return false;
        var seen = new HashSet<int>();
        var pending = new Queue<(BasicBlock Block, int From)>();
        pending.Enqueue((first, index + 1));
        while (pending.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (block, from) = pending.Dequeue();
            if (Stops(block, from))
                continue;
            foreach (var branch in WaysOut(block, conditionIs))
            {
                if (branch.Semantics is ControlFlowBranchSemantics.Throw or ControlFlowBranchSemantics.Rethrow || branch.Destination is not { } destination || StopsInFinally(branch))
                    continue;
                if (destination.Kind == BasicBlockKind.Exit)
                    return true;
                if (seen.Add(destination.Ordinal))
                    pending.Enqueue((destination, 0));
            }
        }

        return false;

        bool Stops(BasicBlock block, int from)
        {
            var at = 0;
            foreach (var operation in BodyGraph.OperationsOf(block))
            {
                if (at++ < from)
                    continue;
                foreach (var inner in operation.SelfAndDescendantsInBody())
                {
                    if (isStop(inner))
                        return true;
                }
            }

            return false;
        }

        // A finally that has to stop on one of its ways is taken for one that stops.
        bool StopsInFinally(ControlFlowBranch branch)
        {
            foreach (var region in branch.FinallyRegions)
            {
                for (var ordinal = region.FirstBlockOrdinal; ordinal <= region.LastBlockOrdinal; ordinal++)
                {
                    if (Stops(graph.Blocks[ordinal], 0))
                        return true;
                }
            }

            return false;
        }
    }

    /// <summary>The branches that the code can take behind a block: a condition that is constant (<c>while (true)</c>), or otherwise known, leaves one.</summary>
    private static IEnumerable<ControlFlowBranch> WaysOut(BasicBlock block, Func<IOperation, bool?> conditionIs)
    {
        var known = block is { ConditionKind: not ControlFlowConditionKind.None, BranchValue: { } condition }
            ? condition.ConstantValue is { HasValue: true, Value: bool constant } ? constant : conditionIs(condition.WithoutConversions())
            : null;
        if (block.ConditionalSuccessor is { } conditional && known != (block.ConditionKind == ControlFlowConditionKind.WhenFalse))
            yield return conditional;
        if (block.FallThroughSuccessor is { } next && known != (block.ConditionKind == ControlFlowConditionKind.WhenTrue))
            yield return next;
    }
}
