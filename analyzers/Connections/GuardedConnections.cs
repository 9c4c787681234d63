using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>A connection operation under a lock.</summary>
/// <param name="Operation">The call: of a catalogued member, or of a source method that comes to one.</param>
/// <param name="Connection">What it is done on, or null when that cannot be told.</param>
internal sealed record GuardedIO(IInvocationOperation Operation, IOperation? Connection);

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

    /// <summary>
    /// The first connection operation among the statements that is waited for there and done on a connection less shared than the lock, or null.
    /// </summary>
    /// <param name="held">The statements that run under the lock.</param>
    /// <param name="gate">The lock.</param>
    /// <param name="shared">Why the lock is shared.</param>
    /// <param name="model">The model of the statements' file.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public GuardedIO? First(ImmutableArray<StatementSyntax> held, ISymbol gate, Evidence shared, SemanticModel model, CancellationToken cancellationToken)
    {
        foreach (var io in In(held, model, cancellationToken))
        {
            if (io.Connection is { } connection
                && !_sharing.IsEquallyShared(connection, gate, cancellationToken)
                // A connection made under the lock may be the only one there is, unless several are kept.
                && (shared.Key == "KeepsConnections" || !IsMadeIn(held, connection, cancellationToken))
                && AwaitedWithin.IsAwaited(io.Operation, held, model, cancellationToken))
            {
                return io;
            }
        }

        return null;
    }

    /// <summary>Every connection operation whose task is not dropped while a lock is held, in the order of the source; none when the release is not in sight.</summary>
    /// <param name="wait">The wait for the lock.</param>
    /// <param name="gate">The lock.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public IEnumerable<GuardedIO> Under(IInvocationOperation wait, ISymbol gate, CancellationToken cancellationToken) =>
        wait.SemanticModel is { } model
            ? In(HeldRegion.After(wait.Syntax, call => Gates.IsReleaseOf(call, gate, model, _apis, cancellationToken)), model, cancellationToken)
            : Enumerable.Empty<GuardedIO>();

    /// <summary>Every connection operation among the statements whose task is not dropped, in the order of the source.</summary>
    public IEnumerable<GuardedIO> In(ImmutableArray<StatementSyntax> held, SemanticModel model, CancellationToken cancellationToken)
    {
        foreach (var statement in held)
        {
            if (model.GetOperation(statement, cancellationToken) is not { } root)
                continue;
            foreach (var operation in BodyFacts.InPlace(root, _apis))
            {
                if (operation is IInvocationOperation call && DroppedTasks.FormOf(call) is null && DoesIO(call, out var connection, cancellationToken))
                    yield return new GuardedIO(call, connection);
            }
        }
    }

    /// <summary>Whether the call does I/O on a connection, by itself or through the methods it calls; the connection is null when it cannot be told.</summary>
    private bool DoesIO(IInvocationOperation call, out IOperation? connection, CancellationToken cancellationToken)
    {
        connection = null;
        var facts = _apis.Of(call);
        if (facts.Is(Guarded))
        {
            connection = call.Receiver();
            return true;
        }

        if (facts != ApiFacts.None || _summaries.Does(call, Guarded, cancellationToken) is not { } reached)
            return false;

        connection = ConnectionOfCall(call);
        if (connection is null)
        {
            // A call of the own object: the connection is where its methods find it, when that is a member of the object and not one of their locals.
            var found = reached.Leaf.Connection;
            foreach (var step in reached.Path)
            {
                if (step.Operation is IInvocationOperation inner && ConnectionOfCall(inner) is { } own)
                {
                    found = own;
                    break;
                }
            }

            if (found is IMemberReferenceOperation or IInvocationOperation or IInstanceReferenceOperation
                or IParameterReferenceOperation { Parameter.ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } })
            {
                connection = found;
            }
        }

        return true;
    }

    /// <summary>The connection that is handed to a source method, or the other object it is called on; null for a call of the own object.</summary>
    private IOperation? ConnectionOfCall(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (_types.IsConnection(argument.Value.WithoutConversions().Type))
                return argument.Value.WithoutConversions();
        }

        return call.Receiver() is { } receiver and not IInstanceReferenceOperation ? receiver : null;
    }

    private static bool IsMadeIn(ImmutableArray<StatementSyntax> held, IOperation connection, CancellationToken cancellationToken)
    {
        if (connection is not ILocalReferenceOperation { Local.DeclaringSyntaxReferences: { Length: 1 } references })
            return false;
        var declaration = references[0].GetSyntax(cancellationToken);
        return declaration is VariableDeclaratorSyntax { Initializer.Value: BaseObjectCreationExpressionSyntax } && held.Any(statement => Bodies.Contains(statement, declaration));
    }
}
