using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace WebSocketAnalyzers.Roslyn;

/// <summary>Where a value goes within the code around it.</summary>
internal static class ValueFlow
{
    // Not named by the oldest Roslyn that is supported.
    private const OperationKind CollectionExpression = (OperationKind)0x7f;

    /// <summary>Whether the value, or what its task gives, comes out of the parent unchanged: conversions, awaits, ConfigureAwait, Result and the like.</summary>
    public static bool IsHandedOn(IOperation value, IOperation parent) => parent switch
    {
        IConversionOperation { OperatorMethod: null } or IAwaitOperation or IParenthesizedOperation => true,
        // Of a task or an awaiter; of what they give nothing of that name is known.
        IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "AsTask" or "WaitAsync" or "GetAwaiter" or "GetResult" } call => call.Receiver() == value,
        IPropertyReferenceOperation { Property.Name: "Result", Instance: { } instance } => instance == value && value.Type.IsTaskLike(),
        _ => false,
    };

    /// <summary>The await of the task right where it is made, or null.</summary>
    public static IAwaitOperation? AwaitOf(IOperation made)
    {
        var value = made;
        while (value.Parent is IConversionOperation or IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "AsTask" })
            value = value.Parent;
        return value.Parent as IAwaitOperation;
    }

    /// <summary>Whether the operation lists values: an array, or what newer compilers make of <c>[a, b]</c> and of a <c>params</c> span.</summary>
    public static bool IsList(IOperation? operation) => operation is IArrayInitializerOperation or IArrayCreationOperation or { Kind: CollectionExpression };

    /// <summary>The local that a value is put into when it is made, by its initialiser or by an assignment statement, and the local's declarator.</summary>
    public static (ILocalSymbol Local, SyntaxNode Declarator)? LocalHolding(IOperation made)
    {
        var value = made;
        while (value.Parent is { } parent && IsHandedOn(value, parent))
            value = parent;
        return value.Parent switch
        {
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } => (declarator.Symbol, declarator.Syntax),
            ISimpleAssignmentOperation { Target: ILocalReferenceOperation { Local.DeclaringSyntaxReferences: { Length: 1 } declarations } target, Parent: IExpressionStatementOperation } =>
                (target.Local, declarations[0].GetSyntax()),
            _ => null,
        };
    }

    /// <summary>What a local is initialised with, or null when it is not, or not by an expression of its own.</summary>
    public static IOperation? InitialValue(ILocalReferenceOperation local, CancellationToken cancellationToken)
    {
        if (local.SemanticModel is not { } model || local.Local.DeclaringSyntaxReferences.Length != 1)
            return null;
        return local.Local.DeclaringSyntaxReferences[0].GetSyntax(cancellationToken) is VariableDeclaratorSyntax { Initializer.Value: { } value } && value.SyntaxTree == model.SyntaxTree
            ? model.GetOperation(value, cancellationToken)
            : null;
    }

    /// <summary>
    /// The only value that a variable ever has, as far as this file shows: that of a local which is initialised and never assigned, or of a read-only field or property with an initialiser.
    /// </summary>
    public static IOperation? OnlyValue(IOperation reference)
    {
        if (reference.SemanticModel is not { } model || reference.ReferencedSymbol() is not { DeclaringSyntaxReferences: { Length: 1 } declarations } variable || declarations[0].SyntaxTree != model.SyntaxTree)
            return null;
        var declaration = declarations[0].GetSyntax();
        var value = (variable, declaration) switch
        {
            (ILocalSymbol { RefKind: RefKind.None }, VariableDeclaratorSyntax { Initializer.Value: { } initial }) when !IsAssignedAgain(variable.Name, declaration) => initial,
            (IFieldSymbol { IsReadOnly: true }, VariableDeclaratorSyntax { Initializer.Value: { } initial }) => initial,
            (IPropertySymbol { SetMethod: null }, PropertyDeclarationSyntax { Initializer.Value: { } initial }) => initial,
            (IPropertySymbol { SetMethod: null }, PropertyDeclarationSyntax { ExpressionBody.Expression: { } arrow }) => arrow,
            _ => null,
        };
        return value is null ? null : model.GetOperation(value);
    }

    /// <summary>Whether a name is written to in the body that declares it, or handed over to be.</summary>
    private static bool IsAssignedAgain(string name, SyntaxNode declaration)
    {
        if (Bodies.OutermostAround(declaration) is not { } body)
            return true;
        foreach (var node in body.DescendantNodes())
        {
            switch (node)
            {
                case AssignmentExpressionSyntax { Left: var left } when left is IdentifierNameSyntax assigned ? assigned.Identifier.ValueText == name : left is TupleExpressionSyntax && left.Names(name):
                case ArgumentSyntax { RefKindKeyword.RawKind: not 0, Expression: IdentifierNameSyntax handed } when handed.Identifier.ValueText == name:
                    return true;
            }
        }

        return false;
    }

    /// <summary>All mentions of a variable below a node, nested functions included, in the order of the source.</summary>
    /// <param name="variable">A local, parameter, field or property.</param>
    /// <param name="scope">The node.</param>
    /// <param name="model">The model of the node's file.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static IEnumerable<IOperation> ReferencesTo(ISymbol variable, SyntaxNode scope, SemanticModel model, CancellationToken cancellationToken)
    {
        foreach (var node in scope.DescendantNodes())
        {
            if (node is not IdentifierNameSyntax identifier || identifier.Identifier.ValueText != variable.Name)
                continue;
            cancellationToken.ThrowIfCancellationRequested();
            if (ReferenceTo(variable, identifier, model, cancellationToken) is { } reference)
                yield return reference;
        }
    }

    /// <summary>The mention of the variable that the identifier of its name is, or null when it names something else.</summary>
    public static IOperation? ReferenceTo(ISymbol variable, IdentifierNameSyntax identifier, SemanticModel model, CancellationToken cancellationToken)
    {
        // "this.x" and "a.x" are the reference, "x" alone in them is not an operation.
        var operation = model.GetOperation(identifier, cancellationToken)
            ?? (identifier.Parent is MemberAccessExpressionSyntax access && access.Name == identifier ? model.GetOperation(access, cancellationToken) : null);
        return operation is ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation or IPropertyReferenceOperation
            && operation.ReferencedSymbol() is { } referenced
            && SymbolEqualityComparer.Default.Equals(referenced.OriginalDefinition, variable.OriginalDefinition)
                ? operation
                : null;
    }
}
