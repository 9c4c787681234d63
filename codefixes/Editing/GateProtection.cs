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
/// <param name="keyRoot">The variable that holds the connection or its session, or null.</param>
internal sealed class GateProtection(ConnectionModel connections, ISymbol gate, bool isOwnObjectPerConnection, ISymbol? keyRoot)
{
    private const int MaxSteps = 16;

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
                if (Writes(operation) is { } target && IsSharedVariable(target, home, cancellationToken))
                    return true;
                if (operation is IInvocationOperation call && Changes(call, home, visited, depth, cancellationToken))
                    return true;
                if (operation is IFieldReferenceOperation or IPropertyReferenceOperation or ILocalReferenceOperation or IParameterReferenceOperation
                    && IsChangeable(operation.Type) && IsHandedOver(operation) && IsSharedObject(operation, home, cancellationToken))
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
            if (!visited.Add(body))
                return false;
            var callee = receiver is null or IInstanceReferenceOperation
                ? this
                : new GateProtection(connections, gate, isOwnObjectPerConnection: !IsSharedObject(receiver, home, cancellationToken), null);
            return callee.Touches(body, connections.Summaries.ModelOf(body), body, visited, depth + 1, cancellationToken);
        }

        if (receiver is null or IInstanceReferenceOperation || facts.Is(ApiKind.AnyConnectionIO) || connections.Types.IsConnection(receiver.Type))
            return false;
        return receiver.Type is { IsValueType: false, SpecialType: not SpecialType.System_String } type
            && !IsHarmless(type)
            && IsSharedObject(receiver, home, cancellationToken)
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

    /// <summary>Whether a write changes a variable that connections share.</summary>
    private bool IsSharedVariable(IOperation target, SyntaxNode home, CancellationToken cancellationToken)
    {
        target = target.WithoutConditionalAccess();
        return target switch
        {
            IMemberReferenceOperation { Instance: null } member => member.Member.IsInSource(),
            IPropertyReferenceOperation { Arguments.IsEmpty: false, Instance: { } indexed } => IsSharedObject(indexed, home, cancellationToken),
            IMemberReferenceOperation { Instance: IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance } } => !isOwnObjectPerConnection,
            IMemberReferenceOperation { Instance: { } instance } => IsSharedObject(instance, home, cancellationToken),
            IArrayElementReferenceOperation element => IsSharedObject(element.ArrayReference, home, cancellationToken),
            ILocalReferenceOperation local => IsOutside(local.Local, home, cancellationToken),
            IParameterReferenceOperation parameter => IsOfObject(parameter) ? !isOwnObjectPerConnection : IsOutside(parameter.Parameter, home, cancellationToken),
            ITupleOperation tuple => tuple.Elements.Any(element => IsSharedVariable(element, home, cancellationToken)),
            IDeclarationExpressionOperation or IDiscardOperation => false,
            _ => true,
        };
    }

    /// <summary>Whether connections share the object that an expression refers to: everything does that is not known to be made for one of them.</summary>
    private bool IsSharedObject(IOperation operation, SyntaxNode home, CancellationToken cancellationToken)
    {
        for (var steps = 0; steps < MaxSteps; steps++)
        {
            operation = operation.WithoutConditionalAccess().Unwrapped();
            switch (operation)
            {
                case { Type: { } type } when type.IsValueType || type.SpecialType == SpecialType.System_String || connections.Types.IsConnection(type):
                    return false;
                case IMemberReferenceOperation { Instance: null } member:
                    // Libraries make their static members safe for every thread; the program's own ones need not be.
                    return member.Member.IsInSource();
                case IMemberReferenceOperation { Instance: { } instance } member:
                    // What an object did not make itself, others may hold as well.
                    if (member.Member.IsInSource() && !Composition.Makes(member.Member.ContainingType, member.Member))
                        return true;
                    operation = instance;
                    continue;
                case IArrayElementReferenceOperation element:
                    operation = element.ArrayReference;
                    continue;
                case IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance }:
                    return !isOwnObjectPerConnection;
                case ILocalReferenceOperation local:
                    if (IsOutside(local.Local, home, cancellationToken))
                        return true;
                    if (SymbolEqualityComparer.Default.Equals(local.Local, keyRoot))
                        return false;
                    if (InitialValue(local, cancellationToken) is not { } value)
                        return true;
                    operation = value;
                    continue;
                case IParameterReferenceOperation parameter:
                    return IsOfObject(parameter) || IsOutside(parameter.Parameter, home, cancellationToken);
                case IInvocationOperation call:
                    if (call.TargetMethod.IsInSource())
                        return true;
                    if (call.Receiver() is not { } receiver)
                        return false;
                    operation = receiver;
                    continue;
                case IObjectCreationOperation or IArrayCreationOperation or IAnonymousObjectCreationOperation or IDelegateCreationOperation or IAnonymousFunctionOperation or ILiteralOperation or ITypeParameterObjectCreationOperation:
                    return false;
                default:
                    return true;
            }
        }

        return true;
    }

    /// <summary>A primary constructor's parameter used by a member: state of the object.</summary>
    private static bool IsOfObject(IParameterReferenceOperation parameter) =>
        parameter.Parameter.ContainingSymbol is IMethodSymbol { MethodKind: MethodKind.Constructor } && Bodies.Around(parameter.Syntax) is not ConstructorDeclarationSyntax;

    private static IOperation? InitialValue(ILocalReferenceOperation local, CancellationToken cancellationToken) =>
        local is { SemanticModel: { } model, Local.DeclaringSyntaxReferences: { Length: 1 } references }
        && references[0].GetSyntax(cancellationToken) is VariableDeclaratorSyntax { Initializer.Value: { } value } && value.SyntaxTree == model.SyntaxTree
        && !LocalWrites.All(model, local.Local, value.SyntaxTree.GetRoot(cancellationToken), cancellationToken).Any()
            ? model.GetOperation(value, cancellationToken)
            : null;

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
