using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>A WebSocket whose scope ends although nothing has closed it.</summary>
/// <param name="Local">The variable that holds it.</param>
/// <param name="Name">Where the variable is declared.</param>
/// <param name="Because">Where the scope ends.</param>
internal sealed record UnclosedConnection(ILocalSymbol Local, Location Name, Evidence Because);

/// <summary>Which connections end without a close frame. Code that looks for the peer's close has its own rule, and so has code that leaves by an exception.</summary>
internal sealed class UnclosedConnections
{
    private readonly Apis _apis;
    private readonly Summaries _summaries;
    private readonly ConnectionFates _fates;

    public UnclosedConnections(Apis apis, Summaries summaries, ConnectionFates fates)
    {
        _apis = apis;
        _summaries = summaries;
        _fates = fates;
    }

    /// <summary>The connection that an operation makes or accepts, when it ends like that; or null.</summary>
    public UnclosedConnection? By(IOperation made, CancellationToken cancellationToken)
    {
        if (ValueFlow.LocalHolding(made) is not var (local, declarator) || declarator is not VariableDeclaratorSyntax { Initializer: { } initializer } variable || !initializer.Span.Contains(made.Syntax.Span) || !IsWebSocket(local.Type))
            return null;
        // The server frees what it has accepted: only code that takes that over itself is asked to close it.
        if (made is IInvocationOperation call && _apis.Of(call).Is(ApiKind.Upgrade) && !ConnectionFates.IsUsingDeclarator(declarator))
            return null;
        if (Bodies.Around(declarator) is not { } body || made.SemanticModel is not { } model || LooksForClose(body))
            return null;

        var uses = new List<ConnectionUse>();
        _fates.AddUses(local, body, model, 0, uses, cancellationToken);
        // What was accepted is connected; a client is once it has been told so.
        var isConnected = made is IInvocationOperation;
        foreach (var use in uses)
        {
            // A variable that gets another connection is one of a loop's business.
            if (use.Fate == Fate.Escaped || (use.Operation.Parent is IAssignmentOperation assignment && assignment.Target == use.Operation) || Bodies.Around(use.Node) != body)
                return null;
            var kind = WorkOf(use.Operation, cancellationToken);
            if ((kind & (ApiKind.Close | ApiKind.Disposes)) != 0)
                return null;
            isConnected |= (kind & ApiKind.Connect) != 0;
        }

        return isConnected && OpenPaths.FirstExit(local, made, static _ => false, static _ => false, condition => SocketStates.WhileOpen(condition, local), cancellationToken) is { } exit && exit.FirstAncestorOrSelf<ThrowStatementSyntax>() is null && exit is not ThrowExpressionSyntax
            ? new UnclosedConnection(local, variable.Identifier.GetLocation(), new Evidence("ScopeLeft", exit.GetLocation(), null, local.Name))
            : null;
    }

    private static bool IsWebSocket(ITypeSymbol type)
    {
        foreach (var current in type.SelfAndBaseTypes())
        {
            if (current is { Name: "WebSocket", ContainingNamespace: { Name: "WebSockets", ContainingNamespace: { Name: "Net", ContainingNamespace.Name: "System" } } })
                return true;
        }

        return false;
    }

    /// <summary>What the mention does on the connection, itself or in a source method that is given it.</summary>
    private ApiKind WorkOf(IOperation mention, CancellationToken cancellationToken)
    {
        switch (mention.ParentIgnoringConversions())
        {
            case IInvocationOperation call when call.Instance?.WithoutConversions() == mention:
                return _apis.Of(call).Kind;
            case IArgumentOperation { Parent: IInvocationOperation call }:
                if (call.Receiver() == mention && _apis.Of(call) is { Kind: not ApiKind.None } known)
                    return known.Kind;
                var kind = ApiKind.None;
                if (_summaries.Does(call, ApiKind.Close, cancellationToken) is not null)
                    kind |= ApiKind.Close;
                if (_summaries.Does(call, ApiKind.Connect, cancellationToken) is not null)
                    kind |= ApiKind.Connect;
                // Who looks for the peer's close answers it, or is told to by another rule.
                return Bodies.Of(call.TargetMethod, cancellationToken) is { } callee && LooksForClose(callee) ? kind | ApiKind.Close : kind;
            case IConditionalAccessOperation:
                return ApiKind.Close;
            default:
                return ApiKind.None;
        }
    }

    private static bool LooksForClose(SyntaxNode body)
    {
        foreach (var node in body.DescendantNodes())
        {
            if (node is IdentifierNameSyntax { Identifier.ValueText: "MessageType" or "CloseStatus" or "CloseReceived" or "CloseAsync" or "CloseOutputAsync" })
                return true;
        }

        return false;
    }
}
