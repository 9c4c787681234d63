using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>
/// Receives whose result or data is used in another member of their type than they stand in. What is wrong there has to be said with that member: an editor looks at one member at a time.
/// </summary>
internal sealed class TravellingReceives
{
    private readonly Compilation _compilation;
    private readonly Apis _apis;
    private readonly Receives _receives;
    private readonly ConcurrentDictionary<INamedTypeSymbol, ImmutableArray<Travelling>> _byType = new(SymbolEqualityComparer.Default);

    public TravellingReceives(Compilation compilation, Apis apis, Receives receives)
    {
        _compilation = compilation;
        _apis = apis;
        _receives = receives;
    }

    /// <summary>The receives in other members of the type whose result or data is used in the body.</summary>
    /// <param name="type">The outermost type around the body.</param>
    /// <param name="body">The outermost body of a member.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public IEnumerable<Receive> To(INamedTypeSymbol type, SyntaxNode body, CancellationToken cancellationToken)
    {
        foreach (var travelling in _byType.TryGetValue(type, out var known) ? known : _byType.GetOrAdd(type, Find(type, cancellationToken)))
        {
            if (travelling.Bodies.Contains(body))
                yield return travelling.Receive;
        }
    }

    private ImmutableArray<Travelling> Find(INamedTypeSymbol type, CancellationToken cancellationToken)
    {
        var found = ImmutableArray.CreateBuilder<Travelling>();
        var givesReceived = NamesOfReceivers(type);
        foreach (var declaration in type.DeclaringSyntaxReferences)
        {
            SemanticModel? model = null;
            foreach (var node in declaration.GetSyntax(cancellationToken).DescendantNodes())
            {
                if (node is not InvocationExpressionSyntax call || call.Expression.RightmostName() is not { } name || !(_apis.Catalogue.Receives(name) || givesReceived.Contains(name)))
                    continue;
                model ??= _compilation.GetSemanticModel(call.SyntaxTree);
                if (model.GetOperation(call, cancellationToken) is not IInvocationOperation operation || _receives.At(operation, cancellationToken) is not { } receive)
                    continue;
                var bodies = OtherBodies(_receives.MessageOf(receive, cancellationToken));
                if (bodies.Count > 0)
                    found.Add(new Travelling(receive, bodies));
            }
        }

        return found.ToImmutable();
    }

    /// <summary>The type's own methods that hand on what they receive.</summary>
    private HashSet<string> NamesOfReceivers(INamedTypeSymbol type)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in type.GetMembers())
        {
            if (member is IMethodSymbol method && Receives.Given(method.ReturnType) is INamedTypeSymbol { SpecialType: SpecialType.None } given && _receives.IsFragment(given))
                names.Add(method.Name);
        }

        return names;
    }

    private static HashSet<SyntaxNode> OtherBodies(ReceivedMessage message)
    {
        var own = Bodies.OutermostAround(message.Receive.Call.Syntax);
        var others = new HashSet<SyntaxNode>();
        foreach (var use in message.Data)
            Add(use.Operation);
        foreach (var consultation in message.Consultations)
            Add(consultation.Operation);
        return others;

        void Add(IOperation operation)
        {
            if (Bodies.OutermostAround(operation.Syntax) is { } body && body != own)
                others.Add(body);
        }
    }

    private sealed record Travelling(Receive Receive, HashSet<SyntaxNode> Bodies);
}
