using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>Uses of a connection's variable by which something may be sent on the connection beside the sends that are known: it is handed over, returned, stored elsewhere, written to.</summary>
internal sealed class ConnectionEscapes
{
    /// <summary>How many locals may stand for one another.</summary>
    private const int MaxAliases = 3;

    private readonly SemanticModel _model;
    private readonly ConnectionModel _connections;
    private readonly IReadOnlyCollection<SyntaxNode> _known;
    private readonly CancellationToken _cancellationToken;

    private ConnectionEscapes(SemanticModel model, ConnectionModel connections, IReadOnlyCollection<SyntaxNode> known, CancellationToken cancellationToken)
    {
        _model = model;
        _connections = connections;
        _known = known;
        _cancellationToken = cancellationToken;
    }

    /// <summary>The first such use in the solution, or null.</summary>
    /// <param name="session">The session.</param>
    /// <param name="variable">The field, property or parameter.</param>
    /// <param name="known">The sends that are known.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<SyntaxNode?> FirstAsync(EditSession session, ISymbol variable, IReadOnlyCollection<SyntaxNode> known, CancellationToken cancellationToken)
    {
        foreach (var referenced in await session.ReferencesAsync(variable, cancellationToken).ConfigureAwait(false))
        {
            foreach (var reference in referenced.Locations)
            {
                if (await session.ModelAsync(reference.Document, cancellationToken).ConfigureAwait(false) is not { } model
                    || model.SyntaxTree.GetRoot(cancellationToken).FindNode(reference.Location.SourceSpan, findInsideTrivia: true, getInnermostNodeForTie: true) is not { } node)
                {
                    continue;
                }

                var connections = ConnectionModel.For(model.Compilation, reference.Document.Project.AnalyzerOptions, cancellationToken);
                if (new ConnectionEscapes(model, connections, known, cancellationToken).IsEscape(node, 0))
                    return node;
            }
        }

        return null;
    }

    private bool IsEscape(SyntaxNode reference, int aliases)
    {
        if (reference.IsPartOfStructuredTrivia())
            return false;
        var use = reference;
        while (true)
        {
            switch (use.Parent)
            {
                case ParenthesizedExpressionSyntax or PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression }:
                    use = use.Parent;
                    continue;
                case MemberAccessExpressionSyntax access when access.Name == use:
                    use = access;
                    continue;
                case MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } access when call.Expression == access:
                    if (!LeadsOn(call))
                        return Sends(call);
                    use = call;
                    continue;
                case MemberAccessExpressionSyntax access:
                    if (!LeadsOn(access))
                        return false;
                    use = access;
                    continue;
                case ConditionalAccessExpressionSyntax access when access.Expression == use:
                    return access.WhenNotNull.DescendantNodesAndSelf().Any(node => node is InvocationExpressionSyntax call && Sends(call)) || LeadsOn(access);
                case AssignmentExpressionSyntax assignment when assignment.Left == use:
                    return IsKnownElsewhere(assignment.Right, reference, aliases);
                case ArgumentSyntax { Parent: TupleExpressionSyntax { Parent: AssignmentExpressionSyntax tuple } left } when tuple.Left == left:
                    return false;
                case EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax declarator }:
                    return _model.GetDeclaredSymbol(declarator, _cancellationToken) is not ILocalSymbol local || MayEscape(local, reference, aliases);
                case IsPatternExpressionSyntax pattern:
                    return DesignationsIn(pattern.Pattern).Any(symbol => MayEscape(symbol, reference, aliases));
                case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.EqualsExpression or (int)SyntaxKind.NotEqualsExpression }:
                    return false;
                case ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call }:
                    return IsHandedOver(call);
                default:
                    return true;
            }
        }
    }

    /// <summary>Whether a member access or a call gives a connection again: that of <c>_client.Socket</c>, of <c>_client.GetStream()</c>.</summary>
    private bool LeadsOn(ExpressionSyntax expression) => _connections.Types.IsConnection(_model.GetTypeInfo(expression, _cancellationToken).Type);

    private bool Sends(InvocationExpressionSyntax call)
    {
        if (_known.Contains(call))
            return false;
        if (_model.GetOperation(call, _cancellationToken) is not IInvocationOperation operation)
            return true;
        var facts = _connections.Apis.Of(operation);
        if (facts != ApiFacts.None)
            return facts.Is(ApiKind.Send);
        var name = operation.TargetMethod.Name;
        return name.StartsWith("Send", StringComparison.Ordinal) || name.StartsWith("Write", StringComparison.Ordinal) || name.StartsWith("Begin", StringComparison.Ordinal)
            || ((operation.Instance is null || operation.TargetMethod.IsInSource()) && IsHandedOver(call));
    }

    /// <summary>Whether a call that is given the connection, or is an extension of it, may send on it or keep it.</summary>
    private bool IsHandedOver(InvocationExpressionSyntax call) => _model.GetOperation(call, _cancellationToken) switch
    {
        INameOfOperation => false,
        IInvocationOperation { TargetMethod: var method } operation when method.IsInSource() => _connections.Summaries.Does(operation, ApiKind.Send, _cancellationToken) is not null,
        IInvocationOperation { TargetMethod.Name: "ThrowIfNull" or "ReferenceEquals" or "Equals" } => false,
        _ => true,
    };

    /// <summary>Whether what the variable is set to has another name, as the parameter of a constructor, by which something may be sent.</summary>
    private bool IsKnownElsewhere(ExpressionSyntax value, SyntaxNode reference, int aliases)
    {
        value = SyntaxShapes.Unwrap(value);
        if (value is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceExpression, Right: ThrowExpressionSyntax } checkedValue)
            value = checkedValue.Left;
        return _model.GetSymbolInfo(value, _cancellationToken).Symbol is (ILocalSymbol or IParameterSymbol) and { } alias && MayEscape(alias, reference, aliases, value);
    }

    /// <summary>Whether a variable that stands for the connection is used in such a way.</summary>
    private bool MayEscape(ISymbol alias, SyntaxNode reference, int aliases, SyntaxNode? except = null)
    {
        if (aliases == MaxAliases || Bodies.OutermostAround(reference) is not { } body)
            return true;
        foreach (var use in ValueFlow.ReferencesTo(alias, body, _model, _cancellationToken))
        {
            if (use.Syntax != except && IsEscape(use.Syntax, aliases + 1))
                return true;
        }

        return false;
    }

    private IEnumerable<ISymbol> DesignationsIn(PatternSyntax pattern)
    {
        foreach (var node in pattern.DescendantNodesAndSelf())
        {
            if (node is SingleVariableDesignationSyntax designation && _model.GetDeclaredSymbol(designation, _cancellationToken) is ILocalSymbol local && _connections.Types.IsConnection(local.Type))
                yield return local;
        }
    }
}
