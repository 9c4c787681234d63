using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
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

    /// <summary>It blocks before it hands back the task that it seems to do its work in.</summary>
    Pretence,
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
    /// <summary>How many wrappers around memory are seen through: a writer over a buffer over a stream.</summary>
    private const int MaxWrappers = 3;

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
            if (IsOnlyNamed(operation) || (operation is IInvocationOperation call && (ReturnsAtOnce(call) || ReadinessChecks.Precede(call) || StaysInMemory(call, receiver, cancellationToken))))
                return null;
            switch (entry.Kind)
            {
                case ApiKind.Waits:
                    return receiver is not null && CompletedTasks.IsKnownComplete(receiver, cancellationToken) ? null : new BlockingCall(BlockingKind.Task, operation, entry);
                case ApiKind.Sleeps:
                    return new BlockingCall(BlockingKind.Sleep, operation, entry);
                default:
                    if (entry.Counterpart is null)
                        return new BlockingCall(operation is IInvocationOperation { TargetMethod: var method } && method.ReturnsAwaitable() ? BlockingKind.Pretence : BlockingKind.NoCounterpart, operation, entry);
                    // A counterpart that this target framework lacks leaves nothing to advise.
                    return _apis.IsPresent(entry.Counterpart) ? new BlockingCall(BlockingKind.Counterpart, operation, entry) : null;
            }
        }

        return null;
    }

    /// <summary>nameof(task.Result) reads nothing.</summary>
    private static bool IsOnlyNamed(IOperation operation)
    {
        for (var parent = operation.Parent; parent is IMemberReferenceOperation or INameOfOperation; parent = parent.Parent)
        {
            if (parent is INameOfOperation)
                return true;
        }

        return false;
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
            if (parameter.Type.Name == "TimeSpan" && ConstantTime.Of(value) == TimeSpan.Zero)
                return true;
        }

        return false;
    }

    /// <summary>A stream, reader or writer over memory completes at once, unless it is copied to where it does not.</summary>
    private bool StaysInMemory(IInvocationOperation call, IOperation? receiver, CancellationToken cancellationToken)
    {
        if (receiver is null || !IsInMemory(receiver, MaxWrappers, cancellationToken))
            return false;
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter is { Name: "destination", Type.Name: "Stream" } && !IsInMemory(argument.Value, MaxWrappers, cancellationToken))
                return false;
        }

        return true;
    }

    /// <summary>Judged by the static type, or by what the variable was made of: memory itself, or a wrapper of memory.</summary>
    private bool IsInMemory(IOperation value, int wrappersLeft, CancellationToken cancellationToken)
    {
        value = value.WithoutConversions();
        if (value.Type is { } type && (_apis.Of(type) & ApiKind.Nonblocking) != 0)
            return true;
        switch (value)
        {
            case IFieldReferenceOperation { Field: { Name: "Null", IsStatic: true, ContainingType.Name: "Stream" or "StreamReader" or "StreamWriter" } }:
                return true;
            case IObjectCreationOperation { Arguments: { Length: > 0 } arguments } when wrappersLeft > 0:
                return IsInMemory(arguments[0].Value, wrappersLeft - 1, cancellationToken);
        }

        if (InitializerOf(value.ReferencedSymbol(), cancellationToken) is not { } initializer || value.SemanticModel is not { } model || model.SyntaxTree != initializer.SyntaxTree)
            return false;
        return model.GetOperation(initializer, cancellationToken) is IObjectCreationOperation made && IsInMemory(made, wrappersLeft, cancellationToken);
    }

    /// <summary>What a local, or a field or property that is set once, was made of; null when others may set it.</summary>
    private static SyntaxNode? InitializerOf(ISymbol? symbol, CancellationToken cancellationToken)
    {
        if (symbol is not (ILocalSymbol or IFieldSymbol { IsReadOnly: true } or IPropertySymbol { IsReadOnly: true }) || symbol.DeclaringSyntaxReferences.Length != 1)
            return null;
        return symbol.DeclaringSyntaxReferences[0].GetSyntax(cancellationToken) switch
        {
            VariableDeclaratorSyntax { Initializer.Value: { } value } => value,
            PropertyDeclarationSyntax { Initializer.Value: { } value } => value,
            _ => null,
        };
    }
}
