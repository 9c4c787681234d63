using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>Where a connection comes from.</summary>
/// <param name="Variable">The variable of its collection, or the parameter that it is handed in.</param>
/// <param name="IsEach">Whether the code is run for each connection of the collection; otherwise it looks one up.</param>
internal sealed record ConnectionOrigin(ISymbol Variable, bool IsEach);

/// <summary>Out of which collection a connection was taken, as far as the code around its use shows it.</summary>
internal sealed class CollectedConnections
{
    private const int MaxSteps = 24;

    private readonly ConnectionTypes _types;
    private readonly SourceMethods _methods;

    public CollectedConnections(ConnectionTypes types, SourceMethods methods)
    {
        _types = types;
        _methods = methods;
    }

    /// <summary>
    /// The variable of the collection that a connection comes out of, as an item of a loop or query, by its key, or through a method of the program that looks it up; the parameter when the caller
    /// of the method chooses the connection; else null.
    /// </summary>
    public ConnectionOrigin? OriginOf(IOperation? connection, CancellationToken cancellationToken)
    {
        var isEach = false;
        var current = connection;
        for (var steps = 0; current is not null && steps < MaxSteps; steps++)
        {
            current = current.Unwrapped().WithoutConditionalAccess();
            if (current.ReferencedSymbol() is { } variable && IsVariableOfCollection(current))
                return new ConnectionOrigin(variable.OriginalDefinition, isEach);
            switch (current)
            {
                case IMemberReferenceOperation { Instance: null or IInstanceReferenceOperation }:
                    return null;
                case IMemberReferenceOperation member:
                    current = member.Instance;
                    continue;
                case IArrayElementReferenceOperation element:
                    current = element.ArrayReference;
                    continue;
                case IInvocationOperation call when _methods.Target(call, cancellationToken) is { } target:
                    return LookedUpBy(target, cancellationToken) is { } looked ? new ConnectionOrigin(looked, isEach) : null;
                case IInvocationOperation call when IsLookUp(call):
                    current = call.Receiver();
                    continue;
                case ILocalReferenceOperation local:
                    current = SourceOf(local, ref isEach, cancellationToken);
                    continue;
                case IParameterReferenceOperation { Parameter: { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.AnonymousFunction } lambda } }:
                    isEach = true;
                    current = IteratedBy(lambda, current);
                    continue;
                case IParameterReferenceOperation { Parameter: var parameter }:
                    return new ConnectionOrigin(parameter.OriginalDefinition, isEach);
                default:
                    return null;
            }
        }

