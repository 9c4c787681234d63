using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>Which loops over a stream or socket do not notice that it has come to its end.</summary>
internal sealed class StreamEnds
{
    private readonly ConnectionTypes _types;
    private readonly Receives _receives;
    private readonly CallEffects _effects;

    public StreamEnds(ConnectionTypes types, Receives receives, CallEffects effects)
    {
        _types = types;
        _receives = receives;
        _effects = effects;
    }

    /// <summary>
    /// The loop around the read that has no way out when the read gives 0 bytes, again and again; null when it has one, or when the number goes where it cannot be followed.
    /// </summary>
    public UnnoticedEnd? At(Receive read, CancellationToken cancellationToken)
    {
        if (read is not { Unit: ReceivedUnit.Bytes, IsCatalogued: true, Call: { TargetMethod.Name: "Read" or "ReadAsync" or "Receive" or "ReceiveAsync" } call }
            || Loops.Outermost(call.Syntax) is not { } loop || call.SemanticModel is not { } model || Datagrams.MayReceive(call) || ReadinessChecks.Precede(call)
            || MayAskForNothing(read.Buffer))
        {
            return null;
        }

        var count = ReadCount.Of(_receives.UsesOfResult(read, cancellationToken), Bodies.Around(call.Syntax)!);
        if (count.Leaves || model.GetOperation(loop, cancellationToken) is not { } loopOperation
            || BodyGraph.Around(call, cancellationToken) is not { } graph || BodyGraph.Find(graph, call) is not var (block, _))
        {
            return null;
        }

        var reading = new StreamEndReading(call.Syntax, count.Holders, count.Sums, count.IsAsked, loopOperation, call.Receiver().ReferencedSymbol(), _effects, _types, cancellationToken);
        return reading.Stays(graph, block, ImmutableHashSet.Create(call.Syntax)) ? new UnnoticedEnd(count.Sums.IsEmpty) : null;
    }

    /// <summary>A read into nothing waits for data and gives 0 whenever there is some.</summary>
    private static bool MayAskForNothing(IOperation? buffer) => buffer is null || buffer.Syntax.Names("Empty");
}

/// <summary>A loop that goes on at the end of its stream.</summary>
/// <param name="HasWholeReads">Whether each read stands for itself; otherwise they fill a buffer together, and the end comes in the middle of it.</param>
internal sealed record UnnoticedEnd(bool HasWholeReads);
