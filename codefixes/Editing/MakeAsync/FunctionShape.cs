using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>The parts that methods, local functions and lambdas have in common.</summary>
internal static class FunctionShape
{
    /// <summary>The block or expression that runs, or null for a declaration without one.</summary>
    public static SyntaxNode? BodyOf(SyntaxNode function) => function switch
    {
        MethodDeclarationSyntax method => (SyntaxNode?)method.Body ?? method.ExpressionBody?.Expression,
        LocalFunctionStatementSyntax local => (SyntaxNode?)local.Body ?? local.ExpressionBody?.Expression,
        AnonymousFunctionExpressionSyntax lambda => lambda.Body,
        _ => null,
    };

    /// <summary>The written modifiers.</summary>
    public static SyntaxTokenList ModifiersOf(SyntaxNode function) => function switch
    {
        MethodDeclarationSyntax method => method.Modifiers,
        LocalFunctionStatementSyntax local => local.Modifiers,
        AnonymousFunctionExpressionSyntax lambda => lambda.Modifiers,
        _ => default,
    };

    /// <summary>The written return type, or null for a lambda without one.</summary>
    public static TypeSyntax? ReturnTypeOf(SyntaxNode function) => function switch
    {
        MethodDeclarationSyntax method => method.ReturnType,
        LocalFunctionStatementSyntax local => local.ReturnType,
        ParenthesizedLambdaExpressionSyntax lambda => lambda.ReturnType,
        _ => null,
    };

    /// <summary>Where to point when the function stands in the way.</summary>
    public static Location LocationOf(SyntaxNode function) => function switch
    {
        MethodDeclarationSyntax method => method.Identifier.GetLocation(),
        LocalFunctionStatementSyntax local => local.Identifier.GetLocation(),
        LambdaExpressionSyntax lambda => lambda.ArrowToken.GetLocation(),
        _ => function.GetLocation(),
    };

    /// <summary>The symbol a function declares.</summary>
    public static IMethodSymbol? SymbolOf(SemanticModel model, SyntaxNode function, CancellationToken cancellationToken) =>
        function is AnonymousFunctionExpressionSyntax
            ? model.GetSymbolInfo(function, cancellationToken).Symbol as IMethodSymbol
            : model.GetDeclaredSymbol(function, cancellationToken) as IMethodSymbol;

    /// <summary>How a symbol is named in a refusal: type and member, without parameters.</summary>
    public static string NameOf(ISymbol symbol) =>
        symbol is IMethodSymbol { MethodKind: MethodKind.AnonymousFunction } or { ContainingType: null } || symbol is IMethodSymbol { MethodKind: MethodKind.LocalFunction }
            ? symbol.Name
            : symbol.ContainingType.Name + "." + symbol.Name;

    /// <summary>The function with <c>async</c> before the return type, the parameters or the keyword <c>delegate</c>.</summary>
    public static SyntaxNode WithAsync(SyntaxNode function)
    {
        switch (function)
        {
            case MethodDeclarationSyntax method:
                return method.Modifiers.Count == 0
                    ? method.WithReturnType(method.ReturnType.WithoutLeadingTrivia())
                        .WithModifiers(SyntaxFactory.TokenList(Async(method.ReturnType.GetLeadingTrivia())))
                    : method.WithModifiers(Append(method.Modifiers));
            case LocalFunctionStatementSyntax local:
                return local.Modifiers.Count == 0
                    ? local.WithReturnType(local.ReturnType.WithoutLeadingTrivia())
                        .WithModifiers(SyntaxFactory.TokenList(Async(local.ReturnType.GetLeadingTrivia())))
                    : local.WithModifiers(Append(local.Modifiers));
            case AnonymousFunctionExpressionSyntax { Modifiers.Count: > 0 } lambda:
                return lambda.WithModifiers(Append(lambda.Modifiers));
            case ParenthesizedLambdaExpressionSyntax { AttributeLists.Count: > 0 } lambda:
                return lambda.WithModifiers(SyntaxFactory.TokenList(Async(SyntaxTriviaList.Empty)));
            case AnonymousFunctionExpressionSyntax lambda:
                return lambda.WithoutLeadingTrivia().WithModifiers(SyntaxFactory.TokenList(Async(lambda.GetLeadingTrivia())));
            default:
                return function;
        }
    }

    // `partial` must stay last; async goes before it.
    private static SyntaxTokenList Append(SyntaxTokenList modifiers) =>
        modifiers.Last().IsKind(SyntaxKind.PartialKeyword)
            ? modifiers.Insert(modifiers.Count - 1, Async(SyntaxTriviaList.Empty))
            : modifiers.Add(Async(SyntaxTriviaList.Empty));

    private static SyntaxToken Async(SyntaxTriviaList leading) =>
        SyntaxFactory.Token(leading, SyntaxKind.AsyncKeyword, SyntaxFactory.TriviaList(SyntaxFactory.Space));
}
