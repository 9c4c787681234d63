using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>What keeps an expression from being moved into a lambda that runs elsewhere.</summary>
internal static class OffloadObstacles
{
    /// <summary>Why <paramref name="expression"/> must stay where it is, or null.</summary>
    public static ConversionRefusal? Find(SemanticModel model, ExpressionSyntax expression, CancellationToken cancellationToken)
    {
        ConversionRefusal Refuse(RefusalKind kind, SyntaxNode? at = null, string? name = null) => new(kind, (at ?? expression).GetLocation(), name);

        if (!IsValue(model, expression, cancellationToken))
            return Refuse(RefusalKind.NotThisShape);
        var type = model.GetTypeInfo(expression, cancellationToken).Type;
        if (type is null || type.TypeKind is TypeKind.Dynamic or TypeKind.Error || TaskTypes.IsAwaited(type))
            return Refuse(RefusalKind.NotThisShape);
        if (type.IsRefLikeType)
            return Refuse(RefusalKind.RefStruct);
        if (type.TypeKind is TypeKind.Pointer or TypeKind.FunctionPointer)
            return Refuse(RefusalKind.Unsafe);
        foreach (var node in expression.DescendantNodesAndSelf())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (node is AwaitExpressionSyntax)
                return Refuse(RefusalKind.NotThisShape, node);
            if (CapturedBadly(model, node, expression, cancellationToken) is { } kind)
                return Refuse(kind, node, node.ToString());
        }
        return MovesVariables(model, expression) ? Refuse(RefusalKind.MovesVariables) : null;
    }

    // Something that is evaluated, not assigned to, passed by reference, named or called on as a type.
    private static bool IsValue(SemanticModel model, ExpressionSyntax expression, CancellationToken cancellationToken)
    {
        if (expression is not (InvocationExpressionSyntax or MemberAccessExpressionSyntax or ElementAccessExpressionSyntax
            or BaseObjectCreationExpressionSyntax or ConditionalAccessExpressionSyntax or IdentifierNameSyntax or BinaryExpressionSyntax or ParenthesizedExpressionSyntax
            or ConditionalExpressionSyntax or CastExpressionSyntax))
        {
            return false;
        }
        if (model.GetSymbolInfo(expression, cancellationToken).Symbol is INamespaceOrTypeSymbol)
            return false;
        return SyntaxShapes.Outermost(expression).Parent switch
        {
            AssignmentExpressionSyntax assignment => assignment.Left != SyntaxShapes.Outermost(expression),
            ArgumentSyntax argument => argument.RefKindKeyword == default && !IsNameof(argument),
            PrefixUnaryExpressionSyntax unary => !unary.IsKind(SyntaxKind.AddressOfExpression) && !unary.IsKind(SyntaxKind.PreIncrementExpression) && !unary.IsKind(SyntaxKind.PreDecrementExpression),
            PostfixUnaryExpressionSyntax unary => unary.IsKind(SyntaxKind.SuppressNullableWarningExpression),
            RefExpressionSyntax => false,
            _ => true,
        };
    }

    private static bool IsNameof(ArgumentSyntax argument) =>
        argument.Parent?.Parent is InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "nameof" } };

    private static RefusalKind? CapturedBadly(SemanticModel model, SyntaxNode node, ExpressionSyntax expression, CancellationToken cancellationToken)
    {
        if (node is not (IdentifierNameSyntax or ThisExpressionSyntax or BaseExpressionSyntax))
            return null;
        var symbol = model.GetSymbolInfo(node, cancellationToken).Symbol;
        if (symbol is IParameterSymbol { IsThis: false, RefKind: not RefKind.None } parameter && !IsDeclaredIn(parameter, expression))
            return RefusalKind.ByReference;
        if (symbol is ILocalSymbol { IsRef: true })
            return RefusalKind.ByReference;
        var type = symbol switch { ILocalSymbol local => local.Type, IParameterSymbol captured => captured.Type, _ => null };
        if (type is { IsRefLikeType: true } && !IsDeclaredIn(symbol!, expression))
            return RefusalKind.RefStruct;
        // A lambda in a struct cannot capture `this`.
        var usesThis = node is ThisExpressionSyntax
            || (symbol is IFieldSymbol or IPropertySymbol or IMethodSymbol or IEventSymbol && symbol is { IsStatic: false }
                && node.Parent is not (MemberAccessExpressionSyntax or MemberBindingExpressionSyntax or NameColonSyntax or AssignmentExpressionSyntax { Parent: InitializerExpressionSyntax }));
        usesThis |= symbol is { IsStatic: false } and not (ILocalSymbol or IParameterSymbol or INamespaceOrTypeSymbol)
            && node.Parent is MemberAccessExpressionSyntax access && access.Expression == node;
        return usesThis && model.GetEnclosingSymbol(expression.SpanStart)?.ContainingType is { IsValueType: true } ? RefusalKind.MutableStruct : null;
    }

    private static bool IsDeclaredIn(ISymbol symbol, ExpressionSyntax expression) =>
        symbol.DeclaringSyntaxReferences.Any(reference => reference.SyntaxTree == expression.SyntaxTree && expression.Span.Contains(reference.Span));

    private static bool MovesVariables(SemanticModel model, ExpressionSyntax expression)
    {
        var flow = model.AnalyzeDataFlow(expression);
        if (flow is not { Succeeded: true })
            return MayWrite(expression);
        if (flow.VariablesDeclared.Any(variable => flow.ReadOutside.Contains(variable) || flow.WrittenOutside.Contains(variable)))
            return true;
        return flow.WrittenInside.Any(variable => !flow.VariablesDeclared.Contains(variable) && variable is ILocalSymbol or IParameterSymbol { IsThis: false });
    }

    // The flow analysis declines some places, such as a receiver of a value type: there, whatever could write counts.
    private static bool MayWrite(ExpressionSyntax expression) => expression.DescendantNodesAndSelf().Any(static node =>
        node is AssignmentExpressionSyntax or SingleVariableDesignationSyntax
            or ArgumentSyntax { RefKindKeyword.RawKind: (int)SyntaxKind.RefKeyword or (int)SyntaxKind.OutKeyword }
        || node.IsKind(SyntaxKind.PreIncrementExpression) || node.IsKind(SyntaxKind.PreDecrementExpression)
        || node.IsKind(SyntaxKind.PostIncrementExpression) || node.IsKind(SyntaxKind.PostDecrementExpression));
}
