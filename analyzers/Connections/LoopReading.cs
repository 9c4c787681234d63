using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>Reads the operations and conditions of a loop after something has happened to its connection: what still ends it.</summary>
internal abstract class LoopReading
{
    private readonly bool _isAlone;
    private readonly HashSet<ISymbol> _writtenInLoop = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> _writtenOnTheWay = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<CaptureId, List<IOperation>> _captures = new();

    /// <param name="loop">The outermost loop of the body that is gone round in.</param>
    /// <param name="connection">The variable that holds the connection, or null.</param>
    /// <param name="isAlone">Whether nobody else acts on the loop: no token is cancelled, no flag set. Otherwise any of these may end it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    protected LoopReading(IOperation loop, ISymbol? connection, bool isAlone, CancellationToken cancellationToken)
    {
        Connection = connection;
        CancellationToken = cancellationToken;
        _isAlone = isAlone;
        AddWrites(loop, _writtenInLoop);
    }

    /// <summary>The variable that holds the connection, or null.</summary>
    protected ISymbol? Connection { get; }

    /// <summary>Cancels.</summary>
    protected CancellationToken CancellationToken { get; }

    /// <summary>Whether code that begins at the block neither leaves the body nor waits before it comes to one of the arrivals, or turns for ever.</summary>
    /// <param name="graph">The body's graph.</param>
    /// <param name="start">The block.</param>
    /// <param name="goals">The calls that every turn of the loop is for: a side of an unchanged condition that comes to none of them leaves the loop.</param>
    public bool Stays(ControlFlowGraph graph, BasicBlock start, ImmutableHashSet<SyntaxNode> goals)
    {
        foreach (var block in graph.Blocks)
        {
            foreach (var operation in block.Operations)
            {
                if (operation is not IFlowCaptureOperation capture)
                    continue;
                if (!_captures.TryGetValue(capture.Id, out var values))
                    _captures.Add(capture.Id, values = new());
                values.Add(capture.Value);
            }
        }

        AddWritesOnTheWay(graph, start);
        return StayingPaths.Stay(graph, start, operation => Makes(operation, goals), StepOf, OutcomeOf, CancellationToken);
    }

    /// <summary>How a condition comes out.</summary>
    public Outcome OutcomeOf(IOperation condition)
    {
        var isNegated = false;
        condition = condition.WithoutConversions();
        while (condition is IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not)
        {
            isNegated = !isNegated;
            condition = not.Operand.WithoutConversions();
        }

        var outcome = condition.ConstantValue is { HasValue: true, Value: bool constant } ? (constant ? Outcome.True : Outcome.False) : Read(condition);
        return !isNegated ? outcome : outcome switch
        {
            Outcome.True => Outcome.False,
            Outcome.False => Outcome.True,
            _ => outcome,
        };
    }

