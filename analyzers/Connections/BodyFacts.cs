using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>A call of a catalogued member on a connection.</summary>
/// <param name="Kind">Everything the member does.</param>
/// <param name="Call">The invocation.</param>
/// <param name="Connection">The object it is done on, or null when it cannot be told.</param>
/// <param name="IsDropped">Whether a task comes back and nobody looks at it.</param>
/// <param name="StoredIn">The field or property that takes the task, which the body goes on without, or null.</param>
internal sealed record ConnectionIO(ApiKind Kind, IInvocationOperation Call, IOperation? Connection, bool IsDropped, ISymbol? StoredIn);

/// <summary>A call of, or reference to, a method that is declared in source.</summary>
/// <param name="Target">The definition with a body.</param>
/// <param name="Operation">The invocation or method reference.</param>
/// <param name="IsDropped">Whether a task comes back and nobody looks at it.</param>
/// <param name="StoredIn">The field or property that takes the task, which the body goes on without, or null.</param>
/// <param name="IsCertain">Whether that definition is what runs; false when a derived type in sight overrides it.</param>
internal sealed record SourceCall(IMethodSymbol Target, IOperation Operation, bool IsDropped, ISymbol? StoredIn, bool IsCertain);

/// <summary>
/// What one body does by itself, without the methods it calls: computed once a body, from one walk over its operations and those of the lambdas that it runs in place.
/// </summary>
internal sealed class BodyFacts
{
    /// <summary>A body that cannot be seen or does nothing of interest.</summary>
    public static readonly BodyFacts Empty = new(ImmutableArray<BlockingCall>.Empty, ImmutableArray<ConnectionIO>.Empty, ImmutableArray<ConnectionIO>.Empty, ImmutableArray<SourceCall>.Empty, ImmutableArray<ISymbol>.Empty, ImmutableArray<SyntaxNode>.Empty, false, null);

    private BodyFacts(
        ImmutableArray<BlockingCall> blocks, ImmutableArray<ConnectionIO> io, ImmutableArray<ConnectionIO> abstractIO, ImmutableArray<SourceCall> calls, ImmutableArray<ISymbol> awaitedMembers,
        ImmutableArray<SyntaxNode> endlessLoops, bool guardsEverything, IMethodSymbol? forwardsTo)
    {
        Blocks = blocks;
        IO = io;
        AbstractIO = abstractIO;
        Calls = calls;
        AwaitedMembers = awaitedMembers;
        EndlessLoops = endlessLoops;
        GuardsEverything = guardsEverything;
        ForwardsTo = forwardsTo;
    }

    /// <summary>Calls that block the thread.</summary>
    public ImmutableArray<BlockingCall> Blocks { get; }

    /// <summary>Calls that connect, accept, send, receive or close.</summary>
    public ImmutableArray<ConnectionIO> IO { get; }

    /// <summary>Calls that do so on an abstraction that no catalogue names and whose implementation is out of sight: see <see cref="AbstractConnections"/>.</summary>
    public ImmutableArray<ConnectionIO> AbstractIO { get; }

    /// <summary>Calls of methods with a body in source.</summary>
    public ImmutableArray<SourceCall> Calls { get; }

    /// <summary>Fields and properties whose tasks the body waits for.</summary>
    public ImmutableArray<ISymbol> AwaitedMembers { get; }

    /// <summary>The loops with an await inside and no end of their own: <c>while</c>, <c>do</c>, <c>for</c> without a counter, <c>await foreach</c>.</summary>
    public ImmutableArray<SyntaxNode> EndlessLoops { get; }

    /// <summary>The first of those loops, or null.</summary>
    public Location? EndlessLoop => EndlessLoops.IsEmpty ? null : EndlessLoops[0].GetLocation();

    /// <summary>Whether the whole body stands in a try whose catch takes every exception and does not throw again.</summary>
    public bool GuardsEverything { get; }

    /// <summary>The one method whose task the body awaits or returns and does nothing else with, or null.</summary>
    public IMethodSymbol? ForwardsTo { get; }

