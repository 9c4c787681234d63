using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>A connection that is put into a member over one that nobody has disposed.</summary>
/// <param name="Member">The field or auto-property.</param>
/// <param name="Write">The assignment or exchange.</param>
/// <param name="Because">Why there is one before it.</param>
internal sealed record Replacement(ISymbol Member, IOperation Write, Evidence Because);

/// <summary>
/// Which members get a new connection while nobody disposes the old one. That there is an old one has to be shown: a loop that comes by again, code on the way here that uses it, or a
/// method that others call as often as they like, in a type that never disposes it.
/// </summary>
internal sealed class Replacements
{
    /// <summary>How many calls back the way to the assignment is followed.</summary>
    private const int MaxCallers = 3;

    private readonly Apis _apis;
    private readonly Summaries _summaries;
    private readonly HeldConnections _held;
    private readonly PrivateCalls _callers;

    public Replacements(Apis apis, Summaries summaries, HeldConnections held)
    {
        _apis = apis;
        _summaries = summaries;
        _held = held;
        _callers = new PrivateCalls(summaries);
    }

    /// <summary>The replacement that a created connection is for, or null.</summary>
    public Replacement? By(IOperation creation, CancellationToken cancellationToken)
    {
        foreach (var write in _held.WritesOf(creation, cancellationToken))
        {
            // "??=" puts it where nothing is.
            if (write.Write is not { } place || place is ICoalesceAssignmentOperation || Bodies.Around(place.Syntax) is not { } body)
                continue;
            var held = _held.Of(write.Member, cancellationToken);
            if (held.UseAt(HeldConnections.NameOf(TargetOf(place).Syntax)) is not { Fate: Fate.Used })
                continue;
            var question = new Question(this, held, cancellationToken);
            if (question.LeftBehindAt(place) is { } because)
                return new Replacement(write.Member, place, because);
        }

        return null;
    }

    private static IOperation TargetOf(IOperation write) => write switch
    {
        IAssignmentOperation assignment => assignment.Target,
        IInvocationOperation exchange => exchange.ArgumentFor(0) ?? exchange,
        _ => write,
    };

    /// <summary>The question about one member.</summary>
    private sealed class Question
    {
        private readonly Replacements _owner;
        private readonly HeldConnection _held;
        private readonly CancellationToken _cancellationToken;
        private readonly HashSet<SyntaxNode> _ends = new();
        private readonly HashSet<SyntaxNode> _disposingBodies = new();
        private readonly bool _isDisposedOnlyAtTheEnd = true;

        public Question(Replacements owner, HeldConnection held, CancellationToken cancellationToken)
        {
            _owner = owner;
            _held = held;
            _cancellationToken = cancellationToken;
            foreach (var use in held.Uses)
            {
                if (use.Fate == Fate.Used)
                    continue;
                _ends.Add(use.Node);
                var isAtTheEnd = false;
                for (var body = Bodies.Around(use.Node); body is not null; body = Bodies.Around(body))
                {
                    _disposingBodies.Add(body);
                    isAtTheEnd = body is MethodDeclarationSyntax { Identifier.ValueText: "Dispose" or "DisposeAsync" or "DisposeCoreAsync" or "DisposeAsyncCore" };
                }

                _isDisposedOnlyAtTheEnd &= isAtTheEnd;
            }
        }

        /// <summary>Why there may be a connection in the member, undisposed, when the code comes to the assignment; or null.</summary>
        public Evidence? LeftBehindAt(IOperation write)
        {
            if (IsInConstructor(write))
                return null;
            if (Again(write, write) is { } turn)
                return new Evidence("MadeInEachTurn", turn.Syntax.GetLocation(), null, _held.Member.Name);
            if (Reaches(write) is false)
                return null;
            if (write is IInvocationOperation && _held.IsOwn && _isDisposedOnlyAtTheEnd)
                return new Evidence("ExchangeDropped", write.Syntax.GetLocation(), null, _held.Member.Name);
            return _held.IsOwn && _isDisposedOnlyAtTheEnd ? Before(write, 0) : null;
        }

