using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>Whether a wait for a peer has an end: by its token, by what is done with its task, or by what the code around it does to the connection.</summary>
internal sealed class Waits
{
    /// <summary>How many callers a question is handed up to.</summary>
    private const int MaxCallers = 3;

    /// <summary>What is known to run the function it is given and to do no more to it.</summary>
    private const ApiKind RunsFunctions = ApiKind.Offload | ApiKind.Callback | ApiKind.Request | ApiKind.Inline;

    private readonly Apis _apis;
    private readonly Tokens _tokens;
    private readonly PrivateCalls _calls;

    public Waits(Apis apis, Tokens tokens, PrivateCalls calls)
    {
        _apis = apis;
        _tokens = tokens;
        _calls = calls;
    }

    /// <summary>Why a connect waits until the peer answers, however long that takes, or null when it does not.</summary>
    public Evidence? ConnectsWithoutEnd(ConnectionCall connect, CancellationToken cancellationToken) =>
        (connect.Facts.Has(ApiKind.Connect, ApiEntry.EndlessWord) || connect.Facts.Has(ApiKind.Connect, ApiEntry.SystemWord)) && !IsLocal(connect.Call)
            ? WithoutEnd(connect.Call, cancellationToken)
            : null;

    /// <summary>Why a close waits until the peer answers, however long that takes, or null when it does not.</summary>
    public Evidence? ClosesWithoutEnd(ConnectionCall close, CancellationToken cancellationToken) =>
        close.Facts.Has(ApiKind.Close, ApiEntry.EndlessWord) && WithoutEnd(close.Call, cancellationToken) is { } endless && !IsAnswer(close.Call, cancellationToken)
            ? endless
            : null;

    /// <summary>Whether a close would wait until the peer answers if somebody waited for it, whoever drops it now.</summary>
    public bool WouldCloseWithoutEnd(IInvocationOperation close, CancellationToken cancellationToken) =>
        _apis.Of(close).Has(ApiKind.Close, ApiEntry.EndlessWord) && _tokens.EndsOf(close, cancellationToken) == TokenEnds.None && !IsAnswer(close, cancellationToken);

    /// <summary>Whether something outside of the call may end the wait for it: what is done with its task, or another function that closes, aborts or disposes the connection.</summary>
    public bool IsEndedFromOutside(IInvocationOperation call, CancellationToken cancellationToken) => IsEndedAround(call, cancellationToken) || IsEndedElsewhere(call, countsCloses: true);

    /// <summary>Whether a close answers that of the peer, who reads nothing any more.</summary>
    public bool AnswersPeer(IInvocationOperation close, CancellationToken cancellationToken) => IsAnswer(close, cancellationToken);

    /// <summary>Whether a connect goes to a socket file of this machine, which answers at once or not at all.</summary>
    private static bool IsLocal(IInvocationOperation connect)
    {
        foreach (var argument in connect.Arguments)
        {
            if (argument.Value.WithoutConversions().Type is { Name: "UnixDomainSocketEndPoint" })
                return true;
        }

        return false;
    }

    /// <summary>Why somebody waits for the call's task and nothing ends that wait but the peer, or null.</summary>
    private Evidence? WithoutEnd(IInvocationOperation call, CancellationToken cancellationToken)
    {
        if (!call.TargetMethod.ReturnType.IsTaskLike() || _tokens.EndsOf(call, cancellationToken) != TokenEnds.None || IsEndedAround(call, cancellationToken) || IsEndedElsewhere(call, countsCloses: false)
            || OverwrittenTasks.FormOf(call, cancellationToken) is not null)
        {
            return null;
        }

        return Tokens.ArgumentOf(call) is { ArgumentKind: ArgumentKind.Explicit } token
            ? new Evidence("EndlessToken", token.Syntax.GetLocation(), null, token.Value.Syntax.ToString())
            : new Evidence("NoToken", call.Syntax.GetLocation(), null, call.TargetMethod.Name);
    }

    /// <summary>
    /// Whether a close answers that of the peer, and so returns at once: it hands back the peer's status, or every way to it, also through the callers of a private method, has
    /// found that the peer closed.
    /// </summary>
    private bool IsAnswer(IInvocationOperation close, CancellationToken cancellationToken)
    {
        foreach (var argument in close.Arguments)
        {
            if (ReceivedClose.IsMentioned(argument.Value))
                return true;
        }

        return IsProvenAt(close, MaxCallers, cancellationToken);
    }

