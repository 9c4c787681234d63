using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>A wait for a lock, what becomes of the lock, and why that matters to a connection.</summary>
/// <param name="Acquisition">The wait, as the flow sees it.</param>
/// <param name="Held">What becomes of the lock.</param>
/// <param name="Because">What the lock guards on a connection, or which handler waits for it.</param>
internal sealed record TakenLock(Acquisition Acquisition, HeldLock Held, Evidence Because);

/// <summary>
/// Which calls take and release locks: those of the catalogue, and methods that do nothing else with a lock of their object, such as an own <c>AsyncLock</c>, or <c>EnterAsync</c> and <c>Exit</c>.
/// </summary>
internal sealed class Locks : ILockCalls
{
    private const ApiKind WaitsForPeer = ApiKind.Send | ApiKind.Receive | ApiKind.Connect | ApiKind.Close;

    private readonly Apis _apis;
    private readonly SourceMethods _methods;
    private readonly Summaries _summaries;
    private readonly Handlers _handlers;
    private readonly ConcurrentDictionary<IMethodSymbol, LockCall?> _wrappers = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<INamedTypeSymbol, bool> _keepers = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<IMethodSymbol, bool> _failing = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<SyntaxNode, HeldLocks?> _held = new();

    public Locks(Apis apis, SourceMethods methods, Summaries summaries, Handlers handlers)
    {
        _apis = apis;
        _methods = methods;
        _summaries = summaries;
        _handlers = handlers;
    }

    /// <inheritdoc/>
    public LockCall? Of(IInvocationOperation call, CancellationToken cancellationToken)
    {
        var facts = _apis.Of(call);
        if (facts.Is(ApiKind.Acquires | ApiKind.Releases))
            return LockOf(call) is { } known ? new LockCall(known, facts.Is(ApiKind.Acquires), AnswerOf(call.TargetMethod), FlagOf(call)) : null;
        if (facts != ApiFacts.None || !call.TargetMethod.IsInSource() || call.TargetMethod.ContainingType is not { } type || !KeepsLock(type))
            return null;
        if (_methods.Target(call, cancellationToken) is not { } target || WrapperOf(target, cancellationToken) is not { } wrapper)
            return null;
        // Of the own object the lock is the member itself; of another one the object stands for it.
        return call.Instance is null or IInstanceReferenceOperation ? wrapper with { Answer = AnswerOf(target) } : new LockCall(call.Receiver()!, wrapper.Acquires, AnswerOf(target));
    }

    /// <inheritdoc/>
    /// <remarks>Awaits, and calls of which it is known: most calls of libraries fail only by mistakes in the call.</remarks>
    public bool MayFail(IOperation operation) => operation switch
    {
        IAwaitOperation => true,
        IInvocationOperation { TargetMethod.MethodKind: MethodKind.DelegateInvoke } => true,
        IInvocationOperation { TargetMethod: { Name: "ThrowIfCancellationRequested" } } => true,
        IInvocationOperation call when _apis.Of(call) is var facts && facts != ApiFacts.None => facts.Is(ApiKind.AnyConnectionIO | ApiKind.Waits | ApiKind.Blocks | ApiKind.Decodes),
        IInvocationOperation call => call.TargetMethod.IsInSource() && Throws(call.TargetMethod),
        _ => false,
    };

    /// <summary>The locks of the function around an operation, or null when it takes none.</summary>
    public HeldLocks? Around(IOperation operation, CancellationToken cancellationToken)
    {
        if (Bodies.Around(operation.Syntax) is not { } body)
            return null;
        return _held.TryGetValue(body, out var known)
            ? known
            : _held.GetOrAdd(body, BodyGraph.Around(operation, cancellationToken) is { } graph ? HeldLocks.In(graph, this, cancellationToken) : null);
    }

    /// <summary>What becomes of the lock that a call waits for; null when it cannot be followed, or has nothing to do with a connection.</summary>
    public TakenLock? TakenBy(IInvocationOperation wait, CancellationToken cancellationToken)
    {
        if (Around(wait, cancellationToken) is not { } locks || locks.At(wait.Syntax) is not { } acquisition)
            return null;
        var held = locks.Of(acquisition, cancellationToken);
        return held.IsKnown && WhyOfConnection(wait, held, cancellationToken) is { } because ? new TakenLock(acquisition, held, because) : null;
    }

