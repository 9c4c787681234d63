using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>Which types are connections: those of the catalogue, and every source type that owns exactly one.</summary>
internal sealed class ConnectionTypes
{
    /// <summary>How many wrappers around a connection still count as the connection (a session that owns a client that owns a socket).</summary>
    private const int MaxOwners = 3;

    private readonly Apis _apis;
    private readonly ConcurrentDictionary<ITypeSymbol, bool>[] _isConnection;

    public ConnectionTypes(Apis apis)
    {
        _apis = apis;
        _isConnection = new ConcurrentDictionary<ITypeSymbol, bool>[MaxOwners + 1];
        for (var ownersLeft = 0; ownersLeft <= MaxOwners; ownersLeft++)
            _isConnection[ownersLeft] = new(SymbolEqualityComparer.Default);
    }

    /// <summary>Whether values of the type are connections.</summary>
    public bool IsConnection(ITypeSymbol? type) => type is not null && IsConnection(type, MaxOwners);

    /// <summary>Whether the catalogue itself names the type, a base type or an interface of it as a connection.</summary>
    public bool IsCatalogued(ITypeSymbol type) => (_apis.Of(type) & ApiKind.Connection) != 0;

    /// <summary>
    /// The field, property or primary-constructor parameter through which a source type owns its one connection, or null. A type with a collection of connections,
    /// or with several of them, is a manager, not a connection; so is one that lives once for the whole process.
    /// </summary>
    public ISymbol? OwnedConnection(ITypeSymbol type) => OwnedConnection(type, MaxOwners);

    private bool IsConnection(ITypeSymbol type, int ownersLeft)
    {
        if (type.SpecialType != SpecialType.None || type is IErrorTypeSymbol)
            return false;
        var definition = type.OriginalDefinition;
        var known = _isConnection[ownersLeft];
        return known.TryGetValue(definition, out var isConnection)
            ? isConnection
            : known.GetOrAdd(definition, IsCatalogued(definition) || IsConstrainedToConnection(definition, ownersLeft) || (ownersLeft > 0 && OwnedConnection(definition, ownersLeft) is not null));
    }

