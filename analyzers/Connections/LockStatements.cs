using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>A connection operation inside a <c>lock</c> statement, which cannot await it.</summary>
/// <param name="Place">The call whose task is dropped, or what blocks on it.</param>
/// <param name="Name">What the connection operation is called.</param>
/// <param name="Because">What becomes of the operation, and of which lock.</param>
internal sealed record LockedOperation(IOperation Place, string Name, Evidence Because);

/// <summary>Connection operations that a <c>lock</c> statement does not cover, or only by blocking the thread. One place, because more than one rule speaks of such operations.</summary>
internal sealed class LockStatements
{
    private const ApiKind Waiting = ApiKind.Send | ApiKind.Receive | ApiKind.Connect | ApiKind.Close;

    private readonly Apis _apis;
    private readonly BlockingCalls _blocking;
    private readonly SourceMethods _methods;
    private readonly Summaries _summaries;

    public LockStatements(Apis apis, BlockingCalls blocking, SourceMethods methods, Summaries summaries)
    {
        _apis = apis;
        _blocking = blocking;
        _methods = methods;
        _summaries = summaries;
    }

    /// <summary>The innermost <c>lock</c> whose body the node runs in, or null; what a function inside the body does, it does when somebody calls it.</summary>
    public static LockStatementSyntax? Around(SyntaxNode node)
    {
        for (var current = node; current.Parent is { } parent && !Bodies.IsBody(current); current = parent)
        {
            if (parent is LockStatementSyntax statement && statement.Statement == current)
                return statement;
        }

        return null;
    }

    /// <summary>
    /// The send or close that is started at the operation inside a lock, and dropped. A source method that is started there may take care of itself; of it the rules about dropped
    /// sends speak.
    /// </summary>
    public static LockedOperation? DroppedAt(IInvocationOperation call, ApiFacts facts) =>
        facts.Entry(ApiKind.Send | ApiKind.Close) is { WaitsForNobody: false } && Around(call.Syntax) is { } statement && DroppedTasks.FormOf(call) is not null
            ? new LockedOperation(call, call.TargetMethod.ShortName(), new Evidence("DroppedInLock", statement.LockKeyword.GetLocation(), null, statement.Expression.ToString()))
            : null;

    /// <summary>The connection operation that the operation blocks on inside a lock, or null.</summary>
    public LockedOperation? BlockedAt(IOperation operation, CancellationToken cancellationToken) =>
        Around(operation.Syntax) is { } statement && _blocking.At(operation, cancellationToken) is { Kind: BlockingKind.Task } && WaitedFor(operation, cancellationToken) is { } name
            ? new LockedOperation(operation, name, new Evidence("BlockedInLock", statement.LockKeyword.GetLocation(), null, statement.Expression.ToString()))
            : null;

    /// <summary>The connection operation among what a blocking call waits for, or null.</summary>
    private string? WaitedFor(IOperation blocking, CancellationToken cancellationToken)
    {
        var pending = new Stack<IOperation>();
        pending.Push(blocking);
        // A task comes out of a call, or out of a local that a call has filled.
        for (var steps = 0; pending.Count > 0 && steps < 8; steps++)
        {
            foreach (var operation in pending.Pop().SelfAndDescendantsInBody())
            {
                if (operation is ILocalReferenceOperation local && local.Type.IsTaskLike() && ValueFlow.InitialValue(local, cancellationToken) is { } value)
                    pending.Push(value);
                if (operation is IInvocationOperation call && call != blocking && WaitsForPeer(call, cancellationToken))
                    return call.TargetMethod.ShortName();
            }
        }

        return null;
    }

    private bool WaitsForPeer(IInvocationOperation call, CancellationToken cancellationToken)
    {
        if (!call.TargetMethod.ReturnType.IsTaskLike())
            return false;
        var facts = _apis.Of(call);
        if (facts.Is(Waiting))
            return true;
        if (facts.Is(ApiKind.Offload))
            return call.Arguments.Length > 0 && _methods.FunctionIn(call.Arguments[0].Value, cancellationToken) is var (_, body) && _summaries.Does(body, Waiting, cancellationToken) is not null;
        return facts == ApiFacts.None && _summaries.Does(call, Waiting, cancellationToken) is not null;
    }
}
