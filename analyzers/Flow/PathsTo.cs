using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Flow;

/// <summary>
/// Ways to an operation that pass none where they stop. Exceptions come from the operations that the caller says may fail, and from throws: they lead to the handlers around, through the
/// finally clauses on the way, which may stop them.
/// </summary>
internal sealed class PathsTo
{
    private readonly Func<IOperation, bool> _isTarget;
    private readonly Func<IOperation, bool> _isStop;
    private readonly Func<IOperation, bool?> _valueOf;
    private readonly Func<IOperation, bool> _mayFail;

    /// <param name="isTarget">Whether an operation of the graph is looked for.</param>
    /// <param name="isStop">Whether a way ends at an operation; asked after <paramref name="isTarget"/>.</param>
    /// <param name="valueOf">What a condition is known to be; null when it may be either.</param>
    /// <param name="mayFail">Whether an operation may throw, for all that the caller knows.</param>
    public PathsTo(Func<IOperation, bool> isTarget, Func<IOperation, bool> isStop, Func<IOperation, bool?> valueOf, Func<IOperation, bool> mayFail)
    {
        _isTarget = isTarget;
        _isStop = isStop;
        _valueOf = valueOf;
        _mayFail = mayFail;
    }

    /// <summary>Whether a way also ends at a condition whose value is not known.</summary>
    public bool StopsAtUnknown { get; set; }

    /// <summary>The first target on a way from behind <paramref name="start"/>, or null.</summary>
    public IOperation? FirstAfter(IOperation start, CancellationToken cancellationToken) =>
        BodyGraph.Around(start, cancellationToken) is { } graph && BodyGraph.Find(graph, start) is var (block, index) ? new Search(this, graph).From(block, index + 1, cancellationToken) : null;

    /// <summary>The first target on a way from the beginning of the function around <paramref name="inside"/>, or null.</summary>
    public IOperation? FirstFromEntry(IOperation inside, CancellationToken cancellationToken) =>
        BodyGraph.Around(inside, cancellationToken) is { } graph ? new Search(this, graph).From(graph.Blocks[0], 0, cancellationToken) : null;

    /// <summary>The first target on a way on which <paramref name="failing"/> throws, or null.</summary>
    public IOperation? FirstOnFailure(IOperation failing, CancellationToken cancellationToken) =>
        BodyGraph.Around(failing, cancellationToken) is { } graph && BodyGraph.Find(graph, failing) is var (block, _) ? new Search(this, graph).FromFailureIn(block, cancellationToken) : null;

    /// <summary>One search over one graph.</summary>
    private sealed class Search
    {
        private readonly PathsTo _owner;
        private readonly ControlFlowGraph _graph;
        private readonly HashSet<int> _seen = new();
        private readonly Queue<BasicBlock> _pending = new();

        public Search(PathsTo owner, ControlFlowGraph graph)
        {
            _owner = owner;
            _graph = graph;
        }

        public IOperation? From(BasicBlock block, int index, CancellationToken cancellationToken) => Through(block, index) ?? Rest(cancellationToken);

        public IOperation? FromFailureIn(BasicBlock block, CancellationToken cancellationToken) => Fail(block) ?? Rest(cancellationToken);

        private IOperation? Rest(CancellationToken cancellationToken)
        {
            while (_pending.Count > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (Through(_pending.Dequeue(), 0) is { } found)
                    return found;
            }

            return null;
        }

        private IOperation? Through(BasicBlock block, int index)
        {
            var at = 0;
            foreach (var operation in BodyGraph.OperationsOf(block))
            {
                if (at++ < index)
                    continue;
                foreach (var inner in operation.SelfAndDescendantsInBody())
                {
                    if (_owner._isTarget(inner))
                        return inner;
                    if (_owner._isStop(inner))
                        return null;
                    if (_owner._mayFail(inner) && Fail(block) is { } found)
                        return found;
                }
            }

            var known = block is { ConditionKind: not ControlFlowConditionKind.None, BranchValue: { } condition }
                ? condition.ConstantValue is { HasValue: true, Value: bool constant } ? constant : _owner._valueOf(condition.WithoutConversions())
                : null;
            if (known is null && _owner.StopsAtUnknown && block.ConditionKind != ControlFlowConditionKind.None)
                return null;
            return (known != (block.ConditionKind == ControlFlowConditionKind.WhenFalse) ? Along(block, block.ConditionalSuccessor) : null)
                ?? (known != (block.ConditionKind == ControlFlowConditionKind.WhenTrue) ? Along(block, block.FallThroughSuccessor) : null);
        }

        private IOperation? Along(BasicBlock block, ControlFlowBranch? branch)
        {
            if (branch is null)
                return null;
            if (branch.Semantics is ControlFlowBranchSemantics.Throw or ControlFlowBranchSemantics.Rethrow)
                return Fail(block);
            foreach (var region in branch.FinallyRegions)
            {
                if (Within(region, out var isStopped) is { } found)
                    return found;
                if (isStopped)
                    return null;
            }

            if (branch.Destination is { } destination && _seen.Add(destination.Ordinal))
                _pending.Enqueue(destination);
            return null;
        }

        /// <summary>Goes to the handlers around the block, from the inside out, as far as no finally on the way stops.</summary>
        private IOperation? Fail(BasicBlock block)
        {
            foreach (var region in BodyGraph.RegionsAround(block))
            {
                if (region is not { Kind: ControlFlowRegionKind.Try, EnclosingRegion: { } guard })
                    continue;
                var takesAll = false;
                foreach (var handler in guard.NestedRegions)
                {
                    if (handler.Kind == ControlFlowRegionKind.Finally)
                    {
                        if (Within(handler, out var isStopped) is { } found)
                            return found;
                        if (isStopped)
                            return null;
                    }
                    else if (handler.Kind is ControlFlowRegionKind.Catch or ControlFlowRegionKind.FilterAndHandler)
                    {
                        takesAll |= handler is { Kind: ControlFlowRegionKind.Catch, ExceptionType: null or { SpecialType: SpecialType.System_Object } or { Name: "Exception" } };
                        if (_seen.Add(handler.FirstBlockOrdinal))
                            _pending.Enqueue(_graph.Blocks[handler.FirstBlockOrdinal]);
                    }
                }

                if (takesAll)
                    return null;
            }

            return null;
        }

        /// <summary>A target in a finally, and whether the finally has to be taken for one that stops: on one of its ways it does.</summary>
        private IOperation? Within(ControlFlowRegion region, out bool isStopped)
        {
            isStopped = false;
            for (var ordinal = region.FirstBlockOrdinal; ordinal <= region.LastBlockOrdinal; ordinal++)
            {
                foreach (var operation in BodyGraph.OperationsOf(_graph.Blocks[ordinal]))
                {
                    foreach (var inner in operation.SelfAndDescendantsInBody())
                    {
                        if (_owner._isTarget(inner))
                            return inner;
                        if (_owner._isStop(inner))
                        {
                            isStopped = true;
                            return null;
                        }
                    }
                }
            }

            return null;
        }
    }
}
