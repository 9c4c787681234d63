using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Flow;

/// <summary>What one operation does that matters for locks.</summary>
internal enum LockStepKind
{
    /// <summary>It may throw.</summary>
    Fails,

    /// <summary>It throws, or ends the process, in any case: nothing comes behind it.</summary>
    Ends,

    /// <summary>A lock has been taken, or a timed wait for it has ended.</summary>
    Acquires,

    /// <summary>A lock is given back.</summary>
    Releases,

    /// <summary>A lock, or code that knows it, is handed to somebody else.</summary>
    HandsOver,

    /// <summary>A variable that code may test is set.</summary>
    Sets,
}

/// <summary>One such operation.</summary>
/// <param name="Position">Its place in its block, in the order of evaluation.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Target">For acquisitions their number, for releases and hand-overs that of the lock, for variables that of the variable.</param>
/// <param name="Value">What a variable is set to.</param>
/// <param name="Operation">The operation.</param>
internal readonly record struct LockStep(int Position, LockStepKind Kind, int Target, FlagValue Value, IOperation Operation);

/// <summary>The truth of a variable: true, or an object that is not null.</summary>
/// <param name="Known">The truth, or null when it is not known or that of another variable.</param>
/// <param name="Source">The variable whose truth it is, or -1; below that see <see cref="LockSteps.PresenceOf"/>.</param>
/// <param name="IsNegated">Whether it is the opposite of that.</param>
internal readonly record struct FlagValue(bool? Known, int Source, bool IsNegated)
{
    /// <summary>Not known.</summary>
    public static readonly FlagValue Unknown = new(null, -1, false);
}

/// <summary>A wait for a lock that ends in the function.</summary>
/// <param name="Number">Its number in the function, in the order of the flow graph.</param>
/// <param name="Call">The call that waits.</param>
/// <param name="Lock">The lock.</param>
/// <param name="Answer">How the call says that it has taken the lock; true only where the code looks at the answer.</param>
internal sealed record Acquisition(int Number, IInvocationOperation Call, SymbolPath Lock, LockAnswer Answer)
{
    /// <summary>The number of the lock in the function.</summary>
    internal int LockNumber { get; init; }

    /// <summary>The number of the variable that the call sets, or -1.</summary>
    internal int SetFlag { get; init; } = -1;
}

/// <summary>The steps of one flow graph that matter for locks, read once for all that is asked about it.</summary>
internal sealed class LockSteps
{
    /// <summary>The variable that stands for the answer of the last timed wait: code tests it, or puts it into a variable of its own, where it gets it.</summary>
    public const int Answer = 0;

    private readonly ILockCalls _calls;
    private readonly CancellationToken _cancellationToken;
    private readonly Dictionary<CaptureId, IOperation?> _captures = new();
    private readonly Dictionary<SymbolPath, int> _locks = new();
    private readonly Dictionary<ISymbol, int> _variables = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<CaptureId, int> _temporaries = new();

    // What an operation is when it has been evaluated: the number of the acquisition that ends with it.
    private readonly Dictionary<IOperation, int> _completions = new();
    private readonly Dictionary<ISymbol, int> _tasks = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<CaptureId, int> _temporaryTasks = new();

    // Which lock the disposal of a variable gives back.
    private readonly Dictionary<int, int> _releasers = new();
    private readonly Dictionary<SyntaxNode, (int Block, int Position)> _places = new();
    private readonly List<Acquisition> _acquisitions = new();
    private readonly HashSet<string> _lockNames = new(StringComparer.Ordinal);
    private int _flags = Answer + 1;

    private LockSteps(ControlFlowGraph graph, ILockCalls calls, CancellationToken cancellationToken)
    {
        Graph = graph;
        _calls = calls;
        _cancellationToken = cancellationToken;
        Blocks = new ImmutableArray<LockStep>[graph.Blocks.Length];
        Conditions = new FlagValue[graph.Blocks.Length];
    }

    /// <summary>The graph.</summary>
    public ControlFlowGraph Graph { get; }

    /// <summary>What takes and releases.</summary>
    public ILockCalls Calls => _calls;

    /// <summary>The steps of each block, in order.</summary>
    public ImmutableArray<LockStep>[] Blocks { get; }

    /// <summary>What the condition at the end of each block tests.</summary>
    public FlagValue[] Conditions { get; }

    /// <summary>The waits for locks, in the order of the graph.</summary>
    public IReadOnlyList<Acquisition> Acquisitions => _acquisitions;

