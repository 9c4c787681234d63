using System.Collections.Immutable;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>
/// Which types the dependency-injection set-up of this compilation creates once: a fact of syntax only, read once a tree, because searching it with
/// semantics would cost a whole compilation.
/// </summary>
internal sealed class Registrations
{
    private static readonly TreeFacts<ImmutableArray<(string Name, bool Once, Location Location)>> Trees = new(Read);

    private readonly Compilation _compilation;
    private ImmutableDictionary<string, Location>? _once;

    public Registrations(Compilation compilation) => _compilation = compilation;

    /// <summary>Where the type is registered as a singleton or hosted service, by its simple name, or null.</summary>
    public Location? Once(string typeName, CancellationToken cancellationToken) =>
        (_once ??= Read(cancellationToken)).TryGetValue(typeName, out var location) ? location : null;

    private ImmutableDictionary<string, Location> Read(CancellationToken cancellationToken)
    {
        var all = ImmutableDictionary.CreateBuilder<string, Location>(StringComparer.Ordinal);
        var perUse = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tree in _compilation.SyntaxTrees)
        {
            foreach (var (name, once, location) in Trees.Of(tree, cancellationToken))
            {
                if (!once)
                    perUse.Add(name);
                else if (!all.ContainsKey(name))
                    all.Add(name, location);
            }
        }

        // Registered both ways: nothing is proven.
        foreach (var name in perUse)
            all.Remove(name);
        return all.ToImmutable();
    }

    private static ImmutableArray<(string, bool, Location)> Read(SyntaxTree tree, CancellationToken cancellationToken)
    {
        var found = ImmutableArray.CreateBuilder<(string, bool, Location)>();
        foreach (var node in tree.GetRoot(cancellationToken).DescendantNodes())
        {
            if (node is not InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name: { } name } } call)
                continue;
            bool once;
            switch (name.Identifier.ValueText)
            {
                case "AddSingleton" or "TryAddSingleton" or "AddHostedService" or "AddKeyedSingleton":
                    once = true;
                    break;
                case "AddScoped" or "AddTransient" or "TryAddScoped" or "TryAddTransient":
                    once = false;
                    break;
                default:
                    continue;
            }

            if (ImplementationName(name, call) is { } type)
                found.Add((type, once, call.GetLocation()));
        }

        return found.ToImmutable();
    }

    private static string? ImplementationName(SimpleNameSyntax method, InvocationExpressionSyntax call)
    {
        // The last type argument is the implementation: AddSingleton<T>, AddSingleton<IService, T>.
        var type = method is GenericNameSyntax { TypeArgumentList.Arguments: { Count: > 0 } arguments } ? arguments[arguments.Count - 1] : null;
        foreach (var argument in call.ArgumentList.Arguments)
        {
            foreach (var node in argument.Expression.DescendantNodesAndSelf())
            {
                // A factory or an instance names the type that is made.
                if (node is ObjectCreationExpressionSyntax creation)
                    return creation.Type.RightmostName();
                if (node is TypeOfExpressionSyntax typeOf)
                    type = typeOf.Type;
            }
        }

        return type?.RightmostName();
    }
}
