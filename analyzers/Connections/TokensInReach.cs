using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>A token that code at a place can name.</summary>
/// <param name="Path">The names that lead to it: a variable, or a variable and its member.</param>
/// <param name="Variable">The first of them.</param>
internal sealed record ReachableToken(ImmutableArray<string> Path, ISymbol Variable)
{
    /// <summary>The token as it is written.</summary>
    public string Text => string.Join(".", Path);
}

/// <summary>Which cancellation tokens code at a place can name.</summary>
internal static class TokensInReach
{
    /// <summary>
    /// The tokens, best first: locals and parameters of type <c>CancellationToken</c> (inner scopes first, nothing outside a static function), then those of a request, call, connection
    /// or application in reach.
    /// </summary>
    /// <param name="model">The model of the place's file.</param>
    /// <param name="node">The place.</param>
    /// <param name="withinFunction">Whether to leave out what lambdas and local functions capture: they may run when that is over.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static ImmutableArray<ReachableToken> At(SemanticModel model, SyntaxNode node, bool withinFunction, CancellationToken cancellationToken)
    {
        var tokens = ImmutableArray.CreateBuilder<ReachableToken>();
        var indirect = ImmutableArray.CreateBuilder<ReachableToken>();
        for (SyntaxNode? child = node, scope = node.Parent; scope is not null; child = scope, scope = scope.Parent)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var symbol in DeclaredBefore(model, scope, child, node, cancellationToken))
            {
                if (!IsVisible(model, symbol, node))
                    continue;
                var type = symbol switch { ILocalSymbol local => local.Type, IParameterSymbol parameter => parameter.Type, _ => null };
                if (Tokens.IsToken(type))
                    tokens.Add(new ReachableToken(ImmutableArray.Create(symbol.Name), symbol));
                else if (symbol is IParameterSymbol && MemberOf(type) is { } member)
                    indirect.Add(new ReachableToken(ImmutableArray.Create(symbol.Name, member), symbol));
            }