    /// <summary>Reads a graph; null when no lock is taken in it.</summary>
    public static LockSteps? Of(ControlFlowGraph graph, ILockCalls calls, CancellationToken cancellationToken)
    {
        var steps = new LockSteps(graph, calls, cancellationToken);
        if (!steps.FindLocks())
            return null;
        foreach (var block in graph.Blocks)
            steps.Blocks[block.Ordinal] = steps.Read(block);
        return steps;
    }

    /// <summary>Reads the graph of a nested function that runs while a lock is held: as if the wait for it ended where the function begins. It is the first acquisition.</summary>
    public static LockSteps OfHeld(ControlFlowGraph graph, ILockCalls calls, Acquisition held, CancellationToken cancellationToken)
    {
        var steps = new LockSteps(graph, calls, cancellationToken);
        steps._locks.Add(held.Lock, 0);
        steps._lockNames.Add(held.Lock.Symbol.Name);
        steps._acquisitions.Add(held with { Number = 0, LockNumber = 0, SetFlag = -1, Answer = LockAnswer.Always });
        steps.FindLocks();
        foreach (var block in graph.Blocks)
            steps.Blocks[block.Ordinal] = steps.Read(block);
        steps.Blocks[0] = steps.Blocks[0].Insert(0, new LockStep(-1, LockStepKind.Acquires, 0, FlagValue.Unknown, held.Call));
        return steps;
    }

    /// <summary>The place at which a call, an await or a creation of the source is evaluated, or null for code that the graph does not show: that of nested functions.</summary>
    public (int Block, int Position)? PlaceOf(SyntaxNode syntax) => _places.TryGetValue(syntax, out var place) ? place : null;

    /// <summary>Whether a lock is one that is taken in the function, and its number.</summary>
    public int? NumberOf(SymbolPath path) => _locks.TryGetValue(path, out var number) ? number : null;

    /// <summary>Finds the waits, and whether there are any. What is no wait costs one question.</summary>
    private bool FindLocks()
    {
        foreach (var block in Graph.Blocks)
        {
            foreach (var operation in block.Operations)
            {
                if (operation is IFlowCaptureOperation capture)
                    _captures[capture.Id] = _captures.ContainsKey(capture.Id) ? null : capture.Value;
            }
        }

        foreach (var block in Graph.Blocks)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            foreach (var operation in BodyGraph.OperationsOf(block))
            {
                foreach (var inner in operation.SelfAndDescendantsInBody())
                {
                    if (inner is IInvocationOperation call && _calls.Of(call, _cancellationToken) is { Acquires: true } taking && PathOf(taking.Lock) is { } path)
                        Add(call, taking, path);
                }
            }
        }