    /// <summary>Why the release of a lock that a wait takes runs also when it is not taken, or null.</summary>
    public Evidence? ReleasedUntaken(TakenLock taken, CancellationToken cancellationToken)
    {
        var wait = taken.Acquisition.Call;
        if (IgnoresTimeout(wait, cancellationToken))
            return null;
        var mayBeCancelled = Tokens.ArgumentOf(wait) is { } token && !Tokens.IsNone(token.Value);
        var @try = CatchClauses.InnermostTry(wait.Syntax);
        var before = @try is null ? (TextSpan?)null : TextSpan.FromBounds(@try.Block.SpanStart, wait.Syntax.FirstAncestorOrSelf<StatementSyntax>()!.SpanStart);
        // What comes first in a branch or a loop need not come by the wait.
        if (@try is not null && wait.Syntax.FirstAncestorOrSelf<StatementSyntax>()?.Parent != @try.Block)
            before = null;
        if (taken.Held.ReleasedUntaken(mayBeCancelled, before, cancellationToken) is not { } untaken || IsConditional(untaken.Release.Syntax, wait.Syntax))
            return null;
        return new Evidence(
            untaken.Reason switch
            {
                UntakenReason.Failure => "UntakenFailure",
                UntakenReason.Timeout => "UntakenTimeout",
                _ => "UntakenFailureBefore",
            },
            untaken.Release.Syntax.GetLocation(),
            null,
            taken.Acquisition.Lock.Symbol.Name,
            Evidence.Place(untaken.Place.GetLocation()));
    }

    /// <summary>Where some way leaves without releasing a lock that this function releases itself, or null.</summary>
    public Evidence? NotReleased(TakenLock taken, CancellationToken cancellationToken)
    {
        foreach (var held in WhereReleased(taken.Held, cancellationToken))
        {
            if (NotReleased(held, cancellationToken) is { } leak)
                return leak;
        }

        return null;
    }

    /// <summary>The function around the wait, when it releases the lock itself, or those that it hands the lock to and waits for.</summary>
    private IEnumerable<HeldLock> WhereReleased(HeldLock held, CancellationToken cancellationToken)
    {
        if (held.IsReleased && !held.IsHandedOver)
            yield return held;
        foreach (var handOver in held.HandOvers)
        {
            // Somebody else may release it as well.
            if (held.IsReleased || handOver is not IFlowAnonymousFunctionOperation function || !IsWaitedFor(function))
                yield break;
            if (held.Inside(function, cancellationToken) is { IsKnown: true, IsReleased: true, IsHandedOver: false } inside)
                yield return inside;
        }
    }

    /// <summary>Whether a lambda goes to a call that runs it once, such as Task.Run, and the code waits for that call.</summary>
    private bool IsWaitedFor(IFlowAnonymousFunctionOperation function)
    {
        IOperation value = function;
        while (value.Parent is IConversionOperation or IDelegateCreationOperation or IParenthesizedOperation or IArgumentOperation)
            value = value.Parent;
        if (value.Parent is not IInvocationOperation call || !_apis.Of(call).Is(ApiKind.Offload | ApiKind.Inline))
            return false;
        for (value = call; value.Parent is { } parent && ValueFlow.IsHandedOn(value, parent); value = parent)
        {
            if (parent is IAwaitOperation)
                return true;
        }

        return false;
    }

    private static Evidence? NotReleased(HeldLock held, CancellationToken cancellationToken)
    {
        if (held.FirstLeak(cancellationToken) is not { } leak)
            return null;
        // On some ways something has released it there: a condition decides that may be the one that decided about the wait.
        if (leak.Kind == LeakKind.Failure && leak.Place is InvocationExpressionSyntax or AwaitExpressionSyntax && held.At(leak.Place) != Held.Surely)
            return null;
        if (leak.Kind == LeakKind.Failure)
            return new Evidence("LeavesByFailure", leak.Place.GetLocation(), null, NameOf(leak.Place));
        // Where nothing jumps, a condition decides about the release that may be the one that decided about the wait.
        return JumpAt(leak.Place) is { } jump ? new Evidence("LeavesByJump", jump.GetLocation(), null) : null;
    }

