using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>A buffer that several connections receive into.</summary>
/// <param name="Buffer">The field, property or local that holds it.</param>
/// <param name="Because">Why they share it.</param>
internal sealed record SharedBuffer(ISymbol Buffer, Evidence Because);

/// <summary>Which buffers the receives of several connections fill.</summary>
internal sealed class SharedBuffers
{
    private const string Client = "client";
    private const string Either = "either";

    private readonly Apis _apis;
    private readonly Handlers _handlers;
    private readonly Sharing _sharing;
    private readonly Summaries _summaries;

    public SharedBuffers(Apis apis, Handlers handlers, Sharing sharing, Summaries summaries)
    {
        _apis = apis;
        _handlers = handlers;
        _sharing = sharing;
        _summaries = summaries;
    }

    /// <summary>
    /// The shared buffer that the receive fills, or null when that is not proven. Only receives that are waited for count: a thread that polls its sockets one by one
    /// is done with the buffer before the next; and of those in one body only the first is named.
    /// </summary>
    public SharedBuffer? SharedBy(Receive receive, ISymbol containingSymbol, CancellationToken cancellationToken)
    {
        if (receive is not { Buffer: { } buffer, Connection: { } connection } || !receive.Call.TargetMethod.ReturnsAwaitable() || IsTurn(connection, cancellationToken))
            return null;
        foreach (var variable in ReceivedMessage.VariablesOf(buffer))
        {
            if (!IsOneArray(variable, buffer, cancellationToken) || IsFilledBefore(receive.Call, variable, cancellationToken))
                continue;
            var use = receive.Call.Syntax;
            var shared = _sharing.Of(variable, use, cancellationToken) ?? (variable is ILocalSymbol ? CapturedInAcceptLoop(variable, use, containingSymbol, cancellationToken) : null);
            if (shared is not null && ServesMany(shared, connection, use, containingSymbol, cancellationToken) && !_sharing.IsEquallyShared(connection, variable, cancellationToken))
                return new SharedBuffer(variable, shared);
        }

        return null;
    }

    /// <summary>Whether the variable stands for the same bytes wherever it is read: a property of another object, or one that makes an array each time, does not.</summary>
    private bool IsOneArray(ISymbol variable, IOperation buffer, CancellationToken cancellationToken)
    {
        switch (variable)
        {
            case ILocalSymbol:
                return true;
            case IFieldSymbol field when _apis.IsDeclaredHere(field):
                return (field.IsStatic || IsOwn(variable, buffer)) && !HasAttribute(field, "ThreadStaticAttribute") && !IsEmpty(field, cancellationToken);
            case IPropertySymbol property when _apis.IsDeclaredHere(property):
                return (property.IsStatic || IsOwn(variable, buffer)) && IsAuto(property);
            default:
                return false;
        }
    }

    private static bool IsOwn(ISymbol member, IOperation buffer)
    {
        foreach (var operation in buffer.SelfAndDescendantsInBody())
        {
            if (operation is IMemberReferenceOperation { Instance: IInstanceReferenceOperation } reference && SymbolEqualityComparer.Default.Equals(reference.Member, member))
                return true;
        }

        return false;
    }

    private static bool HasAttribute(ISymbol symbol, string name)
    {
        foreach (var attribute in symbol.GetAttributes())
        {
            if (attribute.AttributeClass?.Name == name)
                return true;
        }

        return false;
    }

    private static bool IsAuto(IPropertySymbol property)
    {
        foreach (var member in property.ContainingType.GetMembers())
        {
            if (member is IFieldSymbol { AssociatedSymbol: { } owner } && SymbolEqualityComparer.Default.Equals(owner, property))
                return true;
        }

        return false;
    }

    /// <summary>A buffer without room waits for data and takes none.</summary>
    private static bool IsEmpty(IFieldSymbol field, CancellationToken cancellationToken)
    {
        foreach (var reference in field.DeclaringSyntaxReferences)
        {
            switch ((reference.GetSyntax(cancellationToken) as VariableDeclaratorSyntax)?.Initializer?.Value)
            {
                case ArrayCreationExpressionSyntax { Type.RankSpecifiers: { Count: > 0 } ranks } when ranks[0].Sizes is { Count: 1 } sizes && sizes[0] is LiteralExpressionSyntax { Token.Value: 0 }:
                case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Empty" } }:
                    return true;
            }
        }

        return false;
    }

    private bool IsFilledBefore(IInvocationOperation call, ISymbol variable, CancellationToken cancellationToken)
    {
        if (Bodies.Around(call.Syntax) is not { } body)
            return false;
        foreach (var io in _summaries.FactsOf(body, cancellationToken).IO)
        {
            if ((io.Kind & ApiKind.Receive) == 0 || io.Call.Syntax.SpanStart >= call.Syntax.SpanStart || io.Connection is null || Receives.BufferOf(io.Call) is not { } buffer)
                continue;
            foreach (var other in ReceivedMessage.VariablesOf(buffer))
            {
                if (SymbolEqualityComparer.Default.Equals(other, variable))
                    return true;
            }
        }

        return false;
    }

