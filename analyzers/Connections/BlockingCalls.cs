using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>How a call blocks its thread, which is also which rule speaks of it.</summary>
internal enum BlockingKind
{
    /// <summary>It waits for a task.</summary>
    Task,

    /// <summary>It sleeps.</summary>
    Sleep,

    /// <summary>It blocks, and an asynchronous counterpart is present in this compilation.</summary>
    Counterpart,

    /// <summary>It blocks, and no counterpart exists.</summary>
    NoCounterpart,
}

/// <summary>A call or property read that blocks its thread.</summary>
/// <param name="Kind">How.</param>
/// <param name="Operation">The invocation or property reference.</param>
/// <param name="Entry">The catalogue line that says so.</param>
internal sealed record BlockingCall(BlockingKind Kind, IOperation Operation, ApiEntry Entry)
{
    /// <summary>The member as messages show it.</summary>
    public string Name => Member.ShortName();

    /// <summary>The method or property.</summary>
    public ISymbol Member => Operation is IInvocationOperation call ? call.TargetMethod : ((IPropertyReferenceOperation)Operation).Property;
}

/// <summary>Which operations block: catalogue entries minus the uses that do not.</summary>
internal sealed class BlockingCalls
{
    private readonly Apis _apis;

    public BlockingCalls(Apis apis) => _apis = apis;

    /// <summary>The blocking call that <paramref name="operation"/> is, or null.</summary>
    public BlockingCall? At(IOperation operation, CancellationToken cancellationToken)
    {
        var (member, receiver) = operation switch
        {
            IInvocationOperation call => ((ISymbol)call.TargetMethod, call.Receiver()),
            IPropertyReferenceOperation { Property.IsStatic: false } property => (property.Property, property.Instance?.WithoutConditionalAccess()),
            _ => (null, null),
        };
        if (member is null)
            return null;
        var facts = operation is IInvocationOperation invocation ? _apis.Of(invocation) : _apis.Of(member);
        return facts.Is(ApiKind.AnyBlocking) ? At(operation, facts, receiver, cancellationToken) : null;
    }

    private BlockingCall? At(IOperation operation, ApiFacts facts, IOperation? receiver, CancellationToken cancellationToken)
    {
        foreach (var entry in facts.Entries)
        {
            if ((entry.Kind & ApiKind.AnyBlocking) == 0)
                continue;
            if (operation is IInvocationOperation call && ReturnsAtOnce(call))
                return null;
            if (receiver is not null && IsInMemory(receiver, cancellationToken))
                return null;
            switch (entry.Kind)
            {
                case ApiKind.Waits:
                    return receiver is not null && CompletedTasks.IsKnownComplete(receiver, cancellationToken) ? null : new BlockingCall(BlockingKind.Task, operation, entry);
                case ApiKind.Sleeps:
                    return new BlockingCall(BlockingKind.Sleep, operation, entry);
                default:
                    if (entry.Counterpart is null)
                        return new BlockingCall(BlockingKind.NoCounterpart, operation, entry);
                    // A counterpart that this target framework lacks leaves nothing to advise.
                    return _apis.IsPresent(entry.Counterpart) ? new BlockingCall(BlockingKind.Counterpart, operation, entry) : null;
            }
        }

        return null;
    }

    /// <summary>Wait(0), WaitOne(TimeSpan.Zero), Sleep(0): a question, not a wait.</summary>
    private static bool ReturnsAtOnce(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter is not { } parameter || argument.ArgumentKind == ArgumentKind.DefaultValue)
                continue;
            var value = argument.Value.WithoutConversions();
            var isTimeout = parameter.Name.IndexOf("timeout", StringComparison.OrdinalIgnoreCase) >= 0;
            if (isTimeout && parameter.Type.SpecialType is SpecialType.System_Int32 or SpecialType.System_Int64 && value.ConstantValue is { HasValue: true, Value: 0 or 0L })
                return true;
            if (parameter.Type.Name == "TimeSpan" && value is IFieldReferenceOperation { Field: { Name: "Zero", ContainingType.Name: "TimeSpan" } })
                return true;
        }

        return false;
    }

    /// <summary>A stream or reader over memory completes at once: judged by the static type, or by what the local was made of.</summary>
    private bool IsInMemory(IOperation receiver, CancellationToken cancellationToken)
    {
        receiver = receiver.WithoutConversions();
        if (receiver.Type is { } type && (_apis.Of(type) & ApiKind.Nonblocking) != 0)
            return true;
        if (receiver is not ILocalReferenceOperation { Local: { DeclaringSyntaxReferences: { Length: 1 } references }, SemanticModel: { } model })
            return false;
        return references[0].GetSyntax(cancellationToken) is Microsoft.CodeAnalysis.CSharp.Syntax.VariableDeclaratorSyntax { Initializer.Value: { } value }
            && model.SyntaxTree == value.SyntaxTree
            && model.GetTypeInfo(value, cancellationToken).Type is { } made
            && (_apis.Of(made) & ApiKind.Nonblocking) != 0;
    }
}
