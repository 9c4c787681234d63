using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>A function that is async, returns nothing, and works on a connection.</summary>
/// <param name="Place">Where to speak of it: the name it is declared with, or the keyword <c>async</c> of a lambda.</param>
/// <param name="Name">What to call it.</param>
/// <param name="Because">What can fail in it, or what calls it.</param>
/// <param name="IsEndpoint">Whether a client calls it: a method of a hub, or of a controller that accepts sockets.</param>
/// <param name="IsMinor">Whether all that was found are sends that wait for no peer, which seldom fail.</param>
internal sealed record AsyncVoid(Location Place, string Name, Evidence Because, bool IsEndpoint, bool IsMinor);

/// <summary>The decision which async void functions are about connections. One place, because two rules share it.</summary>
internal sealed class AsyncVoids
{
    private readonly Apis _apis;
    private readonly Summaries _summaries;

    public AsyncVoids(Apis apis, Summaries summaries)
    {
        _apis = apis;
        _summaries = summaries;
    }

    /// <summary>The async void function that is declared there, or null when no failure of a connection leaves it and no client calls it.</summary>
    /// <param name="function">An async function that returns nothing.</param>
    /// <param name="declaration">Its syntax.</param>
    /// <param name="member">The member around it, or itself.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public AsyncVoid? At(IMethodSymbol function, SyntaxNode declaration, ISymbol member, CancellationToken cancellationToken)
    {
        // Test frameworks wait for async void tests in their own way.
        if (member.IsTest() || NameOf(declaration, function) is not var (place, name))
            return null;
        if (CalledByClients(function, cancellationToken) is { } called)
            return new AsyncVoid(place, name, called, IsEndpoint: true, IsMinor: false);
        if (_summaries.FailsWith(declaration, cancellationToken) is not { } reached)
            return null;

        var leaf = reached.Leaf.Call;
        var because = Awaited(leaf.Syntax, leaf.TargetMethod, null);
        if (!reached.Path.IsEmpty)
            because = Awaited(reached.Path[0].Operation.Syntax, reached.Path[0].Target, because);
        return new AsyncVoid(place, name, because, IsEndpoint: false, _apis.Of(leaf).Entry(ApiKind.Send) is { WaitsForNobody: true });
    }

    private static Evidence Awaited(SyntaxNode call, IMethodSymbol target, Evidence? cause) => new Evidence("Awaited", call.GetLocation(), cause, target.ShortName());

    private static (Location Place, string Name)? NameOf(SyntaxNode declaration, IMethodSymbol function) => declaration switch
    {
        MethodDeclarationSyntax method => (method.Identifier.GetLocation(), function.ShortName()),
        LocalFunctionStatementSyntax local => (local.Identifier.GetLocation(), function.Name),
        AnonymousMethodExpressionSyntax lambda => (lambda.AsyncKeyword.GetLocation(), "async delegate"),
        AnonymousFunctionExpressionSyntax lambda => (lambda.AsyncKeyword.GetLocation(), "async (" + string.Join(", ", function.Parameters.Select(static parameter => parameter.Name)) + ") =>"),
        _ => null,
    };

    /// <summary>Why a client calls the method, or null. What overrides a member that returns nothing is called by its base type.</summary>
    private Evidence? CalledByClients(IMethodSymbol method, CancellationToken cancellationToken)
    {
        if (method is not { MethodKind: MethodKind.Ordinary, DeclaredAccessibility: Accessibility.Public, IsStatic: false, IsOverride: false, ContainingType: { } type })
            return null;
        if ((_apis.Of(type) & ApiKind.Hub) != 0)
            return new Evidence("HubMethod", method.SourceLocation(), null, method.ShortName());
        if (!RequestHandlers.IsController(type) || IsNoAction(method))
            return null;
        foreach (var member in type.GetMembers())
        {
            if (member is IMethodSymbol { MethodKind: MethodKind.Ordinary } action && _summaries.Does(action, ApiKind.Upgrade, cancellationToken) is { Leaf.Call: var upgrade })
                return new Evidence("Upgrade", upgrade.Syntax.GetLocation(), null, action.ShortName());
        }

        return null;
    }

    private static bool IsNoAction(IMethodSymbol method)
    {
        foreach (var attribute in method.GetAttributes())
        {
            if (attribute.AttributeClass?.Name == "NonActionAttribute")
                return true;
        }

        return false;
    }
}
