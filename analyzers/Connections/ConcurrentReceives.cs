using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>A loop on a connection that is started and left to itself.</summary>
/// <param name="Call">The call that starts it: of its method, or of what runs its function elsewhere.</param>
/// <param name="Connection">What it reads, as the body that starts it names it.</param>
/// <param name="Task">The local or field that takes its task, or null.</param>
/// <param name="Loop">The loop.</param>
internal sealed record StartedReceiveLoop(IInvocationOperation Call, ConnectionName Connection, ISymbol? Task, Location Loop);

/// <summary>Which receives run while a loop that reads the same connection runs: both get pieces of one message. Of sends, which run while a loop sends.</summary>
internal sealed class ConcurrentReceives
{
    private readonly Apis _apis;
    private readonly Summaries _summaries;
    private readonly ConnectionUses _uses;
    private readonly ApiKind _kind;
    private readonly ConcurrentDictionary<SyntaxNode, ImmutableArray<StartedReceiveLoop>> _starts = new();

    /// <param name="apis">What each API does.</param>
    /// <param name="summaries">What source methods do.</param>
    /// <param name="uses">What is done on a connection.</param>
    /// <param name="kind">What the loop and the call both do: receive, or send.</param>
    public ConcurrentReceives(Apis apis, Summaries summaries, ConnectionUses uses, ApiKind kind = ApiKind.Receive)
    {
        _kind = kind;
        _apis = apis;
        _summaries = summaries;
        _uses = uses;
    }

    /// <summary>The loop that reads the connection of the receive, or of the loop that the call starts, while it runs; null when none is seen to.</summary>
    public StartedReceiveLoop? Beside(IInvocationOperation receive, CancellationToken cancellationToken)
    {
        if (receive.SemanticModel is not { } model || Bodies.Around(receive.Syntax) is not { } body)
            return null;
        // Few bodies start a loop; what a call reads is the dearer question.
        var starts = StartsIn(body, model, cancellationToken);
        if (starts.IsEmpty || ReadBy(receive, model, cancellationToken) is not { } name)
            return null;
        foreach (var start in starts)
        {
            if (!start.Connection.Is(name))
                continue;
            var ways = new Continuation(
                operation => operation is IInvocationOperation && operation.Syntax == receive.Syntax,
                operation => IsWaited(operation, start, model) || IsCancel(operation) || _uses.Ends(operation, name, model, cancellationToken),
                static _ => null);
            if (ways.FirstAfter(start.Call, cancellationToken) is not null)
                return start;
        }

        return null;
    }

    /// <summary>The connection that the call reads, or that the loop reads which it starts.</summary>
    private ConnectionName? ReadBy(IInvocationOperation call, SemanticModel model, CancellationToken cancellationToken) =>
        _apis.Of(call).Is(ApiKind.Offload) ? StartOf(call, model, cancellationToken)?.Connection : _uses.UsedBy(call, _kind, model, cancellationToken);

    /// <summary>Whether the body starts such a loop at all.</summary>
    public bool AreStartedIn(SyntaxNode body, SemanticModel model, CancellationToken cancellationToken) => !StartsIn(body, model, cancellationToken).IsEmpty;

    private ImmutableArray<StartedReceiveLoop> StartsIn(SyntaxNode body, SemanticModel model, CancellationToken cancellationToken) =>
        _starts.TryGetValue(body, out var known) ? known : _starts.GetOrAdd(body, FindStarts(body, model, cancellationToken));

    private ImmutableArray<StartedReceiveLoop> FindStarts(SyntaxNode body, SemanticModel model, CancellationToken cancellationToken)
    {
        if (BodyFacts.OperationOf(body, model, cancellationToken) is not { } root)
            return ImmutableArray<StartedReceiveLoop>.Empty;
        var starts = ImmutableArray.CreateBuilder<StartedReceiveLoop>();
        foreach (var operation in root.SelfAndDescendantsInBody())
        {
            if (operation is IInvocationOperation call && StartOf(call, model, cancellationToken) is { } start)
                starts.Add(start);
        }

        return starts.ToImmutable();
    }

    private StartedReceiveLoop? StartOf(IInvocationOperation call, SemanticModel model, CancellationToken cancellationToken)
    {
        if (!call.TargetMethod.ReturnType.IsTaskLike() || !IsLeftToItself(call, out var task))
            return null;
        var facts = _apis.Of(call);
        var function = facts.Is(ApiKind.Offload) ? FunctionOf(call) : facts == ApiFacts.None ? call.TargetMethod : null;
        if (function is null || _summaries.Does(function, _kind, cancellationToken) is not { } reached || _summaries.RunsUntilEnd(function, cancellationToken) is not { } loop)
            return null;
        if (!IsIn(loop, reached) || IsOrdered(function, reached, loop, cancellationToken) || _uses.NameOf(reached) is not { } inside)
            return null;
        var name = facts.Is(ApiKind.Offload) ? OutsideOf(inside, function) : inside.AtCaller(call, model);
        return name is null ? null : new StartedReceiveLoop(call, name, task, loop);
    }

