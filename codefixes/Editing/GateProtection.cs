using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>
/// Whether guarded code works on state that connections share, besides the connection itself: then one lock for all of them was needed, and the fix must not take it away.
/// Whatever is not known to be harmless counts as shared state.
/// </summary>
/// <param name="connections">The questions about connections.</param>
/// <param name="gate">The lock.</param>
/// <param name="isOwnObjectPerConnection">Whether the object the code runs on belongs to one connection (a session, a hub).</param>
internal sealed class GateProtection(ConnectionModel connections, ISymbol gate, bool isOwnObjectPerConnection)
{
    /// <summary>How many calls of source methods are followed.</summary>
    private const int MaxDepth = 4;

    private static readonly HashSet<string> s_readers = new(StringComparer.Ordinal)
    {
        "Contains", "ContainsKey", "ContainsValue", "TryGetValue", "TryPeek", "Peek", "GetEnumerator", "ToArray", "ToList", "AsSpan", "AsMemory", "AsReadOnly", "Exists", "Find", "FindAll", "IndexOf", "Slice",
    };

    private static readonly HashSet<string> s_harmlessNamespaces = new(StringComparer.Ordinal)
    {
        "Microsoft.Extensions.Logging", "Microsoft.Extensions.Options", "Microsoft.Extensions.Configuration", "System.Diagnostics.Metrics", "System.Globalization", "System.Text.Json",
    };

    /// <summary>Whether the region's code, its catches and finally included, works on shared state.</summary>
    public bool GuardsMore(GateRegion region, SyntaxNode? homeOfKey, CancellationToken cancellationToken)
    {
        var visited = new HashSet<SyntaxNode>();
        foreach (var statement in region.Held)
        {
            if (Touches(statement, region.Model, homeOfKey ?? region.Body, visited, 0, cancellationToken))
                return true;
        }

        // What stands beside the releases runs under the lock as well.
        foreach (var release in region.Gates.Skip(1))
        {
            if (release.FirstAncestorOrSelf<FinallyClauseSyntax>() is { } @finally && region.Guarded.Contains(@finally.Block.SpanStart)
                && Touches(@finally.Block, region.Model, homeOfKey ?? region.Body, visited, 0, cancellationToken))
            {
                return true;
            }
        }

        return false;
    }

