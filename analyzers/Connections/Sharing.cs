using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>What several connections reach: static state, state of objects that live once, locals captured by what runs per connection.</summary>
internal sealed class Sharing
{
    private readonly Apis _apis;
    private readonly ConnectionTypes _types;
    private readonly Handlers _handlers;
    private readonly Registrations _registrations;

    public Sharing(Apis apis, ConnectionTypes types, Handlers handlers, Registrations registrations)
    {
        _apis = apis;
        _types = types;
        _handlers = handlers;
        _registrations = registrations;
    }

    /// <summary>Why several connections share the variable used at <paramref name="use"/>, or null when that is not proven.</summary>
    public Evidence? Of(ISymbol variable, SyntaxNode use, CancellationToken cancellationToken) => variable switch
    {
        IFieldSymbol or IPropertySymbol when variable.IsStatic => new Evidence("Static", variable.SourceLocation(), null, variable.Name),
        IFieldSymbol or IPropertySymbol => Serving(variable.ContainingType, cancellationToken),
        IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } constructor } when IsUsedOutside(constructor, use, cancellationToken) => Serving(constructor.ContainingType, cancellationToken),
        ILocalSymbol or IParameterSymbol => Captured(variable, use, cancellationToken),
        _ => null,
    };

    /// <summary>Why one instance of the type serves several connections, or null.</summary>
    public Evidence? Serving(INamedTypeSymbol type, CancellationToken cancellationToken)
    {
        if (!_apis.IsDeclaredHere(type) || (_apis.Of(type) & (ApiKind.Hub | ApiKind.PerConnection)) != 0)
            return null;
        var location = type.SourceLocation();
        var singleton = (_apis.Of(type) & ApiKind.Singleton) != 0;
        if (_types.OwnedConnection(type) is not null && !singleton)
            return null;
        if (ConnectionCollection(type) is { } collection)
            return new Evidence("KeepsConnections", collection.SourceLocation(), null, type.Name, collection.Name);
        if (singleton)
            return new Evidence("LivesOnce", location, null, type.Name);
        if (IsMiddleware(type))
            return new Evidence("Middleware", location, null, type.Name);
        if (_registrations.Once(type.Name, cancellationToken) is { } registration)
            return new Evidence("RegisteredOnce", registration, null, type.Name);
        if (type.OutermostType() is { } outermost)
        {
            foreach (var handler in _handlers.In(outermost, cancellationToken))
            {
                if (handler.Value.Key == "AcceptLoop" && handler.Key.FirstAncestorOrSelf<TypeDeclarationSyntax>() is { } owner && owner.Identifier.ValueText == type.Name)
                    return handler.Value;
            }
        }

        return null;
    }

    /// <summary>
    /// Whether a connection is a single one for everyone who shares a lock: then the lock does not make strangers wait. True when it cannot be told.
    /// </summary>
    /// <param name="connection">The expression the operation is done on.</param>
    /// <param name="gate">The lock.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public bool IsEquallyShared(IOperation? connection, ISymbol gate, CancellationToken cancellationToken)
    {
        for (var steps = 0; connection is not null && steps < 16; steps++)
        {
            connection = connection.WithoutConditionalAccess();
            switch (connection)
            {
                case ILocalReferenceOperation local:
                    if (ValueFlow.InitialValue(local, cancellationToken) is not { } value)
                        return false;
                    connection = value.Unwrapped();
                    continue;
                case IParameterReferenceOperation { Parameter: { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } constructor } }:
                    return IsOwnersOnly(constructor.ContainingType, gate, cancellationToken);
                case IParameterReferenceOperation:
                case IArrayElementReferenceOperation:
                    return false;
                case IObjectCreationOperation creation:
                    // The entry point runs once, and so does what it makes outside of loops.
                    return IsMadeOnce(creation);
                case IInstanceReferenceOperation { Type: INamedTypeSymbol self }:
                    return (_apis.Of(self) & ApiKind.Hub) == 0 && IsOwnersOnly(self, gate, cancellationToken);
                case IPropertyReferenceOperation { Arguments.Length: > 0 }:
                    return false;
                case IMemberReferenceOperation member when member.Member.IsStatic:
                    return true;
                case IMemberReferenceOperation { Instance: IInstanceReferenceOperation } member:
                    if ((_apis.Of(member.Member.ContainingType) & ApiKind.Hub) != 0)
                        return false;
                    return IsOwnersOnly(member.Member.ContainingType, gate, cancellationToken);
                case IMemberReferenceOperation member:
                    connection = member.Instance;
                    continue;
                case IInvocationOperation call when call.Receiver() is { } receiver and not IInstanceReferenceOperation:
                    if (receiver.Type is not null && ConnectionTypes.IsSequence(receiver.Type))
                        return false;
                    connection = receiver;
                    continue;
                case IInvocationOperation call:
                    // A method that looks a connection up takes a key; one without can only hand out the one there is.
                    return call.Arguments.Length == 0;
                default:
                    return true;
            }
        }

        return true;
    }

    /// <summary>A field of the lock's owner: one connection a lock, unless the lock is static, or an object's of another kind, and the connection's owners are many.</summary>
    private bool IsOwnersOnly(INamedTypeSymbol owner, ISymbol gate, CancellationToken cancellationToken) =>
        (!gate.IsStatic && IsOwnedAlike(owner, gate)) || Serving(owner, cancellationToken) is not null;

    private static bool IsOwnedAlike(INamedTypeSymbol owner, ISymbol gate)
    {
        if (gate is not (IFieldSymbol or IPropertySymbol))
            return true;
        foreach (var type in owner.SelfAndBaseTypes())
        {
            if (SymbolEqualityComparer.Default.Equals(type.OriginalDefinition, gate.ContainingType.OriginalDefinition))
                return true;
        }

        return gate.ContainingType.SelfAndBaseTypes().Any(type => SymbolEqualityComparer.Default.Equals(type.OriginalDefinition, owner.OriginalDefinition));
    }

    private static bool IsMadeOnce(IOperation creation)
    {
        for (var node = creation.Syntax.Parent; node is not null; node = node.Parent)
        {
            switch (node)
            {
                case WhileStatementSyntax or DoStatementSyntax or ForStatementSyntax or CommonForEachStatementSyntax:
                case AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax:
                    return false;
                case GlobalStatementSyntax:
                    return true;
                case MethodDeclarationSyntax method:
                    return method.Identifier.ValueText == WellKnownMemberNames.EntryPointMethodName && method.Modifiers.Any(SyntaxKind.StaticKeyword);
            }
        }

        return false;
    }

    private Evidence? Captured(ISymbol variable, SyntaxNode use, CancellationToken cancellationToken)
    {
        if (variable.ContainingSymbol.OutermostType() is not { } type || variable.DeclaringSyntaxReferences.Length != 1)
            return null;
        var declaration = variable.DeclaringSyntaxReferences[0].GetSyntax(cancellationToken);
        var home = declaration is ParameterSyntax parameter ? Bodies.Around(parameter) : Bodies.Around(declaration);
        for (var body = Bodies.Around(use); body is not null && body != home; body = Bodies.Around(body))
        {
            if (_handlers.In(type, cancellationToken).TryGetValue(body, out var evidence) && evidence.Key is "PerConnectionDelegate" or "ConnectionParameter" or "Upgrade")
                return new Evidence("Captured", variable.SourceLocation(), evidence, variable.Name);
        }

        return null;
    }

    private static bool IsUsedOutside(IMethodSymbol constructor, SyntaxNode use, CancellationToken cancellationToken) =>
        Bodies.Around(use) is { } body && Bodies.Of(constructor, cancellationToken) != body;

    private ISymbol? ConnectionCollection(INamedTypeSymbol type)
    {
        foreach (var member in type.GetMembers())
        {
            if (member is IFieldSymbol { Type: INamedTypeSymbol or IArrayTypeSymbol } field && _types.IsCollectionOfConnections(field.Type))
                return field.AssociatedSymbol ?? field;
        }

        return null;
    }

    /// <summary>Middleware by convention: constructed once with the next delegate, invoked for every request.</summary>
    private static bool IsMiddleware(INamedTypeSymbol type) =>
        type.GetMembers().Any(member => member is IMethodSymbol { Name: "InvokeAsync" or "Invoke", DeclaredAccessibility: Accessibility.Public })
        && type.InstanceConstructors.Any(constructor => constructor.Parameters.Any(parameter => parameter.Type.Name == "RequestDelegate"));
}
