using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>Awaits a task that is blocked on or dropped.</summary>
internal static class AwaitExpression
{
    /// <summary>The await for the blocking use or the dropped task at <paramref name="node"/>, with everything that allows it.</summary>
    /// <param name="session">The session that the plan is for.</param>
    /// <param name="document">The document of the node.</param>
    /// <param name="node">The expression, a part of its name, or its statement.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static Task<Planned> PlanAsync(EditSession session, Document document, SyntaxNode node, CancellationToken cancellationToken) =>
        PlanAsync(session, document, node, null, cancellationToken);

    /// <summary>As above, for an await that stands in a statement which another edit replaces.</summary>
    /// <param name="session">The session that the plan is for.</param>
    /// <param name="document">The document of the node.</param>
    /// <param name="node">The expression, a part of its name, or its statement.</param>
    /// <param name="place">Where the await has to be allowed; null where the node stands.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static async Task<Planned> PlanAsync(EditSession session, Document document, SyntaxNode node, SyntaxNode? place, CancellationToken cancellationToken)
    {
        if (await session.ModelAsync(document, cancellationToken).ConfigureAwait(false) is not { } model)
            return Refuse(RefusalKind.UnknownUse, node);
        if (BlockingUse.At(model, node, cancellationToken) is { } blocking)
            return await PlanBlockingAsync(session, document, model, blocking, place, cancellationToken).ConfigureAwait(false);
        if (DroppedTask.At(model, node, cancellationToken) is { } dropped)
            return await PlanDroppedAsync(session, document, model, dropped, place, cancellationToken).ConfigureAwait(false);
        return Refuse(RefusalKind.NotThisShape, node);
    }

    private static async Task<Planned> PlanBlockingAsync(
        EditSession session, Document document, SemanticModel model, BlockingUse blocking, SyntaxNode? place, CancellationToken cancellationToken)
    {
        if (blocking.Refusal is not null)
            return blocking.Refusal;
        var isUsed = AwaitIntent.IsValueUsed(model, blocking.Node);
        if (!AwaitIntent.CanStandAt(model, blocking.Node))
            return Refuse(RefusalKind.ResultIsUsed, blocking.Node);
        var planned = await MakeAsync.PlanAsync(session, document, place ?? blocking.Node, cancellationToken).ConfigureAwait(false);
        var configure = blocking.CanConfigure && ConfigureAwaitStyle.AppliesAt(blocking.Node);
        var intent = new AwaitIntent(blocking.Node, blocking.Operand, configure, isUsed, blocking.IsValueTask);
        return planned.Then(target => intent.AddTo(target, model));
    }

    private static async Task<Planned> PlanDroppedAsync(
        EditSession session, Document document, SemanticModel model, DroppedTask dropped, SyntaxNode? place, CancellationToken cancellationToken)
    {
        var planned = await MakeAsync.PlanAsync(session, document, place ?? dropped.Task, cancellationToken).ConfigureAwait(false);
        var type = model.GetTypeInfo(dropped.Task, cancellationToken).Type;
        var configure = !TaskTypes.IsConfigured(type) && ConfigureAwaitStyle.AppliesAt(dropped.Task);
        var intent = new AwaitIntent(dropped.Task, static current => current, configure, IsUsed: false, TaskTypes.IsValueTask(type));
        return planned.Then(target =>
        {
            intent.AddTo(target, model);
            dropped.AddTo(target);
        });
    }

    private static ConversionRefusal Refuse(RefusalKind kind, SyntaxNode node) => new(kind, node.GetLocation(), null);
}
