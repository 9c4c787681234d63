using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>A place where a new connection is put into a member.</summary>
/// <param name="Member">The field or auto-property.</param>
/// <param name="Made">What makes the connection.</param>
/// <param name="Write">The assignment or exchange; null for the member's initialiser.</param>
internal sealed record ConnectionWrite(ISymbol Member, IOperation Made, IOperation? Write);

/// <summary>What a type does with the connection in one of its members.</summary>
/// <param name="Member">The field or auto-property.</param>
/// <param name="Writes">Where the type itself makes a connection for it, in the order of the source.</param>
/// <param name="IsOwn">Whether every connection in it is made by the type, and none of them is given to anybody else.</param>
/// <param name="Uses">All mentions of it.</param>
internal sealed record HeldConnection(ISymbol Member, ImmutableArray<ConnectionWrite> Writes, bool IsOwn, ImmutableArray<ConnectionUse> Uses)
{
    /// <summary>The mentions that dispose it.</summary>
    public IEnumerable<ConnectionUse> Disposals
    {
        get
        {
            foreach (var use in Uses)
            {
                if (use.Fate is Fate.Disposed or Fate.DisposedAlways)
                    yield return use;
            }
        }
    }

    /// <summary>The mention at a name, or null.</summary>
    public ConnectionUse? UseAt(SyntaxNode node)
    {
        foreach (var use in Uses)
        {
            if (use.Node == node)
                return use;
        }

        return null;
    }
}

/// <summary>Which members of which types hold connections, and what the type does with them. Only the type's own code is looked at.</summary>
internal sealed class HeldConnections
{
    private readonly ConnectionTypes _types;
    private readonly Summaries _summaries;
    private readonly ConnectionFates _fates;
    private readonly ConcurrentDictionary<ISymbol, HeldConnection> _held = new(SymbolEqualityComparer.Default);

    public HeldConnections(ConnectionTypes types, Summaries summaries, ConnectionFates fates)
    {
        _types = types;
        _summaries = summaries;
        _fates = fates;
    }

    /// <summary>The members that a created connection is put into: at once, or by way of the local that it is made for.</summary>
    public IEnumerable<ConnectionWrite> WritesOf(IOperation made, CancellationToken cancellationToken)
    {
        var value = made;
        while (value.Parent is { } parent && ValueFlow.IsHandedOn(value, parent))
            value = parent;
        if (WriteOf(value, made) is { } direct)
        {
            yield return direct;
            yield break;
        }

        if (ValueFlow.LocalHolding(made) is not var (local, declarator) || Bodies.Around(declarator) is not { } body || made.SemanticModel is not { } model)
            yield break;
        foreach (var reference in ValueFlow.ReferencesTo(local, body, model, cancellationToken))
        {
            if (Bodies.Around(reference.Syntax) == Bodies.Around(made.Syntax) && WriteOf(reference, made) is { } stored)
                yield return stored;
        }
    }

    /// <summary>What the member's type does with the connections in it; a property over a field answers for the field.</summary>
    public HeldConnection Of(ISymbol member, CancellationToken cancellationToken)
    {
        if (member is IPropertySymbol property && FieldBehind(property) is { } field)
            member = field;
        return _held.TryGetValue(member, out var known) ? known : _held.GetOrAdd(member, Read(member, cancellationToken));
    }

    private ConnectionWrite? WriteOf(IOperation value, IOperation made)
    {
        value = value.InConversions();
        switch (value.Parent)
        {
            case ISimpleAssignmentOperation assignment when assignment.Value == value && MemberIn(assignment.Target) is { } member:
                return new ConnectionWrite(member, made, assignment);
            case ICoalesceAssignmentOperation assignment when assignment.Value == value && MemberIn(assignment.Target) is { } member:
                return new ConnectionWrite(member, made, assignment);
            case IArgumentOperation { Parameter.Ordinal: 1, Parent: IInvocationOperation exchange } when ConnectionFates.IsExchange(exchange) && MemberIn(exchange.ArgumentFor(0)) is { } member:
                return new ConnectionWrite(member, made, exchange);
            case IFieldInitializerOperation { InitializedFields: { Length: 1 } fields } when IsMember(fields[0]):
                return new ConnectionWrite(fields[0], made, null);
            case IPropertyInitializerOperation { InitializedProperties: { Length: 1 } properties } when IsMember(properties[0]):
                return new ConnectionWrite(properties[0], made, null);
            default:
                return null;
        }
    }

