using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>A token source with a timer, or linked to another token, that a type keeps for its connection and nobody disposes.</summary>
/// <param name="Member">The field or auto-property.</param>
/// <param name="Because">What the type does instead.</param>
internal sealed record KeptTokenSource(ISymbol Member, Evidence Because);

/// <summary>Which types that live as long as a connection keep a token source in a private member of their own and never dispose it. A single dispose anywhere in the type is trusted.</summary>
internal sealed class KeptTokenSources
{
    private readonly ConnectionTypes _types;
    private readonly Summaries _summaries;

    public KeptTokenSources(ConnectionTypes types, Summaries summaries)
    {
        _types = types;
        _summaries = summaries;
    }

    /// <summary>The member that the source is made for, or null when it is disposed, others may own it, it holds nothing, or its type is no connection's; null for all but the first made for it.</summary>
    public KeptTokenSource? At(IOperation creation, CancellationToken cancellationToken)
    {
        if (MemberFor(creation) is not { IsStatic: false, DeclaredAccessibility: Accessibility.Private } member || _types.OwnedConnection(member.ContainingType) is null)
            return null;
        if (IsMadeEarlier(member, creation, cancellationToken))
            return null;
        var holds = TimeoutSources.Holds(creation);
        foreach (var declaration in member.ContainingType.DeclaringSyntaxReferences)
        {
            if (!_summaries.Sees(declaration.SyntaxTree))
                return null;
            var scope = declaration.GetSyntax(cancellationToken);
            foreach (var mention in ValueFlow.ReferencesTo(member, scope, _summaries.ModelOf(scope), cancellationToken))
            {
                if (!IsOnlyUsed(mention, creation, ref holds))
                    return null;
            }
        }

        return holds ? new KeptTokenSource(member, UndisposedMembers.Instead(member)) : null;
    }

    private static ISymbol? MemberFor(IOperation creation)
    {
        var value = creation.InConversions();
        return value.Parent switch
        {
            IAssignmentOperation { Target: IFieldReferenceOperation or IPropertyReferenceOperation } assignment when assignment.Value == value && IsOwn(assignment.Target) => assignment.Target.ReferencedSymbol()!.OriginalDefinition,
            IFieldInitializerOperation { InitializedFields: { Length: 1 } fields } => fields[0],
            IPropertyInitializerOperation { InitializedProperties: { Length: 1 } properties } => properties[0],
            _ => null,
        };
    }

    /// <summary>Whether the member's own initialiser makes a source before this one.</summary>
    private static bool IsMadeEarlier(ISymbol member, IOperation creation, CancellationToken cancellationToken)
    {
        foreach (var declaration in member.DeclaringSyntaxReferences)
        {
            var initializer = declaration.GetSyntax(cancellationToken) switch
            {
                VariableDeclaratorSyntax variable => variable.Initializer,
                PropertyDeclarationSyntax property => property.Initializer,
                _ => null,
            };
            if (initializer is { Value: BaseObjectCreationExpressionSyntax or InvocationExpressionSyntax } && !Bodies.Contains(initializer, creation.Syntax))
                return true;
        }

        return false;
    }

    private static bool IsOwn(IOperation target) => target is IMemberReferenceOperation { Instance: IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance } };

    /// <summary>Whether the mention neither disposes the source nor gives it to anybody; it may set its timer, or be the place of an earlier source.</summary>
    private static bool IsOnlyUsed(IOperation mention, IOperation creation, ref bool holds)
    {
        if (!IsOwn(mention))
            return false;
        var value = mention.InConversions();
        switch (value.Parent)
        {
            case IAssignmentOperation assignment when assignment.Target == value:
                var made = assignment.Value.WithoutConversions();
                // The first of several speaks for them all.
                return TimeoutSources.IsCreation(made) ? made.Syntax.SpanStart >= creation.Syntax.SpanStart : made.ConstantValue is { HasValue: true, Value: null };
            case IConditionalAccessOperation access when access.Operation == value:
                foreach (var operation in access.WhenNotNull.SelfAndDescendantsInBody())
                {
                    if (operation is IInvocationOperation { Instance: IConditionalAccessInstanceOperation } call && !IsUse(call, ref holds))
                        return false;
                }

                return true;
            case IInvocationOperation call when call.Instance == value:
                return IsUse(call, ref holds);
            case IPropertyReferenceOperation or IBinaryOperation or INameOfOperation or IIsPatternOperation { Pattern: IConstantPatternOperation or INegatedPatternOperation }:
                return true;
            default:
                return false;
        }
    }

    private static bool IsUse(IInvocationOperation call, ref bool holds)
    {
        holds |= call.TargetMethod.Name == nameof(CancellationTokenSource.CancelAfter);
        return call.TargetMethod.Name.StartsWith("Cancel", StringComparison.Ordinal);
    }
}
