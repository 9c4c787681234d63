using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>What is put into the collection that a value comes out of: a collection of the object or function that nobody else gets to see, so that everything in it is added in sight.</summary>
internal sealed class CollectedWrappers
{
    private readonly Compilation _compilation;
    private readonly Apis _apis;

    public CollectedWrappers(Compilation compilation, Apis apis)
    {
        _compilation = compilation;
        _apis = apis;
    }

    /// <summary>Adds everything that the value can be, when it is an item of such a collection; false when it is none.</summary>
    /// <param name="value">The value.</param>
    /// <param name="items">Takes what it can be.</param>
    /// <param name="seen">The collections whose items have been added.</param>
    public bool AddItems(IOperation value, Stack<IOperation> items, HashSet<ISymbol> seen) =>
        CollectionOf(SequenceOf(value)) is { DeclaringSyntaxReferences.Length: 1 } collection && (!seen.Add(collection) || AddItemsOf(collection, items));

    private bool AddItemsOf(ISymbol collection, Stack<IOperation> items) =>
        collection switch
        {
            ILocalSymbol { RefKind: RefKind.None } when collection.DeclaringSyntaxReferences[0].GetSyntax() is VariableDeclaratorSyntax { Initializer.Value: { } initial } declarator =>
                IsEmpty(initial) && Bodies.OutermostAround(declarator) is { } body && AddAdded(collection, body, items),
            IFieldSymbol or IPropertySymbol { IsIndexer: false } => collection.DeclaredAccessibility == Accessibility.Private && _apis.IsDeclaredHere(collection) && StartsEmpty(collection) && AddAddedInType(collection, items),
            _ => false,
        };

