using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>
/// Which waits block a thread until the peer has answered, wherever they run: behind a send of the same function they wait for an event, or for a TaskCompletionSource made there, that
/// another function signals.
/// </summary>
internal sealed class BlockedAnswers
{
    /// <summary>How many wrappers around a task are seen through.</summary>
    private const int MaxWrappers = 8;

    private readonly Apis _apis;
    private readonly Summaries _summaries;

    public BlockedAnswers(Apis apis, Summaries summaries)
    {
        _apis = apis;
        _summaries = summaries;
    }

    /// <summary>The send before, or null when the wait is for something else.</summary>
    /// <param name="call">A call or property read that blocks.</param>
    /// <param name="member">The member around it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Evidence? At(BlockingCall call, ISymbol member, CancellationToken cancellationToken)
    {
        if (SignalOf(call, cancellationToken) is not { } signal || Bodies.Around(call.Operation.Syntax) is not { } body || member.IsTest())
            return null;
        // The thread of a program's Main is nobody else's.
        if (body is CompilationUnitSyntax or MethodDeclarationSyntax { Identifier.ValueText: "Main" })
            return null;
        var isEvent = call.Kind == BlockingKind.NoCounterpart;
        if ((isEvent && !Bodies.IsAsync(body)) || !IsSignalledElsewhere(signal, body, call.Operation, cancellationToken))
            return null;
        return SendBefore(call.Operation, body, isEvent, cancellationToken) is { } send
            ? new Evidence("SignalBehindSend", send.Syntax.GetLocation(), null, send.TargetMethod.ShortName())
            : null;
    }

    /// <summary>Whether the function that waits is run by an API that takes it to another thread.</summary>
    public bool IsOffloaded(BlockingCall call)
    {
        for (var parent = call.Operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is not IAnonymousFunctionOperation)
                continue;
            return parent.ParentIgnoringConversions() is IDelegateCreationOperation made
                && made.ParentIgnoringConversions() is IArgumentOperation { Parent: IInvocationOperation offload } && _apis.Of(offload).Is(ApiKind.Offload);
        }

        return false;
    }

    /// <summary>The event that is waited for, or the TaskCompletionSource whose task is.</summary>
    private static ISymbol? SignalOf(BlockingCall call, CancellationToken cancellationToken)
    {
        switch (call)
        {
            case { Kind: BlockingKind.NoCounterpart, Operation: IInvocationOperation wait }:
                return wait.Receiver() is { Type: { } type } handle && IsEvent(type) ? handle.ReferencedSymbol() : null;
            case { Kind: BlockingKind.Task, Operation: IInvocationOperation { TargetMethod.IsStatic: false } wait }:
                return SourceOf(wait.Receiver(), cancellationToken);
            case { Kind: BlockingKind.Task, Operation: IPropertyReferenceOperation result }:
                return SourceOf(result.Instance, cancellationToken);
            default:
                return null;
        }
    }

    /// <summary>Events only: semaphores and mutexes are locks, and the handles of tokens and threads are signalled by none of our functions.</summary>
    private static bool IsEvent(ITypeSymbol type)
    {
        foreach (var current in type.SelfAndBaseTypes())
        {
            if (current is { Name: "EventWaitHandle" or "ManualResetEventSlim" or "CountdownEvent", ContainingNamespace: { Name: "Threading", ContainingNamespace.Name: "System" } })
                return true;
        }

        return false;
    }

    /// <summary>The local TaskCompletionSource behind a task, or null.</summary>
    private static ISymbol? SourceOf(IOperation? task, CancellationToken cancellationToken)
    {
        for (var steps = 0; task is not null && steps < MaxWrappers; steps++)
        {
            switch (task.WithoutConditionalAccess())
            {
                case ILocalReferenceOperation local:
                    task = ValueFlow.InitialValue(local, cancellationToken);
                    continue;
                case IInvocationOperation { TargetMethod.Name: "GetAwaiter" or "ConfigureAwait" or "WaitAsync" } wrapper:
                    task = wrapper.Receiver();
                    continue;
                case IPropertyReferenceOperation { Property: { Name: "Task", ContainingType.Name: "TaskCompletionSource" }, Instance: ILocalReferenceOperation source }:
                    return source.Local;
                default:
                    return null;
            }
        }

        return null;
    }

    /// <summary>Whether another function signals it, or it is handed to where somebody may.</summary>
    private bool IsSignalledElsewhere(ISymbol signal, SyntaxNode body, IOperation wait, CancellationToken cancellationToken)
    {
        foreach (var scope in ScopesOf(signal, body, cancellationToken))
        {
            foreach (var mention in ValueFlow.ReferencesTo(signal, scope, _summaries.ModelOf(scope), cancellationToken))
            {
                if (mention.Syntax == wait.Syntax)
                    continue;
                var value = mention.InConversions();
                switch (value.Parent)
                {
                    case IInvocationOperation { TargetMethod.Name: "Set" or "Signal" or "SetResult" or "TrySetResult" or "SetException" or "TrySetException" or "SetCanceled" or "TrySetCanceled" } call when call.Instance == value:
                        return Bodies.Around(call.Syntax) != body;
                    case IArgumentOperation or ISimpleAssignmentOperation when signal is ILocalSymbol && value.Parent is not ISimpleAssignmentOperation { Target: ILocalReferenceOperation }:
                        return true;
                }
            }
        }

        return false;
    }

    private IEnumerable<SyntaxNode> ScopesOf(ISymbol signal, SyntaxNode body, CancellationToken cancellationToken)
    {
        if (signal is ILocalSymbol)
        {
            if (Bodies.OutermostAround(body) is { } outermost)
                yield return outermost;
            yield break;
        }

        if (signal is not (IFieldSymbol or IPropertySymbol))
            yield break;
        foreach (var declaration in _summaries.DeclarationsOf(signal.ContainingType, cancellationToken))
            yield return declaration;
    }

    /// <summary>A send of the same function from which the code comes to the wait.</summary>
    private IInvocationOperation? SendBefore(IOperation wait, SyntaxNode body, bool mustBeAwaited, CancellationToken cancellationToken)
    {
        var facts = _summaries.FactsOf(body, cancellationToken);
        foreach (var io in facts.IO)
        {
            if ((io.Kind & ApiKind.Send) != 0 && !io.IsDropped && Leads(io.Call))
                return io.Call;
        }

        foreach (var call in facts.Calls)
        {
            if (call is { IsDropped: false, StoredIn: null, IsCertain: true, Operation: IInvocationOperation sending } && Leads(sending) && _summaries.Does(call.Target, ApiKind.Send, cancellationToken) is not null)
                return sending;
        }

        return null;

        bool Leads(IInvocationOperation send) =>
            (!mustBeAwaited || ValueFlow.AwaitOf(send) is not null) && Bodies.Around(send.Syntax) == body
            && Reachability.First(send, operation => operation.Syntax == wait.Syntax, static _ => false, cancellationToken) is not null;
    }
}
