using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>Which body runs when a method of this compilation is called: its own, or that of the only implementation in sight.</summary>
internal sealed class SourceMethods
{
    /// <summary>Base lists are syntax: read once a tree, kept as long as the tree, across compilations.</summary>
    private static readonly TreeFacts<ImmutableArray<(string Name, TypeDeclarationSyntax Declaration)>> BaseListsOfTrees = new(BaseLists);

    private readonly Compilation _compilation;
    private readonly ConcurrentDictionary<IMethodSymbol, IMethodSymbol?> _targets = new(SymbolEqualityComparer.Default);
    private ImmutableDictionary<string, ImmutableArray<TypeDeclarationSyntax>>? _derivedByName;

    public SourceMethods(Compilation compilation) => _compilation = compilation;

    /// <summary>
    /// The method with a body in source that a call of <paramref name="method"/> runs, or null when that cannot be told: the body cannot be seen, or several bodies
    /// in sight compete.
    /// </summary>
    public IMethodSymbol? Target(IMethodSymbol method, CancellationToken cancellationToken) =>
        TargetAnywhere(method, cancellationToken) is { } target && HasBodyHere(target, cancellationToken) ? target : null;

    private IMethodSymbol? TargetAnywhere(IMethodSymbol method, CancellationToken cancellationToken)
    {
        var definition = method.Definition();
        if (!definition.IsInSource() || definition.MethodKind is MethodKind.DelegateInvoke)
            return null;
        if (!IsOpen(definition))
            return definition;
        return _targets.TryGetValue(definition, out var target) ? target : _targets.GetOrAdd(definition, OnlyBody(definition, cancellationToken));
    }

    /// <summary>The method with a body in source that the call runs, or null when that cannot be told.</summary>
    public IMethodSymbol? Target(IInvocationOperation call, CancellationToken cancellationToken) =>
        PossibleTarget(call, out var isCertain, cancellationToken) is { } target && isCertain ? target : null;

    /// <summary>The method with a body in source that the call may run: that very method where it has a body, although the bodies of derived types may compete.</summary>
    /// <param name="call">The call.</param>
    /// <param name="isCertain">Whether no other body competes.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public IMethodSymbol? PossibleTarget(IInvocationOperation call, out bool isCertain, CancellationToken cancellationToken)
    {
        isCertain = true;
        if (Target(call.TargetMethod, cancellationToken) is { } target)
            return target;
        // "base.F()" runs that body and no other.
        isCertain = !call.IsVirtual;
        return Self(call.TargetMethod, cancellationToken);
    }

    /// <summary>The function that an expression for a delegate stands for, a lambda or a method with a body in source, or null.</summary>
    public (IMethodSymbol Function, SyntaxNode Body)? FunctionIn(IOperation? argument, CancellationToken cancellationToken)
    {
        var value = argument?.WithoutConversions();
        if (value is IDelegateCreationOperation creation)
            value = creation.Target;
        return value switch
        {
            IAnonymousFunctionOperation lambda => (lambda.Symbol, lambda.Syntax),
            IMethodReferenceOperation group when Target(group.Method, cancellationToken) is { } target && Bodies.Of(target, cancellationToken) is { } body => (target, body),
            _ => null,
        };
    }

    /// <summary>The method itself when it has a body in source, else its only implementation in sight, else null.</summary>
    public IMethodSymbol? SelfOrTarget(IMethodSymbol method, CancellationToken cancellationToken) => Self(method, cancellationToken) ?? Target(method, cancellationToken);

    private IMethodSymbol? Self(IMethodSymbol method, CancellationToken cancellationToken)
    {
        var definition = method.Definition();
        return HasBodyHere(definition, cancellationToken) ? definition : null;
    }

    /// <summary>Whether the body can be analysed: in an editor the methods of a referenced project have syntax too, but no semantic model here.</summary>
    private bool HasBodyHere(IMethodSymbol method, CancellationToken cancellationToken) =>
        Bodies.Of(method, cancellationToken) is { } body && _compilation.ContainsSyntaxTree(body.SyntaxTree);

    /// <summary>Whether a derived type may put another body in the method's place.</summary>
    private static bool IsOpen(IMethodSymbol method) =>
        (method.IsAbstract || method.IsVirtual || method.IsOverride) && !method.IsSealed && !method.IsStatic && !method.ContainingType.IsSealed;

