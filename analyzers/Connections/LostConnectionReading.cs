using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>What has happened when a loop is read.</summary>
/// <param name="State">The state in which a WebSocket is from then on, or null when the connection has no such state.</param>
/// <param name="Exception">The exception that was caught, or null when there was none.</param>
/// <param name="IsAlone">Whether nobody else acts on the loop: no token is cancelled, no flag set. Otherwise any of these may end it.</param>
/// <param name="BearsChanges">Whether the loop may run code that changes what it goes by.</param>
internal sealed record LostConnection(int? State, ITypeSymbol? Exception, bool IsAlone, bool BearsChanges);

/// <summary>Reads a loop whose connection is lost, up to the next call on it.</summary>
internal sealed class LostConnectionReading : LoopReading
{
    private readonly LostConnection _lost;
    private readonly ISymbol? _caught;
    private readonly ImmutableHashSet<SyntaxNode> _arrivals;
    private readonly CallEffects _effects;
    private readonly ConnectionTypes _types;

    /// <param name="lost">What has happened.</param>
    /// <param name="loop">The outermost loop of the body that is gone round in.</param>
    /// <param name="connection">The variable that holds the connection, or null.</param>
    /// <param name="caught">The variable of the catch, or null.</param>
    /// <param name="arrivals">The calls at which the way is round.</param>
    /// <param name="effects">What calls mean.</param>
    /// <param name="types">What is a connection.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public LostConnectionReading(LostConnection lost, IOperation loop, ISymbol? connection, ISymbol? caught, ImmutableHashSet<SyntaxNode> arrivals, CallEffects effects, ConnectionTypes types, CancellationToken cancellationToken)
        : base(loop, connection, lost.IsAlone, cancellationToken)
    {
        _lost = lost;
        _caught = caught;
        _arrivals = arrivals;
        _effects = effects;
        _types = types;
    }

    /// <summary>Whether the operation is the state of a WebSocket, also behind <c>?.</c>.</summary>
    public bool IsState(IOperation operation)
    {
        operation = operation.WithoutConversions();
        if (operation is IConditionalAccessOperation access)
            operation = access.WhenNotNull;
        return operation is IFlowCaptureReferenceOperation reference ? IsCaptured(reference, SocketStates.IsState) : SocketStates.IsState(operation);
    }

    /// <inheritdoc/>
    protected override FlowStep StepOf(IOperation operation)
    {
        if (Makes(operation, _arrivals))
            return FlowStep.Arrives;

        foreach (var inner in operation.SelfAndDescendantsInBody())
        {
            switch (inner)
            {
                case IAwaitOperation or IThrowOperation or IDynamicInvocationOperation:
                case IReturnOperation { Kind: OperationKind.YieldReturn }:
                case IObjectCreationOperation creation when _types.IsConnection(creation.Type):
                case IAssignmentOperation assignment when Renews(assignment):
                    return FlowStep.Ends;
                case IInvocationOperation call:
                    var effect = _effects.Of(call, CancellationToken);
                    if ((effect & (CallEffect.Relieves | CallEffect.Waits | CallEffect.Transfers)) != 0
                        || ((effect & (CallEffect.MayChange | CallEffect.Closes)) != 0 && (!_lost.BearsChanges || IsReplaceable(Connection))))
                        return FlowStep.Ends;
                    break;
            }
        }

        return FlowStep.Passes;
    }

    /// <inheritdoc/>
    protected override Outcome ReadOwn(IOperation condition)
    {
        if (_lost.State is { } state && SocketStates.Of(condition, state, IsState) is var ofState and not Outcome.Unknown)
            return ofState;
        return _lost.Exception is { } exception ? ReadCaught(condition, exception) : Outcome.Unknown;
    }

    /// <summary>How a test of the caught exception's type comes out.</summary>
    private Outcome ReadCaught(IOperation condition, ITypeSymbol exception)
    {
        var (tested, value, isNegated) = condition switch
        {
            IIsTypeOperation test => (test.TypeOperand, test.ValueOperand, test.IsNegated),
            IIsPatternOperation { Pattern: IDeclarationPatternOperation { MatchedType: { } type } } test => (type, test.Value, false),
            IIsPatternOperation { Pattern: ITypePatternOperation { MatchedType: { } type } } test => (type, test.Value, false),
            IIsPatternOperation { Pattern: INegatedPatternOperation { Pattern: ITypePatternOperation { MatchedType: { } type } } } test => (type, test.Value, true),
            IIsPatternOperation { Pattern: INegatedPatternOperation { Pattern: IDeclarationPatternOperation { MatchedType: { } type } } } test => (type, test.Value, true),
            _ => (null, null, false),
        };
        if (tested is null || value is null || SymbolOf(value) is not { } variable || !SymbolEqualityComparer.Default.Equals(variable, _caught))
            return Outcome.Unknown;
        if (exception.SelfAndBaseTypes().Contains(tested, SymbolEqualityComparer.Default))
            return isNegated ? Outcome.False : Outcome.True;
        // A more special type may be what was thrown.
        return tested.SelfAndBaseTypes().Contains(exception, SymbolEqualityComparer.Default) ? Outcome.Unknown : isNegated ? Outcome.True : Outcome.False;
    }
}
