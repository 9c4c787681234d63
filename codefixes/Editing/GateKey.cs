using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>An expression that stands for one connection: the same object for as long as the connection lives, and another one for every other connection.</summary>
/// <param name="Expression">The expression, free of trivia.</param>
/// <param name="Type">Its static type.</param>
/// <param name="Root">The variable it begins at; null when it begins at <c>this</c>.</param>
internal sealed record GateKey(ExpressionSyntax Expression, INamedTypeSymbol Type, ISymbol? Root)
{
    /// <summary>Whether the key is the object itself, written <c>this</c>.</summary>
    public bool IsThis => Expression is ThisExpressionSyntax;

    /// <summary>Whether both stand for the same object in one function.</summary>
    public bool IsSameAs(GateKey other) =>
        SymbolEqualityComparer.Default.Equals(Root, other.Root) && SyntaxFactory.AreEquivalent(Expression, other.Expression);
}

/// <summary>
/// Finds the keys of a connection that can be evaluated at a given place and still hold at the end of the guarded code, the nearest to the connection first.
/// </summary>
/// <param name="connections">The questions about connections.</param>
/// <param name="model">The model of the file.</param>
/// <param name="position">Where the key will be evaluated.</param>
/// <param name="entry">The statement that begins there.</param>
/// <param name="iteration">The loop whose items are being served, or null.</param>
/// <param name="guarded">The code through which the key must keep its value.</param>
internal sealed class GateKeys(ConnectionModel connections, SemanticModel model, int position, StatementSyntax entry, CommonForEachStatementSyntax? iteration, TextSpan guarded)
{
    private const int MaxSteps = 16;

