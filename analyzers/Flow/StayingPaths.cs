using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace WebSocketAnalyzers.Flow;

/// <summary>What one operation means for the ways that come to it.</summary>
internal enum FlowStep
{
    /// <summary>The way goes on behind it.</summary>
    Passes,

    /// <summary>The way has come to where it was expected.</summary>
    Arrives,

    /// <summary>The way ends otherwise: by waiting, or by something that may change everything.</summary>
    Ends,
}

/// <summary>What is known about a condition on the ways that are searched.</summary>
internal enum Outcome
{
    /// <summary>Nothing: both sides may be taken.</summary>
    Unknown,

    /// <summary>It holds.</summary>
    True,

    /// <summary>It does not hold.</summary>
    False,

    /// <summary>Nothing on these ways changes it: a side that leads out was not taken before and is not taken now.</summary>
    Unchanged,
}

/// <summary>Whether code can only go round: no way from a block leaves the body, and none comes by an operation that ends it.</summary>
internal static class StayingPaths
{
    /// <summary>Whether every way from <paramref name="start"/> arrives, or turns for ever. Exceptions are left out: what the caller asks about is a way without any.</summary>
    /// <param name="graph">The body's graph.</param>
    /// <param name="start">The first block of the ways.</param>
    /// <param name="isGoal">Whether an operation is what every turn comes to: what does not come to one any more leads out.</param>
    /// <param name="stepOf">What an operation of a block means; asked for each in order, its condition last.</param>
    /// <param name="outcomeOf">What is known about a condition.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static bool Stay(ControlFlowGraph graph, BasicBlock start, Func<IOperation, bool> isGoal, Func<IOperation, FlowStep> stepOf, Func<IOperation, Outcome> outcomeOf, CancellationToken cancellationToken)
    {
        var steps = new FlowStep[graph.Blocks.Length];
        for (var i = 0; i < steps.Length; i++)
            steps[i] = StepOf(graph.Blocks[i], stepOf);

        var leadsOn = LeadOn(graph, isGoal);
        // Every block stays until something shows that it does not: a circle of blocks that stay holds itself up.
        var leaves = new bool[graph.Blocks.Length];
        bool changed;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            changed = false;
            foreach (var block in graph.Blocks)
            {
                if (leaves[block.Ordinal] || Stays(block))
                    continue;
                leaves[block.Ordinal] = true;
                changed = true;
            }
        }
        while (changed && !leaves[start.Ordinal]);

        return !leaves[start.Ordinal];

        bool Stays(BasicBlock block)
        {
            if (steps[block.Ordinal] != FlowStep.Passes)
                return steps[block.Ordinal] == FlowStep.Arrives;
            if (block.Kind == BasicBlockKind.Exit)
                return false;
            if (block.ConditionKind == ControlFlowConditionKind.None || block.BranchValue is null)
                return Follows(block.FallThroughSuccessor);
            var isTaken = block.ConditionKind == ControlFlowConditionKind.WhenTrue ? Outcome.True : Outcome.False;
            return outcomeOf(block.BranchValue) switch
            {
                Outcome.Unknown => Follows(block.ConditionalSuccessor) && Follows(block.FallThroughSuccessor),
                Outcome.Unchanged => FollowsOrLeadsOut(block.ConditionalSuccessor, block.FallThroughSuccessor) && FollowsOrLeadsOut(block.FallThroughSuccessor, block.ConditionalSuccessor),
                var known => Follows(known == isTaken ? block.ConditionalSuccessor : block.FallThroughSuccessor),
            };
        }

        bool FollowsOrLeadsOut(ControlFlowBranch? branch, ControlFlowBranch? other) =>
            Follows(branch) || (branch?.Destination is not { } destination || !leadsOn[destination.Ordinal]) && Follows(other);

        bool Follows(ControlFlowBranch? branch)
        {
            if (branch is not { Destination: { } destination } || leaves[destination.Ordinal])
                return false;
            foreach (var region in branch.FinallyRegions)
            {
                for (var i = region.FirstBlockOrdinal; i <= region.LastBlockOrdinal; i++)
                {
                    if (steps[i] == FlowStep.Ends)
                        return false;
                }
            }

            return true;
        }
    }

    /// <summary>Which blocks some way leads from to a goal.</summary>
    private static bool[] LeadOn(ControlFlowGraph graph, Func<IOperation, bool> isGoal)
    {
        var leadsOn = new bool[graph.Blocks.Length];
        var pending = new Queue<BasicBlock>();
        foreach (var block in graph.Blocks)
        {
            foreach (var operation in BodyGraph.OperationsOf(block))
            {
                if (isGoal(operation))
                    Enqueue(block);
            }
        }

        while (pending.Count > 0)
        {
            foreach (var branch in pending.Dequeue().Predecessors)
                Enqueue(branch.Source);
        }

        return leadsOn;

        void Enqueue(BasicBlock block)
        {
            if (leadsOn[block.Ordinal])
                return;
            leadsOn[block.Ordinal] = true;
            pending.Enqueue(block);
        }
    }

    private static FlowStep StepOf(BasicBlock block, Func<IOperation, FlowStep> stepOf)
    {
        foreach (var operation in BodyGraph.OperationsOf(block))
        {
            if (stepOf(operation) is var step and not FlowStep.Passes)
                return step;
        }

        return FlowStep.Passes;
    }
}
