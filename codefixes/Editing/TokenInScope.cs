using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>The cancellation token that code at a place ought to pass on.</summary>
internal static class TokenInScope
{
    /// <summary>
    /// The expression of the nearest token: a local or parameter of type <c>CancellationToken</c> (inner scopes first, nothing outside a
    /// static function), else the token of a request, call or connection in reach; null when there is none.
    /// </summary>
    public static ExpressionSyntax? Find(SemanticModel model, SyntaxNode node, CancellationToken cancellationToken)
    {
        ExpressionSyntax? indirect = null;
        for (SyntaxNode child = node, scope = node.Parent!; scope is not null; child = scope, scope = scope.Parent!)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var symbol in DeclaredBefore(model, scope, child, node, cancellationToken))
            {
                if (!IsVisible(model, symbol, node))
                    continue;
                var type = symbol switch { ILocalSymbol local => local.Type, IParameterSymbol parameter => parameter.Type, _ => null };
                if (IsToken(type))
                    return SyntaxFactory.IdentifierName(SyntaxShapes.Identifier(symbol.Name));
                if (symbol is IParameterSymbol && TokenMember(type) is { } member)
                    indirect ??= SyntaxShapes.Member(SyntaxFactory.IdentifierName(SyntaxShapes.Identifier(symbol.Name)), member);
            }
            if (FunctionShape.ModifiersOf(scope).Any(SyntaxKind.StaticKeyword) && scope is not MethodDeclarationSyntax)
                return indirect;
            if (scope is MemberDeclarationSyntax and not GlobalStatementSyntax)
                return indirect ?? OfInstance(model, node, scope);
        }
        return indirect;
    }

    /// <summary>Whether a type is <c>System.Threading.CancellationToken</c>.</summary>
    public static bool IsToken(ITypeSymbol? type) =>
        type is { Name: "CancellationToken", ContainingNamespace: { Name: "Threading", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } } };

    /// <summary>Whether an expression is a token that can never be cancelled: <c>CancellationToken.None</c> or a default.</summary>
    public static bool IsNone(ExpressionSyntax expression) => SyntaxShapes.Unwrap(expression) switch
    {
        MemberAccessExpressionSyntax { Name.Identifier.ValueText: "None" } => true,
        LiteralExpressionSyntax literal => literal.IsKind(SyntaxKind.DefaultLiteralExpression),
        DefaultExpressionSyntax => true,
        BaseObjectCreationExpressionSyntax { ArgumentList: null or { Arguments.Count: 0 }, Initializer: null } => true,
        _ => false,
    };

    // What a scope declares before the node, nearest first.
    private static IEnumerable<ISymbol> DeclaredBefore(
        SemanticModel model, SyntaxNode scope, SyntaxNode child, SyntaxNode node, CancellationToken cancellationToken)
    {
        IEnumerable<SyntaxNode> declarations = scope switch
        {
            BlockSyntax or SwitchSectionSyntax => StatementLists.StatementsOf(scope).TakeWhile(statement => statement != child).Reverse().SelectMany(Declarators),
            CompilationUnitSyntax unit => StatementLists.StatementsOf(unit).Where(statement => statement.Span.End <= node.SpanStart).Reverse().SelectMany(Declarators),
            MethodDeclarationSyntax method => method.ParameterList.Parameters,
            LocalFunctionStatementSyntax local => local.ParameterList.Parameters,
            ConstructorDeclarationSyntax constructor => constructor.ParameterList.Parameters,
            ParenthesizedLambdaExpressionSyntax lambda => lambda.ParameterList.Parameters,
            SimpleLambdaExpressionSyntax lambda => [lambda.Parameter],
            AnonymousMethodExpressionSyntax { ParameterList: { } list } => list.Parameters,
            _ => [],
        };
        foreach (var declaration in declarations)
        {
            if (model.GetDeclaredSymbol(declaration, cancellationToken) is { } symbol)
                yield return symbol;
        }
    }

    // Only what surely has a value: a declarator with one that is not "no token".
    private static IEnumerable<SyntaxNode> Declarators(StatementSyntax statement) =>
        statement is LocalDeclarationStatementSyntax local
            ? local.Declaration.Variables.Where(static variable => variable.Initializer is { Value: { } value } && !IsNone(value))
            : [];

    // The name must mean this symbol here, and a by-reference parameter cannot be used in a nested function.
    private static bool IsVisible(SemanticModel model, ISymbol symbol, SyntaxNode node) =>
        symbol is not IParameterSymbol { RefKind: not RefKind.None }
        && model.LookupSymbols(node.SpanStart, name: symbol.Name) is { Length: 1 } found
        && SymbolEqualityComparer.Default.Equals(found[0], symbol);

    private static ExpressionSyntax? OfInstance(SemanticModel model, SyntaxNode node, SyntaxNode member)
    {
        if (member is not MethodDeclarationSyntax method || method.Modifiers.Any(SyntaxKind.StaticKeyword)
            || model.GetDeclaredSymbol(method)?.ContainingType is not { } type)
        {
            return null;
        }
        for (var current = type.BaseType; current is not null; current = current.BaseType)
        {
            var name = current.ToDisplayString(SymbolDisplayFormat.CSharpErrorMessageFormat);
            if (name == "Microsoft.AspNetCore.SignalR.Hub" && HasProperty(model, node, "Context"))
                return Path("Context", "ConnectionAborted");
            if (name is "Microsoft.AspNetCore.Mvc.ControllerBase" or "Microsoft.AspNetCore.Mvc.RazorPages.PageModel" && HasProperty(model, node, "HttpContext"))
                return Path("HttpContext", "RequestAborted");
        }
        return null;
    }

    private static bool HasProperty(SemanticModel model, SyntaxNode node, string name) =>
        model.LookupSymbols(node.SpanStart, name: name).Any(static symbol => symbol is IPropertySymbol { IsStatic: false });

    private static ExpressionSyntax Path(string property, string member) =>
        SyntaxShapes.Member(SyntaxFactory.IdentifierName(SyntaxShapes.Identifier(property)), member);

    private static string? TokenMember(ITypeSymbol? type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            switch (current.ToDisplayString(NullableFlowState.NotNull, SymbolDisplayFormat.CSharpErrorMessageFormat))
            {
                case "Microsoft.AspNetCore.Http.HttpContext":
                    return "RequestAborted";
                case "Grpc.Core.ServerCallContext":
                    return "CancellationToken";
            }
        }
        return null;
    }
}
