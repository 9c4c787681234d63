using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.FindSymbols;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>The declarations that must have one signature: a member, what it overrides or implements, and what overrides or implements it.</summary>
internal static class DeclarationChain
{
    /// <summary>Every declaration of the chain of <paramref name="method"/> with its syntax, or why it cannot change as a whole.</summary>
    public static async Task<(IReadOnlyList<(IMethodSymbol Symbol, SyntaxNode Function, Document Document)> Members, ConversionRefusal? Refusal)> CollectAsync(
        Solution solution, IMethodSymbol method, Location location, CancellationToken cancellationToken)
    {
        var members = new List<(IMethodSymbol, SyntaxNode, Document)>();
        var seen = new HashSet<SyntaxNode>();
        var work = new Queue<IMethodSymbol>();
        work.Enqueue(method.OriginalDefinition);
        while (work.Count > 0)
        {
            var next = work.Dequeue();
            if (next.DeclaringSyntaxReferences.Length != 1 || next.DeclaringSyntaxReferences[0] is not { } reference
                || solution.GetDocument(reference.SyntaxTree) is not { } document || document is SourceGeneratedDocument)
            {
                return ([], new ConversionRefusal(RefusalKind.DeclaredElsewhere, location, FunctionShape.NameOf(next)));
            }
            var syntax = await reference.GetSyntaxAsync(cancellationToken).ConfigureAwait(false);
            if (!seen.Add(syntax))
                continue;
            members.Add((next, syntax, document));
            foreach (var relative in await RelativesAsync(solution, next, cancellationToken).ConfigureAwait(false))
                work.Enqueue(relative.OriginalDefinition);
        }
        return (members, null);
    }

    private static async Task<List<IMethodSymbol>> RelativesAsync(Solution solution, IMethodSymbol method, CancellationToken cancellationToken)
    {
        var relatives = new List<IMethodSymbol>();
        if (method.MethodKind == MethodKind.LocalFunction)
            return relatives;
        if (method.OverriddenMethod is { } overridden)
            relatives.Add(overridden);
        relatives.AddRange(method.ExplicitInterfaceImplementations);
        if (method.ContainingType.TypeKind == TypeKind.Interface || method.IsVirtual || method.IsAbstract || method.IsOverride)
        {
            var implementations = method.ContainingType.TypeKind == TypeKind.Interface
                ? await SymbolFinder.FindImplementationsAsync(method, solution, cancellationToken: cancellationToken).ConfigureAwait(false)
                : await SymbolFinder.FindOverridesAsync(method, solution, cancellationToken: cancellationToken).ConfigureAwait(false);
            relatives.AddRange(implementations.OfType<IMethodSymbol>());
        }
        if (method.ContainingType.TypeKind != TypeKind.Interface)
        {
            // Also finds a member that implements an interface which only a derived class names.
            var implemented = await SymbolFinder.FindImplementedInterfaceMembersAsync(method, solution, cancellationToken: cancellationToken).ConfigureAwait(false);
            relatives.AddRange(implemented.OfType<IMethodSymbol>());
        }
        return relatives;
    }
}
