using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>A call that waits for a lock which its caller holds.</summary>
/// <param name="Call">The call, made while the lock is held.</param>
/// <param name="Chain">The methods on the way to the second wait, as messages show them.</param>
/// <param name="Again">Where the second wait stands.</param>
internal sealed record Reentrance(IInvocationOperation Call, string Chain, Evidence Again);

/// <summary>Locks that the code which holds them waits for once more: a semaphore lets nobody in twice.</summary>
internal sealed class Reentrances
{
    /// <summary>How many calls are followed.</summary>
    private const int MaxDepth = 4;

    private readonly Apis _apis;
    private readonly Locks _locks;
    private readonly SourceMethods _methods;
    private readonly Summaries _summaries;

    public Reentrances(Apis apis, Locks locks, SourceMethods methods, Summaries summaries)
    {
        _apis = apis;
        _locks = locks;
        _methods = methods;
        _summaries = summaries;
    }

    /// <summary>The first call under the lock of a wait that comes to a wait for the same lock of the same object, or null.</summary>
    public Reentrance? After(IInvocationOperation wait, CancellationToken cancellationToken)
    {
        if (OwnLock(wait) is not { } gate || wait.SemanticModel is not { } model || !Gates.AdmitsOne(gate, model.Compilation, cancellationToken)
            || _locks.TakenBy(wait, cancellationToken) is not { } taken)
        {
            return null;
        }

        foreach (var call in _locks.CallsUnder(taken.Held, wait, cancellationToken))
        {
            // Held on every way, up to where the call has ended.
            if (call == wait || call.Syntax == wait.Syntax || WaitedFor(call) is not { } end || taken.Held.At(end) != Held.Surely)
                continue;
            if (IsWaitFor(gate, call))
                return new Reentrance(call, call.TargetMethod.ShortName(), new Evidence("WaitsAgain", call.Syntax.GetLocation(), null, gate.Name));
            if (IsOnOwnObject(call) && Bodies.Around(call.Syntax) is { } body && !IsUnderFlag(call.Syntax, body, call.SemanticModel!, gate, cancellationToken)
                && Search(call, gate, cancellationToken) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private Reentrance? Search(IInvocationOperation start, ISymbol gate, CancellationToken cancellationToken)
    {
        var seen = new HashSet<SyntaxNode>();
        var pending = new Queue<(IInvocationOperation Call, ImmutableArray<string> Chain)>();
        pending.Enqueue((start, ImmutableArray<string>.Empty));
        while (pending.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (call, before) = pending.Dequeue();
            if (before.Length >= MaxDepth || _methods.Target(call, cancellationToken) is not { } target || Bodies.Of(target, cancellationToken) is not { } body || !seen.Add(body))
                continue;
            var chain = before.Add(target.ShortName());
            var model = _summaries.ModelOf(body);
            if (BodyFacts.OperationOf(body, model, cancellationToken) is not { } root)
                continue;
            foreach (var operation in root.SelfAndDescendantsInBody())
            {
                if (operation is not IInvocationOperation inner)
                    continue;
                // What gives the lock back first may well take it again.
                if (_apis.Of(inner).Is(ApiKind.Releases) && SymbolEqualityComparer.Default.Equals(OwnLock(inner), gate))
                    break;
                if (WaitedFor(inner) is null || IsUnderFlag(inner.Syntax, body, model, gate, cancellationToken))
                    continue;
                if (IsWaitFor(gate, inner))
                    return new Reentrance(start, string.Join(" → ", chain), new Evidence("WaitsAgain", inner.Syntax.GetLocation(), null, gate.Name));
                if (IsOnOwnObject(inner))
                    pending.Enqueue((inner, chain));
            }
        }

        return null;
    }

    /// <summary>A wait that ends only with the lock: one with a timeout goes on without it.</summary>
    private bool IsWaitFor(ISymbol gate, IInvocationOperation call)
    {
        if (!_apis.Of(call).Is(ApiKind.Acquires) || !SymbolEqualityComparer.Default.Equals(OwnLock(call), gate))
            return false;
        foreach (var argument in call.Arguments)
        {
            if (argument.ArgumentKind == ArgumentKind.Explicit && !Tokens.IsToken(argument.Value.Type))
                return false;
        }

        return true;
    }

    /// <summary>The member of the own object, or the static one, that a wait or release is called on.</summary>
    private static ISymbol? OwnLock(IInvocationOperation call) =>
        call.Receiver() is IMemberReferenceOperation { Instance: null or IInstanceReferenceOperation, Member: IFieldSymbol or IPropertySymbol } member ? member.Member.OriginalDefinition : null;

    private static bool IsOnOwnObject(IInvocationOperation call) =>
        call.Instance is IInstanceReferenceOperation || (call.Instance is null && !call.TargetMethod.IsExtensionMethod);

    /// <summary>What has ended when the call has: the await of its task, or the call itself; null when nobody waits for it in the same expression.</summary>
    private static SyntaxNode? WaitedFor(IInvocationOperation call)
    {
        if (!call.TargetMethod.ReturnType.IsTaskLike())
            return call.Syntax;
        IOperation value = call;
        while (value.Parent is { } parent)
        {
            switch (parent)
            {
                case IAwaitOperation:
                    return parent.Syntax;
                case IReturnOperation:
                case IInvocationOperation { TargetMethod.Name: "Wait" or "GetResult" }:
                case IPropertyReferenceOperation { Property.Name: "Result" }:
                    return call.Syntax;
                case IConversionOperation or IParenthesizedOperation or IConditionalAccessOperation:
                case IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "AsTask" or "GetAwaiter" }:
                    value = parent;
                    continue;
                default:
                    return null;
            }
        }

        return null;
    }

    /// <summary>
    /// Whether a condition that asks a parameter, the lock or a flag of the flow of execution decides whether the code runs: so methods say that the lock is held already.
    /// </summary>
    private static bool IsUnderFlag(SyntaxNode node, SyntaxNode body, SemanticModel model, ISymbol gate, CancellationToken cancellationToken)
    {
        for (var current = node; current != body && current.Parent is { } parent; current = parent)
        {
            if (BranchConditions.Before(current, parent) is { } condition && Asks(condition, model, gate, cancellationToken))
                return true;
            if (current is not StatementSyntax statement)
                continue;
            foreach (var earlier in StatementLists.SiblingsOf(statement))
            {
                if (earlier.SpanStart >= statement.SpanStart)
                    break;
                if (earlier is IfStatementSyntax { Condition: var asked } && Asks(asked, model, gate, cancellationToken))
                    return true;
            }
        }

        return false;
    }

    private static bool Asks(ExpressionSyntax condition, SemanticModel model, ISymbol gate, CancellationToken cancellationToken)
    {
        foreach (var node in condition.DescendantNodesAndSelf())
        {
            if (node is not IdentifierNameSyntax name)
                continue;
            var symbol = model.GetSymbolInfo(name, cancellationToken).Symbol;
            if (symbol is IParameterSymbol { Type.SpecialType: SpecialType.System_Boolean } || SymbolEqualityComparer.Default.Equals(symbol, gate)
                || symbol is IFieldSymbol { Type: { SpecialType: SpecialType.System_Boolean } or { Name: "AsyncLocal" or "ThreadLocal" } })
            {
                return true;
            }
        }

        return false;
    }
}