    /// <summary>Reads a body.</summary>
    public static BodyFacts Read(SyntaxNode body, SemanticModel model, Apis apis, BlockingCalls blocking, SourceMethods methods, CancellationToken cancellationToken)
    {
        if (OperationOf(body, model, cancellationToken) is not { } root)
            return Empty;

        var blocks = ImmutableArray.CreateBuilder<BlockingCall>();
        var io = ImmutableArray.CreateBuilder<ConnectionIO>();
        var abstractIO = ImmutableArray.CreateBuilder<ConnectionIO>();
        var calls = ImmutableArray.CreateBuilder<SourceCall>();
        var awaited = ImmutableArray.CreateBuilder<ISymbol>();
        var mentioned = ImmutableArray.CreateBuilder<ISymbol>();
        var awaitsLocal = false;
        var endlessLoops = ImmutableArray.CreateBuilder<SyntaxNode>();
        foreach (var operation in InPlace(root, apis))
        {
            cancellationToken.ThrowIfCancellationRequested();
            switch (operation)
            {
                case IInvocationOperation call:
                    var facts = apis.Of(call);
                    if (facts.Is(ApiKind.AnyConnectionIO))
                        io.Add(new ConnectionIO(facts.Kind, call, call.Receiver(), DroppedTasks.FormOf(call) is not null, StoreOf(call)));
                    if (facts.Is(ApiKind.AnyBlocking))
                    {
                        if (blocking.At(call, cancellationToken) is { } block)
                            blocks.Add(block);
                        AddAwaitedMembers(call, awaited);
                    }

                    if (facts != ApiFacts.None)
                        break;
                    if (methods.PossibleTarget(call, out var isCertain, cancellationToken) is { } target)
                        calls.Add(new SourceCall(target, call, DroppedTasks.FormOf(call) is not null, StoreOf(call), isCertain));
                    else if (AbstractConnections.KindOf(call.TargetMethod) is var kind and not ApiKind.None)
                        abstractIO.Add(new ConnectionIO(kind, call, call.Receiver(), DroppedTasks.FormOf(call) is not null, StoreOf(call)));
                    break;
                case IPropertyReferenceOperation property when apis.Of(property.Property).Is(ApiKind.AnyBlocking):
                    if (blocking.At(property, cancellationToken) is { } read)
                        blocks.Add(read);
                    AddAwaitedMembers(property, awaited);
                    break;
                case IMethodReferenceOperation reference when RunsInPlace(reference, apis) && methods.Target(reference.Method, cancellationToken) is { } handedOver:
                    calls.Add(new SourceCall(handedOver, reference, false, null, true));
                    break;
                case IAwaitOperation wait:
                    AddAwaitedMembers(wait.Operation, awaited);
                    awaitsLocal |= MentionsTaskLocal(wait.Operation);
                    break;
                case IFieldReferenceOperation or IPropertyReferenceOperation when operation.Type.IsTaskLike() && operation.ReferencedSymbol() is { } member:
                    mentioned.Add(member.OriginalDefinition);
                    break;
                case ILoopOperation loop when IsEndless(loop, apis) && ContainsAwait(loop):
                    endlessLoops.Add(loop.Syntax);
                    break;
            }
        }

        // "var loop = _loop; if (loop is not null) await loop;": which of the members came into the local is not followed.
        if (awaitsLocal)
            awaited.AddRange(mentioned);
        // "_loop = RunAsync(); await _loop;" waits after all.
        for (var i = 0; i < io.Count; i++)
        {
            if (io[i].StoredIn is { } store && awaited.Contains(store))
                io[i] = io[i] with { StoredIn = null };
        }

        for (var i = 0; i < calls.Count; i++)
        {
            if (calls[i].StoredIn is { } store && awaited.Contains(store))
                calls[i] = calls[i] with { StoredIn = null };
        }

        var forward = ForwardOf(root) is { } forwarded ? methods.Target(forwarded, cancellationToken) : null;
        return new BodyFacts(blocks.ToImmutable(), io.ToImmutable(), abstractIO.ToImmutable(), calls.ToImmutable(), awaited.ToImmutable(), endlessLoops.ToImmutable(), IsGuarded(root), forward);
    }

