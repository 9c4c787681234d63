using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>Puts everything that a function does into a try whose catch takes every exception and writes it to the logger in scope, or to the trace.</summary>
internal static class CatchAll
{
    private static readonly SyntaxTrivia s_lineEnd = SyntaxFactory.EndOfLine("\n");

    /// <summary>The edit of a method, local function or lambda that returns nothing, or null for one without a body.</summary>
    /// <param name="model">The model of the function's document.</param>
    /// <param name="function">The function.</param>
    public static EditPlan? Plan(SemanticModel model, SyntaxNode function)
    {
        if (FunctionShape.BodyOf(function) is not { } body)
            return null;
        var position = body is BlockSyntax block ? block.OpenBraceToken.Span.End : body.SpanStart;
        var logger = LoggerAt(model, function, position);
        var name = MemberAround(function);
        return EditPlan.Of(target =>
        {
            var exception = target.FreshName(function, "exception");
            target.Edit(function, EditOrder.Statement, "catch all", current => WithBody(current, statements => Try(statements, exception, Report(logger, exception, name))));
        });
    }

    private static SyntaxNode WithBody(SyntaxNode function, Func<IEnumerable<StatementSyntax>, StatementSyntax> wrap)
    {
        BlockSyntax Around(SyntaxNode body, SyntaxTriviaList trailing) => body is BlockSyntax block
            ? block.WithStatements(SyntaxFactory.SingletonList(wrap(block.Statements)))
            : SyntaxFactory.Block(wrap([SyntaxFactory.ExpressionStatement(((ExpressionSyntax)body).WithoutTrivia())])).WithTrailingTrivia(trailing).WithAdditionalAnnotations(Formatter.Annotation);

        return function switch
        {
            MethodDeclarationSyntax { Body: { } body } method => method.WithBody(Around(body, default)),
            MethodDeclarationSyntax { ExpressionBody: { } body } method =>
                method.WithExpressionBody(null).WithSemicolonToken(default).WithBody(Around(body.Expression, method.SemicolonToken.TrailingTrivia)),
            LocalFunctionStatementSyntax { Body: { } body } local => local.WithBody(Around(body, default)),
            LocalFunctionStatementSyntax { ExpressionBody: { } body } local =>
                local.WithExpressionBody(null).WithSemicolonToken(default).WithBody(Around(body.Expression, local.SemicolonToken.TrailingTrivia)),
            LambdaExpressionSyntax { Body: ExpressionSyntax body } lambda =>
                ((LambdaExpressionSyntax)lambda.WithBody(SyntaxShapes.OnItsOwnLines(Around(body, body.GetTrailingTrivia()), s_lineEnd))).WithArrowToken(lambda.ArrowToken.WithTrailingTrivia(s_lineEnd)),
            AnonymousFunctionExpressionSyntax lambda => lambda.WithBody(Around(lambda.Body, default)),
            _ => function,
        };
    }

    private static StatementSyntax Try(IEnumerable<StatementSyntax> statements, string exception, StatementSyntax report) =>
        SyntaxFactory.TryStatement(
            SyntaxFactory.Block(statements),
            SyntaxFactory.SingletonList(SyntaxFactory.CatchClause()
                .WithDeclaration(SyntaxFactory.CatchDeclaration(TaskTypes.FrameworkType("System.Exception"), SyntaxShapes.Identifier(exception)))
                .WithBlock(SyntaxFactory.Block(report))),
            null)
            .WithAdditionalAnnotations(Formatter.Annotation);

    private static StatementSyntax Report(string? logger, string exception, string name)
    {
        var caught = SyntaxFactory.IdentifierName(SyntaxShapes.Identifier(exception));
        ExpressionSyntax call = logger is null
            ? SyntaxFactory.InvocationExpression(TaskTypes.FrameworkMember("System.Diagnostics.Trace", "TraceError"), SyntaxShapes.Arguments(SyntaxShapes.Call(caught, "ToString")))
            : SyntaxShapes.Call(
                SyntaxFactory.IdentifierName(logger),
                "LogError",
                caught,
                SyntaxFactory.LiteralExpression(SyntaxKind.StringLiteralExpression, SyntaxFactory.Literal(name + " failed")));
        return SyntaxFactory.ExpressionStatement(call);
    }

    /// <summary>The name of a logger that the function can use, or null. What is found by name is bound, because a field is out of reach in a static method.</summary>
    private static string? LoggerAt(SemanticModel model, SyntaxNode function, int position)
    {
        if (FunctionShape.ModifiersOf(function).Any(SyntaxKind.StaticKeyword) && function is not MethodDeclarationSyntax)
            return null;
        foreach (var symbol in model.LookupSymbols(position))
        {
            var type = symbol switch
            {
                IFieldSymbol field => field.Type,
                IPropertySymbol property => property.Type,
                IParameterSymbol parameter => parameter.Type,
                _ => null,
            };
            if (type is { Name: "ILogger" } && type.ContainingNamespace.ToDisplayString() == "Microsoft.Extensions.Logging" && symbol.CanBeReferencedByName
                && model.GetSpeculativeSymbolInfo(position, SyntaxFactory.ParseExpression(symbol.Name + ".LogError(default(global::System.Exception), \"\")"), SpeculativeBindingOption.BindAsExpression).Symbol is IMethodSymbol)
            {
                return symbol.Name;
            }
        }
        return null;
    }

    private static string MemberAround(SyntaxNode function)
    {
        for (var node = function; node is not null; node = node.Parent)
        {
            switch (node)
            {
                case MethodDeclarationSyntax method:
                    return method.Identifier.ValueText;
                case LocalFunctionStatementSyntax local:
                    return local.Identifier.ValueText;
                case BaseTypeDeclarationSyntax type:
                    return type.Identifier.ValueText;
            }
        }
        return "Program";
    }
}
