using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>
/// Puts a <c>SemaphoreSlim</c>, which can be awaited and belongs to no thread, in the place of a lock that is a private field: everywhere it is used, in one edit or not at all.
/// Refused where some use cannot be seen or rewritten, and where the lock may be taken again by whoever holds it: a semaphore lets nobody in twice.
/// </summary>
internal static class GateForLock
{
    private const string Key = "gate";

    /// <summary>The plan for the lock that an expression names.</summary>
    /// <param name="session">The session.</param>
    /// <param name="document">The document of the expression.</param>
    /// <param name="expression">The field, as a use names it.</param>
    /// <param name="connections">The questions about connections.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<Planned> PlanAsync(EditSession session, Document document, ExpressionSyntax expression, ConnectionModel connections, CancellationToken cancellationToken)
    {
        if (await session.ModelAsync(document, cancellationToken).ConfigureAwait(false) is not { } model
            || model.GetSymbolInfo(expression, cancellationToken).Symbol is not IFieldSymbol { DeclaredAccessibility: Accessibility.Private, DeclaringSyntaxReferences: { Length: 1 } references } field
            || LockUse.DeclarationOf(await references[0].GetSyntaxAsync(cancellationToken).ConfigureAwait(false), field) is not { } declaration)
        {
            return new ConversionRefusal(RefusalKind.NotThisShape, expression.GetLocation(), null);
        }

        // One semaphore for many connections would make each of them wait for the others' peers.
        if (connections.Sharing.Of(field, expression, cancellationToken) is not null)
            return new ConversionRefusal(RefusalKind.LoopOverConnections, expression.GetLocation(), field.Name);
        if (await LockUse.FindAsync(session, field, cancellationToken).ConfigureAwait(false) is not { } uses)
            return new ConversionRefusal(RefusalKind.UnknownUse, expression.GetLocation(), field.Name);
        if (Reentry.Find(uses, connections, cancellationToken) is { } again)
            return new ConversionRefusal(RefusalKind.Lock, again.GetLocation(), field.Name);

        var plan = EditPlan.Of(target => target.Edit(declaration, EditOrder.Content, Key, static current => LockSyntax.AsSemaphore((FieldDeclarationSyntax)current)));
        foreach (var use in uses)
        {
            var planned = await PlanAsync(session, use, connections, cancellationToken).ConfigureAwait(false);
            if (planned.Plan is not { } step)
                return planned;
            plan = plan.Then(step);
        }

        return plan;
    }

    private static async Task<Planned> PlanAsync(EditSession session, LockUse use, ConnectionModel connections, CancellationToken cancellationToken)
    {
        Planned planned = EditPlan.Of([]);
        if (use.Kind == LockUseKind.Exit)
            return planned.Then(target => target.Edit(use.Call!, EditOrder.Content, Key, _ => LockSyntax.Release(use.Expression).WithTriviaFrom(use.Call!)));
        if (use.Kind == LockUseKind.Enter && !IsInPairs(use, connections, cancellationToken))
            return new ConversionRefusal(RefusalKind.NotThisShape, use.Expression.GetLocation(), use.Owner.Name);
        var locked = Uncovered(use, connections, cancellationToken);
        var isAwaited = AwaitPosition.Of(use.Expression).Function is { } function
            && (Bodies.IsAsync(function) || locked.Count > 0 || connections.Handlers.Around(use.Expression, use.Owner, cancellationToken) is not null);
        if (isAwaited)
        {
            planned = await MakeAsync.PlanAsync(session, use.Document, use.Expression, cancellationToken).ConfigureAwait(false);
            if (!planned.IsPossible)
                return planned;
        }
        else if (locked.Count > 0 || Bodies.Around(use.Expression) is { } body && Bodies.IsAsync(body))
        {
            return new ConversionRefusal(RefusalKind.Lock, use.Expression.GetLocation(), use.Owner.Name);
        }

        foreach (var operation in locked)
        {
            if (operation is IInvocationOperation call && connections.Waits.WouldCloseWithoutEnd(call, cancellationToken))
                return new ConversionRefusal(RefusalKind.EndlessWait, call.Syntax.GetLocation(), null);
            var awaited = await AwaitExpression.PlanAsync(session, use.Document, operation.Syntax, use.Expression, cancellationToken).ConfigureAwait(false);
            if (awaited.Plan is not { } step)
                return awaited;
            planned = planned.Plan!.Then(step);
        }

        var configure = ConfigureAwaitStyle.AppliesAt(use.Expression);
        return planned.Then(target =>
        {
            if (use.Statement is { } statement)
                target.Expand(statement, current => LockSyntax.AsTry((LockStatementSyntax)current, statement, isAwaited, configure));
            else
                target.Edit(use.Call!, EditOrder.Content, Key, _ => LockSyntax.Wait(use.Expression, isAwaited, configure).WithTriviaFrom(use.Call!));
        });
    }

    /// <summary>Whether every way from the call gives the lock back, no way does without it, and none takes it twice.</summary>
    private static bool IsInPairs(LockUse use, ConnectionModel connections, CancellationToken cancellationToken)
    {
        if (use.Model.GetOperation(use.Call!, cancellationToken) is not IInvocationOperation call || connections.Locks.Around(call, cancellationToken) is not { } locks || locks.At(call.Syntax) is not { } taken)
            return false;
        var held = locks.Of(taken, cancellationToken);
        if (held is not { IsKnown: true, IsReleased: true, IsHandedOver: false } || held.FirstLeak(cancellationToken) is not null || held.ReleasedUntaken(mayFail: true, before: null, cancellationToken) is not null)
            return false;
        foreach (var other in locks.Acquisitions)
        {
            if (other.Lock.Equals(taken.Lock) && held.At(other.Call.Syntax) != Held.No)
                return false;
        }

        return true;
    }

    /// <summary>The connection operations of a lock statement that can be awaited once there is a semaphore in its place.</summary>
    private static List<IOperation> Uncovered(LockUse use, ConnectionModel connections, CancellationToken cancellationToken)
    {
        var found = new List<IOperation>();
        if (use.Statement is not { } statement || use.Model.GetOperation(statement.Statement, cancellationToken) is not { } root)
            return found;
        foreach (var operation in root.SelfAndDescendantsInBody())
        {
            if (LockStatements.Around(operation.Syntax) != statement)
                continue;
            if (operation is IInvocationOperation call && LockStatements.DroppedAt(call, connections.Apis.Of(call)) is not null)
                found.Add(call);
            else if (operation is IInvocationOperation or IPropertyReferenceOperation && connections.Locked.BlockedAt(operation, cancellationToken) is not null)
                found.Add(operation);
        }

        return found;
    }
}