    /// <summary>Whether a method is called as those are that take a lock, in libraries that nobody has catalogued as well.</summary>
    public static bool SoundsLikeLock(string method) => method is "LockAsync" or "EnterAsync" or "AcquireAsync" or "Enter" or "TryEnter" or "EnterScope";

    /// <summary>Where a wait names its lock: another place than the call as a whole, of which other rules speak.</summary>
    public static SyntaxNode NameIn(IInvocationOperation wait) =>
        wait.Syntax is InvocationExpressionSyntax call ? call.Expression is MemberAccessExpressionSyntax access ? access.Expression : call.Expression : wait.Syntax;

    /// <summary>Where a wait names its method.</summary>
    public static SyntaxNode MethodIn(IInvocationOperation wait) => wait.Syntax is InvocationExpressionSyntax call
        ? call.Expression switch
        {
            MemberAccessExpressionSyntax access => access.Name,
            MemberBindingExpressionSyntax binding => binding.Name,
            var other => other,
        }
        : wait.Syntax;

    /// <summary>Whether the call waits for a limited time, and nobody looks at whether it has taken the lock.</summary>
    public bool IgnoresTimeout(IInvocationOperation wait, CancellationToken cancellationToken) =>
        Of(wait, cancellationToken) is { Acquires: true, Answer: LockAnswer.True, Flag: null } && !WaitsForEver(wait) && IsIgnored(wait);

    private static bool WaitsForEver(IInvocationOperation wait)
    {
        foreach (var argument in wait.Arguments)
        {
            if (argument.Value.WithoutConversions() is { ConstantValue: { HasValue: true, Value: -1 or -1L } } or IFieldReferenceOperation { Field: { Name: "InfiniteTimeSpan", IsStatic: true } })
                return true;
        }

        return false;
    }

