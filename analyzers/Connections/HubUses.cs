using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>Code of a hub that may run when the hub method that started it has returned.</summary>
/// <param name="Because">What starts it and does not wait.</param>
/// <param name="OnlyBehindAwait">Whether it runs inside the call that starts it up to its first await.</param>
/// <param name="IsStartedHere">Whether the code before it, or its own beginning, still runs while the hub lives: there something can be put into a local.</param>
internal sealed record LateHubCode(Evidence Because, bool OnlyBehindAwait, bool IsStartedHere);

/// <summary>Which code of a hub outlives the hub, which is disposed when its method returns. Decided once a type, from the work that nobody waits for downwards.</summary>
internal sealed class HubUses
{
    private readonly Compilation _compilation;
    private readonly Apis _apis;
    private readonly Summaries _summaries;
    private readonly ConcurrentDictionary<INamedTypeSymbol, ImmutableDictionary<SyntaxNode, LateHubCode>> _known = new(SymbolEqualityComparer.Default);

    public HubUses(Compilation compilation, Apis apis, Summaries summaries)
    {
        _compilation = compilation;
        _apis = apis;
        _summaries = summaries;
    }

    /// <summary>Whether the property is one that a hub inherits from its library, and that only a living hub has.</summary>
    public bool IsHubProperty(IPropertyReferenceOperation read) =>
        read is { Instance: IInstanceReferenceOperation, Property: { IsStatic: false, ContainingType: { } type } }
        && _apis.Catalogue.Knows(type.Name) && !_apis.IsDeclaredHere(type) && (_apis.Of(type) & ApiKind.Hub) != 0;

    /// <summary>Why a read of such a property may come when the hub is gone, or null.</summary>
    public LateHubCode? At(IPropertyReferenceOperation read, ISymbol member, CancellationToken cancellationToken)
    {
        if (member.ContainingType is not { } type || Bodies.Around(read.Syntax) is not { } body)
            return null;
        type = type.OriginalDefinition;
        var late = _known.TryGetValue(type, out var known) ? known : _known.GetOrAdd(type, Find(type, cancellationToken));
        return late.TryGetValue(body, out var code) && (!code.OnlyBehindAwait || IsBehindAwait(body, read.Syntax)) ? code : null;
    }

    private ImmutableDictionary<SyntaxNode, LateHubCode> Find(INamedTypeSymbol type, CancellationToken cancellationToken)
    {
        var found = new Dictionary<SyntaxNode, LateHubCode>();
        var pending = new Queue<SyntaxNode>();
        foreach (var reference in type.DeclaringSyntaxReferences)
        {
            if (!_compilation.ContainsSyntaxTree(reference.SyntaxTree))
                continue;
            foreach (var node in reference.GetSyntax(cancellationToken).DescendantNodes())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (Bodies.IsBody(node))
                    AddRoots(node);
            }
        }

        while (pending.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Spread(pending.Dequeue());
        }

        return found.ToImmutableDictionary();

        void Add(SyntaxNode body, LateHubCode code)
        {
            if (found.ContainsKey(body))
                return;
            found.Add(body, code);
            pending.Enqueue(body);
        }

        void AddRoots(SyntaxNode body)
        {
            foreach (var call in _summaries.FactsOf(body, cancellationToken).Calls)
            {
                if ((call.IsDropped || call.StoredIn is not null) && IsOfHub(call.Target) && Bodies.Of(call.Target, cancellationToken) is { } callee)
                    Add(callee, new LateHubCode(Started(call.Operation.Syntax, call.Target), OnlyBehindAwait: true, IsStartedHere: true));
            }

            if (BodyFacts.OperationOf(body, _summaries.ModelOf(body), cancellationToken) is not { } root)
                return;
            foreach (var operation in root.SelfAndDescendantsInBody())
            {
                if (operation == root || StartedBy(operation) is not { } because)
                    continue;
                if (operation is IAnonymousFunctionOperation lambda)
                    Add(lambda.Syntax, new LateHubCode(because, false, IsStartedHere: true));
                else if (operation is IMethodReferenceOperation { Method: var method } && IsOfHub(method) && Bodies.Of(method, cancellationToken) is { } handed)
                    Add(handed, new LateHubCode(because, false, IsStartedHere: false));
            }
        }