        private Evidence? Before(IOperation place, int depth)
        {
            if (depth > MaxCallers || IsInConstructor(place) || !Reaches(place))
                return null;
            if (UsedOnTheWayTo(place) is { } use)
                return new Evidence("UsedAndKept", use.GetLocation(), null, _held.Member.Name);
            if (Bodies.Around(place.Syntax) is not { } body || place.SemanticModel?.GetDeclaredSymbol(body, _cancellationToken) is not IMethodSymbol method)
                return null;
            foreach (var call in _owner._callers.Of(place, _cancellationToken))
            {
                if (Again(call, call) is { } turn)
                    return new Evidence("MadeInEachTurn", turn.Syntax.GetLocation(), null, _held.Member.Name);
                if (Before(call, depth + 1) is { } before)
                    return before;
            }

            return _ends.Count == 0 && !_held.Member.IsStatic && IsCalledFreely(method)
                ? new Evidence("MadeInEachCall", method.SourceLocation(), null, method.ShortName())
                : null;
        }

        /// <summary>
        /// Whether callers in sight or out of sight may call the method more than once. What a framework calls, through a base type or an interface of its own, it may call once.
        /// </summary>
        private bool IsCalledFreely(IMethodSymbol method)
        {
            if (method is not { MethodKind: MethodKind.Ordinary, IsStatic: false, IsOverride: false, DeclaredAccessibility: not Accessibility.Private } || method.IsTest())
                return false;
            foreach (var attribute in method.GetAttributes())
            {
                if (attribute.AttributeClass is not null)
                    return false;
            }

            foreach (var contract in method.ContainingType.AllInterfaces)
            {
                foreach (var member in contract.GetMembers(method.Name))
                {
                    if (!_owner._apis.IsDeclaredHere(contract) && SymbolEqualityComparer.Default.Equals(method.ContainingType.FindImplementationForInterfaceMember(member), method))
                        return false;
                }
            }

            return true;
        }

        /// <summary>A use of the connection, by the body itself or a method it calls, behind which the code comes to the place without a dispose.</summary>
        private SyntaxNode? UsedOnTheWayTo(IOperation place)
        {
            var body = Bodies.Around(place.Syntax);
            foreach (var use in _held.Uses)
            {
                if (use.Fate == Fate.Used && IsWorkOn(use.Operation) && Bodies.Around(use.Node) == body && use.Node.SpanStart < place.Syntax.SpanStart && Comes(use.Operation, place))
                    return use.Node;
            }

            if (body is null)
                return null;
            foreach (var call in _owner._summaries.FactsOf(body, _cancellationToken).Calls)
            {
                if (call.Operation is IInvocationOperation && call.Operation.Syntax.SpanStart < place.Syntax.SpanStart && Bodies.Of(call.Target, _cancellationToken) is { } callee
                    && UsedIn(callee) is { } inner && !EndsIn(call.Operation) && Comes(call.Operation, place))
                {
                    return inner;
                }
            }

            return null;
        }

        private SyntaxNode? UsedIn(SyntaxNode body)
        {
            foreach (var use in _held.Uses)
            {
                if (use.Fate == Fate.Used && IsWorkOn(use.Operation) && Bodies.Around(use.Node) == body)
                    return use.Node;
            }

            return null;
        }

        /// <summary>Whether the mention asks the connection for something: more than whether there is one.</summary>
        private static bool IsWorkOn(IOperation mention) => mention.ParentIgnoringConversions() switch
        {
            IInvocationOperation call => call.Instance?.WithoutConversions() == mention,
            IPropertyReferenceOperation property => property.Instance?.WithoutConversions() == mention,
            IConditionalAccessOperation => true,
            _ => false,
        };

        private IOperation? Again(IOperation place, IOperation target) => Paths(target).FirstAfter(place, _cancellationToken);

