using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>A close beside the lock of the sends.</summary>
/// <param name="Gate">The lock.</param>
/// <param name="MayTakeGate">Whether the close may wait for the lock: it is a semaphore, nobody who holds it comes to the close, and no other connection has the same lock.</param>
/// <param name="Because">A send under the lock.</param>
internal sealed record RacingClose(ISymbol Gate, bool MayTakeGate, Evidence Because);

/// <summary>Closes that do not take the lock which every send on the same connection takes: frames can follow the close frame then, and are lost.</summary>
internal sealed class RacingCloses
{
    private readonly Summaries _summaries;
    private readonly Sharing _sharing;
    private readonly GatedSends _gated;
    private readonly Waits _waits;

    public RacingCloses(Summaries summaries, Sharing sharing, GatedSends gated, Waits waits)
    {
        _waits = waits;
        _summaries = summaries;
        _sharing = sharing;
        _gated = gated;
    }

    /// <summary>The lock that the close does not take, or null when it does, or may, or there is none.</summary>
    public RacingClose? At(ConnectionCall wait, ISymbol containingSymbol, CancellationToken cancellationToken)
    {
        var close = wait.Call;
        if (!wait.Facts.Is(ApiKind.Close) || !IsWebSocket(close.Receiver()?.Type) || GatedSends.MemberOf(close) is not { } member || OverwrittenTasks.IsLost(close, cancellationToken)
            || containingSymbol.OutermostType() is not { } type || Bodies.Around(close.Syntax) is not { } body
            || _gated.GateOf(member, type, cancellationToken) is not { } gate || GatedSends.IsUnder(_gated.HeldAt(close.Syntax, cancellationToken), gate))
        {
            return null;
        }

        if (!MayRace(close, body, cancellationToken) || _gated.IsReachedUnder(gate, body, type, cancellationToken))
            return null;
        var send = _gated.On(member, type, cancellationToken)[0].Call;
        var mayTake = Semaphores.IsSemaphore(GatedSends.TypeOf(gate)) && SymbolEqualityComparer.Default.Equals(gate.ContainingType, member.ContainingType) && gate.IsStatic == member.IsStatic && _sharing.Of(gate, close.Syntax, cancellationToken) is null;
        return new RacingClose(gate, mayTake, new Evidence("SendsUnder", send.Syntax.GetLocation(), null, send.TargetMethod.ShortName(), gate.Name));
    }

    /// <summary>The closes of a WebSocket in a member that would have to take the lock of its sends, if those took one; each with the locks that it takes as it is.</summary>
    public IEnumerable<(IInvocationOperation Close, ImmutableArray<HeldGate> Held)> On(ISymbol member, INamedTypeSymbol type, CancellationToken cancellationToken)
    {
        foreach (var body in _summaries.BodiesOf(type, cancellationToken))
        {
            foreach (var io in _summaries.FactsOf(body, cancellationToken).IO)
            {
                if ((io.Kind & ApiKind.Close) != 0 && !io.IsDropped && Bodies.Around(io.Call.Syntax) == body && IsWebSocket(io.Call.Receiver()?.Type)
                    && SymbolEqualityComparer.Default.Equals(GatedSends.MemberOf(io.Call), member) && MayRace(io.Call, body, cancellationToken))
                {
                    yield return (io.Call, _gated.HeldAt(io.Call.Syntax, cancellationToken));
                }
            }
        }
    }

    /// <summary>Whether a message may come behind the close and be missed: not where the sender is waited for first, and not where messages are lost anyway, after the peer's close, in a dispose, after an error.</summary>
    private bool MayRace(IInvocationOperation close, SyntaxNode body, CancellationToken cancellationToken) =>
        _summaries.FactsOf(body, cancellationToken).AwaitedMembers.IsEmpty && !Bodies.IsNested(body) && !IsError(close) && !IsDispose(body) && !_waits.AnswersPeer(close, cancellationToken);

    private static bool IsDispose(SyntaxNode body) => body is MethodDeclarationSyntax { Identifier.ValueText: "Dispose" or "DisposeAsync" or "DisposeAsyncCore" };

    /// <summary>Whether the close names a status other than that the work is done, or the endpoint goes away.</summary>
    private static bool IsError(IInvocationOperation close)
    {
        foreach (var argument in close.Arguments)
        {
            if (argument.Parameter?.Type.Name == "WebSocketCloseStatus" && argument.Value.WithoutConversions().ConstantValue is { HasValue: true, Value: int status })
                return status is not (1000 or 1001);
        }

        return false;
    }

    private static bool IsWebSocket(ITypeSymbol? type)
    {
        foreach (var current in type is null ? Array.Empty<INamedTypeSymbol>() : type.SelfAndBaseTypes())
        {
            if (current is { Name: "WebSocket", ContainingNamespace: { Name: "WebSockets", ContainingNamespace: { Name: "Net", ContainingNamespace.Name: "System" } } })
                return true;
        }

        return false;
    }
}
