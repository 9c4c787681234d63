using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>What a dropped task carries.</summary>
internal enum DroppedWork
{
    /// <summary>A send or a close.</summary>
    Send,

    /// <summary>A piece of work put on another thread or behind another task, which sends.</summary>
    BackgroundSend,

    /// <summary>A connect, or a loop that serves a connection.</summary>
    ConnectionLoop,
}

/// <summary>Work on a connection whose task nobody looks at.</summary>
/// <param name="Work">What the task carries.</param>
/// <param name="Form">How it is dropped.</param>
/// <param name="Call">The call that hands back the task.</param>
/// <param name="Because">Why that task carries a send.</param>
/// <param name="IsMinor">Whether nobody waits for a peer in it: a hub's client proxies deliver all the same, and a datagram may get lost anyway.</param>
internal sealed record DroppedSend(DroppedWork Work, DropForm Form, IInvocationOperation Call, Evidence Because, bool IsMinor)
{
    /// <summary>What messages call it: the method, or the variable of the delegate that is called.</summary>
    public string Name => NameOf(Call);

    /// <summary>What messages call a call: the method, or the variable of the delegate.</summary>
    public static string NameOf(IInvocationOperation call) =>
        DelegateTargets.IsCall(call) && call.Receiver().ReferencedSymbol() is { } variable ? variable.ShortName() : call.TargetMethod.ShortName();
}

/// <summary>The decision which dropped tasks lose a send. One place, because more than one consumer speaks of the same operation.</summary>
internal sealed class DroppedSends
{
    private const ApiKind Sending = ApiKind.Send | ApiKind.Close;

    private readonly Apis _apis;
    private readonly ConnectionTypes _types;
    private readonly Summaries _summaries;
    private readonly SourceMethods _methods;
    private readonly DelegateTargets _delegates;
    private readonly OutstandingSends _outstanding;
    private readonly AbandonedSockets _abandoned;
    private readonly HiddenTasks _hidden;

    public DroppedSends(
        Apis apis, ConnectionTypes types, Summaries summaries, SourceMethods methods, DelegateTargets delegates, OutstandingSends outstanding, AbandonedSockets abandoned, HiddenTasks hidden)
    {
        _apis = apis;
        _types = types;
        _summaries = summaries;
        _methods = methods;
        _delegates = delegates;
        _outstanding = outstanding;
        _abandoned = abandoned;
        _hidden = hidden;
    }

    /// <summary>The dropped work that the call is, or null.</summary>
    public DroppedSend? At(IInvocationOperation call, CancellationToken cancellationToken) =>
        // That a handler returns meanwhile, and its socket with it, is the greater mistake.
        Find(call, cancellationToken) is { } dropped && !_abandoned.IsHandOver(call, cancellationToken) ? dropped : null;

    private DroppedSend? Find(IInvocationOperation call, CancellationToken cancellationToken)
    {
        if (IsThreadPoolWork(call))
            return OnThreadPool(call, cancellationToken);
        if ((DroppedTasks.FormOf(call) ?? OverwrittenTasks.FormOf(call, cancellationToken)) is not { } form
            || (form is DropForm.UnusedLocal or DropForm.Overwritten && IsInTest(call, cancellationToken)))
        {
            return null;
        }

        var target = call.TargetMethod;
        var facts = _apis.Of(call);
        if (facts.Is(ApiKind.Offload))
            return InBackground(call, form, cancellationToken);
        if (form == DropForm.Discard && facts.Is(ApiKind.Close) && IsStartedByToken(call))
            return null;
        // That the buffer is gone before the send ends is the graver mistake, with the same cure.
        if (_outstanding.LostBy(call, cancellationToken) is not null)
            return null;
        // So is that a lock around it does not cover it: the cure is another lock.
        if (LockStatements.DroppedAt(call, facts) is not null)
            return null;
        if (facts.Has(ApiKind.Connect, ApiEntry.QuietWord))
            return null;
        if (facts.Is(ApiKind.Connect))
            return new DroppedSend(DroppedWork.ConnectionLoop, form, call, new Evidence("ConnectsItself", Location.None, null, target.ShortName()), false);
        var found = facts.Entry(Sending) is { } entry ? new DroppedSend(DroppedWork.Send, form, call, ItsOwn(entry, target), entry.WaitsForNobody)
            : DelegateTargets.IsCall(call) ? ThroughDelegate(call, form, cancellationToken)
            : InSource(call, form, cancellationToken);
        // The work item as a whole is dropped then, not only the last call in it.
        return found is { Work: DroppedWork.Send } && WorkItemAround(call) is not null ? null : found;
    }