    /// <summary>A type parameter stands for a connection when some constraint does. A circle of constraints is an error and counts for nothing.</summary>
    private bool IsConstrainedToConnection(ITypeSymbol type, int ownersLeft)
    {
        if (type is not ITypeParameterSymbol { ConstraintTypes.IsEmpty: false } parameter)
            return false;
        var seen = new HashSet<ITypeSymbol>(SymbolEqualityComparer.Default) { parameter };
        var pending = new Stack<ITypeParameterSymbol>();
        pending.Push(parameter);
        while (pending.Count > 0)
        {
            foreach (var constraint in pending.Pop().ConstraintTypes)
            {
                if (constraint is ITypeParameterSymbol other)
                {
                    if (seen.Add(other))
                        pending.Push(other);
                }
                else if (IsConnection(constraint, ownersLeft))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private ISymbol? OwnedConnection(ITypeSymbol type, int ownersLeft)
    {
        if (type is not INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct, IsStatic: false } named || !_apis.IsDeclaredHere(named) || (_apis.Of(named) & (ApiKind.Singleton | ApiKind.Hub)) != 0)
            return null;

        ISymbol? owned = null;
        var ends = new List<(ISymbol Member, ITypeSymbol Type)>();
        foreach (var current in named.SelfAndBaseTypes())
        {
            if (!_apis.IsDeclaredHere(current))
                break;
            foreach (var (member, held) in State(current))
            {
                if (held.TypeKind is TypeKind.Delegate or TypeKind.Enum || held.SpecialType != SpecialType.None || SymbolEqualityComparer.Default.Equals(held.OriginalDefinition, type.OriginalDefinition))
                    continue;
                if (IsCollectionOfConnections(held, ownersLeft - 1))
                    return null;
                if (!IsConnection(held, ownersLeft - 1) || (member is IFieldSymbol field && IsLent(field)))
                    continue;
                foreach (var end in ends)
                {
                    if (Composition.IsMadeOf(current, end.Member, member))
                        owned = member;
                    else if (!AreTwoEndsOfOne(end.Type, held) && !Composition.IsMadeOf(current, member, end.Member))
                        return null;
                }

                ends.Add((member, held));
                owned ??= member;
            }
        }

        return owned;
    }

    /// <summary>
    /// Whether a field only remembers somebody else's connection for a while, as a queued message remembers where it went: the constructors leave it empty, what it gets is what a method is
    /// given, and the type does nothing on it.
    /// </summary>
    private bool IsLent(IFieldSymbol field)
    {
        if (field is not { DeclaredAccessibility: Accessibility.Private, IsReadOnly: false, AssociatedSymbol: null })
            return false;
        var isGiven = false;
        // Locals that it is copied into, with the bodies that they belong to.
        var copies = new HashSet<(string Name, SyntaxNode? Body)>();
        foreach (var declaration in field.ContainingType.DeclaringSyntaxReferences)
        {
            foreach (var node in declaration.GetSyntax().DescendantNodes())
            {
                if (node is VariableDeclaratorSyntax { Initializer: not null } declarator && declarator.Identifier.ValueText == field.Name)
                    return false;
                if (node is not IdentifierNameSyntax name || (name.Identifier.ValueText != field.Name && (copies.Count == 0 || !copies.Contains((name.Identifier.ValueText, Bodies.Around(name))))))
                    continue;
                ExpressionSyntax use = name.Parent is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } access ? access : name;
                while (use.Parent is ParenthesizedExpressionSyntax or PostfixUnaryExpressionSyntax)
                    use = (ExpressionSyntax)use.Parent;
                switch (use.Parent)
                {
                    case AssignmentExpressionSyntax assignment when assignment.Left == use:
                        if (assignment.Right is not (IdentifierNameSyntax or LiteralExpressionSyntax) || assignment.FirstAncestorOrSelf<ConstructorDeclarationSyntax>() is not null)
                            return false;
                        isGiven = true;
                        break;
                    case EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax copy }:
                        copies.Add((copy.Identifier.ValueText, Bodies.Around(copy)));
                        break;
                    case ArgumentSyntax or ReturnStatementSyntax:
                    case MemberAccessExpressionSyntax member when member.Expression == use && IsOperation(member.Name):
                    case ConditionalAccessExpressionSyntax conditional when conditional.Expression == use && IsOperation(conditional.WhenNotNull):
                        return false;
                }
            }
        }

        return isGiven;

        bool IsOperation(ExpressionSyntax called) =>
            (called is InvocationExpressionSyntax call ? call.Expression : called).RightmostName() is not { } name || _apis.Catalogue.Operates(name) || name is "Dispose" or "DisposeAsync" or "Abort" or "Close";
    }

    /// <summary>Whether values of the type hold connections one beside the other: arrays, lists, dictionaries by key or value.</summary>
    public bool IsCollectionOfConnections(ITypeSymbol type) => IsCollectionOfConnections(type, MaxOwners);

    private bool IsCollectionOfConnections(ITypeSymbol type, int ownersLeft)
    {
        if (type is IArrayTypeSymbol array)
            return IsConnection(array.ElementType, ownersLeft);
        if (type is not INamedTypeSymbol { TypeArguments.IsEmpty: false } named || !IsSequence(named))
            return false;
        foreach (var argument in named.TypeArguments)
        {
            if (IsConnection(argument, ownersLeft))
                return true;
        }

        return false;
    }

    /// <summary>Whether values of the type are gone through item by item.</summary>
    public static bool IsSequence(ITypeSymbol type)
    {
        if (type.SpecialType != SpecialType.None)
            return false;
        if (type.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T)
            return true;
        foreach (var contract in type.AllInterfaces)
        {
            if (contract.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T)
                return true;
        }

        return false;
    }

