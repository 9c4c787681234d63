using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Connections;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Sending;

/// <summary>
/// <c>async Task</c> for <c>async void</c>, with the callers awaiting it. Refused where the shape demands <c>void</c>, and where the callers may not wait: for an endless loop, in a loop
/// over connections, under a lock that forbids it, and in what the method itself waits for.
/// </summary>
internal static class ReturnTask
{
    /// <summary>The action, for functions that nothing calls but the program.</summary>
    public static FixAction Action { get; } = new("ReturnTask", "ReturnTask", PlanAsync);

    /// <summary>The action for what clients call by its name.</summary>
    public static FixAction EndpointAction { get; } = new("ReturnTask", "ReturnTask", PlanEndpointAsync);

    private static async Task<Planned> PlanAsync(FixSite site, CancellationToken cancellationToken)
    {
        if (FunctionAt(site, cancellationToken) is not { } symbol || IsEventHandler(symbol))
            return Refuse(site, RefusalKind.VoidDelegate);
        // A method that nobody in sight calls is called by name: by a designer's file, a serializer, a game engine.
        var calls = await ConnectionLoops.CallsOfAsync(site.Session, symbol, cancellationToken).ConfigureAwait(false);
        if (calls.Count == 0 && symbol.DeclaredAccessibility is not (Accessibility.Public or Accessibility.Internal))
            return Refuse(site, RefusalKind.Convention);
        return await PlanAsync(site, symbol, calls, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<Planned> PlanEndpointAsync(FixSite site, CancellationToken cancellationToken)
    {
        if (FunctionAt(site, cancellationToken) is not { } symbol)
            return Refuse(site, RefusalKind.NotThisShape);
        var calls = await ConnectionLoops.CallsOfAsync(site.Session, symbol, cancellationToken).ConfigureAwait(false);
        return await PlanAsync(site, symbol, calls, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<Planned> PlanAsync(FixSite site, IMethodSymbol symbol, IReadOnlyList<ModelledCall> calls, CancellationToken cancellationToken)
    {
        var connections = ConnectionModel.For(site.Model.Compilation, site.Document.Project.AnalyzerOptions, cancellationToken);
        if (calls.Count > 0 && connections.Summaries.RunsUntilEnd(symbol, cancellationToken) is { } loop)
            return new ConversionRefusal(RefusalKind.EndlessLoop, loop, symbol.Name);
        foreach (var call in calls)
        {
            if (HeldLocks.ForbidAwait(call.Operation, connections, call.Model, cancellationToken) is { } wait)
                return new ConversionRefusal(RefusalKind.Lock, wait.Syntax.GetLocation(), null);
            if (connections.Sends.WaitsForItsCaller(call.Operation, cancellationToken))
                return new ConversionRefusal(RefusalKind.EndlessLoop, call.Operation.Syntax.GetLocation(), symbol.Name);
            // The task would only be dropped one step further out.
            if (IsWorkOfDroppedTask(call.Operation))
                return new ConversionRefusal(RefusalKind.UnknownUse, call.Operation.Syntax.GetLocation(), symbol.Name);
        }
        if (await ConnectionLoops.AroundAsync(site.Session, connections, calls, cancellationToken).ConfigureAwait(false) is { } broadcast)
            return new ConversionRefusal(RefusalKind.LoopOverConnections, broadcast, null);
        return await MakeAsync.PlanReturnAsync(site.Session, site.Document, site.Node, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether the call stands in a lambda whose outcome ends in a task that nobody looks at: <c>Task.Run(() => F());</c>.</summary>
    private static bool IsWorkOfDroppedTask(IOperation call)
    {
        for (IOperation? operation = call; operation is not null; operation = operation.Parent)
        {
            if (operation is IAnonymousFunctionOperation)
                return operation.Parent is IDelegateCreationOperation { Parent: IArgumentOperation { Parent: IInvocationOperation work } } && DroppedTasks.FormOf(work) is not null;
        }
        return false;
    }

    private static IMethodSymbol? FunctionAt(FixSite site, CancellationToken cancellationToken) =>
        site.Node is MethodDeclarationSyntax or LocalFunctionStatementSyntax ? FunctionShape.SymbolOf(site.Model, site.Node, cancellationToken) : null;

    /// <summary>A sender and its arguments: also without a listener in sight, for markup may name it.</summary>
    private static bool IsEventHandler(IMethodSymbol method) =>
        method.Parameters.Length == 2 && method.Parameters[0].Type.SpecialType == SpecialType.System_Object && method.Parameters[1].Type.Name.EndsWith("EventArgs", StringComparison.Ordinal);

    private static ConversionRefusal Refuse(FixSite site, RefusalKind kind) => new(kind, site.Node.GetLocation(), null);
}