        // What late code calls, and the functions in it, are late as well.
        void Spread(SyntaxNode body)
        {
            var code = found[body];
            foreach (var call in _summaries.FactsOf(body, cancellationToken).Calls)
            {
                if (IsOfHub(call.Target) && Bodies.Of(call.Target, cancellationToken) is { } callee && (!code.OnlyBehindAwait || IsBehindAwait(body, call.Operation.Syntax)))
                    Add(callee, new LateHubCode(code.Because, false, IsStartedHere: false));
            }

            foreach (var node in Bodies.NodesOf(body))
            {
                if (node is AnonymousFunctionExpressionSyntax && (!code.OnlyBehindAwait || IsBehindAwait(body, node)))
                    Add(node, new LateHubCode(code.Because, false, code is { IsStartedHere: true }));
            }
        }

        bool IsOfHub(IMethodSymbol method) => !method.IsStatic && SymbolEqualityComparer.Default.Equals(method.ContainingType?.OriginalDefinition, type);
    }

    private static Evidence Started(SyntaxNode place, IMethodSymbol method) => new Evidence("StartedAndLeft", place.GetLocation(), null, method.ShortName());

    /// <summary>Who runs the function later without anybody who waits for it, or null.</summary>
    private Evidence? StartedBy(IOperation function)
    {
        if (function is not (IAnonymousFunctionOperation or IMethodReferenceOperation))
            return null;
        var value = function;
        while (value.Parent is IDelegateCreationOperation or IConversionOperation or IParenthesizedOperation)
            value = value.Parent;
        switch (value.Parent)
        {
            case IArgumentOperation { Parent: IInvocationOperation call } when _apis.Of(call).Is(ApiKind.Offload):
                return IsLeft(call) ? Started(call.Syntax, call.TargetMethod) : null;
            // A task that is made and not started, and a thread that is joined, are for whoever holds them to wait for.
            case IArgumentOperation { Parent: IObjectCreationOperation { Constructor: { } constructor } creation } when _apis.Of(constructor).Is(ApiKind.Offload):
                return constructor.ContainingType.Name is not nameof(Task) && Bodies.Around(creation.Syntax) is { } body && !body.Names(nameof(Thread.Join)) && !IsInUsing(creation.Syntax)
                    ? Started(creation.Syntax, constructor)
                    : null;
            case IEventAssignmentOperation { Adds: true, EventReference: IEventReferenceOperation { Event: var listened } } subscription
                when Bodies.Around(subscription.Syntax) is { } around && !IsUnsubscribed(listened.Name, around):
                return new Evidence("Listens", subscription.Syntax.GetLocation(), null, listened.ShortName());
            default:
                return null;
        }
    }

    /// <summary>Whether nobody waits for what the call starts: its task, or that of what is put behind it, is dropped or stored, or there is none.</summary>
    private static bool IsLeft(IInvocationOperation call)
    {
        // Unwrap is an extension: what it is called on is its argument.
        while ((call.Parent is IArgumentOperation argument ? argument.Parent : call.Parent) is IInvocationOperation { TargetMethod.Name: "ContinueWith" or "Unwrap" } next && next.Receiver() == call)
            call = next;
        if (!call.TargetMethod.ReturnType.IsTaskLike())
            return call.Parent is IExpressionStatementOperation;
        if (DroppedTasks.FormOf(call) is not null)
            return true;
        var value = call.InConversions();
        return value.Parent is ISimpleAssignmentOperation { Target: IFieldReferenceOperation or IPropertyReferenceOperation, Parent: IExpressionStatementOperation } assignment && assignment.Value == value;
    }

    private static bool IsInUsing(SyntaxNode creation) =>
        creation.FirstAncestorOrSelf<StatementSyntax>() is LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not 0 } or UsingStatementSyntax;

    private static bool IsUnsubscribed(string @event, SyntaxNode body)
    {
        foreach (var node in body.DescendantNodes())
        {
            if (node is AssignmentExpressionSyntax assignment && assignment.IsKind(SyntaxKind.SubtractAssignmentExpression) && assignment.Left.RightmostName() == @event)
                return true;
        }

        return false;
    }

    /// <summary>Whether the code has awaited something when it comes to the node.</summary>
    private static bool IsBehindAwait(SyntaxNode body, SyntaxNode node)
    {
        foreach (var other in Bodies.NodesOf(body))
        {
            switch (other)
            {
                case CommonForEachStatementSyntax each when each.AwaitKeyword.IsKind(SyntaxKind.AwaitKeyword) && (each.Span.End <= node.SpanStart || each.Statement.Span.Contains(node.Span)):
                case AwaitExpressionSyntax wait when wait.Span.End <= node.SpanStart || (Loops.Outermost(wait) is { } loop && loop.Span.Contains(node.Span)):
                    return true;
            }
        }

        return false;
    }
}
