using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WebSocketAnalyzers.Connections;

/// <summary>
/// Where methods are handed by name to something that may run them for a connection (<c>app.Map("/ws", chat.ServeAsync)</c>, <c>socket.OnMessage = room.OnMessage</c>):
/// a fact of syntax only, because the method may stand in any other type. What the names mean is for the reader to ask.
/// </summary>
internal sealed class HandedMethods
{
    /// <summary>With the built-in catalogue the facts of a tree stay the same from one compilation to the next.</summary>
    private static readonly ConditionalWeakTable<SyntaxTree, Box> Trees = new();

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
            Box? box;
            if (_catalogue != ApiCatalogue.BuiltIn)
                box = new Box(Read(tree, _catalogue, cancellationToken));
            else if (!Trees.TryGetValue(tree, out box))
                box = Trees.GetValue(tree, tree => new Box(Read(tree, ApiCatalogue.BuiltIn, cancellationToken)));
            foreach (var (name, place) in box.Values)
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
                case InvocationExpressionSyntax call when NameOf(call.Expression) is { } api && catalogue.MakesHandlers(api):
                    foreach (var argument in call.ArgumentList.Arguments)
                    {
                        if (NameOf(argument.Expression) is { } name)
                            found.Add((name, call));
                    }

                    break;
                case AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression or (int)SyntaxKind.AddAssignmentExpression } assignment
                    when NameOf(assignment.Right) is { } name && NameOf(assignment.Left) is { } api && catalogue.MakesHandlers(api):
                    found.Add((name, assignment));
                    break;
            }
        }

        return found.ToImmutable();
    }

    private static string? NameOf(ExpressionSyntax expression) => expression switch
    {
        SimpleNameSyntax simple => simple.Identifier.ValueText,
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier.ValueText,
        _ => null,
    };

    private sealed class Box
    {
        public Box(ImmutableArray<(string, ExpressionSyntax)> values) => Values = values;

        public ImmutableArray<(string Name, ExpressionSyntax Place)> Values { get; }
    }
}
