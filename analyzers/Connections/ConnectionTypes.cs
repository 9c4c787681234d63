using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>Which types are connections: those of the catalogue, and every source type that owns exactly one.</summary>
internal sealed class ConnectionTypes
{
    /// <summary>How many wrappers around a connection still count as the connection (a session that owns a client that owns a socket).</summary>
    private const int MaxOwners = 3;

    private readonly Apis _apis;
    private readonly ConcurrentDictionary<ITypeSymbol, bool> _isConnection = new(SymbolEqualityComparer.Default);

    public ConnectionTypes(Apis apis) => _apis = apis;

    /// <summary>Whether values of the type are connections.</summary>
    public bool IsConnection(ITypeSymbol? type)
    {
        if (type is null || type.SpecialType != SpecialType.None || type is IErrorTypeSymbol)
            return false;
        var definition = type.OriginalDefinition;
        return _isConnection.TryGetValue(definition, out var known) ? known : _isConnection.GetOrAdd(definition, IsConnection(definition, MaxOwners));
    }

    /// <summary>Whether the catalogue itself names the type, a base type or an interface of it as a connection.</summary>
    public bool IsCatalogued(ITypeSymbol type) => (_apis.Of(type) & ApiKind.Connection) != 0;

    /// <summary>
    /// The field or property through which a source type owns its one connection, or null. A type with a collection of connections, or with several
    /// of them, is a manager, not a connection; so is one that lives once for the whole process.
    /// </summary>
    public ISymbol? OwnedConnection(ITypeSymbol type) => OwnedConnection(type, MaxOwners);

    private bool IsConnection(ITypeSymbol type, int ownersLeft) =>
        IsCatalogued(type) || (ownersLeft > 0 && OwnedConnection(type, ownersLeft) is not null);

    private ISymbol? OwnedConnection(ITypeSymbol type, int ownersLeft)
    {
        if (type is not INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct, IsStatic: false } named || !named.IsInSource() || (_apis.Of(named) & (ApiKind.Singleton | ApiKind.Hub)) != 0)
            return null;

        ISymbol? owned = null;
        foreach (var current in named.SelfAndBaseTypes())
        {
            if (!current.IsInSource())
                break;
            foreach (var member in current.GetMembers())
            {
                // The backing field of an auto-property speaks for the property, that of a captured primary-constructor parameter for the parameter.
                if (member is not IFieldSymbol { IsStatic: false } field || field.Type.TypeKind is TypeKind.Delegate or TypeKind.Enum || field.Type.SpecialType != SpecialType.None)
                    continue;
                if (SymbolEqualityComparer.Default.Equals(field.Type.OriginalDefinition, type) || !IsConnection(field.Type, ownersLeft - 1))
                    continue;
                if (owned is not null && !AreTwoEndsOfOne(owned, field))
                    return null;
                owned ??= field.AssociatedSymbol ?? field;
            }

            foreach (var parameter in CapturedParameters(current))
            {
                if (IsConnection(parameter.Type, ownersLeft - 1))
                    owned ??= parameter;
            }
        }

        return owned;
    }

    /// <summary>A client and its stream, a socket and its client: two fields, one connection.</summary>
    private bool AreTwoEndsOfOne(ISymbol first, IFieldSymbol second)
    {
        var type = (first as IFieldSymbol)?.Type ?? (first as IPropertySymbol)?.Type ?? (first as IParameterSymbol)?.Type;
        return type is not null && !SymbolEqualityComparer.Default.Equals(type, second.Type) && IsCatalogued(type) && IsCatalogued(second.Type);
    }

    private static IEnumerable<IParameterSymbol> CapturedParameters(INamedTypeSymbol type)
    {
        foreach (var constructor in type.InstanceConstructors)
        {
            if (constructor.DeclaringSyntaxReferences.Length == 1
                && constructor.DeclaringSyntaxReferences[0].GetSyntax() is Microsoft.CodeAnalysis.CSharp.Syntax.TypeDeclarationSyntax)
            {
                foreach (var parameter in constructor.Parameters)
                    yield return parameter;
            }
        }
    }
}
