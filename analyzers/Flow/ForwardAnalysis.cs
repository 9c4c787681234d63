using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Flow;

/// <summary>
/// Follows sets of states forward through a control-flow graph until nothing changes. A set is a word of 64 bits, one for each state that some way may be in: a state that all bits
/// have in common holds on every way, so one run answers both what may be and what must be.
/// <para>
/// The graph has no edges for exceptions. What may fail is said by the analysis, and leads with the states before it to the handlers around it, through <c>finally</c> clauses, or out of the function.
/// A <c>finally</c> is followed separately for each way that leads into it, so that what is thrown does not come out as if nothing had happened.
/// </para>
/// </summary>
internal abstract class ForwardAnalysis
{
    /// <summary>More ways through nested <c>finally</c> clauses than code has that people write: the analysis gives up.</summary>
    private const int MostContexts = 512;

    private readonly ControlFlowGraph _graph;

    // A node is a block in a context. The blocks of a context's finally lie side by side, so that a node is a number.
    private readonly List<Node> _nodes;
    private readonly List<int> _reached = new();
    private readonly Queue<int> _pending = new();

    // The context with number 0 is code outside of any finally: the whole graph.
    private readonly List<(FinallyContext Context, int FirstNode, int FirstBlock)> _contexts;
    private readonly Dictionary<FinallyContext, int> _numbers;

    /// <param name="graph">The graph.</param>
    /// <param name="known">An analysis of the same graph from whose states this one begins, or null.</param>
    protected ForwardAnalysis(ControlFlowGraph graph, ForwardAnalysis? known)
    {
        _graph = graph;
        _contexts = known is null ? new() { (default, 0, 0) } : new(known._contexts);
        _numbers = known is null ? new() : new(known._numbers);
        _nodes = new List<Node>(graph.Blocks.Length);
        if (known is not null)
        {
            foreach (var node in known._nodes)
                _nodes.Add(new Node(node.Block, node.Context));
            return;
        }

        for (var i = 0; i < graph.Blocks.Length; i++)
            _nodes.Add(new Node(i, 0));
    }

    /// <summary>The states with which the function ends regularly.</summary>
    public ulong AtEnd { get; private set; }

    /// <summary>The states with which an exception leaves the function.</summary>
    public ulong AtFailure { get; private set; }

    /// <summary>Whether the whole graph was followed; otherwise nothing is known.</summary>
    public bool IsComplete { get; private set; } = true;

    /// <summary>The blocks that ways come to: each with its context, a number, and the states there.</summary>
    public IEnumerable<(BasicBlock Block, int Context, ulong Before)> Reached()
    {
        foreach (var number in _reached)
            yield return (_graph.Blocks[_nodes[number].Block], _nodes[number].Context, _nodes[number].Before);
    }

    /// <summary>The contexts in which ways come to a block, and the states there.</summary>
    public IEnumerable<(int Context, ulong Before)> Reached(BasicBlock block)
    {
        for (var i = 0; i < _contexts.Count; i++)
        {
            var (context, firstNode, firstBlock) = _contexts[i];
            if (i > 0 && (block.Ordinal < firstBlock || block.Ordinal > context.Region.LastBlockOrdinal))
                continue;
            if (_nodes[firstNode + block.Ordinal - firstBlock].Before is not 0 and var before)
                yield return (i, before);
        }
    }

    /// <summary>The states in which some way comes to a block.</summary>
    public ulong Before(BasicBlock block)
    {
        ulong states = 0;
        foreach (var (_, before) in Reached(block))
            states |= before;
        return states;
    }

    /// <summary>What becomes of the states in a block: those behind it, and those in which something in it may fail.</summary>
    protected abstract (ulong After, ulong Failing) Through(BasicBlock block, ulong states);

    /// <summary>The states among these in which the condition at the block's end may have the value.</summary>
    protected abstract ulong Where(BasicBlock block, ulong states, bool condition);

    /// <summary>Begins at a block.</summary>
    protected void Start(BasicBlock block, ulong states) => Enter(block, 0, states);

