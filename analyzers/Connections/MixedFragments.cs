using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>A send of a part of a message, between whose parts another message can get.</summary>
/// <param name="Flag">What says whether the message ends: an argument of the send.</param>
/// <param name="Because">Who else sends on the connection.</param>
/// <param name="Parts">The sends of the same body that carry the rest of the message, in the order of the source; none when one send in a loop carries all of it.</param>
internal sealed record MixedFragment(IOperation Flag, Evidence Because, ImmutableArray<Evidence> Parts);

/// <summary>
/// Messages that are sent in parts, on connections that others send on. The parts carry nothing that tells to which message they belong, so a lock has to be held from the first to the last: one around each
/// send does not help.
/// </summary>
internal sealed class MixedFragments
{
    private readonly Handlers _handlers;
    private readonly ConnectionTypes _types;
    private readonly GatedSends _gated;
    private readonly Summaries _summaries;

    public MixedFragments(Handlers handlers, ConnectionTypes types, GatedSends gated, Summaries summaries)
    {
        _summaries = summaries;
        _handlers = handlers;
        _types = types;
        _gated = gated;
    }

    /// <summary>What can get between this part and the next one, or null when nothing can, or it is a whole message.</summary>
    public MixedFragment? At(ConnectionCall wait, ISymbol containingSymbol, CancellationToken cancellationToken)
    {
        var send = wait.Call;
        if (!wait.Facts.Is(ApiKind.Send) || FlagOf(send) is not { } flag || containingSymbol.OutermostType() is not { } type || Bodies.Around(send.Syntax) is not { } body || DroppedTasks.FormOf(send) is not null)
            return null;
        var because = GatedSends.MemberOf(send) is { } member ? OtherOn(member, send, body, type, cancellationToken) : OtherHandlers(send, containingSymbol, cancellationToken);
        return because is null || IsWholeMessageHeld(send, cancellationToken) || IsSaidBefore(send, body, cancellationToken) ? null : new MixedFragment(flag, because, PartsBehind(send, body, cancellationToken));
    }

    /// <summary>The argument that says whether the message ends, unless it always does, or whoever calls decides.</summary>
    private static IOperation? FlagOf(IInvocationOperation send)
    {
        if (BufferSteps.SendsWhole(send))
            return null;
        foreach (var argument in send.Arguments)
        {
            if (argument.Parameter is { Name: "endOfMessage", Type.SpecialType: SpecialType.System_Boolean } or { Type.Name: "WebSocketMessageFlags" })
                return argument.ArgumentKind == ArgumentKind.Explicit && !MentionsParameter(argument.Value) ? argument.Value : null;
        }

        return null;
    }