    /// <summary>A call of a method of the program that sends, connects, or serves a connection.</summary>
    private DroppedSend? InSource(IInvocationOperation call, DropForm form, CancellationToken cancellationToken) =>
        _methods.Target(call, cancellationToken) is { } method && Bodies.Of(method, cancellationToken) is { } body ? InBody(call, form, method, body, cancellationToken) : null;

    /// <summary>A call of a delegate: whatever function it may be, it does the same.</summary>
    private DroppedSend? ThroughDelegate(IInvocationOperation call, DropForm form, CancellationToken cancellationToken)
    {
        DroppedSend? common = null;
        foreach (var target in _delegates.Of(call, cancellationToken))
        {
            var found = target.Body is { } body ? InBody(call, form, target.Method, body, cancellationToken) : target.Group is { } group ? Itself(call, form, group) : null;
            if (found is null || (common is not null && common.Work != found.Work))
                return null;
            common = common is null ? found : common with { IsMinor = common.IsMinor || found.IsMinor };
        }

        return common;
    }

    /// <summary>A call of a delegate that is a method of a library.</summary>
    private DroppedSend? Itself(IInvocationOperation call, DropForm form, IMethodReferenceOperation group)
    {
        var facts = _apis.Of(group);
        if (facts.Has(ApiKind.Connect, ApiEntry.QuietWord))
            return null;
        if (facts.Is(ApiKind.Connect))
            return new DroppedSend(DroppedWork.ConnectionLoop, form, call, new Evidence("Connects", group.Syntax.GetLocation(), null, group.Method.ShortName()), false);
        return facts.Entry(Sending) is { } entry
            ? new DroppedSend(DroppedWork.Send, form, call, new Evidence("Sends", group.Syntax.GetLocation(), null, DroppedSend.NameOf(call), group.Method.ShortName()), entry.WaitsForNobody)
            : null;
    }

    private DroppedSend? InBody(IInvocationOperation call, DropForm form, IMethodSymbol method, SyntaxNode written, CancellationToken cancellationToken)
    {
        var body = _delegates.Behind(written, cancellationToken);
        if (LoopIn(body, cancellationToken) is { } loop)
        {
            return !FailsUnseen(body, cancellationToken) || Completions.SignalledIn(body) || WaitsForItsCaller(call, body, cancellationToken)
                ? null
                : new DroppedSend(DroppedWork.ConnectionLoop, form, call, loop, false);
        }

        if ((body == written ? _summaries.Does(method, Sending, cancellationToken) : _summaries.Does(body, Sending, cancellationToken)) is not { } reached)
            return null;
        if (form == DropForm.Discard && _summaries.FailsWith(body, cancellationToken) is null)
            return null;
        if (WaitsForItsCaller(call, body, cancellationToken))
            return null;
        var leaf = reached.Leaf.Call;
        var because = new Evidence("Sends", leaf.Syntax.GetLocation(), null, DroppedSend.NameOf(call), leaf.TargetMethod.ShortName());
        return new DroppedSend(DroppedWork.Send, form, call, because, IsMinor(leaf));
    }

    /// <summary>Work handed to another thread, or put behind a task, by a call whose own task is dropped.</summary>
    private DroppedSend? InBackground(IInvocationOperation call, DropForm form, CancellationToken cancellationToken)
    {
        foreach (var argument in call.Arguments)
        {
            if (_delegates.CodeOf(argument.Value, cancellationToken) is not { } code)
                continue;
            var body = _delegates.Behind(code, cancellationToken);
            if (!FailsUnseen(body, cancellationToken) || Completions.SignalledIn(body) || WaitsForItsCaller(call, body, cancellationToken))
                return null;
            if (LoopIn(body, cancellationToken) is { } loop)
                return new DroppedSend(DroppedWork.ConnectionLoop, form, call, loop, false);
            // A task that ends before its work would hide the send even if it were looked at.
            return _summaries.Does(body, Sending, cancellationToken) is { } reached && _hidden.At(call, cancellationToken) is null ? Background(call, form, reached.Leaf.Call) : null;
        }

        return null;
    }

