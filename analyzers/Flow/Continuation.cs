using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Flow;

/// <summary>
/// What code comes to when nothing fails but what is thrown in so many words: unlike <see cref="Reachability"/>, a call does not lead to the handlers around it. Conditions whose value
/// is known are followed one way.
/// </summary>
internal sealed class Continuation
{
    private readonly Func<IOperation, bool> _isTarget;
    private readonly Func<IOperation, bool> _isStop;
    private readonly Func<IOperation, bool?> _valueOf;

    /// <param name="isTarget">Whether an operation of the graph is looked for.</param>
    /// <param name="isStop">Whether a way ends at an operation; asked after <paramref name="isTarget"/>, and not about conditions whose value is known.</param>
    /// <param name="valueOf">The value of a condition, or null when it is not known.</param>
    public Continuation(Func<IOperation, bool> isTarget, Func<IOperation, bool> isStop, Func<IOperation, bool?> valueOf)
    {
        _isTarget = isTarget;
        _isStop = isStop;
        _valueOf = valueOf;
    }

    /// <summary>The first operation looked for behind <paramref name="start"/>, or null.</summary>
    public IOperation? FirstAfter(IOperation start, CancellationToken cancellationToken) =>
        BodyGraph.Around(start, cancellationToken) is { } graph && BodyGraph.Find(graph, start) is var (block, index)
            ? new Search(this, graph).From(block, index, start.Syntax.Span.End, cancellationToken)
            : null;

    /// <summary>The first operation looked for in and behind a handler, when <paramref name="failing"/>, which stands in its try, has failed; or null.</summary>
    public IOperation? FirstIn(ICatchClauseOperation handler, IOperation failing, CancellationToken cancellationToken)
    {
        if (BodyGraph.Around(failing, cancellationToken) is not { } graph || BodyGraph.Find(graph, failing) is not var (block, _) || handler.Syntax is not CatchClauseSyntax clause)
            return null;
        return CatchClauses.EntryOf(graph, block, failing.Syntax, clause) is { } entry ? new Search(this, graph).From(entry, -1, 0, cancellationToken) : null;
    }

    /// <summary>The code of the handlers of a try, in the order of the source; filters left out.</summary>
    private static ImmutableArray<ControlFlowRegion> HandlersOf(ControlFlowRegion guard)
    {
        var handlers = ImmutableArray.CreateBuilder<ControlFlowRegion>();
        foreach (var region in guard.NestedRegions)
        {
            switch (region.Kind)
            {
                case ControlFlowRegionKind.Catch:
                    handlers.Add(region);
                    break;
                case ControlFlowRegionKind.FilterAndHandler:
                    handlers.Add(region.NestedRegions[region.NestedRegions.Length - 1]);
                    break;
            }
        }

        return handlers.ToImmutable();
    }

    /// <summary>One search over one graph.</summary>
    private sealed class Search
    {
        private readonly Continuation _owner;
        private readonly ControlFlowGraph _graph;
        private readonly HashSet<(int Block, int Then)> _seen = new();

        // A block, and where the finally that it belongs to leads when it is over.
        private readonly Queue<(BasicBlock Block, ImmutableStack<BasicBlock> Then)> _pending = new();

        public Search(Continuation owner, ControlFlowGraph graph)
        {
            _owner = owner;
            _graph = graph;
        }

        public IOperation? From(BasicBlock block, int index, int position, CancellationToken cancellationToken)
        {
            var found = Through(block, ImmutableStack<BasicBlock>.Empty, index, position);
            while (found is null && _pending.Count > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var (next, then) = _pending.Dequeue();
                found = Through(next, then, -1, 0);
            }

            return found;
        }

        /// <param name="block">The block.</param>
        /// <param name="then">Where the finally clauses around it lead.</param>
        /// <param name="index">The operation with which to begin, of which only what is written behind <paramref name="position"/> counts; -1 for the whole block.</param>
        /// <param name="position">Where to begin.</param>
        private IOperation? Through(BasicBlock block, ImmutableStack<BasicBlock> then, int index, int position)
        {
            // The graph of "while (true)" has a way out.
            var known = block is { ConditionKind: not ControlFlowConditionKind.None, BranchValue: { } condition }
                ? condition.ConstantValue is { HasValue: true, Value: bool constant } ? constant : _owner._valueOf(condition)
                : null;
            var at = 0;
            foreach (var operation in BodyGraph.OperationsOf(block))
            {
                var ordinal = at++;
                if (ordinal < index)
                    continue;
                var isKnown = known is not null && operation == block.BranchValue;
                foreach (var inner in operation.SelfAndDescendantsInBody())
                {
                    if (ordinal == index && inner.Syntax.SpanStart < position)
                        continue;
                    if (_owner._isTarget(inner))
                        return inner;
                    if ((!isKnown && _owner._isStop(inner)) || inner is IInvocationOperation { TargetMethod: var called } && called.NeverReturns())
                        return null;
                }
            }

            var isConditionalTaken = known is null ? (bool?)null : known == (block.ConditionKind == ControlFlowConditionKind.WhenTrue);
            if (isConditionalTaken != false)
                Follow(block, block.ConditionalSuccessor, then);
            if (isConditionalTaken != true)
                Follow(block, block.FallThroughSuccessor, then);
            return null;
        }

        private void Follow(BasicBlock block, ControlFlowBranch? branch, ImmutableStack<BasicBlock> then)
        {
            switch (branch)
            {
                case null:
                    return;
                case { Semantics: ControlFlowBranchSemantics.StructuredExceptionHandling } when !then.IsEmpty:
                    Enqueue(then.Peek(), then.Pop());
                    return;
                case { Semantics: ControlFlowBranchSemantics.Throw }:
                    EnqueueHandlers(block);
                    return;
                case { Destination: { } destination }:
                    // Through the finally clauses on the way, the innermost first.
                    var path = branch.FinallyRegions.IsEmpty ? then : then.Push(destination);
                    for (var i = branch.FinallyRegions.Length - 1; i > 0; i--)
                        path = path.Push(_graph.Blocks[branch.FinallyRegions[i].FirstBlockOrdinal]);
                    Enqueue(branch.FinallyRegions.IsEmpty ? destination : _graph.Blocks[branch.FinallyRegions[0].FirstBlockOrdinal], path);
                    return;
            }
        }

        /// <summary>Goes to the handler that takes what the block throws; a way that leaves the body ends.</summary>
        private void EnqueueHandlers(BasicBlock block)
        {
            foreach (var region in BodyGraph.RegionsAround(block))
            {
                if (region is not { Kind: ControlFlowRegionKind.Try, EnclosingRegion: { Kind: ControlFlowRegionKind.TryAndCatch } guard })
                    continue;
                foreach (var handler in HandlersOf(guard))
                {
                    var caught = handler.ExceptionType ?? handler.EnclosingRegion?.ExceptionType;
                    if (!CatchClauses.Takes(caught, block.BranchValue?.WithoutConversions().Type))
                        continue;
                    Enqueue(_graph.Blocks[handler.FirstBlockOrdinal], ImmutableStack<BasicBlock>.Empty);
                    return;
                }
            }
        }

        private void Enqueue(BasicBlock block, ImmutableStack<BasicBlock> then)
        {
            if (_seen.Add((block.Ordinal, then.IsEmpty ? -1 : then.Peek().Ordinal)))
                _pending.Enqueue((block, then));
        }
    }
}