        return _acquisitions.Count > 0;
    }

    private void Add(IInvocationOperation call, LockCall taking, SymbolPath path)
    {
        if (!_locks.TryGetValue(path, out var number))
            _locks.Add(path, number = _locks.Count);
        _lockNames.Add(path.Symbol.Name);
        if (CompletionOf(call) is not { } completion)
            return;
        var answer = taking.Answer == LockAnswer.True && taking.Flag is null && IsIgnored(completion) ? LockAnswer.Always : taking.Answer;
        var acquisition = new Acquisition(_acquisitions.Count, call, path, answer) { LockNumber = number, SetFlag = taking.Flag is null ? -1 : FlagOf(taking.Flag) ?? -1 };
        _acquisitions.Add(acquisition);
        switch (completion)
        {
            case ILocalReferenceOperation task:
                _tasks[task.Local] = acquisition.Number;
                break;
            case IFlowCaptureOperation temporary:
                _temporaryTasks[temporary.Id] = acquisition.Number;
                break;
            default:
                _completions[completion] = acquisition.Number;
                break;
        }
    }

    /// <summary>
    /// Where the wait is over: at the call, at the await of its task, where a thread blocks on it; a variable that the task is put into stands for its later await. Null when nothing
    /// in sight waits for it.
    /// </summary>
    private static IOperation? CompletionOf(IInvocationOperation call)
    {
        IOperation value = call;
        IOperation? waited = null;
        while (value.Parent is { } parent)
        {
            if (parent is IAwaitOperation)
                return parent;
            if (parent is IInvocationOperation { TargetMethod.Name: "Wait" } wait && wait.Receiver() == value && value.Type.IsTaskLike())
                return parent;
            if (!ValueFlow.IsHandedOn(value, parent))
                break;
            value = parent;
            if (value is IInvocationOperation { TargetMethod.Name: "GetResult" } or IPropertyReferenceOperation { Property.Name: "Result" })
                waited = value;
        }

        if (waited is not null || !call.TargetMethod.ReturnsAwaitable())
            return waited ?? call;
        return value.Parent switch
        {
            ISimpleAssignmentOperation { Target: ILocalReferenceOperation local } => local,
            IFlowCaptureOperation temporary => temporary,
            _ => null,
        };
    }

    private static bool IsIgnored(IOperation completion) => completion.Parent switch
    {
        IExpressionStatementOperation => true,
        ISimpleAssignmentOperation { Target: IDiscardOperation } => true,
        _ => false,
    };

    private ImmutableArray<LockStep> Read(BasicBlock block)
    {
        var steps = ImmutableArray.CreateBuilder<LockStep>();
        var position = 0;
        foreach (var operation in BodyGraph.OperationsOf(block))
        {
            _cancellationToken.ThrowIfCancellationRequested();
            foreach (var inner in operation.InOrderOfEvaluation())
                Read(inner, block, position++, steps);
        }

        Conditions[block.Ordinal] = block.ConditionKind != ControlFlowConditionKind.None && block.BranchValue is { } condition ? ValueOf(condition) : FlagValue.Unknown;
        return steps.ToImmutable();
    }

    private void Read(IOperation operation, BasicBlock block, int position, ImmutableArray<LockStep>.Builder steps)
    {
        if (operation is IInvocationOperation or IAwaitOperation or IObjectCreationOperation && !operation.IsImplicit && !_places.ContainsKey(operation.Syntax))
            _places.Add(operation.Syntax, (block.Ordinal, position));
        // What releases a lock is not taken to fail: nothing is to be done about it.
        var released = operation is IInvocationOperation invocation ? ReleasedBy(invocation) : null;
        var ends = operation is IInvocationOperation { TargetMethod: var called } && called.NeverReturns();
        if (released is null && (ends || _calls.MayFail(operation)))
            steps.Add(new LockStep(position, LockStepKind.Fails, -1, FlagValue.Unknown, operation));
        if (ends)
            steps.Add(new LockStep(position, LockStepKind.Ends, -1, FlagValue.Unknown, operation));
        if (AcquisitionAt(operation) is { } acquired)
            steps.Add(new LockStep(position, LockStepKind.Acquires, acquired, FlagValue.Unknown, operation));
        switch (operation)
        {
            case IInvocationOperation call:
                if (released is { } given)
                    steps.Add(new LockStep(position, LockStepKind.Releases, given, FlagValue.Unknown, operation));
                else if (_calls.Of(call, _cancellationToken) is { IsLater: true, Lock: var later } && PathOf(later) is { } path && _locks.TryGetValue(path, out var handed))
                    steps.Add(new LockStep(position, LockStepKind.HandsOver, handed, FlagValue.Unknown, operation));
                else if (call.TargetMethod.MethodKind == MethodKind.LocalFunction)
                    AddMentions(call.TargetMethod, position, steps, operation);
                break;
            case IMethodReferenceOperation { Method.MethodKind: MethodKind.LocalFunction } reference:
                AddMentions(reference.Method, position, steps, operation);
                break;
            case IFlowAnonymousFunctionOperation:
                AddMentions(operation.Syntax, position, steps, operation);
                break;
            case IFlowCaptureOperation capture:
                Add(TemporaryOf(capture.Id), capture.Value, position, steps, operation);
                break;
            case ISimpleAssignmentOperation assignment:
                if (FlagOf(assignment.Target) is { } variable)
                    Add(variable, assignment.Value, position, steps, operation);
                if (assignment.Target is not ILocalReferenceOperation)
                    AddHandOver(assignment.Value, position, steps);
                break;
            case IArgumentOperation argument:
                AddHandOver(argument.Value, position, steps);
                if (argument.Parameter is { RefKind: RefKind.Ref or RefKind.Out } && AcquisitionOf(argument.Parent) is null && FlagOf(argument.Value) is { } changed)
                    steps.Add(new LockStep(position, LockStepKind.Sets, changed, FlagValue.Unknown, operation));
                break;
            case IReturnOperation { ReturnedValue: { } returned }:
                AddHandOver(returned, position, steps);
                break;
        }
    }

    private int? AcquisitionAt(IOperation operation)
    {
        if (_completions.TryGetValue(operation, out var number))
            return number;
        return operation is not IAwaitOperation wait ? null : wait.Operation.Unwrapped() switch
        {
            ILocalReferenceOperation task when _tasks.TryGetValue(task.Local, out number) => number,
            IFlowCaptureReferenceOperation temporary when _temporaryTasks.TryGetValue(temporary.Id, out number) => number,
            _ => null,
        };
    }

    private Acquisition? AcquisitionOf(IOperation? call)
    {
        foreach (var acquisition in _acquisitions)
        {
            if (acquisition.Call == call)
                return acquisition;
        }

        return null;
    }

    /// <summary>The number of the lock that a call gives back: by its own meaning, or by disposing of what stands for the lock.</summary>
    private int? ReleasedBy(IInvocationOperation call)
    {
        if (_calls.Of(call, _cancellationToken) is { } known)
            return !known.Acquires && !known.IsLater && PathOf(known.Lock) is { } path && _locks.TryGetValue(path, out var released) ? released : null;
        return call is { TargetMethod.Name: "Dispose" or "DisposeAsync", Instance: { } disposed } && FlagOf(disposed) is { } holder && _releasers.TryGetValue(holder, out var held) ? held : null;
    }

    private void Add(int variable, IOperation value, int position, ImmutableArray<LockStep>.Builder steps, IOperation operation)
    {
        steps.Add(new LockStep(position, LockStepKind.Sets, variable, ValueOf(value), operation));
        if (HeldBy(value) is { } held)
            _releasers[variable] = held;
    }

    /// <summary>The lock that a value gives back when it is disposed of: it is what the wait returned, or made of the lock, or a copy of such a thing.</summary>
    private int? HeldBy(IOperation value)
    {
        var current = value.WithoutConversions();
        if (AcquisitionAt(current) is { } number)
            return _acquisitions[number].Answer == LockAnswer.Releaser ? _acquisitions[number].LockNumber : null;
        if (FlagOf(current) is { } copied)
            return _releasers.TryGetValue(copied, out var held) ? held : null;
        var arguments = current switch
        {
            IObjectCreationOperation creation => creation.Arguments,
            IInvocationOperation call when call.Type?.IsDisposable() == true => call.Arguments,
            _ => ImmutableArray<IArgumentOperation>.Empty,
        };
        foreach (var argument in arguments)
        {
            if (PathOf(argument.Value) is { } path && _locks.TryGetValue(path, out var made))
                return made;
        }

        return null;
    }

    /// <summary>A lock that is passed on, returned or stored may be given back by whoever gets it.</summary>
    private void AddHandOver(IOperation value, int position, ImmutableArray<LockStep>.Builder steps)
    {
        var passed = value.WithoutConversions();
        if (AcquisitionAt(passed) is { } number && _acquisitions[number].Answer == LockAnswer.Releaser)
            steps.Add(new LockStep(position, LockStepKind.HandsOver, _acquisitions[number].LockNumber, FlagValue.Unknown, value));
        if (passed is not (ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation or IPropertyReferenceOperation or IFlowCaptureReferenceOperation))
            return;
        if (passed.Type is not { SpecialType: SpecialType.None } and not { SpecialType: SpecialType.System_IDisposable or SpecialType.System_Object })
            return;
        if (FlagOf(passed) is { } holder && _releasers.TryGetValue(holder, out var held))
            steps.Add(new LockStep(position, LockStepKind.HandsOver, held, FlagValue.Unknown, value));
        // As the lock of a call that takes it (Monitor.Enter(x)) it stays here.
        if (value.Parent is IArgumentOperation { Parent: IInvocationOperation call } && _calls.Of(call, _cancellationToken) is not null)
            return;
        if (PathOf(passed) is { } path && _locks.TryGetValue(path, out var handed))
            steps.Add(new LockStep(position, LockStepKind.HandsOver, handed, FlagValue.Unknown, value));
    }

    private void AddMentions(IMethodSymbol function, int position, ImmutableArray<LockStep>.Builder steps, IOperation operation)
    {
        foreach (var reference in function.DeclaringSyntaxReferences)
            AddMentions(reference.GetSyntax(_cancellationToken), position, steps, operation);
    }

    /// <summary>A nested function that names a lock may give it back when it runs.</summary>
    private void AddMentions(SyntaxNode function, int position, ImmutableArray<LockStep>.Builder steps, IOperation operation)
    {
        HashSet<string>? named = null;
        foreach (var token in function.DescendantTokens())
        {
            if (token.IsKind(SyntaxKind.IdentifierToken) && token.Parent is IdentifierNameSyntax && _lockNames.Contains(token.ValueText))
                (named ??= new HashSet<string>(StringComparer.Ordinal)).Add(token.ValueText);
        }

        if (named is null)
            return;
        foreach (var pair in _locks)
        {
            if (named.Contains(pair.Key.Symbol.Name))
                steps.Add(new LockStep(position, LockStepKind.HandsOver, pair.Value, FlagValue.Unknown, operation));
        }
    }

    private SymbolPath? PathOf(IOperation operation) => SymbolPath.Of(operation, id => _captures.TryGetValue(id, out var value) ? value : null);

    /// <summary>The number of the variable, or null for what is not one.</summary>
    private int? FlagOf(IOperation operation)
    {
        switch (operation.WithoutConversions())
        {
            case IFlowCaptureReferenceOperation capture:
                return TemporaryOf(capture.Id);
            case IDeclarationExpressionOperation declaration:
                return FlagOf(declaration.Expression);
            case ILocalReferenceOperation local:
                return VariableOf(local.Local);
            case IParameterReferenceOperation parameter:
                return VariableOf(parameter.Parameter);
            case IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation } field:
                return VariableOf(field.Field);
            default:
                return null;
        }
    }

    private int VariableOf(ISymbol variable)
    {
        if (!_variables.TryGetValue(variable, out var number))
            _variables.Add(variable, number = _flags++);
        return number;
    }

    private int TemporaryOf(CaptureId id)
    {
        if (!_temporaries.TryGetValue(id, out var number))
            _temporaries.Add(id, number = _flags++);
        return number;
    }

    /// <summary>The number of the variable that stands for whether there is such a lock: negative, as none of the code's own has.</summary>
    internal static int PresenceOf(int lockNumber) => -2 - lockNumber;

    /// <summary>The truth of a value, or what a condition tests.</summary>
    private FlagValue ValueOf(IOperation operation)
    {
        var isNegated = false;
        while (true)
        {
            operation = operation.WithoutConversions();
            if (AcquisitionAt(operation) is { } number)
                return _acquisitions[number].Answer == LockAnswer.True ? new FlagValue(null, Answer, isNegated) : new FlagValue(!isNegated, -1, false);
            if (operation.ConstantValue is { HasValue: true, Value: var constant } && constant is null or bool)
                return new FlagValue((constant is true) != isNegated, -1, false);
            if (operation.Type is { IsReferenceType: true } && LockBehind(operation) is { } present)
                return new FlagValue(null, PresenceOf(present), isNegated);
            if (FlagOf(operation) is { } variable)
                return new FlagValue(null, variable, isNegated);
            switch (operation)
            {
                case IObjectCreationOperation:
                    return new FlagValue(!isNegated, -1, false);
                case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not:
                    isNegated = !isNegated;
                    operation = not.Operand;
                    continue;
                case IIsNullOperation isNull:
                    isNegated = !isNegated;
                    operation = isNull.Operand;
                    continue;
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } comparison when Compared(comparison) is var (compared, isTrue):
                    isNegated ^= isTrue == (comparison.OperatorKind == BinaryOperatorKind.NotEquals);
                    operation = compared;
                    continue;
                case IIsPatternOperation { Value: { } matched } test when Tested(test.Pattern) is { } isTrue:
                    isNegated ^= !isTrue;
                    operation = matched;
                    continue;
                default:
                    return FlagValue.Unknown;
            }
        }
    }

    /// <summary>The lock that an object is, or that is reached through it: who holds the lock has the object.</summary>
    private int? LockBehind(IOperation operation)
    {
        if (PathOf(operation) is not { } path)
            return null;
        foreach (var pair in _locks)
        {
            if (path.LeadsTo(pair.Key))
                return pair.Value;
        }

        return null;
    }

    /// <summary>What is compared with <c>true</c>, <c>false</c> or <c>null</c>, and whether that is <c>true</c>.</summary>
    private static (IOperation Compared, bool IsTrue)? Compared(IBinaryOperation comparison)
    {
        if (comparison.RightOperand.WithoutConversions().ConstantValue is { HasValue: true, Value: var right } && right is null or bool)
            return (comparison.LeftOperand, right is true);
        if (comparison.LeftOperand.WithoutConversions().ConstantValue is { HasValue: true, Value: var left } && left is null or bool)
            return (comparison.RightOperand, left is true);
        return null;
    }

    /// <summary>Whether a pattern asks for true (or an object), or for false (or null); null for other patterns.</summary>
    private static bool? Tested(IPatternOperation pattern)
    {
        var isNegated = false;
        while (pattern is INegatedPatternOperation negated)
        {
            isNegated = !isNegated;
            pattern = negated.Pattern;
        }

        return pattern switch
        {
            IConstantPatternOperation { Value: { } value } when value.WithoutConversions().ConstantValue is { HasValue: true, Value: var constant } && constant is null or bool => (constant is true) != isNegated,
            IRecursivePatternOperation { PropertySubpatterns.Length: 0, DeconstructionSubpatterns.Length: 0 } => !isNegated,
            _ => null,
        };
    }
}
