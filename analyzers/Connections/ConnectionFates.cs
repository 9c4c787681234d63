using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>What a use does with a connection, from harmless to final.</summary>
internal enum Fate
{
    /// <summary>It is read or called; who owns it does not change.</summary>
    Used,

    /// <summary>It is disposed on this path.</summary>
    Disposed,

    /// <summary>It is disposed whatever happens: using, finally, or a callee that takes it over.</summary>
    DisposedAlways,

    /// <summary>Somebody else may own it from here.</summary>
    Escaped,
}

/// <summary>One mention of a connection, or of what is over it.</summary>
internal readonly struct ConnectionUse
{
    /// <param name="node">The name.</param>
    /// <param name="operation">The reference.</param>
    /// <param name="fate">What it does with the connection.</param>
    public ConnectionUse(SyntaxNode node, IOperation operation, Fate fate)
    {
        Node = node;
        Operation = operation;
        Fate = fate;
    }

    /// <summary>The name.</summary>
    public SyntaxNode Node { get; }

    /// <summary>The reference.</summary>
    public IOperation Operation { get; }

    /// <summary>What it does with the connection.</summary>
    public Fate Fate { get; }
}

/// <summary>What the uses of a variable do with the connection in it. A callee is looked into; what gets out of sight counts as given away.</summary>
internal sealed class ConnectionFates
{
    private const int MaxDepth = 4;

    private readonly Apis _apis;
    private readonly ConnectionTypes _types;
    private readonly Summaries _summaries;
    private readonly SourceMethods _methods;
    private readonly ConcurrentDictionary<IParameterSymbol, Fate> _parameters = new(SymbolEqualityComparer.Default);

    public ConnectionFates(Apis apis, ConnectionTypes types, Summaries summaries, SourceMethods methods)
    {
        _apis = apis;
        _types = types;
        _summaries = summaries;
        _methods = methods;
    }

    /// <summary>Whether the operation creates a connection that its caller has to dispose.</summary>
    public bool IsCreation(IOperation operation) => operation switch
    {
        IObjectCreationOperation { Type: { } type } creation => _types.IsCatalogued(type) && type.IsDisposable() && !WrapsAnother(creation.Arguments),
        IInvocationOperation call => (_apis.Of(call).Is(ApiKind.Creates)
            || (call.TargetMethod.ReturnType is INamedTypeSymbol type && _apis.Catalogue.Knows(type.Name) && (_apis.Of(type) & ApiKind.Creates) != 0)) && !WrapsAnother(call.Arguments),
        IPropertyReferenceOperation property => _apis.Of(property.Property).Is(ApiKind.Creates) && IsOnlyRead(property),
        _ => false,
    };

    /// <summary>Whether nothing else gets the connection out of the object that hands it out.</summary>
    private static bool IsOnlyRead(IPropertyReferenceOperation property)
    {
        if (property.Instance?.Unwrapped() is not ILocalReferenceOperation owner)
            return property.Instance?.Unwrapped() is IInvocationOperation;
        if (property.SemanticModel is not { } model || Bodies.Around(property.Syntax) is not { } body)
            return false;
        foreach (var reference in ValueFlow.ReferencesTo(owner.Local, body, model, CancellationToken.None))
        {
            if (reference.Syntax != owner.Syntax && (reference.Parent is not IPropertyReferenceOperation other || SymbolEqualityComparer.Default.Equals(other.Property, property.Property)))
                return false;
        }

        return true;
    }

    /// <summary>A connection made over another connection or stream: to dispose that one is enough.</summary>
    private bool WrapsAnother(ImmutableArray<IArgumentOperation> arguments)
    {
        foreach (var argument in arguments)
        {
            if (argument.Value.WithoutConversions().Type is { } type && (_types.IsConnection(type) || IsStream(type)))
                return true;
        }

        return false;
    }

    public static bool IsUsingDeclarator(SyntaxNode declarator) => declarator.Parent switch
    {
        VariableDeclarationSyntax { Parent: LocalDeclarationStatementSyntax declaration } => declaration.UsingKeyword != default,
        VariableDeclarationSyntax { Parent: UsingStatementSyntax } => true,
        _ => false,
    };