    /// <summary>A work item of the thread pool, which has no task at all, that starts a send and does not wait for it.</summary>
    private DroppedSend? OnThreadPool(IInvocationOperation call, CancellationToken cancellationToken)
    {
        foreach (var argument in call.Arguments)
        {
            // An async item ends the process when it fails, which is another mistake.
            if (_methods.FunctionIn(argument.Value, cancellationToken) is not ({ IsAsync: false }, var body))
                continue;
            var facts = _summaries.FactsOf(body, cancellationToken);
            foreach (var io in facts.IO)
            {
                if (io.IsDropped && (io.Kind & Sending) != 0)
                    return Background(call, DropForm.Statement, io.Call);
            }

            foreach (var started in facts.Calls)
            {
                if (started.IsDropped && Bodies.Of(started.Target, cancellationToken) is { } startedBody && LoopIn(startedBody, cancellationToken) is null
                    && _summaries.Does(started.Target, Sending, cancellationToken) is { } reached && FailsUnseen(startedBody, cancellationToken))
                {
                    return Background(call, DropForm.Statement, reached.Leaf.Call);
                }
            }
        }

        return null;
    }

    private DroppedSend Background(IInvocationOperation call, DropForm form, IInvocationOperation leaf) =>
        new(DroppedWork.BackgroundSend, form, call, new Evidence("SendsInBackground", leaf.Syntax.GetLocation(), null, leaf.TargetMethod.ShortName()), IsMinor(leaf));

    /// <summary>The work item of the thread pool that the call stands in, when it is a lambda, or null.</summary>
    private static IInvocationOperation? WorkItemAround(IOperation call)
    {
        for (var parent = call.Parent; parent is not null and not ILocalFunctionOperation; parent = parent.Parent)
        {
            if (parent is IAnonymousFunctionOperation function)
                return function.CallGiven() is { } item && IsThreadPoolWork(item) ? item : null;
        }

        return null;
    }

    /// <summary>Whether the call stands in a test, which sets the scene with a task that it names and looks at the other side of the connection.</summary>
    private static bool IsInTest(IInvocationOperation call, CancellationToken cancellationToken)
    {
        for (var symbol = call.SemanticModel?.GetEnclosingSymbol(call.Syntax.SpanStart, cancellationToken); symbol is IMethodSymbol; symbol = symbol.ContainingSymbol)
        {
            if (symbol.IsTest())
                return true;
        }

        return false;
    }

    private static bool IsThreadPoolWork(IInvocationOperation call) =>
        call.TargetMethod is { Name: "QueueUserWorkItem" or "UnsafeQueueUserWorkItem", ContainingType: { Name: nameof(ThreadPool), ContainingNamespace: { Name: nameof(System.Threading), ContainingNamespace.Name: nameof(System) } } };

    /// <summary>Why the body's task is that of a connection and not of one message: it connects, or goes on until the connection ends; null when it does neither.</summary>
    private Evidence? LoopIn(SyntaxNode body, CancellationToken cancellationToken)
    {
        if (_summaries.ServesUntilEnd(body, cancellationToken) is var (loop, served))
            return new Evidence("RunsUntilEnd", loop, null, served.Leaf.Call.TargetMethod.ShortName());
        var sends = _summaries.Does(body, Sending, cancellationToken) is not null;
        if (_summaries.Does(body, ApiKind.Connect, cancellationToken) is { } connect)
        {
            // What sends and connects on demand is a send.
            if (!sends || _summaries.RunsUntilEnd(body, cancellationToken) is not null)
                return new Evidence("Connects", connect.Leaf.Call.Syntax.GetLocation(), null, connect.Leaf.Call.TargetMethod.ShortName());
        }

        // Whoever accepts a connection serves it.
        if (_summaries.Does(body, ApiKind.Upgrade, cancellationToken) is { } upgrade)
            return new Evidence("Accepts", upgrade.Leaf.Call.Syntax.GetLocation(), null, upgrade.Leaf.Call.TargetMethod.ShortName());
        // Its end is not that of the send.
        return sends && _summaries.RunsUntilEnd(body, cancellationToken) is { } waiting ? new Evidence("GoesOnAfterwards", waiting, null) : null;
    }

