using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>Which connection the code under a lock works on.</summary>
internal sealed class GuardedConnections
{
    private const ApiKind Guarded = ApiKind.Send | ApiKind.Receive | ApiKind.Connect | ApiKind.Close;

    private readonly Apis _apis;
    private readonly ConnectionTypes _types;
    private readonly Summaries _summaries;
    private readonly Sharing _sharing;

    public GuardedConnections(Apis apis, ConnectionTypes types, Summaries summaries, Sharing sharing)
    {
        _apis = apis;
        _types = types;
        _summaries = summaries;
        _sharing = sharing;
    }

    /// <summary>The first connection operation among the statements that is done on a connection less shared than the lock, or null.</summary>
    public (IInvocationOperation Operation, IOperation Connection)? First(ImmutableArray<StatementSyntax> statements, ISymbol gate, SemanticModel model, CancellationToken cancellationToken)
    {
        foreach (var statement in statements)
        {
            if (model.GetOperation(statement, cancellationToken) is not { } root)
                continue;
            foreach (var operation in BodyFacts.InPlace(root, _apis))
            {
                if (operation is IInvocationOperation call
                    && DroppedTasks.FormOf(call) is null
                    && ConnectionOf(call, cancellationToken) is { } connection
                    && !_sharing.IsEquallyShared(connection, gate, cancellationToken))
                {
                    return (call, connection);
                }
            }
        }

        return null;
    }

    /// <summary>The connection that a call does I/O on, by itself or through the methods it calls; null when it does none or it cannot be told.</summary>
    private IOperation? ConnectionOf(IInvocationOperation call, CancellationToken cancellationToken)
    {
        var facts = _apis.Of(call);
        if (facts.Is(Guarded))
            return call.Receiver();
        if (facts != ApiFacts.None || _summaries.Does(call, Guarded, cancellationToken) is not { } reached)
            return null;

        foreach (var argument in call.Arguments)
        {
            if (_types.IsConnection(argument.Value.WithoutConversions().Type))
                return argument.Value.WithoutConversions();
        }

        if (call.Receiver() is { } receiver and not IInstanceReferenceOperation)
            return receiver;
        // A call of the own object: the connection is where the method finds it, when that is a member and not one of its locals.
        return reached.Leaf.Connection is IMemberReferenceOperation or IInvocationOperation ? reached.Leaf.Connection : null;
    }
}
