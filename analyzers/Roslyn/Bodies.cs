using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WebSocketAnalyzers.Roslyn;

/// <summary>
/// Bodies of code: methods, accessors, local functions, lambdas, top-level programs. A body is named by its declaring syntax,
/// because symbols of lambdas differ between semantic models.
/// </summary>
internal static class Bodies
{
    /// <summary>The innermost body around the node, or null outside of bodies (field initialisers, attributes).</summary>
    public static SyntaxNode? Around(SyntaxNode node)
    {
        for (var current = node.Parent; current is not null; current = current.Parent)
        {
            if (IsBody(current))
                return current;
            // The statements of a top-level program do not surround the types that stand in the same file.
            if (current is BaseTypeDeclarationSyntax)
                return null;
        }

        return null;
    }

    /// <summary>The body around the node that stands in no other, or the node itself when it is one; null outside of bodies.</summary>
    public static SyntaxNode? OutermostAround(SyntaxNode node)
    {
        var body = IsBody(node) ? node : Around(node);
        while (body is not null && IsNested(body) && Around(body) is { } outer)
            body = outer;
        return body;
    }

    /// <summary>Whether the node declares a body: code, not only a signature.</summary>
    public static bool IsBody(SyntaxNode node) => node switch
    {
        AnonymousFunctionExpressionSyntax => true,
        LocalFunctionStatementSyntax local => local.Body is not null || local.ExpressionBody is not null,
        BaseMethodDeclarationSyntax method => method.Body is not null || method.ExpressionBody is not null,
        AccessorDeclarationSyntax accessor => accessor.Body is not null || accessor.ExpressionBody is not null,
        PropertyDeclarationSyntax property => property.ExpressionBody is not null,
        IndexerDeclarationSyntax indexer => indexer.ExpressionBody is not null,
        CompilationUnitSyntax unit => unit.Members.Count > 0 && unit.Members.Any(SyntaxKind.GlobalStatement),
        _ => false,
    };

    /// <summary>Whether the node is a function inside another body: its code does not run where it stands.</summary>
    public static bool IsNested(SyntaxNode node) => node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax;

    /// <summary>Whether the body carries <c>async</c>; a top-level program, which cannot, does not.</summary>
    public static bool IsAsync(SyntaxNode body) => body switch
    {
        MethodDeclarationSyntax method => method.Modifiers.Any(SyntaxKind.AsyncKeyword),
        LocalFunctionStatementSyntax local => local.Modifiers.Any(SyntaxKind.AsyncKeyword),
        AnonymousFunctionExpressionSyntax lambda => lambda.Modifiers.Any(SyntaxKind.AsyncKeyword),
        _ => false,
    };

    /// <summary>The body of a method that is declared in source, or null (metadata, abstract, extern, synthesised).</summary>
    public static SyntaxNode? Of(IMethodSymbol method, CancellationToken cancellationToken)
    {
        foreach (var reference in method.Definition().DeclaringSyntaxReferences)
        {
            var node = reference.GetSyntax(cancellationToken);
            // The getter of "int X => 1" is declared by its arrow.
            if (node is ArrowExpressionClauseSyntax { Parent: { } owner })
                node = owner;
            if (IsBody(node))
                return node;
        }

        return null;
    }

    /// <summary>Whether the body yields: its code runs when the sequence is enumerated, not when it is called.</summary>
    public static bool IsIterator(SyntaxNode body)
    {
        foreach (var node in NodesOf(body))
        {
            if (node is YieldStatementSyntax)
                return true;
        }

        return false;
    }

    /// <summary>All nodes of a body, nested functions left out (they are returned themselves, not entered).</summary>
    public static IEnumerable<SyntaxNode> NodesOf(SyntaxNode body) =>
        body.DescendantNodes(node => node == body || !(IsNested(node) || node is TypeDeclarationSyntax));

    /// <summary>Whether two functions or statements are the same body or one contains the other's code directly.</summary>
    public static bool Contains(SyntaxNode outer, SyntaxNode inner) =>
        outer.SyntaxTree == inner.SyntaxTree && outer.Span.Contains(inner.Span);
}
