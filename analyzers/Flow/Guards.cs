using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Flow;

/// <summary>A condition that has come out one way.</summary>
/// <param name="Value">The condition: a single comparison, pattern or truth value; "and", "or" and "not" are taken apart.</param>
/// <param name="Came">How it came out.</param>
/// <param name="Graph">The graph it stands in.</param>
internal readonly record struct PassedCondition(IOperation Value, bool Came, ControlFlowGraph Graph)
{
    /// <summary>The model that declarations are looked up in; operations of a graph have none of their own.</summary>
    public SemanticModel? Model => Graph.OriginalOperation.SemanticModel;

    /// <summary>What an operand was before the compiler put it aside: the value of a switch, the receiver of <c>?.</c>.</summary>
    public IOperation Resolve(IOperation operand)
    {
        operand = operand.WithoutConversions();
        if (operand is not IFlowCaptureReferenceOperation { Id: var id })
            return operand;
        foreach (var block in Graph.Blocks)
        {
            foreach (var operation in block.Operations)
            {
                // Of "a?.B" the other capture is the default value.
                if (operation is IFlowCaptureOperation capture && capture.Id.Equals(id) && capture.Value.WithoutConversions() is not IDefaultValueOperation and var value)
                    return value is IFlowCaptureReferenceOperation ? operand : value;
            }
        }

        return operand;
    }
}

/// <summary>Which conditions the code has passed when it comes to an operation. The graph has no edges for exceptions: every block of a try may leave to the handlers around it.</summary>
internal static class Guards
{
    /// <summary>Whether every way to the operation, from the start of the function it stands in, passes a condition with an outcome of the kind asked for.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="proves">Whether a condition's outcome is of that kind.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static bool AllWaysPass(IOperation operation, Func<PassedCondition, bool> proves, CancellationToken cancellationToken)
    {
        if (BodyGraph.Around(operation, cancellationToken) is not { } graph || BodyGraph.Find(graph, operation) is not var (target, _))
            return false;
        var search = new Search(graph);
        search.Enqueue(graph.Blocks[0]);
        foreach (var block in search.Blocks(cancellationToken))
        {
            if (block == target)
                return false;
            foreach (var (branch, outcome) in BranchesOf(block))
            {
                if (outcome is not { } came || !proves(new PassedCondition(block.BranchValue!, came, graph)))
                    search.Follow(branch);
            }
        }

        return true;
    }

    /// <summary>Whether some way to the operation passes a condition with an outcome of the kind asked for, and none behind it with one that takes that back.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="proves">Whether a condition's outcome is of that kind.</param>
    /// <param name="disproves">Whether it takes the other back.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static bool SomeWayPasses(IOperation operation, Func<PassedCondition, bool> proves, Func<PassedCondition, bool> disproves, CancellationToken cancellationToken)
    {
        if (BodyGraph.Around(operation, cancellationToken) is not { } graph || BodyGraph.Find(graph, operation) is not var (target, _))
            return false;
        var search = new Search(graph);
        foreach (var block in graph.Blocks)
        {
            foreach (var (branch, outcome) in BranchesOf(block))
            {
                if (outcome is { } came && proves(new PassedCondition(block.BranchValue!, came, graph)))
                    search.Follow(branch);
            }
        }

        foreach (var block in search.Blocks(cancellationToken))
        {
            if (block == target)
                return true;
            foreach (var (branch, outcome) in BranchesOf(block))
            {
                if (outcome is not { } came || !disproves(new PassedCondition(block.BranchValue!, came, graph)))
                    search.Follow(branch);
            }
        }

        return false;
    }

    /// <summary>The ways out of a block, and how its condition came out on each; null where there is no condition.</summary>
    private static IEnumerable<(ControlFlowBranch Branch, bool? Outcome)> BranchesOf(BasicBlock block)
    {
        var whenConditional = block.ConditionKind switch
        {
            ControlFlowConditionKind.WhenTrue => true,
            ControlFlowConditionKind.WhenFalse => false,
            _ => (bool?)null,
        };
        if (block.ConditionalSuccessor is { } conditional)
            yield return (conditional, whenConditional);
        if (block.FallThroughSuccessor is { } fallThrough)
            yield return (fallThrough, !whenConditional);
    }

    /// <summary>The blocks that ways come to, each once.</summary>
    private sealed class Search
    {
        private readonly ControlFlowGraph _graph;
        private readonly HashSet<int> _seen = new();
        private readonly Queue<BasicBlock> _pending = new();

        public Search(ControlFlowGraph graph) => _graph = graph;

        public void Enqueue(BasicBlock block)
        {
            if (_seen.Add(block.Ordinal))
                _pending.Enqueue(block);
        }

        public void Follow(ControlFlowBranch branch)
        {
            foreach (var region in branch.FinallyRegions)
                Enqueue(_graph.Blocks[region.FirstBlockOrdinal]);
            if (branch.Destination is { } destination)
                Enqueue(destination);
        }

        public IEnumerable<BasicBlock> Blocks(CancellationToken cancellationToken)
        {
            while (_pending.Count > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var block = _pending.Dequeue();
                yield return block;
                EnqueueHandlers(block);
            }
        }

        private void EnqueueHandlers(BasicBlock block)
        {
            foreach (var region in BodyGraph.RegionsAround(block))
            {
                if (region is not { Kind: ControlFlowRegionKind.Try, EnclosingRegion: { } guard })
                    continue;
                foreach (var handler in guard.NestedRegions)
                {
                    if (handler.Kind is ControlFlowRegionKind.Catch or ControlFlowRegionKind.FilterAndHandler or ControlFlowRegionKind.Finally)
                        Enqueue(_graph.Blocks[handler.FirstBlockOrdinal]);
                }
            }
        }
    }
}
