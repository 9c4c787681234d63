using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WebSocketAnalyzers.Options;

/// <summary>Whether the code itself silences a rule at a place: by <c>#pragma warning disable</c>, or by a SuppressMessage attribute around it.</summary>
internal static class Silenced
{
    /// <param name="node">The place.</param>
    /// <param name="container">The symbol around it.</param>
    /// <param name="id">The rule.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static bool At(SyntaxNode node, ISymbol? container, string id, CancellationToken cancellationToken) =>
        ByPragma(node, id, cancellationToken) || ByAttribute(container, id);

    private static bool ByPragma(SyntaxNode node, string id, CancellationToken cancellationToken)
    {
        var root = node.SyntaxTree.GetRoot(cancellationToken);
        if (!root.ContainsDirectives)
            return false;
        var disabled = false;
        for (var directive = root.GetFirstDirective(); directive is not null && directive.SpanStart < node.SpanStart; directive = directive.GetNextDirective())
        {
            if (directive is PragmaWarningDirectiveTriviaSyntax { IsActive: true } pragma && Names(pragma, id))
                disabled = pragma.DisableOrRestoreKeyword.IsKind(SyntaxKind.DisableKeyword);
        }

        return disabled;
    }

    /// <summary>A pragma without ids is about every warning.</summary>
    private static bool Names(PragmaWarningDirectiveTriviaSyntax pragma, string id)
    {
        foreach (var code in pragma.ErrorCodes)
        {
            if (code is IdentifierNameSyntax name && name.Identifier.ValueText == id)
                return true;
        }

        return pragma.ErrorCodes.Count == 0;
    }

    private static bool ByAttribute(ISymbol? container, string id)
    {
        for (var symbol = container; symbol is not null; symbol = symbol is INamespaceSymbol ? null : symbol.ContainingSymbol)
        {
            if (Suppresses(symbol, id))
                return true;
        }

        // An attribute of the assembly may name this member by a Target; which one it means is not looked into.
        return container is { ContainingAssembly: { } assembly } && Suppresses(assembly, id);
    }

    private static bool Suppresses(ISymbol symbol, string id)
    {
        foreach (var attribute in symbol.GetAttributes())
        {
            if (attribute.AttributeClass?.Name is "SuppressMessageAttribute" or "UnconditionalSuppressMessageAttribute"
                && attribute.ConstructorArguments is { Length: 2 } arguments && arguments[1].Value is string check
                && (check == id || check.StartsWith(id + ":", StringComparison.Ordinal)))
            {
                return true;
            }
        }

        return false;
    }
}