    /// <summary>Whether the connection is one of many that a loop goes through: they are served one after the other.</summary>
    private static bool IsTurn(IOperation connection, CancellationToken cancellationToken)
    {
        var current = connection;
        for (var steps = 0; current is not null && steps < 16; steps++)
        {
            current = current.WithoutConditionalAccess();
            switch (current)
            {
                case ILocalReferenceOperation { Local: { } local } reference:
                    if (local.DeclaringSyntaxReferences.Length == 1 && local.DeclaringSyntaxReferences[0].GetSyntax(cancellationToken) is CommonForEachStatementSyntax or SingleVariableDesignationSyntax { Parent.Parent: ForEachVariableStatementSyntax })
                        return true;
                    current = ValueFlow.InitialValue(reference, cancellationToken);
                    continue;
                case IArrayElementReferenceOperation or IPropertyReferenceOperation { Arguments.Length: > 0 }:
                    return IsInCountedLoop(current);
                case IMemberReferenceOperation member:
                    current = member.Instance;
                    continue;
                case IInvocationOperation call:
                    current = call.Receiver();
                    continue;
                default:
                    return false;
            }
        }

        return false;
    }

    private static bool IsInCountedLoop(IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null and not (IAnonymousFunctionOperation or ILocalFunctionOperation); parent = parent.Parent)
        {
            if (parent is IForLoopOperation)
                return true;
        }

        return false;
    }

    /// <summary>A local declared before an accept loop and used by a lambda that the loop makes for each connection.</summary>
    private Evidence? CapturedInAcceptLoop(ISymbol variable, SyntaxNode use, ISymbol containingSymbol, CancellationToken cancellationToken)
    {
        if (variable.DeclaringSyntaxReferences.Length != 1 || containingSymbol.OutermostType() is not { } type)
            return null;
        var declaration = variable.DeclaringSyntaxReferences[0].GetSyntax(cancellationToken);
        if (Bodies.Around(declaration) is not { } home || !_handlers.In(type, cancellationToken).TryGetValue(home, out var evidence) || evidence.Key != Handlers.AcceptLoop)
            return null;
        var function = Bodies.Around(use);
        while (function is not null && Bodies.Around(function) is { } outer && outer != home)
            function = outer;
        // What the loop makes anew is made for each connection; what stands before it is not.
        return function is AnonymousFunctionExpressionSyntax && Handlers.OutermostLoop(function, home) is { } loop
            && Bodies.Contains(loop, home.FindNode(evidence.Location.SourceSpan)) && !Bodies.Contains(loop, declaration)
                ? new Evidence("Captured", variable.SourceLocation(), evidence, variable.Name)
                : null;
    }

    /// <summary>
    /// Whether there are several connections to share the buffer. A client has one as a rule: static state of a program that only connects is the state of that one.
    /// </summary>
    private bool ServesMany(Evidence shared, IOperation connection, SyntaxNode use, ISymbol containingSymbol, CancellationToken cancellationToken)
    {
        if (shared.Key is not ("Static" or "Captured"))
            return true;
        if (shared.Cause is { Key: not "ConnectionParameter" })
            return true;
        if (containingSymbol.OutermostType() is not { } type)
            return false;
        var handlers = _handlers.In(type, cancellationToken);
        foreach (var handler in handlers)
        {
            if (handler.Value.Key is Handlers.AcceptLoop or "Upgrade" or "PerConnectionDelegate" or "Callback" or "HubMethod")
                return true;
        }

        var around = Bodies.Around(use) is { } body && handlers.TryGetValue(body, out var found) ? found : null;
        while (around?.Cause is { } cause)
            around = cause;
        return around?.Key switch
        {
            "Configured" => true,
            "ConnectionParameter" => Family(connection.Type) == null && !MentionsClient(use.SyntaxTree, cancellationToken),
            Handlers.ReceiveLoop => Family(connection.Type) != Client && IsGiven(connection),
            _ => false,
        };
    }

    /// <summary>A session was given its connection, a client makes its own.</summary>
    private static bool IsGiven(IOperation connection) => connection.WithoutConditionalAccess() switch
    {
        IMemberReferenceOperation { Instance: IInstanceReferenceOperation } member => !Composition.Makes(member.Member.ContainingType, member.Member),
        IParameterReferenceOperation { Parameter.ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } } => true,
        _ => false,
    };

    /// <summary><see cref="Client"/> for the connections of clients alone, <see cref="Either"/> for those that both ends use, else null.</summary>
    private static string? Family(ITypeSymbol? type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            switch (current.Name)
            {
                case "ClientWebSocket" or "HubConnection":
                    return Client;
                case "TcpClient" or "Socket" or "Stream":
                    return Either;
            }
        }

        return null;
    }

    private static bool MentionsClient(SyntaxTree tree, CancellationToken cancellationToken)
    {
        foreach (var node in tree.GetRoot(cancellationToken).DescendantNodes())
        {
            if (node is IdentifierNameSyntax { Identifier.ValueText: "ClientWebSocket" })
                return true;
        }

        return false;
    }
}
