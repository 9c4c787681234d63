using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>What the catalogue says about the symbols of one compilation, looked up on demand and remembered.</summary>
internal sealed class Apis
{
    private readonly Compilation _compilation;
    private readonly Wrappers _wrappers;
    private readonly WrittenValues _values;
    private readonly Lazy<bool> _handsOutTypedProxies;
    private readonly ConcurrentDictionary<ISymbol, ApiFacts> _members = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<ITypeSymbol, ApiKind> _types = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<string, bool> _present = new(StringComparer.Ordinal);

    /// <param name="compilation">The compilation whose symbols are asked about.</param>
    /// <param name="catalogue">The built-in facts and the user's.</param>
    /// <param name="values">What its variables hold.</param>
    public Apis(Compilation compilation, ApiCatalogue catalogue, WrittenValues values)
    {
        _compilation = compilation;
        _wrappers = new Wrappers(compilation, this, values);
        _values = values;
        _handsOutTypedProxies = new Lazy<bool>(HandsOutTypedProxies);
        Catalogue = catalogue;
    }

    /// <summary>The facts as text.</summary>
    public ApiCatalogue Catalogue { get; }

    /// <summary>
    /// Whether the symbol is declared in this compilation. A referenced project is a compilation of its own in an editor, where its symbols have syntax too, and metadata
    /// in a build: the answer is the same in both.
    /// </summary>
    public bool IsDeclaredHere(ISymbol symbol) => symbol.IsInSource() && SymbolEqualityComparer.Default.Equals(symbol.ContainingAssembly, _compilation.Assembly);

    /// <summary>What is known about a method, property or event; <see cref="ApiFacts.None"/> when nothing is.</summary>
    public ApiFacts Of(ISymbol member)
    {
        // The name of an explicit implementation carries that of the interface.
        if (member is IMethodSymbol { MethodKind: MethodKind.ExplicitInterfaceImplementation, ExplicitInterfaceImplementations: { IsEmpty: false } implemented })
            return Of(implemented[0]);
        // The cheap test, on strings alone: nearly every operation ends here.
        if (!Catalogue.Knows(member.Name))
            return ApiFacts.None;
        var definition = member is IMethodSymbol method ? (method.ReducedFrom ?? method).OriginalDefinition : member.OriginalDefinition;
        return _members.TryGetValue(definition, out var facts) ? facts : _members.GetOrAdd(definition, Find(definition));
    }

    /// <summary>What is known about the member that is called, as far as it holds for the object it is called on.</summary>
    public ApiFacts Of(IInvocationOperation call)
    {
        var facts = Of(call.TargetMethod);
        if (facts == ApiFacts.None && IsOnTypedProxy(call))
            return ApiFacts.SendThroughProxy;
        return On(call.Receiver(), facts);
    }

    /// <summary>What is known about the method that is named, as far as it holds for the object it belongs to.</summary>
    public ApiFacts Of(IMethodReferenceOperation group) => On(group.Instance, Of(group.Method));

    /// <summary>What is known about the property, as far as it holds for the object it belongs to.</summary>
    public ApiFacts Of(IPropertyReferenceOperation reference) => On(reference.Instance, Of(reference.Property));

    private ApiFacts On(IOperation? receiver, ApiFacts facts) => facts.DependsOnReceiver ? facts.For(receiver, _wrappers) : facts;

    /// <summary>
    /// Whether the call is made on a stand-in for remote clients, through an interface that the program declares for them: right where it is handed out, or on a variable that
    /// holds nothing else.
    /// </summary>
    public bool IsOnTypedProxy(IInvocationOperation call)
    {
        if (call.Instance?.WithoutConditionalAccess() is not { } instance)
            return false;
        if (IsTypedProxy(instance))
            return true;
        // Cheap: most programs have no typed hubs.
        if (instance is not (ILocalReferenceOperation or IFieldReferenceOperation or IPropertyReferenceOperation) || instance.Type is not { TypeKind: TypeKind.Interface }
            || !call.TargetMethod.ReturnType.IsTaskLike() || !_handsOutTypedProxies.Value)
        {
            return false;
        }

        var sources = _values.SourcesOf(instance, CancellationToken.None);
        foreach (var source in sources)
        {
            if (!IsTypedProxy(source))
                return false;
        }

        return !sources.IsEmpty;
    }

    private bool IsTypedProxy(IOperation value)
    {
        var source = value switch
        {
            IPropertyReferenceOperation property => property.Property.ContainingType,
            IInvocationOperation selection => selection.TargetMethod.ContainingType,
            _ => null,
        };
        return source is { TypeKind: TypeKind.Interface, IsGenericType: true } && Catalogue.Knows(source.Name) && (Of((ITypeSymbol)source) & ApiKind.Proxies) != 0
            && SymbolEqualityComparer.Default.Equals(value.Type, source.TypeArguments[0]);
    }

    /// <summary>Whether a library that has such interfaces is referenced.</summary>
    private bool HandsOutTypedProxies()
    {
        foreach (var entry in Catalogue.Entries)
        {
            if ((entry.Kind & ApiKind.Proxies) != 0 && IsPresent(entry.Id))
                return true;
        }

        return false;
    }

    /// <summary>Whether the object, a reader or writer, is made over a connection.</summary>
    public bool IsOverConnection(IOperation? wrapper) => _wrappers.IsOverConnection(wrapper);