    /// <summary>Whether the wait ends where the call stands, and its answer goes nowhere.</summary>
    private static bool IsIgnored(IInvocationOperation wait)
    {
        IOperation value = wait;
        var isOver = !wait.TargetMethod.ReturnsAwaitable();
        while (value.Parent is { } parent && ValueFlow.IsHandedOn(value, parent))
        {
            isOver |= parent is IAwaitOperation or IInvocationOperation { TargetMethod.Name: "GetResult" } or IPropertyReferenceOperation;
            value = parent;
        }

        return isOver && value.Parent is IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation, Parent: IExpressionStatementOperation };
    }

    /// <summary>Whether a condition that is not around the wait as well decides about the release: it may know.</summary>
    private static bool IsConditional(SyntaxNode release, SyntaxNode wait)
    {
        for (var node = release.Parent; node is not null && !node.Span.Contains(wait.Span) && !Bodies.IsBody(node); node = node.Parent)
        {
            if (node is IfStatementSyntax or ConditionalExpressionSyntax or SwitchSectionSyntax or SwitchExpressionSyntax or WhileStatementSyntax)
                return true;
        }

        return false;
    }

    private static string NameOf(SyntaxNode failing)
    {
        var expression = failing is AwaitExpressionSyntax wait ? wait.Expression : failing;
        while (expression is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait" } configured })
            expression = configured.Expression;
        return expression is InvocationExpressionSyntax call
            ? call.Expression switch
            {
                MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
                MemberBindingExpressionSyntax binding => binding.Name.Identifier.ValueText,
                SimpleNameSyntax name => name.Identifier.ValueText,
                _ => call.Expression.ToString(),
            }
            : expression is ThrowStatementSyntax or ThrowExpressionSyntax ? "throw" : "await";
    }

    /// <summary>The jump at a place, or the one that a condition there decides about; null when there is none.</summary>
    private static StatementSyntax? JumpAt(SyntaxNode place)
    {
        if (place.FirstAncestorOrSelf<StatementSyntax>() is not { } statement)
            return null;
        if (statement is IfStatementSyntax @if && @if.Condition.Span.Contains(place.Span))
            statement = @if.Statement is BlockSyntax { Statements: { Count: > 0 } statements } ? statements[statements.Count - 1] : @if.Statement;
        return statement is ReturnStatementSyntax or ThrowStatementSyntax or ContinueStatementSyntax or BreakStatementSyntax or GotoStatementSyntax ? statement : null;
    }

    /// <summary>
    /// The statements of the function around a wait that run while the lock is held: whole ones where all they call is, else those inside them; empty when the release is not in sight (the lock is
    /// handed over, or another member gives it back).
    /// </summary>
    public ImmutableArray<StatementSyntax> StatementsUnder(IInvocationOperation wait, CancellationToken cancellationToken)
    {
        if (Around(wait, cancellationToken) is not { } locks || locks.At(wait.Syntax) is not { } acquisition || Bodies.Around(wait.Syntax) is not { } body)
            return ImmutableArray<StatementSyntax>.Empty;
        var held = locks.Of(acquisition, cancellationToken);
        var found = ImmutableArray.CreateBuilder<StatementSyntax>();
        if (!held.IsKnown || !held.IsReleased)
            return found.ToImmutable();
        var pending = new Stack<StatementSyntax>();
        Push(body is CompilationUnitSyntax unit ? StatementLists.StatementsOf(unit) : body.ChildNodes().OfType<BlockSyntax>().ToArray());
        while (pending.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var statement = pending.Pop();
            var (some, all) = HeldIn(statement, held);
            if (!some)
                continue;
            var inside = all ? Array.Empty<StatementSyntax>() : OutermostIn(statement);
            if (inside.Length == 0)
                found.Add(statement);
            else
                Push(inside);
        }

        return found.ToImmutable();

        void Push(IReadOnlyList<StatementSyntax> statements)
        {
            for (var i = statements.Count - 1; i >= 0; i--)
                pending.Push(statements[i]);
        }
    }

    private static (bool Some, bool All) HeldIn(StatementSyntax statement, HeldLock held)
    {
        var (some, all) = (false, true);
        foreach (var node in statement.DescendantNodesAndSelf(static inner => !Bodies.IsNested(inner)))
        {
            if (!held.Shows(node))
                continue;
            var isHeld = held.At(node) != Held.No;
            some |= isHeld;
            all &= isHeld;
        }

        return (some, all);
    }

    /// <summary>The statements inside a statement that stand in no other one inside it.</summary>
    private static StatementSyntax[] OutermostIn(StatementSyntax statement) =>
        statement.DescendantNodes(inner => inner == statement || (inner is not StatementSyntax && !Bodies.IsNested(inner))).OfType<StatementSyntax>().ToArray();

    /// <summary>The calls that run in the function around a wait while the lock is held, in the order of the source; lambdas that are run in place included.</summary>
    public IEnumerable<IInvocationOperation> CallsUnder(HeldLock held, IInvocationOperation wait, CancellationToken cancellationToken)
    {
        if (wait.SemanticModel is not { } model || Bodies.Around(wait.Syntax) is not { } body)
            yield break;
        foreach (var root in RootsOf(body, model, cancellationToken))
        {
            foreach (var operation in BodyFacts.InPlace(root, _apis))
            {
                if (operation is IInvocationOperation call && held.At(PlaceOf(call, body)) != Held.No)
                    yield return call;
            }
        }
    }

    /// <summary>Why the lock that a call waits for matters to a connection: what it guards on one, or that it is waited for in a handler; or null.</summary>
    private Evidence? WhyOfConnection(IInvocationOperation wait, HeldLock held, CancellationToken cancellationToken)
    {
        foreach (var call in CallsUnder(held, wait, cancellationToken))
        {
            if (IsIO(call, cancellationToken))
                return new Evidence("Guards", call.Syntax.GetLocation(), null, call.TargetMethod.ShortName());
        }

        foreach (var handOver in held.HandOvers)
        {
            if (handOver is IFlowAnonymousFunctionOperation function && IsWaitedFor(function) && _summaries.Does(function.Syntax, WaitsForPeer, cancellationToken) is { Leaf.Call: var reached })
                return new Evidence("Guards", reached.Syntax.GetLocation(), null, reached.TargetMethod.ShortName());
        }

        return HandlerAround(wait, cancellationToken);
    }

    /// <summary>Why a lock that nobody waits for matters to a connection: what comes after the call in its function, or that it stands in a handler; or null.</summary>
    public Evidence? WhyOfConnection(IInvocationOperation unawaited, CancellationToken cancellationToken)
    {
        if (unawaited.SemanticModel is { } model && Bodies.Around(unawaited.Syntax) is { } body)
        {
            foreach (var root in RootsOf(body, model, cancellationToken))
            {
                foreach (var operation in BodyFacts.InPlace(root, _apis))
                {
                    if (operation is IInvocationOperation call && call.Syntax.SpanStart > unawaited.Syntax.SpanStart && IsIO(call, cancellationToken))
                        return new Evidence("Guards", call.Syntax.GetLocation(), null, call.TargetMethod.ShortName());
                }
            }
        }

        return HandlerAround(unawaited, cancellationToken);
    }

    private Evidence? HandlerAround(IInvocationOperation wait, CancellationToken cancellationToken) =>
        wait.SemanticModel?.GetEnclosingSymbol(wait.Syntax.SpanStart, cancellationToken) is { } around ? _handlers.Around(wait.Syntax, around, cancellationToken) : null;

    private bool IsIO(IInvocationOperation call, CancellationToken cancellationToken) =>
        _apis.Of(call) is var facts && (facts.Is(WaitsForPeer) || (facts == ApiFacts.None && _summaries.Does(call, WaitsForPeer, cancellationToken) is not null));

    /// <summary>The operations of a body; the statements of a top-level program have no common one.</summary>
    public static IEnumerable<IOperation> RootsOf(SyntaxNode body, SemanticModel model, CancellationToken cancellationToken)
    {
        if (body is not CompilationUnitSyntax unit)
        {
            if (BodyFacts.OperationOf(body, model, cancellationToken) is { } root)
                yield return root;
            yield break;
        }

        foreach (var statement in StatementLists.StatementsOf(unit))
        {
            if (model.GetOperation(statement, cancellationToken) is { } root)
                yield return root;
        }
    }

    /// <summary>The call of the function itself in which a call stands: for those in a lambda that is run in place the one that runs it.</summary>
    private static SyntaxNode PlaceOf(IInvocationOperation call, SyntaxNode body)
    {
        var place = call.Syntax;
        while (Bodies.Around(place) is { } around && around != body)
            place = around.FirstAncestorOrSelf<InvocationExpressionSyntax>(invocation => invocation != around) is { } runner ? runner : around;
        return place;
    }

    /// <summary>The lock of a catalogued call: what it is called on, or, of a static one, its first argument.</summary>
    private static IOperation? LockOf(IInvocationOperation call) => call.Receiver() ?? call.ArgumentFor(0);

    private static IOperation? FlagOf(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter is { RefKind: RefKind.Ref, Type.SpecialType: SpecialType.System_Boolean })
                return argument.Value;
        }

        return null;
    }

    /// <summary>How a method says that it has taken a lock: what it returns, or what its task gives.</summary>
    private static LockAnswer AnswerOf(IMethodSymbol method)
    {
        var result = method.ReturnType is INamedTypeSymbol { TypeArguments: { Length: 1 } arguments } ? arguments[0] : method.ReturnType;
        if (result.SpecialType == SpecialType.System_Boolean)
            return LockAnswer.True;
        return !result.IsTaskLike() && result.IsDisposable() ? LockAnswer.Releaser : LockAnswer.Always;
    }

    /// <summary>Whether a variable holds a lock that admits one: a semaphore with a count of one, or an object whose own semaphores all are.</summary>
    public bool AdmitsOne(ISymbol gate, ITypeSymbol? type, Compilation compilation, CancellationToken cancellationToken)
    {
        if (type is not INamedTypeSymbol own || !_apis.IsDeclaredHere(own) || !KeepsLock(own))
            return Gates.AdmitsOne(gate, compilation, cancellationToken);
        foreach (var member in own.OriginalDefinition.GetMembers())
        {
            if (member is IFieldSymbol field && IsLock(field.Type) && !Gates.AdmitsOne(field, compilation, cancellationToken))
                return false;
        }

        return true;
    }

    /// <summary>Whether objects of a type keep a lock of the catalogue: only their methods can be wrappers of one.</summary>
    private bool KeepsLock(INamedTypeSymbol type)
    {
        if (_keepers.TryGetValue(type.OriginalDefinition, out var keeps))
            return keeps;
        foreach (var member in type.OriginalDefinition.GetMembers())
        {
            if (member is IFieldSymbol field && IsLock(field.Type))
                keeps = true;
        }

        return _keepers.GetOrAdd(type.OriginalDefinition, keeps);
    }

    private bool IsLock(ITypeSymbol type)
    {
        if (type is not INamedTypeSymbol { SpecialType: SpecialType.None, TypeKind: TypeKind.Class or TypeKind.Struct or TypeKind.Interface })
            return false;
        foreach (var member in type.GetMembers())
        {
            if (member is IMethodSymbol { MethodKind: MethodKind.Ordinary } && _apis.Of(member).Is(ApiKind.Acquires))
                return true;
        }

        return false;
    }

    private LockCall? WrapperOf(IMethodSymbol method, CancellationToken cancellationToken) =>
        _wrappers.TryGetValue(method, out var known) ? known : _wrappers.GetOrAdd(method, ReadWrapper(method, cancellationToken));

    /// <summary>
    /// What a method does to a lock of its object when it only takes it or only releases it; null for all others. One that does more than that is not followed: it releases the lock at some time.
    /// </summary>
    private LockCall? ReadWrapper(IMethodSymbol method, CancellationToken cancellationToken)
    {
        if (Bodies.Of(method, cancellationToken) is not { } body || BodyFacts.OperationOf(body, _summaries.ModelOf(body), cancellationToken) is not { } root)
            return null;
        LockCall? only = null;
        var isSimple = !Bodies.IsIterator(body);
        foreach (var operation in root.Descendants())
        {
            if (operation is not IInvocationOperation call)
                continue;
            var facts = _apis.Of(call);
            isSimple &= !facts.Is(ApiKind.AnyConnectionIO);
            if (!facts.Is(ApiKind.Acquires | ApiKind.Releases))
                continue;
            if (LockOf(call) is not IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation } field || DroppedTasks.FormOf(call) is not null)
                return null;
            isSimple &= Bodies.Around(call.Syntax) == body;
            var acquires = facts.Is(ApiKind.Acquires);
            if (acquires && IsLeftToCaller(call.Syntax, method))
            {
                isSimple = false;
                continue;
            }

            if (only is not null && (only.Acquires != acquires || !SymbolEqualityComparer.Default.Equals(only.Lock.ReferencedSymbol(), field.Field)))
                return null;
            only ??= new LockCall(field, acquires);
        }

        if (only is null || (isSimple && IsShort(body) && !(method.ReturnsAwaitable() && !only.Acquires)))
            return only;
        return only.Acquires ? null : only with { IsLater = true };
    }

    /// <summary>Whether an argument decides about the wait, as in <c>if (!isHeld) await gate.WaitAsync();</c>: the caller may hold the lock already, and hands it over then.</summary>
    private static bool IsLeftToCaller(SyntaxNode wait, IMethodSymbol method)
    {
        for (var node = wait; node is not null && !Bodies.IsBody(node); node = node.Parent)
        {
            if (node.Parent is not IfStatementSyntax @if || @if.Statement != node)
                continue;
            foreach (var part in @if.Condition.DescendantNodesAndSelf())
            {
                if (part is not IdentifierNameSyntax { Identifier.ValueText: var name })
                    continue;
                foreach (var parameter in method.Parameters)
                {
                    if (parameter.Type.SpecialType == SpecialType.System_Boolean && parameter.Name == name)
                        return true;
                }
            }
        }

        return false;
    }

    /// <summary>Whether a body is a few plain statements: nothing that catches, loops or comes back later.</summary>
    private static bool IsShort(SyntaxNode body)
    {
        var statements = 0;
        foreach (var node in Bodies.NodesOf(body))
        {
            if (node is TryStatementSyntax or WhileStatementSyntax or ForStatementSyntax or CommonForEachStatementSyntax)
                return false;
            if (node is StatementSyntax and not BlockSyntax)
                statements++;
        }

        return statements <= 4;
    }

    private bool Throws(IMethodSymbol method) => _failing.TryGetValue(method, out var fails) ? fails : _failing.GetOrAdd(method, ReadThrows(method));

    /// <summary>Whether a source method throws or awaits by itself.</summary>
    private bool ReadThrows(IMethodSymbol method)
    {
        if (method.ReturnsAwaitable() || _methods.Target(method, CancellationToken.None) is not { } target || Bodies.Of(target, CancellationToken.None) is not { } body)
            return false;
        foreach (var node in Bodies.NodesOf(body))
        {
            if (node is ThrowStatementSyntax or ThrowExpressionSyntax)
                return true;
        }

        return false;
    }
}