    /// <summary>What happens to the variable, and to the streams and readers over it that are held in variables of their own.</summary>
    public void AddUses(ISymbol variable, SyntaxNode body, SemanticModel model, int depth, List<ConnectionUse> uses, CancellationToken cancellationToken)
    {
        foreach (var node in body.DescendantNodes())
        {
            if (node is not IdentifierNameSyntax identifier || identifier.Identifier.ValueText != variable.Name || model.GetOperation(identifier, cancellationToken) is not { } operation)
                continue;
            if (operation is not (ILocalReferenceOperation or IParameterReferenceOperation) || !SymbolEqualityComparer.Default.Equals(operation.ReferencedSymbol(), variable))
                continue;

            cancellationToken.ThrowIfCancellationRequested();
            if (depth < MaxDepth && HolderOfWhatIsOver(operation) is { } holder)
            {
                uses.Add(new ConnectionUse(node, operation, Fate.Used));
                AddUses(holder, body, model, depth + 1, uses, cancellationToken);
            }
            else
            {
                uses.Add(new ConnectionUse(node, operation, FateOf(operation, body, depth, cancellationToken)));
            }
        }
    }

    /// <summary>What a mention of a member does with the connection in it; a copy in a local counts with all that is done to the copy.</summary>
    public Fate FateOfMember(IOperation reference, CancellationToken cancellationToken)
    {
        if (Bodies.Around(reference.Syntax) is not { } body || reference.SemanticModel is not { } model)
            return Fate.Used;
        var value = reference;
        if (reference.Parent is IArgumentOperation { Parent: IInvocationOperation exchange } argument && IsExchange(exchange))
        {
            // What is put in is judged where it is made; what was there comes out.
            if (argument.Parameter?.Ordinal != 0)
                return Fate.Used;
            value = exchange;
        }

        if (value.ParentIgnoringConversions() is { } parent)
        {
            if (parent is IAssignmentOperation assignment && assignment.Target == reference)
                return assignment.Parent is IExpressionStatementOperation ? Fate.Used : Fate.Escaped;
            if (parent is IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation })
                return Fate.Used;
            if (CopyIn(parent) is { } copy)
            {
                var uses = new List<ConnectionUse>();
                AddUses(copy, body, model, 1, uses, cancellationToken);
                var worst = Fate.Used;
                foreach (var use in uses)
                    worst = use.Fate > worst ? use.Fate : worst;
                return worst;
            }
        }