    private IMethodSymbol? OnlyBody(IMethodSymbol member, CancellationToken cancellationToken)
    {
        var only = member.IsAbstract || Bodies.Of(member, cancellationToken) is null ? null : member;
        var seen = new HashSet<INamedTypeSymbol>(SymbolEqualityComparer.Default);
        var pending = new Queue<INamedTypeSymbol>();
        pending.Enqueue(member.ContainingType.OriginalDefinition);
        while (pending.Count > 0)
        {
            var type = pending.Dequeue();
            if (!seen.Add(type))
                continue;
            if (type.TypeKind is TypeKind.Class or TypeKind.Struct && !SymbolEqualityComparer.Default.Equals(type, member.ContainingType))
            {
                // An abstract class implements an interface by a member that its own derived types have to fill in; among overrides an abstract one is no body.
                if (Implementation(type, member) is { } implementation && (!implementation.IsAbstract || member.ContainingType.TypeKind == TypeKind.Interface))
                {
                    // A body that cannot be seen competes as well.
                    if ((!implementation.IsAbstract && Bodies.Of(implementation, cancellationToken) is null) || (only is not null && !SymbolEqualityComparer.Default.Equals(only, implementation)))
                        return null;
                    only = implementation;
                }
            }

            foreach (var derived in DerivedFrom(type, cancellationToken))
                pending.Enqueue(derived);
        }

        // What implements an interface may be overridden in its turn.
        return only is null || SymbolEqualityComparer.Default.Equals(only, member) ? only : Target(only, cancellationToken);
    }

    private static IMethodSymbol? Implementation(INamedTypeSymbol type, IMethodSymbol member)
    {
        if (member.ContainingType.TypeKind == TypeKind.Interface)
        {
            foreach (var contract in type.AllInterfaces)
            {
                if (!SymbolEqualityComparer.Default.Equals(contract.OriginalDefinition, member.ContainingType))
                    continue;
                foreach (var constructed in contract.GetMembers(member.Name))
                {
                    if (SymbolEqualityComparer.Default.Equals(constructed.OriginalDefinition, member))
                        return (type.FindImplementationForInterfaceMember(constructed) as IMethodSymbol)?.Definition();
                }
            }

            return null;
        }

        foreach (var candidate in type.GetMembers(member.Name).OfType<IMethodSymbol>())
        {
            for (var overridden = candidate.OverriddenMethod; overridden is not null; overridden = overridden.OverriddenMethod)
            {
                if (SymbolEqualityComparer.Default.Equals(overridden.OriginalDefinition, member))
                    return candidate.Definition();
            }
        }

        return null;
    }

    private IEnumerable<INamedTypeSymbol> DerivedFrom(INamedTypeSymbol type, CancellationToken cancellationToken)
    {
        if (!DerivedByName(cancellationToken).TryGetValue(type.Name, out var declarations))
            yield break;
        foreach (var declaration in declarations)
        {
            if (_compilation.GetSemanticModel(declaration.SyntaxTree).GetDeclaredSymbol(declaration, cancellationToken) is not INamedTypeSymbol derived)
                continue;
            if (SymbolEqualityComparer.Default.Equals(derived.BaseType?.OriginalDefinition, type)
                || derived.Interfaces.Any(contract => SymbolEqualityComparer.Default.Equals(contract.OriginalDefinition, type)))
            {
                yield return derived;
            }
        }
    }

    private ImmutableDictionary<string, ImmutableArray<TypeDeclarationSyntax>> DerivedByName(CancellationToken cancellationToken)
    {
        if (_derivedByName is { } known)
            return known;
        var byName = new Dictionary<string, ImmutableArray<TypeDeclarationSyntax>.Builder>(StringComparer.Ordinal);
        foreach (var tree in _compilation.SyntaxTrees)
        {
            foreach (var (name, declaration) in BaseListsOfTrees.Of(tree, cancellationToken))
            {
                if (!byName.TryGetValue(name, out var declarations))
                    byName.Add(name, declarations = ImmutableArray.CreateBuilder<TypeDeclarationSyntax>());
                declarations.Add(declaration);
            }
        }

        return _derivedByName = byName.ToImmutableDictionary(pair => pair.Key, pair => pair.Value.ToImmutable(), StringComparer.Ordinal);
    }

    private static ImmutableArray<(string, TypeDeclarationSyntax)> BaseLists(SyntaxTree tree, CancellationToken cancellationToken)
    {
        var found = ImmutableArray.CreateBuilder<(string, TypeDeclarationSyntax)>();
        foreach (var node in tree.GetRoot(cancellationToken).DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax or TypeDeclarationSyntax))
        {
            if (node is not TypeDeclarationSyntax { BaseList: { } bases } declaration)
                continue;
            foreach (var type in bases.Types)
            {
                if (type.Type.RightmostName() is { } name)
                    found.Add((name, declaration));
            }
        }

        return found.ToImmutable();
    }
}
