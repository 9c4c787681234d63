using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>Calls on a connection that are written with a token that nobody can cancel, although a better one can be named there.</summary>
internal sealed class UnpassedTokens
{
    private readonly Apis _apis;
    private readonly DroppedSends _sends;
    private readonly Waits _waits;

    public UnpassedTokens(Apis apis, DroppedSends sends, Waits waits)
    {
        _apis = apis;
        _sends = sends;
        _waits = waits;
    }

    /// <summary>The token that the call ought to be given, or null when it has one, or none can be named that surely belongs there.</summary>
    public ReachableToken? At(ConnectionCall wait, CancellationToken cancellationToken)
    {
        var call = wait.Call;
        if (wait.Facts.Is(ApiKind.Close) || wait.Facts.Has(ApiKind.Send, ApiEntry.ProxyWord) || !call.TargetMethod.ReturnType.IsTaskLike()
            || Tokens.ArgumentOf(call) is not { ArgumentKind: ArgumentKind.Explicit } argument || !Tokens.IsNone(argument.Value)
            || IsCleaningUp(call.Syntax) || _waits.IsEndedFromOutside(call, cancellationToken) || call.SemanticModel is not { } model || Best(model, call.Syntax, cancellationToken) is not { } token)
        {
            return null;
        }

        // A cancelled send breaks its connection: the end of one connection must not be that of another.
        if (wait.Facts.Is(ApiKind.Send) && (!IsOwn(call.Receiver(), token, cancellationToken) || _sends.IsTurnAboutAnotherConnection(call, cancellationToken)))
            return null;
        return Guards.SomeWayPasses(call, static condition => RequestedCancels.Finds(condition, null, true), static condition => RequestedCancels.Finds(condition, null, false), cancellationToken)
            ? null
            : token;
    }

    /// <summary>The best token that is not a local: one that the code makes itself may be meant for something else.</summary>
    private static ReachableToken? Best(SemanticModel model, SyntaxNode place, CancellationToken cancellationToken)
    {
        foreach (var token in TokensInReach.At(model, place, withinFunction: true, cancellationToken))
        {
            if (token.Variable is not ILocalSymbol)
                return token;
        }

        return null;
    }

    /// <summary>Whether the code may run because its work has been cancelled or is over.</summary>
    private static bool IsCleaningUp(SyntaxNode place)
    {
        for (SyntaxNode? node = place; node is not null and not MemberDeclarationSyntax; node = node.Parent)
        {
            if (node is CatchClauseSyntax or FinallyClauseSyntax)
                return true;
        }

        return place.FirstAncestorOrSelf<MethodDeclarationSyntax>() is { Identifier.ValueText: "Dispose" or "DisposeAsync" or "DisposeAsyncCore" };
    }

    /// <summary>
    /// Whether the connection lives and ends with the code that the token belongs to: it came in with the token, the code made or accepted it, or, unless the token is that of a request, the
    /// object owns it.
    /// </summary>
    private bool IsOwn(IOperation? connection, ReachableToken token, CancellationToken cancellationToken) => connection switch
    {
        IParameterReferenceOperation { Parameter: var parameter } => SymbolEqualityComparer.Default.Equals(parameter.ContainingSymbol, token.Variable.ContainingSymbol),
        ILocalReferenceOperation { Local.DeclaringSyntaxReferences: { Length: 1 } declarations } local =>
            local.SemanticModel?.GetOperation(declarations[0].GetSyntax(cancellationToken), cancellationToken) is IVariableDeclaratorOperation { Initializer.Value: { } made } && IsMade(made.Unwrapped()),
        IFieldReferenceOperation { Instance: IInstanceReferenceOperation } or IPropertyReferenceOperation { Instance: IInstanceReferenceOperation } => token.Path.Length == 1,
        _ => false,
    };

    private bool IsMade(IOperation value) =>
        value is IObjectCreationOperation || (value is IInvocationOperation call && _apis.Of(call).Is(ApiKind.Accept | ApiKind.Upgrade | ApiKind.Creates));
}