    /// <summary>
    /// A client and its stream, a reader and a writer: two fields, one connection. A WebSocket beside a TcpClient is a bridge between two peers, and so are
    /// two fields whose types are kinds of the same connection.
    /// </summary>
    private bool AreTwoEndsOfOne(ITypeSymbol first, ITypeSymbol second)
    {
        if (!IsCatalogued(first) || !IsCatalogued(second) || Family(first) != Family(second))
            return false;
        foreach (var type in first.SelfAndBaseTypes())
        {
            if (IsCatalogued(type) && Is(second, type))
                return false;
        }

        foreach (var type in first.AllInterfaces)
        {
            if (IsCatalogued(type) && Is(second, type))
                return false;
        }

        return true;
    }

    private static bool Is(ITypeSymbol type, INamedTypeSymbol ancestor)
    {
        foreach (var candidate in type.SelfAndBaseTypes())
        {
            if (SymbolEqualityComparer.Default.Equals(candidate.OriginalDefinition, ancestor.OriginalDefinition))
                return true;
        }

        foreach (var candidate in type.AllInterfaces)
        {
            if (SymbolEqualityComparer.Default.Equals(candidate.OriginalDefinition, ancestor.OriginalDefinition))
                return true;
        }

        return false;
    }

    /// <summary>Types that are put on top of each other over one transport; elsewhere those of one namespace.</summary>
    private static string Family(ITypeSymbol type)
    {
        var space = type.ContainingNamespace?.ToDisplayString() ?? "";
        return space is "System.Net.Security" or "System.IO.Pipelines" or "System.IO.Pipes" or "System.Net.Quic" or "Microsoft.AspNetCore.Connections" ? "System.Net.Sockets" : space;
    }

    /// <summary>What an instance holds: its fields, those behind auto-properties included, and the primary-constructor parameters that its members use.</summary>
    private static IEnumerable<(ISymbol Member, ITypeSymbol Type)> State(INamedTypeSymbol type)
    {
        foreach (var member in type.GetMembers())
        {
            // The backing field of an auto-property speaks for the property; that of a captured parameter appears only once the compiler has bound the members.
            if (member is IFieldSymbol { IsStatic: false } field && (!field.IsImplicitlyDeclared || field.AssociatedSymbol is not null))
                yield return (field.AssociatedSymbol ?? field, field.Type);
        }

        foreach (var constructor in type.InstanceConstructors)
        {
            // A record keeps its parameters in properties.
            if (constructor.DeclaringSyntaxReferences.Length != 1 || constructor.DeclaringSyntaxReferences[0].GetSyntax() is not (ClassDeclarationSyntax or StructDeclarationSyntax))
                continue;
            foreach (var parameter in constructor.Parameters)
            {
                if (IsCaptured(parameter, type))
                    yield return (parameter, parameter.Type);
            }
        }
    }

    /// <summary>
    /// Whether a member's code mentions the primary-constructor parameter: then the object keeps it. An initialiser or a base constructor only hands it on,
    /// and what it is handed to speaks for itself.
    /// </summary>
    private static bool IsCaptured(IParameterSymbol parameter, INamedTypeSymbol type)
    {
        // A member of the same name hides it.
        if (!type.GetMembers(parameter.Name).IsEmpty)
            return false;
        foreach (var reference in type.DeclaringSyntaxReferences)
        {
            if (reference.GetSyntax() is not TypeDeclarationSyntax declaration)
                continue;
            foreach (var member in declaration.Members)
            {
                if (member is BaseFieldDeclarationSyntax or BaseTypeDeclarationSyntax or DelegateDeclarationSyntax)
                    continue;
                foreach (var node in member.DescendantNodes(static node => node is not EqualsValueClauseSyntax { Parent: PropertyDeclarationSyntax }))
                {
                    if (node is IdentifierNameSyntax name && name.Identifier.ValueText == parameter.Name && IsVariable(name))
                        return true;
                }
            }
        }

        return false;
    }

    private static bool IsVariable(IdentifierNameSyntax name) => name.Parent switch
    {
        MemberAccessExpressionSyntax access => access.Expression == name,
        MemberBindingExpressionSyntax or NameColonSyntax or NameEqualsSyntax => false,
        _ => true,
    };
}
