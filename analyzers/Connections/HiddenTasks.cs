using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>Work on a connection whose task is inside the task of the call that started it.</summary>
/// <param name="Because">What the work does.</param>
/// <param name="IsEndless">Whether it goes on until the connection ends.</param>
/// <param name="IsLost">Whether the outer task is dropped and the work can fail: with another call it would be lost all the same.</param>
internal sealed record HiddenTask(Evidence Because, bool IsEndless, bool IsLost);

/// <summary>
/// The decision which calls of StartNew hide the end of their work: the delegate hands back a task, and nobody unwraps what StartNew makes of it. One place, because more than one
/// rule speaks of such calls.
/// </summary>
internal sealed class HiddenTasks
{
    /// <summary>TaskCreationOptions.LongRunning.</summary>
    private const int LongRunning = 2;

    private readonly Apis _apis;
    private readonly Summaries _summaries;
    private readonly SourceMethods _methods;

    public HiddenTasks(Apis apis, Summaries summaries, SourceMethods methods)
    {
        _apis = apis;
        _summaries = summaries;
        _methods = methods;
    }

    /// <summary>What the call hides, or null when it hides nothing of a connection.</summary>
    public HiddenTask? At(IInvocationOperation call, CancellationToken cancellationToken)
    {
        if (call.TargetMethod is not { Name: "StartNew", ContainingType.Name: "TaskFactory" } || !_apis.Of(call).Is(ApiKind.Offload)
            || call.Type is not INamedTypeSymbol { TypeArguments: { Length: 1 } results } || !results[0].IsTaskLike())
        {
            return null;
        }

        if (_methods.FunctionIn(call.ArgumentFor(0), cancellationToken) is not var (_, body) || _summaries.Does(body, ApiKind.AnyConnectionIO, cancellationToken) is not { Leaf.Call: var io })
            return null;
        var isDropped = DroppedTasks.FormOf(call) is not null;
        // Who waits for nothing is not misled; one who asked for a thread is.
        if (isDropped ? !IsLongRunning(call) : !IsHidden(call, cancellationToken))
            return null;
        var loop = _summaries.RunsUntilEnd(body, cancellationToken);
        var because = loop is not null
            ? new Evidence("RunsUntilEnd", loop, null, io.TargetMethod.ShortName())
            : new Evidence("GoesOnWith", io.Syntax.GetLocation(), null, io.TargetMethod.ShortName());
        return new HiddenTask(because, loop is not null, isDropped && !_summaries.FactsOf(body, cancellationToken).GuardsEverything);
    }

    private static bool IsLongRunning(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter?.Type.Name == nameof(TaskCreationOptions) && argument.Value.ConstantValue is { HasValue: true, Value: int options } && (options & LongRunning) != 0)
                return true;
        }

        return false;
    }

    /// <summary>Whether the outer task alone is waited for or kept: as a mere Task, by an await or a wait that nobody goes on from.</summary>
    private static bool IsHidden(IOperation task, CancellationToken cancellationToken)
    {
        var value = task;
        while (value.Parent is { } parent)
        {
            switch (parent)
            {
                // Nobody unwraps what is only a Task.
                case IConversionOperation { Type: INamedTypeSymbol { Name: nameof(Task), Arity: 0 } }:
                    return true;
                case IConversionOperation or IParenthesizedOperation:
                case IInvocationOperation { TargetMethod.Name: nameof(Task.ConfigureAwait) } configured when configured.Receiver() == value:
                    value = parent;
                    continue;
                case IAwaitOperation { Parent: IExpressionStatementOperation }:
                    return true;
                case IInvocationOperation { TargetMethod.Name: nameof(Task.Wait) } wait:
                    return wait.Receiver() == value;
                case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } when value.SemanticModel is { } model:
                    return IsHiddenIn(declarator, model, cancellationToken);
                default:
                    return false;
            }
        }

        return false;
    }

    /// <summary>Whether all that is done with a local is to wait for the outer task, or to keep it.</summary>
    private static bool IsHiddenIn(IVariableDeclaratorOperation declarator, SemanticModel model, CancellationToken cancellationToken)
    {
        if (Bodies.OutermostAround(declarator.Syntax) is not { } body)
            return false;
        var isUsed = false;
        foreach (var reference in ValueFlow.ReferencesTo(declarator.Symbol, body, model, cancellationToken))
        {
            // A local that holds a local would go on for ever.
            if (reference.Parent is IVariableInitializerOperation || !IsHidden(reference, cancellationToken))
                return false;
            isUsed = true;
        }

        return isUsed;
    }
}