    /// <summary>The field or property that the call's task is put into and that nobody waits for in the same expression, or null.</summary>
    private static ISymbol? StoreOf(IInvocationOperation call)
    {
        if (!call.TargetMethod.ReturnType.IsTaskLike())
            return null;
        IOperation value = call;
        while (value.Parent is IConversionOperation or IParenthesizedOperation or IConditionalAccessOperation
               || (value.Parent is IInvocationOperation { TargetMethod.Name: "AsTask" } wrapper && wrapper.Instance == value))
        {
            value = value.Parent;
        }

        return value.Parent is (ISimpleAssignmentOperation or ICoalesceAssignmentOperation) and IAssignmentOperation { Parent: IExpressionStatementOperation } assignment && assignment.Value == value
            && assignment.Target is IFieldReferenceOperation or IPropertyReferenceOperation
                ? assignment.Target.ReferencedSymbol()?.OriginalDefinition
                : null;
    }

    /// <summary>The operation of a declared body, or null for half-typed code.</summary>
    public static IOperation? OperationOf(SyntaxNode body, SemanticModel model, CancellationToken cancellationToken) => body switch
    {
        PropertyDeclarationSyntax { ExpressionBody: { } arrow } => model.GetOperation(arrow, cancellationToken),
        IndexerDeclarationSyntax { ExpressionBody: { } arrow } => model.GetOperation(arrow, cancellationToken),
        _ => model.GetOperation(body, cancellationToken),
    };

    /// <summary>The operations that run as part of the body: its own, and those of lambdas handed to an API that runs them before it returns.</summary>
    public static IEnumerable<IOperation> InPlace(IOperation root, Apis apis)
    {
        var pending = new Stack<IOperation>();
        pending.Push(root);
        while (pending.Count > 0)
        {
            var current = pending.Pop();
            foreach (var operation in current.SelfAndDescendantsInBody())
            {
                if (operation != current && operation is IAnonymousFunctionOperation lambda && RunsInPlace(lambda, apis))
                    pending.Push(lambda.Body);
                yield return operation;
            }
        }
    }

    /// <summary>Whether a lambda or method group is handed to an API that runs it before it returns.</summary>
    public static bool RunsInPlace(IOperation function, Apis apis)
    {
        var parent = function.Parent;
        while (parent is IConversionOperation or IDelegateCreationOperation or IParenthesizedOperation)
            parent = parent.Parent;
        return parent is IArgumentOperation { Parent: IInvocationOperation call } && IsInline(call.TargetMethod, apis);
    }

    private static bool IsInline(IMethodSymbol method, Apis apis) =>
        apis.Of(method).Is(ApiKind.Inline) || (method.ContainingType is { } type && (apis.Of(type) & ApiKind.Inline) != 0);

    private static void AddAwaitedMembers(IOperation waited, ImmutableArray<ISymbol>.Builder members)
    {
        foreach (var operation in waited.SelfAndDescendantsInBody())
        {
            if (operation is IFieldReferenceOperation or IPropertyReferenceOperation && operation.Type.IsTaskLike() && operation.ReferencedSymbol() is { } symbol)
                members.Add(symbol.OriginalDefinition);
        }
    }

    private static bool MentionsTaskLocal(IOperation waited)
    {
        foreach (var operation in waited.SelfAndDescendantsInBody())
        {
            if (operation is ILocalReferenceOperation && operation.Type.IsTaskLike())
                return true;
        }

        return false;
    }

    /// <summary>Whether the loop has no end of its own, as far as its head tells.</summary>
    public static bool IsEndless(ILoopOperation loop, Apis apis) => loop switch
    {
        // "while (await stream.ReadAsync(buffer) > 0)" ends with the connection.
        IWhileLoopOperation { Condition: { } condition } when Receives(condition, apis) => true,
        // "while (sent < data.Length)" counts: it ends by itself.
        IWhileLoopOperation { Condition: IBinaryOperation { OperatorKind: BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual or BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual, LeftOperand.Type.SpecialType: >= SpecialType.System_SByte and <= SpecialType.System_Double } } => false,
        // "while (!result.EndOfMessage)" ends with the message.
        IWhileLoopOperation { Condition: { } condition } when AsksForEndOfMessage(condition) => false,
        IWhileLoopOperation => true,
        IForLoopOperation @for => @for.Condition is null,
        IForEachLoopOperation each => each.IsAsynchronous,
        _ => false,
    };

