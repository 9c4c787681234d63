using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>Questions about semaphores used as locks.</summary>
internal static class Gates
{
    /// <summary>Whether every semaphore that is put into the variable is made with an initial count of one; false when none is seen being made.</summary>
    public static bool AdmitsOne(ISymbol gate, Compilation compilation, CancellationToken cancellationToken)
    {
        var seen = false;
        foreach (var value in ValuesOf(gate, cancellationToken))
        {
            if (value is not BaseObjectCreationExpressionSyntax { ArgumentList: { } list } || InitialCount(list) is not { } count)
                return false;
            // A lock that a referenced project declares has syntax here, but no model.
            if (!compilation.ContainsSyntaxTree(value.SyntaxTree))
                return false;
            if (compilation.GetSemanticModel(value.SyntaxTree).GetConstantValue(count, cancellationToken) is not { HasValue: true, Value: 1 })
                return false;
            seen = true;
        }

        return seen;
    }

    private static ExpressionSyntax? InitialCount(ArgumentListSyntax list)
    {
        foreach (var argument in list.Arguments)
        {
            if (argument.NameColon?.Name.Identifier.ValueText is null or "initialCount")
                return argument.Expression;
        }

        return null;
    }

    /// <summary>Whether the call releases the lock.</summary>
    public static bool IsReleaseOf(InvocationExpressionSyntax call, ISymbol gate, SemanticModel model, Apis apis, CancellationToken cancellationToken)
    {
        var receiver = call.Expression switch
        {
            MemberAccessExpressionSyntax access => access.Expression,
            MemberBindingExpressionSyntax when call.Parent is ConditionalAccessExpressionSyntax conditional => conditional.Expression,
            _ => null,
        };
        return receiver is not null
            && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(receiver, cancellationToken).Symbol?.OriginalDefinition, gate.OriginalDefinition)
            && model.GetSymbolInfo(call, cancellationToken).Symbol is { } method
            && apis.Of(method).Is(ApiKind.Releases);
    }

    /// <summary>What is put into the variable, first its initialiser, then assignments in its type.</summary>
    private static IEnumerable<ExpressionSyntax> ValuesOf(ISymbol gate, CancellationToken cancellationToken)
    {
        foreach (var reference in gate.DeclaringSyntaxReferences)
        {
            switch (reference.GetSyntax(cancellationToken))
            {
                case VariableDeclaratorSyntax { Initializer.Value: { } value }:
                    yield return value;
                    break;
                case PropertyDeclarationSyntax { Initializer.Value: { } value }:
                    yield return value;
                    break;
            }
        }

        if (gate is not (IFieldSymbol or IPropertySymbol))
            yield break;
        foreach (var reference in gate.ContainingType.DeclaringSyntaxReferences)
        {
            // A nested type has variables of its own, which may have the same name.
            var type = reference.GetSyntax(cancellationToken);
            foreach (var assignment in type.DescendantNodes(node => node == type || node is not TypeDeclarationSyntax).OfType<AssignmentExpressionSyntax>())
            {
                var name = assignment.Left switch
                {
                    IdentifierNameSyntax identifier => identifier.Identifier.ValueText,
                    MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } access => access.Name.Identifier.ValueText,
                    _ => null,
                };
                if (name == gate.Name)
                    yield return assignment.Right;
            }
        }
    }
}