    /// <summary>Whether the failure of a connection gets out of the body, and nobody in it has seen it.</summary>
    private bool FailsUnseen(SyntaxNode body, CancellationToken cancellationToken) => _summaries.FailsUnseenWith(body, cancellationToken) is not null;

    /// <summary>
    /// Whether the call stands in a loop whose turns are about different connections (a broadcast, an accept loop): an await there makes each peer wait for the one before.
    /// Where it cannot be told what the turns are about, the answer is yes.
    /// </summary>
    public bool IsTurnAboutAnotherConnection(IInvocationOperation call, CancellationToken cancellationToken)
    {
        for (var parent = call.Parent; parent is not null and not (IAnonymousFunctionOperation or ILocalFunctionOperation); parent = parent.Parent)
        {
            if (parent is not ILoopOperation loop || loop is IForEachLoopOperation { IsAsynchronous: true })
                continue;
            // In a while loop everything is new in each turn: only a connection among it counts.
            if (IsAboutWhatIsDeclaredIn(call, loop.Syntax, loop is IWhileLoopOperation, cancellationToken))
                return true;
        }

        return false;
    }

    /// <summary>
    /// Whether the lambda, which its caller runs for each item, is about different connections in each run. Where it cannot be told, the answer is yes.
    /// </summary>
    public bool IsRunAboutAnotherConnection(IAnonymousFunctionOperation lambda, CancellationToken cancellationToken)
    {
        foreach (var operation in lambda.Body.SelfAndDescendantsInBody())
        {
            if (operation is IInvocationOperation call && call.TargetMethod.ReturnsAwaitable() && IsAboutWhatIsDeclaredIn(call, lambda.Syntax, false, cancellationToken))
                return true;
        }

        return false;
    }

    private bool IsAboutWhatIsDeclaredIn(IInvocationOperation call, SyntaxNode scope, bool onlyConnections, CancellationToken cancellationToken)
    {
        if (call.Receiver() is { } receiver && Varies(receiver, scope))
            return true;
        if (SendsOnWhatItOwns(call, cancellationToken))
            return false;
        foreach (var argument in call.Arguments)
        {
            if (Captures(argument.Value, scope, onlyConnections) || (Varies(argument.Value, scope) && (!onlyConnections || _types.IsConnection(argument.Value.WithoutConversions().Type))))
                return true;
        }

        return false;
    }