    /// <summary>What is known about a type, its base types and its interfaces.</summary>
    public ApiKind Of(ITypeSymbol type)
    {
        if (type.SpecialType != SpecialType.None || type is not INamedTypeSymbol)
            return type is ITypeParameterSymbol parameter ? OfConstraints(parameter) : ApiKind.None;
        var definition = type.OriginalDefinition;
        return _types.TryGetValue(definition, out var kind) ? kind : _types.GetOrAdd(definition, FindType(definition));
    }

    /// <summary>Whether the catalogue says so of the very type, not only of one that it derives from.</summary>
    public bool IsNamed(ITypeSymbol? type, ApiKind kinds) => type is INamedTypeSymbol named && (Direct(named) & kinds) != 0;

    /// <summary>Whether any overload of the documentation-comment id exists in this compilation and its references.</summary>
    public bool IsPresent(string id) => _present.TryGetValue(id, out var present) ? present : _present.GetOrAdd(id, !Resolve(id).IsEmpty);

    /// <summary>The members that a documentation-comment id means; for an <c>M:</c> id without parameters every overload.</summary>
    public ImmutableArray<ISymbol> Resolve(string id)
    {
        if (id[0] != 'M' || id.IndexOf('(') >= 0)
        {
            var exact = DocumentationCommentId.GetSymbolsForDeclarationId(id, _compilation);
            if (!exact.IsEmpty)
                return exact;
        }

        // Roslyn finds nothing for an M: id without parameters unless such an overload exists: look the type up and compare names.
        var end = id.IndexOf('(');
        var memberAt = id.LastIndexOf('.', (end < 0 ? id.Length : end) - 1);
        if (memberAt <= 2)
            return ImmutableArray<ISymbol>.Empty;
        var typeId = "T:" + id.Substring(2, memberAt - 2).TrimEnd('.');
        var entry = new ApiEntry(ApiKind.None, id, null, ImmutableArray<string>.Empty);
        return DocumentationCommentId.GetSymbolsForDeclarationId(typeId, _compilation)
            .OfType<INamedTypeSymbol>()
            .SelectMany(type => type.GetMembers(entry.MemberName))
            .Where(member => member.GetDocumentationCommentId() is { } memberId && entry.Matches(memberId))
            .ToImmutableArray();
    }

    private ApiFacts Find(ISymbol definition)
    {
        var candidates = Catalogue.About(definition.Name);
        var found = ImmutableArray.CreateBuilder<ApiEntry>();
        for (var current = definition; current is not null; current = Overridden(current))
            AddMatches(current, candidates, found);

        // A source class that implements a library's interface: calls may go through either.
        if (found.Count == 0 && definition.ContainingType is { TypeKind: TypeKind.Class or TypeKind.Struct } type && !definition.IsStatic)
        {
            foreach (var contract in type.AllInterfaces)
            {
                foreach (var member in contract.OriginalDefinition.GetMembers(definition.Name))
                    AddMatchesOfImplemented(type, definition, contract, member, candidates, found);
            }
        }

        return found.Count == 0 ? ApiFacts.None : new ApiFacts(found.ToImmutable());
    }

    private static void AddMatchesOfImplemented(
        INamedTypeSymbol type, ISymbol definition, INamedTypeSymbol contract, ISymbol member, ImmutableArray<ApiEntry> candidates, ImmutableArray<ApiEntry>.Builder found)
    {
        var before = found.Count;
        AddMatches(member, candidates, found);
        if (found.Count == before)
            return;
        foreach (var constructed in contract.GetMembers(member.Name))
        {
            if (SymbolEqualityComparer.Default.Equals(constructed.OriginalDefinition, member)
                && SymbolEqualityComparer.Default.Equals(type.FindImplementationForInterfaceMember(constructed)?.OriginalDefinition, definition))
            {
                return;
            }
        }

        while (found.Count > before)
            found.RemoveAt(found.Count - 1);
    }

    private static void AddMatches(ISymbol symbol, ImmutableArray<ApiEntry> candidates, ImmutableArray<ApiEntry>.Builder found)
    {
        string? id = null;
        foreach (var candidate in candidates)
        {
            if (candidate.IsType)
                continue;
            id ??= symbol.OriginalDefinition.GetDocumentationCommentId() ?? "";
            if (candidate.Matches(id))
                found.Add(candidate);
        }
    }

    private static ISymbol? Overridden(ISymbol symbol) => symbol switch
    {
        IMethodSymbol method => method.OverriddenMethod?.OriginalDefinition,
        IPropertySymbol property => property.OverriddenProperty?.OriginalDefinition,
        _ => null,
    };

    private ApiKind FindType(ITypeSymbol definition)
    {
        var kind = ApiKind.None;
        foreach (var type in definition.SelfAndBaseTypes())
            kind |= Direct(type);
        foreach (var contract in definition.AllInterfaces)
            kind |= Direct(contract);
        return kind;
    }

    private ApiKind Direct(INamedTypeSymbol type)
    {
        var kind = ApiKind.None;
        if (!Catalogue.Knows(type.Name))
            return kind;
        var id = type.OriginalDefinition.GetDocumentationCommentId();
        foreach (var entry in Catalogue.About(type.Name))
        {
            if (entry.IsType && entry.Id == id)
                kind |= entry.Kind;
        }

        return kind;
    }

    private ApiKind OfConstraints(ITypeParameterSymbol parameter)
    {
        var kind = ApiKind.None;
        foreach (var constraint in parameter.ConstraintTypes)
        {
            if (constraint is INamedTypeSymbol)
                kind |= Of(constraint);
        }

        return kind;
    }
}
