using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Flow;

/// <summary>
/// Ways out of a body on which a local keeps the value it was given: to the end, to a return, out of the block that declares it, to a throw, or to the next value.
/// The graph has no edges for exceptions; the caller says which operations may fail, and those lead to the catch around them or out.
/// </summary>
internal static class OpenPaths
{
    /// <summary>The place where such a way leaves, or null when all of them come by an end.</summary>
    /// <param name="local">The local.</param>
    /// <param name="start">The operation that makes its value.</param>
    /// <param name="isEnd">Whether a reference to the local ends its value.</param>
    /// <param name="mayFail">Whether an operation may throw, for all that the caller knows.</param>
    /// <param name="valueOf">What a condition is known to be; null when it may be either.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static SyntaxNode? FirstExit(
        ILocalSymbol local, IOperation start, Func<SyntaxNode, bool> isEnd, Func<IOperation, bool> mayFail, Func<IOperation, bool?> valueOf, CancellationToken cancellationToken)
    {
        if (BodyGraph.Around(start, cancellationToken) is not { } graph || BodyGraph.Find(graph, start) is not var (first, index))
            return null;
        return new Search(graph, local, start, isEnd, mayFail, valueOf).From(first, index + 1, cancellationToken);
    }

    /// <summary>One search over one graph.</summary>
    private sealed class Search
    {
        private readonly ControlFlowGraph _graph;
        private readonly ILocalSymbol _local;
        private readonly IOperation _start;
        private readonly Func<SyntaxNode, bool> _isEnd;
        private readonly Func<IOperation, bool> _mayFail;
        private readonly Func<IOperation, bool?> _valueOf;
        private readonly HashSet<CaptureId> _captures = new();
        private readonly HashSet<int> _seen = new();
        private readonly Queue<BasicBlock> _pending = new();

        public Search(ControlFlowGraph graph, ILocalSymbol local, IOperation start, Func<SyntaxNode, bool> isEnd, Func<IOperation, bool> mayFail, Func<IOperation, bool?> valueOf)
        {
            _graph = graph;
            _local = local;
            _start = start;
            _isEnd = isEnd;
            _mayFail = mayFail;
            _valueOf = valueOf;
            foreach (var block in graph.Blocks)
            {
                foreach (var operation in block.Operations)
                {
                    if (operation is IFlowCaptureOperation capture && IsLocal(capture.Value))
                        _captures.Add(capture.Id);
                }
            }
        }

        public SyntaxNode? From(BasicBlock block, int index, CancellationToken cancellationToken)
        {
            var exit = Through(block, index);
            while (exit is null && _pending.Count > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                exit = Through(_pending.Dequeue(), 0);
            }

            return exit;
        }

        /// <summary>Follows one block; the place where it leaves for good, or null.</summary>
        private SyntaxNode? Through(BasicBlock block, int index)
        {
            var last = _start.Syntax;
            var at = 0;
            foreach (var operation in BodyGraph.OperationsOf(block))
            {
                if (at++ < index)
                    continue;
                last = operation.Syntax;
                if (EndsIn(operation))
                    return null;
                foreach (var inner in operation.SelfAndDescendantsInBody())
                {
                    if (IsNextValue(inner))
                        return inner.Syntax;
                    if (_mayFail(inner) && Fail(block, inner.Syntax) is { } thrown)
                        return thrown;
                }
            }

            // There is a connection: a test for null finds none. "while (true)" has one way out.
            var known = block is { ConditionKind: not ControlFlowConditionKind.None, BranchValue: { } condition }
                ? condition.ConstantValue is { HasValue: true, Value: bool constant } ? constant : !NullTest(condition) ?? _valueOf(condition.WithoutConversions())
                : null;
            return (known != (block.ConditionKind == ControlFlowConditionKind.WhenFalse) ? Along(block, block.ConditionalSuccessor, last) : null)
                ?? (known != (block.ConditionKind == ControlFlowConditionKind.WhenTrue) ? Along(block, block.FallThroughSuccessor, last) : null);
        }

        private SyntaxNode? Along(BasicBlock block, ControlFlowBranch? branch, SyntaxNode last)
        {
            switch (branch)
            {
                case null:
                    return null;
                case { Semantics: ControlFlowBranchSemantics.Throw or ControlFlowBranchSemantics.Rethrow }:
                    return Fail(block, last);
                case { Destination: null }:
                    return null;
                case { Destination.Kind: BasicBlockKind.Exit }:
                    return last;
            }

            foreach (var region in branch.LeavingRegions)
            {
                foreach (var declared in region.Locals)
                {
                    if (SymbolEqualityComparer.Default.Equals(declared, _local))
                        return last;
                }
            }

            Enqueue(branch.Destination);
            return null;
        }

        /// <summary>Goes to the handlers of the innermost catch around; out of the body when there is none.</summary>
        private SyntaxNode? Fail(BasicBlock block, SyntaxNode place)
        {
            foreach (var region in BodyGraph.RegionsAround(block))
            {
                if (region is not { Kind: ControlFlowRegionKind.Try, EnclosingRegion: { Kind: ControlFlowRegionKind.TryAndCatch } guard })
                    continue;
                foreach (var handler in guard.NestedRegions)
                {
                    if (handler.Kind is ControlFlowRegionKind.Catch or ControlFlowRegionKind.FilterAndHandler)
                        Enqueue(_graph.Blocks[handler.FirstBlockOrdinal]);
                }

                return null;
            }

            return place;
        }

        private void Enqueue(BasicBlock block)
        {
            if (_seen.Add(block.Ordinal))
                _pending.Enqueue(block);
        }

        private bool EndsIn(IOperation operation)
        {
            foreach (var inner in operation.SelfAndDescendantsInBody())
            {
                if (inner is ILocalReferenceOperation && _isEnd(inner.Syntax))
                    return true;
            }

            return false;
        }

        private bool IsNextValue(IOperation operation) =>
            operation is ISimpleAssignmentOperation { Target: ILocalReferenceOperation { IsDeclaration: false } target } && SymbolEqualityComparer.Default.Equals(target.Local, _local);

        private bool IsLocal(IOperation? operation) =>
            operation?.WithoutConversions() is ILocalReferenceOperation reference && SymbolEqualityComparer.Default.Equals(reference.Local, _local);

        /// <summary>Whether the condition, when it is true, says that the local is null; null when it says nothing about that.</summary>
        private bool? NullTest(IOperation? condition) => condition?.WithoutConversions() switch
        {
            IIsNullOperation { Operand: { } operand } when IsLocal(operand) || (operand.WithoutConversions() is IFlowCaptureReferenceOperation capture && _captures.Contains(capture.Id)) => true,
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } comparison
                when (IsLocal(comparison.LeftOperand) && IsNullLiteral(comparison.RightOperand)) || (IsLocal(comparison.RightOperand) && IsNullLiteral(comparison.LeftOperand)) =>
                comparison.OperatorKind == BinaryOperatorKind.Equals,
            IIsPatternOperation { Value: { } value, Pattern: { } pattern } when IsLocal(value) => pattern switch
            {
                IConstantPatternOperation { Value: { } constant } when IsNullLiteral(constant) => true,
                INegatedPatternOperation { Pattern: IConstantPatternOperation { Value: { } constant } } when IsNullLiteral(constant) => false,
                IRecursivePatternOperation { PropertySubpatterns.Length: 0, DeconstructionSubpatterns.Length: 0 } => false,
                _ => null,
            },
            _ => null,
        };

        private static bool IsNullLiteral(IOperation operation) => operation.WithoutConversions().ConstantValue is { HasValue: true, Value: null };
    }
}