    private Outcome Read(IOperation condition)
    {
        if (ReadOwn(condition) is var own and not Outcome.Unknown)
            return own;
        switch (condition)
        {
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd } and:
                return Both(OutcomeOf(and.LeftOperand), OutcomeOf(and.RightOperand), Outcome.False, Outcome.True);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalOr } or:
                return Both(OutcomeOf(or.LeftOperand), OutcomeOf(or.RightOperand), Outcome.True, Outcome.False);
        }

        if (!_isAlone)
            return Outcome.Unknown;
        return condition switch
        {
            IPropertyReferenceOperation { Property.Name: "IsCancellationRequested" } => Outcome.False,
            IIsNullOperation { Operand: { } operand } when IsUnchanged(SymbolOf(operand)) => Outcome.Unchanged,
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } comparison when IsNull(comparison.RightOperand) && IsUnchanged(SymbolOf(comparison.LeftOperand)) => Outcome.Unchanged,
            IIsPatternOperation { Pattern: var pattern } test when IsNullPattern(pattern) && IsUnchanged(SymbolOf(test.Value)) => Outcome.Unchanged,
            ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation when IsUnchanged(condition.ReferencedSymbol()) => Outcome.Unchanged,
            IPropertyReferenceOperation property => ReadProperty(property),
            // The result is that of an earlier turn, which went on.
            _ when AsksForClose(condition) => Outcome.Unchanged,
            _ => Outcome.Unknown,
        };
    }

    private Outcome ReadProperty(IPropertyReferenceOperation property)
    {
        if (AsksForClose(property))
            return Outcome.Unchanged;
        return IsUnchanged(property.Property) ? Outcome.Unchanged : Outcome.Unknown;
    }

    /// <summary>What an operation of the way means.</summary>
    protected abstract FlowStep StepOf(IOperation operation);

    /// <summary>How a condition comes out that is about what has happened; unknown for others.</summary>
    protected abstract Outcome ReadOwn(IOperation condition);

    /// <summary>Whether the operation, or a part of it, is one of the calls.</summary>
    protected static bool Makes(IOperation operation, ImmutableHashSet<SyntaxNode> calls)
    {
        foreach (var inner in operation.SelfAndDescendantsInBody())
        {
            if (inner is IInvocationOperation && calls.Contains(inner.Syntax))
                return true;
        }

        return false;
    }

    /// <summary>Whether code elsewhere may put another connection into the variable.</summary>
    protected static bool IsReplaceable(ISymbol? connection) => connection switch
    {
        ILocalSymbol or IParameterSymbol => false,
        IFieldSymbol field => !field.IsReadOnly,
        IPropertySymbol property => property.SetMethod is { IsInitOnly: false },
        _ => true,
    };

    /// <summary>Whether nothing that the search comes by, and nothing in the loop for a local, gives the variable another value.</summary>
    protected bool IsUnchanged(ISymbol? symbol) => symbol switch
    {
        ILocalSymbol or IParameterSymbol => !_writtenInLoop.Contains(symbol),
        IFieldSymbol => !_writtenOnTheWay.Contains(symbol),
        IPropertySymbol property => !_writtenOnTheWay.Contains(symbol) && IsStored(property),
        _ => false,
    };

    private static bool IsStored(IPropertySymbol property)
    {
        foreach (var reference in property.DeclaringSyntaxReferences)
        {
            return reference.GetSyntax() is PropertyDeclarationSyntax { ExpressionBody: null, AccessorList: { } accessors }
                && accessors.Accessors.All(static accessor => accessor is { Body: null, ExpressionBody: null });
        }

        return false;
    }

    private bool AsksForClose(IOperation condition)
    {
        foreach (var operation in condition.SelfAndDescendantsInBody())
        {
            if (IsAboutClose(operation) || (operation is IFlowCaptureReferenceOperation reference && IsCaptured(reference, IsAboutClose)))
                return true;
        }

        return false;
    }

    private static bool IsAboutClose(IOperation operation) =>
        operation.WithoutConversions() is IPropertyReferenceOperation { Property: { Name: "MessageType", Type.Name: "WebSocketMessageType" } or { Name: "CloseStatus" } };

    /// <summary>Whether what is sought was put into the temporary that the reference reads.</summary>
    protected bool IsCaptured(IFlowCaptureReferenceOperation reference, Func<IOperation, bool> isSought)
    {
        if (_captures.TryGetValue(reference.Id, out var values))
        {
            foreach (var value in values)
            {
                if (isSought(value.WithoutConversions()))
                    return true;
            }
        }

        return false;
    }

    /// <summary>The variable that the operation reads, also through a temporary.</summary>
    protected ISymbol? SymbolOf(IOperation operation)
    {
        if (operation.WithoutConversions() is IFlowCaptureReferenceOperation reference && _captures.TryGetValue(reference.Id, out var values) && values.Count == 1)
            operation = values[0];
        return operation.ReferencedSymbol();
    }

    /// <summary>Whether the assignment gives the connection's variable another one: the stream of an unchanged client is the same each time.</summary>
    protected bool Renews(IAssignmentOperation assignment) =>
        Connection is not null && SymbolEqualityComparer.Default.Equals(SymbolOf(assignment.Target), Connection)
        && !(assignment.Value.Unwrapped() is IInvocationOperation { TargetMethod.Name: "GetStream" } made && IsUnchanged(made.Receiver().ReferencedSymbol()));

    /// <summary>Whether some code of the loop, nested functions left out, gives the variable a value.</summary>
    protected bool IsWrittenInLoop(ISymbol variable) => _writtenInLoop.Contains(variable);

    private void AddWritesOnTheWay(ControlFlowGraph graph, BasicBlock start)
    {
        var seen = new HashSet<int>();
        var pending = new Queue<BasicBlock>();
        Enqueue(start);
        while (pending.Count > 0)
        {
            var block = pending.Dequeue();
            var isOver = false;
            foreach (var operation in BodyGraph.OperationsOf(block))
            {
                isOver = StepOf(operation) != FlowStep.Passes;
                if (isOver)
                    break;
                AddWrites(operation, _writtenOnTheWay);
            }

            if (isOver)
                continue;
            Enqueue(block.FallThroughSuccessor?.Destination);
            Enqueue(block.ConditionalSuccessor?.Destination);
        }

        void Enqueue(BasicBlock? block)
        {
            if (block is not null && seen.Add(block.Ordinal))
                pending.Enqueue(block);
        }
    }

    private void AddWrites(IOperation root, HashSet<ISymbol> written)
    {
        foreach (var operation in root.SelfAndDescendantsInBody())
        {
            var target = operation switch
            {
                IAssignmentOperation assignment => assignment.Target,
                IIncrementOrDecrementOperation count => count.Target,
                IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out } argument => argument.Value,
                _ => null,
            };
            if (target is ITupleOperation tuple)
            {
                foreach (var element in tuple.Elements)
                    Add(element);
            }
            else if (target is not null)
            {
                Add(target);
            }
        }

        void Add(IOperation target)
        {
            if (SymbolOf(target) is { } symbol)
                written.Add(symbol);
        }
    }

    private static bool IsNull(IOperation operation) => operation.WithoutConversions().ConstantValue is { HasValue: true, Value: null };

    private static bool IsNullPattern(IPatternOperation pattern) => pattern switch
    {
        INegatedPatternOperation negated => IsNullPattern(negated.Pattern),
        IConstantPatternOperation constant => IsNull(constant.Value),
        IRecursivePatternOperation { PropertySubpatterns.IsEmpty: true, DeconstructionSubpatterns.IsEmpty: true } => true,
        _ => false,
    };

    /// <summary>What two outcomes joined by an operator give: <paramref name="deciding"/> of either decides, <paramref name="neutral"/> of both remains.</summary>
    private static Outcome Both(Outcome left, Outcome right, Outcome deciding, Outcome neutral)
    {
        if (left == deciding || right == deciding)
            return deciding;
        if (left == Outcome.Unknown || right == Outcome.Unknown)
            return Outcome.Unknown;
        return left == neutral && right == neutral ? neutral : Outcome.Unchanged;
    }
}
