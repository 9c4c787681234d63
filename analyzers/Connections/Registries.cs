using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>Connections that are put into a collection which nobody takes them out of.</summary>
internal sealed class Registries
{
    private readonly Compilation _compilation;
    private readonly Apis _apis;
    private readonly ConnectionTypes _types;
    private readonly Summaries _summaries;
    private readonly Registrations _registrations;

    public Registries(Compilation compilation, Apis apis, ConnectionTypes types, Summaries summaries, Registrations registrations)
    {
        _compilation = compilation;
        _apis = apis;
        _types = types;
        _summaries = summaries;
        _registrations = registrations;
    }

    /// <summary>Whether a method of this name puts something into a collection.</summary>
    public static bool Adds(string name) =>
        name is "Add" or "TryAdd" or "AddOrUpdate" or "GetOrAdd" or "AddFirst" or "AddLast" or "Insert" or "Enqueue" or "Push";

    /// <summary>Whether the value is a collection of connections that a field or property of the program holds.</summary>
    public bool IsRegistry(IOperation? collection) => VariableOf(collection) is not null;

    /// <summary>Why the collection lives as long as the process, when nothing takes what is added out of it again; else null.</summary>
    /// <param name="collection">What it is added to.</param>
    /// <param name="added">What is added.</param>
    /// <param name="isForConnection">Whether the code runs for a connection; otherwise what is added must be a parameter, or made of one.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Evidence? At(IOperation? collection, IOperation? added, bool isForConnection, CancellationToken cancellationToken)
    {
        if (VariableOf(collection) is not { } variable || added is null)
            return null;
        if (!isForConnection && !IsMadeOfParameter(added))
            return null;
        return Lives(variable, cancellationToken) is { } because && IsKeptForEver(variable, cancellationToken) ? because : null;
    }

    private ISymbol? VariableOf(IOperation? collection) =>
        collection?.WithoutConversions() is (IFieldReferenceOperation or IPropertyReferenceOperation { Property.IsIndexer: false }) and var member && member.ReferencedSymbol() is { } variable
        && collection.Type is { } type && type.Name != "ConditionalWeakTable" && _types.IsCollectionOfConnections(type) && _apis.IsDeclaredHere(variable)
            ? variable
            : null;

    private bool IsMadeOfParameter(IOperation added)
    {
        foreach (var operation in added.SelfAndDescendantsInBody())
        {
            if (operation is IParameterReferenceOperation { Type: { } type } && _types.IsConnection(type))
                return true;
        }

        return false;
    }

    /// <summary>Why there is only one such collection in the process, or null.</summary>
    private Evidence? Lives(ISymbol variable, CancellationToken cancellationToken)
    {
        if (variable.IsStatic)
            return new Evidence("Static", variable.SourceLocation(), null, variable.Name);
        if ((_apis.Of(variable.ContainingType) & ApiKind.Singleton) != 0)
            return new Evidence("LivesOnce", variable.ContainingType.SourceLocation(), null, variable.ContainingType.Name);
        return _registrations.Once(variable.ContainingType.Name, cancellationToken) is { } place ? new Evidence("RegisteredOnce", place, null, variable.ContainingType.Name) : null;
    }

    /// <summary>Whether every use of the collection is in sight, and none takes anything out or hands it on.</summary>
    private bool IsKeptForEver(ISymbol variable, CancellationToken cancellationToken)
    {
        var isPublic = variable.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal;
        if (isPublic && _compilation.Options.OutputKind == OutputKind.DynamicallyLinkedLibrary)
            return false;
        if (variable.DeclaredAccessibility == Accessibility.Private)
        {
            foreach (var reference in variable.ContainingType.DeclaringSyntaxReferences)
            {
                if (!OnlyGrows(variable, reference.GetSyntax(cancellationToken), cancellationToken))
                    return false;
            }

            return true;
        }

        foreach (var tree in _compilation.SyntaxTrees)
        {
            if (!OnlyGrows(variable, tree.GetRoot(cancellationToken), cancellationToken))
                return false;
        }

        return true;
    }

    private bool OnlyGrows(ISymbol variable, SyntaxNode scope, CancellationToken cancellationToken)
    {
        if (!scope.Names(variable.Name))
            return true;
        foreach (var reference in ValueFlow.ReferencesTo(variable, scope, _summaries.ModelOf(scope), cancellationToken))
        {
            if (!OnlyGrows(reference))
                return false;
        }

        return true;
    }

    /// <summary>Whether a use adds, or only looks.</summary>
    private static bool OnlyGrows(IOperation reference)
    {
        var value = reference.InConversions();
        switch (value.Parent)
        {
            case IInvocationOperation call when call.Instance == value:
                return Adds(call.TargetMethod.Name)
                    || call.TargetMethod.Name is "Contains" or "ContainsKey" or "ContainsValue" or "TryGetValue" or "GetValueOrDefault" or "ToArray" or "ToList" or "CopyTo" or "ForEach" or "Exists" or "Find" or "FindAll" or "FindIndex"
                        or "IndexOf" or "GetEnumerator" or "TryPeek" or "TrueForAll" or "ConvertAll";
            case IArgumentOperation { Parent: IInvocationOperation { TargetMethod.ContainingType.Name: nameof(Enumerable) } }:
            case IForEachLoopOperation or ILockOperation or INameOfOperation:
                return true;
            case IPropertyReferenceOperation { Property.IsIndexer: true, Parent: ISimpleAssignmentOperation { Value: var written } assignment } slot when assignment.Target == slot:
                return written.WithoutConversions().ConstantValue is not { HasValue: true, Value: null };
            case IPropertyReferenceOperation { Property.Name: "Count" or "IsEmpty" or "Item" or "this[]" or "Length" }:
                return true;
            case IPropertyReferenceOperation { Property.Name: "Values" or "Keys" } part:
                return part.ParentIgnoringConversions() is IForEachLoopOperation or IArgumentOperation { Parent: IInvocationOperation { TargetMethod.ContainingType.Name: nameof(Enumerable) } } or IPropertyReferenceOperation;
            // The initialiser in a constructor, or a new collection for the old one.
            default:
                return value.Parent is ISimpleAssignmentOperation { Value: IObjectCreationOperation { Arguments.IsEmpty: true } } made && made.Target == value
                    && Bodies.Around(value.Syntax) is ConstructorDeclarationSyntax;
        }
    }
}
