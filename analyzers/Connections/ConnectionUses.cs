using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>What operations do to one connection, known by its name: use it, or end what is known about it.</summary>
internal sealed class ConnectionUses
{
    private readonly Apis _apis;
    private readonly SourceMethods _methods;
    private readonly Summaries _summaries;

    public ConnectionUses(Apis apis, SourceMethods methods, Summaries summaries)
    {
        _apis = apis;
        _methods = methods;
        _summaries = summaries;
    }

    /// <summary>The connection on which the call does one of the kinds, by itself or through the source method that it runs, as the caller names it; null when that cannot be told.</summary>
    public ConnectionName? UsedBy(IInvocationOperation call, ApiKind kinds, SemanticModel model, CancellationToken cancellationToken)
    {
        var facts = _apis.Of(call);
        if (facts.Is(kinds))
            return ConnectionName.Of(call.Receiver(), model);
        if (facts != ApiFacts.None || _summaries.Does(call, kinds, cancellationToken) is not { } reached)
            return null;
        return NameOf(reached) is { } name ? name.AtCaller(call, model) : null;
    }

    /// <summary>The connection of a reached operation, as the method that was asked about names it; null when that cannot be told.</summary>
    public ConnectionName? NameOf(ReachedIO reached)
    {
        var name = ConnectionName.Of(reached.Leaf.Connection, _summaries.ModelOf(reached.Leaf.Call.Syntax));
        for (var i = reached.Path.Length - 1; i >= 0 && name is not null; i--)
            name = reached.Path[i].Operation is IInvocationOperation step ? name.AtCaller(step, _summaries.ModelOf(step.Syntax)) : null;
        return name;
    }

    /// <summary>The call behind an operation of a control-flow graph, as it was written.</summary>
    public static IInvocationOperation? CallOf(IOperation operation, SemanticModel model) =>
        operation is IInvocationOperation { IsImplicit: false } ? model.GetOperation(operation.Syntax) as IInvocationOperation : null;

    /// <summary>
    /// Whether behind the operation the name may stand for another connection, or for one that is disposed or closed: it is written, disposed, handed to somebody, or code runs that may do so.
    /// </summary>
    public bool Ends(IOperation operation, ConnectionName name, SemanticModel model, CancellationToken cancellationToken)
    {
        switch (operation)
        {
            case IAssignmentOperation { Target: var target }:
                return name.Mentions(ConnectionName.Written(target, model).ReferencedSymbol());
            case IDeclarationPatternOperation { DeclaredSymbol: { } declared }:
                return name.Mentions(declared);
            case IRecursivePatternOperation { DeclaredSymbol: { } declared }:
                return name.Mentions(declared);
            case IArgumentOperation { Parameter.RefKind: RefKind.Out or RefKind.Ref } argument:
                return name.Mentions(argument.Value.ReferencedSymbol()) || (argument.Value is IDeclarationExpressionOperation { Expression: var expression } && name.Mentions(expression.ReferencedSymbol()));
            // The dispose at the end of a using.
            case IInvocationOperation { IsImplicit: true, TargetMethod.Name: "Dispose" or "DisposeAsync" } disposal:
                return ConnectionName.Of(disposal.Instance, model) is { } disposed && name.StartsWith(disposed);
            case IInvocationOperation:
                return CallOf(operation, model) is not { } call || EndsBy(call, name, model, cancellationToken);
            default:
                return false;
        }
    }

    private bool EndsBy(IInvocationOperation call, ConnectionName name, SemanticModel model, CancellationToken cancellationToken)
    {
        var facts = _apis.Of(call);
        if (ConnectionName.Of(call.Receiver(), model) is { } receiver && name.StartsWith(receiver))
            return !facts.Is(ApiKind.Send | ApiKind.Receive) && !IsHarmless(call.TargetMethod) && EndsBySource(call, name, model, cancellationToken);
        foreach (var argument in call.Arguments)
        {
            if (ConnectionName.Of(argument.Value, model) is { } handed && name.StartsWith(handed))
                return EndsBySource(call, name, model, cancellationToken);
        }

        if (facts != ApiFacts.None)
            return false;
        if (call.TargetMethod.MethodKind == MethodKind.DelegateInvoke)
            return true;
        // What others do does not reach the variables of a method, but for its local functions.
        if (!_apis.IsDeclaredHere(call.TargetMethod) || (name.Root is ILocalSymbol or IParameterSymbol && call.TargetMethod.MethodKind != MethodKind.LocalFunction))
            return false;
        return EndsBySource(call, name, model, cancellationToken);
    }

    /// <summary>Whether a method in source may end the connection; one that is not in sight may do anything.</summary>
    private bool EndsBySource(IInvocationOperation call, ConnectionName name, SemanticModel model, CancellationToken cancellationToken)
    {
        if (_methods.Target(call, cancellationToken) is not { } target || Bodies.Of(target, cancellationToken) is not { } body)
            return true;
        if (_summaries.Does(target, ApiKind.Close | ApiKind.Connect, cancellationToken) is not null || Mentions(body, static identifier => identifier is "Dispose" or "DisposeAsync" or "Abort" or "Close" or "Cancel"))
            return true;
        if (UsedBy(call, ApiKind.Send | ApiKind.Receive, model, cancellationToken) is { } used && used.Is(name))
            return false;
        return _summaries.TouchesConnection(body, cancellationToken) || Mentions(body, identifier => identifier == name.Root.Name);
    }

    private static bool IsHarmless(IMethodSymbol method) => method.Name is "GetStream" or "ConfigureAwait" or "ToString" or "GetHashCode" or "Equals";

    private static bool Mentions(SyntaxNode body, Func<string, bool> isName)
    {
        foreach (var node in body.DescendantNodes())
        {
            if (node is IdentifierNameSyntax identifier && isName(identifier.Identifier.ValueText))
                return true;
        }

        return false;
    }
}