    /// <summary>The member of the own object, or of the type, that the operation names.</summary>
    private ISymbol? MemberIn(IOperation? target)
    {
        if (target?.WithoutConversions() is not IMemberReferenceOperation { Instance: null or IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance } } reference)
            return null;
        var member = reference.Member.OriginalDefinition;
        if (IsMember(member))
            return member;
        return member is IPropertySymbol { IsIndexer: false } property && FieldBehind(property) is { } field && IsMember(field) ? field : null;
    }

    /// <summary>The field that a property reads and writes and does nothing else with, or null.</summary>
    private static IFieldSymbol? FieldBehind(IPropertySymbol property)
    {
        if (property is not { DeclaringSyntaxReferences: { Length: 1 } declarations, IsVirtual: false, IsOverride: false } || declarations[0].GetSyntax() is not PropertyDeclarationSyntax { AccessorList.Accessors: { Count: 2 } accessors })
            return null;
        string? read = null, written = null;
        foreach (var accessor in accessors)
        {
            var expression = accessor.ExpressionBody?.Expression ?? (accessor.Body is { Statements: { Count: 1 } statements } ? statements[0] : null) switch
            {
                ReturnStatementSyntax returned => returned.Expression,
                ExpressionStatementSyntax statement => statement.Expression,
                _ => null,
            };
            if (expression is AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Right: IdentifierNameSyntax { Identifier.ValueText: "value" } } assignment)
                written = assignment.Left.RightmostName();
            else
                read = expression is IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } ? expression.RightmostName() : null;
        }

        if (read is null || read != written)
            return null;
        foreach (var member in property.ContainingType.GetMembers(read))
        {
            if (member is IFieldSymbol field)
                return field;
        }

        return null;
    }

    /// <summary>The properties that stand for the field, and their declarations, in which it is mentioned for that only.</summary>
    private static IEnumerable<(IPropertySymbol Property, SyntaxNode Declaration)> PropertiesOver(ISymbol member)
    {
        if (member is not IFieldSymbol { IsImplicitlyDeclared: false } field)
            yield break;
        foreach (var other in field.ContainingType.GetMembers())
        {
            if (other is IPropertySymbol property && SymbolEqualityComparer.Default.Equals(property.Type, field.Type) && SymbolEqualityComparer.Default.Equals(FieldBehind(property), field))
                yield return (property, property.DeclaringSyntaxReferences[0].GetSyntax());
        }
    }

    private bool IsMember(ISymbol symbol) =>
        symbol.ContainingType is { TypeKind: TypeKind.Class } type
        && symbol switch
        {
            IFieldSymbol field => _types.IsConnection(field.Type),
            IPropertySymbol { IsIndexer: false } property => _types.IsConnection(property.Type) && IsAutomatic(property, type),
            _ => false,
        };

    private static bool IsAutomatic(IPropertySymbol property, INamedTypeSymbol type)
    {
        foreach (var member in type.OriginalDefinition.GetMembers())
        {
            if (member is IFieldSymbol { AssociatedSymbol: { } associated } && SymbolEqualityComparer.Default.Equals(associated, property))
                return true;
        }

        return false;
    }

    private HeldConnection Read(ISymbol member, CancellationToken cancellationToken)
    {
        var writes = ImmutableArray.CreateBuilder<ConnectionWrite>();
        var uses = ImmutableArray.CreateBuilder<ConnectionUse>();
        // What others can see they may dispose.
        var isOwn = member.DeclaredAccessibility == Accessibility.Private;
        foreach (var declaration in member.DeclaringSyntaxReferences)
        {
            var value = declaration.GetSyntax(cancellationToken) switch
            {
                VariableDeclaratorSyntax { Initializer: { } initializer } => initializer.Value,
                PropertyDeclarationSyntax { Initializer: { } initializer } => initializer.Value,
                _ => null,
            };
            if (value is not null && _summaries.ModelOf(value).GetOperation(value, cancellationToken) is { } operation)
                Add(member, operation, null, writes, ref isOwn, cancellationToken);
        }

        var properties = PropertiesOver(member).ToImmutableArray();
        foreach (var (property, _) in properties)
            isOwn &= property.DeclaredAccessibility == Accessibility.Private;
        foreach (var scope in _summaries.DeclarationsOf(member.ContainingType, cancellationToken))
        {
            AddUses(member, scope);
            foreach (var (property, _) in properties)
                AddUses(property, scope);
        }

        return new HeldConnection(member, writes.ToImmutable(), isOwn, uses.ToImmutable());

        void AddUses(ISymbol name, SyntaxNode scope)
        {
            foreach (var reference in ValueFlow.ReferencesTo(name, scope, _summaries.ModelOf(scope), cancellationToken))
            {
                if (IsInOneOf(properties, reference.Syntax))
                    continue;
                var fate = _fates.FateOfMember(reference, cancellationToken);
                uses.Add(new ConnectionUse(NameOf(reference.Syntax), reference, fate));
                isOwn &= fate != Fate.Escaped && MemberIn(reference) is not null;
                switch (reference.Parent)
                {
                    case IAssignmentOperation assignment when assignment.Target == reference:
                        Add(member, assignment.Value, assignment, writes, ref isOwn, cancellationToken);
                        break;
                    case IArgumentOperation { Parameter.Ordinal: 0, Parent: IInvocationOperation exchange } when ConnectionFates.IsExchange(exchange) && exchange.ArgumentFor(1) is { } value:
                        Add(member, value, exchange, writes, ref isOwn, cancellationToken);
                        break;
                }
            }
        }
    }

    private static bool IsInOneOf(ImmutableArray<(IPropertySymbol Property, SyntaxNode Declaration)> properties, SyntaxNode mention)
    {
        foreach (var (_, declaration) in properties)
        {
            if (Bodies.Contains(declaration, mention))
                return true;
        }

        return false;
    }

    /// <summary>The name in a mention: the graph of a body and its operations agree on the nodes of names.</summary>
    public static SyntaxNode NameOf(SyntaxNode mention) => mention is MemberAccessExpressionSyntax access ? access.Name : mention;

    private void Add(ISymbol member, IOperation value, IOperation? write, ImmutableArray<ConnectionWrite>.Builder writes, ref bool isOwn, CancellationToken cancellationToken)
    {
        var made = value.Unwrapped();
        if (_fates.IsCreation(made))
        {
            writes.Add(new ConnectionWrite(member, made, write));
        }
        else if (made is ILocalReferenceOperation local && ValueFlow.InitialValue(local, cancellationToken)?.Unwrapped() is { } initial && _fates.IsCreation(initial))
        {
            writes.Add(new ConnectionWrite(member, initial, write));
            isOwn &= IsOnlyStored(local, cancellationToken);
        }
        else if (made is not ILiteralOperation and not IDefaultValueOperation)
        {
            isOwn = false;
        }
    }

    /// <summary>Whether the local is given to nothing but the member.</summary>
    private bool IsOnlyStored(ILocalReferenceOperation stored, CancellationToken cancellationToken)
    {
        if (Bodies.Around(stored.Syntax) is not { } body || stored.SemanticModel is not { } model)
            return false;
        var uses = new List<ConnectionUse>();
        _fates.AddUses(stored.Local, body, model, 0, uses, cancellationToken);
        foreach (var use in uses)
        {
            if (use.Fate == Fate.Escaped && use.Node != stored.Syntax)
                return false;
        }

        return true;
    }
}
