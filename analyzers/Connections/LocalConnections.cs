using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>A connection that its method has to dispose and does not, on some path.</summary>
/// <param name="Local">The variable that holds it.</param>
/// <param name="Declarator">Where the variable is declared.</param>
/// <param name="Because">What happens instead.</param>
/// <param name="FirstDispose">The first dispose that is not on every path, or null when there is none at all.</param>
internal sealed record LeakedConnection(ILocalSymbol Local, SyntaxNode Declarator, Evidence Because, SyntaxNode? FirstDispose);

/// <summary>What becomes of connections that a method creates and holds in a local. Only what stays inside the method is judged.</summary>
internal sealed class LocalConnections
{
    private const int MaxDepth = 4;

    private readonly Apis _apis;
    private readonly ConnectionTypes _types;
    private readonly Summaries _summaries;
    private readonly SourceMethods _methods;
    private readonly ConcurrentDictionary<IParameterSymbol, Fate> _parameters = new(SymbolEqualityComparer.Default);

    public LocalConnections(Apis apis, ConnectionTypes types, Summaries summaries, SourceMethods methods)
    {
        _apis = apis;
        _types = types;
        _summaries = summaries;
        _methods = methods;
    }

    /// <summary>What a use does with the connection, from harmless to final.</summary>
    private enum Fate
    {
        /// <summary>It is read or called; who owns it does not change.</summary>
        Used,

        /// <summary>It is disposed on this path.</summary>
        Disposed,

        /// <summary>It is disposed whatever happens: using, finally, catch, or a callee that takes it over.</summary>
        DisposedAlways,

        /// <summary>Somebody else may own it from here.</summary>
        Escaped,
    }

    /// <summary>Whether the operation creates a connection that its caller has to dispose.</summary>
    public bool IsCreation(IOperation operation) => operation switch
    {
        IObjectCreationOperation { Type: { } type } => _types.IsCatalogued(type) && type.IsDisposable(),
        IInvocationOperation call => _apis.Of(call).Is(ApiKind.Creates)
            || (call.TargetMethod.ReturnType is INamedTypeSymbol type && _apis.Catalogue.Knows(type.Name) && (_apis.Of(type) & ApiKind.Creates) != 0),
        _ => false,
    };

    /// <summary>The leak of a created connection, or null when it is disposed, escapes, or is not held in a local.</summary>
    public LeakedConnection? LeakOf(IOperation creation, CancellationToken cancellationToken)
    {
        if (LocalHolding(creation) is not var (local, declarator) || Bodies.Around(declarator) is not { } body || creation.SemanticModel is not { } model)
            return null;
        if (IsUsingDeclarator(declarator))
            return null;

        SyntaxNode? firstDispose = null;
        foreach (var (reference, operation) in ReferencesTo(local, body, model, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            switch (FateOf(operation, 0, cancellationToken))
            {
                case Fate.Escaped or Fate.DisposedAlways:
                    return null;
                case Fate.Disposed:
                    firstDispose ??= reference;
                    break;
            }
        }

        if (firstDispose is null)
            return new LeakedConnection(local, declarator, new Evidence("NeverDisposed", declarator.GetLocation(), null, local.Name), null);
        return EscapeBefore(firstDispose, creation, body, model, cancellationToken) is { } exit
            ? new LeakedConnection(local, declarator, new Evidence("DisposeSkipped", exit.GetLocation(), null, local.Name), firstDispose)
            : null;
    }

    /// <summary>The local that a value is put into when it is created: by its initialiser or by an assignment statement.</summary>
    private static (ILocalSymbol Local, SyntaxNode Declarator)? LocalHolding(IOperation creation)
    {
        var value = creation;
        while (value.Parent is IConversionOperation or IAwaitOperation or IParenthesizedOperation or IInvocationOperation { TargetMethod.Name: "ConfigureAwait" } or IObjectOrCollectionInitializerOperation)
            value = value.Parent;
        return value.Parent switch
        {
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } => (declarator.Symbol, declarator.Syntax),
            ISimpleAssignmentOperation { Target: ILocalReferenceOperation { Local.DeclaringSyntaxReferences: { Length: 1 } declarations } target, Parent: IExpressionStatementOperation } =>
                (target.Local, declarations[0].GetSyntax()),
            _ => null,
        };
    }

    private static bool IsUsingDeclarator(SyntaxNode declarator) => declarator.Parent switch
    {
        VariableDeclarationSyntax { Parent: LocalDeclarationStatementSyntax declaration } => declaration.UsingKeyword != default,
        VariableDeclarationSyntax { Parent: UsingStatementSyntax } => true,
        _ => false,
    };

    private static IEnumerable<(SyntaxNode Node, IOperation Operation)> ReferencesTo(ISymbol variable, SyntaxNode body, SemanticModel model, CancellationToken cancellationToken)
    {
        foreach (var node in body.DescendantNodes())
        {
            if (node is IdentifierNameSyntax identifier
                && identifier.Identifier.ValueText == variable.Name
                && model.GetOperation(identifier, cancellationToken) is { } operation and (ILocalReferenceOperation or IParameterReferenceOperation)
                && SymbolEqualityComparer.Default.Equals(operation.ReferencedSymbol(), variable))
            {
                yield return (node, operation);
            }
        }
    }