    /// <summary>The sequence that the value is an item of, or null.</summary>
    private IOperation? SequenceOf(IOperation value)
    {
        switch (value)
        {
            case IPropertyReferenceOperation { Property: { Name: "Value", ContainingType.Name: "KeyValuePair" }, Instance: { } pair }:
                return SequenceOf(pair.WithoutConversions());
            case IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } instance }:
                return instance;
            case IArrayElementReferenceOperation element:
                return element.ArrayReference;
            case ILocalReferenceOperation { Local.DeclaringSyntaxReferences: { Length: 1 } declarations }:
                return SequenceOf(declarations[0].GetSyntax());
            case IParameterReferenceOperation { Parameter: { Ordinal: 0, ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.AnonymousFunction } lambda } }:
                return SequenceOf(lambda, value);
            default:
                return null;
        }
    }

    private IOperation? SequenceOf(SyntaxNode declaration)
    {
        var model = _compilation.GetSemanticModel(declaration.SyntaxTree);
        return declaration switch
        {
            ForEachStatementSyntax each => model.GetOperation(each.Expression),
            // "foreach (var (name, writer) in writers)"
            SingleVariableDesignationSyntax { Parent: ParenthesizedVariableDesignationSyntax { Variables.Count: 2, Parent.Parent: ForEachVariableStatementSyntax each } pair } when pair.Variables[1] == declaration =>
                model.GetOperation(each.Expression),
            SingleVariableDesignationSyntax { Parent: DeclarationExpressionSyntax { Parent: ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call } } }
                when model.GetOperation(call) is IInvocationOperation { TargetMethod.Name: "TryGetValue" or "TryRemove" or "Remove" or "TryDequeue" or "TryTake" or "TryPop" or "TryPeek" } lookUp => lookUp.Receiver(),
            _ => null,
        };
    }

    /// <summary>The sequence whose items the lambda is run for, or null.</summary>
    private static IOperation? SequenceOf(IMethodSymbol lambda, IOperation use) => use.CallGiven(lambda) switch
    {
        { TargetMethod: { Name: "Select" or "SelectMany" or "Where" or "Any" or "All" or "First" or "FirstOrDefault" or "ForEach", ContainingType.Name: "Enumerable" or "ParallelEnumerable" or "List" } } call => call.Receiver() ?? call.ArgumentFor(0),
        { TargetMethod: { Name: "ForEachAsync" or "ForEach", ContainingType.Name: nameof(Parallel) } } call => call.ArgumentFor(0),
        _ => null,
    };

    /// <summary>The variable of the collection whose items the sequence has, or has some of.</summary>
    private static ISymbol? CollectionOf(IOperation? sequence)
    {
        while (sequence is not null)
        {
            sequence = sequence.WithoutConditionalAccess();
            switch (sequence)
            {
                case IPropertyReferenceOperation { Property.Name: "Values", Instance: { } map }:
                    sequence = map;
                    continue;
                case IInvocationOperation { TargetMethod.Name: "ToArray" or "ToList" or "Where" or "Skip" or "Take" or "AsEnumerable" or "AsParallel" or "Reverse" } call:
                    sequence = call.Receiver() ?? call.ArgumentFor(0);
                    continue;
                case IMemberReferenceOperation { Instance: null or IInstanceReferenceOperation } or ILocalReferenceOperation when IsOrdinary(sequence.Type):
                    return sequence.ReferencedSymbol()?.OriginalDefinition;
                default:
                    return null;
            }
        }

        return null;
    }

    /// <summary>Whether what the framework's own mutable collections do is known of the type.</summary>
    private static bool IsOrdinary(ITypeSymbol? type) => type is { ContainingNamespace: { Name: "Generic" or "Concurrent", ContainingNamespace: { Name: "Collections", ContainingNamespace.Name: "System" } } };

    private static bool StartsEmpty(ISymbol member) => member.DeclaringSyntaxReferences[0].GetSyntax() switch
    {
        VariableDeclaratorSyntax { Initializer: var initial } => initial is null || IsEmpty(initial.Value),
        PropertyDeclarationSyntax { ExpressionBody: null, Initializer: var initial } => initial is null || IsEmpty(initial.Value),
        _ => false,
    };

    /// <summary>Whether the expression makes a collection with nothing in it: a comparer, a capacity at most.</summary>
    private static bool IsEmpty(ExpressionSyntax made) => made switch
    {
        BaseObjectCreationExpressionSyntax { Initializer: null, ArgumentList: var arguments } => arguments is null || arguments.Arguments.Count == 0 || (arguments.Arguments.Count == 1 && arguments.Arguments[0].Expression is LiteralExpressionSyntax or MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: nameof(StringComparer) } }),
        // "[]", which the oldest Roslyn has no name for.
        _ => made.ToString() == "[]",
    };

    private bool AddAddedInType(ISymbol collection, Stack<IOperation> items)
    {
        foreach (var part in collection.ContainingType.DeclaringSyntaxReferences)
        {
            if (!AddAdded(collection, part.GetSyntax(), items))
                return false;
        }

        return true;
    }

    /// <summary>Adds what the scope puts into the collection; false when it hands the collection to others, or fills it in a way that does not show the items.</summary>
    private bool AddAdded(ISymbol collection, SyntaxNode scope, Stack<IOperation> items)
    {
        foreach (var reference in ValueFlow.ReferencesTo(collection, scope, _compilation.GetSemanticModel(scope.SyntaxTree), CancellationToken.None))
        {
            var use = reference.InConversions();
            switch (use.Parent)
            {
                case IInvocationOperation { TargetMethod.Name: "Add" or "TryAdd" or "Enqueue" or "Push" or "AddFirst" or "AddLast" or "Insert", Arguments: { IsEmpty: false } arguments } call when call.Instance == use:
                    items.Push(arguments[arguments.Length - 1].Value);
                    continue;
                case IInvocationOperation call when call.Instance == use && LeavesItems(call.TargetMethod.Name):
                case IArgumentOperation { Parent: IInvocationOperation { TargetMethod.ContainingType.Name: "Enumerable" or "ParallelEnumerable" or nameof(Parallel) } }:
                case IForEachLoopOperation or ILockOperation or INameOfOperation:
                case IPropertyReferenceOperation { Property.Name: "Values" or "Keys" or "Count" or "IsEmpty" }:
                    continue;
                case IPropertyReferenceOperation { Property.IsIndexer: true } slot when slot.Instance == use:
                    if (slot.Parent is ISimpleAssignmentOperation filling && filling.Target == slot)
                        items.Push(filling.Value);
                    else if (slot.Parent is IAssignmentOperation or IArgumentOperation { Parameter.RefKind: not RefKind.None })
                        return false;
                    continue;
                case ISimpleAssignmentOperation { Value.Syntax: ExpressionSyntax made } assignment when assignment.Target == use && IsEmpty(made):
                    continue;
                default:
                    return false;
            }
        }

        return true;
    }

    private static bool LeavesItems(string method) =>
        method is "Remove" or "TryRemove" or "RemoveAll" or "RemoveAt" or "Clear" or "Contains" or "ContainsKey" or "TryGetValue" or "ToArray" or "ForEach" or "Find" or "FindAll" or "Exists" or "IndexOf" or "Dequeue" or "TryDequeue"
            or "Pop" or "TryPop" or "TryTake" or "Peek" or "TryPeek" or "GetEnumerator";
}