    /// <summary>Whether the value is a lambda that captures a variable of the scope.</summary>
    private bool Captures(IOperation value, SyntaxNode scope, bool onlyConnections)
    {
        if (value.WithoutConversions() is not IDelegateCreationOperation { Target: IAnonymousFunctionOperation lambda })
            return false;
        foreach (var operation in lambda.Body.DescendantsAndSelf())
        {
            if (operation is ILocalReferenceOperation or IParameterReferenceOperation && (!onlyConnections || _types.IsConnection(operation.Type))
                && operation.ReferencedSymbol() is { DeclaringSyntaxReferences: { Length: 1 } declarations }
                && declarations[0].SyntaxTree == scope.SyntaxTree && scope.Span.Contains(declarations[0].Span) && !lambda.Syntax.Span.Contains(declarations[0].Span))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the value mentions a variable that is declared in the scope.</summary>
    private static bool Varies(IOperation value, SyntaxNode scope)
    {
        foreach (var operation in value.SelfAndDescendantsInBody())
        {
            if (operation is ILocalReferenceOperation or IParameterReferenceOperation
                && operation.ReferencedSymbol() is { DeclaringSyntaxReferences: { Length: 1 } declarations }
                && declarations[0].SyntaxTree == scope.SyntaxTree && scope.Span.Contains(declarations[0].Span))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the arguments are only data: the call sends itself, on its receiver, or its callee sends on a connection that no parameter leads to.</summary>
    private bool SendsOnWhatItOwns(IInvocationOperation call, CancellationToken cancellationToken)
    {
        if (_apis.Of(call).Is(Sending) || (call.Instance is { Type: { } type } && _types.IsConnection(type)))
            return true;
        var targets = _delegates.Of(call, cancellationToken);
        if (targets.IsEmpty)
            return _methods.Target(call.TargetMethod, cancellationToken) is { } method && Bodies.Of(method, cancellationToken) is { } code && SendsOnWhatItOwns(code, cancellationToken);
        foreach (var target in targets)
        {
            if (target.Body is not { } body || !SendsOnWhatItOwns(body, cancellationToken))
                return false;
        }

        return true;
    }

    private bool SendsOnWhatItOwns(SyntaxNode body, CancellationToken cancellationToken)
    {
        var owns = false;
        foreach (var io in _summaries.FactsOf(body, cancellationToken).IO)
        {
            if ((io.Kind & Sending) == 0)
                continue;
            if (io.Connection is null || !IsOutside(io.Connection, body))
                return false;
            owns = true;
        }

        return owns;
    }

    /// <summary>Whether the connection is a field, a property or a captured variable.</summary>
    private static bool IsOutside(IOperation connection, SyntaxNode body)
    {
        foreach (var operation in connection.SelfAndDescendantsInBody())
        {
            if (operation is ILocalReferenceOperation or IParameterReferenceOperation
                && operation.ReferencedSymbol() is { DeclaringSyntaxReferences: { Length: 1 } declarations }
                && declarations[0].SyntaxTree == body.SyntaxTree && body.Span.Contains(declarations[0].Span))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Whether the call stands in the callback of a cancelled token. Nothing can await there, and to start a close is what such a callback is for:
    /// the receive that is still pending sees how it ends.
    /// </summary>
    private static bool IsStartedByToken(IOperation call)
    {
        for (var parent = call.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IAnonymousFunctionOperation function)
                return function.CallGiven() is { TargetMethod.ContainingType: { Name: nameof(CancellationToken), ContainingNamespace: { Name: nameof(System.Threading), ContainingNamespace.Name: nameof(System) } } };
        }

        return false;
    }

    private static Evidence ItsOwn(ApiEntry entry, IMethodSymbol target) => entry.Kind == ApiKind.Close
        ? new Evidence("ClosesItself", Location.None, null, target.ShortName())
        : new Evidence("SendsItself", Location.None, null, target.ShortName());

    private bool IsMinor(IInvocationOperation leaf) => _apis.Of(leaf).Entry(Sending) is { WaitsForNobody: true };

    /// <summary>
    /// Whether the callee waits for the very task that the caller runs in (a receive loop that starts DisconnectAsync, which awaits the loop):
    /// dropping is the only way, awaiting would deadlock.
    /// </summary>
    public bool WaitsForItsCaller(IInvocationOperation call, CancellationToken cancellationToken) =>
        _methods.SelfOrTarget(call.TargetMethod, cancellationToken) is { } target && Bodies.Of(target, cancellationToken) is { } callee && WaitsForItsCaller(call, callee, cancellationToken);

    private bool WaitsForItsCaller(IInvocationOperation call, SyntaxNode callee, CancellationToken cancellationToken)
    {
        if (Bodies.Around(call.Syntax) is not { } caller)
            return false;
        foreach (var member in _summaries.MembersWaitedFor(callee, cancellationToken))
        {
            foreach (var declaration in _summaries.DeclarationsOf(member.ContainingType, cancellationToken))
            {
                var model = _summaries.ModelOf(declaration);
                foreach (var node in declaration.DescendantNodes())
                {
                    if (node is AssignmentExpressionSyntax assignment && assignment.Left.RightmostName() == member.Name && Starts(assignment.Right, caller, model, cancellationToken))
                        return true;
                }
            }
        }

        return false;
    }

    /// <summary>Whether the expression mentions a method that is, or comes to, the given body.</summary>
    private bool Starts(ExpressionSyntax expression, SyntaxNode body, SemanticModel model, CancellationToken cancellationToken)
    {
        if (Bodies.Contains(expression, body))
            return true;
        foreach (var name in expression.DescendantNodesAndSelf().OfType<SimpleNameSyntax>())
        {
            if (model.GetSymbolInfo(name, cancellationToken) is { Symbol: IMethodSymbol method } && _summaries.Reaches(method, body, cancellationToken))
                return true;
        }

        return false;
    }
}