            var isFunction = Bodies.IsNested(scope);
            if (isFunction && (withinFunction || IsStatic(scope)))
                break;
            if (scope is MemberDeclarationSyntax and not GlobalStatementSyntax)
            {
                AddOfInstance(model, node, scope, indirect, cancellationToken);
                break;
            }
        }

        tokens.AddRange(indirect);
        return tokens.ToImmutable();
    }

    /// <summary>The token of the request that is served, as the place of the call writes it, or null when it cannot be named there.</summary>
    public static string? OfRequest(IInvocationOperation call, CancellationToken cancellationToken)
    {
        foreach (var token in call.SemanticModel is { } model ? At(model, call.Syntax, withinFunction: false, cancellationToken) : ImmutableArray<ReachableToken>.Empty)
        {
            if (token.Path[token.Path.Length - 1] == "RequestAborted")
                return token.Text;
        }

        return null;
    }

    /// <summary>Whether an expression is written as a token that can never be cancelled: <c>CancellationToken.None</c> or a default.</summary>
    public static bool IsNone(ExpressionSyntax expression)
    {
        while (expression is ParenthesizedExpressionSyntax inner)
            expression = inner.Expression;
        return expression switch
        {
            MemberAccessExpressionSyntax { Name.Identifier.ValueText: "None" } => true,
            LiteralExpressionSyntax literal => literal.IsKind(SyntaxKind.DefaultLiteralExpression),
            DefaultExpressionSyntax => true,
            BaseObjectCreationExpressionSyntax { ArgumentList: null or { Arguments.Count: 0 }, Initializer: null } => true,
            _ => false,
        };
    }

    // What a scope declares before the node, nearest first.
    private static IEnumerable<ISymbol> DeclaredBefore(SemanticModel model, SyntaxNode scope, SyntaxNode child, SyntaxNode node, CancellationToken cancellationToken)
    {
        switch (scope)
        {
            case BlockSyntax or SwitchSectionSyntax or CompilationUnitSyntax:
                var statements = StatementLists.StatementsOf(scope);
                for (var i = statements.Count - 1; i >= 0; i--)
                {
                    if (statements[i] == child || statements[i].Span.End > node.SpanStart)
                        continue;
                    foreach (var declarator in Declarators(statements[i]))
                    {
                        if (model.GetDeclaredSymbol(declarator, cancellationToken) is { } local)
                            yield return local;
                    }
                }

                break;
            default:
                foreach (var parameter in ParametersOf(scope))
                {
                    if (model.GetDeclaredSymbol(parameter, cancellationToken) is { } symbol)
                        yield return symbol;
                }

                break;
        }
    }

    private static IEnumerable<ParameterSyntax> ParametersOf(SyntaxNode scope) => scope switch
    {
        BaseMethodDeclarationSyntax method => method.ParameterList.Parameters,
        LocalFunctionStatementSyntax local => local.ParameterList.Parameters,
        ParenthesizedLambdaExpressionSyntax lambda => lambda.ParameterList.Parameters,
        SimpleLambdaExpressionSyntax lambda => [lambda.Parameter],
        AnonymousMethodExpressionSyntax { ParameterList: { } list } => list.Parameters,
        _ => Enumerable.Empty<ParameterSyntax>(),
    };

    // Only what surely has a value: a declarator with one that is not "no token".
    private static IEnumerable<VariableDeclaratorSyntax> Declarators(StatementSyntax statement)
    {
        if (statement is not LocalDeclarationStatementSyntax declaration)
            yield break;
        foreach (var variable in declaration.Declaration.Variables)
        {
            if (variable.Initializer is { Value: { } value } && !IsNone(value))
                yield return variable;
        }
    }

    // The name must mean this symbol here, and a by-reference parameter cannot be used in a nested function.
    private static bool IsVisible(SemanticModel model, ISymbol symbol, SyntaxNode node) =>
        symbol is not IParameterSymbol { RefKind: not RefKind.None }
        && model.LookupSymbols(node.SpanStart, name: symbol.Name) is { Length: 1 } found
        && SymbolEqualityComparer.Default.Equals(found[0], symbol);

    private static bool IsStatic(SyntaxNode function) => function switch
    {
        LocalFunctionStatementSyntax local => local.Modifiers.Any(SyntaxKind.StaticKeyword),
        AnonymousFunctionExpressionSyntax lambda => lambda.Modifiers.Any(SyntaxKind.StaticKeyword),
        _ => false,
    };

    private static void AddOfInstance(SemanticModel model, SyntaxNode node, SyntaxNode member, ImmutableArray<ReachableToken>.Builder tokens, CancellationToken cancellationToken)
    {
        if (member is not MethodDeclarationSyntax method || method.Modifiers.Any(SyntaxKind.StaticKeyword) || model.GetDeclaredSymbol(method, cancellationToken)?.ContainingType is not { } type)
            return;
        foreach (var current in type.SelfAndBaseTypes())
        {
            // Not with a state of nullness, for which an extension block, a type too, throws.
            switch (current.ToDisplayString(SymbolDisplayFormat.CSharpErrorMessageFormat))
            {
                case "Microsoft.AspNetCore.SignalR.Hub":
                    AddProperty("Context", "ConnectionAborted");
                    return;
                case "Microsoft.AspNetCore.Mvc.ControllerBase" or "Microsoft.AspNetCore.Mvc.RazorPages.PageModel":
                    AddProperty("HttpContext", "RequestAborted");
                    return;
            }
        }

        void AddProperty(string name, string token)
        {
            foreach (var symbol in model.LookupSymbols(node.SpanStart, name: name))
            {
                if (symbol is IPropertySymbol { IsStatic: false })
                    tokens.Add(new ReachableToken(ImmutableArray.Create(name, token), symbol));
            }
        }
    }

    /// <summary>The member through which values of a type hand out a token, or null.</summary>
    private static string? MemberOf(ITypeSymbol? type)
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