        return FateOf(value, body, 0, cancellationToken);
    }

    /// <summary>Whether the call puts a value into the variable that is its first argument and hands back the one before.</summary>
    public static bool IsExchange(IInvocationOperation call) =>
        call.TargetMethod is { Name: "Exchange", ContainingType: { Name: "Interlocked", ContainingNamespace: { Name: "Threading", ContainingNamespace.Name: "System" } } };

    /// <summary>The local that gets what the operation is given.</summary>
    private static ILocalSymbol? CopyIn(IOperation parent)
    {
        switch (parent)
        {
            case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } when !IsUsingDeclarator(declarator.Syntax):
                return declarator.Symbol;
            case ISimpleAssignmentOperation { Target: ILocalReferenceOperation target, Parent: IExpressionStatementOperation }:
                return target.Local;
            case IIsPatternOperation { Pattern: IDeclarationPatternOperation { DeclaredSymbol: ILocalSymbol named } }:
                return named;
            case IIsPatternOperation { Pattern: IRecursivePatternOperation { DeclaredSymbol: ILocalSymbol named } }:
                return named;
            default:
                return null;
        }
    }

    /// <summary>The local that holds a stream of the connection, or a reader, writer or wrapper over such a stream, that closes it when it is closed itself.</summary>
    private static ILocalSymbol? HolderOfWhatIsOver(IOperation reference)
    {
        var value = reference;
        while (true)
        {
            switch (value.Parent)
            {
                case IConversionOperation or IAwaitOperation:
                    value = value.Parent;
                    continue;
                case IInvocationOperation { TargetMethod.Name: "GetStream" } stream when stream.Instance == value:
                    value = stream;
                    continue;
                case IArgumentOperation { Parent: IObjectCreationOperation { Type: { } type } wrapper } when value.Type is { } inner && IsStream(inner) && ClosesWhatItWraps(type) && !LeavesOpen(wrapper):
                    value = wrapper;
                    continue;
                case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } when value.Syntax != reference.Syntax && !IsUsingDeclarator(declarator.Syntax):
                    return declarator.Symbol;
                default:
                    return null;
            }
        }
    }

    private static bool IsStream(ITypeSymbol type)
    {
        foreach (var current in type.SelfAndBaseTypes())
        {
            if (current is { Name: "Stream", ContainingNamespace: { Name: "IO", ContainingNamespace.Name: "System" } })
                return true;
        }

        return false;
    }

    /// <summary>The framework's readers, writers and streams over a stream; of others it is not known what they keep.</summary>
    private static bool ClosesWhatItWraps(ITypeSymbol type) =>
        !type.IsInSource() && type.ContainingNamespace is { Name: "IO" or "Security" } space && space.ToDisplayString() is "System.IO" or "System.Net.Security";

    private static bool LeavesOpen(IObjectCreationOperation wrapper) => SaysItLeavesOpen(wrapper) is not false;

    /// <summary>What the creation says about what it wraps; null when that is decided as it runs.</summary>
    private static bool? SaysItLeavesOpen(IObjectCreationOperation wrapper)
    {
        foreach (var argument in wrapper.Arguments)
        {
            if (argument.Parameter?.Name is "leaveOpen" or "leaveInnerStreamOpen")
                return argument.Value.ConstantValue is { HasValue: true, Value: bool leaves } ? leaves : null;
        }

        return false;
    }

    /// <summary>Whether the stream is only laid over the socket, which somebody else has to dispose: it is told so, or told nothing.</summary>
    private static bool OnlyBorrows(IObjectCreationOperation wrapper)
    {
        if (wrapper.Type is not { Name: "NetworkStream", ContainingNamespace: { Name: "Sockets", ContainingNamespace: { Name: "Net", ContainingNamespace.Name: "System" } } })
            return false;
        foreach (var argument in wrapper.Arguments)
        {
            if (argument.Parameter?.Name == "ownsSocket" && argument.Value.ConstantValue is not { HasValue: true, Value: false })
                return false;
        }

        return true;
    }

    private Fate FateOf(IOperation reference, SyntaxNode body, int depth, CancellationToken cancellationToken)
    {
        var value = reference.InConversions();
        switch (value.Parent)
        {
            case IConditionalAccessOperation access when access.Operation == value:
                return FirstCallOn(access) is { } conditional ? FateOfCall(conditional, body) : Fate.Used;
            case IInvocationOperation call when call.Instance == value:
                return FateOfCall(call, body);
            case IPropertyReferenceOperation property when property.Instance == value:
                return HandsOutConnection(property) ? Fate.Escaped : Fate.Used;
            case IFieldReferenceOperation or IBinaryOperation or IIsTypeOperation or INameOfOperation or IInterpolationOperation or IEventReferenceOperation:
                return Fate.Used;
            case IIsPatternOperation test:
                return Declares(test) ? Fate.Escaped : Fate.Used;
            case ISimpleAssignmentOperation assignment when assignment.Target == value:
                return Fate.Used;
            case IUsingOperation:
                return Fate.DisposedAlways;
            case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } when IsUsingDeclarator(declarator.Syntax):
                return Fate.DisposedAlways;
            case IArgumentOperation { Parameter: { } parameter, Parent: IInvocationOperation call }:
                return FateOfArgument(call, parameter, depth, cancellationToken);
            case IArgumentOperation { Parent: IObjectCreationOperation laid } when OnlyBorrows(laid):
                return Fate.Used;
            case IArgumentOperation { Parent: IObjectCreationOperation { Type: { } type } wrapper } when reference.Type is { } inner && IsStream(inner) && ClosesWhatItWraps(type) && LeavesOpen(wrapper):
                return Fate.Used;
            default:
                return Fate.Escaped;
        }
    }

    /// <summary>Whether the pattern gives the connection a second name.</summary>
    private static bool Declares(IIsPatternOperation test)
    {
        foreach (var operation in test.Pattern.SelfAndDescendantsInBody())
        {
            if (operation is IDeclarationPatternOperation { DeclaredSymbol: not null } or IRecursivePatternOperation { DeclaredSymbol: not null })
                return true;
        }

        return false;
    }

    private Fate FateOfCall(IInvocationOperation call, SyntaxNode body)
    {
        if (call.TargetMethod.Name is "Dispose" or "DisposeAsync" or "Close" && call.Arguments.IsEmpty || _apis.Of(call).Is(ApiKind.Disposes))
            return RunsWhateverHappens(call.Syntax, body) ? Fate.DisposedAlways : Fate.Disposed;
        if (call.TargetMethod.Name is "GetStream")
            return FateOfStream(call);
        return Fate.Used;
    }

    /// <summary>The stream of a client owns its socket: to dispose the one is to close the other.</summary>
    private static Fate FateOfStream(IInvocationOperation call)
    {
        for (var parent = call.Parent; parent is not null; parent = parent.Parent)
        {
            switch (parent)
            {
                case IConversionOperation or IAwaitOperation:
                    continue;
                // "new SslStream(client.GetStream(), leaveInnerStreamOpen: true)" leaves the client to others.
                case IArgumentOperation { Parent: IObjectCreationOperation { Type: { } type } wrapper } when ClosesWhatItWraps(type) && SaysItLeavesOpen(wrapper) is { } leaves:
                    if (leaves)
                        return Fate.Used;
                    parent = wrapper;
                    continue;
                case IUsingOperation:
                    return Fate.DisposedAlways;
                case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator }:
                    return IsUsingDeclarator(declarator.Syntax) ? Fate.DisposedAlways : Fate.Escaped;
                case IInvocationOperation outer when outer.Receiver() == call:
                    return Fate.Used;
                default:
                    return Fate.Escaped;
            }
        }

        return Fate.Escaped;
    }

    private static IInvocationOperation? FirstCallOn(IConditionalAccessOperation access)
    {
        foreach (var operation in access.WhenNotNull.SelfAndDescendantsInBody())
        {
            if (operation is IInvocationOperation { Instance: IConditionalAccessInstanceOperation } call)
                return call;
        }

        return null;
    }

    /// <summary>A property that hands out the socket inside, to someone who may keep it.</summary>
    private bool HandsOutConnection(IPropertyReferenceOperation property) =>
        _types.IsConnection(property.Property.Type)
        && property.ParentIgnoringConversions() switch
        {
            IInvocationOperation or IPropertyReferenceOperation or IConditionalAccessOperation => false,
            IArgumentOperation { Parent: IInvocationOperation call } => !(call.TargetMethod.IsExtensionMethod && call.Receiver() == property && _apis.Of(call) != ApiFacts.None),
            _ => true,
        };

    private Fate FateOfArgument(IInvocationOperation call, IParameterSymbol parameter, int depth, CancellationToken cancellationToken)
    {
        if (_methods.Target(call.TargetMethod, cancellationToken) is { } target)
        {
            var ordinal = parameter.Ordinal + (call.TargetMethod.ReducedFrom is null ? 0 : 1);
            return ordinal < target.Parameters.Length ? FateOfParameter(target.Parameters[ordinal], depth + 1, cancellationToken) : Fate.Escaped;
        }

        // An extension method of a library that the catalogue knows: the connection is its receiver.
        return parameter.Ordinal == 0 && call.TargetMethod.IsExtensionMethod && _apis.Of(call) != ApiFacts.None ? Fate.Used : Fate.Escaped;
    }

    private Fate FateOfParameter(IParameterSymbol parameter, int depth, CancellationToken cancellationToken)
    {
        if (depth > MaxDepth || parameter.RefKind != RefKind.None || parameter.IsParams || parameter.ContainingSymbol is not IMethodSymbol method || Bodies.Of(method, cancellationToken) is not { } body)
            return Fate.Escaped;
        if (_parameters.TryGetValue(parameter, out var known))
            return known;

        var uses = new List<ConnectionUse>();
        AddUses(parameter, body, _summaries.ModelOf(body), depth, uses, cancellationToken);
        var worst = Fate.Used;
        foreach (var use in uses)
        {
            // A callee that disposes on its normal path has taken the connection over: what it forgets is its own leak.
            var fate = use.Fate == Fate.Disposed ? Fate.DisposedAlways : use.Fate;
            if (fate > worst)
                worst = fate;
        }

        // Deeper down the answer may come from the limit and not from the code.
        return depth == 1 ? _parameters.GetOrAdd(parameter, worst) : worst;
    }

    /// <summary>In a finally, or in a function that runs at another time.</summary>
    private static bool RunsWhateverHappens(SyntaxNode dispose, SyntaxNode body)
    {
        for (var node = dispose.Parent; node is not null && node != body; node = node.Parent)
        {
            if (node is FinallyClauseSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)
                return true;
        }

        return false;
    }
}
