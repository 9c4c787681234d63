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
    private readonly HostedLoops _hosted;

    public UnpassedTokens(Apis apis, DroppedSends sends, Waits waits, HostedLoops hosted)
    {
        _apis = apis;
        _sends = sends;
        _waits = waits;
        _hosted = hosted;
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

        var isOwn = IsOwn(call.Receiver(), token, cancellationToken);
        // A cancelled send breaks its connection: the end of one connection must not be that of another.
        if (wait.Facts.Is(ApiKind.Send) && (!isOwn || _sends.IsTurnAboutAnotherConnection(call, cancellationToken)))
            return null;
        // The end of a request ends the receive on its own socket, whatever its token is.
        if (wait.Facts.Is(ApiKind.Receive) && token.Path.Length > 1 && isOwn && call.Receiver()?.Type is { Name: "WebSocket" })
            return null;
        // A service that closes its connections when it is stopped may well wait without a token.
        if (token.Variable is IParameterSymbol { ContainingSymbol: IMethodSymbol method } && Tokens.IsBackgroundBody(method) && _hosted.IsStoppedOtherwise(method.ContainingType, cancellationToken))
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
        // That of a primary constructor is a field to the members.
        IParameterReferenceOperation { Parameter.ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } constructor } when !SymbolEqualityComparer.Default.Equals(constructor, token.Variable.ContainingSymbol) => token.Path.Length == 1,
        // The parameters of a lambda are those of each item that it is run for.
        IParameterReferenceOperation { Parameter: { ContainingSymbol: IMethodSymbol { MethodKind: not MethodKind.AnonymousFunction } method } } => SymbolEqualityComparer.Default.Equals(method, token.Variable.ContainingSymbol),
        ILocalReferenceOperation { Local.DeclaringSyntaxReferences: { Length: 1 } declarations } local =>
            local.SemanticModel?.GetOperation(declarations[0].GetSyntax(cancellationToken), cancellationToken) is IVariableDeclaratorOperation { Initializer.Value: { } made } && IsMade(made.Unwrapped()),
        IFieldReferenceOperation { Instance: IInstanceReferenceOperation } or IPropertyReferenceOperation { Instance: IInstanceReferenceOperation } => token.Path.Length == 1,
        _ => false,
    };

    private bool IsMade(IOperation value) =>
        value is IObjectCreationOperation || (value is IInvocationOperation call && _apis.Of(call).Is(ApiKind.Accept | ApiKind.Upgrade | ApiKind.Creates));
}
