using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>
/// The object whose setting is assigned, or the one it belongs to: the socket of <c>socket.Options.KeepAliveInterval = ..</c>, what an object initialiser makes.
/// </summary>
internal sealed class OptionsObject
{
    private readonly IOperation _root;
    private readonly ISymbol? _variable;
    private readonly bool _isMadeHere;
    private readonly SyntaxNode _scope;

    /// <param name="root">The reference or creation that the setting is reached from.</param>
    /// <param name="variable">The variable that holds it, or null.</param>
    /// <param name="isMadeHere">Whether it is made by an object creation in sight.</param>
    /// <param name="scope">The member around it.</param>
    private OptionsObject(IOperation root, ISymbol? variable, bool isMadeHere, SyntaxNode scope)
    {
        _root = root;
        _variable = variable;
        _isMadeHere = isMadeHere;
        _scope = scope;
    }

    /// <summary>The variable that holds it, or null.</summary>
    public ISymbol? Variable => _variable;

    /// <summary>The object of an assignment, or null when that is neither a variable nor made here.</summary>
    public static OptionsObject? Of(ISimpleAssignmentOperation assignment, CancellationToken cancellationToken)
    {
        var scope = assignment.Syntax.FirstAncestorOrSelf<MemberDeclarationSyntax>(static member => member is not GlobalStatementSyntax) ?? assignment.Syntax.SyntaxTree.GetRoot();
        var current = (assignment.Target as IPropertyReferenceOperation)?.Instance;
        for (var steps = 0; current is not null && steps < 16; steps++)
        {
            current = current.WithoutConditionalAccess();
            switch (current)
            {
                case IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ImplicitReceiver }:
                    current = InitializedBy(current);
                    continue;
                case IObjectCreationOperation creation:
                    return new OptionsObject(creation, HolderOf(creation), true, scope);
                case ILocalReferenceOperation { Local: var local } reference:
                    var value = ValueFlow.InitialValue(reference, cancellationToken)?.Unwrapped();
                    // "var options = socket.Options" is another name for it.
                    if (value is IMemberReferenceOperation { Instance: not null } or ILocalReferenceOperation)
                    {
                        current = value;
                        continue;
                    }

                    return new OptionsObject(reference, local, value is IObjectCreationOperation, scope);
                case IParameterReferenceOperation { Parameter: var parameter }:
                    return new OptionsObject(current, parameter, false, scope);
                case IMemberReferenceOperation { Member.IsStatic: true } or IMemberReferenceOperation { Instance: IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance } }:
                    return new OptionsObject(current, ((IMemberReferenceOperation)current).Member, false, scope);
                case IMemberReferenceOperation member:
                    current = member.Instance;
                    continue;
                default:
                    return null;
            }
        }

        return null;
    }

    private static ISymbol? HolderOf(IObjectCreationOperation creation) => creation.ParentIgnoringConversions() switch
    {
        IFieldInitializerOperation { InitializedFields: { Length: 1 } fields } => fields[0],
        ISimpleAssignmentOperation { Target: IFieldReferenceOperation { Field: var field }, Parent: IExpressionStatementOperation } => field,
        _ => ValueFlow.LocalHolding(creation)?.Local,
    };

    /// <summary>Whether both may be one object. They are two when each is made by a creation of its own.</summary>
    public bool MayBe(OptionsObject other) =>
        !_isMadeHere || !other._isMadeHere || _root.Syntax == other._root.Syntax || (_variable is not null && SymbolEqualityComparer.Default.Equals(_variable, other._variable));

    /// <summary>Whether the code around makes another assignment to a setting of the same object that satisfies the condition.</summary>
    public bool Sets(Func<ISimpleAssignmentOperation, bool> condition, CancellationToken cancellationToken)
    {
        foreach (var node in _scope.DescendantNodes())
        {
            if (node is AssignmentExpressionSyntax && _root.SemanticModel!.GetOperation(node, cancellationToken) is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation } assignment
                && condition(assignment) && Of(assignment, cancellationToken) is { } other && IsSameAs(other))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Whether code that cannot be seen may make settings of the object: a delegate or an abstract method that it is given to, a library other than the framework,
    /// the caller of a public method that it comes from.
    /// </summary>
    public bool IsHandedToStrangers(Apis apis, CancellationToken cancellationToken)
    {
        if (_variable is IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: not (MethodKind.AnonymousFunction or MethodKind.LocalFunction) } method } && IsVisibleOutside(method))
            return true;
        if (_variable is null)
            return IsStrangers(_root, apis);
        foreach (var reference in ValueFlow.ReferencesTo(_variable, _scope, _root.SemanticModel!, cancellationToken))
        {
            if (IsStrangers(reference, apis))
                return true;
        }

        return false;
    }

    private bool IsSameAs(OptionsObject other) =>
        _root.Syntax == other._root.Syntax || (_variable is not null && SymbolEqualityComparer.Default.Equals(_variable, other._variable));

    private static bool IsStrangers(IOperation reference, Apis apis)
    {
        var value = reference;
        while (value.Parent is IConversionOperation || (value.Parent is IMemberReferenceOperation member && member.Instance == value))
            value = value.Parent;
        if (value.Parent is not IArgumentOperation { Parent: IInvocationOperation { TargetMethod: var method } })
            return false;
        if (method.MethodKind == MethodKind.DelegateInvoke)
            return true;
        return apis.IsDeclaredHere(method) ? method.IsAbstract || method.IsVirtual || method.IsOverride || method.IsExtern : !IsFramework(method.ContainingNamespace);
    }

    private static bool IsFramework(INamespaceSymbol? space)
    {
        while (space is { ContainingNamespace.IsGlobalNamespace: false })
            space = space.ContainingNamespace;
        return space?.Name is "System" or "Microsoft";
    }

    private static bool IsVisibleOutside(IMethodSymbol method)
    {
        for (ISymbol symbol = method; symbol is not INamespaceSymbol and not null; symbol = symbol.ContainingSymbol)
        {
            if (symbol.DeclaredAccessibility is Accessibility.Private or Accessibility.Internal or Accessibility.ProtectedAndInternal)
                return false;
        }

        return true;
    }

    /// <summary>What an initialiser's members belong to: the creation, or the member of it that a nested initialiser is for.</summary>
    private static IOperation? InitializedBy(IOperation receiver)
    {
        for (var parent = receiver.Parent; parent is not null; parent = parent.Parent)
        {
            switch (parent)
            {
                case IObjectOrCollectionInitializerOperation { Parent: IMemberInitializerOperation nested }:
                    return nested.InitializedMember;
                case IObjectOrCollectionInitializerOperation { Parent: IObjectCreationOperation creation }:
                    return creation;
            }
        }

        return null;
    }
}