    /// <summary>The keys of what <paramref name="io"/> is done on; none when no stable expression stands for it.</summary>
    public List<GateKey> Of(GuardedIO io, CancellationToken cancellationToken)
    {
        var keys = new List<GateKey>();
        // Behind "?." the connection may be missing, and a table has no room for nobody.
        if (io.Connection is not { } connection || io.Operation.Instance is IConditionalAccessInstanceOperation)
            return keys;
        if (HubContext(connection) is { } context)
        {
            keys.Add(context);
            return keys;
        }

        for (var steps = 0; steps < MaxSteps; steps++)
        {
            connection = connection.WithoutConversions();
            switch (connection)
            {
                case ILocalReferenceOperation local:
                    Add(keys, connection, local.Local, cancellationToken);
                    if (InitialValue(local.Local, cancellationToken) is not { } value)
                        return keys;
                    connection = value;
                    continue;
                case IParameterReferenceOperation { Parameter: { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } constructor } }
                    when Bodies.Around(connection.Syntax) is not ConstructorDeclarationSyntax:
                    // A primary constructor's parameter belongs to the object like a field.
                    if (connections.Types.OwnedConnection(constructor.ContainingType) is not null)
                        keys.Add(new GateKey(SyntaxFactory.ThisExpression(), constructor.ContainingType, null));
                    return keys;
                case IParameterReferenceOperation parameter:
                    Add(keys, connection, parameter.Parameter, cancellationToken);
                    return keys;
                case IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance, Type: INamedTypeSymbol self }:
                    keys.Add(new GateKey(SyntaxFactory.ThisExpression(), self, null));
                    return keys;
                case IMemberReferenceOperation { Instance: { } instance } member when member is IFieldReferenceOperation or IPropertyReferenceOperation { Arguments.IsEmpty: true }:
                    if (IsFixed(member.Member, cancellationToken) && RootOf(connection) is var (root, isStable) && isStable)
                        Add(keys, connection, root, cancellationToken);
                    if (!Owns(instance.Type, member.Member))
                        return keys;
                    connection = instance;
                    continue;
                case IInvocationOperation { TargetMethod.Name: "GetStream", Arguments.IsEmpty: true, Instance: { } client } when client.Type is { } type && connections.Types.IsConnection(type):
                    connection = client;
                    continue;
                default:
                    return keys;
            }
        }

        return keys;
    }

    /// <summary>A hub is made for each call, its context once for each connection.</summary>
    private GateKey? HubContext(IOperation connection)
    {
        for (var steps = 0; steps < MaxSteps; steps++)
        {
            connection = connection.WithoutConversions();
            switch (connection)
            {
                case IMemberReferenceOperation { Instance: { } instance }:
                    connection = instance;
                    continue;
                case IInvocationOperation call when call.Receiver() is { } receiver:
                    connection = receiver;
                    continue;
                case IInstanceReferenceOperation { Type: INamedTypeSymbol hub } when (connections.Apis.Of(hub) & ApiKind.Hub) != 0 && Bodies.Around(entry) is MethodDeclarationSyntax:
                    foreach (var symbol in model.LookupSymbols(position, name: "Context"))
                    {
                        if (symbol is IPropertySymbol { IsStatic: false, Type: INamedTypeSymbol { Name: "HubCallerContext" } type } && (connections.Apis.Of(symbol.ContainingType) & ApiKind.Hub) != 0)
                            return new GateKey(SyntaxFactory.IdentifierName("Context"), type, null);
                    }

                    return null;
                default:
                    return null;
            }
        }

        return null;
    }

    private void Add(List<GateKey> keys, IOperation connection, ISymbol? root, CancellationToken cancellationToken)
    {
        if (connection.Type is INamedTypeSymbol { IsReferenceType: true } type && connection.Syntax is ExpressionSyntax syntax
            && (connections.Types.IsConnection(type) || (connections.Apis.Of(type) & ApiKind.PerConnection) != 0)
            && (root is null || IsStable(root, cancellationToken))
            && IsNeverNull(syntax, root, cancellationToken))
        {
            keys.Add(new GateKey(syntax.WithoutTrivia(), (INamedTypeSymbol)type.WithNullableAnnotation(NullableAnnotation.NotAnnotated), root));
        }
    }

    /// <summary>Whether the member holds the connection that an object of the type stands for, so that one object is one connection.</summary>
    private bool Owns(ITypeSymbol? type, ISymbol member)
    {
        if (type is null)
            return false;
        if (connections.Types.IsCatalogued(type))
            return true;
        return connections.Types.OwnedConnection(type) is { } owned
            && (SymbolEqualityComparer.Default.Equals(owned.OriginalDefinition, member.OriginalDefinition) || (TypeOf(member) is { } held && connections.Types.IsCatalogued(held)));
    }

    private static ITypeSymbol? TypeOf(ISymbol member) => (member as IFieldSymbol)?.Type ?? (member as IPropertySymbol)?.Type;

    /// <summary>Whether the member keeps its value for the life of its object.</summary>
    private static bool IsFixed(ISymbol member, CancellationToken cancellationToken) => member switch
    {
        IFieldSymbol field => field.IsReadOnly || field.ContainingType.IsTupleType,
        IPropertySymbol { SetMethod: null or { IsInitOnly: true } } property => !property.IsInSource() || IsAutomatic(property, cancellationToken),
        _ => false,
    };

    private static bool IsAutomatic(IPropertySymbol property, CancellationToken cancellationToken)
    {
        foreach (var reference in property.DeclaringSyntaxReferences)
        {
            // A positional record declares its properties as parameters.
            switch (reference.GetSyntax(cancellationToken))
            {
                case ParameterSyntax:
                    return true;
                case PropertyDeclarationSyntax { ExpressionBody: null, AccessorList: { } accessors } when !property.IsAbstract && !property.IsVirtual:
                    return accessors.Accessors.All(static accessor => accessor is { Body: null, ExpressionBody: null });
            }
        }

        return false;
    }

    /// <summary>The variable a chain of members begins at (null for <c>this</c>), and whether every link keeps its value.</summary>
    private (ISymbol? Root, bool IsStable) RootOf(IOperation connection)
    {
        for (var steps = 0; steps < MaxSteps; steps++)
        {
            connection = connection.WithoutConversions();
            switch (connection)
            {
                case ILocalReferenceOperation local:
                    return (local.Local, true);
                case IParameterReferenceOperation { Parameter: { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } } }:
                    return (null, false);
                case IParameterReferenceOperation parameter:
                    return (parameter.Parameter, true);
                case IInstanceReferenceOperation:
                    return (null, true);
                case IMemberReferenceOperation { Instance: { } instance } member when IsFixed(member.Member, default):
                    connection = instance;
                    continue;
                default:
                    return (null, false);
            }
        }

        return (null, false);
    }

    private IOperation? InitialValue(ILocalSymbol local, CancellationToken cancellationToken) =>
        local.DeclaringSyntaxReferences is { Length: 1 } references
        && references[0].GetSyntax(cancellationToken) is VariableDeclaratorSyntax { Initializer.Value: { } value }
        && !LocalWrites.All(model, local, value.SyntaxTree.GetRoot(cancellationToken), cancellationToken).Any()
            ? model.GetOperation(value, cancellationToken)
            : null;

    /// <summary>Whether the variable is in scope and assigned where the key is evaluated, and keeps its value through the guarded code.</summary>
    private bool IsStable(ISymbol variable, CancellationToken cancellationToken)
    {
        if (variable is IParameterSymbol { RefKind: not RefKind.None } or ILocalSymbol { RefKind: not RefKind.None } || variable.DeclaringSyntaxReferences.Length != 1)
            return false;
        var declaration = variable.DeclaringSyntaxReferences[0].GetSyntax(cancellationToken);
        var isItem = iteration is not null && iteration.Span.Contains(declaration.Span) && declaration.SpanStart <= iteration.SpanStart + (iteration.Statement.SpanStart - iteration.SpanStart);
        if (!isItem && declaration.Span.End > position)
            return false;
        if (!model.LookupSymbols(position, name: variable.Name).Any(symbol => SymbolEqualityComparer.Default.Equals(symbol, variable)))
            return false;
        var home = Bodies.Around(declaration);
        if (variable is ILocalSymbol && !isItem && home == Bodies.Around(entry)
            && !(model.AnalyzeDataFlow(entry) is { Succeeded: true } flow && flow.DefinitelyAssignedOnEntry.Contains(variable, SymbolEqualityComparer.Default)))
        {
            return false;
        }

        foreach (var write in LocalWrites.All(model, variable, home ?? declaration.SyntaxTree.GetRoot(cancellationToken), cancellationToken))
        {
            if (guarded.Contains(write.SpanStart) || Bodies.Around(write) != home)
                return false;
        }

        return true;
    }

    /// <summary>Whether the compiler knows the first guarded use of the connection not to be null; without nullable analysis everything is believed.</summary>
    private bool IsNeverNull(ExpressionSyntax use, ISymbol? root, CancellationToken cancellationToken)
    {
        var first = use;
        if (root is not null && guarded.Contains(use.SpanStart))
        {
            foreach (var name in use.SyntaxTree.GetRoot(cancellationToken).DescendantNodes(guarded).OfType<IdentifierNameSyntax>())
            {
                if (guarded.Contains(name.Span) && name.Identifier.ValueText == root.Name && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name, cancellationToken).Symbol, root))
                {
                    if (model.GetTypeInfo(name, cancellationToken).Nullability.FlowState == NullableFlowState.MaybeNull)
                        return false;
                    break;
                }
            }
        }

        return model.GetTypeInfo(first, cancellationToken).Nullability.FlowState != NullableFlowState.MaybeNull;
    }
}