        return null;
    }

    private bool IsVariableOfCollection(IOperation operation) =>
        operation is IFieldReferenceOperation or IPropertyReferenceOperation { Property.IsIndexer: false } or ILocalReferenceOperation
        && operation.Type is { } type && _types.IsCollectionOfConnections(type)
        // A local is the collection itself only where it is made; elsewhere it holds what came out of one.
        && (operation is not ILocalReferenceOperation local || ValueFlow.InitialValue(local, CancellationToken.None)?.WithoutConversions() is IObjectCreationOperation)
        && operation is not IPropertyReferenceOperation { Property.Name: "Values" or "Keys" };

    private static bool IsLookUp(IInvocationOperation call) =>
        call.Receiver()?.Type is { } type && (ConnectionTypes.IsSequence(type) || type.Name is "ParallelQuery")
        && call.TargetMethod.Name is not ("TryRemove" or "Remove" or "Dequeue" or "TryDequeue" or "Pop" or "TryPop" or "TryTake" or "Take");

    /// <summary>What a local is taken out of: the sequence of its loop, the look-up that sets it, or the only value that it is given.</summary>
    private static IOperation? SourceOf(ILocalReferenceOperation reference, ref bool isEach, CancellationToken cancellationToken)
    {
        if (reference.SemanticModel is not { } model || reference.Local.DeclaringSyntaxReferences is not { Length: 1 } declarations)
            return null;
        var declaration = declarations[0].GetSyntax(cancellationToken);
        if (declaration.SyntaxTree != model.SyntaxTree)
            return null;
        switch (declaration)
        {
            case ForEachStatementSyntax each:
                isEach = true;
                return model.GetOperation(each, cancellationToken) is IForEachLoopOperation loop ? loop.Collection : null;
            // "foreach (var (name, socket) in sockets)"
            case SingleVariableDesignationSyntax { Parent: ParenthesizedVariableDesignationSyntax { Parent.Parent: ForEachVariableStatementSyntax each } }:
                isEach = true;
                return model.GetOperation(each, cancellationToken) is IForEachLoopOperation loops ? loops.Collection : null;
            case SingleVariableDesignationSyntax { Parent: DeclarationExpressionSyntax { Parent: ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call } } }:
                return model.GetOperation(call, cancellationToken) is IInvocationOperation { TargetMethod.Name: "TryGetValue" } lookUp ? lookUp.Receiver() : null;
            case SingleVariableDesignationSyntax { Parent.Parent: IsPatternExpressionSyntax test }:
                return model.GetOperation(test.Expression, cancellationToken);
            case VariableDeclaratorSyntax { Initializer.Value: { } value } when !value.IsKind(Microsoft.CodeAnalysis.CSharp.SyntaxKind.NullLiteralExpression):
                return model.GetOperation(value, cancellationToken);
            default:
                return AssignedTo(reference.Local, declaration, model, cancellationToken);
        }
    }

    private static IOperation? AssignedTo(ILocalSymbol local, SyntaxNode declaration, SemanticModel model, CancellationToken cancellationToken)
    {
        if (Bodies.Around(declaration) is not { } body)
            return null;
        IOperation? value = null;
        foreach (var reference in ValueFlow.ReferencesTo(local, body, model, cancellationToken))
        {
            switch (reference.Parent)
            {
                case ISimpleAssignmentOperation assignment when assignment.Target == reference:
                    if (value is not null)
                        return null;
                    value = assignment.Value;
                    break;
                case IArgumentOperation { Parameter.RefKind: RefKind.Out, Parent: IInvocationOperation { TargetMethod.Name: "TryGetValue" } lookUp }:
                    if (value is not null)
                        return null;
                    value = lookUp.Receiver();
                    break;
            }
        }

        return value;
    }

    /// <summary>The sequence whose items a lambda is run for, or null.</summary>
    private static IOperation? IteratedBy(IMethodSymbol lambda, IOperation use) => use.CallGiven(lambda) switch
    {
        { TargetMethod.ContainingType.Name: "Enumerable" or "ParallelEnumerable" or "List" or "Array" } call => call.Receiver() ?? call.ArgumentFor(0),
        { TargetMethod: { Name: "ForEachAsync" or "ForEach", ContainingType.Name: nameof(Parallel) } } call => call.ArgumentFor(0),
        _ => null,
    };

    /// <summary>The collection of the object out of which the method hands a connection, or the collection itself.</summary>
    private ISymbol? LookedUpBy(IMethodSymbol method, CancellationToken cancellationToken)
    {
        var handed = method.ReturnType is INamedTypeSymbol { TypeArguments: { Length: 1 } results } task && task.IsTaskLike() ? results[0] : method.ReturnType;
        if ((!_types.IsConnection(handed) && !_types.IsCollectionOfConnections(handed)) || Bodies.Of(method, cancellationToken) is not { } body)
            return null;
        foreach (var member in method.ContainingType.GetMembers())
        {
            var type = member switch
            {
                IFieldSymbol { IsImplicitlyDeclared: false } field => field.Type,
                IPropertySymbol { IsIndexer: false } property => property.Type,
                _ => null,
            };
            if (type is not null && _types.IsCollectionOfConnections(type) && body.Names(member.Name))
                return member;
        }

        return null;
    }
}
