using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>Where a function is called that nobody outside of its type can call.</summary>
internal sealed class PrivateCalls
{
    private readonly Summaries _summaries;

    public PrivateCalls(Summaries summaries) => _summaries = summaries;

    /// <summary>
    /// The calls of the private method or local function around an operation; empty when others may call it, when it is handed on as a delegate, or when nobody calls it.
    /// </summary>
    public ImmutableArray<IInvocationOperation> Of(IOperation operation, CancellationToken cancellationToken)
    {
        var none = ImmutableArray<IInvocationOperation>.Empty;
        if (Bodies.Around(operation.Syntax) is not { } body || operation.SemanticModel?.GetDeclaredSymbol(body, cancellationToken) is not IMethodSymbol method)
            return none;
        if (method.MethodKind != MethodKind.LocalFunction && method is not { MethodKind: MethodKind.Ordinary, DeclaredAccessibility: Accessibility.Private })
            return none;
        var calls = ImmutableArray.CreateBuilder<IInvocationOperation>();
        foreach (var scope in ScopesOf(method, body, cancellationToken))
        {
            var model = _summaries.ModelOf(scope);
            foreach (var node in scope.DescendantNodes())
            {
                if (node is not SimpleNameSyntax name || name.Identifier.ValueText != method.Name)
                    continue;
                cancellationToken.ThrowIfCancellationRequested();
                if (model.GetSymbolInfo(name, cancellationToken).Symbol is not IMethodSymbol named || !SymbolEqualityComparer.Default.Equals(named.Definition(), method.Definition()))
                    continue;
                if (CallOf(name) is not { } call || model.GetOperation(call, cancellationToken) is not IInvocationOperation invocation)
                    return none;
                calls.Add(invocation);
            }
        }

        return calls.ToImmutable();
    }

    private IEnumerable<SyntaxNode> ScopesOf(IMethodSymbol method, SyntaxNode body, CancellationToken cancellationToken)
    {
        if (method.MethodKind == MethodKind.LocalFunction)
        {
            if (Bodies.OutermostAround(body) is { } outermost)
                yield return outermost;
            yield break;
        }

        foreach (var declaration in _summaries.DeclarationsOf(method.ContainingType, cancellationToken))
            yield return declaration;
    }

    private static InvocationExpressionSyntax? CallOf(SimpleNameSyntax name)
    {
        ExpressionSyntax function = name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? access
            : name.Parent is MemberBindingExpressionSyntax binding ? binding
            : name;
        return function.Parent is InvocationExpressionSyntax call && call.Expression == function ? call : null;
    }
}