    /// <summary>Whether the same body sends a part on the same connection before: one speaks for all.</summary>
    private bool IsSaidBefore(IInvocationOperation send, SyntaxNode body, CancellationToken cancellationToken)
    {
        if (send.SemanticModel is not { } model || ConnectionName.Of(send.Receiver(), model) is not { } name)
            return false;
        foreach (var io in _summaries.FactsOf(body, cancellationToken).IO)
        {
            if ((io.Kind & ApiKind.Send) != 0 && !io.IsDropped && io.Call.Syntax.SpanStart < send.Syntax.SpanStart && Bodies.Around(io.Call.Syntax) == body
                && FlagOf(io.Call) is not null && name.Is(ConnectionName.Of(io.Call.Receiver(), model)) && !IsWholeMessageHeld(io.Call, cancellationToken))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The later sends of the body on the same connection, up to the one that always ends the message.</summary>
    private ImmutableArray<Evidence> PartsBehind(IInvocationOperation send, SyntaxNode body, CancellationToken cancellationToken)
    {
        if (send.SemanticModel is not { } model || ConnectionName.Of(send.Receiver(), model) is not { } name)
            return ImmutableArray<Evidence>.Empty;
        var parts = ImmutableArray.CreateBuilder<Evidence>();
        foreach (var io in _summaries.FactsOf(body, cancellationToken).IO)
        {
            if ((io.Kind & ApiKind.Send) == 0 || io.Call.Syntax.SpanStart <= send.Syntax.SpanStart || Bodies.Around(io.Call.Syntax) != body || !name.Is(ConnectionName.Of(io.Call.Receiver(), model)))
                continue;
            parts.Add(new Evidence("AlsoSends", io.Call.Syntax.GetLocation(), null, io.Call.TargetMethod.ShortName()));
            if (BufferSteps.SendsWhole(io.Call) && !IsInBranch(io.Call.Syntax, send.Syntax))
                break;
        }

        return parts.ToImmutable();
    }

    /// <summary>Whether a condition that is not around the first send as well decides about the other one.</summary>
    private static bool IsInBranch(SyntaxNode other, SyntaxNode first)
    {
        for (var node = other.Parent; node is not null && !node.Span.Contains(first.Span) && !Bodies.IsBody(node); node = node.Parent)
        {
            if (node is IfStatementSyntax or ElseClauseSyntax or SwitchSectionSyntax or ConditionalExpressionSyntax)
                return true;
        }

        return false;
    }

    private static bool MentionsParameter(IOperation value)
    {
        foreach (var operation in value.SelfAndDescendantsInBody())
        {
            if (operation is IParameterReferenceOperation { Parameter.Type.SpecialType: SpecialType.System_Boolean } or IParameterReferenceOperation { Parameter.Type.Name: "WebSocketMessageFlags" })
                return true;
        }

        return false;
    }

    /// <summary>A send on the same connection in a body of its own, which nobody lets run after this one.</summary>
    private Evidence? OtherOn(ISymbol member, IInvocationOperation send, SyntaxNode body, INamedTypeSymbol type, CancellationToken cancellationToken)
    {
        foreach (var other in _gated.On(member, type, cancellationToken))
        {
            if (other.Body != body && !_gated.HaveOneCaller(body, other.Body, type, cancellationToken))
                return new Evidence("AlsoSends", other.Call.Syntax.GetLocation(), null, other.Call.TargetMethod.ShortName());
        }

        return null;
    }

    /// <summary>A relay to connections that a member collects, in code that runs for each connection: every one of them relays.</summary>
    private Evidence? OtherHandlers(IInvocationOperation send, ISymbol containingSymbol, CancellationToken cancellationToken)
    {
        for (var parent = send.Parent; parent is not null and not (IAnonymousFunctionOperation or ILocalFunctionOperation); parent = parent.Parent)
        {
            if (parent is not IForEachLoopOperation { IsAsynchronous: false } each || !IsMemberCollection(each.Collection) || !MentionsItem(send.Receiver(), each))
                continue;
            return _handlers.Around(send.Syntax, containingSymbol, cancellationToken) is { } handler ? new Evidence("RelayedByAll", each.Collection.Syntax.GetLocation(), handler, each.Collection.Syntax.ToString()) : null;
        }

        return null;
    }

    private bool IsMemberCollection(IOperation collection)
    {
        var current = collection.WithoutConversions();
        while (current is IInvocationOperation { TargetMethod.Name: "ToArray" or "ToList" or "Where" } call && call.Receiver() is { } inner)
            current = inner;
        if (current is IPropertyReferenceOperation { Property.Name: "Values", Instance: { } dictionary })
            current = dictionary;
        return current is IFieldReferenceOperation or IPropertyReferenceOperation && current.Type is { } type && _types.IsCollectionOfConnections(type);
    }

    private static bool MentionsItem(IOperation? receiver, IForEachLoopOperation loop)
    {
        foreach (var local in loop.Locals)
        {
            foreach (var operation in receiver?.SelfAndDescendantsInBody() ?? Array.Empty<IOperation>())
            {
                if (operation is ILocalReferenceOperation reference && SymbolEqualityComparer.Default.Equals(reference.Local, local))
                    return true;
            }
        }

        return false;
    }

    /// <summary>Whether a lock is held around all parts of the message, here or by who calls.</summary>
    private bool IsWholeMessageHeld(IInvocationOperation send, CancellationToken cancellationToken)
    {
        SyntaxNode message = send.Syntax;
        for (var parent = send.Syntax.Parent; parent is not null && !Bodies.IsBody(parent); parent = parent.Parent)
        {
            if (Loops.IsLoop(parent))
            {
                message = parent;
                break;
            }
        }

        var held = _gated.HeldAt(send.Syntax, cancellationToken);
        foreach (var gate in held)
        {
            if (gate.Statements.IsEmpty || gate.Statements.Any(statement => statement.Span.Contains(message.Span)))
                return true;
        }

        return Bodies.Around(send.Syntax) is { } body && send.SemanticModel?.GetEnclosingSymbol(send.Syntax.SpanStart, cancellationToken)?.OutermostType() is { } type
            && _gated.IsReachedUnderAny(body, type, cancellationToken);
    }
}