    private static bool Receives(IOperation condition, Apis apis)
    {
        foreach (var operation in condition.SelfAndDescendantsInBody())
        {
            if (operation is IInvocationOperation call && apis.Of(call).Is(ApiKind.Receive))
                return !AsksForEndOfMessage(condition);
        }

        return false;
    }

    private static bool AsksForEndOfMessage(IOperation condition)
    {
        foreach (var operation in condition.SelfAndDescendantsInBody())
        {
            if (operation is IPropertyReferenceOperation { Property.Name: "EndOfMessage" })
                return true;
        }

        return false;
    }

    private static bool ContainsAwait(IOperation loop)
    {
        if (loop is IForEachLoopOperation { IsAsynchronous: true })
            return true;
        foreach (var operation in loop.SelfAndDescendantsInBody())
        {
            if (operation is IAwaitOperation)
                return true;
        }

        return false;
    }

    private static IBlockOperation? BlockOf(IOperation root) => root switch
    {
        IMethodBodyOperation method => method.BlockBody ?? method.ExpressionBody,
        IAnonymousFunctionOperation lambda => lambda.Body,
        ILocalFunctionOperation local => local.Body,
        _ => root as IBlockOperation,
    };

    private static IMethodSymbol? ForwardOf(IOperation root)
    {
        IMethodSymbol? target = null;
        foreach (var statement in BlockOf(root)?.Operations ?? ImmutableArray<IOperation>.Empty)
        {
            var value = statement switch
            {
                IReturnOperation { ReturnedValue: null } => null,
                IReturnOperation returns => returns.ReturnedValue,
                IExpressionStatementOperation { Operation: IAwaitOperation wait } => wait,
                _ => statement,
            };
            if (value is null)
                continue;
            if (target is not null || value.Unwrapped() is not IInvocationOperation call)
                return null;
            target = call.TargetMethod;
        }

        return target;
    }

    private static bool IsGuarded(IOperation root)
    {
        if (BlockOf(root) is not { } block)
            return false;

        var hasGuard = false;
        var pending = new Stack<IBlockOperation>();
        pending.Push(block);
        while (pending.Count > 0)
        {
            foreach (var statement in pending.Pop().Operations)
            {
                switch (statement)
                {
                    case ITryOperation @try when CatchesEverything(@try):
                        hasGuard = true;
                        break;
                    // A loop whose turns are guarded: while (true) { try { .. } catch { .. } }
                    case IWhileLoopOperation { Body: IBlockOperation turn } loop when loop.Condition is null || IsHarmless(loop.Condition):
                        pending.Push(turn);
                        break;
                    case IForLoopOperation { Condition: null, Before.IsEmpty: true, AtLoopBottom.IsEmpty: true, Body: IBlockOperation turn }:
                        pending.Push(turn);
                        break;
                    // What cannot fail may stand outside: plain values, reading a state, leaving early because of it.
                    case ILocalFunctionOperation:
                    case IReturnOperation or IVariableDeclarationGroupOperation or IUsingDeclarationOperation or IConditionalOperation when IsHarmless(statement):
                        break;
                    default:
                        return false;
                }
            }
        }

        return hasGuard;
    }

    private static bool IsHarmless(IOperation statement)
    {
        foreach (var operation in statement.SelfAndDescendantsInBody())
        {
            // Properties do not throw, by convention; those of tasks do.
            if (operation is IInvocationOperation or IAwaitOperation or IThrowOperation or ITryOperation or ILoopOperation
                || (operation is IPropertyReferenceOperation { Instance.Type: { } type } && type.IsTaskLike()))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the catches of the try take every exception and let none out again.</summary>
    public static bool CatchesEverything(ITryOperation @try)
    {
        var takesAll = false;
        foreach (var clause in @try.Catches)
        {
            takesAll |= clause.Filter is null
                && (clause.ExceptionType is null or { SpecialType: SpecialType.System_Object } || clause.ExceptionType is { Name: "Exception", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } });
            // Also one that takes a few of them first and throws those again.
            foreach (var operation in clause.Handler.SelfAndDescendantsInBody())
            {
                if (operation is IThrowOperation)
                    return false;
            }
        }

        return takesAll;
    }
}
