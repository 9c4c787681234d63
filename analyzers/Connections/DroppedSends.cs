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
/// <param name="IsThroughProxy">Whether it goes through a hub's client proxies, which deliver all the same and lose only the back-pressure.</param>
internal sealed record DroppedSend(DroppedWork Work, DropForm Form, IInvocationOperation Call, Evidence Because, bool IsThroughProxy);

/// <summary>The decision which dropped tasks lose a send. One place, because more than one consumer speaks of the same operation.</summary>
internal sealed class DroppedSends
{
    private const ApiKind Sending = ApiKind.Send | ApiKind.Close;

    /// <summary>How many methods that only hand on a task are looked through.</summary>
    private const int MaxForwards = 4;

    private readonly Apis _apis;
    private readonly ConnectionTypes _types;
    private readonly Summaries _summaries;
    private readonly SourceMethods _methods;
    private readonly OutstandingSends _outstanding;
    private readonly AbandonedSockets _abandoned;

    public DroppedSends(Apis apis, ConnectionTypes types, Summaries summaries, SourceMethods methods, OutstandingSends outstanding, AbandonedSockets abandoned)
    {
        _apis = apis;
        _types = types;
        _summaries = summaries;
        _methods = methods;
        _outstanding = outstanding;
        _abandoned = abandoned;
    }

    /// <summary>The dropped work that the call is, or null.</summary>
    public DroppedSend? At(IInvocationOperation call, CancellationToken cancellationToken) =>
        // That a handler returns meanwhile, and its socket with it, is the greater mistake.
        Find(call, cancellationToken) is { } dropped && !_abandoned.IsHandOver(call, cancellationToken) ? dropped : null;

    private DroppedSend? Find(IInvocationOperation call, CancellationToken cancellationToken)
    {
        if (DroppedTasks.FormOf(call) is not { } form)
            return null;

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
        if (facts.Entry(Sending) is { } entry)
            return new DroppedSend(DroppedWork.Send, form, call, ItsOwn(entry, target), IsProxy(entry));
        if (facts.Is(ApiKind.Connect))
            return new DroppedSend(DroppedWork.ConnectionLoop, form, call, new Evidence("ConnectsItself", Location.None, null, target.ShortName()), false);
        if (_methods.Target(call, cancellationToken) is not { } method || Bodies.Of(method, cancellationToken) is not { } body)
            return null;

        if (LoopIn(body, cancellationToken) is { } loop)
        {
            return HandlesItsFailures(target, cancellationToken) || Completions.SignalledIn(body) || WaitsForItsCaller(call, cancellationToken)
                ? null
                : new DroppedSend(DroppedWork.ConnectionLoop, form, call, loop, false);
        }

        if (_summaries.Does(method, Sending, cancellationToken) is not { } reached)
            return null;
        if (form == DropForm.Discard && HandlesItsFailures(target, cancellationToken))
            return null;
        if (WaitsForItsCaller(call, cancellationToken))
            return null;
        var leaf = reached.Leaf.Call;
        var because = new Evidence("Sends", leaf.Syntax.GetLocation(), null, target.ShortName(), leaf.TargetMethod.ShortName());
        return new DroppedSend(DroppedWork.Send, form, call, because, _apis.Of(leaf).Entry(Sending) is { } leafEntry && IsProxy(leafEntry));
    }

    /// <summary>Work handed to another thread, or put behind a task, by a call whose own task is dropped.</summary>
    private DroppedSend? InBackground(IInvocationOperation call, DropForm form, CancellationToken cancellationToken)
    {
        foreach (var argument in call.Arguments)
        {
            if (_methods.FunctionIn(argument.Value, cancellationToken) is not var (function, body))
                continue;
            if (_summaries.FactsOf(body, cancellationToken).GuardsEverything || Completions.SignalledIn(body))
                return null;
            if (LoopIn(body, cancellationToken) is { } loop)
                return OnlyHandsOnToGuarded(body, cancellationToken) ? null : new DroppedSend(DroppedWork.ConnectionLoop, form, call, loop, false);
            if (_summaries.Does(body, Sending, cancellationToken) is not { } reached || OnlyHandsOnToGuarded(body, cancellationToken))
                return null;
            var leaf = reached.Leaf.Call;
            return new DroppedSend(
                DroppedWork.BackgroundSend, form, call, new Evidence("SendsInBackground", leaf.Syntax.GetLocation(), null, leaf.TargetMethod.ShortName()), _apis.Of(leaf).Entry(Sending) is { } entry && IsProxy(entry));
        }

        return null;
    }

