using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>A function that a delegate can be.</summary>
/// <param name="Method">The lambda or method.</param>
/// <param name="Body">Its body, or null when it has none in source.</param>
/// <param name="Group">The expression for a method without a body in source, or null.</param>
internal readonly record struct DelegateTarget(IMethodSymbol Method, SyntaxNode? Body, IMethodReferenceOperation? Group);

/// <summary>
/// Which functions a delegate that gives a task can only be: those that every write of its variable names, or every call of the private method whose parameter it is. Several
/// functions at once (events, <c>+=</c>), and what may come from outside, are none.
/// </summary>
internal sealed class DelegateTargets
{
    private static readonly ImmutableArray<DelegateTarget> Unknown = ImmutableArray<DelegateTarget>.Empty;

    /// <summary>How many functions that only call a delegate are gone through.</summary>
    private const int MaxForwards = 4;

    private readonly SourceMethods _methods;
    private readonly Summaries _summaries;
    private readonly WrittenValues _values;
    private readonly ValueUses _uses;
    private readonly ConcurrentDictionary<ISymbol, ImmutableArray<DelegateTarget>> _known = new(SymbolEqualityComparer.Default);

    public DelegateTargets(SourceMethods methods, Summaries summaries, WrittenValues values)
    {
        _methods = methods;
        _summaries = summaries;
        _values = values;
        _uses = new ValueUses(methods, summaries);
    }

    /// <summary>Whether the call runs a delegate that gives a task: what costs nothing to know.</summary>
    public static bool IsCall(IInvocationOperation call) => call.TargetMethod is { MethodKind: MethodKind.DelegateInvoke } invoke && invoke.ReturnType.IsTaskLike();

    /// <summary>The functions of which the call runs one; empty when it runs no delegate that gives a task, or that cannot be told.</summary>
    public ImmutableArray<DelegateTarget> Of(IInvocationOperation call, CancellationToken cancellationToken) =>
        IsCall(call) && call.Receiver() is { } receiver ? Of(receiver, cancellationToken) : Unknown;

    /// <summary>The functions of which the variable of a delegate that gives a task is one; empty when that cannot be told.</summary>
    public ImmutableArray<DelegateTarget> Of(IOperation? value, CancellationToken cancellationToken)
    {
        if (value.ReferencedSymbol()?.OriginalDefinition is not { } variable || !IsOfTask(value!.WithoutConversions().Type))
            return Unknown;
        return _known.TryGetValue(variable, out var known) ? known : _known.GetOrAdd(variable, Find(value!, cancellationToken));
    }

    /// <summary>
    /// The code that an expression for a delegate stands for: that of a lambda or method group, or of the only function that its variable can be; null when it cannot be told, or seen.
    /// </summary>
    public SyntaxNode? CodeOf(IOperation? value, CancellationToken cancellationToken) =>
        _methods.FunctionIn(value, cancellationToken) is var (_, body) ? body
        : Of(value, cancellationToken) is { Length: 1 } targets ? targets[0].Body
        : null;

    /// <summary>
    /// The code behind a body: of one that does nothing but hand on the task of a delegate, such as <c>() => send()</c>, that of the only function that the delegate can be; else the
    /// body itself.
    /// </summary>
    public SyntaxNode Behind(SyntaxNode body, CancellationToken cancellationToken)
    {
        for (var i = 0; i < MaxForwards; i++)
        {
            if (ForwardedBy(body, cancellationToken) is not { } call || Of(call, cancellationToken) is not { Length: 1 } targets || targets[0].Body is not { } behind)
                break;
            body = behind;
        }

        return body;
    }

    /// <summary>The call of a delegate that is all there is in the body.</summary>
    private IInvocationOperation? ForwardedBy(SyntaxNode body, CancellationToken cancellationToken)
    {
        IInvocationOperation? forwarded = null;
        if (BodyFacts.OperationOf(body, _summaries.ModelOf(body), cancellationToken) is not { } root)
            return null;
        foreach (var operation in root.SelfAndDescendantsInBody())
        {
            switch (operation)
            {
                case IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "AsTask" }:
                    continue;
                case IInvocationOperation call when forwarded is null && IsCall(call) && DroppedTasks.FormOf(call) is null:
                    forwarded = call;
                    continue;
                case IInvocationOperation or IObjectCreationOperation or IAssignmentOperation or IVariableDeclarationOperation:
                case ITryOperation or ILoopOperation:
                case IAnonymousFunctionOperation when operation != root:
                    return null;
            }
        }

        return forwarded;
    }

    private static bool IsOfTask(ITypeSymbol? type) => type is INamedTypeSymbol { DelegateInvokeMethod.ReturnType: { } result } && result.IsTaskLike();

    private ImmutableArray<DelegateTarget> Find(IOperation reference, CancellationToken cancellationToken)
    {
        var targets = ImmutableArray.CreateBuilder<DelegateTarget>();
        foreach (var source in _values.SourcesOf(reference, cancellationToken))
        {
            // Without a function nothing runs.
            if (source is { ConstantValue: { HasValue: true, Value: null } } or IDefaultValueOperation)
                continue;
            if (_methods.FunctionIn(source, cancellationToken) is var (function, body))
                targets.Add(new DelegateTarget(function, body, null));
            else if ((source is IDelegateCreationOperation creation ? creation.Target : source) is IMethodReferenceOperation group && !group.Method.IsInSource())
                targets.Add(new DelegateTarget(group.Method, null, group));
            else if (source is not IParameterReferenceOperation { Parameter: var parameter } || !AddHanded(parameter))
                return Unknown;
        }

        return targets.ToImmutable();

        bool AddHanded(IParameterSymbol parameter)
        {
            var handed = _uses.FunctionsFor(parameter, cancellationToken);
            if (handed.IsEmpty || parameter.ContainingSymbol is not IMethodSymbol method || Bodies.Of(method, cancellationToken) is not { } code
                || !_values.IsNeverWritten(parameter, code, cancellationToken))
            {
                return false;
            }

            foreach (var (function, body) in handed)
                targets.Add(new DelegateTarget(function, body, null));
            return true;
        }
    }
}
