using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>A connection that a type makes for a member of its own and does not dispose.</summary>
/// <param name="Member">The field or auto-property.</param>
/// <param name="Made">The operation that makes it; the first, where there are several.</param>
/// <param name="Because">What the type does instead.</param>
internal sealed record UndisposedMember(ISymbol Member, IOperation Made, Evidence Because);

/// <summary>
/// Which types keep connections of their own and do not dispose them. A single dispose anywhere in the type is trusted, whenever it may run; only one that is skipped unless the
/// connection is open is not: every other state leaves the transport behind.
/// </summary>
internal sealed class UndisposedMembers
{
    private readonly HeldConnections _held;

    public UndisposedMembers(HeldConnections held) => _held = held;

    /// <summary>The member that the connection is made for and whose type never disposes it; null for all but the first connection made for it.</summary>
    public UndisposedMember? MadeBy(IOperation creation, CancellationToken cancellationToken)
    {
        foreach (var write in _held.WritesOf(creation, cancellationToken))
        {
            var held = _held.Of(write.Member, cancellationToken);
            if (write.Member.IsStatic || !held.IsOwn || held.Writes.IsEmpty || held.Writes[0].Made.Syntax != creation.Syntax || held.Disposals.Any())
                continue;
            return new UndisposedMember(write.Member, creation, Instead(write.Member));
        }

        return null;
    }

    /// <summary>The member whose only disposal is this call, which runs only while the connection is open; or null.</summary>
    public UndisposedMember? SkippedBy(IInvocationOperation dispose, CancellationToken cancellationToken)
    {
        if (dispose.Receiver().ReferencedSymbol()?.OriginalDefinition is not { IsStatic: false } member || member is not (IFieldSymbol or IPropertySymbol) || !member.IsInSource())
            return null;
        var held = _held.Of(member, cancellationToken);
        if (!held.IsOwn || held.Writes.IsEmpty)
            return null;
        ExpressionSyntax? condition = null;
        foreach (var disposal in held.Disposals)
        {
            if (condition is not null || !dispose.Syntax.Span.Contains(disposal.Node.Span) || (condition = OpenTest(dispose, member)) is null)
                return null;
        }

        return condition is null ? null : new UndisposedMember(member, held.Writes[0].Made, new Evidence("DisposedWhenOpen", condition.GetLocation(), null, condition.ToString()));
    }

    /// <summary>The condition of the <c>if</c> around, without an else, that holds only while the member's connection is open.</summary>
    private static ExpressionSyntax? OpenTest(IOperation dispose, ISymbol member)
    {
        var inner = dispose;
        for (var current = dispose.Parent; current is not null and not (IAnonymousFunctionOperation or ILocalFunctionOperation); inner = current, current = current.Parent)
        {
            if (current is IConditionalOperation { WhenFalse: null, Condition: var condition } test && test.WhenTrue == inner && RequiresOpen(condition, member) && condition.Syntax is ExpressionSyntax written)
                return written;
        }

        return null;
    }

    private static bool RequiresOpen(IOperation condition, ISymbol member)
    {
        while (condition.WithoutConversions() is IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd } both)
        {
            if (RequiresOpen(both.RightOperand))
                return true;
            condition = both.LeftOperand;
        }

        return RequiresOpen(condition);

        bool RequiresOpen(IOperation operand) =>
            SocketStates.Of(operand, SocketStates.Open, IsStateOfMember) == Flow.Outcome.True && SocketStates.Of(operand, SocketStates.Closed, IsStateOfMember) == Flow.Outcome.False
            && SocketStates.Of(operand, SocketStates.Aborted, IsStateOfMember) == Flow.Outcome.False;

        bool IsStateOfMember(IOperation operation)
        {
            foreach (var inner in operation.SelfAndDescendantsInBody())
            {
                if (SocketStates.IsState(inner) && ((IPropertyReferenceOperation)inner.WithoutConversions()).Instance is { } owner
                    && SymbolEqualityComparer.Default.Equals(owner.WithoutConditionalAccess().ReferencedSymbol()?.OriginalDefinition, member))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>What the type of an undisposed member does, or is, instead.</summary>
    public static Evidence Instead(ISymbol member)
    {
        var type = member.ContainingType;
        foreach (var current in type.SelfAndBaseTypes())
        {
            foreach (var method in current.GetMembers().OfType<IMethodSymbol>())
            {
                if (SymbolEqualityComparer.Default.Equals(current, type) && method is { IsStatic: false, Name: "Dispose" or "DisposeAsync" or "System.IDisposable.Dispose" or "System.IAsyncDisposable.DisposeAsync" } && type.IsDisposable())
                    return new Evidence("DisposeMisses", method.SourceLocation(), null, method.ShortName());
            }
        }

        return type.IsDisposable() ? new Evidence("NothingDisposes", type.SourceLocation(), null, type.ShortName()) : new Evidence("NotDisposable", type.SourceLocation(), null, type.ShortName());
    }
}
