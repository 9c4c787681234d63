using System.Collections.Immutable;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>
/// Where methods are handed by name to something that may run them for a connection (<c>app.Map("/ws", chat.ServeAsync)</c>, <c>socket.OnMessage = room.OnMessage</c>):
/// a fact of syntax only, because the method may stand in any other type. What the names mean is for the reader to ask.
/// </summary>
internal sealed class HandedMethods
{
    /// <summary>With the built-in catalogue the facts of a tree stay the same from one compilation to the next.</summary>
    private static readonly TreeFacts<ImmutableArray<(string Name, ExpressionSyntax Place)>> Trees = new(static (tree, cancellationToken) => Read(tree, ApiCatalogue.BuiltIn, cancellationToken));

    private readonly Compilation _compilation;
    private readonly ApiCatalogue _catalogue;
    private ImmutableDictionary<string, ImmutableArray<ExpressionSyntax>>? _byName;

    public HandedMethods(Compilation compilation, ApiCatalogue catalogue)
    {
        _compilation = compilation;
        _catalogue = catalogue;
    }

    /// <summary>The calls and assignments that hand over something of this name.</summary>
    public ImmutableArray<ExpressionSyntax> Of(string methodName, CancellationToken cancellationToken) =>
        (_byName ??= Read(cancellationToken)).TryGetValue(methodName, out var places) ? places : ImmutableArray<ExpressionSyntax>.Empty;

    private ImmutableDictionary<string, ImmutableArray<ExpressionSyntax>> Read(CancellationToken cancellationToken)
    {
        var byName = new Dictionary<string, ImmutableArray<ExpressionSyntax>.Builder>(StringComparer.Ordinal);
        foreach (var tree in _compilation.SyntaxTrees)
        {
            var handed = _catalogue == ApiCatalogue.BuiltIn ? Trees.Of(tree, cancellationToken) : Read(tree, _catalogue, cancellationToken);
            foreach (var (name, place) in handed)
            {
                if (!byName.TryGetValue(name, out var places))
                    byName.Add(name, places = ImmutableArray.CreateBuilder<ExpressionSyntax>());
                places.Add(place);
            }
        }

        return byName.ToImmutableDictionary(pair => pair.Key, pair => pair.Value.ToImmutable(), StringComparer.Ordinal);
    }

    private static ImmutableArray<(string, ExpressionSyntax)> Read(SyntaxTree tree, ApiCatalogue catalogue, CancellationToken cancellationToken)
    {
        var found = ImmutableArray.CreateBuilder<(string, ExpressionSyntax)>();
        foreach (var node in tree.GetRoot(cancellationToken).DescendantNodes())
        {
            switch (node)
            {
                case InvocationExpressionSyntax call when call.Expression.RightmostName() is { } api && catalogue.MakesHandlers(api):
                    foreach (var argument in call.ArgumentList.Arguments)
                    {
                        if (argument.Expression.RightmostName() is { } name)
                            found.Add((name, call));
                    }

                    break;
                case AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression or (int)SyntaxKind.AddAssignmentExpression } assignment
                    when assignment.Right.RightmostName() is { } name && assignment.Left.RightmostName() is { } api && catalogue.MakesHandlers(api):
                    found.Add((name, assignment));
                    break;
            }
        }

        return found.ToImmutable();
    }
}