    private bool Touches(SyntaxNode code, SemanticModel model, SyntaxNode home, HashSet<SyntaxNode> visited, int depth, CancellationToken cancellationToken)
    {
        if (model.GetOperation(code, cancellationToken) is not { } root)
            return false;
        var pending = new Stack<IOperation>();
        pending.Push(root);
        while (pending.Count > 0)
        {
            var current = pending.Pop();
            foreach (var operation in current.SelfAndDescendantsInBody())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (operation is IAnonymousFunctionOperation lambda && operation != current)
                    pending.Push(lambda.Body);
                if (Writes(operation) is { } target && IsShared(target, home, cancellationToken))
                    return true;
                if (operation is IInvocationOperation call && Changes(call, home, visited, depth, cancellationToken))
                    return true;
                if (operation is IFieldReferenceOperation or IPropertyReferenceOperation or ILocalReferenceOperation or IParameterReferenceOperation
                    && IsChangeable(operation.Type) && IsShared(operation, home, cancellationToken) && IsHandedOver(operation))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static IOperation? Writes(IOperation operation) => operation switch
    {
        IAssignmentOperation { Target: not IDiscardOperation } assignment => assignment.Target,
        IIncrementOrDecrementOperation increment => increment.Target,
        IEventAssignmentOperation subscription => subscription.EventReference,
        _ => null,
    };

    /// <summary>Whether a call changes shared state: by what it is called on, or by what its body does.</summary>
    private bool Changes(IInvocationOperation call, SyntaxNode home, HashSet<SyntaxNode> visited, int depth, CancellationToken cancellationToken)
    {
        var facts = connections.Apis.Of(call);
        if (facts.Is(ApiKind.Releases | ApiKind.Acquires) && SymbolEqualityComparer.Default.Equals(call.Receiver().ReferencedSymbol()?.OriginalDefinition, gate.OriginalDefinition))
            return false;
        var receiver = call.Receiver();
        var target = connections.Methods.Target(call.TargetMethod, cancellationToken);
        if (target is not null && Bodies.Of(target, cancellationToken) is { } body)
        {
            if (depth >= MaxDepth)
                return true;
            var isOwnCall = receiver is null or IInstanceReferenceOperation;
            // What another object does to itself matters only when connections share that object.
            if (!isOwnCall && !IsShared(receiver!, home, cancellationToken))
                return false;
            if (!visited.Add(body))
                return false;
            var callee = isOwnCall ? this : new GateProtection(connections, gate, isOwnObjectPerConnection: connections.Types.IsConnection(receiver!.Type));
            return callee.Touches(body, connections.Summaries.ModelOf(body), body, visited, depth + 1, cancellationToken);
        }

        if (receiver is null or IInstanceReferenceOperation || facts.Is(ApiKind.AnyConnectionIO) || connections.Types.IsConnection(receiver.Type) || !IsShared(receiver, home, cancellationToken))
            return false;
        return receiver.Type is { IsValueType: false, SpecialType: not SpecialType.System_String } type
            && !IsHarmless(type)
            && !(IsCollection(type) && (s_readers.Contains(call.TargetMethod.Name) || call.TargetMethod.ContainingType is { Name: "Enumerable" or "ImmutableArrayExtensions" or "MemoryExtensions" }));
    }

    /// <summary>Whether a changeable object goes to a call that may change it; a send only reads what it is given.</summary>
    private bool IsHandedOver(IOperation operation)
    {
        var value = operation;
        while (value.Parent is { } parent)
        {
            switch (parent)
            {
                case IConversionOperation or IParenthesizedOperation:
                case IArgumentOperation { Parent: IObjectCreationOperation { Type.IsValueType: true } }:
                case IObjectCreationOperation { Type.IsValueType: true }:
                case IInvocationOperation { TargetMethod.Name: "AsMemory" or "AsSpan" or "Slice" }:
                case IArgumentOperation { Parent: IInvocationOperation { TargetMethod.Name: "AsMemory" or "AsSpan" } }:
                    value = parent;
                    continue;
                case IArgumentOperation { Parent: IInvocationOperation call }:
                    return !connections.Apis.Of(call).Is(ApiKind.Send) && !(call.TargetMethod.IsExtensionMethod && call.Receiver() == operation);
                case IArgumentOperation:
                    return true;
                default:
                    return false;
            }
        }

        return false;
    }

    private bool IsShared(IOperation operation, SyntaxNode home, CancellationToken cancellationToken)
    {
        while (true)
        {
            operation = operation.WithoutConditionalAccess();
            switch (operation)
            {
                case IFieldReferenceOperation { Field.IsConst: true }:
                    return false;
                case IMemberReferenceOperation { Instance: null } member:
                    // Libraries make their static members safe for every thread; the program's own ones need not be.
                    return member.Member.IsInSource() && !(member.Type is { } type && IsHarmless(type));
                case IMemberReferenceOperation { Instance: { } instance }:
                    operation = instance;
                    continue;
                case IArrayElementReferenceOperation element:
                    operation = element.ArrayReference;
                    continue;
                case IInvocationOperation call when call.Receiver() is { } receiver:
                    operation = receiver;
                    continue;
                case IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance }:
                    return !isOwnObjectPerConnection;
                case IParameterReferenceOperation { Parameter: { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } } } parameter
                    when Bodies.Around(parameter.Syntax) is not ConstructorDeclarationSyntax:
                    return !isOwnObjectPerConnection;
                case ILocalReferenceOperation local:
                    return IsOutside(local.Local, home, cancellationToken);
                case IParameterReferenceOperation parameter:
                    return IsOutside(parameter.Parameter, home, cancellationToken);
                case ITupleOperation tuple:
                    return tuple.Elements.Any(element => IsShared(element, home, cancellationToken));
                default:
                    return false;
            }
        }
    }

    /// <summary>Whether a variable is declared outside of the function that serves one connection, which has captured it.</summary>
    private static bool IsOutside(ISymbol variable, SyntaxNode home, CancellationToken cancellationToken) =>
        variable.DeclaringSyntaxReferences is { Length: 1 } references
        && references[0].GetSyntax(cancellationToken) is var declaration
        && !(declaration.SyntaxTree == home.SyntaxTree && home.FullSpan.Contains(declaration.Span));

    private bool IsChangeable(ITypeSymbol? type) =>
        type is { IsReferenceType: true, SpecialType: not SpecialType.System_String, TypeKind: not TypeKind.Delegate }
        && !IsHarmless(type) && !connections.Types.IsConnection(type) && (type is IArrayTypeSymbol || IsCollection(type) || DerivesFromWriter(type));

    private static bool DerivesFromWriter(ITypeSymbol type) =>
        type.SelfAndBaseTypes().Any(static candidate => candidate is { Name: "Stream" or "TextWriter" or "BinaryWriter" or "StringBuilder" or "Utf8JsonWriter" });

    private static bool IsCollection(ITypeSymbol type) =>
        type is IArrayTypeSymbol || type.SpecialType == SpecialType.System_Collections_IEnumerable
        || type.AllInterfaces.Any(static contract => contract.SpecialType == SpecialType.System_Collections_IEnumerable);

    private static bool IsHarmless(ITypeSymbol type) =>
        type is { TypeKind: TypeKind.Delegate or TypeKind.Enum }
        || (type is { Name: "CancellationTokenSource" or "TimeProvider" or "Encoding" or "Uri" or "ILogger" })
        || (type.ContainingNamespace is { } space && s_harmlessNamespaces.Contains(space.ToDisplayString()));
}