        private bool Comes(IOperation from, IOperation place) => Paths(place).FirstAfter(from, _cancellationToken) is not null;

        private bool Reaches(IOperation place) => Paths(place).FirstFromEntry(place, _cancellationToken) is not null;

        private PathsTo Paths(IOperation place) => new(operation => operation.Syntax == place.Syntax && operation.Kind == place.Kind, EndsIn, ValueOf, MayFail);

        /// <summary>Whether the connection is disposed or given away in the operation, or in what it calls or hands on.</summary>
        private bool EndsIn(IOperation operation)
        {
            switch (operation)
            {
                case IMemberReferenceOperation when _ends.Contains(HeldConnections.NameOf(operation.Syntax)):
                    return true;
                case IFlowAnonymousFunctionOperation or IAnonymousFunctionOperation:
                    return Contains(operation.Syntax);
                case IInvocationOperation call when _disposingBodies.Count > 0:
                    return DisposesIn(call.TargetMethod);
                case IMethodReferenceOperation reference when _disposingBodies.Count > 0:
                    return DisposesIn(reference.Method);
                default:
                    return false;
            }
        }

        private bool Contains(SyntaxNode function)
        {
            foreach (var end in _ends)
            {
                if (Bodies.Contains(function, end))
                    return true;
            }

            return false;
        }

        private bool DisposesIn(IMethodSymbol method) => _owner._summaries.ReachesAny(method, _disposingBodies, _cancellationToken);

        /// <summary>There is a connection: a test for null finds none.</summary>
        private bool? ValueOf(IOperation condition) => condition switch
        {
            IIsNullOperation { Operand: { } operand } when IsMember(operand) => false,
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } comparison
                when (IsMember(comparison.LeftOperand) && IsNull(comparison.RightOperand)) || (IsMember(comparison.RightOperand) && IsNull(comparison.LeftOperand)) =>
                comparison.OperatorKind == BinaryOperatorKind.NotEquals,
            IIsPatternOperation { Value: { } value, Pattern: var pattern } when IsMember(value) => pattern switch
            {
                IConstantPatternOperation { Value: { } constant } when IsNull(constant) => false,
                INegatedPatternOperation { Pattern: IConstantPatternOperation { Value: { } constant } } when IsNull(constant) => true,
                IRecursivePatternOperation { PropertySubpatterns.Length: 0, DeconstructionSubpatterns.Length: 0 } => true,
                INegatedPatternOperation { Pattern: IRecursivePatternOperation { PropertySubpatterns.Length: 0, DeconstructionSubpatterns.Length: 0 } } => false,
                _ => null,
            },
            IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not => !ValueOf(not.Operand.WithoutConversions()),
            _ => null,
        };

        private bool IsMember(IOperation operand)
        {
            // A place holder of the graph keeps the syntax of what was written.
            var name = HeldConnections.NameOf(operand.WithoutConversions().Syntax);
            return _held.UseAt(name) is not null;
        }

        private static bool IsNull(IOperation operand) => operand.WithoutConversions().ConstantValue is { HasValue: true, Value: null };

        /// <summary>An awaited transfer. A connect that fails leaves nothing open.</summary>
        private bool MayFail(IOperation operation)
        {
            const ApiKind Failing = ApiKind.Send | ApiKind.Receive | ApiKind.Close;
            return operation is IAwaitOperation { Operation: { } awaited } && awaited.Unwrapped() is IInvocationOperation call
                && (_owner._apis.Of(call).Is(Failing) || (_owner._summaries.Does(call.TargetMethod, Failing, _cancellationToken) is not null && !_owner._summaries.FactsOf(call.TargetMethod, _cancellationToken).GuardsEverything));
        }

        private bool IsInConstructor(IOperation place) =>
            Bodies.Around(place.Syntax) is { } body && place.SemanticModel?.GetDeclaredSymbol(body, _cancellationToken) is IMethodSymbol { MethodKind: MethodKind.Constructor or MethodKind.StaticConstructor };
    }
}
