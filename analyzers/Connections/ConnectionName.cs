using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>
/// The variables by which code names a connection: <c>socket</c>, <c>_client.Socket</c>, <c>client.GetStream()</c>. As long as none of them is written, the name stands for
/// the same connection.
/// </summary>
internal sealed class ConnectionName
{
    private readonly ImmutableArray<ISymbol> _path;

    private ConnectionName(ImmutableArray<ISymbol> path) => _path = path;

    /// <summary>The variable that the name begins with: a local, a parameter, or a member of the own object or of a type.</summary>
    public ISymbol Root => _path[0];

    /// <summary>Whether the variable is a parameter of a constructor that a member names: a field in all but its declaration.</summary>
    public bool IsOfPrimaryConstructor => Root is IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } };

    /// <summary>The name in an expression, or null when it is not made of variables alone.</summary>
    /// <param name="connection">The expression; one of a control-flow graph may stand for one that the graph has taken out.</param>
    /// <param name="model">The model of the expression's file.</param>
    public static ConnectionName? Of(IOperation? connection, SemanticModel model)
    {
        var path = ImmutableArray.CreateBuilder<ISymbol>();
        var current = connection;
        while (current is not null)
        {
            current = Written(current, model)?.WithoutConditionalAccess();
            switch (current)
            {
                case ILocalReferenceOperation local:
                    path.Add(local.Local);
                    return Made();
                case IParameterReferenceOperation parameter:
                    path.Add(parameter.Parameter);
                    return Made();
                case IFieldReferenceOperation or IPropertyReferenceOperation { Property.IsIndexer: false }:
                    var member = (IMemberReferenceOperation)current;
                    path.Add(member.Member.OriginalDefinition);
                    if (member.Instance is null or IInstanceReferenceOperation)
                        return Made();
                    current = member.Instance;
                    continue;
                case IInvocationOperation { TargetMethod: { Name: "GetStream", Parameters.IsEmpty: true } method, Instance: { } instance }:
                    path.Add(method);
                    current = instance;
                    continue;
                default:
                    return null;
            }
        }

        return null;

        ConnectionName Made()
        {
            path.Reverse();
            return new ConnectionName(path.ToImmutable());
        }
    }

    /// <summary>The expression that was written where the graph has a place holder for it.</summary>
    public static IOperation? Written(IOperation operation, SemanticModel model)
    {
        operation = operation.WithoutConversions();
        return operation is IFlowCaptureReferenceOperation ? model.GetOperation(operation.Syntax)?.WithoutConversions() : operation;
    }

    /// <summary>Whether both names are made of the same variables.</summary>
    public bool Is(ConnectionName? other) => other is not null && other._path.Length == _path.Length && StartsWith(other);

    /// <summary>Whether the name goes through what the other names: <c>_client.Socket</c> starts with <c>_client</c>.</summary>
    public bool StartsWith(ConnectionName other)
    {
        if (other._path.Length > _path.Length)
            return false;
        for (var i = 0; i < other._path.Length; i++)
        {
            if (!SymbolEqualityComparer.Default.Equals(_path[i], other._path[i]))
                return false;
        }

        return true;
    }

    /// <summary>Whether the variable is part of the name.</summary>
    public bool Mentions(ISymbol? variable)
    {
        if (variable is null)
            return false;
        foreach (var symbol in _path)
        {
            if (SymbolEqualityComparer.Default.Equals(symbol, variable.OriginalDefinition))
                return true;
        }

        return false;
    }

    /// <summary>Whether a variable of that name is part of the name.</summary>
    public bool MentionsName(string variable)
    {
        foreach (var symbol in _path)
        {
            if (symbol.Name == variable)
                return true;
        }

        return false;
    }

    /// <summary>What the body of a called method names like this, as the caller names it; null when that is one of the method's own variables.</summary>
    /// <param name="call">The call.</param>
    /// <param name="model">The model of the call's file.</param>
    public ConnectionName? AtCaller(IInvocationOperation call, SemanticModel model)
    {
        switch (Root)
        {
            case IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: not MethodKind.LambdaMethod } method } parameter when SymbolEqualityComparer.Default.Equals(method.Definition(), call.TargetMethod.Definition()):
                return Of(call.ArgumentFor(parameter.Ordinal), model) is { } argument ? new ConnectionName(argument._path.AddRange(_path.RemoveAt(0))) : null;
            // A local function sees the variables of the methods around it.
            case IParameterSymbol or ILocalSymbol when !IsOfPrimaryConstructor:
                return call.TargetMethod.MethodKind == MethodKind.LocalFunction && !SymbolEqualityComparer.Default.Equals(Root.ContainingSymbol, call.TargetMethod.OriginalDefinition) ? this : null;
            case { IsStatic: true }:
                return this;
            default:
                if (call.Receiver() is null or IInstanceReferenceOperation)
                    return this;
                return call.TargetMethod.IsExtensionMethod || Of(call.Receiver(), model) is not { } owner ? null : new ConnectionName(owner._path.AddRange(_path));
        }
    }
}