    /// <summary>Why the body's task is that of a connection and not of one message: it connects, or goes on until the connection ends; null when it does neither.</summary>
    private Evidence? LoopIn(SyntaxNode body, CancellationToken cancellationToken)
    {
        if (_summaries.RunsUntilEnd(body, cancellationToken) is { } loop && _summaries.Does(body, ApiKind.AnyConnectionIO, cancellationToken) is { } served)
            return new Evidence("RunsUntilEnd", loop, null, served.Leaf.Call.TargetMethod.ShortName());
        // What sends and connects on demand is a send.
        return _summaries.Does(body, Sending, cancellationToken) is null && _summaries.Does(body, ApiKind.Connect, cancellationToken) is { } connect
            ? new Evidence("Connects", connect.Leaf.Call.Syntax.GetLocation(), null, connect.Leaf.Call.TargetMethod.ShortName())
            : null;
    }

    private bool OnlyHandsOnToGuarded(SyntaxNode body, CancellationToken cancellationToken) =>
        _summaries.FactsOf(body, cancellationToken).ForwardsTo is { } next && HandlesItsFailures(next, cancellationToken);

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
            if (Varies(argument.Value, scope) && (!onlyConnections || _types.IsConnection(argument.Value.WithoutConversions().Type)))
                return true;
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
        if (_methods.Target(call.TargetMethod, cancellationToken) is not { } target || Bodies.Of(target, cancellationToken) is not { } body)
            return false;
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
            if (parent is not IAnonymousFunctionOperation)
                continue;
            while (parent.Parent is IDelegateCreationOperation or IConversionOperation)
                parent = parent.Parent;
            return parent.Parent is IArgumentOperation { Parent: IInvocationOperation { TargetMethod.ContainingType: { Name: nameof(CancellationToken), ContainingNamespace: { Name: nameof(System.Threading), ContainingNamespace.Name: nameof(System) } } } };
        }

        return false;
    }

    /// <summary>Whether no failure leaves the method: it catches everything, or only hands on the task of one that does.</summary>
    private bool HandlesItsFailures(IMethodSymbol method, CancellationToken cancellationToken)
    {
        for (var hops = 0; hops < MaxForwards; hops++)
        {
            var facts = _summaries.FactsOf(method, cancellationToken);
            if (facts.GuardsEverything)
                return true;
            if (facts.ForwardsTo is not { } next)
                return false;
            method = next;
        }

        return false;
    }

    private static Evidence ItsOwn(ApiEntry entry, IMethodSymbol target) => entry.Kind == ApiKind.Close
        ? new Evidence("ClosesItself", Location.None, null, target.ShortName())
        : new Evidence("SendsItself", Location.None, null, target.ShortName());

    private static bool IsProxy(ApiEntry entry) => entry.Words.Contains(ApiEntry.ProxyWord);

    /// <summary>
    /// Whether the callee waits for the very task that the caller runs in (a receive loop that starts DisconnectAsync, which awaits the loop):
    /// dropping is the only way, awaiting would deadlock.
    /// </summary>
    public bool WaitsForItsCaller(IInvocationOperation call, CancellationToken cancellationToken)
    {
        if (Bodies.Around(call.Syntax) is not { } caller)
            return false;
        foreach (var member in _summaries.MembersWaitedFor(call.TargetMethod, cancellationToken))
        {
            foreach (var reference in member.ContainingType.DeclaringSyntaxReferences)
            {
                if (!_summaries.Sees(reference.SyntaxTree))
                    continue;
                var declaration = reference.GetSyntax(cancellationToken);
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
