using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>Makes a lambda or anonymous method async where its delegate type, or another overload of what it is passed to, takes a task.</summary>
internal static class LambdaConversion
{
    /// <summary>The conversion, or why the lambda must stay as it is.</summary>
    public static ConversionRefusal? Plan(
        SemanticModel model,
        AnonymousFunctionExpressionSyntax lambda,
        IMethodSymbol symbol,
        out FunctionConversion conversion,
        CancellationToken cancellationToken)
    {
        conversion = new FunctionConversion(lambda, IsAsync: true, ChangesType: false, []);
        var type = model.GetTypeInfo(lambda, cancellationToken).ConvertedType as INamedTypeSymbol;
        if (type is { Name: "Expression", Arity: 1 })
            return Refuse(RefusalKind.ExpressionTree);
        if (type is null)
            return Refuse(RefusalKind.UnknownUse);
        if (TaskTypes.IsTask(symbol.ReturnType))
        {
            var refusal = AsyncReturns.Plan(model, lambda.Body, symbol.ReturnType, out var returns);
            conversion = conversion with { Returns = returns };
            return refusal;
        }

        // The lambda returns nothing or a plain value: only an overload for tasks lets it change.
        conversion = conversion with { ChangesType = FunctionShape.ReturnTypeOf(lambda) is not null };
        return BindsAsAsync(model, lambda, symbol, type, cancellationToken)
            ? null
            : Refuse(symbol.ReturnsVoid ? RefusalKind.VoidDelegate : RefusalKind.DelegateResult);

        ConversionRefusal Refuse(RefusalKind kind) => new(kind, FunctionShape.LocationOf(lambda), type?.Name);
    }

    private static bool BindsAsAsync(
        SemanticModel model, AnonymousFunctionExpressionSyntax lambda, IMethodSymbol symbol, INamedTypeSymbol type, CancellationToken cancellationToken)
    {
        if (SyntaxShapes.Outermost(lambda).Parent is not ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call } argument
            || model.GetSymbolInfo(call, cancellationToken).Symbol is not IMethodSymbol callee)
        {
            return false;
        }
        var async = (AnonymousFunctionExpressionSyntax)FunctionShape.WithAsync(lambda.WithoutTrivia());
        var rewritten = call.ReplaceNode(lambda, async);
        if (model.GetSpeculativeSymbolInfo(call.SpanStart, rewritten, SpeculativeBindingOption.BindAsExpression).Symbol is not IMethodSymbol bound)
            return false;

        // A System.Delegate parameter takes whatever the lambda is; ASP.NET Core awaits what it returns.
        if (type.SpecialType == SpecialType.System_Delegate)
        {
            return callee.ContainingNamespace.ToDisplayString().StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)
                && (symbol.ReturnsVoid || SymbolEqualityComparer.Default.Equals(bound.OriginalDefinition, callee.OriginalDefinition));
        }
        var index = call.ArgumentList.Arguments.IndexOf(argument);
        if (argument.NameColon is not null || index >= bound.Parameters.Length
            || bound.Parameters[index].Type is not INamedTypeSymbol { DelegateInvokeMethod: { } invoke }
            || !TaskTypes.IsTask(invoke.ReturnType)
            // A type parameter would take the task for a value.
            || bound.OriginalDefinition.Parameters[index].Type is not INamedTypeSymbol { DelegateInvokeMethod: { } declared }
            || !TaskTypes.IsTask(declared.ReturnType))
        {
            return false;
        }
        var takesValue = TaskTypes.ResultOf(invoke.ReturnType) is { } result
            ? SymbolEqualityComparer.Default.Equals(result, symbol.ReturnType)
            : symbol.ReturnsVoid;
        return takesValue && SymbolEqualityComparer.Default.Equals(bound.ReturnType, callee.ReturnType);
    }
}