    /// <summary>Begins with an exception in a block.</summary>
    protected void StartFailing(BasicBlock block, int context, ulong states)
    {
        if (states != 0)
            Fail(block.EnclosingRegion, context, states, null);
    }

    /// <summary>Begins with what follows a block.</summary>
    protected void StartBehind(BasicBlock block, int context, ulong states) => Follow(block, context, states);

    /// <summary>Forgets what was followed, to begin anew.</summary>
    protected void Clear()
    {
        foreach (var number in _reached)
            _nodes[number] = new Node(_nodes[number].Block, _nodes[number].Context);
        _reached.Clear();
        _pending.Clear();
        AtEnd = AtFailure = 0;
    }

    /// <summary>Follows what was begun until nothing changes.</summary>
    protected void Run(CancellationToken cancellationToken)
    {
        while (_pending.Count > 0 && IsComplete)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var number = _pending.Dequeue();
            var node = _nodes[number];
            node.IsPending = false;
            var block = _graph.Blocks[node.Block];
            var (after, failing) = Through(block, node.Before);
            var isNew = (failing & ~node.Failed) != 0;
            node.Failed |= failing;
            _nodes[number] = node;
            if (isNew)
                Fail(block.EnclosingRegion, node.Context, failing, null);
            Follow(block, node.Context, after);
        }
    }

    private void Follow(BasicBlock block, int context, ulong states)
    {
        if (block.ConditionalSuccessor is not { } conditional)
        {
            Follow(block, block.FallThroughSuccessor, context, states);
            return;
        }

        var isTaken = block.ConditionKind == ControlFlowConditionKind.WhenTrue;
        var known = block.BranchValue?.ConstantValue is { HasValue: true, Value: bool constant } ? constant : (bool?)null;
        if (known is null || known == isTaken)
            Follow(block, conditional, context, Where(block, states, isTaken));
        if (known is null || known != isTaken)
            Follow(block, block.FallThroughSuccessor, context, Where(block, states, !isTaken));
    }

    private void Follow(BasicBlock block, ControlFlowBranch? branch, int context, ulong states)
    {
        if (branch is null || states == 0)
            return;
        switch (branch.Semantics)
        {
            case ControlFlowBranchSemantics.StructuredExceptionHandling:
                Resume(block, context, states);
                return;
            case ControlFlowBranchSemantics.Throw or ControlFlowBranchSemantics.Rethrow:
                Fail(block.EnclosingRegion, context, states, block.BranchValue?.WithoutConversions() is IObjectCreationOperation made ? made.Type : null);
                return;
        }

        if (branch.Destination is not { } destination)
            return;
        if (branch.FinallyRegions.IsEmpty)
            Enter(destination, context, states);
        else
            Enter(new FinallyContext(branch.FinallyRegions[0], context, branch, 0), states);
    }

    /// <summary>Goes on behind a finally: where the way led that came into it.</summary>
    private void Resume(BasicBlock block, int context, ulong states)
    {
        // The end of a filter that does not hold looks the same: what it leads to was entered when the exception was thrown.
        if (context == 0 || Innermost(block) is not { Kind: ControlFlowRegionKind.Finally })
            return;
        var current = _contexts[context].Context;
        if (current.Branch is null)
            Fail(current.Region.EnclosingRegion?.EnclosingRegion, current.Outer, states, null);
        else if (current.Index + 1 < current.Branch.FinallyRegions.Length)
            Enter(new FinallyContext(current.Branch.FinallyRegions[current.Index + 1], current.Outer, current.Branch, current.Index + 1), states);
        else
            Enter(current.Branch.Destination!, current.Outer, states);
    }

    private static ControlFlowRegion? Innermost(BasicBlock block)
    {
        foreach (var region in BodyGraph.RegionsAround(block))
        {
            if (region.Kind is ControlFlowRegionKind.Finally or ControlFlowRegionKind.Filter)
                return region;
        }

        return null;
    }

    /// <summary>Goes to what handles an exception: every handler that may, or the finally, of the innermost try around.</summary>
    private void Fail(ControlFlowRegion? region, int context, ulong states, ITypeSymbol? thrown)
    {
        for (; region is { Kind: not ControlFlowRegionKind.Root }; region = region.EnclosingRegion)
        {
            switch (region.Kind)
            {
                // What is thrown in a finally replaces what led into it.
                case ControlFlowRegionKind.Finally:
                    context = context == 0 ? 0 : _contexts[context].Context.Outer;
                    continue;
                case ControlFlowRegionKind.Filter:
                    return;
                case ControlFlowRegionKind.Try when region.EnclosingRegion is { Kind: ControlFlowRegionKind.TryAndFinally } guard:
                    Enter(new FinallyContext(guard.NestedRegions[1], context, null, 0), states);
                    return;
                case ControlFlowRegionKind.Try when region.EnclosingRegion is { Kind: ControlFlowRegionKind.TryAndCatch } guard && EntersHandlers(guard, context, states, thrown):
                    return;
            }
        }

        AtFailure |= states;
    }

    /// <summary>Enters the handlers of a try; whether one of them takes the exception for certain.</summary>
    private bool EntersHandlers(ControlFlowRegion guard, int context, ulong states, ITypeSymbol? thrown)
    {
        foreach (var handler in guard.NestedRegions)
        {
            if (handler.Kind is not (ControlFlowRegionKind.Catch or ControlFlowRegionKind.FilterAndHandler))
                continue;
            if (thrown is not null && handler.ExceptionType is { } caught && !CatchClauses.Takes(caught, thrown))
                continue;
            Enter(_graph.Blocks[handler.FirstBlockOrdinal], context, states);
            if (handler.Kind == ControlFlowRegionKind.Catch && (thrown is not null || TakesEverything(handler.ExceptionType)))
                return true;
        }

        return false;
    }

    private static bool TakesEverything(ITypeSymbol? caught) =>
        caught is null or { SpecialType: SpecialType.System_Object } or { Name: "Exception", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } };

    private void Enter(FinallyContext context, ulong states)
    {
        if (!_numbers.TryGetValue(context, out var number))
        {
            number = _contexts.Count;
            IsComplete &= number < MostContexts;
            _contexts.Add((context, _nodes.Count, context.Region.FirstBlockOrdinal));
            _numbers.Add(context, number);
            for (var i = context.Region.FirstBlockOrdinal; i <= context.Region.LastBlockOrdinal; i++)
                _nodes.Add(new Node(i, number));
        }

        Enter(_graph.Blocks[context.Region.FirstBlockOrdinal], number, states);
    }

    private void Enter(BasicBlock block, int context, ulong states)
    {
        if (block.Kind == BasicBlockKind.Exit)
            AtEnd |= states;
        // No jump may leave a finally, but half-typed code has some.
        while (context != 0 && !Contains(_contexts[context].Context.Region, block))
            context = _contexts[context].Context.Outer;
        var number = _contexts[context].FirstNode + block.Ordinal - _contexts[context].FirstBlock;
        var node = _nodes[number];
        if ((node.Before | states) == node.Before)
            return;
        if (node.Before == 0)
            _reached.Add(number);
        node.Before |= states;
        if (!node.IsPending)
            _pending.Enqueue(number);
        node.IsPending = true;
        _nodes[number] = node;
    }

    private static bool Contains(ControlFlowRegion region, BasicBlock block) => block.Ordinal >= region.FirstBlockOrdinal && block.Ordinal <= region.LastBlockOrdinal;

    /// <summary>A block in a context: the states in which ways come to it, and those of which the exceptions were followed.</summary>
    private record struct Node(int Block, int Context)
    {
        public ulong Before { get; set; }

        public ulong Failed { get; set; }

        public bool IsPending { get; set; }
    }

    /// <summary>Why a finally runs.</summary>
    /// <param name="Region">The finally.</param>
    /// <param name="Outer">The number of the context around it.</param>
    /// <param name="Branch">The branch that leaves its try, or null for an exception.</param>
    /// <param name="Index">Which of the clauses that the branch passes this is.</param>
    private readonly record struct FinallyContext(ControlFlowRegion Region, int Outer, ControlFlowBranch? Branch, int Index);
}