    private bool IsProvenAt(IOperation place, int callersLeft, CancellationToken cancellationToken)
    {
        for (var at = place; at is not null;)
        {
            if (Guards.AllWaysPass(at, ReceivedClose.IsProvenBy, cancellationToken))
                return true;
            // A lambda is made where the conditions around it hold.
            var function = FunctionAround(at);
            if (function is not IAnonymousFunctionOperation)
                break;
            at = function.Parent;
        }

        if (callersLeft == 0 || _calls.Of(place, cancellationToken) is not { IsEmpty: false } calls)
            return false;
        foreach (var call in calls)
        {
            if (!IsProvenAt(call, callersLeft - 1, cancellationToken))
                return false;
        }

        return true;
    }

    /// <summary>Whether something other than the call's own token may end the wait for its task, or nobody in sight waits at all.</summary>
    private bool IsEndedAround(IInvocationOperation call, CancellationToken cancellationToken)
    {
        var pending = new Stack<(IOperation Task, int CallersLeft)>();
        var seen = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        pending.Push((call, MaxCallers));
        while (pending.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (task, callersLeft) = pending.Pop();
            switch (task.Parent)
            {
                case IConversionOperation or IParenthesizedOperation or IArrayInitializerOperation or IArrayCreationOperation:
                // The array or span that the arguments of a "params" parameter are put into.
                case { IsImplicit: true } and not (IArgumentOperation or IReturnOperation or IExpressionStatementOperation or IBlockOperation):
                case IConditionalAccessOperation access when access.WhenNotNull == task:
                case IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "AsTask" or "Unwrap" or "ContinueWith" or "GetAwaiter" } wrapper when wrapper.Receiver() == task:
                    pending.Push((task.Parent, callersLeft));
                    break;
                case IInvocationOperation { TargetMethod.Name: "WaitAsync" or "Wait" } wait when wait.Receiver() == task:
                    if (HasLimit(wait, cancellationToken))
                        return true;
                    if (wait.TargetMethod.Name == "WaitAsync")
                        pending.Push((wait, callersLeft));
                    break;
                case IInvocationOperation { TargetMethod.Name: "GetResult" } or IPropertyReferenceOperation { Property.Name: "Result" }:
                    break;
                case IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { Name: "WhenAll" or "WaitAll", ContainingType.Name: "Task" } } all }:
                    if (all.TargetMethod.Name == "WhenAll")
                        pending.Push((all, callersLeft));
                    else if (all.Arguments.Length > 1)
                        return true;
                    break;
                // "sockets.Select(..).ToArray()": the sequence stands for the tasks in it.
                case IArgumentOperation { Parent: IInvocationOperation { TargetMethod.ContainingType.Name: "Enumerable" } sequence }:
                    pending.Push((sequence, callersLeft));
                    break;
                case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator }:
                    if (!PushUses(declarator.Symbol, declarator, callersLeft))
                        return true;
                    break;
                case ISimpleAssignmentOperation { Target: ILocalReferenceOperation { Local: var local } } assignment when assignment.Value == task:
                    if (!PushUses(local, assignment, callersLeft))
                        return true;
                    break;
                case IAwaitOperation or IReturnOperation:
                    if (IsFunctionEndedAround(task, callersLeft))
                        return true;
                    break;
                default:
                    // Handed to something that may end it, kept for later, or dropped: no wait in sight.
                    return true;
            }
        }

        return false;

        bool PushUses(ILocalSymbol local, IOperation place, int callersLeft)
        {
            if (!seen.Add(local))
                return true;
            var isUsed = false;
            if (Bodies.OutermostAround(place.Syntax) is { } body && place.SemanticModel is { } model)
            {
                foreach (var use in ValueFlow.ReferencesTo(local, body, model, cancellationToken))
                {
                    if (use.Parent is IAssignmentOperation assignment && assignment.Target == use)
                        continue;
                    // "connect.IsCompleted", "connect == winner": looked at, not waited for.
                    if (use.Parent is IBinaryOperation or IPropertyReferenceOperation { Property.Name: not "Result" })
                        continue;
                    isUsed = true;
                    pending.Push((use, callersLeft));
                }
            }

            return isUsed;
        }

        bool IsFunctionEndedAround(IOperation inside, int callersLeft)
        {
            switch (FunctionAround(inside))
            {
                case IAnonymousFunctionOperation lambda:
                    return IsLambdaEnded(lambda, callersLeft);
                default:
                    if (callersLeft == 0)
                        return false;
                    foreach (var caller in _calls.Of(inside, cancellationToken))
                    {
                        // A caller that drops the task does not wait for it; the others do.
                        if (DroppedTasks.FormOf(caller) is null && caller.TargetMethod.ReturnType.IsTaskLike())
                            pending.Push((caller, callersLeft - 1));
                    }

                    return false;
            }
        }

        bool IsLambdaEnded(IAnonymousFunctionOperation lambda, int callersLeft)
        {
            var value = lambda.Parent;
            while (value is IConversionOperation or IDelegateCreationOperation or IParenthesizedOperation)
                value = value.Parent;
            // Nobody can wait for what returns nothing, so nobody ends it.
            if (lambda.Symbol.ReturnsVoid || value is IEventAssignmentOperation)
                return false;
            // Whoever is given a function that returns a task may put a limit to it, unless the catalogue knows better.
            switch (value)
            {
                case IArgumentOperation { Parent: IInvocationOperation taker }:
                    var isInPlace = BodyFacts.RunsInPlace(lambda, _apis);
                    var kind = _apis.Of(taker).Kind;
                    if ((isInPlace || (kind & ApiKind.Offload) != 0) && DroppedTasks.FormOf(taker) is null && (taker.TargetMethod.ReturnType.IsTaskLike() || ConnectionTypes.IsSequence(taker.TargetMethod.ReturnType)))
                        pending.Push((taker, callersLeft));
                    return !isInPlace && (kind & RunsFunctions) == 0;
                case IAssignmentOperation { Target: IPropertyReferenceOperation { Property: var property } }:
                    return !_apis.Of(property).Is(ApiKind.Callback);
                // An error inside the lambda leaves the call around it unbound.
                case IInvalidOperation { Syntax: InvocationExpressionSyntax unbound } when lambda.SemanticModel?.GetSymbolInfo(unbound, cancellationToken) is { CandidateSymbols: { IsEmpty: false } candidates }:
                    return !_apis.Of(candidates[0]).Is(RunsFunctions);
                default:
                    return true;
            }
        }
    }

    private bool HasLimit(IInvocationOperation wait, CancellationToken cancellationToken)
    {
        foreach (var argument in wait.Arguments)
        {
            if (wait.TargetMethod.IsExtensionMethod && argument.Parameter?.Ordinal == 0)
                continue;
            if (!Tokens.IsToken(argument.Value.Type) || _tokens.EndsOf(argument.Value, cancellationToken) != TokenEnds.None)
                return true;
        }

        return false;
    }

    /// <summary>Whether a function beside the one with the call, such as a timer's or a token's callback, aborts or disposes the connection, or closes it.</summary>
    private static bool IsEndedElsewhere(IInvocationOperation call, bool countsCloses)
    {
        if (call.Receiver().ReferencedSymbol() is not { } connection || Bodies.OutermostAround(call.Syntax) is not { } body)
            return false;
        foreach (var node in body.DescendantNodes())
        {
            if (node is SimpleNameSyntax name && (IsEnd(name.Identifier.ValueText) || (countsCloses && name.Identifier.ValueText is "CloseAsync" or "CloseOutputAsync"))
                && Bodies.Around(node) is { } function && function != body && !Bodies.Contains(function, call.Syntax)
                && MentionsName(name.FirstAncestorOrSelf<ExpressionSyntax>(static expression => expression is MemberAccessExpressionSyntax or ConditionalAccessExpressionSyntax), connection.Name))
            {
                return true;
            }

            // "timeout.Token.Register(socket.Abort)".
            if (node is MemberAccessExpressionSyntax { Parent: ArgumentSyntax } group && IsEnd(group.Name.Identifier.ValueText) && MentionsName(group, connection.Name))
                return true;
        }

        return false;
    }

    private static bool IsEnd(string member) => member is "Abort" or "Dispose" or "DisposeAsync";

    private static bool MentionsName(SyntaxNode? expression, string name)
    {
        foreach (var node in expression?.DescendantNodes() ?? Enumerable.Empty<SyntaxNode>())
        {
            if (node is IdentifierNameSyntax identifier && identifier.Identifier.ValueText == name)
                return true;
        }

        return false;
    }

    /// <summary>The lambda or local function around an operation, or null in a member's own body.</summary>
    private static IOperation? FunctionAround(IOperation operation)
    {
        var current = operation.Parent;
        while (current is not null and not (IAnonymousFunctionOperation or ILocalFunctionOperation))
            current = current.Parent;
        return current;
    }
}