    private Fate FateOf(IOperation reference, int depth, CancellationToken cancellationToken)
    {
        var value = reference;
        while (value.Parent is IConversionOperation or IParenthesizedOperation)
            value = value.Parent;
        switch (value.Parent)
        {
            case IConditionalAccessOperation access when access.Operation == value:
                return FirstCallOn(access) is { } conditional ? FateOfCall(conditional) : Fate.Used;
            case IInvocationOperation call when call.Instance == value:
                return FateOfCall(call);
            case IPropertyReferenceOperation property when property.Instance == value:
                return HandsOutConnection(property) ? Fate.Escaped : Fate.Used;
            case IFieldReferenceOperation or IBinaryOperation or IIsPatternOperation or IIsTypeOperation or INameOfOperation or IInterpolationOperation or IEventReferenceOperation:
                return Fate.Used;
            case ISimpleAssignmentOperation assignment when assignment.Target == value:
                return Fate.Used;
            case IUsingOperation:
                return Fate.DisposedAlways;
            case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } when IsUsingDeclarator(declarator.Syntax):
                return Fate.DisposedAlways;
            case IArgumentOperation { Parameter: { } parameter, Parent: IInvocationOperation call }:
                return FateOfArgument(call, parameter, depth, cancellationToken);
            default:
                return Fate.Escaped;
        }
    }

    private Fate FateOfCall(IInvocationOperation call)
    {
        if (call.TargetMethod.Name is "Dispose" or "DisposeAsync" || _apis.Of(call).Is(ApiKind.Disposes))
            return IsOnEveryPath(call.Syntax) ? Fate.DisposedAlways : Fate.Disposed;
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
                case IUsingOperation:
                    return Fate.DisposedAlways;
                case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator }:
                    return IsUsingDeclarator(declarator.Syntax) ? Fate.DisposedAlways : Fate.Used;
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
        && property.ParentIgnoringConversions() is not (IInvocationOperation or IPropertyReferenceOperation or IConditionalAccessOperation);

    private Fate FateOfArgument(IInvocationOperation call, IParameterSymbol parameter, int depth, CancellationToken cancellationToken)
    {
        if (_methods.Target(call.TargetMethod, cancellationToken) is { } target)
        {
            var ordinal = parameter.Ordinal + (call.TargetMethod.ReducedFrom is null ? 0 : 1);
            return ordinal < target.Parameters.Length ? FateOfParameter(target.Parameters[ordinal], depth + 1, cancellationToken) : Fate.Escaped;
        }

        // An extension method of a library that the catalogue knows: the connection is its receiver.
        return parameter.Ordinal == 0 && call.TargetMethod.IsExtensionMethod && _apis.Of(call).Is(ApiKind.AnyConnectionIO) ? Fate.Used : Fate.Escaped;
    }

    private Fate FateOfParameter(IParameterSymbol parameter, int depth, CancellationToken cancellationToken)
    {
        if (depth > MaxDepth || parameter.RefKind != RefKind.None || parameter.IsParams || parameter.ContainingSymbol is not IMethodSymbol method || Bodies.Of(method, cancellationToken) is not { } body)
            return Fate.Escaped;
        if (_parameters.TryGetValue(parameter, out var known))
            return known;

        var model = _summaries.ModelOf(body);
        var worst = Fate.Used;
        foreach (var (_, operation) in ReferencesTo(parameter, body, model, cancellationToken))
        {
            var fate = FateOf(operation, depth, cancellationToken);
            // A callee that disposes on its normal path has taken the connection over: what it forgets is its own leak.
            if (fate == Fate.Disposed)
                fate = Fate.DisposedAlways;
            if (fate > worst)
                worst = fate;
        }

        return _parameters.GetOrAdd(parameter, worst);
    }

    /// <summary>In a finally, in a catch (then the normal path has its own), or in code that runs at another time.</summary>
    private static bool IsOnEveryPath(SyntaxNode dispose)
    {
        for (var node = dispose.Parent; node is not null and not BaseMethodDeclarationSyntax; node = node.Parent)
        {
            if (node is FinallyClauseSyntax or CatchClauseSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)
                return true;
        }

        return false;
    }

    /// <summary>A way out of the method between the creation and the first dispose: a return, a throw, or an awaited operation on a connection that may fail.</summary>
    private SyntaxNode? EscapeBefore(SyntaxNode dispose, IOperation creation, SyntaxNode body, SemanticModel model, CancellationToken cancellationToken)
    {
        foreach (var node in Bodies.NodesOf(body))
        {
            if (node.SpanStart < creation.Syntax.Span.End || node.Span.End > dispose.SpanStart)
                continue;
            switch (node)
            {
                case ReturnStatementSyntax or ThrowStatementSyntax:
                    return node;
                case AwaitExpressionSyntax awaiting
                    when model.GetOperation(awaiting, cancellationToken) is IAwaitOperation { Operation: { } awaited }
                        && awaited.Unwrapped() is IInvocationOperation call
                        && !IsInGuardedTry(node, body)
                        && _apis.Of(call) is { } facts
                        && facts.Is(ApiKind.Send | ApiKind.Receive | ApiKind.Close):
                    return node;
            }
        }

        return null;
    }

    private static bool IsInGuardedTry(SyntaxNode node, SyntaxNode body)
    {
        for (var current = node; current is not null && current != body; current = current.Parent)
        {
            if (current.Parent is TryStatementSyntax { Catches.Count: > 0 } @try && @try.Block == current)
                return true;
        }

        return false;
    }
}