    /// <summary>Whether nobody waits for the task where it is made: it is dropped, stored, or waited for together with others.</summary>
    public static bool IsLeftToItself(IInvocationOperation call, out ISymbol? task)
    {
        task = null;
        if (DroppedTasks.FormOf(call) is not null)
            return true;
        IOperation value = call;
        while (value.Parent is IConversionOperation or IInvocationOperation { TargetMethod.Name: "AsTask" })
            value = value.Parent;
        switch (value.Parent)
        {
            case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator }:
                task = declarator.Symbol;
                return true;
            case ISimpleAssignmentOperation { Target: var target, Parent: IExpressionStatementOperation } assignment when assignment.Value == value:
                task = target.ReferencedSymbol();
                return task is not null;
            case IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { Name: "WhenAll" or "WhenAny", ContainingType.Name: "Task" } } }:
                return true;
            case var list:
                return ValueFlow.IsList(list);
        }
    }

    private static IMethodSymbol? FunctionOf(IInvocationOperation offload)
    {
        foreach (var argument in offload.Arguments)
        {
            switch (argument.Value.WithoutConversions())
            {
                case IDelegateCreationOperation { Target: IAnonymousFunctionOperation lambda }:
                    return lambda.Symbol;
                case IDelegateCreationOperation { Target: IMethodReferenceOperation { Instance: null or IInstanceReferenceOperation } group }:
                    return group.Method;
            }
        }

        return null;
    }

    /// <summary>What a function without parameters of its own names, its maker names alike.</summary>
    private static ConnectionName? OutsideOf(ConnectionName inside, IMethodSymbol function) =>
        inside.Root is ILocalSymbol or IParameterSymbol && SymbolEqualityComparer.Default.Equals(inside.Root.ContainingSymbol, function) ? null
        : inside.Root is ILocalSymbol or IParameterSymbol && !inside.IsOfPrimaryConstructor && function.MethodKind is not (MethodKind.AnonymousFunction or MethodKind.LocalFunction) ? null
        : inside;

    private static bool IsIn(Location loop, ReachedIO reached)
    {
        bool Contains(SyntaxNode node) => node.SyntaxTree == loop.SourceTree && loop.SourceSpan.Contains(node.Span);
        if (Contains(reached.Leaf.Call.Syntax))
            return true;
        foreach (var step in reached.Path)
        {
            if (Contains(step.Operation.Syntax))
                return true;
        }

        return false;
    }

    /// <summary>Whether the loop may not come to its receive after all: it can be left before it begins, or the bodies on the way take a lock.</summary>
    private bool IsOrdered(IMethodSymbol function, ReachedIO reached, Location loop, CancellationToken cancellationToken)
    {
        var body = Bodies.Of(function, cancellationToken);
        var isBeforeLoop = true;
        foreach (var step in reached.Path)
        {
            if (IsOrderedIn(body, step.Operation.Syntax, loop, ref isBeforeLoop))
                return true;
            body = Bodies.Of(step.Target, cancellationToken);
        }

        return IsOrderedIn(body, reached.Leaf.Call.Syntax, loop, ref isBeforeLoop);
    }

    /// <param name="body">A body on the way.</param>
    /// <param name="next">The call that the way goes on with.</param>
    /// <param name="loop">The loop.</param>
    /// <param name="isBeforeLoop">Whether the loop has not begun yet: then whoever returns does not come to it. Behind its start it is the turns that end.</param>
    private static bool IsOrderedIn(SyntaxNode? body, SyntaxNode next, Location loop, ref bool isBeforeLoop)
    {
        if (body is null)
            return true;
        var isLoopHere = body.SyntaxTree == loop.SourceTree && body.Span.Contains(loop.SourceSpan);
        var start = !isBeforeLoop ? 0 : isLoopHere ? loop.SourceSpan.Start : next.SpanStart;
        isBeforeLoop &= !isLoopHere;
        foreach (var node in Bodies.NodesOf(body))
        {
            switch (node)
            {
                case LockStatementSyntax:
                case SimpleNameSyntax { Identifier.ValueText: "Wait" or "WaitAsync" or "WaitOne" or "Enter" or "TryEnter" or "LockAsync" or "EnterAsync" or "CompareExchange" or "Exchange" }:
                case ReturnStatementSyntax or ThrowStatementSyntax when node.SpanStart < start:
                    return true;
            }
        }

        return false;
    }

    private static bool IsWaited(IOperation operation, StartedReceiveLoop start, SemanticModel model) =>
        start.Task is not null && operation is ILocalReferenceOperation or IFieldReferenceOperation or IPropertyReferenceOperation
        && SymbolEqualityComparer.Default.Equals(ConnectionName.Written(operation, model).ReferencedSymbol(), start.Task)
        && operation.Parent is not ISimpleAssignmentOperation;

    private static bool IsCancel(IOperation operation) =>
        operation is IInvocationOperation { TargetMethod: { Name: "Cancel" or "CancelAsync" or "CancelAfter", ContainingType.Name: "CancellationTokenSource" } };
}
